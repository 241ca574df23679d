/**
 * One arm64 instruction as Go writes it: what is more than one word or has a name of its own here, the rest through the
 * forms of its name, tried in table order.
 */
import type { Form } from '../isa/arm64/form.js';
import { goOrder, namesFloats } from '../isa/arm64/goSyntax.js';
import { general } from '../isa/arm64/regs.js';
import type { RegOperand } from '../isa/row.js';
import { REGTMP, conditionOf, formOfText, formsNamed, maintenanceOf, registerOf, spelling, zero } from './arm64.js';
import { code, fail, type Code, type Inst } from './arm64code.js';
import { isAdd, isAdd2, isBits, loadConstant, wideMove } from './arm64const.js';
import { encodeMove, extend, isExtension, isMove, systemRegister } from './arm64move.js';
import { X, argCount, fitWord, isMisfit, value, word, type Misfit } from './arm64word.js';
import type { Arg } from './syntax.js';
import type { Constants } from './target.js';
import { encodeForm } from '../isa/arm64/encode.js';

const nothing: Code = { words: [], fixups: [] };

/** Throws SyntaxFault. Branches within the function are not for it. */
export function encodeInst(inst: Inst, constants: Constants): Code {
  const { mnemonic } = inst;
  const own = pseudo(inst) ?? shorthand(inst);
  if (own) return own;
  if (isMove(mnemonic)) {
    const moved = encodeMove(inst, constants);
    if (moved) return moved;
  }
  checkExclusive(inst);
  return withConstant(inst) ?? fromForms(inst);
}

/** Exclusive accesses whose registers may not be one: the manual leaves open what they do. */
function checkExclusive(inst: Inst): void {
  const { mnemonic, args } = inst;
  const [first, second, status] = args;
  if (/^LDA?XPW?$/.test(mnemonic) && second?.kind === 'pair' && second.first === second.second) fail(second.at, `${mnemonic}: two values cannot go to one register`);
  if (!/^STL?X[RP]/.test(mnemonic) || !isReg(status, 'gpr')) return;
  const stored = first?.kind === 'reg' ? [first.reg] : first?.kind === 'pair' ? [first.first, first.second] : [];
  const base = second?.kind === 'mem' ? second.base : undefined;
  if (stored.includes(status.reg) || base === status.reg) fail(status.at, `${mnemonic}: the status needs a register of its own`);
}

const isReg = (arg: Arg | undefined, ...files: readonly string[]): arg is Arg & { kind: 'reg' } => arg?.kind === 'reg' && files.includes(registerOf(arg.reg)!.file);
const number = (arg: Arg & { kind: 'reg' }): number => registerOf(arg.reg)!.index;

/** Words that are code by themselves. */
function pseudo(inst: Inst): Code | undefined {
  const { mnemonic, args, at } = inst;
  switch (mnemonic) {
    case 'NOP':
      return nothing; // it marks a place; the instruction is called NOOP
    case 'UNDEF':
      if (args.length > 0) fail(at, 'UNDEF takes no operand');
      return code(0);
    case 'WORD': {
      const [arg] = args;
      if (args.length !== 1 || arg!.kind !== 'imm') return fail(arg?.at ?? at, 'WORD takes one constant: WORD $1');
      if (BigInt.asIntN(32, arg!.value) !== arg!.value && BigInt.asUintN(32, arg!.value) !== arg!.value) fail(arg!.at, `constant ${arg!.value} does not fit 32 bits`);
      return code(Number(BigInt.asUintN(32, arg!.value)));
    }
    case 'DWORD': {
      const [arg] = args;
      if (args.length === 1 && arg!.kind === 'imm') return code(Number(BigInt.asUintN(32, arg!.value)), Number(BigInt.asUintN(32, arg!.value >> 32n)));
      if (args.length !== 1 || arg!.kind !== 'mem' || arg!.pseudo !== 'SB' || arg!.index !== undefined || arg!.indirect || arg!.address) return fail(arg?.at ?? at, 'DWORD takes one constant, or the name of an address: DWORD $1, DWORD name(SB)');
      return { words: [0, 0], fixups: [{ kind: 'abs64', offset: 0, symbol: arg!.symbol, addend: arg!.offset, at: arg!.at }] };
    }
    default:
      return undefined;
  }
}

