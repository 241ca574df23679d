/**
 * Names of system registers that have no row of their own, and of fields of PSTATE: what they are called, for assembler and
 * printers. Numbers are op0<0>:op1:CRn:CRm:op2, the 15 bits of MRS and MSR; r after them: it
 * can only be read, w: only written. Arm ARM D17.
 */

const table = [
  'OSDTRRX_EL1:2 MDCCINT_EL1:10 MDSCR_EL1:12 OSDTRTX_EL1:1a OSECCR_EL1:32 MDRAR_EL1:80r OSLAR_EL1:84w OSLSR_EL1:8cr OSDLR_EL1:9c DBGPRCR_EL1:a4',
  'DBGCLAIMSET_EL1:3c6 DBGCLAIMCLR_EL1:3ce DBGAUTHSTATUS_EL1:3f6r MDCCSR_EL0:1808r DBGDTR_EL0:1820 DBGDTRRX_EL0:1828r DBGDTRTX_EL0:1828w GMID_EL1:18a0r',
  'MIDR_EL1:4000r MPIDR_EL1:4005r REVIDR_EL1:4006r ID_PFR0_EL1:4008r ID_PFR1_EL1:4009r ID_DFR0_EL1:400ar ID_AFR0_EL1:400br ID_MMFR0_EL1:400cr',
  'ID_MMFR1_EL1:400dr ID_MMFR2_EL1:400er ID_MMFR3_EL1:400fr ID_ISAR0_EL1:4010r ID_ISAR1_EL1:4011r ID_ISAR2_EL1:4012r ID_ISAR3_EL1:4013r',
  'ID_ISAR4_EL1:4014r ID_ISAR5_EL1:4015r ID_MMFR4_EL1:4016r ID_ISAR6_EL1:4017r MVFR0_EL1:4018r MVFR1_EL1:4019r MVFR2_EL1:401ar ID_PFR2_EL1:401cr',
  'ID_AA64PFR0_EL1:4020r ID_AA64PFR1_EL1:4021r ID_AA64ZFR0_EL1:4024r ID_AA64DFR0_EL1:4028r ID_AA64DFR1_EL1:4029r ID_AA64AFR0_EL1:402cr',
  'ID_AA64AFR1_EL1:402dr ID_AA64ISAR0_EL1:4030r ID_AA64ISAR1_EL1:4031r ID_AA64ISAR2_EL1:4032 ID_AA64MMFR0_EL1:4038r ID_AA64MMFR1_EL1:4039r',
  'ID_AA64MMFR2_EL1:403ar SCTLR_EL1:4080 ACTLR_EL1:4081 CPACR_EL1:4082 RGSR_EL1:4085 GCR_EL1:4086 ZCR_EL1:4090 TRFCR_EL1:4091 TTBR0_EL1:4100',
  'TTBR1_EL1:4101 TCR_EL1:4102 APIAKeyLo_EL1:4108 APIAKeyHi_EL1:4109 APIBKeyLo_EL1:410a APIBKeyHi_EL1:410b APDAKeyLo_EL1:4110 APDAKeyHi_EL1:4111',
  'APDBKeyLo_EL1:4112 APDBKeyHi_EL1:4113 APGAKeyLo_EL1:4118 APGAKeyHi_EL1:4119 SPSR_EL1:4200 ELR_EL1:4201 SP_EL0:4208 SPSel:4210 CurrentEL:4212r PAN:4213',
  'UAO:4214 ICC_PMR_EL1:4230 ICV_PMR_EL1:4230 AFSR0_EL1:4288 AFSR1_EL1:4289 ESR_EL1:4290 ERRIDR_EL1:4298r ERRSELR_EL1:4299 ERXFR_EL1:42a0r',
  'ERXCTLR_EL1:42a1 ERXSTATUS_EL1:42a2 ERXADDR_EL1:42a3 ERXPFGF_EL1:42a4r ERXPFGCTL_EL1:42a5 ERXPFGCDN_EL1:42a6 ERXMISC0_EL1:42a8 ERXMISC1_EL1:42a9',
  'ERXMISC2_EL1:42aa ERXMISC3_EL1:42ab TFSR_EL1:42b0 TFSRE0_EL1:42b1 FAR_EL1:4300 PAR_EL1:43a0 PMSCR_EL1:44c8 PMSICR_EL1:44ca PMSIRR_EL1:44cb',
  'PMSFCR_EL1:44cc PMSEVFR_EL1:44cd PMSLATFR_EL1:44ce PMSIDR_EL1:44cfr PMBLIMITR_EL1:44d0 PMBPTR_EL1:44d1 PMBSR_EL1:44d3 PMBIDR_EL1:44d7r',
  'PMINTENSET_EL1:44f1 PMINTENCLR_EL1:44f2 PMMIR_EL1:44f6r MAIR_EL1:4510 AMAIR_EL1:4518 LORSA_EL1:4520 LOREA_EL1:4521 LORN_EL1:4522 LORC_EL1:4523',
  'MPAMIDR_EL1:4524r LORID_EL1:4527r MPAM1_EL1:4528 MPAM0_EL1:4529 VBAR_EL1:4600 RVBAR_EL1:4601r RMR_EL1:4602 ISR_EL1:4608r DISR_EL1:4609',
  'ICC_IAR0_EL1:4640r ICV_IAR0_EL1:4640r ICC_EOIR0_EL1:4641w ICV_EOIR0_EL1:4641w ICC_HPPIR0_EL1:4642r ICV_HPPIR0_EL1:4642r ICC_BPR0_EL1:4643',
  'ICV_BPR0_EL1:4643 ICC_AP0R0_EL1:4644 ICV_AP0R0_EL1:4644 ICC_AP0R1_EL1:4645 ICV_AP0R1_EL1:4645 ICC_AP0R2_EL1:4646 ICV_AP0R2_EL1:4646 ICC_AP0R3_EL1:4647',
  'ICV_AP0R3_EL1:4647 ICC_AP1R0_EL1:4648 ICV_AP1R0_EL1:4648 ICC_AP1R1_EL1:4649 ICV_AP1R1_EL1:4649 ICC_AP1R2_EL1:464a ICV_AP1R2_EL1:464a',
  'ICC_AP1R3_EL1:464b ICV_AP1R3_EL1:464b ICC_DIR_EL1:4659w ICV_DIR_EL1:4659w ICC_RPR_EL1:465br ICV_RPR_EL1:465br ICC_SGI1R_EL1:465dw ICC_ASGI1R_EL1:465ew',
  'ICC_SGI0R_EL1:465fw ICC_IAR1_EL1:4660r ICV_IAR1_EL1:4660r ICC_EOIR1_EL1:4661w ICV_EOIR1_EL1:4661w ICC_HPPIR1_EL1:4662r ICV_HPPIR1_EL1:4662r',
  'ICC_BPR1_EL1:4663 ICV_BPR1_EL1:4663 ICC_CTLR_EL1:4664 ICV_CTLR_EL1:4664 ICC_SRE_EL1:4665 ICC_IGRPEN0_EL1:4666 ICV_IGRPEN0_EL1:4666',
  'ICC_IGRPEN1_EL1:4667 ICV_IGRPEN1_EL1:4667 CONTEXTIDR_EL1:4681 TPIDR_EL1:4684 SCXTNUM_EL1:4687 CNTKCTL_EL1:4708 CCSIDR_EL1:4800r CLIDR_EL1:4801r',
  'CCSIDR2_EL1:4802r AIDR_EL1:4807r CSSELR_EL1:5000 RNDR:5920r RNDRRS:5921r DAIF:5a11 DIT:5a15 SSBS:5a16 TCO:5a17 DSPSR_EL0:5a28 DLR_EL0:5a29',
  'PMCR_EL0:5ce0 PMCNTENSET_EL0:5ce1 PMCNTENCLR_EL0:5ce2 PMOVSCLR_EL0:5ce3 PMSWINC_EL0:5ce4w PMSELR_EL0:5ce5 PMCEID0_EL0:5ce6r PMCEID1_EL0:5ce7r',
  'PMCCNTR_EL0:5ce8 PMXEVTYPER_EL0:5ce9 PMXEVCNTR_EL0:5cea PMUSERENR_EL0:5cf0 PMOVSSET_EL0:5cf3 TPIDR2_EL0:5e83 SCXTNUM_EL0:5e87 AMCR_EL0:5e90',
  'AMCFGR_EL0:5e91r AMCGCR_EL0:5e92r AMUSERENR_EL0:5e93 AMCNTENCLR0_EL0:5e94 AMCNTENSET0_EL0:5e95 AMCNTENCLR1_EL0:5e98 AMCNTENSET1_EL0:5e99',
  'CNTPCT_EL0:5f01r CNTP_TVAL_EL0:5f10 CNTP_CTL_EL0:5f11 CNTP_CVAL_EL0:5f12 CNTV_TVAL_EL0:5f18 CNTV_CTL_EL0:5f19 CNTV_CVAL_EL0:5f1a PMCCFILTR_EL0:5f7f',
  'SP_EL1:6208 SPSR_irq:6218 SPSR_abt:6219 SPSR_und:621a SPSR_fiq:621b CNTPS_TVAL_EL1:7f10 CNTPS_CTL_EL1:7f11 CNTPS_CVAL_EL1:7f12',
];
const restricted = new Map<string, string>();
const pairs: (readonly [string, number])[] = table.join(' ').split(' ').map((entry) => {
  const [, name, number, access] = /^(\w+):([0-9a-f]+)([rw]?)$/.exec(entry)!;
  if (access) restricted.set(name!, access);
  return [name!, parseInt(number!, 16)] as const;
});
// Counters and breakpoints, numbered: their numbers are spread over CRm and op2.
const family = (name: string, tail: string, from: number, count: number, at: (i: number) => number): void => {
  for (let i = 0; i < count; i++) pairs.push([`${name}${from + i}${tail}`, at(i)] as const);
};
for (const [letter, first] of [['BVR', 4], ['BCR', 5], ['WVR', 6], ['WCR', 7]] as const) family(`DBG${letter}`, '_EL1', 0, 16, (i) => first + 8 * i);
family('PMEVCNTR', '_EL0', 0, 31, (i) => 0x5f40 + i);
family('PMEVTYPER', '_EL0', 0, 31, (i) => 0x5f60 + i);
for (const [letter, first] of [['CNTR', 0x5ea0], ['TYPER', 0x5eb0]] as const) {
  family(`AMEV${letter}0`, '_EL0', 0, 16, (i) => first + i);
  family(`AMEV${letter}1`, '_EL0', 0, 16, (i) => first + 0x40 + i);
}
const fields: Readonly<Record<number, string>> = { 0o03: 'UAO', 0o04: 'PAN', 0o05: 'SPSel', 0o31: 'SSBS', 0o32: 'DIT', 0o34: 'TCO', 0o36: 'DAIFSet', 0o37: 'DAIFClr' };

