/**
 * The intermediate representation in which every row states what its instruction does.
 *
 * A unit is the straight-line meaning of one instruction (or of a few that run as one): typed nodes in
 * order, each naming earlier nodes as arguments. An operation that WebAssembly has keeps WebAssembly's
 * name and meaning, so that emitters are a table; the rest is state (get, put, load, store), exits
 * (trapif, trap, jump, branch) and `call`, which names a helper of isa/soft.
 *
 * Floating-point arithmetic (`f64.add` and the like) follows the ISA's profile, not WebAssembly: its NaN
 * rule, rounding mode and flush-to-zero are part of the operation (isa/soft/fpop.ts). fma(z, x, y) is z + x * y, rounded once; pmin and pmax of scalars
 * are those of the vectors: pmin(a, b) = b < a ? b : a.
 *
 * Order within one instruction, held by check(): reads first, then what may fault, then visible effects,
 * so that a fault leaves no trace.
 *
 * A template is a unit with holes: a Param stands where a slot or a constant will be. Interpreters
 * compile templates once and read the holes from their records.
 */

/** Types of values. Flags and conditions are i32, 0 or 1. */
export type Ty = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** A hole of a template: slots are context byte offsets, links are branch targets known by address. */
export interface Param {
  readonly param: number; // index into Unit.params
}
export type ParamKind = 'slot' | 'i32' | 'i64' | 'link';

/** Byte offset of a state cell in the core context; low bytes first, so AL, AH, AX and EAX overlay RAX. */
export type SlotRef = number | Param;
export type ConstRef = bigint | Param;

/** Index of a node in its unit. */
export type Value = number & { readonly __brand: 'Value' };

/** Why a unit leaves to the machine. `pc` of the saved state is this instruction's, except for `syscall`: the next one's. */
export type Trap = 'syscall' | 'divide' | 'undefined' | 'breakpoint' | 'halt' | 'protection' | 'unimplemented' | 'align';

/** Operations on values: argument types, then the result. Names and meanings are WebAssembly's where it has them. */
const sig = (text: string): Record<string, readonly [readonly Ty[], Ty]> => {
  const table: Record<string, readonly [readonly Ty[], Ty]> = {};
  for (const line of text.trim().split('\n')) {
    const [types, names] = line.split(':');
    const [args, result] = types!.split('->').map((s) => s.trim());
    for (const name of names!.trim().split(/\s+/)) {
      table[name] = [args!.split(/\s+/).filter(Boolean) as Ty[], result as Ty];
    }
  }
  return table;
};

