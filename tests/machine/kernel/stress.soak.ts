/**
 * The full counts of signal stress. A run of the second kind takes about a quarter of a second on a quiet machine, so the
 * 6 000 of two Go versions take about a quarter of an hour on two processors.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goCommands } from '../../helpers/toolchain.js';
import { addFigures, figuresLine, noFigures, tenMillis, urgent, urgentPrograms, type Figures } from './stress.js';
import type { Share } from './stressWorker.js';
const Stress = suite('signal stress, full counts');

const seeds = 1000;
const workers = availableParallelism();

for (const every of [1, 7, 101]) {
  Stress(`SIGURG after every ${every} blocks`, () => {
    let signals = 0;
    let runs = 0;
    const failures: string[] = [];
    for (const p of urgentPrograms()) {
      for (const grain of ['block', 'insn'] as const) {
        const { run, wrong } = urgent(p, every, 30_000, { grain });
        runs++;
        signals += run.handlers;
        failures.push(...wrong.map((why) => `${p.label}, ${grain}: ${why}`));
      }
    }
    console.log(`SIGURG after every ${every} blocks: ${runs} runs, ${signals} handlers, ${failures.length} failures`);
    assert.equal(failures, []);
  });
}

function inThread(share: Share): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./stressWorker.js', import.meta.url), { workerData: share });
    worker.on('message', resolve).on('error', reject);
  });
}

for (const version of goCommands.keys()) {
  for (const cycles of tenMillis) {
    Stress(`${version}, 10 ms in ${cycles} cycles`, async () => {
      const figures = noFigures();
      const shares = Array.from({ length: workers }, (_, i) => inThread({ version, cycles, first: 1 + i, step: workers, last: seeds }));
      for (const part of await Promise.all(shares)) addFigures(figures, part);
      console.log(`${version}, 10 ms in ${cycles} cycles: ${figuresLine(figures)}`);
      assert.equal(figures.failures, []);
    });
  }
}

Stress.run();
