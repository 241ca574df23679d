/** What a machine's latencies are, as guest programs find them: cycles an operation. */
import { ticksPerCycle, type Arch, type Config } from '../../config.js';
import { MemoryHost } from '../../host.js';
import type { Kernel } from '../../kernel/kernel.js';
import { Machine } from '../../machine.js';
import type { MemoryDescription } from '../../memory/description.js';
import { assembled, hugeBytes, timed } from './bench.js';
import { branches, faults, nullCalls, passing, repeated, transfer } from './programs.js';

/** A machine with caches; its number of cores and memory are each measurement's. */
export type Measured = Partial<Config> & { readonly arch: Arch; readonly caches: MemoryDescription };

const mib = 2 ** 20;
const pageBytes = 4096;
/** Loads of a chase that are timed, at most: beyond the first pass, one is like the next. */
const mostTimed = 65_536;

/** A random order of 0 to n-1, the same each time. */
function shuffled(n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let seed = n | 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    const j = (seed >>> 1) % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Bytes of `count` places, each with the address of the next in a random ring, from `base` on; the first place begins it. */
function ring(base: number, places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.max(...[places.at(-1)!, places[0]!]) + 8);
  const view = new DataView(bytes.buffer);
  const order = shuffled(places.length);
  const start = order.indexOf(0);
  for (let i = 0; i < order.length; i++) {
    const [here, next] = [order[(start + i) % order.length]!, order[(start + i + 1) % order.length]!];
    view.setBigUint64(places[here]!, BigInt(base + places[next]!), true);
  }
  return bytes;
}

/** Enough memory for `bytes` of data. */
const room = (bytes: number): number => Math.ceil((bytes + 8 * mib) / mib) * mib;

/** `count`: loads that are timed, after one round; left out: enough. */
function chaseOver(m: Measured, places: readonly number[], pages: 'small' | 'huge', count = Math.min(mostTimed, Math.max(places.length, 4096))): number {
  const bytes = places.at(-1)! + 8;
  const { text, times } = repeated(m.arch, 'chase', places.length, count, bytes + hugeBytes);
  const config: Partial<Config> = { ...m, cores: 1, hugePages: pages === 'huge' ? 'always' : 'never', memoryBytes: room(bytes + 2 * hugeBytes) };
  return timed(config, text, 2, (data) => sparse(data, places)).cycles[0]! / times;
}

/** The ring's bytes in pieces, so that what lies between places far apart need not be written. */
function sparse(base: number, places: readonly number[]): [number, Uint8Array][] {
  if (places.length < 2 || places[1]! - places[0]! < pageBytes) return [[base, ring(base, places)]];
  const order = shuffled(places.length);
  const start = order.indexOf(0);
  return places.map((_, i) => {
    const [here, next] = [order[(start + i) % order.length]!, order[(start + i + 1) % order.length]!];
    const word = new Uint8Array(8);
    new DataView(word.buffer).setBigUint64(0, BigInt(base + places[next]!), true);
    return [base + places[here]!, word];
  });
}

/** A load that waits for the one before, at random over the lines of a footprint. */
export function chase(m: Measured, footprint: number, pages: 'small' | 'huge', count?: number): number {
  const { lineBytes } = m.caches;
  return chaseOver(m, Array.from({ length: footprint / lineBytes }, (_, i) => i * lineBytes), pages, count);
}

/** What a load takes more in each of `count` pages than in as many lines side by side: what translations cost. */
export function translation(m: Measured, count: number, pages: 'small' | 'huge'): number {
  const { lineBytes } = m.caches;
  const bytes = pages === 'small' ? pageBytes : hugeBytes;
  const apart = chaseOver(m, Array.from({ length: count }, (_, i) => i * bytes + ((i * lineBytes) % (pages === 'small' ? pageBytes : hugeBytes))), pages);
  return apart - chase(m, count * lineBytes, 'huge');
}

/** A locked read and write of a line that the core owns; a load of what was just stored. */
export const locked = (m: Measured): number => simple(m, 'locked');
export const forward = (m: Measured): number => simple(m, 'forward');
function simple(m: Measured, what: 'locked' | 'forward'): number {
  const { text, times } = repeated(m.arch, what, 1000, 8000, 64);
  return timed({ ...m, cores: 1, memoryBytes: room(hugeBytes) }, text, 2).cycles[0]! / times;
}

