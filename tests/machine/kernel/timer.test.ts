/** Timers and queued signals, by calls on behalf of threads that only loop. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLOCK, E, EPOLL, ITIMER, RLIMIT, RUSAGE, SA, SI, SIG, SIGEV, SIG_BLOCK, TIMER_ABSTIME, rusage, sigevent, siginfo, signalfdSiginfo } from '../../../isa/abi/linux.js';
import { GPR, gprSlot } from '../../../isa/x86/regs.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { Guest, codeAt } from '../../helpers/task.js';
const Timers = suite('timers');

/** A tenth of a step. */
const step = 100_000;

/** A handler that loops, as all code here does: it runs from its first signal on, which stays blocked. */
function handle(g: Guest, signo: number): void {
  g.put64(g.scratch, codeAt);
  g.put64(g.scratch + 8, SA.SIGINFO | SA.RESTORER);
  g.put64(g.scratch + 16, 0x1234);
  g.put64(g.scratch + 24, 0);
  g.sys('rt_sigaction', signo, g.scratch, 0, 8);
}

function block(g: Guest, ...signals: number[]): number {
  g.put64(g.scratch + 512, signals.reduce((set, s) => set | (1n << BigInt(s - 1)), 0n));
  g.sys('rt_sigprocmask', SIG_BLOCK, g.scratch + 512, 0, 8);
  return g.scratch + 512;
}

/** What the handler that a thread is in was told: number, code, and the words behind them. */
function told(g: Guest, tid = 1): { signo: number; code: number; id: number; overrun: number; value: number } | undefined {
  const core = g.machine.core(g.task(tid).core);
  const at = Number(core.get64(gprSlot(GPR.RSI)));
  if (core.get64(gprSlot(GPR.RDI)) === 0n || g.task(tid).mask === 0n) return undefined;
  return { signo: g.get32(at), code: g.get32(at + siginfo.code) | 0, id: g.get32(at + siginfo.pid), overrun: g.get32(at + siginfo.uid), value: Number(g.get64(at + siginfo.value)) };
}

const setting = (g: Guest, at: number, value: number, interval: number): number => {
  g.duration(at, interval);
  g.duration(at + 16, value);
  return at;
};
const nanosAt = (g: Guest, at: number): number => Number(g.get64(at)) * 1e9 + Number(g.get64(at + 8));

/** timer_create; its number. */
function create(g: Guest, clock: number, notify: number, signo: number, value = 0, tid = 0): number {
  const at = g.scratch + 1024;
  g.put64(at + sigevent.value, value);
  g.put32(at + sigevent.signo, signo);
  g.put32(at + sigevent.notify, notify);
  g.put32(at + sigevent.tid, tid);
  const r = g.sys('timer_create', clock, at, at + 256);
  return r === 0 ? g.get32(at + 256) : r;
}
const settime = (g: Guest, id: number, value: number, interval = 0, flags = 0): number => g.sys('timer_settime', id, flags, setting(g, g.scratch + 2048, value, interval), g.scratch + 2112);

Timers('a timer on the monotonic clock sends its signal at its time, to the microsecond of an interrupt', () => {
  const g = new Guest({ cores: 1 });
  handle(g, SIG.USR1);
  const id = create(g, CLOCK.MONOTONIC, SIGEV.SIGNAL, SIG.USR1, 77);
  assert.is(id, 0);
  settime(g, id, 5 * step);
  g.pass(492);
  assert.is(told(g), undefined);
  g.pass(12);
  assert.equal(told(g), { signo: SIG.USR1, code: SI.TIMER, id: 0, overrun: 0, value: 77 });
  assert.ok(g.lines.includes('--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_TIMER, si_timerid=0, si_overrun=0, si_int=77, si_ptr=0x4d} ---'));
});

