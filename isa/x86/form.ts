/**
 * The manual's notation, read: a row's instruction column ('ADD r/m64, imm8') and opcode column
 * ('REX.W + 83 /0 ib') become a Form, which says where each operand stands in the encoding and what must
 * hold for the row to be meant. SDM 2A, 3.1.1 explains the notation.
 *
 * Beyond the manual: a trailing operand-encoding word (`MR`, `MVR`) where two register operands may stand
 * either way round, because the opcode column alone does not tell; X8 and Y8 of the opcode map (memory at DS:rSI
 * and ES:rDI) with their width; 67 in the opcode column where the address size makes another instruction.
 *
 * Reading is lazy: at start-up only the place in the opcode maps is needed (`opcodePlace`).
 */
import type { ImmOperand, RegOperand, Row } from '../row.js';
import { cr, r16, r32, r64, r8, seg, st, xmm } from './operands.js';

/** Opcode spaces, in the order of the index; a map is 0 (one byte), 1 (0F), 2 (0F38), 3 (0F3A), 5, 6. */
export const enum Space { Legacy, Vex, Evex }

/** The mandatory prefix; Any: the row names none, so 66 means operand size and F2, F3 repetition. */
export const enum Pp { Any = -1, None, P66, F3, F2 }

/** Where an operand stands. Source and Destination are the memory at rSI and rDI of string instructions. */
export const enum From { Fixed, Reg, Rm, Vvvv, Opcode, Is4, Imm, Rel, Moffs, Source, Destination }

export interface OperandForm {
  readonly from: From;
  /** Register file, when the operand may be a register; '' when it is memory only or an immediate. */
  readonly file: string;
  /** Width of the register, or of the immediate as encoded. */
  readonly bits: number;
  /** Access width when the operand may be memory, 0 for address only; -1 when it may not. */
  readonly memBits: number;
  /** Register file of a vector index (gather, scatter). */
  readonly vsib: string;
  /** Width of one broadcast element, or 0. */
  readonly broadcast: number;
  /** The operand itself when the form spells it out. */
  readonly fixed: RegOperand | ImmOperand | undefined;
}

export interface Form {
  readonly row: Row;
  /** The manual's mnemonic, lower case. */
  readonly name: string;
  readonly space: Space;
  readonly map: number;
  readonly opcode: number;
  /** Low three opcode bits are a register. */
  readonly plus: boolean;
  readonly pp: Pp;
  /** NFx: neither F2 nor F3 may stand before it. */
  readonly noRepeat: boolean;
  /** REX.W or VEX.W as demanded, -1 either. */
  readonly w: number;
  /** Vector length 0 (128), 1, 2 as demanded, -1 either. */
  readonly l: number;
  readonly modrm: boolean;
  /** Only with a 67 prefix. */
  readonly addr32: boolean;
  /** The digit of /digit, else -1. */
  readonly digit: number;
  /** A whole ModRM byte that is part of the opcode, else -1; `fixedPlus`: its low three bits are ST(i). */
  readonly fixed: number;
  readonly fixedPlus: boolean;
  readonly registerOk: boolean;
  readonly memoryOk: boolean;
  /** Operand size that tells this row from its siblings: 16, 32, 64, or 0 when the size does not matter. */
  readonly size: number;
  readonly operands: readonly OperandForm[];
  /** The one that ModRM's r/m stands for; none of the others is like this. */
  readonly rm: OperandForm | undefined;
  /** An operand is memory at an absolute address behind the opcode. */
  readonly moffs: boolean;
  /** Bytes of immediates, displacements of branches and is4, at the end. */
  readonly trailing: number;
  /** Immediates are sign-extended to the operation (else zero-extended). */
  readonly signedImm: boolean;
  readonly usesVvvv: boolean;
  /** EVEX decorations that the form allows. */
  readonly masking: boolean;
  readonly zeroing: boolean;
  readonly rounding: boolean;
  readonly suppress: boolean;
  /** Bytes by which EVEX scales an 8-bit displacement, when not broadcasting. */
  readonly dispUnit: number;
}

const isHex = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 70);
/** Two hexadecimal digits that stand alone or before a plus sign. */
function hexByte(token: string): number {
  if (token.length < 2 || !isHex(token.charCodeAt(0)) || !isHex(token.charCodeAt(1))) return -1;
  return token.length === 2 || token[2] === '+' ? parseInt(token.slice(0, 2), 16) : -1;
}

