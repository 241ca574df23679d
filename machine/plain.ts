/**
 * Plain data to bytes and back: how snapshots and digests see what the kernel, the events and the input log keep.
 *
 * Plain is: undefined, null, booleans, numbers, bigints, strings, Uint8Array, Int32Array, Uint32Array, Float64Array,
 * arrays, Maps, Sets and objects without a class. Anything else (a function, a class instance) is a bug of whoever keeps it
 * and is refused by its path. The order of keys and entries is kept and is part of the bytes.
 */

const enum Tag {
  Undefined,
  Null,
  False,
  True,
  Int, // safe integer, zigzag varint
  Float,
  BigInt, // as decimal text
  String,
  Bytes,
  Int32s,
  Uint32s,
  Float64s,
  Array,
  Object,
  Map,
  Set,
  Blob, // index into the blobs beside the bytes
}

/** Bytes that decode() cannot have come from encode(). */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}

export function encode(value: unknown, blobs?: Blobs): Uint8Array {
  const w = new Writer(blobs);
  w.value(value, '');
  return w.done();
}

/** `blobs`: those of the encoding, in order. The value gets copies of its own. */
export function decode(bytes: Uint8Array, blobs: readonly Uint8Array[] = []): unknown {
  const r = new Reader(bytes, blobs);
  const value = r.value();
  if (r.at !== bytes.length) throw new PlainError(`${bytes.length - r.at} bytes left over`);
  return value;
}

/** From this many bytes on a byte array may be kept beside the encoding. */
const blobBytes = 4096;

/**
 * Copies of large byte arrays, made again only when the array has changed: encodings of one state after the other
 * share them. The copies are never written.
 */
export class BlobStore {
  private readonly copies = new WeakMap<Uint8Array, Uint8Array>();

  copyOf(live: Uint8Array): Uint8Array {
    const known = this.copies.get(live);
    if (known !== undefined && equal(known, live)) return known;
    const copy = live.slice();
    this.copies.set(live, copy);
    return copy;
  }
}

/** The blobs of one encoding: `list` fills as it goes. */
export class Blobs {
  readonly list: Uint8Array[] = [];
  constructor(readonly store: BlobStore) {}
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const whole = (a.byteOffset & 3) === 0 && (b.byteOffset & 3) === 0 ? a.length >> 2 : 0;
  const x = new Int32Array(a.buffer, a.byteOffset & ~3, whole);
  const y = new Int32Array(b.buffer, b.byteOffset & ~3, whole);
  for (let i = 0; i < whole; i++) if (x[i] !== y[i]) return false;
  for (let i = 4 * whole; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  /** Index of each object key and short string, in order of first use: most repeat. */
  private readonly names = new Map<string, number>();

  constructor(private readonly blobs?: Blobs) {}

  done(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + count));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  private byte(b: number): void {
    this.room(1);
    this.bytes[this.at++] = b;
  }

  private count(n: number): void {
    this.room(10);
    let rest = n;
    while (rest >= 128) {
      this.bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.at++] = rest;
  }

