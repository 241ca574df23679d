/** How --strace shows calls about users, priorities, places to run, and select. */
import { MEMBARRIER, PR, PRIO, SCHED, capability, closeRangeFlags } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import { cloneNames } from './straceProcess.js';
import { address, attempt, flagText, named, nonzero, setBits } from './straceText.js';

/** Signatures, as in straceArgs.ts. */
export const identitySignatures: Readonly<Record<string, string>> = {
  setuid: 'id', setgid: 'id', setreuid: 'id id', setregid: 'id id', setresuid: 'id id id', setresgid: 'id id id', getresuid: 'id> id> id>', getresgid: 'id> id> id>', setfsuid: 'id', setfsgid: 'id',
  getgroups: 'd ids>', setgroups: 'd ids', capget: 'caphead caps>', getpriority: 'prio d', setpriority: 'prio d d',
  sched_setscheduler: 'd policy param', sched_getscheduler: 'd', sched_setparam: 'd param', sched_getparam: 'd param>', sched_get_priority_max: 'policy', sched_get_priority_min: 'policy', sched_rr_get_interval: 'd ts>',
  sched_setaffinity: 'd u cpus', unshare: 'unshare', close_range: 'u32 u32 crange', membarrier: 'barrier x', pidfd_send_signal: 'fd sig p u', pidfd_getfd: 'fd fd x',
  select: 'd fdset fdset fdset tv', pselect6: 'd fdset fdset fdset ts sigmask',
};

type Word = (k: Kernel, c: Call, i: number) => string | undefined;
const resultOf = (k: Kernel, c: Call): number => Number(k.abi.result(k.registers(c.task)));
const pointed = (show: (c: Call, va: number) => string): Word => (_k, c, i) => (c.u(i) === 0 ? undefined : show(c, c.u(i)));

export const identityWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['id', (_k, c, i) => String(c.u32(i) === 0xffff_ffff ? -1 : c.u32(i))],
  ['u32', (_k, c, i) => String(c.u32(i))],
  ['id>', pointed((c, va) => `[${c.user.u32(va)}]`)],
  ['ids', (_k, c, i) => (c.u(i) === 0 ? undefined : list(c, c.u(i), c.i(i - 1)))],
  ['ids>', (k, c, i) => (c.u(i) === 0 || c.i(i - 1) === 0 ? undefined : list(c, c.u(i), resultOf(k, c)))],
  ['prio', (_k, c, i) => named(c.i(i), PRIO, 'PRIO_')],
  ['policy', (_k, c, i) => policyText(c.i(i))],
  ['param', pointed((c, va) => `[${c.user.u32(va) | 0}]`)],
  ['param>', pointed((c, va) => `[${c.user.u32(va) | 0}]`)],
  ['cpus', (_k, c, i) => (c.u(i) === 0 ? undefined : `[${bits(c.user.bytes(c.u(i), Math.min(c.u(i - 1), 128))).join(' ')}]`)],
  ['unshare', (_k, c, i) => flagText(c.u32(i), cloneNames, undefined)],
  ['crange', (_k, c, i) => flagText(c.i(i), nonzero(closeRangeFlags, 'CLOSE_RANGE_'), undefined)],
  ['barrier', (_k, c, i) => (Object.values<number>(MEMBARRIER).includes(c.i(i)) ? named(c.i(i), MEMBARRIER, 'MEMBARRIER_CMD_') : `0x${c.u32(i).toString(16)} /* MEMBARRIER_CMD_??? */`)],
  ['caphead', pointed((c, va) => `{version=${versions[c.user.u32(va)] ?? `0x${c.user.u32(va).toString(16)}`}, pid=${c.user.u32(va + 4) | 0}}`)],
  ['caps>', pointed((c, va) => `{${['effective', 'permitted', 'inheritable'].map((name, i) => `${name}=${capabilityText(c, va + 4 * i)}`).join(', ')}}`)],
  ['fdset', (k, c, i) => (c.u(i) === 0 ? undefined : `[${setOf(k, c, i).join(' ')}]`)],
  ['sigmask', () => undefined],
]);

function list(c: Call, va: number, count: number): string {
  const shown = Array.from({ length: Math.min(Math.max(count, 0), 32) }, (_, n) => c.user.u32(va + 4 * n));
  return `[${shown.join(', ')}${count > 32 ? ', ...' : ''}]`;
}

function bits(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte, at) => setBits(BigInt(byte)).map((bit) => 8 * at + bit));
}

/** The descriptors of one of select's sets. */
function setOf(_k: Kernel, c: Call, i: number): number[] {
  const count = Math.min(Math.max(c.i(0), 0), 1024);
  return bits(c.user.bytes(c.u(i), Math.ceil(count / 64) * 8)).filter((fd) => fd < count);
}

function policyText(policy: number): string {
  return Object.values<number>(SCHED).includes(policy) ? named(policy, SCHED, 'SCHED_') : `0x${(policy >>> 0).toString(16)} /* SCHED_??? */`;
}

const versions: Readonly<Record<number, string>> = { [capability.version1]: '_LINUX_CAPABILITY_VERSION_1', [capability.version2]: '_LINUX_CAPABILITY_VERSION_2', [capability.version3]: '_LINUX_CAPABILITY_VERSION_3' };
const capabilityNames = ('CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE ' +
  'SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM ' +
  'BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE').split(' ');

export const capabilityName = (number: number): string => (capabilityNames[number] ? `CAP_${capabilityNames[number]}` : `0x${number.toString(16)} /* CAP_??? */`);

/** One of three sets, in two halves. */
function capabilityText(c: Call, va: number): string {
  const halves = c.user.u32(c.u(0)) === capability.version1 ? [0] : [0, 12];
  const set = halves.reduce((sum, at, half) => sum | (BigInt(c.user.u32(va + at)) << BigInt(32 * half)), 0n);
  return set === 0n ? '0' : setBits(set).map((bit) => `1<<${capabilityName(bit)}`).join('|');
}

/** What stands behind results of these calls. Undefined: the number alone. */
export function identityResult(k: Kernel, c: Call, name: string, result: Result): string | undefined {
  const value = Number(result);
  switch (name) {
    case 'sched_getscheduler':
      return `${value} (${policyText(value)})`;
    case 'prctl':
      return c.i(0) === PR.GET_DUMPABLE ? `${value} (${['SUID_DUMP_DISABLE', 'SUID_DUMP_USER', 'SUID_DUMP_ROOT'][value]})` : undefined;
    case 'membarrier':
      return c.i(0) !== MEMBARRIER.QUERY ? undefined : `0x${value.toString(16)} (${flagText(value, nonzero(MEMBARRIER, 'MEMBARRIER_CMD_'), undefined)})`;
    case 'select':
    case 'pselect6':
      return value === 0 ? '0 (Timeout)' : attempt(() => `${value} (${selected(k, c, name)})`);
    default:
      return undefined;
  }
}

function selected(k: Kernel, c: Call, name: string): string {
  const parts = ['in', 'out', 'except'].flatMap((what, i) => {
    const set = c.u(i + 1) === 0 ? [] : setOf(k, c, i + 1);
    return set.length === 0 ? [] : [`${what} [${set.join(' ')}]`];
  });
  if (c.u(4) !== 0) {
    const [seconds, rest] = [c.user.i64(c.u(4)), c.user.i64(c.u(4) + 8)];
    parts.push(`left {tv_sec=${seconds}, ${name === 'select' ? 'tv_usec' : 'tv_nsec'}=${rest}}`);
  }
  return parts.length === 0 ? address(0) : parts.join(', ');
}
