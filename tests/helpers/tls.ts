/**
 * Walks a Go image stop by stop and holds the g that the model reads through the FS base against what the code uses:
 *
 * 1. An instruction that loads FS:-8 into a register (what getg is in assembly) leaves the model's g there.
 * 2. At the entry of every function of the internal ABI, and at every instruction of compiled ones, R14 (what getg is there)
 *    is the model's g. After a call of a function without that ABI compiled code loads R14 anew, within `reloadWithin`
 *    instructions. Not compiled: functions with an `.abi0` twin are wrappers or assembly behind one, which switch stacks
 *    between the two; `notCompiled` lists the others. Images of our own assembler are told apart by their sources.
 * 3. g belongs to the m whose thread-local storage the FS base points into, and that m's g0 belongs to it too. g is zero
 *    only before a thread has stored its first one. Not in rt0_go, which tries the slot with a number and makes the first pair.
 */
import { gprSlot } from '../../isa/x86/regs.js';
import { codeAt, goroutineOf, loadsG, type GView } from '../../machine/debug/tls.js';
import { Symbols, type Named } from '../../machine/debug/symbols.js';
import type { Machine } from '../../machine/machine.js';

/** Assembly of the internal ABI that changes g: R14 follows some instructions later. */
const notCompiled = new Set(['runtime.mcall', 'runtime.gogo']);

/** Instructions after a call until R14 holds g again: XORPS X15, X15 and the load. */
const reloadWithin = 3;

export interface Walk {
  stops: number;
  /** Checks of each kind. */
  loads: number;
  entries: number;
  bodies: number;
  readonly goroutines: Set<number>;
  readonly threads: Set<number>;
}

type Kind = 'compiled' | 'internal' | 'other';

/** Walks to the end of the program, or `most` cycles. `internalNames`: which functions have the internal ABI. Throws at the first stop where something differs. */
export function walk(machine: Machine, image: Uint8Array, most: number, internalNames?: ReadonlySet<string>): Walk {
  const symbols = Symbols.of(image);
  const all = symbols.between(0, Infinity);
  const twins = new Set(all.filter((s) => s.name.endsWith('.abi0')).map((s) => s.name.slice(0, -5)));
  const kinds = new Map<Named, Kind>();
  const kindOf = (s: Named): Kind => {
    let kind = kinds.get(s);
    if (kind === undefined) {
      const internal = s.end > s.start && /[.·]/.test(s.name) && !s.name.endsWith('.abi0') && !/^_rt0_/.test(s.name);
      if (internalNames) kinds.set(s, (kind = internalNames.has(s.name) ? 'internal' : 'other'));
      else kinds.set(s, (kind = !internal ? 'other' : twins.has(s.name) || notCompiled.has(s.name) ? 'internal' : 'compiled'));
    }
    return kind;
  };
  const m0 = all.find((s) => s.name === 'runtime.m0')!.start;
  const out: Walk = { stops: 0, loads: 0, entries: 0, bodies: 0, goroutines: new Set(), threads: new Set() };
  const stored = new Set<number>();
  const last = Array.from({ length: machine.config.cores }, () => ({ instructions: -1, tid: 0, loads: undefined as number | undefined, kind: 'other' as Kind, stale: 0 }));
  let tlsOffset: number | undefined;
  const fail = (core: number, why: string, v: GView): never => {
    const show = (n: number | undefined): string => (n === undefined ? 'nothing' : `0x${n.toString(16)}`);
    throw new Error(`core ${core}, ${symbols.describe(machine.core(core).pc)}: ${why} (g ${show(v.g)}, m ${show(v.m)}, R14 ${show(v.r14)}, FS base ${show(v.fsBase)}, thread ${v.tid})`);
  };
  for (let cycle = 1; cycle <= most && machine.run(cycle) === 'limit'; cycle++) {
    for (let core = 0; core < machine.config.cores; core++) {
      const seen = last[core]!;
      const registers = machine.core(core);
      if (registers.instructions === seen.instructions) continue;
      const one = registers.instructions === seen.instructions + 1;
      seen.instructions = registers.instructions;
      const loaded = seen.loads;
      seen.loads = undefined;
      const v = goroutineOf(machine, core);
      if (!v) continue;
      out.stops++;
      out.threads.add(v.tid);
      if (v.g === undefined) fail(core, 'FS:-8 is not mapped', v);
      if (v.g === 0) {
        if (stored.has(v.tid)) fail(core, 'g is gone', v);
      } else if (!/^runtime\.rt0_go/.test(symbols.at(machine.core(core).pc)?.name ?? '')) {
        stored.add(v.tid);
        out.goroutines.add(v.g!);
        tlsOffset ??= v.fsBase - 8 - m0;
        if (v.m === undefined || v.m + tlsOffset !== v.fsBase - 8 || v.mOfG0 !== v.m) fail(core, 'g is of another m', v);
      }
      if (loaded !== undefined && one && seen.tid === v.tid) {
        out.loads++;
        if (Number(registers.get64(gprSlot(loaded))) !== v.g) fail(core, `a load of g gave 0x${registers.get64(gprSlot(loaded)).toString(16)}`, v);
      }
      seen.tid = v.tid;
      const symbol = symbols.at(registers.pc);
      const kind = symbol ? kindOf(symbol) : 'other';
      if (kind !== 'other' && registers.pc === symbol!.start) {
        out.entries++;
        if (v.r14 !== v.g) fail(core, 'R14 is not g at the entry', v);
      } else if (kind === 'compiled') {
        if (v.r14 === v.g) {
          out.bodies++;
          seen.stale = reloadWithin;
        } else if (seen.kind === 'compiled' && --seen.stale < 0) fail(core, 'R14 is not g', v);
        else if (seen.kind !== 'compiled') seen.stale = reloadWithin;
      }
      seen.kind = kind;
      const code = codeAt(machine, core, registers.pc, 9);
      seen.loads = code && loadsG(code);
    }
  }
  return out;
}
