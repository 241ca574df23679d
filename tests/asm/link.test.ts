/** Files together: which definition a name means, where things stand, what the image says of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic, type Assembly } from '../../asm/assemble.js';
import { PT, readExecutable, readSections, sectionBytes } from '../../isa/abi/elf.js';
const Link = suite('asm link');

const link = (...texts: string[]): Assembly => assemble(texts.map((text, i) => ({ name: `${i}.s`, text })));
const errors = (a: Assembly): string[] => a.diagnostics.map((d) => formatDiagnostic(d).split('\n')[0]!);
const addressOf = (a: Assembly, name: string): number => a.symbols.find((s) => s.name === name)!.address;
/** Eight bytes of the image at an address. */
function word(a: Assembly, address: number): number {
  const file = readExecutable(a.image!, { arch: 'amd64' });
  const section = readSections(file).find((s) => s.addr > 0 && address >= s.addr && address < s.addr + s.size)!;
  const bytes = sectionBytes(file, section);
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(address - section.addr, true));
}

Link('a local name is its own file\'s, a global one everybody\'s', () => {
  const a = link(
    'TEXT main(SB), 4, $0\n\tRET\nDATA p(SB)/8, $x<>(SB)\nGLOBL p(SB), 8, $8\nDATA x<>(SB)/8, $1\nGLOBL x<>(SB), 8, $8\n',
    'DATA q(SB)/8, $x<>(SB)\nGLOBL q(SB), 8, $8\nDATA x<>(SB)/8, $2\nGLOBL x<>(SB), 8, $8\nDATA r(SB)/8, $p+4(SB)\nGLOBL r(SB), 8, $8\n',
  );
  assert.equal(errors(a), []);
  assert.is(word(a, word(a, addressOf(a, 'p'))), 1);
  assert.is(word(a, word(a, addressOf(a, 'q'))), 2);
  assert.is(word(a, addressOf(a, 'r')), addressOf(a, 'p') + 4);
});

Link('one of several DUPOK definitions is taken; any other second one is an error', () => {
  const one = 'TEXT f(SB), 6, $0\n\tRET\n';
  assert.equal(errors(link('TEXT main(SB), 4, $0\n\tJMP f(SB)\n', one, one)), []);
  assert.equal(errors(link('TEXT main(SB), 4, $0\n', one, 'TEXT f(SB), 4, $0\n\tRET\n')), ['2.s:1:6: symbol f is already defined at 1.s:1']);
  assert.equal(errors(link('TEXT main(SB), 4, $0\nGLOBL main(SB), 16, $8\n')), ['0.s:2:7: symbol main is already defined at 0.s:1']);
});

Link('constants of instructions are stored once for all files', () => {
  const text = (name: string): string => `TEXT ${name}(SB), 4, $0\n\tMOVSD $1.5, X0\n\tMOVSD $1.5, X1\n\tRET\n`;
  const a = link(text('main'), text('f'));
  assert.is(a.symbols.filter((s) => s.name.startsWith('$f64')).length, 1);
});

Link('sections stand as Go lays them out: code, constants, data, zeroed data, each segment on its own pages', () => {
  const a = link(`TEXT main(SB), 4, $0
	RET
DATA a(SB)/8, $1
GLOBL a(SB), 8, $8
DATA b(SB)/8, $1
GLOBL b(SB), 16, $8
DATA c(SB)/8, $1
GLOBL c(SB), 0, $8
GLOBL d(SB), 0, $8000
GLOBL e(SB), 16, $8000
GLOBL t(SB), 256, $8
`);
  const file = readExecutable(a.image!, { arch: 'amd64' });
  assert.equal(readSections(file).map((s) => s.name).slice(1, 8), ['.text', '.rodata', '.noptrdata', '.data', '.bss', '.noptrbss', '.tbss']);
  assert.equal(file.segments.map((s) => [s.type, s.flags]), [[PT.LOAD, 5], [PT.LOAD, 4], [PT.LOAD, 6], [PT.TLS, 4], [PT.GNU_STACK, 6]]);
  const [code, constants, data] = file.segments;
  assert.is(code!.vaddr, 0x400000);
  assert.is(addressOf(a, 'main'), 0x401000);
  assert.ok(constants!.vaddr % 4096 === 0 && data!.vaddr % 4096 === 0);
  assert.ok(data!.memBytes > 16000 && data!.fileBytes < 100);
  assert.is(addressOf(a, 't'), -8); // from the thread pointer
});

Link('the names that Go\'s linker puts around sections exist when they are used', () => {
  const a = link('TEXT main(SB), 4, $0\n\tMOVQ $runtime\u00b7text(SB), AX\n\tMOVQ $runtime\u00b7etext(SB), AX\n\tMOVQ $runtime\u00b7end(SB), AX\n\tRET\nGLOBL x(SB), 16, $8\n');
  assert.equal(errors(a), []);
  assert.is(addressOf(a, 'runtime.text'), 0x401000);
  assert.is(addressOf(a, 'runtime.etext'), 0x401000 + 22);
  assert.is(addressOf(a, 'runtime.end'), addressOf(a, 'x') + 8);
  assert.is(a.symbols.some((s) => s.name === 'runtime.edata'), false);
});

Link('the entry point is _rt0_amd64_linux, else main, else what is asked for', () => {
  const start = (text: string, entry?: string): number | string => {
    const a = assemble([{ name: 't.s', text }], entry === undefined ? {} : { entry });
    return a.image ? readExecutable(a.image, { arch: 'amd64' }).entry : errors(a)[0]!;
  };
  const both = 'TEXT main(SB), 4, $0\n\tRET\nTEXT _rt0_amd64_linux(SB), 4, $0\n\tRET\n';
  assert.is(start(both), 0x401020);
  assert.is(start(both, 'main'), 0x401000);
  assert.is(start('TEXT main(SB), 4, $0\n\tRET\n'), 0x401000);
  assert.is(start('TEXT f(SB), 4, $0\n'), 'no entry point: no file defines _rt0_amd64_linux or main');
  assert.is(start('GLOBL main(SB), 16, $8\n'), 't.s:1:7: entry point main is not a function');
});

