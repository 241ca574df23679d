/**
 * A function's statements to items for layout: frame, stack check, branches, the rest by amd64encode.ts.
 *
 * The frame as Go's assembler makes it. A function that declares locals or calls something saves BP, unless it is
 * NOFRAME; locals stand below. So, from the caller's view down:
 *
 *     arguments          name+0(FP)
 *     return address
 *     saved BP           when there is one; BP points here
 *     locals             name-8(SP) is the highest word; 0(SP) the lowest byte
 *
 * FP and the pseudo-register SP are turned into offsets from the hardware's SP, which PUSH, POP and ADJSP move; so
 * the text is followed in the order it is written. RET takes the frame down again. A function that may need more
 * stack than the guard leaves (not NOSPLIT, and no small leaf) first compares SP with g's stack guard, and calls
 * morestack at its end.
 */
import type { Diagnostics, Position } from './diag.js';
import { encodeInst, encodeRow, type Inst } from './amd64encode.js';
import { rowsNamed } from './amd64.js';
import { isEncodeFailure } from '../isa/x86/encode.js';
import { From } from '../isa/x86/form.js';
import { formOf } from '../isa/x86/table.js';
import type { BranchForm, Item } from './layout.js';
import { SyntaxFault } from './operand.js';
import { Places, type BodyStatement, type Draft, type Place } from './places.js';
import { flag, type Arg, type InstStatement, type MemArg, type SymbolName, type TextStatement } from './syntax.js';
import type { Constants } from './target.js';

/** Bytes that a function may use below the guard without a check; and how far SP may be trusted not to wrap. */
const stackSmall = 128;
const stackBig = 4096;
/** g.stackguard0. */
const stackGuard = 16n;

/** Calls to these do not make a function need its own stack check: they take no arguments and end the goroutine. */
const leafCalls = new Set(['runtime.panicdivide', 'runtime.panicwrap', 'runtime.panicshift', 'runtime.panicBounds', 'runtime.panicExtend']);

/** Items of one function. Errors are reported; what is wrong is left out. */
export function lowerFunction(text: TextStatement, body: readonly BodyStatement[], constants: Constants, diagnostics: Diagnostics): Item[] {
  return new Lowering(text, body, constants, diagnostics).run();
}

class Lowering {
  private readonly items: Draft[] = [];
  /** First item of each statement. */
  private readonly starts: number[] = [];
  private readonly places: Places;
  /** Bytes by which SP stands below its value at entry. */
  private depth = 0;
  private readonly saveBP: boolean;
  /** Locals and the saved BP. */
  private readonly frame: number;
  private readonly locals: number;

  constructor(
    private readonly text: TextStatement,
    private readonly body: readonly BodyStatement[],
    private readonly constants: Constants,
    private readonly diagnostics: Diagnostics,
  ) {
    const declared = Math.max(0, text.frame);
    const calls = body.some((s) => s.kind === 'inst' && /^(CALL|DUFFCOPY|DUFFZERO)$/.test(s.mnemonic));
    this.saveBP = (text.flags & flag.NOFRAME) === 0 && (declared > 0 || calls);
    this.places = new Places(text, body, diagnostics);
    this.locals = declared;
    this.frame = declared + (this.saveBP ? 8 : 0);
  }

  run(): Item[] {
    if (this.locals % 8 !== 0) this.diagnostics.error(this.text.at, `frame size ${this.locals} of ${this.text.symbol.name} is not a multiple of 8`);
    const split = this.needsSplit();
    const checkAt = this.items.length;
    if (split) this.stackCheck();
    this.prologue();
    const bodyAt = this.items.length;
    this.body.forEach((s, i) => {
      this.starts.push(this.items.length);
      this.guarded(() => this.statement(s, i));
    });
    this.starts.push(this.items.length);
    const morestackAt = this.items.length;
    if (split) this.callMorestack();
    return this.places.resolve(this.items, this.starts, new Map([['check', checkAt], ['morestack', morestackAt]]), bodyAt);
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (e) {
      if (!(e instanceof SyntaxFault)) throw e;
      this.diagnostics.error(e.at, e.message);
    }
  }

