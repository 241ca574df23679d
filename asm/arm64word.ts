/**
 * One arm64 instruction to its word: operands as written are fitted to the operands of a row's form, which writes them.
 * Operands here stand in the manual's order; what Go's order is, and what is more than one word, is in arm64encode.ts.
 */
import { encodeForm } from '../isa/arm64/encode.js';
import { modifies, moveOfConstant, startsPair } from '../isa/arm64/goSyntax.js';
import type { Form, OperandForm } from '../isa/arm64/form.js';
import { stateFieldNumber, prefetchNumber } from '../isa/arm64/sysregs.js';
import { general, vectors } from '../isa/arm64/regs.js';
import type { ImmOperand, MemOperand, Operand, RegOperand, Shift } from '../isa/row.js';
import { conditionOf, formOfText, registerOf } from './arm64.js';
import type { Position } from './diag.js';
import type { Arg, MemArg } from './syntax.js';

/** Why a form did not fit: the later the operand, the nearer it came. */
export interface Misfit {
  readonly at: Position;
  readonly depth: number;
  readonly message: string;
}
export const isMisfit = (r: number | Misfit): r is Misfit => typeof r !== 'number';

// Operands of instructions that are not in the source.

export const X = (n: number): RegOperand => general.X[n]!;
export const W = (n: number): RegOperand => general.W[n]!;
/** 31 is the stack pointer. */
export const XSP = (n: number): RegOperand => general.SP[n]!;
export const WSP = (n: number): RegOperand => general.WSP[n]!;
export const value = (v: bigint | number): ImmOperand => ({ kind: 'imm', value: BigInt(v), bits: 64 });
export const amount = (v: number, shift: Shift): ImmOperand => ({ kind: 'imm', value: BigInt(v), bits: 6, shift });
const plainMemory = { kind: 'mem', bits: 0, index: undefined, scale: 1, disp: 0n, seg: undefined, rip: false, addr32: false } as const;
export const at = (base: number, disp: bigint | number = 0, mode?: 'pre' | 'post'): MemOperand => ({ ...plainMemory, base: XSP(base), disp: BigInt(disp), ...(mode && { mode }) });
export const indexedBy = (base: number, index: number): MemOperand => ({ ...plainMemory, base: XSP(base), index: X(index) });

/** The word of a form with operands that are known to fit. Branches and literals are at address 0. */
export function word(form: string, ...ops: readonly Operand[]): number {
  const w = encodeForm(formOfText(form), ops, 0);
  if (w === undefined) throw new Error(`operands of ${form} do not fit`);
  return w;
}

/** A load of a literal of so many bytes that stands `distance` away; the upper half of the register is zeros. */
export function literalWord(bytes: 4 | 8, rt: number, distance: number): number {
  const literal = { ...plainMemory, base: undefined, disp: BigInt(distance), rip: true };
  return bytes === 8 ? word('LDR Xt, literal', X(rt), literal) : word('LDR Wt, literal', W(rt), literal);
}

/** Little-endian. */
export const bytesOf = (words: readonly number[]): number[] => words.flatMap((w) => [w & 0xff, (w >>> 8) & 0xff, (w >>> 16) & 0xff, w >>> 24]);

// Operands of the source.

/** How messages end that say no more than that an operand is of the wrong kind. */
const misplaced = 'does not fit here';

/** How many operands of the source the form has, a pair as one. */
export function argCount(form: Form): number {
  let count = form.order.filter((text) => text !== undefined && !moveOfConstant(text)).length;
  form.operands.forEach((o, i) => {
    const inList = o.text === '' && i > 0;
    if (!modifies(o) && !inList && o.text !== 'hw' && !(i > 0 && startsPair(form, i - 1))) count++;
  });
  return count;
}

/** What fitting a form needs to know beside its operands. */
export interface Manner {
  /** The address is moved before or after the access. */
  readonly mode: 'pre' | 'post' | undefined;
  /** How scalars are called. */
  readonly scalars: 'f' | 'v';
  readonly at: Position;
}

