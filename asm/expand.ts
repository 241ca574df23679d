/**
 * The preprocessor of Go's assembler: #define (plain and with arguments, continued by a backslash), #undef,
 * #include, #ifdef, #ifndef, #else, #endif, #line. Smaller than C's: no #if, no # or ## in bodies, no
 * rescanning rules; the text of a macro replaces its name and is read again.
 *
 * Tokens of a macro take the position of its use, because that is the line the reader wrote; the error names
 * the macro as well. A body keeps the newlines that backslashes continued, so one macro can hold several
 * statements.
 *
 * Nothing here may hang: macros and includes nest to a fixed depth and the whole output is bounded. A macro may
 * stand in its own argument, so meeting its name again inside its expansion is not yet an error.
 */
import type { Diagnostics, Position } from './diag.js';
import { SourceFile } from './diag.js';
import { Scanner, unquote, type Token } from './scan.js';

/** Where includes come from and what is defined from the start. */
export interface ExpandOptions {
  include(name: string): string | undefined;
  readonly defines?: Readonly<Record<string, string>>;
  /** Gives each opened file its place in the order of errors. */
  open(name: string, text: string): SourceFile;
}

interface Macro {
  readonly name: string;
  /** Undefined: used without parentheses. */
  readonly formals: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** What is being read: a file, or the body of a macro. */
interface Reader {
  readonly scanner?: Scanner;
  readonly tokens?: readonly Token[];
  index: number;
  readonly macro?: string;
}

const mostNesting = 100;
const mostTokens = 2_000_000;

const directives = ['define', 'undef', 'include', 'ifdef', 'ifndef', 'else', 'endif', 'line'];

/** Stops the expansion for good; the error is already reported. */
class Stop extends Error {}
/** Leaves one directive; the rest of its line, unless that was read, is skipped. */
class BadDirective extends Error {
  constructor(readonly lineRead: boolean) {
    super();
  }
}

/** All tokens of `file` after preprocessing; the last is the end of the file. */
export function expand(file: SourceFile, diagnostics: Diagnostics, options: ExpandOptions): Token[] {
  return new Expander(file, diagnostics, options).run();
}

class Expander {
  private readonly macros = new Map<string, Macro>();
  private readonly readers: Reader[] = [];
  /** Truth of each open #ifdef, with where it was opened. */
  private readonly conditions: { on: boolean; readonly at: Position; sawElse: boolean }[] = [];
  private readonly out: Token[] = [];
  private made = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly diagnostics: Diagnostics,
    private readonly options: ExpandOptions,
  ) {
    for (const [name, value] of Object.entries(options.defines ?? {})) {
      const body = scanAll(new SourceFile(`define ${name}`, value, -1)).filter((t) => t.kind !== 'eof');
      this.macros.set(name, { name, formals: undefined, body });
    }
  }

  run(): Token[] {
    this.readers.push({ scanner: new Scanner(this.file), index: 0 });
    try {
      this.expandAll();
    } catch (e) {
      if (!(e instanceof Stop)) throw e;
    }
    for (const c of this.conditions) this.diagnostics.error(c.at, '#ifdef or #ifndef without #endif');
    const end = this.out[this.out.length - 1]?.at ?? { file: this.file, line: 1, col: 1, length: 1 };
    // A statement always ends with a newline, also at the end of a file that has none.
    this.out.push({ kind: 'newline', text: '\n', at: end, glued: false }, { kind: 'eof', text: '', at: end, glued: false });
    return this.out;
  }

  private expandAll(): void {
    let lineStart = true;
    for (;;) {
      const t = this.read();
      if (t.kind === 'eof') return;
      if (t.text === '#' && t.kind === 'punct' && lineStart) {
        this.directive();
        continue;
      }
      lineStart = t.kind === 'newline';
      if (!this.enabled()) continue;
      if (t.error !== undefined) {
        this.diagnostics.error(t.at, t.error);
        this.out.push({ ...t, kind: 'punct', text: '' }); // makes the statement a bad one, silently
        continue;
      }
      const macro = t.kind === 'ident' ? this.macros.get(t.text) : undefined;
      if (macro) this.invoke(macro, t);
      else this.out.push(t);
    }
  }

  private enabled(): boolean {
    return this.conditions.every((c) => c.on);
  }

  /** The next raw token: the innermost reader's, files and bodies closed as they end. */
  private read(): Token {
    if (++this.made > mostTokens) this.tooMuch();
    for (;;) {
      const top = this.readers[this.readers.length - 1]!;
      const t = top.scanner ? top.scanner.next() : top.tokens![top.index++];
      if (t && (t.kind !== 'eof' || this.readers.length === 1)) return t;
      this.readers.pop();
      // An included file ends its last line.
      if (t) return { ...t, kind: 'newline', text: '\n' };
    }
  }

