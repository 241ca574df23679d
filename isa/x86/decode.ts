/**
 * Bytes to Insn. SDM 2A, chapter 2 (instruction format) and 2D, appendix A (opcode maps).
 *
 * Each opcode of each map has a slot. Which row a slot's bytes mean depends on a few bits only: the ModRM digit,
 * register or memory, operand-size and repeat prefixes, REX.W, vector length. The choice among the rows is made
 * once per such combination, by rank, and remembered; decoding is then two array reads and the operands.
 *
 * `decode` itself is one long function: prefixes, opcode, the choice, ModRM, operands, in that order. Some twenty
 * locals run through all of it, and an object to carry them would be an allocation per instruction.
 *
 * Left out: 3DNow! and XOP; prefixes are Intel's (66 before a near branch is ignored).
 */
import type { DecodeFault } from '../isa.js';
import type { Insn, MemOperand, Operand, RegOperand, Row } from '../row.js';
import { From, Pp, Space, exchangeMap, placeOf, places, type Form, type OperandForm } from './form.js';
import { bnd, cr, crExists, dr, drExists, mask, mmx, r16, r32, r64, r8, r8legacy, seg, st, xmm, ymm, zmm } from './operands.js';
import { allRows, formOf, rows, rowsAt } from './table.js';

/** A decoded instruction; `ops` and the rest as row.ts says. */
class DecodedInsn implements Insn {
  constructor(
    readonly row: Row,
    readonly ops: readonly Operand[],
    readonly pc: number,
    readonly length: number,
    readonly lock: boolean,
    readonly rep: 'rep' | 'repne' | undefined,
    readonly bytes: Uint8Array,
  ) {}

  // few instructions need their address as a constant
  get next(): bigint {
    return BigInt(this.pc + this.length);
  }
  get here(): bigint {
    return BigInt(this.pc);
  }
}

/** One opcode of one map: its rows, and the choice made per combination (null: none). */
interface Slot {
  readonly forms: readonly Form[];
  readonly modrm: boolean;
  /** Rows with a whole ModRM byte: choose by that byte instead of by its digit. */
  readonly wide: boolean;
  readonly chosen: (Form | null | undefined)[];
}

/** Combinations of prefix state per ModRM key: 66, repeat, REX.W; or pp, W, L; or pp, W, L'L, b. */
const states = [24, 16, 64];
const slots: (Slot | null | undefined)[] = new Array<Slot | null | undefined>(places).fill(undefined);

function openSlot(place: number): Slot | null {
  const ids = rowsAt(place);
  if (ids.length === 0) return (slots[place] = null);
  const table = place < placeOf(Space.Vex, 0, 0) ? rows : allRows();
  const forms = ids.map((id) => formOf(table[id]!));
  const wide = forms.some((f) => f.fixed >= 0);
  const modrm = forms.some((f) => f.modrm);
  const size = (modrm ? (wide ? 72 : 16) : 1) * states[forms[0]!.space]!;
  return (slots[place] = { forms, modrm, wide, chosen: new Array<Form | null | undefined>(size).fill(undefined) });
}

/**
 * How well a row fits, 0 not at all. Mandatory prefixes and REX.W outrank rows that leave them open; the operand
 * size only ranks, because many rows have one size and ignore the prefixes.
 */
