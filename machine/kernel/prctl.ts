/**
 * prctl(2) and membarrier(2). Names, death signals, dumpability and the like are kept and reported; what a kernel may be
 * built without is refused as that kernel does (EINVAL).
 */
import { E, MEMBARRIER, PR, signalMax } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { bytesOf, latin1 } from './guest.js';
import type { Kernel } from './kernel.js';
import { nameMemory } from './memory.js';
import { setTimerSlack } from './slack.js';

const commBytes = 16;
const lastCapability = 39;

export function prctl(k: Kernel, c: Call): Result {
  const { task, process } = c;
  const value = c.u(1);
  const rest = [2, 3, 4].some((i) => c.u(i) !== 0);
  switch (c.i(0)) {
    case PR.SET_NAME:
      task.comm = c.user.string(value, commBytes - 1) ?? latin1(c.user.bytes(value, commBytes - 1));
      return 0;
    case PR.GET_NAME:
      c.user.write(value, bytesOf(task.comm.padEnd(commBytes, '\0')));
      return 0;
    case PR.SET_PDEATHSIG:
      if (value > signalMax) return -E.EINVAL;
      task.deathSignal = value;
      return 0;
    case PR.GET_PDEATHSIG:
      c.user.setU32(value, task.deathSignal);
      return 0;
    case PR.GET_DUMPABLE:
      return process.dumpable;
    case PR.SET_DUMPABLE:
      if (value > 1) return -E.EINVAL;
      process.dumpable = value;
      return 0;
    case PR.GET_KEEPCAPS:
      return task.keepCaps ? 1 : 0;
    case PR.SET_KEEPCAPS:
      if (value > 1) return -E.EINVAL;
      task.keepCaps = value === 1;
      return 0;
    case PR.SET_CHILD_SUBREAPER:
      process.subreaper = value !== 0;
      return 0;
    case PR.GET_CHILD_SUBREAPER:
      c.user.setU32(value, process.subreaper ? 1 : 0);
      return 0;
    case PR.SET_NO_NEW_PRIVS:
      if (value !== 1 || rest) return -E.EINVAL;
      process.noNewPrivileges = true;
      return 0;
    case PR.GET_NO_NEW_PRIVS:
      return value !== 0 || rest ? -E.EINVAL : process.noNewPrivileges ? 1 : 0;
    case PR.GET_TIMERSLACK:
      return task.timerSlack;
    case PR.SET_TIMERSLACK:
      setTimerSlack(task, value);
      return 0;
    case PR.GET_SECCOMP:
    case PR.GET_TIMING:
      return 0;
    case PR.SET_TIMING:
      return value === 0 ? 0 : -E.EINVAL;
    case PR.SET_VMA:
      return value === PR.SET_VMA_ANON_NAME ? nameMemory(k, c) : -E.EINVAL;
    case PR.CAPBSET_READ:
      return value > lastCapability ? -E.EINVAL : 1;
    case PR.GET_TID_ADDRESS:
      c.user.setU64(value, BigInt(task.clearChildTid));
      return 0;
    default:
      return -E.EINVAL;
  }
}

/** Commands that work; each core sees the others' stores at once, so there is nothing to wait for. */
const expedited = MEMBARRIER.GLOBAL_EXPEDITED | MEMBARRIER.PRIVATE_EXPEDITED | MEMBARRIER.PRIVATE_EXPEDITED_SYNC_CORE;
const registrations = MEMBARRIER.REGISTER_GLOBAL_EXPEDITED | MEMBARRIER.REGISTER_PRIVATE_EXPEDITED | MEMBARRIER.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;

/** membarrier(command, flags, core). A private command needs its registration, which has the next bit. */
export function membarrier(_k: Kernel, c: Call): Result {
  const command = c.i(0);
  if (c.u(1) !== 0) return -E.EINVAL;
  switch (command) {
    case MEMBARRIER.QUERY:
      return MEMBARRIER.GLOBAL | expedited | registrations;
    case MEMBARRIER.GLOBAL:
    case MEMBARRIER.GLOBAL_EXPEDITED:
      return 0;
    case MEMBARRIER.REGISTER_GLOBAL_EXPEDITED:
    case MEMBARRIER.REGISTER_PRIVATE_EXPEDITED:
    case MEMBARRIER.REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
      c.process.barriers |= command;
      return 0;
    case MEMBARRIER.PRIVATE_EXPEDITED:
    case MEMBARRIER.PRIVATE_EXPEDITED_SYNC_CORE:
      return (c.process.barriers & (command << 1)) !== 0 ? 0 : -E.EPERM;
    default:
      return -E.EINVAL;
  }
}
