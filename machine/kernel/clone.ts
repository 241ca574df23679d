/**
 * Making threads and processes: clone(2), fork, vfork, clone3, unshare. A thread shares its process; a process shares or copies
 * memory, descriptors and directory as the flags say.
 *
 * Left out: namespaces (EINVAL, as from a kernel without them), ptrace, signal actions shared between processes
 * (CLONE_SIGHAND without CLONE_THREAD: ENOSYS), chosen pids and control groups of clone3 (EINVAL).
 */
import { CLONE, E, SIG, SIG_IGN, cloneArgs, signalMax } from '../../isa/abi/linux.js';
import { RegisterImage } from './abi.js';
import { blocked, type Call, type Result } from './call.js';
import { firstPid } from './exit.js';
import { ignoringFaults } from './guest.js';
import type { Kernel } from './kernel.js';
import { openPidfd } from './pidfd.js';
import { inheritPolicy } from './priority.js';
import { block } from './sleep.js';
import { never, newTask, noUsage, type Process, type Task } from './task.js';
import { taskEnd } from './vm.js';

/** As /proc/sys/kernel/pid_max says: the most there is, as systemd sets it. Numbers start again at `reusedFrom` when they run out. */
export const pidMax = 4194304;
const reusedFrom = 300;
/** Flags of clone3 beyond 32 bits, as numbers. */
const clearSighand = 2 ** 32;
const namespaces = CLONE.NEWNS | CLONE.NEWCGROUP | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWUSER | CLONE.NEWPID | CLONE.NEWNET;

/** What the four calls boil down to. */
interface Request {
  /** Below 2^32; the exit signal is not in it. */
  readonly flags: number;
  readonly clearActions: boolean;
  readonly exitSignal: number;
  /** The child's stack pointer; 0: as the caller's. */
  readonly stack: bigint;
  readonly tls: bigint;
  readonly parentTid: number;
  readonly childTid: number;
  readonly pidfd: number;
}

const nothing: Request = { flags: 0, clearActions: false, exitSignal: SIG.CHLD, stack: 0n, tls: 0n, parentTid: 0, childTid: 0, pidfd: 0 };

export const fork = (k: Kernel, c: Call): Result => make(k, c, nothing);
export const vfork = (k: Kernel, c: Call): Result => make(k, c, { ...nothing, flags: CLONE.VM | CLONE.VFORK });

/** clone(flags, stack, parent tid, child tid, tls); arm64 has the last two the other way round. The old form of CLONE_PIDFD writes to the parent tid. */
export function clone(k: Kernel, c: Call): Result {
  const { childTid, tls } = k.abi.cloneArguments;
  const flags = c.u32(0);
  const rest = (flags & ~CLONE.CSIGNAL) >>> 0;
  if ((flags & CLONE.PIDFD) !== 0 && (flags & CLONE.PARENT_SETTID) !== 0) return -E.EINVAL;
  return make(k, c, { flags: rest, clearActions: false, exitSignal: flags & CLONE.CSIGNAL, stack: c.big(1), tls: c.big(tls), parentTid: c.u(2), childTid: c.u(childTid), pidfd: c.u(2) });
}

