/** What a profile's instructions have counted, by function and address, with file and line: what both file formats are written from. */
import { costs, type Profile } from '../../exec/profile.js';
import type { PageTable } from '../../memory/ram.js';
import type { DebugInfo } from '../info.js';
import type { ProfileEvent } from './events.js';
import { foreign, type ProfileFunction, type ProfileFunctions } from './functions.js';

/** Where nothing is known of a file, as valgrind's tools write it. */
export const noFile = '???';

export interface ProfiledLine {
  readonly pc: number;
  readonly file: string;
  /** 0: unknown. */
  readonly line: number;
  /** By event. */
  readonly cost: readonly number[];
}
export interface ProfiledFunction {
  readonly of: ProfileFunction;
  /** Of its first instruction. */
  readonly file: string;
  /** In order of addresses. */
  readonly lines: readonly ProfiledLine[];
}

export class ProfiledLines {
  readonly list: readonly ProfiledFunction[];
  readonly total: readonly number[];
  private readonly places = new Map<number, { readonly file: string; readonly line: number }>();

  /** `own`: the address space of the program that `info` knows. Others are a function each, with their number. `sites`: addresses to be listed even if nothing was counted there. */
  constructor(profile: Profile, private readonly info: DebugInfo, functions: ProfileFunctions, private readonly events: readonly ProfileEvent[], own: PageTable, sites: Iterable<number> = []) {
    const byFunction = new Map<ProfileFunction, ProfiledLine[]>();
    const add = (pc: number, row: Float64Array): void => {
      const f = functions.at(pc);
      let list = byFunction.get(f);
      if (list === undefined) byFunction.set(f, (list = []));
      list.push({ pc, ...this.placeOf(pc), cost: this.chosen(row) });
    };
    const counted = profile.counted();
    const nothing = new Float64Array(costs);
    for (const pc of sites) if (!counted.get(own)?.has(pc)) add(pc, nothing);
    for (const [space, rows] of counted) {
      if (space !== own) {
        const sum = new Float64Array(costs);
        for (const row of rows.values()) row.forEach((n, i) => (sum[i]! += n));
        byFunction.set(functions.named(foreign(space)), [{ pc: 0, file: noFile, line: 0, cost: this.chosen(sum) }]);
        continue;
      }
      for (const [pc, row] of rows) add(pc, row);
    }
    this.list = [...byFunction].sort(([a], [b]) => a.entry - b.entry || (a.name < b.name ? -1 : 1)).map(([of, lines]) => {
      lines.sort((a, b) => a.pc - b.pc);
      return { of, file: this.fileOf(of), lines };
    });
    this.total = events.map((_, e) => this.list.reduce((sum, f) => f.lines.reduce((n, l) => n + l.cost[e]!, sum), 0));
  }

  private chosen(row: Float64Array): number[] {
    return this.events.map(({ cost }) => row[cost]!);
  }

  placeOf(pc: number): { readonly file: string; readonly line: number } {
    let place = this.places.get(pc);
    if (place === undefined) {
      const known = this.info.placeOf(pc);
      this.places.set(pc, (place = { file: known?.file ?? noFile, line: known?.line ?? 0 }));
    }
    return place;
  }
  fileOf({ entry }: ProfileFunction): string {
    return entry < 0 ? noFile : this.placeOf(entry).file;
  }
}
