/**
 * The prepared kinds (prepared.ts) as plain data. Empty here: the build puts what `pack` gives in this module's place when it
 * bundles the command. Row numbers in it are those of the build it was made by.
 */
export interface Packed {
  readonly kinds: readonly PackedKind[];
  readonly forms: readonly PackedForm[];
  /** Key of the parts, position of the kind. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly main: Uint8Array;
  readonly interval: Uint8Array;
  readonly functions: Uint8Array;
}

/** Name, key, bits (1 exits, 2 calls, 4 empty, from bit 3 the flow), flags read and written, arm, index, units of the layout, four numbers a field of it. */
export type PackedKind = readonly [string, string, number, number, number, number, number, number, readonly number[]];

/** Row, form key, kind, kind without flags (-1: none known), whether it ends a block, a number a source. */
export type PackedForm = readonly [number, number | string, number, number, number, readonly number[]];

/** By name of the instruction set and its features. */
export const packed: Readonly<Record<string, () => Packed>> = {};
