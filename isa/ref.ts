/**
 * The reference evaluator: runs a unit of IR with bigint, one node after the other, as plainly as its definition.
 * It is the oracle of the fast tiers, never the product.
 *
 * Values are unsigned bigint of their type's width; f32 and f64 are bit patterns; v128 has lane 0 lowest.
 * Integer operations are here, floating-point ones in isa/soft/fpop.ts, helpers in isa/soft.
 */
import { laneOps, ops, tyBits, type ConstRef, type Node, type SlotRef, type Trap, type Unit } from './ir.js';
import { fpNames, fpOp } from './soft/fpop.js';
import { GuestFault, helpers, type HelperState } from './soft/index.js';

/** What a unit runs on. `probe` throws the GuestFault that an access would. */
export interface RefState extends HelperState {
  probe(addr: bigint, bytes: number, write: boolean): void;
}

/** How a unit ended. After `fault` and after a trap by condition nothing was written but what helpers did. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'jump'; readonly target: bigint }
  | { readonly kind: 'trap'; readonly trap: Trap }
  | { readonly kind: 'fault'; readonly address: bigint; readonly write: boolean };

export function evaluate(unit: Unit, st: RefState): Outcome {
  const values: bigint[] = [];
  try {
    for (const node of unit.nodes) {
      const args = node.args.map((a) => values[a]!);
      const out = step(node, args, st);
      if (typeof out === 'object') return out;
      values.push(node.ty === undefined ? 0n : BigInt.asUintN(tyBits(node.ty), out));
    }
  } catch (e) {
    if (!(e instanceof GuestFault)) throw e;
    return e.kind === 'page' ? { kind: 'fault', address: e.address, write: e.write } : { kind: 'trap', trap: e.kind };
  }
  return { kind: 'next' };
}

/** One node: its value (0 when it has none), or the outcome that ends the unit. */
function step(n: Node, args: bigint[], st: RefState): bigint | Outcome {
  const [a, b] = args as [bigint, bigint];
  switch (n.op) {
    case 'const':
      return literal(n.imm);
    case 'get':
      return widened(n, st.get(place(n.slot), n.bits!));
    case 'put':
      st.put(place(n.slot), n.bits!, BigInt.asUintN(n.bits!, a));
      return 0n;
    case 'load':
      aligned(n, a);
      if (n.modify) st.probe(a, n.bits! / 8, true);
      return widened(n, st.load(a, n.bits! / 8));
    case 'store':
      aligned(n, a);
      st.store(a, n.bits! / 8, BigInt.asUintN(n.bits!, b));
      return 0n;
    case 'probe':
      st.probe(a, n.bits! / 8, n.signed!);
      return 0n;
    case 'call':
      return helper(n)(st, ...args) ?? 0n;
    case 'trapif':
      return a === 0n ? 0n : { kind: 'trap', trap: n.name as Trap };
    case 'trap':
      return { kind: 'trap', trap: n.name as Trap };
    case 'jump':
      return { kind: 'jump', target: n.args.length > 0 ? a : literal(n.imm) };
    case 'branch':
      return { kind: 'jump', target: literal(a === 0n ? n.fall : n.imm) };
    case 'i8x16.shuffle':
      return n.lanes!.reduce((v, lane, i) => v | (((((b << 128n) | a) >> BigInt(8 * lane)) & 0xffn) << BigInt(8 * i)), 0n);
    default:
      return n.op in laneOps ? lane(n, args) : operation(n.op, args, st);
  }
}

function helper(n: Node): (st: RefState, ...args: bigint[]) => bigint | void {
  const fn = helpers[n.name!];
  if (!fn) throw new Error(`no helper ${n.name}`);
  return fn;
}

function literal(v: ConstRef | undefined): bigint {
  if (typeof v !== 'bigint') throw new Error('a template has no values');
  return v;
}
function place(s: SlotRef | undefined): number {
  if (typeof s !== 'number') throw new Error('a template has no slots');
  return s;
}
const widened = (n: Node, v: bigint): bigint => (n.signed ? BigInt.asIntN(n.bits!, v) : v);

/** A 16-byte access that demands alignment is #GP without it. */
function aligned(n: Node, addr: bigint): void {
  if (n.align === 16 && (addr & 15n) !== 0n) throw new GuestFault('protection');
}

