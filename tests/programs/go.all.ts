/**
 * Every Go program of tests/programs, of every toolchain here for every instruction set: once on this computer (of arm64 in
 * qemu), and on machines drawn from all cores, seeds, interrupt grains, and of arm64 both levels of processor. A program is run until
 * it has had its share of instructions, so that quick ones meet more machines; the first run of a short one is repeated to the same digest.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { fusing, goBinary, goCompilers, goPrograms, isFor, namesOf } from '../helpers/toolchain.js';
import { check, checkHere, longPrograms, shuffled, steady, ways, waysOf } from './toolchains.js';

const Go = suite('all Go programs');

const seeds = 50;
/** Most runs of a program of one toolchain, and the instructions after which no further run begins. */
const mostRuns = 3;
const share = 1e7;
/** Longer programs are not repeated. */
const repeated = 5e6;

let runs = 0;
let instructions = 0;
for (const compiler of goCompilers) {
  for (const program of goPrograms.filter((p) => isFor(p, compiler))) {
    // only one compiler's is run
    if (longPrograms.includes(program.name) && shuffled(goCompilers, program.name)[0] !== compiler) continue;
    Go(`${program.name} of ${compiler.name}`, () => {
      const binary = goBinary(program, compiler);
      const image = readFileSync(binary);
      const here = checkHere(program, binary, compiler);
      const fused = compiler.arch === 'arm64' && fusing.includes(program.name);
      if (fused && !here) return console.log(`${program.name} of ${compiler.name}: skipped, no qemu`);
      let had = 0;
      shuffled(waysOf(compiler.arch, seeds), program.name + compiler.name).slice(0, mostRuns).every((way, i) => {
        const ran = check(program, image, way, fused ? here : undefined);
        if (here) assert.is(steady(ran.errors), steady(here.errors));
        if (i === 0 && ran.instructions < repeated) assert.equal(check(program, image, way, fused ? here : undefined), ran);
        runs++;
        had += ran.instructions;
        return had < share;
      });
      instructions += had;
    });
  }
}
Go.after(() => {
  console.log(`Go toolchains: ${namesOf(goCompilers)}; ${goPrograms.length} programs, ${runs} runs drawn from ${ways(seeds).length} machines each, ${(instructions / 1e6).toFixed(0)} million instructions`);
});

Go.run();
