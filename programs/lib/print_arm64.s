// Printing for the programs in this folder. Each function takes its argument in R0 and leaves all other registers as
// they are, so that a program can report without saving anything; only R27, the assembler's, and R30, the call's, change
// with R0 and the flags. No runtime is needed, the stack must have 256 bytes.

#include "textflag.h"

#define SYS_write 64
#define SYS_exit_group 94

// lib·puts writes the NUL-terminated string at R0 to standard output.
TEXT lib·puts(SB), NOSPLIT, $16-0
	STP	(R1, R2), 8(RSP)
	MOVD	ZR, R1
scan:
	MOVBU	(R0)(R1), R2
	CBZ	R2, found
	ADD	$1, R1
	B	scan
found:
	BL	write<>(SB)
	LDP	8(RSP), (R1, R2)
	RET

// write<> writes R1 bytes at R0.
TEXT write<>(SB), NOSPLIT, $24-0
	STP	(R1, R2), 8(RSP)
	MOVD	R8, 24(RSP)
	MOVD	R1, R2
	MOVD	R0, R1
	MOVD	$1, R0
	MOVD	$SYS_write, R8
	SVC
	LDP	8(RSP), (R1, R2)
	MOVD	24(RSP), R8
	RET

// lib·putint writes the signed integer R0 in decimal.
TEXT lib·putint(SB), NOSPLIT, $72-0
	STP	(R1, R2), 8(RSP)
	STP	(R3, R4), 24(RSP)
	MOVD	R0, R4 // kept for its sign
	TBZ	$63, R0, digits
	NEG	R0, R0 // the smallest integer stays as it is, which is right as an unsigned one
digits:
	ADD	$72, RSP, R1 // 40(RSP) to 71(RSP) are filled from the end
	MOVD	$10, R2
next:
	UDIV	R2, R0, R3
	MSUB	R3, R0, R2, R0 // R0 - R3*10
	ADD	$48, R0 // '0'
	MOVB.W	R0, -1(R1)
	MOVD	R3, R0
	CBNZ	R0, next
	TBZ	$63, R4, out
	MOVD	$45, R0 // '-'
	MOVB.W	R0, -1(R1)
out:
	MOVD	R1, R0
	ADD	$72, RSP, R1
	SUB	R0, R1
	BL	write<>(SB)
	LDP	8(RSP), (R1, R2)
	LDP	24(RSP), (R3, R4)
	RET

// lib·puthex writes R0 as 16 hexadecimal digits.
TEXT lib·puthex(SB), NOSPLIT, $56-0
	STP	(R1, R2), 8(RSP)
	STP	(R3, R4), 24(RSP)
	MOVD	$hexdigits<>(SB), R1
	ADD	$40, RSP, R2
	ADD	$16, R2, R3
next:
	ROR	$60, R0
	AND	$15, R0, R4
	MOVBU	(R1)(R4), R4
	MOVB.P	R4, 1(R2)
	CMP	R3, R2
	BNE	next
	ADD	$40, RSP, R0
	MOVD	$16, R1
	BL	write<>(SB)
	LDP	8(RSP), (R1, R2)
	LDP	24(RSP), (R3, R4)
	RET

// lib·newline ends the line.
TEXT lib·newline(SB), NOSPLIT|NOFRAME, $0
	MOVD	$newline<>(SB), R0
	B	lib·puts(SB)

// lib·number writes the string at R0, the integer R1 and a line end.
TEXT lib·number(SB), NOSPLIT, $0-0
	BL	lib·puts(SB)
	MOVD	R1, R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	RET

// lib·yesno writes the string at R0, then yes if the flags say equal and no otherwise, and a line end.
TEXT lib·yesno(SB), NOSPLIT, $8-0
	MRS	NZCV, R27
	MOVD	R27, 8(RSP)
	BL	lib·puts(SB)
	MOVD	8(RSP), R27
	MSR	R27, NZCV
	MOVD	$yes<>(SB), R0
	BEQ	say
	MOVD	$no<>(SB), R0
say:
	BL	lib·puts(SB)
	RET

// lib·exit ends the process with status R0.
TEXT lib·exit(SB), NOSPLIT|NOFRAME, $0
	MOVD	$SYS_exit_group, R8
	SVC
	UNDEF

DATA hexdigits<>+0(SB)/16, $"0123456789abcdef"
GLOBL hexdigits<>(SB), RODATA, $16
DATA yes<>+0(SB)/4, $"yes\n"
GLOBL yes<>(SB), RODATA, $5
DATA no<>+0(SB)/3, $"no\n"
GLOBL no<>(SB), RODATA, $4
DATA newline<>+0(SB)/1, $"\n"
GLOBL newline<>(SB), RODATA, $2
