/**
 * The kernel's access to a program's memory: bytes, words and strings, with the rights the program has and its
 * pages brought in on the way. Failure is a value (EFAULT to the caller), never a signal.
 *
 * A write that fails part of the way leaves the bytes before the fault written, as Linux does.
 */
import { Pte, type Ram } from '../memory/ram.js';
import type { Access } from '../exec/stop.js';
import type { AddressSpace } from './vm.js';

const page = 4096;
/** The Pte bit that an access needs. */
const rightOf: Readonly<Record<Access, number>> = { read: Pte.R, write: Pte.W, exec: Pte.X };

export class UserCopy {
  constructor(
    private readonly space: AddressSpace,
    private readonly ram: Ram,
  ) {}

  /** Host offset of `va` for `access`, or -1. */
  private host(va: number, access: Access): number {
    if (!(va >= 0 && va < 2 ** 47)) return -1;
    const vpn = Math.floor(va / page);
    let entry = this.space.pte(vpn);
    if ((entry & rightOf[access]) === 0) {
      if (this.space.fault(va, access) !== undefined) return -1;
      entry = this.space.pte(vpn);
    }
    if (access === 'write') this.ram.touch(entry >>> 8);
    return (entry >>> 8) * page + (va % page);
  }

  /** How many of `bytes` from `va` on may be read or written, as far as the first fault. Pages come in. */
  reach(va: number, bytes: number, access: Access): number {
    let done = 0;
    while (done < bytes) {
      if (this.host(va + done, access) < 0) break;
      done += Math.min(bytes - done, page - ((va + done) % page));
    }
    return done;
  }

  /** Bytes into `out`; returns how many were copied before a fault. */
  readInto(va: number, out: Uint8Array): number {
    let done = 0;
    while (done < out.length) {
      const at = this.host(va + done, 'read');
      if (at < 0) break;
      const part = Math.min(out.length - done, page - (at % page));
      out.set(this.ram.u8.subarray(at, at + part), done);
      done += part;
    }
    return done;
  }

  /** A copy of `bytes` bytes, or undefined: fault. */
  readBytes(va: number, bytes: number): Uint8Array | undefined {
    if (bytes > page && this.reach(va, bytes, 'read') < bytes) return undefined; // before a buffer of a size the guest chose
    const out = new Uint8Array(bytes);
    return this.readInto(va, out) === bytes ? out : undefined;
  }

  /** Returns how many bytes were written before a fault. */
  writeSome(va: number, bytes: Uint8Array): number {
    let done = 0;
    while (done < bytes.length) {
      const at = this.host(va + done, 'write');
      if (at < 0) break;
      const part = Math.min(bytes.length - done, page - (at % page));
      this.ram.u8.set(done === 0 && part === bytes.length ? bytes : bytes.subarray(done, done + part), at);
      done += part;
    }
    return done;
  }

  /** False: fault. */
  writeBytes(va: number, bytes: Uint8Array): boolean {
    return this.writeSome(va, bytes) === bytes.length;
  }

  /** Bytes up to a zero byte (left out), 'fault', or 'long' when there is none within `max` bytes. */
  readCString(va: number, max = page): Uint8Array | 'fault' | 'long' {
    const out: number[] = [];
    while (out.length < max) {
      const at = this.host(va + out.length, 'read');
      if (at < 0) return 'fault';
      const part = Math.min(max - out.length, page - (at % page));
      for (let i = at; i < at + part; i++) {
        const byte = this.ram.u8[i]!;
        if (byte === 0) return Uint8Array.from(out);
        out.push(byte);
      }
    }
    return 'long';
  }

  /** Little-endian words; undefined: fault. */
  readU8(va: number): number | undefined {
    const at = this.host(va, 'read');
    return at < 0 ? undefined : this.ram.u8[at]!;
  }

  readU32(va: number): number | undefined {
    const at = this.span(va, 4, 'read');
    if (at >= 0) return this.ram.dv.getUint32(at, true);
    const bytes = this.readBytes(va, 4);
    return bytes && new DataView(bytes.buffer).getUint32(0, true);
  }

  readI32(va: number): number | undefined {
    const word = this.readU32(va);
    return word === undefined ? undefined : word | 0;
  }

  readU64(va: number): bigint | undefined {
    const at = this.span(va, 8, 'read');
    if (at >= 0) return this.ram.dv.getBigUint64(at, true);
    const bytes = this.readBytes(va, 8);
    return bytes && new DataView(bytes.buffer).getBigUint64(0, true);
  }

  /** False: fault. */
  writeU32(va: number, value: number): boolean {
    const at = this.span(va, 4, 'write');
    if (at >= 0) {
      this.ram.dv.setUint32(at, value >>> 0, true);
      return true;
    }
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    return this.writeBytes(va, bytes);
  }

  writeU64(va: number, value: bigint): boolean {
    const at = this.span(va, 8, 'write');
    if (at >= 0) {
      this.ram.dv.setBigUint64(at, BigInt.asUintN(64, value), true);
      return true;
    }
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return this.writeBytes(va, bytes);
  }

  /** Host offset of a run that lies in one page, -1 when it does not or faults. */
  private span(va: number, bytes: number, access: Access): number {
    return va % page <= page - bytes ? this.host(va, access) : -1;
  }
}