/** The word of `form` with `args` in the manual's order, or why there is none. */
export function fitWord(form: Form, args: readonly Arg[], manner: Manner): number | Misfit {
  return new Fitting(form, args, manner).word();
}

class Fitting {
  private readonly ops: Operand[] = [];
  private next = 0;
  /** Vectors may stand without their arrangement, as old sources have it. */
  private readonly bare: boolean;

  constructor(
    private readonly form: Form,
    private readonly args: readonly Arg[],
    private readonly manner: Manner,
  ) {
    this.bare = /^(AES|SHA)/.test(form.name);
  }

  word(): number | Misfit {
    const { order, operands } = this.form;
    for (let k = 0; k < order.length; k++) {
      const text = order[k];
      const problem = text !== undefined ? this.fixedWord(text) : this.operand(operands[this.ops.length]!, this.ops.length, order[k + 1]);
      if (problem) return problem;
      k += Math.max(0, this.listed - 1); // the other registers of a list have a place each
      this.listed = 0;
    }
    if (this.next < this.args.length) return this.misfit(`operand ${misplaced}`, 0);
    const last = this.args[this.args.length - 1];
    return encodeForm(this.form, this.ops, 0) ?? { at: last?.at ?? this.manner.at, depth: 4 * this.args.length + 3, message: last ? refused(last) : 'no encoding' };
  }

  /** Registers of the list that was read last. */
  private listed = 0;

  private misfit(message: string, nearer: number): Misfit {
    return { at: this.args[this.next]?.at ?? this.manner.at, depth: 4 * this.next + nearer, message };
  }

  /** A word of the form that stands for itself. */
  private fixedWord(text: string): Misfit | undefined {
    if (moveOfConstant(text)) return undefined; // read with its constant
    const arg = this.args[this.next];
    if (!arg) return this.misfit('operand missing', 0);
    const same = text === '#0.0' ? arg.kind === 'float' && arg.value === 0
      : text.startsWith('#') ? arg.kind === 'imm' && arg.value === BigInt(text.slice(1))
      : (arg.kind === 'reg' && arg.reg === text) || (arg.kind === 'name' && arg.name === text);
    if (!same) return this.misfit(`operand ${misplaced}`, 0);
    this.next++;
    return undefined;
  }

  private operand(spec: OperandForm, i: number, after: string | undefined): Misfit | undefined {
    const { operands } = this.form;
    if (modifies(spec)) {
      const arg = this.args[this.next - 1]!;
      const by = modifier(arg, spec, operands[0]!.text.startsWith('X'), operands[i - 1]!.text.startsWith('X'));
      if (typeof by === 'string') return { at: arg.at, depth: 4 * this.next, message: by };
      this.ops.push(by);
      return undefined;
    }
    const arg = this.args[this.next];
    if (!arg) return this.misfit('operand missing', 0);
    if (spec.list > 0) {
      const list = listOf(arg, spec);
      if (typeof list === 'string') return this.misfit(list, 1);
      this.ops.push(...list);
      this.listed = list.length;
      this.next++;
      return undefined;
    }
    const op = fit(moved(arg, after), spec, modifies(operands[i + 1]), this.manner, this.bare);
    if (typeof op === 'string') return this.misfit(op, op.endsWith(misplaced) ? 0 : 1);
    if (spec.write(op, 0) === undefined) return this.misfit(refused(arg), 2);
    this.ops.push(op);
    this.next++;
    return undefined;
  }
}

/** A constant as it stands in the instruction, when a word of the form moves it up. */
function moved(arg: Arg, after: string | undefined): Arg {
  const move = moveOfConstant(after);
  if (!move || arg.kind !== 'imm') return arg;
  const low = (1n << move.by) - 1n;
  const fits = (arg.value & low) === (move.ones ? low : 0n);
  return { ...arg, value: fits ? arg.value >> move.by : -1n };
}

