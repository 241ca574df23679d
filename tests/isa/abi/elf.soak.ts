import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PF, PT } from '../../../isa/abi/elf.js';
import { elfImage } from '../../helpers/elfImage.js';
import { compiledC, has } from '../../helpers/oracle.js';
import { Random } from '../../helpers/random.js';
import { tally } from './elfMutants.js';
const Elf = suite('elf, in full');

Elf('ten thousand mutated images are loaded or refused with one line, soon', () => {
  const text = { flags: PF.R | PF.X, vaddr: 0x401000, bytes: new Uint8Array(0x20).fill(0x90) };
  const data = { flags: PF.R | PF.W, vaddr: 0x402f00, bytes: new Uint8Array(0x80), memBytes: 0x2200 };
  const interp = { type: PT.INTERP, flags: PF.R, vaddr: 0x406000, bytes: Uint8Array.from('/lib/ld.so\0', (c) => c.charCodeAt(0)) };
  const images = [elfImage({ pieces: [text, data] }), elfImage({ pieces: [text, data], type: 3 }), elfImage({ pieces: [text, interp] })];
  if (has('gcc')) images.push(readFileSync(compiledC('tests/machine/kernel/mm.c', ['-O1', '-static', '-g'])));
  const count = 10000;
  const { answers, slowest } = tally(images, count, new Random(2));
  console.log(`elf mutants: ${count} of ${images.length} images, ${answers.size} kinds of answers, slowest ${slowest.toFixed(1)} ms`);
  for (const [what, times] of [...answers].sort((a, b) => b[1] - a[1]).slice(0, 12)) console.log(`${String(times).padStart(6)}  ${what}`);
  assert.ok(slowest < 2000);
});

Elf.run();