/** The result of the second operand where there is none of its own: ADD R1, R2 is ADD R1, R2, R2. */
function threeRegisters(inst: Inst): [Arg & { kind: 'reg' }, Arg & { kind: 'reg' }, Arg & { kind: 'reg' }] {
  const { args, mnemonic, at } = inst;
  if (args.length !== 2 && args.length !== 3) return fail(at, `${mnemonic} takes 2 or 3 operands, found ${args.length}`);
  const list = args.length === 2 ? [args[0]!, args[1]!, args[1]!] : [...args];
  for (const a of list) if (!isReg(a, 'gpr')) fail(a.at, `${mnemonic}: a general register is needed here`);
  return list as [Arg & { kind: 'reg' }, Arg & { kind: 'reg' }, Arg & { kind: 'reg' }];
}

const widthOf = (mnemonic: string): 32 | 64 => (mnemonic.endsWith('W') ? 32 : 64);
const G = (width: 32 | 64, n: number): RegOperand => (width === 64 ? general.X : general.W)[n]!;

/** Instructions that stand for others. */
function shorthand(inst: Inst): Code | undefined {
  const { mnemonic, args } = inst;
  if (isExtension(mnemonic) && !isMove(mnemonic)) {
    if (args.length !== 2) fail(inst.at, `${mnemonic} takes 2 operands, found ${args.length}`);
    for (const a of args) if (!isReg(a, 'gpr')) fail(a.at, `${mnemonic}: a general register is needed here`);
    return code(extend(mnemonic, number(args[0] as Arg & { kind: 'reg' }), number(args[1] as Arg & { kind: 'reg' })));
  }
  switch (mnemonic) {
    case 'REM': case 'REMW': case 'UREM': case 'UREMW':
      return remainder(inst);
    case 'MOVK': case 'MOVKW': case 'MOVZ': case 'MOVZW': case 'MOVN': case 'MOVNW':
      return moveHalf(inst);
    case 'ROR': case 'RORW':
      return args[0]?.kind === 'imm' ? rotate(inst, args[0].value) : undefined;
    case 'BFI': case 'BFIW': case 'SBFIZ': case 'SBFIZW': case 'UBFIZ': case 'UBFIZW': case 'BFXIL': case 'BFXILW': case 'SBFX': case 'SBFXW': case 'UBFX': case 'UBFXW':
      return bitfield(inst);
    case 'CINC': case 'CINCW': case 'CINV': case 'CINVW': case 'CNEG': case 'CNEGW': case 'CSET': case 'CSETW': case 'CSETM': case 'CSETMW':
      return conditional(inst);
    case 'SVC': case 'HVC': case 'SMC': case 'BRK': case 'HLT': case 'DCPS1': case 'DCPS2': case 'DCPS3':
      return exception(inst);
    case 'CLREX':
      return args.length === 0 ? code(word('CLREX #CRm', value(15))) : undefined;
    case 'SYS': case 'SYSL': case 'AT': case 'IC': case 'DC': case 'TLBI':
      return system(inst);
    case 'NEG': case 'NEGW': case 'NEGS': case 'NEGSW': case 'NGC': case 'NGCW': case 'NGCS': case 'NGCSW':
      return args.length === 1 && !mnemonic.startsWith('NGC') ? fromForms({ ...inst, args: [args[0]!, args[0]!] }) : undefined;
    case 'MRS':
      return args.length === 2 && isReg(args[0], 'system') && isReg(args[1], 'gpr') ? systemRegister('MRS', args[0], args[1]) : undefined;
    case 'MSR': {
      const from = args[0]?.kind === 'imm' && args[0].value === 0n ? zeroRegister(args[0]) : args[0];
      return args.length === 2 && isReg(args[1], 'system') && isReg(from, 'gpr') ? systemRegister('MSR', args[1], from) : undefined;
    }
    case 'ADC': case 'ADCW': case 'ADCS': case 'ADCSW': case 'SBC': case 'SBCW': case 'SBCS': case 'SBCSW':
      return args[0]?.kind === 'imm' && args[0].value === 0n ? fromForms({ ...inst, args: [zeroRegister(args[0]), ...args.slice(1)] }) : undefined;
    case 'BTI':
      return branchTarget(inst);
    case 'PACIASP': case 'AUTIASP': case 'PACIBSP': case 'AUTIBSP': case 'AUTIA1716': case 'AUTIB1716':
      if (args.length > 0) fail(args[0]!.at, `${mnemonic} takes no operand`);
      return hint(signing[mnemonic]!);
    case 'VMOV': case 'VDUP':
      return vectorMove(inst);
    default:
      return undefined;
  }
}

