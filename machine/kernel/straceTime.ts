/** How --strace shows the arguments of calls on time and queued signals: words for the signatures in straceArgs.ts, and siginfo_t. */
import { CLOCK, ITIMER, RUSAGE, SFD, SI, SIG, SIGEV, TFD, TIMER_ABSTIME, clockTNanos, itimerspec, rusage, sigevent, signalMax, siCodes, timespec } from '../../isa/abi/linux.js';
import { isFault, readSiginfo } from './abi.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { signalName } from './signal.js';
import type { Signal } from './task.js';

/** Signatures, as in straceArgs.ts. */
export const timeSignatures: Readonly<Record<string, string>> = {
  clock_gettime: 'clock ts>', clock_getres: 'clock ts>', gettimeofday: 'p p', time: 'p', nanosleep: 'ts p', clock_nanosleep: 'clock abstime ts p',
  timer_create: 'clock sigev id>', timer_settime: 'd abstime its its>', timer_gettime: 'd its>', timer_getoverrun: 'd', timer_delete: 'd',
  timerfd_create: 'clock tfdnew', timerfd_settime: 'fd tfd its its>', timerfd_gettime: 'fd its>', setitimer: 'itimer itv itv>', getitimer: 'itimer itv>', alarm: 'd',
  getrusage: 'rwho usage>', times: 'tms>', pause: '', restart_syscall: '',
  rt_sigtimedwait: 'set info> ts u', rt_sigqueueinfo: 'd sig info', rt_tgsigqueueinfo: 'd d sig info', signalfd: 'fd set u', signalfd4: 'fd set u sfd',
};

type Word = (k: Kernel, c: Call, i: number) => string | undefined;

/** A pointer to something that `show` makes text of: undefined, that is an address, for NULL. */
const at = (show: (c: Call, va: number, k: Kernel) => string): Word => (k, c, i) => (c.u(i) === 0 ? undefined : show(c, c.u(i), k));
const pair = (one: (c: Call, va: number) => string) => at((c, va) => `{it_interval=${one(c, va + itimerspec.interval)}, it_value=${one(c, va + itimerspec.value)}}`);
/** A number by its name, or as `0x7 /* ITIMER_??? *\/`. */
const name = (table: Readonly<Record<string, number>>, prefix: string): Word => (_k, c, i) => {
  const found = Object.entries(table).find(([, v]) => v === c.i(i));
  return found ? prefix + found[0] : unknown(c.i(i), prefix);
};
const flags = (table: Readonly<Record<string, number>>, prefix: string): Word => (_k, c, i) => {
  const known = Object.entries(table).filter(([, bit]) => (c.i(i) & bit) !== 0);
  const rest = known.reduce((left, [, bit]) => left & ~bit, c.i(i));
  if (known.length === 0) return rest === 0 ? '0' : unknown(rest, prefix);
  return [...known.map(([n]) => prefix + n), ...(rest === 0 ? [] : [`0x${(rest >>> 0).toString(16)}`])].join('|');
};
const unknown = (value: number, prefix: string): string => `0x${(value >>> 0).toString(16)} /* ${prefix}??? */`;

const itimerspecWord = pair(timespecText);
const itimervalWord = pair(timevalText);
const infoWord = at((c, va) => infoText(readSiginfo(c.user, va)));

