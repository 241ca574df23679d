/** Registers by the names that gdb and delve have for them. */
import { gpr16, gpr32, gpr64, gpr8, gpr8high } from '../../../isa/x86/regs.js';
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

/** DWARF's numbers of amd64's general registers, by their own. */
const dwarfOf = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];
const flagWords = ['eflags', 'rflags', 'cpsr', 'nzcv'];

function table(isArm: boolean): ReadonlyMap<string, RegisterName> {
  const map = new Map<string, RegisterName>();
  const add = (name: string, number: number | undefined, bits: number, special?: RegisterName['special'], from = 0): void => void map.set(name, { number, bits, from, special, name });
  add('pc', undefined, 64, 'pc');
  if (isArm) {
    for (let n = 0; n < 31; n++) {
      add(`x${n}`, n, 64);
      add(`w${n}`, n, 32);
      add(`r${n}`, n, 64); // as Go's assembler has them
    }
    for (let n = 0; n < 32; n++) for (const [letter, bits] of [['v', 128], ['q', 128], ['d', 64], ['s', 32], ['h', 16], ['b', 8]] as const) add(`${letter}${n}`, 64 + n, bits);
    add('sp', 31, 64);
    add('fp', 29, 64);
    add('lr', 30, 64);
    add('tpidr_el0', 36, 64);
  } else {
    dwarfOf.forEach((number, n) => {
      add(gpr64[n]!, number, 64);
      add(gpr32[n]!, number, 32);
      add(gpr16[n]!, number, 16);
      add(gpr8[n]!, number, 8);
      if (n < 4) add(gpr8high[n]!, number, 8, undefined, 8);
    });
    for (let n = 0; n < 16; n++) add(`xmm${n}`, 17 + n, 128);
    add('rip', undefined, 64, 'pc');
    add('sp', 7, 64);
    add('fp', 6, 64);
    add('fs_base', 58, 64);
    add('gs_base', 59, 64);
  }
  for (const name of flagWords) add(name, undefined, 32, 'named');
  return map;
}

const tables = { amd64: table(false), arm64: table(true) };

/** All names of an instruction set. */
export const registerNames = (isArm: boolean): ReadonlyMap<string, RegisterName> => (isArm ? tables.arm64 : tables.amd64);

/** By a name in any case: delve writes Rax, and Go's assembler R0. */
export const registerNamed = (isArm: boolean, name: string): RegisterName | undefined => registerNames(isArm).get(name.toLowerCase());

/** Undefined where the frame does not know. */
export function registerValue(scope: Scope, register: RegisterName): bigint | undefined {
  if (register.special === 'pc') return BigInt(scope.pc);
  const value = register.special === 'named' ? scope.named?.(register.name) : scope.registers.get(register.number!);
  return value === undefined ? undefined : BigInt.asUintN(register.bits, value >> BigInt(register.from));
}
