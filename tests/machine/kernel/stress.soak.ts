/**
 * The full counts of signal stress, on all processors. A preempted run takes a quarter of a second of processor time, so
 * the 12 000 of two Go versions for two instruction sets take a quarter of an hour on two processors; the interrupted ones take as long again.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goCompilers } from '../../helpers/toolchain.js';
import { addFigures, figuresLine, noFigures, tenMillis, type Figures } from './stress.js';
import type { Share } from './stressWorker.js';
const Stress = suite('signal stress, full counts');

const seeds = 1000;
/** Signals of a run, after which the program goes on undisturbed. */
const most = 10_000;
const workers = availableParallelism();

function inThread(share: Share): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./stressWorker.js', import.meta.url), { workerData: share });
    worker.on('message', resolve).on('error', reject);
  });
}

/** Divides the work that `share` describes, given where a worker begins. */
async function divided(share: (first: number, step: number) => Share): Promise<Figures> {
  const figures = noFigures();
  for (const part of await Promise.all(Array.from({ length: workers }, (_, i) => inThread(share(i, workers))))) addFigures(figures, part);
  return figures;
}

for (const every of [1, 7, 101]) {
  Stress(`SIGURG after every ${every} blocks and instructions`, async () => {
    const { runs, signals, failures } = await divided((first, step) => ({ kind: 'urgent', first, step, every, most }));
    console.log(`SIGURG after every ${every} blocks and instructions: ${runs} runs, ${signals} handlers, ${failures.length} failures`);
    assert.equal(failures, []);
  });
}

for (const [place, compiler] of goCompilers.entries()) {
  for (const cycles of tenMillis) {
    Stress(`${compiler.name}, 10 ms in ${cycles} cycles`, async () => {
      const figures = await divided((first, step) => ({ kind: 'preempted', first: first + 1, step, last: seeds, compiler: place, cycles }));
      console.log(`${compiler.name}, 10 ms in ${cycles} cycles: ${figuresLine(figures)}`);
      assert.equal(figures.failures, []);
    });
  }
}

Stress.run();
