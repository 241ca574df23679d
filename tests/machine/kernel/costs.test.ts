/** What kernel work costs: sums of named steps, which a machine's description may change. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MAP, PROT, SA, SIG } from '../../../isa/abi/linux.js';
import { ticksPerCycle, type Config } from '../../../machine/config.js';
import { usualSteps, type StepName } from '../../../machine/steps.js';
import { codeAt, Guest } from '../../helpers/task.js';
const Costs = suite('kernel costs');

const s = usualSteps('amd64');

/** Cycles that the kernel charges the cores for what `what` does. */
function charged(guest: Guest, what: () => void): number {
  const sum = (): number => guest.kernel.state.counts.reduce((n, c) => n + c.kernelTicks, 0);
  const before = sum();
  what();
  return (sum() - before) / ticksPerCycle;
}
/** A fault of the first thread at `va`. */
function touch(guest: Guest, va: number, access: 'read' | 'write' = 'write'): void {
  const { core } = guest.task();
  guest.kernel.trap(core, { reason: 'PageFault', pc: guest.machine.core(core).pc, va, access, row: undefined });
}
const cores = (n: number, config: Partial<Config> = {}): Guest => new Guest({ cores: n, ...config });

const call = s.ring + s.pageTables + s.frame + s.dispatch;
const entry = s.exception + s.pageTables + s.frame;

Costs('a call that does nothing is entry and exit', () => {
  const guest = cores(1);
  assert.is(charged(guest, () => guest.sys('getppid')), call);
  assert.is(charged(guest, () => guest.sys('futex', guest.scratch, 1, 1)), call + s.hashBucket, 'nobody waits');
});

Costs('arm64 does not switch page tables', () => {
  const guest = cores(1, { arch: 'arm64' });
  const arm = usualSteps('arm64');
  assert.is(arm.pageTables, 0);
  assert.is(charged(guest, () => guest.sys('getppid')), arm.ring + arm.frame + arm.dispatch);
});

Costs('a page fault is an exception, the area, the mapping, and a frame that is filled', () => {
  const guest = cores(1);
  const at = guest.sys('mmap', 0, 65536, PROT.READ | PROT.WRITE, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0);
  const filled = entry + s.findArea + s.mapPage + s.allocatePage + s.fillPage;
  assert.is(charged(guest, () => touch(guest, at)), filled);
  assert.is(charged(guest, () => touch(guest, at)), entry + s.findArea + s.mapPage, 'another thread was first');
});

const wake = s.chooseCore + s.enqueue;
const switching = s.schedule + s.accountSwitch + s.switchRegisters;
const thread = 0xd0f00 & ~0x80000; // without a thread pointer of its own

Costs('a thread gives its core to the next one of its process', () => {
  const guest = cores(1);
  assert.is(charged(guest, () => guest.sys('clone', thread, 0, 0, 0, 0)), call + s.copyTask + wake);
  assert.is(charged(guest, () => assert.ok(Number.isNaN(guest.sys('futex', guest.scratch, 128, 0, 0)))), call + s.hashBucket + switching);
});

Costs('waking a thread on another core takes an interrupt too, and that core the switch', () => {
  const guest = cores(2);
  const tid = guest.sys('clone', thread, 0, 0, 0, 0);
  guest.machine.run(guest.machine.cycles + 50_000);
  assert.is(guest.task(tid).core, 1);
  assert.ok(Number.isNaN(guest.sysAs(tid, 'futex', guest.scratch, 128, 0, 0)));
  assert.is(charged(guest, () => assert.is(guest.sys('futex', guest.scratch, 129, 1), 1)), call + s.hashBucket + wake + s.sendInterrupt);
  assert.is(charged(guest, () => guest.machine.run(guest.machine.cycles + 50_000)), switching, 'from idling');
  assert.is(guest.task(tid).state, 'running');
});

Costs('a signal is found, framed and entered, and its return restores', () => {
  const guest = cores(1);
  const action = guest.scratch + 256;
  const user = guest.kernel.user(guest.kernel.process(1));
  [BigInt(codeAt), BigInt(SA.RESTORER), BigInt(codeAt)].forEach((word, i) => user.setU64(action + 8 * i, word));
  assert.is(guest.sys('rt_sigaction', SIG.USR1, action, 0, 8), 0);
  assert.is(charged(guest, () => guest.sys('tgkill', 1, 1, SIG.USR1)), call + s.dequeueSignal + s.buildFrame + s.enterHandler);
});

Costs('a description\'s figures take the place of the usual ones', () => {
  const kernelCosts: Partial<Record<StepName, number>> = { pageTables: 0, dispatch: 7 };
  const guest = cores(1, { kernelCosts });
  assert.is(charged(guest, () => guest.sys('getppid')), s.ring + s.frame + 7);
});

Costs.run();
