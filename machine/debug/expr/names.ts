/**
 * What names mean where a frame stands: variables and parameters of its function, globals of its package and of others, functions, registers. Found once
 * per pc; what is left to do at each evaluation is to add an offset or read a register.
 */
import { SHF } from '../../../isa/abi/elf.js';
import { archOfImage } from '../arch/arch.js';
import { Cursor } from '../cursor.js';
import { expressionAt } from '../dwarf/locations.js';
import type { Local } from '../dwarf/locals.js';
import { AT } from '../dwarf/names.js';
import type { Type } from '../dwarf/types.js';
import type { DebugInfo } from '../info.js';
import { bytesOfNumber, bytesPlace, memoryPlace, placeOf, type Place } from '../values/place.js';
import { pointee } from '../values/value.js';
import { fail } from './error.js';
import { registerNamed, registerValue, type RegisterName } from './registers.js';
import type { Result } from './result.js';
import type { Scope } from './scope.js';

/** What is left of an expression, or a part of one, at a pc. */
export type Compiled = (scope: Scope) => Result;

/** What names are looked up in: all of it is the same at every stop at a pc. */
export interface Site {
  readonly info: DebugInfo;
  readonly lookup: number;
  readonly inline: number;
}

/** Registers of the image's instruction set. */
const registersOf = (info: DebugInfo): ReadonlyMap<string, RegisterName> => archOfImage(info.sections.elf.machine)!.names;

// Variables of the function

/** Those that are in scope, an inner one before the one that it hides. */
export function visibleLocals({ info, lookup, inline }: Site): Local[] {
  const frames = info.framesAt(lookup);
  const frame = frames[inline];
  const locals = info.localsAt(lookup).filter((l) => frame?.die === undefined || l.owner.offset === frame.die.offset);
  const line = frame?.place?.line ?? 0;
  const rank = (l: Local): number => (l.parameter || l.line === undefined || l.line < line ? 0 : 1); // on its own line a variable begins, below it has not begun
  const visible = locals.filter((l) => l.parameter || l.line === undefined || !l.die.unit.isGo || l.line <= line);
  return visible.sort((a, b) => rank(a) - rank(b) || b.depth - a.depth || (b.line ?? 0) - (a.line ?? 0));
}

/** Undefined: no such variable. Go's compiler calls what escaped to the heap `&x`. */
export function localNamed(site: Site, name: string, at: number): Compiled | undefined {
  const locals = visibleLocals(site);
  const local = locals.find((l) => l.name === name || l.name === `&${name}`);
  if (local === undefined) return undefined;
  const { type } = local;
  if (type === undefined) fail(at, `${name} has no type in the debugging information`);
  const place = located(site, local, type);
  if (local.name === name) return (scope) => ({ kind: 'object', value: { type, place: place(scope) } });
  return (scope) => {
    const target = pointee({ type, place: place(scope) }, scope.memory);
    if (target === undefined) fail(at, `what ${name} points to has no type`);
    if (typeof target === 'string') fail(at, `${name}: ${target}`);
    return { kind: 'object', value: target };
  };
}

/** Operations of location expressions that nearly all variables are content with. */
const [fbreg, callFrameCfa, reg0, breg0] = [0x91, 0x9c, 0x50, 0x70];

/** How a variable is found in any frame at this pc. */
function located({ info, lookup }: Site, local: Local, type: Type): (scope: Scope) => Place {
  const bytes = local.constant === undefined ? expressionAt(local.die, AT.location, lookup) : undefined;
  const first = bytes?.[0];
  if (bytes !== undefined && first !== undefined) {
    if (bytes.length === 1 && first >= reg0 && first < breg0) {
      return ({ registers }) => {
        const value = registers.get(first - reg0);
        return value === undefined ? { address: undefined, read: () => `register ${first - reg0} is not known` } : bytesPlace(bytesOfNumber(value));
      };
    }
    const offset = stackOffset(info, lookup, bytes);
    if (offset !== undefined) {
      return ({ cfa, memory }) => (cfa === undefined ? { address: undefined, read: () => 'the frame is not known' } : memoryPlace(memory, cfa + offset));
    }
  }
  return (scope) => {
    const frame = { register: (n: number) => scope.registers.get(n), cfa: () => scope.cfa, read: (a: number, n: number) => scope.memory.read(a, n) };
    return placeOf(info.locate(local, lookup, frame), type.size, scope.registers, scope.memory);
  };
}

