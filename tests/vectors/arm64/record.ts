/** Writes tests/vectors/arm64/qemu.txt: one case of every arm64 row as qemu-aarch64 runs it. `node dist/tests/vectors/arm64/record.js` */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rows } from '../../../isa/arm64/table.js';
import { untried, type Case } from '../../helpers/arm64/cases.js';
import { processors, qemuExecutor } from '../../helpers/arm64/qemu.js';
import { line, recordedCase } from '../../helpers/arm64/vectors.js';
import { root } from '../../helpers/root.js';

const lines: string[] = [];
for (const { cpu, has } of processors) {
  const cases = rows.filter((row) => has(row.form) && !untried(row)).map(recordedCase).filter((c): c is Case => c !== undefined);
  qemuExecutor(cpu).run(cases).forEach((r, i) => lines.push(line(cases[i]!, r)));
}
writeFileSync(join(root, 'tests/vectors/arm64/qemu.txt'), `${lines.join('\n')}\n`);
console.log(`${lines.length} cases`);
