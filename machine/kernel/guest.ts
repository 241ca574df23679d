/**
 * A program's memory as handlers of system calls use it: reads and writes that cannot fail quietly. A fault
 * throws UserFault, which the dispatcher turns into EFAULT; what was written before it stays written.
 */
import type { Access } from '../exec/stop.js';
import type { UserCopy } from './copy.js';

export class UserFault extends Error {
  constructor(readonly va: number) {
    super(`user memory at 0x${va.toString(16)}`);
  }
}

export class GuestMemory {
  constructor(private readonly user: UserCopy) {}

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