/** What a wrongly predicted branch takes more than a right one: branches on random bits, and on zeros. Undefined: nothing is predicted. */
export function mispredict(m: Measured): number | undefined {
  const words = 512;
  const random = new Uint8Array(8 * words);
  let seed = 1;
  for (let i = 0; i < random.length; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) | 0;
    random[i] = seed >>> 16;
  }
  const config = { ...m, cores: 1, memoryBytes: room(hugeBytes) };
  const pass = (rounds: number, fill: boolean): { cycles: number; wrong: number } => {
    const r = timed(config, branches(m.arch, words, rounds), rounds + 1, (data) => [[data, fill ? random : new Uint8Array(8 * words)]]);
    return { cycles: r.cycles.reduce((a, b) => a + b, 0), wrong: r.mispredicts };
  };
  const one = (fill: boolean): { cycles: number; wrong: number } => {
    const [a, b] = [pass(2, fill), pass(6, fill)];
    return { cycles: b.cycles - a.cycles, wrong: b.wrong - a.wrong };
  };
  const [wrong, right] = [one(true), one(false)];
  return wrong.wrong === right.wrong ? undefined : (wrong.cycles - right.cycles) / (wrong.wrong - right.wrong);
}

/** A load of a line that another core has modified. */
export function dirtyTransfer(m: Measured): number {
  const { lineBytes, l1d } = m.caches;
  const count = Math.min(64, l1d.bytes / lineBytes / 2);
  const places = Array.from({ length: count }, (_, i) => i * lineBytes);
  const { text, selfAt } = transfer(m.arch, count, lineBytes);
  const self = (data: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(data + selfAt)).buffer);
  return timed({ ...m, cores: 2, memoryBytes: room(hugeBytes) }, text, 2, (data) => [[data, ring(data, places)], [data + selfAt, self(data)]]).cycles[0]! / count;
}

/** Cycles that `text(2n)` takes more than `text(n)` on the kernel, a repetition. */
function onKernel(m: Measured, cores: number, text: (n: number) => string, n: number, config: Partial<Config> = {}): number {
  const cycles = (count: number): number => {
    const { bytes } = assembled(text(count), m.arch);
    const machine = new Machine({ ...m, ...config, cores, hugePages: 'never', memoryBytes: room(4096 * 2 * n + 2 * hugeBytes) }, new MemoryHost());
    machine.load(bytes, ['latencies']);
    if (machine.run() !== 'exit' || machine.exitStatus !== 0) throw new Error(machine.stopMessage ?? `ended with ${machine.exitStatus}`);
    return machine.cycles;
  };
  return (cycles(2 * n) - cycles(n)) / n;
}

export const nullCall = (m: Measured): number => onKernel(m, 1, (n) => nullCalls(m.arch, n), 500);
export const pageFault = (m: Measured): number => onKernel(m, 1, (n) => faults(m.arch, n), 500);
/** From thread to thread of one core: with a call to wake and one to sleep. A waker that the other took the core from would find itself woken before it slept, and save a wake-up. */
export const threadSwitch = (m: Measured): number =>
  onKernel(m, 1, (n) => passing(m.arch, n, 1), 200, { sched: { ...m.sched, features: { ...m.sched?.features, WAKEUP_PREEMPTION: false } } }) / 2;

/** Long enough for a core to fall asleep. */
const delay = 20_000;
/** From a store and the call to wake to a thread that sleeps on another core and loads it. */
export function wakeOther(m: Measured): number {
  const pass = (count: number): number => onKernel(m, 2, (n) => passing(m.arch, n, count), 100) / 2;
  return 2 * pass(delay) - pass(2 * delay); // what counting takes cancels out
}

/** What a Go program said of itself; undefined: it is not programs/latencies. */
export interface GoRun {
  /** From the machine's start to its first output. */
  readonly startMicros: number | undefined;
  readonly gosched: number | undefined;
  readonly channel: number | undefined;
}

class FirstWords extends MemoryHost {
  first: number | undefined;
  /** Cycles at which the machine is. */
  now: () => number = () => 0;
  override write(fd: number, bytes: Uint8Array): void {
    this.first ??= this.now();
    super.write(fd, bytes);
  }
}

/** Runs a Go binary on the machine. */
export function goRun(m: Measured, image: Uint8Array): GoRun {
  const host = new FirstWords();
  const machine = new Machine({ ...m, memoryBytes: 2 ** 31 }, host);
  host.now = () => (machine.kernel as Kernel).now / ticksPerCycle;
  machine.load(image, ['latencies']);
  if (machine.run() !== 'exit') throw new Error(machine.stopMessage ?? 'the program waits for input');
  const said = (name: string): number | undefined => {
    const found = [...host.text(1).matchAll(new RegExp(`^${name} ([\\d.]+)$`, 'gm'))].at(-1);
    return found && Number(found[1]);
  };
  return { startMicros: host.first === undefined ? undefined : host.first / (m.clockHz! / 1e6), gosched: said('gosched'), channel: said('channel') };
}
