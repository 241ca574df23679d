import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { readExecutable, readSections, readSymbols, STT } from '../../isa/abi/elf.js';
const Assemble = suite('assemble');

const guest = new URL('../../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, guest), 'utf8');
const include = (name: string): string | undefined => {
  try {
    return read(`runtime/${name}`);
  } catch {
    return undefined;
  }
};

Assemble('a program becomes a static image that a loader accepts', () => {
  const { image, diagnostics } = assemble([{ name: 'hello.s', text: read('programs/hello/hello_amd64.s') }], { include });
  assert.equal(diagnostics.map((d) => formatDiagnostic(d)), []);
  const file = readExecutable(image!, { arch: 'amd64' });
  assert.equal(file.segments.map((s) => [s.vaddr, s.flags]), [[0x400000, 5], [0x402000, 4], [0, 6]]);
  assert.ok(file.entry >= 0x401000);
});

Assemble('sections, symbols with sizes and types, and addresses in data are those of the source', () => {
  const { image, diagnostics } = assemble([{
    name: 'a.s',
    text: `
TEXT main(SB), 4, $0
	MOVQ table+8(SB), AX
	RET
DATA table+0(SB)/8, $1
DATA table+8(SB)/8, $main+2(SB)
GLOBL table(SB), 8, $24
DATA local<>(SB)/4, $"ab\\n"
GLOBL local<>(SB), 16, $4
GLOBL ·zero(SB), 16, $100
`,
  }], { pkgpath: 'pkg' });
  assert.equal(diagnostics, []);
  const file = readExecutable(image!, { arch: 'amd64' });
  const sections = readSections(file);
  const named = (n: string): unknown => {
    const s = readSymbols(file, sections).find((x) => x.name === n)!;
    return [sections[s.section]!.name, s.size, s.type, s.bind];
  };
  assert.equal(named('main'), ['.text', 8, STT.FUNC, 1]);
  assert.equal(named('table'), ['.rodata', 24, STT.OBJECT, 1]);
  assert.equal(named('local'), ['.noptrdata', 4, STT.OBJECT, 0]);
  assert.equal(named('pkg.zero'), ['.noptrbss', 100, STT.OBJECT, 1]);
  const rodata = sections.find((s) => s.name === '.rodata')!;
  assert.is(new DataView(image!.buffer).getUint32(rodata.offset + 8, true), file.entry + 2);
});

Assemble.run();
