/** Every C program of tests/programs, of every compiler here, on 1, 2 and 4 cores, each run twice to the same digest. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cCompilers, cImage, cPrograms } from '../helpers/toolchain.js';
import { check } from './toolchains.js';

const Toolchains = suite('all C programs');

for (const compiler of cCompilers) {
  for (const program of cPrograms) {
    for (const cores of [1, 2, 4]) {
      Toolchains(`${program.name} of ${compiler} on ${cores} cores`, () => {
        const image = cImage(program, compiler);
        assert.equal(check(program, image, { cores }), check(program, image, { cores }));
      });
    }
    Toolchains(`${program.name} of ${compiler}, interrupts after any instruction`, () => {
      check(program, cImage(program, compiler), { cores: 2, grain: 'insn', seed: 9 });
    });
  }
}
console.log(`C compilers: ${cCompilers.join(', ') || 'none'}`);

Toolchains.run();
