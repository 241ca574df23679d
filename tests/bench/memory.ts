/**
 * Speed of the memory hierarchy's models alone: nanoseconds of CPU time for a miss of L1D, by the level whose size the footprint fits.
 *
 *     node dist/tests/bench/memory.js [DESCRIPTION...]
 *
 * One core visits the lines of a footprint in an order that repeats and has no pattern, loads only; then two cores write lines in turns.
 */
import { Level } from '../../machine/memory/counters.js';
import { memoryNames, memoryOf, type MemoryDescription, type MemoryName } from '../../machine/memory/description.js';
import { Hierarchy } from '../../machine/memory/hierarchy.js';
import { Linear } from '../helpers/linear.js';
import { Random } from '../helpers/random.js';

const accesses = 2e6;
const rounds = 3;

const build = (d: MemoryDescription, cores: number): Hierarchy => new Hierarchy(d, cores, new Linear(64 << 20), { lineLost: () => undefined, pageLost: () => undefined }, 1);

/** The lines of a footprint in random order. */
function order(lines: number): Int32Array {
  const random = new Random(lines);
  const all = Int32Array.from({ length: lines }, (_, i) => i);
  for (let i = lines - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

interface Row {
  readonly nanos: number;
  /** Part of the accesses that missed L1D. */
  readonly missed: number;
}

function chase(d: MemoryDescription, bytes: number): Row {
  const h = build(d, 1);
  const lines = order(bytes / d.lineBytes);
  let now = 0;
  let missed = 0;
  const visit = (count: number): void => {
    missed = 0;
    for (let i = 0, at = 0; i < count; i++) {
      h.touch(0);
      now += h.data(0, lines[at]!, false, now) + 192;
      if (h.lastLevel !== Level.L1) missed++;
      if (++at === lines.length) at = 0;
    }
  };
  visit(lines.length);
  return { ...timed(() => visit(accesses)), missed: missed / accesses };
}

function pingPong(d: MemoryDescription): Row {
  const h = build(d, 2);
  let now = 0;
  return {
    ...timed(() => {
      for (let i = 0; i < accesses; i++) {
        h.touch(i & 1);
        now += h.data(i & 1, (i >> 1) & 63, true, now) + 192;
      }
    }),
    missed: 1,
  };
}

/** The fastest of some rounds, per access. */
function timed(run: () => void): { nanos: number } {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage();
    run();
    best = Math.min(best, process.cpuUsage(before).user);
  }
  return { nanos: (best * 1000) / accesses };
}

const names = process.argv.slice(2);
for (const name of (names.length > 0 ? names : memoryNames.filter((n) => n !== 'unit')) as MemoryName[]) {
  const d = memoryOf(name)!;
  const rows: [string, Row][] = [
    ['L1', chase(d, d.l1d.bytes / 2)],
    ['L2', chase(d, d.l2.bytes / 2)],
    ['L2 + 1 MiB, in L3', chase(d, d.l2.bytes + (1 << 20))],
    ['half of L3', chase(d, d.l3.bytes / 2)],
    ['4 times L3, DRAM', chase(d, 4 * d.l3.bytes)],
    ['two cores, one line in turns', pingPong(d)],
  ];
  console.log(name);
  for (const [what, { nanos, missed }] of rows) {
    console.log(`  ${what.padEnd(30)} ${nanos.toFixed(1).padStart(7)} ns an access, ${(100 * missed).toFixed(1).padStart(5)} % miss, ${((1000 * missed) / nanos).toFixed(1).padStart(5)} M misses a second`);
  }
}
