/**
 * Measures this build's kernels and prints one line of JSON: {kernel: {mips, output, instructions}}. Started by main.ts,
 * which may also start the same file of another build.
 *
 *     node dist/tests/bench/measure.js SECONDS ARCH [none|unit|interval|window|caches] KERNEL...
 *
 * Without a timing mode it is none; caches is interval with the caches of the core.
 *
 * Time is CPU time of the process, because benchmarks share their computer; it includes what V8 compiles in the
 * background, so each kernel runs once before it counts.
 */
import Benchmark from 'benchmark';
import { timings, type Arch, type Timing } from '../../machine/config.js';
import { Guest } from './guest.js';
import { image, kernelNames, type KernelName } from './kernels.js';

export interface Figure {
  readonly mips: number;
  readonly output: string;
  readonly instructions: number;
}

function measure(name: KernelName, arch: Arch, seconds: number, timing: Timing, cached: boolean): Figure {
  const guest = new Guest(image(name, arch), timing, {}, cached);
  let { output, instructions } = guest.run();
  let runs = 0;
  let used = 0;
  let best = 0;
  const bench = new Benchmark(name, () => {
    guest.restart();
    const before = process.cpuUsage();
    ({ output, instructions } = guest.run());
    const { user, system } = process.cpuUsage(before);
    used += user + system;
    runs++;
    best = Math.max(best, instructions / (user + system));
  }, { maxTime: seconds, minSamples: 3 });
  bench.run();
  if (bench.error) throw bench.error;
  if (runs === 0 || used === 0) throw new Error(`${name}: nothing measured`);
  return { mips: best, output: output.trim(), instructions };
}

const [seconds, arch, ...words] = process.argv.slice(2) as [string, Arch, ...string[]];
const cached = words[0] === 'caches';
const timing = cached ? 'interval' : timings.find((t) => t === words[0]) ?? 'none';
const names = cached || timing === words[0] ? words.slice(1) : words;
const figures: Record<string, Figure> = {};
for (const name of kernelNames) if (names.length === 0 || names.includes(name)) figures[name] = measure(name, arch, Number(seconds), timing, cached);
console.log(JSON.stringify(figures));
