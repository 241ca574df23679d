/**
 * Callgrind's output file (valgrind manual, "Callgrind Format Specification"), as callgrind_annotate and KCachegrind read it: a row for each instruction with its
 * line, and behind it the calls that it made with what was spent in them. Names are written once and numbered.
 */
import type { Calls } from './calls.js';
import type { ProfileEvent } from './events.js';
import { noFile, type ProfiledLines } from './lines.js';

const hex = (n: number): string => `0x${n.toString(16)}`;

/** `(1) name` the first time, `(1)` from then on. */
class Names {
  private readonly numbers = new Map<string, number>();
  of(name: string, key = name): string {
    const known = this.numbers.get(key);
    if (known !== undefined) return `(${known})`;
    this.numbers.set(key, this.numbers.size + 1);
    return `(${this.numbers.size}) ${name}`;
  }
}

/** `image`: the program's path. */
export function callgrindText(profiled: ProfiledLines, calls: Calls, events: readonly ProfileEvent[], caches: string, command: string, creator: string, image: string): string {
  const files = new Names();
  const functions = new Names();
  const out = [
    '# callgrind format\n', 'version: 1\n', `creator: ${creator}\n`, `cmd: ${command}\n`, 'part: 1\n', caches, 'positions: instr line\n',
    ...events.map((e) => `event: ${e.name} : ${e.help}\n`), // must come before the list
    `events: ${events.map((e) => e.name).join(' ')}\n`, `summary: ${profiled.total.join(' ')}\n`, '\n', `ob=${image}\n`,
  ];
  for (const { of, file, lines } of profiled.list) {
    out.push(`fl=${files.of(file)}\nfn=${functions.of(of.name, String(of.id))}\n`);
    let current = file;
    for (const { pc, file: at, line, cost } of lines) {
      if (at !== current) out.push(`${at === file ? 'fe' : 'fi'}=${files.of(at)}\n`);
      current = at;
      out.push(`${hex(pc)} ${line} ${cost.join(' ')}\n`);
      for (const { callee, calls: count, cost: inclusive } of calls.arcs.get(pc) ?? []) {
        const place = callee.entry < 0 ? { file: noFile, line: 0 } : profiled.placeOf(callee.entry);
        out.push(`cfi=${files.of(place.file)}\ncfn=${functions.of(callee.name, String(callee.id))}\n`);
        out.push(`calls=${count} ${hex(Math.max(0, callee.entry))} ${place.line}\n${hex(pc)} ${line} ${inclusive.join(' ')}\n`);
      }
    }
    out.push('\n');
  }
  out.push(`totals: ${profiled.total.join(' ')}\n`);
  return out.join('');
}
