/**
 * SVC and other exceptions, hints, barriers, cache maintenance, system registers that EL0 may touch. Arm ARM C6.2, D17.
 * Registers that only higher levels may read trap as undefined; Linux emulates reads of the ID registers, which is the
 * kernel model's business.
 */
import type { Lift } from '../../row.js';
import { ctr } from '../profile.js';
import { flag, read, reg, setFlags, unpackNzcv, write } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { slots } from '../regs.js';

const nothing: Lift = () => undefined;
const ends = { ends: true, cls: 'system' } as const;

// Registers.

const get64 = (slot: number): Lift => (b, insn) => write(b, reg(insn, 0), b.get('i64', 64, slot));
const set64 = (slot: number): Lift => (b, insn) => b.put(64, slot, read(b, reg(insn, 0), 64));
const get32 = (slot: number): Lift => (b, insn) => write(b, reg(insn, 0), b.op('i64.extend_i32_u', b.get('i32', 32, slot)));

const getNzcv: Lift = (b, insn) => {
  const bit = (name: 'N' | 'Z' | 'C' | 'V', n: number) => b.op('i32.shl', flag[name](b), b.i32(n));
  const low = b.op('i32.or', b.op('i32.or', bit('N', 31), bit('Z', 30)), b.op('i32.or', bit('C', 29), bit('V', 28)));
  write(b, reg(insn, 0), b.op('i64.extend_i32_u', low));
};
const setNzcv: Lift = (b, insn) => setFlags(b, unpackNzcv(b, b.op('i32.shr_u', read(b, reg(insn, 0), 32), b.i32(28))));

/** FPCR as written, and whether fast paths may be used: rounding, flushing, default NaN and the alternative modes. */
const setFpcr: Lift = (b, insn) => {
  const v = b.op('i32.and', read(b, reg(insn, 0), 32), b.i32(0x07c00000)); // AHP DN FZ RMode; the rest is read as zero
  b.put(32, slots.fpcr, v);
  b.put(32, slots.fpSlow, v);
};
const setFpsr: Lift = (b, insn) => b.put(32, slots.fpsr, b.op('i32.and', read(b, reg(insn, 0), 32), b.i32(0x0800009f)));

/** DC ZVA clears 64 bytes. */
const dczid = 4n;
const constant = (value: bigint): Lift => (b, insn) => write(b, reg(insn, 0), b.i64(value));
/** The generic timer: a helper, because it reads the clock. */
const counter: Lift = (b, insn) => write(b, reg(insn, 0), b.call('i64', 'a64_cntvct'));

/** op0 op1 CRn CRm op2 as they stand in the word; op0 is 2 or 3, of which one bit is fixed. */
const at = (op0: number, op1: number, crn: number, crm: number, op2: number): string =>
  [[op0 - 2, 1], [op1, 3], [crn, 4], [crm, 4], [op2, 3]].map(([v, bits]) => v!.toString(2).padStart(bits!, '0')).join(' ');

const registers: readonly (readonly [string, string, Lift | undefined, Lift | undefined, string])[] = [
  ['NZCV', at(3, 3, 4, 2, 0), getNzcv, setNzcv, 'nzcv'],
  ['FPCR', at(3, 3, 4, 4, 0), get32(slots.fpcr), setFpcr, ''],
  ['FPSR', at(3, 3, 4, 4, 1), get32(slots.fpsr), setFpsr, ''],
  ['TPIDR_EL0', at(3, 3, 13, 0, 2), get64(slots.tpidr), set64(slots.tpidr), ''],
  ['TPIDRRO_EL0', at(3, 3, 13, 0, 3), get64(slots.tpidrro), undefined, ''],
  ['DCZID_EL0', at(3, 3, 0, 0, 7), constant(dczid), undefined, ''],
  ['CTR_EL0', at(3, 3, 0, 0, 1), constant(BigInt(ctr)), undefined, ''],
  ['CNTVCT_EL0', at(3, 3, 14, 0, 2), counter, undefined, ''],
  ['CNTFRQ_EL0', at(3, 3, 14, 0, 0), (b, insn) => write(b, reg(insn, 0), b.call('i64', 'a64_cntfrq')), undefined, ''],
];

/** Zeroes the aligned 64 bytes around the address. */
const zeroBlock: Lift = (b, insn) => {
  const start = b.op('i64.and', read(b, reg(insn, 0), 64), b.i64(-64n));
  const none = b.const('v128', 0);
  for (let i = 0; i < 64; i += 16) b.store(128, b.op('i64.add', start, b.i64(i)), none);
};

const exception = (name: string, low: string, trap: 'syscall' | 'breakpoint' | 'undefined' | 'halt', opc: string): RowDraft =>
  a64(name, `${name} #imm16`, `11010100 ${opc} imm16:16 000 ${low}`, { ...ends, access: 'r', lift: (b) => b.trap(trap) });

const hints = ['NOP', 'YIELD', 'WFE', 'WFI', 'SEV', 'SEVL'] as const;

