/** 10^5 threads in one process. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cCompilers } from '../../../helpers/toolchain.js';
import { crowd } from './crowd.js';
const Crowd = suite('100000 threads');

const threads = 100_000;

for (const compiler of cCompilers) {
  for (const cores of [1, 2, 4, 8]) {
    Crowd(`come and go on ${cores} cores, and a run repeats: ${compiler.name}`, () => {
      for (const seed of [1, 2]) {
        const config = { arch: compiler.arch, cores, seed };
        assert.is(crowd(compiler, threads, config).digest, crowd(compiler, threads, config).digest);
      }
      crowd(compiler, threads, { arch: compiler.arch, cores }, true);
    });
  }
}

Crowd.run();
