/**
 * MOVS STOS LODS CMPS SCAS, plain and repeated. SDM 2A and 2B, and REP there.
 *
 * Operands in the letters of the SDM's opcode map: X is memory at DS:RSI (the segment may be overridden), Y is
 * memory at ES:RDI. A 67 prefix makes the registers ESI, EDI, ECX. Forms with REP are rows of their own,
 * because they end a block: a helper advances at most to a page boundary, and the instruction then jumps to
 * itself until the helper says that it is done. REPNE before MOVS, STOS and LODS repeats as REP does.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift, MemOperand } from '../../row.js';
import { address, alu, reg, setReg, setSub, tyOf, type Width } from '../lift.js';
import { x86, type RowDraft } from '../notation.js';
import { GPR, RFLAGS, slots } from '../regs.js';

/** The memory operand at RSI or RDI, and how it moves on. */
interface Pointer {
  readonly op: MemOperand;
  readonly addr: Value;
}

function pointer(b: IrBuilder, insn: Insn, n: number): Pointer {
  const op = insn.ops[n];
  if (op?.kind !== 'mem') throw new Error(`${insn.row.form}: operand ${n} is not memory`);
  return { op, addr: address(b, op) };
}

/** +bytes, or -bytes when DF is set. */
function delta(b: IrBuilder, bytes: number): Value {
  const df = b.op('i32.and', b.op('i32.shr_u', b.get('i32', 32, slots.RF), b.i32(RFLAGS.DF)), b.i32(1));
  const back = b.op('i64.mul', b.op('i64.extend_i32_u', df), b.i64(2 * bytes));
  return b.op('i64.sub', b.i64(bytes), back);
}

function advance(b: IrBuilder, index: number, narrow: boolean, by: Value): void {
  const next = b.op('i64.add', reg(b, index, 64), by);
  if (narrow) setReg(b, index, 32, b.op('i32.wrap_i64', next));
  else setReg(b, index, 64, next);
}

type Single = (w: Width) => Lift;

const movs: Single = (w) => (b, insn) => {
  const [to, from] = [pointer(b, insn, 0), pointer(b, insn, 1)];
  const v = b.load(tyOf(w), w, from.addr);
  b.store(w, to.addr, v);
  const by = delta(b, w / 8);
  advance(b, GPR.RSI, from.op.addr32, by);
  advance(b, GPR.RDI, to.op.addr32, by);
};
const stos: Single = (w) => (b, insn) => {
  const to = pointer(b, insn, 0);
  b.store(w, to.addr, reg(b, GPR.RAX, w));
  advance(b, GPR.RDI, to.op.addr32, delta(b, w / 8));
};
const lods: Single = (w) => (b, insn) => {
  const from = pointer(b, insn, 1);
  setReg(b, GPR.RAX, w, b.load(tyOf(w), w, from.addr));
  advance(b, GPR.RSI, from.op.addr32, delta(b, w / 8));
};
const cmps: Single = (w) => (b, insn) => {
  const [left, right] = [pointer(b, insn, 0), pointer(b, insn, 1)];
  const y = b.load(tyOf(w), w, right.addr); // the first to fault where both would, as on Zen 4
  const x = b.load(tyOf(w), w, left.addr);
  const by = delta(b, w / 8);
  advance(b, GPR.RSI, left.op.addr32, by);
  advance(b, GPR.RDI, right.op.addr32, by);
  setSub(b, w, x, y, alu(b, w, 'sub', x, y));
};
const scas: Single = (w) => (b, insn) => {
  const right = pointer(b, insn, 1);
  const x = reg(b, GPR.RAX, w);
  const y = b.load(tyOf(w), w, right.addr);
  advance(b, GPR.RDI, right.op.addr32, delta(b, w / 8));
  setSub(b, w, x, y, alu(b, w, 'sub', x, y));
};

/** `until`: the ZF that ends CMPS and SCAS early (REPE ends at 0, REPNE at 1). */
const repeated = (helper: string, w: Width, until?: 0 | 1): Lift => (b, insn) => {
  const mems = insn.ops.filter((op): op is MemOperand => op.kind === 'mem');
  const over = mems.find((m) => m.seg === 'fs' || m.seg === 'gs')?.seg;
  const base = over === undefined ? b.i64(0) : b.get('i64', 64, over === 'fs' ? slots.fsBase : slots.gsBase);
  const args = [b.i32(w / 8), base, b.i32(mems[0]!.addr32 ? 1 : 0)];
  if (until !== undefined) args.push(b.i32(until));
  b.branch(b.call('i32', helper, ...args), insn.next, insn.here);
};

const widths = [['B', 8, 0, ''], ['W', 16, 1, ''], ['L', 32, 1, ''], ['Q', 64, 1, 'REX.W + ']] as const;
const acc = { 8: 'AL', 16: 'AX', 32: 'EAX', 64: 'RAX' } as const;
const hex = (v: number): string => v.toString(16).toUpperCase();

function forms(name: string, opcode: number, operands: (w: Width) => string, access: string, single: Single): RowDraft[] {
  const compares = name === 'CMPS' || name === 'SCAS';
  const helper = `rep_${name.toLowerCase()}`;
  const moved = [operands(8).includes('X') ? 'RSI:rw' : '', operands(8).includes('Y') ? 'RDI:rw' : ''].join(' ').trim();
  // a zero count keeps the flags: repeated compares read them
  const once = { access, implicit: moved, flags: compares ? 'oszapc' : '', cls: name.toLowerCase() };
  const many = { ...once, implicit: `${moved} RCX:rw`, flags: compares ? 'oszapc r=oszapc' : '', cls: `rep${name.toLowerCase()}`, ends: true };
  return widths.flatMap(([s, w, add, rex]) => {
    const form = `${name} ${operands(w)}`;
    const op = `${rex}${hex(opcode + add)}`;
    const wide = w === 16 ? '66 ' : '';
    return [
      x86(`${name}${s}`, form, op, { ...once, lift: single(w) }),
      x86(`REP; ${name}${s}`, `${compares ? 'REPE' : 'REP'} ${form}`, `${wide}F3 ${op}`, { ...many, lift: repeated(helper, w, compares ? 0 : undefined) }),
      x86(`REPN; ${name}${s}`, `REPNE ${form}`, `${wide}F2 ${op}`, { ...many, lift: repeated(helper, w, compares ? 1 : undefined) }),
    ];
  });
}

export const stringRows: readonly RowDraft[] = [
  ...forms('MOVS', 0xa4, (w) => `Y${w}, X${w}`, 'w r', movs),
  ...forms('CMPS', 0xa6, (w) => `X${w}, Y${w}`, 'r r', cmps),
  ...forms('STOS', 0xaa, (w) => `Y${w}, ${acc[w]}`, 'w r', stos),
  ...forms('LODS', 0xac, (w) => `${acc[w]}, X${w}`, 'w r', lods),
  ...forms('SCAS', 0xae, (w) => `${acc[w]}, Y${w}`, 'r r', scas),
];
