/**
 * One amd64 instruction to bytes: the rows of its name are tried in table order, as Go's assembler tries its own.
 * What a row cannot say is rewritten first: loads of addresses become LEA, floating-point constants move to
 * memory, the thread-local forms become fs:-8.
 *
 * Where Go cuts an immediate that is too large this assembler refuses it.
 */
import type { ImmOperand, MemOperand, Operand as InsnOperand, RegOperand, Row } from '../isa/row.js';
import { encodeInsn, isEncodeFailure, manualOrder, type Encoded, type EncodeFailure, type EvexBits } from '../isa/x86/encode.js';
import { From, Space, type Form, type OperandForm } from '../isa/x86/form.js';
import { r8legacy, registers, seg as segRegisters } from '../isa/x86/operands.js';
import { formOf } from '../isa/x86/table.js';
import { registerOf, rowsNamed, type Register } from './amd64.js';
import type { Position } from './diag.js';
import type { Fixup } from './object.js';
import { SyntaxFault } from './operand.js';
import type { Arg, MemArg } from './syntax.js';
import type { Constants } from './target.js';

/** An instruction whose pseudo-registers FP and SP are already offsets from the hardware's SP. */
export interface Inst {
  readonly mnemonic: string;
  readonly suffixes: readonly string[];
  readonly args: readonly Arg[];
  readonly at: Position;
}

export interface Code {
  readonly bytes: readonly number[];
  readonly fixups: readonly Fixup[];
}

const nothing: Code = { bytes: [], fixups: [] };

/** Throws SyntaxFault. Branches to labels are not for it: they have no bytes before layout. */
export function encodeInst(inst: Inst, constants: Constants): Code {
  const direct = pseudo(inst);
  if (direct) return direct;
  const { mnemonic, args } = rewrite(inst, constants);
  return fromRows(inst, mnemonic, args);
}

function fail(at: Position, message: string): never {
  throw new SyntaxFault(at, message);
}

/** Words that are bytes by themselves. */
function pseudo(inst: Inst): Code | undefined {
  const { mnemonic, args, at } = inst;
  switch (mnemonic) {
    case 'NOP':
      return nothing; // it marks a place; for a byte that does nothing there is BYTE $0x90
    case 'BYTE':
    case 'WORD':
    case 'LONG':
    case 'QUAD':
      return data(inst, { BYTE: 1, WORD: 2, LONG: 4, QUAD: 8 }[mnemonic]);
    case 'LOCK':
    case 'REP':
    case 'REPN':
      if (args.length > 0) fail(at, `${mnemonic} takes no operand: the instruction it is for follows after ';' or on the next line`);
      return { bytes: [{ LOCK: 0xf0, REP: 0xf3, REPN: 0xf2 }[mnemonic]], fixups: [] };
    case 'UNDEF':
      if (args.length > 0) fail(at, 'UNDEF takes no operand');
      return { bytes: [0x0f, 0x0b], fixups: [] };
    case 'MOVQ':
    case 'MOVL':
      // The thread's base needs no register: uses of it are relative to FS.
      if (isRegister(args[0], 'TLS')) {
        if (args.length !== 2 || !inFile(args[1], 'gpr')) fail(at, 'TLS can only be moved to a general register');
        return nothing;
      }
      return undefined;
    default:
      return undefined;
  }
}

const inFile = (arg: Arg | undefined, file: string): boolean => arg?.kind === 'reg' && registerOf(arg.reg)?.file === file;
const isRegister = (arg: Arg | undefined, name: string): boolean => arg?.kind === 'reg' && arg.reg === name;

function data(inst: Inst, width: number): Code {
  const [arg] = inst.args;
  if (inst.args.length !== 1 || arg!.kind !== 'imm') return fail(arg?.at ?? inst.at, `${inst.mnemonic} takes one constant: ${inst.mnemonic} $1`);
  return { bytes: little(BigInt.asUintN(8 * width, arg.value), width), fixups: [] };
}

