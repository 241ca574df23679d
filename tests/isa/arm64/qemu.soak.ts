/** A million cases of all arm64 rows: qemu-aarch64, the reference evaluator and tier 0 do the same. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../../../isa/arm64/table.js';
import { engineExecutor, refExecutor } from '../../helpers/arm64/executors.js';
import { processors, qemuExecutor, qemuMissing } from '../../helpers/arm64/qemu.js';
import { compare } from '../../helpers/arm64/trial.js';

const Soak = suite('arm64 against qemu, soak');
const total = 1_000_000;
const perRow = 20;

Soak('qemu, ref and tier 0 agree', () => {
  const missing = qemuMissing();
  if (missing) return console.log(`skipped: ${missing}`);
  const ours = [refExecutor(), engineExecutor()];
  const mismatches: string[] = [];
  let cases = 0;
  let signals = 0;
  let open = 0;
  for (let seed = 1; cases < total; seed++) {
    for (const { cpu, has } of processors) {
      const report = compare(rows.filter((row) => has(row.form)), perRow, seed, [qemuExecutor(cpu), ...ours]);
      cases += report.cases;
      signals += report.signals;
      open += report.open;
      mismatches.push(...report.mismatches.slice(0, 50));
    }
    if (seed % 4 === 0) console.log(`${cases} cases, ${signals} end in a signal, ${mismatches.length} mismatches`);
  }
  console.log(`${cases} cases of ${rows.filter((row) => row.lift).length} rows with a lift, ${signals} end in a signal, ${open} differ in what is open, ${mismatches.length} mismatches`);
  assert.equal(mismatches, []);
  assert.ok(open < cases / 100, 'so many cannot be faults in the midst of an access');
});

Soak.run();
