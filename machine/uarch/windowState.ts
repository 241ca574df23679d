/**
 * Where a `Window` keeps its state: typed arrays that its parts ask for once, in a fixed order, so that a copy of all of them is
 * one run of bytes. Times in them are whole cycles as doubles, which may pass 2^31.
 */
type Kept = Float64Array | Int32Array | Uint16Array | Uint8Array;

export class WindowState {
  private readonly arrays: Kept[] = [];
  private bytes = 0;

  private keep<A extends Kept>(array: A): A {
    this.arrays.push(array);
    this.bytes += array.byteLength;
    return array;
  }

  f64(length: number): Float64Array {
    return this.keep(new Float64Array(length));
  }
  i32(length: number): Int32Array {
    return this.keep(new Int32Array(length));
  }
  u16(length: number): Uint16Array {
    return this.keep(new Uint16Array(length));
  }
  u8(length: number): Uint8Array {
    return this.keep(new Uint8Array(length));
  }

  save(): Uint8Array {
    const out = new Uint8Array(this.bytes);
    let at = 0;
    for (const a of this.arrays) {
      out.set(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), at);
      at += a.byteLength;
    }
    return out;
  }

  /** Throws when the bytes are not those of a state like this one. */
  load(bytes: Uint8Array): void {
    if (bytes.length !== this.bytes) throw new Error(`window state of ${bytes.length} bytes, not ${this.bytes}`);
    let at = 0;
    for (const a of this.arrays) {
      new Uint8Array(a.buffer, a.byteOffset, a.byteLength).set(bytes.subarray(at, at + a.byteLength));
      at += a.byteLength;
    }
  }
}

/** Times of the last `size` things, to make a later one wait for the one that many before it. */
export class Ring {
  private readonly times: Float64Array;
  /** Where the next goes. */
  private readonly at: Int32Array;

  constructor(state: WindowState, private readonly size: number) {
    this.times = state.f64(size);
    this.at = state.i32(1);
  }

  /** When the thing `size` before the next one left, or before the one `more` later; 0 while there are fewer. */
  oldest(more = 0): number {
    const i = this.at[0]! + more;
    return this.times[i < this.size ? i : i % this.size]!;
  }

  push(time: number): void {
    const i = this.at[0]!;
    this.times[i] = time;
    this.at[0] = i + 1 === this.size ? 0 : i + 1;
  }
}
