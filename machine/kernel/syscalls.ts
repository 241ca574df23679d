/**
 * The table of system calls: name to handler. A name of isa/abi/linux.ts that is missing here answers ENOSYS and
 * is counted, so that --strace and reports can name it. Names that Linux has on one ISA only are simply never asked for on the other.
 */
import type { Call, Result } from './call.js';
import * as clock from './clock.js';
import * as epoll from './epoll.js';
import * as file from './fileCalls.js';
import { futex } from './futex.js';
import type { Kernel } from './kernel.js';
import * as memory from './memory.js';
import * as process from './process.js';
import * as signal from './signal.js';

export type Handler = (k: Kernel, c: Call) => Result;

const table: Readonly<Record<string, Handler>> = {
  // files
  read: file.read, write: file.write, pread64: file.pread64, pwrite64: file.pwrite64, readv: file.readv, writev: file.writev,
  lseek: file.lseek, ftruncate: file.ftruncate, fsync: file.fsync, fdatasync: file.fsync,
  open: file.open, openat: file.openat, creat: file.creat, close: file.close,
  mkdir: file.mkdir, mkdirat: file.mkdirat, rmdir: file.rmdir, unlink: file.unlink, unlinkat: file.unlinkat,
  readlink: file.readlink, readlinkat: file.readlinkat, access: file.access, faccessat: file.faccessat, faccessat2: file.faccessat2,
  getcwd: file.getcwd, chdir: file.chdir, umask: file.umask, getdents64: file.getdents64,
  stat: file.stat, lstat: file.lstat, fstat: file.fstat, newfstatat: file.newfstatat,
  dup: file.dup, dup2: file.dup2, dup3: file.dup3, fcntl: file.fcntl, ioctl: file.ioctl, pipe: file.pipe, pipe2: file.pipe2,
  epoll_create: epoll.epollCreate, epoll_create1: epoll.epollCreate1, epoll_ctl: epoll.epollCtl, epoll_wait: epoll.epollWait, epoll_pwait: epoll.epollPwait,
  poll: epoll.poll, ppoll: epoll.ppoll, eventfd: epoll.eventfd, eventfd2: epoll.eventfd2,
  // memory
  mmap: memory.mmap, munmap: memory.munmap, mprotect: memory.mprotect, mremap: memory.mremap, madvise: memory.madvise, brk: memory.brk,
  mincore: memory.mincore, msync: memory.nothing, mlock: memory.nothing, munlock: memory.nothing,
  // threads and processes
  clone: process.clone, exit: process.exit, exit_group: process.exitGroupCall, wait4: process.noChildren, waitid: process.noChildren,
  set_tid_address: process.setTidAddress, set_robust_list: process.setRobustList, get_robust_list: process.getRobustList,
  arch_prctl: process.archPrctl, prctl: process.prctl,
  getpid: process.getpid, gettid: process.gettid, getppid: process.getppid, getpgrp: process.leader, getpgid: process.leader, getsid: process.leader,
  getuid: process.root, geteuid: process.root, getgid: process.root, getegid: process.root, getgroups: process.getGroups,
  sched_yield: process.schedYield, sched_getaffinity: process.schedGetaffinity, sched_setaffinity: process.schedSetaffinity,
  sched_getparam: process.schedGetparam, sched_getscheduler: process.schedPriority, sched_get_priority_max: process.schedPriority, sched_get_priority_min: process.schedPriority,
  getcpu: process.getcpu, uname: process.uname, sysinfo: process.sysinfo, getrusage: process.getrusage, times: process.times, getrandom: process.getrandom,
  getrlimit: process.getrlimit, setrlimit: process.setrlimit, prlimit64: process.prlimit64,
  futex,
  // time
  clock_gettime: clock.clockGettime, clock_getres: clock.clockGetres, clock_settime: clock.clockSettime, gettimeofday: clock.gettimeofday, time: clock.time,
  nanosleep: clock.nanosleep, clock_nanosleep: clock.clockNanosleep,
  // signals
  rt_sigaction: signal.rtSigaction, rt_sigprocmask: signal.rtSigprocmask, rt_sigpending: signal.rtSigpending, rt_sigsuspend: signal.rtSigsuspend,
  rt_sigtimedwait: signal.rtSigtimedwait, rt_sigreturn: signal.rtSigreturn, sigaltstack: signal.sigaltstack, pause: signal.pause,
  kill: signal.kill, tkill: signal.tkill, tgkill: signal.tgkill,
};

export const handlers: ReadonlyMap<string, Handler> = new Map(Object.entries(table));