  /** Small functions that call nothing stay within what the guard leaves. */
  private needsSplit(): boolean {
    if ((this.text.flags & flag.NOSPLIT) !== 0) return false;
    if (this.frame >= stackSmall) return true;
    return this.body.some((s) => {
      if (s.kind !== 'inst') return false;
      if (/^DUFF/.test(s.mnemonic)) return this.frame >= stackSmall - 8;
      if (s.mnemonic !== 'CALL') return false;
      const [to] = s.args;
      const leaf = to?.kind === 'mem' && to.pseudo === 'SB' && to.symbol !== undefined && leafCalls.has(to.symbol.name);
      return !leaf || this.frame >= stackSmall - 8;
    });
  }

  // Instructions that are not in the source.

  private emit(mnemonic: string, args: readonly Arg[], push = 0, at = this.text.at): void {
    const code = encodeInst({ mnemonic, suffixes: [], args, at }, this.constants);
    this.items.push({ kind: 'code', bytes: code.bytes, fixups: code.fixups, at, push });
  }

  private reg(name: string): Arg {
    return { kind: 'reg', reg: name, at: this.text.at };
  }

  private imm(value: number): Arg {
    return { kind: 'imm', value: BigInt(value), at: this.text.at };
  }

  private memory(base: string, offset: bigint): MemArg {
    return { kind: 'mem', symbol: undefined, pseudo: undefined, offset, base, index: undefined, scale: 1, address: false, indirect: false, at: this.text.at };
  }

  private jump(mnemonic: string, to: Place, at: Position): void {
    this.items.push({ kind: 'jump', forms: branchForms(mnemonic), to, at });
  }

  private callSymbol(opcode: number, symbol: SymbolName, offset: bigint, at: Position, blame = at): void {
    this.items.push({ kind: 'code', bytes: [opcode, 0, 0, 0, 0], fixups: [{ kind: 'pc32', offset: 1, symbol, addend: offset - 4n, at: blame }], at });
  }

  /** g to R14, then SP, or SP less the frame, against its guard. */
  private stackCheck(): void {
    this.emit('MOVQ', [this.memory('TLS', 0n), this.reg('R14')]);
    const guard = this.memory('R14', stackGuard);
    if (this.frame <= stackSmall) this.emit('CMPQ', [this.reg('SP'), guard]);
    else if (this.frame <= stackBig) {
      this.emit('LEAQ', [this.memory('SP', BigInt(stackSmall - this.frame)), this.reg('R12')]);
      this.emit('CMPQ', [this.reg('R12'), guard]);
    } else {
      // So large a frame may wrap around below 0.
      this.emit('MOVQ', [this.reg('SP'), this.reg('R12')]);
      this.emit('SUBQ', [this.imm(this.frame - stackSmall), this.reg('R12')]);
      this.jump('JCS', 'morestack', this.text.at);
      this.emit('CMPQ', [this.reg('R12'), guard]);
    }
    this.jump('JLS', 'morestack', this.text.at);
  }

  /** The stack is that of the entry again: nothing of the frame exists yet when the check fails. */
  private callMorestack(): void {
    const { at } = this.text;
    const name = (this.text.flags & flag.NEEDCTXT) !== 0 ? 'runtime.morestack' : 'runtime.morestack_noctxt';
    this.items.push({ kind: 'mark', at, push: -this.depth });
    this.callSymbol(0xe8, { name, local: false, at }, 0n, at);
    this.jump('JMP', 'check', at);
  }

  private prologue(): void {
    if (this.saveBP) {
      this.emit('PUSHQ', [this.reg('BP')], 8);
      this.emit('MOVQ', [this.reg('SP'), this.reg('BP')]);
    }
    if (this.locals > 0) this.adjust(this.locals, this.text.at);
    this.depth = this.frame;
  }

