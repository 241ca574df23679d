// Pages that are mapped, touched once each, and unmapped: what a page fault costs.

#include "textflag.h"

#define BYTES 0x800000 // 2048 pages

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVL	$20, BX
again:
	MOVL	$9, AX // mmap
	XORL	DI, DI
	MOVL	$BYTES, SI
	MOVL	$3, DX // PROT_READ | PROT_WRITE
	MOVL	$0x22, R10 // MAP_PRIVATE | MAP_ANONYMOUS
	MOVL	$-1, R8
	XORL	R9, R9
	SYSCALL
	MOVQ	AX, DI
	LEAQ	BYTES(AX), CX
touch:
	MOVB	$1, (AX)
	ADDQ	$4096, AX
	CMPQ	AX, CX
	JNE	touch
	MOVL	$11, AX // munmap
	MOVL	$BYTES, SI
	SYSCALL
	DECL	BX
	JNE	again
	MOVL	$231, AX // exit_group
	XORL	DI, DI
	SYSCALL
	INT	$3
