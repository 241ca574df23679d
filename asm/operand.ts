/**
 * One operand, a function per rule; numbers are cursor.ts's.
 *
 *   operand    = [ '$' | '*' ] ( symbol | register | '[' register '-' register ']' | string | float | memory | own )
 *   symbol     = name [ '<' [ abi ] '>' ] [ ('+'|'-') expression ] [ '(' ('SB'|'FP'|'SP'|'PC') ')' ]
 *   memory     = [ expression ] [ '(' register [ '*' scale ] ')' [ '(' index ')' ] ]
 *   index      = register [ '*' scale ] | own
 *
 * What only one instruction set has (`own`), its rules read. Integers are signed once they are operands.
 *
 * `x-8(SP)` and `8(SP)` differ: with a name SP is the pseudo-register of the frame's locals, without one the
 * hardware register, where that is called SP. FP and SB always need a name, so that a reader (and vet) knows what is meant.
 */
import { Cursor, s64 } from './cursor.js';
import { show } from './expand.js';
import { unquote, type Token } from './scan.js';
import type { Arg, IndexExtension, MemArg, Pseudo, SymbolName } from './syntax.js';

export { SyntaxFault } from './cursor.js';

export interface OperandRules {
  /** Hardware registers; SP is one of them where the hardware's is called so. */
  isRegister(name: string): boolean;
  /** Whether this index register must say its scale, also 1. */
  scaleNeeded(index: string): boolean;
  /** The package's path, put before symbols that start with a dot. */
  readonly pkgpath: string;
  /** An operand that only this instruction set has; undefined, with nothing read, when it is none. `jump`: bare names are labels. */
  operand?(c: Cursor, jump: boolean): Arg | undefined;
  /** The same of what stands in the parentheses of an index. */
  index?(c: Cursor): { readonly index: string; readonly extension: IndexExtension } | undefined;
}

const pseudoRegisters = ['SB', 'FP', 'SP', 'PC'];

export class Operand {
  private readonly c: Cursor;
  /** The symbol had <ABIInternal>. */
  abiInternal = false;

  /** `tokens` are those between two commas, at least one. `jump`: bare names are labels. */
  constructor(
    tokens: readonly Token[],
    private readonly rules: OperandRules,
    private readonly jump: boolean,
  ) {
    this.c = new Cursor(tokens);
  }

  /** The operand; nothing may follow it. */
  whole(): Arg {
    const arg = this.rules.operand?.(this.c, this.jump) ?? this.operand();
    this.c.expectEnd();
    return arg;
  }

  /** An expression, signed; nothing may follow it. */
  onlyExpression(): bigint {
    const value = s64(this.c.expression());
    this.c.expectEnd();
    return value;
  }

  /** A number; what follows it does not matter. */
  expression(): bigint {
    return this.c.expression();
  }

  private operand(): Arg {
    const first = this.c.tokens[0]!;
    const address = this.c.take('$');
    const indirect = !address && this.c.take('*');
    const t = this.c.tokens[this.c.index];
    if (!t) return this.c.fail(first, `missing operand after ${show(first)}`);
    if (t.kind === 'ident') return this.isRegisterName(t.text) ? this.register(first, address || indirect) : this.symbol(first, address, indirect);
    if (t.kind === 'string') return this.string(first, address);
    if (this.c.at('[')) return this.registerList(first, address || indirect);
    if (this.c.tokens.some((x) => x.kind === 'float')) return this.float(first, address);
    return this.memory(first, address, indirect);
  }

  private isRegisterName(name: string): boolean {
    return this.rules.isRegister(name) || pseudoRegisters.includes(name);
  }

  private register(first: Token, prefixed: boolean): Arg {
    const t = this.c.tokens[this.c.index++]!;
    if (prefixed) this.c.fail(first, `${first.text} cannot stand before register ${t.text}`);
    if (!this.rules.isRegister(t.text)) this.c.fail(t, `${t.text} is a pseudo-register: write name(${t.text})`);
    return { kind: 'reg', reg: t.text, at: this.c.span(first) };
  }

  /** '[' register '-' register ']' */
  private registerList(first: Token, prefixed: boolean): Arg {
    if (prefixed) this.c.fail(first, `${first.text} cannot stand before a register list`);
    this.c.need('[');
    const from = this.registerName();
    this.c.need('-');
    const to = this.registerName();
    this.c.need(']');
    return { kind: 'regs', from, to, at: this.c.span(first) };
  }

  private registerName(): string {
    const t = this.c.tokens[this.c.index];
    if (t?.kind !== 'ident' || !this.isRegisterName(t.text)) return this.c.fail(t ?? this.c.last, `expected a register, found ${t ? show(t) : 'the end of the operand'}`);
    this.c.index++;
    return t.text;
  }

  private string(first: Token, address: boolean): Arg {
    const t = this.c.tokens[this.c.index++]!;
    if (!address) this.c.fail(first, 'a string constant is written $"text"');
    const value = unquote(t.text);
    if (typeof value === 'string') return this.c.fail(t, value);
    return { kind: 'string', bytes: value.bytes, at: this.c.span(first) };
  }

  private float(first: Token, address: boolean): Arg {
    if (!address) this.c.fail(first, 'a floating-point constant is written $number');
    const value = this.c.floatExpression();
    return { kind: 'float', value, at: this.c.span(first) };
  }

