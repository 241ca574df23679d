/**
 * Stacks as Go itself prints them, to hold ours against: a copy of a running machine gets SIGQUIT at the very instruction at
 * which the stacks were walked, and its runtime prints every goroutine's frames with their addresses (GOTRACEBACK=system).
 */
import { SIG } from '../../isa/abi/linux.js';
import type { Arch } from '../../machine/config.js';
import type { DebugInfo } from '../../machine/debug/info.js';
import { memoryOf, threadOn } from '../../machine/debug/thread.js';
import { wordAt, type Memory } from '../../machine/debug/unwind/abi.js';
import { parked } from '../../machine/debug/unwind/goStep.js';
import { unwind, type UnwindStart } from '../../machine/debug/unwind/unwind.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';

/** A frame as both tell it: `name file:line fp sp pc`; the addresses are left out of inlined calls. */
type Shown = string;

export interface Stacks {
  readonly goroutine: number;
  readonly theirs: readonly Shown[];
  readonly ours: readonly Shown[];
}

export interface Walked {
  moments: number;
  /** Moments at which the signal found another pc, or no thread ran. */
  missed: number;
  stacks: number;
  frames: number;
  /** Stacks that continue on another one: a thread's own to its goroutine's. */
  changes: number;
}

const environment = ['GOTRACEBACK=system', 'GOMAXPROCS=1'];

function machineOf(image: Uint8Array, arch: Arch): Machine {
  const machine = new Machine({ arch, cores: 1, memoryBytes: 256 << 20, timing: 'none' }, new MemoryHost(), (parts) => new Kernel(parts));
  machine.load(image, ['stacks'], environment);
  return machine;
}

const hex = (n: number | undefined): string => (n === undefined ? '?' : n.toString(16));

/** Goroutines of a traceback, in its order. */
function parse(text: string): { id: number; frames: Shown[] }[] {
  return text.split('\n\n').flatMap((block) => {
    const head = /^goroutine (\d+)\b/m.exec(block);
    if (head === null) return [];
    const lines = block.matchAll(/^(?!created by)(\S.*)\n\t(.*:\d+)(?: \+0x[0-9a-f]+)?(?: fp=0x([0-9a-f]+) sp=0x([0-9a-f]+) pc=0x([0-9a-f]+))?$/gm);
    return [{ id: Number(head[1]), frames: [...lines].map(([, call, place, fp, sp, pc]) => `${nameIn(call!)} ${place}${fp === undefined ? '' : ` ${fp} ${sp} ${pc}`}`) }];
  });
}

/** The name of the function without what was passed. */
const nameIn = (call: string): string => call.replace(/\((\.\.\.|[^()]*)\)$/, '').replace(/^panic$/, 'runtime.gopanic');

/** Our frames of a stack, and behind which of them it goes on elsewhere. */
function ourFrames(info: DebugInfo, start: UnwindStart, memory: Memory): { frames: Shown[]; changesAt: number | undefined } {
  const frames: Shown[] = [];
  let changesAt: number | undefined;
  let last = start.g;
  for (const f of unwind(info.unwindTables, start, memory)) {
    if (f.g !== last) changesAt ??= frames.length;
    last = f.g;
    // Go leaves out what stands between the outermost brackets.
    for (const { name, place, inlined } of info.go?.at(f.lookup)?.framesAt(f.lookup) ?? []) {
      frames.push(`${name.replace(/\[.*\]/, '[...]')} ${place?.file}:${place?.line}${inlined ? '' : ` ${hex(f.cfa)} ${hex(f.sp)} ${hex(f.pc)}`}`);
    }
  }
  return { frames, changesAt };
}

/** By number, the goroutines of the program; undefined where the image has no types. */
function goroutines(info: DebugInfo, memory: Memory): ReadonlyMap<number, number> | undefined {
  const all = info.variableNamed('runtime.allgs')?.address;
  const goid = info.structOffset('runtime.g', 'goid');
  if (all === undefined || goid === undefined) return undefined;
  const [base, count] = [wordAt(memory, all)!, wordAt(memory, all + 8)!];
  const gs = Array.from({ length: count }, (_, i) => wordAt(memory, base + 8 * i)!);
  return new Map(gs.map((g) => [wordAt(memory, g + goid)!, g]));
}

/** Whether the thread has a P: while one without prints, another may go on with the program. */
function runsGoroutines(info: DebugInfo, memory: Memory, { g }: UnwindStart): boolean {
  const m = g === undefined ? undefined : wordAt(memory, g + info.structOffset('runtime.g', 'm')!);
  return m !== undefined && (wordAt(memory, m + info.structOffset('runtime.m', 'p')!) ?? 0) !== 0;
}

