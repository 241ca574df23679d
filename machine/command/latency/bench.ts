/**
 * Guest programs that `rt0 latencies` times, on a machine without a kernel: breakpoints (INT3, BRK) are marks, whose times are noted and
 * which cost nothing. All cores begin at main with their number in DI, or R0. The run ends with the last mark that is wanted.
 */
import { assemble, formatDiagnostic } from '../../../asm/assemble.js';
import { Bare } from '../../bare.js';
import { ticksPerCycle, type Arch, type Config } from '../../config.js';
import { MemoryHost } from '../../host.js';
import { Machine } from '../../machine.js';
import type { KernelPort, Parts } from '../../parts.js';
import type { Stop } from '../../exec/stop.js';

export const hugeBytes = 2 ** 21;

/** INT3, BRK. */
const markBytes: Readonly<Record<Arch, number>> = { amd64: 1, arm64: 4 };

export interface Image {
  readonly bytes: Uint8Array;
  /** Address of the first symbol called `x`, rounded up to 2 MiB; 0: there is none. */
  readonly data: number;
}

export function assembled(text: string, arch: Arch): Image {
  const { image, symbols, diagnostics } = assemble([{ name: 'latencies.s', text }], { arch, entry: 'main', defines: { NOSPLIT: '4', NOFRAME: '512', NOPTR: '16' } });
  if (!image) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  const x = symbols.find((s) => s.name === 'x');
  return { bytes: image, data: x ? Math.ceil(x.address / hugeBytes) * hugeBytes : 0 };
}

/** The bare kernel with marks. */
class Marks implements KernelPort {
  readonly name = 'marks';
  readonly ticks: number[] = [];
  readonly bare: Bare;

  constructor(private readonly parts: Parts, private readonly wanted: number) {
    this.bare = new Bare(parts);
  }
  trap(core: number, stop: Stop): void {
    if (stop.reason !== 'Breakpoint') return this.bare.trap(core, stop);
    const state = this.parts.cores.state(core);
    this.ticks.push(state.ticks);
    state.pc = stop.pc + markBytes[this.parts.config.arch];
    if (this.ticks.length === this.wanted) this.parts.exit(0);
  }
  exec(image: Uint8Array): void {
    this.bare.exec(image);
  }
  busy(core: number): boolean {
    return this.bare.busy(core);
  }
  event(): void {
    this.bare.event();
  }
  wantsInput(): boolean {
    return this.bare.wantsInput();
  }
  poll(): void {
    this.bare.poll();
  }
  deadlock(): string {
    return this.bare.deadlock();
  }
  save(): unknown {
    return this.bare.save();
  }
  load(state: unknown): void {
    this.bare.load(state);
  }
}

export interface Timed {
  /** Cycles between one mark and the next. */
  readonly cycles: readonly number[];
  readonly mispredicts: number;
}

/** Runs a program without a kernel. `fill` may write its data before it starts: address and bytes. */
export function timed(config: Partial<Config>, text: string, marks: number, fill?: (data: number) => readonly (readonly [number, Uint8Array])[]): Timed {
  const image = assembled(text, config.arch ?? 'amd64');
  let kernel: Marks | undefined;
  const machine = new Machine(config, new MemoryHost(), (parts) => (kernel = new Marks(parts, marks)));
  machine.load(image.bytes, ['latencies']);
  for (const [at, bytes] of fill?.(image.data) ?? []) kernel!.bare.memory.copy.writeBytes(at, bytes);
  if (machine.run() === 'stop') throw new Error(machine.stopMessage);
  const { ticks } = kernel!;
  const cores = Array.from({ length: machine.config.cores }, (_, core) => core);
  return { cycles: ticks.slice(1).map((t, i) => (t - ticks[i]!) / ticksPerCycle), mispredicts: cores.reduce((n, core) => n + machine.engine.mispredicts(core), 0) };
}
