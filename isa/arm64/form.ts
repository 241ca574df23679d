/**
 * A row's form and diagram, read once: which words it covers, and how each operand stands in a word and is written into one.
 *
 * The words a form may use, beside commas:
 *   Xd Wn Xm|SP Wd|WSP ...   general register of field Rd, Rn, ...; 31 is zero, with |SP or |WSP the stack pointer
 *   Xs+1                     the register after, for instructions that name two by an even one
 *   Bd Hn Sd Dm Qt ...       floating-point register of field Rd, ...
 *   Vd.16B Vn.D[imm]         vector register; a lane by the field named (or a number) in brackets
 *   {Vt.8B, Vt2.8B}          registers in a row, modulo 32; {Vt.B}[index] one lane of each
 *   #imm16 #simm9 #imm7*8    a field as a number; signed with s before its name (field imm9, not simm9); scaled
 *   #=imm5                   the same, part of the operand's shape: lifts see the number
 *   #bitmask64 ...           an entry of immediate.ts
 *   shift extend hw          the operand before is shifted (shift, imm6), extended (option, imm3), moved up by 16 * hw
 *   cond !cond               condition field; !cond with its lowest bit flipped, as aliases want it
 *   label page adr           branch target (imm26, imm19 or imm14 words away); ADRP's page; ADR's address
 *   [..] [..]! [..], #imm    memory: base; base and displacement or index; pre-indexed; post-indexed; literal: pc-relative
 * Any other word stands for itself (NZCV, ZVA, #0.0, LSL #8): it is fixed by the diagram and printed.
 */
import { fitsSigned } from '../bits.js';
import type { ImmOperand, MemOperand, Operand, RegOperand, Row, Shift } from '../row.js';
import { place, readDiagram, take, type Diagram, type Field } from './diagram.js';
import { immediates, type Fields } from './immediate.js';
import { general, vectors } from './regs.js';

export interface OperandForm {
  /** As the form has it, for printers: `Xd|SP`, `[Xn|SP, #imm9]!`, `cond`. */
  readonly text: string;
  /** Place in a register list: how many registers it has, 0 for other operands; the first prints them all. */
  readonly list: number;
  /** The operand in `word`, or undefined: reserved. */
  read(word: number, pc: number): Operand | undefined;
  /** The bits for an operand, or undefined when it cannot stand here. `pc`: address of the instruction. */
  write(op: Operand, pc: number): number | undefined;
}

export interface Form extends Diagram {
  readonly name: string;
  readonly operands: readonly OperandForm[];
  /** The form's operands and words in their order: undefined stands for the next operand, a text for itself (`NZCV`). */
  readonly order: readonly (string | undefined)[];
}

const shifts: readonly Shift[] = ['lsl', 'lsr', 'asr', 'ror'];
const extensions: readonly Shift[] = ['uxtb', 'uxth', 'uxtw', 'uxtx', 'sxtb', 'sxth', 'sxtw', 'sxtx'];

type Source = Pick<Row, 'form' | 'encoding'>;

export function readForm(row: Source): Form {
  const diagram = readDiagram(row.encoding);
  const space = row.form.indexOf(' ');
  const name = space < 0 ? row.form : row.form.slice(0, space);
  const texts = space < 0 ? [] : splitOperands(row.form.slice(space + 1));
  const operands: OperandForm[] = [];
  const order: (string | undefined)[] = [];
  for (const text of texts) {
    const found = operandForms(text, diagram, row, name);
    if (found.length === 0) order.push(text);
    order.push(...found.map(() => undefined));
    operands.push(...found);
  }
  return { ...diagram, name, operands, order };
}

/** At commas outside brackets; what follows a `]` and its comma belongs to a post-indexed address. */
export function splitOperands(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    else if (c === ',' && depth === 0) {
      const part = text.slice(from, i).trim();
      if (part.startsWith('[')) break; // post-indexed: the rest belongs to the address
      out.push(part);
      from = i + 1;
    }
  }
  out.push(text.slice(from).trim());
  return out;
}

