/**
 * How --strace shows arguments: a signature per call, a word per argument. Words with `>` are output arguments,
 * shown after a call that succeeded, and as addresses otherwise.
 */
import { ARCH, AT, EFD, F, FUTEX, GRND, MADV, MAP, MREMAP, O, O_PATH, O_TMPFILE_BIT, PROT, S, SA, SS, errors, ioctls, iovec, openFlags, rlimitNames, sigaction, signalMax, stackT, stat, utsname } from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { signalName } from './signal.js';
import { fcntlQuery, fcntlText, fileSignatures, fileWords, modeText } from './straceFiles.js';
import { identityResult, identitySignatures, identityWords } from './straceIdentity.js';
import { eventSignatures, eventWords, pollResult } from './straceEvents.js';
import { clone3Result, clone3Text, cloneText, prctlText, processSignatures, processWords } from './straceProcess.js';
import { address, attempt, bytesText, flagText, hexText, named, nonzero, prefixed, quote, setBits } from './straceText.js';
import { timeSignatures, timeWords, timespecText } from './straceTime.js';

/**
 * Words: d int, u unsigned, x hex, p address, fd, at (directory descriptor), s path or string, buf:N bytes of N's
 * value, out:N bytes of the result, ts timespec, ts> timespec written, set signal set, set> one written, sig signal number,
 * act struct sigaction, stk stack_t, and names of flag sets.
 */
const signatures: Readonly<Record<string, string>> = {
  ...timeSignatures,
  ...processSignatures,
  ...identitySignatures,
  ...fileSignatures,
  ...eventSignatures,
  read: 'fd out u', write: 'fd buf:2 u', pread64: 'fd out u d', pwrite64: 'fd buf:2 u d', writev: 'fd iov d', lseek: 'fd d seek',
  open: 's open mode', openat: 'at s open mode', close: 'fd', stat: 's stat>', lstat: 's stat>', fstat: 'fd stat>', newfstatat: 'at s stat> atflags', access: 's access',
  readlink: 's out u', readlinkat: 'at s out u', getcwd: 'cwd> u', chdir: 's', fchdir: 'fd', mkdir: 's mode', mkdirat: 'at s mode', rmdir: 's', symlink: 's s', symlinkat: 's at s', rename: 's s', renameat: 'at s at s', chmod: 's mode', fchmod: 'fd mode', fchmodat: 'at s mode', truncate: 's u', unlink: 's', unlinkat: 'at s atflags', umask: 'mode',
  dup: 'fd', dup2: 'fd fd', dup3: 'fd fd open', ioctl: 'fd ioctl number>', pipe: 'fds>', pipe2: 'fds> open', ftruncate: 'fd u', fsync: 'fd',
  mmap: 'p u prot map fd x', munmap: 'p u', mprotect: 'p u prot', mremap: 'p u u mremap', madvise: 'p u madvise', brk: 'p', mincore: 'p u pages>',
  exit: 'd', exit_group: 'd', set_tid_address: 'p', set_robust_list: 'p u', get_robust_list: 'd [p]> [u]>', arch_prctl: 'arch base>',
  getpid: '', gettid: '', getppid: '', getuid: '', geteuid: '', getgid: '', getegid: '', sched_yield: '', rt_sigreturn: 'frame',
  sched_getaffinity: 'd u words>', getcpu: 'p p p', uname: 'uts>', getrandom: 'random u grnd',
  getrlimit: 'rlimit rlim>', setrlimit: 'rlimit rlim', prlimit64: 'd rlimit rlim rlim>',
  futex: 'futex',
  rt_sigaction: 'sig act act> u', rt_sigprocmask: 'how set set> u', rt_sigpending: 'set> u', rt_sigsuspend: 'set u', sigaltstack: 'stk stk>', kill: 'd sig', tkill: 'd sig', tgkill: 'd d sig',
  msync: 'p u msync', mlock: 'p u', munlock: 'p u', rseq: 'p x x x', io_uring_setup: 'u p',
};

