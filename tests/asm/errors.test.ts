/**
 * Every kind of error, as the user sees it: tests/golden/asm-errors-ARCH.txt hold each bad line or file and what is
 * printed for it. UPDATE=1 rewrites them; read the difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic, type Arch } from '../../asm/assemble.js';
import { root } from '../helpers/root.js';
const Errors = suite('asm errors');

/** One instruction each, in a function. */
const amd64 = String.raw`
MOVX AX, BX
MOVQ AX
MOVQ AX, BX, CX
MOVQ $1, $2
ADDQ X0, AX
ADDQ AX, X0
ADDB $300, AL
MOVB SIB, AH
ADDQ $0x100000000, AX
MOVQ 0x123456789(AX), BX
MOVQ (AX)(SP*8), BX
MOVQ (AX)(BX*3), CX
MOVQ (X0), AX
MOVQ x(SB)(AX*8), BX
MOVQ x(SB)
MOVQ $x, AX
MOVQ 8(FP), AX
MOVQ x, AX
MOVQ x(AX), AX
JMP nowhere
JNE foo(SB)
JMP 100(PC)
CALL
CALL $4
CALL AX, BX
RET AX
MOVSD $1, X0
MOVSD $1.5, AX
FADDD $1.5, F0
MOVL $1.5, AX
MOVQ $"abc", AX
BYTE $1, $2
BYTE AX
LOCK AX
PUSHQ AX; RET
ADJSP AX
VADDPD.Q X0, X1, X2
ADDQ.Z AX, BX
VADDPD X0, X1
SHLQ DX, AX
IMULQ $5, (AX)
LEAQ AX, BX
LEAQ $x(SB), AX
MOVQ $(1<<), AX
MOVQ $(1/0), AX
MOVQ $((1), AX
MOVQ $'ab', AX
MOVQ $08, AX
MOVQ $99999999999999999999, AX
MOVQ $~, AX
MOVQ TLS, X0
MOVQ FP, AX
MOVQ (AX), (BX)
ADDQ AX,
ADDQ , AX
123
MOVQ AX BX
MOVQ "abc
MOVQ $"\\q", AX
PCALIGN $12
PCALIGN AX
FUNCDATA $1, 5
PCDATA AX, $1
CMPPS X0, X1, $300
PSHUFL $256, X0, X1
VGATHERDPS X2, (AX)(X1*4)
INT $256
XCHGQ $1, AX
CALL x<>(SB)
a: b: a: NOP
MOVQ AX, CR9
PUSHQ $0x7fffffffff
LOOP (AX)
MOVQ AX, 8(CX)(DX)
TESTQ (AX), (BX)
`;

