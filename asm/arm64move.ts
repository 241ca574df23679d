/**
 * Loads, stores and moves of arm64: MOVD and its like, FMOV, LDP and STP. Offsets that no instruction holds go through
 * REGTMP: added in one or two parts, or loaded from the function's literals. Symbols are reached by ADRP.
 */
import { REGTMP, formOfText, registerOf, zero } from './arm64.js';
import { code, fail, type Code, type Inst } from './arm64code.js';
import { addConstant, addSigned, isAdd, isAdd2, loadConstant, loadOne } from './arm64const.js';
import { X, XSP, W, amount, at, fitWord, indexedBy, isMisfit, literalWord, value, word } from './arm64word.js';
import type { FixupKind } from './object.js';
import type { Arg, MemArg, SymbolName } from './syntax.js';
import type { Constants } from './target.js';
import { encodeForm } from '../isa/arm64/encode.js';
import type { MemOperand, RegOperand } from '../isa/row.js';
import { vectors } from '../isa/arm64/regs.js';
import { systemRegisterAllows } from '../isa/arm64/sysregs.js';

/** What a move between a register and memory is, by Go's name. */
interface Move {
  readonly load: string;
  readonly store: string;
  /** Letter of the register, and of the file that Go's name takes. */
  readonly loads: 'W' | 'X' | 'S' | 'D' | 'Q';
  readonly stores: 'W' | 'X' | 'S' | 'D' | 'Q';
  readonly file: 'gpr' | 'f' | 'v';
  readonly bytes: 1 | 2 | 4 | 8 | 16;
}
const move = (load: string, loads: Move['loads'], store: string, stores: Move['stores'], bytes: Move['bytes'], file: Move['file'] = 'gpr'): Move => ({ load, loads, store, stores, bytes, file });
const moves: Readonly<Record<string, Move>> = {
  MOVB: move('LDRSB', 'X', 'STRB', 'W', 1), MOVBU: move('LDRB', 'W', 'STRB', 'W', 1), MOVH: move('LDRSH', 'X', 'STRH', 'W', 2), MOVHU: move('LDRH', 'W', 'STRH', 'W', 2),
  MOVW: move('LDRSW', 'X', 'STR', 'W', 4), MOVWU: move('LDR', 'W', 'STR', 'W', 4), MOVD: move('LDR', 'X', 'STR', 'X', 8),
  FMOVS: move('LDR', 'S', 'STR', 'S', 4, 'f'), FMOVD: move('LDR', 'D', 'STR', 'D', 8, 'f'), FMOVQ: move('LDR', 'Q', 'STR', 'Q', 16, 'f'),
  VMOVS: move('LDR', 'S', 'STR', 'S', 4, 'v'), VMOVD: move('LDR', 'D', 'STR', 'D', 8, 'v'), VMOVQ: move('LDR', 'Q', 'STR', 'Q', 16, 'v'),
};

/** Pairs: the manual's name, the register's letter, bytes of one. */
const pairs: Readonly<Record<string, { readonly name: string; readonly letter: 'W' | 'X' | 'S' | 'D' | 'Q'; readonly bytes: number; readonly file: 'gpr' | 'f' }>> = {
  LDP: { name: 'LDP', letter: 'X', bytes: 8, file: 'gpr' }, STP: { name: 'STP', letter: 'X', bytes: 8, file: 'gpr' },
  LDPW: { name: 'LDP', letter: 'W', bytes: 4, file: 'gpr' }, STPW: { name: 'STP', letter: 'W', bytes: 4, file: 'gpr' }, LDPSW: { name: 'LDPSW', letter: 'X', bytes: 4, file: 'gpr' },
  FLDPS: { name: 'LDP', letter: 'S', bytes: 4, file: 'f' }, FSTPS: { name: 'STP', letter: 'S', bytes: 4, file: 'f' }, FLDPD: { name: 'LDP', letter: 'D', bytes: 8, file: 'f' },
  FSTPD: { name: 'STP', letter: 'D', bytes: 8, file: 'f' }, FLDPQ: { name: 'LDP', letter: 'Q', bytes: 16, file: 'f' }, FSTPQ: { name: 'STP', letter: 'Q', bytes: 16, file: 'f' },
};

