// Calls, loops and memory: four ways to count, each with a result known beforehand.

#include "textflag.h"
#include "say.h"

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	// A loop: 1 + 2 + ... + 100000.
	MOVD	ZR, R1
	MOVD	$100000, R3
sum:
	ADD	R3, R1
	SUBS	$1, R3
	BNE	sum
	NUMBER(sumText)

	// Calls: fib(22) takes 57313 of them.
	MOVD	$22, R0
	BL	fib<>(SB)
	MOVD	R0, R1
	NUMBER(fibText)
	MOVD	calls<>(SB), R1
	NUMBER(callsText)

	// Memory: 50000 increments spread over 1024 words by a generator, then a check sum that depends on each word.
	MOVD	$table<>(SB), R5
	MOVD	$50000, R3
	MOVD	$1, R2
	MOVD	$1664525, R6
	MOVD	$1013904223, R7
bump:
	MADDW	R6, R7, R2, R2 // R7 + R2*R6
	LSRW	$22, R2, R4
	MOVD	(R5)(R4<<3), R8
	ADD	$1, R8
	MOVD	R8, (R5)(R4<<3)
	SUBS	$1, R3
	BNE	bump
	MOVD	ZR, R1
	MOVD	$31, R6
	ADD	$8192, R5, R4 // the end
fold:
	MOVD.P	8(R5), R8
	MADD	R6, R8, R1, R1
	CMP	R4, R5
	BNE	fold
	LSR	$1, R1 // keep it positive
	NUMBER(foldText)

	// Locked instructions: a thousand times add three and take one away, by exclusive loads and stores.
	MOVD	$1000, R3
	MOVD	$shared<>(SB), R5
locked:
	LDAXR	(R5), R6
	ADD	$3, R6
	STLXR	R6, (R5), R7
	CBNZW	R7, locked
less:
	LDXR	(R5), R6
	SUB	$1, R6
	STXR	R6, (R5), R7
	CBNZW	R7, less
	SUBS	$1, R3
	BNE	locked
	MOVD	shared<>(SB), R1
	NUMBER(lockText)

	MOVD	ZR, R0
	BL	lib·exit(SB)

// fib returns fib(R0) in R0, by plain recursion. R1 and R2 are kept.
TEXT fib<>(SB), NOSPLIT, $24-0
	STP	(R1, R2), 8(RSP)
	MOVD	$calls<>(SB), R1
	MOVD	(R1), R2
	ADD	$1, R2
	MOVD	R2, (R1)
	CMP	$2, R0
	BLT	small
	MOVD	R0, R1
	SUB	$1, R0
	BL	fib<>(SB)
	MOVD	R0, R2
	SUB	$2, R1, R0
	BL	fib<>(SB)
	ADD	R2, R0
small:
	LDP	8(RSP), (R1, R2)
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
