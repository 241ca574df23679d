import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boot } from '../helpers/boot.js';
const Boot = suite('boot');

Boot('a test assembles its lines in place and reads registers, memory and cycles', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVQ x+0(SB), AX
      MOVQ x+8(SB), BX
      ADDQ AX, BX
      MOVQ BX, sum(SB)
      MOVQ BX, X1
      HLT
    DATA x+0(SB)/8, $0x11
    DATA x+8(SB)/8, $0x22
    GLOBL x(SB), RODATA, $64
    GLOBL sum(SB), NOPTR, $8
  `);
  assert.is(m.run(), 'exit');
  assert.equal(m.regs('AX', 'BX', 'X1'), { AX: '0x11', BX: '0x33', X1: '0x33' });
  assert.is(m.peek('sum'), '0x33');
  assert.is(m.cycles, 6); // a cycle an instruction
});

Boot('frames, arguments and calls work as the assembler lays them out', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $24-0
      MOVQ $40, 0(SP)
      MOVQ $2, 8(SP)
      CALL add(SB)
      MOVQ 16(SP), AX
      HLT
    TEXT add(SB), NOSPLIT, $16-24
      MOVQ a+0(FP), AX
      MOVQ AX, x-8(SP)
      PUSHQ CX
      MOVQ b+8(FP), AX
      ADDQ x-8(SP), AX
      MOVQ AX, ret+16(FP)
      POPQ CX
      RET
  `);
  m.run();
  assert.equal(m.regs('AX'), { AX: '0x2a' });
});

Boot('every core starts with its number', () => {
  const m = boot({ arch: 'amd64', cores: 3 }, `
    TEXT main(SB), NOSPLIT, $0
      LEAQ 100(DI), AX
      HLT
  `);
  m.run();
  assert.equal([0, 1, 2].map((core) => m.on(core).regs('AX').AX), ['0x64', '0x65', '0x66']);
});

Boot('what cannot run says why', () => {
  assert.throws(() => boot({ arch: 'amd64' }, 'TEXT main(SB), NOSPLIT, $0\n\tUD2\n').run(), /Undefined on core 0/);
  assert.throws(() => boot({ arch: 'amd64' }, 'TEXT main(SB), NOSPLIT, $0\n\tMOVQ AX\n'), /test.s:2:2: MOVQ takes 2 operands, found 1/);
});

Boot.run();
