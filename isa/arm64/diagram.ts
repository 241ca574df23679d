/** Encoding diagrams: fixed bits as mask and value, and where the named fields lie. */

export interface Field {
  readonly lo: number;
  readonly bits: number;
}

export interface Diagram {
  /** Bits that are fixed, and what they are; both unsigned. */
  readonly mask: number;
  readonly value: number;
  /** What the encoder writes: the value, and bits that should be one but that decoders ignore, `(1)` in the diagram. */
  readonly fill: number;
  readonly fields: ReadonlyMap<string, Field>;
}

/** Errors: a diagram that is not 32 bits wide, or names a field twice. */
export function readDiagram(encoding: string): Diagram {
  let mask = 0;
  let value = 0;
  let ignored = 0;
  let at = 32;
  const fields = new Map<string, Field>();
  for (const token of encoding.split(' ')) {
    const named = /^([A-Za-z]\w*):(\d+)$/.exec(token);
    if (named) {
      const bits = Number(named[2]);
      at -= bits;
      if (fields.has(named[1]!)) throw new Error(`field ${named[1]!} twice in ${encoding}`);
      fields.set(named[1]!, { lo: at, bits });
      continue;
    }
    if (/^(\([01]\))+$/.test(token)) {
      for (const bit of token.replace(/[()]/g, '')) if (--at >= 0 && bit === '1') ignored |= 1 << at;
      continue;
    }
    if (!/^[01]+$/.test(token)) throw new Error(`${token} in ${encoding}`);
    for (const bit of token) {
      at--;
      mask |= 1 << at;
      if (bit === '1') value |= 1 << at;
    }
  }
  if (at !== 0) throw new Error(`${32 - at} bits in ${encoding}`);
  return { mask: mask >>> 0, value: value >>> 0, fill: (value | ignored) >>> 0, fields };
}

export const take = (word: number, f: Field): number => (word >>> f.lo) & (f.bits === 32 ? -1 : (1 << f.bits) - 1);
/** The field's bits in their place; undefined when `v` does not fit. */
export const place = (v: number, f: Field): number | undefined => (v >= 0 && v < 2 ** f.bits ? (v << f.lo) >>> 0 : undefined);
