import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, RLIMIT, SA, SIG, SIG_BLOCK, SIG_SETMASK, SS, amd64Frame } from '../../../isa/abi/linux.js';
import { GPR, gprSlot, slots } from '../../../isa/x86/regs.js';
import { Guest } from '../../helpers/task.js';
const Signals = suite('signals');

const handlerAt = 0x401000; // loops, like all code of these machines
const restorer = 0x1234n;

function setAction(g: Guest, signo: number, handler: number, flags = 0, mask = 0n): number {
  g.put64(g.scratch, handler);
  g.put64(g.scratch + 8, flags);
  g.put64(g.scratch + 16, restorer);
  g.put64(g.scratch + 24, mask);
  return g.sys('rt_sigaction', signo, g.scratch, 0, 8);
}
const goFlags = SA.SIGINFO | SA.ONSTACK | SA.RESTORER | SA.RESTART;
const register = (g: Guest, r: number): bigint => g.machine.core(g.task().core).get64(gprSlot(r));

Signals('an action is reported exactly as it was set', () => {
  const g = new Guest();
  assert.is(g.sys('rt_sigaction', SIG.URG, 0, g.scratch + 64, 8), 0);
  assert.equal([0, 8, 16, 24].map((at) => g.get64(g.scratch + 64 + at)), [0n, 0n, 0n, 0n]);
  setAction(g, SIG.URG, handlerAt, goFlags, 0xffff_ffff_ffff_ffffn);
  g.sys('rt_sigaction', SIG.URG, 0, g.scratch + 64, 8);
  const kept = 0xffff_ffff_ffff_ffffn & ~(1n << 8n) & ~(1n << 18n); // SIGKILL and SIGSTOP stay out of masks
  assert.equal([0, 8, 16, 24].map((at) => g.get64(g.scratch + 64 + at)), [BigInt(handlerAt), 0x1c000004n, restorer, kept]);
});

Signals('bad numbers and sizes are refused', () => {
  const g = new Guest();
  assert.is(g.sys('rt_sigaction', 0, 0, 0, 8), -E.EINVAL);
  assert.is(g.sys('rt_sigaction', 65, 0, 0, 8), -E.EINVAL);
  assert.is(g.sys('rt_sigaction', SIG.URG, 0, 0, 16), -E.EINVAL);
  assert.is(setAction(g, SIG.KILL, handlerAt), -E.EINVAL);
  assert.is(g.sys('rt_sigaction', SIG.KILL, 0, g.scratch, 8), 0, 'asking is allowed');
  assert.is(g.sys('tgkill', 1, 99, SIG.URG), -E.ESRCH);
  assert.is(g.sys('tgkill', 1, 1, 0), 0, 'signal 0 probes');
  assert.is(g.sys('kill', 99, SIG.URG), -E.ESRCH);
});

Signals('masks and alternate stacks are kept per thread', () => {
  const g = new Guest();
  g.put64(g.scratch, 1n << BigInt(SIG.USR1 - 1));
  assert.is(g.sys('rt_sigprocmask', SIG_BLOCK, g.scratch, g.scratch + 8, 8), 0);
  assert.is(g.get64(g.scratch + 8), 0n);
  g.sys('rt_sigprocmask', 0, 0, g.scratch + 8, 8);
  assert.is(g.get64(g.scratch + 8), 1n << BigInt(SIG.USR1 - 1));
  g.sys('sigaltstack', 0, g.scratch);
  assert.is(g.get32(g.scratch + 8), SS.DISABLE);
  g.put64(g.scratch, g.scratch + 4096);
  g.put64(g.scratch + 8, 0);
  g.put64(g.scratch + 16, 1000);
  assert.is(g.sys('sigaltstack', g.scratch, 0), -E.ENOMEM, 'too small');
  g.put64(g.scratch + 16, 32768);
  assert.is(g.sys('sigaltstack', g.scratch, 0), 0);
  const tid = g.thread();
  assert.is(g.task(tid).mask, 1n << BigInt(SIG.USR1 - 1), 'a thread inherits the mask');
  assert.is(g.task(tid).altStack.bytes, 0n, 'but no alternate stack');
});

