/**
 * Loads and stores of general registers: all addressing modes, pairs, literals, prefetch. Arm ARM C6.2 and C4.1.94.
 * Plain accesses need no alignment (memory is Normal). SP as base needs 16-byte alignment on Linux; that is not checked (quirk).
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { address, mem, moveBase, read, reg, write } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';

/** What an access moves: its bits, and for a load how it fills the register. */
interface Access {
  /** Of the manual: LDR, LDRB, LDRSB, LDRSW; stores have their own. */
  readonly load: string;
  readonly store: string | undefined;
  readonly go: string;
  readonly goStore: string;
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly R: 'W' | 'X';
  readonly size: string;
  /** opc of the load. */
  readonly opc: string;
}

const accesses: readonly Access[] = [
  { load: 'LDRB', store: 'STRB', go: 'MOVBU', goStore: 'MOVB', bits: 8, signed: false, R: 'W', size: '00', opc: '01' },
  { load: 'LDRSB', store: undefined, go: 'MOVB', goStore: '', bits: 8, signed: true, R: 'X', size: '00', opc: '10' },
  { load: 'LDRSB', store: undefined, go: 'MOVBW', goStore: '', bits: 8, signed: true, R: 'W', size: '00', opc: '11' },
  { load: 'LDRH', store: 'STRH', go: 'MOVHU', goStore: 'MOVH', bits: 16, signed: false, R: 'W', size: '01', opc: '01' },
  { load: 'LDRSH', store: undefined, go: 'MOVH', goStore: '', bits: 16, signed: true, R: 'X', size: '01', opc: '10' },
  { load: 'LDRSH', store: undefined, go: 'MOVHW', goStore: '', bits: 16, signed: true, R: 'W', size: '01', opc: '11' },
  { load: 'LDR', store: 'STR', go: 'MOVWU', goStore: 'MOVW', bits: 32, signed: false, R: 'W', size: '10', opc: '01' },
  { load: 'LDRSW', store: undefined, go: 'MOVW', goStore: '', bits: 32, signed: true, R: 'X', size: '10', opc: '10' },
  { load: 'LDR', store: 'STR', go: 'MOVD', goStore: 'MOVD', bits: 64, signed: false, R: 'X', size: '11', opc: '01' },
];

/** A load's value at the width of its register. */
export function loaded(b: IrBuilder, at: Value, bits: number, width: number, signed: boolean): Value {
  return b.load(width === 64 ? 'i64' : 'i32', bits, at, signed);
}

/** Writeback comes first, so that a load into its own base (unpredictable with writeback) leaves what was loaded. */
const load = (a: Access): Lift => (b: IrBuilder, insn: Insn): void => {
  const m = mem(insn, 1);
  const { at, moved } = address(b, m);
  const v = loaded(b, at, a.bits, a.R === 'X' ? 64 : 32, a.signed);
  moveBase(b, m, moved);
  write(b, reg(insn, 0), v);
};

/** The low bits of a register as a store of `bits` takes them. */
export const stored = (b: IrBuilder, insn: Insn, i: number, bits: number): Value => read(b, reg(insn, i), bits === 64 ? 64 : 32);

const store = (a: Access): Lift => (b, insn) => {
  const m = mem(insn, 1);
  const { at, moved } = address(b, m);
  b.store(a.bits, at, stored(b, insn, 0, a.bits));
  moveBase(b, m, moved);
};

/** Names with U for the unscaled form: LDRB is LDURB, and T for the unprivileged one: LDTRB. */
const unscaled = (name: string): string => name.replace(/^(LD|ST)R/, '$1UR');
const unprivileged = (name: string): string => name.replace(/^(LD|ST)R/, '$1TR');

/** Go has no unprivileged accesses: their names are the manual's, with the width of the register where that leaves it open. */
const goUnprivileged = (a: Access, name: string): string => unprivileged(name) + (a.R === 'W' && /R$|RS[BH]$/.test(name) ? 'W' : '');

/** The addressing modes of one instruction; `opc` as in the diagram. */
function modes(a: Access, name: string, go: string, opc: string, access: string, lift: Lift): RowDraft[] {
  const { R, size, bits } = a;
  const spec = { access, cls: name.startsWith('LD') ? 'load' : 'store', lift };
  const scale = bits === 8 ? '' : `*${bits / 8}`;
  return [
    a64(go, `${name} ${R}t, [Xn|SP, #imm12${scale}]`, `${size} 111 0 01 ${opc} imm12:12 Rn:5 Rt:5`, spec),
    a64(go, `${unscaled(name)} ${R}t, [Xn|SP, #simm9]`, `${size} 111 0 00 ${opc} 0 imm9:9 00 Rn:5 Rt:5`, spec),
    a64(go, `${name} ${R}t, [Xn|SP], #simm9`, `${size} 111 0 00 ${opc} 0 imm9:9 01 Rn:5 Rt:5`, spec),
    a64(goUnprivileged(a, name), `${unprivileged(name)} ${R}t, [Xn|SP, #simm9]`, `${size} 111 0 00 ${opc} 0 imm9:9 10 Rn:5 Rt:5`, spec),
    a64(go, `${name} ${R}t, [Xn|SP, #simm9]!`, `${size} 111 0 00 ${opc} 0 imm9:9 11 Rn:5 Rt:5`, spec),
    a64(go, `${name} ${R}t, [Xn|SP, Rm, extend]`, `${size} 111 0 00 ${opc} 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5`, spec),
  ];
}

