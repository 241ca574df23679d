/** How late sleeps may end: timer slack. Threads of the helper loop, so that each is on its core again at once. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, CLOCK, E, O, PR, SCHED } from '../../../isa/abi/linux.js';
import { Guest } from '../../helpers/task.js';
const Slack = suite('timer slack');

/** Microseconds that the call takes, to the next multiple of 5. */
function lasts(g: Guest, name: string, ...args: (number | bigint)[]): number {
  const from = g.nanos;
  if (!Number.isNaN(g.sys(name, ...args))) return 0;
  while (g.task().state === 'waiting') g.pass(1);
  return Math.floor((g.nanos - from) / 5000) * 5;
}

Slack('a sleep is 50 us late', () => {
  const g = new Guest();
  assert.is(lasts(g, 'nanosleep', g.duration(g.scratch, 20_000), 0), 70);
  assert.is(lasts(g, 'clock_nanosleep', CLOCK.MONOTONIC, 0, g.duration(g.scratch, 100_000), 0), 150);
  assert.is(lasts(g, 'futex', g.scratch + 64, 128, 0, g.duration(g.scratch, 20_000)), 70);
});

Slack('PR_SET_TIMERSLACK says by how much; 0 puts back what the thread began with, which is its maker\'s', () => {
  const g = new Guest();
  assert.is(g.sys('prctl', PR.GET_TIMERSLACK), 50_000);
  g.sys('prctl', PR.SET_TIMERSLACK, 10_000);
  assert.is(lasts(g, 'nanosleep', g.duration(g.scratch, 20_000), 0), 30);
  const child = g.thread();
  assert.is(g.sysAs(child, 'prctl', PR.GET_TIMERSLACK), 10_000);
  g.sysAs(child, 'prctl', PR.SET_TIMERSLACK, 5);
  g.sysAs(child, 'prctl', PR.SET_TIMERSLACK, 0);
  assert.is(g.sysAs(child, 'prctl', PR.GET_TIMERSLACK), 10_000);
  g.sys('prctl', PR.SET_TIMERSLACK, 0);
  assert.is(g.sys('prctl', PR.GET_TIMERSLACK), 50_000);
});

Slack('/proc/PID/timerslack_ns shows the slack of the first thread, and sets it', () => {
  const g = new Guest();
  const file = (): number => g.sys('openat', AT.FDCWD, g.text(g.scratch + 256, '/proc/self/timerslack_ns'), O.RDWR, 0);
  const write = (text: string): number => g.sys('write', file(), g.text(g.scratch + 512, text), text.length);
  const read = (): string => g.bytes(g.scratch + 512, g.sys('read', file(), g.scratch + 512, 64));
  assert.is(read(), '50000\n');
  assert.is(write('10000\n'), 6);
  assert.is(read(), '10000\n');
  assert.is(g.sys('prctl', PR.GET_TIMERSLACK), 10_000);
  assert.is(lasts(g, 'nanosleep', g.duration(g.scratch, 20_000), 0), 20 + 10);
  assert.equal(['ten', '-1', '', `${2n ** 64n}`].map(write), [-E.EINVAL, -E.EINVAL, -E.EINVAL, -E.ERANGE]);
  assert.is(read(), '10000\n');
  write('0');
  assert.is(read(), '50000\n');
  assert.is(g.sys('openat', AT.FDCWD, g.text(g.scratch + 256, '/proc/self/task/1/timerslack_ns'), O.RDONLY, 0), -E.ENOENT);
});

Slack('polls are late by a thousandth of their timeout, those of nice threads by five', () => {
  const g = new Guest();
  assert.is(lasts(g, 'poll', 0, 0, 20), 20_050);
  assert.is(lasts(g, 'poll', 0, 0, 200), 200_200);
  g.sys('setpriority', 0, 0, 5);
  assert.is(lasts(g, 'poll', 0, 0, 200), 201_000);
});

Slack('sleeps and polls of real-time threads are not late', () => {
  const g = new Guest();
  g.put32(g.scratch + 32, 1);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.FIFO, g.scratch + 32), 0);
  assert.is(lasts(g, 'nanosleep', g.duration(g.scratch, 20_000), 0), 20);
  assert.is(lasts(g, 'poll', 0, 0, 200), 200_000);
});

Slack('a call that goes on after a stop keeps its end', () => {
  const g = new Guest();
  const from = g.nanos;
  g.sys('nanosleep', g.duration(g.scratch, 1_000_000), 0);
  g.pass(500);
  const [STOP, CONT] = [19, 18];
  g.machine.events.add({ due: g.nanos * 144, kind: 'signal', target: 1, data: STOP });
  g.pass(200);
  g.machine.events.add({ due: g.nanos * 144, kind: 'signal', target: 1, data: CONT });
  while (g.task().state !== 'running') g.pass(1);
  assert.is(Math.floor((g.nanos - from) / 10_000), 105);
});

Slack.run();