function little(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Go's instruction in terms of the rows' names and operands. */
function rewrite(inst: Inst, constants: Constants): { mnemonic: string; args: readonly Arg[] } {
  const { mnemonic, args } = inst;
  const [from, to] = args;
  if ((mnemonic === 'MOVQ' || mnemonic === 'MOVL') && args.length === 2 && from!.kind === 'mem' && from!.address) {
    return { mnemonic: mnemonic === 'MOVQ' ? 'LEAQ' : 'LEAL', args: [{ ...from!, address: false }, to!] };
  }
  if (from?.kind === 'float') return floatConstant(inst, from.value, constants);
  if (mnemonic === 'MOVQ' && from?.kind === 'imm' && inFile(to, 'gpr') && from.value >= 2n ** 31n && from.value < 2n ** 32n) {
    return { mnemonic: 'MOVL', args }; // clears the upper half, and is shorter
  }
  if (/^IMUL[WLQ]$/.test(mnemonic) && args.length === 2 && from!.kind === 'imm') return { mnemonic: mnemonic.replace('IMUL', 'IMUL3'), args: [from!, to!, to!] };
  if (mnemonic === 'LEAL' && from?.kind === 'mem' && BigInt.asIntN(32, from.offset) !== from.offset && from.pseudo === undefined) {
    // The sum is cut to 32 bits, so the displacement may be.
    return { mnemonic, args: [{ ...from, offset: BigInt.asIntN(32, from.offset) }, ...args.slice(1)] };
  }
  const last = args[args.length - 1];
  if (/^CMP[PS][SD]$/.test(mnemonic) && args.length === 3 && last!.kind === 'mem' && plainNumber(last!)) {
    return { mnemonic, args: [args[0]!, args[1]!, { kind: 'imm', value: last!.offset, at: last!.at }] };
  }
  return { mnemonic, args };
}

const plainNumber = (m: MemArg): boolean => m.symbol === undefined && m.base === undefined && m.index === undefined && !m.address;

/** Instructions that take a floating-point constant, by the width of their operand. */
const single = /^(V?MOVSS|ADDSS|SUBSS|MULSS|DIVSS|COMISS|UCOMISS)$/;
const double = /^(V?MOVSD|ADDSD|SUBSD|MULSD|DIVSD|COMISD|UCOMISD)$/;

function floatConstant(inst: Inst, value: number, constants: Constants): { mnemonic: string; args: readonly Arg[] } {
  const { mnemonic, args } = inst;
  const bytes = single.test(mnemonic) ? 4 : double.test(mnemonic) ? 8 : 0;
  if (bytes === 0) fail(args[0]!.at, `${mnemonic} takes no floating-point constant`);
  const to = args[1];
  if (Object.is(value, 0) && mnemonic.includes('MOVS') && args.length === 2 && inFile(to, 'xmm')) return { mnemonic: 'XORPS', args: [to!, to!] };
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  const image = Array.from(new Uint8Array(view.buffer));
  const hex = image.slice().reverse().map((b) => b.toString(16).padStart(2, '0')).join('');
  const symbol = constants.constant(`$f${8 * bytes}.${hex}`, image, args[0]!.at);
  const memory: MemArg = { kind: 'mem', symbol, pseudo: 'SB', offset: 0n, base: undefined, index: undefined, scale: 1, address: false, indirect: false, at: args[0]!.at };
  return { mnemonic, args: [memory, ...args.slice(1)] };
}

/** Rows whose name in Go says which of the encodings of a register move is meant. */
const pinned: Readonly<Record<string, { readonly mnemonic: string; readonly form: string }>> = {
  MOVLQZX: { mnemonic: 'MOVL', form: 'MOV r32, r/m32' },
  MOVQL: { mnemonic: 'MOVL', form: 'MOV r/m32, r32' },
  INT: { mnemonic: 'INT', form: 'INT imm8' }, // two bytes for every number; the one-byte breakpoint is BYTE $0xcc
};

/** The rows of a name in the order in which Go's assembler tries them. */
function candidateRows(mnemonic: string): readonly Row[] {
  let rows = ordered.get(mnemonic);
  if (!rows) ordered.set(mnemonic, (rows = orderRows(mnemonic)));
  return rows;
}

/** Made once a mnemonic; the table does not change. */
const ordered = new Map<string, readonly Row[]>();

function orderRows(mnemonic: string): readonly Row[] {
  const pin = pinned[mnemonic];
  if (pin) return rowsNamed(pin.mnemonic).filter((r) => r.form === pin.form);
  const all = rowsNamed(mnemonic);
  if (mnemonic === 'MOVQ') {
    // From and to memory MMX registers have a shorter form than the one that general registers need.
    const general = (r: Row): number => (formOf(r).operands.some((o) => o.file === 'mmx') && formOf(r).operands.some((o) => o.file === 'gpr') ? 1 : 0);
    return all.slice().sort((a, b) => general(a) - general(b));
  }
  if (/^VPDP/.test(mnemonic)) return all.filter((r) => formOf(r).space === Space.Evex); // Go has no AVX-VNNI
  if (!/^VMOV|^VPEXTRW$/.test(mnemonic)) return all;
  // Between two registers Go's VEX and EVEX moves are the stores.
  const rank = (r: Row): number => 2 * formOf(r).space + (formOf(r).operands[0]?.from === From.Rm ? 0 : 1);
  return all.slice().sort((a, b) => rank(a) - rank(b));
}

/** How messages end that say no more than that an operand is of the wrong kind. */
const misplaced = 'does not fit here';

/** Why a row did not fit: the later the operand, the nearer it came. */
interface Misfit {
  readonly at: Position;
  readonly depth: number;
  readonly message: string;
}

function fromRows(inst: Inst, mnemonic: string, args: readonly Arg[]): Code {
  const candidates = candidateRows(mnemonic);
  const evex = decorations(inst, args);
  let worst: Misfit | undefined;
  const counts = new Set<number>();
  for (const row of candidates) {
    const form = formOf(row);
    const count = form.operands.some((o) => o.from >= From.Source) ? 0 : form.operands.length; // Go's string instructions name no operands
    counts.add(topOfStack.test(mnemonic) && count === 1 ? 2 : count);
    const plain = withoutTop(mnemonic, row, count, evex.mask && form.masking ? evex.args : args);
    if (count !== plain.length || !suffixesFit(form, inst.suffixes, evex.mask, plain)) continue;
    if (form.operands.some((o) => o.from === From.Moffs)) continue; // Go never uses these
    const orders: readonly (readonly Arg[])[] = mnemonic.startsWith('XCHG') ? [plain, plain.slice().reverse()] : [plain];
    for (const order of orders) {
      const result = tryRow(row, form, manualOrder(mnemonic, order), evex.bits);
      if ('bytes' in result) return result;
      // Of immediates out of range the last row tells most: it is the widest.
      if (!worst || result.depth > worst.depth || (result.depth === worst.depth && result.message.startsWith('immediate'))) worst = result;
    }
  }
  const memories = inst.args.filter((a) => a.kind === 'mem' && !a.address);
  if (worst && memories.length > 1 && worst.message.endsWith(misplaced)) fail(memories[1]!.at, `${inst.mnemonic}: only one operand can be in memory`);
  if (worst) fail(worst.at, `${inst.mnemonic}: ${worst.message}`);
  if (evex.any && counts.has(args.length)) fail(inst.at, `${inst.mnemonic} takes no suffix .${inst.suffixes.join('.')} here`);
  const list = [...counts].sort((a, b) => a - b);
  return fail(inst.at, list.length === 0 ? `${inst.mnemonic} has no encoding` : `${inst.mnemonic} takes ${list.join(' or ')} operands, found ${args.length}`);
}

/** x87 instructions whose other operand is the top of the stack: Go names it F0, the manual does not. */
const topOfStack = /^F(MOV|ADD|SUB|MUL|DIV|COM|UCOM|XCH|ISTT)/;

/** The operands without the F0 that a row of one operand leaves unsaid: the target of a load, the source of a store. */
function withoutTop(mnemonic: string, row: Row, count: number, args: readonly Arg[]): readonly Arg[] {
  if (count !== 1 || !topOfStack.test(mnemonic)) return args;
  const store = row.access.startsWith('w');
  return args.length === 2 && isRegister(args[store ? 0 : 1], 'F0') ? [args[store ? 1 : 0]!] : [];
}

/** Whether the form has what the suffixes ask for: zeroing under a mask, broadcast from memory, rounding of registers. */
function suffixesFit(form: Form, suffixes: readonly string[], mask: boolean, args: readonly Arg[]): boolean {
  const memory = args.some((a) => a.kind === 'mem');
  return suffixes.every((s) => {
    if (s === 'Z') return form.zeroing && mask;
    if (s === 'BCST') return memory && form.operands.some((o) => o.broadcast > 0);
    return !memory && (s === 'SAE' ? form.suppress : form.rounding);
  });
}

/** The length field of an instruction on these registers. */
const vectorLength = (args: readonly Arg[]): number => (args.some((a) => inFile(a, 'zmm')) ? 2 : 0);

/** EVEX suffixes, and the mask register that stands before the destination. */
function decorations(inst: Inst, args: readonly Arg[]): { any: boolean; mask: boolean; args: readonly Arg[]; bits: EvexBits | undefined } {
  const k = args[args.length - 2];
  const mask = args.length >= 3 && k?.kind === 'reg' && inFile(k, 'mask') ? registerOf(k.reg)!.index : 0;
  let zero = false;
  let b = false;
  let length = 0;
  for (const suffix of inst.suffixes) {
    const rounding = ['RN_SAE', 'RD_SAE', 'RU_SAE', 'RZ_SAE'].indexOf(suffix);
    if (suffix === 'Z') zero = true;
    else if (suffix === 'BCST') b = true;
    else if (suffix === 'SAE') [b, length] = [true, vectorLength(args)];
    else if (rounding >= 0) [b, length] = [true, rounding];
    else fail(inst.at, `unknown suffix .${suffix} of ${inst.mnemonic}`);
  }
  const any = inst.suffixes.length > 0;
  return { any, mask: mask > 0, args: [...args.slice(0, -2), ...args.slice(-1)], bits: any || mask > 0 ? { mask, zero, b, length } : undefined };
}

/** A row with operands, at address 0. */
export function encodeRow(row: Row, ops: readonly InsnOperand[], evex?: EvexBits): Encoded | EncodeFailure {
  const insn = { row, ops, pc: 0, length: 0, here: 0n, next: 0n, lock: false, rep: undefined, bytes: new Uint8Array(0) };
  return encodeInsn(insn, evex ? { evex } : {});
}

/** Encodes by one row; `args` in the manual's order. */
function tryRow(row: Row, form: Form, args: readonly Arg[], evex: EvexBits | undefined): Code | Misfit {
  const ops: InsnOperand[] = [];
  let symbolic: MemArg | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const spec = form.operands[i]!;
    const op = fit(arg, spec);
    if (typeof op === 'string') return { at: arg.at, depth: 4 * i + (op.endsWith(misplaced) ? 0 : 1), message: op };
    ops.push(op);
    if (arg.kind === 'mem' && (arg.pseudo === 'SB' || isThreadLocal(arg))) symbolic = arg;
  }
  const result = encodeRow(row, ops, evex);
  if (isEncodeFailure(result)) {
    const i = Math.max(0, result.operand);
    return { at: args[i]?.at ?? args[0]!.at, depth: 4 * i + (result.range ? 3 : 2), message: result.reason };
  }
  const bytes = Array.from(result.bytes);
  if (!symbolic) return { bytes, fixups: [] };
  bytes.fill(0, result.dispAt, result.dispAt + 4); // the linker's
  return { bytes, fixups: [displacement(result, symbolic)] };
}

