/**
 * Every row's sample instructions in tests/vectors/forms*.txt (`bytes ; Go text ; GNU text`, written by
 * tests/vectors/forms.ts and checked there against objdump): decoded, printed in both syntaxes, encoded back.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { encodeInsn, isEncodeFailure } from '../../../isa/x86/encode.js';
import { printGnu } from '../../../isa/x86/printGnu.js';
import { printGo } from '../../../isa/x86/printGo.js';
import { allRows, formOf } from '../../../isa/x86/table.js';
import { bytesOf, hexOf, samplePc } from '../../helpers/forms.js';
import { root } from '../../helpers/root.js';

const Forms = suite('isa/x86 forms');

const lines = ['forms.txt', 'forms-vex.txt', 'forms-evex.txt'].flatMap((name) => readFileSync(join(root, 'tests/vectors', name), 'utf8').trim().split('\n'));

Forms('every row has a vector that decodes to it, prints as written and encodes to the same bytes', () => {
  const seen = new Set<number>();
  const differ: string[] = [];
  for (const line of lines) {
    const [hex, go, gnu] = line.split(' ; ') as [string, string, string];
    const insn = decode(bytesOf(hex), 0, samplePc);
    if (isFault(insn)) {
      differ.push(`${line}: ${insn}`);
      continue;
    }
    seen.add(insn.row.id);
    const encoded = encodeInsn(insn);
    const back = isEncodeFailure(encoded) ? encoded.reason : hexOf(encoded.bytes);
    const now = `${back} ; ${printGo(insn)} ; ${printGnu(insn)}`;
    if (now !== line) differ.push(`${hex} ; ${go} ; ${gnu}\n     now ${now}`);
  }
  assert.equal(differ, []);
  const without = allRows().filter((row) => !seen.has(row.id)).map((row) => `${row.form} (${row.encoding})`);
  assert.equal(without, [], 'rows without a vector: run node dist/tests/vectors/forms.js');
});

Forms('an instruction that is cut off anywhere is truncated, not invalid and not another one', () => {
  const differ: string[] = [];
  for (const line of lines) {
    const bytes = bytesOf(line.slice(0, line.indexOf(' ;')));
    for (let n = 0; n < bytes.length; n++) {
      const d = decode(bytes.subarray(0, n), 0, samplePc);
      if (d !== 'truncated') differ.push(`${line}: ${n} bytes ${isFault(d) ? d : d.row.form}`);
    }
  }
  assert.equal(differ.slice(0, 10), []);
});

Forms('every row reads into a form whose access letters are those of its operands', () => {
  for (const row of allRows()) {
    const form = formOf(row);
    if (row.access === '') continue;
    const letters = row.access.split(' ');
    assert.is(letters.every((l) => ['r', 'w', 'rw', 'n'].includes(l)), true, `${row.form}: ${row.access}`);
    assert.is(letters.length <= form.operands.length, true, `${row.form}: more access letters than operands`);
  }
});

Forms.run();
