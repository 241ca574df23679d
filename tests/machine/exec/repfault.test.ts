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

Rep.run();
