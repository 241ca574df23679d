/**
 * Writes WebAssembly: a function body instruction by instruction, and modules around bodies.
 * WebAssembly core specification, section 5 (binary format). Only what the emitters use.
 *
 * Labels are the nesting depth at which a construct was opened, so that `br` needs no counting by hand.
 */

export type ValType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
const valTypes: Record<ValType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** name -> opcode; 0x100 + n stands for 0xfc n, 0x200 + n for 0xfd n. */
const opcodes = new Map<string, number>();
function name(first: number, names: string): void {
  names.trim().split(/\s+/).forEach((n, i) => {
    if (n !== '-') opcodes.set(n, first + i);
  });
}
name(0x00, 'unreachable nop');
name(0x0f, 'return');
name(0x1a, 'drop select');
name(0x28, `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
  i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
  i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32`);
name(0x45, `i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
  i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
  f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
  i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
  i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
  f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign
  f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign
  i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
  f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32
  i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
  i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`);
name(0x100, `i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`);
name(0x200, `v128.load v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u
  v128.load8_splat v128.load16_splat v128.load32_splat v128.load64_splat v128.store v128.const i8x16.shuffle i8x16.swizzle
  i8x16.splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat
  i8x16.extract_lane_s i8x16.extract_lane_u i8x16.replace_lane i16x8.extract_lane_s i16x8.extract_lane_u i16x8.replace_lane
  i32x4.extract_lane i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane
  i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s i8x16.le_u i8x16.ge_s i8x16.ge_u
  i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u
  i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u
  f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge
  v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true
  v128.load8_lane v128.load16_lane v128.load32_lane v128.load64_lane v128.store8_lane v128.store16_lane v128.store32_lane v128.store64_lane
  v128.load32_zero v128.load64_zero f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
  i8x16.abs i8x16.neg i8x16.popcnt i8x16.all_true i8x16.bitmask i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest
  i8x16.shl i8x16.shr_s i8x16.shr_u i8x16.add i8x16.add_sat_s i8x16.add_sat_u i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u f64x2.ceil f64x2.floor
  i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u f64x2.trunc i8x16.avgr_u
  i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u
  i16x8.abs i16x8.neg i16x8.q15mulr_sat_s i16x8.all_true i16x8.bitmask i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u
  i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u
  i16x8.shl i16x8.shr_s i16x8.shr_u i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u f64x2.nearest i16x8.mul
  i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u - i16x8.avgr_u
  i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u
  i32x4.abs i32x4.neg - i32x4.all_true i32x4.bitmask - - i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u
  i32x4.shl i32x4.shr_s i32x4.shr_u i32x4.add - - i32x4.sub - - - i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s -
  i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u
  i64x2.abs i64x2.neg - i64x2.all_true i64x2.bitmask - - i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u
  i64x2.shl i64x2.shr_s i64x2.shr_u i64x2.add - - i64x2.sub - - - i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s
  i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u
  f32x4.abs f32x4.neg - f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max f32x4.pmin f32x4.pmax
  f64x2.abs f64x2.neg - f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div f64x2.min f64x2.max f64x2.pmin f64x2.pmax
  i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u
  i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u`);

export function hasOpcode(op: string): boolean {
  return opcodes.has(op);
}

/** Bytes that grow; LEB128 integers. */
class Bytes {
  data: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.data = new Uint8Array(capacity);
  }

  private room(n: number): void {
    if (this.length + n <= this.data.length) return;
    const bigger = new Uint8Array(Math.max(this.data.length * 2, this.length + n));
    bigger.set(this.data);
    this.data = bigger;
  }
  byte(v: number): void {
    if (this.length === this.data.length) this.room(1);
    this.data[this.length++] = v;
  }
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }
  u32(v: number): void {
    while (v >= 0x80) {
      this.byte((v & 0x7f) | 0x80);
      v >>>= 7;
    }
    this.byte(v);
  }
  s32(v: number): void {
    for (;;) {
      const low = v & 0x7f;
      v >>= 7;
      if ((v === 0 && (low & 0x40) === 0) || (v === -1 && (low & 0x40) !== 0)) return this.byte(low);
      this.byte(low | 0x80);
    }
  }
  s64(v: bigint): void {
    v = BigInt.asIntN(64, v);
    if (v >= -0x80000000n && v <= 0x7fffffffn) return this.s32(Number(v));
    for (;;) {
      const low = Number(v & 0x7fn);
      v >>= 7n;
      if ((v === 0n && (low & 0x40) === 0) || (v === -1n && (low & 0x40) !== 0)) return this.byte(low);
      this.byte(low | 0x80);
    }
  }
  text(s: string): void {
    this.u32(s.length);
    for (let i = 0; i < s.length; i++) this.byte(s.charCodeAt(i)); // names are ASCII
  }
  section(id: number, write: (b: Bytes) => void): void {
    const body = new Bytes();
    write(body);
    this.byte(id);
    this.u32(body.length);
    this.raw(body.bytes());
  }
  bytes(): Uint8Array {
    return this.data.subarray(0, this.length);
  }
}

