// Text of generated words: lengths, a search for two letters, comparisons of neighbours.
#include "textflag.h"

TEXT kernel(SB), NOSPLIT|NOFRAME, $0
	LEAQ	text<>(SB), SI
	XORL	CX, CX
	MOVL	$12345, DX
write:
	IMULL	$1103515245, DX
	ADDL	$12345, DX
	MOVL	DX, BX
	SHRL	$20, BX
	ANDL	$31, BX
	CMPL	BX, $26
	JCS	letter
	MOVL	$-97, BX // the end of a word
letter:
	ADDL	$97, BX
	MOVB	BX, (SI)(CX*1)
	INCQ	CX
	CMPQ	CX, $32768
	JNE	write
	XORL	AX, AX
	MOVL	$20, R8
round:
	XORL	CX, CX
word:
	MOVQ	CX, R9
letters:
	CMPB	(SI)(CX*1), $0
	JE	end
	MOVBLZX	(SI)(CX*1), DX
	CMPB	DX, $101
	JNE	other
	INCQ	AX
other:
	INCQ	CX
	JMP	letters
end:
	MOVQ	CX, DX
	SUBQ	R9, DX
	ADDQ	DX, AX
	INCQ	CX
	// how far the next word is like this one
	MOVQ	R9, R10
	MOVQ	CX, R11
like:
	MOVBLZX	(SI)(R10*1), DX
	CMPB	DX, (SI)(R11*1)
	JNE	unlike
	INCQ	AX
	INCQ	R10
	INCQ	R11
	CMPQ	R11, $32768
	JCS	like
unlike:
	CMPQ	CX, $32700
	JCS	word
	DECL	R8
	JNE	round
	RET

GLOBL text<>(SB), NOPTR, $33000
