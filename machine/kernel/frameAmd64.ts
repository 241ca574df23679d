/**
 * The signal frame of amd64: what a handler finds on its stack and what rt_sigreturn puts back. All general
 * registers, RFLAGS, x87, SSE and MXCSR travel through it, so a handler may change any of them.
 *
 * A handler starts with DF clear and a fresh floating-point state, as in Linux. Left out: the XSAVE area above
 * the FXSAVE image (CPUID does not advertise OSXSAVE, so no program looks for it).
 */
import { SA, SS, amd64Frame, stackT } from '../../isa/abi/linux.js';
import { arithmeticFlags, readFlags, trapFlag, writeFlags, type Cells } from '../../isa/x86/flags.js';
import { GPR, RFLAGS, gprSlot, slots } from '../../isa/x86/regs.js';
import type { CoreState } from '../core/context.js';
import { writeSiginfo, type Registers } from './abi.js';
import type { Kernel } from './kernel.js';
import { fpSlowOf } from '../../isa/soft/sse.js';
import { changeAltStack, noAltStack, onAltStack } from './altstack.js';
import type { Action, Signal, Task } from './task.js';
import { UserFault, type GuestMemory } from './guest.js';

const uc = amd64Frame.uc;

/** Frame field by register, in no order. */
const fields: readonly (readonly [number, number])[] = [
  [uc.r8, GPR.R8], [uc.r9, GPR.R9], [uc.r10, GPR.R10], [uc.r11, GPR.R11], [uc.r12, GPR.R12], [uc.r13, GPR.R13], [uc.r14, GPR.R14], [uc.r15, GPR.R15],
  [uc.rdi, GPR.RDI], [uc.rsi, GPR.RSI], [uc.rbp, GPR.RBP], [uc.rbx, GPR.RBX], [uc.rdx, GPR.RDX], [uc.rax, GPR.RAX], [uc.rcx, GPR.RCX], [uc.rsp, GPR.RSP],
];

/** Core cells as isa/x86/flags wants them. */
function cells(core: CoreState): Cells {
  const halves = (slot: number): bigint => core.get64(slot & ~7) >> BigInt((slot & 4) * 8);
  return {
    get: (slot, bits) => BigInt.asUintN(bits, halves(slot)),
    put: (slot, bits, value) => {
      if (bits === 64) core.set64(slot, value);
      else setHalf(core, slot, value);
    },
  };
}

/** Writes a 32-bit cell. */
export function setHalf(core: Registers, slot: number, value: bigint): void {
  const shift = BigInt((slot & 4) * 8);
  const kept = core.get64(slot & ~7) & ~(0xffff_ffffn << shift);
  core.set64(slot & ~7, kept | (BigInt.asUintN(32, value) << shift));
}

const half = (core: CoreState, slot: number): bigint => BigInt.asUintN(32, core.get64(slot & ~7) >> BigInt((slot & 4) * 8));

/** Builds the frame and enters the handler. False when user memory does not take the frame. */
export function pushFrame(k: Kernel, core: number, task: Task, action: Action, s: Signal): boolean {
  if ((action.flags & BigInt(SA.RESTORER)) === 0n) return false; // there is no other way back
  const r = k.parts.cores.state(core);
  const user = k.user(k.process(task.pid));
  const interruptedSp = r.get64(gprSlot(GPR.RSP));
  const nested = onAltStack(task, interruptedSp);
  let sp = BigInt.asUintN(64, interruptedSp - BigInt(amd64Frame.redZone));
  const alt = task.altStack;
  if ((action.flags & BigInt(SA.ONSTACK)) !== 0n && alt.bytes !== 0n && !onAltStack(task, sp)) sp = alt.sp + alt.bytes;
  const fp = floorTo(Number(sp) - amd64Frame.fpstateBytes, amd64Frame.fpstateAlign);
  // as after a call: the stack was a multiple of 16 before the return address
  const frame = floorTo(fp - amd64Frame.size, 16) - 8;
  if (frame < 0 || (nested && !onAltStack(task, BigInt(frame)))) return false; // the alternate stack is full
  try {
    user.setU64(frame + amd64Frame.returnAddress, action.restorer);
    writeContext(r, task, user, frame + amd64Frame.ucontext, fp);
    writeSiginfo(user, frame + amd64Frame.siginfo, s);
    writeFpState(r, user, fp);
  } catch (e) {
    if (e instanceof UserFault) return false;
    throw e;
  }
  k.watch?.begins(task, s.signo);
  enterHandler(r, action, s, frame);
  if ((alt.flags & SS.AUTODISARM) !== 0) task.altStack = noAltStack();
  return true;
}

