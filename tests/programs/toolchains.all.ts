/**
 * All C programs of all C compilers: once on this computer (of arm64 in qemu), and on the machine on 1, 2 or 4 cores, twice to the
 * same digest, and with interrupts after any instruction. amd64's run on each number of cores, the others' on one drawn.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cBinary, cCompilers, cProgramsFor, namesOf, notInQemu } from '../helpers/toolchain.js';
import { check, checkHere, shuffled } from './toolchains.js';

const Toolchains = suite('all C programs');

/** How many of the machines a program meets. */
const machines = { amd64: 3, arm64: 1 } as const;

for (const compiler of cCompilers) {
  for (const program of cProgramsFor(compiler)) {
    const title = `${program.name} of ${compiler.name}`;
    for (const cores of shuffled([1, 2, 4], title).slice(0, machines[compiler.arch])) {
      Toolchains(`${title} on ${cores} cores`, () => {
        const image = readFileSync(cBinary(program, compiler));
        assert.equal(check(program, image, { cores }), check(program, image, { cores }));
      });
    }
    Toolchains(`${title}, interrupts after any instruction`, () => {
      check(program, readFileSync(cBinary(program, compiler)), { cores: 2, grain: 'insn', seed: 9 });
    });
    if (compiler.arch !== 'amd64') Toolchains(`${title} on this computer`, () => void checkHere(program, cBinary(program, compiler), compiler));
  }
}
console.log(`C compilers: ${namesOf(cCompilers)}; not compared with qemu: ${[...notInQemu.keys()].filter((name) => name.startsWith('c/')).join(', ')}`);

Toolchains.run();
