/** How strace shows what calls about processes are given and give back. */
import { CLONE, PR, cloneArgs, sysinfo } from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { signalName } from './signal.js';
import { capabilityName } from './straceIdentity.js';
import { address, attempt, flagText, nonzero, quote } from './straceText.js';

/** strace has no name for CLONE_DETACHED. */
export const { CLONE_CSIGNAL: _signal, CLONE_DETACHED: _detached, ...cloneNames } = nonzero(CLONE, 'CLONE_');
/** A list of texts is cut after this many. */
const listMax = 32;

/** Signatures, as in straceArgs.ts. */
export const processSignatures: Readonly<Record<string, string>> = {
  clone: 'clone', clone3: 'clone3', fork: '', vfork: '', execve: 's strings vars', execveat: 'at s strings vars atflags', prctl: 'prctl', sysinfo: 'sysinfo>',
  wait4: 'd wait> waitopt usage>', waitid: 'idtype d info> waitopt usage>', setpgid: 'd d', getpgid: 'd', getsid: 'd', setsid: '', getpgrp: '', pidfd_open: 'd x',
};

type Word = (k: Kernel, c: Call, i: number) => string | undefined;
/** A pointer to something that `show` makes text of: undefined, that is an address, for NULL. */
const at = (show: (c: Call, va: number) => string): Word => (_k, c, i) => (c.u(i) === 0 ? undefined : show(c, c.u(i)));

/** What a word of a signature makes of argument `i`; `info>` and `usage>` stand in straceTime.ts. */
export const processWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['wait>', (k, c, i) => (c.u(i) === 0 || k.abi.result(k.registers(c.task)) === 0n ? undefined : `[${waitStatus(c.user.u32(c.u(i)))}]`)],
  ['waitopt', (_k, c, i) => flagText(c.i(i), waitNames, undefined)],
  ['idtype', (_k, c, i) => ['P_ALL', 'P_PID', 'P_PGID', 'P_PIDFD'][c.i(i)] ?? String(c.i(i))],
  ['strings', at(stringsText)],
  ['vars', at(variablesText)],
  ['sysinfo>', at(sysinfoText)],
]);

const tidAt = (c: Call, va: number): string => attempt(() => `[${c.user.u32(va)}]`) ?? address(va);

/** `before`: as far as it is known when the call begins. `ok`: the call succeeded, and what it writes is there. */
export function cloneText(k: Kernel, c: Call, part: 'before' | 'after', ok: boolean): string {
  const flags = c.u(0) % 2 ** 32;
  const signal = flags & CLONE.CSIGNAL;
  const names = flagText(flags - signal, cloneNames, undefined);
  if (part === 'before') return `child_stack=${address(c.u(1))}, flags=${signal === 0 ? names : names === '0' ? signalName(signal) : `${names}|${signalName(signal)}`}`;
  const parts = [''];
  const { childTid, tls } = k.abi.cloneArguments;
  if ((flags & CLONE.PARENT_SETTID) !== 0) parts.push(`parent_tid=${ok ? tidAt(c, c.u(2)) : address(c.u(2))}`);
  if ((flags & CLONE.SETTLS) !== 0) parts.push(`tls=0x${c.big(tls).toString(16)}`);
  if ((flags & (CLONE.CHILD_SETTID | CLONE.CHILD_CLEARTID)) !== 0) parts.push(`child_tidptr=${address(c.u(childTid))}`);
  return parts.join(', ');
}