/** `S3_0_C0_C4_0`: the spelling of a register without a name. */
const spelt = (n: number): string => `S${2 + (n >> 14)}_${(n >> 11) & 7}_C${(n >> 7) & 15}_C${(n >> 3) & 15}_${n & 7}`;

for (let i = 0; i < 16; i++) restricted.set(`AMEVTYPER0${i}_EL0`, 'r');
/** Whether a register of this name can be read (r) or written (w). */
export const systemRegisterAllows = (name: string, access: 'r' | 'w'): boolean => (restricted.get(name) ?? access) === access;

const byName = new Map(pairs);
/** Of names for one register the first. */
const byNumber = new Map(pairs.slice().reverse().map(([name, n]) => [n, name]));
const fieldsByName = new Map(Object.entries(fields).map(([n, name]) => [name, Number(n)]));

export const systemRegisterName = (n: number): string => byNumber.get(n) ?? spelt(n);

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
export function stateFieldNumber(name: string): number | undefined {
  const m = /^S0_([0-7])_C4_C0_([0-7])$/.exec(name);
  return m ? (Number(m[1]) << 3) | Number(m[2]) : fieldsByName.get(name);
}

/** Kinds of prefetch by number: type, level, policy. Undefined: it has no name. */
export function prefetchName(n: number): string | undefined {
  const type = ['PLD', 'PLI', 'PST'][n >> 3];
  const level = (n >> 1) & 3;
  return type === undefined || level === 3 ? undefined : `${type}L${level + 1}${n & 1 ? 'STRM' : 'KEEP'}`;
}
const prefetches = new Map(Array.from({ length: 32 }, (_, n) => [prefetchName(n), n] as const));
export const prefetchNumber = (name: string): number | undefined => prefetches.get(name);
