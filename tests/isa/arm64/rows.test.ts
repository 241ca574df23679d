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
import { background, bytesOf, casesOf, dataAt, dataBytes, insnOf, pc, untried, writableBytes, type Case, type Result } from '../../helpers/arm64/cases.js';
import { engineExecutor, everything, refExecutor } from '../../helpers/arm64/executors.js';
import { compare, compareCases } from '../../helpers/arm64/trial.js';
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

const ref = refExecutor();
/** A case of the row with this form: a word, and registers that hold what they are given or 0. */
function caseOf(form: string, word: number, x: Record<number, number> = {}): Case {
  const row = rows.find((r) => r.form === form)!;
  return { row, word, nzcv: 0, fpcr: 0, x: Array.from({ length: 32 }, (_, i) => BigInt(x[i] ?? 0)), v: Array.from({ length: 64 }, (_, i) => BigInt(i) << 56n | BigInt(i + 1)) };
}

Rows('a literal may be the instruction itself or the code around it, and code cannot be written', () => {
  const itself = caseOf('LDR Wt, literal', 0x18000001);
  const behind = caseOf('LDR Xt, literal', 0x58000021);
  const store = caseOf('STR Wt, [Xn|SP, #imm12*4]', 0xb9000022, { 1: pc });
  assert.equal(compareCases([itself, behind, store], [ref, engineExecutor()], '').mismatches, []);
  const [one, two, three] = ref.run([itself, behind, store]);
  assert.is(one!.x[1], 0x18000001n);
  assert.is(two!.x[1], 0xd4200000d4200000n);
  assert.is(three!.signal, 11);
});

Rows('elements before a fault may be stored or loaded; nothing else may differ', () => {
  const end = dataAt + writableBytes;
  const other = (from: Case, change: (r: Result) => Partial<Result>): number => {
    const [want] = ref.run([from]);
    const partial = { name: 'partial', run: (cases: readonly Case[]) => ref.run(cases).map((r) => ({ ...r, ...change(r) })) };
    const { open, mismatches } = compareCases([from], [{ name: 'ref', run: () => [want!] }, partial], '');
    assert.is(open + mismatches.length, 1);
    return open;
  };
  const withV = (i: number, v: bigint) => (r: Result): Partial<Result> => ({ v: r.v.map((old, k) => (k === i ? v : old)) });
  const withWord = (at: number, change: bigint) => (): Partial<Result> => ({ memory: [[at - dataAt, background((at - dataAt) / 8) ^ change]] });

  const st4 = caseOf('ST4 {Vt.16B, Vt2.16B, Vt3.16B, Vt4.16B}, [Xn|SP], Xm', 0x4c820060, { 2: 64, 3: end - 12 });
  assert.is(other(st4, withWord(end - 8, 5n)), 1);
  assert.is(other(st4, withWord(end - 16, 0xffn << 32n)), 1);
  assert.is(other(st4, withWord(end - 16, 0xffn << 24n)), 0, 'a byte before the access');
  assert.is(other(st4, () => ({ x: st4.x.map((v, i) => (i === 3 ? v + 64n : v)) })), 0, 'the base');
  assert.is(other(st4, withV(0, 7n)), 0, 'a stored register');

  const ld2 = caseOf('LD2 {Vt.8H, Vt2.8H}, [Xn|SP], #32', 0x4cdf847f, { 3: dataAt + dataBytes - 16 });
  assert.is(other(ld2, withV(63, 7n)), 1);
  assert.is(other(ld2, withV(0, 7n)), 1, 'the list goes on at V0');
  assert.is(other(ld2, withV(2, 7n)), 0, 'another register');

  const lane = caseOf('LD2 {Vt.H, Vt2.H}[Q_S_size], [Xn|SP]', 0x4d605060, { 3: dataAt + dataBytes - 2 }); // lane 6
  assert.is(other(lane, (r) => withV(1, r.v[1]! ^ (1n << 32n))(r)), 1);
  assert.is(other(lane, (r) => withV(1, r.v[1]! ^ (1n << 31n))(r)), 0, 'another lane');

  const whole = caseOf('LD2 {Vt.8H, Vt2.8H}, [Xn|SP], #32', 0x4cdf847f, { 3: dataAt });
  assert.is(other(whole, withV(63, 7n)), 0, 'no fault');
  const stp = caseOf('STP St, St2, [Xn|SP, #simm7*4]!', 0x2dbf0861, { 3: end + 4 }); // 8 bytes down
  assert.is(other(stp, withWord(end - 8, 5n << 32n)), 1);
  assert.is(other(stp, withWord(end - 8, 5n)), 0, 'a byte before the access');
  assert.is(other(stp, () => ({ x: stp.x.map((v, i) => (i === 3 ? v - 8n : v)) })), 0, 'the base');
  const ldp = caseOf('LDP Xt, Xt2, [Xn|SP, #simm7*8]', 0xa9400861, { 3: dataAt + dataBytes - 8 });
  assert.is(other(ldp, () => ({ x: ldp.x.map((v, i) => (i === 1 ? v + 1n : v)) })), 0, 'a pair loaded');
  const one = caseOf('LD1R {Vt.8H}, [Xn|SP]', 0x4d40c460, { 3: dataAt + dataBytes });
  assert.is(other(one, withV(0, 7n)), 0, 'one element');
});

Rows('ref does what qemu did', () => {
  const recorded = new Map(readFileSync(join(root, 'tests/vectors/arm64/qemu.txt'), 'utf8').trimEnd().split('\n').map((text) => [text.slice(0, text.indexOf(' ; ') + 11), text]));
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
