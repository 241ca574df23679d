/** 10^4 threads in one process; crowd.soak.ts has 10^5. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cCompilers, namesOf } from '../../../helpers/toolchain.js';
import { crowd } from './crowd.js';
const Crowd = suite('very many threads');

const threads = 10_000;

for (const compiler of cCompilers) {
  Crowd(`${threads} threads come and go, and a run repeats: ${compiler.name}`, () => {
    const config = { arch: compiler.arch, cores: 4, seed: 3 };
    const [first, again, other] = [crowd(compiler, threads, config), crowd(compiler, threads, config), crowd(compiler, threads, { ...config, seed: 4 })];
    assert.is(again.digest, first.digest);
    assert.is.not(other.digest, first.digest);
  });

  Crowd(`a process ends while ${threads} threads wait: ${compiler.name}`, () => {
    crowd(compiler, threads, { arch: compiler.arch, cores: 1 }, true);
  });
}
console.log(`very many threads of ${namesOf(cCompilers)}`);

Crowd.run();
