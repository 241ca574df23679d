import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { profile as armProfile } from '../../../isa/arm64/profile.js';
import { isFault, type Isa } from '../../../isa/isa.js';
import type { Insn } from '../../../isa/row.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { armExamples } from '../../../machine/exec/hot.js';
import { Kinds } from '../../../machine/exec/kind.js';
import { BlockCost } from '../../../machine/uarch/block.js';
import { Cell } from '../../../machine/uarch/cells.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { mostLanes, none, type Ways } from '../../../machine/uarch/ways.js';
import { Random } from '../../helpers/random.js';
import { plainCost } from './plain.js';
const Plain = suite('block costs and plain ones');

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
      if (d.row.ends) return r.below(2) === 0 ? loop(insns) : insns;
    }
  }
  return insns;
}

/** The block with its branch, if it names where it goes, leading to its start. */
function loop(insns: readonly Insn[]): Insn[] {
  const last = insns.at(-1)!;
  const ops = last.ops.map((op) => (op.kind === 'rel' ? { ...op, target: BigInt(insns[0]!.pc) } : op));
  return [...insns.slice(0, -1), { ...last, ops }];
}

/** What BlockCost keeps when cells from `low` on are lanes: the longest two ways from them, and the longest from cells that are always ready or the start. */
function longest(times: readonly number[], low: number): number[] {
  const lanes = times.slice(low, low + mostLanes);
  const others = [...times.slice(0, low), ...times.slice(low + mostLanes)];
  return [...lanes.sort((a, b) => b - a).slice(0, 2), Math.max(0, ...others)];
}
function kept(ways: Ways, value: number): number[] {
  ways.read(value);
  return [...[ways.firstTicks, ways.secondTicks].sort((a, b) => b - a), Math.max(0, ways.start)];
}

for (const [name, isa, uarch] of [
  ['amd64', x86Isa(profile('v2', 1)), 'skylake'], ['amd64', x86Isa(profile('v2', 1)), 'unit'], ['arm64', arm64Isa(armProfile('v8', 1)), 'neoverse_n1'],
] as const) {
  Plain(`blocks of ${name} cost on ${uarch} what they cost plainly, but for ways beyond the two longest`, () => {
    const u = uarchOf(uarch)!;
    // a third of the cells are lanes at a time
    const costs = [0, mostLanes, Cell.count - mostLanes].map((low) => ({ low, cost: new BlockCost(u, Array.from({ length: Cell.count }, (_, cell) => (cell >= low && cell < low + mostLanes ? cell - low : none))) }));
    const kinds = new Kinds(isa);
    const r = new Random(5);
    const pool = armExamples(isa.arch);
    for (let trial = 0; trial < 400; trial++) {
      const insns = block(isa, pool, r);
      const want = plainCost(u, insns);
      const text = insns.map((insn) => insn.row.form).join('; ');
      for (const { low, cost } of costs) {
        cost.price(insns, insns.map((insn) => kinds.form(insn)));
        assert.equal(cost.prefixes(cost), want.prefix, text);
        if (u.inOrder) continue;
        assert.equal([cost.ticks, cost.coldTicks], [want.prefix.at(-1), want.cold], text);
        const { ways } = cost;
        for (const [cell, times] of want.outputs) {
          const lane = cell - low;
          if (lane < 0 || lane >= mostLanes) continue;
          const value = ways.written.subarray(0, ways.writtenCount).includes(lane) ? ways.values[lane]! : ways.before(lane);
          assert.equal(kept(ways, value), longest(times, low), `${text}: cell ${cell}`);
        }
        assert.equal(kept(ways, ways.branch), longest(want.branch, low), text);
      }
    }
  });
}

Plain.run();
