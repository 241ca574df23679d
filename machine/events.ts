/**
 * What will happen, in order of time. Events are plain data, so that a snapshot is a copy: a switch on `kind`
 * finds the handler, `target` says whom it concerns.
 *
 * Order: by due time, then by the order of adding. An event leaves the queue before its handler runs.
 */

/** Times in ticks (48 a cycle). */
export interface Event {
  readonly due: number;
  readonly kind: string;
  /** A core or task number, as the kind defines it. */
  readonly target: number;
  /** More data of the kind: plain values only. */
  readonly data?: unknown;
}

interface Saved {
  readonly event: Event;
  readonly id: number; // order of adding; also the handle for cancelling
}

interface Entry extends Saved {
  /** Its place in the heap. */
  at: number;
}

/** Plain data of a queue, for snapshots. */
export interface EventState {
  readonly next: number;
  readonly entries: readonly Saved[];
}

/** A binary heap: the earliest entry first. */
export class EventQueue {
  private heap: Entry[] = [];
  private readonly byId = new Map<number, Entry>();
  private next = 1;

  get size(): number {
    return this.heap.length;
  }

  /** The earliest event. */
  get first(): Event | undefined {
    return this.heap[0]?.event;
  }

  /** Due time of the earliest event; Infinity when there is none. */
  get due(): number {
    return this.heap.length > 0 ? this.heap[0]!.event.due : Infinity;
  }

  /** Returns the handle by which `cancel` finds it. Handles are never used twice. */
  add(event: Event): number {
    if (!(event.due >= 0)) throw new Error(`event ${event.kind} due at ${event.due}`);
    const id = this.next++;
    const entry = { event, id, at: this.heap.length };
    this.heap.push(entry);
    this.byId.set(id, entry);
    this.up(entry.at);
    return id;
  }

  /** Takes the earliest event out. */
  pop(): Event | undefined {
    return this.heap.length > 0 ? this.removeAt(0).event : undefined;
  }

  /** Takes a waiting event out; false when it has already happened or been cancelled. */
  cancel(id: number): boolean {
    const entry = this.byId.get(id);
    if (entry === undefined) return false;
    this.removeAt(entry.at);
    return true;
  }

  save(): EventState {
    return { next: this.next, entries: [...this.heap].sort(order).map(({ event, id }) => ({ event, id })) };
  }

  load(state: EventState): void {
    this.next = state.next;
    this.heap = state.entries.map(({ event, id }, at) => ({ event, id, at })); // sorted, and so a heap
    this.byId.clear();
    for (const entry of this.heap) this.byId.set(entry.id, entry);
  }

  private removeAt(at: number): Entry {
    const gone = this.heap[at]!;
    const last = this.heap.pop()!;
    this.byId.delete(gone.id);
    if (at < this.heap.length) {
      this.heap[at] = last;
      last.at = at;
      this.up(at);
      this.down(at);
    }
    return gone;
  }

  private up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (order(this.heap[parent]!, this.heap[at]!) <= 0) return;
      this.swap(parent, at);
      at = parent;
    }
  }

  private down(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.heap.length && order(this.heap[left]!, this.heap[least]!) < 0) least = left;
      if (right < this.heap.length && order(this.heap[right]!, this.heap[least]!) < 0) least = right;
      if (least === at) return;
      this.swap(least, at);
      at = least;
    }
  }

  private swap(i: number, j: number): void {
    const t = this.heap[i]!;
    this.heap[i] = this.heap[j]!;
    this.heap[j] = t;
    this.heap[i]!.at = i;
    t.at = j;
  }
}

function order(a: Saved, b: Saved): number {
  return a.event.due - b.event.due || a.id - b.id;
}
