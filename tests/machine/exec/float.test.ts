/** Floating point and vectors as a program meets them, on tier 0. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boot } from '../../helpers/boot.js';
const Float = suite('floats on the machine');

const data = (name: string, ...words: string[]): string =>
  words.map((w, i) => `DATA ${name}+${8 * i}(SB)/8, $${w}`).join('\n') + `\nGLOBL ${name}(SB), NOPTR, $${8 * words.length}\n`;

Float('NaN made of nothing is negative, and the first NaN operand wins', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      XORPS X0, X0
      DIVSD X0, X0        // 0/0
      MOVQ X0, AX
      MOVSD nan<>+0(SB), X1
      MOVSD nan<>+8(SB), X2
      ADDSD X2, X1        // X1 stands first
      MOVQ X1, BX
      MOVSD nan<>+0(SB), X1
      MINSD one<>(SB), X1 // unordered: the source
      MOVQ X1, CX
      UCOMISD X2, X1
      SETPS DX
      HLT
    ${data('nan<>', '0x7ff0000000000123', '0x7ff8000000000456')}
    ${data('one<>', '0x3ff0000000000000')}
  `);
  m.run();
  assert.equal(m.regs('AX', 'BX', 'CX'), { AX: '0xfff8000000000000', BX: '0x7ff8000000000123', CX: '0x3ff0000000000000' });
  assert.is(Number(m.regs('DX')['DX']) & 0xff, 1, 'PF');
});

Float('conversions out of range give the most negative integer', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      CVTTSD2SQ big<>(SB), AX
      CVTTSD2SL big<>(SB), BX
      CVTSD2SL half<>(SB), CX
      CVTTSD2SQ half<>(SB), DX
      HLT
    ${data('big<>', '0x43e0000000000000')}
    ${data('half<>', '0x4004000000000000')}
  `);
  m.run();
  assert.equal(m.regs('AX', 'BX', 'CX', 'DX'), { AX: '0x8000000000000000', BX: '0x80000000', CX: '0x2', DX: '0x2' });
});

Float('MXCSR chooses the rounding until it is set back', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVSD one<>(SB), X0
      MOVAPD X0, X1
      DIVSD three<>(SB), X0
      LDMXCSR up<>(SB)
      DIVSD three<>(SB), X1
      CVTSD2SQ X1, CX     // up: 1
      STMXCSR was(SB)
      LDMXCSR nearest<>(SB)
      MOVQ X0, AX
      MOVQ X1, BX
      HLT
    ${data('one<>', '0x3ff0000000000000')}
    ${data('three<>', '0x4008000000000000')}
    ${data('up<>', '0x5f80')}
    ${data('nearest<>', '0x1f80')}
    ${data('was', '0')}
  `);
  m.run();
  assert.equal(m.regs('AX', 'BX', 'CX'), { AX: '0x3fd5555555555555', BX: '0x3fd5555555555556', CX: '0x1' });
  assert.is(m.peek('was', 0, 4), '0x5f80');
});

Float('FXRSTOR64 brings back what FXSAVE64 stored, x87 included', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $area<>(SB), SI
      ADDQ $15, SI
      ANDQ $~15, SI
      MOVQ $0x1122334455667788, AX
      MOVQ AX, X7
      FLDPI
      FXSAVE64 (SI)
      PXOR X7, X7
      FINIT
      FXRSTOR64 (SI)
      MOVQ X7, BX
      FMOVDP F0, pi(SB)
      HLT
    GLOBL area<>(SB), NOPTR, $544
    ${data('pi', '0')}
  `);
  m.run();
  assert.equal(m.regs('BX'), { BX: '0x1122334455667788' });
  assert.is(m.peek('pi', 0, 8), '0x400921fb54442d18');
});

Float('reciprocal estimates have twelve bits on tier 0 too', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVSS three<>(SB), X0
      RCPSS X0, X1
      SHUFPS $0, X0, X0
      RSQRTPS X0, X2
      MOVQ X1, AX
      MOVQ X2, BX
      HLT
    ${data('three<>', '0x40400000')}
  `);
  m.run();
  assert.equal(m.regs('AX', 'BX'), { AX: '0x3eaab000', BX: '0x3f13d0003f13d000' });
});

Float('a misaligned MOVAPS is a general protection fault', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $area<>(SB), SI
      ORQ $1, SI
      MOVUPS (SI), X0
      MOVAPS (SI), X1
      HLT
    GLOBL area<>(SB), NOPTR, $64
  `);
  assert.throws(() => m.run(), /rotection/);
});

Float('the same table of bytes is shuffled, compared and counted', () => {
  const m = boot({ arch: 'amd64' }, `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $0x0706050403020100, AX
      MOVQ AX, X0
      PSHUFL $0x44, X0, X0       // both halves
      MOVOU reverse<>(SB), X1
      PSHUFB X1, X0
      MOVO X0, X2
      PUNPCKLBW X0, X2
      PCMPEQB X0, X2
      PMOVMSKB X2, BX
      PEXTRQ $1, X0, CX
      HLT
    ${data('reverse<>', '0x08090a0b0c0d0e0f', '0x0001020304050607')}
  `);
  m.run();
  assert.equal(m.regs('BX', 'CX'), { BX: '0x8001', CX: '0x1020304050607' });
});

Float.run();
