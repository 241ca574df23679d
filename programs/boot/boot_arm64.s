// The way of a Go image from its first instruction to its end, with stand-ins for the parts that are written in Go:
// _rt0_arm64_linux, rt0_go, its calls in order, the first goroutine, switches between two more on the one M, a stack that
// grows, exit. Each step prints what it found, so the output is the order of events.
//
// link.txt names the runtime's files, linked as they are, and the stand-ins. This file has what rt0_go calls, and main.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

// func check()
// The first call: g, g0 and m0 are in place. g is in its register and nowhere else: nothing has set a thread base.
TEXT runtime·check(SB), NOSPLIT, $0-0
	SAY(checkText)
	MOVD	$runtime·g0(SB), R2
	CMP	R2, g
	YESNO(tlsText)
	MRS	TPIDR_EL0, R3
	CMP	ZR, R3
	YESNO(slotText)
	MOVD	g_m(R2), R3
	MOVD	m_g0(R3), R3
	CMP	R2, R3
	YESNO(linkText)
	BL	lib·stackcheck(SB)
	MOVD	(g_stack+stack_hi)(g), R1
	MOVD	(g_stack+stack_lo)(g), R2
	SUB	R2, R1
	NUMBER(g0Text)
	RET

// func args(argc int32, argv **byte)
TEXT runtime·args(SB), NOSPLIT, $0-16
	SAY(argsText)
	MOVW	argc+0(FP), R0
	BL	lib·putint(SB)
	MOVD	argv+8(FP), R1
	MOVW	argc+0(FP), R2
	MOVD	(R1)(R2<<3), R2
	CMP	ZR, R2 // argv ends with a nil
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
	MOVD	g_goid(g), R1
	CMP	$1, R1
	YESNO(registerText)
	MOVD	g_m(g), R1
	MOVD	m_curg(R1), R1
	CMP	R1, g
	YESNO(curgText)
	BL	lib·stackcheck(SB)

	// systemstack, from a goroutine and from g0.
	MOVD	$onSystemPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·systemstack(SB)
	MOVD	g_goid(g), R1
	CMP	$1, R1
	YESNO(backText)

	// Two goroutines that take turns. main yields until both are done.
	MOVD	$workerPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB)
	MOVD	$workerPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB)
wait:
	BL	runtime·Gosched(SB)
	MOVWU	finished<>(SB), R0
	CMP	$2, R0
	BNE	wait

	// A recursion that its 2 KiB cannot hold.
	MOVD	$300, R0
	MOVD	R0, 8(RSP)
	BL	sum<>(SB)
	SAY(sumText)
	MOVD	16(RSP), R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	MOVD	(g_stack+stack_hi)(g), R1
	MOVD	(g_stack+stack_lo)(g), R2
	SUB	R2, R1
	NUMBER(grownText)

	SAY(byeText)
	MOVW	ZR, 8(RSP)
	BL	runtime·exit(SB)
	UNDEF

// onSystem runs by systemstack.
TEXT onSystem<>(SB), NOSPLIT, $8-0
	SAY(systemText)
	MOVD	$runtime·g0(SB), R1
	CMP	R1, g
	YESNO(ong0Text)
	BL	lib·stackcheck(SB)
	// On g0 already: systemstack only calls.
	MOVD	$nestedPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·systemstack(SB)
	RET

TEXT nested<>(SB), NOSPLIT, $0-0
	SAY(nestedText)
	RET

// worker says five times that it runs and yields in between. Callee-saved registers do not exist in Go: what must survive
// a yield is on the stack.
TEXT worker<>(SB), 0, $16-0
	MOVD	$1, R0
	MOVD	R0, turn-8(SP)
next:
	SAY(gText)
	MOVD	g_goid(g), R0
	BL	lib·putint(SB)
	SAY(turnText)
	MOVD	turn-8(SP), R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	BL	runtime·Gosched(SB)
	MOVD	turn-8(SP), R0
	ADD	$1, R0
	MOVD	R0, turn-8(SP)
	CMP	$5, R0
	BLE	next
	MOVWU	finished<>(SB), R0
	ADD	$1, R0
	MOVW	R0, finished<>(SB)
	RET // to goexit

// sum returns 1 + ... + n. The prologue that the assembler writes checks the stack at each call.
TEXT sum<>(SB), 0, $24-16
	MOVD	n+0(FP), R0
	CBZ	R0, zero
	SUB	$1, R0
	MOVD	R0, 8(RSP)
	BL	sum<>(SB)
	MOVD	16(RSP), R0
	MOVD	n+0(FP), R1
	ADD	R1, R0
zero:
	MOVD	R0, ret+8(FP)
	RET

#include "boot.h"
