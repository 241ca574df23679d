// The part of the runtime that Go cannot say: the first steps of the process, switches between stacks, and the few
// instructions without a Go form. Read go_asm.h for the structures and go_tls.h for how g is found.
//
// Three kinds of stack appear. A goroutine's is small, moves when it grows, and is described by its g. Each M has a g0
// with a large fixed stack on which the scheduler runs, and a gsignal on which signal handlers run. The "g register" is
// R14 in compiled code (ABIInternal); ABI0 code promises nothing about it, so everything here that may be called from
// assembly takes g from thread-local storage.
//
// The file is long because Go keeps these functions in one.
//
// Nothing in this file allocates or grows a stack: every function is NOSPLIT, either because there is no valid guard
// yet, or because the function is what growing rests on. A function that is not marked NOFRAME, has calls and no locals
// keeps the caller's BP at 0(SP) and its return address at 8(SP).

#include "go_asm.h"
#include "go_tls.h"
#include "funcdata.h"
#include "textflag.h"

// _rt0_amd64 turns the stack that the kernel made into the two arguments of rt0_go: DI = argc, SI = argv.
// Entered by a jump; SP points at argc.
TEXT _rt0_amd64(SB), NOSPLIT, $-8
	MOVQ	0(SP), DI
	LEAQ	8(SP), SI
	JMP	runtime·rt0_go(SB)

