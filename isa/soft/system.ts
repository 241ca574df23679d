/** Helpers of system instructions: CPUID, CRC32, the clock. */
import { cpuid, type CpuProfile } from '../x86/cpuid.js';
import { crc32c } from './crc.js';
import { GPR, gprSlot } from '../x86/regs.js';
import type { Helper } from './state.js';

/** CPUID writes EAX EBX ECX EDX, clearing the upper halves. SDM 2A, CPUID. */
const cpuidHelper: Helper = (st) => {
  const leaf = Number(st.get(gprSlot(GPR.RAX), 32));
  const sub = Number(st.get(gprSlot(GPR.RCX), 32));
  const r = cpuid(st.cpu as CpuProfile, leaf, sub, st.core);
  st.put(gprSlot(GPR.RAX), 64, BigInt(r.eax));
  st.put(gprSlot(GPR.RBX), 64, BigInt(r.ebx));
  st.put(gprSlot(GPR.RCX), 64, BigInt(r.ecx));
  st.put(gprSlot(GPR.RDX), 64, BigInt(r.edx));
};

/** crc32(sum, value, bytes): adds the low bytes of `value` to a CRC-32C. SDM 2A, CRC32. */
const crc32: Helper = (_st, sum, value, bytes) => crc32c(sum!, value!, Number(bytes));

/** Core cycles, as RDTSC shows them. */
const tsc: Helper = (st) => BigInt.asUintN(64, st.cycles());

/** The core's number, which Linux keeps in TSC_AUX. */
const core: Helper = (st) => BigInt(st.core);

export const systemHelpers: Readonly<Record<string, Helper>> = { cpuid: cpuidHelper, crc32, tsc, core };
