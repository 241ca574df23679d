/**
 * Walks a Go image stop by stop and holds the g that the model reads against what the code uses. Of amd64, where the model
 * reads it through the FS base:
 *
 * 1. An instruction that loads FS:-8 into a register (what getg is in assembly) leaves the model's g there.
 * 2. At the entry of every function of the internal ABI, and at every instruction of compiled ones, R14 (what getg is there)
 *    is the model's g. After a call of a function without that ABI compiled code loads R14 anew, within `reloadWithin`
 *    instructions. Not compiled: functions with an `.abi0` twin are wrappers or assembly behind one, which switch stacks
 *    between the two; `notCompiled` lists the others. Images of our own assembler are told apart by their sources.
 * 3. g belongs to the m whose thread-local storage the FS base points into.
 *
 * Of both, where the model's g on arm64 is X28, which is what getg is there:
 *
 * 4. A thread's g belongs to one m as long as the thread lives, no other thread has that m, and the m's procid is the
 *    thread's number once it is set. When g changes it is this m's g0, gsignal or curg; the g0 always belongs to it too.
 *    g is zero only before a thread has its first one.
 * 5. At the entry of every function of the internal ABI SP lies in g's stack, or in the m's signal stack, on which handlers
 *    start before they change g.
 *
 * Not in rt0_go, which makes the first pair and on amd64 tries the slot with a number, and not in a new thread's part of
 * clone, which has its maker's registers.
 */
import { gprSlot } from '../../isa/x86/regs.js';
import type { Arch } from '../../machine/config.js';
import { Symbols, type Named } from '../../machine/debug/symbols.js';
import { codeAt, fieldsAt, goroutineOf, loadsG, stackOf, type Bounds, type GView } from '../../machine/debug/tls.js';
import type { Kernel } from '../../machine/kernel/kernel.js';
import type { Machine } from '../../machine/machine.js';
import { filesOf, imageOf, source } from './guest.js';
import { machineFor } from './onMachine.js';

/** Before a thread has its first g. */
const early = /^runtime\.(rt0_go|clone)(\.abi0)?$/;

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
  onStack: number;
  readonly goroutines: Set<number>;
  readonly threads: Set<number>;
}

/** Functions that the sources of one of our programs mark with the internal ABI. */
function internal(name: string, arch: Arch): Set<string> {
  const texts = filesOf(name, arch).map((path) => source(path).text);
  return new Set(texts.flatMap((text) => [...text.matchAll(/^TEXT\s+(\S+?)<ABIInternal>/gm)].map((m) => m[1]!.replaceAll('·', '.').replaceAll('∕', '/'))));
}

/** Walks one of the programs of programs/ to its end. */
export function walkOurs(name: string, arch: Arch, cores: number): Walk {
  const { machine } = machineFor(name, { arch, cores, grain: 'insn', timing: 'none' });
  const seen = walk(machine, imageOf(name, arch), 2e6, offsetsOfM(25), internal(name, arch));
  if (machine.exitStatus !== 0) throw new Error(`${name} ended with ${machine.exitStatus}`);
  return seen;
}

const within = (b: Bounds | undefined, sp: number): boolean => b !== undefined && sp >= b.lo && sp <= b.hi;

/** What a thread does; undefined when it is over. */
const state = (machine: Machine, tid: number): string | undefined => (machine.kernel as Kernel).state.tasks.get(tid)?.state;

type Kind = 'compiled' | 'internal' | 'other';

/** Fields of m behind m.morebuf. A gobuf had seven words before Go 1.25, six since. */
export interface Offsets {
  readonly procid: number;
  readonly gsignal: number;
  readonly curg: number;
}
export const offsetsOfM = (minor: number): Offsets => (minor < 25 ? { procid: 72, gsignal: 80, curg: 192 } : { procid: 64, gsignal: 72, curg: 184 });

/** Walks to the end of the program, or `most` cycles. `internalNames`: which functions have the internal ABI. Throws at the first stop where something differs. */
export function walk(machine: Machine, image: Uint8Array, most: number, m: Offsets, internalNames?: ReadonlySet<string>): Walk {
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
  const out: Walk = { stops: 0, loads: 0, entries: 0, bodies: 0, onStack: 0, goroutines: new Set(), threads: new Set() };
  const arm = machine.config.arch === 'arm64';
  /** By thread, its m. */
  const ms = new Map<number, number>();
  const last = Array.from({ length: machine.config.cores }, () => ({ instructions: -1, tid: 0, g: 0, loads: undefined as number | undefined, kind: 'other' as Kind, stale: 0 }));
  let tlsOffset: number | undefined;
  const fail = (core: number, why: string, v: GView): never => {
    const show = (n: number | undefined): string => (n === undefined ? 'nothing' : `0x${n.toString(16)}`);
    throw new Error(`core ${core}, ${symbols.describe(machine.core(core).pc)}: ${why} (g ${show(v.g)}, m ${show(v.m)}, register ${show(v.register)}, SP ${show(v.sp)}, thread base ${show(v.threadBase)}, thread ${v.tid})`);
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
      const field = fieldsAt(machine, core)!;
      out.stops++;
      out.threads.add(v.tid);
      if (v.g === undefined) return fail(core, 'FS:-8 is not mapped', v);
      if (v.g === 0) {
        if (ms.has(v.tid)) fail(core, 'g is gone', v);
      } else if (!early.test(symbols.at(machine.core(core).pc)?.name ?? '')) {
        out.goroutines.add(v.g!);
        if (v.m === 0 && !ms.has(v.tid)) continue; // the first g0 before it has its m
        if (v.m === undefined || v.mOfG0 !== v.m) return fail(core, 'g is of no m', v);
        const before = ms.get(v.tid);
        if (before === undefined) {
          const other = [...ms].find(([tid, its]) => its === v.m && state(machine, tid) !== undefined);
          if (other) fail(core, `m is that of thread ${other[0]}`, v);
          ms.set(v.tid, v.m);
        } else if (before !== v.m) fail(core, `m was 0x${before.toString(16)}`, v);
        const changed = seen.g !== v.g;
        seen.g = v.g!;
        const procid = changed ? field(v.m, m.procid) : 0;
        if (procid !== 0 && procid !== v.tid) fail(core, `m.procid is ${procid}`, v);
        if (changed && ![field(v.m, 0), field(v.m, m.gsignal), field(v.m, m.curg)].includes(v.g)) fail(core, 'g is none of its m', v);
        if (!arm) {
          tlsOffset ??= v.threadBase - 8 - m0;
          if (v.m + tlsOffset !== v.threadBase - 8) fail(core, 'g is of another m', v);
        }
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
        if (v.register !== v.g) fail(core, 'R14 is not g at the entry', v);
        if (within(v.stack, v.sp)) out.onStack++;
        else if (!within(stackOf(field, field(v.m, m.gsignal)), v.sp)) fail(core, 'SP is not in the stack of g', v);
      } else if (kind === 'compiled') {
        if (v.register === v.g) {
          out.bodies++;
          seen.stale = reloadWithin;
        } else if (seen.kind === 'compiled' && --seen.stale < 0) fail(core, 'R14 is not g', v);
        else if (seen.kind !== 'compiled') seen.stale = reloadWithin;
      }
      seen.kind = kind;
      const code = arm ? undefined : codeAt(machine, core, registers.pc, 9);
      seen.loads = code && loadsG(code);
    }
  }
  return out;
}