/** The structure that clone3 is given; and its size, unless something is written that comes between. */
export function clone3Text(c: Call): string {
  const at = c.u(0);
  const text = attempt(() => {
    const word = (offset: number): number => c.user.word(at + offset);
    const flags = word(cloneArgs.flags) % 2 ** 32;
    const has = (flag: number): boolean => (flags & flag) !== 0;
    const parts = [`flags=${cloneFlags3(word(cloneArgs.flags))}`];
    if (has(CLONE.PIDFD)) parts.push(`pidfd=${address(word(cloneArgs.pidfd))}`);
    if (has(CLONE.CHILD_SETTID | CLONE.CHILD_CLEARTID)) parts.push(`child_tid=${address(word(cloneArgs.childTid))}`);
    if (has(CLONE.PARENT_SETTID)) parts.push(`parent_tid=${address(word(cloneArgs.parentTid))}`);
    const [signal, size] = [word(cloneArgs.exitSignal), word(cloneArgs.stackSize)];
    parts.push(`exit_signal=${signal === 0 ? '0' : signalName(signal)}`, `stack=${address(word(cloneArgs.stack))}`, `stack_size=${size === 0 ? '0' : `0x${size.toString(16)}`}`);
    if (has(CLONE.SETTLS)) parts.push(`tls=${address(word(cloneArgs.tls))}`);
    return `{${parts.join(', ')}}`;
  }) ?? address(at);
  return clone3Writes(c) === 0 ? `${text}, ${c.u(1)}` : text;
}

/** With the flag beyond 32 bits. */
function cloneFlags3(flags: number): string {
  const low = flagText(flags % 2 ** 32, cloneNames, undefined);
  return flags < 2 ** 32 ? low : low === '0' ? 'CLONE_CLEAR_SIGHAND' : `${low}|CLONE_CLEAR_SIGHAND`;
}

/** Flags of the structure that make clone3 write something. */
function clone3Writes(c: Call): number {
  let flags = 0;
  attempt(() => String((flags = c.user.word(c.u(0) + cloneArgs.flags) % 2 ** 32)));
  return flags & (CLONE.PIDFD | CLONE.PARENT_SETTID);
}

/** What clone3 has written where the structure says, and the size behind it. */
export function clone3Result(c: Call, ok: boolean): string {
  const flags = clone3Writes(c);
  if (flags === 0) return '';
  const written = !ok ? undefined : attempt(() => {
    const parts: string[] = [];
    if ((flags & CLONE.PIDFD) !== 0) parts.push(`pidfd=${tidAt(c, c.user.word(c.u(0) + cloneArgs.pidfd))}`);
    if ((flags & CLONE.PARENT_SETTID) !== 0) parts.push(`parent_tid=${tidAt(c, c.user.word(c.u(0) + cloneArgs.parentTid))}`);
    return ` => {${parts.join(', ')}}`;
  });
  return `${written ?? ''}, ${c.u(1)}`;
}

// Ends of children

const waitNames = { WNOHANG: 1, WSTOPPED: 2, WEXITED: 4, WCONTINUED: 8, WNOWAIT: 0x1000000, __WNOTHREAD: 0x20000000, __WALL: 0x40000000, __WCLONE: 0x80000000 };

