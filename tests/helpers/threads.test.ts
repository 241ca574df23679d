/** The queue of jobs for worker threads that long tests share. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inThreads, resultOf } from './threads.js';
import { job } from './threadsJob.js';

const Threads = suite('threads');
const module = new URL('./threadsJob.js', import.meta.url);

Threads('every job has its outcome, in its place, however many there are for a thread', async () => {
  const outcomes = await Promise.all(inThreads(module, job, Array.from({ length: 9 }, (_, i) => ['double', i] as const), 2));
  assert.equal(outcomes, Array.from({ length: 9 }, (_, i) => ({ result: 2 * i })));
});

Threads('what a job throws, and the end of its thread, are failures of this job alone', async () => {
  const outcomes = await Promise.all(inThreads(module, job, [['throw', 1], ['double', 1], ['exit', 3], ['double', 2], ['assert', 4]], 1));
  assert.match((outcomes[0] as { failure: string }).failure, /one too many/);
  assert.throws(() => resultOf(outcomes[0]!), /one too many/);
  assert.is(resultOf(outcomes[1]!), 2);
  assert.equal(outcomes[2], { failure: 'its thread ended with 3' });
  assert.is(resultOf(outcomes[3]!), 4);
  assert.match((outcomes[4] as { failure: string }).failure, /Expected[^]*4[^]*5/);
});

Threads.run();
