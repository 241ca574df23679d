/**
 * Where the bytes of a value are: in memory, in registers, in pieces of both, or nowhere but here. A read gives bytes, or a text that
 * says why there are none; it never throws.
 */
import type { Location } from '../dwarf/expression.js';
import type { Memory } from '../unwind/abi.js';

export interface Place {
  /** Of its first byte; undefined for what is not in memory. */
  readonly address: number | undefined;
  /** `count` bytes from `offset` on, or why they cannot be had. */
  read(offset: number, count: number): Uint8Array | string;
}

/** What a place in a frame needs of it. Registers have DWARF's numbers. */
export interface FrameRegisters {
  get(number: number): bigint | undefined;
}

const hex = (n: number): string => `0x${n.toString(16)}`;

class MemoryPlace implements Place {
  constructor(
    private readonly memory: Memory,
    readonly address: number,
  ) {}

  read(offset: number, count: number): Uint8Array | string {
    const at = this.address + offset;
    return this.memory.read(at, count) ?? `no memory at ${hex(at)}`;
  }
}

export const memoryPlace = (memory: Memory, address: number): Place => new MemoryPlace(memory, address);

/** A value that is nowhere: a result, a register's. */
export function bytesPlace(bytes: Uint8Array): Place {
  return {
    address: undefined,
    read: (offset, count) => (offset + count <= bytes.length ? bytes.subarray(offset, offset + count) : 'it has fewer bytes'),
  };
}

/** A value without bytes. */
export const absentPlace = (why: string): Place => ({ address: undefined, read: () => why });

/** The part of a place from `offset` on. */
export function within(place: Place, offset: number): Place {
  if (offset === 0) return place;
  return {
    address: place.address === undefined ? undefined : place.address + offset,
    read: (at, count) => place.read(offset + at, count),
  };
}

/** A register's bytes, or those of any number: little-endian, so many that vector registers fit. */
export function bytesOfNumber(value: bigint, count = 16): Uint8Array {
  const bytes = new Uint8Array(count);
  let rest = BigInt.asUintN(8 * count, value);
  for (let i = 0; rest !== 0n; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** The place that a location of DWARF stands for. `bytes`: of the value. */
export function placeOf(location: Location, bytes: number, registers: FrameRegisters, memory: Memory): Place {
  switch (location.kind) {
    case 'memory': return memoryPlace(memory, location.address);
    case 'value': return bytesPlace(bytesOfNumber(location.value, Math.max(16, bytes)));
    case 'bytes': return bytesPlace(location.bytes);
    case 'absent': return absentPlace(location.why);
    case 'register': {
      const value = registers.get(location.register);
      return value === undefined ? absentPlace(`register ${location.register} is not known`) : bytesPlace(bytesOfNumber(value));
    }
    case 'pieces': {
      let from = 0;
      const parts = location.pieces.map((p) => {
        const part = { from, end: from + p.bits / 8, place: placeOf(p.location, p.bits / 8, registers, memory) };
        from = part.end;
        return part;
      });
      return piecesPlace(parts);
    }
  }
}

interface Part {
  readonly from: number;
  readonly end: number;
  readonly place: Place;
}

function piecesPlace(parts: readonly Part[]): Place {
  return {
    address: undefined,
    read(offset, count) {
      const out = new Uint8Array(count);
      let have = 0;
      for (const { from, end, place } of parts) {
        const [low, high] = [Math.max(from, offset), Math.min(end, offset + count)];
        if (low >= high) continue;
        const bytes = place.read(low - from, high - low);
        if (typeof bytes === 'string') return bytes;
        out.set(bytes, low - offset);
        have += high - low;
      }
      return have === count ? out : 'optimized out';
    },
  };
}

/** A little-endian number of up to eight bytes. */
export function unsignedAt(place: Place, offset: number, bytes: number): bigint | string {
  const read = place.read(offset, bytes);
  if (typeof read === 'string') return read;
  if (bytes === 8) return new DataView(read.buffer, read.byteOffset, 8).getBigUint64(0, true);
  let value = 0;
  for (let i = Math.min(bytes, 6) - 1; i >= 0; i--) value = value * 256 + read[i]!;
  return BigInt(value);
}

/** An address or size. */
export function wordIn(place: Place, offset: number): number | string {
  const value = unsignedAt(place, offset, 8);
  return typeof value === 'string' ? value : Number(value);
}

/** A length: a damaged one may be negative. */
export function lengthIn(place: Place, offset: number): number | string {
  const value = unsignedAt(place, offset, 8);
  return typeof value === 'string' ? value : Number(BigInt.asIntN(64, value));
}