/** The fixup of a memory operand with a symbol. */
function displacement(e: Encoded, arg: MemArg): Fixup {
  if (isThreadLocal(arg)) return { kind: 'tls32', offset: e.dispAt, symbol: undefined, addend: arg.offset, at: arg.at };
  // The processor counts from the end of the instruction, the fixup from its field.
  return { kind: 'pc32', offset: e.dispAt, symbol: arg.symbol, addend: arg.offset - BigInt(e.bytes.length - e.dispAt), at: arg.at };
}

/** `off(TLS)`, or `off(reg)(TLS*1)` after MOVQ TLS, reg. */
const isThreadLocal = (m: MemArg): boolean => m.base === 'TLS' || m.index === 'TLS';

/** The operand that `arg` is in the place `spec`, or why it is none. */
function fit(arg: Arg, spec: OperandForm): InsnOperand | string {
  switch (arg.kind) {
    case 'reg':
      return fitRegister(arg.reg, spec);
    case 'imm':
      return spec.from === From.Imm || (spec.from === From.Fixed && spec.fixed?.kind === 'imm') ? immediate(arg.value) : 'a constant does not fit here';
    case 'mem':
      if (arg.address) return 'an address cannot be an operand here; load it with MOVQ or LEAQ first';
      if (spec.memBits < 0) return 'a memory operand does not fit here';
      return memory(arg, spec);
    case 'label':
    case 'pc':
      return 'a label does not fit here';
    default:
      return `a ${arg.kind === 'regs' ? 'register list' : arg.kind === 'float' ? 'floating-point constant' : 'string'} does not fit here`;
  }
}

