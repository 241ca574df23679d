/**
 * Insn to bytes, from the same forms as decode.ts. `encode` serves the assembler: a Go mnemonic and operands in
 * Go's order, the first row that fits. `encodeInsn` writes one given row.
 *
 * Choices follow the Go assembler: the shortest displacement, two-byte VEX where it suffices, no REX unless needed.
 */
import { fitsEither, fitsSigned } from '../bits.js';
import type { Insn, MemOperand, Operand, RegOperand, Row } from '../row.js';
import { From, Pp, Space, type Form, type OperandForm } from './form.js';
import { crExists, drExists } from './operands.js';
import { formOf, rowsOf } from './table.js';

export interface EncodeOptions {
  /** Address of the instruction: branches and rip-relative operands are relative to its end. Default 0. */
  readonly pc?: number;
  readonly lock?: boolean;
  readonly rep?: 'rep' | 'repne' | undefined;
  /** Branch displacement: 8 or 32 bits; default the shortest that reaches. */
  readonly branch?: 8 | 32 | undefined;
  /** Memory displacements take 32 bits, for addresses that a linker fills in. */
  readonly wideDisp?: boolean;
  /** EVEX decorations: opmask number, zeroing, the b bit (broadcast, rounding), and L'L when it is a rounding mode. */
  readonly evex?: EvexBits | undefined;
}

export interface EvexBits {
  readonly mask: number;
  readonly zero: boolean;
  readonly b: boolean;
  readonly length: number;
}

/** Bytes, and where in them the fields stand that a linker may have to fill (-1: absent). */
export interface Encoded {
  readonly row: Row;
  readonly bytes: Uint8Array;
  readonly dispAt: number;
  readonly immAt: number;
}

/** Why nothing fits. `operand` counts in the order in which the operands were given; -1: no single one is to blame. */
export interface EncodeFailure {
  readonly operand: number;
  readonly reason: string;
  /** The operand is of the right kind, but its value is out of range. */
  readonly range?: boolean;
}

export function isEncodeFailure(e: Encoded | EncodeFailure): e is EncodeFailure {
  return 'reason' in e;
}

/**
 * Go writes sources first, the manual destinations; comparisons (CMPQ) Go writes the manual's way round, and the
 * predicate of CMPPS and its kin last.
 */
export function manualOrder<T>(mnemonic: string, ops: readonly T[]): T[] {
  if (/^CMP[BWLQ]$/.test(mnemonic)) return [...ops];
  if (/^CMP[PS][SD]$/.test(mnemonic) && ops.length === 3) return [ops[1]!, ops[0]!, ops[2]!];
  return [...ops].reverse();
}

/** Encodes a Go mnemonic with operands in Go's order. A memory operand of 0 bits fits any width. */
export function encode(mnemonic: string, goOps: readonly Operand[], options: EncodeOptions = {}): Encoded | EncodeFailure {
  const rows = rowsOf(mnemonic);
  if (rows.length === 0) return { operand: -1, reason: `no instruction ${mnemonic}` };
  const ops = manualOrder(mnemonic, goOps);
  let best: EncodeFailure | undefined;
  let bestDepth = -1;
  for (const row of rows) {
    const result = encodeForm(formOf(row), ops, options);
    if (!isEncodeFailure(result)) return result;
    // blame the row that fitted furthest, and there a value out of range before an operand of the wrong kind
    const depth = result.operand < 0 ? -1 : 4 * result.operand + (result.range ? 2 : 0);
    if (!best || depth > bestDepth || (depth === bestDepth && result.range)) {
      best = result;
      bestDepth = depth;
    }
  }
  const at = best!.operand;
  return at < 0 ? best! : { ...best!, operand: goOps.indexOf(ops[at]!) };
}

