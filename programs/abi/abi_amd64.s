// The functions of asm_amd64.s between calling conventions that the other programs leave out: argument registers saved
// and loaded, g set by hand, the frame pointer, a call of C code, and the stack that is left when another has overflowed.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define WORDS 24 // of abi.RegArgs that the two functions touch

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
	LEAQ	first<>(SB), SI
	MOVQ	$0x9E3779B97F4A7C15, AX
	MOVQ	AX, DX
	XORL	CX, CX
fill:
	MOVQ	DX, (SI)(CX*8)
	ADDQ	AX, DX
	INCQ	CX
	CMPQ	CX, $WORDS
	JNE	fill
	LEAQ	first<>(SB), R12
	CALL	runtime·unspillArgs(SB)
	LEAQ	second<>(SB), R12
	CALL	runtime·spillArgs(SB)
	LEAQ	first<>(SB), SI
	LEAQ	second<>(SB), DI
	XORL	CX, CX
compare:
	MOVQ	(SI)(CX*8), AX
	CMPQ	AX, (DI)(CX*8)
	JNE	compared
	INCQ	CX
	CMPQ	CX, $WORDS
	JNE	compare
compared:
	YESNO(argumentsText)

	// Any address serves as a g while nobody looks at it.
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	AX, 32(SP)
	LEAQ	other<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·setg(SB)
	get_tls(CX)
	MOVQ	g(CX), R8 // setg changes BX and CX
	MOVQ	32(SP), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·setg(SB)
	LEAQ	other<>(SB), AX
	CMPQ	AX, R8
	YESNO(setText)
	get_tls(CX)
	MOVQ	g(CX), AX
	CMPQ	AX, 32(SP)
	YESNO(backText)

	CALL	runtime·getfp<ABIInternal>(SB)
	CMPQ	AX, BP
	YESNO(frameText)
	CALL	runtime·publicationBarrier<ABIInternal>(SB)

	LEAQ	handler<>(SB), AX
	MOVQ	AX, 0(SP)
	MOVQ	$11, 8(SP)
	MOVQ	$22, 16(SP)
	MOVQ	$33, 24(SP)
	CALL	runtime·sigfwd(SB)
	CMPQ	passed<>(SB), $112233
	YESNO(forwardText)
	TESTQ	$15, sp<>(SB)
	YESNO(alignedText)

	LEAQ	crashStack<>+4096(SB), AX
	MOVQ	AX, runtime·gcrash+stack_hi(SB)
	LEAQ	crashStack<>(SB), AX
	MOVQ	AX, runtime·gcrash+stack_lo(SB)
	get_tls(CX)
	MOVQ	g(CX), R14
	LEAQ	crashPC<>(SB), AX
	CALL	runtime·switchToCrashStack0<ABIInternal>(SB)
	UNDEF

// handler is a function of C's: signal, siginfo and context in DI, SI and DX, SP 16-byte aligned before the call.
TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	IMULQ	$10000, DI
	IMULQ	$100, SI
	ADDQ	SI, DI
	ADDQ	DX, DI
	MOVQ	DI, passed<>(SB)
	LEAQ	8(SP), AX
	MOVQ	AX, sp<>(SB)
	RET

// crash runs on the stack of gcrash and ends the program.
TEXT crash<>(SB), NOSPLIT, $8-0
	CALL	runtime·stackcheck(SB)
	get_tls(CX)
	MOVQ	g(CX), BX
	LEAQ	runtime·gcrash(SB), AX
	CMPQ	AX, BX
	YESNO(crashText)
	MOVQ	g_m(BX), BX
	LEAQ	runtime·m0(SB), AX
	CMPQ	AX, BX
	YESNO(machineText)
	MOVL	$0, 0(SP)
	CALL	runtime·exit(SB)
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
