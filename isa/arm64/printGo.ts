/**
 * Go syntax as `go tool objdump` prints it: Go's mnemonics, the destination last, `8(R1)`, `R1<<3`, `V1.B16`, branches by
 * instructions, `5(PC)`. Where the tool prints what Go's assembler does not read, or reads as another instruction, the text
 * is the assembler's: g for R28, names of system registers, MOVWU between word registers. An ADR or ADRP keeps the tool's
 * distance in bytes.
 */
import type { ImmOperand, Insn, MemOperand, Operand, RegOperand, RelOperand } from '../row.js';
import { goOrder, modifies, moveOfConstant, namesFloats, startsPair } from './goSyntax.js';
import { encodeBitmask } from './immediate.js';
import { conditionNames, type Alias } from './notation.js';
import { spelling, type Spelling } from './spelling.js';
import { prefetchName, stateFieldName, systemRegisterName } from './sysregs.js';

/** The symbol that contains an address and where it starts, or undefined. */
export type GoSymbol = (address: bigint) => { readonly name: string; readonly start: bigint } | undefined;

/** Aliases that Go does not know. */
const unwanted = /^(ST(ADD|CLR|EOR|OR|SMAX|SMIN|UMAX|UMIN)|BFC)/;
const known = (alias: Alias): boolean => !unwanted.test(alias.mnemonic);
/** Nor moves of constants that its assembler would make otherwise, and those between word registers that it extends. */
const exact = (insn: Insn) => (alias: Alias): boolean => {
  if (!known(alias)) return false;
  const { form } = alias;
  if (form === 'MOV Wd|WSP, Wn|WSP') return false;
  const wide = /^MOV ([WX])d, #(wide|inverted)/.exec(form);
  if (!wide) return true;
  const width = wide[1] === 'X' ? 64 : 32;
  const v = BigInt.asUintN(width, constantOf(insn, wide[2] === 'inverted', width));
  const addable = v < 4096n || (v % 4096n === 0n && v < 1n << 24n);
  return v !== 0n && !(addable && encodeBitmask(v, width) !== undefined);
};

/** What a MOVZ or MOVN makes. */
function constantOf(insn: Insn, inverted: boolean, width: number): bigint {
  const v = value(insn.ops[1]!) << value(insn.ops[2]!);
  return BigInt.asUintN(width, inverted ? ~v : v);
}

const value = (op: Operand): bigint => (op as ImmOperand).value as bigint;

export function printGo(insn: Insn, symbol?: GoSymbol): string {
  const s = spelling(insn, exact(insn));
  const name = mnemonic(insn, s);
  const args = reordered(s, argsOf(insn, s, name, symbol));
  const shown = shorten(name, s, args);
  return shown.length > 0 ? `${name} ${shown.join(', ')}` : name;
}

/** Branches under the tool's names for them. */
const branchNames: Readonly<Record<string, string>> = { BHS: 'BCS', BLO: 'BCC', B: 'JMP', BL: 'CALL' };

function mnemonic(insn: Insn, s: Spelling): string {
  let name = s.alias?.mnemonic ?? insn.row.mnemonic;
  if (s.alias?.form === 'MOV Wd, Wm') name = 'MOVWU'; // MOVW extends the sign
  if (s.form.name === 'UDF' && value(s.ops[0]!) === 0n) name = 'UNDEF';
  const memory = s.ops.find((o): o is MemOperand => o.kind === 'mem');
  const suffix = memory?.mode && !name.endsWith('.P') ? (memory.mode === 'pre' ? '.W' : '.P') : '';
  return (branchNames[name] ?? name) + suffix;
}

/** Operands in the manual's order as texts; registers with what is done to them, pairs and lists as one. */
function argsOf(insn: Insn, s: Spelling, name: string, symbol: GoSymbol | undefined): string[] {
  const out: string[] = [];
  let i = 0;
  for (let k = 0; k < s.form.order.length; k++) {
    const text = s.form.order[k];
    if (text !== undefined) {
      if (!moveOfConstant(text)) out.push(text === '#0.0' ? '$(0.0)' : text.startsWith('#') ? `$${text.slice(1)}` : text);
      continue;
    }
    const o = s.form.operands[i]!;
    if (startsPair(s.form, i)) {
      out.push(`(${register(s.ops[i] as RegOperand, name)}, ${register(s.ops[i + 1] as RegOperand, name)})`);
      k++;
      i += 2;
    } else if (o.list > 0) {
      out.push(listText(s.ops.slice(i, i + o.list) as RegOperand[], o.text));
      k += o.list - 1;
      i += o.list;
    } else if (modifies(o) || o.text === 'hw') {
      out.push(modified(s, out.pop()!, s.ops[i] as ImmOperand, o.text));
      i++;
    } else {
      out.push(operand(insn, s, i, s.form.order[k + 1], name, symbol));
      i++;
    }
  }
  return out;
}

function reordered(s: Spelling, args: readonly string[]): string[] {
  const out: string[] = [];
  goOrder(s.form.name, args.length).forEach((place, i) => (out[place] = args[i]!));
  return out;
}

/** Without operands that go without saying. */
function shorten(name: string, s: Spelling, args: readonly string[]): readonly string[] {
  if (name === 'UNDEF') return [];
  if (name === 'RET' && ((s.ops[0] as RegOperand | undefined)?.index ?? 30) === 30) return [];
  if (name === 'JMP' || name === 'CALL') return s.ops[0]?.kind === 'reg' ? [`(${args[0]!})`] : args;
  if (name === 'SYS' && args[1] === 'ZR') return args.slice(0, 1);
  return args;
}

