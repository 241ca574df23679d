/** FXSAVE and FXRSTOR. The 64-bit forms differ only in how they store instruction and data pointers, which the model keeps at zero. SDM 2A. */
import type { Lift } from '../../row.js';
import { address } from '../lift.js';
import { x86, type RowDraft } from '../notation.js';

/** The image must be aligned to 16 bytes and accessible as a whole. */
const onImage = (helper: string, write: boolean): Lift => (b, insn) => {
  const op = insn.ops[0]!;
  if (op.kind !== 'mem') throw new Error('an image stands in memory');
  const a = address(b, op);
  b.trapIf(b.op('i32.ne', b.op('i32.and', b.op('i32.wrap_i64', a), b.i32(15)), b.i32(0)), 'protection');
  b.probe(512, a, write);
  b.callVoid(helper, a);
};
const save = { access: 'w', cls: 'fxsave', lift: onImage('fxsave', true) };
const restore = { access: 'r', cls: 'fxsave', ends: true, lift: onImage('fxrstor', false) };

export const fxsaveRows: readonly RowDraft[] = [
  x86('FXSAVE', 'FXSAVE m512byte', 'NP 0F AE /0', save),
  x86('FXSAVE64', 'FXSAVE64 m512byte', 'NP REX.W + 0F AE /0', save),
  x86('FXRSTOR', 'FXRSTOR m512byte', 'NP 0F AE /1', restore),
  x86('FXRSTOR64', 'FXRSTOR64 m512byte', 'NP REX.W + 0F AE /1', restore),
];