export const ops = sig(`
i32 i32 -> i32 : i32.add i32.sub i32.mul i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr i32.div_s i32.div_u i32.rem_s i32.rem_u
i32 i32 -> i32 : i32.eq i32.ne i32.lt_s i32.lt_u i32.le_s i32.le_u
i32 -> i32     : i32.eqz i32.clz i32.ctz i32.popcnt i32.extend8_s i32.extend16_s
i64 i64 -> i64 : i64.add i64.sub i64.mul i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr i64.div_s i64.div_u i64.rem_s i64.rem_u
i64 i64 -> i64 : i64.mulh_u i64.mulh_s
i64 i64 i64 -> i64 : i64.div128_u i64.div128_s
i64 i64 -> i32 : i64.eq i64.ne i64.lt_s i64.lt_u i64.le_s i64.le_u
i64 -> i64     : i64.clz i64.ctz i64.popcnt i64.extend8_s i64.extend16_s i64.extend32_s
i64 -> i32     : i64.eqz i32.wrap_i64
i32 -> i64     : i64.extend_i32_s i64.extend_i32_u
i32 i32 i32 -> i32 : i32.select
i64 i64 i32 -> i64 : i64.select
f32 f32 i32 -> f32 : f32.select
f64 f64 i32 -> f64 : f64.select
v128 v128 i32 -> v128 : v128.select
f32 f32 f32 -> f32 : f32.fma
f64 f64 f64 -> f64 : f64.fma
f32 f32 -> f32 : f32.add f32.sub f32.mul f32.div f32.pmin f32.pmax
f64 f64 -> f64 : f64.add f64.sub f64.mul f64.div f64.pmin f64.pmax
f32 -> f32     : f32.sqrt f32.ceil f32.floor f32.trunc f32.nearest f32.rint
f64 -> f64     : f64.sqrt f64.ceil f64.floor f64.trunc f64.nearest f64.rint
f32 f32 -> i32 : f32.eq f32.ne f32.lt f32.le
f64 f64 -> i32 : f64.eq f64.ne f64.lt f64.le
f32 -> f64     : f64.promote_f32
f64 -> f32     : f32.demote_f64
i32 -> f32     : f32.convert_i32_s f32.reinterpret_i32
i64 -> f32     : f32.convert_i64_s f32.convert_i64_u
i32 -> f64     : f64.convert_i32_s
i64 -> f64     : f64.convert_i64_s f64.convert_i64_u f64.reinterpret_i64
f32 -> i32     : i32.reinterpret_f32 i32.trunc_sat_f32_s
f64 -> i64     : i64.reinterpret_f64 i64.trunc_sat_f64_s i64.trunc_sat_f64_u
f64 -> i32     : i32.trunc_sat_f64_s
f32 -> i64     : i64.trunc_sat_f32_s i64.trunc_sat_f32_u
v128 v128 -> v128 : v128.and v128.or v128.xor v128.andnot
v128 v128 v128 -> v128 : v128.bitselect
v128 -> v128   : v128.not
v128 -> i32    : v128.any_true i8x16.bitmask i16x8.bitmask i32x4.bitmask i64x2.bitmask i8x16.all_true i16x8.all_true i32x4.all_true i64x2.all_true
v128 v128 -> v128 : i8x16.add i8x16.sub i8x16.add_sat_s i8x16.add_sat_u i8x16.sub_sat_s i8x16.sub_sat_u i8x16.eq i8x16.gt_s i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u i8x16.avgr_u i8x16.swizzle
v128 v128 -> v128 : i16x8.add i16x8.sub i16x8.add_sat_s i16x8.add_sat_u i16x8.sub_sat_s i16x8.sub_sat_u i16x8.mul i16x8.eq i16x8.gt_s i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u i16x8.avgr_u i16x8.q15mulr_sat_s
v128 v128 -> v128 : i32x4.add i32x4.sub i32x4.mul i32x4.eq i32x4.gt_s i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s
v128 v128 -> v128 : i64x2.add i64x2.sub i64x2.mul i64x2.eq i64x2.gt_s
v128 v128 -> v128 : i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u
v128 v128 -> v128 : i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u i64x2.extmul_low_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_s i64x2.extmul_high_i32x4_u
v128 -> v128   : i8x16.abs i16x8.abs i32x4.abs i64x2.abs i8x16.neg i16x8.neg i32x4.neg i64x2.neg i8x16.popcnt
v128 -> v128   : i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u
v128 -> v128   : i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u
v128 i32 -> v128 : i8x16.shl i8x16.shr_s i8x16.shr_u i16x8.shl i16x8.shr_s i16x8.shr_u i32x4.shl i32x4.shr_s i32x4.shr_u i64x2.shl i64x2.shr_s i64x2.shr_u
i32 -> v128    : i8x16.splat i16x8.splat i32x4.splat
i64 -> v128    : i64x2.splat
f32 -> v128    : f32x4.splat
f64 -> v128    : f64x2.splat
v128 v128 -> v128 : f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.pmin f32x4.pmax f32x4.eq f32x4.ne f32x4.lt f32x4.le
v128 v128 -> v128 : f64x2.add f64x2.sub f64x2.mul f64x2.div f64x2.pmin f64x2.pmax f64x2.eq f64x2.ne f64x2.lt f64x2.le
v128 -> v128   : f32x4.sqrt f64x2.sqrt f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest f64x2.ceil f64x2.floor f64x2.trunc f64x2.nearest
v128 -> v128   : f32x4.rint f64x2.rint
v128 -> v128   : f32x4.convert_i32x4_s i32x4.trunc_sat_f32x4_s f64x2.convert_low_i32x4_s i32x4.trunc_sat_f64x2_s_zero f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
`);

/** Operations on a lane: `imm` is the lane number. */
export const laneOps = sig(`
v128 -> i32 : i8x16.extract_lane_s i8x16.extract_lane_u i16x8.extract_lane_s i16x8.extract_lane_u i32x4.extract_lane
v128 -> i64 : i64x2.extract_lane
v128 -> f32 : f32x4.extract_lane
v128 -> f64 : f64x2.extract_lane
v128 i32 -> v128 : i8x16.replace_lane i16x8.replace_lane i32x4.replace_lane
v128 i64 -> v128 : i64x2.replace_lane
v128 f32 -> v128 : f32x4.replace_lane
v128 f64 -> v128 : f64x2.replace_lane
`);