/** The opcode column, token by token. */
class Coding {
  space = Space.Legacy;
  map = 0;
  opcode = -1;
  plus = false;
  pp = Pp.Any;
  noRepeat = false;
  addr32 = false;
  w = -1;
  l = -1;
  slashR = false;
  digit = -1;
  fixed = -1;
  fixedPlus = false;
  order = '';
  /** 66 stands for the operand size: in the one-byte map, and beside F2 or F3. */
  size16 = false;
  readonly imms: string[] = [];

  constructor(encoding: string) {
    let escape = 0; // bytes of the opcode seen so far that only select a map
    for (const token of encoding.split(' ')) {
      const byte = hexByte(token);
      if (byte >= 0) {
        if (this.space === Space.Legacy && this.opcode < 0) {
          if (escape === 0 && byte === 0x66) { this.size16 = true; continue; }
          if (escape === 0 && (byte === 0xf2 || byte === 0xf3)) { this.pp = byte === 0xf2 ? Pp.F2 : Pp.F3; continue; }
          if (escape === 0 && byte === 0x67) { this.addr32 = true; continue; }
          if (escape === 0 && byte === 0x0f) { this.map = escape = 1; continue; }
          if (escape === 1 && (byte === 0x38 || byte === 0x3a)) { this.map = byte === 0x38 ? 2 : 3; escape = 2; continue; }
        }
        if (this.opcode < 0) {
          this.opcode = byte;
          this.plus = token.length > 2;
        } else {
          this.fixed = byte;
          this.fixedPlus = token.length > 2;
        }
      } else this.word(token, encoding);
    }
    if (this.opcode < 0) throw new Error(`no opcode in '${encoding}'`);
    if (this.size16 && this.map > 0 && this.pp === Pp.Any) {
      this.pp = Pp.P66;
      this.size16 = false;
    }
  }

  private word(token: string, encoding: string): void {
    switch (token) {
      case '+': case 'REX': case 'REX.R': case '': return;
      case 'NP': this.pp = Pp.None; return;
      case 'NFx': this.noRepeat = true; return;
      case 'REX.W': this.w = 1; return;
      case 'rb': case 'rw': case 'rd': case 'ro': case '+rb': case '+rw': case '+rd': case '+ro': this.plus = true; return;
      case '+i': case 'i': this.fixedPlus = true; return;
      case '/r': case '/vsib': this.slashR = true; return;
      case 'ib': case 'iw': case 'id': case 'io': case 'cb': case 'cw': case 'cd': case '/is4': this.imms.push(token); return;
      case 'mo': return;
      case 'MR': case 'RM': case 'MVR': case 'RVM': case 'RMV': this.order = token; return;
    }
    if (token[0] === '/' && token.length === 2 && token >= '/0' && token <= '/7') this.digit = token.charCodeAt(1) - 48;
    else if (token.startsWith('VEX.') || token.startsWith('EVEX.')) this.vex(token);
    else throw new Error(`'${token}' in opcode column '${encoding}'`);
  }

  private vex(token: string): void {
    this.space = token[0] === 'E' ? Space.Evex : Space.Vex;
    this.pp = Pp.None;
    for (const part of token.split('.')) {
      switch (part) {
        case '128': case 'L0': case 'LZ': this.l = 0; break;
        case '256': case 'L1': this.l = 1; break;
        case '512': this.l = 2; break;
        case '66': this.pp = Pp.P66; break;
        case 'F3': this.pp = Pp.F3; break;
        case 'F2': this.pp = Pp.F2; break;
        case '0F': this.map = 1; break;
        case '0F38': this.map = 2; break;
        case '0F3A': this.map = 3; break;
        case 'MAP5': this.map = 5; break;
        case 'MAP6': this.map = 6; break;
        case 'W0': this.w = 0; break;
        case 'W1': this.w = 1; break;
        case 'VEX': case 'EVEX': case 'NP': case 'LIG': case 'LLIG': case 'WIG': case 'NDS': case 'NDD': case 'DDS': break;
        default: throw new Error(`'${part}' in '${token}'`);
      }
    }
  }
}

/** Place of an opcode in the index of all spaces and maps: (space * 8 + map) * 256 + opcode. */
export const placeOf = (space: number, map: number, opcode: number): number => ((space * 8 + map) << 8) + opcode;
export const places = placeOf(3, 0, 0);
/** Opcode 90 with REX.B exchanges r8; without, it is NOP. The former has its place in this unused map. */
export const exchangeMap = 7;