export const isMove = (mnemonic: string): boolean => mnemonic in moves || mnemonic in pairs;

/** MOVD, FMOVD, LDP and the like. Undefined: the rows say it as it stands. */
export function encodeMove(inst: Inst, constants: Constants): Code | undefined {
  const pair = pairs[inst.mnemonic];
  if (pair) return pairMove(inst, pair, constants);
  const [from, to] = inst.args;
  if (inst.mnemonic.startsWith('VMOV')) return vectorConstant(inst, constants);
  if (inst.args.length !== 2) return fail(inst.at, `${inst.mnemonic} takes 2 operands, found ${inst.args.length}`);
  const m = moves[inst.mnemonic]!;
  if (from!.kind === 'mem' && from!.address) return address(inst, from!, to!);
  if (from!.kind === 'mem' || to!.kind === 'mem') return between(inst, m, constants);
  if (from!.kind === 'float') return floatConstant(inst, m, from!.value, constants);
  if (m.file !== 'gpr') return from!.kind === 'imm' && from!.value === 0n && m.bytes < 16 ? floatConstant(inst, m, 0, constants) : undefined;
  const source = from!.kind === 'imm' && from!.value === 0n ? { kind: 'reg' as const, reg: 'ZR', at: from!.at } : from!;
  if (source.kind === 'imm') return integerConstant(inst, source.value, to!);
  return registers(inst, source, to!);
}

const isReg = (arg: Arg, ...files: readonly string[]): arg is Arg & { kind: 'reg' } => arg.kind === 'reg' && files.includes(registerOf(arg.reg)!.file);

/** MOVW takes a constant for its 32 bits; the narrower moves take none. */
function integerConstant(inst: Inst, v: bigint, to: Arg): Code {
  const { mnemonic, args } = inst;
  if (mnemonic !== 'MOVD' && mnemonic !== 'MOVW') return fail(args[0]!.at, `${mnemonic} takes no constant; MOVD does`);
  const width = mnemonic === 'MOVW' ? 32 : 64;
  if (width === 32 && BigInt.asIntN(32, v) !== v && BigInt.asUintN(32, v) !== v) fail(args[0]!.at, `constant ${v} does not fit 32 bits`);
  if (isReg(to, 'sp')) {
    const one = loadOne(v, width, 31, true);
    return one === undefined ? fail(args[0]!.at, `constant ${v} cannot be moved to RSP in one instruction`) : code(one);
  }
  if (!isReg(to, 'gpr')) return fail(to.at, `${mnemonic}: a constant goes to a general register`);
  return code(...loadConstant(v, width, registerOf(to.reg)!.index));
}

/** Between general registers: copied, or extended to 64 bits. To and from system registers: MSR and MRS. */
function registers(inst: Inst, from: Arg, to: Arg): Code {
  const { mnemonic } = inst;
  if (mnemonic === 'MOVD' && isReg(from, 'system') && isReg(to, 'gpr')) return systemRegister('MRS', from, to);
  if (mnemonic === 'MOVD' && isReg(to, 'system') && isReg(from, 'gpr')) return systemRegister('MSR', to, from);
  if (!isReg(from, 'gpr', 'sp')) return fail(from.at, `${mnemonic}: this operand does not fit here`);
  if (!isReg(to, 'gpr', 'sp')) return fail(to.at, `${mnemonic}: this operand does not fit here`);
  const [f, t] = [registerOf(from.reg)!, registerOf(to.reg)!];
  const sp = f.file === 'sp' || t.file === 'sp';
  if (sp && (mnemonic !== 'MOVD' || from.reg === 'ZR' || to.reg === 'ZR')) return fail((f.file === 'sp' ? from : to).at, `${mnemonic}: register RSP does not fit here`);
  if (sp) return code(addConstant('ADD', 0n, f.index, t.index));
  if (mnemonic === 'MOVD') return code(word('ORR Xd, Xn, Xm, shift', X(t.index), X(zero), X(f.index), amount(0, 'lsl')));
  return code(extend(mnemonic, f.index, t.index));
}