const flag = (c: boolean): bigint => (c ? 1n : 0n);
const mask = (w: number): bigint => (1n << BigInt(w)) - 1n;
const S = (w: number, v: bigint): bigint => BigInt.asIntN(w, v);
const count = (w: number, v: bigint): bigint => v & BigInt(w - 1);
const clamp = (v: bigint, low: bigint, high: bigint): bigint => (v < low ? low : v > high ? high : v);
const clampS = (w: number, v: bigint): bigint => clamp(v, -(1n << BigInt(w - 1)), (1n << BigInt(w - 1)) - 1n);
const clampU = (w: number, v: bigint): bigint => clamp(v, 0n, mask(w));
const bitsOf = (w: number, v: bigint): string => BigInt.asUintN(w, v).toString(2).padStart(w, '0');
const ones = (w: number, v: bigint): bigint => BigInt(bitsOf(w, v).replaceAll('0', '').length);

/** Integer operations of one width, scalar or of each lane; arguments unsigned, the result cut by the caller. */
const integer: Record<string, (w: number, x: bigint, y: bigint) => bigint> = {
  add: (_w, x, y) => x + y,
  sub: (_w, x, y) => x - y,
  mul: (_w, x, y) => x * y,
  and: (_w, x, y) => x & y,
  or: (_w, x, y) => x | y,
  xor: (_w, x, y) => x ^ y,
  shl: (w, x, y) => x << count(w, y),
  shr_s: (w, x, y) => S(w, x) >> count(w, y),
  shr_u: (w, x, y) => x >> count(w, y),
  rotl: (w, x, y) => (x << count(w, y)) | (x >> (BigInt(w) - count(w, y))),
  rotr: (w, x, y) => (x >> count(w, y)) | (x << (BigInt(w) - count(w, y))),
  div_s: (w, x, y) => S(w, x) / S(w, y),
  div_u: (_w, x, y) => x / y,
  rem_s: (w, x, y) => S(w, x) % S(w, y),
  rem_u: (_w, x, y) => x % y,
  mulh_u: (w, x, y) => (x * y) >> BigInt(w),
  mulh_s: (w, x, y) => (S(w, x) * S(w, y)) >> BigInt(w),
  clz: (w, x) => BigInt((bitsOf(w, x) + '1').indexOf('1')),
  ctz: (w, x) => BigInt([...('1' + bitsOf(w, x))].reverse().indexOf('1')),
  popcnt: (w, x) => ones(w, x),
  extend8_s: (_w, x) => S(8, x),
  extend16_s: (_w, x) => S(16, x),
  extend32_s: (_w, x) => S(32, x),
  abs: (w, x) => (S(w, x) < 0n ? -x : x),
  neg: (_w, x) => -x,
  min_s: (w, x, y) => (S(w, x) < S(w, y) ? x : y),
  min_u: (_w, x, y) => (x < y ? x : y),
  max_s: (w, x, y) => (S(w, x) > S(w, y) ? x : y),
  max_u: (_w, x, y) => (x > y ? x : y),
  avgr_u: (_w, x, y) => (x + y + 1n) >> 1n,
  add_sat_s: (w, x, y) => clampS(w, S(w, x) + S(w, y)),
  add_sat_u: (w, x, y) => clampU(w, x + y),
  sub_sat_s: (w, x, y) => clampS(w, S(w, x) - S(w, y)),
  sub_sat_u: (w, x, y) => clampU(w, x - y),
  q15mulr_sat_s: (w, x, y) => clampS(w, (S(w, x) * S(w, y) + 0x4000n) >> 15n),
};

/** Comparisons: 0 or 1 as scalars, 0 or all ones in lanes. */
const compare: Record<string, (w: number, x: bigint, y: bigint) => boolean> = {
  eq: (_w, x, y) => x === y,
  ne: (_w, x, y) => x !== y,
  eqz: (_w, x) => x === 0n,
  lt_s: (w, x, y) => S(w, x) < S(w, y),
  lt_u: (_w, x, y) => x < y,
  le_s: (w, x, y) => S(w, x) <= S(w, y),
  le_u: (_w, x, y) => x <= y,
  gt_s: (w, x, y) => S(w, x) > S(w, y),
};

/** Scalar operations that stand alone. */
const single: Record<string, (args: readonly bigint[]) => bigint> = {
  'i32.wrap_i64': ([x]) => x!,
  'i64.extend_i32_s': ([x]) => S(32, x!),
  'i64.extend_i32_u': ([x]) => x!,
  'i32.reinterpret_f32': ([x]) => x!,
  'f32.reinterpret_i32': ([x]) => x!,
  'i64.reinterpret_f64': ([x]) => x!,
  'f64.reinterpret_i64': ([x]) => x!,
  'i64.div128_u': ([h, l, d]) => ((h! << 64n) | l!) / d!,
  'i64.div128_s': ([h, l, d]) => S(128, (h! << 64n) | l!) / S(64, d!),
  'v128.and': ([x, y]) => x! & y!,
  'v128.or': ([x, y]) => x! | y!,
  'v128.xor': ([x, y]) => x! ^ y!,
  'v128.andnot': ([x, y]) => x! & ~y!,
  'v128.not': ([x]) => ~x!,
  'v128.bitselect': ([x, y, c]) => (x! & c!) | (y! & ~c!),
  'v128.any_true': ([x]) => flag(x !== 0n),
  'i8x16.swizzle': ([x, s]) => join(8, split(8, s!).map((i) => (i < 16n ? (x! >> (8n * i)) & 0xffn : 0n))),
  'i32x4.dot_i16x8_s': ([x, y]) => join(32, pairs(split(16, x!).map((v, i) => S(16, v) * S(16, split(16, y!)[i]!)))),
};