  /** SP down by `bytes`. 128 fits a byte only as -128, so for it the other instruction is used. */
  private adjust(bytes: number, at: Position): void {
    if (bytes === 0) return;
    const add = bytes === 128 || (bytes < 0 && bytes !== -128);
    this.emit(add ? 'ADDQ' : 'SUBQ', [this.imm(add ? -bytes : bytes), this.reg('SP')], bytes, at);
  }

  // The body.

  private statement(s: BodyStatement, index: number): void {
    if (s.kind === 'align') this.items.push({ kind: 'align', to: s.to, at: s.at });
    else if (s.kind === 'inst') this.instruction(s, index);
  }

  private instruction(s: InstStatement, index: number): void {
    const args = s.args.map((a) => this.resolveFrame(a));
    const inst: Inst = { mnemonic: s.mnemonic, suffixes: s.suffixes, args, at: s.at };
    switch (s.mnemonic) {
      case 'RET':
        return this.ret(inst);
      case 'ADJSP':
        return this.adjsp(inst);
      case 'CALL':
      case 'JMP':
        return this.transfer(inst, index);
      case 'DUFFZERO':
      case 'DUFFCOPY':
        return this.duff(inst);
    }
    if (/^J|^LOOP|^XBEGIN$/.test(s.mnemonic)) return this.branch(inst, index);
    const code = encodeInst(inst, this.constants);
    const push = pushed(s.mnemonic);
    const later = this.accumulatorForm(inst);
    this.items.push({ kind: 'code', bytes: code.bytes, fixups: code.fixups, at: s.at, push, ...(later && { later }) });
    this.depth += push;
  }

  /** A byte operation on AX with a constant, as it is for AL: see layout.ts. */
  private accumulatorForm(inst: Inst): readonly number[] | undefined {
    if (!/^(ADC|ADD|AND|CMP|OR|SBB|SUB|TEST|XOR)B$/.test(inst.mnemonic)) return undefined;
    if (!inst.args.some((a) => a.kind === 'reg' && a.reg === 'AX') || !inst.args.some((a) => a.kind === 'imm')) return undefined;
    const args = inst.args.map((a): Arg => (a.kind === 'reg' ? { ...a, reg: 'AL' } : a));
    return encodeInst({ ...inst, args }, this.constants).bytes;
  }

  /** FP and the pseudo SP to offsets from the hardware's SP as it stands here. */
  private resolveFrame(arg: Arg): Arg {
    if (arg.kind !== 'mem' || arg.pseudo === undefined || arg.pseudo === 'SB') return arg;
    const base = arg.pseudo === 'FP' ? this.depth + 8 : this.depth - (this.saveBP ? 8 : 0);
    return { ...arg, symbol: undefined, pseudo: undefined, base: 'SP', offset: arg.offset + BigInt(base) };
  }

  private ret(inst: Inst): void {
    const { args, at } = inst;
    if (this.depth !== this.frame) {
      throw new SyntaxFault(at, `PUSH and POP are unbalanced at this RET: ${Math.abs(this.depth - this.frame)} bytes ${this.depth > this.frame ? 'too many' : 'too few'} on the stack`);
    }
    this.adjust(-this.locals, at);
    if (this.saveBP) this.emit('POPQ', [this.reg('BP')], -8, at);
    const [to] = args;
    if (args.length === 1 && to!.kind === 'mem' && to!.pseudo === 'SB' && !to!.address && !to!.indirect) this.callSymbol(0xe9, to!.symbol!, to!.offset, at, to!.at);
    else {
      const code = encodeInst(inst, this.constants);
      this.items.push({ kind: 'code', bytes: code.bytes, fixups: [], at, push: 0 });
    }
    // What follows is reached by a branch from where the frame still stands.
    this.items.push({ kind: 'mark', at, push: this.frame });
  }

  private adjsp(inst: Inst): void {
    const [arg] = inst.args;
    if (inst.args.length !== 1 || arg!.kind !== 'imm' || BigInt.asIntN(31, arg!.value) !== arg!.value) throw new SyntaxFault(arg?.at ?? inst.at, 'ADJSP takes one constant: ADJSP $16');
    this.adjust(Number(arg!.value), inst.at);
    this.depth += Number(arg!.value);
  }

