/** ADD OR ADC SBB AND SUB XOR CMP: eight operations, one encoding pattern. SDM 2A and 2B under each name. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { alu, flag, place, read, setAdd, setLogic, setSub, two } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';

/** The result, and how the flags follow from it. */
interface Operation {
  result(b: IrBuilder, w: number, x: Value, y: Value): Value;
  flags(b: IrBuilder, w: number, x: Value, y: Value, r: Value): void;
}

const carry = (b: IrBuilder, w: number): Value => (w === 64 ? b.op('i64.extend_i32_u', flag.CF(b)) : flag.CF(b));

const add: Operation = { result: (b, w, x, y) => alu(b, w, 'add', x, y), flags: setAdd };
const adc: Operation = { result: (b, w, x, y) => alu(b, w, 'add', alu(b, w, 'add', x, y), carry(b, w)), flags: setAdd };
const sub: Operation = { result: (b, w, x, y) => alu(b, w, 'sub', x, y), flags: setSub };
const sbb: Operation = {
  result: (b, w, x, y) => alu(b, w, 'sub', alu(b, w, 'sub', x, y), carry(b, w)),
  flags: (b, w, x, y, r) => setSub(b, w, x, y, r, false),
};
const logic = (name: string): Operation => ({
  result: (b, w, x, y) => alu(b, w, name, x, y),
  flags: (b, w, _x, _y, r) => setLogic(b, w, r),
});

/** dst = op(dst, src); `keep` false for CMP. Reads, then what may fault, then what the guest sees. */
const lift = (op: Operation, keep = true): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, src] = two(insn);
  const w = dst.bits;
  const d = keep ? place(b, dst) : undefined;
  const x = d ? d.get() : read(b, dst);
  const y = read(b, src, w);
  const r = op.result(b, w, x, y);
  d?.set(r);
  op.flags(b, w, x, y, r);
};

/** The nine encodings of one operation; `n` is its number in the opcode map and in /n. */
function forms(name: string, n: number, op: Operation, flags: string): RowDraft[] {
  const keep = name !== 'CMP';
  const spec: RowSpec = { access: keep ? 'rw r' : 'r r', flags, cls: 'alu', lift: lift(op, keep) };
  const locked: RowSpec = { ...spec, lock: keep };
  const op8 = (k: number): string => (n * 8 + k).toString(16).padStart(2, '0').toUpperCase();
  return [
    x86(`${name}B`, `${name} AL, imm8`, `${op8(4)} ib`, spec),
    x86(`${name}B`, `${name} r/m8, imm8`, `80 /${n} ib`, locked),
    x86(`${name}B`, `${name} r/m8, r8`, `${op8(0)} /r`, locked),
    x86(`${name}B`, `${name} r8, r/m8`, `${op8(2)} /r`, spec),
    ...([['W', 16, '', 'iw'], ['L', 32, '', 'id'], ['Q', 64, 'REX.W + ', 'id']] as const).flatMap(([s, w, rex, imm]) => [
      x86(`${name}${s}`, `${name} r/m${w}, imm8`, `${rex}83 /${n} ib`, locked),
      x86(`${name}${s}`, `${name} ${w === 64 ? 'RAX' : w === 32 ? 'EAX' : 'AX'}, imm${w === 16 ? 16 : 32}`, `${rex}${op8(5)} ${imm}`, spec),
      x86(`${name}${s}`, `${name} r/m${w}, imm${w === 16 ? 16 : 32}`, `${rex}81 /${n} ${imm}`, locked),
      x86(`${name}${s}`, `${name} r/m${w}, r${w}`, `${rex}${op8(1)} /r`, locked),
      x86(`${name}${s}`, `${name} r${w}, r/m${w}`, `${rex}${op8(3)} /r`, spec),
    ]),
  ];
}

export const arithRows: readonly RowDraft[] = [
  ...forms('ADD', 0, add, 'oszapc'),
  ...forms('OR', 1, logic('or'), 'oszpc u=a'),
  ...forms('ADC', 2, adc, 'oszapc r=c'),
  ...forms('SBB', 3, sbb, 'oszapc r=c'),
  ...forms('AND', 4, logic('and'), 'oszpc u=a'),
  ...forms('SUB', 5, sub, 'oszapc'),
  ...forms('XOR', 6, logic('xor'), 'oszpc u=a'),
  ...forms('CMP', 7, sub, 'oszapc'),
];
