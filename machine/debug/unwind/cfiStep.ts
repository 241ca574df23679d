/** From a frame to its caller's by call frame information. */
import { evaluate, type Context } from '../dwarf/expression.js';
import type { CallFrames } from './cfi.js';
import { rowAt, type Rule } from './rows.js';
import { bigAt, type Memory, type Registers, type UnwindAbi } from './abi.js';

/** What a step finds. */
export interface Caller {
  readonly pc: number;
  /** The caller's, as far as they are known. */
  readonly registers: Registers;
  /** SP of the caller behind the call. */
  readonly cfa: number;
  /** The callee is a signal's return: its caller was interrupted. */
  readonly interrupted: boolean;
}

/** `lookup`: the address that stands for the frame's pc in tables. 'end': the information says that there is no caller; undefined: it does not say. */
export function cfiStep(frames: CallFrames, abi: UnwindAbi, memory: Memory, pc: number, lookup: number, registers: Registers): Caller | 'end' | undefined {
  // What follows a call in a function that does not return belongs to nobody; a signal's return begins at its pc.
  let entry = frames.at(lookup);
  const exact = lookup === pc ? entry : frames.at(pc);
  if (exact?.common.signal) entry = exact;
  if (entry === undefined) return undefined;
  const row = rowAt(entry, entry === exact && entry.common.signal ? pc : lookup);
  const { addressBytes } = entry.common;
  let cfa: number | undefined;
  const context: Context = {
    register: (n) => registers.get(n),
    cfa: () => cfa,
    frameBase: () => undefined,
    indexedAddress: () => 0,
    read: (address, bytes) => memory.read(address, bytes),
  };
  const address = (expression: Uint8Array, initial: readonly bigint[]): bigint | undefined => {
    const where = evaluate(expression, addressBytes, context, initial);
    return where.kind === 'memory' ? BigInt(where.address) : where.kind === 'value' ? where.value : undefined;
  };
  if (row.cfa === undefined) return undefined;
  if ('expression' in row.cfa) {
    const value = address(row.cfa.expression, []);
    cfa = value === undefined ? undefined : Number(value);
  } else {
    const base = registers.get(row.cfa.register);
    cfa = base === undefined ? undefined : Number(BigInt.asUintN(64, base + BigInt(row.cfa.offset)));
  }
  if (cfa === undefined) return undefined;
  const frame = BigInt(cfa);
  const value = (rule: Rule, register: number): bigint | undefined => {
    switch (rule.kind) {
      case 'undefined': return undefined;
      case 'same': return registers.get(register);
      case 'offset': return bigAt(memory, Number(frame) + rule.offset);
      case 'valueOffset': return BigInt.asUintN(64, frame + BigInt(rule.offset));
      case 'register': return registers.get(rule.register);
      case 'expression': {
        const at = address(rule.expression, [frame]);
        return at === undefined ? undefined : bigAt(memory, Number(at));
      }
      case 'valueExpression': return address(rule.expression, [frame]);
    }
  };
  const next = new Map<number, bigint>();
  for (const register of abi.saved) {
    const kept = registers.get(register);
    if (kept !== undefined && !row.rules.has(register)) next.set(register, kept);
  }
  next.set(abi.sp, frame);
  for (const [register, rule] of row.rules) {
    const known = value(rule, register);
    if (known === undefined) next.delete(register);
    else next.set(register, known);
  }
  const { returnRegister, signal } = entry.common;
  const rule = row.rules.get(returnRegister);
  if (rule?.kind === 'undefined') return 'end';
  const back = rule === undefined ? registers.get(returnRegister) : value(rule, returnRegister);
  if (back === undefined || back === 0n) return back === undefined ? undefined : 'end';
  if (abi.link !== undefined && !signal) next.delete(abi.link); // it holds what this call came back to
  return { pc: Number(back), registers: next, cfa, interrupted: signal };
}
