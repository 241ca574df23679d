/**
 * Execution ports of `window` mode. A micro-op is bound to a port when it issues: to the allowed port with the fewest
 * bound micro-ops that have not executed, or, in every second issue slot, to the one with the second fewest unless that has three
 * more; ties go to the highest number. Loads alternate between their two ports. Then it executes in the first cycle in
 * which it is ready and its port is free; older ones choose first. uiCA (ICS 2022), 4.1.5.
 */

/** Cycles ahead of issue that are kept: more than a full reorder buffer of dependent divisions would need is clamped. */
const ahead = 1 << 14;

/** A cycle of a port: a micro-op starts in it, or one that started earlier keeps it. */
const enum Kept { Free, Started, On }

export class WindowPorts {
  private readonly busy: Uint8Array[];
  /** Bound and not executed when the current cycle began; and bound during it. */
  private readonly waiting: Int32Array;
  private readonly fresh: Int32Array;
  private now = 0;
  private lastLoadPort = 0;

  constructor(private readonly ports: number, private readonly loadMask: number, private readonly bySlot: boolean) {
    this.busy = Array.from({ length: ports }, () => new Uint8Array(ahead));
    this.waiting = new Int32Array(ports);
    this.fresh = new Int32Array(ports);
  }

  /** Time passes: what has executed before `cycle` no longer weighs. */
  advance(cycle: number): void {
    if (cycle <= this.now) return;
    for (let p = 0; p < this.ports; p++) {
      this.waiting[p]! += this.fresh[p]!;
      this.fresh[p] = 0;
      const busy = this.busy[p]!;
      const until = Math.min(cycle, this.now + ahead);
      for (let c = this.now; c < until; c++) {
        const at = c & (ahead - 1);
        if (busy[at] === Kept.Started) this.waiting[p]!--;
        busy[at] = Kept.Free;
      }
    }
    this.now = cycle;
  }

  /** The port for a micro-op that may use `mask` and issues in `slot` of the current cycle. */
  bind(mask: number, slot: number): number {
    if ((mask & (mask - 1)) === 0) return this.bound(31 - Math.clz32(mask));
    if (mask === this.loadMask) {
      do this.lastLoadPort = this.lastLoadPort + 1 >= this.ports ? 0 : this.lastLoadPort + 1;
      while (!(mask & (1 << this.lastLoadPort)));
      return this.bound(this.lastLoadPort);
    }
    let [first, second] = [-1, -1];
    for (let p = this.ports - 1; p >= 0; p--) {
      if (!(mask & (1 << p))) continue;
      if (first < 0 || this.load(p) < this.load(first)) {
        second = first;
        first = p;
      } else if (second < 0 || this.load(p) < this.load(second)) second = p;
    }
    return this.bound(!this.bySlot || (slot & 1) === 0 || this.load(second) - this.load(first) >= 3 ? first : second);
  }

  /** What counts as waiting on a port: by slots, only what was bound in earlier cycles. */
  private load(port: number): number {
    return this.waiting[port]! + (this.bySlot ? 0 : this.fresh[port]!);
  }

  private bound(port: number): number {
    this.fresh[port]!++;
    return port;
  }

  /** Executes on `port` in the first cycle from `ready` on that is free, and keeps the port for `cycles`; returns that cycle. */
  execute(port: number, ready: number, cycles: number): number {
    const busy = this.busy[port]!;
    const limit = this.now + ahead - Math.max(1, cycles) - 1;
    let c = Math.min(Math.max(ready, this.now), limit);
    while (c < limit && !this.free(busy, c, cycles)) c++;
    if (busy[c & (ahead - 1)] === Kept.Started) this.waiting[port]!--; // only past the limit
    busy[c & (ahead - 1)] = Kept.Started;
    for (let i = 1; i < cycles; i++) busy[(c + i) & (ahead - 1)] = Kept.On;
    return Math.max(c, ready);
  }

  private free(busy: Uint8Array, c: number, cycles: number): boolean {
    for (let i = 0; i < Math.max(1, cycles); i++) if (busy[(c + i) & (ahead - 1)] !== Kept.Free) return false;
    return true;
  }
}
