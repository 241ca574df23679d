/** Where a core stands, as far as stepping must know: its task, its goroutine, how deep its stack is, and whether it is about to call. */
import { isFault } from '../../../isa/isa.js';
import type { Insn } from '../../../isa/row.js';
import { isaOf } from '../../isa.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Machine } from '../../machine.js';
import type { DebugInfo } from '../info.js';
import { memoryOf } from '../thread.js';
import { codeAt, goroutineOf, stackPointer } from '../tls.js';

export interface Place {
  readonly core: number;
  readonly tid: number;
  readonly pc: number;
  readonly sp: number;
  /** Of the goroutine, where the image is Go's and the thread has one. */
  readonly g: number | undefined;
  /**
   * Bytes of its stack in use: stays the same when the stack is moved. Where there is no goroutine, from an end that no stack has, so that
   * depths on one stack compare.
   */
  readonly depth: number;
}

export const taskOn = (machine: Machine, core: number): number => (machine.kernel as Kernel).state.current[core]!;

/** Undefined: the core idles. */
export function placeOn(machine: Machine, info: DebugInfo, core: number): Place | undefined {
  const tid = taskOn(machine, core);
  if (tid === 0) return undefined;
  const { pc } = machine.core(core);
  const view = info.go ? goroutineOf(machine, core, info.gFromBase) : undefined;
  const sp = stackPointer(machine, core);
  const on = view?.stack && sp > view.stack.lo && sp <= view.stack.hi ? view : undefined;
  return { core, tid, pc, sp, g: on?.g, depth: (on?.stack?.hi ?? 2 ** 47) - sp };
}

/** The number of a goroutine, 0 of a thread's own (g0, gsignal); undefined where that cannot be told. `core`: where its process runs. */
export function goidOf(machine: Machine, info: DebugInfo, core: number, g: number | undefined): bigint | undefined {
  const offset = info.structOffset('runtime.g', 'goid');
  const bytes = g === undefined || g === 0 || offset === undefined ? undefined : memoryOf(machine, core)?.read(g + offset, 8);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
}

/** The core on which a task runs, or -1; idle cores have task 0. */
export const coreOf = (machine: Machine, tid: number): number => (tid === 0 ? -1 : (machine.kernel as Kernel).state.current.indexOf(tid));

/** The instruction at an address, as the core sees memory; undefined where there is none. */
export function insnAt(machine: Machine, core: number, pc: number): Insn | undefined {
  const isa = isaOf(machine.config);
  for (let bytes = isa.maxBytes; bytes > 0; bytes--) {
    const code = codeAt(machine, core, pc, bytes); // the last page may end here
    if (!code) continue;
    const d = isa.decode(code, 0, pc, true);
    return isFault(d) ? undefined : d;
  }
  return undefined;
}

export const isCall = (insn: Insn | undefined): boolean => insn?.row.cls.startsWith('call') ?? false;
