/** Listings of an image: Go syntax with TEXT headers, GNU syntax with sections, symbols in both. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../../asm/assemble.js';
import { ElfError } from '../../../isa/abi/elf.js';
import { disassemble, type DisasmOptions } from '../../../machine/debug/disasm.js';
import { Random } from '../../helpers/random.js';

const Disasm = suite('machine/debug disasm');

const { image } = assemble([{
  name: 't.s',
  text: `
TEXT main(SB), 516, $0
	MOVQ x+0(SB), AX
	CALL other(SB)
	JNE  back
	RET
back:
	LOCK
	XADDL CX, 8(AX)(SI*4)
	JMP  main(SB)
TEXT other(SB), 516, $0
	MOVUPS X15, 16(SP)
	CMPQ AX, $-1
	RET
DATA x+0(SB)/8, $17
GLOBL x(SB), 8, $8
`,
}]);

const list = (options: DisasmOptions): string[] => [...disassemble(image!, options)];
/** Texts without addresses and bytes; the padding between functions left out. */
const texts = (lines: readonly string[]): string[] => lines.map((l) => l.split('\t').at(-1)!).filter((t) => t !== 'INT $0x3' && t !== 'int3');

Disasm('Go syntax has a TEXT line a function and names for targets', () => {
  const lines = list({ syntax: 'go', match: /^(main|other)$/ });
  const fixed = texts(lines).map((t) => t.replace(/0x[0-9a-f]{5,}/, 'ADDRESS'));
  assert.equal(fixed, [
    'TEXT main(SB)', 'MOVQ x(SB), AX', 'CALL other(SB)', 'JNE ADDRESS', 'RET', 'LOCK XADDL CX, 0x8(AX)(SI*4)', 'JMP main(SB)', '',
    'TEXT other(SB)', 'MOVUPS X15, 0x10(SP)', 'CMPQ AX, $-0x1', 'RET',
  ]);
});

Disasm('GNU syntax is that of objdump -d', () => {
  const lines = list({ syntax: 'gnu', match: /^main$/, name: 'a.out' });
  assert.is(lines[1], 'a.out:     file format elf64-x86-64');
  assert.is(lines[4], 'Disassembly of section .text:');
  assert.match(lines[6]!, /^[0-9a-f]{16} <main>:$/);
  assert.equal(texts(lines.slice(7)).map((t) => t.replace(/\b[0-9a-f]{6} </, 'ADDRESS <').replace(/0x[0-9a-f]+\(%rip\)/, 'DISP(%rip)')), [
    'mov    DISP(%rip),%rax        # ADDRESS <x>', 'call   ADDRESS <other>', 'jne    ADDRESS <main+0xf>', 'ret', 'lock xadd %ecx,0x8(%rax,%rsi,4)', 'jmp    ADDRESS <main>',
  ]);
  assert.match(lines[7]!, /^ +[0-9a-f]+:\t48 8b 05 .. .. .. .. \t/);
});

Disasm('arm64 is listed a word a line, in both syntaxes', () => {
  const arm64 = assemble([{ name: 't.s', text: 'TEXT main(SB), 516, $0\n\tMOVD x+8(SB), R0\n\tBL other(SB)\nback:\n\tBNE back\n\tMOVD.P 8(R1), g\n\tRET\nTEXT other(SB), 516, $0\n\tRET\nGLOBL x(SB), 16, $16\n' }], { arch: 'arm64' }).image!;
  const lines = [...disassemble(arm64, { syntax: 'go', match: /^main$/ })];
  assert.equal(lines.map((l) => l.split('\t').at(-1)), ['TEXT main(SB)', 'ADRP 61440(PC), R27', 'MOVD 8(R27), R0', 'CALL other(SB)', 'BNE 0(PC)', 'MOVD.P 8(R1), g', 'RET', '?', '?']);
  assert.match(lines[2]!, /^ {2}0x11004\t\tf9400760 +\t/);
  const gnu = [...disassemble(arm64, { syntax: 'gnu', match: /^main$/ })];
  assert.match(gnu.at(-5)!, /^ +1100c:\t54000001 \tb\.ne\t1100c <main\+0xc>/);
});

Disasm('a damaged image ends in an error that says what is wrong, or in a listing', () => {
  const r = new Random(7);
  for (let i = 0; i < 300; i++) {
    const damaged = image!.slice();
    for (let k = 0; k < 4; k++) damaged[r.below(i % 2 ? 64 : damaged.length)] = r.below(256);
    try {
      let n = 0;
      for (const line of disassemble(damaged, { syntax: i % 3 ? 'go' : 'gnu' })) if (line !== '' && ++n > 2000) break;
    } catch (e) {
      assert.ok(e instanceof ElfError, String(e));
    }
  }
});

Disasm.run();
