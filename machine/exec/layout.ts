/**
 * Where a kind's holes lie in its record.
 *
 * A record is one or more units of 16 bytes. The first has u16 op, three u16 (register slots, pre-scaled), 8 bytes of
 * immediates; further ones are 16 bytes of anything. Kinds outside the main function have their table index as the
 * first u16 and always two units, because the main function steps over them by a constant.
 * Kinds that end a block keep what the block costs in a fixed place, so that every arm finds it alike.
 *
 * Measured against 32-byte records with u32 slots (reference/engine-tier0.md): 2 to 5 % faster on wide code, half the memory.
 */
import type { ConstRef, ParamKind, SlotRef, Unit } from '../../isa/ir.js';

export const unitBytes = 16;
/** In a record that ends a block: (ticks << 24) + instructions of the whole block, i64. */
export const costOffset = 24;
/** Records of kinds outside the main function: their function's table index, u16. */
export const indexOffset = 2;
export const coldUnits = 2;
/**
 * Changes no address of a context or a record, which lie at the low end of memory. V8 sees by it that there is no upper half, and keeps one register
 * for such an address instead of one for 32 bits and one for 64: interval timing is 2 to 3 % quicker.
 */
export const addressMask = 0x7fffffff;

/** value: u16 slots and shifts, i32 or i64 constants. link: address of another record, i32. */
export type Role = 'value' | 'link';
export type Width = 2 | 4 | 8;

export interface Field {
  readonly param: number;
  readonly role: Role;
  readonly offset: number;
  readonly bytes: Width;
}

export interface Layout {
  readonly fields: readonly Field[];
  readonly units: number;
}

const widthOf: Record<ParamKind, Width> = { slot: 2, i32: 4, i64: 8, link: 4 };

interface Hole {
  readonly param: number;
  readonly role: Role;
  readonly bytes: Width;
}

/** The holes that nodes use, each role once: CALL's return address is a value, a branch's targets are links. */
function holes(unit: Unit): Hole[] {
  const found: Hole[] = [];
  const add = (ref: ConstRef | SlotRef | undefined, role: Role): void => {
    if (typeof ref !== 'object') return;
    const { param } = ref;
    if (found.some((h) => h.param === param && h.role === role)) return;
    found.push({ param, role, bytes: role === 'link' ? 4 : widthOf[unit.params[param]!] });
  };
  for (const n of unit.nodes) {
    const role = n.op === 'jump' || n.op === 'branch' ? 'link' : 'value';
    add(n.slot, 'value');
    add(n.imm, role);
    add(n.fall, role);
  }
  return found.sort((a, b) => b.bytes - a.bytes);
}

/** First fit, widest first. `ends`: room for the cost; `cold`: room for the table index. */
export function layOut(unit: Unit, ends: boolean, cold: boolean): Layout {
  const taken = new Uint8Array(8 * unitBytes);
  taken.fill(1, 0, 2);
  if (cold) taken.fill(1, indexOffset, indexOffset + 2);
  if (ends) taken.fill(1, costOffset, costOffset + 8);
  const fields: Field[] = [];
  let size = ends ? costOffset + 8 : 2;
  for (const hole of holes(unit)) {
    let offset = 0;
    while (overlaps(taken, offset, hole.bytes)) offset += hole.bytes;
    taken.fill(1, offset, offset + hole.bytes);
    fields.push({ param: hole.param, role: hole.role, offset, bytes: hole.bytes });
    size = Math.max(size, offset + hole.bytes);
  }
  const units = Math.ceil(size / unitBytes);
  if (units > coldUnits) throw new Error(`a record of ${units} units`); // no form of x86-64 has that many operands
  return { fields, units: cold ? coldUnits : units };
}

function overlaps(taken: Uint8Array, offset: number, bytes: number): boolean {
  for (let i = offset; i < offset + bytes; i++) if (taken[i] !== 0) return true;
  return false;
}

/** Of a kind that no code uses yet. */
export const noLayout: Layout = { fields: [], units: 0 };
