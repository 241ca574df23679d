/**
 * A function's statements to items for layout: frame, stack check, branches, literals; the rest by arm64encode.ts.
 *
 * The frame as Go's assembler makes it. A function that declares locals or calls something saves LR, unless it is
 * NOFRAME; with LR stands the caller's frame pointer. So, from the caller's view down:
 *
 *     arguments          name+0(FP); 8 bytes below them the caller keeps its LR
 *     (padding)          frames are multiples of 16
 *     locals             name-8(SP) is the highest word
 *     saved LR           0(RSP)
 *     saved R29          -8(RSP), below the frame; R29 points here
 *
 * FP and the pseudo-register SP are offsets from RSP, which the body is taken not to move. RET takes the frame down again.
 * A function that may need more stack than the guard leaves (not NOSPLIT, and no small leaf) first compares RSP with
 * g's stack guard, and calls morestack at its end.
 */
import { vectors } from '../isa/arm64/regs.js';
import { prefetchNumber } from '../isa/arm64/sysregs.js';
import type { Operand } from '../isa/row.js';
import { registerOf, REGFP, REGLR } from './arm64.js';
import { branchForms, callForm, isBranch, literalForm, loadsPlace, type BranchKind } from './arm64branch.js';
import { code, fail, type Code, type Inst } from './arm64code.js';
import { encodeInst } from './arm64encode.js';
import { LiteralPool } from './arm64pool.js';
import { at as memoryAt, bytesOf, value, word, W, X } from './arm64word.js';
import { SyntaxFault } from './cursor.js';
import type { Diagnostics, Position } from './diag.js';
import type { Item } from './layout.js';
import type { SavedRegister } from './object.js';
import { Places, type BodyStatement, type Draft, type Place } from './places.js';
import { flag, type Arg, type InstStatement, type MemArg, type SymbolName, type TextStatement } from './syntax.js';
import type { Constants } from './target.js';

/** Bytes that a function may use below the guard without a check; and how far SP may be trusted not to wrap. */
const stackSmall = 128;
const stackBig = 4096;
/** g.stackguard0. */
const stackGuard = 16n;
/** The largest frame that a store with pre-index opens. */
const smallFrame = 0xf0;

/** Items of one function. Errors are reported; what is wrong is left out. */
export function lowerFunction(text: TextStatement, body: readonly BodyStatement[], constants: Constants, diagnostics: Diagnostics): Item[] {
  return new Lowering(text, body, constants, diagnostics).run();
}

/** What a load from a place loads, or the kind of a prefetch. */
function literalOperand(mnemonic: string, to: Arg): Operand | undefined {
  if (mnemonic === 'PRFM') {
    const kind = to.kind === 'name' ? prefetchNumber(to.name) : to.kind === 'imm' && to.value >= 0n && to.value < 32n ? Number(to.value) : undefined;
    return kind === undefined ? undefined : value(kind);
  }
  const reg = to.kind === 'reg' ? registerOf(to.reg)! : undefined;
  const letter = { MOVWU: 'W', MOVD: 'X', MOVW: 'X', FMOVS: 'S', FMOVD: 'D', FMOVQ: 'Q' }[mnemonic]!;
  const general = letter === 'X' || letter === 'W';
  if (!reg || reg.file !== (general ? 'gpr' : 'f')) return undefined;
  return letter === 'X' ? X(reg.index) : letter === 'W' ? W(reg.index) : vectors[letter]![reg.index];
}

class Lowering {
  private readonly items: Draft[] = [];
  /** First item of each statement. */
  private readonly starts: number[] = [];
  private readonly marks = new Map<string, number>();
  private readonly places: Places;
  private readonly pool = new LiteralPool();
  /** It calls nothing. */
  private readonly leaf: boolean;
  /** All of the frame, LR and padding with it; 0: there is none. */
  private readonly frame: number;
  private readonly padding: number;

  constructor(
    private readonly text: TextStatement,
    private readonly body: readonly BodyStatement[],
    private readonly constants: Constants,
    private readonly diagnostics: Diagnostics,
  ) {
    this.places = new Places(text, body, diagnostics);
    const calls = body.some((s) => s.kind === 'inst' && /^(BL|CALL)$/.test(s.mnemonic));
    const noframe = (text.flags & flag.NOFRAME) !== 0 || text.frame === -8;
    const declared = text.frame === -8 ? 0 : text.frame;
    if (declared < 0) diagnostics.error(text.at, `frame size ${text.frame} of ${text.symbol.name} is negative`);
    else if (noframe && declared > 0) diagnostics.error(text.at, `${text.symbol.name} is NOFRAME: its frame size must be 0`);
    else if (declared % 8 !== 0) diagnostics.error(text.at, `frame size ${declared} of ${text.symbol.name} is not a multiple of 8`);
    const none = noframe || (!calls && declared === 0);
    const used = Math.max(0, declared) + 8;
    this.padding = none ? 0 : used % 16 === 8 ? 8 : 16;
    this.frame = none ? 0 : used + this.padding;
    this.leaf = !calls || this.frame === 0;
  }

