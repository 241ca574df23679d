/**
 * Loads and stores of structures: LD1 to LD4 and ST1 to ST4 with whole registers, one lane, and LD1R to LD4R. Arm ARM C4.1.94.
 * A store that would fault in any part stores nothing: its last byte is probed first.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { address, mem, moveBase, reg } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { arrangements, bytesOf, putVec, shapeOf, vec, type Arrangement } from '../vector.js';

/** LD1 knows lanes of 64 bits in a 64-bit register. */
const all: readonly Arrangement[] = [...arrangements, { T: '1D', size: '11', Q: '0', w: 64, bits: 64 }];
const listOf = (n: number, T: string): string => `{${Array.from({ length: n }, (_, i) => `Vt${i === 0 ? '' : i + 1}.${T}`).join(', ')}}`;

const offset = (b: IrBuilder, at: Value, bytes: number): Value => (bytes === 0 ? at : b.op('i64.add', at, b.i64(bytes)));
const loadPart = (b: IrBuilder, at: Value, bits: number): Value => b.load('v128', bits, at);

/** Where operand `n`'s memory operand is and what its base becomes. A post-index by immediate is known to the form. */
const place = (b: IrBuilder, insn: Insn, n: number): { at: Value; moved: Value | undefined } => address(b, mem(insn, n));

/** Registers one after the other. */
const loadWhole = (n: number, a: Arrangement): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const parts = Array.from({ length: n }, (_, i) => loadPart(b, offset(b, at, (i * a.bits) / 8), a.bits));
  moveBase(b, mem(insn, n), moved);
  parts.forEach((v, i) => b.put(128, reg(insn, i).slot, v));
};
function storeParts(b: IrBuilder, at: Value, parts: readonly Value[], bits: number): void {
  if (parts.length > 1) b.probe(bits / 8, offset(b, at, ((parts.length - 1) * bits) / 8), true);
  parts.forEach((v, i) => b.store(bits, offset(b, at, (i * bits) / 8), v));
}
const storeWhole = (n: number, a: Arrangement): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  storeParts(b, at, Array.from({ length: n }, (_, i) => vec(b, reg(insn, i))), a.bits);
  moveBase(b, mem(insn, n), moved);
};

/** Lane i of register r from `sources` side by side, where structure member i * n + r stands. */
function gather(b: IrBuilder, sources: readonly Value[], w: number, picks: readonly (number | undefined)[]): Value {
  const per = 128 / w;
  let out: Value | undefined;
  for (let s = 0; s < sources.length; s += 2) {
    const [x, y] = [sources[s]!, sources[s + 1] ?? sources[s]!];
    // lanes that come from elsewhere are taken from `out` below, so any will do here
    const local = picks.map((p) => (p !== undefined && p >= s * per && p < (s + 2) * per ? p - s * per : 0));
    const here = b.shuffle(x, y, bytesOf(w, local));
    if (out === undefined) {
      out = here;
      continue;
    }
    const choose = picks.map((p, i) => (p !== undefined && p >= s * per && p < (s + 2) * per ? per + i : i));
    out = b.shuffle(out, here, bytesOf(w, choose));
  }
  return out!;
}

/** Memory holds structures of n members; register r gets the r-th of each. */
const loadStructures = (n: number, a: Arrangement): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const count = a.bits / a.w;
  const sources = Array.from({ length: n }, (_, i) => loadPart(b, offset(b, at, (i * a.bits) / 8), a.bits));
  moveBase(b, mem(insn, n), moved);
  const per = 128 / a.w;
  const position = (member: number): number => Math.floor(member / count) * per + (member % count); // sources of 64 bits fill half a vector
  for (let r = 0; r < n; r++) {
    const picks = Array.from({ length: per }, (_, i) => (i < count ? position(i * n + r) : undefined));
    putVec(b, reg(insn, r), gather(b, sources, a.w, picks), a.bits);
  }
};
const storeStructures = (n: number, a: Arrangement): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const count = a.bits / a.w;
  const per = 128 / a.w;
  const registers = Array.from({ length: n }, (_, i) => vec(b, reg(insn, i)));
  const parts = Array.from({ length: n }, (_, part) => {
    const picks = Array.from({ length: per }, (_, i) => {
      const member = part * count + i;
      return i < count ? (member % n) * per + Math.floor(member / n) : undefined;
    });
    return gather(b, registers, a.w, picks);
  });
  storeParts(b, at, parts, a.bits);
  moveBase(b, mem(insn, n), moved);
};

// One lane of each register, or one value in every lane.

