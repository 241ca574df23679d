/** A thread of threads.ts: each message is the arguments of a call, each answer its outcome. */
import { parentPort, workerData } from 'node:worker_threads';
import { failureText, type ThreadData } from './threads.js';

const { module, name } = workerData as ThreadData;
const work = ((await import(module)) as Record<string, (...job: unknown[]) => unknown>)[name]!;

parentPort!.on('message', (job: unknown[]) => {
  void Promise.resolve()
    .then(() => work(...job))
    .then((result) => ({ result }), (e: unknown) => ({ failure: failureText(e) }))
    .then((outcome) => parentPort!.postMessage(outcome));
});
