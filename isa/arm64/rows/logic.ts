/** AND ORR EOR ANDS with bitmask immediate and shifted register, BIC ORN EON BICS, wide moves. Arm ARM C6.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { alu, imm, modified, not, read, reg, setLogic, write } from '../lift.js';
import { a64, alias, type Alias, type RowDraft, type RowSpec } from '../notation.js';

const lift = (name: 'and' | 'or' | 'xor', invert: boolean, flags: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const d = reg(insn, 0);
  const w = d.bits;
  const x = read(b, reg(insn, 1), w);
  const second = modified(b, insn.ops[2]!, insn.ops[3], w);
  const r = alu(b, w, name, x, invert ? not(b, w, second) : second);
  write(b, d, r);
  if (flags) setLogic(b, w, r);
};

const widths = [['W', 32, '0'], ['X', 64, '1']] as const;
const goName = (name: string, w: number): string => (w === 64 ? name : name + 'W');
const sp = (w: number): string => (w === 64 ? '|SP' : '|WSP');

/** One operation: immediate, register, and register inverted under another name. */
function forms(name: string, inverted: string, opc: string, op: 'and' | 'or' | 'xor'): RowDraft[] {
  const flags = opc === '11';
  const spec: RowSpec = { access: 'w r r', flags: flags ? 'nzcv' : '', cls: 'alu' };
  return widths.flatMap(([R, w, sf]) => [
    a64(goName(name, w), `${name} ${R}d${flags ? '' : sp(w)}, ${R}n, #bitmask${w}`, `${sf} ${opc} 100100 N:1 immr:6 imms:6 Rn:5 Rd:5`, { ...spec, lift: lift(op, false, flags) }),
    a64(goName(name, w), `${name} ${R}d, ${R}n, ${R}m, shift`, `${sf} ${opc} 01010 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5`, { ...spec, cls: 'alu shift', lift: lift(op, false, flags) }),
    a64(goName(inverted, w), `${inverted} ${R}d, ${R}n, ${R}m, shift`, `${sf} ${opc} 01010 shift:2 1 Rm:5 imm6:6 Rn:5 Rd:5`, { ...spec, cls: 'alu shift', lift: lift(op, true, flags) }),
  ]);
}

/** The immediate moved up by the operand after it, as a constant; a hole stays a hole. */
function wide(b: IrBuilder, insn: Insn, w: number): Value {
  const by = imm(insn, 2).value;
  const value = read(b, imm(insn, 1), w);
  return by === 0n ? value : alu(b, w, 'shl', value, b.const(w === 64 ? 'i64' : 'i32', by));
}
const movz: Lift = (b, insn) => write(b, reg(insn, 0), wide(b, insn, reg(insn, 0).bits));
const movn: Lift = (b, insn) => write(b, reg(insn, 0), not(b, reg(insn, 0).bits, wide(b, insn, reg(insn, 0).bits)));
const movk: Lift = (b, insn) => {
  const d = reg(insn, 0);
  const w = d.bits;
  const hole = BigInt.asUintN(w, ~(0xffffn << (imm(insn, 2).value as bigint)));
  const kept = alu(b, w, 'and', read(b, d, w), b.const(w === 64 ? 'i64' : 'i32', hole));
  write(b, d, alu(b, w, 'or', kept, wide(b, insn, w)));
};

export const logicRows: readonly RowDraft[] = [
  ...forms('AND', 'BIC', '00', 'and'),
  ...forms('ORR', 'ORN', '01', 'or'),
  ...forms('EOR', 'EON', '10', 'xor'),
  ...forms('ANDS', 'BICS', '11', 'and'),
  ...widths.flatMap(([R, w, sf]) => [
    a64(goName('MOVN', w), `MOVN ${R}d, #imm16, hw`, `${sf} 00 100101 hw:2 imm16:16 Rd:5`, { access: 'w r r', lift: movn }),
    a64(goName('MOVZ', w), `MOVZ ${R}d, #imm16, hw`, `${sf} 10 100101 hw:2 imm16:16 Rd:5`, { access: 'w r r', lift: movz }),
    a64(goName('MOVK', w), `MOVK ${R}d, #imm16, hw`, `${sf} 11 100101 hw:2 imm16:16 Rd:5`, { access: 'rw r r', lift: movk }),
  ]),
];

/** MOV of a wide immediate is printed for MOVZ and MOVN unless the same value has a simpler spelling. */
const plainWide = (w: number, inverted: boolean) => (f: (name: string) => number): boolean => {
  if (f('imm16') === 0 && f('hw') !== 0) return false;
  return !(inverted && w === 32 && f('imm16') === 0xffff);
};

/** MOV of a bitmask immediate is printed unless MOVZ or MOVN can make the value: MoveWidePreferred. */
function bitmaskMove(w: number): (f: (name: string) => number) => boolean {
  return (f) => {
    const [n, imms, immr] = [f('N'), f('imms'), f('immr')];
    if (w === 64 ? n !== 1 : n !== 0 || (imms & 0x20) !== 0) return true;
    if (imms < 16) return !((-immr & 15) <= 15 - imms);
    return !(imms >= w - 15 && (immr & 15) <= imms - (w - 15));
  };
}

export const logicAliases: readonly Alias[] = widths.flatMap(([R, w, sf]) => [
  alias(w === 64 ? 'MOVD' : 'MOVW', `MOV ${R}d${sp(w)}, #bitmask${w}`, `${sf} 01 100100 N:1 immr:6 imms:6 11111 Rd:5`, bitmaskMove(w)),
  alias(w === 64 ? 'MOVD' : 'MOVW', `MOV ${R}d, ${R}m`, `${sf} 01 01010 00 0 Rm:5 000000 11111 Rd:5`),
  alias(goName('MVN', w), `MVN ${R}d, ${R}m, shift`, `${sf} 01 01010 shift:2 1 Rm:5 imm6:6 11111 Rd:5`),
  alias(goName('TST', w), `TST ${R}n, #bitmask${w}`, `${sf} 11 100100 N:1 immr:6 imms:6 Rn:5 11111`),
  alias(goName('TST', w), `TST ${R}n, ${R}m, shift`, `${sf} 11 01010 shift:2 0 Rm:5 imm6:6 Rn:5 11111`),
  alias(w === 64 ? 'MOVD' : 'MOVW', `MOV ${R}d, #wide${w}`, `${sf} 10 100101 hw:2 imm16:16 Rd:5`, plainWide(w, false)),
  alias(w === 64 ? 'MOVD' : 'MOVW', `MOV ${R}d, #inverted${w}`, `${sf} 00 100101 hw:2 imm16:16 Rd:5`, plainWide(w, true)),
]);
