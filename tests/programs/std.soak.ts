/** The test binaries of Go's own packages in std.ts, of every toolchain here, in short mode: they pass on the machine. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runGoTests } from '../helpers/goTests.js';
import { goCommands } from '../helpers/toolchain.js';
import { packagesOf, testFlags, titleOf } from './std.js';
import { shuffled, ways } from './toolchains.js';

const Std = suite("all tests of Go's own packages");

const machines = 2;

for (const version of goCommands.keys()) {
  for (const tests of packagesOf(version)) {
    Std(`${titleOf(tests)} of ${version}`, () => {
      for (const config of shuffled(ways(25), version + titleOf(tests)).slice(0, tests.billions === undefined ? machines : 1)) {
        const ran = runGoTests(tests.name, version, testFlags(tests, version), config, 1e11);
        const { output, errors, status, stopped } = ran;
        assert.equal({ config, status, stopped }, { config, status: 0, stopped: undefined }, output + errors);
        assert.match(output, /^PASS$/m);
        console.log(`${titleOf(tests)} of ${version}: ${(ran.instructions / 1e6).toFixed(0)} million instructions`);
      }
    });
  }
}

Std.run();
