/**
 * Where a kind's holes lie in its record.
 *
 * A record is one or more units of 16 bytes. The first has u16 op, three u16 (register slots, pre-scaled), 8 bytes of
 * immediates; further ones are 16 bytes of anything. Kinds outside the main function have their table index as the
 * first u16 and two units, because the main function steps over them by a constant; the rare ones that need more go on
 * behind a `skip` record, which steps over two units again.
 * Kinds that end a block keep what the block costs in a fixed place, so that every arm finds it alike.
 *
 * Measured against 32-byte records with u32 slots (reference/engine-tier0.md): 2 to 5 % faster on wide code, half the memory.
 */
import type { ParamKind, Unit } from '../../isa/ir.js';

export const unitBytes = 16;
/** In a record that ends a block: (ticks << 24) + instructions of the whole block, i64. */
export const costOffset = 24;
/** Records of kinds outside the main function: their function's table index, u16. */
export const indexOffset = 2;
export const coldUnits = 2;

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

/** The holes that nodes use, each role once: CALL's return address is a value, a branch's targets are links. */
function holes(unit: Unit): { param: number; role: Role; bytes: Width }[] {
  const found = new Map<string, { param: number; role: Role; bytes: Width }>();
  const add = (ref: unknown, role: Role): void => {
    if (typeof ref !== 'object' || ref === null) return;
    const { param } = ref as { param: number };
    const bytes = role === 'link' ? 4 : widthOf[unit.params[param]!];
    found.set(`${param} ${role}`, { param, role, bytes });
  };
  for (const n of unit.nodes) {
    const role = n.op === 'jump' || n.op === 'branch' ? 'link' : 'value';
    add(n.slot, 'value');
    add(n.imm, role);
    add(n.fall, role);
  }
  return [...found.values()];
}

/** First fit, widest first. `ends`: room for the cost; `cold`: room for the table index. */
export function layOut(unit: Unit, ends: boolean, cold: boolean): Layout {
  const taken: boolean[] = [];
  const take = (offset: number, bytes: number): void => {
    for (let i = 0; i < bytes; i++) taken[offset + i] = true;
  };
  take(0, 2);
  if (cold) {
    take(indexOffset, 2);
    take(coldUnits * unitBytes, 2); // a record this long goes on behind a `skip`
  }
  if (ends) take(costOffset, 8);
  const fields: Field[] = [];
  let size = ends ? costOffset + 8 : 2;
  for (const hole of holes(unit).sort((a, b) => b.bytes - a.bytes)) {
    let offset = 0;
    const free = (): boolean => !Array.from({ length: hole.bytes }, (_, i) => taken[offset + i]).includes(true);
    while (!free()) offset += hole.bytes;
    take(offset, hole.bytes);
    fields.push({ ...hole, offset });
    size = Math.max(size, offset + hole.bytes);
  }
  const units = Math.ceil(size / unitBytes);
  return { fields, units: !cold ? units : units > coldUnits ? 2 * coldUnits : coldUnits };
}
