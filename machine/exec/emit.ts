/**
 * IR to WebAssembly, one entry per operation. The only place that says how a unit runs; which unit, where its
 * operands lie and where control goes next is the Target's business. Tier 0 uses it with record fields for holes;
 * a translator of whole regions uses the same table with locals.
 *
 * A value used once becomes part of its user's expression; the rest get a local. Constants are repeated. A `get`
 * moves down to its user only when no put or call lies between, an access only when nothing else with an effect does,
 * so the order that isa/ir.ts promises stays.
 *
 * Longer than other files: an entry or a function for each operation that is more than one instruction of WebAssembly.
 */
import { common } from '../../isa/context.js';
import { laneOps, ops, tyBits } from '../../isa/ir.js';
import type { ConstRef, Node, SlotRef, Trap, Ty, Unit, Value } from '../../isa/ir.js';
import { engineCells, lookaside } from '../core/context.js';
import { fpNames } from '../../isa/soft/fpop.js';
import { fma32, fma64 } from './fma.js';
import { hasEffect } from './tidy.js';
import { hasOpcode, type Code, type ValType } from './wasm.js';

/**
 * What an entry of the lookaside answers for: 2^shift bytes, a page, or a cache line where caches are modeled. `stamps`: hits leave the number of the
 * access with the line and the page that were hit, for replacement.
 */
export interface Granule {
  readonly shift: number;
  readonly stamps: boolean;
}
export const pages: Granule = { shift: 12, stamps: false };
export const linesOf = (lineBytes: number): Granule => ({ shift: Math.log2(lineBytes), stamps: true });

/** Where a unit's code goes and how it reaches the world. */
export interface Target {
  readonly code: Code;
  readonly granule: Granule;
  /** Before the slow path of memory is called, in granules with stamps: stores what it must know of place and time. */
  beforeSlow(): void;
  /** The local that holds the context's address. */
  readonly ctx: number;
  /** A local of this type, free until the unit ends. */
  temp(ty: ValType): number;
  /** Pushes the address whose sum with the result is the cell. */
  slotAddress(slot: SlotRef): number;
  /** Pushes a constant or the value of a hole. */
  constant(ty: 'i32' | 'i64', value: ConstRef): void;
  /** Leaves the unit if the i32 on the stack is not 0: the slow path has noted why. */
  faultIf(): void;
  trapIf(trap: Trap): void;
  trap(trap: Trap): void;
  /** Control: `push` leaves the operand on the stack when asked. */
  jumpTo(push: () => void): void;
  jump(to: ConstRef): void;
  branch(push: () => void, taken: ConstRef, fall: ConstRef): void;
  /** Index of an imported function. */
  import(name: string, params: readonly ValType[], results: readonly ValType[]): number;
}

interface Emitter {
  readonly t: Target;
  readonly unit: Unit;
  /** Loads of read-modify-write so far, by address node and bits: locals of their virtual and host addresses. */
  readonly modified: Map<string, { readonly va: number; readonly host: number }>;
  /** Pushes a value. */
  push(v: Value): void;
}

const fp = new Set(fpNames);

export function emitUnit(unit: Unit, t: Target): void {
  const place = schedule(unit);
  const locals: (number | undefined)[] = unit.nodes.map(() => undefined);
  const push = (v: Value): void => {
    const n = unit.nodes[v]!;
    const local = locals[v];
    if (local !== undefined) t.code.get(local);
    else emitNode(e, n);
  };
  const e: Emitter = { t, unit, push, modified: new Map() };
  unit.nodes.forEach((n, i) => {
    if (place[i] !== i) return; // emitted inside its user
    emitNode(e, n);
    if (n.ty === undefined) return;
    const local = t.temp(n.ty);
    t.code.set(local);
    locals[i] = local;
  });
}