const hint = (n: number): Code => code(word('HINT #hint', value(n)));
/** Hints that sign return addresses, where there is such a thing. */
const signing: Readonly<Record<string, number>> = { AUTIA1716: 12, AUTIB1716: 14, PACIASP: 25, PACIBSP: 27, AUTIASP: 29, AUTIBSP: 31 };

/** A hint that a branch may go here: by call, by jump, by both. */
function branchTarget(inst: Inst): Code {
  const [kind] = inst.args;
  const which = kind?.kind === 'name' ? ['C', 'J', 'JC'].indexOf(kind.name) : -1;
  return inst.args.length === 1 && which >= 0 ? hint(34 + 2 * which) : fail(kind?.at ?? inst.at, 'BTI takes C, J or JC');
}

const zeroRegister = (arg: Arg): Arg & { kind: 'reg' } => ({ kind: 'reg', reg: 'ZR', at: arg.at });

/** A division into REGTMP, then what it leaves. */
function remainder(inst: Inst): Code {
  const width = widthOf(inst.mnemonic);
  const [m, n, d] = threeRegisters(inst).map(number) as [number, number, number];
  const r = width === 64 ? 'X' : 'W';
  const g = (i: number): RegOperand => G(width, i);
  return code(word(`${inst.mnemonic.startsWith('U') ? 'UDIV' : 'SDIV'} ${r}d, ${r}n, ${r}m`, g(REGTMP), g(n), g(m)), word(`MSUB ${r}d, ${r}n, ${r}m, ${r}a`, g(d), g(REGTMP), g(m), g(n)));
}

/** MOVK $(half<<16), R: the half's place is that of its bits. */
function moveHalf(inst: Inst): Code {
  const { args, mnemonic, at } = inst;
  const [from, to] = args;
  if (args.length !== 2 || from!.kind !== 'imm' || !isReg(to, 'gpr')) return fail(from?.at ?? at, `${mnemonic} takes a constant and a general register: ${mnemonic} $(1<<16), R1`);
  const width = widthOf(mnemonic);
  const v = BigInt.asUintN(64, from!.value);
  if (v === 0n && mnemonic.startsWith('MOVK')) return fail(from!.at, `${mnemonic} takes a constant that is not zero: it says where the half stands`);
  const i = [0, 1, 2, 3].slice(0, width / 16).find((k) => (v & ~(0xffffn << BigInt(16 * k))) === 0n);
  if (i === undefined) return fail(from!.at, `constant ${from!.value} is not 16 bits at a multiple of 16`);
  return code(wideMove(mnemonic.replace(/W$/, '') as 'MOVK', width, Number(v >> BigInt(16 * i)), i, number(to!)));
}

