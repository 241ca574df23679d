// The Mandelbrot set, 128 by 96 points, at most 60 steps each.
#include "textflag.h"

TEXT kernel(SB), NOSPLIT|NOFRAME, $0
	XORL	AX, AX
	XORL	R8, R8 // y
row:
	XORL	R9, R9 // x
point:
	CVTSQ2SD	R9, X0
	MULSD	scale<>(SB), X0
	SUBSD	two<>(SB), X0
	CVTSQ2SD	R8, X1
	MULSD	scale<>(SB), X1
	SUBSD	one<>(SB), X1
	XORPS	X2, X2
	XORPS	X3, X3
	MOVL	$60, CX
step:
	MOVAPD	X2, X4
	MULSD	X4, X4
	MOVAPD	X3, X5
	MULSD	X5, X5
	MOVAPD	X4, X6
	ADDSD	X5, X6
	UCOMISD	four<>(SB), X6
	JHI	out
	SUBSD	X5, X4
	ADDSD	X0, X4
	MULSD	X2, X3
	ADDSD	X3, X3
	ADDSD	X1, X3
	MOVAPD	X4, X2
	INCQ	AX
	DECL	CX
	JNE	step
out:
	INCQ	R9
	CMPQ	R9, $128
	JNE	point
	INCQ	R8
	CMPQ	R8, $96
	JNE	row
	RET

DATA scale<>+0(SB)/8, $0.0208333333333333333
GLOBL scale<>(SB), RODATA, $8
DATA one<>+0(SB)/8, $1.0
GLOBL one<>(SB), RODATA, $8
DATA two<>+0(SB)/8, $2.0
GLOBL two<>(SB), RODATA, $8
DATA four<>+0(SB)/8, $4.0
GLOBL four<>(SB), RODATA, $8
