// Start of the kernels in assembly, for computers without a C compiler: runs kernel<> as often as there are arguments,
// prints its last result (AX) in hexadecimal and exits. The kernels may change every register.

#include "textflag.h"

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVQ	(SP), AX
	MOVQ	AX, times<>(SB)
again:
	CALL	kernel(SB)
	DECQ	times<>(SB)
	JNE	again
	LEAQ	line<>(SB), SI
	MOVL	$16, CX
digit:
	ROLQ	$4, AX
	MOVL	AX, DX
	ANDL	$15, DX
	LEAQ	digits<>(SB), DI
	MOVBLZX	(DI)(DX*1), DX
	MOVB	DX, (SI)
	INCQ	SI
	DECL	CX
	JNE	digit
	MOVB	$10, (SI)
	MOVL	$1, AX
	MOVL	$1, DI
	LEAQ	line<>(SB), SI
	MOVL	$17, DX
	SYSCALL
	MOVL	$60, AX
	XORL	DI, DI
	SYSCALL
	INT	$3

DATA digits<>+0(SB)/16, $"0123456789abcdef"
GLOBL digits<>(SB), RODATA, $16
GLOBL line<>(SB), NOPTR, $24
GLOBL times<>(SB), NOPTR, $8
