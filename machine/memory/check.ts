/**
 * What is wrong with a description of a memory hierarchy, and descriptions by change of another one: an object from a file that says
 * only what differs. Every mistake is a line `key value: reason`.
 */
import type { CacheDescription, MemoryDescription, TlbDescription, TlbSize } from './description.js';

/** Directories keep a bit a core. */
export const maxCores = 32;
/** How many ways of a set are taken is a byte. */
const maxWays = 255;

const powerOfTwo = (n: number): boolean => Number.isSafeInteger(n) && n > 0 && Number.isInteger(Math.log2(n));
const whole = (n: number, least: number): boolean => Number.isSafeInteger(n) && n >= least && n <= 2 ** 31 - 1;

class Problems {
  readonly list: string[] = [];
  unless(holds: boolean, key: string, value: unknown, reason: string): boolean {
    if (!holds) this.list.push(`${key} ${JSON.stringify(value)}: ${reason}`);
    return holds;
  }
}

/** Everything that is impossible in `d`; an empty list: it can be built. */
export function memoryProblems(d: MemoryDescription): string[] {
  const p = new Problems();
  const lines = p.unless([32, 64, 128].includes(d.lineBytes), 'lineBytes', d.lineBytes, 'choose 32, 64 or 128');
  for (const key of ['l1i', 'l1d', 'l2', 'l3'] as const) cacheProblems(p, key, d[key], lines ? d.lineBytes : 64);
  // a line that was just brought in must survive a prefetch
  p.unless(d.l3.ways >= 2, 'l3.ways', d.l3.ways, 'choose 2 or more');
  p.unless(d.l1d.cycles <= d.l2.cycles && d.l2.cycles <= d.l3.cycles, 'l2.cycles', d.l2.cycles, 'not between the cycles of l1d and of l3');
  p.unless(d.l1i.cycles <= d.l2.cycles, 'l1i.cycles', d.l1i.cycles, 'more than those of l2');
  p.unless(['mesi', 'mesif', 'moesi'].includes(d.protocol), 'protocol', d.protocol, 'choose mesi, mesif or moesi');
  for (const key of ['dirty', 'clean', 'upgrade'] as const) {
    p.unless(whole(d.transfer[key], Math.max(d.l1d.cycles, d.l1i.cycles)), `transfer.${key}`, d.transfer[key], 'choose a whole number of cycles, not below those of l1d and l1i');
  }
  for (const key of ['fillBuffers', 'l2Buffers', 'storeBuffer'] as const) p.unless(whole(d[key], 1), key, d[key], 'choose 1 or more');
  for (const when of ['call', 'switch'] as const) {
    for (const key of ['l1i', 'l1d', 'pages'] as const) p.unless(whole(d.displaced[when][key], 0), `displaced.${when}.${key}`, d.displaced[when][key], 'choose 0 or more');
  }
  for (const key of ['itlb', 'dtlb', 'stlb'] as const) tlbProblems(p, key, d[key]);
  p.unless(whole(d.stlb.cycles, 0), 'stlb.cycles', d.stlb.cycles, 'choose a whole number of cycles');
  p.unless(whole(d.walk.levels, 2) && d.walk.levels <= 5, 'walk.levels', d.walk.levels, 'choose 2 to 5');
  p.unless(whole(d.walk.stepCycles, 0), 'walk.stepCycles', d.walk.stepCycles, 'choose a whole number of cycles');
  sizeProblems(p, 'walk.upper', d.walk.upper);
  dramProblems(p, d);
  return p.list;
}

function cacheProblems(p: Problems, key: string, c: CacheDescription, lineBytes: number): void {
  p.unless(whole(c.cycles, 1), `${key}.cycles`, c.cycles, 'choose 1 or more');
  const policy = p.unless(['lru', 'plru', 'random'].includes(c.replacement), `${key}.replacement`, c.replacement, 'choose lru, plru or random');
  if (!p.unless(whole(c.ways, 1) && c.ways <= maxWays, `${key}.ways`, c.ways, `choose 1 to ${maxWays}`)) return;
  if (policy && c.replacement === 'plru') p.unless(powerOfTwo(c.ways), `${key}.ways`, c.ways, 'a tree of bits (plru) needs a power of two');
  const sets = c.bytes / (c.ways * lineBytes);
  p.unless(powerOfTwo(sets), `${key}.bytes`, c.bytes, `with ${c.ways} ways of ${lineBytes} bytes the number of sets is no power of two`);
}

