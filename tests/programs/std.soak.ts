/** The test binaries of Go's own packages in std.ts, of every toolchain here, in short mode: they pass on the machine. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runGoTests } from '../helpers/goTests.js';
import { goCompilers } from '../helpers/toolchain.js';
import { packagesOf, testFlags, titleOf } from './std.js';
import { shuffled, waysOf } from './toolchains.js';

const Std = suite("all tests of Go's own packages");

const machines = 2;

for (const compiler of goCompilers) {
  const { name: compiledBy, version } = compiler;
  for (const tests of packagesOf(version)) {
    Std(`${titleOf(tests)} of ${compiledBy}`, () => {
      for (const config of shuffled(waysOf(compiler.arch, 25), compiledBy + titleOf(tests)).slice(0, tests.billions === undefined ? machines : 1)) {
        const ran = runGoTests(tests.name, compiler, testFlags(tests, version), config, 1e11);
        const { output, errors, status, stopped } = ran;
        assert.equal({ config, status, stopped }, { config, status: 0, stopped: undefined }, output + errors);
        assert.match(output, /^PASS$/m);
        console.log(`${titleOf(tests)} of ${compiledBy}: ${(ran.instructions / 1e6).toFixed(0)} million instructions`);
      }
    });
  }
}

Std.run();