/**
 * One step. `args` are earlier nodes. What the other fields mean depends on `op`:
 * - const: `imm` the value (v128: 128 bits, lane 0 lowest), any type
 * - get, put: `slot`, `bits` wide; get extends to `ty` by `signed`
 * - load, store: args[0] is the virtual address (i64), `bits` wide, load extends by `signed`; `align` 16 demands alignment (else trap `protection`);
 *   a load with `modify` faults as the store to the same place that follows would
 * - probe: args[0] address; `bits`/8 bytes must be accessible (`signed` false: readable, true: writable), else the page fault of the access
 * - i8x16.shuffle: `lanes`, 16 indexes 0..31
 * - call: `name` of a helper in isa/soft, `ty` its result or undefined
 * - trapif: args[0] the condition; trap: always; `name` the Trap
 * - jump: args[0] the target (i64) or none and `imm` the address (a bigint, or a link Param)
 * - branch: args[0] the condition, `imm` where to go when it holds, `fall` where otherwise
 */
export interface Node {
  readonly op: string;
  readonly ty: Ty | undefined;
  readonly args: readonly Value[];
  readonly imm?: ConstRef;
  readonly fall?: ConstRef;
  readonly slot?: SlotRef;
  readonly bits?: number;
  readonly signed?: boolean;
  readonly align?: number;
  readonly modify?: boolean;
  readonly lanes?: readonly number[];
  readonly name?: string;
}

export interface Unit {
  readonly nodes: readonly Node[];
  readonly params: readonly ParamKind[];
}

/** Builds a unit node by node; every method returns the node's Value. Folds what is constant. */
export class IrBuilder {
  readonly nodes: Node[] = [];
  readonly params: ParamKind[] = [];
  /** False: nothing reads the arithmetic flags this instruction writes, so lifts leave them out. */
  flagsLive = true;
  /** What the last flag-setting instruction of this unit computed, for conditions that follow it (set by the ISA's flag helpers). */
  flagSource: unknown = undefined;

  param(kind: ParamKind): Param {
    this.params.push(kind);
    return { param: this.params.length - 1 };
  }

  private push(node: Node): Value {
    this.nodes.push(node);
    return (this.nodes.length - 1) as Value;
  }

  ty(v: Value): Ty {
    const ty = this.nodes[v]!.ty;
    if (ty === undefined) throw new Error(`node ${v} has no value`);
    return ty;
  }

  /** The value of a constant node, or undefined. i32 and i64 are unsigned here. */
  constOf(v: Value): bigint | undefined {
    const n = this.nodes[v]!;
    return n.op === 'const' && typeof n.imm === 'bigint' ? n.imm : undefined;
  }

  const(ty: Ty, imm: ConstRef | number): Value {
    const value = typeof imm === 'number' ? BigInt(imm) : imm;
    return this.push({ op: 'const', ty, args: [], imm: typeof value === 'bigint' ? BigInt.asUintN(tyBits(ty), value) : value });
  }
  i32 = (imm: ConstRef | number): Value => this.const('i32', imm);
  i64 = (imm: ConstRef | number): Value => this.const('i64', imm);

  op(name: string, ...args: Value[]): Value {
    const s = ops[name];
    if (!s) throw new Error(`no IR operation ${name}`);
    s[0].forEach((ty, i) => {
      if (args[i] === undefined || this.ty(args[i]!) !== ty) throw new Error(`${name}: argument ${i} is not ${ty}`);
    });
    if (args.length !== s[0].length) throw new Error(`${name}: ${args.length} arguments`);
    return this.fold(name, args) ?? this.push({ op: name, ty: s[1], args });
  }

  /** x+0, x|0, x<<0, x&-1 and constant extensions vanish, so that addressing forms cost what they need. */
  private fold(name: string, args: readonly Value[]): Value | undefined {
    const k = args.length > 0 ? this.constOf(args[args.length - 1]!) : undefined;
    if (k === undefined) return undefined;
    if (k === 0n && /^i(32|64)\.(add|sub|or|xor|shl|shr_s|shr_u|rotl|rotr)$/.test(name)) return args[0];
    if (name === 'i64.extend_i32_u') return this.i64(k);
    if (name === 'i64.extend_i32_s') return this.i64(BigInt.asIntN(32, k));
    if (name === 'i32.wrap_i64') return this.i32(k);
    return undefined;
  }

  lane(name: string, lane: number, ...args: Value[]): Value {
    const s = laneOps[name];
    if (!s) throw new Error(`no IR lane operation ${name}`);
    return this.push({ op: name, ty: s[1], args, imm: BigInt(lane) });
  }

  shuffle(a: Value, b: Value, lanes: readonly number[]): Value {
    return this.push({ op: 'i8x16.shuffle', ty: 'v128', args: [a, b], lanes });
  }