export type Label = number;

/** Number of a function that a module defines. */
export type OwnFunction = number & { readonly own: unique symbol };
/** Bytes of an index that is written later. */
const indexBytes = 5;

/** A function body under construction. */
export class Code extends Bytes {
  private depth = 0;
  private readonly locals: ValType[] = [];
  private readonly ownCalls: { readonly at: number; readonly to: OwnFunction }[] = [];

  /** `params` come first among the locals. */
  constructor(private readonly params: number, capacity = 256) {
    super(capacity);
  }

  local(ty: ValType): number {
    this.locals.push(ty);
    return this.params + this.locals.length - 1;
  }

  op(op: string): void {
    const code = opcodes.get(op);
    if (code === undefined) throw new Error(`no WebAssembly instruction ${op}`);
    if (code < 0x100) return this.byte(code);
    this.byte(code < 0x200 ? 0xfc : 0xfd);
    this.u32(code & 0xff);
  }
  i32(v: number): void {
    this.byte(0x41);
    this.s32(v | 0);
  }
  i64(v: bigint): void {
    this.byte(0x42);
    this.s64(v);
  }
  /** f32, f64 and v128 constants by their bits. */
  bits(ty: 'f32' | 'f64' | 'v128', v: bigint): void {
    if (ty === 'v128') this.op('v128.const');
    else this.byte(ty === 'f32' ? 0x43 : 0x44);
    for (let i = 0; i < (ty === 'v128' ? 16 : ty === 'f64' ? 8 : 4); i++) this.byte(Number((v >> BigInt(8 * i)) & 0xffn));
  }
  get(local: number): void {
    this.byte(0x20);
    this.u32(local);
  }
  set(local: number): void {
    this.byte(0x21);
    this.u32(local);
  }
  tee(local: number): void {
    this.byte(0x22);
    this.u32(local);
  }
  /** A load or store; the alignment hint is left at 1, which costs nothing on the hosts we know. */
  mem(op: string, offset: number): void {
    this.op(op);
    this.byte(0);
    this.u32(offset);
  }
  lane(op: string, lane: number): void {
    this.op(op);
    this.byte(lane);
  }
  laneMem(op: string, offset: number, lane: number): void {
    this.mem(op, offset);
    this.byte(lane);
  }
  shuffle(lanes: readonly number[]): void {
    this.op('i8x16.shuffle');
    lanes.forEach((l) => this.byte(l));
  }
  select(ty: ValType): void {
    this.byte(0x1c);
    this.byte(1);
    this.byte(valTypes[ty]);
  }

  private open(op: number, ty: ValType | undefined): Label {
    this.byte(op);
    this.byte(ty === undefined ? 0x40 : valTypes[ty]);
    return ++this.depth;
  }
  block(ty?: ValType): Label {
    return this.open(0x02, ty);
  }
  loop(ty?: ValType): Label {
    return this.open(0x03, ty);
  }
  if(ty?: ValType): Label {
    return this.open(0x04, ty);
  }
  else(): void {
    this.byte(0x05);
  }
  end(): void {
    this.byte(0x0b);
    this.depth--;
  }
  br(to: Label): void {
    this.byte(0x0c);
    this.u32(this.depth - to);
  }
  brIf(to: Label): void {
    this.byte(0x0d);
    this.u32(this.depth - to);
  }
  brTable(to: readonly Label[], otherwise: Label): void {
    this.byte(0x0e);
    this.u32(to.length);
    to.forEach((l) => this.u32(this.depth - l));
    this.u32(this.depth - otherwise);
  }
  call(index: number): void {
    this.byte(0x10);
    this.u32(index);
  }
  /** A call of a function of the module itself, whose index is known when the module is. */
  callOwn(to: OwnFunction): void {
    this.byte(0x10);
    this.ownCalls.push({ at: this.length, to });
    for (let i = 0; i < indexBytes; i++) this.byte(0);
  }
  callIndirect(type: number): void {
    this.byte(0x11);
    this.u32(type);
    this.byte(0);
  }