// rt0_go turns the process's first thread into m0 and its stack into that of g0, then starts the scheduler with one
// goroutine that runs runtime.main. It never returns.
//
// Until TLS is set below there is no g: nothing may be called that looks at one. Frame: 0(SP) to 23(SP) the arguments of
// calls, 24(SP) argc, 32(SP) argv.
TEXT runtime·rt0_go(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	SUBQ	$40, SP
	ANDQ	$~15, SP
	MOVQ	DI, 24(SP)
	MOVQ	SI, 32(SP)
	XORL	BP, BP // the chain of frame pointers ends here

	// g0 takes the 64 KiB below: the kernel grows a first stack on demand, and promises more than that.
	// mstart raises the guards once the bounds are final.
	LEAQ	runtime·g0(SB), DI
	LEAQ	-65536(SP), AX
	MOVQ	AX, (g_stack+stack_lo)(DI)
	MOVQ	SP, (g_stack+stack_hi)(DI)
	MOVQ	AX, g_stackguard0(DI)
	MOVQ	AX, g_stackguard1(DI)

	// Which processor is this? CPUID overwrites AX, BX, CX and DX.
	XORL	AX, AX
	CPUID
	TESTL	AX, AX // the highest leaf; 0 leaves nothing to ask
	JZ	havecpu
	CMPL	BX, $0x756E6547 // "Genu"
	JNE	version
	CMPL	DX, $0x49656E69 // "ineI"
	JNE	version
	CMPL	CX, $0x6C65746E // "ntel"
	JNE	version
	MOVB	$1, runtime·isIntel(SB)
version:
	MOVL	$1, AX
	CPUID
	MOVL	AX, runtime·processorVersionInfo(SB)

havecpu:
	// Thread-local storage is m0.tls. Writing a pattern through FS and reading it back by its address proves that the
	// kernel set the base we meant, before anything depends on it.
	LEAQ	runtime·m0+m_tls(SB), DI
	CALL	runtime·settls(SB)
	get_tls(BX)
	MOVQ	$0x123, g(BX)
	MOVQ	runtime·m0+m_tls(SB), AX
	CMPQ	AX, $0x123
	JEQ	tlsok
	CALL	runtime·abort(SB)
tlsok:
	// g0 and m0 know each other, and g0 is what runs now.
	LEAQ	runtime·g0(SB), CX
	LEAQ	runtime·m0(SB), AX
	MOVQ	CX, g(BX)
	MOVQ	CX, m_g0(AX)
	MOVQ	AX, g_m(CX)
	MOVQ	CX, R14

	CLD // all Go code expects a clear direction flag and leaves it so

	CALL	runtime·check(SB)
	MOVL	24(SP), AX
	MOVL	AX, 0(SP)
	MOVQ	32(SP), AX
	MOVQ	AX, 8(SP)
	CALL	runtime·args(SB)   // args(argc int32, argv **byte): argv, then envp and the auxiliary vector behind it
	CALL	runtime·osinit(SB) // the number of processors, the page size
	CALL	runtime·schedinit(SB)

	// The first goroutine. newproc only queues it.
	LEAQ	runtime·mainPC(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB) // newproc(fn *funcval)

	CALL	runtime·mstart(SB)
	CALL	runtime·abort(SB) // mstart does not return on m0
	RET

// mainPC is the func value of runtime.main. newproc starts a goroutine at compiled code, hence ABIInternal.
DATA runtime·mainPC+0(SB)/8, $runtime·main<ABIInternal>(SB)
GLOBL runtime·mainPC(SB), RODATA, $8

// func breakpoint()
TEXT runtime·breakpoint(SB), NOSPLIT, $0-0
	INT	$3
	RET

// asminit is what each new M does first for its processor. Nothing, on amd64.
TEXT runtime·asminit(SB), NOSPLIT, $0-0
	RET

// mstart is the first function of each M, on its g0 stack, with g already in TLS.
TEXT runtime·mstart(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	XORL	BP, BP
	CALL	runtime·mstart0(SB)
	RET // a thread whose stack Go allocated has exited by now

// func gogo(buf *gobuf)
// gogo continues the goroutine buf.g where buf says, on its stack. The stack it is called on is given up as it is.
// The caller has made the g ready: its m is set and it owns the stack.
TEXT runtime·gogo(SB), NOSPLIT, $0-8
	MOVQ	buf+0(FP), BX
	MOVQ	gobuf_g(BX), R14
	MOVQ	0(R14), AX // a nil g faults here, on a stack that can still be traced
	JMP	gogo<>(SB)

// BX = buf, R14 = buf.g. No return address of ours is used from here on.
TEXT gogo<>(SB), NOSPLIT, $0
	get_tls(CX)
	MOVQ	R14, g(CX)
	MOVQ	gobuf_sp(BX), SP
	MOVQ	gobuf_bp(BX), BP
	MOVQ	gobuf_ctxt(BX), DX
	MOVQ	gobuf_pc(BX), AX
	// The collector reads a saved stack from sp and keeps ctxt alive: forget both, they are live in registers now.
	MOVQ	$0, gobuf_sp(BX)
	MOVQ	$0, gobuf_bp(BX)
	MOVQ	$0, gobuf_ctxt(BX)
	JMP	AX

// func mcall(fn func(*g))
// mcall saves the current goroutine so that gogo(&g.sched) returns from mcall, switches to g0 and calls fn(g) there.
// fn never returns: it gives g away (to a queue, another M, the free list) and schedules.
// Once g is visible to others they may run it at once, even before fn has done anything else; so nothing here touches
// g's stack after the switch.
TEXT runtime·mcall<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ	AX, DX // fn, and its closure context

	MOVQ	0(SP), BX
	MOVQ	BX, (g_sched+gobuf_pc)(R14)
	LEAQ	8(SP), BX
	MOVQ	BX, (g_sched+gobuf_sp)(R14)
	MOVQ	BP, (g_sched+gobuf_bp)(R14) // still the caller's: we have no frame

	MOVQ	g_m(R14), BX
	MOVQ	m_g0(BX), SI
	CMPQ	SI, R14
	JEQ	ong0

	MOVQ	R14, AX // fn's argument
	MOVQ	SI, R14
	get_tls(CX)
	MOVQ	R14, g(CX)
	MOVQ	(g_sched+gobuf_sp)(R14), SP
	XORL	BP, BP   // what follows may end on another M: no frame chain leads back
	PUSHQ	AX       // the spill slot of fn's argument
	MOVQ	funcval_fn(DX), R12
	CALL	R12
	POPQ	AX
	JMP	runtime·badmcall2(SB) // fn returned

ong0:
	JMP	runtime·badmcall(SB) // there is no goroutine to save

// systemstack_switch stands at the bottom of a goroutine's stack while systemstack runs elsewhere: the saved pc points
// into it, so that tracebacks see a function that called something, with the frame systemstack has. It is never run.
TEXT runtime·systemstack_switch(SB), NOSPLIT, $0-0
	UNDEF
	CALL	runtime·abort(SB) // a call, so that the assembler keeps BP here as it does in systemstack
	RET

// func systemstack(fn func())
// systemstack runs fn on the g0 stack and comes back. On g0 or gsignal already, it just calls fn. Meanwhile the
// goroutine stays bound to this M: fn cannot be preempted and its stack does not grow.
TEXT runtime·systemstack(SB), NOSPLIT, $0-8
	MOVQ	fn+0(FP), DX
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), BX
	CMPQ	AX, m_gsignal(BX)
	JEQ	noswitch
	MOVQ	m_g0(BX), SI
	CMPQ	AX, SI
	JEQ	noswitch
	CMPQ	AX, m_curg(BX)
	JNE	bad

	CALL	gosave_systemstack_switch<>(SB) // AX = g
	MOVQ	SI, g(CX)
	MOVQ	SI, R14
	MOVQ	(g_sched+gobuf_sp)(SI), SP // BP stays: fn's frames link to ours across the stacks
	MOVQ	funcval_fn(DX), DI
	CALL	DI

	// fn may have used every register. g is g0; curg is the goroutine we left.
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), BX
	MOVQ	m_curg(BX), AX
	MOVQ	AX, g(CX)
	MOVQ	AX, R14
	MOVQ	(g_sched+gobuf_sp)(AX), SP
	MOVQ	(g_sched+gobuf_bp)(AX), BP
	MOVQ	$0, (g_sched+gobuf_sp)(AX)
	MOVQ	$0, (g_sched+gobuf_bp)(AX)
	RET

