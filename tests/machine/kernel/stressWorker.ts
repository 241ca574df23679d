/** Runs a share of the seeds of stress.soak.ts in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { addFigures, noFigures, preempted, programFor } from './stress.js';

export interface Share {
  readonly version: string;
  readonly cycles: number;
  /** This worker takes the seeds first, first + step, ... up to last. */
  readonly first: number;
  readonly step: number;
  readonly last: number;
}

const share = workerData as Share;
const figures = noFigures();
for (let seed = share.first; seed <= share.last; seed += share.step) addFigures(figures, preempted(programFor(seed), share.version, share.cycles, seed));
parentPort!.postMessage(figures);