function enterHandler(r: CoreState, action: Action, s: Signal, frame: number): void {
  r.set64(gprSlot(GPR.RDI), BigInt(s.signo));
  r.set64(gprSlot(GPR.RSI), BigInt(frame + amd64Frame.siginfo));
  r.set64(gprSlot(GPR.RDX), BigInt(frame + amd64Frame.ucontext));
  r.set64(gprSlot(GPR.RAX), 0n); // no vector registers for a variadic callee
  r.set64(gprSlot(GPR.RSP), BigInt(frame));
  const flags = readFlags(cells(r)) & ~((1 << RFLAGS.DF) | (1 << RFLAGS.TF));
  writeFlags(cells(r), flags);
  resetFpState(r);
  jump(r, action.handler);
}

/** The ucontext at `va`. */
function writeContext(r: CoreState, task: Task, user: GuestMemory, va: number, fp: number): void {
  user.fill(va, uc.size);
  user.setU64(va + uc.flags, BigInt(amd64Frame.ucFlags));
  user.setU64(va + uc.stack + stackT.sp, task.altStack.sp);
  user.setU32(va + uc.stack + stackT.flags, task.altStack.flags >>> 0);
  user.setU64(va + uc.stack + stackT.bytes, task.altStack.bytes);
  for (const [field, index] of fields) user.setU64(va + field, r.get64(gprSlot(index)));
  user.setU64(va + uc.rip, r.get64(slots.rip));
  user.setU64(va + uc.eflags, BigInt(readFlags(cells(r))));
  user.setU64(va + uc.cs, BigInt(amd64Frame.userCs) | (BigInt(amd64Frame.userSs) << 48n));
  user.setU64(va + uc.err, BigInt(task.fault.err));
  user.setU64(va + uc.trapno, BigInt(task.fault.trapno));
  user.setU64(va + uc.oldmask, task.savedMask ?? task.mask);
  user.setU64(va + uc.cr2, task.fault.page);
  user.setU64(va + uc.fpstate, BigInt(fp));
  user.setU64(va + uc.sigmask, task.savedMask ?? task.mask);
}

/** To an address of any 64 bits: a number is not exact beyond 2^53, and a fault there must show it all. */
function jump(r: CoreState, pc: bigint): void {
  r.pc = 0; // starts a block
  r.set64(slots.rip, pc);
}

/**
 * rt_sigreturn: the frame lies 8 bytes below the stack pointer, since the handler returned through its first word.
 * False: a part of it could not be read or is not acceptable, which is a fault; what came before has taken effect.
 */
export function popFrame(k: Kernel, core: number, task: Task): boolean {
  const r = k.parts.cores.state(core);
  const user = k.user(k.process(task.pid));
  const va = Number(r.get64(gprSlot(GPR.RSP))) - 8 + amd64Frame.ucontext;
  try {
    const ucFlags = user.u64(va + uc.flags);
    task.mask = user.u64(va + uc.sigmask);
    const bytes = user.bytes(va, uc.sigmask);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const u64 = (at: number): bigint => view.getBigUint64(at, true);
    const eflags = Number(u64(uc.eflags) & 0xffff_ffffn);
    if ((eflags & trapFlag) !== 0) k.parts.stop('unimplemented: single steps (TF in a signal frame)');
    for (const [field, index] of fields) r.set64(gprSlot(index), u64(field));
    jump(r, u64(uc.rip));
    restoreFlags(r, eflags);
    resetFpState(r);
    const fp = Number(u64(uc.fpstate));
    if (fp !== 0) readFpState(r, user.bytes(fp, amd64Frame.fpstateBytes));
    const stack = { sp: u64(uc.stack + stackT.sp), flags: view.getUint32(uc.stack + stackT.flags, true), bytes: u64(uc.stack + stackT.bytes) };
    changeAltStack(task, r.get64(gprSlot(GPR.RSP)), stack, 'amd64'); // one that is refused changes nothing
    return sameSegments(k, view.getUint16(uc.cs, true), (ucFlags & strictSs) === 0n ? amd64Frame.userSs : view.getUint16(uc.ss, true));
  } catch (e) {
    if (e instanceof UserFault) return false;
    throw e;
  }
}

/** uc_flags: the frame's SS is meant (UC_STRICT_RESTORE_SS). */
const strictSs = 4n;
const compatibleCs = 0x23;

