/**
 * Users and groups of processes: credentials(7). Everyone starts as root; who gives that up changes who may be
 * signalled, and no more: names are open to all, as the tree says.
 *
 * Linux keeps these per thread, and C libraries and Go make every thread change them; here the process has them.
 * Left out: capabilities of one's own (capset), mappings of user namespaces.
 */
import { E, capability } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import type { Ids, Process } from './task.js';

const unchanged = 0xffff_ffff;
const mostGroups = 65536;
/** Everything that 5.10 knows. */
export const allCapabilities = (1n << 41n) - 1n;

export const rootIds = (): Ids => ({ uid: [0, 0, 0, 0], gid: [0, 0, 0, 0], groups: [] });

/** Places in a list of ids: real, effective, saved, and the one for files, which follows the second. */
const enum Which { Real, Effective, Saved, Files }

type Kind = 'uid' | 'gid';

const isRoot = (p: Process): boolean => p.ids.uid[Which.Effective] === 0;

/** Sets those of the first three that change. Who is not root may choose among `from`. */
function change(c: Call, kind: Kind, wanted: readonly number[], from: readonly number[]): Result {
  const ids = c.process.ids[kind];
  if (!isRoot(c.process) && wanted.some((id) => id !== unchanged && !from.includes(id))) return -E.EPERM;
  wanted.forEach((id, which) => {
    if (id !== unchanged) ids[which] = id;
  });
  ids[Which.Files] = ids[Which.Effective]!;
  return 0;
}

/** setuid, setgid: root sets all three, others the effective one. */
function setOne(kind: Kind, c: Call): Result {
  const id = c.u32(0);
  if (id === unchanged) return -E.EINVAL;
  const ids = c.process.ids[kind];
  return change(c, kind, isRoot(c.process) ? [id, id, id] : [unchanged, id, unchanged], [ids[Which.Real]!, ids[Which.Saved]!]);
}

/** setreuid, setregid: the saved one follows where the real one is set or the effective one differs from it. */
function setTwo(kind: Kind, c: Call): Result {
  const ids = c.process.ids[kind];
  const [real, effective] = [c.u32(0), c.u32(1)];
  const old = ids[Which.Real]!;
  const realAllowed = [old, ids[Which.Effective]!];
  if (!isRoot(c.process) && real !== unchanged && !realAllowed.includes(real)) return -E.EPERM;
  const failed = change(c, kind, [real, effective, unchanged], [...realAllowed, ids[Which.Saved]!]);
  if (failed === 0 && (real !== unchanged || (effective !== unchanged && effective !== old))) ids[Which.Saved] = ids[Which.Effective]!;
  return failed;
}

function setThree(kind: Kind, c: Call): Result {
  return change(c, kind, [c.u32(0), c.u32(1), c.u32(2)], c.process.ids[kind].slice(0, 3));
}

function getThree(kind: Kind, c: Call): Result {
  [Which.Real, Which.Effective, Which.Saved].forEach((which, i) => c.user.setU32(c.u(i), c.process.ids[kind][which]!));
  return 0;
}

/** setfsuid, setfsgid: return the old one whether they succeed or not. */
function setFiles(kind: Kind, c: Call): Result {
  const ids = c.process.ids[kind];
  const old = ids[Which.Files]!;
  if (isRoot(c.process) || ids.includes(c.u32(0))) if (c.u32(0) !== unchanged) ids[Which.Files] = c.u32(0);
  return old;
}

export const getuid = (_k: Kernel, c: Call): Result => c.process.ids.uid[Which.Real]!;
export const geteuid = (_k: Kernel, c: Call): Result => c.process.ids.uid[Which.Effective]!;
export const getgid = (_k: Kernel, c: Call): Result => c.process.ids.gid[Which.Real]!;
export const getegid = (_k: Kernel, c: Call): Result => c.process.ids.gid[Which.Effective]!;
export const setuid = (_k: Kernel, c: Call): Result => setOne('uid', c);
export const setgid = (_k: Kernel, c: Call): Result => setOne('gid', c);
export const setreuid = (_k: Kernel, c: Call): Result => setTwo('uid', c);
export const setregid = (_k: Kernel, c: Call): Result => setTwo('gid', c);
export const setresuid = (_k: Kernel, c: Call): Result => setThree('uid', c);
export const setresgid = (_k: Kernel, c: Call): Result => setThree('gid', c);
export const getresuid = (_k: Kernel, c: Call): Result => getThree('uid', c);
export const getresgid = (_k: Kernel, c: Call): Result => getThree('gid', c);
export const setfsuid = (_k: Kernel, c: Call): Result => setFiles('uid', c);
export const setfsgid = (_k: Kernel, c: Call): Result => setFiles('gid', c);

/** getgroups(most, list). */
export function getgroups(_k: Kernel, c: Call): Result {
  const { groups } = c.process.ids;
  if (c.i(0) < 0) return -E.EINVAL;
  if (c.i(0) === 0) return groups.length;
  if (c.i(0) < groups.length) return -E.EINVAL;
  groups.forEach((g, i) => c.user.setU32(c.u(1) + 4 * i, g));
  return groups.length;
}

/** setgroups(count, list). */
export function setgroups(_k: Kernel, c: Call): Result {
  const count = c.u32(0);
  if (!isRoot(c.process)) return -E.EPERM;
  if (count > mostGroups) return -E.EINVAL;
  c.process.ids.groups = Array.from({ length: count }, (_, i) => c.user.u32(c.u(1) + 4 * i)).sort((a, b) => a - b);
  return 0;
}

/** What root has: all of it. Others have nothing. */
export const capabilitiesOf = (p: Process): { permitted: bigint; effective: bigint } =>
  ({ permitted: p.ids.uid.slice(0, 3).includes(0) ? allCapabilities : 0n, effective: isRoot(p) ? allCapabilities : 0n });

/** capget(header, data): effective, permitted, inheritable, the low halves and then the high ones. */
export function capget(k: Kernel, c: Call): Result {
  const version = c.user.u32(c.u(0));
  if (version !== capability.version1 && version !== capability.version2 && version !== capability.version3) {
    c.user.setU32(c.u(0), capability.version3);
    return c.u(1) === 0 ? 0 : -E.EINVAL;
  }
  const pid = c.user.u32(c.u(0) + 4) | 0;
  if (pid < 0) return -E.EINVAL;
  const process = pid === 0 ? c.process : k.state.processes.get(k.state.tasks.get(pid)?.pid ?? pid);
  if (!process) return -E.ESRCH;
  const { effective, permitted } = capabilitiesOf(process);
  const words = [effective, permitted, 0n];
  for (let half = 0; half < (version === capability.version1 ? 1 : 2); half++) {
    words.forEach((set, i) => c.user.setU32(c.u(1) + 12 * half + 4 * i, Number((set >> BigInt(32 * half)) & 0xffff_ffffn)));
  }
  return 0;
}

/** kill(2): root may signal everyone, others who has their user. SIGCONT goes through a whole session. */
export function maySignal(from: Process, to: Process, continues: boolean): boolean {
  const [real, effective] = from.ids.uid;
  const [toReal, , toSaved] = to.ids.uid;
  return from === to || effective === 0 || [toReal, toSaved].some((id) => id === real || id === effective) || (continues && from.session === to.session);
}