function rotate(inst: Inst, by: bigint): Code {
  const width = widthOf(inst.mnemonic);
  const [, n, d] = threeRegisters({ ...inst, args: [zeroRegister(inst.args[0]!), ...inst.args.slice(1)] });
  const r = width === 64 ? 'X' : 'W';
  if (by < 0n || by >= BigInt(width)) fail(inst.args[0]!.at, `${inst.mnemonic}: constant ${by} is out of range`);
  return code(word(`EXTR ${r}d, ${r}n, ${r}m, #=imms`, G(width, number(d)), G(width, number(n)), G(width, number(n)), value(by)));
}

/** BFI $lsb, Rn, $width, Rd and its kin, in terms of BFM. */
function bitfield(inst: Inst): Code {
  const { mnemonic, args, at } = inst;
  const [lsb, rn, len, rd] = args;
  if (args.length !== 4 || lsb!.kind !== 'imm' || !isReg(rn, 'gpr') || len!.kind !== 'imm' || !isReg(rd, 'gpr')) return fail(at, `${mnemonic} takes a position, a register, a width and a register: ${mnemonic} $1, R1, $8, R2`);
  const width = widthOf(mnemonic);
  const w = BigInt(width);
  const [l, n] = [lsb!.value, len!.value];
  if (l < 0n || l >= w) fail(lsb!.at, `${mnemonic}: constant ${l} is out of range`);
  if (n < 1n || l + n > w) fail(len!.at, `${mnemonic}: constant ${n} is out of range`);
  const insert = /^(BFI|[SU]BFIZ)W?$/.test(mnemonic);
  const r = width === 64 ? 'X' : 'W';
  const base = mnemonic.startsWith('S') ? 'SBFM' : mnemonic.startsWith('U') ? 'UBFM' : 'BFM';
  return code(word(`${base} ${r}d, ${r}n, #=immr, #=imms`, G(width, number(rd!)), G(width, number(rn!)), value(insert ? (w - l) % w : l), value(insert ? n - 1n : l + n - 1n)));
}

/** CINC cond, Rn, Rd is CSINC of Rn twice by the opposite condition; CSET of ZR. */
function conditional(inst: Inst): Code {
  const { mnemonic, args, at } = inst;
  const name = mnemonic.replace(/W$/, '');
  const sets = name.startsWith('CSET');
  const [condition, ...regs] = args;
  if (args.length !== (sets ? 2 : 3) || condition!.kind !== 'name') return fail(condition?.at ?? at, `${mnemonic} takes a condition and ${sets ? 'a register' : 'two registers'}`);
  const holds = conditionOf(condition!.name);
  if (holds === undefined || holds >= 14) return fail(condition!.at, `${condition!.name} is no condition that may fail`);
  for (const a of regs) if (!isReg(a, 'gpr')) fail(a.at, `${mnemonic}: a general register is needed here`);
  const width = widthOf(mnemonic);
  const g = (a: Arg): RegOperand => G(width, number(a as Arg & { kind: 'reg' }));
  const n = sets ? G(width, zero) : g(regs[0]!);
  const r = width === 64 ? 'X' : 'W';
  const base = { CINC: 'CSINC', CSET: 'CSINC', CINV: 'CSINV', CSETM: 'CSINV', CNEG: 'CSNEG' }[name];
  return code(word(`${base} ${r}d, ${r}n, ${r}m, cond`, g(regs[regs.length - 1]!), n, n, value(holds ^ 1)));
}

function exception(inst: Inst): Code {
  const { mnemonic, args, at } = inst;
  const [arg] = args;
  if (args.length > 1 || (arg && arg.kind !== 'imm')) return fail(arg?.at ?? at, `${mnemonic} takes one constant at most`);
  const v = arg?.kind === 'imm' ? arg.value : 0n;
  if (BigInt.asUintN(16, v) !== v) fail(arg!.at, `constant ${v} is out of range`);
  return code(word(`${mnemonic} #imm16`, value(v)));
}

