import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PF, PT, readElf, readExecutable, readSections, readSymbols, STT } from '../../../isa/abi/elf.js';
import { elfImage } from '../../helpers/elfImage.js';
import { compiledC, hasAll, run } from '../../helpers/oracle.js';
import { Random } from '../../helpers/random.js';
import { tally } from './elfMutants.js';
const Elf = suite('elf, sampled');

/** Small images of both kinds; a real one where a C compiler is. */
function originals(): Uint8Array[] {
  const text = { flags: PF.R | PF.X, vaddr: 0x401000, bytes: new Uint8Array(0x20).fill(0x90) };
  const data = { flags: PF.R | PF.W, vaddr: 0x402f00, bytes: new Uint8Array(0x80), memBytes: 0x2200 };
  const stack = { type: PT.GNU_STACK, flags: PF.R | PF.W, vaddr: 0, bytes: new Uint8Array(0) };
  return [elfImage({ pieces: [text, data, stack] }), elfImage({ pieces: [text, data], type: 3 })];
}

Elf('mutated images are loaded or refused with one line', () => {
  const count = 2000;
  const { answers, slowest } = tally(originals(), count, new Random(1));
  console.log(`elf mutants: ${count}, ${answers.size} kinds of answers, slowest ${slowest.toFixed(1)} ms`);
  assert.ok(answers.size > 20);
  assert.ok(slowest < 500);
});

Elf('a real static program reads as the GNU tools read it', () => {
  if (!hasAll('elf against readelf', 'gcc', 'readelf')) return;
  const program = compiledC('tests/machine/kernel/mm.c', ['-O1', '-static', '-g']);
  const file = readExecutable(readFileSync(program), { arch: 'amd64' });
  const text = (args: string[]): string => run('readelf', ['-W', ...args, program]).stdout;
  assert.match(text(['-h']), new RegExp(`Entry point address: +0x${file.entry.toString(16)}\n`));

  const loads = [...text(['-l']).matchAll(/^ +LOAD +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) /gm)].map((m) => m.slice(1).map((v) => parseInt(v, 16)));
  assert.equal(file.segments.filter((s) => s.type === PT.LOAD).map((s) => [s.offset, s.vaddr, s.fileBytes, s.memBytes]), loads);

  const sections = readSections(file);
  const listed = [...text(['-S']).matchAll(/^ +\[ *(\d+)\] (\S+) +\S+ +(\w{16}) (\w+) (\w+) /gm)].map((m) => [Number(m[1]), m[2], ...m.slice(3).map((v) => parseInt(v, 16))]);
  assert.equal(sections.slice(1).map((s) => [s.index, s.name, s.addr, s.offset, s.size]), listed);

  const symbols = readSymbols(file, sections);
  const functions = [...text(['-s']).matchAll(/^ +\d+: (\w+) +(\S+) FUNC +(\w+) +\S+ +\S+ (\S+)/gm)].map((m) => [parseInt(m[1]!, 16), Number(m[2]), m[4]]);
  assert.equal(symbols.filter((s) => s.type === STT.FUNC).map((s) => [s.value, s.size, s.name]), functions);
  console.log(`elf against readelf: ${sections.length} sections, ${functions.length} functions`);
  assert.is(readElf(readFileSync(program)).segments.length, file.segments.length);
});

Elf.run();