function rank(f: Form, modrm: number, p66: boolean, p67: boolean, rep: number, w: number, l: number, b: number): number {
  let score = 64;
  if (f.modrm) {
    const reg = modrm >= 0xc0;
    if (f.fixed >= 0) {
      if (f.fixedPlus ? (modrm & 0xf8) !== (f.fixed & 0xf8) : modrm !== f.fixed) return 0;
      score += f.fixedPlus ? 16 : 32;
    } else {
      if (f.digit >= 0) {
        if (((modrm >> 3) & 7) !== f.digit) return 0;
        score += 8;
      }
      if (reg ? !f.registerOk : !f.memoryOk) return 0;
    }
    if (f.space === Space.Evex && b) {
      if (reg ? !f.rounding && !f.suppress : !f.operands.some((o) => o.broadcast)) return 0;
      if (reg && l !== f.l) l = f.l < 0 ? l : f.l; // L'L is the rounding mode
    }
  }
  if (f.addr32) {
    if (!p67) return 0;
    score += 16;
  }
  if (f.w >= 0 && f.w !== w) return 0;
  if (f.w >= 0) score += 8;
  if (f.space !== Space.Legacy) {
    const pp = p66 ? Pp.P66 : rep === 1 ? Pp.F3 : rep === 2 ? Pp.F2 : Pp.None;
    return f.pp === pp && (f.l < 0 || f.l === l) ? score : 0;
  }
  switch (f.pp) {
    case Pp.None: if (p66 || rep) return 0; break;
    case Pp.P66: if (!p66 || rep) return 0; break;
    case Pp.F3: if (rep !== 1) return 0; break;
    case Pp.F2: if (rep !== 2) return 0; break;
    case Pp.Any: if (rep && f.noRepeat) return 0; break;
  }
  if (f.pp !== Pp.Any) score += 48;
  if (f.size) {
    const wide = f.size === 64 && f.w < 0; // pushes and near branches: 64 bits without REX.W
    const size = w ? 64 : p66 ? 16 : wide ? 64 : 32;
    score += size === f.size ? 4 : w && f.size === 16 ? -5 : -4;
  }
  return score;
}

function choose(slot: Slot, key: number, modrm: number, p66: boolean, p67: boolean, rep: number, w: number, l: number, b: number): Form | null {
  let best: Form | null = null;
  let bestScore = 0;
  for (const f of slot.forms) {
    const score = rank(f, modrm, p66, p67, rep, w, l, b);
    if (score > bestScore) {
      best = f;
      bestScore = score;
    }
  }
  return (slot.chosen[key] = best);
}

/** Small displacements and immediates, so that most need no new bigint. */
const small: readonly bigint[] = Array.from({ length: 4096 }, (_, i) => BigInt(i - 2048));
const big = (n: number): bigint => (n >= -2048 && n < 2048 ? small[n + 2048]! : BigInt(n));

const read16 = (b: Uint8Array, p: number): number => b[p]! | (b[p + 1]! << 8);
const read32 = (b: Uint8Array, p: number): number => b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
const read64 = (b: Uint8Array, p: number): bigint => BigInt.asIntN(64, (BigInt(read32(b, p + 4)) << 32n) | BigInt(read32(b, p) >>> 0));

function readImm(b: Uint8Array, p: number, bits: number, signed: boolean): bigint {
  switch (bits) {
    case 8: return big(signed ? (b[p]! << 24) >> 24 : b[p]!);
    case 16: return big(signed ? (read16(b, p) << 16) >> 16 : read16(b, p));
    case 32: return big(signed ? read32(b, p) : read32(b, p) >>> 0);
    default: return read64(b, p);
  }
}

/** Null segment overrides in 64-bit mode are kept for printers, but never displace FS or GS. */
type Seg = MemOperand['seg'];
const segOf = (byte: number): Seg => {
  switch (byte) {
    case 0x26: return 'es';
    case 0x2e: return 'cs';
    case 0x36: return 'ss';
    case 0x3e: return 'ds';
    case 0x64: return 'fs';
    default: return 'gs';
  }
};

/** A register operand by file; undefined where the file has no such register (#UD). */
function register(o: OperandForm, index: number, rex: number): RegOperand | undefined {
  switch (o.file) {
    case 'gpr': return (o.bits === 64 ? r64 : o.bits === 32 ? r32 : o.bits === 16 ? r16 : rex ? r8 : r8legacy)[index];
    case 'xmm': return xmm[index];
    case 'ymm': return ymm[index];
    case 'zmm': return zmm[index];
    case 'mmx': return mmx[index & 7];
    case 'st': return st[index & 7];
    case 'seg': return seg[index & 7];
    case 'mask': return mask[index];
    case 'cr': return crExists(index) ? cr[index] : undefined;
    case 'dr': return drExists(index) ? dr[index] : undefined;
    case 'bnd': return bnd[index];
    default: return undefined;
  }
}

const noBytes = new Uint8Array(0);

/**
 * Decodes the instruction at bytes[offset], which stands at address `pc`. Memory and branch operands are resolved
 * against `pc`. Reads no further than the instruction's end, nor past bytes.length. Who neither prints nor
 * encodes the instruction saves a copy by `keepBytes` false.
 */
