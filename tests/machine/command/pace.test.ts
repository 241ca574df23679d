/** --pace: how virtual time and the host's go together. The host's clock of these tests moves when somebody sleeps, or is told to. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Pacer, type Pace } from '../../../machine/command/pace.js';
import { Guest } from '../../helpers/task.js';
const Paces = suite('pace');

/** A guest that is about to sleep 300 ms, or to poll standard input for as long; its pacer; and the host's clock in milliseconds. */
function asleep(pace: Pace, awaits: 'time' | 'input'): { g: Guest; pacer: Pacer; clock: { now: number; slept: number } } {
  const g = new Guest({ cores: 1 });
  const clock = { now: 1000, slept: 0 };
  const sleep = (millis: number): Promise<void> => {
    clock.now += millis;
    clock.slept += millis;
    return Promise.resolve();
  };
  const pacer = new Pacer(g.machine, pace, { now: () => clock.now, sleep, ready: (millis) => sleep(millis).then(() => false) });
  g.host.open = true;
  if (awaits === 'time') g.sys('nanosleep', g.duration(g.scratch, 300e6), 0);
  else {
    // standard input is always ready for poll, but an epoll set tells only of changes
    const set = g.sys('epoll_create1', 0);
    g.put32(g.scratch, 0x80000001);
    g.sys('epoll_ctl', set, 1, 0, g.scratch);
    g.sys('epoll_wait', set, g.scratch, 1, 0);
    g.sys('epoll_wait', set, g.scratch, 1, 300);
  }
  return { g, pacer, clock };
}

/** Lets the guest go on until it runs again (a poll of 300 ms is 0.3 ms late), and a little further; the virtual milliseconds that took. */
async function wake({ g, pacer }: { g: Guest; pacer: Pacer }): Promise<number> {
  const from = g.machine.seconds;
  while (g.machine.seconds < from + 0.3004) {
    const until = await pacer.until();
    if (g.machine.run(Math.min(until, Math.ceil((from + 0.3005) * g.machine.config.clockHz))) === 'wait') await pacer.idle();
  }
  return (g.machine.seconds - from) * 1000;
}

Paces('idle time costs nothing by itself, but lasts as long here while input is awaited', async () => {
  const alone = asleep('input', 'time');
  assert.ok((await wake(alone)) >= 300);
  assert.is(alone.clock.slept, 0);
  const waiting = asleep('input', 'input');
  assert.ok((await wake(waiting)) >= 300);
  assert.ok(waiting.clock.slept >= 299 && waiting.clock.slept < 310, String(waiting.clock.slept));
});

Paces('free leaps over waits for input too', async () => {
  const waiting = asleep('free', 'input');
  assert.ok((await wake(waiting)) >= 300);
  assert.is(waiting.clock.slept, 0);
});

Paces('real never lets virtual time run ahead, idle or busy, and does not slow down what is late', async () => {
  const sleeper = asleep('real', 'time');
  assert.ok((await wake(sleeper)) >= 300);
  assert.ok(sleeper.clock.slept >= 300 && sleeper.clock.slept < 310, String(sleeper.clock.slept));
  const { g, pacer, clock } = sleeper;
  for (let i = 0; i < 20; i++) {
    const before = g.machine.seconds;
    const until = await pacer.until();
    assert.ok(until / g.machine.config.clockHz <= (clock.now - 1000) / 1000 + 0.001);
    g.machine.run(Math.min(until, g.machine.cycles + 1e6));
    assert.ok(g.machine.seconds > before);
  }
  clock.now += 500;
  clock.slept = 0;
  await pacer.until();
  assert.is(clock.slept, 0);
});

Paces('the pace changes no result', async () => {
  const digests = new Set<string>();
  for (const pace of ['input', 'real', 'free'] as const) {
    const run = asleep(pace, 'time');
    await wake(run);
    run.g.machine.run(0.91e9);
    digests.add(run.g.machine.digest());
  }
  assert.is(digests.size, 1);
});

Paces.run();
