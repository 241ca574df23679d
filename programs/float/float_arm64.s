// Floating point: scalar and vector arithmetic and conversions, every result printed as its exact bits, so that the
// smallest difference in rounding shows. Products and sums are rounded one by one, as SSE2 does it: no FMADD.

#include "textflag.h"
#include "say.h"

#define BITS(text) \
	MOVD	$text<>(SB), R0 \
	BL	bits<>(SB)

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	// The harmonic sum 1 + 1/2 + ... + 1/10000 in double precision.
	FMOVD	ZR, F0
	FMOVD	$1.0, F1
	MOVD	$1, R3
harmonic:
	SCVTFD	R3, F2
	FDIVD	F2, F1, F3
	FADDD	F3, F0
	ADD	$1, R3
	CMP	$10001, R3
	BNE	harmonic
	BITS(harmonicText)

	// The same in single precision, where the order of rounding is felt much earlier.
	FMOVS	ZR, F0
	FMOVS	$1.0, F1
	MOVD	$1, R3
single:
	SCVTFWS	R3, F2
	FDIVS	F2, F1, F3
	FADDS	F3, F0
	ADD	$1, R3
	CMP	$10001, R3
	BNE	single
	FCVTSD	F0, F0
	BITS(singleText)

	// The square root of 2 by Newton's steps, and by the instruction.
	FMOVD	$1.0, F0
	FMOVD	$2.0, F1
	FMOVD	$0.5, F3
	MOVD	$6, R3
newton:
	FDIVD	F0, F1, F2
	FADDD	F2, F0
	FMULD	F3, F0
	SUBS	$1, R3
	BNE	newton
	BITS(newtonText)
	FSQRTD	F1, F0
	BITS(sqrtText)

	// A dot product of 2000 pairs, two sums of every other pair, added at the end. Go's assembler has no vector
	// multiplication of floats; so the pairs are loaded as vectors and multiplied one by one.
	MOVD	$left<>(SB), R5
	MOVD	$right<>(SB), R6
	FMOVD	$1.0, F3
	MOVD	$1, R3
prepare:
	SCVTFD	R3, F0
	FSQRTD	F0, F0
	FMOVD.P	F0, 8(R5)
	FDIVD	F0, F3, F1
	FADDD	F3, F1
	FMOVD.P	F1, 8(R6)
	ADD	$1, R3
	CMP	$2001, R3
	BNE	prepare
	MOVD	$left<>(SB), R5
	MOVD	$right<>(SB), R6
	FMOVD	ZR, F0
	FMOVD	ZR, F4
	MOVD	$1000, R3
dot:
	VLD1.P	16(R5), [V1.D2]
	VLD1.P	16(R6), [V2.D2]
	VDUP	V1.D[1], V5
	VDUP	V2.D[1], V6
	FMULD	F2, F1
	FADDD	F1, F0
	FMULD	F6, F5
	FADDD	F5, F4
	SUBS	$1, R3
	BNE	dot
	FADDD	F4, F0
	BITS(dotText)

	// Corners: 0/0, 1/0, a subnormal, the conversion of what does not fit, comparisons with a NaN.
	FMOVD	ZR, F1
	FDIVD	F1, F1, F0
	FMOVD	F0, R1
	MOVD	$0x7ff8000000000000, R2 // positive, on this processor
	CMP	R2, R1
	YESNO(nanText)
	FCMPD	F0, F0
	CSET	VS, R1
	NUMBER(unorderedText)
	FMOVD	$1.0, F0
	FDIVD	F1, F0, F0
	BITS(infText)
	FCVTZSD	F0, R1
	MOVD	$0x7fffffffffffffff, R2 // the nearest there is
	CMP	R2, R1
	YESNO(convertText)
	FMOVD	tiny<>(SB), F0
	FMOVD	$0.5, F1
	FMULD	F1, F0
	BITS(subnormalText)
	FMOVD	$-2.75, F0
	FCVTZSD	F0, R1
	NUMBER(truncText)
	FRINTND	F0, F0
	FCVTZSD	F0, R1
	NUMBER(roundText)

	MOVD	ZR, R0
	BL	lib·exit(SB)

// bits prints the string R0, the bits of F0 and a line end.
TEXT bits<>(SB), NOSPLIT, $0-0
	BL	lib·puts(SB)
	FMOVD	F0, R0
	BL	lib·puthex(SB)
	BL	lib·newline(SB)
	RET

GLOBL left<>(SB), NOPTR, $16000
GLOBL right<>(SB), NOPTR, $16000

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
