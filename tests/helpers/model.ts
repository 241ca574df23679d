/** Parts of the hierarchy's model by themselves. */
import { newModel, type Model, type ModelLinks } from '../../machine/memory/model.js';
import { Linear } from './linear.js';

/** A model of which nothing is made yet, and which calls nobody. */
export const bareModel = (): Model => newModel(new Linear(1 << 22), {} as ModelLinks, []);

/** A set array; see assembly/setArray.ts. */
export class SetArray {
  /** One cell. */
  readonly clock: Int32Array;
  private readonly model: Model;
  private readonly at: number;
  private readonly cells: Int32Array;

  constructor(sets: number, ways: number, policy: number, seed: number) {
    const memory = new Linear(1 << 20);
    this.model = newModel(memory, {} as ModelLinks, []);
    this.at = this.model.newArray(sets, ways, policy, seed);
    this.clock = new Int32Array(memory.memory.buffer, this.model.clockOf(this.at), 1);
    this.cells = new Int32Array(memory.memory.buffer, this.model.cellsOf(this.at), 2 * sets * ways);
  }

  find(line: number): number {
    return this.model.findIn(this.at, line);
  }
  line(index: number): number {
    return this.cells[index]!;
  }
  touch(index: number): void {
    this.model.touchIn(this.at, index);
  }
  room(line: number): number {
    return this.model.roomIn(this.at, line);
  }
  put(index: number, line: number, state: number): void {
    this.model.putIn(this.at, index, line, state);
  }
  drop(index: number): void {
    this.model.dropIn(this.at, index);
  }
}