const laneTy = (w: number): 'i32' | 'i64' => (w === 64 ? 'i64' : 'i32');
const loadLane = (n: number, w: number): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const values = Array.from({ length: n }, (_, i) => b.load(laneTy(w), w, offset(b, at, (i * w) / 8)));
  moveBase(b, mem(insn, n), moved);
  values.forEach((v, i) => b.put(128, reg(insn, i).slot, b.lane(`${shapeOf(w)}.replace_lane`, reg(insn, i).lane!, vec(b, reg(insn, i)), v)));
};
const storeLane = (n: number, w: number): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const values = Array.from({ length: n }, (_, i) => b.lane(`${shapeOf(w)}.extract_lane${w < 32 ? '_u' : ''}`, reg(insn, i).lane!, vec(b, reg(insn, i))));
  if (n > 1) b.probe(w / 8, offset(b, at, ((n - 1) * w) / 8), true);
  values.forEach((v, i) => b.store(w, offset(b, at, (i * w) / 8), v));
  moveBase(b, mem(insn, n), moved);
};
const replicate = (n: number, a: Arrangement): Lift => (b, insn) => {
  const { at, moved } = place(b, insn, n);
  const values = Array.from({ length: n }, (_, i) => b.load(laneTy(a.w), a.w, offset(b, at, (i * a.w) / 8)));
  moveBase(b, mem(insn, n), moved);
  values.forEach((v, i) => putVec(b, reg(insn, i), b.op(`${shapeOf(a.w)}.splat`, v), a.bits));
};

/** The three addressing modes: none, post-indexed by what was moved (Rm is 31), by a register. */
function modes(go: string, form: string, code: (post: boolean, rm: string) => string, bytes: number, spec: { access: string; cls: string; lift: Lift }): RowDraft[] {
  return [
    a64(go, `${form}, [Xn|SP]`, code(false, ''), spec),
    a64(`${go}.P`, `${form}, [Xn|SP], #${bytes}`, code(true, '11111'), spec),
    a64(`${go}.P`, `${form}, [Xn|SP], Xm`, code(true, 'Rm:5'), spec),
  ];
}

const multiple: readonly (readonly [number, number, string])[] = [[4, 4, '0000'], [1, 4, '0010'], [3, 3, '0100'], [1, 3, '0110'], [1, 1, '0111'], [2, 2, '1000'], [1, 2, '1010']];
const wholes = multiple.flatMap(([members, n, opcode]) => all.filter((a) => members === 1 || a.T !== '1D').flatMap((a) =>
  ([['LD', '1'], ['ST', '0']] as const).flatMap(([name, L]) => {
    const lift = name === 'LD' ? (members === 1 ? loadWhole : loadStructures)(n, a) : (members === 1 ? storeWhole : storeStructures)(n, a);
    const access = `${(name === 'LD' ? 'w ' : 'r ').repeat(n)}${name === 'LD' ? 'r' : 'w'}`;
    return modes(`V${name}${members}`, `${name}${members} ${listOf(n, a.T)}`, (post, rm) => `0 ${a.Q} 001100 ${post ? '1' : '0'} ${L} 0 ${post ? rm : '00000'} ${opcode} ${a.size} Rn:5 Rt:5`, (n * a.bits) / 8, { access, cls: name === 'LD' ? 'simd load' : 'simd store', lift });
  })));

/** Lane of Q:S:size, by width: what of these is the index. */
const laneCodes = [
  { w: 8, letter: 'B', opcode: '00', index: 'Q_S_size', Q: 'Q:1', tail: 'S:1 size:2' },
  { w: 16, letter: 'H', opcode: '01', index: 'Q_S_size', Q: 'Q:1', tail: 'S:1 size:1 0' },
  { w: 32, letter: 'S', opcode: '10', index: 'Q_S', Q: 'Q:1', tail: 'S:1 00' },
  { w: 64, letter: 'D', opcode: '10', index: 'Q', Q: 'Q:1', tail: '0 01' },
] as const;
const single = [1, 2, 3, 4].flatMap((n) => laneCodes.flatMap((c) => ([['LD', '1'], ['ST', '0']] as const).flatMap(([name, L]) => {
  const list = `{${Array.from({ length: n }, (_, i) => `Vt${i === 0 ? '' : i + 1}.${c.letter}`).join(', ')}}[${c.index}]`;
  const R = n === 2 || n === 4 ? '1' : '0';
  const high = n > 2 ? '1' : '0';
  const access = `${(name === 'LD' ? 'rw ' : 'r ').repeat(n)}${name === 'LD' ? 'r' : 'w'}`;
  return modes(`V${name}${n}`, `${name}${n} ${list}`, (post, rm) => `0 ${c.Q} 001101 ${post ? '1' : '0'} ${L} ${R} ${post ? rm : '00000'} ${c.opcode}${high} ${c.tail} Rn:5 Rt:5`, (n * c.w) / 8, { access, cls: name === 'LD' ? 'simd load' : 'simd store', lift: name === 'LD' ? loadLane(n, c.w) : storeLane(n, c.w) });
})));
const replicated = [1, 2, 3, 4].flatMap((n) => all.flatMap((a) =>
  modes(`VLD${n}R`, `LD${n}R ${listOf(n, a.T)}`, (post, rm) => `0 ${a.Q} 001101 ${post ? '1' : '0'} 1 ${n === 2 || n === 4 ? '1' : '0'} ${post ? rm : '00000'} 11${n > 2 ? '1' : '0'} 0 ${a.size} Rn:5 Rt:5`, (n * a.w) / 8, { access: `${'w '.repeat(n)}r`, cls: 'simd load', lift: replicate(n, a) })));

export const simdmemRows: readonly RowDraft[] = [...wholes, ...single, ...replicated];