/** Per node, the index of the node at which its code appears: its own, its user's, or -1 for constants (wherever used). */
function schedule(unit: Unit): number[] {
  const { nodes } = unit;
  const user: number[] = nodes.map(() => -1);
  const uses: number[] = nodes.map(() => 0);
  nodes.forEach((n, i) => n.args.forEach((a) => {
    user[a] = i;
    uses[a]!++;
  }));
  const place: number[] = nodes.map(() => 0);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const n = nodes[i]!;
    place[i] = i;
    if (n.op === 'const' && typeof n.imm !== 'object') place[i] = -1;
    else if (uses[i] === 1 && n.ty !== undefined && mayMove(nodes, i, place[user[i]!]!)) place[i] = place[user[i]!]!;
  }
  return place;
}

function mayMove(nodes: readonly Node[], from: number, to: number): boolean {
  const n = nodes[from]!;
  if (n.op === 'call') return false;
  for (let i = from + 1; i < to; i++) {
    const between = nodes[i]!;
    if (n.op === 'get' && (between.op === 'put' || between.op === 'call')) return false;
    if (n.op === 'load' && hasEffect(between)) return false;
  }
  return true;
}

function emitNode(e: Emitter, n: Node): void {
  const special = specials[n.op];
  if (special) return special(e, n);
  if (fp.has(n.op)) return emitFp(e, n);
  n.args.forEach((a) => e.push(a));
  if (n.op in laneOps) return e.t.code.lane(n.op, Number(n.imm));
  if (hasOpcode(n.op) && n.op in ops) return e.t.code.op(n.op);
  throw new Error(`no emitter for ${n.op}`);
}

const argTypes = (e: Emitter, n: Node): Ty[] => n.args.map((a) => e.unit.nodes[a]!.ty!);

/** Pushes args into fresh locals, so that they can be used twice. */
function toLocals(e: Emitter, n: Node): number[] {
  return n.args.map((a, i) => {
    const local = e.t.temp(argTypes(e, n)[i]!);
    e.push(a);
    e.t.code.set(local);
    return local;
  });
}

/** load8_u and the like: the access of `bits` with a value of `ty`. */
function accessOp(kind: 'load' | 'store', ty: Ty, bits: number, signed = false): string {
  if (bits === tyBits(ty)) return `${ty}.${kind}`;
  if (ty === 'v128') {
    if (kind === 'load' && (bits === 32 || bits === 64)) return `v128.load${bits}_zero`;
  } else if ((ty === 'i32' || ty === 'i64') && bits < tyBits(ty)) {
    return `${ty}.${kind}${bits}${kind === 'store' ? '' : signed ? '_s' : '_u'}`;
  }
  throw new Error(`no ${kind} of ${bits} bits as ${ty}`);
}

function storeTo(code: Code, ty: Ty, bits: number, offset: number): void {
  if (ty === 'v128' && bits < 128) code.laneMem(`v128.store${bits}_lane`, offset, 0);
  else code.mem(accessOp('store', ty, bits), offset);
}

type Special = (e: Emitter, n: Node) => void;

