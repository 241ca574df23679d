/**
 * The part of the WebAssembly JavaScript API that machine/exec and machine/memory use. TypeScript ships these
 * types only with the browser's library, which would also let `document` and `fetch` compile.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Table {
    constructor(descriptor: { element: 'anyfunc'; initial: number; maximum?: number });
    readonly length: number;
    get(index: number): ExportValue | null;
    set(index: number, value: ExportValue | null): void;
    grow(delta: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { readonly kind: string; readonly name: string }[];
  }
  type ExportValue = (...args: (number | bigint)[]) => number | bigint | void;
  type ImportValue = Memory | Table | ((...args: never[]) => number | bigint | void);
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, ImportValue>>);
    readonly exports: Record<string, ExportValue>;
  }
  function validate(bytes: Uint8Array): boolean;
}
