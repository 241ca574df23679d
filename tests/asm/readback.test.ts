/** The printer of arm64 code in Go syntax and the assembler: what one prints the other reads, as the same word. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { printGo } from '../../isa/arm64/printGo.js';
import { rows } from '../../isa/arm64/table.js';
import { bytesOf } from '../helpers/arm64/cases.js';
import { wordsOf } from '../helpers/arm64/words.js';
import { ourLines } from '../helpers/goasm.js';
import { Random } from '../helpers/random.js';
const ReadBack = suite('asm reads printed code back');

/** Their targets are places of a whole program, or where another jump ends. */
const elsewhere = /^(ADRP?|B|UDF) /;

ReadBack('words of every row', () => {
  const random = new Random(11);
  const cases = rows.flatMap((row) => wordsOf(row, 1, random).map(({ word, insn }) => ({ row, word, text: printGo(insn) })));
  const missing = rows.filter((row) => !elsewhere.test(row.form) && !cases.some((c) => c.row === row)).map((row) => row.form);
  const got = ourLines([...cases.map((c) => c.text), ...new Array<string>(8).fill('NOOP')], 'arm64'); // the last branches go beyond
  const wrong = cases.flatMap((c, i) => {
    const want = Buffer.from(bytesOf(c.word)).toString('hex');
    return got[i] === want ? [] : [`${c.row.form}: ${want} is ${c.text}, read as ${got[i]}`];
  });
  assert.equal(missing, []);
  assert.equal(wrong, []);
});

ReadBack.run();
