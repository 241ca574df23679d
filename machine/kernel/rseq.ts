/**
 * Restartable sequences: rseq(2). A thread registers a small area of its memory. Before it returns to user code after
 * it got a core, the kernel writes there which one; and if the thread was inside the sequence that the area names,
 * it goes on at the sequence's abort handler instead. The C library of GNU registers every thread.
 */
import { E, RSEQ, rseqArea, rseqSequence } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { UserFault } from './guest.js';
import type { Kernel } from './kernel.js';
import type { Task } from './task.js';

/** rseq(area, bytes, flags, signature). */
export function rseq(_k: Kernel, c: Call): Result {
  const [area, bytes, flags, signature] = [c.u(0), c.i(1) >>> 0, c.i(2), c.i(3) >>> 0];
  const { task } = c;
  if (flags === RSEQ.UNREGISTER) {
    if (task.rseq === 0 || task.rseq !== area || bytes !== rseqArea.size) return -E.EINVAL;
    if (task.rseqSignature !== signature) return -E.EPERM;
    writeCore(c.user, area, 0, RSEQ.UNINITIALIZED);
    task.rseq = task.rseqSignature = 0;
    task.rseqDue = false;
    return 0;
  }
  if (flags !== 0) return -E.EINVAL;
  if (task.rseq !== 0) {
    if (task.rseq !== area || bytes !== rseqArea.size) return -E.EINVAL;
    return task.rseqSignature !== signature ? -E.EPERM : -E.EBUSY;
  }
  if (area % rseqArea.align !== 0 || bytes !== rseqArea.size) return -E.EINVAL;
  if (!(area < 2 ** 47 - rseqArea.size)) return -E.EFAULT;
  task.rseq = area;
  task.rseqSignature = signature;
  task.rseqDue = area !== 0;
  return 0;
}

function writeCore(user: { setU32(va: number, value: number): void }, area: number, core: number, id: number): void {
  user.setU32(area + rseqArea.cpuIdStart, core);
  user.setU32(area + rseqArea.cpuId, id);
}

/**
 * Before the thread on `core` returns to user code, or enters a handler: its area says where it runs, and a sequence it
 * was in the middle of is aborted. False: the area or the sequence is damaged, which Linux answers with SIGSEGV.
 */
export function followRseq(k: Kernel, core: number, task: Task): boolean {
  const user = k.user(k.process(task.pid));
  const regs = k.parts.cores.state(core);
  try {
    const named = task.rseq + rseqArea.sequence;
    const at = user.word(named);
    if (at !== 0) {
      if (user.u32(at + rseqSequence.version) !== 0) return false;
      const start = user.u64(at + rseqSequence.start);
      const abort = user.u64(at + rseqSequence.abort);
      const inside = BigInt.asUintN(64, k.abi.pc(regs) - start) < user.u64(at + rseqSequence.bytes);
      user.setU64(named, 0n);
      if (inside) {
        if (user.u32(Number(abort) - 4) !== task.rseqSignature) return false;
        k.abi.setPc(regs, abort);
      }
    }
    writeCore(user, task.rseq, core, core);
    return true;
  } catch (e) {
    if (e instanceof UserFault) return false;
    throw e;
  }
}
