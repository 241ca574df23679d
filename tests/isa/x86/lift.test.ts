/** Every row's lift, for a few operand choices each: the IR is well formed and keeps its order, with flags and without. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check, IrBuilder } from '../../../isa/ir.js';
import { featureNames, profile } from '../../../isa/x86/cpuid.js';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { liftInsn } from '../../../isa/x86/semantics.js';
import { rows } from '../../../isa/x86/table.js';
import { casesOf } from '../../helpers/cases.js';

const Lift = suite('lift');
const all = { ...profile('v2'), features: new Set<string>(featureNames) };

Lift('reads come first, then what may fault, then what the guest sees', () => {
  const faults: string[] = [];
  for (const row of rows) {
    if (!row.lift) continue;
    for (const c of casesOf(row, 2, 7)) {
      const insn = decode(c.code, 0, c.pc);
      if (isFault(insn)) throw new Error(`${row.form} does not decode`);
      for (const flagsLive of [true, false]) {
        const b = new IrBuilder();
        b.flagsLive = flagsLive;
        liftInsn(b, insn, all);
        for (const fault of check(b.unit())) faults.push(`${row.form} (${row.encoding}): ${fault}`);
      }
    }
  }
  assert.equal(faults, []);
});

Lift('every feature that a row names is one of CPUID', () => {
  const unknown = rows.filter((r) => r.feature !== undefined && !(featureNames as readonly string[]).includes(r.feature));
  assert.equal([...new Set(unknown.map((r) => r.feature))], []);
});

/** Trap that an instruction becomes on a processor of a level, or undefined. */
function trapOf(bytes: readonly number[], level: 'v1' | 'v2'): string | undefined {
  const insn = decode(Uint8Array.from(bytes), 0, 0x1000);
  if (isFault(insn)) throw new Error(insn);
  const b = new IrBuilder();
  liftInsn(b, insn, profile(level));
  const last = b.nodes.at(-1)!;
  return last.op === 'trap' ? last.name : undefined;
}

Lift('a feature that CPUID does not show is #UD; without a lift the stop is by name', () => {
  assert.is(trapOf([0xf3, 0x48, 0x0f, 0xb8, 0xc1], 'v1'), 'undefined'); // POPCNTQ CX, AX
  assert.is(trapOf([0xf3, 0x48, 0x0f, 0xb8, 0xc1], 'v2'), undefined);
  assert.is(trapOf([0x8e, 0xe0], 'v2'), 'unimplemented'); // MOVW AX, FS
});

Lift('TZCNT on a processor without it scans as BSF does', () => {
  const bytes = [0x48, 0x0f, 0xbc, 0xc1];
  const nodes = (code: readonly number[]): string => {
    const insn = decode(Uint8Array.from(code), 0, 0x1000);
    if (isFault(insn)) throw new Error(insn);
    const b = new IrBuilder();
    liftInsn(b, insn, profile('v2'));
    return JSON.stringify(b.nodes, (_k, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
  };
  assert.is(nodes([0xf3, ...bytes]), nodes(bytes));
});

Lift.run();