  get(ty: Ty, bits: number, slot: SlotRef, signed = false): Value {
    return this.push({ op: 'get', ty, args: [], slot, bits, signed });
  }
  put(bits: number, slot: SlotRef, v: Value): void {
    this.push({ op: 'put', ty: undefined, args: [v], slot, bits });
  }
  load(ty: Ty, bits: number, addr: Value, signed = false, align = 1): Value {
    return this.push({ op: 'load', ty, args: [addr], bits, signed, align });
  }
  /** The load of a read-modify-write: the processor asks for the right to write at once. */
  loadToModify(ty: Ty, bits: number, addr: Value): Value {
    return this.push({ op: 'load', ty, args: [addr], bits, signed: false, align: 1, modify: true });
  }
  store(bits: number, addr: Value, v: Value, align = 1): void {
    this.push({ op: 'store', ty: undefined, args: [addr, v], bits, align });
  }
  probe(bytes: number, addr: Value, write: boolean): void {
    this.push({ op: 'probe', ty: undefined, args: [addr], bits: bytes * 8, signed: write });
  }
  call(ty: Ty, name: string, ...args: Value[]): Value {
    return this.push({ op: 'call', ty, args, name });
  }
  callVoid(name: string, ...args: Value[]): void {
    this.push({ op: 'call', ty: undefined, args, name });
  }
  trapIf(cond: Value, trap: Trap): void {
    this.push({ op: 'trapif', ty: undefined, args: [cond], name: trap });
  }
  trap(trap: Trap): void {
    this.push({ op: 'trap', ty: undefined, args: [], name: trap });
  }
  /** To a computed address (Value) or to a known one. */
  jumpTo(target: Value): void {
    this.push({ op: 'jump', ty: undefined, args: [target] });
  }
  jump(target: ConstRef): void {
    this.push({ op: 'jump', ty: undefined, args: [], imm: target });
  }
  branch(cond: Value, taken: ConstRef, fall: ConstRef): void {
    this.push({ op: 'branch', ty: undefined, args: [cond], imm: taken, fall });
  }

  unit(): Unit {
    return { nodes: this.nodes, params: this.params };
  }
}

export function tyBits(ty: Ty): number {
  return ty === 'v128' ? 128 : ty === 'i32' || ty === 'f32' ? 32 : 64;
}

/** True for the operations that leave the unit. */
export function isExit(op: string): boolean {
  return op === 'jump' || op === 'branch' || op === 'trap';
}

/** The unit as text, a node a line: `v3 = i64.add v1 v2`. */
export function printIr(unit: Unit): string {
  const ref = (r: ConstRef | SlotRef): string => (typeof r === 'object' ? `$${r.param}` : typeof r === 'bigint' ? `0x${r.toString(16)}` : `[${r}]`);
  return unit.nodes
    .map((n, i) => {
      const parts = [n.op === 'get' || n.op === 'load' ? `${n.op}${n.bits}${n.signed ? 's' : ''}.${n.ty}` : n.op === 'put' || n.op === 'store' || n.op === 'probe' ? `${n.op}${n.bits}` : n.op === 'const' ? `${n.ty}.const` : n.op];
      if (n.name) parts.push(n.name);
      if (n.slot !== undefined) parts.push(ref(n.slot));
      if (n.imm !== undefined) parts.push(ref(n.imm));
      if (n.fall !== undefined) parts.push('else', ref(n.fall));
      if (n.lanes) parts.push(n.lanes.join(','));
      parts.push(...n.args.map((a) => `v${a}`));
      return (n.ty ? `v${i} = ` : '') + parts.join(' ');
    })
    .join('\n');
}

/**
 * Faults in a unit's form, or an empty list. `instructions` tells where each instruction of a fused unit
 * starts, because the order rule holds within one instruction.
 */
export function check(unit: Unit, instructions: readonly number[] = [0]): string[] {
  const faults: string[] = [];
  let put = false;
  unit.nodes.forEach((n, i) => {
    if (instructions.includes(i)) put = false;
    n.args.forEach((a) => {
      if (a >= i) faults.push(`v${i} uses v${a}, which is not before it`);
      else if (unit.nodes[a]!.ty === undefined) faults.push(`v${i} uses v${a}, which has no value`);
    });
    if (put && (n.op === 'load' || n.op === 'store' || n.op === 'probe' || n.op === 'trapif')) {
      faults.push(`v${i} ${n.op} may fault after a put`);
    }
    if (n.op === 'put') put = true;
    if (isExit(n.op) && i !== unit.nodes.length - 1) faults.push(`v${i} ${n.op} is not last`);
  });
  return faults;
}
