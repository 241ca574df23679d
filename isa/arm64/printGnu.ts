/**
 * Text as objdump of binutils prints it: `ldr x0, [sp, #16]`. Preferred aliases first, then the row's own form; operands as the form
 * lists them. Comments that objdump adds (other names of conditions, wide moves in decimal) are part of the text.
 */
import type { ImmOperand, Insn, MemOperand, Operand, RegOperand, RelOperand } from '../row.js';
import type { OperandForm } from './form.js';
import { conditionNames } from './notation.js';
import { spelling, type Spelling } from './spelling.js';
import { prefetchName, stateFieldName, systemRegisterName } from './sysregs.js';

/** `name <symbol+0x10>` for an address, or undefined. */
export type Symbolise = (address: bigint) => string | undefined;

/** x0, w3, sp, xzr, d5, v2.16b, v1.s[2]. `text` is the operand's word in the form. */
export function regName(r: RegOperand, text: string): string {
  if (r.file === 'fp') return `${{ 8: 'b', 16: 'h', 32: 's', 64: 'd', 128: 'q' }[r.bits as 8]!}${r.index}`;
  if (r.file === 'v') {
    const arrangement = /\.(\w+)/.exec(text)![1]!.toLowerCase();
    return `v${r.index}.${arrangement}${r.lane === undefined ? '' : `[${r.lane}]`}`;
  }
  const letter = r.bits === 64 ? 'x' : 'w';
  if (r.file === 'zr') return `${letter}zr`;
  if (r.file === 'sp') return r.bits === 64 ? 'sp' : 'wsp';
  return `${letter}${r.index}`;
}

const hex = (v: bigint | number): string => (v < 0 ? `-0x${(-v).toString(16)}` : `0x${v.toString(16)}`);
const unsigned = (v: bigint, bits: number): bigint => BigInt.asUintN(bits, v);
const value = (op: Operand): bigint => (op as ImmOperand).value as bigint;

/** Immediates that objdump prints in decimal: amounts of shifts, positions, displacements. */
const decimal = /^#=?(immr|imms|lsl\d+|insert\d+|width|extract|bit\d+|shl\d+|shr\d+|fbits\d+|imm4|imm6|bitpos)$/;

const otherNames: Readonly<Record<string, string>> = {
  eq: 'none', ne: 'any', cs: 'hs, nlast', cc: 'lo, ul, last', mi: 'first', pl: 'nfrst', hi: 'pmore', ls: 'plast', ge: 'tcont', lt: 'tstop',
};
const barrierNames: Readonly<Record<number, string>> = { 1: 'oshld', 2: 'oshst', 3: 'osh', 5: 'nshld', 6: 'nshst', 7: 'nsh', 9: 'ishld', 10: 'ishst', 11: 'ish', 13: 'ld', 14: 'st', 15: 'sy' };
/** Type, level and policy of a prefetch, or its number. */
const prefetch = (n: number): string => prefetchName(n)?.toLowerCase() ?? `#0x${n.toString(16).padStart(2, '0')}`;

function memory(m: MemOperand): string {
  if (!m.base) return '';
  const base = regName(m.base, '');
  const disp = m.disp as bigint;
  if (m.index) {
    const index = regName(m.index, '');
    if (m.mode === 'post') return `[${base}], ${index}`;
    const amount = Math.log2(m.scale);
    const byte = m.bits === 8;
    const shifted = byte ? m.shifted === true : m.scale > 1;
    const how = m.extend ?? (shifted ? 'lsl' : undefined);
    return `[${base}, ${index}${how === undefined ? '' : `, ${how}${shifted ? ` #${amount}` : ''}`}]`;
  }
  if (m.mode === 'post') return `[${base}], #${disp}`;
  if (m.mode === 'pre') return `[${base}, #${disp}]!`;
  return disp === 0n ? `[${base}]` : `[${base}, #${disp}]`;
}

function list(ops: readonly Operand[], o: OperandForm): string {
  const regs = ops.slice(0, o.list) as RegOperand[];
  const arrangement = /\.(\w+)/.exec(o.text)![1]!.toLowerCase();
  const lane = regs[0]!.lane;
  const tail = lane === undefined ? '' : `[${lane}]`;
  const name = (r: RegOperand): string => `v${r.index}.${arrangement}`;
  if (regs.length > 2 && regs[0]!.index < regs[regs.length - 1]!.index) return `{${name(regs[0]!)}-${name(regs[regs.length - 1]!)}}${tail}`;
  return `{${regs.map(name).join(', ')}}${tail}`;
}

