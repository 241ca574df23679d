/**
 * The table of system calls: name to handler. A name of isa/abi/linux.ts that is missing here answers ENOSYS and
 * is counted, so that --strace and reports can name it. Names that Linux has on one ISA only are simply never asked for on the other.
 */
import type { Call, Result } from './call.js';
import { sigaltstack } from './altstack.js';
import * as clock from './clock.js';
import * as epoll from './epoll.js';
import * as descriptor from './descriptors.js';
import { clone, clone3, fork, unshare, vfork } from './clone.js';
import { execve, execveat } from './execve.js';
import * as exit from './exit.js';
import { futex } from './futex.js';
import * as group from './groups.js';
import * as identity from './identity.js';
import type { Kernel } from './kernel.js';
import * as attribute from './attributes.js';
import * as directory from './directories.js';
import * as extent from './extent.js';
import { flock } from './locks.js';
import * as name from './names.js';
import * as splice from './splice.js';
import * as memory from './memory.js';
import * as pidfd from './pidfd.js';
import * as posixtimer from './posixtimer.js';
import { membarrier, prctl } from './prctl.js';
import * as priority from './priority.js';
import * as process from './process.js';
import { rseq } from './rseq.js';
import { pselect6, select } from './select.js';
import * as signal from './sigcalls.js';
import * as signalfd from './signalfd.js';
import * as timerfd from './timerfd.js';
import * as transfer from './transfer.js';
import { xattrCalls } from './xattr.js';
import { wait4, waitid } from './wait.js';

export type Handler = (k: Kernel, c: Call) => Result;

