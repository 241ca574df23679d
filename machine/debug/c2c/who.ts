/** Who asked for a line: a thread, and in Go programs a goroutine with the place that started it. */
import type { PageTable } from '../../memory/ram.js';
import { goVersion, minorVersion } from '../go/version.js';
import type { DebugInfo } from '../info.js';
import type { Guest } from './guest.js';

export interface Who {
  /** Its number among all. */
  readonly index: number;
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
  /** 0: the thread's own stack, or no Go program. */
  readonly goid: number;
  /** Where it was started: the return address of the call that a go statement is; 0 of the first goroutine. */
  readonly createdAt: number;
}

export class Everybody {
  private readonly all = new Map<string, Who>();
  /** Per core, the last one. */
  private readonly last: (Who | undefined)[] = [];
  private readonly lastG: number[] = [];
  private readonly goid: number;
  private readonly gopc: number;

  constructor(
    private readonly info: DebugInfo,
    private readonly guest: Guest,
  ) {
    const later = (minorVersion(goVersion(info.sections)) ?? 26) >= 25; // a gobuf has lost a word
    this.goid = info.structOffset('runtime.g', 'goid') ?? 152;
    this.gopc = info.structOffset('runtime.g', 'gopc') ?? (later ? 288 : 296);
  }

  /** The thread and goroutine that a core runs. */
  on(core: number, space: PageTable): Who {
    const { guest } = this;
    const tid = guest.tid(core);
    const g = this.info.go === undefined ? 0 : guest.g(core, space);
    const goid = g === 0 ? 0 : (guest.word(space, g + this.goid) ?? 0);
    const last = this.last[core];
    if (last?.tid === tid && last.goid === goid && this.lastG[core] === g) return last;
    const key = `${tid} ${goid}`;
    let who = this.all.get(key);
    if (who === undefined) {
      const createdAt = goid === 0 ? 0 : (guest.word(space, g + this.gopc) ?? 0);
      this.all.set(key, (who = { index: this.all.size, pid: guest.pid(core), tid, comm: guest.comm(tid), goid, createdAt }));
    }
    this.last[core] = who;
    this.lastG[core] = g;
    return who;
  }
}