/** The frame at which a stack changes ends on either of the two: its end is not compared. */
const withoutEnd = (frame: Shown | undefined): Shown | undefined => frame?.replace(/ \w+( \w+ \w+)$/, '$1');

/** What the runtime of `machine` prints of itself now, and our frames of the same stacks; undefined where the two did not meet. */
function stacksNow(machine: Machine, info: DebugInfo, seen: Walked, outside: boolean): Stacks[] | undefined {
  const start = threadOn(machine, 0);
  const memory = memoryOf(machine, 0);
  if (start === undefined || memory === undefined) return undefined;
  const host = new MemoryHost();
  const copy = Machine.restore(machine.snapshot(), host);
  let met = false;
  (copy.kernel as Kernel).watch = { begins: (_task, signo) => void (met ||= signo === SIG.QUIT && copy.instructions === machine.instructions), returns: () => {} };
  copy.inject('signal', (machine.kernel as Kernel).state.current[0]!, SIG.QUIT);
  copy.run(machine.cycles + 1e8);
  const text = host.text(2);
  if (!met || parseInt(/^PC=0x([0-9a-f]+)/m.exec(text)?.[1] ?? '', 16) !== start.pc) return undefined;
  const [running, ...others] = parse(text);
  const own = ourFrames(info, start, memory);
  const stacks: Stacks[] = [];
  if (own.changesAt === undefined) stacks.push({ goroutine: running!.id, theirs: running!.frames, ours: own.frames });
  else {
    // Go prints the thread's own stack, and then what its goroutine is in the middle of.
    seen.changes++;
    const last = own.changesAt - 1;
    const cut = (frames: readonly Shown[]): Shown[] => frames.map((f, i) => (i === last ? withoutEnd(f)! : f));
    // While a thread's own stack is in the vDSO, Go prints its frames for the goroutine again.
    const user = outside ? [] : others[0]!.frames.filter((f) => !f.startsWith('runtime.systemstack_switch '));
    stacks.push({ goroutine: 0, theirs: cut([...running!.frames, ...user]), ours: cut(outside ? own.frames.slice(0, own.changesAt) : own.frames) });
  }
  const gs = goroutines(info, memory);
  for (const { id, frames } of gs === undefined || outside || !runsGoroutines(info, memory, start) ? [] : others) {
    const state = parked({ ...info.unwindTables, layout: info.unwindTables.layout!, memory }, gs!.get(id)!);
    stacks.push({ goroutine: id, theirs: frames, ours: state === undefined ? [] : ourFrames(info, state, memory).frames });
  }
  return stacks;
}

const changesStacks = /^runtime\.(systemstack|mcall|gogo|asmcgocall) /;

/**
 * Go leaves out what calls the vDSO, and begins with a goroutine in a system call where it went into it: at the beginning of `syscall.Syscall`, whose
 * frame has one of our places further in.
 */
function asGoBegins(theirs: readonly Shown[], ours: readonly Shown[]): readonly Shown[] {
  const clock = /^runtime\.(nanotime1|walltime) /;
  if (clock.test(ours[0]!) && !clock.test(theirs[0]!)) return ours.slice(1);
  const frame = /^(syscall\.\S+) [^ ]+( \w+ \w+) \w+$/.exec(theirs[0] ?? '');
  const at = frame === null ? -1 : ours.findIndex((f) => f.startsWith(`${frame[1]} `) && f.includes(`${frame[2]} `));
  return at > 0 ? [theirs[0]!, ...ours.slice(at + 1)] : ours;
}

/** Runs on, at most so many times `stride` cycles, until code runs that is not Go's: that of the vDSO. */
const searches = 5000;
const stride = 37;

/** Runs the image and compares at moments spread over its run, or with `outside` at those in the vDSO. Throws at the first stack that differs. */
export function walkStacks(image: Uint8Array, info: DebugInfo, arch: Arch, moments: number, outside = false): Walked {
  const whole = machineOf(image, arch);
  whole.run(1e9);
  const machine = machineOf(image, arch);
  const seen: Walked = { moments: 0, missed: 0, stacks: 0, frames: 0, changes: 0 };
  for (let i = 1; i <= moments; i++) {
    const at = Math.floor((whole.cycles * (moments / 8 + i)) / (moments / 8 + moments + 1)); // the first ninth sets the runtime up
    if (machine.run(at) !== 'limit') throw new Error(`the program ended before cycle ${at}`);
    for (let n = 0; outside && n < searches && info.go!.at(threadOn(machine, 0)?.pc ?? info.go!.entry(0)) !== undefined; n++) machine.run(machine.cycles + stride);
    const stacks = stacksNow(machine, info, seen, outside);
    seen.moments++;
    if (stacks === undefined) seen.missed++;
    for (const { goroutine, theirs, ours: all } of stacks ?? []) {
      // Before its first instruction code that changes stacks has not done so: Go stops there, we go on.
      const ours = theirs.length === 1 && changesStacks.test(theirs[0]!) ? all.slice(0, 1) : asGoBegins(theirs, all);
      seen.stacks++;
      seen.frames += theirs.length;
      if (theirs.join('\n') !== ours.join('\n')) throw new Error(`cycle ${at}, goroutine ${goroutine}\ntheirs:\n  ${theirs.join('\n  ')}\nours:\n  ${ours.join('\n  ')}`);
    }
  }
  return seen;
}

