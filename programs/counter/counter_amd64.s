// Calls, loops and memory: four ways to count, each with a result known beforehand.

#include "textflag.h"
#include "say.h"

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	// A loop: 1 + 2 + ... + 100000.
	XORL	BX, BX
	MOVL	$100000, CX
sum:
	ADDQ	CX, BX
	DECQ	CX
	JNE	sum
	NUMBER(sumText)

	// Calls: fib(22) takes 57313 of them.
	MOVL	$22, AX
	CALL	fib<>(SB)
	MOVQ	AX, BX
	NUMBER(fibText)
	MOVQ	calls<>(SB), BX
	NUMBER(callsText)

	// Memory: 50000 increments spread over 1024 words by a generator, then a check sum that depends on each word.
	LEAQ	table<>(SB), SI
	MOVL	$50000, CX
	MOVL	$1, DX
bump:
	IMULL	$1664525, DX
	ADDL	$1013904223, DX
	MOVL	DX, AX
	SHRL	$22, AX
	INCQ	(SI)(AX*8)
	DECL	CX
	JNE	bump
	XORL	BX, BX
	XORL	AX, AX
fold:
	IMULQ	$31, BX
	ADDQ	(SI)(AX*8), BX
	INCQ	AX
	CMPQ	AX, $1024
	JNE	fold
	SHRQ	$1, BX // keep it positive
	NUMBER(foldText)

	// Locked instructions: a thousand times add three and take one away.
	MOVL	$1000, CX
locked:
	MOVL	$3, AX
	LOCK
	XADDQ	AX, shared<>(SB)
	LOCK
	DECQ	shared<>(SB)
	DECL	CX
	JNE	locked
	MOVQ	shared<>(SB), BX
	NUMBER(lockText)

	XORL	AX, AX
	CALL	lib·exit(SB)

// fib returns fib(AX) in AX, by plain recursion.
TEXT fib<>(SB), NOSPLIT|NOFRAME, $0
	INCQ	calls<>(SB)
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

GLOBL calls<>(SB), NOPTR, $8
GLOBL shared<>(SB), NOPTR, $8
GLOBL table<>(SB), NOPTR, $8192

DATA sumText<>+0(SB)/5, $"loop "
GLOBL sumText<>(SB), RODATA, $6
DATA fibText<>+0(SB)/8, $"fib(22) "
GLOBL fibText<>(SB), RODATA, $9
DATA callsText<>+0(SB)/6, $"calls "
GLOBL callsText<>(SB), RODATA, $7
DATA foldText<>+0(SB)/6, $"table "
GLOBL foldText<>(SB), RODATA, $7
DATA lockText<>+0(SB)/7, $"locked "
GLOBL lockText<>(SB), RODATA, $8