  /** CALL and JMP: to a symbol, through a register or memory, to a label. */
  private transfer(inst: Inst, index: number): void {
    const [to] = inst.args;
    if (inst.args.length !== 1) throw new SyntaxFault(inst.at, `${inst.mnemonic} takes one operand, found ${inst.args.length}`);
    if (to!.kind === 'label' || to!.kind === 'pc') {
      if (inst.mnemonic === 'JMP') return this.branch(inst, index);
      throw new SyntaxFault(to!.at, 'CALL takes a symbol, a register or memory, not a place in this function');
    }
    if (to!.kind === 'mem' && to!.pseudo === 'SB' && !to!.indirect) {
      if (to!.address || to!.index !== undefined) throw new SyntaxFault(to!.at, `${inst.mnemonic} takes a symbol without $ or index`);
      this.callSymbol(inst.mnemonic === 'CALL' ? 0xe8 : 0xe9, to!.symbol!, to!.offset, inst.at, to!.at);
      return;
    }
    const code = encodeInst(inst, this.constants);
    this.items.push({ kind: 'code', bytes: code.bytes, fixups: code.fixups, at: inst.at });
  }

  /** A call into the middle of runtime.duffzero or runtime.duffcopy. */
  private duff(inst: Inst): void {
    const [arg] = inst.args;
    if (inst.args.length !== 1 || arg!.kind !== 'imm') throw new SyntaxFault(arg?.at ?? inst.at, `${inst.mnemonic} takes one constant`);
    this.callSymbol(0xe8, { name: `runtime.${inst.mnemonic.toLowerCase()}`, local: false, at: arg!.at }, arg!.value, inst.at);
  }

  /** A branch within the function. */
  private branch(inst: Inst, index: number): void {
    const [to] = inst.args;
    if (inst.args.length !== 1) throw new SyntaxFault(inst.at, `${inst.mnemonic} takes one operand, found ${inst.args.length}`);
    if (to!.kind !== 'label' && to!.kind !== 'pc') throw new SyntaxFault(to!.at, `${inst.mnemonic} takes a label of this function`);
    const target = this.places.target(to!, index);
    if (inst.mnemonic === 'JMP') this.places.jump(index, target);
    this.jump(inst.mnemonic, target, inst.at);
  }
}

/** Bytes by which an instruction moves SP down. */
function pushed(mnemonic: string): number {
  const m = /^(PUSH|POP)F?([WLQ])$/.exec(mnemonic);
  if (!m) return 0;
  const width = { W: 2, L: 4, Q: 8 }[m[2]!]!;
  return m[1] === 'PUSH' ? width : -width;
}

/** A branch in its short and its long form, with displacements of 8 and 32 bits, from the rows. */
function branchForms(mnemonic: string): BranchForm[] {
  const forms = new Map<number, BranchForm>();
  for (const row of rowsNamed(mnemonic)) {
    const [spec] = formOf(row).operands;
    if (spec?.from !== From.Rel) continue;
    const code = encodeRow(row, [{ kind: 'rel', target: 0n, bits: spec.bits }]);
    if (isEncodeFailure(code)) continue;
    const width = spec.bits === 8 ? 1 : 4;
    if (!forms.has(width)) forms.set(width, branchForm(Array.from(code.bytes.subarray(0, code.immAt)), width));
  }
  return [...forms.values()].sort((a, b) => a.size - b.size);
}

/** `head` and then the distance from the end in `width` bytes. Four bytes reach all that an image may hold. */
function branchForm(head: readonly number[], width: 1 | 4): BranchForm {
  const size = head.length + width;
  return {
    size,
    reaches: (distance) => width === 4 || (distance - size >= -128 && distance - size <= 127),
    bytes: (distance) => [...head, ...Array.from({ length: width }, (_, i) => ((distance - size) >> (8 * i)) & 0xff)],
  };
}
