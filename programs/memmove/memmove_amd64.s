// memmove and memclrNoHeapPointers against their plainest models: random sizes, alignments and overlaps in an arena
// whose every byte is compared after every call, so that a store outside the target shows too.
//
// argv[1], if given, is the seed. A failure prints the case and exits with status 1.

#include "textflag.h"
#include "say.h"

#define ARENA 8704
#define CASES 430
#define EVERY_SIZE 273 // the first cases have the sizes 0, 1, ...

// R15 number of the case, R14 size, R13 target, R12 source (offsets into the arena).
TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	CLD
	MOVQ	0(SP), AX
	CMPQ	AX, $2
	JLT	seeded
	MOVQ	16(SP), SI
	CALL	number<>(SB)
	MOVQ	AX, state<>(SB)
seeded:
	MOVL	$8, CX // the first values after a small seed are small too
warm:
	CALL	random<>(SB)
	DECL	CX
	JNE	warm
	CALL	fill<>(SB)

	XORL	R15, R15
moveCase:
	CALL	pick<>(SB)
	// The model: through a buffer, byte by byte.
	LEAQ	model<>(SB), SI
	LEAQ	buffer<>(SB), DI
	LEAQ	(SI)(R12*1), SI
	CALL	bytes<>(SB)
	LEAQ	buffer<>(SB), SI
	LEAQ	model<>(SB), DI
	LEAQ	(DI)(R13*1), DI
	CALL	bytes<>(SB)
	// The real one.
	LEAQ	arena<>(SB), AX
	LEAQ	(AX)(R12*1), BX
	LEAQ	(AX)(R13*1), AX
	MOVQ	R14, CX
	XORPS	X15, X15
	CALL	runtime·memmove<ABIInternal>(SB)
	CALL	compare<>(SB)
	LEAQ	moveFailed<>(SB), AX
	JNE	failed
	INCQ	R15
	CMPQ	R15, $CASES
	JNE	moveCase
	SAY(moveOk)

	XORL	R15, R15
clearCase:
	CALL	pick<>(SB)
	CALL	refill<>(SB) // or the target would soon be zero before the call
	LEAQ	model<>(SB), DI
	LEAQ	(DI)(R13*1), DI
	MOVQ	R14, CX
	JMP	test
zero:
	MOVB	$0, (DI)
	INCQ	DI
	DECQ	CX
test:
	TESTQ	CX, CX
	JNE	zero
	LEAQ	arena<>(SB), AX
	LEAQ	(AX)(R13*1), AX
	MOVQ	R14, BX
	XORPS	X15, X15
	CALL	runtime·memclrNoHeapPointers<ABIInternal>(SB)
	CALL	compare<>(SB)
	LEAQ	clearFailed<>(SB), AX
	JNE	failed
	INCQ	R15
	CMPQ	R15, $CASES
	JNE	clearCase
	SAY(clearOk)
	XORL	AX, AX
	CALL	lib·exit(SB)

failed: // AX = which, then the case: number, size, target, source
	CALL	lib·puts(SB)
	MOVQ	R15, AX
	CALL	lib·putint(SB)
	MOVQ	R14, AX
	CALL	item<>(SB)
	MOVQ	R13, AX
	CALL	item<>(SB)
	MOVQ	R12, AX
	CALL	item<>(SB)
	CALL	lib·newline(SB)
	MOVL	$1, AX
	CALL	lib·exit(SB)

TEXT item<>(SB), NOSPLIT|NOFRAME, $0
	PUSHQ	AX
	SAY(comma)
	POPQ	AX
	CALL	lib·putint(SB)
	RET

// pick chooses size, target and source: first every small size, then sizes up to 4096, a quarter of them below 33 and a
// quarter below 320. One target in four is close to the source. Everything stays 64 bytes away from the arena's ends.
TEXT pick<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	R15, R14
	CMPQ	R15, $EVERY_SIZE
	JCS	sized
	CALL	random<>(SB)
	MOVQ	AX, R14
	SHRQ	$8, R14
	TESTL	$1, AX
	JEQ	large
	MOVL	$320, CX
	TESTL	$2, AX
	JEQ	small
	MOVL	$33, CX
small:
	MOVQ	R14, AX
	XORL	DX, DX
	DIVQ	CX
	MOVQ	DX, R14
	JMP	sized
large:
	ANDQ	$4095, R14
	INCQ	R14
