/** MRS of an ID register, which is undefined for programs and which the kernel does for them. Linux, arch/arm64 emulate_mrs. */
import { idRegister } from '../../isa/arm64/idRegisters.js';
import type { ArmProfile } from '../../isa/arm64/profile.js';
import { gprSlot } from '../../isa/arm64/regs.js';
import { isaOf } from '../isa.js';
import { UserFault } from './guest.js';
import type { Kernel } from './kernel.js';
import type { Task } from './task.js';

/** MRS Xt, of op0 3, op1 0, CRn 0. */
const reads = 0xd5380000;
const mask = 0xfffff000;

/** Does the instruction at the core's pc if it is such a read. False: it is none. */
export function readIdRegister(k: Kernel, core: number, task: Task): boolean {
  const regs = k.parts.cores.state(core);
  const word = instructionAt(k, task, regs.pc);
  if ((word & mask) >>> 0 !== reads) return false;
  const value = idRegister(isaOf(k.parts.config).profile as ArmProfile, (word >> 8) & 15, (word >> 5) & 7);
  if (value === undefined) return false;
  if ((word & 31) !== 31) regs.set64(gprSlot(word & 31), value);
  regs.pc += 4;
  return true;
}

/** 0, which is undefined, where a program may execute but not read. */
function instructionAt(k: Kernel, task: Task, pc: number): number {
  try {
    return k.user(k.process(task.pid)).u32(pc);
  } catch (e) {
    if (e instanceof UserFault) return 0;
    throw e;
  }
}
