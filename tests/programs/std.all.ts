/** A sample of the test binaries of Go's own packages, of every toolchain here, in short mode: they pass on the machine. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runGoTests } from '../helpers/goTests.js';
import { goCommands } from '../helpers/toolchain.js';
import { packagesOf, sample, sampleOfOthers, testFlags, titleOf } from './std.js';
import { shuffled, ways } from './toolchains.js';

const Std = suite("tests of Go's own packages");

let count = 0;
let instructions = 0;
for (const [place, version] of [...goCommands.keys()].entries()) {
  for (const tests of packagesOf(version).filter((p) => (place === 0 ? sample : sampleOfOthers).includes(titleOf(p)))) {
    Std(`${titleOf(tests)} of ${version}`, () => {
      const config = shuffled(ways(25), titleOf(tests) + version)[0]!;
      const { output, errors, status, stopped, instructions: took } = runGoTests(tests.name, version, testFlags(tests, version), config);
      assert.equal({ config, status, stopped }, { config, status: 0, stopped: undefined }, output + errors);
      assert.match(output, /^PASS$/m);
      count++;
      instructions += took;
    });
  }
}
Std.after(() => console.log(`tests of ${count} packages of Go's library, ${(instructions / 1e6).toFixed(0)} million instructions`));

Std.run();