/** clone3(arguments, bytes). */
export function clone3(k: Kernel, c: Call): Result {
  const bytes = c.u(1);
  if (bytes > 4096) return -E.E2BIG;
  if (bytes < cloneArgs.firstSize) return -E.EINVAL;
  const raw = new Uint8Array(Math.max(bytes, cloneArgs.size));
  raw.set(c.user.bytes(c.u(0), bytes));
  if (raw.subarray(cloneArgs.size).some((b) => b !== 0)) return -E.E2BIG;
  const view = new DataView(raw.buffer);
  const word = (at: number): bigint => view.getBigUint64(at, true);
  const number = (at: number): number => Number(word(at));
  const flags = number(cloneArgs.flags);
  const known = flags < 2 ** 33 && (flags & (CLONE.DETACHED | CLONE.CSIGNAL)) === 0;
  if (!known || number(cloneArgs.setTidSize) !== 0 || number(cloneArgs.setTid) !== 0) return -E.EINVAL;
  const exitSignal = number(cloneArgs.exitSignal);
  if (exitSignal > signalMax) return -E.EINVAL;
  if ((flags & (CLONE.THREAD | CLONE.PARENT)) !== 0 && exitSignal !== 0) return -E.EINVAL;
  const [stack, stackBytes] = [word(cloneArgs.stack), word(cloneArgs.stackSize)];
  if ((stack === 0n) !== (stackBytes === 0n)) return -E.EINVAL;
  return make(k, c, {
    flags: flags % 2 ** 32, clearActions: flags >= clearSighand, exitSignal, stack: stack + stackBytes, tls: word(cloneArgs.tls),
    parentTid: number(cloneArgs.parentTid), childTid: number(cloneArgs.childTid), pidfd: number(cloneArgs.pidfd),
  });
}

function refuse(c: Call, r: Request): number {
  const has = (flag: number): boolean => (r.flags & flag) !== 0;
  if (has(namespaces)) return -E.EINVAL;
  if (has(CLONE.THREAD) && !has(CLONE.SIGHAND)) return -E.EINVAL;
  if (has(CLONE.SIGHAND) && (!has(CLONE.VM) || r.clearActions)) return -E.EINVAL;
  if (has(CLONE.PARENT) && c.process.pid === firstPid) return -E.EINVAL; // the first process has no siblings
  if (has(CLONE.PIDFD) && has(CLONE.DETACHED | CLONE.THREAD)) return -E.EINVAL;
  if (has(CLONE.SIGHAND) && !has(CLONE.THREAD)) return -E.ENOSYS;
  return 0;
}

function make(k: Kernel, c: Call, r: Request): Result {
  const has = (flag: number): boolean => (r.flags & flag) !== 0;
  const refused = refuse(c, r);
  if (refused !== 0) return refused;
  if (has(CLONE.SETTLS) && r.tls >= BigInt(taskEnd)) return -E.EPERM;
  const tid = freePid(k);
  if (tid === 0) return -E.EAGAIN;
  k.charge(k.core, k.costs.clone + (has(CLONE.VM) ? 0 : k.costs.fork)); // before anything that notes the time
  const task = newTask(tid, has(CLONE.THREAD) ? c.process.pid : tid, c.task.comm, c.task.core, c.task.affinity);
  inheritRegisters(k, task, r);
  task.keepCaps = c.task.keepCaps;
  task.timerSlack = task.usualSlack = c.task.timerSlack;
  inheritPolicy(task, c.task);
  task.mask = c.task.mask;
  // a copy of the memory has a copy of the registered area
  if (!has(CLONE.VM)) [task.rseq, task.rseqSignature] = [c.task.rseq, c.task.rseqSignature];
  if (!has(CLONE.VM) || has(CLONE.VFORK)) task.altStack = { ...c.task.altStack };
  task.fault = c.task.fault;
  if (has(CLONE.PIDFD) && c.user.reach(r.pidfd, 4, 'write') < 4) return -E.EFAULT;
  k.files.tables.inherit(task, c.task, has(CLONE.FILES), has(CLONE.FS));
  if (has(CLONE.PIDFD)) { // not among what the child inherits
    const fd = openPidfd(k, c.task, tid, k.now, 0);
    if (fd < 0) {
      k.files.tables.release(task);
      return fd;
    }
    c.user.setU32(r.pidfd, fd);
  }
  k.state.tasks.set(tid, task);
  const process = has(CLONE.THREAD) ? c.process : makeProcess(k, c, task, r);
  if (process === c.process) process.threads.add(tid);
  if (has(CLONE.PARENT_SETTID)) ignoringFaults(() => c.user.setU32(r.parentTid, tid));
  if (has(CLONE.CHILD_SETTID)) ignoringFaults(() => k.user(process).setU32(r.childTid, tid));
  if (has(CLONE.CHILD_CLEARTID)) task.clearChildTid = r.childTid;
  k.heard?.('clone', k.core, task, task.tid);
  k.trace?.born(task);
  k.state.forks++;
  k.schedWatch?.forks(k.core, c.task, task, k.now);
  k.ready(task, 'new');
  return has(CLONE.VFORK) ? lend(k, c, task) : tid;
}

