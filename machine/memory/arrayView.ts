/** A set-associative array of the model (assembly/setArray.ts), to look into: nothing is touched. */
import type { Model } from './model.js';

export class ArrayView {
  /** A set's tags (-1: empty), then its stamps. An index is a tag's cell. */
  readonly cells: Int32Array;
  /** By index. */
  readonly states: Uint8Array;
  /** Cells of a set. */
  readonly stride: number;
  private readonly clock: Int32Array;

  constructor(buffer: ArrayBufferLike, private readonly model: Model, private readonly array: number, readonly sets: number, readonly ways: number) {
    this.stride = 2 * ways;
    this.cells = new Int32Array(buffer, model.cellsOf(array), sets * this.stride);
    this.states = new Uint8Array(buffer, model.statesOf(array), sets * this.stride);
    this.clock = new Int32Array(buffer, model.clockOf(array), 1);
  }

  /** Index of a line, or -1. */
  find(line: number): number {
    return this.model.findIn(this.array, line);
  }
  isEmpty(index: number): boolean {
    return this.cells[index] === -1;
  }
  /** Accesses since the way was touched last. */
  age(index: number): number {
    return (this.clock[0]! - this.cells[index + this.ways]!) | 0;
  }
}