  private push(reader: Reader, at: Position): void {
    if (this.readers.length >= mostNesting) {
      const twice = reader.macro !== undefined && this.readers.filter((r) => r.macro === reader.macro).length > 1;
      this.stop(at, twice ? `macro ${reader.macro} expands into itself without end` : `includes and macros nest more than ${mostNesting} deep`);
    }
    this.readers.push(reader);
  }

  private tooMuch(): never {
    return this.stop(undefined, `${this.file.name}: more than ${mostTokens} tokens after expanding macros and includes`);
  }

  private stop(at: Position | undefined, message: string): never {
    this.diagnostics.error(at, message);
    throw new Stop();
  }

  /** The directive is wrong at `t`, which may be the end of its line. */
  private bad(t: Token, message: string): never {
    this.diagnostics.error(t.at, message);
    throw new BadDirective(t.kind === 'newline' || t.kind === 'eof');
  }

  // Directives. The '#' has been read.

  private directive(): void {
    const word = this.read();
    let lineRead = false;
    try {
      lineRead = this.directiveNamed(word);
    } catch (e) {
      if (!(e instanceof BadDirective)) throw e;
      lineRead = e.lineRead;
    }
    if (!lineRead) this.skipLine(word);
  }

  /** Returns whether the rest of the line was consumed. */
  private directiveNamed(word: Token): boolean {
    if (word.kind === 'newline') return true;
    const conditional = /^(ifdef|ifndef|else|endif)$/.test(word.text);
    if (!this.enabled() && !conditional) return false;
    switch (word.text) {
      case 'define':
        return this.define();
      case 'undef':
        return this.undef();
      case 'include':
        return this.include();
      case 'ifdef':
      case 'ifndef':
        return this.ifdef(word);
      case 'else':
        return this.otherwise(word);
      case 'endif':
        return this.endif(word);
      case 'line':
        // Positions are those of the text at hand: a generator's own line numbers would show other lines than it quotes.
        return false;
      default:
        return this.bad(word, `unknown directive #${word.text}${this.diagnostics.didYouMean(word.text, directives)}`);
    }
  }

  private skipLine(from: Token): void {
    for (let t = from; t.kind !== 'newline' && t.kind !== 'eof'; ) t = this.read();
  }

  private name(what: string): Token {
    const t = this.read();
    if (t.kind !== 'ident') this.bad(t, `${what} needs a name, found ${show(t)}`);
    return t;
  }

  private endOfLine(what: string): void {
    const t = this.read();
    if (t.kind !== 'newline' && t.kind !== 'eof') this.bad(t, `unexpected ${show(t)} after ${what}`);
  }

  private define(): boolean {
    const name = this.name('#define');
    const first = this.read();
    let formals: string[] | undefined;
    let t = first;
    if (first.kind === 'punct' && first.text === '(' && first.glued) {
      formals = this.formals(name);
      t = this.read();
    }
    const body = this.body(name, t);
    if (this.macros.has(name.text)) this.diagnostics.error(name.at, `macro ${name.text} is already defined`);
    else this.macros.set(name.text, { name: name.text, formals, body });
    return true;
  }

  /** formals = [ ident { ',' ident } ] ')'. The '(' has been read. */
  private formals(macro: Token): string[] {
    const names: string[] = [];
    for (let wantName = true; ; ) {
      const t = this.read();
      if (t.kind === 'punct' && t.text === ')' && (!wantName || names.length === 0)) return names;
      if (wantName && t.kind === 'ident') {
        if (names.includes(t.text)) this.bad(t, `argument ${t.text} appears twice in macro ${macro.text}`);
        names.push(t.text);
      } else if (wantName || t.text !== ',') this.bad(t, `bad argument list of macro ${macro.text}`);
      wantName = !wantName;
    }
  }

  /** The body up to the end of the line; a backslash keeps the newline after it and goes on. */
  private body(macro: Token, first: Token): Token[] {
    const body: Token[] = [];
    for (let t = first; t.kind !== 'newline' && t.kind !== 'eof'; t = this.read()) {
      if (t.error !== undefined) this.bad(t, t.error);
      if (t.kind === 'punct' && t.text === '\\') {
        t = this.read();
        if (t.kind === 'eof') break;
        if (t.kind !== 'newline' && t.text !== '\\') this.bad(t, `in macro ${macro.text} a backslash can only stand before a newline or another backslash`);
      }
      body.push(t);
    }
    return body;
  }

  private undef(): boolean {
    const name = this.name('#undef');
    if (!this.macros.delete(name.text)) this.bad(name, `#undef of ${name.text}, which is not defined${this.diagnostics.didYouMean(name.text, this.macros.keys())}`);
    this.endOfLine('#undef');
    return true;
  }

