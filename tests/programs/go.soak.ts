/**
 * Every Go program of tests/programs, of every toolchain here, on machines of all combinations of cores and interrupt
 * grains, each with seeds of its own, on all processors. All of it takes well under an hour on two.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inThreads, resultOf, type Outcome } from '../helpers/threads.js';
import { goCompilers, goPrograms, isFor } from '../helpers/toolchain.js';
import { longPrograms, spread, tryGo, type Tried } from './toolchains.js';

const Go = suite('all Go programs on many machines');

/** Seeds of a program of one compiler for each combination of cores and grain. */
const seeds = 2;

// long ones first, so that none is left to one processor in the end
const turn = (name: string): number => (longPrograms.includes(name) ? 0 : 1);
const jobs = goCompilers.flatMap((compiler) => goPrograms.filter((p) => isFor(p, compiler)).map((program) => ({ program, compiler, name: `${program.name} of ${compiler.name}` })))
  .sort((a, b) => turn(a.program.name) - turn(b.program.name));
let outcomes: Promise<Outcome<Tried>>[] = [];
let runs = 0;
let instructions = 0;

Go.before(() => {
  outcomes = inThreads(new URL('./toolchains.js', import.meta.url), tryGo, jobs.map(({ program, compiler, name }) => [program, compiler, spread(compiler.arch, seeds, name)] as const));
});
jobs.forEach(({ name }, i) => {
  Go(name, async () => {
    const tried = resultOf(await outcomes[i]!);
    console.log(`${name}: ${tried.skipped ? `skipped, ${tried.skipped}` : `${tried.runs} machines, ${(tried.instructions / 1e6).toFixed(0)} million instructions`}`);
    runs += tried.runs;
    instructions += tried.instructions;
    assert.equal(tried.failures, []);
  });
});
Go.after(() => console.log(`${jobs.length} programs of ${goCompilers.length} compilers, ${runs} runs, ${(instructions / 1e9).toFixed(1)} billion instructions`));

Go.run();
