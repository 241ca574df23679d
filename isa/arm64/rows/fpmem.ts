/** Loads and stores of floating-point and vector registers of one width: B H S D Q, all modes, pairs, literals. Arm ARM C7.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift, RegOperand } from '../../row.js';
import { address, mem, moveBase, reg } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { putScalar } from '../vector.js';

const widths = [
  { R: 'B', bits: 8, size: '00', load: '01', store: '00', go: 'FMOVB' },
  { R: 'H', bits: 16, size: '01', load: '01', store: '00', go: 'FMOVH' },
  { R: 'S', bits: 32, size: '10', load: '01', store: '00', go: 'FMOVS' },
  { R: 'D', bits: 64, size: '11', load: '01', store: '00', go: 'FMOVD' },
  { R: 'Q', bits: 128, size: '00', load: '11', store: '10', go: 'FMOVQ' },
] as const;

const tyOf = (bits: number): 'i32' | 'i64' | 'v128' => (bits === 128 ? 'v128' : bits === 64 ? 'i64' : 'i32');
const fetch = (b: IrBuilder, bits: number, at: Value): Value => b.load(tyOf(bits), bits, at);
function put(b: IrBuilder, r: RegOperand, bits: number, v: Value): void {
  if (bits === 128) b.put(128, r.slot, v);
  else putScalar(b, r, bits, v);
}
const take = (b: IrBuilder, r: RegOperand, bits: number): Value => b.get(tyOf(bits), bits, r.slot);

const load = (bits: number): Lift => (b, insn) => {
  const { at, moved } = address(b, mem(insn, 1));
  const v = fetch(b, bits, at);
  moveBase(b, mem(insn, 1), moved);
  put(b, reg(insn, 0), bits, v);
};
const store = (bits: number): Lift => (b, insn) => {
  const { at, moved } = address(b, mem(insn, 1));
  b.store(bits, at, take(b, reg(insn, 0), bits));
  moveBase(b, mem(insn, 1), moved);
};
const loadPair = (bits: number): Lift => (b, insn) => {
  const { at, moved } = address(b, mem(insn, 2));
  const first = fetch(b, bits, at);
  const second = fetch(b, bits, b.op('i64.add', at, b.i64(bits / 8)));
  moveBase(b, mem(insn, 2), moved);
  put(b, reg(insn, 0), bits, first);
  put(b, reg(insn, 1), bits, second);
};
const storePair = (bits: number): Lift => (b, insn) => {
  const { at, moved } = address(b, mem(insn, 2));
  const second = b.op('i64.add', at, b.i64(bits / 8));
  b.probe(bits / 8, second, true); // both or none
  b.store(bits, at, take(b, reg(insn, 0), bits));
  b.store(bits, second, take(b, reg(insn, 1), bits));
  moveBase(b, mem(insn, 2), moved);
};

const single = widths.flatMap(({ R, bits, size, load: ld, store: st, go }): RowDraft[] => {
  const scale = bits === 8 ? '' : `*${bits / 8}`;
  return ([['LDR', ld, 'w r', load(bits)], ['STR', st, 'r w', store(bits)]] as const).flatMap(([name, opc, access, lift]) => {
    const spec = { access, cls: name === 'LDR' ? 'fp load' : 'fp store', lift };
    const unscaled = name === 'LDR' ? 'LDUR' : 'STUR';
    return [
      a64(go, `${name} ${R}t, [Xn|SP, #imm12${scale}]`, `${size} 111 1 01 ${opc} imm12:12 Rn:5 Rt:5`, spec),
      a64(go, `${unscaled} ${R}t, [Xn|SP, #simm9]`, `${size} 111 1 00 ${opc} 0 imm9:9 00 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, [Xn|SP], #simm9`, `${size} 111 1 00 ${opc} 0 imm9:9 01 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, [Xn|SP, #simm9]!`, `${size} 111 1 00 ${opc} 0 imm9:9 11 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, [Xn|SP, Rm, extend]`, `${size} 111 1 00 ${opc} 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5`, spec),
    ];
  });
});

const pairs = ([['S', 32, '00', 'FLDPS', 'FSTPS'], ['D', 64, '01', 'FLDPD', 'FSTPD'], ['Q', 128, '10', 'FLDPQ', 'FSTPQ']] as const).flatMap(([R, bits, opc, goLoad, goStore]) =>
  ([['LDP', 'LDNP', '1', goLoad, 'w w r', loadPair(bits)], ['STP', 'STNP', '0', goStore, 'r r w', storePair(bits)]] as const).flatMap(([name, streaming, l, go, access, lift]) => {
    const spec = { access, cls: name === 'LDP' ? 'fp load pair' : 'fp store pair', lift };
    const disp = `#simm7*${bits / 8}`;
    return [
      a64(go.replace('P', 'NP'), `${streaming} ${R}t, ${R}t2, [Xn|SP, ${disp}]`, `${opc} 101 1 000 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, ${R}t2, [Xn|SP], ${disp}`, `${opc} 101 1 001 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, ${R}t2, [Xn|SP, ${disp}]`, `${opc} 101 1 010 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
      a64(go, `${name} ${R}t, ${R}t2, [Xn|SP, ${disp}]!`, `${opc} 101 1 011 ${l} imm7:7 Rt2:5 Rn:5 Rt:5`, spec),
    ];
  }));

export const fpmemRows: readonly RowDraft[] = [
  ...single,
  ...pairs,
  ...([['S', 32, '00', 'FMOVS'], ['D', 64, '01', 'FMOVD'], ['Q', 128, '10', 'FMOVQ']] as const).map(([R, bits, opc, go]) =>
    a64(go, `LDR ${R}t, literal`, `${opc} 011 1 00 imm19:19 Rt:5`, { access: 'w r', cls: 'fp load', lift: load(bits) })),
];
