/**
 * From a frame of Go's code to its caller's by the function table: how deep the stack is at the pc, and where the stack changes.
 * Follows src/runtime/traceback.go; what stops there stops here.
 */
import { funcFlag, type GoFunction, type Pclntab } from '../go/pclntab.js';
import type { RuntimeLayout } from '../go/layout.js';
import { wordAt, type Memory, type Registers, type UnwindAbi } from './abi.js';

export interface GoContext {
  readonly abi: UnwindAbi;
  readonly table: Pclntab;
  readonly layout: RuntimeLayout;
  readonly memory: Memory;
}

export interface GoState {
  readonly pc: number;
  readonly registers: Registers;
  /** The pc was interrupted there: it is no return address. */
  readonly interrupted: boolean;
  /** The goroutine whose stack this is; undefined where nobody knows. */
  readonly g: number | undefined;
}

export interface GoStep {
  /** SP of the caller behind the call; where the frame ends. */
  readonly cfa: number;
  /** Undefined at the end of the stack. */
  readonly caller: GoState | undefined;
}

/** Functions that a signal handler calls in the name of interrupted code. */
const injected = /^runtime\.(sigpanic|asyncPreempt|debugCallV\d)(\.abi0)?$/;

/** Undefined where the table or memory does not say more. Errors: DebugError. */
export function goStep(c: GoContext, f: GoFunction, state: GoState): GoStep | undefined {
  const { abi, memory, table } = c;
  const name = f.name;
  const toC = name === 'runtime.asmcgocall';
  // Of the way to C the table counts what it takes of the other stack: what it has of this one is behind its first instruction.
  const depth = f.depthAt(toC ? f.entry + table.quantum : state.pc);
  const sp = state.registers.get(abi.sp);
  if (depth === undefined || sp === undefined) return undefined;
  let at = Number(sp);
  let g = state.g;
  let flag = f.flag;
  if (name === 'runtime.cgocallback') flag &= ~funcFlag.spWrite; // both of its stacks unwind alike
  const user = jumps(name) ? userOf(c, g) : undefined;
  if (user !== undefined && name === 'runtime.morestack') return { cfa: at, caller: parked(c, user) };
  if (user !== undefined) {
    if (abi.link !== undefined && depth === 0 && !toC) flag &= ~funcFlag.spWrite; // before or behind the change of stacks
    else {
      const saved = wordAt(memory, user + c.layout.g.sp);
      if (saved === undefined) return undefined;
      at = saved;
      g = user;
      flag &= ~funcFlag.spWrite;
    }
  }
  const cfa = at + depth + (abi.link === undefined ? 8 : 0);
  if ((flag & funcFlag.topFrame) !== 0) return { cfa, caller: undefined };
  // Code that writes SP has not done so before its first instruction.
  if ((flag & funcFlag.spWrite) !== 0 && !(state.interrupted && state.pc === f.entry)) return { cfa, caller: undefined };
  const back = returnAddress(c, state, at, cfa);
  if (back === undefined) return undefined;
  if (back === 0) return { cfa, caller: undefined };
  return { cfa, caller: callerOf(c, name, state, back, cfa, at, depth, g) };
}

const jumps = (name: string): boolean => name === 'runtime.morestack' || name === 'runtime.systemstack' || name === 'runtime.asmcgocall';

/** The goroutine that a thread runs while this is its g0; undefined when g is none, or the thread runs no other. */
function userOf({ memory, layout }: GoContext, g: number | undefined): number | undefined {
  const m = g === undefined ? undefined : wordAt(memory, g + layout.g.m);
  if (m === undefined || m === 0 || wordAt(memory, m + layout.m.g0) !== g) return undefined;
  const user = wordAt(memory, m + layout.m.curg);
  return user === undefined || user === 0 || wordAt(memory, user + layout.g.m) !== m ? undefined : user;
}

function returnAddress({ abi, memory }: GoContext, state: GoState, sp: number, cfa: number): number | undefined {
  if (abi.link === undefined) return wordAt(memory, cfa - 8);
  const link = state.registers.get(abi.link); // known where code was interrupted or put aside, of callers it is on the stack
  return link !== undefined && link !== 0n && sp >= cfa ? Number(link) : wordAt(memory, sp);
}

/** The caller's registers: Go's code keeps none but SP, the frame pointer, and g. */
function callerOf({ abi, memory, table }: GoContext, name: string, state: GoState, back: number, cfa: number, sp: number, depth: number, g: number | undefined): GoState {
  const registers = new Map<number, bigint>([[abi.sp, BigInt(cfa)]]);
  const keepsPointer = depth === 0; // a frame without room has not saved it
  const pointer = keepsPointer ? state.registers.get(abi.framePointer) : framePointer(memory, abi, cfa, sp);
  if (pointer !== undefined) registers.set(abi.framePointer, BigInt(pointer));
  if (g !== undefined) registers.set(abi.g, BigInt(g));
  if (!injected.test(name)) return { pc: back, registers, interrupted: false, g };
  if (abi.link === undefined) return { pc: back, registers, interrupted: true, g };
  // The link register was stored below the SP that the interrupted code had.
  const link = wordAt(memory, cfa);
  registers.set(abi.sp, BigInt(cfa + abi.injectedBytes));
  if (link === undefined) return { pc: back, registers, interrupted: true, g };
  if (table.at(back) === undefined) return { pc: link, registers, interrupted: true, g };
  return { pc: back, registers: registers.set(abi.link, BigInt(link)), interrupted: true, g };
}

/** Saved at the top of the frame on amd64, below SP on arm64. */
function framePointer(memory: Memory, abi: UnwindAbi, cfa: number, sp: number): number | undefined {
  return wordAt(memory, abi.link === undefined ? cfa - 16 : sp - 8);
}

/** Where a goroutine that does not run goes on: behind its system call, or where it was put aside. */
export function parked({ abi, memory, layout }: Pick<GoContext, 'abi' | 'memory' | 'layout'>, g: number): GoState | undefined {
  const field = (offset: number): number | undefined => wordAt(memory, g + offset);
  const inCall = field(layout.g.syscallsp);
  const [sp, pc] = inCall !== undefined && inCall !== 0 ? [inCall, field(layout.g.syscallpc)] : [field(layout.g.sp), field(layout.g.pc)];
  if (sp === undefined || pc === undefined || pc === 0) return undefined;
  const registers = new Map<number, bigint>([[abi.sp, BigInt(sp)], [abi.g, BigInt(g)]]);
  const link = inCall ? undefined : field(layout.g.lr);
  if (abi.link !== undefined && link !== undefined && link !== 0) registers.set(abi.link, BigInt(link));
  return { pc, registers, interrupted: false, g };
}
