/** What `rt0 c2c` loads once it has a program to watch. */
import { adviceOf, adviceText, type Advice } from '../debug/c2c/advice.js';
import { Collector } from '../debug/c2c/collector.js';
import { reportJson } from '../debug/c2c/json.js';
import { Padding } from '../debug/c2c/padding.js';
import { summaryOf } from '../debug/c2c/summary.js';
import { reportText } from '../debug/c2c/text.js';
import { DebugInfo } from '../debug/info.js';
import type { Machine } from '../machine.js';

/** Watches a machine that has its program and has not run. */
export const collect = (machine: Machine, image: Uint8Array): Collector => new Collector(machine, DebugInfo.of(image));

/** What became of the program with its words on lines of their own; `why` it was not tried. */
interface Tried {
  readonly cycles?: number;
  readonly before: number;
  readonly why?: string;
}

/** `again`: a machine with the program for another run. */
function tryPadding(collector: Collector, advice: readonly Advice[], again: () => Machine): Tried {
  const { machine, info } = collector;
  const before = machine.cycles;
  const words = advice.flatMap((a) => a.words);
  if (words.length === 0) return { before, why: 'there is nothing to pad' };
  if (machine.host.answers > 0) return { before, why: 'the program takes input, which would come at other times' };
  const cycles = new Padding(again(), info, words).run();
  return cycles === undefined ? { before, why: 'the program did not end by itself the second time' } : { before, cycles };
}

function triedText({ cycles, before, why }: Tried): string {
  if (cycles === undefined) return `\n  Padding was not tried: ${why!}\n`;
  return `\n  With these words on lines of their own the program takes ${cycles.toLocaleString('en-US')} cycles instead of ${before.toLocaleString('en-US')}: ${(before / cycles).toFixed(2)} times as fast\n`;
}

/** `again`: padding is to be tried, too. */
export function textOf(collector: Collector, again: (() => Machine) | undefined): string {
  const summary = summaryOf(collector);
  const advice = adviceOf(summary);
  return reportText(collector, summary, adviceText(advice) + (again ? triedText(tryPadding(collector, advice, again)) : ''));
}

export function jsonOf(collector: Collector, again: (() => Machine) | undefined): string {
  const summary = summaryOf(collector);
  const advice = adviceOf(summary);
  return reportJson(summary, advice, again && tryPadding(collector, advice, again));
}
