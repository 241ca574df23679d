/** What call frame information says at a pc: how the caller's frame (CFA) and registers follow from those of a function. DWARF 5, sections 6.4.2 and 6.4.3. */
import type { Cursor } from '../cursor.js';
import type { FrameEntry } from './cfi.js';

/** How a register of the caller is found. Offsets count from the CFA. */
export type Rule =
  | { readonly kind: 'undefined' }
  | { readonly kind: 'same' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'valueOffset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array }
  | { readonly kind: 'valueExpression'; readonly expression: Uint8Array };

export type CfaRule = { readonly register: number; readonly offset: number } | { readonly expression: Uint8Array };

export interface Row {
  readonly cfa: CfaRule | undefined;
  /** Registers without a rule have what the ABI gives them. */
  readonly rules: ReadonlyMap<number, Rule>;
}

const enum CFA {
  nop, setLoc, advanceLoc1, advanceLoc2, advanceLoc4, offsetExtended, restoreExtended, undefined, sameValue, register, rememberState, restoreState,
  defCfa, defCfaRegister, defCfaOffset, defCfaExpression, expression, offsetExtendedSf, defCfaSf, defCfaOffsetSf, valOffset, valOffsetSf, valExpression,
  negateRaState = 0x2d, gnuArgsSize = 0x2e, gnuNegativeOffset = 0x2f, advanceLoc = 0x40, offset = 0x80, restore = 0xc0,
}

/** The row of a function's table that holds at `pc`. Errors: DebugError. */
export function rowAt(entry: FrameEntry, pc: number): Row {
  const machine = new RowMachine(entry, pc);
  machine.run(entry.common.instructions());
  machine.initial = new Map(machine.rules);
  machine.run(entry.instructions());
  return { cfa: machine.cfa, rules: machine.rules };
}

class RowMachine implements Row {
  cfa: CfaRule | undefined;
  rules = new Map<number, Rule>();
  /** The rules of the common entry, which `restore` goes back to. */
  initial = new Map<number, Rule>();
  private at: number;
  private readonly saved: { cfa: CfaRule | undefined; rules: Map<number, Rule> }[] = [];

  constructor(
    private readonly entry: FrameEntry,
    private readonly pc: number,
  ) {
    this.at = entry.low;
  }

  /** Runs until a row begins behind the pc, or to the end. */
  run(c: Cursor): void {
    while (!c.done && this.at <= this.pc) {
      const code = c.u8();
      const low = code & 0x3f;
      if (code >= CFA.restore) this.restore(low);
      else if (code >= CFA.offset) this.offset(low, c.uleb());
      else if (code >= CFA.advanceLoc) this.advance(low);
      else this.step(c, code);
    }
  }

  private advance(units: number): void {
    this.at += units * this.entry.common.codeUnit;
  }

  private offset(register: number, units: number): void {
    this.rules.set(register, { kind: 'offset', offset: units * this.entry.common.dataUnit });
  }

  private restore(register: number): void {
    const rule = this.initial.get(register);
    if (rule === undefined) this.rules.delete(register);
    else this.rules.set(register, rule);
  }

  private step(c: Cursor, code: number): void {
    const { dataUnit, addressBytes } = this.entry.common;
    const cfaRegister = (): number => (this.cfa !== undefined && 'register' in this.cfa ? this.cfa.register : c.fail('the frame follows from no register'));
    switch (code) {
      case CFA.nop: return;
      case CFA.setLoc: this.at = c.unsigned(addressBytes); return;
      case CFA.advanceLoc1: return this.advance(c.u8());
      case CFA.advanceLoc2: return this.advance(c.u16());
      case CFA.advanceLoc4: return this.advance(c.u32());
      case CFA.offsetExtended: return this.offset(c.uleb(), c.uleb());
      case CFA.offsetExtendedSf: return this.offset(c.uleb(), c.sleb());
      case CFA.gnuNegativeOffset: return this.offset(c.uleb(), -c.uleb());
      case CFA.restoreExtended: return this.restore(c.uleb());
      case CFA.undefined: this.rules.set(c.uleb(), { kind: 'undefined' }); return;
      case CFA.sameValue: this.rules.set(c.uleb(), { kind: 'same' }); return;
      case CFA.register: { const to = c.uleb(); this.rules.set(to, { kind: 'register', register: c.uleb() }); return; }
      case CFA.rememberState:
        if (this.saved.length > 1000) c.fail('states are remembered without end');
        this.saved.push({ cfa: this.cfa, rules: new Map(this.rules) });
        return;
      case CFA.restoreState: {
        const state = this.saved.pop() ?? c.fail('no state is remembered');
        this.cfa = state.cfa;
        this.rules = state.rules;
        return;
      }
      case CFA.defCfa: this.cfa = { register: c.uleb(), offset: c.uleb() }; return;
      case CFA.defCfaSf: this.cfa = { register: c.uleb(), offset: c.sleb() * dataUnit }; return;
      case CFA.defCfaRegister: {
        const offset = this.cfa !== undefined && 'offset' in this.cfa ? this.cfa.offset : c.fail('the frame follows from no register');
        this.cfa = { register: c.uleb(), offset };
        return;
      }
      case CFA.defCfaOffset: this.cfa = { register: cfaRegister(), offset: c.uleb() }; return;
      case CFA.defCfaOffsetSf: this.cfa = { register: cfaRegister(), offset: c.sleb() * dataUnit }; return;
      case CFA.defCfaExpression: this.cfa = { expression: c.block(c.uleb()) }; return;
      case CFA.expression: { const to = c.uleb(); this.rules.set(to, { kind: 'expression', expression: c.block(c.uleb()) }); return; }
      case CFA.valExpression: { const to = c.uleb(); this.rules.set(to, { kind: 'valueExpression', expression: c.block(c.uleb()) }); return; }
      case CFA.valOffset: { const to = c.uleb(); this.rules.set(to, { kind: 'valueOffset', offset: c.uleb() * dataUnit }); return; }
      case CFA.valOffsetSf: { const to = c.uleb(); this.rules.set(to, { kind: 'valueOffset', offset: c.sleb() * dataUnit }); return; }
      case CFA.negateRaState: return; // signed return addresses are plain ones on processors without the feature
      case CFA.gnuArgsSize: c.skipLeb(); return;
      default: c.fail(`call frame instruction 0x${code.toString(16)} is unknown`, c.at - 1);
    }
  }
}
