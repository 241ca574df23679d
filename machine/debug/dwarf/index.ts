/** What stands at the top of all units, by name and address: global variables, types, functions. Made in one pass when first needed. */
import { AT, TAG } from './names.js';
import { addressOnly } from './expression.js';
import { isType } from './types.js';
import type { Die } from './unit.js';
import type { Units } from './units.js';
import { inherited, nameOf } from './functions.js';

export interface GlobalEntry {
  readonly name: string;
  readonly address: number;
  /** Offset of its type's entry. */
  readonly type: number | undefined;
}

export class TopIndex {
  /** By address. */
  readonly variables: readonly GlobalEntry[];
  /** Offsets of entries by name; C's tagged types also as `struct name`. */
  readonly types = new Map<string, number>();
  /** Offsets of types by that of their runtime type. */
  readonly runtimeTypes = new Map<number, number>();
  /** Offsets of functions that have code. */
  readonly functions = new Map<string, number>();
  private readonly byName = new Map<string, GlobalEntry>();

  constructor(private readonly units: Units) {
    const variables: GlobalEntry[] = [];
    for (const unit of units.all) this.visit(unit.root, variables, 0);
    this.variables = variables.sort((a, b) => a.address - b.address);
    for (const v of this.variables) if (!this.byName.has(v.name)) this.byName.set(v.name, v);
  }

  variableNamed(name: string): GlobalEntry | undefined {
    return this.byName.get(name);
  }

  private visit(parent: Die, variables: GlobalEntry[], depth: number): void {
    for (const die of parent.children()) {
      if (die.tag === TAG.variable) this.variable(die, variables);
      else if (die.tag === TAG.subprogram) this.subprogram(die, variables, depth);
      else if ((die.tag === TAG.namespace || die.tag === TAG.lexicalBlock) && depth < 64) this.visit(die, variables, depth + 1);
      else if (isType(die.tag)) this.type(die);
    }
  }

  private variable(die: Die, variables: GlobalEntry[]): void {
    const block = die.block(AT.location);
    const address = block && addressOnly(die.unit, block);
    if (address === undefined) return;
    const name = nameOf(this.units, die);
    if (name !== undefined) variables.push({ name, address, type: inherited(this.units, die, (d) => d.reference(AT.type)) });
  }

  /** C's functions have static variables; Go's have none. */
  private subprogram(die: Die, variables: GlobalEntry[], depth: number): void {
    const hasCode = die.has(AT.lowPc) || die.has(AT.ranges);
    if (!hasCode) return;
    const name = nameOf(this.units, die);
    if (name !== undefined && !this.functions.has(name)) this.functions.set(name, die.offset);
    if (!die.unit.isGo && depth < 64) this.visit(die, variables, depth + 1);
  }

  private type(die: Die): void {
    const runtimeOffset = die.address(AT.goRuntimeType);
    if (runtimeOffset !== undefined && runtimeOffset !== 0 && !this.runtimeTypes.has(runtimeOffset)) this.runtimeTypes.set(runtimeOffset, die.offset);
    const name = die.text(AT.name);
    if (name === undefined || die.flag(AT.declaration)) return;
    const tagged = die.unit.isGo ? undefined : tagWords[die.tag];
    if (!this.types.has(name)) this.types.set(name, die.offset);
    if (tagged !== undefined && !this.types.has(`${tagged} ${name}`)) this.types.set(`${tagged} ${name}`, die.offset);
  }
}

const tagWords: Readonly<Record<number, string>> = { [TAG.structureType]: 'struct', [TAG.unionType]: 'union', [TAG.enumerationType]: 'enum', [TAG.classType]: 'class' };
