/**
 * Where a memory access goes, from the registers as they stand before its instruction. Numbers are exact for all addresses that a
 * program may name.
 */
import { common } from '../../isa/context.js';
import type { RegOperand } from '../../isa/row.js';
import { slots as x86Slots } from '../../isa/x86/regs.js';
import type { Ram } from '../memory/ram.js';
import type { Access } from '../uarch/cells.js';

const enum Extend { None, Unsigned, Signed }

/** Of an absent register, and of the zero register, the cell that is always zero. */
const slotOf = (r: RegOperand | undefined): number => (r !== undefined && typeof r.slot === 'number' && r.slot >= 0 ? r.slot : common.zero);

export class Address {
  readonly bytes: number;
  private readonly base: number;
  private readonly index: number;
  private readonly scale: number;
  private readonly disp: number;
  private readonly segment: number;
  private readonly extend: Extend;
  /** Arithmetic wraps at 32 bits. */
  private readonly narrow: boolean;

  /** `tagsIgnored`: see Isa. */
  constructor(access: Access, private readonly tagsIgnored: boolean) {
    const m = access.operand;
    this.bytes = access.bytes;
    // what is relative to the instruction arrives as an unsigned number
    this.disp = m?.rip && typeof m.disp === 'bigint' ? Number(BigInt.asIntN(64, m.disp)) : access.disp;
    this.base = m ? slotOf(m.base) : common.gpr + 8 * access.base;
    // after the access the base moves by an index; before, it is no part of the address
    this.index = m?.mode === 'post' ? common.zero : slotOf(m?.index);
    this.scale = access.scale;
    this.segment = m?.seg === 'fs' ? x86Slots.fsBase : m?.seg === 'gs' ? x86Slots.gsBase : common.zero;
    this.extend = m?.extend === 'uxtw' ? Extend.Unsigned : m?.extend === 'sxtw' ? Extend.Signed : Extend.None;
    this.narrow = m?.addr32 === true;
  }

  /** The address for the core whose context is at `ctx`. */
  of(ram: Ram, ctx: number): number {
    const { i32, u32 } = ram;
    let at = this.disp + signed(ram, ctx + this.base);
    if (this.index !== common.zero) {
      const low = (ctx + this.index) >> 2;
      at += this.scale * (this.extend === Extend.None ? signed(ram, ctx + this.index) : this.extend === Extend.Signed ? i32[low]! : u32[low]!);
    }
    if (this.narrow) at = ((at % 2 ** 32) + 2 ** 32) % 2 ** 32;
    if (this.segment !== common.zero) at += signed(ram, ctx + this.segment);
    return this.tagsIgnored && (at < 0 || at >= 2 ** 55) ? at - Math.floor(at / 2 ** 56) * 2 ** 56 : at;
  }
}

/** A register as a signed number: sums of small ones and addresses stay exact. */
const signed = (ram: Ram, at: number): number => ram.i32[(at >> 2) + 1]! * 4294967296 + ram.u32[at >> 2]!;