/** Encodes an instruction by its own row, at its own pc unless another is given. */
export function encodeInsn(insn: Insn, options: EncodeOptions = {}): Encoded | EncodeFailure {
  const form = formOf(insn.row);
  const evex = form.space === Space.Evex ? evexBits(insn.bytes) : undefined;
  return encodeForm(form, insn.ops, { pc: insn.pc, lock: insn.lock, rep: insn.rep, evex, ...options });
}

/** The decorations in an instruction's EVEX prefix. */
export function evexBits(bytes: Uint8Array): EvexBits | undefined {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0x62) at++;
  const p2 = bytes[at + 3];
  return p2 === undefined ? undefined : { mask: p2 & 7, zero: p2 >= 0x80, b: (p2 & 0x10) !== 0, length: (p2 >> 5) & 3 };
}

/** What is collected while operands are placed. Register fields hold up to five bits. */
interface Fields {
  reg: number;
  rm: RegOperand | MemOperand | undefined;
  vvvv: number;
  opcode: number;
  rexNeeded: boolean; // spl, bpl, sil, dil
  rexForbidden: boolean; // ah, ch, dh, bh
}

function encodeForm(form: Form, ops: readonly Operand[], options: EncodeOptions): Encoded | EncodeFailure {
  const specs = form.operands;
  const implicit = specs.some((o) => o.from >= From.Source); // string instructions may leave their operands out
  if (ops.length !== specs.length && !(implicit && ops.length === 0)) return { operand: -1, reason: `${form.row.mnemonic} takes ${specs.length} operands here, not ${ops.length}` };
  const f: Fields = { reg: 0, rm: undefined, vvvv: 0, opcode: 0, rexNeeded: false, rexForbidden: false };
  for (let i = 0; i < ops.length; i++) {
    const reason = place(form, specs[i]!, ops[i]!, f, options);
    if (reason) return { operand: i, reason, range: !reason.endsWith(wrongKind) && !reason.startsWith('must be') };
  }
  const pointers = ops.filter((o, i): o is MemOperand => o.kind === 'mem' && specs[i]!.from >= From.Source);
  if (pointers.some((p) => p.addr32 !== pointers[0]!.addr32)) return { operand: -1, reason: 'both pointers must have one width' };
  return new Writer(form, f, ops, options).write();
}

/** How a reason ends when the operand is of another kind than the form has. */
const wrongKind = 'does not fit here';

/** Puts one operand into its field; a text when it does not fit. */
function place(form: Form, spec: OperandForm, op: Operand, f: Fields, options: EncodeOptions): string | undefined {
  switch (op.kind) {
    case 'imm':
      return immediate(form, spec, op.value as bigint);
    case 'rel':
      if (spec.from !== From.Rel) return `a branch target ${wrongKind}`;
      return options.branch && options.branch !== spec.bits ? `not a rel${options.branch} form` : undefined;
    case 'mem':
      if (spec.from === From.Moffs) return op.base || op.index || op.rip ? 'needs a plain address' : widthReason(spec, op, form);
      if (spec.from >= From.Source) {
        const fits = op.base?.index === (spec.from === From.Source ? 6 : 7) && !op.index && op.disp === 0n;
        return fits ? widthReason(spec, op, form) : `must be (${spec.from === From.Source ? 'SI' : 'DI'})`;
      }
      if (spec.from !== From.Rm || (spec.memBits < 0)) return `a memory operand ${wrongKind}`;
      if ((op.index !== undefined && op.index.file !== 'gpr' ? op.index.file : '') !== spec.vsib) return 'wrong kind of index register';
      if (op.index?.file === 'gpr' && op.index.index === 4) return 'SP cannot be an index';
      f.rm = op;
      return widthReason(spec, op, form);
    case 'reg':
      return register(form, spec, op, f);
  }
}

function widthReason(spec: OperandForm, op: MemOperand, form: Form): string | undefined {
  if (op.bits === 0 || spec.memBits <= 0 || op.bits === spec.memBits) return undefined;
  return form.space === Space.Evex && op.bits === spec.broadcast ? undefined : `a ${op.bits}-bit memory operand does not fit ${spec.memBits} bits`;
}

