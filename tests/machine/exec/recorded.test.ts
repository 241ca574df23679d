/** Tier 0 does to every cell what the reference does, on the cases recorded from a real processor (tests/vectors/native). */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { engineExecutor } from '../../helpers/engineRun.js';
import { exactDifference, refExecutor } from '../../helpers/executors.js';
import { root } from '../../helpers/root.js';
import { describe } from '../../helpers/trial.js';
import { parseVectors } from '../../helpers/vectors.js';

const Recorded = suite('tier 0 on recorded cases');

Recorded('agrees with the reference in every bit', () => {
  const [ref, tier0] = [refExecutor(), engineExecutor()];
  const wrong: string[] = [];
  const folder = join(root, 'tests/vectors/native');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    // two of each row's four: the sample of test:all has many more
    const cases = parseVectors(readFileSync(join(folder, file), 'utf8')).filter((_, i) => i % 2 === 0);
    for (const { case: c } of cases) {
      const insn = decode(c.code, 0, c.pc);
      if (isFault(insn)) throw new Error(`${describe(c)}: ${insn}`);
      const diff = exactDifference(insn.row, c, ref.run([c])[0]!, tier0.run([c])[0]!);
      if (diff) wrong.push(`${describe(c)}: ref / tier0: ${diff}`);
    }
  }
  assert.equal(wrong, []);
});

Recorded.run();