/** SYS $operation [, R], with the operation's fields where they stand in the word; DC and TLBI name theirs. */
function system(inst: Inst): Code {
  const { mnemonic, args, at } = inst;
  const [what, reg] = args;
  if (args.length < 1 || args.length > 2 || (reg && !isReg(reg, 'gpr'))) return fail(reg?.at ?? at, `${mnemonic} takes an operation and a general register`);
  const rt = reg ? number(reg as Arg & { kind: 'reg' }) : zero;
  const named = what!.kind === 'name' ? maintenanceOf(what!.name) : undefined;
  if (mnemonic === 'DC' || mnemonic === 'TLBI' || (mnemonic === 'IC' && what!.kind === 'name')) {
    const instruction = what!.kind === 'name' && /^I(ALLU|VAU)/.test(what!.name) ? 'IC' : 'DC';
    if (!named || (((named.sys >> 7) & 15) === 8 ? 'TLBI' : instruction) !== mnemonic) return fail(what!.at, `${mnemonic} takes the name of an operation`);
    if (named.register !== (reg !== undefined)) fail(reg?.at ?? at, named.register ? `${mnemonic} takes a register after this operation` : 'this operation takes no register');
    return code(word('SYS #=sysop, Xt', value(named.sys), X(rt)));
  }
  if (what!.kind !== 'imm') return fail(what!.at, `${mnemonic} takes a constant`);
  if ((what!.value & ~0x7ffe0n) !== 0n) fail(what!.at, `constant ${what!.value} is out of range`);
  if (mnemonic === 'SYSL' && !reg) fail(at, 'SYSL takes an operation and a general register');
  const operation = value(what!.value >> 5n);
  return code(mnemonic === 'SYSL' ? word('SYSL Xt, #=sysop', X(rt), operation) : word('SYS #=sysop, Xt', operation, X(rt)));
}

/** Go has one name for moves and copies to all lanes. */
function vectorMove(inst: Inst): Code | undefined {
  const { args, mnemonic } = inst;
  const [from, to] = args;
  if (args.length !== 2) return undefined;
  if (mnemonic === 'VMOV' && from!.kind === 'vectors' && to!.kind === 'vectors' && from!.lane === undefined && to!.lane === undefined) {
    return fromForms({ ...inst, mnemonic: 'VORR', args: [from!, from!, to!] });
  }
  if (mnemonic === 'VMOV' && from!.kind === 'reg' && to!.kind === 'vectors' && to!.lane === undefined) return fromForms({ ...inst, mnemonic: 'VDUP' });
  return mnemonic === 'VDUP' && from!.kind === 'vectors' && to!.kind === 'reg' ? fromForms({ ...inst, mnemonic: 'VMOV' }) : undefined;
}

// Additions and logical operations with constants.

const additions = /^(ADD|ADDS|SUB|SUBS|CMN|CMP)W?$/;
const logicals = /^(AND|ORR|EOR|ANDS|TST|BIC|ORN|EON|BICS)W?$/;
/** What drops its result, by what does not. */
const dropping: Readonly<Record<string, string>> = { CMN: 'ADDS', CMP: 'SUBS', TST: 'ANDS' };

/** ADD $constant and the like: in one instruction where it fits, else through REGTMP. Undefined: no constant. */
function withConstant(inst: Inst): Code | undefined {
  const { mnemonic, args } = inst;
  const from = args[0];
  const addition = additions.test(mnemonic);
  if (from?.kind !== 'imm' || !(addition || logicals.test(mnemonic))) return undefined;
  const width = widthOf(mnemonic);
  const name = mnemonic.replace(/W$/, '');
  const drops = name in dropping;
  if (drops ? args.length !== 2 : args.length !== 2 && args.length !== 3) return fail(inst.at, `${mnemonic} takes ${drops ? '2' : '2 or 3'} operands, found ${args.length}`);
  if (width === 32 && BigInt.asIntN(32, from.value) !== from.value && BigInt.asUintN(32, from.value) !== from.value) fail(from.at, `constant ${from.value} does not fit 32 bits`);
  const v = width === 32 ? BigInt.asUintN(32, from.value) : from.value;
  const d: Arg = drops ? zeroRegister(from) : args[args.length - 1]!;
  const n = args[1]!;
  for (const a of [n, d]) if (!isReg(a, 'gpr', 'sp')) fail(a.at, `${mnemonic}: a general register is needed here`);
  const operation: Operation = { inst, name: dropping[name] ?? name, width, v, n: n as Arg & { kind: 'reg' }, d: d as Arg & { kind: 'reg' } };
  return addition ? addOf(operation) : logicOf(operation);
}