function waitStatus(status: number): string {
  const signo = status & 0x7f;
  if (signo === 0) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${(status >> 8) & 0xff}}`;
  if (status === 0xffff) return '{WIFCONTINUED(s)}';
  if (signo === 0x7f) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signalName((status >> 8) & 0xff)}}`;
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(signo)}${(status & 0x80) !== 0 ? ' && WCOREDUMP(s)' : ''}}`;
}

// Programs and the machine

/** A list of strings that a NULL ends. */
function stringsText(c: Call, va: number): string {
  const parts: string[] = [];
  for (let at = va; ; at += 8) {
    const string = c.user.word(at);
    if (string === 0) return `[${parts.join(', ')}]`;
    if (parts.length === listMax) return `[${parts.join(', ')}, ...]`;
    parts.push(attempt(() => quote(c.user.string(string) ?? '')) ?? address(string));
  }
}

/** An environment: where, and how many variables. */
function variablesText(c: Call, va: number): string {
  let count = 0;
  while (c.user.word(va + count * 8) !== 0) count++;
  return `${address(va)} /* ${count} var${count === 1 ? '' : 's'} */`;
}

function sysinfoText(c: Call, va: number): string {
  const big = (at: number): bigint => c.user.u64(va + at);
  const words = ['totalram', 'freeram', 'sharedram', 'bufferram', 'totalswap', 'freeswap'] as const;
  const loads = [0, 8, 16].map((i) => big(sysinfo.loads + i)).join(', ');
  const ends = `procs=${c.user.u32(va + sysinfo.procs) & 0xffff}, totalhigh=${big(sysinfo.totalhigh)}, freehigh=${big(sysinfo.freehigh)}, mem_unit=${c.user.u32(va + sysinfo.unit)}`;
  return `{uptime=${big(sysinfo.uptime)}, loads=[${loads}], ${words.map((w) => `${w}=${big(sysinfo[w])}`).join(', ')}, ${ends}}`;
}

/** prctl: as many arguments as the option has; what it writes only afterwards. */
export function prctlText(c: Call, part: 'before' | 'after', ok: boolean): string {
  const word = (i: number): string => (c.u(i) === 0 ? '0' : `0x${c.big(i).toString(16)}`);
  const string = (i: number, max?: number): string => (c.u(i) === 0 ? 'NULL' : (attempt(() => quote(c.user.string(c.u(i)) ?? '', max)) ?? address(c.u(i))));
  const known = Object.entries(PR).find(([name, v]) => v === c.i(0) && name !== 'SET_VMA_ANON_NAME');
  const option = known ? `PR_${known[0]}` : `0x${c.u32(0).toString(16)} /* PR_??? */`;
  const written: readonly number[] = [PR.GET_PDEATHSIG, PR.GET_CHILD_SUBREAPER, PR.GET_NAME];
  if (written.includes(c.i(0))) {
    if (part === 'before') return `${option}, `;
    return c.i(0) === PR.GET_NAME && ok ? string(1) : c.i(0) === PR.GET_PDEATHSIG && ok ? (attempt(() => `[${signalOrNone(c.user.u32(c.u(1)))}]`) ?? address(c.u(1))) : ok ? tidAt(c, c.u(1)) : address(c.u(1));
  }
  if (part === 'after') return '';
  switch (c.i(0)) {
    case PR.SET_VMA:
      return c.u(1) === PR.SET_VMA_ANON_NAME ? [option, 'PR_SET_VMA_ANON_NAME', address(c.u(2)), String(c.u(3)), string(4, Infinity)].join(', ') : [option, word(1), word(2), word(3), word(4)].join(', ');
    case PR.SET_NAME:
      return `${option}, ${string(1)}`;
    case PR.GET_DUMPABLE:
    case PR.GET_KEEPCAPS:
    case PR.GET_SECCOMP:
    case PR.GET_TIMING:
    case PR.GET_TIMERSLACK:
      return option;
    case PR.SET_DUMPABLE:
      return `${option}, ${['SUID_DUMP_DISABLE', 'SUID_DUMP_USER', 'SUID_DUMP_ROOT'][c.u(1)] ?? `0x${c.big(1).toString(16)} /* SUID_DUMP_??? */`}`;
    case PR.SET_KEEPCAPS:
    case PR.SET_CHILD_SUBREAPER:
    case PR.SET_TIMERSLACK:
      return `${option}, ${c.u(1)}`;
    case PR.SET_PDEATHSIG:
      return `${option}, ${signalOrNone(c.u(1))}`;
    case PR.CAPBSET_READ:
      return `${option}, ${capabilityName(c.u(1))}`;
    case PR.SET_NO_NEW_PRIVS:
    case PR.GET_NO_NEW_PRIVS:
      return [option, c.i(0) === PR.SET_NO_NEW_PRIVS ? String(c.u(1)) : word(1), word(2), word(3), word(4)].join(', ');
    default:
      return [option, word(1), word(2), word(3), word(4)].join(', ');
  }
}

const signalOrNone = (signo: number): string => (signo === 0 ? '0' : signalName(signo));
