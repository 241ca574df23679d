/**
 * The manual's notation as data: `x86('ADDQ', 'ADD r/m64, imm8', 'REX.W + 83 /0 ib', {...})`.
 */
import type { Lift, Row } from '../row.js';

export interface RowSpec {
  readonly access?: string;
  readonly flags?: string;
  readonly cls?: string;
  readonly feature?: string;
  readonly lock?: boolean;
  readonly ends?: boolean;
  readonly lift?: Lift;
  readonly gnu?: string;
}

/** A row without its id, which the table of its ISA assigns by position. */
export type RowDraft = Omit<Row, 'id'>;

export function x86(mnemonic: string, form: string, encoding: string, spec: RowSpec = {}): RowDraft {
  return {
    isa: 'amd64',
    mnemonic,
    form,
    encoding,
    access: spec.access ?? '',
    flags: spec.flags ?? '',
    cls: spec.cls ?? 'alu',
    feature: spec.feature,
    lock: spec.lock ?? false,
    ends: spec.ends ?? false,
    lift: spec.lift,
    gnu: spec.gnu,
  };
}
