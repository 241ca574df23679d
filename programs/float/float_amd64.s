// Floating point: scalar and packed SSE2 and conversions, every result printed as its exact bits, so that the smallest
// difference in rounding shows.

#include "textflag.h"
#include "say.h"

#define BITS(text) \
	LEAQ	text<>(SB), AX \
	CALL	bits<>(SB)

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	// The harmonic sum 1 + 1/2 + ... + 1/10000 in double precision.
	XORPS	X0, X0
	MOVSD	one<>(SB), X1
	MOVL	$1, CX
harmonic:
	CVTSL2SD	CX, X2
	MOVAPS	X1, X3
	DIVSD	X2, X3
	ADDSD	X3, X0
	INCL	CX
	CMPL	CX, $10001
	JNE	harmonic
	BITS(harmonicText)

	// The same in single precision, where the order of rounding is felt much earlier.
	XORPS	X0, X0
	MOVSS	oneSingle<>(SB), X1
	MOVL	$1, CX
single:
	CVTSL2SS	CX, X2
	MOVAPS	X1, X3
	DIVSS	X2, X3
	ADDSS	X3, X0
	INCL	CX
	CMPL	CX, $10001
	JNE	single
	CVTSS2SD	X0, X0
	BITS(singleText)

	// The square root of 2 by Newton's steps, and by the instruction.
	MOVSD	one<>(SB), X0
	MOVSD	two<>(SB), X1
	MOVL	$6, CX
newton:
	MOVAPS	X1, X2
	DIVSD	X0, X2
	ADDSD	X2, X0
	MULSD	half<>(SB), X0
	DECL	CX
	JNE	newton
	BITS(newtonText)
	SQRTSD	X1, X0
	BITS(sqrtText)

	// A dot product of 2000 pairs, two lanes at a time, the lanes added at the end.
	LEAQ	left<>(SB), SI
	LEAQ	right<>(SB), DI
	XORL	CX, CX
prepare:
	LEAQ	1(CX), AX
	CVTSQ2SD	AX, X0
	SQRTSD	X0, X0
	MOVSD	X0, (SI)(CX*8)
	MOVSD	one<>(SB), X1
	DIVSD	X0, X1
	ADDSD	one<>(SB), X1
	MOVSD	X1, (DI)(CX*8)
	INCQ	CX
	CMPQ	CX, $2000
	JNE	prepare
	XORPS	X0, X0
	XORL	CX, CX
dot:
	MOVUPD	(SI)(CX*8), X1
	MOVUPD	(DI)(CX*8), X2
	MULPD	X2, X1
	ADDPD	X1, X0
	ADDQ	$2, CX
	CMPQ	CX, $2000
	JNE	dot
	MOVAPS	X0, X1
	UNPCKHPD	X1, X1
	ADDSD	X1, X0
	BITS(dotText)

	// Corners: 0/0, 1/0, a subnormal, the conversion of what does not fit, comparisons with a NaN.
	XORPS	X0, X0
	XORPS	X1, X1
	DIVSD	X1, X0
	MOVQ	X0, AX
	MOVQ	$0xfff8000000000000, BX // negative, on this processor
	CMPQ	AX, BX
	YESNO(nanText)
	UCOMISD	X0, X0
	SETPS	AX
	MOVBLZX	AX, BX
	NUMBER(unorderedText)
	MOVSD	one<>(SB), X0
	DIVSD	X1, X0
	BITS(infText)
	CVTTSD2SQ	X0, AX
	MOVQ	$0x8000000000000000, BX // whatever did not fit
	CMPQ	AX, BX
	YESNO(convertText)
	MOVSD	tiny<>(SB), X0
	MULSD	half<>(SB), X0
	BITS(subnormalText)
	MOVSD	minus<>(SB), X0
	CVTTSD2SQ	X0, BX
	NUMBER(truncText)
	CVTSD2SQ	X0, BX
	NUMBER(roundText)

	XORL	AX, AX
	CALL	lib·exit(SB)

// bits prints the string AX, the bits of X0 and a line end.
TEXT bits<>(SB), NOSPLIT|NOFRAME, $0
	CALL	lib·puts(SB)
	MOVQ	X0, AX
	CALL	lib·puthex(SB)
	JMP	lib·newline(SB)

GLOBL left<>(SB), NOPTR, $16000
GLOBL right<>(SB), NOPTR, $16000

DATA one<>+0(SB)/8, $1.0
GLOBL one<>(SB), RODATA, $8
DATA two<>+0(SB)/8, $2.0
GLOBL two<>(SB), RODATA, $8
DATA half<>+0(SB)/8, $0.5
GLOBL half<>(SB), RODATA, $8
DATA minus<>+0(SB)/8, $-2.75
GLOBL minus<>(SB), RODATA, $8
DATA oneSingle<>+0(SB)/4, $0x3f800000
GLOBL oneSingle<>(SB), RODATA, $4
DATA tiny<>+0(SB)/8, $0x0010000000000000 // the smallest normal number
GLOBL tiny<>(SB), RODATA, $8

DATA harmonicText<>+0(SB)/18, $"harmonic sum      "
GLOBL harmonicText<>(SB), RODATA, $19
DATA singleText<>+0(SB)/18, $"in single         "
GLOBL singleText<>(SB), RODATA, $19
DATA newtonText<>+0(SB)/18, $"root by newton    "
GLOBL newtonText<>(SB), RODATA, $19
DATA sqrtText<>+0(SB)/18, $"root by hardware  "
GLOBL sqrtText<>(SB), RODATA, $19
DATA dotText<>+0(SB)/18, $"dot product       "
GLOBL dotText<>(SB), RODATA, $19
DATA nanText<>+0(SB)/24, $"0/0 is the default NaN: "
GLOBL nanText<>(SB), RODATA, $25
DATA unorderedText<>+0(SB)/18, $"unordered         "
GLOBL unorderedText<>(SB), RODATA, $19
DATA infText<>+0(SB)/18, $"1/0               "
GLOBL infText<>(SB), RODATA, $19
DATA convertText<>+0(SB)/21, $"1/0 fits no integer: "
GLOBL convertText<>(SB), RODATA, $22
DATA subnormalText<>+0(SB)/18, $"subnormal         "
GLOBL subnormalText<>(SB), RODATA, $19
DATA truncText<>+0(SB)/18, $"-2.75 truncated   "
GLOBL truncText<>(SB), RODATA, $19
DATA roundText<>+0(SB)/18, $"-2.75 rounded     "
GLOBL roundText<>(SB), RODATA, $19
