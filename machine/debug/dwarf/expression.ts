/**
 * Location expressions: a stack machine whose result says where a value is. What cannot be told (a register that is not known, the
 * value that a parameter had at entry) makes the value absent; a program that is broken is a DebugError. DWARF 5, sections 2.5, 2.6
 * and 7.7.
 *
 * Left out: typed operations of DWARF 5, calls of other expressions, thread-local addresses: the value is absent.
 */
import { Cursor } from '../cursor.js';

/** Where a value is. */
export type Location =
  | { readonly kind: 'memory'; readonly address: number }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'absent'; readonly why: string };

/** A part of a value: the next `bits` of it. */
export interface Piece {
  readonly location: Location;
  readonly bits: number;
}

/** What an expression may ask for. Registers have DWARF's numbers. Answers are undefined where nobody knows. */
export interface Context {
  register(number: number): bigint | undefined;
  frameBase(): number | undefined;
  /** The address that the frame's code had SP at before its call. */
  cfa(): number | undefined;
  read(address: number, bytes: number): Uint8Array | undefined;
  /** Of the unit's table of addresses. */
  indexedAddress(index: number): number;
}

const enum OP {
  addr = 0x03, deref = 0x06, const1u = 0x08, const1s, const2u, const2s, const4u, const4s, const8u, const8s, constu, consts, dup, drop, over, pick, swap, rot,
  abs = 0x19, and, div, minus, mod, mul, neg, not, or, plus, plusUconst, shl, shr, shra, xor, bra, eq, ge, gt, le, lt, ne, skip, lit0 = 0x30, reg0 = 0x50,
  breg0 = 0x70, regx = 0x90, fbreg, bregx, piece, derefSize, nop = 0x96, callFrameCfa = 0x9c, bitPiece, implicitValue, stackValue, implicitPointer, addrx,
  constx, entryValue, gnuEntryValue = 0xf3,
}

/** Expressions may jump backwards; real ones take a few steps. */
const mostSteps = 10_000;

/** The value cannot be told: caught in `evaluate`. */
class Absent extends Error {}

const absent = (why: string): Location => ({ kind: 'absent', why });

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const s64 = (value: bigint): bigint => BigInt.asIntN(64, value);

/** The address of an expression that consists of one alone, as those of global variables do. */
export function addressOnly(unit: { readonly addressBytes: number; indexedAddress(index: number): number }, bytes: Uint8Array): number | undefined {
  const c = new Cursor('expression', bytes);
  if (c.done) return undefined;
  const code = c.u8();
  const address = code === OP.addr ? c.unsigned(unit.addressBytes) : code === OP.addrx ? unit.indexedAddress(c.uleb()) : undefined;
  return c.done ? address : undefined;
}

/** Where the value is. `initial`: what the stack holds at first, for rules of call frames. Errors: DebugError. */
export function evaluate(bytes: Uint8Array, addressBytes: number, context: Context, initial: readonly bigint[] = []): Location {
  try {
    return new Evaluation(new Cursor('expression', bytes), addressBytes, context, [...initial]).run();
  } catch (e) {
    if (e instanceof Absent) return absent(e.message);
    throw e;
  }
}

class Evaluation {
  private readonly pieces: Piece[] = [];
  /** A location other than the address on the stack, until a piece or the end takes it. */
  private found: Location | undefined;

  constructor(
    private readonly c: Cursor,
    private readonly addressBytes: number,
    private readonly context: Context,
    private readonly stack: bigint[],
  ) {}

  run(): Location {
    const { c } = this;
    for (let steps = 0; !c.done; steps++) {
      if (steps > mostSteps) c.fail('does not end');
      this.step(c.u8());
    }
    if (this.pieces.length > 0) return { kind: 'pieces', pieces: this.pieces };
    return this.location();
  }

  /** What has been found since the last piece. */
  private location(): Location {
    const found = this.found;
    this.found = undefined;
    if (found !== undefined) return found;
    const address = this.stack.pop();
    return address === undefined ? absent('optimized out') : { kind: 'memory', address: Number(address) };
  }

  private push(value: bigint | number): void {
    if (this.stack.length > 1000) this.c.fail('the stack grows without end');
    this.stack.push(u64(BigInt(value)));
  }

  private pop(): bigint {
    return this.stack.pop() ?? this.c.fail('the stack is empty');
  }

  private register(number: number): bigint {
    const value = this.context.register(number);
    if (value === undefined) throw new Absent(`register ${number} is not known`);
    return value;
  }

