// The way of a Go image from its first instruction to its end, with stand-ins for the parts that are written in Go:
// _rt0_amd64_linux, rt0_go, its calls in order, the first goroutine, switches between two more on the one M, a stack that
// grows, exit. Each step prints what it found, so the output is the order of events.
//
// link.txt names the runtime's files, linked as they are, and the stand-ins. This file has what rt0_go calls, and main.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

// func check()
// The first call: TLS, g0 and m0 are in place.
TEXT runtime·check(SB), NOSPLIT, $0-0
	SAY(checkText)
	get_tls(CX)
	MOVQ	g(CX), AX
	LEAQ	runtime·g0(SB), BX
	CMPQ	AX, BX
	YESNO(tlsText)
	MOVQ	runtime·m0+m_tls(SB), AX
	CMPQ	AX, BX
	YESNO(slotText)
	MOVQ	g_m(BX), AX
	CMPQ	BX, m_g0(AX)
	YESNO(linkText)
	CALL	runtime·stackcheck(SB)
	MOVQ	(g_stack+stack_hi)(BX), AX
	SUBQ	(g_stack+stack_lo)(BX), AX
	MOVQ	AX, BX
	NUMBER(g0Text)
	RET

// func args(argc int32, argv **byte)
TEXT runtime·args(SB), NOSPLIT, $0-16
	SAY(argsText)
	MOVLQSX	argc+0(FP), AX
	CALL	lib·putint(SB)
	MOVQ	argv+8(FP), BX
	MOVLQSX	argc+0(FP), CX
	CMPQ	(BX)(CX*8), $0 // argv ends with a nil
	YESNO(endText)
	RET

// func osinit()
TEXT runtime·osinit(SB), NOSPLIT, $0-0
	SAY(osinitText)
	RET

// func schedinit()
TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	SAY(schedinitText)
	RET

// func main()
// The first goroutine.
TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $24-0
	SAY(mainText)
	get_tls(CX)
	MOVQ	g(CX), BX
	CMPQ	BX, R14
	YESNO(registerText)
	MOVQ	g_m(BX), AX
	CMPQ	BX, m_curg(AX)
	YESNO(curgText)
	CALL	runtime·stackcheck(SB)

	// systemstack, from a goroutine and from g0.
	LEAQ	onSystemPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·systemstack(SB)
	get_tls(CX)
	MOVQ	g(CX), AX
	CMPL	g_goid(AX), $1
	YESNO(backText)

	// Two goroutines that take turns. main yields until both are done.
	LEAQ	workerPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB)
	LEAQ	workerPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB)
wait:
	CALL	runtime·Gosched(SB)
	CMPL	finished<>(SB), $2
	JNE	wait

	// A recursion that its 2 KiB cannot hold.
	MOVQ	$300, 0(SP)
	CALL	sum<>(SB)
	SAY(sumText)
	MOVQ	8(SP), AX
	CALL	lib·putint(SB)
	CALL	lib·newline(SB)
	get_tls(CX)
	MOVQ	g(CX), BX
	MOVQ	(g_stack+stack_hi)(BX), AX
	SUBQ	(g_stack+stack_lo)(BX), AX
	MOVQ	AX, BX
	NUMBER(grownText)

	SAY(byeText)
	MOVL	$0, 0(SP)
	CALL	runtime·exit(SB)
	UNDEF

// onSystem runs by systemstack.
TEXT onSystem<>(SB), NOSPLIT, $8-0
	SAY(systemText)
	get_tls(CX)
	MOVQ	g(CX), AX
	LEAQ	runtime·g0(SB), BX
	CMPQ	AX, BX
	YESNO(ong0Text)
	CALL	runtime·stackcheck(SB)
	// On g0 already: systemstack only calls.
	LEAQ	nestedPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·systemstack(SB)
	RET

TEXT nested<>(SB), NOSPLIT, $0-0
	SAY(nestedText)
	RET

// worker says five times that it runs and yields in between. Callee-saved registers do not exist in Go: what must survive
// a yield is on the stack.
TEXT worker<>(SB), 0, $16-0
	MOVQ	$1, turn-8(SP)
next:
	get_tls(CX)
	MOVQ	g(CX), BX
	SAY(gText)
	MOVQ	g_goid(BX), AX
	CALL	lib·putint(SB)
	SAY(turnText)
	MOVQ	turn-8(SP), AX
	CALL	lib·putint(SB)
	CALL	lib·newline(SB)
	CALL	runtime·Gosched(SB)
	INCQ	turn-8(SP)
	CMPQ	turn-8(SP), $5
	JLS	next
	INCL	finished<>(SB)
	RET // to goexit

// sum returns 1 + ... + n. The prologue that the assembler writes checks the stack at each call.
TEXT sum<>(SB), 0, $24-16
	MOVQ	n+0(FP), AX
	TESTQ	AX, AX
	JEQ	zero
	DECQ	AX
	MOVQ	AX, 0(SP)
	CALL	sum<>(SB)
	MOVQ	8(SP), AX
	ADDQ	n+0(FP), AX
zero:
	MOVQ	AX, ret+8(FP)
	RET

#include "boot.h"
