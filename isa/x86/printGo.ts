/**
 * Go syntax as `go tool objdump` prints it: the manual's mnemonics in capitals with a size letter on the integer
 * ones, sources first (CMP the other way round), `0x10(SP)(AX*8)`, `name(SB)`. Not all of it is what the Go
 * assembler accepts; instructions that the tool does not know (VEX, EVEX) appear in the assembler's own spelling.
 */
import type { Insn, MemOperand, Operand, RegOperand } from '../row.js';
import { From, Pp, Space, type Form } from './form.js';
import { layoutOf, type Layout } from './layout.js';
import { regName } from './operands.js';
import { formOf } from './table.js';

/** The symbol that contains an address and where it starts, or undefined. */
export type GoSymbol = (address: bigint) => { readonly name: string; readonly start: bigint } | undefined;

const suffixed = new Set(('adc add and bsf bsr bt btc btr bts cmp cmpxchg cvtsi2sd cvtsi2ss cvtsd2si cvtss2si cvttsd2si cvttss2si dec div fldenv frstor idiv imul in inc lea mov movnti ' +
  'mul neg nop not or out pop popcnt push rcl rcr rol ror sar sbb shl shld shr shrd sub test xadd xchg xor').split(' '));

/** Instructions whose names two opcode families share. */
const renamed: Record<string, string> = { retf: 'LRET', int1: 'ICEBP' };

const general = ['AX', 'CX', 'DX', 'BX', 'SP', 'BP', 'SI', 'DI'];

export function goRegister(r: RegOperand): string {
  switch (r.file) {
    case 'gpr': return r.high ? regName(r).toUpperCase() : r.bits === 8 && r.index < 4 ? `${general[r.index]![0]!}L` : (general[r.index] ?? `R${r.index}`);
    case 'xmm': return `X${r.index}`;
    case 'ymm': return `Y${r.index}`;
    case 'zmm': return `Z${r.index}`;
    case 'mmx': return `M${r.index}`;
    case 'st': return `F${r.index}`;
    case 'mask': return `K${r.index}`;
    default: return regName(r).toUpperCase();
  }
}

export function printGo(insn: Insn, symbol?: GoSymbol): string {
  const form = formOf(insn.row);
  if (form.space !== Space.Legacy) return vector(insn, form, symbol);
  const lay = layoutOf(insn, form);
  const args = insn.ops.map((o) => operand(insn, form, lay, o, symbol));
  if (form.name === 'xlatb') args.push('DS:0(BX)');
  // the tool reads comparisons, and exchanges with the accumulator, from left to right
  if (form.name !== 'cmp' && !(form.name === 'xchg' && form.plus)) args.reverse();
  const name = mnemonic(insn, form);
  let repeat = '';
  let last = 0;
  for (const byte of lay.prefixes) {
    if ((byte & 0xf0) === 0x40) break;
    if (byte === 0xf3 || byte === 0xf2) {
      if (!(form.pp === (byte === 0xf3 ? Pp.F3 : Pp.F2) && !isString(form))) repeat = byte === 0xf3 ? 'REP; ' : 'REPNE; ';
    } else if (byte === 0xf0 || !used(byte, insn)) last = byte;
  }
  const prefix = last === 0xf0 ? 'LOCK ' : last === 0x2e ? 'CS ' : last === 0x3e ? 'DS ' : last === 0x26 ? 'ES ' : last === 0x36 ? 'SS ' : last === 0x64 ? 'FS ' : last === 0x65 ? 'GS ' : '';
  return repeat + prefix + (args.length ? `${name} ${args.join(', ')}` : name);
}

const isString = (form: Form): boolean => form.operands.some((o) => o.from === From.Source || o.from === From.Destination);

/** A prefix that the operands show. */
function used(byte: number, insn: Insn): boolean {
  if (byte === 0x66 || byte === 0x67) return true;
  return (byte === 0x64 || byte === 0x65) && insn.ops.some((o) => o.kind === 'mem' && o.seg !== undefined);
}

