import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IrBuilder, laneOps, ops, tyBits, type ConstRef, type SlotRef, type Trap, type Ty, type Unit, type Value } from '../../../isa/ir.js';
import { evaluate, type RefState } from '../../../isa/ref.js';
import { sseEnv } from '../../../isa/soft/sse.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { slots } from '../../../isa/x86/regs.js';
import { contextBytes } from '../../../machine/core/context.js';
import { emitUnit, pages, type Target } from '../../../machine/exec/emit.js';
import { Imports } from '../../../machine/exec/helpers.js';
import { Memory } from '../../../machine/exec/memory.js';
import { tidy } from '../../../machine/exec/tidy.js';
import { Code, ModuleWriter, type ValType } from '../../../machine/exec/wasm.js';
import { Ram } from '../../../machine/memory/ram.js';
import { Random } from '../../helpers/random.js';

const Emit = suite('emitter');

/** A unit as a function of the context's address: 0 at its end, 1 at a fault or trap. */
class PlainTarget implements Target {
  readonly granule = pages;
  beforeSlow(): void {}
  readonly code = new Code(1);
  readonly ctx = 0;
  constructor(private readonly writer: ModuleWriter) {}

  temp(ty: ValType): number {
    return this.code.local(ty);
  }
  slotAddress(slot: SlotRef): number {
    this.code.get(0);
    return slot as number;
  }
  constant(ty: 'i32' | 'i64', value: ConstRef): void {
    if (ty === 'i32') this.code.i32(Number(BigInt.asIntN(32, value as bigint)));
    else this.code.i64(value as bigint);
  }
  private leave(): void {
    this.code.i32(1);
    this.code.op('return');
  }
  faultIf(): void {
    this.code.if();
    this.leave();
    this.code.end();
  }
  trapIf(_trap: Trap): void {
    this.faultIf();
  }
  trap(_trap: Trap): void {
    this.leave();
  }
  jumpTo(): void {
    throw new Error('straight-line units only');
  }
  jump(): void {
    throw new Error('straight-line units only');
  }
  branch(): void {
    throw new Error('straight-line units only');
  }
  import(name: string, params: readonly ValType[], results: readonly ValType[]): number {
    return this.writer.import(name, params, results);
  }
}

const ram = new Ram(65536, 1024 * 1024);
const ctx = ram.reserve(contextBytes, 4096);
const imports = new Imports(ram, new Memory(ram, ctx, contextBytes, 1), [ctx], x86Isa(profile('v2', 1)), () => 0);

type Units = readonly Unit[];

/** Compiles all units as one module. */
function compile(units: Units): (() => number)[] {
  const writer = new ModuleWriter(false);
  units.forEach((unit, i) => {
    const t = new PlainTarget(writer);
    emitUnit(unit, t);
    t.code.i32(0);
    writer.function(`f${i}`, ['i32'], ['i32'], t.code);
  });
  const e: Record<string, WebAssembly.ImportValue> = { m: ram.memory };
  for (const name of writer.importNames) e[name] = imports.find(name);
  const made = new WebAssembly.Instance(new WebAssembly.Module(writer.bytes()), { e }).exports;
  return units.map((_, i) => () => made[`f${i}`]!(ctx) as number);
}

/** The reference on a copy of the context. */
function refState(cells: Uint8Array): RefState {
  const never = (): never => {
    throw new Error('no memory here');
  };
  const st: RefState = {
    core: 0,
    cpu: profile('v2', 1),
    env: () => sseEnv(st),
    cycles: () => 0n,
    load: never,
    store: never,
    probe: never,
    get: (slot, bits) => {
      let v = 0n;
      for (let i = bits / 8 - 1; i >= 0; i--) v = (v << 8n) | BigInt(cells[slot + i]!);
      return v;
    },
    put: (slot, bits, v) => {
      for (let i = 0; i < bits / 8; i++, v >>= 8n) cells[slot + i] = Number(v & 0xffn);
    },
  };
  return st;
}

const argAt = (i: number): number => slots.xmm + 16 * i;
const resultAt = slots.st;

/** result = op(args), each 16 bytes apart in the XMM cells; conditions are cut to one bit, divisions kept from trapping. */
function unitOf(name: string, args: readonly Ty[], build: (b: IrBuilder, values: Value[]) => Value): Unit {
  const b = new IrBuilder();
  const values = args.map((ty, i): Value => {
    const v = b.get(ty, tyBits(ty), argAt(i));
    if (/\.select$/.test(name) && i === 2) return b.op('i32.and', v, b.i32(1));
    if (/\.(div|rem)_[su]$/.test(name) && i === 1) {
      // 1 .. 2^31-1: neither zero nor -1
      const positive = ty === 'i32' ? b.op('i32.and', v, b.i32(0x7fffffff)) : b.op('i64.and', v, b.i64(0x7fffffff));
      return b.op(`${ty}.or`, positive, b.const(ty, 1));
    }
    return v;
  });
  if (name === 'i64.div128_u') values[0] = b.op('i64.and', values[0]!, b.i64(0xff)); // a quotient that fits
  if (name === 'i64.div128_s') values[0] = b.op('i64.shr_s', values[1]!, b.i64(63));
  if (/div128/.test(name)) values[2] = b.op('i64.or', b.op('i64.shr_u', values[2]!, b.i64(1)), b.i64(1n << 40n));
  const r = build(b, values);
  b.put(tyBits(b.ty(r)), resultAt, r);
  return b.unit();
}