Signals('a handler runs on the alternate stack and finds the registers in its frame; sigreturn restores all', () => {
  const g = new Guest();
  g.put64(g.scratch, g.scratch + 4096);
  g.put64(g.scratch + 8, 0);
  g.put64(g.scratch + 16, 16384);
  g.sys('sigaltstack', g.scratch, 0);
  setAction(g, SIG.USR1, handlerAt, goFlags, 0n);
  const core = g.machine.core(g.task().core);
  const sp = register(g, GPR.RSP);
  core.set64(gprSlot(GPR.RBX), 0xabcdn);
  core.set64(slots.xmm + 16, 0x1111n);
  assert.is(g.sys('tgkill', 1, 1, SIG.USR1), SIG.USR1 * 0, 'the handler starts with RAX 0');
  const frame = Number(register(g, GPR.RSP));
  assert.ok(frame > g.scratch + 4096 && frame < g.scratch + 4096 + 16384);
  assert.is(frame % 16, 8);
  assert.is(g.get64(frame), restorer);
  assert.is(register(g, GPR.RDI), BigInt(SIG.USR1));
  const info = Number(register(g, GPR.RSI));
  const context = Number(register(g, GPR.RDX));
  assert.equal([g.get32(info), g.get32(info + 8) | 0, g.get32(info + 16)], [SIG.USR1, -6, 1]);
  assert.is(g.get64(context + amd64Frame.uc.rsp), sp);
  assert.is(g.get64(context + amd64Frame.uc.rbx), 0xabcdn);
  assert.is(g.get64(context + amd64Frame.uc.rax), 0n, 'tgkill has returned 0');
  assert.is(g.task().mask, 1n << BigInt(SIG.USR1 - 1), 'blocked while its handler runs');

  // what Go does: resume elsewhere, with other registers
  g.put64(context + amd64Frame.uc.rbx, 0x7777n);
  core.set64(slots.xmm + 16, 0x9999n);
  core.set64(gprSlot(GPR.RSP), BigInt(frame + 8)); // the handler's RET
  g.sys('rt_sigreturn');
  assert.is(register(g, GPR.RSP), sp);
  assert.is(register(g, GPR.RBX), 0x7777n);
  assert.is(core.get64(slots.xmm + 16), 0x1111n);
  assert.is(g.task().mask, 0n);
});

Signals('a blocked signal waits; standard ones once', () => {
  const g = new Guest();
  setAction(g, SIG.USR1, handlerAt, SA.RESTORER, 0n);
  g.put64(g.scratch, 1n << BigInt(SIG.USR1 - 1));
  g.sys('rt_sigprocmask', SIG_BLOCK, g.scratch, 0, 8);
  g.sys('kill', 1, SIG.USR1);
  g.sys('kill', 1, SIG.USR1);
  g.sys('rt_sigpending', g.scratch, 8);
  assert.is(g.get64(g.scratch), 1n << BigInt(SIG.USR1 - 1));
  assert.is(g.kernel.process(1).pending.length, 1);
  g.put64(g.scratch, 0);
  g.sys('rt_sigprocmask', SIG_SETMASK, g.scratch, 0, 8);
  assert.is(register(g, GPR.RDI), BigInt(SIG.USR1), 'delivered on the way out of the call that opened it');
});

Signals('a signal breaks off a sleep, which returns EINTR after the handler', () => {
  const g = new Guest();
  setAction(g, SIG.URG, handlerAt, goFlags, 0n);
  const tid = g.thread();
  g.sysAs(tid, 'nanosleep', g.duration(g.scratch, 1e9), 0);
  assert.is(g.sys('tgkill', 1, tid, SIG.URG), 0);
  g.pass(20);
  const core = g.machine.core(g.task(tid).core);
  assert.is(g.task(tid).state, 'running');
  const context = Number(core.get64(gprSlot(GPR.RDX)));
  assert.is(BigInt.asIntN(64, g.get64(context + amd64Frame.uc.rax)), BigInt(-E.EINTR));
  assert.is(g.kernel.state.timers.size, 0, 'its timer is gone');
});

