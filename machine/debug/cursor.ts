/** Reading of one section of debugging information: every read is checked, and what is wrong names section and offset. */

/** Debugging information that is broken, or of a kind that nothing here reads. The message is one line. */
export class DebugError extends Error {
  override readonly name = 'DebugError';
  constructor(readonly section: string, readonly offset: number, why: string) {
    super(`${section}+0x${offset.toString(16)}: ${why}`);
  }
}

/** An integer of up to 64 bits: a bigint where a number would lose bits. */
export type Integer = number | bigint;

const decoder = new TextDecoder();

/** A place in a section, moved on by what is read. Little-endian; offsets from the start of the section. Errors: DebugError. */
export class Cursor {
  private readonly view: DataView;

  /** `end`: one past the last byte that may be read. */
  constructor(
    readonly section: string,
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!(at >= 0 && at <= bytes.length)) this.fail(at >= 0 ? `lies past the end (0x${bytes.length.toString(16)})` : 'something refers to before the section', Math.max(0, at));
    if (end > bytes.length) this.fail(`what begins here ends at 0x${end.toString(16)}, past the section's end (0x${bytes.length.toString(16)})`);
  }

  fail(why: string, at = this.at): never {
    throw new DebugError(this.section, at, why);
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The same bytes from `at` to `end`. */
  from(at: number, end = this.end): Cursor {
    return new Cursor(this.section, this.bytes, at, end);
  }

  /** Moves on by `count` bytes and returns where they begin. */
  skip(count: number): number {
    const at = this.at;
    if (!(count >= 0 && count <= this.end - at)) this.fail(`${count} bytes wanted, ${this.end - at} left`);
    this.at = at + count;
    return at;
  }

  u8(): number {
    if (this.at >= this.end) this.fail('ends too early');
    return this.bytes[this.at++]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u24(): number {
    return this.u16() + this.u8() * 0x10000;
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  /** An address or size: loses low bits from 2^53 on, which nothing real has. */
  u64(): number {
    const at = this.skip(8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
  }

  big64(): bigint {
    return this.view.getBigUint64(this.skip(8), true);
  }

  /** An unsigned integer of 1, 2, 3, 4 or 8 bytes. */
  unsigned(size: number): number {
    switch (size) {
      case 1: return this.u8();
      case 2: return this.u16();
      case 3: return this.u24();
      case 4: return this.u32();
      case 8: return this.u64();
      default: return this.fail(`integers of ${size} bytes are not read`);
    }
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1, n = 0; ; n++, scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (n >= 18) this.fail('a LEB128 number has no end');
    }
  }

  sleb(): number {
    return Number(this.slebExact());
  }

  /** Signed LEB128 with all its bits. */
  slebExact(): Integer {
    const start = this.at;
    let value = 0;
    let bits = 0;
    for (; bits < 28; ) {
      const byte = this.u8();
      value |= (byte & 0x7f) << bits;
      bits += 7;
      if (byte < 0x80) return (value << (32 - bits)) >> (32 - bits);
    }
    this.at = start;
    return integer(BigInt.asIntN(64, this.lebBits(true)));
  }

  /** Unsigned LEB128 with all its bits. */
  ulebExact(): Integer {
    return integer(BigInt.asUintN(64, this.lebBits(false)));
  }

  private lebBits(signed: boolean): bigint {
    let value = 0n;
    for (let bits = 0n; ; ) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << bits;
      bits += 7n;
      if (byte < 0x80) return signed && (byte & 0x40) !== 0 ? value - (1n << bits) : value;
      if (bits > 126n) this.fail('a LEB128 number has no end');
    }
  }

  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  block(count: number): Uint8Array {
    const at = this.skip(count);
    return this.bytes.subarray(at, at + count);
  }

  /** Moves past a NUL-terminated text; its bytes lie between the result and the NUL. */
  skipText(): number {
    const start = this.at;
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= this.end) this.fail('a text has no end');
    this.at = end + 1;
    return start;
  }

  /** NUL-terminated UTF-8. */
  text(): string {
    const start = this.skipText();
    return decoder.decode(this.bytes.subarray(start, this.at - 1));
  }

  /** Length of a unit or table and size of the offsets in it: 4 bytes, or 8 after the mark of 64-bit DWARF. */
  initialLength(): { length: number; offsetBytes: 4 | 8 } {
    const first = this.u32();
    if (first < 0xfffffff0) return { length: first, offsetBytes: 4 };
    if (first !== 0xffffffff) this.fail(`length 0x${first.toString(16)} is reserved`, this.at - 4);
    return { length: this.u64(), offsetBytes: 8 };
  }
}

/** A number where it holds all bits. */
export function integer(value: bigint): Integer {
  return value >= -0x1fffffffffffffn && value <= 0x1fffffffffffffn ? Number(value) : value;
}