/** What a word of a signature makes of argument `i`. */
export const timeWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['clock', name(CLOCK, 'CLOCK_')],
  ['abstime', flags({ ABSTIME: TIMER_ABSTIME }, 'TIMER_')],
  ['ts', at(timespecText)],
  ['ts>', at(timespecText)],
  ['its', itimerspecWord],
  ['its>', itimerspecWord],
  ['tv', (_k, c, i) => (c.u(i) === 0 ? undefined : timevalText(c, c.u(i)))],
  ['itv', itimervalWord],
  ['itv>', itimervalWord],
  ['sigev', at(eventText)],
  ['id>', at((c, va) => `[${c.user.u32(va) | 0}]`)],
  ['info', infoWord],
  ['info>', infoWord],
  ['rwho', name(RUSAGE, 'RUSAGE_')],
  ['usage>', at((c, va) => `{ru_utime=${timevalText(c, va + rusage.utime)}, ru_stime=${timevalText(c, va + rusage.stime)}, ...}`)],
  ['tms>', at((c, va) => `{${['utime', 'stime', 'cutime', 'cstime'].map((n, at) => `tms_${n}=${clocksText(c.user.u64(va + 8 * at))}`).join(', ')}}`)],
  ['itimer', name(ITIMER, 'ITIMER_')],
  ['tfdnew', flags({ CLOEXEC: TFD.CLOEXEC, NONBLOCK: TFD.NONBLOCK, TIMER_ABSTIME: TFD.TIMER_ABSTIME }, 'TFD_')],
  ['tfd', flags({ TIMER_ABSTIME: TFD.TIMER_ABSTIME, TIMER_CANCEL_ON_SET: TFD.TIMER_CANCEL_ON_SET }, 'TFD_')],
  ['sfd', flags({ CLOEXEC: SFD.CLOEXEC, NONBLOCK: SFD.NONBLOCK }, 'SFD_')],
]);

export function timespecText(c: Call, va: number): string {
  return `{tv_sec=${c.user.i64(va + timespec.sec)}, tv_nsec=${c.user.u64(va + timespec.nsec)}}`;
}

function timevalText(c: Call, va: number): string {
  return `{tv_sec=${c.user.i64(va)}, tv_usec=${c.user.u64(va + 8)}}`;
}

function clocksText(ticks: bigint): string {
  return ticks === 0n ? '0' : `${ticks} /* ${(Number(ticks * clockTNanos) / 1e9).toFixed(2)} s */`;
}

const numberOrName = (signo: number): string => (signo > 0 && signo <= signalMax ? signalName(signo) : String(signo));

function eventText(c: Call, va: number): string {
  const value = c.user.u64(va + sigevent.value);
  const notify = c.user.u32(va + sigevent.notify) | 0;
  const how = Object.entries(SIGEV).find(([, v]) => v === notify)?.[0];
  const signo = c.user.u32(va + sigevent.signo) | 0;
  const parts = value === 0n ? [] : [`sigev_value={sival_int=${BigInt.asIntN(32, value)}, sival_ptr=0x${value.toString(16)}}`];
  parts.push(`sigev_signo=${how === undefined || how === 'NONE' ? signo : numberOrName(signo)}`, `sigev_notify=${how === undefined ? unknown(notify, 'SIGEV_') : `SIGEV_${how}`}`);
  if (notify === SIGEV.THREAD_ID) parts.push(`sigev_notify_thread_id=${c.user.u32(va + sigevent.tid) | 0}`);
  return `{${parts.join(', ')}}`;
}

/** A siginfo_t. */
export function infoText(s: Signal): string {
  if (s.signo === 0) return '{}';
  const head = `{si_signo=${numberOrName(s.signo)}, si_code=${codeName(s)}`;
  if (isFault(s) || s.trapno !== 0) return `${head}, si_addr=${s.addr === 0n ? 'NULL' : `0x${s.addr.toString(16)}`}}`;
  const value = s.value === 0n ? '' : `, si_int=${BigInt.asIntN(32, s.value)}, si_ptr=0x${s.value.toString(16)}`;
  if (s.code === SI.KERNEL) return `${head}}`;
  if (s.signo === SIG.CHLD && s.code > 0) return `${head}, si_pid=${s.pid}, si_uid=${s.uid}, si_status=${s.code === siCodes.CLD_EXITED ? s.status : signalName(s.status)}, si_utime=${s.value}, si_stime=0}`;
  if (s.code === SI.TIMER) return `${head}, si_timerid=${s.pid === 0 ? '0' : `0x${s.pid.toString(16)}`}, si_overrun=${s.uid}${value}}`;
  return `${head}, si_pid=${s.pid}, si_uid=${s.uid}${value}}`;
}

/** si_code by name. */
function codeName(s: Signal): string {
  const sent = Object.entries(SI).find(([, code]) => code === s.code);
  if (sent) return `SI_${sent[0]}`;
  const prefix = signalName(s.signo).slice(3);
  return Object.entries(siCodes).find(([n, code]) => code === s.code && n.startsWith(prefix === 'CHLD' ? 'CLD_' : `${prefix}_`))?.[0] ?? String(s.code);
}