function refused(arg: Arg): string {
  switch (arg.kind) {
    case 'imm':
      return `constant ${arg.value} is out of range`;
    case 'mem':
      return arg.index === undefined ? `offset ${arg.offset} is out of range or not a multiple of the size` : 'the index has no such form here';
    case 'vectors':
      return `lane ${arg.lane ?? 0} is out of range`;
    case 'shifted':
      return `${arg.how} by ${arg.amount} is not possible here`;
    case 'reg':
      return `register ${arg.reg} ${misplaced}`;
    default:
      return `operand ${misplaced}`;
  }
}

/** The amount by which a register is shifted or extended; a plain one by nothing. `wide`, `source`: destination and register have 64 bits. */
function modifier(arg: Arg, spec: OperandForm, wide: boolean, source: boolean): ImmOperand | string {
  if (arg.kind !== 'reg' && arg.kind !== 'shifted') return `operand ${misplaced}`;
  const how = arg.kind === 'reg' ? 'lsl' : (arg.how.toLowerCase() as Shift);
  const by = arg.kind === 'reg' ? 0 : arg.amount;
  const extension = /^[us]xt/.test(how);
  if (spec.text === 'shift') return extension ? `extension ${how.toUpperCase()} ${misplaced}` : checked(amount(by, how), spec, arg);
  if (extension) return checked(amount(by, how), spec, arg);
  // Whole registers, shifted left or not, are extensions that change nothing.
  if (how !== 'lsl' || wide !== source) return how === 'lsl' ? `register ${arg.reg} ${misplaced}` : `shift ${how.toUpperCase()} ${misplaced}`;
  return checked(amount(by, wide ? 'uxtx' : 'uxtw'), spec, arg);
}

const checked = (op: ImmOperand, spec: OperandForm, arg: Arg): ImmOperand | string => (spec.write(op, 0) === undefined ? refused(arg) : op);

const laneLetter = (text: string): string => /\.(\d*)([BHSDQ])/.exec(text)!.slice(1).reverse().join('');

function listOf(arg: Arg, spec: OperandForm): RegOperand[] | string {
  if (arg.kind !== 'vectors') return `a list of ${spec.list} vector registers is needed here`;
  if (arg.regs.length !== spec.list) return `${spec.list} registers are needed here, found ${arg.regs.length}`;
  if (arg.arrangement !== laneLetter(spec.text)) return `arrangement ${arg.arrangement} ${misplaced}`;
  if ((arg.lane !== undefined) !== spec.text.endsWith(']')) return arg.lane === undefined ? 'a lane is needed here' : `a lane ${misplaced}`;
  const list = arg.regs.map((r): RegOperand => withLane(registerOf(r)!.index, arg.lane));
  return spec.write(list[0]!, 0) === undefined ? refused(arg) : list;
}

const withLane = (index: number, lane: number | undefined): RegOperand => (lane === undefined ? vectors['V']![index]! : { ...vectors['V']![index]!, lane });

/** The operand that `arg` is in the place `spec`, or why it is none. `modified`: a shift or an extension may follow. */
function fit(arg: Arg, spec: OperandForm, modified: boolean, manner: Manner, bare: boolean): Operand | string {
  const { mode, scalars: scalarFile } = manner;
  switch (arg.kind) {
    case 'reg':
      return register(arg.reg, spec, scalarFile, bare);
    case 'shifted':
      return modified ? register(arg.reg, spec, scalarFile, bare) : 'a shifted or extended register does not fit here';
    case 'vectors':
      return vector(arg, spec);
    case 'imm':
      return constant(spec) ? value(arg.value) : 'a constant does not fit here';
    case 'float':
      return floating(arg.value, spec);
    case 'mem':
      return spec.text.startsWith('[') ? memory(arg, mode) : 'a memory operand does not fit here';
    case 'name':
      return named(arg.name, spec);
    default:
      return `a ${{ label: 'label', pc: 'label', regs: 'register list', string: 'string', pair: 'register pair' }[arg.kind]} does not fit here`;
  }
}

const constant = (spec: OperandForm): boolean => spec.text.startsWith('#') && !spec.text.startsWith('#float');