  private block(bytes: Uint8Array): void {
    this.count(bytes.length);
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** UTF-16 units, so that any string comes back; a repeated one is a number. */
  private text(s: string): void {
    const known = this.names.get(s);
    if (known !== undefined) return this.count(known + 1);
    this.count(0);
    this.names.set(s, this.names.size);
    this.count(s.length);
    for (let i = 0; i < s.length; i++) this.count(s.charCodeAt(i));
  }

  value(v: unknown, path: string): void {
    switch (typeof v) {
      case 'undefined':
        return this.byte(Tag.Undefined);
      case 'boolean':
        return this.byte(v ? Tag.True : Tag.False);
      case 'number':
        return this.number(v);
      case 'bigint':
        this.byte(Tag.BigInt);
        return this.text(v.toString());
      case 'string':
        this.byte(Tag.String);
        return this.text(v);
      case 'object':
        return v === null ? this.byte(Tag.Null) : this.object(v, path);
      default:
        throw new Error(`not plain data: ${path} is a ${typeof v}`);
    }
  }

  private number(v: number): void {
    if (Number.isSafeInteger(v) && !Object.is(v, -0) && Math.abs(v) < 2 ** 52) {
      this.byte(Tag.Int);
      this.count(v >= 0 ? v * 2 : -v * 2 - 1);
    } else {
      this.byte(Tag.Float);
      this.room(8);
      this.view.setFloat64(this.at, v, true);
      this.at += 8;
    }
  }

  private object(v: object, path: string): void {
    if (v instanceof Uint8Array && this.blobs !== undefined && v.length >= blobBytes) {
      this.byte(Tag.Blob);
      this.count(this.blobs.list.push(this.blobs.store.copyOf(v)) - 1);
    } else if (v instanceof Uint8Array) {
      this.byte(Tag.Bytes);
      this.block(v);
    } else if (v instanceof Int32Array || v instanceof Uint32Array || v instanceof Float64Array) {
      this.byte(v instanceof Int32Array ? Tag.Int32s : v instanceof Uint32Array ? Tag.Uint32s : Tag.Float64s);
      this.block(new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    } else if (Array.isArray(v)) {
      this.byte(Tag.Array);
      this.count(v.length);
      for (let i = 0; i < v.length; i++) this.value(v[i], `${path}[${i}]`);
    } else if (v instanceof Map) {
      this.byte(Tag.Map);
      this.count(v.size);
      for (const [key, value] of v) {
        this.value(key, `${path}.key`);
        this.value(value, `${path}.${String(key)}`);
      }
    } else if (v instanceof Set) {
      this.byte(Tag.Set);
      this.count(v.size);
      for (const key of v) this.value(key, `${path}.key`);
    } else {
      const proto: unknown = Object.getPrototypeOf(v);
      if (proto !== Object.prototype && proto !== null) throw new Error(`not plain data: ${path} is a ${v.constructor.name}`);
      const entries = Object.entries(v);
      this.byte(Tag.Object);
      this.count(entries.length);
      for (const [key, value] of entries) {
        this.text(key);
        this.value(value, `${path}.${key}`);
      }
    }
  }
}

class Reader {
  at = 0;
  private readonly names: string[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly blobs: readonly Uint8Array[],
  ) {}

  private byte(): number {
    if (this.at >= this.bytes.length) throw new PlainError('cut short');
    return this.bytes[this.at++]!;
  }

  private count(): number {
    let n = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const b = this.byte();
      n += (b & 127) * scale;
      if (b < 128) return n;
    }
    throw new PlainError('number too long');
  }

  private block(): Uint8Array {
    const length = this.count();
    if (length > this.bytes.length - this.at) throw new PlainError('cut short');
    const out = this.bytes.slice(this.at, this.at + length);
    this.at += length;
    return out;
  }

  private text(): string {
    const known = this.count();
    if (known > 0) {
      const name = this.names[known - 1];
      if (name === undefined) throw new PlainError('unknown name');
      return name;
    }
    const units = this.items(() => this.count());
    const s = units.map((u) => String.fromCharCode(u)).join('');
    this.names.push(s);
    return s;
  }

  private items<T>(read: () => T): T[] {
    const length = this.count();
    if (length > this.bytes.length - this.at) throw new PlainError('cut short');
    const out: T[] = [];
    for (let i = 0; i < length; i++) out.push(read());
    return out;
  }

  private float(): number {
    if (this.at + 8 > this.bytes.length) throw new PlainError('cut short');
    const v = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).getFloat64(0, true);
    this.at += 8;
    return v;
  }

  private words(bytesEach: number): ArrayBuffer {
    const block = this.block();
    if (block.length % bytesEach !== 0) throw new PlainError('odd length');
    return block.buffer as ArrayBuffer;
  }

  private bigint(): bigint {
    const digits = this.text();
    if (!/^-?\d+$/.test(digits)) throw new PlainError('not a number');
    return BigInt(digits);
  }

  value(): unknown {
    const tag: Tag = this.byte();
    switch (tag) {
      case Tag.Undefined:
        return undefined;
      case Tag.Null:
        return null;
      case Tag.False:
        return false;
      case Tag.True:
        return true;
      case Tag.Int: {
        const n = this.count();
        return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
      }
      case Tag.Float:
        return this.float();
      case Tag.BigInt:
        return this.bigint();
      case Tag.String:
        return this.text();
      case Tag.Bytes:
        return this.block();
      case Tag.Int32s:
        return new Int32Array(this.words(4));
      case Tag.Uint32s:
        return new Uint32Array(this.words(4));
      case Tag.Float64s:
        return new Float64Array(this.words(8));
      case Tag.Array:
        return this.items(() => this.value());
      case Tag.Map:
        return new Map(this.items(() => [this.value(), this.value()] as const));
      case Tag.Set:
        return new Set(this.items(() => this.value()));
      case Tag.Blob: {
        const blob = this.blobs[this.count()];
        if (blob === undefined) throw new PlainError('unknown blob');
        return blob.slice();
      }
      case Tag.Object: {
        const pairs = this.items(() => [this.text(), this.value()] as const);
        return Object.fromEntries(pairs);
      }
      default:
        throw new PlainError(`unknown tag ${tag as number}`);
    }
  }
}