Timers('a CPU timer expires while its thread runs, to the tick and the block, and stands while it waits', () => {
  const g = new Guest({ cores: 1, quantumCycles: 1_000_000 });
  handle(g, SIG.USR1);
  const id = create(g, CLOCK.THREAD_CPUTIME_ID, SIGEV.THREAD_ID, SIG.USR1, 1, 1);
  const { clockTimers } = g.kernel.state;
  assert.is(clockTimers.cpu.size, 0, 'nothing is watched while it is not armed');
  settime(g, id, 3 * step);
  const due = (Math.floor(g.kernel.cpuTicks(g.task()) / 144) + 3 * step) * 144; // clocks show whole nanoseconds
  g.sys('nanosleep', g.duration(g.scratch + 3000, 7 * step), 0);
  assert.is(g.machine.events.save().entries.filter((e) => e.event.kind === 'timer').length, 0, 'no event while it sleeps');
  g.pass(770);
  assert.is(told(g), undefined);
  const left = Math.floor((due - g.kernel.cpuTicks(g.task())) / 48); // cycles
  const now = g.machine.cycles;
  g.machine.run(now + left - 1);
  assert.is(told(g), undefined);
  g.machine.run(now + left + 3); // a turn of the loop is two cycles
  assert.is(told(g)?.signo, SIG.USR1);
});

Timers('expiries that nobody has taken are overruns of the one signal', () => {
  const g = new Guest({ cores: 1 });
  const set = block(g, 40);
  const id = create(g, CLOCK.MONOTONIC, SIGEV.SIGNAL, 40, 5);
  settime(g, id, step, step);
  g.pass(1_050);
  const events = g.machine.events.save().entries.length;
  g.pass(2_000);
  assert.ok(g.machine.events.save().entries.length <= events, 'no event per period');
  assert.is(g.sys('rt_sigtimedwait', set, g.scratch, g.duration(g.scratch + 512 + 8, 0), 8), 40);
  const missed = g.get32(g.scratch + siginfo.uid);
  assert.ok(missed >= 29 && missed <= 30, String(missed));
  assert.is(g.sys('timer_getoverrun', id), missed);
  g.pass(100);
  assert.is(g.sys('rt_sigtimedwait', set, g.scratch, g.duration(g.scratch + 512 + 8, 0), 8), 40);
  assert.is(g.get32(g.scratch + siginfo.uid), 0, 'the next period has none');
  settime(g, id, 1, 0, TIMER_ABSTIME);
  assert.is(g.sys('rt_sigtimedwait', set, g.scratch, g.duration(g.scratch + 512 + 8, 0), 8), 40, 'the past expires at once');
  assert.is(g.sys('timer_delete', id), 0);
  assert.is(g.sys('timer_delete', id), -E.EINVAL);
});

Timers('a timer of all threads runs as fast as they do together, and goes to one that runs', () => {
  const g = new Guest({ cores: 4 });
  handle(g, SIG.PROF);
  const second = g.thread();
  const third = g.thread();
  g.sysAs(second, 'nanosleep', g.duration(g.scratch + 3000, 1e9), 0);
  g.put64(g.scratch + 4000, 0);
  g.put64(g.scratch + 4008, 0);
  g.put64(g.scratch + 4016, 0);
  g.put64(g.scratch + 4024, 600);
  g.sys('setitimer', ITIMER.PROF, g.scratch + 4000, 0);
  const from = g.machine.cycles;
  g.pass(290);
  assert.equal([told(g), told(g, third)], [undefined, undefined]);
  g.pass(20);
  const hit = [1, third].filter((tid) => told(g, tid) !== undefined);
  assert.is(hit.length, 1);
  assert.is(told(g, hit[0]!)!.code, SI.KERNEL);
  assert.ok(g.machine.cycles - from < 320 * 3000);
  assert.ok(g.lines.some((l) => l.endsWith('--- SIGPROF {si_signo=SIGPROF, si_code=SI_KERNEL} ---')));
});

