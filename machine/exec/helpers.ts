/**
 * The functions that generated code imports: the memory slow path, and the helpers of isa/soft behind adapters that turn
 * WebAssembly's values into the bigints they take. Slow, and meant to be: what runs often is inline.
 */
import { fpNames, fpOp } from '../../isa/soft/fpop.js';
import { helpers, GuestFault, type Helper, type HelperState } from '../../isa/soft/index.js';
import type { Env } from '../../isa/soft/float.js';
import type { Isa, Profile } from '../../isa/isa.js';
import { engineCells } from '../core/context.js';
import type { Ram } from '../memory/ram.js';
import type { Memory } from './memory.js';
import type { Reason } from './stop.js';
import type { ImportFunction } from './tier0.js';

/** A core as helpers see it. */
class CoreView implements HelperState {
  readonly cpu: Profile;

  constructor(
    private readonly ram: Ram,
    private readonly memory: Memory,
    private readonly ctx: number,
    readonly core: number,
    private readonly isa: Isa,
    private readonly ticks: () => number,
  ) {
    this.cpu = isa.profile;
  }

  env(): Env {
    return this.isa.env(this);
  }
  watch(addr: bigint): void {
    this.memory.watch(this.ctx, addr);
  }

  get(slot: number, bits: number): bigint {
    return this.read(this.ctx + slot, bits / 8);
  }
  put(slot: number, bits: number, value: bigint): void {
    this.write(this.ctx + slot, bits / 8, value);
  }
  load(addr: bigint, bytes: number): bigint {
    const host = this.memory.find(this.ctx, addr, bytes);
    if (host === 0) throw this.fault();
    return this.read(host, bytes);
  }
  store(addr: bigint, bytes: number, value: bigint): void {
    this.write(this.ctx + engineCells.scratch, bytes, value);
    if (!this.memory.put(this.ctx, addr, bytes)) throw this.fault();
  }
  span(addr: bigint, bytes: number, write: boolean): Uint8Array | undefined {
    const [lo, hi] = [Number(BigInt.asIntN(32, addr)), Number(BigInt.asIntN(32, addr >> 32n))];
    const host = (write ? this.memory.modify(this.ctx, lo, hi, bytes) : this.memory.load(this.ctx, lo, hi, bytes)) >>> 0;
    return host === 0 ? undefined : this.ram.u8.subarray(host, host + bytes);
  }
  cycles(): bigint {
    const ticks = this.ticks();
    if (ticks < 0) throw this.fault();
    return BigInt(Math.floor(ticks / 48));
  }

  /** `memory.problem` already says what is wrong. */
  private fault(): GuestFault {
    return noted;
  }
  private read(at: number, bytes: number): bigint {
    const { dv } = this.ram;
    switch (bytes) {
      case 1: return BigInt(dv.getUint8(at));
      case 2: return BigInt(dv.getUint16(at, true));
      case 4: return BigInt(dv.getUint32(at, true));
      case 8: return dv.getBigUint64(at, true);
    }
    let v = 0n;
    for (let i = bytes - 1; i >= 0; i--) v = (v << 8n) | BigInt(dv.getUint8(at + i));
    return v;
  }
  private write(at: number, bytes: number, value: bigint): void {
    const { dv } = this.ram;
    switch (bytes) {
      case 1: return dv.setUint8(at, Number(value & 0xffn));
      case 2: return dv.setUint16(at, Number(value & 0xffffn), true);
      case 4: return dv.setUint32(at, Number(value & 0xffffffffn), true);
      case 8: return dv.setBigUint64(at, BigInt.asUintN(64, value), true);
    }
    for (let i = 0; i < bytes; i++) {
      dv.setUint8(at + i, Number(value & 0xffn));
      value >>= 8n;
    }
  }
}

/** A fault that the memory slow path has recorded. */
class NotedFault extends GuestFault {}
/** One for all: an error's stack takes the host 10 us. */
const noted = new NotedFault('page');

