/**
 * Who has a resource when: time in slots of equal length, one bit each. A booking takes the first free run of slots at or after its time.
 *
 * Requests come roughly in order: a core that runs ahead must not push those of the others, which are earlier but come later, behind its
 * own. A plain "free from" time would; slots leave the gaps open. Kept is a ring of the latest slots; what is older counts as free and
 * is not booked, so a request out of order by more than the ring's span waits for nobody.
 */
const wordSlots = 32;

export class Calendar {
  private readonly taken: Int32Array;
  /** Which word of all time each word of the ring is: slot number / 32. */
  private readonly words: Float64Array;

  /** `slotTicks`: length of a slot; `words`: size of the ring in words of 32 slots. */
  constructor(readonly slotTicks: number, words: number) {
    this.taken = new Int32Array(words);
    this.words = new Float64Array(words);
  }

  get parts(): readonly (Int32Array | Float64Array)[] {
    return [this.taken, this.words];
  }

  /** Books `count` slots (at most 32) in a row. Returns how many ticks after `now` they begin; 0 if `now` lies in the first of them. */
  book(now: number, count: number): number {
    const first = Math.floor(now / this.slotTicks);
    const end = wordSlots * (Math.floor(first / wordSlots) + this.taken.length); // not into the first one's own place
    let free = 0;
    for (let slot = first; slot < end; slot++) {
      const at = this.word(slot);
      if (at < 0) return 0;
      if (this.taken[at] === -1) {
        free = 0;
        slot |= wordSlots - 1;
      } else if ((this.taken[at]! >>> (slot & (wordSlots - 1))) & 1) free = 0;
      else if (++free === count) {
        const start = slot - count + 1;
        for (let s = start; s <= slot; s++) {
          const word = this.word(s);
          this.taken[word] = this.taken[word]! | (1 << (s & (wordSlots - 1)));
        }
        return Math.max(0, start * this.slotTicks - now);
      }
    }
    return end * this.slotTicks - now; // everything is taken: more cannot be known
  }

  /** Index of a slot's word, emptied if it was last used for an earlier time; -1: the ring has gone on. */
  private word(slot: number): number {
    const word = Math.floor(slot / wordSlots);
    const at = word % this.taken.length;
    const used = this.words[at]!;
    if (used > word) return -1;
    if (used < word) {
      this.words[at] = word;
      this.taken[at] = 0;
    }
    return at;
  }
}
