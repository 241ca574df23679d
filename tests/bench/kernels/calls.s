// Recursion, and calls through a table of functions.
#include "textflag.h"

TEXT kernel(SB), NOSPLIT|NOFRAME, $0
	MOVL	$27, AX
	CALL	fib<>(SB)
	MOVL	$1000000, CX
	LEAQ	table<>(SB), SI
next:
	MOVL	CX, DX
	SHRL	$3, DX
	XORL	CX, DX
	ANDL	$1, DX
	CALL	(SI)(DX*8)
	DECL	CX
	JNE	next
	RET

TEXT fib<>(SB), NOSPLIT|NOFRAME, $0
	CMPQ	AX, $2
	JLT	small
	PUSHQ	BX
	PUSHQ	AX
	DECQ	AX
	CALL	fib<>(SB)
	MOVQ	AX, BX
	POPQ	AX
	SUBQ	$2, AX
	CALL	fib<>(SB)
	ADDQ	BX, AX
	POPQ	BX
small:
	RET

TEXT plus<>(SB), NOSPLIT|NOFRAME, $0
	ADDQ	CX, AX
	RET

TEXT times<>(SB), NOSPLIT|NOFRAME, $0
	LEAQ	1(AX)(AX*4), AX
	RET

DATA table<>+0(SB)/8, $plus<>(SB)
DATA table<>+8(SB)/8, $times<>(SB)
GLOBL table<>(SB), RODATA, $16
