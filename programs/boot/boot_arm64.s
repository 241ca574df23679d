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

GLOBL finished<>(SB), NOPTR, $4

DATA onSystemPC<>+0(SB)/8, $onSystem<>(SB)
GLOBL onSystemPC<>(SB), RODATA, $8
DATA nestedPC<>+0(SB)/8, $nested<>(SB)
GLOBL nestedPC<>(SB), RODATA, $8
DATA workerPC<>+0(SB)/8, $worker<>(SB)
GLOBL workerPC<>(SB), RODATA, $8

DATA checkText<>+0(SB)/6, $"check\n"
GLOBL checkText<>(SB), RODATA, $7
DATA tlsText<>+0(SB)/11, $"  g is g0: "
GLOBL tlsText<>(SB), RODATA, $12
DATA slotText<>+0(SB)/31, $"  and stands where it belongs: "
GLOBL slotText<>(SB), RODATA, $32
DATA linkText<>+0(SB)/17, $"  g0.m.g0 is g0: "
GLOBL linkText<>(SB), RODATA, $18
DATA g0Text<>+0(SB)/25, $"  bytes of stack for g0: "
GLOBL g0Text<>(SB), RODATA, $26
DATA argsText<>+0(SB)/11, $"args: argc "
GLOBL argsText<>(SB), RODATA, $12
DATA endText<>+0(SB)/22, $", argv ends with nil: "
GLOBL endText<>(SB), RODATA, $23
DATA osinitText<>+0(SB)/7, $"osinit\n"
GLOBL osinitText<>(SB), RODATA, $8
DATA schedinitText<>+0(SB)/10, $"schedinit\n"
GLOBL schedinitText<>(SB), RODATA, $11
DATA mainText<>+0(SB)/5, $"main\n"
GLOBL mainText<>(SB), RODATA, $6
DATA registerText<>+0(SB)/27, $"  the g register is right: "
GLOBL registerText<>(SB), RODATA, $28
DATA curgText<>+0(SB)/40, $"  it is the current goroutine of its M: "
GLOBL curgText<>(SB), RODATA, $41
DATA systemText<>+0(SB)/12, $"systemstack\n"
GLOBL systemText<>(SB), RODATA, $13
DATA ong0Text<>+0(SB)/11, $"  g is g0: "
GLOBL ong0Text<>(SB), RODATA, $12
DATA nestedText<>+0(SB)/31, $"  systemstack on g0 just calls\n"
GLOBL nestedText<>(SB), RODATA, $32
DATA backText<>+0(SB)/23, $"  back on goroutine 1: "
GLOBL backText<>(SB), RODATA, $24
DATA gText<>+0(SB)/10, $"goroutine "
GLOBL gText<>(SB), RODATA, $11
DATA turnText<>+0(SB)/7, $", turn "
GLOBL turnText<>(SB), RODATA, $8
DATA sumText<>+0(SB)/28, $"1 + ... + 300 by recursion: "
GLOBL sumText<>(SB), RODATA, $29
DATA grownText<>+0(SB)/34, $"  bytes of stack claimed by then: "
GLOBL grownText<>(SB), RODATA, $35
DATA byeText<>+0(SB)/5, $"exit\n"
GLOBL byeText<>(SB), RODATA, $6
