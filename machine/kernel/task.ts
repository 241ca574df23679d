/**
 * What the kernel knows of threads and processes: plain data, so that a snapshot is a copy. A Task is one
 * thread; a Process is what its threads share. No closures, promises or object references between records:
 * they name each other by number.
 *
 * Times are absolute ticks (48 a cycle). Registers and masks that a program may set to
 * any 64-bit value are bigints, addresses the kernel itself uses are numbers.
 */
import { noAltStack } from './altstack.js';
import type { CpuClock } from './cpuclock.js';
import { newEntity, type Entity } from './sched/state.js';

/** A time that does not come: survives every form of snapshot, which Infinity does not. */
export const never = Number.MAX_SAFE_INTEGER;

/**
 * Where a task is. `ready`: in a run queue. `running`: its registers are in a core. `waiting`: its `wait` says for what.
 * `stopped`: it could run, but its process is stopped.
 */
export type TaskState = 'ready' | 'running' | 'waiting' | 'stopped' | 'dead';

/** What a sleeping task waits for; wakers find it by these fields. */
export type WaitFor =
  | { readonly kind: 'time' }
  /** `before` and `after`: its neighbours in the queue of `key`, 0 for none. */
  | { readonly kind: 'futex'; key: string; readonly bitset: number; before: number; after: number }
  /** Readiness of any of these open files (ids in the file table); the call looks again when one changes. */
  | { readonly kind: 'files'; readonly files: readonly number[] }
  /** A deliverable signal (pause, rt_sigsuspend, rt_sigtimedwait with `set`). */
  | { readonly kind: 'signal'; readonly set: bigint }
  /** A moment of a CPU clock (clock_nanosleep), brought by a timer of timer.ts. */
  | { readonly kind: 'cputime'; readonly timer: number; readonly cpu: CpuClock; readonly until: bigint }
  /** News of a child (wait4, waitid); the call looks again. */
  | { readonly kind: 'child' }
  /** A vfork child that still uses this memory. Only a signal that ends the process breaks it off. */
  | { readonly kind: 'vfork' };

/**
 * A blocked system call. It resumes in one of two ways: `redo` runs the call again from its saved arguments,
 * otherwise the waker supplies its result.
 */
export interface Wait {
  readonly for: WaitFor;
  /** System call number, for redo, restart and the trace. */
  readonly nr: number;
  /** When it times out. */
  readonly due: number;
  readonly redo: boolean;
  /** Result when `due` arrives first; the word `blocked`: the call runs again and says itself. */
  readonly onTimeout: number;
  /**
   * What a signal handler that interrupts it leads to: `restart` under SA_RESTART runs the call again,
   * else EINTR; `never` is EINTR always. Without a handler (signal ignored meanwhile) the call goes on.
   */
  readonly onSignal: 'restart' | 'never';
  /** Where an interrupted relative sleep reports the rest (timespec address), or 0. */
  readonly remaining: number;
  /** By how many ticks the kernel lets the timeout be late (slack.ts); fixed when the call first sleeps. */
  readonly slack?: number;
  /** Bytes that a write into a pipe has moved already: its result if a signal breaks it off. */
  readonly done?: number;
}

/** One signal on its way: what becomes siginfo_t. */
export interface Signal {
  readonly signo: number;
  readonly code: number;
  readonly pid: number;
  readonly uid: number;
  /** si_addr of a fault. */
  readonly addr: bigint;
  /** si_value; of SIGCHLD si_utime. */
  readonly value: bigint;
  readonly status: number;
  /** Trap number and error code that the frame shows; 0 for signals that are no faults. */
  readonly trapno: number;
  readonly err: number;
  /** The timer (timer.ts) that sent it: its number in `pid` and overruns in `uid`, as in siginfo_t. 0: none. */
  readonly timer: number;
  /** Of a process's signal: the thread that was roused for it, and takes it as long as it lives and does not block it. 0: any. */
  readonly to: number;
}

/** What the processor said of a fault: trap number, error code or syndrome, and the address of the last page fault. */
export interface LastFault {
  readonly trapno: number;
  readonly err: number;
  readonly page: bigint;
}

/** The alternate signal stack as sigaltstack set it. */
export interface AltStack {
  sp: bigint;
  flags: number;
  bytes: bigint;
}

/** Of one signal number, as rt_sigaction set it. */
export interface Action {
  readonly handler: bigint;
  readonly flags: bigint;
  readonly restorer: bigint;
  readonly mask: bigint;
}