export const systemRows: readonly RowDraft[] = [
  exception('SVC', '01', 'syscall', '000'),
  exception('HVC', '10', 'undefined', '000'),
  exception('SMC', '11', 'undefined', '000'),
  exception('BRK', '00', 'breakpoint', '001'),
  exception('HLT', '00', 'halt', '010'),
  a64('UDF', 'UDF #imm16', '0000000000000000 imm16:16', { ...ends, access: 'r', lift: (b) => b.trap('undefined') }),
  ...hints.map((name, n) => a64(name === 'NOP' ? 'NOOP' : name, name, `1101010100 0 00 011 0010 0000 ${n.toString(2).padStart(3, '0')} 11111`, { cls: name === 'YIELD' ? 'yield' : 'nop', lift: nothing })),
  a64('HINT', 'HINT #hint', '1101010100 0 00 011 0010 hint:7 11111', { access: 'r', cls: 'nop', lift: nothing }),
  a64('CLREX', 'CLREX #CRm', '1101010100 0 00 011 0011 CRm:4 010 11111', { access: 'r', cls: 'system', lift: (b) => b.callVoid('a64_clear') }),
  a64('DSB', 'DSB #=CRm', '1101010100 0 00 011 0011 CRm:4 100 11111', { access: 'n', cls: 'barrier', lift: nothing }),
  a64('DMB', 'DMB #=CRm', '1101010100 0 00 011 0011 CRm:4 101 11111', { access: 'n', cls: 'barrier', lift: nothing }),
  // code that was written is run from the next block on
  a64('ISB', 'ISB #=CRm', '1101010100 0 00 011 0011 CRm:4 110 11111', { access: 'n', cls: 'barrier', ends: true, lift: (b, insn) => b.jump(insn.next) }),
  a64('DC', 'DC ZVA, Xt', '1101010100 0 01 011 0111 0100 001 Rt:5', { access: 'r', cls: 'store', lift: zeroBlock }),
  // cleaning and invalidating caches moves no data here
  ...([['CVAC', '1010', '001'], ['CVAU', '1011', '001'], ['CVAP', '1100', '001'], ['CIVAC', '1110', '001']] as const).map(([op, crm, op2]) =>
    a64('DC', `DC ${op}, Xt`, `1101010100 0 01 011 0111 ${crm} ${op2} Rt:5`, { access: 'r', cls: 'cache', ...(op === 'CVAP' ? { feature: 'DCPOP' } : {}), lift: (b, insn) => b.probe(1, read(b, reg(insn, 0), 64), false) })),
  a64('IC', 'IC IVAU, Xt', '1101010100 0 01 011 0111 0101 001 Rt:5', { access: 'r', cls: 'cache', lift: (b, insn) => b.probe(1, read(b, reg(insn, 0), 64), false) }),
  ...registers.flatMap(([name, place, get, set, flags]) => [
    ...(get ? [a64('MRS', `MRS Xt, ${name}`, `1101010100 1 1 ${place} Rt:5`, { access: 'w', flags: flags && `r=${flags}`, cls: 'system', ends: name.startsWith('CNT'), lift: endless(get, name) })] : []),
    ...(set ? [a64('MSR', `MSR ${name}, Xt`, `1101010100 0 1 ${place} Rt:5`, { access: 'r', flags, cls: 'system', lift: set })] : []),
  ]),
  // all other system registers and operations trap at EL0
  a64('MRS', 'MRS Xt, #=sysreg', '1101010100 1 1 sysreg:15 Rt:5', { ...ends, access: 'w n', lift: (b) => b.trap('undefined') }),
  a64('MSR', 'MSR #=sysreg, Xt', '1101010100 0 1 sysreg:15 Rt:5', { ...ends, access: 'n r', lift: (b) => b.trap('undefined') }),
  a64('MSR', 'MSR #=pstate, #CRm4', '1101010100 0 00 op1:3 0100 CRm4:4 op2:3 11111', { ...ends, access: 'n r', lift: (b) => b.trap('undefined') }),
  a64('SYS', 'SYS #=sysop, Xt', '1101010100 0 01 sysop:14 Rt:5', { ...ends, access: 'n r', lift: (b) => b.trap('undefined') }),
];

/** What only higher levels may do, and debuggers. */
export const privilegedRows: readonly RowDraft[] = [
  ...(['01', '10', '11'] as const).map((level, i) => exception(`DCPS${i + 1}`, level, 'undefined', '101')),
  a64('ERET', 'ERET', '1101011 0100 11111 000000 11111 00000', { ...ends, lift: (b) => b.trap('undefined') }),
  a64('DRPS', 'DRPS', '1101011 0101 11111 000000 11111 00000', { ...ends, lift: (b) => b.trap('undefined') }),
  a64('SYSL', 'SYSL Xt, #=sysop', '1101010100 1 01 sysop:14 Rt:5', { ...ends, access: 'w n', lift: (b) => b.trap('undefined') }),
];

/** Reading a clock ends a block, so that it sees all that ran before. */
function endless(get: Lift, name: string): Lift {
  if (!name.startsWith('CNT')) return get;
  return (b, insn) => {
    get(b, insn);
    b.jump(insn.next);
  };
}
