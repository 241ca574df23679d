/**
 * Collects the requests for shared lines of a run: by line, and within a line by address, instruction, and thread and goroutine. What lies at an address
 * is asked when the first request of a kind comes, and again when something else may have come to lie there.
 */
import type { Sharing, SharedRequest, SharingObserver, Verdicts } from '../../exec/sharing.js';
import type { PageTable } from '../../memory/ram.js';
import type { Machine } from '../../machine.js';
import { Level } from '../../memory/counters.js';
import type { DebugInfo } from '../info.js';
import { Callers } from './callers.js';
import { Guest } from './guest.js';
import { Heap } from './heap.js';
import { Places, type Place } from './place.js';
import { Everybody, type Who } from './who.js';

/** How many requests of each kind; perf's words: HITM is a hit in a line that another core had modified. */
export class Tally implements Verdicts {
  loadHitm = 0;
  /** From a core that had the line unmodified, or from L3 or DRAM after another's write. */
  loadOther = 0;
  storeHitm = 0;
  storeOther = 0;
  /** Stores to lines that others had too. */
  upgrades = 0;
  /** The line was on its way to another core. */
  waits = 0;
  /** What the requests took beyond a hit in L1, waits included. */
  ticks = 0;
  trueSharing = 0;
  falseSharing = 0;
  unknown = 0;

  count({ waits, level, write, ticks }: SharedRequest): void {
    this.ticks += ticks;
    if (waits) this.waits++;
    else if (level === Level.Upgrade) this.upgrades++;
    else if (level !== Level.Dirty) {
      if (write) this.storeOther++;
      else this.loadOther++;
    } else if (write) this.storeHitm++;
    else this.loadHitm++;
  }
  add(t: Tally): void {
    this.loadHitm += t.loadHitm;
    this.loadOther += t.loadOther;
    this.storeHitm += t.storeHitm;
    this.storeOther += t.storeOther;
    this.upgrades += t.upgrades;
    this.waits += t.waits;
    this.ticks += t.ticks;
    this.trueSharing += t.trueSharing;
    this.falseSharing += t.falseSharing;
    this.unknown += t.unknown;
  }
  get loads(): number {
    return this.loadHitm + this.loadOther;
  }
  get stores(): number {
    return this.storeHitm + this.storeOther + this.upgrades;
  }
  get hitm(): number {
    return this.loadHitm + this.storeHitm;
  }
}

/** Requests of one kind. */
export class Site extends Tally {
  readonly cores = new Set<number>();
  /** The core that asked last, so that `cores` need not be asked each time. */
  private lastCore = -1;
  /** Another has taken its place since: something else lies there now. */
  past = false;

  constructor(
    /** Physical. */
    readonly line: number,
    readonly address: number,
    readonly bytes: number,
    readonly write: boolean,
    readonly pc: number,
    readonly who: Who,
    readonly place: Place,
    /** Of the heap when `place` was asked. */
    public version: number,
  ) {
    super();
  }

  seenOn(core: number): void {
    if (core === this.lastCore) return;
    this.lastCore = core;
    this.cores.add(core);
  }
}

export interface SharedLine {
  /** Address of its first byte, as the first request named it. */
  readonly address: number;
  readonly pid: number;
  readonly sites: Site[];
  /** The present site of each kind: by instruction, offset and direction, then by who. */
  readonly current: Map<number, Map<number, Site>>;
}

/** Sites that are found without a search. */
const recentBits = 15;

export class Collector implements SharingObserver {
  readonly lines = new Map<number, SharedLine>();
  /** Undefined where memory is flat: there is nothing to share. */
  readonly sharing: Sharing | undefined;
  private readonly guest: Guest;
  readonly heap: Heap | undefined;
  private readonly everybody: Everybody;
  readonly places: Places;
  private readonly pcs = new Map<number, number>();
  private readonly recent: (Site | undefined)[] = new Array<undefined>(2 ** recentBits).fill(undefined);
  readonly lineBytes: number;

  /** To be made before the program runs. Errors: DebugError where the image's debugging information is broken. */
  constructor(
    readonly machine: Machine,
    readonly info: DebugInfo,
  ) {
    this.guest = new Guest(machine, info.gFromBase);
    this.heap = info.go === undefined ? undefined : new Heap(info, this.guest, new Callers(info, this.guest));
    this.everybody = new Everybody(info, this.guest);
    this.places = new Places(info, this.guest, this.heap?.objects);
    this.sharing = machine.engine.caches?.observeSharing(this);
    this.lineBytes = machine.engine.lines?.bytes ?? 64;
  }

  shared(request: SharedRequest): Verdicts {
    const { core, line, address, write } = request;
    const pc = this.machine.engine.pcOf(core);
    const space = this.guest.space(core);
    const who = this.everybody.on(core, space);
    const slot = Math.imul(pc ^ Math.imul(line, 0x3d4d51cb) ^ Math.imul(who.index, 0x2545f491) ^ (address << 21), 0x9e3779b1) >>> (32 - recentBits);
    let site = this.recent[slot];
    if (
      site === undefined || site.past || site.line !== line || site.address !== address || site.pc !== pc || site.who !== who || site.write !== write
      || !this.stands(site, this.version(address))
    ) this.recent[slot] = site = this.siteOf(this.lineOf(request), pc, space, who, request);
    site.count(request);
    site.seenOn(core);
    return site;
  }

  private version(address: number): number {
    return this.heap === undefined ? 0 : this.heap.objects.version(address);
  }
  /** Whether what lay there when the site was made lies there still; `version`: of the heap there. */
  private stands(site: Site, version: number): boolean {
    if (site.version === version) return true;
    if (site.place.object === undefined || site.place.object.dead) return false;
    site.version = version;
    return true;
  }

  private lineOf({ core, line, address }: SharedRequest): SharedLine {
    let there = this.lines.get(line);
    if (there === undefined) {
      there = { address: address - (address % this.lineBytes), pid: this.guest.pid(core), sites: [], current: new Map() };
      this.lines.set(line, there);
    }
    return there;
  }

  private siteOf(line: SharedLine, pc: number, space: PageTable, who: Who, { core, line: number, address, bytes, write }: SharedRequest): Site {
    const kind = this.indexOf(pc) * 256 + (address % this.lineBytes) * 2 + (write ? 1 : 0);
    let people = line.current.get(kind);
    if (people === undefined) line.current.set(kind, (people = new Map()));
    const known = people.get(who.index);
    const version = this.version(address);
    const same = known !== undefined && known.address === address;
    if (same && this.stands(known, version)) return known;
    const place = this.places.at(core, space, address);
    if (same && known.place.object === place.object) {
      known.version = version;
      return known;
    }
    if (known !== undefined) known.past = true;
    const site = new Site(number, address, bytes, write, pc, who, place, version);
    line.sites.push(site);
    people.set(who.index, site);
    return site;
  }

  private indexOf(pc: number): number {
    let index = this.pcs.get(pc);
    if (index === undefined) this.pcs.set(pc, (index = this.pcs.size));
    return index;
  }
}