export interface Task {
  readonly tid: number;
  /** Its process (thread group): the tid of the first thread. */
  readonly pid: number;
  comm: string;
  state: TaskState;
  /** Core it runs on, is queued on, or ran on last. */
  core: number;
  /** Cores it may run on, bit i for core i. */
  affinity: bigint;
  /** Architectural registers while it is not on a core, as CoreState.save gives them. */
  registers: Uint8Array;
  wait: Wait | undefined;
  /** A system call to run again when the task next gets a core. */
  redo: Wait | undefined;
  /** A blocked call that a signal broke off; what becomes of it is decided when the signal is delivered. */
  interrupted: Wait | undefined;
  /** When it became ready: no core runs it earlier. */
  readyAt: number;
  /** Blocked signals, bit n-1 for signal n. */
  mask: bigint;
  /** The mask to return to once rt_sigsuspend, ppoll or the like has had its signal. */
  savedMask: bigint | undefined;
  /** Signals sent to this thread, oldest first. */
  pending: Signal[];
  altStack: AltStack;
  /** Its last fault that became a signal: frames of later signals show it too. */
  fault: LastFault;
  /** Cleared and woken at exit (set_tid_address, CLONE_CHILD_CLEARTID), or 0. */
  clearChildTid: number;
  robustList: number;
  robustListBytes: number;
  /** Descriptor table and working directory, by number (tables.ts). */
  files: number;
  directory: number;
  /** A thread that sleeps until this one leaves its memory (CLONE_VFORK), or 0. */
  vforkParent: number;
  /** Signal it gets when the thread that made its process ends (PR_SET_PDEATHSIG), or 0. */
  deathSignal: number;
  /** The area that rseq registered, or 0, and what must stand before an abort handler. */
  rseq: number;
  rseqSignature: number;
  /** The area must be brought up to date before the thread returns to user code. */
  rseqDue: boolean;
  /** A SCHED number without flags, -20 to 19, and of SCHED_FIFO and RR 1 to 99, else 0. */
  policy: number;
  nice: number;
  rtPriority: number;
  /** Its children begin with SCHED_OTHER and no nice value below 0. */
  resetOnFork: boolean;
  /** What the scheduler knows of it. */
  readonly sched: Entity;
  /** Nanoseconds by which its sleeps may end late, and what PR_SET_TIMERSLACK 0 puts back: its maker's slack when it was made. */
  timerSlack: number;
  usualSlack: number;
  /** prctl PR_SET_KEEPCAPS: kept and reported, without effect, since there are no capabilities. */
  keepCaps: boolean;
  /** Ticks spent on cores, up to `since` when running. */
  runTicks: number;
  /** When it last got a core. */
  since: number;
  /** Of those ticks, what the kernel has charged. */
  systemTicks: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** A file descriptor: which open file, and whether execve closes it. */
export interface Descriptor {
  readonly file: number;
  closeOnExec: boolean;
}

export interface Process {
  readonly pid: number;
  /** 0: started by the machine. */
  parent: number;
  /** The thread that made it, as long as that lives; then another of the parent. */
  parentThread: number;
  /** Process group and session. */
  group: number;
  session: number;
  ids: Ids;
  /** Its address space, by id. Several processes may name one (CLONE_VM). */
  space: number;
  /** Absolute path and inode of its executable. */
  path: string;
  executable: number;
  argv: readonly string[];
  /** In the order in which they were made. */
  readonly threads: Set<number>;
  /** By signal number; a hole is SIG_DFL. */
  actions: (Action | undefined)[];
  /** Signals sent to the process as a whole, oldest first. */
  pending: Signal[];
  /** Soft and hard limits by RLIMIT number; all ones is RLIM_INFINITY. */
  limits: [bigint, bigint][];
  /** As written to /proc/PID/oom_score_adj; there is no out-of-memory killer. */
  oomScoreAdj: number;
  /** When it began: tells two processes apart that had the same pid. */
  readonly started: number;
  /** It has called execve. */
  executed: boolean;
  /** What its parent gets when it ends: SIGCHLD, another signal, or 0 for none. */
  exitSignal: number;
  /** As wait4 reports it: code << 8, or the signal number, with 0x80 for a core dump; undefined while it lives. */
  status: number | undefined;
  /** The signal that stopped it, 0 when it is not stopped. */
  stopped: number;
  /** A stop, or going on after one, that no wait has reported yet. */
  news: 'stopped' | 'continued' | undefined;
  /** Orphans below it become its children (PR_SET_CHILD_SUBREAPER). */
  subreaper: boolean;
  dumpable: number;
  noNewPrivileges: boolean;
  /** Commands it has registered for (membarrier). */
  barriers: number;
  /** Use of the machine by threads that have ended, and by children that were waited for. */
  ended: Usage;
  children: Usage;
}

/** Real, effective, saved and file user and group; and further groups. */
export interface Ids {
  uid: number[];
  gid: number[];
  groups: number[];
}

/** Nanoseconds of timer slack that Linux gives the first task. */
const usualSlack = 50_000;

/** What getrusage reports. */
export interface Usage {
  /** CPU time, and the kernel's part of it. */
  ticks: number;
  systemTicks: number;
  maxResidentKib: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

export const noUsage = (): Usage => ({ ticks: 0, systemTicks: 0, maxResidentKib: 0, voluntarySwitches: 0, involuntarySwitches: 0 });

export const noAction: Action = { handler: 0n, flags: 0n, restorer: 0n, mask: 0n };

export function newTask(tid: number, pid: number, comm: string, core: number, affinity: bigint): Task {
  return {
    tid, pid, comm, state: 'ready', core, affinity, registers: new Uint8Array(0), wait: undefined, redo: undefined, interrupted: undefined, readyAt: 0,
    mask: 0n, savedMask: undefined, pending: [], altStack: noAltStack(), fault: { trapno: 0, err: 0, page: 0n },
    clearChildTid: 0, robustList: 0, robustListBytes: 0, files: 0, directory: 0, vforkParent: 0, deathSignal: 0, rseq: 0, rseqSignature: 0, rseqDue: false, policy: 0, nice: 0, rtPriority: 0, resetOnFork: false, sched: newEntity(core), timerSlack: usualSlack, usualSlack, keepCaps: false, runTicks: 0, since: 0, systemTicks: 0, voluntarySwitches: 0, involuntarySwitches: 0,
  };
}
