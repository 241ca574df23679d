/** ADD ADDS SUB SUBS with immediate, shifted and extended register, and with carry; ADR and ADRP. Arm ARM C6.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { alu, flag, modified, not, read, setAdd, setSub, write } from '../lift.js';
import { a64, alias, type Alias, type RowDraft, type RowSpec } from '../notation.js';

/** Rd = Rn op (operand 2, shifted or extended). */
const lift = (sub: boolean, flags: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const [d, n, m, by] = insn.ops as [Insn['ops'][0], Insn['ops'][0], Insn['ops'][0], Insn['ops'][0] | undefined];
  const w = d.bits;
  const x = read(b, n, w);
  const y = modified(b, m, by, w);
  const r = alu(b, w, sub ? 'sub' : 'add', x, y);
  write(b, d, r);
  if (flags) (sub ? setSub : setAdd)(b, w, x, y, r);
};

/** Rd = Rn + Rm + C, or Rn - Rm - !C, which is Rn + ~Rm + C. */
const liftCarry = (sub: boolean, flags: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const [d, n, m] = insn.ops as [Insn['ops'][0], Insn['ops'][0], Insn['ops'][0]];
  const w = d.bits;
  const x = read(b, n, w);
  const second = read(b, m, w);
  const y = sub ? not(b, w, second) : second;
  const c: Value = w === 64 ? b.op('i64.extend_i32_u', flag.C(b)) : flag.C(b);
  const r = alu(b, w, 'add', alu(b, w, 'add', x, y), c);
  write(b, d, r);
  if (flags) setAdd(b, w, x, y, r, false);
};

const liftAddress: Lift = (b, insn) => write(b, insn.ops[0]!, read(b, insn.ops[1]!, 64));

const widths = [['W', 32, '0'], ['X', 64, '1']] as const;

function forms(name: string, op: '0' | '1', s: '0' | '1'): RowDraft[] {
  const spec: RowSpec = { access: 'w r r', flags: s === '1' ? 'nzcv' : '', cls: 'alu', lift: lift(op === '1', s === '1') };
  return widths.flatMap(([R, w, sf]) => {
    const go = w === 64 ? name : name + 'W';
    const SP = w === 64 ? '|SP' : '|WSP';
    const d = s === '1' ? `${R}d` : `${R}d${SP}`; // with flags, number 31 is the zero register
    return [
      a64(go, `${name} ${d}, ${R}n${SP}, #imm12sh`, `${sf} ${op} ${s} 100010 sh:1 imm12:12 Rn:5 Rd:5`, spec),
      a64(go, `${name} ${R}d, ${R}n, ${R}m, shift`, `${sf} ${op} ${s} 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5`, { ...spec, cls: 'alu shift' }),
      // UXTX and SXTX of 64 bits take an X register, all others a W register
      ...(w === 64 ? ['Wm', 'Xm'] : ['Wm']).map((m) =>
        a64(go, `${name} ${d}, ${R}n${SP}, ${m}, extend`, `${sf} ${op} ${s} 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5`, { ...spec, cls: 'alu shift' })),
    ];
  });
}

function carries(name: string, op: '0' | '1', s: '0' | '1'): RowDraft[] {
  const spec: RowSpec = { access: 'w r r', flags: s === '1' ? 'nzcv r=c' : 'r=c', cls: 'alu', lift: liftCarry(op === '1', s === '1') };
  return widths.map(([r, w, sf]) => a64(w === 64 ? name : name + 'W', `${name} ${r}d, ${r}n, ${r}m`, `${sf} ${op} ${s} 11010000 Rm:5 000000 Rn:5 Rd:5`, spec));
}

export const addsubRows: readonly RowDraft[] = [
  ...forms('ADD', '0', '0'),
  ...forms('ADDS', '0', '1'),
  ...forms('SUB', '1', '0'),
  ...forms('SUBS', '1', '1'),
  ...carries('ADC', '0', '0'),
  ...carries('ADCS', '0', '1'),
  ...carries('SBC', '1', '0'),
  ...carries('SBCS', '1', '1'),
  a64('ADR', 'ADR Xd, adr', '0 immlo:2 10000 immhi:19 Rd:5', { access: 'w n', lift: liftAddress }),
  a64('ADRP', 'ADRP Xd, page', '1 immlo:2 10000 immhi:19 Rd:5', { access: 'w n', lift: liftAddress }),
];

/** CMP and CMN drop the result, NEG takes from zero, MOV to and from SP adds zero. */
const compare = (name: string, op: '0' | '1'): Alias[] =>
  widths.flatMap(([R, w, sf]) => {
    const go = w === 64 ? name : name + 'W';
    const SP = w === 64 ? '|SP' : '|WSP';
    return [
      alias(go, `${name} ${R}n${SP}, #imm12sh`, `${sf} ${op} 1 100010 sh:1 imm12:12 Rn:5 11111`),
      alias(go, `${name} ${R}n, ${R}m, shift`, `${sf} ${op} 1 01011 shift:2 0 Rm:5 imm6:6 Rn:5 11111`),
      ...(w === 64 ? ['Wm', 'Xm'] : ['Wm']).map((m) => alias(go, `${name} ${R}n${SP}, ${m}, extend`, `${sf} ${op} 1 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 11111`)),
    ];
  });

export const addsubAliases: readonly Alias[] = [
  ...widths.flatMap(([R, w, sf]) => {
    const SP = w === 64 ? '|SP' : '|WSP';
    return [
      alias(w === 64 ? 'MOVD' : 'MOVW', `MOV ${R}d${SP}, ${R}n${SP}`, `${sf} 0 0 100010 0 000000000000 Rn:5 Rd:5`, (f) => f('Rd') === 31 || f('Rn') === 31),
      alias(w === 64 ? 'NEG' : 'NEGW', `NEG ${R}d, ${R}m, shift`, `${sf} 1 0 01011 shift:2 0 Rm:5 imm6:6 11111 Rd:5`),
      alias(w === 64 ? 'NEGS' : 'NEGSW', `NEGS ${R}d, ${R}m, shift`, `${sf} 1 1 01011 shift:2 0 Rm:5 imm6:6 11111 Rd:5`, (f) => f('Rd') !== 31),
      alias(w === 64 ? 'NGC' : 'NGCW', `NGC ${R}d, ${R}m`, `${sf} 1 0 11010000 Rm:5 000000 11111 Rd:5`),
      alias(w === 64 ? 'NGCS' : 'NGCSW', `NGCS ${R}d, ${R}m`, `${sf} 1 1 11010000 Rm:5 000000 11111 Rd:5`),
    ];
  }),
  ...compare('CMN', '0'),
  ...compare('CMP', '1'),
];
