/** A million cases of all rows: the host CPU, the reference evaluator and tier 0 do the same. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../../../isa/x86/table.js';
import { engineExecutor } from '../../helpers/engineRun.js';
import { refExecutor } from '../../helpers/executors.js';
import { hostMissing, nativeExecutor } from '../../helpers/native.js';
import { compareExecutors } from '../../helpers/trial.js';

const Soak = suite('native soak');
const total = 1_000_000;
const perRow = 60;

Soak('host, ref and tier 0 agree', () => {
  const missing = hostMissing();
  if (missing) return console.log(`skipped: ${missing}`);
  const executors = [nativeExecutor(), refExecutor(), engineExecutor()];
  let cases = 0;
  let traps = 0;
  let mismatches = 0;
  const lines: string[] = [];
  for (let seed = 1; cases < total; seed++) {
    const report = compareExecutors(rows, perRow, seed, ...executors);
    cases += report.cases;
    traps += report.traps;
    mismatches += report.mismatchCount;
    lines.push(...report.mismatches.slice(0, 50));
    if (seed % 3 === 0) console.log(`${cases} cases, ${traps} trap, ${mismatches} mismatches`);
  }
  console.log(`${cases} cases of ${rows.filter((row) => row.lift).length} rows, ${traps} trap, ${mismatches} mismatches`);
  assert.equal(lines, []);
});

Soak.run();
