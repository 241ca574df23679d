// Printing for the programs in this folder. Each function takes its argument in AX and leaves all other registers as
// they are, so that a program can report without saving anything. AX and the flags change. No runtime is needed, the
// stack must have 256 bytes.

#include "textflag.h"

#define SYS_write 1
#define SYS_exit_group 231

// lib·puts writes the NUL-terminated string at AX to standard output.
TEXT lib·puts(SB), NOSPLIT|NOFRAME, $0
	PUSHQ	DX
	XORL	DX, DX
scan:
	CMPB	(AX)(DX*1), $0
	JEQ	found
	INCQ	DX
	JMP	scan
found:
	CALL	write<>(SB)
	POPQ	DX
	RET

// write<> writes DX bytes at AX.
TEXT write<>(SB), NOSPLIT|NOFRAME, $0
	PUSHQ	DI
	PUSHQ	SI
	PUSHQ	CX  // SYSCALL overwrites CX and R11
	PUSHQ	R11
	MOVQ	AX, SI
	MOVL	$1, DI
	MOVL	$SYS_write, AX
	SYSCALL
	POPQ	R11
	POPQ	CX
	POPQ	SI
	POPQ	DI
	RET

// lib·putint writes the signed integer AX in decimal.
TEXT lib·putint(SB), NOSPLIT|NOFRAME, $0
	PUSHQ	BX
	PUSHQ	CX
	PUSHQ	DX
	PUSHQ	SI
	SUBQ	$32, SP
	MOVQ	AX, BX // kept for its sign
	TESTQ	AX, AX
	JPL	digits
	NEGQ	AX // the smallest integer stays as it is, which is right as an unsigned one
digits:
	LEAQ	32(SP), SI // filled from the end
	MOVL	$10, CX
next:
	XORL	DX, DX
	DIVQ	CX
	ADDL	$48, DX // '0'
	DECQ	SI
	MOVB	DX, (SI)
	TESTQ	AX, AX
	JNE	next
	TESTQ	BX, BX
	JPL	out
	DECQ	SI
	MOVB	$45, (SI) // '-'
out:
	LEAQ	32(SP), DX
	SUBQ	SI, DX
	MOVQ	SI, AX
	CALL	write<>(SB)
	ADDQ	$32, SP
	POPQ	SI
	POPQ	DX
	POPQ	CX
	POPQ	BX
	RET

// lib·puthex writes AX as 16 hexadecimal digits.
TEXT lib·puthex(SB), NOSPLIT|NOFRAME, $0
	PUSHQ	BX
	PUSHQ	CX
	PUSHQ	DX
	PUSHQ	SI
	SUBQ	$16, SP
	LEAQ	hexdigits<>(SB), SI
	XORL	CX, CX
next:
	ROLQ	$4, AX
	MOVL	AX, BX
	ANDL	$15, BX
	MOVBLZX	(SI)(BX*1), BX
	MOVB	BX, (SP)(CX*1)
	INCQ	CX
	CMPQ	CX, $16
	JNE	next
	MOVQ	SP, AX
	MOVL	$16, DX
	CALL	write<>(SB)
	ADDQ	$16, SP
	POPQ	SI
	POPQ	DX
	POPQ	CX
	POPQ	BX
	RET

// lib·newline ends the line.
TEXT lib·newline(SB), NOSPLIT|NOFRAME, $0
	LEAQ	newline<>(SB), AX
	JMP	lib·puts(SB)

// lib·number writes the string at AX, the integer BX and a line end.
TEXT lib·number(SB), NOSPLIT|NOFRAME, $0
	CALL	lib·puts(SB)
	MOVQ	BX, AX
	CALL	lib·putint(SB)
	JMP	lib·newline(SB)

// lib·yesno writes the string at AX, then yes if ZF is set and no otherwise, and a line end.
TEXT lib·yesno(SB), NOSPLIT|NOFRAME, $0
	PUSHFQ
	CALL	lib·puts(SB)
	POPFQ
	LEAQ	yes<>(SB), AX
	JEQ	say
	LEAQ	no<>(SB), AX
say:
	JMP	lib·puts(SB)

// lib·exit ends the process with status AX.
TEXT lib·exit(SB), NOSPLIT|NOFRAME, $0
	MOVL	AX, DI
	MOVL	$SYS_exit_group, AX
	SYSCALL
	INT	$3

DATA hexdigits<>+0(SB)/16, $"0123456789abcdef"
GLOBL hexdigits<>(SB), RODATA, $16
DATA yes<>+0(SB)/4, $"yes\n"
GLOBL yes<>(SB), RODATA, $5
DATA no<>+0(SB)/3, $"no\n"
GLOBL no<>(SB), RODATA, $4
DATA newline<>+0(SB)/1, $"\n"
GLOBL newline<>(SB), RODATA, $2
