/** The size of a line, the same everywhere in a model. */

export let lineBytes: i32 = 0;
/** log2 of it. */
export let lineShift: i32 = 0;

export function setLineBytes(bytes: i32): void {
  lineBytes = bytes;
  lineShift = ctz(bytes);
}