Timers('user time is what the kernel has not charged; ended threads stay counted', () => {
  const g = new Guest({ cores: 2 });
  g.pass(500);
  const all = (who: number): { user: number; system: number } => {
    g.sys('getrusage', who, g.scratch);
    const micros = (at: number): number => Number(g.get64(at)) * 1e6 + Number(g.get64(at + 8));
    return { user: micros(g.scratch + rusage.utime), system: micros(g.scratch + rusage.stime) };
  };
  const one = all(RUSAGE.THREAD);
  assert.ok(one.user >= 500 && one.system >= 1 && one.system < 100, JSON.stringify(one));
  const second = g.thread();
  g.pass(300);
  const both = all(RUSAGE.SELF);
  assert.ok(both.user >= one.user + 600);
  g.sysAs(second, 'exit', 0);
  const after = all(RUSAGE.SELF);
  assert.ok(after.user >= both.user && after.user > all(RUSAGE.THREAD).user + 290);
  assert.is(g.sys('clock_gettime', CLOCK.PROCESS_CPUTIME_ID, g.scratch), 0);
  assert.ok(nanosAt(g, g.scratch) >= 1000 * (after.user + after.system));
});

Timers('an alarm is the process\'s one real interval timer', () => {
  const g = new Guest({ cores: 1 });
  assert.is(g.sys('alarm', 100), 0);
  assert.is(g.sys('alarm', 50), 100);
  g.sys('getitimer', ITIMER.REAL, g.scratch);
  assert.is(g.get64(g.scratch + 16), 49n);
  assert.is(g.sys('setitimer', 3, 0, 0), -E.EINVAL);
  assert.is(g.sys('setitimer', ITIMER.REAL, 0, 0), 0, 'nothing means stop');
  assert.is(g.sys('alarm', 0), 0);
  g.sys('alarm', 1);
  g.sys('pause');
  assert.is(g.machine.run(), 'exit');
  assert.is(g.machine.exitStatus, 128 + SIG.ALRM);
});

Timers('a timer descriptor counts its expiries and is ready when there are some', () => {
  const g = new Guest({ cores: 1 });
  const fd = g.sys('timerfd_create', CLOCK.MONOTONIC, 0o4000);
  assert.is(g.sys('read', fd, g.scratch, 8), -E.EAGAIN);
  assert.is(g.sys('timerfd_settime', fd, 0, setting(g, g.scratch, 2 * step, step), 0), 0);
  const set = g.sys('epoll_create1', 0);
  g.put32(g.scratch, EPOLL.IN);
  g.put64(g.scratch + 4, 9);
  g.sys('epoll_ctl', set, EPOLL.CTL_ADD, fd, g.scratch);
  assert.ok(Number.isNaN(g.sys('epoll_wait', set, g.scratch, 1, -1)));
  g.pass(210);
  assert.is(g.result(1), 1);
  g.pass(500);
  assert.is(g.sys('read', fd, g.scratch, 8), 8);
  assert.is(g.get64(g.scratch), 6n);
  g.sys('timerfd_gettime', fd, g.scratch);
  assert.ok(nanosAt(g, g.scratch + 16) <= step && nanosAt(g, g.scratch) === step);
  g.sys('timerfd_settime', fd, TIMER_ABSTIME, setting(g, g.scratch, 1, 0), g.scratch + 64);
  assert.is(nanosAt(g, g.scratch + 64), step, 'the old period');
  assert.is(g.sys('read', fd, g.scratch, 8), 8, 'the past expires at once');
  assert.is(g.get64(g.scratch), 1n);
  g.sys('timerfd_settime', fd, 0, setting(g, g.scratch, 1e9, 0), 0);
  g.sys('close', set);
  g.sys('close', fd);
  assert.is(g.machine.events.save().entries.filter((e) => e.event.kind === 'timerfd').length, 0, 'a closed one has no event');
});