sized:
	CALL	random<>(SB)
	SHRQ	$20, AX
	ANDQ	$4095, AX
	LEAQ	192(AX), R12
	CALL	random<>(SB)
	MOVQ	AX, DX
	SHRQ	$20, AX
	SHRQ	$50, DX
	TESTL	$3, DX
	JEQ	near
	ANDQ	$4095, AX
	LEAQ	192(AX), R13
	RET
near:
	ANDQ	$127, AX
	LEAQ	-64(R12)(AX*1), R13
	RET

// bytes copies R14 bytes from SI to DI, one by one; they do not overlap.
TEXT bytes<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	R14, CX
	JMP	test
next:
	MOVB	(SI), AX
	MOVB	AX, (DI)
	INCQ	SI
	INCQ	DI
	DECQ	CX
test:
	TESTQ	CX, CX
	JNE	next
	RET

// compare sets ZF if arena and model agree, X15 is still zero and the direction flag clear.
TEXT compare<>(SB), NOSPLIT|NOFRAME, $0
	PUSHFQ
	POPQ	AX
	TESTL	$0x400, AX
	JNE	differ
	MOVQ	X15, AX
	TESTQ	AX, AX
	JNE	differ
	LEAQ	arena<>(SB), SI
	LEAQ	model<>(SB), DI
	XORL	CX, CX
next:
	MOVQ	(SI)(CX*1), AX
	CMPQ	AX, (DI)(CX*1)
	JNE	differ
	ADDQ	$8, CX
	CMPQ	CX, $ARENA
	JNE	next
differ:
	RET

// fill puts the same random bytes into all of arena and model, refill into the words that hold the target.
TEXT fill<>(SB), NOSPLIT|NOFRAME, $0
	XORL	BX, BX
next:
	CALL	random<>(SB)
	LEAQ	arena<>(SB), SI
	LEAQ	model<>(SB), DI
	MOVQ	AX, (SI)(BX*1)
	MOVQ	AX, (DI)(BX*1)
	ADDQ	$8, BX
	CMPQ	BX, $ARENA
	JNE	next
	RET

TEXT refill<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	R13, BX
	ANDQ	$~7, BX
	LEAQ	16(R14), R8
	SHRQ	$3, R8
next:
	CALL	random<>(SB)
	LEAQ	arena<>(SB), SI
	LEAQ	model<>(SB), DI
	MOVQ	AX, (SI)(BX*1)
	MOVQ	AX, (DI)(BX*1)
	ADDQ	$8, BX
	DECQ	R8
	JNE	next
	RET

// random returns 64 bits in AX (xorshift, then a multiplication); it uses DX.
TEXT random<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	state<>(SB), AX
	MOVQ	AX, DX
	SHRQ	$12, DX
	XORQ	DX, AX
	MOVQ	AX, DX
	SHLQ	$25, DX
	XORQ	DX, AX
	MOVQ	AX, DX
	SHRQ	$27, DX
	XORQ	DX, AX
	MOVQ	AX, state<>(SB)
	MOVQ	$0x2545F4914F6CDD1D, DX
	IMULQ	DX, AX
	RET

// number reads the decimal number at SI; 0 becomes 1, because the generator never leaves 0.
TEXT number<>(SB), NOSPLIT|NOFRAME, $0
	XORL	AX, AX
next:
	MOVBLZX	(SI), DX
	SUBL	$48, DX
	CMPL	DX, $9
	JHI	end
	IMULQ	$10, AX
	ADDQ	DX, AX
	INCQ	SI
	JMP	next
end:
	TESTQ	AX, AX
	JNE	done
	INCQ	AX
done:
	RET

GLOBL arena<>(SB), NOPTR, $ARENA
GLOBL model<>(SB), NOPTR, $ARENA
GLOBL buffer<>(SB), NOPTR, $4096
DATA state<>+0(SB)/8, $88172645463325252
GLOBL state<>(SB), NOPTR, $8

DATA moveOk<>+0(SB)/43, $"memmove agrees with its model in 430 cases\n"
GLOBL moveOk<>(SB), RODATA, $44
DATA clearOk<>+0(SB)/56, $"memclrNoHeapPointers agrees with its model in 430 cases\n"
GLOBL clearOk<>(SB), RODATA, $57
DATA moveFailed<>+0(SB)/37, $"memmove fails: case, size, to, from: "
GLOBL moveFailed<>(SB), RODATA, $38
DATA clearFailed<>+0(SB)/36, $"memclr fails: case, size, at, none: "
GLOBL clearFailed<>(SB), RODATA, $37
DATA comma<>+0(SB)/2, $", "
GLOBL comma<>(SB), RODATA, $3
