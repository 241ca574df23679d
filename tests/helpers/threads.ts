/** Long tests' work on all processors: a queue of jobs, and worker threads that take the next one when they are done with the last. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What became of a job. A failure is the text of what it threw, or of how its thread ended. */
export type Outcome<R> = { readonly result: R } | { readonly failure: string };

/** What threadMain.ts is told: whose function it calls. */
export interface ThreadData {
  readonly module: string;
  readonly name: string;
}

/**
 * Calls `work` once for each of `jobs`, which are its arguments, and begins with the first. `module` exports it under its
 * own name and is imported in each thread; arguments and results must be plain data. The promises never reject, so one failure stops no other job.
 */
export function inThreads<A extends unknown[], R>(module: URL, work: (...job: A) => R, jobs: readonly Readonly<A>[], threads = availableParallelism()): Promise<Outcome<Awaited<R>>>[] {
  const settle: ((outcome: Outcome<Awaited<R>>) => void)[] = [];
  const outcomes = jobs.map((_, i) => new Promise<Outcome<Awaited<R>>>((resolve) => void (settle[i] = resolve)));
  const workerData: ThreadData = { module: module.href, name: work.name };
  let next = 0;
  const thread = async (): Promise<void> => {
    let worker: Worker | undefined;
    while (next < jobs.length) {
      const i = next++;
      worker ??= new Worker(new URL('./threadMain.js', import.meta.url), { workerData });
      const { outcome, ended } = await ask<Awaited<R>>(worker, jobs[i]!);
      if (ended) worker = undefined;
      settle[i]!(outcome);
    }
    await worker?.terminate();
  };
  for (let i = 0; i < Math.min(threads, jobs.length); i++) void thread();
  return outcomes;
}

function ask<R>(worker: Worker, job: readonly unknown[]): Promise<{ outcome: Outcome<R>; ended: boolean }> {
  return new Promise((resolve) => {
    const done = (outcome: Outcome<R>, ended: boolean): void => {
      worker.off('message', answered).off('error', threw).off('exit', gone); // not all listeners: Node has some of its own
      resolve({ outcome, ended });
    };
    const answered = (outcome: Outcome<R>): void => done(outcome, false);
    const threw = (e: unknown): void => done({ failure: failureText(e) }, true);
    const gone = (code: number): void => done({ failure: `its thread ended with ${code}` }, true);
    worker.on('message', answered).on('error', threw).on('exit', gone);
    worker.postMessage(job);
  });
}

/** A job's result; throws its failure. */
export function resultOf<R>(outcome: Outcome<R>): R {
  if ('failure' in outcome) throw new Error(outcome.failure);
  return outcome.result;
}

/** What was thrown, with the differences that a failed assertion shows. */
export function failureText(e: unknown): string {
  const { stack, details } = e as { stack?: string; details?: string };
  return `${stack ?? String(e)}${details ? `\n${details}` : ''}`;
}
