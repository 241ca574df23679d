/**
 * Tier 0 at work: generated code, instantiated on one engine's memory. The prepared modules are there from the start; kinds
 * that turn up later are compiled as functions, a module for what one decode found.
 */
import type { Ram } from '../memory/ram.js';
import { functionsModule, hashAt } from './generate.js';
import type { Kind } from './kind.js';
import { layOut } from './layout.js';
import type { Prepared } from './prepared.js';

export type ImportFunction = (...args: never[]) => number | bigint | void;
/** What the core may use stands in its cell `left`. */
export type Run = (ctx: number, record: number) => number;

/** The table's room beyond what is prepared, at first. */
const tableRoom = 256;

export class Tier0 {
  readonly run: Run;
  private readonly table: WebAssembly.Table;
  private tableUsed: number;
  private pending: Kind[] = [];

  /** `imports` gives the function for an import's name. */
  constructor(
    private readonly ram: Ram,
    hash: number,
    private readonly imports: (name: string) => ImportFunction,
    private readonly prepared: Prepared,
    interval: boolean,
  ) {
    if (hash !== hashAt) throw new Error(`the jump hash is at ${hash}, generated code has it at ${hashAt}`);
    this.tableUsed = prepared.functionCount;
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: prepared.functionCount + tableRoom });
    this.instantiate(prepared.functions);
    this.run = this.instantiate(interval ? prepared.interval : prepared.main)['run'] as Run;
  }

  private instantiate(module: WebAssembly.Module): Record<string, WebAssembly.ExportValue> {
    const e: Record<string, WebAssembly.ImportValue> = { m: this.ram.memory, t: this.table };
    for (const { kind, name } of WebAssembly.Module.imports(module)) if (kind === 'function') e[name] = this.imports(name);
    return new WebAssembly.Instance(module, { e }).exports;
  }

  /** Gives `kind` a place in the table; its function exists once `compile` has run. */
  demand(kind: Kind): void {
    if (kind.arm >= 0 || kind.index >= 0) return;
    kind.index = this.tableUsed++;
    kind.layout = layOut(kind.unit!, kind.exits, true);
    this.pending.push(kind);
  }

  /** Compiles what was demanded, as one module. To be called before generated code runs. */
  compile(): void {
    if (this.pending.length === 0) return;
    const kinds = this.pending;
    this.pending = [];
    const made = this.instantiate(new WebAssembly.Module(functionsModule(kinds, false, this.prepared.granule)));
    if (this.tableUsed > this.table.length) this.table.grow(Math.max(tableRoom, this.tableUsed - this.table.length));
    for (const kind of kinds) this.table.set(kind.index, made[String(kind.index)]!);
  }
}
