/**
 * What the Linux 5.10 ABI fixes: numbers of calls and errors (re-exported), constants, and where the fields of
 * structures lie in user memory. Pure data, for both ISAs; where they differ the record has a key per ISA.
 *
 * A layout is an object of byte offsets with `size`; field widths stand in the comment beside it. Left out:
 * everything no system call of the model reads or writes.
 */
export { amd64Syscalls, arm64Syscalls, numbersOf } from './syscalls.js';
export { E, errors, type ErrorName } from './errno.js';
export * from './files.js';

// Processes and threads: clone(2), arch_prctl(2), prctl(2), getrlimit(2)

export const CLONE = {
  CSIGNAL: 0xff, VM: 0x100, FS: 0x200, FILES: 0x400, SIGHAND: 0x800, PIDFD: 0x1000, PTRACE: 0x2000, VFORK: 0x4000,
  PARENT: 0x8000, THREAD: 0x10000, NEWNS: 0x20000, SYSVSEM: 0x40000, SETTLS: 0x80000, PARENT_SETTID: 0x100000,
  CHILD_CLEARTID: 0x200000, DETACHED: 0x400000, UNTRACED: 0x800000, CHILD_SETTID: 0x1000000,
  NEWCGROUP: 0x2000000, NEWUTS: 0x4000000, NEWIPC: 0x8000000, NEWUSER: 0x10000000, NEWPID: 0x20000000, NEWNET: 0x40000000, IO: 0x80000000,
} as const;
/** clone3: u64 each. A caller may know less (from firstSize bytes on) or more, if the rest is zero. */
export const cloneArgs = { flags: 0, pidfd: 8, childTid: 16, parentTid: 24, exitSignal: 32, stack: 40, stackSize: 48, tls: 56, setTid: 64, setTidSize: 72, cgroup: 80, firstSize: 64, size: 88 } as const;

/** Options of wait4 and waitid; what waitid waits for (P_PID and so on). */
export const W = { NOHANG: 1, UNTRACED: 2, STOPPED: 2, EXITED: 4, CONTINUED: 8, NOWAIT: 0x1000000, NOTHREAD: 0x20000000, ALL: 0x40000000, CLONE: 0x80000000 } as const;
export const IdType = { ALL: 0, PID: 1, PGID: 2, PIDFD: 3 } as const;

/** Whose priority; policies of sched_setscheduler. */
export const PRIO = { PROCESS: 0, PGRP: 1, USER: 2 } as const;
export const SCHED = { OTHER: 0, FIFO: 1, RR: 2, BATCH: 3, IDLE: 5, DEADLINE: 6, RESET_ON_FORK: 0x40000000 } as const;
export const SCHED_FLAG = { RESET_ON_FORK: 1, RECLAIM: 2, DL_OVERRUN: 4, KEEP_POLICY: 8, KEEP_PARAMS: 16, UTIL_CLAMP: 0x60 } as const;
/** struct sched_attr: two u32, flags u64, nice s32, priority u32, runtime, deadline and period u64, two u32 more. */
export const schedAttr = { sizeField: 0, policy: 4, flags: 8, nice: 16, priority: 20, runtime: 24, deadline: 32, period: 40, utilMin: 48, utilMax: 52, size: 56, firstSize: 48 } as const;

/** Magic numbers in the header of capget: version u32, pid i32. */
export const capability = { version1: 0x19980330, version2: 0x20071026, version3: 0x20080522 } as const;

/** Flags of close_range. */
export const closeRangeFlags = { UNSHARE: 2, CLOEXEC: 4 } as const;

export const MEMBARRIER = {
  QUERY: 0, GLOBAL: 1, GLOBAL_EXPEDITED: 2, REGISTER_GLOBAL_EXPEDITED: 4, PRIVATE_EXPEDITED: 8, REGISTER_PRIVATE_EXPEDITED: 16,
  PRIVATE_EXPEDITED_SYNC_CORE: 32, REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 64,
} as const;

export const ARCH = { SET_GS: 0x1001, SET_FS: 0x1002, GET_FS: 0x1003, GET_GS: 0x1004 } as const;

