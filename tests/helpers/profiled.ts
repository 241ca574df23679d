/** Runs of programs that are profiled, and what must hold of every profile. */
import * as assert from 'uvu/assert';
import type { Arch, Config } from '../../machine/config.js';
import { Profiled } from '../../machine/debug/profile/profiled.js';
import type { ProfileFunction } from '../../machine/debug/profile/functions.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { Count } from '../../machine/memory/counters.js';
import { Tallied } from '../../machine/exec/tally.js';
import { memoryOf } from '../../machine/memory/description.js';

export interface ProfiledRun {
  readonly machine: Machine;
  readonly profiled: Profiled;
  /** What instructions have counted. */
  readonly lines: ReturnType<Profiled['lines']>;
}

/** `image` to its end. */
export function profiledRun(image: Uint8Array, config: Partial<Config>, argv: readonly string[] = ['program'], env: readonly string[] = []): ProfiledRun {
  const profiled = new Profiled(image, true);
  const machine = new Machine({ cores: 2, ...config }, new MemoryHost(), (parts) => new Kernel(parts), [], false, profiled.profile);
  machine.load(image, argv, env);
  profiled.attach(machine);
  machine.idling = 'leap';
  assert.is(machine.run(), 'exit', machine.stopMessage);
  return { machine, profiled, lines: profiled.lines() };
}

/** The usual machine of an instruction set, with its caches. */
export const usual = (arch: Arch): Partial<Config> => ({ arch, caches: memoryOf(arch === 'amd64' ? 'skylake' : 'neoverse_n1')! });

/** The totals, by event, as `rt0 stat` counts them. */
export function statTotals({ engine, instructions, config }: Machine): Record<string, number> {
  const tallied = (index: number): number => engine.tally!.cores.reduce((sum, own) => sum + own[index]!, 0);
  const counted = (...which: number[]): number => engine.lines!.hierarchy.counters.reduce((sum, own) => which.reduce((n, c) => n + own[c]!, sum), 0);
  const { loadL2, loadL3, loadClean, loadDirty, loadDram, storeL2, storeL3, storeClean, storeDirty, storeDram, fetchL2, fetchL3, fetchClean, fetchDirty, fetchDram } = Count;
  return {
    Ir: instructions,
    Dr: tallied(Tallied.loads),
    Dw: tallied(Tallied.stores),
    Bc: tallied(Tallied.branches),
    ...(engine.predicts ? { Bcm: Array.from({ length: config.cores }, (_, core) => engine.mispredicts(core)).reduce((a, b) => a + b) } : {}),
    ...(engine.lines ? {
      I1mr: counted(fetchL2, fetchL3, fetchClean, fetchDirty, fetchDram), ILmr: counted(fetchDram),
      D1mr: counted(loadL2, loadL3, loadClean, loadDirty, loadDram), DLmr: counted(loadDram),
      D1mw: counted(storeL2, storeL3, storeClean, storeDirty, storeDram), DLmw: counted(storeDram),
    } : {}),
  };
}

/**
 * What was spent in a function's calls is what it has spent by itself and in the calls that it made, of every event, for each function that is never called
 * from within itself. Returns how many those are.
 */
export function checkCalls({ profiled, lines }: ProfiledRun): number {
  const calls = profiled.calls!;
  const events = lines.total.length;
  const [given, spent] = [new Map<ProfileFunction, number[]>(), new Map<ProfileFunction, number[]>()];
  const add = (to: Map<ProfileFunction, number[]>, of: ProfileFunction, cost: ArrayLike<number>): void => {
    let sum = to.get(of);
    if (sum === undefined) to.set(of, (sum = new Array<number>(events).fill(0)));
    for (let e = 0; e < events; e++) sum[e]! += cost[e]!;
  };
  const callees = new Map<ProfileFunction, Set<ProfileFunction>>();
  for (const arc of [...calls.arcs.values()].flat()) {
    add(given, arc.callee, arc.cost);
    add(spent, arc.caller, arc.cost);
    callees.set(arc.caller, (callees.get(arc.caller) ?? new Set()).add(arc.callee));
  }
  for (const [of, cost] of calls.roots) add(given, of, cost);
  for (const { of, lines: own } of lines.list) for (const line of own) add(spent, of, line.cost);
  let checked = 0;
  for (const [of, cost] of spent) {
    if (reaches(callees, of)) continue;
    assert.equal(given.get(of), cost, of.name);
    checked++;
  }
  const rooted = new Array<number>(events).fill(0);
  for (const cost of calls.roots.values()) cost.forEach((n, e) => (rooted[e]! += n));
  assert.equal(rooted, lines.total, 'all that was spent was spent in something');
  return checked;
}

/** Whether a function may be called from within itself. */
function reaches(callees: ReadonlyMap<ProfileFunction, ReadonlySet<ProfileFunction>>, from: ProfileFunction): boolean {
  const seen = new Set<ProfileFunction>();
  const todo = [...(callees.get(from) ?? [])];
  for (let f = todo.pop(); f; f = todo.pop()) {
    if (f === from) return true;
    if (seen.has(f)) continue;
    seen.add(f);
    todo.push(...(callees.get(f) ?? []));
  }
  return false;
}
