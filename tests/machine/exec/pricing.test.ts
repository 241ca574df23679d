import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import type { Insn } from '../../../isa/row.js';
import { makeConfig, type Arch } from '../../../machine/config.js';
import { armExamples } from '../../../machine/exec/hot.js';
import { Kinds } from '../../../machine/exec/kind.js';
import type { Pricing } from '../../../machine/exec/pricing.js';
import { isaOf } from '../../../machine/isa.js';
import { pricingOf } from '../../../machine/timing.js';
import { Random } from '../../helpers/random.js';
const Prices = suite('prices of blocks');

for (const arch of ['amd64', 'arm64'] as const satisfies readonly Arch[]) {
  Prices(`what a block of ${arch} costs does not depend on what was priced before`, () => {
    const isa = isaOf(makeConfig({ arch }));
    const r = new Random(3);
    const pool = armExamples(arch);
    const insns: Insn[] = [];
    while (insns.length < 4000) {
      const bytes = Uint8Array.from([...r.pick(pool), ...new Uint8Array(16)]);
      for (let n = r.below(4); n > 0; n--) bytes[r.below(8)]! ^= 1 << r.below(8);
      const d = isa.decode(bytes, 0, 0x400000, false);
      if (!isFault(d) && d.row.lift && d.row.cls !== 'x87') insns.push(d);
    }
    const price = (list: readonly Insn[]): Map<Insn, string> => {
      const config = makeConfig({ arch });
      const pricing: Pricing = pricingOf(config);
      const kinds = new Kinds(isa);
      return new Map(list.map((insn) => {
        const { prefix, tailBytes } = pricing.block([insn], [kinds.form(insn)]);
        return [insn, `${prefix.join()} ${pricing.tail.subarray(0, tailBytes).join()}`];
      }));
    };
    const [forwards, backwards] = [price(insns), price([...insns].reverse())];
    for (const insn of insns) assert.is(forwards.get(insn), backwards.get(insn), insn.row.form);
  });
}

Prices.run();