noswitch:
	// A tail call leaves no frame of ours in tracebacks. The epilogue does not run, so undo the saved BP here.
	MOVQ	funcval_fn(DX), DI
	POPQ	BP
	JMP	DI

bad:
	// g belongs to this M in no way that we know. badsystemstack reports it and does not return.
	MOVQ	$runtime·badsystemstack(SB), AX
	CALL	AX
	INT	$3

// func switchToCrashStack0(fn func())
// switchToCrashStack0 runs fn on the stack of gcrash, because the current one has overflowed. One M at a time gets here:
// the caller holds crashingG. Never returns.
TEXT runtime·switchToCrashStack0<ABIInternal>(SB), NOSPLIT, $0-8
	MOVQ	g_m(R14), BX
	LEAQ	runtime·gcrash(SB), R14
	MOVQ	BX, g_m(R14)
	MOVQ	R14, m_g0(BX)
	get_tls(CX)
	MOVQ	R14, g(CX)
	MOVQ	(g_stack+stack_hi)(R14), SP
	SUBQ	$32, SP
	MOVQ	AX, DX
	MOVQ	funcval_fn(DX), AX
	CALL	AX
	CALL	runtime·abort(SB)
	UNDEF

// morestack is called by a function's prologue that found SP below the guard: the stack must grow, or somebody wants
// the goroutine to stop. It saves the function's state so that gogo runs it again from its start, and calls newstack on
// g0, which never returns here. 0(SP) is the pc in the function f, 8(SP) the pc in f's caller; DX is f's context.
// On entry SP may already be below the guard: what is left is the reserve that nosplit code lives on.
TEXT runtime·morestack(SB), NOSPLIT|NOFRAME, $0-0
	get_tls(CX)
	MOVQ	g(CX), DI
	MOVQ	g_m(DI), BX

	// g.sched: f, about to start.
	MOVQ	0(SP), AX
	MOVQ	AX, (g_sched+gobuf_pc)(DI)
	LEAQ	8(SP), AX
	MOVQ	AX, (g_sched+gobuf_sp)(DI)
	MOVQ	BP, (g_sched+gobuf_bp)(DI)
	MOVQ	DX, (g_sched+gobuf_ctxt)(DI)

	// The system stacks have a fixed size: on one of them this is the end.
	CMPQ	DI, m_g0(BX)
	JEQ	badg0
	CMPQ	DI, m_gsignal(BX)
	JEQ	badgsignal

	// m.morebuf: f's caller, for tracebacks and for the argument size.
	MOVQ	8(SP), AX
	MOVQ	AX, (m_morebuf+gobuf_pc)(BX)
	LEAQ	16(SP), AX
	MOVQ	AX, (m_morebuf+gobuf_sp)(BX)
	MOVQ	DI, (m_morebuf+gobuf_g)(BX)

	MOVQ	m_g0(BX), R14
	MOVQ	R14, g(CX)
	MOVQ	(g_sched+gobuf_sp)(R14), SP
	XORL	BP, BP
	CALL	runtime·newstack(SB)
	CALL	runtime·abort(SB)
	RET

