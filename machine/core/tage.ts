/**
 * TAGE: branch directions from tables whose entries carry tags, for histories of geometrically growing length, and a table without
 * history beneath them. The longest history that has an entry for the branch decides; a new entry that has not proved itself gives way to the
 * next one if that has been the better choice lately. A. Seznec and P. Michaud, "A case for (partially) tagged geometric history
 * length branch prediction", JILP 8, 2006; sizes are between those of its examples, 5 KiB in all.
 *
 * Nothing is drawn by lot, as the paper does to choose where a new entry goes: it takes the shortest history that has room.
 */

/** Outcomes of branches that each table looks at. */
const lengths = [4, 8, 16, 32, 64, 128] as const;
const tables = lengths.length;
const indexBits = 9;
const entries = 1 << indexBits;
const tagBits = 9;
/** A ring with room for the longest history. */
const historyEntries = 256;
/** Branches between two agings of the useful bits. */
const agingPeriod = 1 << 18;

/** Who keeps the state: arrays that are saved with it. */
export interface Keeper {
  u8(length: number): Uint8Array;
  i32(length: number): Int32Array;
}

const enum T { at, alternate, branches, count }

export class Tage {
  /** Counters 0 to 3 by pc; 2 and 3 say taken. */
  private readonly base: Uint8Array;
  /** By table and entry: counters 0 to 7, of which 4 to 7 say taken; 0 to 3, how often it knew better; tags, 0 none. */
  private readonly counters: Uint8Array;
  private readonly useful: Uint8Array;
  private readonly tags: Int32Array;
  private readonly history: Uint8Array;
  /** Per table, its history folded to the index, and to the tag twice. */
  private readonly folded: Int32Array;
  /** Where the history's next outcome goes; whether new entries give way (from 8 on of 15); branches so far. */
  private readonly t: Int32Array;
  // Of the branch in hand: per table, its entry and its tag.
  private readonly entry = new Int32Array(tables);
  private readonly tag = new Int32Array(tables);

  /** `baseBits`: log2 of the counters without history; `pcShift`: low bits of addresses that are always 0. */
  constructor(keeper: Keeper, private readonly baseBits: number, private readonly pcShift: number) {
    this.base = keeper.u8(2 ** baseBits).fill(1);
    this.counters = keeper.u8(tables * entries);
    this.useful = keeper.u8(tables * entries);
    this.tags = keeper.i32(tables * entries);
    this.history = keeper.u8(historyEntries);
    this.folded = keeper.i32(3 * tables);
    this.t = keeper.i32(T.count);
    this.t[T.alternate] = 8;
  }

  /** The branch at `pc` went one way; whether the prediction was the other. */
  direction(pc: number, taken: boolean): boolean {
    const { counters, useful, t, entry } = this;
    const branch = Math.floor(pc / 2 ** this.pcShift) | 0;
    const base = (branch ^ (branch >>> this.baseBits)) & (2 ** this.baseBits - 1);
    const provider = this.find(branch);
    const under = this.below(provider);
    const saysUnder = under < 0 ? this.base[base]! >= 2 : counters[entry[under]!]! >= 4;
    let predicted = saysUnder;
    if (provider >= 0) {
      const at = entry[provider]!;
      const says = counters[at]! >= 4;
      const fresh = useful[at] === 0 && (counters[at] === 3 || counters[at] === 4);
      predicted = fresh && t[T.alternate]! >= 8 ? saysUnder : says;
      if (says !== saysUnder) {
        if (fresh) t[T.alternate] = saysUnder === taken ? Math.min(15, t[T.alternate]! + 1) : Math.max(0, t[T.alternate]! - 1);
        useful[at] = says === taken ? Math.min(3, useful[at]! + 1) : Math.max(0, useful[at]! - 1);
      }
      counters[at] = stepped(counters[at]!, taken, 7);
    } else this.base[base] = stepped(this.base[base]!, taken, 3);
    if (predicted !== taken && provider < tables - 1) this.allocate(provider, taken);
    this.age();
    this.shift(taken ? 1 : 0);
    return predicted !== taken;
  }

  /** Sets `entry` and `tag`; the table of the longest history that knows the branch, -1 none. */
  private find(branch: number): number {
    let found = -1;
    for (let i = 0; i < tables; i++) {
      const index = (branch ^ (branch >>> (indexBits - (i & 3))) ^ this.folded[3 * i]!) & (entries - 1);
      this.entry[i] = i * entries + index;
      // 0 is kept for entries that are empty
      this.tag[i] = ((branch ^ this.folded[3 * i + 1]! ^ (this.folded[3 * i + 2]! << 1)) & ((1 << tagBits) - 1)) + 1;
      if (this.tags[this.entry[i]!] === this.tag[i]) found = i;
    }
    return found;
  }
  private below(provider: number): number {
    let i = provider - 1;
    while (i >= 0 && this.tags[this.entry[i]!] !== this.tag[i]) i--;
    return i;
  }

  /** A longer history gets an entry for the branch, or those in its way lose worth. */
  private allocate(provider: number, taken: boolean): void {
    for (let i = provider + 1; i < tables; i++) {
      const at = this.entry[i]!;
      if (this.useful[at] !== 0) continue;
      this.tags[at] = this.tag[i]!;
      this.counters[at] = taken ? 4 : 3;
      return;
    }
    for (let i = provider + 1; i < tables; i++) this.useful[this.entry[i]!]!--;
  }

  /** From time to time one of the two useful bits of all entries is forgotten. */
  private age(): void {
    const n = (this.t[T.branches] = (this.t[T.branches]! + 1) % (2 * agingPeriod));
    if (n % agingPeriod !== 0) return;
    const kept = n === 0 ? 1 : 2;
    for (let i = 0; i < this.useful.length; i++) this.useful[i]! &= kept;
  }

  private shift(outcome: number): void {
    const { t, history } = this;
    const at = t[T.at]!;
    history[at] = outcome;
    t[T.at] = (at + 1) % historyEntries;
    for (let i = 0; i < tables; i++) {
      const leaving = history[(at + historyEntries - lengths[i]!) % historyEntries]!;
      this.fold(3 * i, indexBits, lengths[i]!, outcome, leaving);
      this.fold(3 * i + 1, tagBits, lengths[i]!, outcome, leaving);
      this.fold(3 * i + 2, tagBits - 1, lengths[i]!, outcome, leaving);
    }
  }
  /** The history is folded to `bits` by exclusive or: what enters, what leaves, and what goes round. */
  private fold(which: number, bits: number, length: number, outcome: number, leaving: number): void {
    let f = (this.folded[which]! << 1) | outcome;
    f ^= leaving << (length % bits);
    f ^= f >> bits;
    this.folded[which] = f & ((1 << bits) - 1);
  }
}

/** A saturating counter. */
const stepped = (counter: number, up: boolean, most: number): number => (up ? Math.min(most, counter + 1) : Math.max(0, counter - 1));