/**
 * First place of a row; a row with `plus` takes eight from there. Reads no further than the opcode, because every
 * row passes here at start-up.
 */
export function opcodePlace(encoding: string): { place: number; plus: boolean } {
  if (encoding[0] === 'V' || encoding.startsWith('EV')) {
    const c = new Coding(encoding);
    return { place: placeOf(c.space, c.map, c.opcode), plus: c.plus };
  }
  let map = 0;
  for (let i = 0; i < encoding.length; ) {
    const blank = encoding.indexOf(' ', i);
    const end = blank < 0 ? encoding.length : blank;
    const hex = isHex(encoding.charCodeAt(i)) && isHex(encoding.charCodeAt(i + 1)) && (end === i + 2 || encoding[i + 2] === '+');
    const byte = hex ? parseInt(encoding.slice(i, i + 2), 16) : -1;
    i = end + 1;
    if (byte < 0 || (map === 0 && (byte === 0x66 || byte === 0x67 || byte === 0xf2 || byte === 0xf3))) continue;
    if (map === 0 && byte === 0x0f) map = 1;
    else if (map === 1 && (byte === 0x38 || byte === 0x3a)) map = byte === 0x38 ? 2 : 3;
    else return { place: placeOf(Space.Legacy, map, byte), plus: encoding[end - 3] === '+' || encoding.startsWith('+r', i) };
  }
  throw new Error(`no opcode in '${encoding}'`);
}

const fixedRegisters: Record<string, RegOperand> = {
  AL: r8[0]!, CL: r8[1]!, AX: r16[0]!, DX: r16[2]!, CX: r16[1]!, EAX: r32[0]!, ECX: r32[1]!, EDX: r32[2]!, RAX: r64[0]!, RCX: r64[1]!,
  ST: st[0]!, 'ST(0)': st[0]!, '<XMM0>': xmm[0]!, XMM0: xmm[0]!, CR8: cr[8]!,
  ES: seg[0]!, CS: seg[1]!, SS: seg[2]!, DS: seg[3]!, FS: seg[4]!, GS: seg[5]!,
};

/** Widths of memory operands that are not plainly m<bits>. */
const oddMemory: Record<string, number> = {
  m: 0, mem: 0, mib: 0, m2byte: 16, 'm14/28byte': 224, 'm28byte': 224, 'm94/108byte': 864, m108byte: 864, m512byte: 4096, m512: 512,
  'm16&16': 32, 'm32&32': 64, 'm16&64': 80, 'm16&32': 48, 'm16:16': 32, 'm16:32': 48, 'm16:64': 80,
};

function memoryBits(text: string): number {
  const odd = oddMemory[text];
  if (odd !== undefined) return odd;
  const m = /^m(\d+)(int|fp|dec|bcd|bcst|byte)?$/.exec(text);
  if (!m) throw new Error(`memory operand '${text}'`);
  return m[2] === 'byte' ? 8 * Number(m[1]) : Number(m[1]);
}

/** File and width of a register operand as the manual names it, or undefined. */
function registerKind(text: string): { file: string; bits: number } | undefined {
  const g = /^r(8|16|32|64)[ab]?$/.exec(text);
  if (g) return { file: 'gpr', bits: Number(g[1]) };
  const v = /^(xmm|ymm|zmm|mm|bnd|k)\d?$/.exec(text);
  if (v) {
    const name = v[1]!;
    return name === 'mm' ? { file: 'mmx', bits: 64 } : name === 'k' ? { file: 'mask', bits: 64 } : { file: name, bits: { xmm: 128, ymm: 256, zmm: 512, bnd: 128 }[name]! };
  }
  if (text === 'reg') return { file: 'gpr', bits: 32 };
  if (text === 'Sreg') return { file: 'seg', bits: 16 };
  if (text === 'ST(i)') return { file: 'st', bits: 80 };
  if (/^CR0/.test(text)) return { file: 'cr', bits: 64 };
  if (/^DR0/.test(text)) return { file: 'dr', bits: 64 };
  return undefined;
}

type Draft = { -readonly [K in keyof OperandForm]: OperandForm[K] };

/** Operands as they are spelled, read once: a few dozen spellings stand in all rows. */
const operandForms = new Map<string, Draft>();

/** One operand of the instruction column, a draft of its own; `from` of registers and memory is settled by `place`. */
function operandForm(spelled: string): Draft {
  let read = operandForms.get(spelled);
  if (!read) operandForms.set(spelled, (read = readOperand(spelled)));
  return { from: read.from, file: read.file, bits: read.bits, memBits: read.memBits, vsib: read.vsib, broadcast: read.broadcast, fixed: read.fixed };
}