const table: Readonly<Record<string, Handler>> = {
  // files
  read: transfer.read, write: transfer.write, pread64: transfer.pread64, pwrite64: transfer.pwrite64, readv: transfer.readv, writev: transfer.writev,
  preadv: transfer.preadv, pwritev: transfer.pwritev, preadv2: transfer.preadv2, pwritev2: transfer.pwritev2,
  sendfile: splice.sendfile, splice: splice.splice, tee: splice.tee, copy_file_range: splice.copyFileRange,
  fallocate: extent.fallocate, memfd_create: extent.memfdCreate, fadvise64: extent.fadvise64, readahead: extent.readahead,
  sync: extent.sync, syncfs: extent.syncfs, sync_file_range: extent.syncFileRange, flock,
  lseek: transfer.lseek, fsync: transfer.fsync, fdatasync: transfer.fsync,
  open: name.open, openat: name.openat, creat: name.creat, close: descriptor.close, close_range: descriptor.closeRange,
  mkdir: name.mkdir, mkdirat: name.mkdirat, mknod: name.mknod, mknodat: name.mknodat, rmdir: name.rmdir, unlink: name.unlink, unlinkat: name.unlinkat,
  link: name.link, linkat: name.linkat, symlink: name.symlink, symlinkat: name.symlinkat, readlink: name.readlink, readlinkat: name.readlinkat,
  rename: name.rename, renameat: name.renameat, renameat2: name.renameat2, umask: name.umask,
  getcwd: directory.getcwd, chdir: directory.chdir, fchdir: directory.fchdir, getdents64: directory.getdents64, getdents: directory.getdents,
  ...xattrCalls,
  stat: attribute.stat, lstat: attribute.lstat, fstat: attribute.fstat, newfstatat: attribute.newfstatat, statx: attribute.statx,
  access: attribute.access, faccessat: attribute.faccessat, faccessat2: attribute.faccessat2,
  chmod: attribute.chmod, fchmod: attribute.fchmod, fchmodat: attribute.fchmodat,
  chown: attribute.chown, lchown: attribute.lchown, fchown: attribute.fchown, fchownat: attribute.fchownat,
  utimensat: attribute.utimensat, futimesat: attribute.futimesat, utimes: attribute.utimes, utime: attribute.utime,
  truncate: attribute.truncate, ftruncate: attribute.ftruncate, statfs: attribute.statfs, fstatfs: attribute.fstatfs,
  dup: descriptor.dup, dup2: descriptor.dup2, dup3: descriptor.dup3, fcntl: descriptor.fcntl, ioctl: descriptor.ioctl, pipe: descriptor.pipe, pipe2: descriptor.pipe2,
  epoll_create: epoll.epollCreate, epoll_create1: epoll.epollCreate1, epoll_ctl: epoll.epollCtl, epoll_wait: epoll.epollWait, epoll_pwait: epoll.epollPwait,
  select, pselect6, poll: epoll.poll, ppoll: epoll.ppoll, eventfd: epoll.eventfd, eventfd2: epoll.eventfd2,
  // memory
  mmap: memory.mmap, munmap: memory.munmap, mprotect: memory.mprotect, mremap: memory.mremap, madvise: memory.madvise, brk: memory.brk,
  mincore: memory.mincore, msync: memory.msync, mlock: memory.nothing, munlock: memory.nothing,
  // threads and processes
  clone, clone3, fork, vfork, unshare, execve, execveat, exit: exit.exit, exit_group: exit.exitGroupCall, wait4, waitid,
  set_tid_address: exit.setTidAddress, set_robust_list: exit.setRobustList, get_robust_list: exit.getRobustList,
  arch_prctl: process.archPrctl, prctl, membarrier,
  pidfd_open: pidfd.pidfdOpen, pidfd_send_signal: pidfd.pidfdSendSignal, pidfd_getfd: pidfd.pidfdGetfd,
  getpid: process.getpid, gettid: process.gettid, getppid: process.getppid,
  getpgrp: group.getpgrp, getpgid: group.getpgid, setpgid: group.setpgid, getsid: group.getsid, setsid: group.setsid,
  getuid: identity.getuid, geteuid: identity.geteuid, getgid: identity.getgid, getegid: identity.getegid, getresuid: identity.getresuid, getresgid: identity.getresgid,
  setuid: identity.setuid, setgid: identity.setgid, setreuid: identity.setreuid, setregid: identity.setregid, setresuid: identity.setresuid, setresgid: identity.setresgid,
  setfsuid: identity.setfsuid, setfsgid: identity.setfsgid, getgroups: identity.getgroups, setgroups: identity.setgroups, capget: identity.capget,
  sched_yield: process.schedYield, sched_getaffinity: process.schedGetaffinity, sched_setaffinity: process.schedSetaffinity,
  getpriority: priority.getpriority, setpriority: priority.setpriority, sched_getparam: priority.schedGetparam, sched_setparam: priority.schedSetparam, sched_rr_get_interval: priority.schedRrGetInterval,
  sched_getscheduler: priority.schedGetscheduler, sched_setscheduler: priority.schedSetscheduler, sched_get_priority_max: priority.schedPriorityMax, sched_get_priority_min: priority.schedPriorityMin,
  sched_setattr: priority.schedSetattr, sched_getattr: priority.schedGetattr,
  getcpu: process.getcpu, uname: process.uname, sysinfo: process.sysinfo, getrusage: process.getrusage, times: process.times, getrandom: process.getrandom,
  getrlimit: process.getrlimit, setrlimit: process.setrlimit, prlimit64: process.prlimit64,
  futex, rseq,
  // time
  clock_gettime: clock.clockGettime, clock_getres: clock.clockGetres, clock_settime: clock.clockSettime, gettimeofday: clock.gettimeofday, time: clock.time,
  nanosleep: clock.nanosleep, clock_nanosleep: clock.clockNanosleep,
  timer_create: posixtimer.timerCreate, timer_settime: posixtimer.timerSettime, timer_gettime: posixtimer.timerGettime,
  timer_getoverrun: posixtimer.timerGetoverrun, timer_delete: posixtimer.timerDelete,
  setitimer: posixtimer.setitimer, getitimer: posixtimer.getitimer, alarm: posixtimer.alarm,
  timerfd_create: timerfd.timerfdCreate, timerfd_settime: timerfd.timerfdSettime, timerfd_gettime: timerfd.timerfdGettime,
  // signals
  rt_sigqueueinfo: signal.rtSigqueueinfo, rt_tgsigqueueinfo: signal.rtTgsigqueueinfo, signalfd: signalfd.signalfd, signalfd4: signalfd.signalfd4,
  restart_syscall: signal.restartSyscall,
  rt_sigaction: signal.rtSigaction, rt_sigprocmask: signal.rtSigprocmask, rt_sigpending: signal.rtSigpending, rt_sigsuspend: signal.rtSigsuspend,
  rt_sigtimedwait: signal.rtSigtimedwait, rt_sigreturn: signal.rtSigreturn, sigaltstack, pause: signal.pause,
  kill: signal.kill, tkill: signal.tkill, tgkill: signal.tgkill,
};

export const handlers: ReadonlyMap<string, Handler> = new Map(Object.entries(table));
