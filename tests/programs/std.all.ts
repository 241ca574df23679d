/** A sample of the test binaries of Go's own packages, of every toolchain here, in short mode: they pass on the machine. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runGoTests } from '../helpers/goTests.js';
import { goCompilers } from '../helpers/toolchain.js';
import { packagesOf, sample, sampleOfArm64, sampleOfOthers, testFlags, titleOf } from './std.js';
import { shuffled, waysOf } from './toolchains.js';

const Std = suite("tests of Go's own packages");

let count = 0;
let instructions = 0;
for (const compiler of goCompilers) {
  const chosen = compiler === goCompilers[0] ? sample : compiler.arch === 'amd64' ? sampleOfOthers : sampleOfArm64;
  for (const tests of packagesOf(compiler.version).filter((p) => chosen.includes(titleOf(p)))) {
    Std(`${titleOf(tests)} of ${compiler.name}`, () => {
      const config = shuffled(waysOf(compiler.arch, 25), titleOf(tests) + compiler.name)[0]!;
      const { output, errors, status, stopped, instructions: took } = runGoTests(tests.name, compiler, testFlags(tests, compiler.version), config);
      assert.equal({ config, status, stopped }, { config, status: 0, stopped: undefined }, output + errors);
      assert.match(output, /^PASS$/m);
      count++;
      instructions += took;
    });
  }
}
Std.after(() => console.log(`tests of ${count} packages of Go's library, ${(instructions / 1e6).toFixed(0)} million instructions`));

Std.run();