export const PR = {
  SET_PDEATHSIG: 1, GET_PDEATHSIG: 2, GET_DUMPABLE: 3, SET_DUMPABLE: 4, GET_KEEPCAPS: 7, SET_KEEPCAPS: 8, GET_TIMING: 13, SET_TIMING: 14, SET_NAME: 15, GET_NAME: 16,
  GET_SECCOMP: 21, CAPBSET_READ: 23, SET_TIMERSLACK: 29, GET_TIMERSLACK: 30, SET_CHILD_SUBREAPER: 36, GET_CHILD_SUBREAPER: 37, SET_NO_NEW_PRIVS: 38, GET_NO_NEW_PRIVS: 39,
  GET_TID_ADDRESS: 40, SET_VMA: 0x53564d41, SET_VMA_ANON_NAME: 0,
} as const;

/** Indexes of getrlimit, in order. */
export const rlimitNames = ['CPU', 'FSIZE', 'DATA', 'STACK', 'CORE', 'RSS', 'NPROC', 'NOFILE', 'MEMLOCK', 'AS', 'LOCKS', 'SIGPENDING', 'MSGQUEUE', 'NICE', 'RTPRIO', 'RTTIME'] as const;

export const RLIMIT = { STACK: 3, CORE: 4, NOFILE: 7, SIGPENDING: 11, NICE: 13, RTPRIO: 14 } as const;

/** u64, u64. */
export const rlimit = { cur: 0, max: 8, size: 16 } as const;

/** Six strings of `field` bytes, ended by NUL. */
export const utsname = { sysname: 0, nodename: 65, release: 130, version: 195, machine: 260, domainname: 325, field: 65, size: 390 } as const;

/** i64 uptime (s), 3 x u64 loads (times 65536), then u64 bytes each; procs u16; unit u32 (bytes in a unit of the counts). */
export const sysinfo = { uptime: 0, loads: 8, totalram: 32, freeram: 40, sharedram: 48, bufferram: 56, totalswap: 64, freeswap: 72, procs: 80, totalhigh: 88, freehigh: 96, unit: 104, size: 112 } as const;

export const RUSAGE = { SELF: 0, CHILDREN: -1, THREAD: 1 } as const;
/** Two timeval, then 14 x i64, of which maxrss is the first (KiB). */
export const rusage = { utime: 0, stime: 16, maxrss: 32, minflt: 64, majflt: 72, nvcsw: 128, nivcsw: 136, size: 144 } as const;

export const robustListHeadSize = 24;

/** rseq(2): flags and an id of no core; the registered area: cpuIdStart, cpuId u32, sequence u64, flags u32; a sequence: version, flags u32, start, bytes, abort u64. */
export const RSEQ = { UNREGISTER: 1, UNINITIALIZED: 0xffffffff } as const;
export const rseqArea = { cpuIdStart: 0, cpuId: 4, sequence: 8, flags: 16, size: 32, align: 32 } as const;
export const rseqSequence = { version: 0, flags: 4, start: 8, bytes: 16, abort: 24, size: 32 } as const;

// Time: clock_gettime(2), nanosleep(2), timer_create(2), timerfd_create(2), setitimer(2)

export const CLOCK = {
  REALTIME: 0, MONOTONIC: 1, PROCESS_CPUTIME_ID: 2, THREAD_CPUTIME_ID: 3, MONOTONIC_RAW: 4, REALTIME_COARSE: 5,
  MONOTONIC_COARSE: 6, BOOTTIME: 7, REALTIME_ALARM: 8, BOOTTIME_ALARM: 9, TAI: 11,
} as const;
export const TIMER_ABSTIME = 1;

/**
 * A negative clock number names a thread's or process's CPU clock: all ones less the tid or pid (0: the caller's) from bit 3 up,
 * bit 2 for a thread, and below it what is counted.
 */
export const CPUCLOCK = { PROF: 0, VIRT: 1, SCHED: 2, FD: 3, WHICH: 3, PERTHREAD: 4 } as const;