/** The top bit that each of these keeps, whether they fill with its sign, and the width of the result. */
const extensions: Readonly<Record<string, readonly [number, boolean, 'W' | 'X']>> = {
  MOVB: [7, true, 'X'], MOVH: [15, true, 'X'], MOVW: [31, true, 'X'], MOVBU: [7, false, 'X'], MOVHU: [15, false, 'X'],
  SXTB: [7, true, 'X'], SXTH: [15, true, 'X'], SXTW: [31, true, 'X'], UXTB: [7, false, 'X'], UXTH: [15, false, 'X'], UXTW: [31, false, 'X'],
  SXTBW: [7, true, 'W'], SXTHW: [15, true, 'W'], UXTBW: [7, false, 'W'], UXTHW: [15, false, 'W'],
};
export const isExtension = (mnemonic: string): boolean => mnemonic in extensions;

/** The low bits of `rn`, extended. Zero and whole words are copied, which reads better. */
export function extend(mnemonic: string, rn: number, rd: number): number {
  if (mnemonic === 'MOVWU' || rn === zero) return word('ORR Wd, Wn, Wm, shift', W(rd), W(zero), W(rn), amount(0, 'lsl'));
  const [top, signed, r] = extensions[mnemonic]!;
  const reg = r === 'X' ? X : W;
  return word(`${signed ? 'SBFM' : 'UBFM'} ${r}d, ${r}n, #=immr, #=imms`, reg(rd), reg(rn), value(0), value(top));
}

/** MRS reads a system register into a general one, MSR writes it. */
export function systemRegister(name: 'MRS' | 'MSR', sys: Arg & { kind: 'reg' }, reg: Arg & { kind: 'reg' }): Code {
  const access = name === 'MRS' ? 'r' : 'w';
  const fixed = name === 'MSR' && /^(CTR|DCZID|CNTVCT)_EL0$/.test(sys.reg);
  if (fixed || !systemRegisterAllows(sys.reg, access)) fail(sys.at, `register ${sys.reg} cannot be ${access === 'r' ? 'read' : 'written'}`);
  const operands = [value(registerOf(sys.reg)!.index), X(registerOf(reg.reg)!.index)] as const;
  return code(name === 'MSR' ? word('MSR #=sysreg, Xt', ...operands) : word('MRS Xt, #=sysreg', operands[1], operands[0]));
}

// Addresses.

/** MOVD $sym+8(SB), R: ADRP and ADD. MOVD $x-8(SP), R: an addition to RSP. */
function address(inst: Inst, from: MemArg, to: Arg): Code {
  const { mnemonic } = inst;
  if (mnemonic !== 'MOVD') return fail(from.at, `${mnemonic}: an address takes 64 bits; MOVD loads it`);
  if (from.index !== undefined) return fail(from.at, 'the address of an indexed operand cannot be taken; add the index');
  if (from.symbol && from.pseudo === 'SB') {
    if (!isReg(to, 'gpr') || to.reg === 'ZR') return fail(to.at, `${mnemonic}: an address goes to a general register`);
    const rd = registerOf(to.reg)!.index;
    return { words: [...pageAddress(rd), addConstant('ADD', 0n, rd, rd)].slice(0, 2), fixups: [{ kind: 'page', offset: 0, symbol: from.symbol, addend: from.offset, at: from.at }] };
  }
  if (!isReg(to, 'gpr', 'sp') || to.reg === 'ZR') return fail(to.at, `${mnemonic}: an address goes to a general register or RSP`);
  const base = baseOf(from);
  const rd = registerOf(to.reg)!.index;
  const v = from.offset;
  if (isAdd(v)) return code(addConstant('ADD', v, base, rd));
  if (isAdd(-v)) return code(addConstant('SUB', -v, base, rd));
  if (isAdd2(v)) return code(addConstant('ADD', v & 0xfff000n, base, rd), addConstant('ADD', v & 0xfffn, rd, rd));
  return literal(v, 8, addTemporary(base, rd));
}

