/**
 * The signal frame of arm64: what a handler finds on its stack and what rt_sigreturn puts back. All general registers, NZCV, V0 to V31,
 * FPSR and FPCR travel through it. Without SA_RESTORER the handler returns to the vDSO's __kernel_rt_sigreturn.
 * linux/arch/arm64/kernel/signal.c.
 */
import { SA, SS, arm64Frame, stackT } from '../../isa/abi/linux.js';
import { readNzcv, writeNzcv } from '../../isa/arm64/flags.js';
import { gprSlot, slots } from '../../isa/arm64/regs.js';
import type { CoreState } from '../core/context.js';
import { isFault, writeSiginfo } from './abi.js';
import { UserFault, type GuestMemory } from './guest.js';
import type { Kernel } from './kernel.js';
import { vdsoAt } from './loader.js';
import { sigreturnAt } from './vdsoArm64.js';
import { changeAltStack, noAltStack, onAltStack } from './altstack.js';
import type { Action, Signal, Task } from './task.js';

const { uc, fpsimd, esr } = arm64Frame;

/** Builds the frame and enters the handler. False when user memory does not take the frame. */
export function pushFrame(k: Kernel, core: number, task: Task, action: Action, s: Signal): boolean {
  const r = k.parts.cores.state(core);
  const user = k.user(k.process(task.pid));
  const interruptedSp = r.get64(slots.sp);
  let top = Number(interruptedSp);
  const alt = task.altStack;
  if ((action.flags & BigInt(SA.ONSTACK)) !== 0n && alt.bytes !== 0n && !onAltStack(task, interruptedSp)) top = Number(alt.sp + alt.bytes);
  const record = Math.floor((top - arm64Frame.recordBytes) / 16) * 16;
  const frame = record - arm64Frame.size;
  try {
    user.setU64(record, r.get64(gprSlot(29)));
    user.setU64(record + 8, r.get64(gprSlot(30)));
    writeContext(r, task, user, frame + arm64Frame.ucontext, s);
    writeSiginfo(user, frame + arm64Frame.siginfo, s);
  } catch (e) {
    if (e instanceof UserFault) return false;
    throw e;
  }
  k.watch?.begins(task, s.signo);
  r.set64(gprSlot(0), BigInt(s.signo));
  if ((action.flags & BigInt(SA.SIGINFO)) !== 0n) {
    r.set64(gprSlot(1), BigInt(frame + arm64Frame.siginfo));
    r.set64(gprSlot(2), BigInt(frame + arm64Frame.ucontext));
  }
  r.set64(gprSlot(29), BigInt(record));
  r.set64(gprSlot(30), (action.flags & BigInt(SA.RESTORER)) !== 0n ? action.restorer : BigInt(vdsoAt + sigreturnAt));
  r.set64(slots.sp, BigInt(frame));
  r.pc = Number(action.handler);
  if ((alt.flags & SS.AUTODISARM) !== 0) task.altStack = noAltStack();
  return true;
}

/** The ucontext at `va`. */
function writeContext(r: CoreState, task: Task, user: GuestMemory, va: number, s: Signal): void {
  user.fill(va, uc.size);
  user.setU64(va + uc.stack + stackT.sp, task.altStack.sp);
  user.setU32(va + uc.stack + stackT.flags, task.altStack.flags >>> 0);
  user.setU64(va + uc.stack + stackT.bytes, task.altStack.bytes);
  user.setU64(va + uc.sigmask, task.savedMask ?? task.mask);
  user.setU64(va + uc.faultAddress, isFault(s) ? s.addr : 0n);
  for (let i = 0; i < 31; i++) user.setU64(va + uc.regs + 8 * i, r.get64(gprSlot(i)));
  user.setU64(va + uc.sp, r.get64(slots.sp));
  user.setU64(va + uc.pc, r.get64(slots.pc));
  user.setU64(va + uc.pstate, BigInt(readNzcv(r)));
  let at = va + uc.reserved;
  user.setU32(at, fpsimd.magic);
  user.setU32(at + 4, fpsimd.size);
  user.setU32(at + fpsimd.fpsr, Number(r.get32(slots.fpsr)));
  user.setU32(at + fpsimd.fpcr, Number(r.get32(slots.fpcr)));
  for (let i = 0; i < 64; i++) user.setU64(at + fpsimd.vregs + 8 * i, r.get64(slots.v + 8 * i));
  at += fpsimd.size;
  if (s.err === 0) return; // the empty record is already there
  user.setU32(at, esr.magic);
  user.setU32(at + 4, esr.size);
  user.setU64(at + esr.value, BigInt(s.err));
}

/** rt_sigreturn: the frame lies at the stack pointer. False: unreadable, misplaced, or its records make no sense. */
export function popFrame(k: Kernel, core: number, task: Task): boolean {
  const r = k.parts.cores.state(core);
  const user = k.user(k.process(task.pid));
  const sp = r.get64(slots.sp);
  if ((sp & 15n) !== 0n) return false;
  try {
    const bytes = user.bytes(Number(sp) + arm64Frame.ucontext, uc.size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const fp = findFloatingPoint(view);
    if (fp === undefined) return false;
    const u64 = (at: number): bigint => view.getBigUint64(at, true);
    for (let i = 0; i < 31; i++) r.set64(gprSlot(i), u64(uc.regs + 8 * i));
    r.set64(slots.sp, u64(uc.sp));
    writeNzcv(r, Number(u64(uc.pstate) & 0xffff_ffffn));
    r.set32(slots.fpsr, view.getUint32(fp + fpsimd.fpsr, true));
    const fpcr = view.getUint32(fp + fpsimd.fpcr, true) & 0x07c00000;
    r.set32(slots.fpcr, fpcr);
    r.set32(slots.fpSlow, fpcr);
    for (let i = 0; i < 64; i++) r.set64(slots.v + 8 * i, u64(fp + fpsimd.vregs + 8 * i));
    task.mask = u64(uc.sigmask);
    const stack = { sp: u64(uc.stack + stackT.sp), flags: view.getUint32(uc.stack + stackT.flags, true), bytes: u64(uc.stack + stackT.bytes) };
    changeAltStack(task, r.get64(slots.sp), stack, 'arm64'); // one that is refused changes nothing
    r.pc = Number(u64(uc.pc));
    return true;
  } catch (e) {
    if (e instanceof UserFault) return false;
    throw e;
  }
}

/** Offset of the floating-point record, which must be there once; other records are passed over. */
function findFloatingPoint(view: DataView): number | undefined {
  let found: number | undefined;
  for (let at: number = uc.reserved; at + 8 <= uc.size; ) {
    const magic = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    if (magic === 0) return size === 0 ? found : undefined;
    if (size < 8 || size % 16 !== 0 || at + size > uc.size) return undefined;
    if (magic === fpsimd.magic) {
      if (found !== undefined || size !== fpsimd.size) return undefined;
      found = at;
    }
    at += size;
  }
  return undefined;
}