  /** The body as the code section has it, local declarations first. `imports`: how many functions come before the module's own. */
  body(imports: number): Uint8Array {
    const out = new Bytes(this.length + 64);
    const runs: [number, ValType][] = [];
    for (const ty of this.locals) {
      const last = runs.at(-1);
      if (last && last[1] === ty) last[0]++;
      else runs.push([1, ty]);
    }
    out.u32(runs.length);
    for (const [n, ty] of runs) {
      out.u32(n);
      out.byte(valTypes[ty]);
    }
    const bytes = this.bytes();
    for (const { at, to } of this.ownCalls) {
      const index = imports + to;
      for (let i = 0; i < indexBytes; i++) bytes[at + i] = ((index >>> (7 * i)) & 0x7f) | (i + 1 < indexBytes ? 0x80 : 0);
    }
    out.raw(bytes);
    out.byte(0x0b);
    return out.bytes();
  }
}

export interface FuncType {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}

/**
 * A module that imports the memory `e.m`, functions and at most one table `e.t` from `e`. It exports all its functions by
 * name, or enters them in the table from `tableAt` on: an export costs the host a function object.
 */
export class ModuleWriter {
  private readonly types = new Map<string, number>();
  private readonly typeList: FuncType[] = [];
  private readonly imports: { name: string; type: number }[] = [];
  private readonly importIndex = new Map<string, number>();
  private readonly functions: { name: string; type: number; code: Code }[] = [];

  constructor(private readonly table: boolean, private readonly tableAt?: number) {}

  type(params: readonly ValType[], results: readonly ValType[]): number {
    const key = `${params.join()}>${results.join()}`;
    let i = this.types.get(key);
    if (i === undefined) {
      i = this.typeList.length;
      this.types.set(key, i);
      this.typeList.push({ params, results });
    }
    return i;
  }

  /** The index of an imported function, declared on first use. All imports must be named before the module is finished. */
  import(name: string, params: readonly ValType[], results: readonly ValType[]): number {
    let i = this.importIndex.get(name);
    if (i === undefined) {
      i = this.imports.length;
      this.imports.push({ name, type: this.type(params, results) });
      this.importIndex.set(name, i);
    }
    return i;
  }
  get importNames(): readonly string[] {
    return this.imports.map((i) => i.name);
  }

  /** Returns its number, for calls within the module. */
  function(name: string, params: readonly ValType[], results: readonly ValType[], code: Code): OwnFunction {
    return (this.functions.push({ name, type: this.type(params, results), code }) - 1) as OwnFunction;
  }

  bytes(): Uint8Array {
    const out = new Bytes(4096);
    out.raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    out.section(1, (b) => {
      b.u32(this.typeList.length);
      for (const t of this.typeList) {
        b.byte(0x60);
        for (const list of [t.params, t.results]) {
          b.u32(list.length);
          list.forEach((v) => b.byte(valTypes[v]));
        }
      }
    });
    out.section(2, (b) => {
      b.u32(this.imports.length + (this.table ? 2 : 1));
      for (const i of this.imports) {
        b.text('e');
        b.text(i.name);
        b.byte(0);
        b.u32(i.type);
      }
      b.text('e');
      b.text('m');
      b.raw(Uint8Array.of(2, 3, 0, 0x80, 0x80, 4)); // shared, 0 to 65536 pages: V8 checks no bounds where guard pages do
      if (this.table) {
        b.text('e');
        b.text('t');
        b.raw(Uint8Array.of(1, 0x70, 0, 0)); // funcref, any size
      }
    });
    out.section(3, (b) => {
      b.u32(this.functions.length);
      for (const f of this.functions) b.u32(f.type);
    });
    const { tableAt } = this;
    if (tableAt === undefined) {
      out.section(7, (b) => {
        b.u32(this.functions.length);
        this.functions.forEach((f, i) => {
          b.text(f.name);
          b.byte(0);
          b.u32(this.imports.length + i);
        });
      });
    } else {
      out.section(9, (b) => {
        b.raw(Uint8Array.of(1, 0, 0x41)); // one active segment of function indexes, at a constant
        b.s32(tableAt);
        b.byte(0x0b);
        b.u32(this.functions.length);
        this.functions.forEach((_, i) => b.u32(this.imports.length + i));
      });
    }
    out.section(10, (b) => {
      b.u32(this.functions.length);
      for (const f of this.functions) {
        const body = f.code.body(this.imports.length);
        b.u32(body.length);
        b.raw(body);
      }
    });
    return out.bytes();
  }
}
