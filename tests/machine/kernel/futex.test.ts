import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, FUTEX } from '../../../isa/abi/linux.js';
import { Guest } from '../../helpers/task.js';
const Futex = suite('futex');

const wait = FUTEX.WAIT | FUTEX.PRIVATE_FLAG;
const wake = FUTEX.WAKE | FUTEX.PRIVATE_FLAG;

Futex('waiting for a word that has changed fails at once', () => {
  const g = new Guest();
  g.put32(g.scratch, 1);
  assert.is(g.sys('futex', g.scratch, wait, 0, 0), -E.EAGAIN);
  assert.is(g.sys('futex', g.scratch + 2, wait, 0, 0), -E.EINVAL, 'words are aligned');
  assert.is(g.sys('futex', 8, wait, 0, 0), -E.EFAULT);
});

Futex('a waiter sleeps until it is woken, and wake says how many woke', () => {
  const g = new Guest();
  const tid = g.thread();
  assert.ok(Number.isNaN(g.sysAs(tid, 'futex', g.scratch, wait, 0, 0)));
  assert.is(g.task(tid).state, 'waiting');
  assert.is(g.sys('futex', g.scratch + 4, wake, 1), 0, 'another word');
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE, 1), 0, 'a call without the private flag means another queue');
  assert.is(g.sys('futex', g.scratch, wake, 1), 1);
  g.pass(10);
  assert.is(g.task(tid).state, 'running');
  assert.is(g.result(tid), 0);
  assert.is(g.kernel.state.futexes.size, 0, 'no queue stays behind');
});

Futex('a relative timeout ends the wait with ETIMEDOUT after that time', () => {
  const g = new Guest();
  const before = g.nanos;
  g.sys('futex', g.scratch, wait, 0, g.duration(g.scratch + 64, 50_000));
  assert.is(g.task().state, 'waiting');
  g.pass(90);
  assert.is(g.task().state, 'waiting');
  g.pass(30); // the timer may be 50 us late
  assert.is(g.result(1), -E.ETIMEDOUT);
  assert.ok(g.nanos - before >= 50_000);
  assert.is(g.kernel.state.timers.size, 0);
});

Futex('WAIT_BITSET takes a time on the clock, and only a wake with a common bit counts', () => {
  const g = new Guest();
  const tid = g.thread();
  const past = g.duration(g.scratch + 64, 1);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAIT_BITSET, 0, past, 0, 1), -E.ETIMEDOUT);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAIT_BITSET, 0, 0, 0, 0), -E.EINVAL, 'no bits');
  g.sysAs(tid, 'futex', g.scratch, FUTEX.WAIT_BITSET, 0, 0, 0, 0b100);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE_BITSET, 9, 0, 0, 0b011), 0);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE_BITSET, 9, 0, 0, 0b110), 1);
});

Futex('requeue wakes some and moves the rest to another word', () => {
  const g = new Guest({ cores: 4 });
  const tids = [g.thread(), g.thread(), g.thread()];
  for (const tid of tids) g.sysAs(tid, 'futex', g.scratch, wait, 0, 0);
  const op = FUTEX.CMP_REQUEUE | FUTEX.PRIVATE_FLAG;
  assert.is(g.sys('futex', g.scratch, op, 1, 1, g.scratch + 8, 7), -E.EAGAIN, 'the word is not 7');
  assert.is(g.sys('futex', g.scratch, op, 1, 1, g.scratch + 8, 0), 2, 'one woken, one moved');
  g.pass(10);
  assert.equal(tids.map((t) => g.task(t).state), ['running', 'waiting', 'waiting'], 'first come, first woken');
  assert.is(g.sys('futex', g.scratch + 8, wake, 9), 1);
  assert.is(g.sys('futex', g.scratch, wake, 9), 1);
});

Futex('WAKE_OP changes the second word and wakes by its old value', () => {
  const g = new Guest({ cores: 4 });
  const tids = [g.thread(), g.thread()];
  g.sysAs(tids[0]!, 'futex', g.scratch, wait, 0, 0);
  g.sysAs(tids[1]!, 'futex', g.scratch + 8, wait, 0, 0);
  const addOneIfZero = (1 << 28) | (0 << 24) | (1 << 12) | 0;
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE_OP | FUTEX.PRIVATE_FLAG, 1, 1, g.scratch + 8, addOneIfZero), 2);
  assert.is(g.get32(g.scratch + 8), 1);
});

Futex('a thread that ends clears its tid word and wakes whoever joins it', () => {
  const g = new Guest();
  const word = g.scratch + 16;
  g.put32(word, 99);
  const tid = g.sys('clone', 0x3d0f00, g.scratch + 32768, g.scratch + 20, word, g.scratch);
  assert.is(g.get32(g.scratch + 20), tid, 'the parent sees the tid');
  g.pass(10);
  g.sys('futex', word, FUTEX.WAIT, 99, 0);
  g.sysAs(tid, 'exit', 0);
  assert.is(g.get32(word), 0);
  g.pass(10);
  assert.is(g.task().state, 'running');
  assert.is(g.kernel.state.tasks.has(tid), false);
});

Futex('a robust mutex of a thread that ends is marked and handed on', () => {
  const g = new Guest();
  const tid = g.thread();
  const [head, lock] = [g.scratch + 256, g.scratch + 512];
  g.put64(head, lock); // list -> the lock's link -> head; the futex word lies 16 bytes behind the link
  g.put64(head + 8, 16);
  g.put64(head + 16, 0);
  g.put64(lock, head);
  g.put32(lock + 16, (tid | FUTEX.WAITERS) >>> 0);
  assert.is(g.sysAs(tid, 'set_robust_list', head, 24), 0);
  g.sys('futex', lock + 16, FUTEX.WAIT, (tid | FUTEX.WAITERS) >>> 0, 0);
  g.sysAs(tid, 'exit', 0);
  assert.is(g.get32(lock + 16), (FUTEX.WAITERS | FUTEX.OWNER_DIED) >>> 0);
  g.pass(10);
  assert.is(g.task().state, 'running');
});

Futex.run();
