/** Every Go program of tests/programs, of every toolchain here, on every machine: cores, seeds and interrupt grains. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { goBinary, goCommands, goPrograms, isFor } from '../helpers/toolchain.js';
import { check, checkHere, steady, ways } from './toolchains.js';

const Go = suite('all Go programs on all machines');

const seeds = 25;

for (const version of goCommands.keys()) {
  for (const program of goPrograms.filter((p) => isFor(p, version))) {
    Go(`${program.name} of ${version} on ${ways(seeds).length} machines`, () => {
      const binary = goBinary(program, version);
      const image = readFileSync(binary);
      const errors = steady(checkHere(program, binary).errors);
      for (const way of ways(seeds)) {
        const ran = check(program, image, way);
        assert.is(steady(ran.errors), errors, JSON.stringify(way));
      }
    });
  }
}

Go.run();
