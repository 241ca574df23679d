// Two threads on one core that give way to each other: what a switch between tasks costs.

#include "textflag.h"

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVL	$56, AX // clone
	MOVL	$0x50f00, DI // VM FS FILES SIGHAND SYSVSEM THREAD
	LEAQ	stack<>+4096(SB), SI
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	SYSCALL
	MOVL	$50000, BX
	TESTQ	AX, AX
	JNE	yield
	MOVL	$0x7fffffff, BX // the second thread ends with the first
yield:
	MOVL	$24, AX // sched_yield
	SYSCALL
	DECL	BX
	JNE	yield
	MOVL	$231, AX // exit_group
	XORL	DI, DI
	SYSCALL
	INT	$3

GLOBL stack<>(SB), NOPTR, $4096
