/** The reference evaluator against outcomes recorded on a real processor (tests/vectors/native). */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { rows } from '../../../isa/x86/table.js';
import { untried } from '../../helpers/cases.js';
import { difference, refExecutor } from '../../helpers/executors.js';
import { root } from '../../helpers/root.js';
import { describe } from '../../helpers/trial.js';
import { formatVectors, parseVectors } from '../../helpers/vectors.js';

const Native = suite('native');
const folder = join(root, 'tests/vectors/native');

const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
for (const file of files) {
  Native(`${file}: ref does what the processor did`, () => {
    const ref = refExecutor();
    const wrong: string[] = [];
    for (const { case: c, result } of parseVectors(readFileSync(join(folder, file), 'utf8'))) {
      const insn = decode(c.code, 0, c.pc);
      if (isFault(insn)) throw new Error(`${describe(c)}: ${insn}`);
      const diff = difference(insn.row, c, result, ref.run([c])[0]!);
      if (diff) wrong.push(`${describe(c)}: host / ref: ${diff}`);
    }
    assert.equal(wrong, []);
  });
}

Native('every form that executes has recorded cases', () => {
  const recorded = new Set(files.flatMap((file) => parseVectors(readFileSync(join(folder, file), 'utf8')).map((r) => r.case.form)));
  assert.equal([...new Set(rows.filter((row) => !untried(row) && !recorded.has(row.form)).map((row) => row.form))], []);
});

Native('a vectors file is read as it was written', () => {
  const text = readFileSync(join(folder, 'int.txt'), 'utf8');
  assert.is(formatVectors('int', parseVectors(text)), text);
});

Native.run();