/** What was seen in handlers of signals. */
export interface Handled {
  /** Places in handlers at which stacks were walked. */
  stops: number;
  /** Of those, where the walk went on in the interrupted code. */
  through: number;
}

/** As `walkStacks`, but the signal is one that programs survive: from anywhere in its handler the interrupted frames are those of before. */
export function walkHandlers(image: Uint8Array, info: DebugInfo, arch: Arch, moments: number): Handled {
  const whole = machineOf(image, arch);
  whole.run(1e9);
  const machine = machineOf(image, arch);
  const seen: Handled = { stops: 0, through: 0 };
  const framesOf = (m: Machine): { frames: string[]; interruptedAt: number } => {
    const frames = [...unwind(info.unwindTables, threadOn(m, 0)!, memoryOf(m, 0)!)];
    return { frames: frames.map((f) => `${hex(f.pc)} ${hex(f.sp)} ${hex(f.cfa)}`), interruptedAt: frames.findIndex((f) => f.signal) + 1 };
  };
  for (let i = 1; i <= moments; i++) {
    machine.run(Math.floor((whole.cycles * (moments / 8 + i)) / (moments / 8 + moments + 1)));
    if (threadOn(machine, 0) === undefined) continue;
    const before = framesOf(machine).frames;
    const copy = Machine.restore(machine.snapshot(), new MemoryHost());
    copy.inject('signal', (machine.kernel as Kernel).state.current[0]!, SIG.URG);
    for (let cycle = machine.cycles + 1; cycle < machine.cycles + 3000 && copy.run(cycle) === 'limit'; cycle += 23) {
      if (threadOn(copy, 0) === undefined) break;
      const { frames, interruptedAt } = framesOf(copy);
      if (interruptedAt === 0) {
        if (seen.stops > 0 && cycle > machine.cycles + 100) break; // the handler is over
        continue;
      }
      seen.stops++;
      const rest = frames.slice(interruptedAt);
      if (!rest[0]?.startsWith(before[0]!.split(' ', 2).join(' '))) continue; // the handler has changed where it returns to
      seen.through++;
      if (rest.join('\n') !== before.join('\n')) throw new Error(`cycle ${cycle}\nbefore:\n  ${before.join('\n  ')}\nin the handler:\n  ${frames.join('\n  ')}`);
    }
  }
  return seen;
}

/** Stacks of C that Go called: from the call on they are what Go prints of the goroutine. Gives how many were compared. */
export function walkForeign(image: Uint8Array, info: DebugInfo, moments: number): number {
  const machine = machineOf(image, 'amd64');
  let compared = 0;
  for (let cycle = 600_000; compared < moments && machine.run(cycle) === 'limit'; cycle += 4001) {
    const start = threadOn(machine, 0, info.gFromBase);
    if (start === undefined || info.go!.at(start.pc) !== undefined) continue;
    const ours = ourFrames(info, start, memoryOf(machine, 0)!).frames;
    const from = ours.findIndex((f) => f.startsWith('runtime.cgocall '));
    if (from < 0) continue; // the runtime's own use of C
    const host = new MemoryHost();
    const copy = Machine.restore(machine.snapshot(), host);
    copy.inject('signal', (machine.kernel as Kernel).state.current[0]!, SIG.QUIT);
    copy.run(machine.cycles + 1e8);
    const own = parse(host.text(2)).find(({ frames }) => frames[0]?.startsWith('runtime.cgocall ') && frames.at(-1) === ours.at(-1));
    if (own === undefined) continue; // a signal that came later
    compared++;
    // Go prints the call by which cgocall told the scheduler that it leaves, we the one that is on the stack.
    const cut = (frames: readonly Shown[]): string => frames.join('\n').replace(/^(\S+) \S+ (\S+ \S+) \S+/, '$1 $2');
    if (cut(own.frames) !== cut(ours.slice(from))) throw new Error(`cycle ${cycle}\ntheirs:\n  ${own.frames.join('\n  ')}\nours:\n  ${ours.join('\n  ')}`);
  }
  return compared;
}