const floats = new Set(fpNames);

function operation(name: string, args: readonly bigint[], st: RefState): bigint {
  if (!(name in ops)) throw new Error(`no IR operation ${name}`);
  if (floats.has(name)) return fpOp(name, args, st.env());
  if (name in single) return single[name]!(args);
  const [shape, op] = name.split('.') as [string, string];
  const [x, y, c] = args as [bigint, bigint, bigint];
  if (op === 'select') return c !== 0n ? x : y;
  const w = Number(/^[if](\d+)/.exec(shape)?.[1]);
  if (shape.includes('x')) return vector(w, op, x, y);
  if (op in integer) return integer[op]!(w, x, y);
  if (op in compare) return flag(compare[op]!(w, x, y));
  throw new Error(`operation ${name} has no definition`);
}

const split = (w: number, v: bigint): bigint[] => Array.from({ length: 128 / w }, (_, i) => (v >> BigInt(i * w)) & mask(w));
const join = (w: number, lanes: readonly bigint[]): bigint => lanes.reduce((v, lane, i) => v | (BigInt.asUintN(w, lane) << BigInt(i * w)), 0n);
/** Sums of neighbours. */
const pairs = (v: readonly bigint[]): bigint[] => v.filter((_, i) => i % 2 === 0).map((even, i) => even + v[2 * i + 1]!);

/** Operations on lanes of `w` bits. */
function vector(w: number, op: string, x: bigint, y: bigint): bigint {
  const X = split(w, x);
  if (op === 'splat') return join(w, X.map(() => x & mask(w)));
  if (op === 'bitmask') return X.reduce((m, v, i) => m | ((v >> BigInt(w - 1)) << BigInt(i)), 0n);
  if (op === 'all_true') return flag(X.every((v) => v !== 0n));
  if (op === 'shl' || op === 'shr_s' || op === 'shr_u') return join(w, X.map((v) => integer[op]!(w, v, y & BigInt(w - 1))));
  // from lanes of half or double the width: names end in the source's shape and signedness
  const cross = /^(narrow|extmul_low|extmul_high|extend_low|extend_high|extadd_pairwise)_i(\d+)x\d+_([su])$/.exec(op);
  if (cross) {
    const from = Number(cross[2]);
    const sign = cross[3] === 's';
    const read = (v: bigint): bigint[] => split(from, v).map((l) => (sign || cross[1] === 'narrow' ? S(from, l) : l));
    const half = (l: bigint[]): bigint[] => (cross[1]!.endsWith('high') ? l.slice(l.length / 2) : l.slice(0, l.length / 2));
    if (cross[1] === 'narrow') return join(w, [...read(x), ...read(y)].map((l) => (sign ? clampS(w, l) : clampU(w, l))));
    if (cross[1] === 'extadd_pairwise') return join(w, pairs(read(x)));
    if (cross[1]!.startsWith('extend')) return join(w, half(read(x)));
    const Y = half(read(y));
    return join(w, half(read(x)).map((l, i) => l * Y[i]!));
  }
  const Y = y === undefined ? [] : split(w, y);
  if (op in compare) return join(w, X.map((v, i) => (compare[op]!(w, v, Y[i]!) ? mask(w) : 0n)));
  if (op in integer) return join(w, X.map((v, i) => integer[op]!(w, v, Y[i]!)));
  throw new Error(`operation on lanes ${op} has no definition`);
}

/** extract_lane and replace_lane. */
function lane(n: Node, [v, replacement]: readonly bigint[]): bigint {
  const w = Number(/^[if](\d+)/.exec(n.op)![1]);
  const at = literal(n.imm) * BigInt(w);
  if (replacement === undefined) {
    const out = (v! >> at) & mask(w);
    return n.op.endsWith('_s') ? S(w, out) : out;
  }
  return (v! & ~(mask(w) << at)) | (BigInt.asUintN(w, replacement) << at);
}
