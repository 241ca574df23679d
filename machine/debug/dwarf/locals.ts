/** Variables and parameters of the functions and blocks at an address, with what says where they are. DWARF 5, section 4.1. */
import { inherited, nameOf, type Functions } from './functions.js';
import { evaluate, type Context, type Location } from './expression.js';
import { expressionAt } from './locations.js';
import { AT, TAG } from './names.js';
import type { Type, Types } from './types.js';
import type { Die } from './unit.js';

export interface Local {
  /** Go writes `&x` for what escaped to the heap: the variable holds a pointer to it. */
  readonly name: string;
  readonly type: Type | undefined;
  readonly parameter: boolean;
  /** Go: a result, named or not. */
  readonly result: boolean;
  readonly line: number | undefined;
  readonly die: Die;
  /** How many scopes lie around it within the address's frames; the function is 0. */
  readonly depth: number;
  /** The inlined function (its entry) or function that it belongs to. */
  readonly owner: Die;
  /** A constant: the value needs no place. */
  readonly constant: bigint | undefined;
}

/** All variables that are in scope at an address, from the function to the innermost block. */
export function localsAt(functions: Functions, types: Types, address: number): Local[] {
  const { units } = functions;
  const locals: Local[] = [];
  let owner: Die | undefined;
  functions.scopesAt(address).forEach((scope, depth) => {
    if (scope.tag !== TAG.lexicalBlock || owner === undefined) owner = scope;
    for (const die of scope.children()) {
      if (die.tag !== TAG.variable && die.tag !== TAG.formalParameter) continue;
      const name = nameOf(units, die);
      if (name === undefined) continue;
      const type = inherited(units, die, (d) => d.reference(AT.type));
      const value = inherited(units, die, (d) => d.raw(AT.constValue));
      locals.push({
        name,
        type: type === undefined ? undefined : types.at(type),
        parameter: die.tag === TAG.formalParameter,
        result: die.tag === TAG.formalParameter && (inherited(units, die, (d) => d.number(AT.variableParameter)) ?? 0) !== 0,
        line: inherited(units, die, (d) => d.number(AT.declLine)),
        die,
        depth,
        owner: owner!,
        constant: typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined,
      });
    }
  });
  return locals;
}

/** What of a context depends on the frame alone: its base follows from the function's entry. */
export type FrameContext = Pick<Context, 'register' | 'cfa' | 'read'>;

/** Where a variable is while its frame stands at `pc`. */
export function locate(functions: Functions, local: Local, pc: number, frame: FrameContext): Location {
  if (local.constant !== undefined) return { kind: 'value', value: BigInt.asUintN(64, local.constant) };
  const expression = expressionAt(local.die, AT.location, pc);
  if (expression === undefined || expression.length === 0) return { kind: 'absent', why: 'optimized out' };
  const { unit } = local.die;
  const context: Context = {
    register: (n) => frame.register(n),
    cfa: () => frame.cfa(),
    read: (address, bytes) => frame.read(address, bytes),
    indexedAddress: (index) => unit.indexedAddress(index),
    frameBase: () => frameBase(functions, pc, frame),
  };
  return evaluate(expression, unit.addressBytes, context);
}

/** What DW_OP_fbreg counts from in the function at `pc`. */
function frameBase(functions: Functions, pc: number, frame: FrameContext): number | undefined {
  const die = functions.at(pc);
  const expression = die && expressionAt(die, AT.frameBase, pc);
  if (die === undefined || expression === undefined) return undefined;
  const context: Context = { register: (n) => frame.register(n), cfa: () => frame.cfa(), read: (a, n) => frame.read(a, n), indexedAddress: (i) => die.unit.indexedAddress(i), frameBase: () => undefined };
  const base = evaluate(expression, die.unit.addressBytes, context);
  if (base.kind === 'memory') return base.address;
  if (base.kind !== 'register') return undefined;
  const value = frame.register(base.register); // a register names the base itself
  return value === undefined ? undefined : Number(value);
}