function immediate(form: Form, spec: OperandForm, value: bigint): string | undefined {
  if (spec.from === From.Fixed) return spec.fixed!.kind === 'imm' && spec.fixed!.value === value ? undefined : `must be ${operandText(spec)}`;
  if (spec.from !== From.Imm) return `an immediate ${wrongKind}`;
  const widened = form.signedImm && spec.bits < (form.size || spec.bits);
  if (widened ? fitsSigned(value, spec.bits) : fitsEither(value, spec.bits)) return undefined;
  return `immediate ${value} does not fit ${spec.bits} bits`;
}

function operandText(spec: OperandForm): string {
  return spec.fixed?.kind === 'reg' ? `the fixed register ${spec.fixed.file} ${spec.fixed.index}` : `the constant ${String(spec.fixed?.value)}`;
}

function register(form: Form, spec: OperandForm, op: RegOperand, f: Fields): string | undefined {
  if (spec.file !== op.file || spec.bits !== op.bits) return `a ${op.file} register of ${op.bits} bits ${wrongKind}`;
  if (op.file === 'gpr' && op.bits === 8) {
    if (op.high) f.rexForbidden = true;
    else if (op.index >= 4 && op.index < 8 && spec.from !== From.Fixed) f.rexNeeded = true;
  }
  if ((op.file === 'cr' && !crExists(op.index)) || (op.file === 'dr' && !drExists(op.index))) return `there is no ${op.file.toUpperCase()}${op.index}`;
  const number = op.high ? op.index + 4 : op.index;
  if (number > 15 && form.space !== Space.Evex) return `${op.file}${op.index} needs EVEX`;
  switch (spec.from) {
    case From.Fixed: {
      const fixed = spec.fixed!;
      return fixed.kind === 'reg' && fixed.index === op.index && !op.high ? undefined : `must be ${operandText(spec)}`;
    }
    case From.Reg: f.reg = number; return undefined;
    case From.Vvvv: f.vvvv = number; return undefined;
    case From.Opcode: f.opcode = number; return undefined; // XCHGL AX, AX is 90, the NOP, as Go's assembler has it
    case From.Rm: f.rm = op; return undefined;
    case From.Is4: return undefined;
    default: return `a register ${wrongKind}`;
  }
}

/** One-size instructions whose operand happens to be 16 bits wide: they take no 66. */
const oneSize = new Set(['ltr', 'lldt', 'verr', 'verw', 'lmsw', 'fnstsw', 'ret', 'enter']);

class Writer {
  private readonly out: number[] = [];
  private dispAt = -1;
  private immAt = -1;
  private ripAt = -1;

  constructor(
    private readonly form: Form,
    private readonly f: Fields,
    private readonly ops: readonly Operand[],
    private readonly options: EncodeOptions,
  ) {}

  write(): Encoded | EncodeFailure {
    const { form, f, out } = this;
    const mem = f.rm?.kind === 'mem' ? f.rm : undefined;
    const moffs = this.ops.find((o, i): o is MemOperand => o.kind === 'mem' && form.operands[i]!.from === From.Moffs);
    const string = this.ops.find((o, i): o is MemOperand => o.kind === 'mem' && form.operands[i]!.from === From.Source) ?? this.ops.find((o): o is MemOperand => o.kind === 'mem');
    const addressed = mem ?? moffs ?? string;
    this.prefixes(addressed);
    const bad = form.space === Space.Legacy ? this.legacyOpcode(mem) : form.space === Space.Vex ? this.vexOpcode(mem) : this.evexOpcode(mem);
    if (bad) return { operand: this.ops.findIndex((o) => o.kind === 'reg' && o.high === true), reason: bad, range: true };
    if (form.fixed >= 0) out.push(form.fixedPlus ? form.fixed | (f.rm?.kind === 'reg' ? f.rm.index & 7 : 0) : form.fixed);
    else if (form.modrm) {
      const reason = this.modrm();
      if (reason) return { operand: this.ops.findIndex((o) => o.kind === 'mem'), reason };
    }
    if (moffs) this.number(moffs.disp as bigint, moffs.addr32 ? 4 : 8);
    return this.trailing(mem);
  }