/** `bare`: vectors may stand without their arrangement. */
function register(name: string, spec: OperandForm, scalarFile: 'f' | 'v', bare: boolean): Operand | string {
  const reg = registerOf(name)!;
  const problem = `register ${name} does not fit here`;
  const { text } = spec;
  if (text === '#=sysreg') return reg.file === 'system' ? value(reg.index) : problem;
  if (text === '#=pstate') return stateFieldNumber(name) === undefined ? problem : value(stateFieldNumber(name)!);
  if (/^[WX][a-z]/.test(text)) {
    const wide = text.startsWith('X');
    if (reg.file === 'gpr') return (wide ? general.X : general.W)[reg.index]!;
    if (reg.file === 'sp' && text.endsWith('SP')) return (wide ? general.SP : general.WSP)[reg.index]!;
    return problem;
  }
  if (/^V[a-z]\./.test(text) && bare && reg.file === 'v') return vectors['V']![reg.index]!;
  if (/^[BHSDQ][a-z]\d?$/.test(text)) return reg.file === scalarFile ? vectors[text[0]!]![reg.index]! : problem;
  return problem;
}

function vector(arg: Arg & { kind: 'vectors' }, spec: OperandForm): Operand | string {
  if (arg.list) return 'a register list does not fit here';
  if (!/^V[a-z]\d?\./.test(spec.text)) return 'a vector does not fit here';
  if (arg.arrangement !== laneLetter(spec.text)) return `arrangement ${arg.arrangement} does not fit here`;
  if ((arg.lane !== undefined) !== spec.text.endsWith(']')) return arg.lane === undefined ? 'a lane is needed here' : 'a lane does not fit here';
  return withLane(registerOf(arg.regs[0]!)!.index, arg.lane);
}

function floating(v: number, spec: OperandForm): Operand | string {
  const m = /^#float(?:parts)?(32|64)$/.exec(spec.text);
  if (!m) return 'a floating-point constant does not fit here';
  const view = new DataView(new ArrayBuffer(8));
  if (m[1] === '32') view.setFloat32(0, v);
  else view.setFloat64(0, v);
  const op = value(m[1] === '32' ? BigInt(view.getInt32(0)) : view.getBigUint64(0));
  if (m[1] === '32' && view.getFloat32(0) !== v) return `constant ${v} is out of range`;
  return op;
}

function named(name: string, spec: OperandForm): Operand | string {
  const number = spec.text === 'cond' || spec.text === '!cond' ? conditionOf(name)
    : spec.text === '#=prfop' ? prefetchNumber(name)
    : spec.text === '#=pstate' ? stateFieldNumber(name)
    : undefined;
  return number === undefined ? `${name} does not fit here` : value(number);
}

function memory(arg: MemArg, mode: 'pre' | 'post' | undefined): Operand | string {
  if (arg.address || arg.indirect) return 'an address cannot be an operand here; load it with MOVD first';
  if (arg.symbol || arg.pseudo) return 'the address of a symbol does not fit here; load it with MOVD first';
  const base = arg.base === undefined ? undefined : registerOf(arg.base)!;
  if (!base || (base.file !== 'gpr' && base.file !== 'sp') || arg.base === 'ZR') return `register ${arg.base ?? ''} cannot be the base of an address`;
  const plain = { ...at(base.index, arg.offset, mode) };
  if (arg.index === undefined) return plain;
  const index = registerOf(arg.index)!;
  if (index.file !== 'gpr') return `register ${arg.index} cannot be an index register`;
  if (mode && arg.extension) return 'a base is moved by a whole register';
  if (arg.scale !== 1) return 'an index is scaled by a shift: (R1)(R2<<3)';
  const how = arg.extension?.how ?? 'LSL';
  if (!['LSL', 'UXTW', 'SXTW', 'SXTX'].includes(how)) return `an index cannot be extended by ${how}`;
  const wide = how === 'LSL' || how === 'SXTX';
  return {
    ...plain,
    index: (wide ? general.X : general.W)[index.index]!,
    scale: (1 << (arg.extension?.amount ?? 0)) as MemOperand['scale'],
    ...(how !== 'LSL' && { extend: how.toLowerCase() as Shift }),
  };
}