const reasons: Readonly<Record<string, Reason>> = {
  divide: 'Divide', undefined: 'Undefined', breakpoint: 'Breakpoint', halt: 'Halt', protection: 'Protection', unimplemented: 'Unimplemented', align: 'Align',
};

/** Operations of the IR that are too long to inline in full. */
const arithmetic: Readonly<Record<string, Helper>> = {
  'i64.div128_u': (_st, high, low, divisor) => ((high! << 64n) | low!) / divisor!,
  'i64.div128_s': (_st, high, low, divisor) => BigInt.asIntN(128, (high! << 64n) | low!) / BigInt.asIntN(64, divisor!),
};

export class Imports {
  private readonly views: CoreView[] = [];

  constructor(
    private readonly ram: Ram,
    private readonly memory: Memory,
    contexts: readonly number[],
    isa: Isa,
    /** Ticks of a core at the instruction it is in; negative when it may not know them yet: `memory.problem` says why. */
    ticks: (core: number) => number,
    /** Import `fetched`: see interval.ts. */
    private readonly fetched: (ctx: number) => number = () => 0,
    /** Import `told`: see interval.ts. */
    private readonly told: (ctx: number, next: number) => void = () => undefined,
  ) {
    contexts.forEach((ctx, core) => this.views.push(new CoreView(ram, memory, ctx, core, isa, () => ticks(core))));
  }

  /** The function for an import's name: load, modify, store, probe, or `helper(types)type` as emit.ts writes it. */
  readonly find = (name: string): ImportFunction => {
    if (name === 'load') return this.memory.load;
    if (name === 'modify') return this.memory.modify;
    if (name === 'store') return this.memory.store;
    if (name === 'probe') return this.memory.probe;
    if (name === 'fetched') return this.fetched;
    if (name === 'told') return this.told;
    const parts = /^(.*)\((.*)\)(.*)$/.exec(name);
    if (!parts) throw new Error(`no import ${name}`);
    const helper = this.helper(parts[1]!);
    return this.adapt(helper, parts[2]!.split(',').filter(Boolean), parts[3]!);
  };

  private helper(name: string): Helper {
    const found = arithmetic[name] ?? helpers[name];
    if (found) return found;
    if (fpNames.includes(name)) return (st, ...args) => fpOp(name, args, st.env());
    throw new Error(`no helper ${name} in isa/soft`);
  }

  /** Arguments in, result out; v128 by scratch memory, the rest as i32 or i64. */
  private adapt(helper: Helper, types: readonly string[], result: string): ImportFunction {
    const { dv } = this.ram;
    return (ctx: number, ...values: (number | bigint)[]): number | bigint | void => {
      const st = this.views[this.memory.coreOf(ctx)]!;
      let next = 0;
      const args = types.map((ty, i) => {
        if (ty === 'v128') {
          const at = ctx + engineCells.scratch + 16 * i;
          return dv.getBigUint64(at, true) | (dv.getBigUint64(at + 8, true) << 64n);
        }
        const v = values[next++]!;
        return typeof v === 'number' ? BigInt(v >>> 0) : BigInt.asUintN(64, v);
      });
      let r: bigint | void = 0n;
      try {
        r = helper(st, ...args);
      } catch (e) {
        if (!(e instanceof GuestFault)) throw e;
        this.note(e);
        dv.setInt32(ctx + engineCells.fault, 1, true);
      }
      const v = r ?? 0n;
      switch (result) {
        case '': return undefined;
        case 'v128':
          dv.setBigUint64(ctx + engineCells.scratch, v & 0xffffffffffffffffn, true);
          dv.setBigUint64(ctx + engineCells.scratch + 8, v >> 64n, true);
          return undefined;
        case 'i32': case 'f32': return Number(BigInt.asIntN(32, v));
        default: return BigInt.asIntN(64, v);
      }
    };
  }

  private note(fault: GuestFault): void {
    if (fault instanceof NotedFault) return;
    const access = fault.write ? 'write' : 'read';
    if (fault.kind === 'page') this.memory.fail('PageFault', Number(fault.address), access);
    else this.memory.fail(reasons[fault.kind]!, Number(fault.address), access);
  }
}