  private prefixes(mem: MemOperand | undefined): void {
    const { form, out, options } = this;
    if (options.lock) out.push(0xf0);
    switch (mem?.seg) {
      case 'es': out.push(0x26); break;
      case 'cs': out.push(0x2e); break;
      case 'ss': out.push(0x36); break;
      case 'ds': out.push(0x3e); break;
      case 'fs': out.push(0x64); break;
      case 'gs': out.push(0x65); break;
      case undefined: break;
    }
    if (mem?.addr32 || form.addr32) out.push(0x67);
    if (form.space !== Space.Legacy) return;
    if (form.pp === Pp.P66 || (form.size === 16 && !oneSize.has(form.name))) out.push(0x66);
    if (form.pp === Pp.F3 || options.rep === 'rep') out.push(0xf3);
    if (form.pp === Pp.F2 || options.rep === 'repne') out.push(0xf2);
  }

  /** Fourth bits of the index and of the base or register in ModRM.rm. */
  private extensions(mem: MemOperand | undefined): { x: number; b: number } {
    const rm = this.f.rm;
    if (mem) return { x: ((mem.index?.index ?? 0) >> 3) & 1, b: ((mem.base?.index ?? 0) >> 3) & 1 };
    return { x: 0, b: this.form.plus ? (this.f.opcode >> 3) & 1 : rm?.kind === 'reg' && this.form.fixed < 0 ? (rm.index >> 3) & 1 : 0 };
  }

  private legacyOpcode(mem: MemOperand | undefined): string | undefined {
    const { form, f, out } = this;
    const { x, b } = this.extensions(mem);
    const rex = (form.w === 1 ? 8 : 0) | (f.reg > 7 ? 4 : 0) | (x << 1) | b;
    if (rex || f.rexNeeded) {
      if (f.rexForbidden) return 'AH, BH, CH and DH cannot stand beside a register that needs REX';
      out.push(0x40 | rex);
    }
    if (form.map > 0) out.push(0x0f);
    if (form.map > 1) out.push(form.map === 2 ? 0x38 : 0x3a);
    out.push(form.opcode | (form.plus ? f.opcode & 7 : 0));
    return undefined;
  }

  private vexOpcode(mem: MemOperand | undefined): string | undefined {
    const { form, f, out } = this;
    const { x, b } = this.extensions(mem);
    const low = ((~f.vvvv & 15) << 3) | (Math.max(0, form.l) << 2) | form.pp;
    const r = f.reg > 7 ? 0 : 0x80;
    if (!x && !b && form.map === 1 && form.w !== 1) out.push(0xc5, r | low);
    else out.push(0xc4, r | (x ? 0 : 0x40) | (b ? 0 : 0x20) | form.map, (form.w === 1 ? 0x80 : 0) | low);
    out.push(form.opcode);
    return undefined;
  }

