import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../../asm/assemble.js';
import { runInterrupted } from '../../helpers/interrupted.js';
const Stress = suite('signal stress');

/**
 * Sums with flags, general, vector and x87 registers live, and ends with the sum. The handler leaves no register and
 * no flag as it was.
 */
const text = `
TEXT _rt0_amd64_linux(SB), 4, $0
	MOVQ $13, AX // rt_sigaction(SIGURG, action, nil, 8)
	MOVQ $23, DI
	LEAQ action(SB), SI
	MOVQ $0, DX
	MOVQ $8, R10
	SYSCALL
	MOVQ $0, BX
	MOVQ $40, CX
	MOVQ $0, R12
	PXOR X1, X1
	MOVQ $3, AX
	MOVQ AX, X2
	FLD1
	STC
loop:
	ADCQ $5, BX // the carry of the round before
	JCC even
	INCQ R12
even:
	PADDQ X2, X1
	CMPQ BX, $100 // a borrow while BX is small
	DECQ CX // leaves CF alone
	JNZ loop
	MOVQ X1, AX
	ADDQ AX, BX
	ADDQ R12, BX
	FLD1
	FADDDP F0, F1
	FMOVLP F0, two<>(SB)
	MOVL two<>(SB), AX
	ADDQ AX, BX
	MOVQ BX, DI
	MOVQ $231, AX
	SYSCALL
TEXT handler(SB), 4, $0
	PCMPEQL X0, X0
	MOVO X0, X1
	MOVO X0, X2
	MOVQ $-1, AX
	MOVQ AX, BX
	MOVQ AX, CX
	MOVQ AX, R12
	FLD1
	FLD1
	STD
	ADDQ AX, BX
	RET
TEXT restorer(SB), 4, $0
	MOVQ $15, AX
	SYSCALL
DATA action+0(SB)/8, $handler(SB)
DATA action+8(SB)/8, $0x04000000
DATA action+16(SB)/8, $restorer(SB)
GLOBL action(SB), 0, $32
GLOBL two<>(SB), 16, $8
`;

function image(): Uint8Array {
  const made = assemble([{ name: 'sums.s', text }]);
  if (!made.image) throw new Error(made.diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  return made.image;
}

/** 40 fives and 17 carries, 40 threes, and 1 + 1; a status has 8 bits. */
const sum = (217 + 120 + 2) & 0xff;
const bytes = image();
const config = { memoryBytes: 2 ** 24 };
const alone = runInterrupted(bytes, ['sums'], config, Infinity).ran;

Stress('the program sums alike undisturbed', () => {
  assert.equal([alone.status, alone.stopped], [sum, undefined]);
});

for (const every of [1, 7]) {
  for (const grain of ['block', 'insn'] as const) {
    Stress(`a signal after every ${every} ${grain === 'block' ? 'blocks' : 'instructions'} changes no register`, () => {
      const run = runInterrupted(bytes, ['sums'], { ...config, grain }, every);
      assert.equal(run.changed, []);
      assert.equal([run.ran.status, run.ran.stopped, run.moved], [sum, undefined, 0]);
      assert.ok(run.returns > 5 && run.returns === run.handlers, String(run.returns));
    });
  }
}

Stress.run();
