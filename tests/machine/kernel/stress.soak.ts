/**
 * The full counts of signal stress, on all processors. A preempted run takes a quarter of a second of processor time, so
 * the 12 000 of two Go versions for two instruction sets take a quarter of an hour on two processors; the interrupted ones take as long again.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inThreads, type Outcome } from '../../helpers/threads.js';
import { goCompilers } from '../../helpers/toolchain.js';
import { addFigures, figuresLine, noFigures, preemptedFigures, tenMillis, urgentFigures, urgentPrograms, type Figures } from './stress.js';
const Stress = suite('signal stress, full counts');

const seeds = 1000;
/** Seeds that a thread runs at a time. */
const atATime = 20;
/** Signals of a run, after which the program goes on undisturbed. */
const most = 10_000;
const stress = new URL('./stress.js', import.meta.url);

/** All in one; what a job threw is a failure like any other. */
async function together(outcomes: readonly Promise<Outcome<Figures>>[]): Promise<Figures> {
  const figures = noFigures();
  for (const outcome of await Promise.all(outcomes)) {
    if ('failure' in outcome) figures.failures.push(outcome.failure);
    else addFigures(figures, outcome.result);
  }
  return figures;
}

for (const every of [1, 7, 101]) {
  Stress(`SIGURG after every ${every} blocks and instructions`, async () => {
    const { runs, signals, failures } = await together(inThreads(stress, urgentFigures, urgentPrograms().map((_, place) => [place, every, most] as const)));
    console.log(`SIGURG after every ${every} blocks and instructions: ${runs} runs, ${signals} handlers, ${failures.length} failures`);
    assert.equal(failures, []);
  });
}

for (const compiler of goCompilers) {
  for (const cycles of tenMillis) {
    Stress(`${compiler.name}, 10 ms in ${cycles} cycles`, async () => {
      const shares = Array.from({ length: seeds / atATime }, (_, i) => [compiler, cycles, i * atATime + 1, (i + 1) * atATime] as const);
      const figures = await together(inThreads(stress, preemptedFigures, shares));
      console.log(`${compiler.name}, 10 ms in ${cycles} cycles: ${figuresLine(figures)}`);
      assert.equal(figures.failures, []);
    });
  }
}

Stress.run();
