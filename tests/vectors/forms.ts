/**
 * Writes tests/vectors/forms*.txt: for every row its sample instructions as `bytes ; Go text ; GNU text`. The GNU
 * text is compared with objdump's first, and nothing is written when they differ.
 *
 * Run after a build: `node dist/tests/vectors/forms.js`.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printGnu } from '../../isa/x86/printGnu.js';
import { printGo } from '../../isa/x86/printGo.js';
import { allRows } from '../../isa/x86/table.js';
import type { Insn } from '../../isa/row.js';
import { hexOf, samplePc, samplesOf } from '../helpers/forms.js';
import { run } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';

/** Every sample in a cell of its own; objdump is told that each cell stands at samplePc. */
const cellBytes = 16;

function objdumpTexts(samples: readonly Insn[]): string[] {
  const image = new Uint8Array(samples.length * cellBytes).fill(0x90);
  samples.forEach((s, i) => image.set(s.bytes, i * cellBytes));
  const file = join(mkdtempSync(join(tmpdir(), 'rt0-forms-')), 'cells');
  writeFileSync(file, image);
  const listing = run('objdump', ['-D', '-z', '-w', '-b', 'binary', '-m', 'i386:x86-64', file]).stdout;
  const texts = new Map<number, string>();
  for (const line of listing.split('\n')) {
    const [address, , text] = line.split('\t');
    if (text !== undefined) texts.set(parseInt(address!, 16), text.trimEnd());
  }
  return samples.map((_, i) => texts.get(i * cellBytes) ?? '(none)');
}

/** objdump's text with its addresses moved from the cell to samplePc. */
function moved(text: string, cell: number): string {
  return text.replace(/(# |^\S+ +)(0x[0-9a-f]+)$/, (all, before: string, address: string) =>
    /^(#|j|call|loop|xbegin)/.test(before) ? `${before}0x${(Number(address) - cell + samplePc).toString(16)}` : all);
}

/** Encodings that objdump reads as something else: MPX, which no machine of ours has, prefetches of a register, and x87 repetitions. */
const otherwise = (encoding: string): boolean => /0F 1[AB]|0F 0D .r MR$|^(DC D0|DC D8|DD C8|DE D0|DF C8|DF D0|DF D8|D9 D8)\+i$/.test(encoding);

const files = [['forms.txt', (e: string) => !/^E?VEX/.test(e)], ['forms-vex.txt', (e: string) => e.startsWith('VEX')], ['forms-evex.txt', (e: string) => e.startsWith('EVEX')]] as const;
let differ = 0;
for (const [name, belongs] of files) {
  const samples = allRows().filter((row) => belongs(row.encoding)).flatMap(samplesOf);
  const texts = objdumpTexts(samples);
  const lines = samples.map((insn, i) => {
    const gnu = printGnu(insn);
    const want = moved(texts[i]!, i * cellBytes);
    if (gnu !== want && !otherwise(insn.row.encoding)) {
      differ++;
      console.error(`${hexOf(insn.bytes)}\n  objdump ${want}\n  ours    ${gnu}`);
    }
    return `${hexOf(insn.bytes)} ; ${printGo(insn)} ; ${gnu}`;
  });
  if (differ === 0) writeFileSync(join(root, 'tests/vectors', name), `${lines.join('\n')}\n`);
  console.log(`${name}: ${lines.length} lines`);
}
if (differ > 0) {
  console.error(`${differ} differ from objdump: nothing written`);
  process.exitCode = 1;
}