export function decode(bytes: Uint8Array, offset: number, pc: number, keepBytes = true): Insn | DecodeFault {
  const whole = bytes.length - offset >= 15;
  const end = whole ? offset + 15 : bytes.length;
  const short = whole ? 'toolong' : 'truncated';
  let pos = offset;
  let rex = 0;
  let p66 = false;
  let p67 = false;
  let lock = false;
  let rep = 0; // 1 F3, 2 F2: the last one counts
  let segment: Seg = undefined;
  let op = 0;
  prefixes: for (;;) {
    if (pos >= end) return short;
    op = bytes[pos++]!;
    switch (op) {
      case 0x66: p66 = true; rex = 0; break;
      case 0x67: p67 = true; rex = 0; break;
      case 0xf0: lock = true; rex = 0; break;
      case 0xf2: rep = 2; rex = 0; break;
      case 0xf3: rep = 1; rex = 0; break;
      case 0x26: case 0x2e: case 0x36: case 0x3e:
        if (segment !== 'fs' && segment !== 'gs') segment = segOf(op);
        rex = 0;
        break;
      case 0x64: case 0x65: segment = segOf(op); rex = 0; break;
      default:
        if ((op & 0xf0) !== 0x40) break prefixes;
        rex = op; // counts only right before the opcode
    }
  }

  let space = Space.Legacy;
  let map = 0;
  let w = (rex >> 3) & 1;
  let rExt = (rex & 4) << 1;
  let xExt = (rex & 2) << 2;
  let bExt = (rex & 1) << 3;
  let vvvv = 0;
  let l = 0;
  let bcast = 0;
  let p2 = 0; // third EVEX payload byte
  let rHigh = 0; // EVEX: fifth bits of register numbers
  let bHigh = 0;
  if (op === 0x0f) {
    if (pos >= end) return short;
    op = bytes[pos++]!;
    map = 1;
    if (op === 0x38 || op === 0x3a) {
      map = op === 0x38 ? 2 : 3;
      if (pos >= end) return short;
      op = bytes[pos++]!;
    }
  } else if (op === 0xc5 || op === 0xc4 || op === 0x62) {
    const need = op === 0xc5 ? 2 : op === 0xc4 ? 3 : 4; // payload and opcode
    if (pos + need > end) return short;
    if (rex || p66 || lock || rep) return 'invalid';
    const p0 = bytes[pos]!;
    rExt = (~p0 & 0x80) >> 4;
    map = 1;
    let p1 = p0;
    if (op === 0xc5) {
      space = Space.Vex;
      w = 0;
    } else {
      p1 = bytes[pos + 1]!;
      xExt = (~p0 & 0x40) >> 3;
      bExt = (~p0 & 0x20) >> 2;
      w = p1 >> 7;
      if (op === 0xc4) {
        space = Space.Vex;
        map = p0 & 31;
        if (map === 0 || map > 3) return 'invalid';
      } else {
        space = Space.Evex;
        map = p0 & 7;
        if ((p0 & 8) !== 0 || (p1 & 4) === 0 || map === 0 || map === 4 || map === 7) return 'invalid';
        p2 = bytes[pos + 2]!;
        rHigh = ~p0 & 0x10;
        bHigh = xExt << 1; // for a register, X is the fifth bit of B
        l = (p2 >> 5) & 3;
        bcast = (p2 >> 4) & 1;
      }
    }
    vvvv = (~p1 >> 3) & 15;
    if (space === Space.Vex) l = (p1 >> 2) & 1;
    else vvvv |= (~p2 & 8) << 1;
    p66 = (p1 & 3) === 1;
    rep = (p1 & 3) === 2 ? 1 : (p1 & 3) === 3 ? 2 : 0;
    pos += need - 1;
    op = bytes[pos++]!;
  }

  if (op === 0x90 && map === 0 && bExt && rep !== 1 && space === Space.Legacy) map = exchangeMap;
  const place = placeOf(space, map, op);
  const slot = slots[place] === undefined ? openSlot(place) : slots[place]!;
  if (slot === null) return 'invalid';
  let modrm = 0;
  let key = 0;
  if (slot.modrm) {
    if (pos >= end) return short;
    modrm = bytes[pos]!;
    if (map === 1 && space === Space.Legacy && op >= 0x20 && op <= 0x23) modrm |= 0xc0; // moves of CR and DR ignore mod
    key = slot.wide ? (modrm >= 0xc0 ? modrm - 0xc0 + 8 : (modrm >> 3) & 7) : (modrm >= 0xc0 ? 8 : 0) + ((modrm >> 3) & 7);
  }
  if (space === Space.Legacy) key = key * 24 + (p67 ? 12 : 0) + (p66 ? 6 : 0) + rep * 2 + w;
  else {
    const pp = p66 ? 1 : rep === 0 ? 0 : rep + 1;
    key = space === Space.Vex ? key * 16 + pp * 4 + w * 2 + l : key * 64 + pp * 16 + w * 8 + l * 2 + bcast;
  }
  let form = slot.chosen[key];
  if (form === undefined) form = choose(slot, key, modrm, p66, p67, rep, w, l, bcast);
  if (form === null) return 'invalid';

  // where everything stands
  let memory: MemOperand | undefined;
  if (form.modrm) {
    pos++;
    if (modrm < 0xc0) {
      const sib = (modrm & 7) === 4;
      if (sib && pos >= end) return short;
      const sibByte = sib ? bytes[pos]! : 0;
      const mod = modrm >> 6;
      const ripOrNone = mod === 0 && ((modrm & 7) === 5 || (sib && (sibByte & 7) === 5));
      const dispBytes = mod === 1 ? 1 : mod === 2 || ripOrNone ? 4 : 0;
      if (sib) pos++;
      if (pos + dispBytes + form.trailing > end) return short;
      let disp = dispBytes === 1 ? (bytes[pos]! << 24) >> 24 : dispBytes === 4 ? read32(bytes, pos) : 0;
      pos += dispBytes;
      const rm = rmOperand(form);
      const files = p67 ? r32 : r64;
      let base: RegOperand | undefined;
      let index: RegOperand | undefined;
      let scale: 1 | 2 | 4 | 8 = 1;
      let rip = false;
      if (sib) {
        const i = ((sibByte >> 3) & 7) | xExt;
        if (rm.vsib) index = register(vectorIndex(rm), i | ((~p2 & 8) << 1 & (space === Space.Evex ? 16 : 0)), 0);
        else if (i !== 4) index = files[i];
        scale = (1 << (sibByte >> 6)) as 1 | 2 | 4 | 8;
        if (!(mod === 0 && (sibByte & 7) === 5)) base = files[(sibByte & 7) | bExt];
      } else if (rm.vsib) return 'invalid';
      else if (mod === 0 && (modrm & 7) === 5) rip = true;
      else base = files[(modrm & 7) | bExt];
      let bits = rm.memBits;
      if (space === Space.Evex) {
        const element = bcast ? rm.broadcast : 0;
        if (element) bits = element;
        if (dispBytes === 1) disp *= element ? element >> 3 : form.dispUnit;
      }
      let value = big(disp);
      if (rip) {
        const next = pc + (pos - offset) + form.trailing + disp;
        value = BigInt(p67 ? next >>> 0 : next); // far from the ends of 64 bits
      }
      memory = { kind: 'mem', bits, base, index, scale, disp: value, seg: segment, rip, addr32: p67 };
    } else if (pos + form.trailing > end) return short;
  } else if (pos + form.trailing > end) return short;

  const specs = form.operands;
  const moffsBytes = form.moffs ? (p67 ? 4 : 8) : 0;
  if (moffsBytes && pos + moffsBytes > end) return short;
  const length = pos - offset + form.trailing + moffsBytes;
  const next = pc + length;

  const ops = new Array<Operand>(specs.length); // of that size, where pushing would make room for seventeen
  for (let i = 0; i < specs.length; i++) {
    const o = specs[i]!;
    let operand: Operand | undefined;
    switch (o.from) {
      case From.Fixed: operand = o.fixed; break;
      case From.Reg: operand = register(o, ((modrm >> 3) & 7) | rExt | rHigh, rex); break;
      case From.Rm: operand = memory ?? register(o, o.file === 'mask' ? modrm & 7 : (modrm & 7) | bExt | (vectorFile(o) ? bHigh : 0), rex); break;
      case From.Vvvv: operand = register(o, vvvv, 1); break;
      case From.Opcode: operand = register(o, (op & 7) | bExt, rex); break;
      case From.Is4: operand = register(o, bytes[pos++]! >> 4, 1); break;
      case From.Imm:
        operand = { kind: 'imm', value: readImm(bytes, pos, o.bits, form.signedImm), bits: o.bits };
        pos += o.bits >> 3;
        break;
      case From.Rel: {
        const d = o.bits === 8 ? (bytes[pos]! << 24) >> 24 : o.bits === 16 ? (read16(bytes, pos) << 16) >> 16 : read32(bytes, pos);
        operand = { kind: 'rel', target: next + d < 0 ? BigInt.asUintN(64, BigInt(next + d)) : BigInt(next + d), bits: o.bits };
        pos += o.bits >> 3;
        break;
      }
      case From.Source:
      case From.Destination:
        operand = {
          kind: 'mem', bits: o.memBits, base: (p67 ? r32 : r64)[o.from === From.Source ? 6 : 7], index: undefined, scale: 1, disp: 0n,
          seg: o.from === From.Source ? segment : undefined, rip: false, addr32: p67,
        };
        break;
      case From.Moffs:
        operand = {
          kind: 'mem', bits: o.memBits, base: undefined, index: undefined, scale: 1, seg: segment, rip: false, addr32: p67,
          disp: p67 ? BigInt(read32(bytes, pos) >>> 0) : read64(bytes, pos),
        };
        pos += moffsBytes;
        break;
    }
    if (operand === undefined) return 'invalid';
    ops[i] = operand;
  }
  if (lock && !(form.row.lock && ops.length > 0 && ops[0]!.kind === 'mem')) return 'invalid';
  if (space !== Space.Legacy && !vexValid(form, vvvv, p2, space, memory !== undefined, bcast)) return 'invalid';
  if (memory?.index && memory.index.file !== 'gpr' && !gatherValid(ops, memory.index)) return 'invalid';
  const repeat = form.pp === Pp.F3 || form.pp === Pp.F2 || space !== Space.Legacy ? undefined : rep === 1 ? 'rep' : rep === 2 ? 'repne' : undefined;
  return new DecodedInsn(form.row, ops, pc, length, lock, repeat, keepBytes ? bytes.slice(offset, offset + length) : noBytes);
}