/** An 8-bit float as objdump writes it: 1.000000000000000000e+00. */
function float(bits: bigint, w: number): string {
  const dv = new DataView(new ArrayBuffer(8));
  if (w === 64) dv.setBigUint64(0, unsigned(bits, 64));
  else dv.setUint32(0, Number(unsigned(bits, 32)));
  const v = w === 64 ? dv.getFloat64(0) : dv.getFloat32(0);
  const [mantissa, exponent] = v.toExponential(18).split('e') as [string, string];
  return `#${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Operand i of a spelling; undefined: left out. */
function operand(s: Spelling, i: number, o: OperandForm, symbolise: Symbolise | undefined): string | undefined {
  const op = s.ops[i]!;
  switch (op.kind) {
    case 'reg': return o.list > 0 ? list(s.ops.slice(i), o) : o.text === '' ? undefined : regName(op, o.text);
    case 'mem': return op.base ? memory(op) : target(op.disp as bigint, symbolise);
    case 'rel': return target((op as RelOperand).target as bigint, symbolise);
    case 'imm': return immediate(s, op, o, symbolise);
  }
}

function target(address: bigint, symbolise: Symbolise | undefined): string {
  const name = symbolise?.(address);
  return `${address.toString(16)}${name === undefined ? '' : ` <${name}>`}`;
}

/** The stack pointer in an extended form: LSL is written for the extension of full width, and left out when it shifts nothing. */
function extension(s: Spelling, op: ImmOperand): string | undefined {
  const amount = Number(op.value);
  const regs = s.ops.filter((x): x is RegOperand => x.kind === 'reg');
  const stack = regs.slice(0, 2).some((r) => r.file === 'sp');
  const full = regs[0]!.bits === 64 ? 'uxtx' : 'uxtw';
  if (stack && op.shift === full) return amount === 0 ? undefined : `lsl #${amount}`;
  return amount === 0 ? op.shift : `${op.shift} #${amount}`;
}

function immediate(s: Spelling, op: ImmOperand, o: OperandForm, symbolise: Symbolise | undefined): string | undefined {
  const v = op.value as bigint;
  const wide = s.ops.some((x) => x.kind === 'reg' && x.bits === 64);
  switch (o.text) {
    case 'shift': return v === 0n && op.shift === 'lsl' ? undefined : `${op.shift} #${v}`;
    case 'extend': return extension(s, op);
    case 'hw': return v === 0n ? undefined : `lsl #${v}`;
    case 'cond': case '!cond': return conditionNames[Number(v)];
    case 'page': case 'adr': return target(v, symbolise);
    case '#imm12sh': return v >= 4096n || (v === 0n && shifted(s)) ? `#${hex(v >> 12n)}, lsl #12` : `#${hex(v)}`;
    case '#=prfop': return prefetch(Number(v));
    case '#=CRm': return barrier(s.form.name, Number(v));
    case '#CRm': return v === 15n ? undefined : `#${hex(v)}`;
    case '#float32': case '#floatparts32': return float(v, 32);
    case '#float64': case '#floatparts64': return float(v, 64);
    case '#=sysreg': return systemRegisterName(Number(v)).toLowerCase();
    case '#=pstate': return stateFieldName(Number(v)).toLowerCase();
    case '#imm16': if (s.form.name === 'UDF') return `#${v}`;
  }
  if (decimal.test(o.text)) return `#${v}`;
  return `#${hex(v < 0n ? unsigned(v, wide || o.text === '#bytemask' ? 64 : 32) : v)}`;
}

/** The bit `sh` of an add or subtract with an immediate. */
const shifted = (s: Spelling): boolean => ((s.word >>> 22) & 1) === 1;

function barrier(name: string, n: number): string | undefined {
  if (name === 'ISB') return n === 15 ? undefined : `#${hex(n)}`;
  return barrierNames[n] ?? `#0x${n.toString(16).padStart(2, '0')}`;
}

/** Mnemonic and operands: `add x0, x1, #0x1`, with a tab between as objdump has it. */
export function printGnu(insn: Insn, symbolise?: Symbolise): string {
  const s = spelling(insn);
  const name = insn.row.gnu ?? s.form.name.toLowerCase();
  const parts: string[] = [];
  let at = 0;
  for (const text of s.form.order) {
    if (text === undefined) {
      const o = s.form.operands[at]!;
      const printed = operand(s, at, o, symbolise);
      if (printed !== undefined) parts.push(printed);
      at++;
    } else {
      parts.push(literal(text));
    }
  }
  const tail = comment(s, name);
  if (tail.startsWith('\t// #')) parts.push(parts.pop()!.padEnd(movedColumns));
  const body = parts.join(', ');
  return `${name}${body === '' ? '' : `\t${body}`}${tail}`;
}

/** objdump keeps this room for a moved immediate before its value in decimal. */
const movedColumns = 23;

/** A word of the form as printed: `lsl #8`, `zva`, `#0.0`. */
const literal = (text: string): string => text.toLowerCase();

function comment(s: Spelling, name: string): string {
  const branch = /^b\.(\w\w)$/.exec(name);
  if (branch) {
    const others = otherNames[branch[1]!];
    return others === undefined ? '' : `  // ${others.split(', ').map((n) => `b.${n}`).join(', ')}`;
  }
  const i = s.form.operands.findIndex((o) => o.text === 'cond' || o.text === '!cond');
  if (i >= 0) {
    const cc = conditionNames[Number(value(s.ops[i]!))]!;
    return otherNames[cc] === undefined ? '' : `\t// ${cc} = ${otherNames[cc]}`;
  }
  const moved = s.form.operands.findIndex((o) => /^#(wide|inverted|bitmask)/.test(o.text));
  if (s.alias && s.form.name === 'MOV' && moved >= 0) {
    const wide = (s.ops[0] as RegOperand).bits === 64;
    return `\t// #${BigInt.asIntN(wide ? 64 : 32, value(s.ops[moved]!))}`;
  }
  return '';
}