const pageAddress = (rd: number): number[] => [word('ADRP Xd, page', X(rd), value(0))];
/** REGTMP + base, which may be RSP. */
const addTemporary = (base: number, rd: number): number => word('ADD Xd|SP, Xn|SP, Xm, extend', XSP(rd), XSP(base), X(REGTMP), amount(0, 'uxtx'));
function baseOf(m: MemArg): number {
  const base = m.base === undefined ? undefined : registerOf(m.base)!;
  if (!base || (base.file !== 'gpr' && base.file !== 'sp') || m.base === 'ZR') return fail(m.at, m.base === undefined ? 'an address needs a base register or a symbol' : `register ${m.base} cannot be the base of an address`);
  return base.index;
}

// Memory.

/** A load or a store of one register: its word with any address. */
interface Access {
  readonly inst: Inst;
  readonly constants: Constants;
  readonly load: boolean;
  readonly bytes: number;
  readonly memory: MemArg;
  /** Numbers of the registers that are moved; vectors from 32 on, because they are no part of an address. */
  readonly moved: readonly number[];
  /** Undefined: the address has no form. */
  word(m: MemOperand): number | undefined;
}

const modeOf = (inst: Inst): 'pre' | 'post' | undefined => {
  if (inst.suffixes.length === 0) return undefined;
  const [s] = inst.suffixes;
  if (inst.suffixes.length > 1 || (s !== 'P' && s !== 'W')) return fail(inst.at, `unknown suffix .${inst.suffixes.join('.')} of ${inst.mnemonic}: there are .P and .W`);
  return s === 'P' ? 'post' : 'pre';
};

const movedNumber = (file: Move['file'], n: number): number => (file === 'gpr' ? n : 32 + n);

const registerOperand = (letter: string, n: number): RegOperand => (letter === 'X' ? X(n) : letter === 'W' ? W(n) : vectors[letter]![n]!);

function between(inst: Inst, m: Move, constants: Constants): Code {
  const [from, to] = inst.args;
  const load = from!.kind === 'mem';
  const memory = (load ? from : to) as MemArg;
  let other = (load ? to : from)!;
  if (!load && other.kind === 'imm' && other.value === 0n) other = { kind: 'reg', reg: 'ZR', at: other.at };
  if (!isReg(other, m.file)) return fail(other.at, `${inst.mnemonic}: ${other.kind === 'mem' ? 'only one operand can be in memory' : other.kind === 'imm' ? 'only $0 can be stored as a constant' : 'this operand does not fit here'}`);
  const rt = registerOf(other.reg)!.index;
  if (load && memory.symbol && memory.pseudo === 'SB' && constants.known(memory.symbol)?.threadLocal === true) return threadOffset(inst, memory, rt);
  return access({ inst, constants, load, bytes: m.bytes, memory, moved: [movedNumber(m.file, rt)], word: (op) => moveWord(m, load, rt, op) });
}

/** The row of a move that `op` fits: scaled before unscaled. */
function moveWord(m: Move, load: boolean, rt: number, op: MemOperand): number | undefined {
  const name = load ? m.load : m.store;
  const letter = load ? m.loads : m.stores;
  const scale = m.bytes === 1 ? '' : `*${m.bytes}`;
  const reg = registerOperand(letter, rt);
  const places = op.index ? ['[Xn|SP, Rm, extend]'] : op.mode === 'pre' ? ['[Xn|SP, #simm9]!'] : op.mode === 'post' ? ['[Xn|SP], #simm9'] : [`[Xn|SP, #imm12${scale}]`];
  const forms = [...places.map((p) => `${name} ${letter}t, ${p}`), ...(op.index || op.mode ? [] : [`${name.replace(/^(LD|ST)R/, '$1UR')} ${letter}t, [Xn|SP, #simm9]`])];
  for (const text of forms) {
    const w = encodeForm(formOfText(text), [reg, op], 0);
    if (w !== undefined) return w;
  }
  return undefined;
}