Link('a thread-local symbol has no address in code', () => {
  assert.equal(errors(link('TEXT main(SB), 4, $0\n\tMOVQ t(SB), AX\nGLOBL t(SB), 256, $8\n')), ['0.s:2:7: t is thread-local: it has no address; g is reached by (TLS)']);
});

// arm64.

const link64 = (...texts: string[]): Assembly => assemble(texts.map((text, i) => ({ name: `${i}.s`, text })), { arch: 'arm64' });
/** Word i of a function. */
function wordIn(a: Assembly, name: string, i: number): string {
  const file = readExecutable(a.image!, { arch: 'arm64' });
  const section = readSections(file).find((s) => s.name === '.text')!;
  const bytes = sectionBytes(file, section);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(addressOf(a, name) - section.addr + 4 * i, true).toString(16);
}

Link('arm64: sections stand on pages of 64 KiB, functions at multiples of 16, zeros between them', () => {
  const a = link64('TEXT _rt0_arm64_linux(SB), 4, $0\n\tB main(SB)\nTEXT main(SB), 4, $0\n\tRET\nDATA a(SB)/8, $main(SB)\nGLOBL a(SB), 8, $8\nGLOBL b(SB), 16, $8\n');
  assert.equal(errors(a), []);
  const file = readExecutable(a.image!, { arch: 'arm64' });
  assert.equal(file.segments.map((s) => [s.type, s.vaddr]), [[PT.LOAD, 0x10000], [PT.LOAD, 0x20000], [PT.LOAD, 0x30000], [PT.GNU_STACK, 0]]);
  assert.is(file.entry, 0x11000);
  assert.is(addressOf(a, 'main'), 0x11010);
  assert.equal([0, 1, 2, 3].map((i) => wordIn(a, '_rt0_arm64_linux', i)), ['14000004', '0', '0', '0']);
});

Link('arm64: calls, pages and lower halves of addresses are filled in', () => {
  const a = link64('TEXT main(SB), 516, $0\n\tBL f(SB)\n\tMOVD $x+8(SB), R1\n\tMOVD x+16(SB), R2\n\tMOVW y+4(SB), R3\n\tMOVBU y+1(SB), R4\n\tRET\nGLOBL x(SB), 16, $32\nGLOBL y(SB), 16, $32\n', 'TEXT f(SB), 4, $0\n\tRET\n');
  assert.equal(errors(a), []);
  // x stands at the start of the data, page 0x20; main in page 0x11
  assert.is(addressOf(a, 'x'), 0x20000);
  assert.equal([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => wordIn(a, 'main', i)), ['9400000c', 'f0000061', '91002021', 'f000007b', 'f9400b62', 'f000007b', 'b9802763', 'f000007b', '39408764']);
});

Link('arm64: a thread-local symbol is an offset behind the thread\'s control block', () => {
  const a = link64('TEXT main(SB), 4, $0\n\tMOVD t(SB), R27\n\tMOVD u(SB), R27\n\tRET\nGLOBL t(SB), 256, $8\nGLOBL u(SB), 256, $8\n');
  assert.equal(errors(a), []);
  assert.equal([0, 1].map((i) => wordIn(a, 'main', i)), ['d280021b', 'd280031b']);
  assert.equal(['t', 'u'].map((name) => addressOf(a, name)), [16, 24]);
});

Link('arm64: a page\'s lower half that is no multiple of the access is refused', () => {
  assert.equal(errors(link64('TEXT main(SB), 4, $0\n\tMOVD x(SB), R1\n', 'GLOBL a(SB), 16, $4\nGLOBL x(SB), 16, $4\n')), ['0.s:2:7: the address is not a multiple of 8, which this access needs; load it with MOVD $ first']);
});

Link('sources of another architecture by their names are left out', () => {
  const sources = [{ name: 'a_amd64.s', text: 'TEXT main(SB), 4, $0\n\tMOVQ $1, AX\n' }, { name: 'a_arm64.s', text: 'TEXT main(SB), 4, $0\n\tMOVD $1, R0\n' }];
  for (const arch of ['amd64', 'arm64'] as const) {
    const a = assemble(sources, { arch });
    assert.equal(errors(a), []);
    assert.is(readExecutable(a.image!, { arch }).entry, addressOf(a, 'main'));
  }
});

Link('an image that would not fit is refused', () => {
  assert.equal(errors(link('TEXT main(SB), 4, $0\nGLOBL a(SB), 16, $2000000000\nGLOBL b(SB), 16, $2000000000\n')), ['the image takes 3819 MiB of memory, more than 2032 MiB']);
  assert.equal(errors(link('TEXT main(SB), 4, $0\nGLOBL a(SB), 8, $2000000000\n')), ['code, constants and initialised data take 1908 MiB, more than 256 MiB']);
});

Link('the same sources give the same bytes', () => {
  const texts = ['TEXT main(SB), 0, $200\n\tCALL f(SB)\n\tRET\nTEXT runtime\u00b7morestack_noctxt(SB), 4, $0\n\tRET\n', 'TEXT f(SB), 4, $0\n\tMOVSD $2.5, X0\n\tRET\nGLOBL x<>(SB), 16, $8\n'];
  assert.equal(link(...texts).image, link(...texts).image);
});

Link.run();