/** The same of arm64; what the parser says is the same for both. */
const arm64 = String.raw`
MOVX R0, R1
MOVQ R0, R1
MOVD R0
MOVD R0, R1, R2
MOVD $1, $2
MOVD R18, R0
MOVD R28, R0
MOVD R31, R0
MOVD F0, R1
MOVD (R0), (R1)
MOVD $5, (R0)
MOVB $5, R0
MOVW $0x123456789, R0
MOVD $0x1234, RSP
MOVW RSP, R0
MOVD 8(SP), R0
MOVD 8(FP), R0
MOVD (F0), R0
MOVD (ZR), R0
MOVD x, R0
MOVD (R0)(R1*8), R2
MOVD (R0)(R1<<2), R2
MOVD (R0)(R1.UXTB), R2
MOVD 8(R0)(R1), R2
MOVD x(SB)(R1), R2
MOVD.P 256(R0), R1
MOVD.W (R0)(R1), R2
MOVD.P 8(R0), R0
MOVD.X (R0), R1
MOVD.P x+0(FP), R1
MOVD 0x12345678(R27), R1
MOVD R27, 0x1000001(R0)
MOVD R27, x(SB)
MOVW $x(SB), R0
MOVD $x(SB), ZR
MOVD $(R0)(R1), R2
MOVK $0, R0
MOVK $0x12345, R0
MOVKW $(1<<32), R0
LDP (R0), R1
LDP (R0), (R1, R1)
LDP (R0), (F1, F2)
LDP.P 3(R0), (R1, R2)
LDP (R0)(R1), (R2, R3)
STP R0, (R1)
ADD R0
ADD F0, R1
ADD R0, R1, R2, R3
ADD $1, ZR, R0
ADD R0@>2, R1
ADD R0<<64, R1
ADDW R0<<32, R1
ADD R0.UXTB<<5, R1
ADD R0.UXTQ, R1
ADD R0<<R1, R2
ADD V0.B16, V1.B16
ADD $0x1234567, R27, R0
ADDS $1, RSP
ADDW $0x123456789, R0
AND $5, R27, R0
AND RSP, R0
CMP R0, R1, R2
CMP $1
LSL $64, R0
LSLW $32, R0
ROR $64, R0
BFI $60, R0, $8, R1
UBFX R0, R1
TBZ $64, R0, 2(PC)
TBZ R0, R0, 2(PC)
CBZ R0
CBZ F0, 2(PC)
B nowhere
BEQ foo(SB)
B 100(PC)
B
BL $4
BL 8(R0)
RET R0, R1
RET F0
CSEL EQ, R0, R1
CSET AL, R0
CSET R0, R1
CINC XX, R0, R1
CCMP EQ, R0, $32, $0
FMOVD $1e400, F0
FMOVD $1.5, R0
FADDD $1.5, F0
FADDD R0, F0
FADDD V0, V1, V2
FMOVS $"a", F0
VADD V0.B16, V1.H8, V2.B16
VADD V0.X16, V1.B16, V2.B16
VADD V0.B16[1], V1.B16, V2.B16
VMOV R0, V1.S[4]
VMOV R0, V1.S[16]
VLD1 (R0), [V0.B16, V2.B16]
VLD1 (R0), [V0.B16, V1.H8]
VLD1 (R0), [V0.B16, V1.B16, V2.B16, V3.B16, V4.B16]
VLD1 (R0), [R0, R1]
VLD1.P 8(R0), [V0.B16]
VLD2 (R0), [V0.B16]
VSHL $8, V0.B16, V1.B16
VMOVI $256, V0.B16
VEXT $16, V0.B16, V1.B16, V2.B16
STXR R0, (R1), R0
STXR R0, (R1), R1
CASPD (R1, R2), (R0), (R2, R3)
SVC $65536
MRS FOO_EL0, R0
MSR R0, MIDR_EL1
MSR $16, DAIFSet
DC R0
DC ZVA
TLBI CVAC, R0
PRFM 4(R0), PLDL1KEEP
PRFM (R0), PLDL9KEEP
SYS $1, R0
WORD $0x123456789
WORD R0
DWORD $x(SB)
NEG $5, R0
SVE R0
REM $5, R0
DMB
BTI X
MOVD ·t(SB), R0, R1
PCALIGN $4
`;

/** Whole files, between lines of dashes. `a.h` can be included, and includes itself. */
const files = String.raw`
TEXT main(SB), 4
---
TEXT main, 4, $0
---
TEXT main+4(SB), 4, $0
---
TEXT main(SB), NOSPLIT, $0
---
TEXT main(SB), 4, $x
---
TEXT main(SB), 4, $8-x
---
TEXT main(SB), 4, $12
	RET
---
TEXT main<ABIInternal>(SB), 0, $0
---
TEXT main(SB), NOSPLIT, $0
	MOVB (SB), 5(FP)
loop:
	NOTHING
	RET
---
TEXT.P main(SB), 4, $0
	RET
---
TEXT main(SB), 4,
	RET
---
TEXT main(SB), 4, $0
	CALL f(SB)
	CALL g(SB)
	JMP end
	RET
end:
TEXT f(SB), 4
	JMP nowhere
end:
	RET
TEXT g, 4, $0
	RET
---
TEXT main(SB), 4, $0
TEXT main(SB), 4, $0
---
TEXT f(SB), 4, $0
	RET
---
MOVQ AX, BX
TEXT main(SB), 4, $0
---
TEXT main(SB), 4, $0
	JMP end
end:
---
TEXT main(SB), 4, $0
	CALL f(SB)
	CALL f(SB)
	MOVQ h<>(SB), AX
	MOVQ maim(SB), AX
TEXT f<>(SB), 4, $0
---
DATA x(SB)/4, $1
TEXT main(SB), 4, $0
---
GLOBL x(SB), 16, $8
GLOBL x(SB), 16, $8
DATA x+4(SB)/8, $1
DATA y(SB), $1
GLOBL a(SB), 16, $64
DATA a+0(SB)/3, $1
DATA a+8(SB)/4, $main(SB)
DATA a+16(SB)/2, $"long"
DATA a+24(SB)/2, $1.5
DATA a+32(SB)/4, AX
DATA a+40(SB)/8, $a(FP)
TEXT main(SB), 4, $0
---
GLOBL x(SB), 16, $16
DATA x+8(SB)/8, $1
DATA x+4(SB)/8, $1
DATA x-8(SB)/8, $1
GLOBL t(SB), 256, $8
DATA t(SB)/8, $1
GLOBL z(SB), 16, AX
GLOBL z(SB), 16, $-1
GLOBL z+8(SB), 16, $1
TEXT main(SB), 4, $0
---
#include "nowhere.h"
#include <a.h>
#include "a.h" x
TEXT main(SB), 4, $0
---
#include "a.h"
---
#define LOOP LOOP
TEXT main(SB), 4, $0
	LOOP
---
#define A(x) MOVQ x, BX
#define A 1
#define B(x, x) x
#define C(1) x
#define
#undef D
#undefine A
TEXT main(SB), 4, $0
	A()
	A($1, $2)
	A($1
	A($1.5)
---
#ifdef X
	anything at all: "
#else
#else
#endif
#endif
#else
#ifndef
#endif
#ifdef Y
---
TEXT main(SB), 4, $0 /* no end
	RET
---
TEXT main(SB), 4, $0
	MOVQ $'a, AX
	MOVQ $12ab, AX
	MOVQ $0b12, AX
	ADDQ $1 $2, AX
	a b c
	MOVQ AX,, BX
	@
`;