/** Of a thread-local symbol: where it is from the thread pointer. */
function threadOffset(inst: Inst, memory: MemArg, rt: number): Code {
  if (inst.mnemonic !== 'MOVD') fail(inst.at, `${inst.mnemonic}: the offset of a thread-local symbol is loaded by MOVD`);
  if (memory.offset !== 0n) fail(memory.at, 'a thread-local symbol takes no offset');
  return { words: [word('MOVZ Xd, #imm16, hw', X(rt), value(0), amount(0, 'lsl'))], fixups: [{ kind: 'tls16', offset: 0, symbol: memory.symbol, addend: 0n, at: memory.at }] };
}

/** Alignment of data that Go's linker gives symbols of this size; of those it does not know it expects the best. */
function alignment(symbol: SymbolName, constants: Constants): number {
  const size = constants.known(symbol)?.size ?? 0;
  return [8, 4, 2].find((n) => size % n === 0) ?? 1;
}

function access(a: Access): Code {
  const { inst, memory } = a;
  const mode = modeOf(inst);
  if (memory.indirect) fail(memory.at, '* cannot stand before this operand');
  if (memory.address) fail(memory.at, `${inst.mnemonic}: an address cannot be stored; load it with MOVD first`);
  if (memory.symbol && memory.pseudo === 'SB') return symbolAccess(a, mode);
  const base = baseOf(memory);
  const fits = (op: MemOperand): Code | undefined => {
    const w = a.word(op);
    return w === undefined ? undefined : code(w);
  };
  if (memory.index !== undefined) return indexed(a, mode);
  const v = memory.offset;
  if (mode && a.moved.includes(base) && base !== 31) fail(memory.at, `${inst.mnemonic}: register ${memory.base} is moved and changed at once`);
  const direct = fits(at(base, v, mode));
  if (direct) return direct;
  if (mode) return fail(memory.at, `${inst.mnemonic}: offset ${v} is out of range or not a multiple of the size`);
  if (!a.load && a.moved.includes(REGTMP)) fail(memory.at, `${inst.mnemonic}: offset ${v} needs R27, which is to be stored`);
  if (v >= -4095n && v <= 4095n) return code(addSigned(v, base, REGTMP), a.word(at(REGTMP))!);
  return a.moved.length === 1 ? far(a, base, v) : farPair(a, base, v);
}

/** An offset in two parts, the lower one in the access itself. */
function far(a: Access, base: number, v: bigint): Code {
  const size = BigInt(a.bytes);
  if (v >= 0n && v <= 0xfff000n + 0xfffn * size && v % size === 0n) {
    let low = (v / size) & 0xfffn;
    let high = v - low * size;
    if (high > 0xfff000n) {
      high = 0xfff000n;
      low = (v - high) / size;
    }
    return code(addConstant('ADD', high, base, REGTMP), a.word(at(REGTMP, low * size))!);
  }
  if (base === REGTMP || a.moved.includes(REGTMP)) fail(a.memory.at, `${a.inst.mnemonic}: offset ${v} needs R27 for itself`);
  return literal(v, literalBytes(v), a.word(indexedBy(base, REGTMP))!);
}

/** A pair's own offset is small: all of it is added. */
function farPair(a: Access, base: number, v: bigint): Code {
  if (v >= 0n && v <= 0xffffffn) return code(addConstant('ADD', v & 0xfffn, base, REGTMP), addConstant('ADD', v & 0xfff000n, REGTMP, REGTMP), a.word(at(REGTMP))!);
  if (base === REGTMP) fail(a.memory.at, `${a.inst.mnemonic}: offset ${v} needs R27 for itself`);
  return literal(v, literalBytes(v), addTemporary(base, REGTMP), a.word(at(REGTMP))!);
}

