/**
 * Records what this computer's processor does with a few cases of every row, for tests on computers that cannot be
 * asked: `node dist/tests/vectors/native/record.js [int] [sse] [x87]` after a build. Needs gcc on x86-64 Linux.
 * To be run again when rows join, or when the cases a seed stands for change (tests/helpers/state.ts, cases.ts).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rows } from '../../../isa/x86/table.js';
import { casesOf, kindOf, untried } from '../../helpers/cases.js';
import { hostMissing, nativeExecutor } from '../../helpers/native.js';
import { root } from '../../helpers/root.js';
import type { Kind } from '../../helpers/state.js';
import { formatVectors } from '../../helpers/vectors.js';

const perRow = 4;
const seed = 2026;

const missing = hostMissing();
if (missing) throw new Error(missing);
const host = nativeExecutor();
const wanted = process.argv.slice(2);
for (const kind of ['int', 'sse', 'x87'] as const satisfies readonly Kind[]) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const cases = rows.filter((row) => !untried(row) && kindOf(row) === kind).flatMap((row) => casesOf(row, perRow, seed));
  const results = host.run(cases);
  const file = join(root, 'tests/vectors/native', `${kind}.txt`);
  writeFileSync(file, formatVectors(kind, cases.map((c, i) => ({ case: c, result: results[i]! }))));
  console.log(`${file}: ${cases.length} cases`);
}
