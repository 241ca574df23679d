/** Conditions that follow a flag-setting instruction in the same unit use its operands; they must say what the cells say. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IrBuilder } from '../../../isa/ir.js';
import { evaluate } from '../../../isa/ref.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { ccNames, cond, type Cc } from '../../../isa/x86/lift.js';
import { slots } from '../../../isa/x86/regs.js';
import { liftInsn } from '../../../isa/x86/semantics.js';
import { Cells } from '../../helpers/cells.js';
import { randomFloat } from '../../helpers/floats.js';
import { Random } from '../../helpers/random.js';
const Cond = suite('conditions');

const instructions: Record<string, readonly number[]> = {
  'ucomisd xmm0, xmm1': [0x66, 0x0f, 0x2e, 0xc1],
  'comiss xmm0, xmm1': [0x0f, 0x2f, 0xc1],
  'ptest xmm0, xmm1': [0x66, 0x0f, 0x38, 0x17, 0xc1],
  'cmp rax, rcx': [0x48, 0x39, 0xc8],
  'sub al, cl': [0x28, 0xc8],
  'test ax, cx': [0x66, 0x85, 0xc8],
  'add ecx, eax': [0x01, 0xc1],
};

/** The condition after the instruction: in its unit, or in one of its own. */
function conditionOf(bytes: readonly number[], cc: Cc, start: Cells, together: boolean): bigint {
  const insn = decode(Uint8Array.from(bytes), 0, 0x1000);
  if (isFault(insn)) throw new Error(insn);
  const st = new Cells();
  st.bytes.set(start.bytes);
  const first = new IrBuilder();
  liftInsn(first, insn, profile('v2'));
  const second = together ? first : new IrBuilder();
  const value = cond(second, cc);
  second.put(32, slots.zero, value);
  evaluate(first.unit(), st);
  if (!together) evaluate(second.unit(), st);
  return st.get(slots.zero, 32);
}

for (const [name, bytes] of Object.entries(instructions)) {
  Cond(`after ${name} all sixteen agree with the cells`, () => {
    const random = new Random(8);
    for (let i = 0; i < 25; i++) {
      const st = new Cells();
      const one = randomFloat(random, 64);
      const other = random.below(3) === 0 ? one : randomFloat(random, 64);
      for (const [slot, v] of [[slots.gpr, one], [slots.gpr + 8, other], [slots.xmm, one], [slots.xmm + 16, other]] as const) st.put(slot, 64, v);
      for (const cc of ccNames) {
        assert.is(conditionOf(bytes, cc, st, true), conditionOf(bytes, cc, st, false), `${cc} of ${one.toString(16)} and ${other.toString(16)}`);
      }
    }
  });
}

Cond.run();
