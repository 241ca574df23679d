/** Little-endian fields one after the other. */
export class Bytes {
  readonly bytes: Uint8Array;
  private readonly dv: DataView;
  private at = 0;
  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.dv = new DataView(this.bytes.buffer);
  }
  u16(v: number): this {
    this.dv.setUint16(this.at, v, true);
    this.at += 2;
    return this;
  }
  u32(v: number): this {
    this.dv.setUint32(this.at, v, true);
    this.at += 4;
    return this;
  }
  u64(v: number | bigint): this {
    this.dv.setBigUint64(this.at, BigInt.asUintN(64, BigInt(v)), true);
    this.at += 8;
    return this;
  }
  raw(b: Uint8Array): this {
    this.bytes.set(b, this.at);
    this.at += b.length;
    return this;
  }
  skip(n: number): this {
    this.at += n;
    return this;
  }
}
