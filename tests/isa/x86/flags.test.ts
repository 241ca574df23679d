/** RFLAGS images: cells to image and back, in TypeScript and as IR. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IrBuilder } from '../../../isa/ir.js';
import { evaluate, type RefState } from '../../../isa/ref.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { arithmeticFlags, image, putImage, readFlags, writeFlags, writeSubFlags } from '../../../isa/x86/flags.js';
import { alu, cond, setSub, tyOf } from '../../../isa/x86/lift.js';
import { gprSlot, slots } from '../../../isa/x86/regs.js';
import { Random } from '../../helpers/random.js';
import { interesting } from '../../helpers/state.js';

const Flags = suite('flags');

/** Cells without memory. */
function cells(): RefState {
  const dv = new DataView(new ArrayBuffer(slots.end));
  const none = (): never => {
    throw new Error('no memory');
  };
  return {
    get: (slot, bits) => (bits === 64 ? dv.getBigUint64(slot, true) : BigInt(dv.getUint32(slot, true)) & ((1n << BigInt(bits)) - 1n)),
    put: (slot, bits, v) => (bits === 64 ? dv.setBigUint64(slot, v, true) : dv.setUint32(slot, Number(v), true)),
    load: none, store: none, probe: none, cycles: () => 0n, cpu: profile(), core: 0, env: none,
  };
}
const combinations = Array.from({ length: 64 }, (_, i) => (i & 1) | ((i & 2) << 1) | ((i & 4) << 2) | ((i & 8) << 3) | ((i & 16) << 3) | ((i & 32) << 6));

Flags('all 64 combinations survive the cells', () => {
  for (const want of combinations) {
    const st = cells();
    writeFlags(st, want | 0x202);
    assert.is(readFlags(st), want | 0x202);
  }
});

Flags('IR builds and takes apart the same image', () => {
  for (const want of combinations) {
    const st = cells();
    st.put(gprSlot(0), 64, BigInt(want));
    const put = new IrBuilder();
    putImage(put, put.get('i32', 32, gprSlot(0)));
    evaluate(put.unit(), st);
    assert.is(readFlags(st) & arithmeticFlags, want);
    const get = new IrBuilder();
    get.put(32, gprSlot(1), image(get));
    evaluate(get.unit(), st);
    assert.is(Number(st.get(gprSlot(1), 32)), want | 2);
  }
});

Flags('conditions read from operands are those read from cells', () => {
  const r = new Random(5);
  const ccs = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;
  for (let i = 0; i < 400; i++) {
    const w = r.pick([8, 16, 32, 64]);
    const x = BigInt.asUintN(w, interesting(r));
    const y = r.below(4) === 0 ? x : BigInt.asUintN(w, interesting(r));
    const st = cells();
    const together = new IrBuilder();
    const [a, b] = [together.const(tyOf(w), x), together.const(tyOf(w), y)];
    setSub(together, w, a, b, alu(together, w, 'sub', a, b));
    ccs.forEach((cc, k) => together.put(32, slots.xmm + 4 * k, cond(together, cc)));
    evaluate(together.unit(), st);
    const apart = new IrBuilder();
    ccs.forEach((cc, k) => apart.put(32, slots.xmm + 128 + 4 * k, cond(apart, cc)));
    evaluate(apart.unit(), st);
    for (const [k, cc] of ccs.entries()) assert.is(st.get(slots.xmm + 4 * k, 32), st.get(slots.xmm + 128 + 4 * k, 32), `${cc} of ${w}-bit ${x} - ${y}`);
    const helper = cells();
    writeSubFlags(helper, w, x, y);
    assert.is(readFlags(helper), readFlags(st));
  }
});

Flags.run();
