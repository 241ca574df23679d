/** Cachegrind's output file (valgrind manual, 5.6.1), as cg_annotate and KCachegrind read it: a row for each line of each function in each file. */
import type { ProfileEvent } from './events.js';
import type { ProfiledLines } from './lines.js';

export function cachegrindText({ list, total }: ProfiledLines, events: readonly ProfileEvent[], caches: string, command: string): string {
  const out = [caches, `cmd: ${command}\n`, `events: ${events.map((e) => e.name).join(' ')}\n`];
  for (const { of, lines } of list) {
    const files = new Map<string, Map<number, number[]>>();
    for (const { file, line, cost } of lines) {
      let byLine = files.get(file);
      if (byLine === undefined) files.set(file, (byLine = new Map<number, number[]>()));
      const sum = byLine.get(line);
      if (sum === undefined) byLine.set(line, [...cost]);
      else cost.forEach((n, e) => (sum[e]! += n));
    }
    for (const [file, byLine] of files) {
      out.push(`fl=${file}\nfn=${of.name}\n`);
      for (const [line, cost] of [...byLine].sort(([a], [b]) => a - b)) out.push(`${line} ${cost.join(' ')}\n`);
    }
  }
  out.push(`summary: ${total.join(' ')}\n`);
  return out.join('');
}