/** Arguments as text: `before` up to the first output, `after` from there on. `ok`: outputs are valid. */
export function formatArgs(k: Kernel, c: Call, part: 'before' | 'after', ok = true): string {
  const name = k.abi.syscalls[c.nr] ?? '';
  const query = name === 'fcntl' && (c.i(1) === F.GETLK || c.i(1) === F.OFD_GETLK);
  const words = (query ? fcntlQuery : (signatures[name] ?? 'x x x x x x')).split(' ').filter(Boolean);
  if (words[0] === 'frame') return part === 'before' ? '' : `{mask=${setText(c.task.mask)}}`;
  if (words[0] === 'clone') return cloneText(k, c, part, ok);
  if (words[0] === 'clone3') return part === 'before' ? clone3Text(c) : clone3Result(c, ok);
  if (words[0] === 'prctl') return prctlText(c, part, ok);
  if (words[0] === 'futex') return part === 'after' ? '' : futexArgs(c);
  const first = words.findIndex(isOutput);
  const cut = first < 0 ? words.length : first;
  const list = words.map((word, i) => (part === 'before' && i >= cut) || (part === 'after' && i < cut) ? '' : argument(k, c, words, word, i, ok));
  if ((name === 'open' && (c.i(1) & (O.CREAT | O_TMPFILE_BIT)) === 0) || (name === 'openat' && (c.i(2) & (O.CREAT | O_TMPFILE_BIT)) === 0)) list.pop();
  if (name === 'fcntl' && !query) list.splice(2, 1, ...(part === 'after' ? [] : [fcntlArgument(k, c)].flatMap((text) => text ?? [])));
  if ((name === 'mknod' && (c.i(1) & S.IFMT) !== S.IFCHR) || (name === 'mknodat' && (c.i(2) & S.IFMT) !== S.IFCHR)) list.pop();
  if (part === 'before') return list.slice(0, cut).join(', ') + (cut < list.length && cut > 0 ? ', ' : '');
  return list.slice(cut).join(', ');
}

/** The last argument of fcntl, if the command has one. */
const fcntlArgument = (k: Kernel, c: Call): string | undefined =>
  fcntlText(c, (flags) => flagText(flags & ~O.ACCMODE, openNames(k), accessMode(flags)));

const isOutput = (word: string): boolean => word === 'out' || word === 'random' || word.endsWith('>');

export function formatResult(k: Kernel, c: Call, result: number): string {
  if (result < 0 && result >= -4095) {
    const e = errors.get(-result);
    return e ? `-1 ${e.name} (${e.text})` : String(result);
  }
  const name = k.abi.syscalls[c.nr] ?? '';
  if (name === 'rt_sigtimedwait') return `${result} (${signalName(result)})`;
  const special = identityResult(k, c, name, result);
  if (special !== undefined) return special;
  if (name === 'poll' || name === 'ppoll') return `${result}${pollResult(c, result)}`;
  if (['mmap', 'brk', 'mremap'].includes(name)) return address(result);
  if (name === 'umask') return `0${result === 0 ? '' : result.toString(8)}`.padStart(result === 0 ? 1 : 3, '0');
  if (name === 'fcntl' && c.i(1) === F.GETFL) return `${result === 0 ? '0' : `0x${result.toString(16)}`} (flags ${flagText(result & ~O.ACCMODE, openNames(k), accessMode(result))})`;
  if (name === 'fcntl' && c.i(1) === F.GETFD && result === 1) return '0x1 (flags FD_CLOEXEC)';
  return String(result);
}

function argument(k: Kernel, c: Call, words: readonly string[], word: string, i: number, ok: boolean): string {
  return (isOutput(word) && !ok ? undefined : attempt(() => decode(k, c, words, word, i))) ?? address(c.u(i));
}

/** The second argument of arch_prctl: a base, or where the kernel has put one. */
function baseText(c: Call, i: number): string | undefined {
  if (c.i(0) === ARCH.GET_FS || c.i(0) === ARCH.GET_GS) return `[${address(c.user.word(c.u(i)))}]`;
  return c.u(i) === 0 ? '0' : undefined;
}