/** A literal in REGTMP, then `rest`. Where it stands layout says. */
const literal = (v: bigint, bytes: 4 | 8, ...rest: readonly number[]): Code => ({ words: [literalWord(bytes, REGTMP, 0), ...rest], fixups: [], literal: { value: v, bytes } });
/** Positive numbers of 31 bits take four bytes among the literals, others eight. */
const literalBytes = (v: bigint): 4 | 8 => (BigInt.asUintN(31, v) === v ? 4 : 8);

function indexed(a: Access, mode: 'pre' | 'post' | undefined): Code {
  const { inst, memory } = a;
  if (a.moved.length !== 1) return fail(memory.at, `${inst.mnemonic} takes no index`);
  if (mode) return fail(memory.at, `${inst.mnemonic}.${inst.suffixes[0]} takes an offset, no index`);
  if (memory.offset !== 0n) return fail(memory.at, 'an index and an offset cannot stand together');
  const m = moves[inst.mnemonic]!;
  const text = `${a.load ? m.load : m.store} ${a.load ? m.loads : m.stores}t, [Xn|SP, Rm, extend]`;
  const args = a.load ? [inst.args[1]!, memory] : [inst.args[0]!.kind === 'imm' ? { kind: 'reg' as const, reg: 'ZR', at: inst.args[0]!.at } : inst.args[0]!, memory];
  const w = fitWord(formOfText(text), args, { mode: undefined, scalars: inst.mnemonic.startsWith('F') ? 'f' : 'v', at: inst.at });
  return isMisfit(w) ? fail(w.at, `${inst.mnemonic}: ${w.message}`) : code(w);
}

const loadPages: Readonly<Record<number, FixupKind>> = { 1: 'page8', 2: 'page16', 4: 'page32', 8: 'page64' };

/** ADRP, then the access itself where the symbol's alignment lets it hold the lower bits, else ADD before it. */
function symbolAccess(a: Access, mode: 'pre' | 'post' | undefined): Code {
  const { inst, memory } = a;
  const symbol = memory.symbol!;
  if (mode) return fail(inst.at, `${inst.mnemonic}.${inst.suffixes[0]}: the address of a symbol cannot be moved`);
  if (memory.index !== undefined) return fail(memory.at, 'a symbol cannot be indexed; load its address first');
  if (!a.load && a.moved.includes(REGTMP)) return fail(inst.args[0]!.at, `${inst.mnemonic}: R27 is needed for the address`);
  const fixup = (kind: FixupKind) => [{ kind, offset: 0, symbol, addend: memory.offset, at: memory.at }];
  const head = pageAddress(REGTMP);
  const kind = loadPages[a.bytes];
  const near = a.moved.length === 1 && kind !== undefined && moves[inst.mnemonic]?.file !== 'v';
  if (near && memory.offset % BigInt(a.bytes) === 0n && alignment(symbol, a.constants) >= a.bytes) return { words: [...head, a.word(at(REGTMP))!], fixups: fixup(kind) };
  return { words: [...head, addConstant('ADD', 0n, REGTMP, REGTMP), a.word(at(REGTMP))!], fixups: fixup('page') };
}

// Pairs.

function pairMove(inst: Inst, p: (typeof pairs)[string], constants: Constants): Code {
  const { args, mnemonic } = inst;
  if (args.length !== 2) return fail(inst.at, `${mnemonic} takes 2 operands, found ${args.length}`);
  const load = p.name.startsWith('LD');
  const [memory, regs] = load ? args : [args[1]!, args[0]!];
  if (memory!.kind !== 'mem') return fail(memory!.at, `${mnemonic}: a memory operand is needed here`);
  if (regs!.kind !== 'pair') return fail(regs!.at, `${mnemonic}: a pair of registers is needed here: (R1, R2)`);
  const [a, b] = [registerOf(regs!.first)!, registerOf(regs!.second)!];
  if (a.file !== p.file || b.file !== p.file) return fail(regs!.at, `${mnemonic}: these registers do not fit here`);
  if (load && a.index === b.index) return fail(regs!.at, `${mnemonic}: two values cannot go to one register`);
  const text = (op: MemOperand): string => `${p.name} ${p.letter}t, ${p.letter}t2, ${op.mode === 'post' ? `[Xn|SP], #simm7*${p.bytes}` : `[Xn|SP, #simm7*${p.bytes}]${op.mode === 'pre' ? '!' : ''}`}`;
  const words = (op: MemOperand): number | undefined => encodeForm(formOfText(text(op)), [registerOperand(p.letter, a.index), registerOperand(p.letter, b.index), op], 0);
  return access({ inst, constants, load, bytes: p.bytes, memory: memory!, moved: [movedNumber(p.file, a.index), movedNumber(p.file, b.index)], word: words });
}