/** The frame goes back to 64-bit user code. */
function sameSegments(k: Kernel, cs: number, ss: number): boolean {
  if ((cs | 3) === compatibleCs) k.parts.stop('unimplemented: 32-bit code (CS in a signal frame)');
  return (cs | 3) === amd64Frame.userCs && (ss | 3) === amd64Frame.userSs;
}

/** The flags that a frame sets; the others stay. */
function restoreFlags(r: CoreState, image: number): void {
  const free = arithmeticFlags | (1 << RFLAGS.DF) | (1 << RFLAGS.AC);
  writeFlags(cells(r), (readFlags(cells(r)) & ~free) | (image & free));
}

// The FXSAVE image. SDM 1, 10.5.1: FCW, FSW, FTW, FOP, FIP, FDP, MXCSR and its mask, then ST0..ST7, then XMM0..XMM15.

const mxcsrMask = 0xffff;
const freshFcw = 0x37fn;
const freshMxcsr = 0x1f80n;

function topOf(r: CoreState): number {
  return Number(half(r, slots.fsw) >> 11n) & 7;
}

function writeFpState(r: CoreState, user: GuestMemory, va: number): void {
  const image = new Uint8Array(amd64Frame.fpstateBytes);
  const view = new DataView(image.buffer);
  view.setUint16(0, Number(half(r, slots.fcw)) & 0xffff, true);
  view.setUint16(2, Number(half(r, slots.fsw)) & 0xffff, true);
  view.setUint8(4, Number(half(r, slots.ftw)) & 0xff);
  view.setUint16(6, Number(half(r, slots.fop)) & 0x7ff, true);
  view.setBigUint64(8, r.get64(slots.fip), true);
  view.setBigUint64(16, r.get64(slots.fdp), true);
  view.setUint32(24, Number(half(r, slots.mxcsr)), true);
  view.setUint32(28, mxcsrMask, true);
  for (let i = 0; i < 8; i++) {
    const st = slots.st + 16 * ((topOf(r) + i) & 7);
    view.setBigUint64(32 + 16 * i, r.get64(st), true);
    view.setUint16(40 + 16 * i, Number(r.get64(st + 8) & 0xffffn), true);
  }
  for (let i = 0; i < 32; i++) view.setBigUint64(160 + 8 * i, r.get64(slots.xmm + 8 * i), true);
  user.write(va, image);
}

function readFpState(r: CoreState, image: Uint8Array): void {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  setHalf(r, slots.fcw, BigInt(view.getUint16(0, true)));
  setHalf(r, slots.fsw, BigInt(view.getUint16(2, true)));
  setHalf(r, slots.ftw, BigInt(view.getUint8(4)));
  setHalf(r, slots.fop, BigInt(view.getUint16(6, true)));
  r.set64(slots.fip, view.getBigUint64(8, true));
  r.set64(slots.fdp, view.getBigUint64(16, true));
  setMxcsr(r, BigInt(view.getUint32(24, true) & mxcsrMask));
  for (let i = 0; i < 8; i++) {
    const st = slots.st + 16 * ((topOf(r) + i) & 7);
    r.set64(st, view.getBigUint64(32 + 16 * i, true));
    r.set64(st + 8, BigInt(view.getUint16(40 + 16 * i, true)));
  }
  for (let i = 0; i < 32; i++) r.set64(slots.xmm + 8 * i, view.getBigUint64(160 + 8 * i, true));
}

/** The state of a new program: all registers empty or zero, default control words. */
export function resetFpState(r: Registers): void {
  setHalf(r, slots.fcw, freshFcw);
  setHalf(r, slots.fsw, 0n);
  setHalf(r, slots.ftw, 0n);
  setHalf(r, slots.fop, 0n);
  r.set64(slots.fip, 0n);
  r.set64(slots.fdp, 0n);
  setMxcsr(r, freshMxcsr);
  for (let i = 0; i < 16; i++) r.set64(slots.st + 8 * i, 0n);
  for (let i = 0; i < 32; i++) r.set64(slots.xmm + 8 * i, 0n);
}

/** MXCSR, with the cell that fast floating-point paths test. */
function setMxcsr(r: Registers, value: bigint): void {
  setHalf(r, slots.mxcsr, value);
  setHalf(r, slots.fpSlow, BigInt(fpSlowOf(Number(value))));
}

function floorTo(v: number, multiple: number): number {
  return Math.floor(v / multiple) * multiple;
}
