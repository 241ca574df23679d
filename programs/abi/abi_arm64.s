// The functions of asm_arm64.s between calling conventions that the other programs leave out: argument registers saved
// and loaded, g set by hand, the frame pointer, a call of C code, and the stack that is left when another has overflowed.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define WORDS 32 // of abi.RegArgs that the two functions touch

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $40-0
	// Loaded from one block and saved to another, the registers carry every word over.
	MOVD	$first<>(SB), R5
	MOVD	$0x9E3779B97F4A7C15, R1
	MOVD	R1, R2
	MOVD	$WORDS, R3
fill:
	MOVD.P	R2, 8(R5)
	ADD	R1, R2
	SUBS	$1, R3
	BNE	fill
	MOVD	$first<>(SB), R20
	BL	runtime·unspillArgs(SB)
	MOVD	$second<>(SB), R20
	BL	runtime·spillArgs(SB)
	MOVD	$first<>(SB), R5
	MOVD	$second<>(SB), R6
	MOVD	$WORDS, R3
compare:
	MOVD.P	8(R5), R0
	MOVD.P	8(R6), R1
	CMP	R1, R0
	BNE	compared
	SUBS	$1, R3
	BNE	compare
compared:
	YESNO(argumentsText)

	// Any address serves as a g while nobody looks at it.
	MOVD	g, R19
	MOVD	$other<>(SB), R20
	MOVD	R20, 8(RSP)
	BL	runtime·setg(SB)
	MOVD	g, R21
	MOVD	R19, 8(RSP)
	BL	runtime·setg(SB)
	CMP	R20, R21
	YESNO(setText)
	CMP	R19, g
	YESNO(backText)

	BL	runtime·getfp<ABIInternal>(SB)
	CMP	R29, R0
	YESNO(frameText)
	BL	runtime·publicationBarrier(SB)

	MOVD	$handler<>(SB), R0
	MOVD	R0, 8(RSP)
	MOVD	$11, R0
	MOVD	R0, 16(RSP)
	MOVD	$22, R0
	MOVD	R0, 24(RSP)
	MOVD	$33, R0
	MOVD	R0, 32(RSP)
	BL	runtime·sigfwd(SB)
	MOVD	passed<>(SB), R0
	MOVD	$112233, R1
	CMP	R1, R0
	YESNO(forwardText)
	MOVD	sp<>(SB), R0
	TST	$15, R0
	YESNO(alignedText)

	MOVD	$runtime·gcrash(SB), R1
	MOVD	$crashStack<>(SB), R0
	MOVD	R0, (g_stack+stack_lo)(R1)
	ADD	$4096, R0
	AND	$~15, R0
	MOVD	R0, (g_stack+stack_hi)(R1)
	MOVD	$crashPC<>(SB), R0
	BL	runtime·switchToCrashStack0<ABIInternal>(SB)
	UNDEF

// handler is a function of C's: signal, siginfo and context in R0, R1 and R2, RSP 16-byte aligned as ever.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$10000, R3
	MUL	R3, R0
	MOVD	$100, R3
	MADD	R3, R0, R1, R0 // R0 + R1*100
	ADD	R2, R0
	MOVD	R0, passed<>(SB)
	MOVD	RSP, R0
	MOVD	R0, sp<>(SB)
	RET

// crash runs on the stack of gcrash and ends the program.
TEXT crash<>(SB), NOSPLIT, $8-0
	BL	lib·stackcheck(SB)
	MOVD	$runtime·gcrash(SB), R1
	CMP	R1, g
	YESNO(crashText)
	MOVD	g_m(g), R1
	MOVD	$runtime·m0(SB), R2
	CMP	R2, R1
	YESNO(machineText)
	MOVW	ZR, 8(RSP)
	BL	runtime·exit(SB)
	UNDEF

DATA crashPC<>+0(SB)/8, $crash<>(SB)
GLOBL crashPC<>(SB), RODATA, $8

GLOBL first<>(SB), NOPTR, $256
GLOBL second<>(SB), NOPTR, $256
GLOBL other<>(SB), NOPTR, $448
GLOBL passed<>(SB), NOPTR, $8
GLOBL sp<>(SB), NOPTR, $8
GLOBL crashStack<>(SB), NOPTR, $4096

DATA argumentsText<>+0(SB)/30, $"argument registers come back: "
GLOBL argumentsText<>(SB), RODATA, $31
DATA setText<>+0(SB)/16, $"setg changes g: "
GLOBL setText<>(SB), RODATA, $17
DATA backText<>+0(SB)/23, $"  and changes it back: "
GLOBL backText<>(SB), RODATA, $24
DATA frameText<>+0(SB)/28, $"getfp is the frame pointer: "
GLOBL frameText<>(SB), RODATA, $29
DATA forwardText<>+0(SB)/47, $"sigfwd passes signal, information and context: "
GLOBL forwardText<>(SB), RODATA, $48
DATA alignedText<>+0(SB)/23, $"  on an aligned stack: "
GLOBL alignedText<>(SB), RODATA, $24
DATA crashText<>+0(SB)/35, $"the crash stack is that of gcrash: "
GLOBL crashText<>(SB), RODATA, $36
DATA machineText<>+0(SB)/17, $"  on the same m: "
GLOBL machineText<>(SB), RODATA, $18