export const ITIMER = { REAL: 0, VIRTUAL: 1, PROF: 2 } as const;
export const TFD = { TIMER_ABSTIME: 1, TIMER_CANCEL_ON_SET: 2, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;
export const SIGEV = { SIGNAL: 0, NONE: 1, THREAD: 2, THREAD_ID: 4 } as const;

/** Interval and value of a timer: two timespec (timer_settime, timerfd_settime) or two timeval (setitimer). */
export const itimerspec = { interval: 0, value: 16, size: 32 } as const;

/** value u64; signo, notify, tid i32. */
export const sigevent = { value: 0, signo: 8, notify: 12, tid: 16, size: 64 } as const;

/** A tick of the kernel's own clock (CONFIG_HZ=250), and a clock_t of times(2), in nanoseconds. */
export const jiffyNanos = 4_000_000n;
export const clockTNanos = 10_000_000n;

/** i64 seconds, i64 nanoseconds. A timeval has microseconds in the second place. */
export const timespec = { sec: 0, nsec: 8, size: 16 } as const;

// Futexes: futex(2)

export const FUTEX = {
  WAIT: 0, WAKE: 1, REQUEUE: 3, CMP_REQUEUE: 4, WAKE_OP: 5, LOCK_PI: 6, UNLOCK_PI: 7, TRYLOCK_PI: 8, WAIT_BITSET: 9, WAKE_BITSET: 10,
  PRIVATE_FLAG: 0x80, CLOCK_REALTIME: 0x100, CMD_MASK: 0x7f, BITSET_ANY: 0xffffffff,
  WAITERS: 0x80000000, OWNER_DIED: 0x40000000, TID_MASK: 0x3fffffff,
} as const;

// Memory: mmap(2), madvise(2)

export const PROT = { NONE: 0, READ: 1, WRITE: 2, EXEC: 4 } as const;
export const MAP = { SHARED: 1, PRIVATE: 2, SHARED_VALIDATE: 3, TYPE: 0xf, FIXED: 0x10, ANONYMOUS: 0x20, GROWSDOWN: 0x100, STACK: 0x20000, NORESERVE: 0x4000, POPULATE: 0x8000, FIXED_NOREPLACE: 0x100000 } as const;
export const MADV = { NORMAL: 0, RANDOM: 1, SEQUENTIAL: 2, WILLNEED: 3, DONTNEED: 4, FREE: 8, DONTFORK: 10, DOFORK: 11, MERGEABLE: 12, UNMERGEABLE: 13, HUGEPAGE: 14, NOHUGEPAGE: 15, DONTDUMP: 16, DODUMP: 17, COLD: 20, PAGEOUT: 21 } as const;
export const MREMAP = { MAYMOVE: 1, FIXED: 2, DONTUNMAP: 4 } as const;

// Files: open(2), fcntl(2), stat(2), epoll(7), eventfd(2)

/** Flags of open. O_DIRECTORY, O_NOFOLLOW, O_DIRECT and O_LARGEFILE have other values on arm64. */
export const O = {
  RDONLY: 0, WRONLY: 1, RDWR: 2, ACCMODE: 3, CREAT: 0o100, EXCL: 0o200, NOCTTY: 0o400, TRUNC: 0o1000, APPEND: 0o2000, NONBLOCK: 0o4000,
  DSYNC: 0o10000, ASYNC: 0o20000, NOATIME: 0o1000000, CLOEXEC: 0o2000000,
} as const;
export const openFlags = {
  amd64: { DIRECT: 0o40000, LARGEFILE: 0o100000, DIRECTORY: 0o200000, NOFOLLOW: 0o400000 },
  arm64: { DIRECT: 0o200000, LARGEFILE: 0o400000, DIRECTORY: 0o40000, NOFOLLOW: 0o100000 },
} as const;

export const F = { DUPFD: 0, GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, GETLK: 5, SETLK: 6, SETLKW: 7, SETOWN: 8, GETOWN: 9, DUPFD_CLOEXEC: 1030, SETPIPE_SZ: 1031, GETPIPE_SZ: 1032, OFD_GETLK: 36, OFD_SETLK: 37, OFD_SETLKW: 38 } as const;
export const FD_CLOEXEC = 1;
export const AT = { FDCWD: -100, SYMLINK_NOFOLLOW: 0x100, REMOVEDIR: 0x200, EACCESS: 0x200, SYMLINK_FOLLOW: 0x400, NO_AUTOMOUNT: 0x800, EMPTY_PATH: 0x1000 } as const;
export const SEEK = { SET: 0, CUR: 1, END: 2 } as const;
export const ioctls = { TCGETS: 0x5401, TIOCGWINSZ: 0x5413, FIONREAD: 0x541b, FIONBIO: 0x5421, FIONCLEX: 0x5450, FIOCLEX: 0x5451 } as const;

/** Types in st_mode, and the permission bits of access(2). */
export const S = { IFMT: 0o170000, IFIFO: 0o10000, IFCHR: 0o20000, IFDIR: 0o40000, IFREG: 0o100000, IFLNK: 0o120000, IFSOCK: 0o140000 } as const;

/** dev, ino u64; nlink u64 (arm64: u32); mode, uid, gid u32; rdev u64; fileSize, blksize, blocks i64 (arm64: blksize i32); three timespec. */
export const stat = {
  amd64: { dev: 0, ino: 8, nlink: 16, mode: 24, uid: 28, gid: 32, rdev: 40, fileSize: 48, blksize: 56, blocks: 64, atime: 72, mtime: 88, ctime: 104, size: 144 },
  arm64: { dev: 0, ino: 8, mode: 16, nlink: 20, uid: 24, gid: 28, rdev: 32, fileSize: 48, blksize: 56, blocks: 64, atime: 72, mtime: 88, ctime: 104, size: 128 },
} as const;

/** Pointer and length, u64 each. */
export const iovec = { base: 0, len: 8, size: 16 } as const;
export const iovecMax = 1024;

export const EPOLL = { CTL_ADD: 1, CTL_DEL: 2, CTL_MOD: 3, IN: 1, PRI: 2, OUT: 4, ERR: 8, HUP: 0x10, RDHUP: 0x2000, EXCLUSIVE: 0x10000000, ONESHOT: 0x40000000, ET: 0x80000000, CLOEXEC: 0o2000000 } as const;
/** events u32, data u64: packed on amd64 only. */
export const epollEvent = { amd64: { events: 0, data: 4, size: 12 }, arm64: { events: 0, data: 8, size: 16 } } as const;

/** fd i32, events i16, revents i16; bits as EPOLL's low half. */
export const pollfd = { fd: 0, events: 4, revents: 6, size: 8 } as const;
export const pollNval = 0x20;

export const EFD = { SEMAPHORE: 1, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;
export const GRND = { NONBLOCK: 1, RANDOM: 2, INSECURE: 4 } as const;

// Signals: signal(7), sigaction(2), sigaltstack(2)

/** Names by number, 1..31; 32 to 64 are the real-time signals. */
export const signalNames = [
  '', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT',
  'SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS',
] as const;
export const SIG = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, STKFLT: 16,
  CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22, URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, IO: 29, PWR: 30, SYS: 31,
} as const;
export const signalMax = 64;

/** What a signal without a handler does: signal(7), "Standard signals". Real-time signals terminate. */
export const signalsIgnoredByDefault: readonly number[] = [SIG.CHLD, SIG.URG, SIG.WINCH, SIG.CONT];
/** These write a core file, where one is allowed. */
export const signalsDumpingByDefault: readonly number[] = [SIG.QUIT, SIG.ILL, SIG.TRAP, SIG.ABRT, SIG.BUS, SIG.FPE, SIG.SEGV, SIG.XCPU, SIG.XFSZ, SIG.SYS];
export const signalsStoppingByDefault: readonly number[] = [SIG.STOP, SIG.TSTP, SIG.TTIN, SIG.TTOU];

export const SIG_DFL = 0;
export const SIG_IGN = 1;
export const SA = { NOCLDSTOP: 1, NOCLDWAIT: 2, SIGINFO: 4, RESTORER: 0x04000000, ONSTACK: 0x08000000, RESTART: 0x10000000, NODEFER: 0x40000000, RESETHAND: 0x80000000 } as const;
/** The kernel's structure (not the C library's): handler, flags, restorer, mask, u64 each. */
export const sigaction = { handler: 0, flags: 8, restorer: 16, mask: 24, size: 32 } as const;
export const sigsetSize = 8;
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

/** sp u64, flags i32, bytes u64. */
export const stackT = { sp: 0, flags: 8, bytes: 16, size: 24 } as const;
export const SS = { ONSTACK: 1, DISABLE: 2, AUTODISARM: 0x80000000 } as const;
export const minSigStack = { amd64: 2048, arm64: 5120 } as const;

/** si_code: how a signal arose. Positive codes name faults and belong to one signal each. */
export const SI = { USER: 0, KERNEL: 0x80, QUEUE: -1, TIMER: -2, MESGQ: -3, ASYNCIO: -4, SIGIO: -5, TKILL: -6 } as const;
export const siCodes = { SEGV_MAPERR: 1, SEGV_ACCERR: 2, BUS_ADRALN: 1, BUS_ADRERR: 2, FPE_INTDIV: 1, FPE_FLTINV: 7, ILL_ILLOPC: 1, ILL_ILLOPN: 2, TRAP_BRKPT: 1, CLD_EXITED: 1, CLD_KILLED: 2, CLD_DUMPED: 3, CLD_TRAPPED: 4, CLD_STOPPED: 5, CLD_CONTINUED: 6 } as const;
/**
 * signo, errno, code i32; then by kind: pid i32 and uid u32 and value u64 (a timer's number and overruns stand where pid and
 * uid are), or addr u64; of SIGCHLD status i32, utime and stime i64 (1/100 s) behind uid.
 */
export const siginfo = { signo: 0, errno: 4, code: 8, pid: 16, uid: 20, value: 24, addr: 16, status: 24, utime: 32, stime: 40, size: 128 } as const;

export const SFD = { NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;
/** What a signalfd reads. signo u32, errno, code i32, pid, uid u32, fd i32, tid, band, overrun, trapno u32, status, int i32, ptr, utime, stime, addr u64. */
export const signalfdSiginfo = {
  signo: 0, errno: 4, code: 8, pid: 12, uid: 16, fd: 20, tid: 24, band: 28, overrun: 32, trapno: 36, status: 40, int: 44, ptr: 48, utime: 56, stime: 64, addr: 72, size: 128,
} as const;

/**
 * The frame a handler of amd64 finds at its stack pointer: return address, ucontext, siginfo; the FXSAVE image lies
 * above at a multiple of 64. Offsets within the ucontext: flags, link u64, stack_t, then the machine context of u64 each in this order.
 */
export const amd64Frame = {
  returnAddress: 0, ucontext: 8, siginfo: 8 + 304, size: 8 + 304 + 128,
  uc: {
    flags: 0, link: 8, stack: 16,
    r8: 40, r9: 48, r10: 56, r11: 64, r12: 72, r13: 80, r14: 88, r15: 96, rdi: 104, rsi: 112, rbp: 120, rbx: 128, rdx: 136, rax: 144, rcx: 152, rsp: 160, rip: 168,
    eflags: 176, cs: 184, gs: 186, fs: 188, ss: 190, err: 192, trapno: 200, oldmask: 208, cr2: 216, fpstate: 224, sigmask: 296, size: 304,
  },
  /** uc_flags: the ss field is valid and restored strictly (UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS). */
  ucFlags: 6,
  fpstateBytes: 512,
  fpstateAlign: 64,
  redZone: 128,
  /** Selectors of user code and data. */
  userCs: 0x33,
  userSs: 0x2b,
} as const;

/**
 * The frame a handler of arm64 finds at its stack pointer: siginfo, ucontext; above it the record (X29, X30) that makes it a stack frame.
 * Offsets within the ucontext. `reserved` holds records {magic u32, size u32, ...}: floating point, the exception syndrome, and an empty one.
 */
export const arm64Frame = {
  siginfo: 0, ucontext: 128, size: 128 + 464 + 4096, recordBytes: 16,
  uc: { flags: 0, link: 8, stack: 16, sigmask: 40, faultAddress: 176, regs: 184, sp: 432, pc: 440, pstate: 448, reserved: 464, size: 464 + 4096 },
  fpsimd: { magic: 0x46508001, fpsr: 8, fpcr: 12, vregs: 16, size: 528 },
  esr: { magic: 0x45535201, value: 8, size: 16 },
} as const;

// The auxiliary vector: getauxval(3)

export const AT_ = {
  NULL: 0, PHDR: 3, PHENT: 4, PHNUM: 5, PAGESZ: 6, BASE: 7, FLAGS: 8, ENTRY: 9, UID: 11, EUID: 12, GID: 13, EGID: 14, PLATFORM: 15, HWCAP: 16, CLKTCK: 17,
  SECURE: 23, RANDOM: 25, HWCAP2: 26, EXECFN: 31, SYSINFO_EHDR: 33,
} as const;