/** One argument; undefined: as an address. */
function decode(k: Kernel, c: Call, words: readonly string[], word: string, i: number): string | undefined {
  const [kind, other] = word.split(':');
  switch (kind) {
    case 'd': case 'fd': return String(c.i(i));
    case 'u': return String(c.big(i));
    case 'x': return c.u(i) === 0 ? '0' : `0x${c.big(i).toString(16)}`;
    case 'p': return undefined;
    case 'at': return c.i(i) === AT.FDCWD ? 'AT_FDCWD' : String(c.i(i));
    case 's': return c.u(i) === 0 ? undefined : quote(c.user.string(c.u(i)) ?? '', Infinity);
    case 'buf': return bytesText(c, c.u(i), c.u(Number(other)));
    case 'out': return bytesText(c, c.u(i), Number(k.abi.result(k.registers(c.task))));
    case '[p]>': return `[${address(c.user.word(c.u(i)))}]`;
    case 'base>': return baseText(c, i);
    case '[u]>': return `[${c.user.u64(c.u(i))}]`;
    case 'random': return hexText(c, c.u(i), Number(k.abi.result(k.registers(c.task))));
    case 'grnd': return flagText(c.i(i), nonzero(GRND, 'GRND_'), undefined);
    case 'set': case 'set>': return c.u(i) === 0 ? undefined : setText(c.user.u64(c.u(i)));
    case 'sig': return c.i(i) > 0 && c.i(i) <= signalMax ? signalName(c.i(i)) : String(c.i(i));
    case 'cwd>': return quote(c.user.string(c.u(i)) ?? '', Infinity);
    case 'msync': return flagText(c.i(i), { MS_ASYNC: 1, MS_INVALIDATE: 2, MS_SYNC: 4 }, undefined);
    case 'number>': return c.u(1) === ioctls.FIONREAD || c.u(1) === ioctls.FIONBIO ? `[${c.user.u32(c.u(i)) | 0}]` : undefined;
    case 'pages>': return `[${[...c.user.bytes(c.u(i), Math.ceil(c.u(1) / 4096))].map((b) => b & 1).join(', ')}]`;
    case 'act': case 'act>': return c.u(i) === 0 ? undefined : actionText(c, c.u(i));
    case 'stk': case 'stk>': return c.u(i) === 0 ? undefined : stackText(c, c.u(i));
    case 'iov': return iovText(c, c.u(i), c.i(i + 1));
    case 'stat>': return statText(k, c, c.u(i));
    case 'uts>': return `{sysname=${quote(c.user.string(c.u(i) + utsname.sysname) ?? '')}, nodename=${quote(c.user.string(c.u(i) + utsname.nodename) ?? '')}, ...}`;
    case 'fds>': return `[${c.user.u32(c.u(i))}, ${c.user.u32(c.u(i) + 4)}]`;
    case 'rlim': case 'rlim>': return c.u(i) === 0 ? undefined : `{rlim_cur=${limitText(c.user.u64(c.u(i)))}, rlim_max=${limitText(c.user.u64(c.u(i) + 8))}}`;
    case 'words>': return `[${setBits(c.user.u64(c.u(i))).join(' ')}]`;
    case 'mode': return `0${(c.u(i) & 0o7777).toString(8)}`;
    case 'open': return words.length > i + 1 || i > 0 ? flagText(c.i(i) & ~O.ACCMODE, openNames(k), words.includes('mode') ? accessMode(c.i(i)) : undefined) : undefined;
    case 'prot': return flagText(c.i(i), nonzero(PROT, 'PROT_'), c.i(i) === 0 ? 'PROT_NONE' : undefined);
    case 'map': return flagText(c.i(i) & ~3, mapNames, ['', 'MAP_SHARED', 'MAP_PRIVATE', 'MAP_SHARED_VALIDATE'][c.i(i) & 3]);
    case 'mremap': return flagText(c.i(i), nonzero(MREMAP, 'MREMAP_'), undefined);
    case 'eventfd': return flagText(c.i(i), nonzero(EFD, 'EFD_'), undefined);
    case 'atflags': return flagText(c.i(i), { AT_SYMLINK_NOFOLLOW: AT.SYMLINK_NOFOLLOW, AT_EMPTY_PATH: AT.EMPTY_PATH, AT_REMOVEDIR: AT.REMOVEDIR, AT_NO_AUTOMOUNT: AT.NO_AUTOMOUNT }, undefined);
    case 'access': return flagText(c.i(i), { R_OK: 4, W_OK: 2, X_OK: 1 }, c.i(i) === 0 ? 'F_OK' : undefined);
    case 'seek': return ['SEEK_SET', 'SEEK_CUR', 'SEEK_END', 'SEEK_DATA', 'SEEK_HOLE'][c.i(i)] ?? `0x${(c.i(i) >>> 0).toString(16)} /* SEEK_??? */`;
    case 'how': return ['SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK'][c.i(i)] ?? String(c.i(i));
    case 'madvise': return named(c.i(i), MADV, 'MADV_');
    case 'arch': return named(c.i(i), ARCH, 'ARCH_');
    case 'fcntl': return named(c.i(i), F, 'F_');
    case 'ioctl': return ({ 0x5401: 'TCGETS', 0x5413: 'TIOCGWINSZ', 0x5421: 'FIONBIO', 0x541b: 'FIONREAD' } as Record<number, string>)[c.u(i)] ?? `0x${c.u(i).toString(16)}`;
    case 'rlimit': return rlimitNames[c.u(i)] ? `RLIMIT_${rlimitNames[c.u(i)]}` : String(c.u(i));
    default: {
      const other = timeWords.get(word) ?? identityWords.get(word) ?? processWords.get(word) ?? fileWords.get(word) ?? eventWords.get(word);
      if (!other) throw new Error(`signature word ${word}`);
      return other(k, c, i);
    }
  }
}

