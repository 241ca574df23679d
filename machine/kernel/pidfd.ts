/** Processes as files: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2). Readable once the process has ended. */
import { E, O, SI, SIG, siginfo, signalMax } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { maySignal } from './identity.js';
import type { Kernel } from './kernel.js';
import { send, sentBy } from './signal.js';
import type { Process, Signal, Task } from './task.js';

/** A descriptor for a process, closed by execve. */
export function openPidfd(k: Kernel, task: Task, pid: number, started: number, flags: number): number {
  return k.files.install(task, k.files.open({ kind: 'pid', pid, started }, O.RDWR | flags), true);
}

/** pidfd_open(pid, flags). */
export function pidfdOpen(k: Kernel, c: Call): Result {
  if ((c.i(1) & ~O.NONBLOCK) !== 0 || c.i(0) <= 0) return -E.EINVAL;
  const process = k.state.processes.get(c.i(0));
  if (!process) return k.state.tasks.has(c.i(0)) ? -E.EINVAL : -E.ESRCH;
  return openPidfd(k, c.task, process.pid, process.started, c.i(1));
}

/** The process behind a descriptor: an error when it is none, undefined when it is gone. */
function processOf(k: Kernel, c: Call): Process | number | undefined {
  const file = k.files.file(c.task, c.i(0));
  if (file?.kind !== 'pid') return -E.EBADF;
  const process = k.state.processes.get(file.pid);
  return process?.started === file.started ? process : undefined;
}

/** pidfd_send_signal(fd, signo, info, flags). `info` only for the caller itself may pretend to come from kill. */
export function pidfdSendSignal(k: Kernel, c: Call): Result {
  const signo = c.i(1);
  if (c.i(3) !== 0) return -E.EINVAL;
  const process = processOf(k, c);
  if (typeof process === 'number') return process;
  let s: Signal = sentBy(c.process, signo, SI.USER);
  if (c.u(2) !== 0) {
    if ((c.user.u32(c.u(2) + siginfo.signo) | 0) !== signo) return -E.EINVAL;
    const code = c.user.u32(c.u(2) + siginfo.code) | 0;
    if (process !== c.process && (code >= 0 || code === SI.TKILL)) return -E.EPERM;
    s = { ...s, code, pid: c.user.u32(c.u(2) + siginfo.pid) | 0, value: c.user.u64(c.u(2) + siginfo.value) };
  }
  if (!process) return -E.ESRCH;
  if (signo < 0 || signo > signalMax) return -E.EINVAL;
  if (!maySignal(c.process, process, signo === SIG.CONT)) return -E.EPERM;
  if (signo !== 0) send(k, process, undefined, s);
  return 0;
}

/** pidfd_getfd(fd, other's descriptor, flags): the same open file here. */
export function pidfdGetfd(k: Kernel, c: Call): Result {
  if (c.i(2) !== 0) return -E.EINVAL;
  const process = processOf(k, c);
  if (typeof process === 'number') return process;
  if (!process || process.status !== undefined) return -E.ESRCH;
  const file = k.files.file(k.firstThread(process)!, c.i(1));
  return file ? k.files.install(c.task, file, true) : -E.EBADF;
}