Timers('queued signals come in order with what their sender says, and the limit refuses them', () => {
  const g = new Guest({ cores: 1 });
  const set = block(g, SIG.USR1, 40, 41);
  const queue = (signo: number, value: number): number => {
    g.put32(g.scratch, signo);
    g.put32(g.scratch + 4, 0);
    g.put32(g.scratch + siginfo.code, SI.QUEUE);
    g.put32(g.scratch + siginfo.pid, 1);
    g.put32(g.scratch + siginfo.uid, 0);
    g.put64(g.scratch + siginfo.value, value);
    return g.sys('rt_sigqueueinfo', 1, signo, g.scratch);
  };
  for (const [signo, value] of [[41, 1], [40, 2], [41, 3], [40, 4], [SIG.USR1, 5], [SIG.USR1, 6]] as const) assert.is(queue(signo, value), 0);
  const took = (): string => {
    const r = g.sys('rt_sigtimedwait', set, g.scratch, g.duration(g.scratch + 512 + 8, 0), 8);
    return r < 0 ? String(r) : `${r}:${g.get64(g.scratch + siginfo.value)}`;
  };
  assert.equal(Array.from({ length: 6 }, took), ['10:5', '40:2', '40:4', '41:1', '41:3', String(-E.EAGAIN)]);
  g.put32(g.scratch + siginfo.code, SI.USER);
  assert.is(g.sys('rt_tgsigqueueinfo', 1, 1, 40, g.scratch), 0, 'to oneself one may say anything');
  assert.is(g.sys('rt_sigqueueinfo', 99, 40, g.scratch), -E.EPERM);
  took();
  g.put64(g.scratch, 1);
  g.put64(g.scratch + 8, 100);
  g.sys('setrlimit', RLIMIT.SIGPENDING, g.scratch);
  assert.is(queue(40, 1), 0);
  assert.is(queue(40, 2), -E.EAGAIN);
  assert.is(create(g, CLOCK.MONOTONIC, SIGEV.SIGNAL, 40), -E.EAGAIN, 'a timer keeps a place');
  assert.is(g.sys('kill', 1, SIG.USR1), 0, 'standard signals always arrive');
});

Timers('signals can be read from a descriptor', () => {
  const g = new Guest({ cores: 2 });
  const fd = g.sys('signalfd4', -1, block(g, SIG.USR1, 40), 8, 0);
  const second = g.thread();
  const at = g.scratch + 4096;
  assert.ok(Number.isNaN(g.sys('read', fd, at, 256)), 'waits');
  g.sysAs(second, 'kill', 1, SIG.USR1);
  g.pass(100);
  assert.is(g.result(1), signalfdSiginfo.size);
  assert.equal([g.get32(at), g.get32(at + signalfdSiginfo.pid)], [SIG.USR1, 1]);
});

Timers('a signal of the process goes to the thread that was roused for it, unless that blocks it', () => {
  const g = new Guest({ cores: 2 });
  handle(g, SIG.USR1);
  const second = g.thread();
  g.sys('nanosleep', g.duration(g.scratch, 1e9), 0);
  g.sysAs(second, 'kill', 1, SIG.USR1);
  g.sysAs(second, 'gettid');
  assert.is(told(g, second), undefined, 'the sender does not take what roused the first thread');
  g.pass(10);
  assert.is(told(g)?.signo, SIG.USR1);
  // the first thread blocks it now, as a handler does
  g.sys('kill', 1, SIG.USR1);
  g.pass(10);
  assert.is(told(g, second)?.signo, SIG.USR1);
});

Timers('armed timers of every kind live through a snapshot', () => {
  const g = new Guest({ cores: 2 });
  handle(g, SIG.USR1);
  handle(g, SIG.VTALRM);
  block(g, SIG.ALRM, 40);
  settime(g, create(g, CLOCK.MONOTONIC, SIGEV.SIGNAL, 40, 3), step, step);
  settime(g, create(g, CLOCK.PROCESS_CPUTIME_ID, SIGEV.SIGNAL, SIG.USR1, 3), 9 * step, 4 * step);
  g.sys('setitimer', ITIMER.VIRTUAL, setting(g, g.scratch, 800_000, 0), 0);
  g.sys('alarm', 1);
  g.thread();
  g.sys('timerfd_settime', g.sys('timerfd_create', CLOCK.REALTIME, 0), 0, setting(g, g.scratch, 3 * step, step), 0);
  g.pass(250);
  const copy = Machine.restore(g.machine.snapshot(), new MemoryHost());
  const until = g.machine.cycles + 2 * 3e6;
  g.machine.run(until);
  copy.run(until);
  assert.ok(g.kernel.state.clockTimers.all.size === 4);
  assert.is(copy.digest(), g.machine.digest());
});

Timers.run();