/** A signal set; the complement when most are in it, as strace does. */
function setText(set: bigint): string {
  const members = setBits(set).map((i) => i + 1);
  const inverse = members.length > (2 * signalMax) / 3;
  const shown = inverse ? setBits(~set & 0xffff_ffff_ffff_ffffn).map((i) => i + 1) : members;
  return `${inverse ? '~' : ''}[${shown.map((n) => signalName(n).replace('SIG', '')).join(' ')}]`;
}

function actionText(c: Call, va: number): string {
  const handler = c.user.u64(va + sigaction.handler);
  const raw = c.user.u64(va + sigaction.flags);
  const flags = Number(raw & 0xffff_ffffn);
  const high = raw >> 32n === 0n ? '' : `|0x${(raw & ~0xffff_ffffn).toString(16)}`;
  const name = handler === 0n ? 'SIG_DFL' : handler === 1n ? 'SIG_IGN' : `0x${handler.toString(16)}`;
  const restorer = (flags & SA.RESTORER) !== 0 ? `, sa_restorer=0x${c.user.u64(va + sigaction.restorer).toString(16)}` : '';
  return `{sa_handler=${name}, sa_mask=${setText(c.user.u64(va + sigaction.mask))}, sa_flags=${flagText(flags, saNames, undefined)}${high}${restorer}}`;
}

function stackText(c: Call, va: number): string {
  const flags = c.user.u32(va + stackT.flags);
  return `{ss_sp=${address(c.user.word(va + stackT.sp))}, ss_flags=${flagText(flags, { SS_ONSTACK: SS.ONSTACK, SS_DISABLE: SS.DISABLE, SS_AUTODISARM: SS.AUTODISARM }, undefined).replace(/^0x\w+$/, '$& /* SS_??? */')}, ss_size=${c.user.u64(va + stackT.bytes)}}`;
}

function iovText(c: Call, va: number, count: number): string {
  const parts: string[] = [];
  for (let i = 0; i < Math.min(count, 16); i++) {
    const base = c.user.word(va + i * iovec.size + iovec.base);
    const bytes = c.user.word(va + i * iovec.size + iovec.len);
    parts.push(`{iov_base=${base === 0 ? 'NULL' : bytesText(c, base, bytes)}, iov_len=${bytes}}`);
  }
  return `[${parts.join(', ')}${count > 16 ? ', ...' : ''}]`;
}