interface Operation {
  readonly inst: Inst;
  readonly name: string;
  readonly width: 32 | 64;
  readonly v: bigint;
  readonly n: Arg & { kind: 'reg' };
  readonly d: Arg & { kind: 'reg' };
}

function addOf(o: Operation): Code {
  const { width, v, name, n, d, inst } = o;
  const flags = name.endsWith('S');
  const r = width === 64 ? 'X' : 'W';
  const sp = width === 64 ? '|SP' : '|WSP';
  const immediate = (form: string, c: bigint, from: RegOperand, to: RegOperand): number => encodeForm(formOfText(form), [to, from, value(c)], 0) ?? fail(n.at, `${inst.mnemonic}: these registers do not fit here`);
  const form = `${name} ${r}d${flags ? '' : sp}, ${r}n${sp}, #imm12sh`;
  const operand = (a: Arg & { kind: 'reg' }): RegOperand => spOr(a, width);
  if (isAdd(v)) return code(immediate(form, v, operand(n), operand(d)));
  const inHalves = isAdd2(v) && !flags && !(v >= 0n && (isBits(v, width) || moveFits(v, width)));
  if (inHalves) return code(immediate(form, v & 0xfffn, operand(n), operand(d)), immediate(form, v & 0xfff000n, operand(d), operand(d)));
  if (number(n) === REGTMP && n.reg !== 'RSP') fail(n.at, `${inst.mnemonic}: R27 is needed for the constant`);
  const registers: readonly Arg[] = [temporaryArg(o), ...inst.args.slice(1)];
  const last = fromForms({ ...inst, args: registers });
  return code(...loadConstant(v, width, REGTMP), ...last.words);
}

const temporaryArg = (o: Operation): Arg => ({ kind: 'reg', reg: `R${REGTMP}`, at: o.inst.args[0]!.at });
const spOr = (a: Arg & { kind: 'reg' }, width: 32 | 64): RegOperand => (registerOf(a.reg)!.file === 'sp' ? (width === 64 ? general.SP : general.WSP)[31]! : G(width, number(a)));
const moveFits = (v: bigint, width: 32 | 64): boolean => loadConstant(v, width, 0).length === 1;

function logicOf(o: Operation): Code {
  const { width, v, name, n, d, inst } = o;
  if (isReg(n, 'sp') && n !== d) fail(n.at, `${inst.mnemonic}: register RSP does not fit here`);
  const plain = { BIC: 'AND', ORN: 'ORR', EON: 'EOR', BICS: 'ANDS' }[name] ?? name;
  const mask = plain === name ? v : ~v;
  if (isBits(v, width)) {
    const r = width === 64 ? 'X' : 'W';
    const form = formOfText(`${plain} ${r}d${plain === 'ANDS' ? '' : width === 64 ? '|SP' : '|WSP'}, ${r}n, #bitmask${width}`);
    const w = encodeForm(form, [spOr(d, width), spOr(n, width), value(width === 64 ? BigInt.asIntN(64, mask) : BigInt.asIntN(32, mask))], 0);
    if (w !== undefined) return code(w);
    if (d.reg !== 'ZR' || !moveFits(v, width)) fail(n.at, `${inst.mnemonic}: these registers do not fit here`);
  }
  if (number(n) === REGTMP) fail(n.at, `${inst.mnemonic}: R27 is needed for the constant`);
  const last = fromForms({ ...inst, args: [temporaryArg(o), ...inst.args.slice(1)] });
  return code(...loadConstant(v, width, REGTMP), ...last.words);
}

