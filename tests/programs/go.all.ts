/**
 * Every Go program of tests/programs, of every toolchain here: once on this computer, and on machines drawn from all
 * cores, seeds and interrupt grains. A program is run until it has had its share of instructions, so that quick ones
 * meet more machines; the first run of a short one is repeated to the same digest.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { goBinary, goCommands, goPrograms, isFor } from '../helpers/toolchain.js';
import { check, checkHere, shuffled, steady, ways } from './toolchains.js';

const Go = suite('all Go programs');

const seeds = 25;
/** Most runs of a program of one toolchain, and the instructions after which no further run begins. */
const mostRuns = 4;
const share = 2e7;
/** Longer programs are not repeated. */
const repeated = 1e7;
/** Of half a billion instructions and more: only one toolchain's is run. */
const long = ['go/bigmap', 'go/crowd', 'go/recursion'];

let runs = 0;
let instructions = 0;
for (const version of goCommands.keys()) {
  for (const program of goPrograms.filter((p) => isFor(p, version))) {
    if (long.includes(program.name) && shuffled([...goCommands.keys()], program.name)[0] !== version) continue;
    Go(`${program.name} of ${version}`, () => {
      const binary = goBinary(program, version);
      const image = readFileSync(binary);
      const errors = steady(checkHere(program, binary).errors);
      let had = 0;
      shuffled(ways(seeds), program.name + version).slice(0, mostRuns).every((way, i) => {
        const ran = check(program, image, way);
        assert.is(steady(ran.errors), errors);
        if (i === 0 && ran.instructions < repeated) assert.equal(check(program, image, way), ran);
        runs++;
        had += ran.instructions;
        return had < share;
      });
      instructions += had;
    });
  }
}
Go.after(() => {
  const versions = [...goCommands.keys()].join(', ') || 'none';
  console.log(`Go toolchains: ${versions}; ${goPrograms.length} programs, ${runs} runs drawn from ${ways(seeds).length} machines each, ${(instructions / 1e6).toFixed(0)} million instructions`);
});

Go.run();