Signals('a futex wait without a timeout starts again after a handler with SA_RESTART', () => {
  const g = new Guest();
  setAction(g, SIG.URG, handlerAt, goFlags, 0n);
  const tid = g.thread();
  g.put32(g.scratch, 0);
  g.sysAs(tid, 'futex', g.scratch, 0x80, 0, 0);
  const pc = BigInt(new DataView(g.task(tid).registers.buffer).getBigUint64(slots.rip, true));
  g.sys('tgkill', 1, tid, SIG.URG);
  g.pass(20);
  const context = Number(g.machine.core(g.task(tid).core).get64(gprSlot(GPR.RDX)));
  assert.is(g.get64(context + amd64Frame.uc.rip), pc - 2n, 'back at the SYSCALL instruction');
  assert.is(g.get64(context + amd64Frame.uc.rax), 202n);
});

Signals('an ignored signal neither wakes nor counts', () => {
  const g = new Guest();
  const tid = g.thread();
  g.sysAs(tid, 'nanosleep', g.duration(g.scratch, 1e9), 0);
  g.sys('tgkill', 1, tid, SIG.URG); // ignored by default
  assert.is(g.task(tid).state, 'waiting');
  assert.is(g.task(tid).pending.length, 0);
});

Signals('a running thread on another core is interrupted', () => {
  const g = new Guest();
  setAction(g, SIG.URG, handlerAt, goFlags, 0n);
  const tid = g.thread();
  g.sys('tgkill', 1, tid, SIG.URG);
  g.pass(20);
  assert.is(g.machine.core(g.task(tid).core).get64(gprSlot(GPR.RDI)), BigInt(SIG.URG));
});

Signals('a fatal signal ends the process with 128 + its number', () => {
  const g = new Guest();
  g.sys('kill', 1, SIG.TERM);
  assert.is(g.machine.run(), 'exit');
  assert.is(g.machine.exitStatus, 143);
  assert.is(g.kernel.message, 'SIGTERM');
});

Signals('a fault without a handler names its address and place', () => {
  const g = new Guest();
  const core = g.machine.core(g.task().core);
  g.kernel.trap(g.task().core, { reason: 'PageFault', pc: core.pc, va: 0x10, access: 'write', row: undefined });
  assert.is(g.machine.exitStatus, 139);
  assert.is(g.kernel.message, 'SIGSEGV at 0x401000, address 0x10');
});

Signals('INT3 raises SIGTRAP behind the instruction, division SIGFPE at it', () => {
  const g = new Guest();
  setAction(g, SIG.TRAP, handlerAt, goFlags, 0n);
  setAction(g, SIG.FPE, handlerAt, goFlags, 0n);
  const core = g.machine.core(g.task().core);
  const pc = core.pc;
  const trap = (reason: 'Breakpoint' | 'Divide'): [bigint, number, bigint] => {
    core.pc = pc;
    g.kernel.trap(g.task().core, { reason, pc, va: 0, access: 'read', row: undefined });
    const info = Number(register(g, GPR.RSI));
    return [g.get64(Number(register(g, GPR.RDX)) + amd64Frame.uc.rip), g.get32(info + 8), g.get64(info + 16)];
  };
  assert.equal(trap('Breakpoint'), [BigInt(pc + 1), 0x80, 0n]);
  assert.equal(trap('Divide'), [BigInt(pc), 1, BigInt(pc)]);
});

Signals('sigtimedwait takes a blocked signal without a handler', () => {
  const g = new Guest();
  const set = g.scratch + 128;
  g.put64(set, 1n << BigInt(SIG.USR2 - 1));
  g.sys('rt_sigprocmask', SIG_BLOCK, set, 0, 8);
  assert.is(g.sys('rt_sigtimedwait', set, 0, g.duration(g.scratch, 0), 8), -E.EAGAIN);
  const tid = g.thread();
  assert.ok(Number.isNaN(g.sys('rt_sigtimedwait', set, g.scratch + 256, 0, 8)));
  g.sysAs(tid, 'tgkill', 1, 1, SIG.USR2);
  g.pass(20);
  assert.is(g.result(1), SIG.USR2);
  assert.is(g.get32(g.scratch + 256), SIG.USR2);
});

Signals('a status says that a core was dumped where the limit allows one', () => {
  const status = (limit: number): number | undefined => {
    const g = new Guest();
    g.put64(g.scratch, limit);
    g.put64(g.scratch + 8, limit);
    assert.is(g.sys('prlimit64', 0, RLIMIT.CORE, g.scratch, 0), 0);
    g.sys('kill', 1, SIG.ABRT);
    assert.is(g.machine.exitStatus, 134);
    return g.kernel.process(1).status;
  };
  assert.equal([status(0), status(1 << 20)], [6, 0x86]);
});