/** From the frame's end to the variable, where its expression is no more than that. */
function stackOffset(info: DebugInfo, lookup: number, bytes: Uint8Array): number | undefined {
  if (bytes.length === 1 && bytes[0] === callFrameCfa) return 0;
  if (bytes[0] !== fbreg) return undefined;
  const die = info.functions.at(lookup);
  const base = die && expressionAt(die, AT.frameBase, lookup);
  if (base?.length !== 1 || base[0] !== callFrameCfa) return undefined;
  const cursor = new Cursor('expression', bytes, 1);
  const offset = Number(cursor.slebExact());
  return cursor.done ? offset : undefined;
}

// Globals

/** The package of the frame's function: `main`, `github.com/a/b`. */
export function packageOf({ info, lookup, inline }: Site): string | undefined {
  const name = info.framesAt(lookup)[inline]?.name;
  const slash = name?.lastIndexOf('/') ?? -1;
  const dot = name?.indexOf('.', slash + 1) ?? -1;
  return name === undefined || dot < 0 ? undefined : name.slice(0, dot);
}

/** A global variable by its full name, or by the last part of its package's path. */
export function globalNamed({ info }: Site, name: string): Compiled | undefined {
  const exact = info.variableNamed(name);
  const found = exact ?? (name.includes('.') ? bySuffix(info, `/${name}`) : undefined);
  if (found === undefined) return undefined;
  const { address, type } = found;
  if (type === undefined) return () => ({ kind: 'symbol', name, address });
  return ({ memory }) => ({ kind: 'object', value: { type, place: memoryPlace(memory, address) } });
}

function bySuffix(info: DebugInfo, suffix: string): ReturnType<DebugInfo['variableNamed']> {
  const found = info.index.variables.find((v) => v.name.endsWith(suffix));
  return found && info.variableNamed(found.name);
}

/** A function: its entry's address. */
export function functionNamed({ info }: Site, name: string): Compiled | undefined {
  const f = info.functionNamed(name);
  const isCode = f !== undefined && info.sections.list.some((s) => f.low >= s.addr && f.low < s.addr + s.size && (s.flags & SHF.EXECINSTR) !== 0);
  return !isCode ? undefined : (() => ({ kind: 'int', value: BigInt(f.low), type: { name: 'uintptr', bits: 64, signed: false }, hex: true }));
}

/** Data that only the symbol table knows. */
export function symbolNamed({ info }: Site, name: string): Compiled | undefined {
  const symbol = info.symbols.named(name);
  return symbol && (() => ({ kind: 'symbol', name, address: symbol.start }));
}

// Registers

export function registerRead(register: RegisterName, at: number): Compiled {
  const type = { name: `uint${register.bits}`, bits: register.bits, signed: false };
  return (scope) => {
    const value = registerValue(scope, register);
    return value === undefined ? fail(at, `register ${register.name} is not known in this frame`) : { kind: 'int', value, type, hex: true };
  };
}

export const registerOf = ({ info }: Site, name: string): RegisterName | undefined => registerNamed(registersOf(info), name);

// What a mistyped name may have meant

export function knownNames(site: Site): Set<string> {
  const names = new Set(visibleLocals(site).map((l) => l.name.replace(/^&/, '')));
  const own = packageOf(site);
  for (const v of site.info.index.variables) {
    if (own !== undefined && v.name.startsWith(`${own}.`)) names.add(v.name.slice(own.length + 1));
    names.add(v.name);
  }
  for (const word of ['true', 'false', 'nil', 'len', 'cap']) names.add(word);
  return names;
}

export const knownRegisters = ({ info }: Site): Iterable<string> => registersOf(info).keys();