  private evexOpcode(mem: MemOperand | undefined): string | undefined {
    const { form, f, out, options } = this;
    const bits = options.evex ?? { mask: 0, zero: false, b: false, length: 0 };
    let { x, b } = this.extensions(mem);
    let v = f.vvvv;
    if (!mem && f.rm?.kind === 'reg') {
      b = (f.rm.index >> 3) & 1;
      x = (f.rm.index >> 4) & 1;
    }
    if (mem?.index && mem.index.file !== 'gpr') v |= mem.index.index & 16;
    const p0 = ((f.reg & 8) ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | (f.reg & 16 ? 0 : 0x10) | form.map;
    const p1 = (form.w === 1 ? 0x80 : 0) | ((~v & 15) << 3) | 4 | form.pp;
    const length = bits.b && !mem ? bits.length : Math.max(0, form.l);
    out.push(0x62, p0, p1, (bits.zero ? 0x80 : 0) | (length << 5) | (bits.b ? 0x10 : 0) | (v & 16 ? 0 : 8) | bits.mask, form.opcode);
    return undefined;
  }

  private modrm(): string | undefined {
    const { form, f, out } = this;
    const reg = (form.digit >= 0 ? form.digit : f.reg & 7) << 3;
    const rm = f.rm;
    if (rm === undefined || rm.kind === 'reg') {
      out.push(0xc0 | reg | (rm ? (rm.high ? rm.index + 4 : rm.index & 7) : 0));
      return undefined;
    }
    const disp = rm.disp as bigint;
    if (rm.rip) {
      out.push(reg | 5);
      this.ripAt = this.dispAt = out.length;
      this.number(0n, 4);
      return undefined;
    }
    const address = rm.addr32 ? BigInt.asIntN(32, disp) : disp;
    if (!fitsSigned(address, 32)) return `displacement ${disp} does not fit 32 bits`;
    const unit = BigInt(form.space === Space.Evex ? this.dispUnit() : 1);
    const short = !this.options.wideDisp && address % unit === 0n && fitsSigned(address / unit, 8);
    const base = rm.base ? rm.base.index & 7 : 5;
    const mod = !rm.base ? 0 : address === 0n && base !== 5 && !this.options.wideDisp ? 0 : short ? 1 : 2;
    if (rm.index || !rm.base || base === 4) {
      out.push((mod << 6) | reg | 4, (Math.log2(rm.scale) << 6) | ((rm.index ? rm.index.index & 7 : 4) << 3) | base);
    } else out.push((mod << 6) | reg | base);
    if (mod === 0 && rm.base) return undefined;
    this.dispAt = out.length;
    if (mod === 1) this.number(address / unit, 1);
    else this.number(address, 4);
    return undefined;
  }

  private dispUnit(): number {
    const broadcast = this.options.evex?.b ? this.form.operands.find((o) => o.from === From.Rm)!.broadcast : 0;
    return broadcast ? broadcast >> 3 : this.form.dispUnit;
  }

  /** Immediates and branch displacements, then what depends on the length. */
  private trailing(mem: MemOperand | undefined): Encoded | EncodeFailure {
    const { form, ops, out } = this;
    const pc = BigInt(this.options.pc ?? 0);
    const end = out.length + form.trailing;
    for (let i = 0; i < ops.length; i++) {
      const spec = form.operands[i]!;
      const op = ops[i]!;
      if (spec.from === From.Imm && op.kind === 'imm') {
        this.immAt = out.length;
        this.number(op.value as bigint, spec.bits >> 3);
      } else if (spec.from === From.Is4 && op.kind === 'reg') out.push(op.index << 4);
      else if (spec.from === From.Rel && op.kind === 'rel') {
        const d = BigInt.asIntN(64, (op.target as bigint) - pc - BigInt(end));
        if (!fitsSigned(d, spec.bits)) return { operand: i, reason: `branch of ${d} bytes does not fit ${spec.bits} bits` };
        this.immAt = out.length;
        this.number(d, spec.bits >> 3);
      }
    }
    if (this.ripAt >= 0 && mem) {
      const d = BigInt.asIntN(mem.addr32 ? 32 : 64, (mem.disp as bigint) - pc - BigInt(out.length));
      if (!fitsSigned(d, 32)) return { operand: ops.indexOf(mem), reason: 'address is out of reach of a 32-bit displacement' };
      for (let i = 0; i < 4; i++) out[this.ripAt + i] = Number((d >> BigInt(8 * i)) & 0xffn);
    }
    return { row: form.row, bytes: Uint8Array.from(out), dispAt: this.dispAt, immAt: this.immAt };
  }

  private number(v: bigint, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.out.push(Number((v >> BigInt(8 * i)) & 0xffn));
  }
}
