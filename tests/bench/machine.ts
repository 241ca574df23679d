/**
 * Measures this build on one program, kernel model and all, and prints a line of JSON. Started by main.ts, which may also
 * start the same file of another build.
 *
 *     node dist/tests/bench/machine.js CORES FILE [none|unit|interval|caches]
 *
 * FILE is an image, or assembly source (.s). `caches` is interval with the caches of the core. Each run is a new machine; the first one warms this process up and does not count. Time is
 * CPU time of the process, with what V8 compiles meanwhile.
 */
import { EM, readElf } from '../../isa/abi/elf.js';
import { loadImage } from '../../machine/command/image.js';
import { makeConfig, type Timing } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { memoryOf } from '../../machine/memory/description.js';

export interface Run {
  /** CPU time of the quickest run. */
  readonly micros: number;
  readonly instructions: number;
  readonly output: string;
}

const runs = 4;

const [cores, file, mode = 'none'] = process.argv.slice(2) as [string, string, (Timing | 'caches')?];
const timing = mode === 'caches' ? 'interval' : mode;
const image = await loadImage(file);
const arch = readElf(image).machine === EM.AARCH64 ? 'arm64' : 'amd64';
const caches = mode === 'caches' ? memoryOf(makeConfig({ arch }).uarch)! : null;
let best: Run = { micros: Infinity, instructions: 0, output: '' };
for (let i = 0; i < runs; i++) {
  const host = new MemoryHost();
  const machine = new Machine({ arch, cores: Number(cores), timing, caches }, host);
  machine.load(image, ['program']);
  const before = process.cpuUsage();
  const outcome = machine.run();
  const { user, system } = process.cpuUsage(before);
  if (outcome !== 'exit' || machine.exitStatus !== 0) throw new Error(`${file}: ${outcome} ${machine.exitStatus} ${machine.stopMessage ?? ''}`);
  const micros = i === 0 ? Infinity : user + system;
  if (micros <= best.micros) best = { micros, instructions: machine.instructions, output: host.text(1) };
}
console.log(JSON.stringify(best));
