/** The test binaries of Go's own packages in std.ts, of every toolchain here, in short mode: they pass on the machine. On all processors. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runGoTests } from '../helpers/goTests.js';
import { inThreads, resultOf, type Outcome } from '../helpers/threads.js';
import type { Ran } from '../helpers/onMachine.js';
import { goCompilers } from '../helpers/toolchain.js';
import { packagesOf, testFlags, titleOf } from './std.js';
import { spread } from './toolchains.js';

const Std = suite("all tests of Go's own packages");

/** Instructions after which a package has lost its way. */
const most = 1e11;

// long ones first, so that none is left to one processor in the end; of these one machine, of the others two
const jobs = goCompilers.flatMap((compiler) => packagesOf(compiler.version).flatMap((tests) => {
  const title = `${titleOf(tests)} of ${compiler.name}`;
  return spread(compiler.arch, 2, title).slice(0, tests.billions === undefined ? 2 : 1).map((config) => ({ title, tests, compiler, config }));
})).sort((a, b) => (b.tests.billions ?? 0) - (a.tests.billions ?? 0));
let outcomes: Promise<Outcome<Ran>>[] = [];
let passed = 0;
let instructions = 0;

Std.before(() => {
  outcomes = inThreads(new URL('../helpers/goTests.js', import.meta.url), runGoTests, jobs.map(({ tests, compiler, config }) => [tests.name, compiler, testFlags(tests, compiler.version), config, most] as const));
});
jobs.forEach(({ title, config }, i) => {
  const place = JSON.stringify(config);
  Std(`${title} on ${place}`, async () => {
    const ran = resultOf(await outcomes[i]!);
    assert.equal({ status: ran.status, stopped: ran.stopped }, { status: 0, stopped: undefined }, ran.output + ran.errors);
    assert.match(ran.output, /^PASS$/m);
    console.log(`${title} on ${place}: ${(ran.instructions / 1e6).toFixed(0)} million instructions`);
    passed++;
    instructions += ran.instructions;
  });
});
Std.after(() => console.log(`${passed} of ${jobs.length} runs of packages' tests pass, ${(instructions / 1e9).toFixed(1)} billion instructions`));

Std.run();
