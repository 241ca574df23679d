/** Every arm64 row: its diagram and form can be read, its words decode to it and encode back, its units keep the order of IR, and tier 0 does what ref does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decode } from '../../../isa/arm64/decode.js';
import { readDiagram } from '../../../isa/arm64/diagram.js';
import { encodeRow } from '../../../isa/arm64/encode.js';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { printGnu } from '../../../isa/arm64/printGnu.js';
import { aliasForms, formOf, rows } from '../../../isa/arm64/table.js';
import { check, IrBuilder } from '../../../isa/ir.js';
import { isFault } from '../../../isa/isa.js';
import { bytesOf, casesOf, insnOf, pc, untried } from '../../helpers/arm64/cases.js';
import { engineExecutor, everything, refExecutor } from '../../helpers/arm64/executors.js';
import { compare } from '../../helpers/arm64/trial.js';
import { line, recordedCase } from '../../helpers/arm64/vectors.js';
import { root } from '../../helpers/root.js';

const Rows = suite('arm64 rows');

Rows('forms and diagrams of rows and aliases can be read', () => {
  for (const row of rows) assert.not.throws(() => formOf(row), row.form);
  assert.ok(aliasForms().length > 0);
});

Rows('no two rows have one diagram', () => {
  const seen = new Map<string, string>();
  for (const row of rows) {
    const { mask, value } = readDiagram(row.encoding);
    const key = `${mask} ${value}`;
    const other = seen.get(key);
    // sizes of the same fields: what the operands allow tells them apart
    if (other !== undefined) assert.is(other.split(' ')[0], row.form.split(' ')[0], `${other} and ${row.form}`);
    seen.set(key, row.form);
  }
});

Rows('words decode to their row, and encode back to the same or to one that means the same', () => {
  const wrong: string[] = [];
  for (const row of rows) {
    for (const c of casesOf(row, 2, 3)) {
      const { ops } = insnOf(c);
      const again = encodeRow(row, ops, pc);
      if (again === c.word) continue;
      const d = again === undefined ? undefined : decode(bytesOf(again), 0, pc);
      if (d === undefined || isFault(d) || d.row !== row || show(d.ops) !== show(ops)) wrong.push(`${row.form} ${c.word.toString(16)} ${again?.toString(16)}`);
    }
  }
  assert.equal(wrong, []);
});
const show = (ops: unknown): string => JSON.stringify(ops, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));

Rows('units keep their order, and all words have a text', () => {
  const isa = arm64Isa(everything);
  const wrong: string[] = [];
  for (const row of rows) {
    for (const c of casesOf(row, 1, 9)) {
      const b = new IrBuilder();
      isa.lift(b, insnOf(c));
      wrong.push(...check(b.unit()).map((fault) => `${row.form}: ${fault}`));
      const d = decode(bytesOf(c.word), 0, pc);
      if (isFault(d) || printGnu(d) === '') wrong.push(`${row.form}: no text`);
    }
  }
  assert.equal(wrong, []);
});

Rows('tier 0 does what ref does', () => {
  assert.equal(compare(rows.filter((row) => row.id % 5 === 0), 1, 17, [refExecutor(), engineExecutor()]).mismatches, []);
});

Rows('ref does what qemu did', () => {
  const recorded = new Map(readFileSync(join(root, 'tests/vectors/arm64/qemu.txt'), 'utf8').trimEnd().split('\n').map((text) => [text.slice(0, text.indexOf(' ; ') + 11), text]));
  const ref = refExecutor();
  const wrong: string[] = [];
  let compared = 0;
  for (const row of rows) {
    const c = untried(row) ? undefined : recordedCase(row);
    const want = c && recorded.get(`${row.form} ; ${c.word.toString(16).padStart(8, '0')}`);
    if (!c || want === undefined) continue;
    compared++;
    const got = line(c, ref.run([c])[0]!);
    if (got !== want) wrong.push(`${want}\n  ref: ${got}`);
  }
  assert.equal(wrong, []);
  assert.is(compared, recorded.size);
});

Rows.run();
