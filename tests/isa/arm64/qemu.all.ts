/** A seeded sample of cases of every arm64 row: qemu-aarch64, the reference evaluator and tier 0 do the same. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../../../isa/arm64/table.js';
import { engineExecutor, refExecutor } from '../../helpers/arm64/executors.js';
import { processors, qemuExecutor, qemuMissing } from '../../helpers/arm64/qemu.js';
import { compare } from '../../helpers/arm64/trial.js';

const Qemu = suite('arm64 against qemu');
const perRow = 12;
const seed = 11;

for (const { cpu, has } of processors) {
  Qemu(`${cpu}, ref and tier 0 agree`, () => {
    const missing = qemuMissing();
    if (missing) console.log(`arm64 rows: qemu skipped, ${missing}`);
    const executors = [...(missing ? [] : [qemuExecutor(cpu)]), refExecutor(), engineExecutor()];
    const report = compare(rows.filter((row) => has(row.form)), perRow, seed, executors);
    console.log(`${report.cases} cases of ${report.rows} rows, ${report.signals} end in a signal, ${report.open} differ in what is open`);
    assert.equal(report.mismatches, []);
  });
}

Qemu.run();