function readOperand(spelled: string): Draft {
  const text = spelled.replace(/\s*\{.*$/, '').trim();
  const form: Draft = { from: From.Rm, file: '', bits: 0, memBits: -1, vsib: '', broadcast: 0, fixed: undefined };
  const fixed = fixedRegisters[text];
  const string = /^([XY])(8|16|32|64)$/.exec(text);
  const imm = /^(imm|rel|moffs)(8|16|32|64)/.exec(text);
  const vm = /^vm(32|64)([xyz])/.exec(text);
  if (fixed) Object.assign(form, { from: From.Fixed, fixed, file: fixed.file, bits: fixed.bits });
  else if (text === '1' || text === '3') Object.assign(form, { from: From.Fixed, bits: 8, fixed: { kind: 'imm', value: BigInt(text), bits: 8 } });
  else if (string) Object.assign(form, { from: string[1] === 'X' ? From.Source : From.Destination, memBits: Number(string[2]) });
  else if (imm && imm[1] === 'moffs') Object.assign(form, { from: From.Moffs, memBits: Number(imm[2]) });
  else if (imm) Object.assign(form, { from: imm[1] === 'rel' ? From.Rel : From.Imm, bits: Number(imm[2]) });
  else if (vm) Object.assign(form, { vsib: `${vm[2]}mm`, memBits: 0 });
  else mixedOperand(form, text);
  return form;
}

/** One that may be a register, memory, or either. */
function mixedOperand(form: Draft, text: string): void {
  const whole = text in oddMemory ? [text] : text.startsWith('r/m') ? [`r${text.slice(3)}`, `m${text.slice(3)}`] : text.split('/');
  for (const part of whole) {
    const reg = registerKind(part);
    if (reg) Object.assign(form, reg);
    else if (part.endsWith('bcst')) form.broadcast = memoryBits(part);
    else form.memBits = memoryBits(part);
  }
}

/** Decides which field each register or memory operand stands in. */
function place(c: Coding, operands: Draft[], text: string): void {
  const open = operands.filter((o) => o.from === From.Rm);
  if (open.length === 0) return;
  const set = (...from: From[]): void => open.forEach((o, i) => { o.from = from[i]!; });
  const memory = open.findIndex((o) => o.memBits >= 0);
  if (c.plus) { set(From.Opcode); return; }
  if (c.fixedPlus) { set(From.Rm); return; }
  if (c.digit >= 0) {
    if (open.length === 1) set(From.Rm);
    else set(From.Vvvv, From.Rm);
    return;
  }
  if (!c.slashR) throw new Error(`'${text}': operand without a place`);
  switch (open.length) {
    case 1: set(From.Rm); return;
    case 2: {
      const special = open.findIndex((o) => o.file === 'cr' || o.file === 'dr' || o.file === 'seg');
      const rmFirst = special >= 0 ? special === 1 : memory >= 0 ? memory === 0 : c.order === 'MR';
      if (rmFirst) set(From.Rm, From.Reg);
      else set(From.Reg, From.Rm);
      return;
    }
    case 3: {
      const rm = memory >= 0 ? memory : c.order === 'MVR' ? 0 : c.order === 'RMV' ? 1 : 2;
      if (rm === 0) set(From.Rm, From.Vvvv, From.Reg);
      else if (rm === 1) set(From.Reg, From.Rm, From.Vvvv);
      else set(From.Reg, From.Vvvv, From.Rm);
      return;
    }
    default:
      if (memory === 3) set(From.Reg, From.Vvvv, From.Is4, From.Rm);
      else set(From.Reg, From.Vvvv, From.Rm, From.Is4);
  }
}

/** Instructions without operands whose size only the name tells. */
const sizeByName: Record<string, number> = {
  cbw: 16, cwde: 32, cwd: 16, cdq: 32, movsw: 16, movsd: 32, stosw: 16, stosd: 32, lodsw: 16, lodsd: 32, scasw: 16, scasd: 32,
  cmpsw: 16, cmpsd: 32, insw: 16, insd: 32, outsw: 16, outsd: 32, pushf: 16, popf: 16, iret: 16, iretd: 32, pushfq: 64, popfq: 64, leave: 64,
};

/** The operand size a row stands for among rows of one opcode; 0 when size does not tell them apart. */
function operandSize(c: Coding, name: string, operands: readonly OperandForm[]): number {
  if (c.space !== Space.Legacy || c.pp === Pp.P66) return 0;
  if (c.pp === Pp.None && c.map !== 2) return 0;
  if (c.size16) return 16;
  if (c.map === 0 && c.opcode >= 0xd8 && c.opcode <= 0xdf) return 0;
  const string = operands.find((o) => o.from >= From.Source);
  if (string) return string.memBits === 8 ? 0 : string.memBits;
  const general = operands.filter((o) => (o.file === 'gpr' && o.fixed?.kind !== 'imm') || o.from === From.Moffs);
  if (general.length === 0) {
    if (c.map === 0 && c.opcode === 0x68) return c.imms[0] === 'iw' ? 16 : 64;
    return c.map === 0 ? (sizeByName[name] ?? 0) : 0;
  }
  const port = c.map === 0 && c.opcode >= 0xec && c.opcode <= 0xef;
  const chosen = name === 'crc32' ? general[1]! : port ? general.find((o) => o.fixed !== r16[2])! : general[0]!;
  const bits = chosen.from === From.Moffs ? chosen.memBits : chosen.bits;
  return bits === 8 ? 0 : bits;
}

/** The memory operand's size, or one element where elements are gathered, compressed or expanded. */
function displacementUnit(c: Coding, name: string, rm: OperandForm | undefined): number {
  if (rm === undefined) return 1;
  if (rm.vsib !== '') return c.w === 1 ? 8 : 4;
  if (/^vp?(compress|expand)/.test(name)) return { b: 1, w: 2, d: c.w === 1 ? 8 : 4, q: 8, s: 4 }[name.at(-1)!]!;
  return Math.max(1, rm.memBits >> 3);
}

/** One-byte opcodes whose immediates are zero-extended: shifts, RET, ENTER, INT, IN and OUT. */
const unsignedImm = new Set([0xc0, 0xc1, 0xc2, 0xc8, 0xca, 0xcd, 0xd4, 0xd5, 0xe4, 0xe5, 0xe6, 0xe7]);

const immBytes: Record<string, number> = { ib: 1, iw: 2, id: 4, io: 8, cb: 1, cw: 2, cd: 4, '/is4': 1 };

/** Reads one row. Throws when the row's columns do not fit each other: rows are source, not input. */
export function readForm(row: Row): Form {
  const c = new Coding(row.encoding);
  const column = row.form.replace(/^REP(N?E)? /, '');
  const blank = column.indexOf(' ');
  const name = (blank < 0 ? column : column.slice(0, blank)).toLowerCase();
  const drafts = blank < 0 ? [] : column.slice(blank + 1).split(',').map(operandForm);
  place(c, drafts, row.form);
  const access = row.access.split(' ');
  drafts.forEach((o, i) => {
    if (access[i] === 'n' && o.memBits > 0) o.memBits = 0;
  });
  const operands: readonly OperandForm[] = drafts;
  const rm = operands.find((o) => o.from === From.Rm);
  const modrm = c.slashR || c.digit >= 0 || c.fixed >= 0;
  const dataSlots = operands.filter((o) => o.from === From.Imm || o.from === From.Rel || o.from === From.Is4).length;
  if (c.imms.length < dataSlots) throw new Error(`'${row.form}' has more immediates than '${row.encoding}'`);
  const text = row.form;
  return {
    row, name, space: c.space, map: c.map, opcode: c.opcode, plus: c.plus, pp: c.pp, noRepeat: c.noRepeat, w: c.w, l: c.l,
    modrm, addr32: c.addr32, digit: c.digit, fixed: c.fixed, fixedPlus: c.fixedPlus,
    registerOk: c.fixed >= 0 || rm === undefined || rm.file !== '',
    memoryOk: c.fixed < 0 && rm !== undefined && rm.memBits >= 0,
    size: operandSize(c, name, operands),
    operands, rm,
    moffs: operands.some((o) => o.from === From.Moffs),
    trailing: c.imms.reduce((n, i) => n + immBytes[i]!, 0),
    signedImm: c.space === Space.Legacy && c.map === 0 && c.fixed < 0 && !unsignedImm.has(c.opcode),
    usesVvvv: operands.some((o) => o.from === From.Vvvv),
    masking: text.includes('{k'), zeroing: text.includes('{z}'), rounding: text.includes('{er}'), suppress: text.includes('{sae}'),
    dispUnit: displacementUnit(c, name, rm),
  };
}