const immediate = (value: bigint): ImmOperand => ({ kind: 'imm', value, bits: 64 });

function fitRegister(name: string, spec: OperandForm): RegOperand | string {
  const reg = registerOf(name)!;
  if (reg.file !== spec.file || spec.from === From.Imm) return `register ${name} does not fit here`;
  if (reg.file !== 'gpr') return reg.file === 'seg' ? segRegisters[reg.index]! : registers(reg.file, spec.bits)[reg.index]!;
  if (reg.width === 8 && spec.bits !== 8) return `register ${name} does not fit here`;
  // Written AX, the register is not the accumulator of byte instructions, and they take their general form. CX is CL to shifts.
  if (reg.width === 0 && spec.bits === 8 && spec.from === From.Fixed && reg.index !== 1) return `register ${name} does not fit here`;
  return byWidth(reg, spec.bits);
}

function byWidth(reg: Register, bits: number): RegOperand {
  return reg.high ? r8legacy[reg.index + 4]! : registers('gpr', bits)[reg.index]!;
}

function memory(arg: MemArg, spec: OperandForm): MemOperand | string {
  const bits = Math.max(0, spec.memBits);
  const plain = { kind: 'mem', bits: 0, base: undefined, index: undefined, scale: 1, disp: arg.offset, seg: undefined, rip: false, addr32: false } as const;
  if (arg.symbol && arg.pseudo === 'SB') {
    if (arg.index !== undefined) return 'a symbol cannot be indexed; load its address first';
    return { ...plain, bits, disp: 0n, rip: true };
  }
  if (isThreadLocal(arg)) return { ...plain, bits, disp: 0n, seg: 'fs' };
  let segment: 'fs' | 'gs' | 'cs' | 'ds' | 'es' | 'ss' | undefined;
  let index: RegOperand | undefined;
  let base: RegOperand | undefined;
  for (const [name, isIndex] of [[arg.base, false], [arg.index, true]] as const) {
    if (name === undefined) continue;
    const reg = registerOf(name)!;
    if (reg.file === 'seg') segment = (['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const)[reg.index]!;
    else if (reg.file === 'gpr' && reg.width === 0) {
      if (isIndex) index = registers('gpr', 64)[reg.index]!;
      else base = registers('gpr', 64)[reg.index]!;
    } else if (isIndex && spec.vsib === reg.file) index = registers(reg.file, 0)[reg.index]!;
    else return `register ${name} cannot be part of an address`;
  }
  if (index?.file === 'gpr' && index.index === 4) return 'SP cannot be an index register';
  return { ...plain, bits: spec.vsib !== '' ? 0 : bits, base, index, scale: arg.scale as 1 | 2 | 4 | 8, seg: segment };
}
