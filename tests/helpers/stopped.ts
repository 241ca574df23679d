/** A Go program on the machine, stopped where it waits for its input, for whoever looks at it. */
import { readFileSync } from 'node:fs';
import type { Config } from '../../machine/config.js';
import { frameScope, type Scope } from '../../machine/debug/expr/scope.js';
import { DebugInfo } from '../../machine/debug/info.js';
import { goroutineFrames, goroutines } from '../../machine/debug/views/goroutines.js';
import { Look } from '../../machine/debug/views/look.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { goBinary, type GoBuild, type GoCompiler } from './toolchain.js';

export interface Stopped {
  readonly machine: Machine;
  readonly host: MemoryHost;
  readonly info: DebugInfo;
  readonly look: Look;
}

/** Runs tests/programs/`name`.go until it has printed `until` and for a while more. */
export function stoppedProgram(name: string, compiler: GoCompiler, until: string, build: GoBuild = {}, config: Partial<Config> = {}, environment: readonly string[] = []): Stopped {
  const image = new Uint8Array(readFileSync(goBinary({ name }, compiler, build)));
  const host = new MemoryHost();
  host.open = true;
  const machine = new Machine({ arch: compiler.arch, cores: 2, memoryBytes: 256 << 20, timing: 'none', ...config }, host, (parts) => new Kernel(parts));
  machine.load(image, [name], environment);
  for (let cycle = 1e6; !(host.text(1) + host.text(2)).includes(until); cycle += 1e5) {
    const outcome = machine.run(cycle);
    if (outcome === 'wait') machine.passIdle();
    if (outcome === 'exit' || outcome === 'stop' || cycle > 1e10) throw new Error(`${name}: ${outcome} before it printed ${until}: ${machine.stopMessage ?? ''}${host.text(2)}`);
  }
  machine.run(machine.cycles + 1e5);
  const info = DebugInfo.of(image);
  const look = Look.of(machine, info);
  if (look === undefined) throw new Error(`${name}: no process`);
  return { machine, host, info, look };
}

/** The frame of a function on the stack of goroutine `id`. */
export function scopeIn({ info, look }: Stopped, id: number, name: string): Scope {
  const g = goroutines(look).find((one) => one.id === id);
  const frame = g && goroutineFrames(look, g.g).find((f) => info.framesAt(f.lookup)[0]?.name === name);
  if (frame === undefined) throw new Error(`goroutine ${id} has no frame of ${name}`);
  return frameScope(info, frame, look.memory);
}

/** A machine with one core, right before the first instruction of a function is executed for the first time. */
export function stoppedAt(name: string, compiler: GoCompiler, fn: string, until: string, build: GoBuild = {}): Stopped {
  const image = new Uint8Array(readFileSync(goBinary({ name }, compiler, build)));
  const info = DebugInfo.of(image);
  const entry = info.functionNamed(fn)!.low;
  const start = (): { machine: Machine; host: MemoryHost } => {
    const host = new MemoryHost();
    host.open = true;
    const machine = new Machine({ arch: compiler.arch, cores: 1, memoryBytes: 256 << 20, timing: 'none', grain: 'insn' }, host, (parts) => new Kernel(parts));
    machine.load(image, [name]);
    return { machine, host };
  };
  const first = start();
  const step = 20_000;
  for (let cycle = step; !first.host.text(1).includes(until); cycle += step) if (first.machine.run(cycle) === 'exit') throw new Error(`${name} ended`);
  const { machine, host } = start();
  machine.run(first.machine.cycles - 5 * step); // the function is called shortly before it prints
  // the clock stands still while the core idles: so many cycles at most
  for (let cycle = machine.cycles; machine.core(0).pc !== entry; cycle++) {
    if (machine.run(cycle) === 'exit' || cycle > first.machine.cycles) throw new Error(`${fn} was not met`);
  }
  return { machine, host, info, look: Look.of(machine, info)! };
}
