/**
 * Why a core came back from user code, and what that means: a system call goes to its handler, a page fault to the
 * address space, everything else becomes a signal. SDM 3A, chapter 6; sigaction(2) on si_code.
 */
import { E, SIG, siCodes } from '../../isa/abi/linux.js';
import type { Stop } from '../exec/stop.js';
import { frameBytes as pageBytes, hugePages, Pte } from '../memory/ram.js';
import type { FaultKind } from './abi.js';
import { blocked, Call, noReturn, type Result } from './call.js';
import { UserFault } from './guest.js';
import type { Kernel } from './kernel.js';
import { hasSignal, sendFault, userSignal } from './signal.js';
import { wakeAtOnce } from './sleep.js';
import { handlers } from './syscalls.js';
import type { Signal, Task, Wait } from './task.js';
import { switchOut } from './turn.js';

/** Deals with the cause of a stop; the kernel then decides what the core runs next. */
export function handleTrap(k: Kernel, core: number, task: Task, stop: Stop): void {
  const regs = k.parts.cores.state(core);
  switch (stop.reason) {
    case 'Syscall':
      k.state.counts[core]!.systemCalls++;
      k.charge(core, k.costs.syscall);
      k.parts.cores.displace(core, 'call');
      dispatch(k, core, task, k.abi.number(regs), undefined);
      return;
    case 'PageFault':
      k.state.counts[core]!.pageFaults++;
      k.charge(core, k.costs.fault);
      k.parts.cores.displace(core, 'call');
      pageFault(k, core, task, stop);
      return;
    case 'Protection':
    case 'Halt':
      return fault(k, core, task, 'protection', stop);
    case 'Divide':
      return fault(k, core, task, 'divide', stop);
    case 'Undefined':
      if (k.abi.emulate(k, core, task)) return k.charge(core, k.costs.fault);
      return fault(k, core, task, 'undefined', stop);
    case 'Breakpoint':
      regs.pc = stop.pc + k.abi.breakpointBytes;
      return fault(k, core, task, 'breakpoint', stop);
    case 'Align':
      return fault(k, core, task, 'alignment', stop);
    case 'Unimplemented':
      k.parts.stop(`unimplemented: ${stop.row?.mnemonic ?? 'instruction'} at ${k.where(stop.pc)}`);
      return;
    case 'Limit':
      return;
  }
}

function pageFault(k: Kernel, core: number, task: Task, stop: Stop): void {
  const space = k.space(k.process(task.pid));
  const before = k.parts.ram.framesInUse;
  const why = space.fault(stop.va, stop.access);
  const frames = k.parts.ram.framesInUse - before;
  k.charge(core, k.costs.resolve + (frames === 0 ? 0 : k.costs.newFrames + (frames === hugePages ? k.costs.fillHugePage : frames * k.costs.fillPage)));
  if (why === undefined) return;
  // of an instruction the exact address is in its register: as a number, one of the kernel's half is not
  const addr = stop.access === 'exec' && stop.va < 0 ? k.abi.pc(k.registers(task)) : BigInt.asUintN(64, BigInt(stop.va));
  // the kernel's half always looks present
  const present = stop.va < 0 || (space.pte(Math.floor(stop.va / pageBytes)) & Pte.R) !== 0;
  const [signo, code] = why === 'buserr' ? [SIG.BUS, siCodes.BUS_ADRERR] : [SIG.SEGV, why === 'maperr' ? siCodes.SEGV_MAPERR : siCodes.SEGV_ACCERR];
  const cause = k.abi.pageFault(stop.access, present);
  task.fault = { ...cause, page: addr };
  raise(k, core, task, { ...userSignal(signo, code, 0), addr, ...cause });
}

function fault(k: Kernel, core: number, task: Task, kind: FaultKind, stop: Stop): void {
  k.charge(core, k.costs.fault);
  const { signo, code, ...rest } = k.abi.fault(kind, k.abi.pc(k.parts.cores.state(core)), BigInt(stop.va));
  task.fault = { trapno: rest.trapno, err: rest.err, page: task.fault.page };
  raise(k, core, task, { ...userSignal(signo, code, 0), ...rest });
}

/** The signal of an instruction that cannot be done. */
function raise(k: Kernel, core: number, task: Task, s: Signal): void {
  k.heard?.('fault', core, task, s.signo);
  sendFault(k, task, s);
}

/** Runs system call `nr` for the task on `core`. `again`: its Wait when it ran before and slept. */
export function dispatch(k: Kernel, core: number, task: Task, nr: number, again: Wait | undefined): void {
  const regs = k.parts.cores.state(core);
  const process = k.process(task.pid);
  const call = new Call(task, process, k.user(process), nr, k.abi.args(regs), again);
  if (!again) {
    k.heard?.('syscall', core, task, nr);
    k.trace?.enter(call);
  }
  const result = perform(k, call);
  if (result === blocked) {
    if (hasSignal(k, task) && task.wait!.for.kind !== 'vfork') {
      wakeAtOnce(k, task);
      return;
    }
    k.trace?.block(call);
    switchOut(k, core, task);
    return;
  }
  if (result === noReturn) {
    k.trace?.leave(call, undefined);
    return;
  }
  // a call under a mask of its own is over, and its signals with it
  if (task.savedMask !== undefined && !task.interrupted) [task.mask, task.savedMask] = [task.savedMask, undefined];
  k.abi.setResult(regs, result);
  k.trace?.leave(call, result);
}

function perform(k: Kernel, call: Call): Result {
  const name = k.abi.syscalls[call.nr];
  const handler = name === undefined ? undefined : handlers.get(name);
  if (!handler) {
    const label = name ?? String(call.nr);
    k.state.missing.set(label, (k.state.missing.get(label) ?? 0) + 1);
    return -E.ENOSYS;
  }
  k.files.tree.sweep();
  k.files.pipes.tidy(call.task, call.again !== undefined);
  try {
    return handler(k, call);
  } catch (e) {
    if (e instanceof UserFault) return -E.EFAULT;
    throw e;
  }
}
