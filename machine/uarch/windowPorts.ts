/**
 * Execution ports of `window` mode. A micro-op is bound to a port when it issues: to the allowed port with the fewest
 * bound micro-ops that have not executed, or, in every second issue slot, to the one with the second fewest unless that has three
 * more; ties go to the highest number. Loads alternate between their two ports. Then it executes in the first cycle in
 * which it is ready and its port is free; older ones choose first. uiCA (ICS 2022), 4.1.5.
 */

/** Cycles ahead of issue that are kept: more than a full reorder buffer of dependent divisions would need is clamped. */
const ahead = 1 << 14;

export class WindowPorts {
  private readonly busy: Uint8Array[];
  /** Bound and not executed when the current cycle began; and bound during it. */
  private readonly waiting: Int32Array;
  private readonly fresh: Int32Array;
  private now = 0;
  private lastLoadPort = 0;

  constructor(private readonly ports: number, private readonly loadMask: number) {
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
        if (busy[at]) {
          busy[at] = 0;
          this.waiting[p]!--;
        }
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
      if (first < 0 || this.waiting[p]! < this.waiting[first]!) {
        second = first;
        first = p;
      } else if (second < 0 || this.waiting[p]! < this.waiting[second]!) second = p;
    }
    return this.bound((slot & 1) === 0 || this.waiting[second]! - this.waiting[first]! >= 3 ? first : second);
  }

  private bound(port: number): number {
    this.fresh[port]!++;
    return port;
  }

  /** Executes on `port` in the first free cycle from `ready` on, for `cycles` cycles; returns that cycle. */
  execute(port: number, ready: number): number {
    const busy = this.busy[port]!;
    const limit = this.now + ahead - 1;
    let c = Math.min(Math.max(ready, this.now), limit);
    while (c < limit && busy[c & (ahead - 1)]) c++;
    if (busy[c & (ahead - 1)]) this.waiting[port]!--; // only when clamped
    busy[c & (ahead - 1)] = 1;
    return Math.max(c, ready);
  }
}