const specials: Readonly<Record<string, Special>> = {
  const: ({ t }, n) => {
    if (n.ty === 'i32' || n.ty === 'i64') t.constant(n.ty, n.imm!);
    else t.code.bits(n.ty as 'f32' | 'f64' | 'v128', n.imm as bigint);
  },
  get: ({ t }, n) => {
    const offset = t.slotAddress(n.slot!);
    t.code.mem(accessOp('load', n.ty!, n.bits!, n.signed), offset);
  },
  put: (e, n) => {
    const offset = e.t.slotAddress(n.slot!);
    e.push(n.args[0]!);
    storeTo(e.t.code, argTypes(e, n)[0]!, n.bits!, offset);
  },
  load: emitLoad,
  store: emitStore,
  probe: (e, n) => {
    const { code, ctx } = e.t;
    const va = e.t.temp('i64');
    e.push(n.args[0]!);
    code.set(va);
    pushHit(e, va, n.bits! / 8, n.signed ? lookaside.wtag : lookaside.rtag);
    code.op('i32.eqz');
    code.if();
    code.get(ctx);
    pushHalves(e, va);
    code.i32(n.bits! / 8);
    code.i32(n.signed ? 1 : 0);
    callSlow(e, 'probe', ['i32', 'i32', 'i32', 'i32', 'i32']);
    e.t.faultIf();
    code.end();
  },
  call: emitCall,
  trapif: (e, n) => {
    e.push(n.args[0]!);
    e.t.trapIf(n.name as Trap);
  },
  trap: ({ t }, n) => t.trap(n.name as Trap),
  jump: (e, n) => {
    if (n.args.length > 0) e.t.jumpTo(() => e.push(n.args[0]!));
    else e.t.jump(n.imm!);
  },
  branch: (e, n) => e.t.branch(() => e.push(n.args[0]!), n.imm!, n.fall!),
  'i8x16.shuffle': (e, n) => {
    n.args.forEach((a) => e.push(a));
    e.t.code.shuffle(n.lanes!);
  },
  'i64.mulh_u': (e, n) => {
    const [x, y] = toLocals(e, n);
    mulHigh(e, x!, y!);
  },
  'i64.mulh_s': (e, n) => {
    const { code } = e.t;
    const [x, y] = toLocals(e, n);
    mulHigh(e, x!, y!);
    for (const [sign, other] of [[x!, y!], [y!, x!]] as const) {
      code.get(sign);
      code.i64(63n);
      code.op('i64.shr_s');
      code.get(other);
      code.op('i64.and');
      code.op('i64.sub');
    }
  },
  'i64.div128_u': (e, n) => divide(e, n, true),
  'i64.div128_s': (e, n) => divide(e, n, false),
  ...Object.fromEntries(['i32', 'i64', 'f32', 'f64', 'v128'].map((ty) => [`${ty}.select`, (e: Emitter, n: Node): void => {
    n.args.forEach((a) => e.push(a));
    e.t.code.select(ty as ValType);
  }])),
};

// Guest memory.

/** Pushes 1 when the access hits the lookaside under `tag`. Leaves the entry's address in the local it returns. */
function pushHit(e: Emitter, va: number, bytes: number, tag: number): number {
  const { code, ctx, granule } = e.t;
  const entry = e.t.temp('i32');
  code.get(ctx);
  code.get(va);
  code.op('i32.wrap_i64');
  code.i32(granule.shift - 5); // an entry is 32 bytes
  code.op('i32.shr_u');
  code.i32((lookaside.entries - 1) << 5);
  code.op('i32.and');
  code.op('i32.add');
  code.tee(entry);
  code.mem('i64.load', lookaside.at + tag);
  code.get(va);
  if (bytes > 1) {
    code.i64(BigInt(bytes - 1));
    code.op('i64.add');
  }
  code.i64(-(1n << BigInt(granule.shift)));
  code.op('i64.and');
  code.op('i64.eq');
  return entry;
}

/** va + the entry's delta. */
function pushHost(e: Emitter, va: number, entry: number): void {
  e.t.code.get(va);
  e.t.code.op('i32.wrap_i64');
  e.t.code.get(entry);
  e.t.code.mem('i32.load', lookaside.at + lookaside.delta);
  e.t.code.op('i32.add');
}

/** The access is the core's next, and the entry's line and page were used by it. */
function stamp(e: Emitter, entry: number): void {
  const { code, ctx, granule } = e.t;
  if (!granule.stamps) return;
  const count = e.t.temp('i32');
  code.get(ctx);
  code.get(ctx);
  code.mem('i32.load', engineCells.accesses);
  code.i32(1);
  code.op('i32.add');
  code.tee(count);
  code.mem('i32.store', engineCells.accesses);
  for (const at of [lookaside.line, lookaside.page]) {
    code.get(entry);
    code.mem('i32.load', lookaside.at + at);
    code.get(count);
    code.mem('i32.store', 0);
  }
}

