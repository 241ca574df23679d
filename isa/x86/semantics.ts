/**
 * What executing a decoded instruction means on a given processor: its row's lift, or a trap.
 *
 * - no lift: `unimplemented`, which stops the run by name;
 * - a feature that CPUID does not advertise: `undefined` (#UD), as hardware does, except that TZCNT and LZCNT
 *   are BSF and BSR with an ignored prefix there;
 * - LOCK where it is not allowed, or without a memory destination: `undefined`.
 */
import type { IrBuilder } from '../ir.js';
import type { Insn, Lift } from '../row.js';
import type { CpuProfile } from './cpuid.js';
import { liftBsf, liftBsr } from './rows/bits.js';

/** Rows that are older instructions to processors without their feature. */
const elders: Readonly<Record<string, Lift>> = { TZCNT: liftBsf, LZCNT: liftBsr };

export function liftInsn(b: IrBuilder, insn: Insn, cpu: CpuProfile): void {
  const { row } = insn;
  if (insn.lock && !(row.lock && insn.ops[0]?.kind === 'mem')) return b.trap('undefined');
  if (!row.lift) return b.trap('unimplemented');
  if (row.feature === undefined || cpu.features.has(row.feature)) return row.lift(b, insn);
  const elder = elders[row.form.split(' ')[0]!];
  if (elder) elder(b, insn);
  else b.trap('undefined');
}