  run(): Item[] {
    const split = (this.text.flags & flag.NOSPLIT) === 0 && this.frame > 0 && !(this.leaf && this.frame < stackSmall);
    if (split) this.stackCheck();
    this.prologue();
    const bodyAt = this.items.length;
    this.body.forEach((s, i) => {
      this.starts.push(this.items.length);
      this.guarded(() => this.statement(s, i));
    });
    this.starts.push(this.items.length);
    if (split) this.callMorestack();
    const pooled = this.pool.place(this.items, this.starts, this.marks);
    return this.places.resolve(pooled.items, pooled.starts, pooled.marks, pooled.moved(bodyAt));
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (e) {
      if (!(e instanceof SyntaxFault)) throw e;
      this.diagnostics.error(e.at, e.message);
    }
  }

  // Instructions that are not in the source.

  private reg(name: string): Arg {
    return { kind: 'reg', reg: name, at: this.text.at };
  }

  private imm(v: number): Arg {
    return { kind: 'imm', value: BigInt(v), at: this.text.at };
  }

  private emit(mnemonic: string, args: readonly Arg[], effect: { readonly push?: number; readonly saved?: readonly SavedRegister[]; readonly at?: Position } = {}): void {
    const at = effect.at ?? this.text.at;
    this.add(encodeInst({ mnemonic, suffixes: [], args, at }, this.constants), at, effect);
  }

  /** Words by their form. */
  private emitWords(words: readonly number[], at: Position, effect: { readonly push?: number; readonly saved?: readonly SavedRegister[] } = {}): void {
    this.add(code(...words), at, effect);
  }

  private add(c: Code, at: Position, effect: { readonly push?: number; readonly saved?: readonly SavedRegister[] } = {}): void {
    const extra = { ...(effect.push !== undefined && { push: effect.push }), ...(effect.saved && { saved: effect.saved }) };
    if (c.literal) this.items.push(this.pool.load(c.literal, c.words, at));
    else this.items.push({ kind: 'code', bytes: bytesOf(c.words), fixups: c.fixups, at, ...extra });
  }

  private jump(kind: BranchKind, to: Place, at: Position): void {
    this.items.push({ kind: 'jump', forms: branchForms(kind), to, at });
  }

  private call(name: 'B' | 'BL', symbol: SymbolName, offset: bigint, at: Position, blame = at): void {
    this.items.push({ kind: 'code', bytes: bytesOf([callForm(name)]), fixups: [{ kind: 'call26', offset: 0, symbol, addend: offset, at: blame }], at });
  }

  /** RSP, or RSP less the frame, against the guard in g. */
  private stackCheck(): void {
    const { at } = this.text;
    this.marks.set('check', this.items.length);
    this.emitWords([word('LDR Xt, [Xn|SP, #imm12*8]', X(16), memoryAt(28, stackGuard))], at);
    if (this.frame <= stackSmall) this.emit('CMP', [this.reg('R16'), this.reg('RSP')]);
    else {
      // So large a frame may wrap around below 0.
      const large = this.frame > stackBig;
      this.emit(large ? 'SUBS' : 'SUB', [this.imm(this.frame - stackSmall), this.reg('RSP'), this.reg('R17')]);
      if (large) this.jump({ name: 'BLO' }, 'morestack', at);
      this.emit('CMP', [this.reg('R16'), this.reg('R17')]);
    }
    this.jump({ name: 'BLS' }, 'morestack', at);
  }

  /** The stack is that of the entry again: nothing of the frame exists yet when the check fails. */
  private callMorestack(): void {
    const { at } = this.text;
    const name = (this.text.flags & flag.NEEDCTXT) !== 0 ? 'runtime.morestack' : 'runtime.morestack_noctxt';
    this.items.push({ kind: 'mark', at, push: -this.frame, saved: [] });
    this.marks.set('morestack', this.items.length);
    this.emit('MOVD', [this.reg('LR'), this.reg('R3')]);
    this.call('BL', { name, local: false, at }, 0n, at);
    this.jump({ name: 'B' }, 'check', at);
  }

  /** DWARF's view of the open frame. */
  private get savedInFrame(): readonly SavedRegister[] {
    return [{ register: REGLR, offset: -this.frame }, { register: REGFP, offset: -this.frame - 8 }];
  }

