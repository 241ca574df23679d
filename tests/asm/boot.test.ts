import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boot } from '../helpers/boot.js';
const Boot = suite('boot');

Boot('a test assembles its lines in place and reads registers, memory and cycles', () => {
  const m = boot({ arch: 'amd64', timing: 'none' }, `
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

Boot('arm64: symbols are reached by page, constants are made, literals and far branches found', () => {
  const filling = Array.from({ length: 8200 }, () => '      ADD $1, R9').join('\n'); // more than TBZ reaches
  const m = boot({ arch: 'arm64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVD x+8(SB), R0
      MOVWU x+4(SB), R1
      MOVD $x+16(SB), R2
      MOVD R0, sum(SB)
      MOVD $0x123456789abcdef0, R3
      MOVD $0xffff0000ffff1234, R4
      MOVW $-5, R5
      MOVD $1, R6
      ADD $0x123456, R6
      FMOVD $2.0, F0
      VMOV V0.B16, V1.B16
      TBZ $0, R9, far
${filling}
    far:
      MOVD $x(SB), R7
      MOVD $0x12345678, R8
      SUB R8, R7
      MOVD 0x12345678(R7), R8
      HLT
    DATA x+0(SB)/8, $0x1100000022
    DATA x+8(SB)/8, $0x33
    DATA x+16(SB)/8, $main+4(SB)
    GLOBL x(SB), RODATA, $64
    GLOBL sum(SB), NOPTR, $8
  `);
  assert.is(m.run(), 'exit');
  assert.equal(m.regs('R0', 'R1', 'R3', 'R4', 'R5', 'R6', 'V1', 'R8', 'R9'), {
    R0: '0x33', R1: '0x11', R3: '0x123456789abcdef0', R4: '0xffff0000ffff1234', R5: '0xfffffffb', R6: '0x123457', V1: '0x4000000000000000', R8: '0x1100000022', R9: '0x0',
  });
  assert.is(m.peek('sum'), '0x33');
  assert.is(m.peek('x', 16), `0x${(m.address('main') + 4).toString(16)}`);
  assert.equal(m.regs('R2'), { R2: `0x${(m.address('x') + 16).toString(16)}` });
});

Boot('arm64: frames of all sizes keep LR, R29 and what stands around them', () => {
  for (const frame of [0, 8, 16, 24, 216, 232, 4080, 60000]) {
    const m = boot({ arch: 'arm64', memoryBytes: 2 ** 23 }, `
      TEXT main(SB), NOSPLIT|NOFRAME, $0
        MOVD $0x77, R29
        MOVD RSP, R10
        SUB $32, RSP
        MOVD $40, R0
        MOVD R0, 8(RSP)
        MOVD $2, R0
        MOVD R0, 16(RSP)
        BL add(SB)
        MOVD 24(RSP), R1
        ADD $32, RSP
        SUB $0, RSP, R11
        SUB R10, R11
        MOVD R29, R12
        HLT
      TEXT add(SB), NOSPLIT, $${frame}-24
        BL nothing(SB)
        MOVD a+0(FP), R0
        MOVD b+8(FP), R1
        ADD R0, R1
        MOVD R1, ret+16(FP)
        RET
      TEXT nothing(SB), NOSPLIT, $16-0
        MOVD R0, x-8(SP)
        MOVD y-16(SP), R2
        RET
    `);
    assert.is(m.run(), 'exit');
    assert.equal(m.regs('R1', 'R11', 'R12'), { R1: '0x2a', R11: '0x0', R12: '0x77' }, `frame ${frame}`);
  }
});

Boot.run();