function callSlow(e: Emitter, name: string, params: readonly ValType[]): void {
  if (e.t.granule.stamps) e.t.beforeSlow();
  e.t.code.call(e.t.import(name, params, ['i32']));
}

/** The address as two numbers: a 64-bit argument would reach TypeScript as a bigint. */
function pushHalves(e: Emitter, va: number): void {
  e.t.code.get(va);
  e.t.code.op('i32.wrap_i64');
  e.t.code.get(va);
  e.t.code.i64(32n);
  e.t.code.op('i64.shr_u');
  e.t.code.op('i32.wrap_i64');
}

function demandAlignment(e: Emitter, va: number, align: number): void {
  if (align <= 1) return;
  e.t.code.get(va);
  e.t.code.op('i32.wrap_i64');
  e.t.code.i32(align - 1);
  e.t.code.op('i32.and');
  e.t.trapIf('protection');
}

function emitLoad(e: Emitter, n: Node): void {
  const { code, ctx } = e.t;
  const va = e.t.temp('i64');
  const bytes = n.bits! / 8;
  e.push(n.args[0]!);
  code.set(va);
  demandAlignment(e, va, n.align ?? 1);
  const entry = pushHit(e, va, bytes, n.modify ? lookaside.wtag : lookaside.rtag);
  code.if('i32');
  stamp(e, entry);
  pushHost(e, va, entry);
  code.else();
  code.get(ctx);
  pushHalves(e, va);
  code.i32(bytes);
  callSlow(e, n.modify ? 'modify' : 'load', ['i32', 'i32', 'i32', 'i32']);
  code.tee(entry);
  code.op('i32.eqz');
  e.t.faultIf();
  code.get(entry);
  code.end();
  if (n.modify) {
    const host = e.t.temp('i32');
    code.tee(host);
    e.modified.set(`${n.args[0]} ${n.bits}`, { va, host });
  }
  code.mem(accessOp('load', n.ty!, n.bits!, n.signed), 0);
}

/**
 * The store of a read-modify-write: where to is known and permitted. Only when the operand straddles pages was it read
 * into scratch, and then it takes the slow path again.
 */
function emitStoreBack(e: Emitter, n: Node, va: number, host: number, value: number): void {
  const { code, ctx } = e.t;
  code.get(host);
  code.get(ctx);
  code.i32(engineCells.scratch);
  code.op('i32.add');
  code.op('i32.eq');
  code.if();
  storeSlowly(e, n, va, value);
  code.end();
  code.get(host);
  code.get(value);
  storeTo(code, argTypes(e, n)[1]!, n.bits!, 0);
}
function storeSlowly(e: Emitter, n: Node, va: number, value: number): void {
  const { code, ctx } = e.t;
  code.get(ctx);
  code.get(value);
  storeTo(code, argTypes(e, n)[1]!, n.bits!, engineCells.scratch);
  code.get(ctx);
  pushHalves(e, va);
  code.i32(n.bits! / 8);
  callSlow(e, 'store', ['i32', 'i32', 'i32', 'i32']);
  e.t.faultIf();
}

/** Whether the value that is stored comes from a load of a read-modify-write of the same place. */
function modifies(e: Emitter, store: Node): boolean {
  return e.unit.nodes.some((n) => n.op === 'load' && n.modify === true && n.args[0] === store.args[0] && n.bits === store.bits);
}