// Floating-point and vector constants.

/** In the instruction where it has room; zero from ZR; the rest from memory. */
function floatConstant(inst: Inst, m: Move, v: number, constants: Constants): Code {
  const [from, to] = inst.args;
  if (m.file !== 'f' || m.bytes === 16) return fail(from!.at, `${inst.mnemonic} takes no floating-point constant`);
  if (!isReg(to!, 'f')) return fail(to!.at, `${inst.mnemonic}: a floating-point constant goes to a floating-point register`);
  const rd = registerOf(to!.reg)!.index;
  const bits = m.bytes * 8;
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 32) view.setFloat32(0, v, true);
  else view.setFloat64(0, v, true);
  const image = view.getBigUint64(0, true);
  const form = formOfText(`FMOV ${m.loads}d, #float${bits}`);
  const reg = registerOperand(m.loads, rd);
  // Go's assembler takes 2.0, whose code is 0, for one that has none.
  const short = v === 2 || (bits === 32 && view.getFloat32(0, true) !== v) ? undefined : encodeForm(form, [reg, value(bits === 32 ? BigInt.asIntN(32, image) : image)], 0);
  if (short !== undefined) return code(short);
  if (image === 0n) return code(word(bits === 32 ? 'FMOV Sd, Wn' : 'FMOV Dd, Xn', reg, bits === 32 ? W(zero) : X(zero)));
  return stored(inst, `$f${bits}.`, image, m, rd, constants);
}

/** Constant `image` of as many bytes as the move has, in read-only memory. */
function stored(inst: Inst, prefix: string, image: bigint, m: Move, rd: number, constants: Constants): Code {
  const { at: pos } = inst.args[0]!;
  const hex = image.toString(16).padStart(2 * m.bytes, '0');
  const bytes = Array.from({ length: m.bytes }, (_, i) => Number((image >> BigInt(8 * i)) & 0xffn));
  const symbol = constants.constant(prefix + hex, bytes, pos);
  const memory: MemArg = { kind: 'mem', symbol, pseudo: 'SB', offset: 0n, base: undefined, index: undefined, scale: 1, address: false, indirect: false, at: pos };
  return access({ inst, constants, load: true, bytes: m.bytes, memory, moved: [rd], word: (op) => moveWord(m, true, rd, op) });
}

/** VMOVS, VMOVD $constant, V; VMOVQ $low, $high, V: from memory. VMOVQ of other things there is none. */
function vectorConstant(inst: Inst, constants: Constants): Code {
  const { mnemonic, args } = inst;
  const m = moves[mnemonic]!;
  const count = mnemonic === 'VMOVQ' ? 3 : 2;
  if (args.length !== count) return fail(inst.at, `${mnemonic} takes ${count} operands, found ${args.length}`);
  const to = args[count - 1]!;
  if (!isReg(to, 'v')) return fail(to.at, `${mnemonic}: a constant goes to a vector register`);
  const parts = args.slice(0, -1).map((a) => (a.kind === 'imm' ? a.value : fail(a.at, `${mnemonic}: a constant is needed here`)));
  const image = count === 3 ? (BigInt.asUintN(64, parts[1]!) << 64n) | BigInt.asUintN(64, parts[0]!) : BigInt.asUintN(8 * m.bytes, parts[0]!);
  return stored(inst, `$i${8 * m.bytes}.`, image, m, registerOf(to.reg)!.index, constants);
}