  private include(): boolean {
    const t = this.read();
    if (t.kind !== 'string' || t.error !== undefined) this.bad(t, t.error ?? `#include needs a file name in double quotes, found ${show(t)}`);
    const value = unquote(t.text);
    if (typeof value === 'string') this.bad(t, value);
    const name = value.points.map((p) => String.fromCodePoint(p)).join('');
    this.endOfLine('#include');
    const text = this.options.include(name);
    if (text === undefined) this.diagnostics.error(t.at, `include file ${JSON.stringify(name)} is not found`);
    else this.push({ scanner: new Scanner(this.options.open(name, text)), index: 0 }, t.at);
    return true;
  }

  private ifdef(word: Token): boolean {
    const open = this.enabled();
    const truth = { on: false, at: word.at, sawElse: false };
    this.conditions.push(truth); // first, so that a bad name leaves the matching #endif its partner
    const name = this.name(`#${word.text}`);
    // Inside text that is off, the condition stays off in both of its arms: #else looks at the arm around it.
    truth.on = open && this.macros.has(name.text) === (word.text === 'ifdef');
    this.endOfLine(`#${word.text}`);
    return true;
  }

  private otherwise(word: Token): boolean {
    const c = this.conditions[this.conditions.length - 1];
    if (!c) return this.bad(word, '#else without #ifdef');
    if (c.sawElse) return this.bad(word, 'second #else for one #ifdef');
    c.sawElse = true;
    if (this.conditions.slice(0, -1).every((o) => o.on)) c.on = !c.on;
    this.endOfLine('#else');
    return true;
  }

  private endif(word: Token): boolean {
    if (!this.conditions.pop()) return this.bad(word, '#endif without #ifdef');
    this.endOfLine('#endif');
    return true;
  }

  // Uses of macros.

  private invoke(macro: Macro, use: Token): void {
    if (!macro.formals) {
      this.pushBody(macro, macro.body, use);
      return;
    }
    const open = this.read();
    if (open.text !== '(' || open.kind !== 'punct') {
      // Without an argument list the name stands for itself.
      this.out.push(use);
      this.push({ tokens: [open], index: 0 }, use.at);
      return;
    }
    const actuals = this.actuals(macro, use);
    if (!actuals) return;
    const size = macro.body.reduce((n, t) => n + (t.kind === 'ident' ? (actuals.get(t.text)?.length ?? 1) : 1), 0);
    if (this.made + size > mostTokens) this.tooMuch();
    const body = macro.body.flatMap((t) => (t.kind === 'ident' ? (actuals.get(t.text) ?? [t]) : [t]));
    this.pushBody(macro, body, use);
  }

  private pushBody(macro: Macro, body: readonly Token[], use: Token): void {
    this.made += body.length;
    const { file, line, col, length } = use.at;
    const at: Position = { file, line, col, length, macro: use.at.macro ?? macro.name };
    this.push({ tokens: body.map((t) => ({ ...t, at })), index: 0, macro: macro.name }, use.at);
  }

  /** actuals = [ argument { ',' argument } ] ')', on one line. Undefined when bad. */
  private actuals(macro: Macro, use: Token): Map<string, Token[]> | undefined {
    const formals = macro.formals!;
    const args: Token[][] = [[]];
    for (let nesting = 0; ; ) {
      const t = this.read();
      if (t.kind === 'newline' || t.kind === 'eof') {
        this.diagnostics.error(use.at, `argument list of macro ${macro.name} is not terminated`);
        this.out.push(t);
        return undefined;
      }
      if (t.kind === 'punct' && nesting === 0 && t.text === ')') break;
      if (t.kind === 'punct' && nesting === 0 && t.text === ',') args.push([]);
      else {
        if (t.text === '(') nesting++;
        if (t.text === ')') nesting--;
        args[args.length - 1]!.push(t);
      }
    }
    if (formals.length === 0 && args.length === 1 && args[0]!.length === 0) args.pop();
    if (args.length !== formals.length) {
      this.diagnostics.error(use.at, `macro ${macro.name} takes ${formals.length} arguments, found ${args.length}`);
      return undefined;
    }
    return new Map(formals.map((f, i) => [f, args[i]!]));
  }
}

function scanAll(file: SourceFile): Token[] {
  const scanner = new Scanner(file);
  const out: Token[] = [];
  do out.push(scanner.next());
  while (out[out.length - 1]!.kind !== 'eof');
  return out;
}

/** A token in an error message. */
export function show(t: Token): string {
  if (t.kind === 'newline') return 'end of line';
  if (t.kind === 'eof') return 'end of file';
  return t.text.length > 40 ? `${t.text.slice(0, 40)}…` : t.text;
}