function mnemonic(insn: Insn, form: Form): string {
  const name = renamed[form.name] ?? form.name.toUpperCase();
  const mem = insn.ops.find((o): o is MemOperand => o.kind === 'mem');
  if ((form.name === 'movsd' || form.name === 'cmpsd') && insn.ops.some((o) => o.kind === 'reg' && o.file === 'xmm')) return `${name}_XMM`;
  if (isString(form)) return name + (mem!.bits === 32 ? 'D' : letter(mem!.bits));
  if (form.name === 'nop' && insn.bytes.includes(0x66)) return 'NOPW';
  if (!suffixed.has(form.name)) return name;
  let bits = form.w === 1 ? 64 : form.size || 32;
  const first = insn.ops[0];
  if (mem && mem.bits) bits = mem.bits;
  else if (insn.ops.length === 1 && first?.kind === 'reg' && first.bits === 64) bits = 64;
  return name + letter(bits);
}

const letter = (bits: number): string => (bits === 8 ? 'B' : bits === 16 ? 'W' : bits === 32 ? 'L' : bits === 64 ? 'Q' : '');
const hex = (v: bigint): string => (v < 0n ? `-0x${(-v).toString(16)}` : `0x${v.toString(16)}`);

function operand(insn: Insn, form: Form, lay: Layout, o: Operand, symbol: GoSymbol | undefined): string {
  switch (o.kind) {
    case 'reg': return goRegister(o);
    case 'imm': {
      const byte = o.bits === 8 && form.size === 0; // whole-byte operations show the byte, not a number
      const v = byte ? BigInt.asUintN(8, o.value as bigint) : (o.value as bigint);
      return `$${hex(BigInt.asIntN(32, v) === v ? v : BigInt.asUintN(64, v))}`;
    }
    case 'rel': {
      const target = o.target as bigint;
      const s = symbol?.(target);
      return s && s.start === target ? `${s.name}(SB)` : `0x${target.toString(16)}`;
    }
    case 'mem': return memory(insn, form, lay, o, symbol);
  }
}

function memory(insn: Insn, form: Form, lay: Layout, m: MemOperand, symbol: GoSymbol | undefined): string {
  const disp = m.disp as bigint;
  const plain = m.seg === undefined && !m.index;
  if (plain && (m.rip || !m.base) && disp !== 0n) {
    const s = symbol?.(disp);
    if (s) return `${s.name}${disp === s.start ? '' : `+${disp - s.start}`}(SB)`;
  }
  const distance = m.rip ? disp - BigInt(insn.pc) - BigInt(insn.length) : disp;
  const offset = lay.dispBytes === 4 ? BigInt.asUintN(32, distance) : distance; // the tool shows four bytes unsigned
  const base = m.rip ? 'IP' : m.base ? goRegister(m.base) : '';
  const string = isString(form);
  const seg = string && m.base?.index === 7 ? 'ES:' : m.seg === 'fs' || m.seg === 'gs' ? `${m.seg.toUpperCase()}:` : string ? 'DS:' : '';
  return `${seg}${offset === 0n ? '0' : hex(offset)}${base ? `(${base})` : ''}${m.index ? `(${goRegister(m.index)}*${m.scale})` : ''}`;
}

/** What the tool does not know: the assembler's spelling. */
function vector(insn: Insn, form: Form, symbol: GoSymbol | undefined): string {
  const lay = layoutOf(insn, form);
  const args = insn.ops.map((o) => operand(insn, form, lay, o, symbol)).reverse();
  let name = insn.row.mnemonic;
  if (form.space === Space.Evex) {
    const memory = insn.ops.some((o) => o.kind === 'mem');
    if (lay.b) name += memory ? '.BCST' : form.rounding ? `.${['RN', 'RD', 'RU', 'RZ'][lay.length]}_SAE` : '.SAE';
    if (lay.zero) name += '.Z';
    if (lay.mask) args.splice(args.length - 1, 0, `K${lay.mask}`);
  }
  return args.length ? `${name} ${args.join(', ')}` : name;
}
