/**
 * Execution ports of `window` mode. A micro-op is bound to a port when it issues: to the allowed port with the fewest
 * bound micro-ops that have not executed, or, in every second issue slot, to the one with the second fewest unless that has three
 * more; ties go to the highest number. Loads alternate between their two ports. Then it executes in the first cycle in
 * which it is ready and its port is free; older ones choose first. uiCA (ICS 2022), 4.1.5.
 */
import type { WindowState } from './windowState.js';

/** Cycles ahead of issue that are kept: more than a full reorder buffer of dependent divisions would need is clamped. */
const ahead = 1 << 14;
const mask = ahead - 1;
/** The divider, where it stands beside its port: its bit in `busy`. No core has so many ports. */
const divider = 1 << 15;

export class WindowPorts {
  /** By cycle, a bit a port: it is in use, and a micro-op starts on it. */
  private readonly busy: Uint16Array;
  private readonly started: Uint16Array;
  /** Bound and not executed when the current cycle began; and bound during it. */
  private readonly waiting: Int32Array;
  private readonly fresh: Int32Array;
  /** The current cycle. */
  private readonly now: Float64Array;
  private readonly lastLoadPort: Int32Array;

  constructor(state: WindowState, private readonly ports: number, private readonly loadMask: number, private readonly bySlot: boolean) {
    this.busy = state.u16(ahead);
    this.started = state.u16(ahead);
    this.waiting = state.i32(ports);
    this.fresh = state.i32(ports);
    this.now = state.f64(1);
    this.lastLoadPort = state.i32(1);
  }

  /** Time passes: what has executed before `cycle` no longer weighs. */
  advance(cycle: number): void {
    const { busy, started, waiting, fresh } = this;
    const now = this.now[0]!;
    if (cycle <= now) return;
    for (let p = 0; p < this.ports; p++) {
      waiting[p]! += fresh[p]!;
      fresh[p] = 0;
    }
    const count = Math.min(cycle - now, ahead);
    for (let i = 0; i < count; i++) {
      const at = (now + i) & mask;
      for (let bits = started[at]!; bits !== 0; bits &= bits - 1) waiting[31 - Math.clz32(bits & -bits)]!--;
      started[at] = 0;
      busy[at] = 0;
    }
    this.now[0] = cycle;
  }

  /** The port for a micro-op that may use `mask` and issues in `slot` of the current cycle. */
  bind(mask: number, slot: number): number {
    if ((mask & (mask - 1)) === 0) return this.bound(31 - Math.clz32(mask));
    if (mask === this.loadMask) {
      let port = this.lastLoadPort[0]!;
      do port = port + 1 >= this.ports ? 0 : port + 1;
      while (!(mask & (1 << port)));
      this.lastLoadPort[0] = port;
      return this.bound(port);
    }
    let [first, second] = [-1, -1];
    let [least, next] = [0, 0];
    for (let rest = mask; rest !== 0;) {
      const p = 31 - Math.clz32(rest);
      rest ^= 1 << p;
      // by slots, only what was bound in earlier cycles counts
      const load = this.waiting[p]! + (this.bySlot ? 0 : this.fresh[p]!);
      if (first < 0 || load < least) {
        second = first, next = least;
        first = p, least = load;
      } else if (second < 0 || load < next) second = p, next = load;
    }
    return this.bound(!this.bySlot || (slot & 1) === 0 || next - least >= 3 ? first : second);
  }

  private bound(port: number): number {
    this.fresh[port]!++;
    return port;
  }

  /**
   * Executes on `port` in the first cycle from `ready` on that is free; returns that cycle. `cycles`: it keeps the port for so many, or the divider when that is
   * a unit of its own (`beside`), the next ones that are free. Were they to follow each other, what has been bound already would leave gaps that nothing
   * fits into, where hardware, which binds nothing in advance, has none: a division that waits for its operands lets younger ones go first.
   */
  execute(port: number, ready: number, cycles: number, beside: boolean): number {
    const { busy, started } = this;
    const bit = 1 << port;
    const wanted = beside ? bit | divider : bit;
    const now = this.now[0]!;
    const limit = now + ahead - Math.max(1, cycles) - 1;
    let c = Math.min(Math.max(ready, now), limit);
    while (c < limit && (busy[c & mask]! & wanted) !== 0) c++;
    const at = c & mask;
    if ((started[at]! & bit) !== 0) this.waiting[port]!--; // only past the limit
    started[at]! |= bit;
    busy[at]! |= wanted;
    const kept = beside ? divider : bit;
    for (let i = 1, next = c + 1; i < cycles && next < now + ahead; next++) {
      if ((busy[next & mask]! & kept) !== 0) continue;
      busy[next & mask]! |= kept;
      i++;
    }
    return Math.max(c, ready);
  }
}
