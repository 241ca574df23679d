/**
 * The ID registers as programs see them. Reading one traps at EL0, and Linux answers with what all its processors have, hidden fields
 * at their safe values. Documentation/arm64/cpu-feature-registers.rst; Arm ARM D17.2 for the fields.
 */
import type { ArmProfile, Feature } from './profile.js';

/** Fields of ID_AA64ISAR0_EL1: the lowest bit, and what its features make of it, the later the more. */
const isar0: readonly (readonly [number, readonly (readonly [Feature, bigint])[]])[] = [
  [4, [['AES', 1n], ['PMULL', 2n]]],
  [8, [['SHA1', 1n]]],
  [12, [['SHA2', 1n]]],
  [16, [['CRC32', 1n]]],
  [20, [['ATOMICS', 2n]]],
];

/** Value of the register 3, 0, C0, C`crm`, `op2`; undefined where the read stays undefined. */
export function idRegister(p: ArmProfile, crm: number, op2: number): bigint | undefined {
  if (crm === 0) return ({ 0: BigInt(p.midr), 5: 1n << 31n, 6: 0n } as Readonly<Record<number, bigint>>)[op2]; // MIDR, MPIDR, REVIDR
  if (crm < 2 || crm > 7) return undefined;
  switch ((crm << 3) | op2) {
    case 0x20: return 0x11n; // ID_AA64PFR0: EL0 and EL1 in AArch64; floating point and Advanced SIMD are 0 when there
    case 0x28: return 0x6n; // ID_AA64DFR0: debug version
    case 0x30: return isar0.reduce((bits, [low, features]) => bits | (features.reduce((v, [name, is]) => (p.features.has(name) ? is : v), 0n) << BigInt(low)), 0n);
    case 0x38: return 0xff000000n; // ID_AA64MMFR0: granules of 4 and 64 KiB not told
    default: return 0n;
  }
}
