/**
 * A program's memory as handlers of system calls use it: reads and writes that cannot fail quietly. A fault
 * throws UserFault, which the dispatcher turns into EFAULT; what was written before it stays written.
 */
import { PROT } from '../../isa/abi/linux.js';
import type { Access } from '../exec/stop.js';
import type { Ram } from '../memory/ram.js';
import type { UserCopy } from './copy.js';
import type { MemoryObject, MemoryObjects } from './object.js';
import type { AddressSpace } from './vm.js';

export class UserFault extends Error {
  constructor(readonly va: number) {
    super(`user memory at 0x${va.toString(16)}`);
  }
}

/** Runs accesses whose failure nobody hears of. */
export function ignoringFaults(access: () => void): void {
  try {
    access();
  } catch (e) {
    if (!(e instanceof UserFault)) throw e;
  }
}

/** What GuestMemory stands on. */
type Reach = Pick<UserCopy, 'readBytes' | 'writeBytes' | 'readU32' | 'writeU32' | 'readU64' | 'writeU64' | 'readCString' | 'reach'>;

export class GuestMemory {
  constructor(private readonly user: Reach) {}

  bytes(va: number, count: number): Uint8Array {
    return this.user.readBytes(va, count) ?? fault(va);
  }

  write(va: number, bytes: Uint8Array): void {
    if (!this.user.writeBytes(va, bytes)) fault(va);
  }

  /** Zeros. */
  fill(va: number, count: number): void {
    this.write(va, new Uint8Array(count));
  }

  u32(va: number): number {
    return this.user.readU32(va) ?? fault(va);
  }

  setU32(va: number, value: number): void {
    if (!this.user.writeU32(va, value)) fault(va);
  }

  setU16(va: number, value: number): void {
    this.write(va, Uint8Array.of(value & 0xff, (value >> 8) & 0xff));
  }

  u64(va: number): bigint {
    return this.user.readU64(va) ?? fault(va);
  }

  i64(va: number): bigint {
    return BigInt.asIntN(64, this.u64(va));
  }

  setU64(va: number, value: bigint): void {
    if (!this.user.writeU64(va, value)) fault(va);
  }

  /** An address or size. */
  word(va: number): number {
    return Number(this.u64(va));
  }

  /** The bytes before a NUL, one character each; undefined when there is none within `max` bytes. */
  string(va: number, max = 4096): string | undefined {
    const bytes = this.user.readCString(va, max);
    if (bytes === 'fault') return fault(va);
    return bytes === 'long' ? undefined : latin1(bytes);
  }

  /** How many of `count` bytes may be accessed for `access`. */
  reach(va: number, count: number, access: Access): number {
    return this.user.reach(va, count, access);
  }
}

/**
 * A look at a program's memory that leaves no trace: pages that are not present are not brought in, and nothing is
 * written. For the trace, which must not change what a run does or how long it takes.
 */
export class Peek implements Reach {
  constructor(
    private readonly space: AddressSpace,
    private readonly objects: MemoryObjects,
    private readonly ram: Ram,
  ) {}

  private byte(va: number): number | undefined {
    if (!(va >= 0 && va < 2 ** 47)) return undefined;
    const frame = this.space.pte(Math.floor(va / 4096)) >>> 8;
    if (frame !== 0) return this.ram.u8[frame * 4096 + (va % 4096)];
    const area = this.space.areas.at(va);
    if (area === undefined || area.prot === PROT.NONE) return undefined;
    return area.object === 0 ? 0 : this.objectByte(this.objects.get(area.object), area.offset + va - area.start);
  }

  /** What a touch would bring in. */
  private objectByte(object: MemoryObject, at: number): number {
    const frame = object.pages.get(Math.floor(at / 4096));
    return frame === undefined ? (object.bytes[at] ?? 0) : this.ram.u8[frame * 4096 + (at % 4096)]!;
  }

  readBytes(va: number, count: number): Uint8Array | undefined {
    const whole = this.inPage(va, count);
    if (whole !== undefined) return whole;
    const out: number[] = [];
    while (out.length < count) {
      const byte = this.byte(va + out.length);
      if (byte === undefined) return undefined;
      out.push(byte);
    }
    return Uint8Array.from(out);
  }

  /** Bytes of one page that is present: what nearly all reads want. */
  private inPage(va: number, count: number): Uint8Array | undefined {
    const offset = va % 4096;
    if (!(va >= 0 && va < 2 ** 47) || offset + count > 4096) return undefined;
    const frame = this.space.pte(Math.floor(va / 4096)) >>> 8;
    return frame === 0 ? undefined : this.ram.u8.slice(frame * 4096 + offset, frame * 4096 + offset + count);
  }

  readU32(va: number): number | undefined {
    const bytes = this.readBytes(va, 4);
    return bytes && new DataView(bytes.buffer).getUint32(0, true);
  }

  readU64(va: number): bigint | undefined {
    const bytes = this.readBytes(va, 8);
    return bytes && new DataView(bytes.buffer).getBigUint64(0, true);
  }

  readCString(va: number, max = 4096): Uint8Array | 'fault' | 'long' {
    const out: number[] = [];
    while (out.length < max) {
      const byte = this.byte(va + out.length);
      if (byte === undefined) return 'fault';
      if (byte === 0) return Uint8Array.from(out);
      out.push(byte);
    }
    return 'long';
  }

  reach(va: number, count: number): number {
    return this.readBytes(va, count) ? count : 0;
  }

  writeBytes(): boolean {
    throw new Error('a trace writes no guest memory');
  }
  writeU32(): boolean {
    return this.writeBytes();
  }
  writeU64(): boolean {
    return this.writeBytes();
  }
}

function fault(va: number): never {
  throw new UserFault(va);
}

/** Bytes as a string of a character each: file names and messages are bytes to the kernel. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);
}
