import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Bare } from '../../../machine/bare.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';

const Rep = suite('repeated stores');

Rep('a repeated store over untouched pages goes on after each page fault', () => {
  const code = [
    0x48, 0x8d, 0xbc, 0x24, 0x00, 0xe0, 0xff, 0xff, // LEA RDI, [RSP - 0x2000]
    0xb9, 0x00, 0x04, 0x00, 0x00, // MOV ECX, 0x400
    0xf3, 0x48, 0xab, // REP STOSQ
    0xf4, // HLT
  ];
  const m = new Machine({ cores: 1, memoryBytes: 16 << 20 }, new MemoryHost(), (parts) => new Bare(parts));
  m.load(Uint8Array.from(code), []);
  assert.is(m.run(100_000), 'exit');
});

/** Copies 1 000 misaligned elements backwards or forwards; 32-bit addresses keep the helper from moving runs at once. */
function copied(back: boolean, narrow: boolean): { instructions: number; cycles: number; moved: string } {
  const elements = 1000;
  const [from, to] = back ? [0x401003 + 8 * elements, 0x406005 + 8 * elements] : [0x401003, 0x406005];
  const word = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >> 24];
  const code = [
    back ? 0xfd : 0xfc, // STD or CLD
    0xbe, ...word(from), // MOV ESI, from
    0xbf, ...word(to), // MOV EDI, to
    0xb9, ...word(elements), // MOV ECX, elements
    ...(narrow ? [0x67] : [0x3e]), 0xf3, 0x48, 0xa5, // REP MOVSQ
    0xf4, // HLT
  ];
  const image = new Uint8Array(0xb000).map((_, i) => (i >= 4096 ? (i * 37) & 255 : (code[i] ?? 0x90)));
  const m = new Machine({ cores: 1, memoryBytes: 16 << 20 }, new MemoryHost(), (parts) => new Bare(parts));
  m.load(image, []);
  assert.is(m.run(100_000), 'exit');
  const bare = m.kernel as Bare;
  const bytes = bare.memory.copy.readBytes(0x406000, 0x3000);
  return { instructions: m.instructions, cycles: m.cycles, moved: String(bytes instanceof Uint8Array && bytes.join()) };
}

for (const back of [false, true]) {
  Rep(`runs moved at once end where elements moved singly do, misaligned and ${back ? 'down' : 'up'}`, () => {
    assert.equal(copied(back, false), copied(back, true));
  });
}

Rep.run();
