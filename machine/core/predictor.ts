/**
 * The branch predictor as `window` timing asks it: on the same cells (timing.ts) and by the same rules as the generated code of
 * `interval` (exec/interval.ts), so that both mispredict the same branches of a program. Directions may come from TAGE instead (tage.ts).
 */
import { common } from '../../isa/context.js';
import type { Ram } from '../memory/ram.js';
import { counterIndex, returnEntries, targetIndex, timingCells, type PredictorConfig } from './timing.js';
import type { Tage } from './tage.js';

export class Predictor {
  /** `base`: the core's context; `pcShift`: see counterIndex; `tage`: who predicts directions, undefined: gshare. */
  constructor(
    private readonly ram: Ram,
    private readonly base: number,
    private readonly pcShift: number,
    private readonly config: PredictorConfig,
    private readonly tage: Tage | undefined,
  ) {}

  /** All of these: whether the prediction was wrong. Where the core went is in its pc. */
  direction(pc: number, taken: boolean): boolean {
    if (this.tage) return this.counted(this.tage.direction(pc, taken));
    const { ram, base } = this;
    const history = (base + timingCells.history) >> 2;
    const at = base + timingCells.counters + (counterIndex(pc, this.pcShift, this.config.counterBits) ^ ram.i32[history]!);
    const counter = ram.u8[at]!;
    ram.u8[at] = taken ? Math.min(3, counter + 1) : Math.max(0, counter - 1);
    ram.i32[history] = ((ram.i32[history]! << 1) | (taken ? 1 : 0)) & ram.i32[(base + timingCells.historyMask) >> 2]!;
    return this.counted(counter >= 2 !== taken);
  }

  /** A return. */
  returned(): boolean {
    const depth = (this.base + timingCells.depth) >> 2;
    const at = (this.ram.i32[depth]! - 8) & (8 * returnEntries - 1);
    this.ram.i32[depth] = at;
    return this.counted(this.differs(this.base + timingCells.returns + at));
  }

  /** An indirect jump or call. */
  jumped(pc: number): boolean {
    const { i32 } = this.ram;
    const target = this.base + timingCells.targets + 8 * targetIndex(pc, this.pcShift);
    const wrong = this.differs(target);
    const to = (this.base + common.pc) >> 2;
    i32[target >> 2] = i32[to]!;
    i32[(target >> 2) + 1] = i32[to + 1]!;
    return this.counted(wrong);
  }

  /** A call: its return goes to `next`. */
  called(next: number): void {
    const { i32, u32 } = this.ram;
    const depth = (this.base + timingCells.depth) >> 2;
    const at = (this.base + timingCells.returns + i32[depth]!) >> 2;
    u32[at] = next % 2 ** 32;
    u32[at + 1] = Math.floor(next / 2 ** 32);
    i32[depth] = (i32[depth]! + 8) & (8 * returnEntries - 1);
  }

  /** Whether the address at `at` is another than the core's pc. */
  private differs(at: number): boolean {
    const { i32 } = this.ram;
    const pc = (this.base + common.pc) >> 2;
    return i32[at >> 2] !== i32[pc] || i32[(at >> 2) + 1] !== i32[pc + 1];
  }

  private counted(wrong: boolean): boolean {
    if (wrong) this.ram.i64[(this.base + timingCells.mispredictions) >> 3]!++;
    return wrong;
  }
}
