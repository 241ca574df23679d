/** Every program of tests/programs, of every toolchain here, on 1, 2 and 4 cores, each run twice to the same digest. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cCompilers, cImage, cPrograms, goCommands, goImage, goPrograms, type Program } from '../helpers/toolchain.js';
import { check } from './toolchains.js';

const Toolchains = suite('all programs of other toolchains');

function add(program: Program, toolchain: string, image: () => Uint8Array): void {
  for (const cores of [1, 2, 4]) {
    Toolchains(`${program.name} of ${toolchain} on ${cores} cores`, () => {
      assert.equal(check(program, image(), { cores }), check(program, image(), { cores }));
    });
  }
  Toolchains(`${program.name} of ${toolchain}, interrupts after any instruction`, () => {
    check(program, image(), { cores: 2, grain: 'insn', seed: 9 });
  });
}

for (const compiler of cCompilers) for (const program of cPrograms) add(program, compiler, () => cImage(program, compiler));
for (const version of goCommands.keys()) for (const program of goPrograms) add(program, version, () => goImage(program, version));
console.log(`C compilers: ${cCompilers.join(', ') || 'none'}; Go: ${[...goCommands.keys()].join(', ') || 'none'}`);

Toolchains.run();