  /**
   * LR and R29 are stored before or with the change of RSP: a signal in between must find a whole frame. A large
   * frame is made below R20 first.
   */
  private prologue(): void {
    const { at } = this.text;
    if (this.frame === 0) return;
    if (this.frame > smallFrame) {
      this.emit('SUB', [this.imm(this.frame), this.reg('RSP'), this.reg('R20')]);
      this.emitWords([word('STP Xt, Xt2, [Xn|SP, #simm7*8]', X(REGFP), X(REGLR), memoryAt(20, -8))], at);
      this.emit('MOVD', [this.reg('R20'), this.reg('RSP')], { push: this.frame, saved: this.savedInFrame });
    } else {
      this.emitWords([word('STR Xt, [Xn|SP, #simm9]!', X(REGLR), memoryAt(31, -this.frame, 'pre'))], at, { push: this.frame, saved: this.savedInFrame.slice(0, 1) });
      this.emitWords([word('STUR Xt, [Xn|SP, #simm9]', X(REGFP), memoryAt(31, -8))], at, { saved: this.savedInFrame });
    }
    this.emit('SUB', [this.imm(8), this.reg('RSP'), this.reg('R29')]);
  }

  // The body.

  private statement(s: BodyStatement, index: number): void {
    if (s.kind === 'align') this.items.push({ kind: 'align', to: s.to, at: s.at });
    else if (s.kind === 'inst') this.instruction(s, index);
  }

  private instruction(s: InstStatement, index: number): void {
    if (s.suffixes.length > 0) this.checkMoved(s);
    const inst: Inst = { mnemonic: s.mnemonic, suffixes: s.suffixes, args: s.args.map((a) => this.resolveFrame(a)), at: s.at };
    switch (s.mnemonic) {
      case 'RET':
        return this.ret(inst);
      case 'B': case 'JMP': case 'BL': case 'CALL':
        return this.transfer(inst, index);
    }
    if (isBranch(s.mnemonic)) return this.branch(inst, index);
    if (inst.args[0]?.kind === 'pc' && loadsPlace(s.mnemonic)) return this.placeLoad(inst, inst.args[0], index);
    this.add(encodeInst(inst, this.constants), s.at, { ...this.moved(inst) });
  }

  /** MOVD 5(PC), R1. */
  private placeLoad(inst: Inst, from: Arg & { kind: 'pc' }, index: number): void {
    const { args, mnemonic, at } = inst;
    const to = args[1];
    if (args.length !== 2 || inst.suffixes.length > 0) throw new SyntaxFault(at, `${mnemonic} from a place of the function takes that place and a register`);
    const form = literalForm(mnemonic, literalOperand(mnemonic, to!) ?? fail(to!.at, `${mnemonic}: this operand does not fit here`));
    if (!form) throw new SyntaxFault(to!.at, `${mnemonic}: this operand does not fit here`);
    this.items.push({ kind: 'jump', forms: [form], to: this.places.target(from, index), exact: true, at });
  }

  /** .P and .W move their base, and FP and SP have none. */
  private checkMoved(s: InstStatement): void {
    const frame = s.args.find((a): a is MemArg => a.kind === 'mem' && (a.pseudo === 'FP' || a.pseudo === 'SP'));
    if (frame) throw new SyntaxFault(frame.at, `${s.mnemonic}.${s.suffixes.join('.')} would move a pseudo-register`);
  }

  /** By how much ADD and SUB of a constant to RSP move it: for debuggers only. */
  private moved(inst: Inst): { readonly push?: number } {
    const [from] = inst.args;
    const to = inst.args[inst.args.length - 1];
    if (!/^(ADD|SUB)$/.test(inst.mnemonic) || from?.kind !== 'imm' || to?.kind !== 'reg' || to.reg !== 'RSP') return {};
    return { push: inst.mnemonic === 'SUB' ? Number(from.value) : -Number(from.value) };
  }

  /** FP and the pseudo SP to offsets from RSP. */
  private resolveFrame(arg: Arg): Arg {
    if (arg.kind !== 'mem' || arg.pseudo === undefined || arg.pseudo === 'SB') return arg;
    const base = arg.pseudo === 'FP' ? this.frame + 8 : this.frame - this.padding;
    return { ...arg, symbol: undefined, pseudo: undefined, base: 'RSP', offset: arg.offset + BigInt(base) };
  }

  private ret(inst: Inst): void {
    const { args, at } = inst;
    const [to] = args;
    if (args.length > 1) throw new SyntaxFault(args[1]!.at, 'RET takes one operand at most');
    if (this.frame > 0) this.epilogue(at);
    if (to?.kind === 'mem' && to.pseudo === 'SB' && !to.address && !to.indirect && to.index === undefined) this.call('B', to.symbol!, 0n, at, to.at);
    else this.emitWords([word('RET Xn', X(to ? this.indirect(inst, to) : REGLR))], at);
    // What follows is reached by a branch from where the frame still stands.
    if (this.frame > 0) this.items.push({ kind: 'mark', at, push: this.frame, saved: this.savedInFrame });
  }