function general(r: RegOperand): string {
  if (r.file === 'zr') return 'ZR';
  if (r.file === 'sp') return 'RSP';
  return r.index === 28 ? 'g' : r.index === 18 ? 'R18_PLATFORM' : `R${r.index}`;
}

function register(r: RegOperand, name: string): string {
  if (r.file === 'fp') return `${namesFloats(name) ? 'F' : 'V'}${r.index}`;
  return general(r);
}

/** 16B as B16. */
const arrangement = (text: string): string => {
  const [, count, letter] = /\.(\d*)([BHSDQ])/.exec(text)!;
  return letter! + count!;
};

function vectorText(r: RegOperand, text: string): string {
  return `V${r.index}.${arrangement(text)}${r.lane === undefined ? '' : `[${r.lane}]`}`;
}

/** One lane of one register needs no brackets. */
function listText(regs: readonly RegOperand[], text: string): string {
  const lane = regs[0]!.lane;
  if (regs.length === 1 && lane !== undefined) return vectorText(regs[0]!, text);
  const body = `[${regs.map((r) => `V${r.index}.${arrangement(text)}`).join(', ')}]`;
  return lane === undefined ? body : `${body}[${lane}]`;
}

const shiftSigns: Readonly<Record<string, string>> = { lsl: '<<', lsr: '>>', asr: '->', ror: '@>' };

/** The operand before, shifted or extended; a constant moved up. */
function modified(s: Spelling, before: string, by: ImmOperand, text: string): string {
  const amount = by.value as bigint;
  if (text === 'hw') return amount === 0n ? before : `$(${before.slice(1)}<<${amount})`;
  const sign = shiftSigns[by.shift!];
  if (sign) return amount === 0n && by.shift === 'lsl' ? before : `${before}${sign}${amount}`;
  const regs = s.ops.filter((o): o is RegOperand => o.kind === 'reg');
  const whole = regs.slice(0, 2).some((r) => r.file === 'sp') && by.shift === (regs[0]!.bits === 64 ? 'uxtx' : 'uxtw') && regs[regs.length - 1]!.bits === regs[0]!.bits;
  if (whole) return amount === 0n ? before : `${before}<<${amount}`;
  return `${before}.${by.shift!.toUpperCase()}${amount === 0n ? '' : `<<${amount}`}`;
}

function operand(insn: Insn, s: Spelling, i: number, after: string | undefined, name: string, symbol: GoSymbol | undefined): string {
  const op = s.ops[i]!;
  const { text } = s.form.operands[i]!;
  switch (op.kind) {
    case 'reg': return op.file === 'v' ? vectorText(op, text) : register(op, name);
    case 'mem': return op.rip ? away(insn, op.disp as bigint) : memory(op);
    case 'rel': return target(insn, (op as RelOperand).target as bigint, symbol);
    case 'imm': return immediate(insn, s, op, text, after);
  }
}

const away = (insn: Insn, address: bigint): string => `${BigInt.asIntN(64, address - BigInt(insn.pc)) / 4n}(PC)`;

function target(insn: Insn, address: bigint, symbol: GoSymbol | undefined): string {
  const found = symbol?.(address);
  return found && found.start === address ? `${found.name}(SB)` : away(insn, address);
}

function memory(m: MemOperand): string {
  const base = `(${general(m.base!)})`;
  const disp = m.disp as bigint;
  if (!m.index) return `${disp === 0n ? '' : disp}${base}`;
  const amount = Math.log2(m.scale);
  const how = m.extend ? `.${m.extend.toUpperCase()}` : '';
  return `${base}(${general(m.index)}${how}${amount > 0 || (m.shifted && !how) ? `<<${amount}` : ''})`;
}

function immediate(insn: Insn, s: Spelling, op: ImmOperand, text: string, after: string | undefined): string {
  const v = op.value as bigint;
  const narrow = s.ops[0]?.kind === 'reg' && s.ops[0].bits === 32;
  switch (text) {
    case 'cond': case '!cond': return conditionText(Number(v));
    case 'adr': return `${BigInt.asIntN(64, v - BigInt(insn.pc))}(PC)`;
    case 'page': return `${BigInt.asIntN(64, v - (BigInt(insn.pc) & ~0xfffn))}(PC)`;
    case '#imm12sh': return v >= 4096n || (v === 0n && (s.word >>> 22) & 1) ? `$(${v >> 12n}<<12)` : `$${v}`;
    case '#=prfop': return prefetchName(Number(v)) ?? `$${v}`;
    case '#=sysreg': return systemRegisterName(Number(v));
    case '#=pstate': return stateFieldName(Number(v));
    case '#=sysop': return `$${v << 5n}`;
    case '#bitmask64': case '#bytemask': case '#wide64': case '#inverted64': return `$${BigInt.asIntN(64, v)}`;
    case '#float32': case '#floatparts32': return float(v, 32);
    case '#float64': case '#floatparts64': return float(v, 64);
  }
  const move = moveOfConstant(after);
  if (move) return move.ones ? `$${(v << move.by) | ((1n << move.by) - 1n)}` : `$(${v}<<${move.by})`;
  return `$${narrow && v < 0n ? BigInt.asUintN(32, v) : v}`;
}

function conditionText(code: number): string {
  const name = conditionNames[code]!.toUpperCase();
  return name === 'CS' ? 'HS' : name === 'CC' ? 'LO' : name;
}

/** As short as it can be, with its point. */
function float(bits: bigint, width: 32 | 64): string {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 64) view.setBigUint64(0, BigInt.asUintN(64, bits));
  else view.setUint32(0, Number(BigInt.asUintN(32, bits)));
  const text = String(width === 64 ? view.getFloat64(0) : view.getFloat32(0));
  return `$${text}${text.includes('.') ? '' : '.'}`;
}
