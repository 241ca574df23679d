/**
 * DRAM: how long a line takes from the time L3 has missed. Banks with an open row each, and a bus that moves so many bytes a cycle.
 *
 * Neighbouring lines fill a row, neighbouring rows go to different banks. A read pays `rowHit` if its row is open, else `rowMiss`, and then
 * keeps the bank for `rowCycle`; it waits for the bank and for its turn on the bus. Writes take their turn on the bus, but nobody waits for
 * them and they leave rows alone: controllers collect them.
 *
 * A bank's calendar has slots of an eighth of its row cycle, so waits for banks are rounded up to that.
 */
import { cycle } from '../uarch/uarch.js';
import { Calendar } from './calendar.js';
import type { MemoryDescription } from './description.js';

const bankSlots = 8;
/** The bus looks 4 096 lines ahead, a bank 64 row cycles. */
const busWords = 128;
const bankWords = 16;

export class Dram {
  /** The last read found its row open. */
  hit = false;
  private readonly bus: Calendar;
  private readonly banks: readonly Calendar[];
  /** Per bank: the open row, -1 none; when it is open. */
  private readonly rows: Int32Array;
  private readonly openAt: Float64Array;
  private readonly rowShift: number;
  private readonly hitTicks: number;
  private readonly openTicks: number;

  constructor({ dram, lineBytes }: MemoryDescription) {
    this.bus = new Calendar(Math.max(1, Math.round((lineBytes * cycle) / dram.bytesPerCycle)), busWords);
    this.banks = Array.from({ length: dram.banks }, () => new Calendar((dram.rowCycle * cycle) / bankSlots, bankWords));
    this.rows = new Int32Array(dram.banks).fill(-1);
    this.openAt = new Float64Array(dram.banks);
    this.rowShift = Math.log2(dram.rowBytes / lineBytes);
    this.hitTicks = dram.rowHit * cycle;
    this.openTicks = (dram.rowMiss - dram.rowHit) * cycle;
  }

  get parts(): readonly (Int32Array | Float64Array)[] {
    return [this.rows, this.openAt, ...this.bus.parts, ...this.banks.flatMap((b) => b.parts)];
  }

  /** Ticks from `now` until a line has been read. */
  read(line: number, now: number): number {
    const row = line >>> this.rowShift;
    const bank = row & (this.banks.length - 1);
    this.hit = this.rows[bank] === row;
    // of a row that another request is opening, at most the whole of that: the other may have come from a core that is ahead
    const open = this.hit ? Math.max(0, Math.min(this.openAt[bank]! - now, this.openTicks)) : this.open(bank, row, now);
    return open + this.bus.book(now + open, 1) + this.hitTicks;
  }

  private open(bank: number, row: number, now: number): number {
    const ticks = this.banks[bank]!.book(now, bankSlots) + this.openTicks;
    this.rows[bank] = row;
    this.openAt[bank] = now + ticks;
    return ticks;
  }

  write(now: number): void {
    this.bus.book(now, 1);
  }
}