function operandForms(text: string, d: Diagram, row: Source, name: string): OperandForm[] {
  const at = (field: string): Field => {
    const f = d.fields.get(field);
    if (!f) throw new Error(`${row.form}: no field ${field}`);
    return f;
  };
  const general_ = /^([WX])(\w+?)(\|W?SP)?$/.exec(text);
  if (general_ && d.fields.has('R' + general_[2]!)) {
    const set = general[general_[3] ? (general_[1] === 'W' ? 'WSP' : 'SP') : (general_[1] as 'W' | 'X')];
    return [register(text, set, at('R' + general_[2]!), general_[3] ? 'sp' : 'zr')];
  }
  const paired = /^([WX])([a-z])\+1$/.exec(text);
  if (paired) return [follower(text, general[paired[1] as 'W' | 'X'], at('R' + paired[2]!))];
  const scalar = /^([BHSDQ])([a-z]\d?)$/.exec(text);
  if (scalar && d.fields.has('R' + scalar[2]!)) return [register(text, vectors[scalar[1]!]!, at('R' + scalar[2]!), 'fp')];
  if (/^V[a-z]\.\d*[BHSDQ]/.test(text)) return [vector(text, d, at)];
  if (text.startsWith('{')) return list(text, d, at);
  if (text.startsWith('[')) return [memory(text, d, at, accessBits(name, row.form))];
  if (text === 'literal') return [literal(at('imm19'), accessBits(name, row.form))];
  if (text.startsWith('#') && !/^#\d/.test(text)) return [immediate(text, d, at)];
  switch (text) {
    case 'shift': return [shifted(at('shift'), at('imm6'), row.form)];
    case 'extend': return [extended(at('option'), at('imm3'), row.form)];
    case 'hw': return [moved(at('hw'), row.form)];
    case 'cond': case '!cond': return [condition(text, at('cond'))];
    case 'label': return [label(at(['imm26', 'imm19', 'imm14'].find((f) => d.fields.has(f)) ?? 'imm26'))];
    case 'adr': case 'page': return [pcRelative(text, at('immhi'), at('immlo'))];
    default: return [];
  }
}

function register(text: string, set: readonly RegOperand[], f: Field, file: 'zr' | 'sp' | 'fp'): OperandForm {
  return {
    text,
    list: 0,
    read: (word) => set[take(word, f)],
    write: (op) => (op.kind === 'reg' && op.bits === set[0]!.bits && op.lane === undefined && (op.file === file || (op.file === 'gpr' && file !== 'fp')) ? place(op.index, f) : undefined),
  };
}

/** The register after that of the field, which must be even. */
function follower(text: string, set: readonly RegOperand[], f: Field): OperandForm {
  return {
    text,
    list: 0,
    read: (word) => (take(word, f) & 1 ? undefined : set[take(word, f) + 1]),
    write: (op) => (op.kind === 'reg' && op.bits === set[0]!.bits && op.index % 2 === 1 ? place(op.index - 1, f) : undefined),
  };
}

/** Vn.16B, Vn.D[1], Vm.S[index]: the lane is a number or a field (immediate.ts may put one together). */
function vector(text: string, d: Diagram, at: (field: string) => Field): OperandForm {
  const [, letter, laneText] = /^V([a-z]\d?)\.\d*[BHSDQ](?:\[(\w+)\])?$/.exec(text) ?? [];
  if (letter === undefined) throw new Error(`operand ${text}`);
  return lanes(text, 0, at('R' + letter), 0, laneText, d);
}

const laneOf = (laneText: string, word: number, d: Diagram): number => {
  if (/^\d+$/.test(laneText)) return Number(laneText);
  return laneText.split('_').reduce((n, name) => {
    const f = d.fields.get(name);
    if (!f) throw new Error(`no field ${name} for a lane`);
    return (n << f.bits) | take(word, f);
  }, 0);
};

/** The bits of lane `n` in the fields joined by `_`: H_L_M is H:L:M. */
function placeLane(laneText: string, n: number, d: Diagram): number | undefined {
  if (/^\d+$/.test(laneText)) return n === Number(laneText) ? 0 : undefined;
  let bits = 0;
  for (const name of laneText.split('_').reverse()) {
    const f = d.fields.get(name)!;
    bits |= place(n & ((1 << f.bits) - 1), f)!;
    n >>= f.bits;
  }
  return n === 0 ? bits >>> 0 : undefined;
}

/** `offset`: place in a list, counted from the register in the field. */
function lanes(text: string, list: number, f: Field, offset: number, laneText: string | undefined, d: Diagram): OperandForm {
  const set = vectors['V']!;
  return {
    text,
    list,
    read: (word) => {
      const r = set[(take(word, f) + offset) & 31]!;
      return laneText === undefined ? r : { ...r, lane: laneOf(laneText, word, d) };
    },
    write: (op) => {
      if (op.kind !== 'reg' || op.file !== 'v' || (op.lane === undefined) !== (laneText === undefined)) return undefined;
      const reg = place((op.index - offset) & 31, f)!;
      if (laneText === undefined) return reg;
      const lane = placeLane(laneText, op.lane!, d);
      return lane === undefined ? undefined : (reg | lane) >>> 0;
    },
  };
}

/** {Vt.16B, Vt2.16B} or {Vt.B}[lane]: an operand per register. */
function list(text: string, d: Diagram, at: (field: string) => Field): OperandForm[] {
  const [, inner, laneText] = /^\{(.*)\}(?:\[(\w+)\])?$/.exec(text) ?? [];
  if (inner === undefined) throw new Error(`operand ${text}`);
  const parts = inner.split(',').map((p) => p.trim());
  const first = /^V([a-z])\./.exec(parts[0]!);
  if (!first) throw new Error(`operand ${text}`);
  return parts.map((_, i) => lanes(i === 0 ? text : '', i === 0 ? parts.length : 0, at('R' + first[1]!), i, laneText, d));
}

function immediate(text: string, d: Diagram, at: (field: string) => Field): OperandForm {
  const [, fixed, word, scale] = /^#(=?)(\w+)(?:\*(\d+))?$/.exec(text) ?? [];
  if (word === undefined) throw new Error(`operand ${text}`);
  const special = immediates[word];
  if (special) {
    const isFixed = special.fixed || fixed === '=';
    const field = (word_: number) => (name: string): number => take(word_, at(name));
    return {
      text,
      list: 0,
      read: (w) => {
        const value = special.read(field(w));
        return value === undefined ? undefined : isFixed ? { kind: 'imm', value, bits: 0, fixed: true } : { kind: 'imm', value, bits: 0 };
      },
      write: (op) => {
        const fields = op.kind === 'imm' && typeof op.value === 'bigint' && op.shift === undefined ? special.write(op.value) : undefined;
        return fields && placeAll(fields, d);
      },
    };
  }
  const signed = !d.fields.has(word) && word.startsWith('s');
  const f = at(signed ? word.slice(1) : word);
  const number = scaled(f, signed, Number(scale ?? 1));
  return {
    text,
    list: 0,
    read: (w) => ({ kind: 'imm', value: number.read(w), bits: f.bits, ...(fixed === '=' ? { fixed: true } : {}) }),
    write: (op) => (op.kind === 'imm' && typeof op.value === 'bigint' && op.shift === undefined ? number.write(op.value) : undefined),
  };
}

/** Fields of a value in their places; those that the diagram fixes must agree with it. */
function placeAll(fields: Fields, d: Diagram): number | undefined {
  let bits = 0;
  for (const [name, v] of Object.entries(fields)) {
    const f = d.fields.get(name);
    const placed = f && place(v, f);
    if (placed === undefined) return undefined;
    bits |= placed;
  }
  return bits >>> 0;
}

function scaled(f: Field, signed: boolean, scale: number): { read(word: number): bigint; write(v: bigint): number | undefined } {
  const s = BigInt(scale);
  return {
    read: (word) => {
      const v = BigInt(take(word, f) >>> 0);
      return (signed ? BigInt.asIntN(f.bits, v) : v) * s;
    },
    write: (v) => {
      if (v % s !== 0n) return undefined;
      const n = v / s;
      const fits = signed ? fitsSigned(n, f.bits) : n >= 0n && n < 1n << BigInt(f.bits);
      return fits ? place(Number(BigInt.asUintN(f.bits, n)), f) : undefined;
    },
  };
}

const amount = (value: number, shift: Shift): ImmOperand => ({ kind: 'imm', value: BigInt(value), bits: 6, shift });

/** LSL LSR ASR ROR by imm6. The word registers take five bits; ROR is for logical operations only: their diagrams leave `shift` two bits. */
function shifted(type: Field, imm: Field, form: string): OperandForm {
  const narrow = / W/.test(form);
  const limit = type.bits === 2 && !/^(ADD|SUB|CM|NEG)/.test(form) ? 4 : 3;
  return {
    text: 'shift',
    list: 0,
    read: (word) => {
      const by = take(word, imm);
      const t = take(word, type);
      return t >= limit || (narrow && by >= 32) ? undefined : amount(by, shifts[t]!);
    },
    write: (op) => {
      if (op.kind !== 'imm' || op.shift === undefined || typeof op.value !== 'bigint') return undefined;
      const t = shifts.indexOf(op.shift);
      if (t < 0 || t >= limit || op.value < 0n || op.value >= (narrow ? 32n : 64n)) return undefined;
      return (place(t, type)! | place(Number(op.value), imm)!) >>> 0;
    },
  };
}

/** UXTB to SXTX, then left by imm3, at most 4. Xm: only UXTX and SXTX; Wm beside X registers: only the others. */
function extended(option: Field, imm: Field, form: string): OperandForm {
  const whole = form.includes('Xm');
  const wide = / X/.test(form);
  const allowed = (o: number): boolean => (whole ? (o & 3) === 3 : !wide || (o & 3) !== 3);
  return {
    text: 'extend',
    list: 0,
    read: (word) => (take(word, imm) > 4 || !allowed(take(word, option)) ? undefined : amount(take(word, imm), extensions[take(word, option)]!)),
    write: (op) => {
      if (op.kind !== 'imm' || op.shift === undefined || typeof op.value !== 'bigint') return undefined;
      const e = extensions.indexOf(op.shift);
      return e < 0 || !allowed(e) || op.value < 0n || op.value > 4n ? undefined : (place(e, option)! | place(Number(op.value), imm)!) >>> 0;
    },
  };
}

/** MOVZ MOVN MOVK: LSL by 16 * hw. Part of the shape. */
function moved(hw: Field, form: string): OperandForm {
  const narrow = / W/.test(form);
  return {
    text: 'hw',
    list: 0,
    read: (word) => (narrow && take(word, hw) > 1 ? undefined : { ...amount(16 * take(word, hw), 'lsl'), fixed: true }),
    write: (op) => (op.kind === 'imm' && op.shift === 'lsl' && typeof op.value === 'bigint' && op.value % 16n === 0n && op.value < (narrow ? 32n : 64n) ? place(Number(op.value) / 16, hw) : undefined),
  };
}

function condition(text: string, f: Field): OperandForm {
  const flip = text === '!cond' ? 1 : 0;
  return {
    text,
    list: 0,
    read: (word) => ({ kind: 'imm', value: BigInt(take(word, f) ^ flip), bits: 4, fixed: true }),
    write: (op) => (op.kind === 'imm' && typeof op.value === 'bigint' && op.value >= 0n && op.value < 16n ? place(Number(op.value) ^ flip, f) : undefined),
  };
}

function label(f: Field): OperandForm {
  const words = scaled(f, true, 4);
  return {
    text: 'label',
    list: 0,
    read: (word, pc) => ({ kind: 'rel', target: BigInt.asUintN(64, BigInt(pc) + words.read(word)), bits: 64 }),
    write: (op, pc) => (op.kind === 'rel' && typeof op.target === 'bigint' ? words.write(BigInt.asIntN(64, op.target - BigInt(pc))) : undefined),
  };
}

/** ADR and ADRP: an address, as an immediate. */
function pcRelative(text: string, hi: Field, lo: Field): OperandForm {
  const page = text === 'page';
  const from = (pc: number): bigint => (page ? BigInt(pc) & ~0xfffn : BigInt(pc));
  return {
    text,
    list: 0,
    read: (word, pc) => {
      const offset = BigInt.asIntN(21, BigInt((take(word, hi) << 2) | take(word, lo)));
      return { kind: 'imm', value: BigInt.asUintN(64, from(pc) + (page ? offset << 12n : offset)), bits: 64 };
    },
    write: (op, pc) => {
      if (op.kind !== 'imm' || typeof op.value !== 'bigint') return undefined;
      const away = BigInt.asIntN(64, op.value - from(pc));
      if (page && (away & 0xfffn) !== 0n) return undefined;
      const offset = page ? away >> 12n : away;
      if (!fitsSigned(offset, 21)) return undefined;
      const bits = Number(BigInt.asUintN(21, offset));
      return (place(bits >> 2, hi)! | place(bits & 3, lo)!) >>> 0;
    },
  };
}

// Memory.

/** Bits that a load or store moves, by its name and first register; a pair counts both. */
function accessBits(name: string, form: string): number {
  const pair = /^(LD|ST)\w*P\w*/.test(name) && !/^(LDAPR|LDAPUR)/.test(name) ? 2 : 1;
  if (/SW$/.test(name)) return 32 * pair;
  const registers = form.slice(name.length + 1).split(',').map((s) => s.trim().replace('{', ''));
  const first = /^Ws$/.test(registers[0]!) ? registers[1]! : registers[0]!;
  const wide: Record<string, number> = { B: 8, H: 16, S: 32, W: 32, D: 64, X: 64, Q: 128 };
  if (first.startsWith('V')) return 0;
  if (/^[WX]/.test(first) && /B$/.test(name.replace(/(AL|A|L)B$/, 'B'))) return 8;
  if (/^[WX]/.test(first) && /H$/.test(name)) return 16;
  return (wide[first[0]!] ?? 0) * pair;
}

const anyMemory = { kind: 'mem', index: undefined, scale: 1, disp: 0n, seg: undefined, rip: false, addr32: false } as const;

function memory(text: string, d: Diagram, at: (field: string) => Field, bits: number): OperandForm {
  const [, inner, bang, post] = /^\[([^\]]*)\](!?)(?:, *(.+))?$/.exec(text) ?? [];
  if (inner === undefined) throw new Error(`operand ${text}`);
  const mode = bang ? 'pre' : post !== undefined ? 'post' : undefined;
  const [, second, third] = inner.split(',').map((s) => s.trim());
  const base = at('Rn');
  const moving = second ?? post;
  const isMem = (op: Operand): op is MemOperand => op.kind === 'mem' && op.base !== undefined && op.base.bits === 64 && op.base.file !== 'zr' && op.mode === mode;
  const start = (word: number): MemOperand => ({ ...anyMemory, bits, base: general.SP[take(word, base)], ...(mode ? { mode } : {}) });
  if (third === 'extend') return indexed(text, at('Rm'), at('option'), at('S'), bits, isMem, start);
  if (moving === 'Xm') return steppedBy(text, base, at('Rm'), isMem, start);
  if (moving === undefined) {
    return { text, list: 0, read: start, write: (op) => (isMem(op) && !op.index && op.disp === 0n ? place(op.base!.index, base) : undefined) };
  }
  const known = /^#(\d+)$/.exec(moving);
  const number = known ? { read: () => BigInt(known[1]!), write: (v: bigint) => (v === BigInt(known[1]!) ? 0 : undefined) } : displacement(moving, d, at);
  return {
    text,
    list: 0,
    read: (word) => ({ ...start(word), disp: number.read(word) }),
    write: (op) => {
      if (!isMem(op) || op.index || typeof op.disp !== 'bigint') return undefined;
      const disp = number.write(op.disp);
      return disp === undefined ? undefined : (disp | place(op.base!.index, base)!) >>> 0;
    },
  };
}

