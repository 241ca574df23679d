/** Every Go program of tests/programs, of every toolchain here, on every machine: cores, seeds and interrupt grains. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { fusing, goBinary, goCompilers, goPrograms, isFor } from '../helpers/toolchain.js';
import { check, checkHere, steady, waysOf } from './toolchains.js';

const Go = suite('all Go programs on all machines');

const seeds = 25;

for (const compiler of goCompilers) {
  const ways = waysOf(compiler.arch, seeds);
  for (const program of goPrograms.filter((p) => isFor(p, compiler))) {
    Go(`${program.name} of ${compiler.name} on ${ways.length} machines`, () => {
      const binary = goBinary(program, compiler);
      const image = readFileSync(binary);
      const here = checkHere(program, binary, compiler);
      const fused = compiler.arch === 'arm64' && fusing.includes(program.name);
      if (fused && !here) return console.log(`${program.name} of ${compiler.name}: skipped, no qemu`);
      for (const way of ways) {
        const ran = check(program, image, way, fused ? here : undefined);
        if (here) assert.is(steady(ran.errors), steady(here.errors), JSON.stringify(way));
      }
    });
  }
}

Go.run();
