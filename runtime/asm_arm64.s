// The part of the runtime that Go cannot say, for arm64: the first steps of the process, switches between stacks, and the
// few instructions without a Go form. asm_amd64.s is the same for the other processor and is read beside this; go_asm.h
// has the structures.
//
// Three kinds of stack appear. A goroutine's is small, moves when it grows, and is described by its g. Each M has a g0
// with a large fixed stack on which the scheduler runs, and a gsignal on which signal handlers run. g is R28, in ABI0 and
// ABIInternal alike, so whoever switches stacks changes it too; save_g keeps a copy where C is about (tls_arm64.s).
//
// A call leaves its return address in R30, not on the stack. A function with a frame has its caller's R30 at 0(RSP), so
// the arguments of a call start at 8(RSP), and its caller's R29 just below, at -8(RSP), which is where R29 points. RSP is
// a multiple of 16 whenever it is used. R26 holds the closure context, R27 is the assembler's own, R18 the platform's.
//
// Nothing in this file allocates or grows a stack: every function is NOSPLIT, either because there is no valid guard
// yet, or because the function is what growing rests on.

#include "go_asm.h"
#include "go_tls.h"
#include "funcdata.h"
#include "textflag.h"

// _rt0_arm64 turns the stack that the kernel made into the two arguments of rt0_go: R0 = argc, R1 = argv.
// Entered by a jump; RSP points at argc.
TEXT _rt0_arm64(SB), NOSPLIT|NOFRAME, $0
	MOVD	0(RSP), R0
	ADD	$8, RSP, R1
	B	runtime·rt0_go(SB)