/** The same of arm64, where they say something else than for amd64. */
const arm64Files = String.raw`
TEXT main(SB), 4, $-16
	RET
---
TEXT main(SB), 516, $16
	RET
---
TEXT main(SB), 4, $12
	RET
---
TEXT f(SB), 4, $0
	RET
---
TEXT main(SB), 4, $0
	MOVD t+8(SB), R0
	MOVW t(SB), R0
	MOVD $t(SB), R0
	MOVD R0, t(SB)
GLOBL t(SB), 256, $8
---
TEXT main(SB), 4, $0
	ADR x(SB), R0
	JMP end
end:
`;

const include = (name: string): string | undefined => (name === 'a.h' ? '#include "a.h"\n' : undefined);

function shown(text: string, arch: Arch): string {
  const { image, diagnostics } = assemble([{ name: 't.s', text }], { arch, include });
  return image ? 'no error' : diagnostics.map((d) => formatDiagnostic(d)).join('\n');
}

for (const [arch, instructions, ownFiles] of [['amd64', amd64, files], ['arm64', arm64, arm64Files]] as const) {
  Errors(`each is shown with its place, its line and what to do: ${arch}`, () => {
    const single = instructions.trim().split('\n').map((l) => `TEXT main(SB), 4, $0\n\t${l}\n`);
    const whole = ownFiles.trim().split('\n---\n').map((f) => `${f}\n`);
    const got = [...single.map((f) => shown(f, arch)), ...whole.map((f) => `${f}${'-'.repeat(20)}\n${shown(f, arch)}`)].join('\n\n') + '\n';
    const golden = join(root, `tests/golden/asm-errors-${arch}.txt`);
    if (process.env['UPDATE']) writeFileSync(golden, got);
    assert.equal(got.split('\n'), readFileSync(golden, 'utf8').split('\n'));
  });
}

Errors('errors of all files come in one run, in the order of files and lines', () => {
  const { diagnostics } = assemble([
    { name: 'b.s', text: 'TEXT main(SB), 4, $0\n\tCALL x(SB)\n\tBAD\n' },
    { name: 'a.s', text: 'TEXT f(SB), 4, $0\n\tJMP y\n\tMOVQ AX\n' },
  ]);
  assert.equal(diagnostics.map((d) => `${d.file}:${d.line}:${d.col}`), ['b.s:2:7', 'b.s:3:2', 'a.s:2:6', 'a.s:3:2']);
});

Errors('the caret stands under its place after tabs, and the underline stays on the line', () => {
  const [d] = assemble([{ name: 't.s', text: 'TEXT main(SB), 4, $0\n\t\tMOVQ\t$1,\tnope\n' }]).diagnostics;
  assert.is(formatDiagnostic(d!), 't.s:2:12: symbol nope needs (SB), (FP) or (SP) after it\n\t\tMOVQ\t$1,\tnope\n\t\t    \t   \t^~~~');
});

Errors.run();
