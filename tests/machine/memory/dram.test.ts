/** DRAM's rows, banks and bus on `unit`: hit 60, miss 100, row cycle 80, 4 banks, rows of 16 lines, 8 cycles a line on the bus. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Calendar } from '../../../machine/memory/calendar.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { Dram } from '../../../machine/memory/dram.js';
import { unit } from '../../helpers/hierarchy.js';
import { Random } from '../../helpers/random.js';
const Rows = suite('machine/memory dram');

/** Reads at a time in cycles; answers in cycles. */
function reader(d = unit): (line: number, now: number) => number {
  const dram = new Dram(d);
  return (line, now) => dram.read(line, now * 48) / 48;
}
const row = 16;

Rows('an open row answers sooner; each bank has one', () => {
  const read = reader();
  assert.is(read(0, 0), 40 + 60);
  assert.is(read(1, 1000), 60);
  assert.is(read(row, 2000), 40 + 60); // the next bank
  assert.is(read(2, 3000), 60);
  assert.is(read(4 * row, 4000), 40 + 60); // the first bank, another row
  assert.is(read(3, 5000), 40 + 60);
});

Rows('a bank opens its next row a row cycle after the last', () => {
  const read = reader();
  assert.equal([0, 1, 2].map((i) => read(i * 4 * row, 0)), [40 + 60, 80 + 40 + 60, 2 * 80 + 40 + 60]);
});

Rows('a line of a row that is being opened waits for it, and for its turn on the bus', () => {
  const read = reader();
  assert.is(read(0, 0), 40 + 60);
  assert.is(read(1, 0), 40 + 8 + 60);
  assert.is(read(2, 16), 24 + 2 * 8 + 60);
});

Rows('the bus moves a line every 8 cycles, whoever asks', () => {
  const read = reader();
  for (let bank = 0; bank < 4; bank++) read(bank * row, 0);
  const all = Array.from({ length: 32 }, (_, i) => read((i & 3) * row + (i >> 2), 1000));
  assert.equal(all, all.map((_, i) => 60 + 8 * i));
});

Rows('writes take turns on the bus and nothing else', () => {
  const dram = new Dram(unit);
  dram.read(0, 0);
  for (let i = 0; i < 3; i++) dram.write(1000 * 48);
  assert.is(dram.read(1, 1000 * 48), (3 * 8 + 60) * 48);
});

Rows('a core that is ahead does not delay requests of earlier times', () => {
  const read = reader();
  read(0, 0);
  for (let i = 1; i < 16; i++) read(i, 1000);
  assert.is(read(1, 500), 60);
  assert.is(read(4 * row, 600), 40 + 60); // its own bank, another row
});

Rows('a calendar books each slot once, the first free ones at or after the time asked for', () => {
  const span = 64 * 32;
  const calendar = new Calendar(10, 64);
  const taken = new Set<number>();
  const random = new Random(9);
  for (let i = 0, now = 0; i < 2000; i++, now += random.below(200)) {
    const at = Math.max(0, now - random.below(400));
    const count = 1 + random.below(8);
    let slot = Math.floor(at / 10);
    while (Array.from({ length: count }, (_, k) => slot + k).some((s) => taken.has(s))) slot++;
    assert.ok(slot < at / 10 + span);
    assert.is(calendar.book(at, count), Math.max(0, slot * 10 - at), `booking ${i}`);
    for (let k = 0; k < count; k++) taken.add(slot + k);
  }
});

Rows('bandwidth of the real machines', () => {
  for (const name of ['skylake', 'skylake_sp', 'neoverse_n1']) {
    const d = memoryOf(name)!;
    const dram = new Dram(d);
    const lines = 1000;
    let last = 0;
    for (let i = 0; i < lines; i++) last = dram.read(i, 0);
    const perCycle = (lines * d.lineBytes) / (last / 48 - d.dram.rowHit);
    assert.ok(Math.abs(perCycle / d.dram.bytesPerCycle - 1) < 0.1, `${name}: ${perCycle}`);
  }
});

Rows.run();
