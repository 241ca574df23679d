/**
 * The part of a core context that both instruction sets share: what executors and the kernel model touch without
 * asking which ISA runs. Byte offsets, little-endian. The ISAs place the rest of their registers between and behind.
 *
 * Flags are kept as three cells that any result fills cheaply and any condition reads cheaply:
 *   FR  i64  the result, sign-extended: Z = FR == 0, N = (FR < 0) xor FP bit 8
 *   FP  i32  bit 8 flips N (only writes of whole flag words need it); x86 also keeps PF's source in bits 7..0
 *   FC  i64  carry-outs, left-aligned: C = bit 63, V (OF) = bit 63 xor bit 62; x86 has AF at bit 3
 */
export const common = {
  /** 32 cells of 8 bytes: x86 uses 16; arm64 X0 to X30, then SP. */
  gpr: 0,
  pc: 256,
  FR: 264,
  FC: 272,
  FP: 280, // i32
  /** Non-zero when floating-point control asks for anything but the default; fast FP paths test it. i32 */
  fpSlow: 284,
  /** Always zero; stands for an absent base or index in records. Never written. 16 bytes. */
  zero: 288,
  /** What the exclusive monitor remembers: address (i64, 0 nothing) and bytes (i32). arm64 only. */
  exclusive: 304,
  exclusiveBytes: 312,
  /** Up to 511: the ISA's own. */
  own: 320,
  /** 32 vector registers of 16 bytes; x86 uses 16. */
  vector: 512,
  end: 1024,
} as const;