// rt0_go turns the process's first thread into m0 and its stack into that of g0, then starts the scheduler with one
// goroutine that runs runtime.main. It never returns.
//
// Until g is set below nothing may be called that looks at it. Frame: 8(RSP) to 23(RSP) the arguments of calls, 24(RSP)
// argc, 32(RSP) argv.
TEXT runtime·rt0_go(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	SUB	$48, RSP
	MOVW	R0, 24(RSP)
	MOVD	R1, 32(RSP)
	MOVD	ZR, 0(RSP)
	MOVD	ZR, R29 // the chain of frame pointers ends here

	// g0 takes the 64 KiB below: the kernel grows a first stack on demand, and promises more than that.
	// mstart raises the guards once the bounds are final.
	MOVD	$runtime·g0(SB), g
	MOVD	RSP, R7
	SUB	$65536, R7, R0
	MOVD	R0, (g_stack+stack_lo)(g)
	MOVD	R7, (g_stack+stack_hi)(g)
	MOVD	R0, g_stackguard0(g)
	MOVD	R0, g_stackguard1(g)
	BL	runtime·save_g(SB)

	// g0 and m0 know each other.
	MOVD	$runtime·m0(SB), R0
	MOVD	g, m_g0(R0)
	MOVD	R0, g_m(g)

	BL	runtime·check(SB)
	MOVW	24(RSP), R0
	MOVW	R0, 8(RSP)
	MOVD	32(RSP), R0
	MOVD	R0, 16(RSP)
	BL	runtime·args(SB)   // args(argc int32, argv **byte): argv, then envp and the auxiliary vector behind it
	BL	runtime·osinit(SB) // the number of processors, the page size
	BL	runtime·schedinit(SB)

	// The first goroutine. newproc only queues it.
	MOVD	$runtime·mainPC(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB) // newproc(fn *funcval)

	BL	runtime·mstart(SB)
	BL	runtime·abort(SB) // mstart does not return on m0
	UNDEF

// mainPC is the func value of runtime.main. newproc starts a goroutine at compiled code, hence ABIInternal.
DATA runtime·mainPC+0(SB)/8, $runtime·main<ABIInternal>(SB)
GLOBL runtime·mainPC(SB), RODATA, $8

// func breakpoint()
TEXT runtime·breakpoint(SB), NOSPLIT|NOFRAME, $0-0
	BRK
	RET

// asminit is what each new M does first for its processor. Nothing, on arm64.
TEXT runtime·asminit(SB), NOSPLIT|NOFRAME, $0-0
	RET

// mstart is the first function of each M, on its g0 stack, with g already in R28.
TEXT runtime·mstart(SB), NOSPLIT|TOPFRAME, $0
	BL	runtime·mstart0(SB)
	RET // a thread whose stack Go allocated has exited by now

// func gogo(buf *gobuf)
// gogo continues the goroutine buf.g where buf says, on its stack. The stack it is called on is given up as it is.
// The caller has made the g ready: its m is set and it owns the stack.
TEXT runtime·gogo(SB), NOSPLIT|NOFRAME, $0-8
	MOVD	buf+0(FP), R5
	MOVD	gobuf_g(R5), R6
	MOVD	0(R6), R4 // a nil g faults here, on a stack that can still be traced
	B	gogo<>(SB)

// R5 = buf, R6 = buf.g. No return address of ours is used from here on.
TEXT gogo<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	R6, g
	BL	runtime·save_g(SB)
	MOVD	gobuf_sp(R5), R0
	MOVD	R0, RSP
	MOVD	gobuf_bp(R5), R29
	MOVD	gobuf_lr(R5), R30
	MOVD	gobuf_ctxt(R5), R26
	MOVD	gobuf_pc(R5), R6
	// The collector reads a saved stack from sp and keeps ctxt alive: forget both, they are live in registers now.
	MOVD	ZR, gobuf_sp(R5)
	MOVD	ZR, gobuf_bp(R5)
	MOVD	ZR, gobuf_lr(R5)
	MOVD	ZR, gobuf_ctxt(R5)
	B	(R6)

// func mcall(fn func(*g))
// mcall saves the current goroutine so that gogo(&g.sched) returns from mcall, switches to g0 and calls fn(g) there.
// fn never returns: it gives g away (to a queue, another M, the free list) and schedules.
// Once g is visible to others they may run it at once, even before fn has done anything else; so nothing here touches
// g's stack after the switch.
TEXT runtime·mcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVD	R0, R26 // fn, and its closure context

	MOVD	RSP, R0
	MOVD	R0, (g_sched+gobuf_sp)(g)
	MOVD	R29, (g_sched+gobuf_bp)(g) // still the caller's: we have no frame
	MOVD	R30, (g_sched+gobuf_pc)(g)
	MOVD	ZR, (g_sched+gobuf_lr)(g)

	MOVD	g, R3
	MOVD	g_m(g), R8
	MOVD	m_g0(R8), R4
	CMP	R4, R3
	BEQ	ong0

	MOVD	R4, g
	BL	runtime·save_g(SB)
	MOVD	(g_sched+gobuf_sp)(g), R0
	MOVD	R0, RSP
	MOVD	ZR, R29        // what follows may end on another M: no frame chain leads back
	MOVD	R3, R0         // fn's argument
	MOVD.W	ZR, -16(RSP)   // the place of a return address, and at 8(RSP) the spill slot of the argument
	MOVD	funcval_fn(R26), R4
	BL	(R4)
	B	runtime·badmcall2(SB) // fn returned

ong0:
	B	runtime·badmcall(SB) // there is no goroutine to save

// systemstack_switch stands at the bottom of a goroutine's stack while systemstack runs elsewhere: the saved pc points
// into it, so that tracebacks see a function that called something, with the frame systemstack has. It is never run.
TEXT runtime·systemstack_switch(SB), NOSPLIT, $0-0
	UNDEF
	BL	runtime·abort(SB) // a call, so that the assembler makes the frame that systemstack has
	RET

// func systemstack(fn func())
// systemstack runs fn on the g0 stack and comes back. On g0 or gsignal already, it just calls fn. Meanwhile the
// goroutine stays bound to this M: fn cannot be preempted and its stack does not grow.
TEXT runtime·systemstack(SB), NOSPLIT, $0-8
	MOVD	fn+0(FP), R26
	MOVD	g_m(g), R4
	MOVD	m_gsignal(R4), R5
	CMP	R5, g
	BEQ	noswitch
	MOVD	m_g0(R4), R5
	CMP	R5, g
	BEQ	noswitch
	MOVD	m_curg(R4), R6
	CMP	R6, g
	BNE	bad

	BL	gosave_systemstack_switch<>(SB)
	MOVD	R5, g
	BL	runtime·save_g(SB)
	MOVD	(g_sched+gobuf_sp)(g), R3
	MOVD	R3, RSP // R29 stays: fn's frames link to ours across the stacks
	MOVD	funcval_fn(R26), R3
	BL	(R3)

	// fn may have used every register. g is g0; curg is the goroutine we left.
	MOVD	g_m(g), R3
	MOVD	m_curg(R3), g
	BL	runtime·save_g(SB)
	MOVD	(g_sched+gobuf_sp)(g), R0
	MOVD	R0, RSP
	MOVD	(g_sched+gobuf_bp)(g), R29
	MOVD	ZR, (g_sched+gobuf_sp)(g)
	MOVD	ZR, (g_sched+gobuf_bp)(g)
	RET

bad:
	// g belongs to this M in no way that we know. badsystemstack reports it and does not return.
	MOVD	$runtime·badsystemstack(SB), R3
	BL	(R3)
	B	runtime·abort(SB)

noswitch:
	// A tail call leaves no frame of ours in tracebacks. The epilogue does not run, so undo the prologue here.
	MOVD	funcval_fn(R26), R3
	MOVD	-8(RSP), R29
	MOVD.P	16(RSP), R30
	B	(R3)

// func switchToCrashStack0(fn func())
// switchToCrashStack0 runs fn on the stack of gcrash, because the current one has overflowed. One M at a time gets here:
// the caller holds crashingG. Never returns.
TEXT runtime·switchToCrashStack0<ABIInternal>(SB), NOSPLIT, $0-8
	MOVD	R0, R26
	MOVD	g_m(g), R1
	MOVD	$runtime·gcrash(SB), g
	BL	runtime·save_g(SB)
	MOVD	R1, g_m(g)
	MOVD	g, m_g0(R1)
	MOVD	(g_stack+stack_hi)(g), R1
	SUB	$32, R1
	MOVD	R1, RSP
	MOVD	funcval_fn(R26), R1
	BL	(R1)
	BL	runtime·abort(SB)
	UNDEF

// morestack is called by a function's prologue that found RSP below the guard: the stack must grow, or somebody wants
// the goroutine to stop. It saves the function's state so that gogo runs it again from its start, and calls newstack on
// g0, which never returns here. R30 is the pc in the function f, R3 what R30 was when f was called; R26 is f's context.
// On entry RSP may already be below the guard: what is left is the reserve that nosplit code lives on.
TEXT runtime·morestack(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	g_m(g), R8
	MOVD	m_g0(R8), R4

	// g.sched: f, about to start.
	MOVD	RSP, R0
	MOVD	R0, (g_sched+gobuf_sp)(g)
	MOVD	R29, (g_sched+gobuf_bp)(g)
	MOVD	R30, (g_sched+gobuf_pc)(g)
	MOVD	R3, (g_sched+gobuf_lr)(g)
	MOVD	R26, (g_sched+gobuf_ctxt)(g)

	// The system stacks have a fixed size: on one of them this is the end.
	CMP	R4, g
	BEQ	badg0
	MOVD	m_gsignal(R8), R5
	CMP	R5, g
	BEQ	badgsignal

	// m.morebuf: f's caller, for tracebacks and for the argument size. It has the RSP that f was called with.
	MOVD	R3, (m_morebuf+gobuf_pc)(R8)
	MOVD	R0, (m_morebuf+gobuf_sp)(R8)
	MOVD	g, (m_morebuf+gobuf_g)(R8)

	MOVD	R4, g
	BL	runtime·save_g(SB)
	MOVD	(g_sched+gobuf_sp)(g), R0
	MOVD	R0, RSP
	MOVD	ZR, R29
	MOVD.W	ZR, -16(RSP) // a frame whose caller is nobody
	BL	runtime·newstack(SB)
	UNDEF

badg0:
	BL	runtime·badmorestackg0(SB)
	B	runtime·abort(SB)
badgsignal:
	BL	runtime·badmorestackgsignal(SB)
	B	runtime·abort(SB)

// morestack_noctxt is morestack for functions that are not closures: what R26 happens to hold must not be kept alive.
TEXT runtime·morestack_noctxt(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	ZR, R26
	B	runtime·morestack(SB)

// spillArgs and unspillArgs store and load the argument registers of ABIInternal, in its order, in the abi.RegArgs at
// R20. Called from assembly only; they touch nothing else.
TEXT runtime·spillArgs(SB), NOSPLIT, $0-0
	STP	(R0, R1), (0*8)(R20)
	STP	(R2, R3), (2*8)(R20)
	STP	(R4, R5), (4*8)(R20)
	STP	(R6, R7), (6*8)(R20)
	STP	(R8, R9), (8*8)(R20)
	STP	(R10, R11), (10*8)(R20)
	STP	(R12, R13), (12*8)(R20)
	STP	(R14, R15), (14*8)(R20)
	FSTPD	(F0, F1), (16*8)(R20)
	FSTPD	(F2, F3), (18*8)(R20)
	FSTPD	(F4, F5), (20*8)(R20)
	FSTPD	(F6, F7), (22*8)(R20)
	FSTPD	(F8, F9), (24*8)(R20)
	FSTPD	(F10, F11), (26*8)(R20)
	FSTPD	(F12, F13), (28*8)(R20)
	FSTPD	(F14, F15), (30*8)(R20)
	RET

TEXT runtime·unspillArgs(SB), NOSPLIT, $0-0
	LDP	(0*8)(R20), (R0, R1)
	LDP	(2*8)(R20), (R2, R3)
	LDP	(4*8)(R20), (R4, R5)
	LDP	(6*8)(R20), (R6, R7)
	LDP	(8*8)(R20), (R8, R9)
	LDP	(10*8)(R20), (R10, R11)
	LDP	(12*8)(R20), (R12, R13)
	LDP	(14*8)(R20), (R14, R15)
	FLDPD	(16*8)(R20), (F0, F1)
	FLDPD	(18*8)(R20), (F2, F3)
	FLDPD	(20*8)(R20), (F4, F5)
	FLDPD	(22*8)(R20), (F6, F7)
	FLDPD	(24*8)(R20), (F8, F9)
	FLDPD	(26*8)(R20), (F10, F11)
	FLDPD	(28*8)(R20), (F12, F13)
	FLDPD	(30*8)(R20), (F14, F15)
	RET

// func procyield(cycles uint32)
// procyield spins for a while inside a lock: YIELD frees the core for its sibling, where there is one. cycles > 0.
TEXT runtime·procyield(SB), NOSPLIT, $0-4
	MOVWU	cycles+0(FP), R0
spin:
	YIELD
	SUBW	$1, R0
	CBNZW	R0, spin
	RET

// gosave_systemstack_switch saves its caller's state in g.sched, with a pc inside systemstack_switch: past its prologue
// of three instructions, where R29 points into the frame as in the caller. The caller has a frame of size 0. Uses R0.
// sched.ctxt must be nil: whoever set it would lose it.
TEXT gosave_systemstack_switch<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$runtime·systemstack_switch+12(SB), R0
	MOVD	R0, (g_sched+gobuf_pc)(g)
	MOVD	RSP, R0
	MOVD	R0, (g_sched+gobuf_sp)(g)
	MOVD	R29, (g_sched+gobuf_bp)(g)
	MOVD	ZR, (g_sched+gobuf_lr)(g)
	MOVD	(g_sched+gobuf_ctxt)(g), R0
	CBZ	R0, saved
	B	runtime·abort(SB)
saved:
	RET

// func setg(gp *g)
// setg makes gp the current g, without any switch of stacks. For code that has no Go caller to mislead.
TEXT runtime·setg(SB), NOSPLIT, $0-8
	MOVD	gp+0(FP), g
	BL	runtime·save_g(SB)
	RET

// func abort()
// abort stops the process where it stands: a fault at address 0, in a function that no handler turns into a panic.
TEXT runtime·abort(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	ZR, R0
	MOVD	(R0), R0
	UNDEF

// goexit is the return address at the bottom of each goroutine's stack: one instruction past its start, so that it looks
// like the return from a call. goexit1 never returns.
TEXT runtime·goexit(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	NOOP
	BL	runtime·goexit1(SB)
	UNDEF // keeps that return address inside this function

// func getfp() uintptr
// getfp returns the caller's frame pointer.
TEXT runtime·getfp<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	MOVD	R29, R0
	RET