/** On a miss TypeScript does the whole store from scratch memory, and the store here goes to scratch, harmlessly. */
function emitStore(e: Emitter, n: Node): void {
  const { code, ctx } = e.t;
  const ty = argTypes(e, n)[1]!;
  const value = e.t.temp(ty);
  const bytes = n.bits! / 8;
  const place = `${n.args[0]} ${n.bits}`;
  let va: number | undefined;
  if (!modifies(e, n)) {
    va = e.t.temp('i64');
    e.push(n.args[0]!);
    code.set(va);
  }
  e.push(n.args[1]!);
  code.set(value);
  // the load may have been a part of the value
  const modified = e.modified.get(place);
  if (modified) return emitStoreBack(e, n, modified.va, modified.host, value);
  if (va === undefined) throw new Error('a read-modify-write without its load');
  demandAlignment(e, va, n.align ?? 1);
  const entry = pushHit(e, va, bytes, lookaside.wtag);
  code.if('i32');
  stamp(e, entry);
  pushHost(e, va, entry);
  code.else();
  storeSlowly(e, n, va, value);
  code.get(ctx);
  code.i32(engineCells.scratch);
  code.op('i32.add');
  code.end();
  code.get(value);
  storeTo(code, ty, n.bits!, 0);
}

// Helpers of isa/soft.

/** How a type travels to TypeScript: floats as their bits, vectors through scratch memory (undefined). */
const carrier = (ty: Ty): ValType | undefined => (ty === 'v128' ? undefined : ty === 'f32' ? 'i32' : ty === 'f64' ? 'i64' : ty);

/** Calls helper `name`; `pushArg(i)` pushes argument i. The result is on the stack. `args.join()>ty` is part of the import's name. */
function callHelper(e: Emitter, name: string, args: readonly Ty[], ty: Ty | undefined, pushArg: (i: number) => void): void {
  const { code, ctx } = e.t;
  const params: ValType[] = ['i32'];
  // an argument may be a load across pages, which goes through scratch memory too: all before the first is stored
  const held = args.includes('v128') ? args.map((a, i) => {
    const local = e.t.temp(a);
    pushArg(i);
    code.set(local);
    return local;
  }) : undefined;
  const push = (i: number): void => (held ? code.get(held[i]!) : pushArg(i));
  args.forEach((a, i) => {
    if (a !== 'v128') return;
    code.get(ctx);
    push(i);
    code.mem('v128.store', engineCells.scratch + 16 * i);
  });
  code.get(ctx);
  args.forEach((a, i) => {
    const as = carrier(a);
    if (as === undefined) return;
    push(i);
    if (a === 'f32') code.op('i32.reinterpret_f32');
    if (a === 'f64') code.op('i64.reinterpret_f64');
    params.push(as);
  });
  const result = ty === undefined ? undefined : carrier(ty);
  code.call(e.t.import(`${name}(${args.join()})${ty ?? ''}`, params, result === undefined ? [] : [result]));
  if (ty === 'f32') code.op('f32.reinterpret_i32');
  if (ty === 'f64') code.op('f64.reinterpret_i64');
  if (ty === 'v128') {
    code.get(ctx);
    code.mem('v128.load', engineCells.scratch);
  }
}

function emitCall(e: Emitter, n: Node): void {
  const { code, ctx } = e.t;
  const args = argTypes(e, n);
  callHelper(e, n.name!, args, n.ty, (i) => e.push(n.args[i]!));
  const result = n.ty === undefined ? undefined : e.t.temp(n.ty);
  if (result !== undefined) code.set(result);
  code.get(ctx);
  code.mem('i32.load', engineCells.fault);
  e.t.faultIf();
  if (result !== undefined) code.get(result);
}

/**
 * Floating point by the ISA's rules: WebAssembly's instruction where it agrees, which is when no mode is set and the
 * result is no NaN (whose bits WebAssembly leaves open); the helper of the same name otherwise.
 */