badg0:
	CALL	runtime·badmorestackg0(SB)
	CALL	runtime·abort(SB)
badgsignal:
	CALL	runtime·badmorestackgsignal(SB)
	CALL	runtime·abort(SB)
	RET

// morestack_noctxt is morestack for functions that are not closures: what DX happens to hold must not be kept alive.
TEXT runtime·morestack_noctxt(SB), NOSPLIT|NOFRAME, $0
	XORL	DX, DX
	JMP	runtime·morestack(SB)

// spillArgs and unspillArgs store and load the argument registers of ABIInternal, in its order, in the abi.RegArgs at
// R12. Called from assembly only; they touch nothing else.
TEXT runtime·spillArgs(SB), NOSPLIT, $0-0
	MOVQ	AX, 0(R12)
	MOVQ	BX, 8(R12)
	MOVQ	CX, 16(R12)
	MOVQ	DI, 24(R12)
	MOVQ	SI, 32(R12)
	MOVQ	R8, 40(R12)
	MOVQ	R9, 48(R12)
	MOVQ	R10, 56(R12)
	MOVQ	R11, 64(R12)
	MOVQ	X0, 72(R12)
	MOVQ	X1, 80(R12)
	MOVQ	X2, 88(R12)
	MOVQ	X3, 96(R12)
	MOVQ	X4, 104(R12)
	MOVQ	X5, 112(R12)
	MOVQ	X6, 120(R12)
	MOVQ	X7, 128(R12)
	MOVQ	X8, 136(R12)
	MOVQ	X9, 144(R12)
	MOVQ	X10, 152(R12)
	MOVQ	X11, 160(R12)
	MOVQ	X12, 168(R12)
	MOVQ	X13, 176(R12)
	MOVQ	X14, 184(R12)
	RET

TEXT runtime·unspillArgs(SB), NOSPLIT, $0-0
	MOVQ	0(R12), AX
	MOVQ	8(R12), BX
	MOVQ	16(R12), CX
	MOVQ	24(R12), DI
	MOVQ	32(R12), SI
	MOVQ	40(R12), R8
	MOVQ	48(R12), R9
	MOVQ	56(R12), R10
	MOVQ	64(R12), R11
	MOVQ	72(R12), X0
	MOVQ	80(R12), X1
	MOVQ	88(R12), X2
	MOVQ	96(R12), X3
	MOVQ	104(R12), X4
	MOVQ	112(R12), X5
	MOVQ	120(R12), X6
	MOVQ	128(R12), X7
	MOVQ	136(R12), X8
	MOVQ	144(R12), X9
	MOVQ	152(R12), X10
	MOVQ	160(R12), X11
	MOVQ	168(R12), X12
	MOVQ	176(R12), X13
	MOVQ	184(R12), X14
	RET

