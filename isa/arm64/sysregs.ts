/**
 * Names of system registers that have no row of their own, and of fields of PSTATE: what they are called, for assembler and
 * printers. Numbers are op0<0>:op1:CRn:CRm:op2, the 15 bits of MRS and MSR. Arm ARM D17.
 */

const names: Readonly<Record<number, string>> = {
  0x4000: 'MIDR_EL1', 0x4005: 'MPIDR_EL1', 0x4006: 'REVIDR_EL1', 0x4020: 'ID_AA64PFR0_EL1', 0x4021: 'ID_AA64PFR1_EL1', 0x4024: 'ID_AA64ZFR0_EL1', 0x4028: 'ID_AA64DFR0_EL1', 0x4029: 'ID_AA64DFR1_EL1',
  0x4030: 'ID_AA64ISAR0_EL1', 0x4031: 'ID_AA64ISAR1_EL1', 0x4032: 'ID_AA64ISAR2_EL1', 0x4038: 'ID_AA64MMFR0_EL1', 0x4039: 'ID_AA64MMFR1_EL1', 0x403a: 'ID_AA64MMFR2_EL1',
  0x5a15: 'DIT', 0x5920: 'RNDR', 0x5921: 'RNDRRS', 0x5a16: 'SSBS', 0x5a17: 'TCO', 0x5e83: 'TPIDR2_EL0', 0x5f01: 'CNTPCT_EL0', 0x4210: 'SPSel', 0x4201: 'ELR_EL1', 0x4200: 'SPSR_EL1',
  0x5a11: 'DAIF', 0x4212: 'CURRENTEL', 0x4684: 'TPIDR_EL1',
};
const fields: Readonly<Record<number, string>> = { 0o03: 'UAO', 0o04: 'PAN', 0o05: 'SPSel', 0o31: 'SSBS', 0o32: 'DIT', 0o34: 'TCO', 0o36: 'DAIFSet', 0o37: 'DAIFClr' };

/** `S3_0_C0_C4_0`: the spelling of a register without a name. */
const spelt = (n: number): string => `S${2 + (n >> 14)}_${(n >> 11) & 7}_C${(n >> 7) & 15}_C${(n >> 3) & 15}_${n & 7}`;

const inverse = (table: Readonly<Record<number, string>>): ReadonlyMap<string, number> => new Map(Object.entries(table).map(([n, name]) => [name, Number(n)]));
const byName = inverse(names);
const fieldsByName = inverse(fields);

export const systemRegisterName = (n: number): string => names[n] ?? spelt(n);

/** The number of a register by its name or its spelling; undefined when it is neither. */
export function systemRegisterNumber(name: string): number | undefined {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const m = /^S([23])_(\d)_C(\d{1,2})_C(\d{1,2})_(\d)$/.exec(name);
  if (!m) return undefined;
  const [op0, op1, crn, crm, op2] = m.slice(1).map(Number) as [number, number, number, number, number];
  return op1 < 8 && crn < 16 && crm < 16 && op2 < 8 ? ((op0 - 2) << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2 : undefined;
}

/** op1:op2 of MSR with an immediate. */
export const stateFieldName = (n: number): string => fields[n] ?? `S0_${n >> 3}_C4_C0_${n & 7}`;
export const stateFieldNumber = (name: string): number | undefined => fieldsByName.get(name);

/** Kinds of prefetch by number: type, level, policy. Undefined: it has no name. */
export function prefetchName(n: number): string | undefined {
  const type = ['PLD', 'PLI', 'PST'][n >> 3];
  const level = (n >> 1) & 3;
  return type === undefined || level === 3 ? undefined : `${type}L${level + 1}${n & 1 ? 'STRM' : 'KEEP'}`;
}
const prefetches = new Map(Array.from({ length: 32 }, (_, n) => [prefetchName(n), n] as const));
export const prefetchNumber = (name: string): number | undefined => prefetches.get(name);
