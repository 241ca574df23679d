/** A seeded sample of cases of every row: the host CPU, the reference evaluator and tier 0 do the same. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../../../isa/x86/table.js';
import { engineExecutor } from '../../helpers/engineRun.js';
import { refExecutor } from '../../helpers/executors.js';
import { hostMissing, nativeExecutor } from '../../helpers/native.js';
import { compareExecutors } from '../../helpers/trial.js';

const Native = suite('native sample');
const perRow = 40;
const seed = 7;

Native('host, ref and tier 0 agree', () => {
  const missing = hostMissing();
  const executors = [refExecutor(), engineExecutor()];
  const report = compareExecutors(rows, perRow, seed, ...(missing ? executors : [nativeExecutor(), ...executors]));
  const without = report.skipped.filter((row) => row.lift).map((row) => row.form);
  console.log(`${report.cases} cases of ${report.rows} rows, ${report.traps} trap; ${missing ? `host skipped, ${missing}` : 'host asked'}; not tried: ${without.join('; ')}`);
  assert.equal(report.mismatches, []);
  assert.is(report.mismatchCount, 0);
});

Native.run();
