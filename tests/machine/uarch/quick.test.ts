import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { profile as armProfile } from '../../../isa/arm64/profile.js';
import { isFault, type Isa } from '../../../isa/isa.js';
import type { Insn } from '../../../isa/row.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { armExamples } from '../../../machine/exec/hot.js';
import { blockCost } from '../../../machine/uarch/block.js';
import { Cell } from '../../../machine/uarch/cells.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { Part, QuickCost } from '../../../machine/uarch/quick.js';
import { Random } from '../../helpers/random.js';
const Quick = suite('quick block costs');

/** Up to ten usual instructions one after the other, from an address. */
function block(isa: Isa, pool: readonly Uint8Array[], r: Random): Insn[] {
  const insns: Insn[] = [];
  let pc = 0x400000 + r.below(64) * 4;
  for (let n = 1 + r.below(10); n > 0; n--) {
    const bytes = r.pick(pool);
    for (let at = 0; at < bytes.length; ) {
      const d = isa.decode(bytes, at, pc, false);
      if (isFault(d)) throw new Error(d);
      insns.push(d);
      at += d.length;
      pc += d.length;
      if (d.row.ends) return insns;
    }
  }
  return insns;
}

/** The longest two, which is what lanes keep. */
const longest = (ways: readonly number[]): number[] => ways.filter((t) => t >= 0).sort((a, b) => b - a).slice(0, 2);

for (const [name, isa, uarch] of [
  ['amd64', x86Isa(profile('v2', 1)), 'skylake'], ['amd64', x86Isa(profile('v2', 1)), 'unit'], ['arm64', arm64Isa(armProfile('v8', 1)), 'neoverse_n1'],
] as const) {
  Quick(`blocks of ${name} cost on ${uarch} what block.ts says, but for ways beyond the two longest`, () => {
    const u = uarchOf(uarch)!;
    const each = Array.from({ length: Cell.count }, (_, cell) => cell);
    const quick = new QuickCost(u, each);
    const r = new Random(5);
    const pool = armExamples(isa.arch);
    for (let trial = 0; trial < 2000; trial++) {
      const insns = block(isa, pool, r);
      const want = blockCost(u, insns);
      quick.price(insns, insns.map((insn) => new Part(u, insn)));
      const text = insns.map((insn) => insn.row.form).join('; ');
      assert.equal(quick.prefix, [...want.prefixTicks], text);
      if (!u.inOrder) assert.is(quick.cold, want.coldTicks.at(-1), text);
      want.outputs.forEach((cell, o) => {
        const ways = want.inputs.map((_, i) => want.latency[i * want.outputs.length + o]!);
        const { lanes } = quick;
        assert.equal([lanes.start[cell], ...longest([lanes.firstTicks[cell]!, lanes.secondTicks[cell]!])], [want.base[o], ...longest(ways)], `${text}: cell ${cell}`);
      });
      const { branch } = quick;
      assert.equal([branch.start[0], ...longest([branch.firstTicks[0]!, branch.secondTicks[0]!])], [want.branchBase, ...longest([...want.branch])], text);
    }
  });
}

Quick.run();