function tlbProblems(p: Problems, key: string, t: TlbDescription): void {
  sizeProblems(p, `${key}.small`, t.small);
  if (t.huge.entries !== 0) sizeProblems(p, `${key}.huge`, t.huge);
}

function sizeProblems(p: Problems, key: string, { entries, ways }: TlbSize): void {
  if (!p.unless(whole(entries, 1), `${key}.entries`, entries, 'choose 1 or more')) return;
  if (!p.unless(whole(ways, 1), `${key}.ways`, ways, 'choose 1 or more')) return;
  p.unless(powerOfTwo(entries / ways), `${key}.entries`, entries, `with ${ways} ways the number of sets is no power of two`);
}

function dramProblems(p: Problems, { dram, lineBytes }: MemoryDescription): void {
  p.unless(whole(dram.rowHit, 1), 'dram.rowHit', dram.rowHit, 'choose 1 or more');
  p.unless(whole(dram.rowMiss, dram.rowHit), 'dram.rowMiss', dram.rowMiss, 'choose no less than rowHit');
  p.unless(whole(dram.rowCycle, 1), 'dram.rowCycle', dram.rowCycle, 'choose 1 or more');
  p.unless(powerOfTwo(dram.banks), 'dram.banks', dram.banks, 'not a power of two');
  p.unless(powerOfTwo(dram.rowBytes) && dram.rowBytes >= lineBytes, 'dram.rowBytes', dram.rowBytes, 'not a power of two, or less than a line');
  p.unless(dram.bytesPerCycle > 0 && dram.bytesPerCycle <= 48 * lineBytes, 'dram.bytesPerCycle', dram.bytesPerCycle, 'choose more than 0, and no more than a line a tick');
}

/** A description, and what is wrong with it. */
export interface Amended {
  readonly description: MemoryDescription;
  readonly problems: readonly string[];
}

/** `base` with what `changes` (parsed JSON) says. Where a value is refused the base's stands. Sizes may be texts such as "32K". */
export function amendMemory(base: MemoryDescription, changes: unknown): Amended {
  const p = new Problems();
  const description = amend(p, base, changes, '') as MemoryDescription;
  return { description, problems: [...p.list, ...memoryProblems(description)] };
}

type Plain = { readonly [key: string]: unknown };
const isObject = (v: unknown): v is Plain => typeof v === 'object' && v !== null && !Array.isArray(v);

function amend(p: Problems, base: unknown, to: unknown, key: string): unknown {
  if (isObject(base)) {
    if (!p.unless(isObject(to), key === '' ? 'memory' : key, to, 'not an object')) return base;
    const result: Record<string, unknown> = { ...base };
    for (const [name, value] of Object.entries(to as Plain)) {
      const path = key === '' ? name : `${key}.${name}`;
      if (p.unless(Object.hasOwn(base, name), path, value, `unknown key; there is ${Object.keys(base).join(', ')}`)) result[name] = amend(p, base[name], value, path);
    }
    return result;
  }
  const value = typeof base === 'number' && typeof to === 'string' ? bytes(to) : to;
  const kind = typeof base === 'string' ? 'word' : typeof base === 'boolean' ? 'true or false' : 'number';
  return p.unless(typeof value === typeof base, key, to, `not a ${kind}`) ? value : base;
}

/** "32K", "1.375M": powers of 1024. */
function bytes(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)([KMG])$/i.exec(text);
  return m ? Number(m[1]) * 1024 ** (' KMG'.indexOf(m[2]!.toUpperCase())) : undefined;
}
