/** Registers by the names that gdb and delve have for them. */
import type { Scope } from './scope.js';

export interface RegisterName {
  /** DWARF's number; undefined for the pc and what has none. */
  readonly number: number | undefined;
  readonly bits: number;
  /** The register's first bit that the name means. */
  readonly from: number;
  readonly special: 'pc' | 'named' | undefined;
  readonly name: string;
}

/** A name, DWARF's number, bits; what is special; the first bit. */
export type Named = readonly [name: string, number: number | undefined, bits: number, special?: RegisterName['special'], from?: number];

/** Names that both instruction sets have for the pc and the flags. */
const common: readonly Named[] = [['pc', undefined, 64, 'pc'], ...['eflags', 'rflags', 'cpsr', 'nzcv'].map((name): Named => [name, undefined, 32, 'named'])];

/** A table of an instruction set's names, with those that all have. */
export const namesOf = (names: readonly Named[]): ReadonlyMap<string, RegisterName> =>
  new Map([common[0]!, ...names, ...common.slice(1)].map(([name, number, bits, special, from = 0]) => [name, { number, bits, from, special, name }]));

/** By a name in any case: delve writes Rax, and Go's assembler R0. */
export const registerNamed = (names: ReadonlyMap<string, RegisterName>, name: string): RegisterName | undefined => names.get(name.toLowerCase());

/** Undefined where the frame does not know. */
export function registerValue(scope: Scope, register: RegisterName): bigint | undefined {
  if (register.special === 'pc') return BigInt(scope.pc);
  const value = register.special === 'named' ? scope.named?.(register.name) : scope.registers.get(register.number!);
  return value === undefined ? undefined : BigInt.asUintN(register.bits, value >> BigInt(register.from));
}