/** The child returns 0 from the same call, perhaps on another stack. */
function inheritRegisters(k: Kernel, task: Task, r: Request): void {
  task.registers = k.parts.cores.state(k.core).save();
  const regs = new RegisterImage(task.registers);
  k.abi.setResult(regs, 0);
  if (r.stack !== 0n) k.abi.setStackPointer(regs, r.stack);
  if ((r.flags & CLONE.SETTLS) !== 0) k.abi.setTls(regs, r.tls);
}

/** vfork: the caller sleeps until the child leaves its memory. */
function lend(k: Kernel, c: Call, child: Task): Result {
  child.vforkParent = c.task.tid;
  block(k, c, { for: { kind: 'vfork' }, nr: c.nr, due: never, redo: false, onTimeout: 0, onSignal: 'never', remaining: 0 });
  return blocked;
}

function makeProcess(k: Kernel, c: Call, task: Task, r: Request): Process {
  const from = c.process;
  const has = (flag: number): boolean => (r.flags & flag) !== 0;
  const sibling = has(CLONE.PARENT);
  const process: Process = {
    pid: task.tid, parent: sibling ? from.parent : from.pid, parentThread: sibling ? from.parentThread : c.task.tid, group: from.group, session: from.session,
    ids: { uid: [...from.ids.uid], gid: [...from.ids.gid], groups: [...from.ids.groups] },
    space: has(CLONE.VM) ? from.space : k.parts.spaces.fork(k.space(from)).id,
    path: from.path, executable: from.executable, argv: from.argv, threads: new Set([task.tid]), actions: from.actions.map((a) => (a && (!r.clearActions || a.handler === BigInt(SIG_IGN)) ? a : undefined)),
    pending: [], limits: from.limits.map(([soft, hard]) => [soft, hard]), oomScoreAdj: from.oomScoreAdj, started: k.now, executed: false,
    exitSignal: sibling ? from.exitSignal : r.exitSignal, status: undefined, stopped: 0, news: undefined,
    subreaper: false, dumpable: from.dumpable, noNewPrivileges: from.noNewPrivileges, barriers: from.barriers, ended: noUsage(), children: noUsage(),
  };
  k.state.processes.set(process.pid, process);
  return process;
}

/** unshare(flags): descriptors and directory of the caller become its own; the rest can only be shared by threads. */
export function unshare(k: Kernel, c: Call): Result {
  const flags = c.u(0);
  const alone = CLONE.THREAD | CLONE.SIGHAND | CLONE.VM;
  const known = alone | CLONE.FILES | CLONE.FS | CLONE.SYSVSEM | namespaces;
  if (flags >= 2 ** 32 || (flags & ~known) !== 0 || (flags & namespaces) !== 0) return -E.EINVAL;
  if ((flags & alone) !== 0 && c.process.threads.size > 1) return -E.EINVAL;
  if ((flags & CLONE.FS) !== 0) k.files.tables.unshareDirectory(c.task);
  if ((flags & CLONE.FILES) !== 0) k.files.tables.unshareFiles(c.task);
  return 0;
}

/** A number that no task, process, group or session has; 0 when there is none. */
function freePid(k: Kernel): number {
  const { state } = k;
  const used = new Set<number>();
  for (const p of state.processes.values()) used.add(p.pid).add(p.group).add(p.session);
  for (let tries = 0; tries < pidMax; tries++) {
    const pid = state.nextTid;
    state.nextTid = pid + 1 < pidMax ? pid + 1 : reusedFrom;
    if (!used.has(pid) && !state.tasks.has(pid)) return pid;
  }
  return 0;
}

