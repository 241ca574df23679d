/**
 * The frames of a thread or goroutine, innermost first: by Go's function table where the code is Go's, by call frame information
 * elsewhere, through the kernel's frames where a signal interrupted. It looks only; memory that is not there ends the stack.
 */
import type { CallFrames } from './cfi.js';
import { cfiStep } from './cfiStep.js';
import { goStep, type GoContext, type GoState } from './goStep.js';
import { bigAt, wordAt, type Memory, type Registers, type UnwindAbi } from './abi.js';
import type { RuntimeLayout } from '../go/layout.js';
import type { Pclntab } from '../go/pclntab.js';

/** What unwinding reads of an image. */
export interface UnwindTables {
  readonly abi: UnwindAbi;
  readonly go: Pclntab | undefined;
  readonly frames: CallFrames;
  readonly layout: RuntimeLayout | undefined;
}

/** Where to begin: a thread's registers, or what a goroutine left behind (`parked`). */
export type UnwindStart = GoState;

export interface Frame {
  readonly pc: number;
  /** What stands for the pc in tables: the byte before a return address, which belongs to the call. */
  readonly lookup: number;
  /** What is known of the registers at pc. */
  readonly registers: Registers;
  readonly sp: number;
  /** SP of the caller behind its call; undefined where nothing says. */
  readonly cfa: number | undefined;
  /** The pc was interrupted: it is not a return address. */
  readonly interrupted: boolean;
  /** The goroutine whose stack it is on, as far as it is known. */
  readonly g: number | undefined;
  /** The call to it was a signal's: its caller is the interrupted code. */
  readonly signal: boolean;
}

/** Stacks change at signals and between a thread's own stack and its goroutine's: so often at most. */
const mostChanges = 100;

/** Functions without a frame of their own in a row: a leaf on arm64, and what it was to go back to. */
const mostStill = 2;

/** Errors: DebugError where tables are broken. */
export function* unwind(tables: UnwindTables, start: UnwindStart, memory: Memory): Generator<Frame> {
  let changes = 0;
  let still = 0;
  for (let state: GoState | undefined = start; state !== undefined; ) {
    const step = stepFrom(tables, state, memory);
    const sp = Number(state.registers.get(tables.abi.sp) ?? 0n);
    yield { pc: state.pc, lookup: lookupOf(tables, state), registers: state.registers, sp, cfa: step.cfa, interrupted: state.interrupted, g: state.g, signal: step.signal };
    const next: GoState | undefined = step.caller;
    if (next === undefined) return;
    const to = Number(next.registers.get(tables.abi.sp) ?? 0n);
    still = to === sp ? still + 1 : 0;
    if (step.changed ? ++changes > mostChanges : to < sp || still > mostStill) return; // stacks grow one way: anything else would not end
    state = next;
  }
}

interface Step {
  readonly caller: GoState | undefined;
  readonly cfa: number | undefined;
  readonly signal: boolean;
  /** The caller is on another stack. */
  readonly changed: boolean;
}

const end: Step = { caller: undefined, cfa: undefined, signal: false, changed: false };

function stepFrom(tables: UnwindTables, state: GoState, memory: Memory): Step {
  const { abi, go, layout } = tables;
  if (isSigreturn(abi, memory, state.pc)) return throughSignal(tables, state, memory, Number(state.registers.get(abi.sp) ?? 0n));
  const f = go?.at(state.pc);
  const outside = f !== undefined && clock.test(f.name) ? fromVdso(tables, state, memory) : undefined;
  if (outside !== undefined) return { ...end, caller: outside, cfa: Number(outside.registers.get(abi.sp)!), changed: true };
  if (f !== undefined && f.hasDepths && go !== undefined && layout !== undefined) {
    const context: GoContext = { abi, table: go, layout, memory };
    const step = goStep(context, f, state);
    if (step === undefined) return end;
    if (step.caller === undefined && handler.test(f.name)) return { ...throughSignal(tables, state, memory, step.cfa), cfa: step.cfa };
    return { caller: step.caller, cfa: step.cfa, signal: false, changed: step.caller !== undefined && step.caller.g !== state.g };
  }
  const caller = cfiStep(tables.frames, abi, memory, state.pc, lookupOf(tables, state), state.registers);
  if (caller === 'end') return end;
  if (caller !== undefined) return { caller: { ...caller, g: state.g }, cfa: caller.cfa, signal: caller.interrupted, changed: caller.interrupted };
  return { ...end, caller: fromVdso(tables, state, memory), changed: true };
}

/** Go's calls of the vDSO, which change to the thread's own stack for it: meanwhile tables do not tell where they go back to. */
const clock = /^runtime\.(nanotime1|walltime)(\.abi0)?$/;

/** Go's own handler of signals, at which its tables end. */
const handler = /^runtime\.sigtramp(\.abi0)?$/;

function lookupOf({ go }: UnwindTables, state: GoState): number {
  if (state.interrupted || state.pc === 0) return state.pc;
  return go?.at(state.pc)?.entry === state.pc ? state.pc : state.pc - 1;
}

function isSigreturn(abi: UnwindAbi, memory: Memory, pc: number): boolean {
  return abi.sigreturns.some((code) => {
    const found = memory.read(pc, code.length);
    return found !== undefined && code.every((b, i) => b === found[i]);
  });
}

/** What a signal interrupted: the registers in the kernel's frame, which begins at `sp`. */
function throughSignal({ abi, layout, go }: UnwindTables, state: GoState, memory: Memory, sp: number): Step {
  const at = sp + abi.ucontext;
  const pc = wordAt(memory, at + abi.contextPc);
  if (pc === undefined) return end;
  const registers = new Map<number, bigint>();
  for (const [register, offset] of abi.context) {
    const value = bigAt(memory, at + offset);
    if (value !== undefined) registers.set(register, value);
  }
  // Handlers run on the g of signals; the interrupted code has its own in its register.
  const g = go === undefined || layout === undefined ? state.g : interruptedG(abi, layout, state, memory, registers);
  return { caller: { pc, registers, interrupted: true, g }, cfa: sp, signal: true, changed: true };
}

/** The g whose m is the handler's. On amd64 assembly may have used its register for something else: then the thread's running goroutine. */
function interruptedG(abi: UnwindAbi, layout: RuntimeLayout, state: GoState, memory: Memory, registers: Registers): number | undefined {
  const m = state.g === undefined ? undefined : wordAt(memory, state.g + layout.g.m);
  const g = Number(registers.get(abi.g) ?? 0n);
  if (m === undefined || (g !== 0 && wordAt(memory, g + layout.g.m) === m)) return g;
  return wordAt(memory, m + layout.m.curg);
}

/** Where Go's code has gone to the vDSO, it has left its caller's place in its m. */
function fromVdso({ abi, layout, go }: UnwindTables, state: GoState, memory: Memory): GoState | undefined {
  if (layout?.vdso === undefined || go === undefined || !state.interrupted) return undefined;
  const m = state.g === undefined ? undefined : wordAt(memory, state.g + layout.g.m);
  if (m === undefined) return undefined;
  const [sp, pc] = [wordAt(memory, m + layout.vdso.sp), wordAt(memory, m + layout.vdso.pc)];
  if (sp === undefined || pc === undefined || sp === 0 || go.at(pc) === undefined) return undefined;
  return { pc, registers: new Map([[abi.sp, BigInt(sp)]]), interrupted: false, g: state.g };
}