function operand(r: Random): bigint {
  switch (r.below(7)) {
    case 0: return r.pick([0n, 1n, 0xffffffffffffffffn, 0x8000000000000000n, 0x7fffffffffffffffn, 0x80000000n, 0x7fffffffn]);
    case 1: return r.pick([0x7ff0000000000000n, 0xfff8000000000000n, 0x7ff0000000000001n, 0x3ff0000000000000n, 0xc3e0000000000000n, 0x7f800000ffc00001n, 0x7f80000100000001n]);
    case 2: return (BigInt(r.below(2)) << 63n) | (BigInt(1010 + r.below(30)) << 52n) | (r.u64() >> 12n);
    case 3: return (r.u64() & 0x807fffff807fffffn) | (BigInt(118 + r.below(20)) << 23n) | (BigInt(118 + r.below(20)) << 55n);
    case 4: return BigInt(r.below(70));
    default: return r.u64();
  }
}

function agree(names: readonly string[], units: Units, rounds: number): void {
  const r = new Random(3);
  const compiled = compile(units.map((unit) => tidy(unit).unit));
  units.forEach((unit, k) => {
    for (let round = 0; round < rounds; round++) {
      ram.u8.fill(0, ctx, ctx + slots.end);
      for (let i = 0; i < 6; i++) ram.u64[(ctx + slots.xmm >> 3) + i] = operand(r);
      const slow = r.below(4) === 0;
      ram.dv.setUint32(ctx + slots.mxcsr, 0x1f80 | (slow ? (r.below(4) << 13) | (r.below(2) ? 0x8040 : 0) : 0), true);
      ram.dv.setUint32(ctx + slots.fpSlow, slow ? 1 : 0, true);
      const cells = ram.u8.slice(ctx, ctx + slots.end);
      const before = Buffer.from(cells.subarray(slots.xmm, slots.xmm + 48)).toString('hex');
      evaluate(unit, refState(cells));
      assert.is(compiled[k]!(), 0);
      const bytes = (from: Uint8Array, at: number): string => Buffer.from(from.subarray(at, at + 16)).toString('hex');
      assert.is(bytes(ram.u8, ctx + resultAt), bytes(cells, resultAt), `${names[k]} of ${before}${slow ? ' with modes' : ''}`);
    }
  });
}

Emit('every operation is what the reference says', () => {
  const names = Object.keys(ops);
  agree(names, names.map((name) => unitOf(name, ops[name]![0], (b, v) => b.op(name, ...v))), 25);
});

Emit('every lane operation', () => {
  const names: string[] = [];
  const units: Unit[] = [];
  for (const [name, [args]] of Object.entries(laneOps)) {
    const lanes = Number(/x(\d+)/.exec(name)![1]);
    for (const lane of [0, 1, lanes - 1]) {
      names.push(`${name} ${lane}`);
      units.push(unitOf(name, args, (b, v) => b.lane(name, lane, ...v)));
    }
  }
  agree(names, units, 8);
});

Emit('a shuffle, and vector constants', () => {
  const lanes = [31, 0, 17, 2, 3, 4, 5, 6, 7, 8, 16, 15, 1, 30, 12, 13];
  const constant = 0x0f0e0d0c0b0a09080706050403020100n;
  agree(['shuffle', 'constant'], [
    unitOf('shuffle', ['v128', 'v128'], (b, [x, y]) => b.shuffle(x!, y!, lanes)),
    unitOf('constant', ['v128'], (b, [x]) => b.op('i8x16.add', x!, b.const('v128', constant))),
  ], 10);
});

Emit('a read of a cell stays before a write of it', () => {
  // exchange of two cells, each read used once: neither may move past the other's write
  const b = new IrBuilder();
  const x = b.get('i64', 64, argAt(0));
  const y = b.get('i64', 64, argAt(1));
  b.put(64, argAt(0), y);
  b.put(64, argAt(1), x);
  ram.u64[(ctx + argAt(0)) >> 3] = 1n;
  ram.u64[(ctx + argAt(1)) >> 3] = 2n;
  compile([tidy(b.unit()).unit])[0]!();
  assert.is(ram.u64[(ctx + argAt(0)) >> 3], 2n);
  assert.is(ram.u64[(ctx + argAt(1)) >> 3], 1n);
});

Emit('equal pure nodes become one; a write between two reads keeps both', () => {
  const b = new IrBuilder();
  const x = b.get('i64', 64, 0);
  b.put(64, 8, b.op('i64.add', x, b.get('i64', 64, 0)));
  b.put(64, 16, b.get('i64', 64, 0));
  const { unit } = tidy(b.unit());
  assert.is(unit.nodes.filter((n) => n.op === 'get').length, 2);
});

Emit.run();