function emitFp(e: Emitter, n: Node): void {
  const { code, ctx } = e.t;
  if (/trunc_sat/.test(n.op)) {
    n.args.forEach((a) => e.push(a));
    return code.op(n.op);
  }
  const args = toLocals(e, n);
  const [lanes, op] = n.op.split('.') as [string, string];
  const result = e.t.temp(n.ty!);
  fastFp(e, n, lanes, op, args);
  code.tee(result);
  if (fixesNan(n, op)) {
    // any lane that differs from itself
    code.get(result);
    const as = /^(f32x4|f64x2)/.test(lanes) ? lanes : n.ty!;
    code.op(`${as}.ne`);
    if (n.ty === 'v128') code.op('v128.any_true');
  } else {
    code.op('drop');
    code.i32(0);
  }
  code.get(ctx);
  code.mem('i32.load', common.fpSlow);
  code.op('i32.or');
  code.if(n.ty);
  callHelper(e, n.op, argTypes(e, n), n.ty, (i) => code.get(args[i]!));
  code.else();
  code.get(result);
  code.end();
}

/** Results that may be a NaN which the operation made; relations and integer sources give none, pmin and pmax give an operand as it is. */
function fixesNan(n: Node, op: string): boolean {
  return !/^(eq|ne|lt|le|pmin|pmax|convert_.*)$/.test(op) && n.ty !== 'i32' && n.ty !== 'i64';
}

function fastFp(e: Emitter, n: Node, lanes: string, op: string, args: readonly number[]): void {
  const { code } = e.t;
  const [x, y] = args;
  if (op === 'fma') return (n.ty === 'f32' ? fma32 : fma64)(code, (ty) => e.t.temp(ty), args[0]!, args[1]!, args[2]!);
  if ((op === 'pmin' || op === 'pmax') && n.ty !== 'v128') {
    code.get(y!);
    code.get(x!);
    code.get(op === 'pmin' ? y! : x!);
    code.get(op === 'pmin' ? x! : y!);
    code.op(`${n.ty}.lt`);
    return code.select(n.ty!);
  }
  args.forEach((a) => code.get(a));
  code.op(op === 'rint' ? `${lanes}.nearest` : n.op);
}

// Integer operations that WebAssembly lacks.

/** High 64 bits of the unsigned product, by 32-bit parts. */
function mulHigh(e: Emitter, x: number, y: number): void {
  const { code } = e.t;
  const low = (v: number): void => {
    code.get(v);
    code.i64(0xffffffffn);
    code.op('i64.and');
  };
  const high = (v: number): void => {
    code.get(v);
    code.i64(32n);
    code.op('i64.shr_u');
  };
  const cross = e.t.temp('i64');
  const mid = e.t.temp('i64');
  high(x), low(y), code.op('i64.mul');
  low(x), low(y), code.op('i64.mul');
  code.i64(32n), code.op('i64.shr_u'), code.op('i64.add');
  code.set(cross); // xh*yl + (xl*yl >> 32): fits
  low(x), high(y), code.op('i64.mul');
  low(cross), code.op('i64.add');
  code.set(mid);
  high(x), high(y), code.op('i64.mul');
  high(cross), code.op('i64.add');
  high(mid), code.op('i64.add');
}

/** 128 by 64 bits: (high, low, divisor). Inline when the high half only extends the low one, as compilers arrange. */
function divide(e: Emitter, n: Node, unsigned: boolean): void {
  const { code } = e.t;
  const [high, low, divisor] = toLocals(e, n);
  code.get(high!);
  if (unsigned) {
    code.op('i64.eqz');
  } else {
    code.get(low!);
    code.i64(63n);
    code.op('i64.shr_s');
    code.op('i64.eq');
    code.get(divisor!); // -1 would trap on the most negative value
    code.i64(1n);
    code.op('i64.add');
    code.i64(1n);
    code.op('i64.gt_u');
    code.op('i32.and');
  }
  code.if('i64');
  code.get(low!);
  code.get(divisor!);
  code.op(unsigned ? 'i64.div_u' : 'i64.div_s');
  code.else();
  callHelper(e, n.op, ['i64', 'i64', 'i64'], 'i64', (i) => code.get([high!, low!, divisor!][i]!));
  code.end();
}
