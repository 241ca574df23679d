// fib(10) by recursion, its result the exit status: frames, locals and calls for the tools that read images.
#include "textflag.h"
TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	SUB $32, RSP
	MOVD $10, R0
	MOVD R0, 8(RSP)
	BL fib(SB)
	MOVD 16(RSP), R0
	MOVD $94, R8
	SVC
	UNDEF
TEXT fib(SB), NOSPLIT, $40-16
	MOVD n+0(FP), R1
	CMP $2, R1
	BLT small
	SUB $1, R1, R2
	MOVD R2, 8(RSP)
	BL fib(SB)
	MOVD 16(RSP), R3
	MOVD R3, sum-8(SP)
	MOVD n+0(FP), R1
	SUB $2, R1, R2
	MOVD R2, 8(RSP)
	BL fib(SB)
	MOVD 16(RSP), R3
	MOVD sum-8(SP), R4
	ADD R4, R3
	MOVD R3, ret+8(FP)
	RET
small:
	MOVD R1, ret+8(FP)
	RET