  private epilogue(at: Position): void {
    const down = { push: -this.frame, saved: [] };
    if (this.leaf) {
      // LR is untouched.
      this.emit('ADD', [this.imm(this.frame - 8), this.reg('RSP'), this.reg('R29')], { at });
      this.emit('ADD', [this.imm(this.frame), this.reg('RSP')], { at, ...down });
    } else if (this.frame <= smallFrame) {
      this.emitWords([word('LDUR Xt, [Xn|SP, #simm9]', X(REGFP), memoryAt(31, -8))], at);
      this.emitWords([word('LDR Xt, [Xn|SP], #simm9', X(REGLR), memoryAt(31, this.frame, 'post'))], at, down);
    } else {
      this.emitWords([word('LDP Xt, Xt2, [Xn|SP, #simm7*8]', X(REGFP), X(REGLR), memoryAt(31, -8))], at);
      // In one instruction, so that the frame is never half there.
      if (this.frame < 4096) this.emit('ADD', [this.imm(this.frame), this.reg('RSP')], { at, ...down });
      else {
        this.emit('MOVD', [this.imm(this.frame), this.reg('R27')], { at });
        this.emit('ADD', [this.reg('R27'), this.reg('RSP')], { at, ...down });
      }
    }
  }

  /** The register in `(R1)` or `R1`. */
  private indirect(inst: Inst, to: Arg): number {
    const name = to.kind === 'reg' ? to.reg : to.kind === 'mem' && to.base !== undefined && to.index === undefined && to.offset === 0n && !to.address && !to.indirect ? to.base : undefined;
    const reg = name === undefined ? undefined : registerOf(name);
    return reg?.file === 'gpr' ? reg.index : fail(to.at, `${inst.mnemonic} takes a symbol, a label or a register: ${inst.mnemonic} (R1)`);
  }

  /** B and BL: to a symbol, through a register, to a label. */
  private transfer(inst: Inst, index: number): void {
    const [to] = inst.args;
    if (inst.args.length !== 1) throw new SyntaxFault(inst.at, `${inst.mnemonic} takes one operand, found ${inst.args.length}`);
    const link = inst.mnemonic === 'BL' || inst.mnemonic === 'CALL';
    if (to!.kind === 'label' || to!.kind === 'pc') {
      const target = this.places.target(to!, index);
      if (!link) this.places.jump(index, target);
      return this.jump({ name: link ? 'BL' : 'B' }, target, inst.at);
    }
    if (to!.kind === 'mem' && to!.pseudo === 'SB' && !to!.indirect) {
      if (to!.address || to!.index !== undefined) throw new SyntaxFault(to!.at, `${inst.mnemonic} takes a symbol without $ or index`);
      return this.call(link ? 'BL' : 'B', to!.symbol!, to!.offset, inst.at, to!.at);
    }
    this.emitWords([word(link ? 'BLR Xn' : 'BR Xn', X(this.indirect(inst, to!)))], inst.at);
  }

  /** A conditional branch within the function, or the address of a place in it. */
  private branch(inst: Inst, index: number): void {
    const { args, mnemonic, at } = inst;
    const address = mnemonic.startsWith('ADR');
    const count = mnemonic.startsWith('B') ? 1 : mnemonic.startsWith('TB') ? 3 : 2;
    if (args.length !== count) throw new SyntaxFault(at, `${mnemonic} takes ${count} operands, found ${args.length}`);
    const to = args[address ? 0 : count - 1]!;
    if (to.kind !== 'label' && to.kind !== 'pc') throw new SyntaxFault(to.at, `${mnemonic} takes a label of this function`);
    const reg = count === 1 ? undefined : args[count - (address ? 1 : 2)]!;
    if (reg && (reg.kind !== 'reg' || registerOf(reg.reg)!.file !== 'gpr')) throw new SyntaxFault(reg.at, `${mnemonic}: a general register is needed here`);
    const [bit] = args;
    if (count === 3 && (bit!.kind !== 'imm' || bit!.value < 0n || bit!.value > 63n)) throw new SyntaxFault(bit!.at, `${mnemonic} takes the number of a bit, 0 to 63`);
    const target = this.places.target(to, index);
    const register = reg?.kind === 'reg' ? registerOf(reg.reg)!.index : undefined;
    const kind = { name: mnemonic, register, bit: count === 3 && bit!.kind === 'imm' ? Number(bit!.value) : undefined };
    this.items.push({ kind: 'jump', forms: branchForms(kind), to: target, exact: address, at });
  }
}