function altStack(g: Guest, flags = 0): void {
  g.put64(g.scratch, g.scratch + 4096);
  g.put64(g.scratch + 8, flags);
  g.put64(g.scratch + 16, 16384);
  assert.is(g.sys('sigaltstack', g.scratch, 0), 0);
}

Signals('a handler without room for its frame becomes SIGSEGV, whose handler may have room elsewhere', () => {
  const g = new Guest();
  altStack(g);
  setAction(g, SIG.USR1, handlerAt, SA.SIGINFO | SA.RESTORER);
  setAction(g, SIG.SEGV, handlerAt, goFlags);
  g.machine.core(g.task().core).set64(gprSlot(GPR.RSP), 0x10n);
  g.sys('tgkill', 1, 1, SIG.USR1);
  assert.is(register(g, GPR.RDI), BigInt(SIG.SEGV));
  const info = Number(register(g, GPR.RSI));
  assert.equal([g.get32(info + 8), g.get64(info + 16)], [0x80, 0n]);
  g.sys('tgkill', 1, 1, SIG.SEGV); // blocked: its handler runs
  g.machine.core(g.task().core).set64(gprSlot(GPR.RSP), 0x10n);
  g.sys('rt_sigreturn'); // no frame there, and SIGSEGV is blocked
  assert.is(g.machine.exitStatus, 139);
});

Signals('without SA_RESTORER there is no frame', () => {
  const g = new Guest();
  setAction(g, SIG.USR1, handlerAt, SA.SIGINFO);
  g.sys('tgkill', 1, 1, SIG.USR1);
  assert.is(g.machine.exitStatus, 139);
});

Signals('SA_RESETHAND takes the handler only; SA_NODEFER leaves the signal open', () => {
  const g = new Guest();
  const flags = (SA.RESETHAND | SA.NODEFER | SA.RESTORER) >>> 0;
  setAction(g, SIG.USR1, handlerAt, flags, 1n << 20n);
  g.sys('tgkill', 1, 1, SIG.USR1);
  assert.is(g.task().mask, 1n << 20n);
  g.sys('rt_sigaction', SIG.USR1, 0, g.scratch + 64, 8);
  assert.equal([0, 8, 24].map((at) => g.get64(g.scratch + 64 + at)), [0n, BigInt(flags), 1n << 20n]);
});

Signals('a stack that disarms itself is gone in the handler and back behind it', () => {
  const g = new Guest();
  altStack(g, SS.AUTODISARM);
  setAction(g, SIG.USR1, handlerAt, goFlags);
  g.sys('tgkill', 1, 1, SIG.USR1);
  assert.is(g.task().altStack.bytes, 0n);
  const core = g.machine.core(g.task().core);
  core.set64(gprSlot(GPR.RSP), register(g, GPR.RSP) + 8n);
  g.sys('rt_sigreturn');
  assert.equal(g.task().altStack, { sp: BigInt(g.scratch + 4096), flags: SS.AUTODISARM, bytes: 16384n });
});

Signals('a frame may lead to any address, and the fault there shows all of it', () => {
  const g = new Guest();
  setAction(g, SIG.USR1, handlerAt, goFlags);
  setAction(g, SIG.SEGV, handlerAt, goFlags);
  g.sys('tgkill', 1, 1, SIG.USR1);
  g.put64(Number(register(g, GPR.RDX)) + amd64Frame.uc.rip, 0xffff_ffff_ff00_0001n);
  const core = g.machine.core(g.task().core);
  core.set64(gprSlot(GPR.RSP), register(g, GPR.RSP) + 8n);
  g.sys('rt_sigreturn');
  g.machine.run(g.machine.cycles + 10_000);
  const [info, context] = [Number(register(g, GPR.RSI)), Number(register(g, GPR.RDX))];
  assert.equal([g.get32(info), g.get32(info + 8), g.get64(info + 16)], [SIG.SEGV, 1, 0xffff_ffff_ff00_0001n]);
  const { rip, trapno, err, cr2 } = amd64Frame.uc;
  assert.equal([rip, trapno, err, cr2].map((at) => g.get64(context + at)), [0xffff_ffff_ff00_0001n, 14n, 21n, 0xffff_ffff_ff00_0001n]);
});

Signals.run();
