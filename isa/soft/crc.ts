/** Cyclic redundancy checks as both instruction sets have them: bits reflected, a byte at a time by table. SDM 2A, CRC32; Arm ARM C6.2, CRC32B. */

/** Adds the low `bytes` of `value` to the sum so far. */
export type Checksum = (sum: bigint, value: bigint, bytes: number) => bigint;

/** `polynomial`: without its leading term, reflected. */
export function checksum(polynomial: number): Checksum {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let r = byte;
    for (let i = 0; i < 8; i++) r = r & 1 ? (r >>> 1) ^ polynomial : r >>> 1;
    return r >>> 0;
  });
  return (sum, value, bytes) => {
    let r = Number(sum & 0xffffffffn);
    let v = value;
    for (let i = 0; i < bytes; i++) {
      r = table[(r ^ Number(v & 0xffn)) & 0xff]! ^ (r >>> 8);
      v >>= 8n;
    }
    return BigInt(r >>> 0);
  };
}

export const crc32 = checksum(0xedb88320);
/** Castagnoli's. */
export const crc32c = checksum(0x82f63b78);
