/**
 * The assembler's interface: source texts to an executable image, or the errors that stand in the way.
 *
 * Each source is a unit of its own: macros, labels and `sym<>` names end with it. Nothing here reads files; what a
 * source includes comes through `include`.
 */
import { amd64 } from './amd64target.js';
import { arm64 } from './arm64target.js';
import { Diagnostics, SourceFile, type Diagnostic } from './diag.js';
import { expand } from './expand.js';
import { layOut } from './layout.js';
import { link, type ImageSymbol } from './link.js';
import { DataSymbols, type ObjectFile, type ObjectSymbol } from './object.js';
import { parse } from './parse.js';
import type { BodyStatement } from './places.js';
import { flag, type Statement, type TextStatement } from './syntax.js';
import type { Target } from './target.js';

export { formatDiagnostic, type Diagnostic } from './diag.js';
export type { ImageSymbol } from './link.js';
export type { ObjectFile, ObjectSymbol } from './object.js';

export interface Source {
  readonly name: string;
  readonly text: string;
}

export type Arch = 'amd64' | 'arm64';

export interface AssembleOptions {
  /** `amd64` when left out. Sources whose names say another one are left out, as go build does it. */
  readonly arch?: Arch;
  /** Put before symbols that start with a middle dot; `main` when left out. */
  readonly pkgpath?: string;
  /** The text of an included file, undefined when there is none. */
  readonly include?: (name: string) => string | undefined;
  /** Macros defined from the start. `GOARCH_` with the architecture, `GOOS_linux` and, of amd64, `GOAMD64_v1` always are, as go build does it. */
  readonly defines?: Readonly<Record<string, string>>;
  /** The function where execution starts; else `_rt0_amd64_linux` or that of the architecture, else `main`. */
  readonly entry?: string;
  /** For debuggers: the directory that relative source names are in. */
  readonly directory?: string;
}

export interface Assembly {
  /** Present when there are no diagnostics. */
  readonly image?: Uint8Array;
  /** In order of files, then lines. */
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly ImageSymbol[];
}

const targets: Readonly<Record<Arch, Target>> = { amd64, arm64 };

/** The architecture that a file's name is for, `name_arm64.s`; undefined when it says none. */
export function archOfName(name: string): Arch | undefined {
  const suffix = /_(amd64|arm64)\.s$/.exec(name);
  return suffix ? (suffix[1] as Arch) : undefined;
}

/** Assembles and links; all errors of all sources are found in one run. */
export function assemble(sources: readonly Source[], options: AssembleOptions = {}): Assembly {
  const diagnostics = new Diagnostics();
  const objects = assembleObjects(sources, options, diagnostics);
  const linked = link(objects, targets[options.arch ?? 'amd64'].link, diagnostics, options);
  const list = diagnostics.sorted();
  return linked && list.length === 0 ? { image: linked.image, diagnostics: list, symbols: linked.symbols } : { diagnostics: list, symbols: [] };
}

/** Without linking: what each source defines. */
export function assembleObjects(sources: readonly Source[], options: AssembleOptions, diagnostics: Diagnostics): ObjectFile[] {
  const arch = options.arch ?? 'amd64';
  const target = targets[arch];
  let order = 0;
  const open = (name: string, text: string): SourceFile => new SourceFile(name, text, order++);
  return sources.filter((s) => (archOfName(s.name) ?? arch) === arch).map((source) => {
    const file = open(source.name, source.text);
    const defines = { ...target.defines, ...options.defines };
    const tokens = expand(file, diagnostics, { include: options.include ?? (() => undefined), defines, open });
    const statements = parse(tokens, diagnostics, target.parseRules(options.pkgpath ?? 'main'));
    return { source: file, symbols: objectSymbols(statements, target, diagnostics) };
  });
}

/** Statements of a file to its symbols: functions in their order, then data. */
function objectSymbols(statements: readonly Statement[], target: Target, diagnostics: Diagnostics): ObjectSymbol[] {
  const data = new DataSymbols(diagnostics);
  const functions: { readonly text: TextStatement; readonly body: BodyStatement[] }[] = [];
  let stray = false;
  for (const s of statements) {
    if (s.kind === 'text') functions.push({ text: s, body: [] });
    else if (s.kind === 'data') data.data(s);
    else if (s.kind === 'globl') data.globl(s);
    else if (functions.length > 0) functions[functions.length - 1]!.body.push(s);
    else if (!stray) {
      stray = true; // once: the whole text up to the first TEXT is astray
      diagnostics.error(s.at, 'instruction or label before the first TEXT');
    }
  }
  const code = functions.map((f) => ({ named: f.text.named, symbol: functionSymbol(f.text, f.body, data, target, diagnostics) }));
  return [...code.filter((f) => f.named).map((f) => f.symbol), ...data.finish()];
}

function functionSymbol(text: TextStatement, body: readonly BodyStatement[], data: DataSymbols, target: Target, diagnostics: Diagnostics): ObjectSymbol {
  const items = target.lowerFunction(text, body, data, diagnostics);
  const laid = layOut(items, target, (at) => diagnostics.error(at, 'branch target is too far for this instruction'));
  return {
    name: text.symbol.name, local: text.symbol.local, section: '.text', bytes: laid.bytes, size: laid.bytes.length, align: laid.align,
    dupok: (text.flags & flag.DUPOK) !== 0, topFrame: (text.flags & flag.TOPFRAME) !== 0, fixups: laid.fixups, lines: laid.lines, depths: laid.depths, at: text.at,
  };
}