/** Type, permissions and size, as strace abbreviates a stat structure. */
function statText(k: Kernel, c: Call, va: number): string {
  const at = stat[k.parts.config.arch];
  const mode = c.user.u32(va + at.mode);
  const rdev = c.user.u64(va + at.rdev);
  const what = (mode & S.IFMT) === S.IFCHR ? `st_rdev=makedev(0x${(rdev >> 8n).toString(16)}, 0x${(rdev & 0xffn).toString(16)})` : `st_size=${c.user.u64(va + at.fileSize)}`;
  return `{st_mode=${modeText(mode)}, ${what}, ...}`;
}

function limitText(v: bigint): string {
  return v === 0xffff_ffff_ffff_ffffn ? 'RLIM64_INFINITY' : v > 1024n && v % 1024n === 0n ? `${v / 1024n}*1024` : String(v);
}

function futexArgs(c: Call): string {
  const op = c.i(1);
  const cmd = op & FUTEX.CMD_MASK;
  const name = named(cmd, { WAIT: FUTEX.WAIT, WAKE: FUTEX.WAKE, REQUEUE: FUTEX.REQUEUE, CMP_REQUEUE: FUTEX.CMP_REQUEUE, WAKE_OP: FUTEX.WAKE_OP, WAIT_BITSET: FUTEX.WAIT_BITSET, WAKE_BITSET: FUTEX.WAKE_BITSET }, 'FUTEX_');
  const suffix = (op & FUTEX.PRIVATE_FLAG ? '_PRIVATE' : '') + (op & FUTEX.CLOCK_REALTIME ? '|FUTEX_CLOCK_REALTIME' : '');
  const parts = [address(c.u(0)), name + suffix, String(c.i(2))];
  if (cmd === FUTEX.WAIT || cmd === FUTEX.WAIT_BITSET) parts.push(c.u(3) === 0 ? 'NULL' : (attempt(() => timespecText(c, c.u(3))) ?? address(c.u(3))));
  if (cmd === FUTEX.WAIT_BITSET) parts.push('NULL');
  if (cmd === FUTEX.WAIT_BITSET || cmd === FUTEX.WAKE_BITSET) parts.push(c.i(5) === -1 ? 'FUTEX_BITSET_MATCH_ANY' : `0x${(c.i(5) >>> 0).toString(16)}`);
  if (cmd === FUTEX.REQUEUE || cmd === FUTEX.CMP_REQUEUE || cmd === FUTEX.WAKE_OP) parts.push(String(c.i(3)), address(c.u(4)));
  if (cmd === FUTEX.CMP_REQUEUE) parts.push(String(c.i(5)));
  return parts.join(', ');
}

// Flags and names

const saNames = { SA_RESTORER: SA.RESTORER, SA_ONSTACK: SA.ONSTACK, SA_RESTART: SA.RESTART, SA_NODEFER: SA.NODEFER, SA_RESETHAND: SA.RESETHAND, SA_SIGINFO: SA.SIGINFO, SA_NOCLDSTOP: SA.NOCLDSTOP, SA_NOCLDWAIT: SA.NOCLDWAIT };
const mapNames = { MAP_FIXED: MAP.FIXED, MAP_ANONYMOUS: MAP.ANONYMOUS, MAP_GROWSDOWN: MAP.GROWSDOWN, MAP_NORESERVE: MAP.NORESERVE, MAP_POPULATE: MAP.POPULATE, MAP_STACK: MAP.STACK, MAP_FIXED_NOREPLACE: MAP.FIXED_NOREPLACE };

/** In strace's order: O_TMPFILE holds O_DIRECTORY. */
function openNames(k: Kernel): Record<string, number> {
  const { RDONLY: _r, WRONLY: _w, RDWR: _rw, ACCMODE: _a, NOATIME, CLOEXEC, ...rest } = O;
  const { DIRECT, LARGEFILE, NOFOLLOW, DIRECTORY } = openFlags[k.parts.config.arch];
  return prefixed({ ...rest, DIRECT, LARGEFILE, NOFOLLOW, NOATIME, CLOEXEC, PATH: O_PATH, TMPFILE: O_TMPFILE_BIT | DIRECTORY, DIRECTORY }, 'O_');
}

function accessMode(flags: number): string {
  return ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'][flags & O.ACCMODE]!;
}
