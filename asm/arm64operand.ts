/**
 * Operands that only arm64 has:
 *
 *   own       = shifted | extended | vector | list | pair | name
 *   shifted   = register ('<<' | '>>' | '->' | '@>') expression
 *   extended  = register '.' extension [ '<<' int ]
 *   vector    = register '.' arrangement [ '[' int ']' ]
 *   list      = '[' vector { ',' vector } ']' [ '[' int ']' ]
 *   pair      = '(' register ',' register ')'
 *
 * An index is a register that is shifted left or extended.
 */
import type { Cursor } from './cursor.js';
import { isName, registerOf } from './arm64.js';
import { show } from './expand.js';
import type { Token } from './scan.js';
import type { Arg, IndexExtension } from './syntax.js';

const shiftOperators: Readonly<Record<string, string>> = { '<<': 'LSL', '>>': 'LSR', '->': 'ASR', '@>': 'ROR' };
const extensions = ['UXTB', 'UXTH', 'UXTW', 'UXTX', 'SXTB', 'SXTH', 'SXTW', 'SXTX', 'LSL'];
const arrangements = ['B8', 'B16', 'H4', 'H8', 'S2', 'S4', 'D1', 'D2', 'Q1', 'B', 'H', 'S', 'D'];
const mostInList = 4;

/** `jump`: a bare name is a label. */
export function ownOperand(c: Cursor, jump: boolean): Arg | undefined {
  const first = c.peek()!;
  if (c.at('[')) return list(c, first);
  if (c.at('(')) return isRegister(c.peek(1)) && c.at(',', 2) ? pair(c, first) : undefined;
  if (first.kind !== 'ident') return undefined;
  const next = c.peek(1);
  if (!next && !jump && isName(first.text)) {
    c.index++;
    return { kind: 'name', name: first.text, at: c.span(first) };
  }
  const other = otherName(first.text);
  if (!next && !jump && other !== undefined) c.fail(first, `register ${first.text} is written ${other}`);
  if (!isRegister(first) || next?.kind !== 'punct') return undefined;
  if (next.text in shiftOperators) return shifted(c, first);
  return next.text === '.' ? dotted(c, first) : undefined;
}

/** Registers that have another name, lest they be taken by accident. */
const otherName = (name: string): string | undefined => ({ R18: 'R18_PLATFORM', R28: 'g', R31: 'ZR or RSP' })[name];

export function ownIndex(c: Cursor): { index: string; extension: IndexExtension } | undefined {
  const first = c.peek();
  if (!isRegister(first) || !(c.at('<<', 1) || c.at('.', 1))) return undefined;
  const arg = c.at('.', 1) ? dotted(c, first!) : shifted(c, first!);
  if (arg.kind !== 'shifted') return c.fail(first!, `a vector register cannot be an index register`);
  return { index: arg.reg, extension: { how: arg.how, amount: arg.amount } };
}

const isRegister = (t: Token | undefined): boolean => t?.kind === 'ident' && registerOf(t.text) !== undefined;

function shifted(c: Cursor, first: Token): Arg & { kind: 'shifted' } {
  needGeneral(c, first);
  const how = shiftOperators[c.peek(1)!.text]!;
  c.index += 2;
  const t = c.peek();
  if (!t || (t.kind !== 'int' && !c.at('('))) return c.fail(t ?? c.last, 'a register is shifted by a number');
  const amount = c.expression();
  if (amount >= 64n) c.fail(t, `shift by ${amount}: at most 63 is possible`);
  return { kind: 'shifted', reg: first.text, how, amount: Number(amount), at: c.span(first) };
}

function needGeneral(c: Cursor, t: Token): void {
  if (registerOf(t.text)!.file !== 'gpr') c.fail(t, `register ${t.text} cannot be shifted or extended`);
}

/** After register '.': an extension of a general register, or an arrangement. */
function dotted(c: Cursor, first: Token): Arg & { kind: 'shifted' | 'vectors' } {
  if (registerOf(first.text)!.file === 'v') return vector(c, first);
  needGeneral(c, first);
  c.index += 2;
  const t = c.peek();
  if (!t || !extensions.includes(t.text)) return c.fail(t ?? c.last, `unknown extension ${t ? show(t) : 'at the end of the operand'}: there are UXTB to SXTX`);
  c.index++;
  let amount = 0;
  if (c.take('<<')) amount = number(c, 7, 'an extended register is shifted');
  return { kind: 'shifted', reg: first.text, how: t.text, amount, at: c.span(first) };
}

function number(c: Cursor, most: number, what: string): number {
  const t = c.peek();
  if (t?.kind !== 'int' || Number(t.text) > most) return c.fail(t ?? c.last, `${what} by a number of at most ${most}`);
  c.index++;
  return Number(t.text);
}

function vector(c: Cursor, first: Token): Arg & { kind: 'vectors' } {
  const arrangement = arrangementOf(c);
  const lane = c.at('[') ? laneNumber(c) : undefined;
  return { kind: 'vectors', regs: [first.text], list: false, arrangement, lane, at: c.span(first) };
}

/** register '.' arrangement */
function arrangementOf(c: Cursor): string {
  c.index++;
  c.need('.');
  const t = c.peek();
  if (!t || !arrangements.includes(t.text)) return c.fail(t ?? c.last, `unknown arrangement ${t ? show(t) : 'at the end of the operand'}: there are ${arrangements.join(', ')}`);
  c.index++;
  return t.text;
}

function laneNumber(c: Cursor): number {
  c.need('[');
  const t = c.peek();
  if (t?.kind !== 'int' || Number(t.text) > 15) return c.fail(t ?? c.last, 'a lane is a number from 0 to 15');
  c.index++;
  c.need(']');
  return Number(t.text);
}

function list(c: Cursor, first: Token): Arg {
  c.need('[');
  const regs: string[] = [];
  let arrangement = '';
  do {
    const t = c.peek();
    if (!isRegister(t) || registerOf(t!.text)!.file !== 'v') return c.fail(t ?? c.last, `expected a vector register, found ${t ? show(t) : 'the end of the operand'}`);
    const found = arrangementOf(c);
    if (arrangement !== '' && found !== arrangement) c.fail(t!, 'the registers of a list have one arrangement');
    if (regs.length > 0 && registerOf(t!.text)!.index !== (registerOf(regs[regs.length - 1]!)!.index + 1) % 32) c.fail(t!, 'the registers of a list follow one another');
    if (regs.length === mostInList) c.fail(t!, `a list has at most ${mostInList} registers`);
    arrangement = found;
    regs.push(t!.text);
  } while (c.take(','));
  c.need(']');
  const lane = c.at('[') ? laneNumber(c) : undefined;
  return { kind: 'vectors', regs, list: true, arrangement, lane, at: c.span(first) };
}

function pair(c: Cursor, first: Token): Arg {
  c.need('(');
  const [a, , b] = [c.peek()!, c.peek(1), c.peek(2)];
  if (!isRegister(b)) return c.fail(b ?? c.last, `expected a register, found ${b ? show(b) : 'the end of the operand'}`);
  c.index += 3;
  c.need(')');
  return { kind: 'pair', first: a.text, second: b!.text, at: c.span(first) };
}