// Through the forms.

/** Go's operands in the manual's order, pairs as two. */
function manualOrder(form: Form, args: readonly Arg[]): readonly Arg[] {
  return goOrder(form.name, args.length).map((place) => args[place]!).flatMap((a): readonly Arg[] => (a.kind === 'pair' ? [{ kind: 'reg', reg: a.first, at: a.at }, { kind: 'reg', reg: a.second, at: a.at }] : [a]));
}

/** Instructions whose second source may be left out when it is the destination. */
const folding = /^(ADD|SUB)S?W?$|^(AND|ORR|EOR|BIC|ORN|EON)S?W?$|^(ADC|SBC)S?W?$|^(LSL|LSR|ASR)W?$|^ROR|^[SU]?(MUL|MNEG)[LH]?W?$|^[SU]MNEGL$|^[SU]DIVW?$|^CRC32|^F(ADD|SUB|MUL|NMUL|DIV|MAX|MIN|MAXNM|MINNM)[SD]$|^V(ADD|SUB)$/;

export function fromForms(inst: Inst): Code {
  const { mnemonic, at } = inst;
  const mode = suffixMode(inst);
  const name = spelling(mnemonic);
  const forms = mode === 'post' && formsNamed(`${name}.P`).length > 0 ? formsNamed(`${name}.P`) : formsNamed(name);
  let worst: Misfit | undefined;
  const counts = new Set<number>();
  for (const form of forms) {
    const count = argCount(form);
    counts.add(count);
    const given = folded(name, form, count, inst.args);
    if (given.length !== count) continue;
    const args = manualOrder(form, given).map((a) => stepped(form, a, mode));
    const w = fitWord(form, args, { mode, scalars: namesFloats(name) ? 'f' : 'v', at });
    if (!isMisfit(w)) return code(w);
    if (!worst || w.depth > worst.depth) worst = w;
  }
  if (worst) fail(worst.at, `${mnemonic}: ${worst.message}`);
  const list = [...counts].sort((a, b) => a - b);
  return fail(at, list.length === 0 ? `${mnemonic} has no encoding` : `${mnemonic} takes ${list.join(' or ')} operand${list.length === 1 && list[0] === 1 ? '' : 's'}, found ${inst.args.length}`);
}

/** With the destination as second source where the text leaves that out. */
function folded(name: string, form: Form, count: number, args: readonly Arg[]): readonly Arg[] {
  return folding.test(name) && args.length === 2 && count === 3 && form.operands.length >= 3 ? [args[0]!, args[1]!, args[1]!] : args;
}

/** VLD1.P (R1) and its like move the base by what they move, said or not. */
function stepped(form: Form, arg: Arg, mode: 'pre' | 'post' | undefined): Arg {
  if (mode !== 'post' || arg.kind !== 'mem' || arg.offset !== 0n || arg.index !== undefined) return arg;
  const step = form.operands.map((o) => /^\[Xn\|SP\], #(\d+)$/.exec(o.text)?.[1]).find((n) => n !== undefined);
  return step === undefined ? arg : { ...arg, offset: BigInt(step) };
}

function suffixMode(inst: Inst): 'pre' | 'post' | undefined {
  if (inst.suffixes.length === 0) return undefined;
  const [s] = inst.suffixes;
  if (inst.suffixes.length > 1 || (s !== 'P' && s !== 'W') || !inst.args.some((a) => a.kind === 'mem')) return fail(inst.at, `${inst.mnemonic} takes no suffix .${inst.suffixes.join('.')}`);
  return s === 'P' ? 'post' : 'pre';
}
