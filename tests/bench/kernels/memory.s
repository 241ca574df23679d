// An array filled, summed and walked as a permutation.
#include "textflag.h"

TEXT kernel(SB), NOSPLIT|NOFRAME, $0
	LEAQ	words<>(SB), SI
	XORL	CX, CX
fill:
	LEAQ	12289(CX)(CX*4), DX // an odd multiplier and an odd constant: one cycle through all indexes
	ANDL	$65535, DX
	MOVQ	DX, (SI)(CX*8)
	INCQ	CX
	CMPQ	CX, $65536
	JNE	fill
	XORL	AX, AX
	MOVL	$30, R8
round:
	XORL	CX, CX
sum:
	ADDQ	(SI)(CX*8), AX
	MOVQ	AX, DX
	XORQ	CX, DX
	ADDQ	8(SI)(CX*8), DX
	ADDQ	$2, CX
	CMPQ	CX, $65536
	JNE	sum
	DECL	R8
	JNE	round
	XORL	DX, DX
	MOVL	$3000000, CX
chase:
	MOVQ	(SI)(DX*8), DX
	ADDQ	DX, AX
	DECL	CX
	JNE	chase
	RET

GLOBL words<>(SB), NOPTR, $524288
