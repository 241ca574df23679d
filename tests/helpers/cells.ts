/** Context cells and a little memory for calling helpers of isa/soft and evaluating IR directly. */
import type { RefState } from '../../isa/ref.js';
import { helpers, GuestFault } from '../../isa/soft/index.js';
import { profile } from '../../isa/x86/cpuid.js';
import { sseEnv } from '../../isa/soft/sse.js';
import { slots } from '../../isa/x86/regs.js';

export const memoryAt = 0x1000n;

export class Cells implements RefState {
  readonly cpu = profile('v2');
  readonly core = 0;
  env = () => sseEnv(this);
  readonly bytes = new Uint8Array(slots.end);
  readonly memory = new Uint8Array(1024);

  constructor() {
    this.put(slots.mxcsr, 32, 0x1f80n);
    this.call('x87.fninit');
  }
  /** Calls a helper by name; numbers are taken as i32. */
  call(name: string, ...args: (bigint | number)[]): bigint {
    return helpers[name]!(this, ...args.map((a) => (typeof a === 'number' ? BigInt.asUintN(32, BigInt(a)) : a))) ?? 0n;
  }
  get(slot: number, bits: number): bigint {
    return read(this.bytes, slot, bits / 8);
  }
  put(slot: number, bits: number, value: bigint): void {
    write(this.bytes, slot, bits / 8, value);
  }
  load(addr: bigint, bytes: number): bigint {
    return read(this.memory, this.within(addr, bytes, false), bytes);
  }
  store(addr: bigint, bytes: number, value: bigint): void {
    write(this.memory, this.within(addr, bytes, true), bytes, value);
  }
  probe(addr: bigint, bytes: number, write: boolean): void {
    this.within(addr, bytes, write);
  }
  cycles(): bigint {
    return 0n;
  }
  private within(addr: bigint, bytes: number, write: boolean): number {
    const at = Number(addr - memoryAt);
    if (at < 0 || at + bytes > this.memory.length) throw new GuestFault('page', addr, write);
    return at;
  }
}

function read(from: Uint8Array, at: number, bytes: number): bigint {
  let v = 0n;
  for (let i = bytes - 1; i >= 0; i--) v = (v << 8n) | BigInt(from[at + i]!);
  return v;
}
function write(to: Uint8Array, at: number, bytes: number, value: bigint): void {
  for (let i = 0; i < bytes; i++) to[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}
