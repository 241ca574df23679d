/** The alternate signal stack of a thread. sigaltstack(2). */
import { E, SS, minSigStack, stackT } from '../../isa/abi/linux.js';
import type { Arch } from '../config.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import type { AltStack, Task } from './task.js';

/** The state of a new thread, and of one whose stack has disarmed itself. */
export const noAltStack = (): AltStack => ({ sp: 0n, flags: SS.DISABLE, bytes: 0n });

/** The alternate stack is in use: the stack pointer lies on it. One that disarms itself never is. */
export function onAltStack(task: Task, sp: bigint): boolean {
  const { altStack } = task;
  return (altStack.flags & SS.AUTODISARM) === 0 && sp > altStack.sp && sp - altStack.sp <= altStack.bytes;
}

/** Sets the stack while the stack pointer is `sp`. */
export function changeAltStack(task: Task, sp: bigint, to: AltStack, arch: Arch): Result {
  if (onAltStack(task, sp)) return -E.EPERM;
  const mode = to.flags & ~SS.AUTODISARM;
  if (mode !== SS.DISABLE && mode !== SS.ONSTACK && mode !== 0) return -E.EINVAL;
  if (mode === SS.DISABLE) task.altStack = { sp: 0n, flags: to.flags >>> 0, bytes: 0n };
  else if (to.bytes < BigInt(minSigStack[arch])) return -E.ENOMEM;
  else task.altStack = { ...to, flags: to.flags >>> 0 };
  return 0;
}

/** sigaltstack(new, old). */
export function sigaltstack(k: Kernel, c: Call): Result {
  const before = c.task.altStack;
  const sp = k.abi.stackPointer(k.parts.cores.state(k.core));
  const mode = before.bytes === 0n ? SS.DISABLE : onAltStack(c.task, sp) ? SS.ONSTACK : 0;
  const [to, old] = [c.u(0), c.u(1)];
  if (to !== 0) {
    const asked = { sp: c.user.u64(to + stackT.sp), flags: c.user.u32(to + stackT.flags), bytes: c.user.u64(to + stackT.bytes) };
    const result = changeAltStack(c.task, sp, asked, k.parts.config.arch);
    if (result !== 0) return result;
  }
  if (old !== 0) {
    c.user.setU64(old + stackT.sp, before.sp);
    c.user.setU32(old + stackT.flags, (mode | (before.flags & SS.AUTODISARM)) >>> 0);
    c.user.setU32(old + stackT.flags + 4, 0);
    c.user.setU64(old + stackT.bytes, before.bytes);
  }
  return 0;
}