  private symbol(first: Token, address: boolean, indirect: boolean): Arg {
    const symbol = this.symbolName();
    const signed = this.c.at('+') || this.c.at('-');
    const offset = signed ? s64(this.c.expression()) : 0n;
    if (this.c.index >= this.c.tokens.length) {
      if (this.jump && !address && !indirect && !symbol.local) return { kind: 'label', name: symbol.name, offset, at: this.c.span(first) };
      return this.c.fail(first, `symbol ${symbol.name} needs (SB), (FP) or (SP) after it`);
    }
    this.c.need('(');
    const t = this.c.tokens[this.c.index++];
    const reg = t?.text ?? '';
    if (reg === 'PC') {
      // The name is a comment: what counts is the number of instructions.
      this.c.need(')');
      if (address || indirect) this.c.fail(first, `${first.text} cannot stand before an (PC) operand`);
      return { kind: 'pc', offset, at: this.c.span(first) };
    }
    if (reg !== 'SB' && reg !== 'FP' && reg !== 'SP') this.c.fail(t ?? this.c.last, `expected (SB), (FP) or (SP) after symbol ${symbol.name}, found ${t ? show(t) : 'the end of the operand'}`);
    this.c.need(')');
    const { index, scale, extension } = this.c.at('(') ? this.indexed() : { index: undefined, scale: 1, extension: undefined };
    return { kind: 'mem', symbol, pseudo: reg as Pseudo, offset, base: undefined, index, scale, ...(extension && { extension }), address, indirect, at: this.c.span(first) };
  }

  /** name [ '<' [ abi ] '>' ] */
  private symbolName(): SymbolName {
    const t = this.c.tokens[this.c.index++]!;
    const text = t.text.replace(/\u00b7/g, '.').replace(/\u2215/g, '/');
    const name = text.startsWith('.') ? this.rules.pkgpath + text : text;
    let local = false;
    if (this.c.take('<')) {
      const abi = this.c.tokens[this.c.index];
      if (abi?.kind === 'ident') {
        if (abi.text !== 'ABI0' && abi.text !== 'ABIInternal') this.c.fail(abi, `unknown ABI ${show(abi)}: there are ABI0 and ABIInternal`);
        this.abiInternal = abi.text === 'ABIInternal';
        this.c.index++;
      } else local = true;
      this.c.need('>');
    }
    return { name, local, at: t.at };
  }

  /** [ expression ] [ '(' ... ')' [ '(' ... ')' ] ] */
  private memory(first: Token, address: boolean, indirect: boolean): Arg {
    const offset = this.atRegisterParenthesis() ? 0n : s64(this.c.expression());
    if (!this.c.at('(')) {
      if (address) return { kind: 'imm', value: offset, at: this.c.span(first) };
      if (indirect) this.c.fail(first, '* cannot stand before a constant');
      return this.plainMemory(first, offset, undefined, undefined, 1, false, false);
    }
    this.c.index++;
    const nameToken = this.c.tokens[this.c.index]!;
    const reg = this.registerName();
    const scale = this.scale();
    this.c.need(')');
    if (reg === 'PC') {
      if (address || indirect || scale !== undefined) this.c.fail(first, 'an (PC) operand is written n(PC)');
      return { kind: 'pc', offset, at: this.c.span(first) };
    }
    if (!this.rules.isRegister(reg)) this.c.fail(nameToken, `${reg} needs a name before it: name+${offset}(${reg})`);
    if (scale !== undefined) return this.plainMemory(first, offset, undefined, reg, scale, address, indirect);
    if (!this.c.at('(')) return this.plainMemory(first, offset, reg, undefined, 1, address, indirect);
    const { index, scale: indexScale, extension } = this.indexed();
    const memory = this.plainMemory(first, offset, reg, index, indexScale, address, indirect);
    return extension ? { ...memory, extension } : memory;
  }

  private plainMemory(first: Token, offset: bigint, base: string | undefined, index: string | undefined, scale: number, address: boolean, indirect: boolean): MemArg {
    return { kind: 'mem', symbol: undefined, pseudo: undefined, offset, base, index, scale, address, indirect, at: this.c.span(first) };
  }

  private atRegisterParenthesis(): boolean {
    const t = this.c.tokens[this.c.index + 1];
    return this.c.at('(') && t?.kind === 'ident' && this.isRegisterName(t.text);
  }

  /** '(' index ')' */
  private indexed(): { index: string; scale: number; extension?: IndexExtension } {
    this.c.need('(');
    const own = this.rules.index?.(this.c);
    if (own) {
      this.c.need(')');
      return { ...own, scale: 1 };
    }
    const t = this.c.tokens[this.c.index]!;
    const index = this.registerName();
    if (!this.rules.isRegister(index)) this.c.fail(t, `${index} cannot be an index register`);
    const scale = this.scale();
    if (scale === undefined && this.rules.scaleNeeded(index)) this.c.fail(t, `index register ${index} needs a scale: (${index}*1)`);
    this.c.need(')');
    return { index, scale: scale ?? 1 };
  }

  private scale(): number | undefined {
    if (!this.c.take('*')) return undefined;
    const t = this.c.tokens[this.c.index++];
    if (!t || !/^[1248]$/.test(t.text)) this.c.fail(t ?? this.c.last, `scale must be 1, 2, 4 or 8, found ${t ? show(t) : 'the end of the operand'}`);
    return Number(t!.text);
  }
}