// Pairs.

const loadPair = (bits: number, signed: boolean): Lift => (b, insn) => {
  const m = mem(insn, 2);
  const { at, moved } = address(b, m);
  const width = reg(insn, 0).bits;
  const first = loaded(b, at, bits, width, signed);
  const second = loaded(b, b.op('i64.add', at, b.i64(bits / 8)), bits, width, signed);
  moveBase(b, m, moved);
  write(b, reg(insn, 0), first);
  write(b, reg(insn, 1), second);
};

/** Both halves must be writable before the first is stored. */
const storePair = (bits: number): Lift => (b, insn) => {
  const m = mem(insn, 2);
  const { at, moved } = address(b, m);
  const second = b.op('i64.add', at, b.i64(bits / 8));
  b.probe(bits / 8, second, true);
  b.store(bits, at, stored(b, insn, 0, bits));
  b.store(bits, second, stored(b, insn, 1, bits));
  moveBase(b, m, moved);
};

function pairs(name: string, go: string, opc: string, l: string, R: 'W' | 'X', scale: number, lift: Lift): RowDraft[] {
  const spec = { access: name.startsWith('LD') ? 'w w r' : 'r r w', cls: name.startsWith('LD') ? 'load pair' : 'store pair', lift };
  const none = name.replace(/P/, 'NP');
  return [
    ...(name === 'LDPSW' ? [] : [a64(none + (R === 'W' ? 'W' : ''), `${none} ${R}t, ${R}t2, [Xn|SP, #simm7*${scale}]`, `${opc} 101 0 000 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec)]),
    a64(go, `${name} ${R}t, ${R}t2, [Xn|SP], #simm7*${scale}`, `${opc} 101 0 001 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
    a64(go, `${name} ${R}t, ${R}t2, [Xn|SP, #simm7*${scale}]`, `${opc} 101 0 010 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
    a64(go, `${name} ${R}t, ${R}t2, [Xn|SP, #simm7*${scale}]!`, `${opc} 101 0 011 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
  ];
}

const literal = (bits: 32 | 64, width: 32 | 64): Lift => (b, insn) => write(b, reg(insn, 0), loaded(b, address(b, mem(insn, 1)).at, bits, width, true));
const nothing: Lift = () => undefined;

export const memoryRows: readonly RowDraft[] = [
  ...accesses.flatMap((a) => [
    ...modes(a, a.load, a.go, a.opc, 'w r', load(a)),
    ...(a.store ? modes(a, a.store, a.goStore, '00', 'r w', store(a)) : []),
  ]),
  ...pairs('STP', 'STPW', '00', '0', 'W', 4, storePair(32)),
  ...pairs('LDP', 'LDPW', '00', '1', 'W', 4, loadPair(32, false)),
  ...pairs('LDPSW', 'LDPSW', '01', '1', 'X', 4, loadPair(32, true)),
  ...pairs('STP', 'STP', '10', '0', 'X', 8, storePair(64)),
  ...pairs('LDP', 'LDP', '10', '1', 'X', 8, loadPair(64, false)),
  a64('MOVWU', 'LDR Wt, literal', '00 011 0 00 imm19:19 Rt:5', { access: 'w r', cls: 'load', lift: literal(32, 32) }),
  a64('MOVD', 'LDR Xt, literal', '01 011 0 00 imm19:19 Rt:5', { access: 'w r', cls: 'load', lift: literal(64, 64) }),
  a64('MOVW', 'LDRSW Xt, literal', '10 011 0 00 imm19:19 Rt:5', { access: 'w r', cls: 'load', lift: literal(32, 64) }),
  a64('PRFM', 'PRFM #=prfop, [Xn|SP, #imm12*8]', '11 111 0 01 10 imm12:12 Rn:5 prfop:5', { access: 'n n', cls: 'prefetch', lift: nothing }),
  a64('PRFUM', 'PRFUM #=prfop, [Xn|SP, #simm9]', '11 111 0 00 10 0 imm9:9 00 Rn:5 prfop:5', { access: 'n n', cls: 'prefetch', lift: nothing }),
  a64('PRFM', 'PRFM #=prfop, [Xn|SP, Rm, extend]', '11 111 0 00 10 1 Rm:5 option:3 S:1 10 Rn:5 prfop:5', { access: 'n n', cls: 'prefetch', lift: nothing }),
  a64('PRFM', 'PRFM #=prfop, literal', '11 011 0 00 imm19:19 prfop:5', { access: 'n n', cls: 'prefetch', lift: nothing }),
];
