/**
 * A 64-bit hash that is quick in plain TypeScript: two 32-bit lanes with different multipliers and rotations.
 * It finds differences between runs; it is no defence against people who construct them.
 */
const first = 0x9e3779b1;
const second = 0x85ebca77;

export class Hash {
  private a = 0x243f6a88;
  private b = 0x13198a2e;

  word(w: number): void {
    const a = this.a ^ w;
    this.a = Math.imul((a << 15) | (a >>> 17), first);
    const b = this.b + w;
    this.b = Math.imul(((b << 11) | (b >>> 21)) ^ this.a, second);
  }

  /** Any number: an integer below 2^53 or a fraction, by its bits. */
  number(n: number): void {
    scratch.setFloat64(0, n, true);
    this.word(scratch.getInt32(0, true));
    this.word(scratch.getInt32(4, true));
  }

  text(s: string): void {
    this.word(s.length);
    for (let i = 0; i < s.length; i++) this.word(s.charCodeAt(i));
  }

  bytes(bytes: Uint8Array): void {
    this.number(bytes.length);
    const whole = bytes.length & ~3;
    if ((bytes.byteOffset & 3) === 0) {
      const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole >> 2);
      for (let i = 0; i < words.length; i++) this.word(words[i]!);
    } else {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let i = 0; i < whole; i += 4) this.word(view.getInt32(i, true));
    }
    for (let i = whole; i < bytes.length; i++) this.word(bytes[i]!);
  }

  /** The two lanes, mixed so that every input bit reaches every output bit. */
  lanes(): [number, number] {
    return [mix(this.a ^ Math.imul(this.b, first)), mix(this.b ^ Math.imul(this.a, second))];
  }

  hex(): string {
    return this.lanes()
      .map((lane) => (lane >>> 0).toString(16).padStart(8, '0'))
      .join('');
  }
}

const scratch = new DataView(new ArrayBuffer(8));

function mix(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

export function hashOf(bytes: Uint8Array): string {
  const h = new Hash();
  h.bytes(bytes);
  return h.hex();
}