// func procyield(cycles uint32)
// procyield spins for a while inside a lock: PAUSE frees the core for its sibling and ends the spin gently. cycles > 0.
TEXT runtime·procyield(SB), NOSPLIT, $0-4
	MOVL	cycles+0(FP), AX
spin:
	PAUSE
	DECL	AX
	JNZ	spin
	RET

// func publicationBarrier()
// What was stored before is seen before what is stored after. Stores are not reordered on amd64; that this is a call
// keeps the compiler from doing it.
TEXT runtime·publicationBarrier<ABIInternal>(SB), NOSPLIT, $0-0
	RET

// gosave_systemstack_switch saves its caller's state in g.sched (AX = g), with a pc inside systemstack_switch: past its
// prologue, where BP is saved as in the caller. The caller has a frame of size 0 with a saved BP. Uses R9.
// sched.ctxt must be nil: whoever set it would lose it.
TEXT gosave_systemstack_switch<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	$runtime·systemstack_switch+8(SB), R9
	MOVQ	R9, (g_sched+gobuf_pc)(AX)
	LEAQ	8(SP), R9
	MOVQ	R9, (g_sched+gobuf_sp)(AX)
	MOVQ	BP, (g_sched+gobuf_bp)(AX)
	CMPQ	(g_sched+gobuf_ctxt)(AX), $0
	JEQ	saved
	CALL	runtime·abort(SB)
saved:
	RET

// func setg(gp *g)
// setg makes gp the current g, without any switch of stacks. For code that has no Go caller to mislead.
TEXT runtime·setg(SB), NOSPLIT, $0-8
	MOVQ	gp+0(FP), BX
	get_tls(CX)
	MOVQ	BX, g(CX)
	RET

// func abort()
// abort stops the process where it stands: a breakpoint trap, and a loop in case a debugger continues.
TEXT runtime·abort(SB), NOSPLIT, $0-0
	INT	$3
again:
	JMP	again

// stackcheck aborts unless SP lies inside the current g's stack. No frame: it is called where little is certain.
TEXT runtime·stackcheck(SB), NOSPLIT|NOFRAME, $0-0
	get_tls(CX)
	MOVQ	g(CX), AX
	CMPQ	SP, (g_stack+stack_hi)(AX)
	JHI	outside
	CMPQ	(g_stack+stack_lo)(AX), SP
	JHI	outside
	RET
outside:
	CALL	runtime·abort(SB)
	RET

// func cputicks() int64
// cputicks reads the time-stamp counter. The fences keep it from being read before earlier instructions are done; unlike
// RDTSCP they are on every processor.
TEXT runtime·cputicks(SB), NOSPLIT, $0-8
	MFENCE
	LFENCE
	RDTSC
	SHLQ	$32, DX
	ORQ	DX, AX
	MOVQ	AX, ret+0(FP)
	RET

// goexit is the return address at the bottom of each goroutine's stack: one byte past its start, so that it looks like
// the return from a call. goexit1 never returns; the byte behind it keeps that return address inside this function.
TEXT runtime·goexit(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	BYTE	$0x90
	CALL	runtime·goexit1(SB)
	BYTE	$0x90

// sigpanic0 is where a signal handler sends a goroutine that faulted. It arrives as if the faulting instruction had
// called it, in the middle of compiled code: set up what compiled code expects, then continue in Go.
TEXT runtime·sigpanic0(SB), NOSPLIT, $0-0
	get_tls(R14)
	MOVQ	g(R14), R14
	XORPS	X15, X15
	JMP	runtime·sigpanic<ABIInternal>(SB)

// func getfp() uintptr
// getfp returns the caller's frame pointer.
TEXT runtime·getfp<ABIInternal>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	BP, AX
	RET
