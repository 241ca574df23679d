// Collatz sequences and a xorshift generator.
#include "textflag.h"

TEXT kernel(SB), NOSPLIT|NOFRAME, $0
	XORL	AX, AX
	MOVL	$1, CX
next:
	MOVQ	CX, DX
step:
	CMPQ	DX, $1
	JE	done
	INCQ	AX
	TESTL	$1, DX
	JE	even
	LEAQ	1(DX)(DX*2), DX
	JMP	step
even:
	SHRQ	$1, DX
	JMP	step
done:
	INCQ	CX
	CMPQ	CX, $30000
	JNE	next
	MOVQ	$88172645463325252, DX
	MOVL	$1000000, CX
shift:
	MOVQ	DX, BX
	SHLQ	$13, BX
	XORQ	BX, DX
	MOVQ	DX, BX
	SHRQ	$7, BX
	XORQ	BX, DX
	MOVQ	DX, BX
	SHLQ	$17, BX
	XORQ	BX, DX
	ADDQ	DX, AX
	DECL	CX
	JNE	shift
	RET