function displacement(text: string, d: Diagram, at: (field: string) => Field): ReturnType<typeof scaled> {
  const [, word, scale] = /^#(\w+)(?:\*(\d+))?$/.exec(text) ?? [];
  if (word === undefined) throw new Error(`displacement ${text}`);
  const signed = !d.fields.has(word) && word.startsWith('s');
  return scaled(at(signed ? word.slice(1) : word), signed, Number(scale ?? 1));
}

/** [Xn|SP, Rm, extend]: an index of 32 or 64 bits, shifted by the size of the access when S is set. */
function indexed(text: string, rm: Field, option: Field, s: Field, bits: number, isMem: (op: Operand) => op is MemOperand, start: (word: number) => MemOperand): OperandForm {
  const scale = (bits === 0 ? 8 : bits / 8) as MemOperand['scale']; // prefetches access nothing and count in 8 bytes
  return {
    text,
    list: 0,
    read: (word) => {
      const o = take(word, option);
      if ((o & 2) === 0) return undefined;
      const extend = { ...(o === 3 ? {} : { extend: extensions[o]! }), ...(bits === 8 && take(word, s) ? { shifted: true } : {}) };
      return { ...start(word), index: (o & 1 ? general.X : general.W)[take(word, rm)], scale: take(word, s) ? scale : 1, ...extend };
    },
    write: (op) => {
      if (!isMem(op) || !op.index || op.disp !== 0n || (op.scale !== 1 && op.scale !== scale)) return undefined;
      const o = op.extend === undefined ? 3 : extensions.indexOf(op.extend);
      if ((o & 2) === 0 || op.index.bits !== (o & 1 ? 64 : 32)) return undefined;
      return (place(op.base!.index, { lo: 5, bits: 5 })! | place(op.index.index, rm)! | place(o, option)! | place(op.scale === 1 && !op.shifted ? 0 : 1, s)!) >>> 0;
    },
  };
}

/** Post-indexed by a register: structure loads and stores. Rm 31 is another row (by the size of the access). */
function steppedBy(text: string, base: Field, rm: Field, isMem: (op: Operand) => op is MemOperand, start: (word: number) => MemOperand): OperandForm {
  return {
    text,
    list: 0,
    read: (word) => (take(word, rm) === 31 ? undefined : { ...start(word), index: general.X[take(word, rm)] }),
    write: (op) => (isMem(op) && op.index && op.index.index !== 31 && op.disp === 0n ? (place(op.base!.index, base)! | place(op.index.index, rm)!) >>> 0 : undefined),
  };
}

/** LDR literal: an address known by the instruction's own. */
function literal(f: Field, bits: number): OperandForm {
  const words = scaled(f, true, 4);
  return {
    text: 'literal',
    list: 0,
    read: (word, pc) => ({ ...anyMemory, bits, base: undefined, disp: BigInt.asUintN(64, BigInt(pc) + words.read(word)), rip: true }),
    write: (op, pc) => (op.kind === 'mem' && op.rip && typeof op.disp === 'bigint' ? words.write(BigInt.asIntN(64, op.disp - BigInt(pc))) : undefined),
  };
}