const vectorFile = (o: OperandForm): boolean => o.file === 'xmm' || o.file === 'ymm' || o.file === 'zmm';
const vectorIndexes: Record<string, OperandForm> = {};
function vectorIndex(rm: OperandForm): OperandForm {
  return (vectorIndexes[rm.vsib] ??= { ...rm, file: rm.vsib });
}

const noOperand: OperandForm = { from: From.Rm, file: '', bits: 0, memBits: 0, vsib: '', broadcast: 0, fixed: undefined };
const rmOperand = (form: Form): OperandForm => form.rm ?? noOperand;

/** A gather's destination, index and mask must be different registers. */
function gatherValid(ops: readonly Operand[], index: RegOperand): boolean {
  const [destination, , mask] = ops;
  if (destination!.kind !== 'reg') return true; // a scatter
  if (destination!.index === index.index) return false;
  return mask?.kind !== 'reg' || (mask.index !== destination!.index && mask.index !== index.index);
}

/** Fields of VEX and EVEX prefixes that must be zero when the row does not use them. */
function vexValid(f: Form, vvvv: number, p2: number, space: Space, memory: boolean, bcast: number): boolean {
  if (space === Space.Vex) return f.usesVvvv || vvvv === 0;
  const gather = rmOperand(f).vsib !== '';
  const k = p2 & 7;
  const z = p2 >> 7;
  if (!f.usesVvvv && (gather ? vvvv & 15 : vvvv)) return false;
  if (k && !f.masking) return false;
  if (z && (!f.zeroing || k === 0 || (memory && f.operands[0]!.from === From.Rm))) return false;
  if (gather && k === 0) return false;
  const l = (p2 >> 5) & 3;
  return l !== 3 || (bcast !== 0 && !memory); // L'L = 3 is only a rounding mode
}