  private load(address: bigint, bytes: number): bigint {
    if (bytes > 8) this.c.fail(`a load of ${bytes} bytes`);
    const read = this.context.read(Number(address), bytes);
    if (read === undefined) throw new Absent(`no memory at 0x${address.toString(16)}`);
    return read.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);
  }

  private step(code: number): void {
    const { c } = this;
    if (code >= OP.lit0 && code < OP.reg0) this.push(code - OP.lit0);
    else if (code >= OP.reg0 && code < OP.breg0) this.found = { kind: 'register', register: code - OP.reg0 };
    else if (code >= OP.breg0 && code < OP.regx) this.push(this.register(code - OP.breg0) + BigInt(c.slebExact()));
    else if (code <= OP.consts || code === OP.addrx || code === OP.constx) this.constant(code);
    else if (code >= OP.abs && code <= OP.skip) this.arithmetic(code);
    else this.other(code);
  }

  private constant(code: number): void {
    const { c } = this;
    switch (code) {
      case OP.addr: return this.push(c.unsigned(this.addressBytes));
      case OP.deref: return this.push(this.load(this.pop(), this.addressBytes));
      case OP.const1u: return this.push(c.u8());
      case OP.const1s: return this.push(c.i8());
      case OP.const2u: return this.push(c.u16());
      case OP.const2s: return this.push((c.u16() << 16) >> 16);
      case OP.const4u: return this.push(c.u32());
      case OP.const4s: return this.push(c.i32());
      case OP.const8u: case OP.const8s: return this.push(c.big64());
      case OP.constu: return this.push(c.ulebExact());
      case OP.consts: return this.push(c.slebExact());
      case OP.addrx: case OP.constx: return this.push(this.context.indexedAddress(c.uleb()));
      default: c.fail(`operation 0x${code.toString(16)} is not read`, c.at - 1);
    }
  }

  private arithmetic(code: number): void {
    const { c } = this;
    const divisor = (): bigint => {
      const value = this.pop();
      return value === 0n ? c.fail('a division by zero') : value;
    };
    const shift = (): bigint => {
      const count = this.pop();
      return count > 64n ? 64n : count;
    };
    switch (code) {
      case OP.abs: { const a = s64(this.pop()); return this.push(a < 0n ? -a : a); }
      case OP.neg: return this.push(-this.pop());
      case OP.not: return this.push(~this.pop());
      case OP.and: return this.push(this.pop() & this.pop());
      case OP.or: return this.push(this.pop() | this.pop());
      case OP.xor: return this.push(this.pop() ^ this.pop());
      case OP.plus: return this.push(this.pop() + this.pop());
      case OP.mul: return this.push(this.pop() * this.pop());
      case OP.minus: { const b = this.pop(); return this.push(this.pop() - b); }
      case OP.div: { const b = s64(divisor()); return this.push(s64(this.pop()) / b); }
      case OP.mod: { const b = divisor(); return this.push(this.pop() % b); }
      case OP.plusUconst: return this.push(this.pop() + BigInt(c.ulebExact()));
      case OP.shl: { const n = shift(); return this.push(this.pop() << n); }
      case OP.shr: { const n = shift(); return this.push(this.pop() >> n); }
      case OP.shra: { const n = shift(); return this.push(s64(this.pop()) >> n); }
      case OP.skip: return this.jump(true);
      case OP.bra: return this.jump(this.pop() !== 0n);
      default: {
        const b = s64(this.pop());
        const a = s64(this.pop());
        const holds = code === OP.eq ? a === b : code === OP.ne ? a !== b : code === OP.ge ? a >= b : code === OP.gt ? a > b : code === OP.le ? a <= b : a < b;
        return this.push(holds ? 1 : 0);
      }
    }
  }

  private jump(taken: boolean): void {
    const { c } = this;
    const by = (c.u16() << 16) >> 16;
    if (!taken) return;
    if (c.at + by < 0 || c.at + by > c.end) c.fail('a jump leaves the expression');
    c.at += by;
  }

  private other(code: number): void {
    const { c, stack } = this;
    const at = (fromTop: number): bigint => stack[stack.length - 1 - fromTop] ?? c.fail('the stack is too short');
    switch (code) {
      case OP.nop: return;
      case OP.dup: return this.push(at(0));
      case OP.drop: this.pop(); return;
      case OP.over: return this.push(at(1));
      case OP.pick: return this.push(at(c.u8()));
      case OP.swap: { const [a, b] = [this.pop(), this.pop()]; this.push(a); return this.push(b); }
      case OP.rot: { const [a, b, d] = [this.pop(), this.pop(), this.pop()]; this.push(a); this.push(d); return this.push(b); }
      case OP.derefSize: { const size = c.u8(); return this.push(this.load(this.pop(), size)); }
      case OP.regx: this.found = { kind: 'register', register: c.uleb() }; return;
      case OP.bregx: { const register = c.uleb(); return this.push(this.register(register) + BigInt(c.slebExact())); }
      case OP.fbreg: {
        const base = this.context.frameBase();
        if (base === undefined) throw new Absent('the frame is not known');
        return this.push(BigInt(base) + BigInt(c.slebExact()));
      }
      case OP.callFrameCfa: {
        const cfa = this.context.cfa();
        if (cfa === undefined) throw new Absent('the frame is not known');
        return this.push(cfa);
      }
      case OP.piece: this.pieces.push({ location: this.location(), bits: 8 * c.uleb() }); return;
      case OP.bitPiece: { const bits = c.uleb(); c.uleb(); this.pieces.push({ location: this.location(), bits }); return; }
      case OP.stackValue: this.found = { kind: 'value', value: this.pop() }; return;
      case OP.implicitValue: this.found = { kind: 'bytes', bytes: c.block(c.uleb()) }; return;
      default: return this.unknowable(code);
    }
  }

  /** Operations whose result nobody can tell here: the whole value is absent. */
  private unknowable(code: number): void {
    const { c } = this;
    if (code === OP.entryValue || code === OP.gnuEntryValue) throw new Absent('optimized out: the value at entry is not kept');
    if (code === OP.implicitPointer) throw new Absent('optimized out: a pointer to what is not in memory');
    if (code >= 0xe0 || (code >= 0x97 && code <= 0xa9)) throw new Absent(`operation 0x${code.toString(16)} is not supported`);
    c.fail(`operation 0x${code.toString(16)} is unknown`, c.at - 1);
  }
}
