// Stand-ins for the Go half of the runtime: as much of proc.go, stack.go and os_linux.go as the boot programs need, under
// the same names and calling conventions, so that runtime/*_amd64.s is linked exactly as it is. One queue of goroutines,
// no processors (P), no preemption requests by the guard: what matters here is which stack runs what.
//
// A goroutine's stack has 64 KiB of memory but claims only the top 2 KiB of it; newstack grows it in place by claiming
// more. So nothing moves, yet every prologue meets a guard that is real.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"

#define G_SIZE 448
#define M_SIZE 1024
#define MAX_G 16
#define STACK_MEMORY 65536

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define CLONE_THREAD_FLAGS 0x50f00 // VM FS FILES SIGHAND SYSVSEM THREAD
#define SIG_SETMASK 2

// What proc.go and runtime2.go define as variables.
GLOBL runtime·g0(SB), NOPTR, $448
GLOBL runtime·m0(SB), NOPTR, $1024
GLOBL runtime·gcrash(SB), NOPTR, $448
GLOBL runtime·isIntel(SB), NOPTR, $1
GLOBL runtime·processorVersionInfo(SB), NOPTR, $4

// The queue: linked by g.schedlink, first in, first out. lock guards all of it; seq counts arrivals, and an M without work
// sleeps on it.
GLOBL head<>(SB), NOPTR, $8
GLOBL tail<>(SB), NOPTR, $8
GLOBL lock<>(SB), NOPTR, $4
GLOBL seq<>(SB), NOPTR, $4

GLOBL allgs<>(SB), NOPTR, $7168 // MAX_G * G_SIZE
GLOBL goids<>(SB), NOPTR, $8
GLOBL allms<>(SB), NOPTR, $4096 // the Ms beside m0
GLOBL mg0s<>(SB), NOPTR, $1792  // and their g0s
GLOBL mids<>(SB), NOPTR, $8

// func newproc(fn *funcval)
// Queues a goroutine that calls fn and then returns into goexit. Any stack.
TEXT runtime·newproc(SB), NOSPLIT, $56-8
	MOVQ	$1, BX
	LOCK
	XADDQ	BX, goids<>(SB)
	CMPQ	BX, $MAX_G
	JCC	full

	MOVL	$STACK_MEMORY, AX
	CALL	lib·stack(SB) // AX = its end; BX stays
	IMUL3Q	$G_SIZE, BX, DI
	LEAQ	allgs<>(SB), CX
	ADDQ	CX, DI // DI = the new g
	INCQ	BX
	MOVQ	BX, g_goid(DI)
	MOVQ	AX, (g_stack+stack_hi)(DI)
	SUBQ	$const_stackMin, AX
	MOVQ	AX, (g_stack+stack_lo)(DI)
	ADDQ	$const_stackGuard, AX
	MOVQ	AX, g_stackguard0(DI)
	MOVQ	$-1, g_stackguard1(DI)

	// As if goexit had called fn.
	MOVQ	(g_stack+stack_hi)(DI), AX
	SUBQ	$40, AX
	MOVQ	AX, g_stktopsp(DI)
	LEAQ	runtime·goexit+1(SB), CX
	MOVQ	CX, (AX)
	MOVQ	AX, (g_sched+gobuf_sp)(DI)
	MOVQ	fn+0(FP), DX
	MOVQ	DX, (g_sched+gobuf_ctxt)(DI)
	MOVQ	funcval_fn(DX), CX
	MOVQ	CX, (g_sched+gobuf_pc)(DI)
	MOVQ	DI, (g_sched+gobuf_g)(DI)
	CALL	ready<>(SB)
	RET
full:
	LEAQ	fullText<>(SB), AX
	CALL	runtime·throw(SB)

// func mstart0()
// The M's first frame on g0. Later switches to g0 (mcall, systemstack, morestack) start below this frame, so what is here
// may be overwritten: schedule keeps nothing.
TEXT runtime·mstart0(SB), NOSPLIT|NOFRAME, $0
	get_tls(CX)
	MOVQ	g(CX), DI
	MOVQ	(g_stack+stack_lo)(DI), AX
	ADDQ	$const_stackGuard, AX
	MOVQ	AX, g_stackguard0(DI)
	MOVQ	AX, g_stackguard1(DI)
	MOVQ	DI, (g_sched+gobuf_g)(DI)
	MOVQ	0(SP), AX
	MOVQ	AX, (g_sched+gobuf_pc)(DI)
	LEAQ	8(SP), AX
	MOVQ	AX, (g_sched+gobuf_sp)(DI)
	CALL	runtime·asminit(SB)
	MOVQ	g_m(DI), AX
	MOVQ	m_mstartfn(AX), DX
	TESTQ	DX, DX
	JEQ	start
	CALL	DX
start:
	JMP	runtime·schedule(SB)

// func schedule()
// On g0: runs the first goroutine of the queue, or sleeps until there is one. Never returns.
TEXT runtime·schedule(SB), NOSPLIT, $32-0
again:
	MOVL	seq<>(SB), BX // before the look: an arrival after it ends the sleep at once
	CALL	acquire<>(SB)
	MOVQ	head<>(SB), DI
	TESTQ	DI, DI
	JEQ	none
	MOVQ	g_schedlink(DI), AX
	MOVQ	AX, head<>(SB)
	MOVQ	$0, g_schedlink(DI)
	CALL	release<>(SB)

	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), AX
	MOVQ	AX, g_m(DI)
	MOVQ	DI, m_curg(AX)
	MOVL	$const__Grunning, g_atomicstatus(DI)
	LEAQ	g_sched(DI), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·gogo(SB)
none:
	CALL	release<>(SB)
	LEAQ	seq<>(SB), AX
	MOVQ	AX, 0(SP)
	MOVL	BX, 8(SP)
	CALL	runtime·futexsleep(SB)
	JMP	again

// ready makes the g in DI runnable, puts it at the end of the queue and wakes a sleeping M.
TEXT ready<>(SB), NOSPLIT, $16-0
	MOVL	$const__Grunnable, g_atomicstatus(DI)
	CALL	acquire<>(SB)
	CMPQ	head<>(SB), $0
	JNE	append
	MOVQ	DI, head<>(SB)
	JMP	queued
append:
	MOVQ	tail<>(SB), AX
	MOVQ	DI, g_schedlink(AX)
queued:
	MOVQ	DI, tail<>(SB)
	CALL	release<>(SB)
	LEAQ	seq<>(SB), AX
	LOCK
	INCL	(AX)
	MOVQ	AX, 0(SP)
	MOVL	$1, 8(SP)
	CALL	runtime·futexwakeup(SB)
	RET

// acquire and release hold the queue's lock; AX, CX and R11 change. The holder never sleeps, so a yield or two is enough.
TEXT acquire<>(SB), NOSPLIT, $0-0
try:
	XORL	AX, AX
	MOVL	$1, CX
	LOCK
	CMPXCHGL	CX, lock<>(SB)
	JEQ	held
	CALL	runtime·osyield(SB)
	JMP	try
held:
	RET

TEXT release<>(SB), NOSPLIT, $0-0
	XORL	AX, AX
	XCHGL	AX, lock<>(SB)
	RET

// func Gosched()
// The goroutine goes to the end of the queue. Note the order in gosched_m: once ready has queued gp, another M may run it.
TEXT runtime·Gosched(SB), NOSPLIT, $0-0
	get_tls(CX)
	MOVQ	g(CX), R14 // mcall is compiled code's: g in R14
	LEAQ	gosched_mPC<>(SB), AX
	CALL	runtime·mcall<ABIInternal>(SB)
	RET

TEXT gosched_m<>(SB), NOSPLIT, $0-0
	MOVQ	g_m(AX), CX
	MOVQ	$0, m_curg(CX)
	MOVQ	AX, DI
	CALL	ready<>(SB)
	JMP	runtime·schedule(SB)

DATA gosched_mPC<>+0(SB)/8, $gosched_m<>(SB)
GLOBL gosched_mPC<>(SB), RODATA, $8

// func goexit1()
// The goroutine is over. Its stack is kept: this many are never needed twice.
TEXT runtime·goexit1(SB), NOSPLIT, $0-0
	get_tls(CX)
	MOVQ	g(CX), R14
	LEAQ	goexit0PC<>(SB), AX
	CALL	runtime·mcall<ABIInternal>(SB)
	RET

TEXT goexit0<>(SB), NOSPLIT, $0-0
	MOVQ	g_m(AX), CX
	MOVQ	$0, m_curg(CX)
	MOVQ	$0, g_m(AX)
	MOVL	$const__Gdead, g_atomicstatus(AX)
	JMP	runtime·schedule(SB)

DATA goexit0PC<>+0(SB)/8, $goexit0<>(SB)
GLOBL goexit0PC<>(SB), RODATA, $8

// func newstack()
// On g0, called by morestack. Doubles what the goroutine claims of its memory and runs the function again. R8 stays
// the goroutine throughout.
TEXT runtime·newstack(SB), NOSPLIT, $16-0
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), BX
	MOVQ	(m_morebuf+gobuf_g)(BX), R8
	CMPQ	R8, m_curg(BX)
	LEAQ	foreignText<>(SB), AX
	JNE	bad
	MOVQ	(g_stack+stack_hi)(R8), CX
	MOVQ	CX, DX
	SUBQ	(g_stack+stack_lo)(R8), DX
	ADDQ	DX, DX
	CMPQ	DX, $STACK_MEMORY
	LEAQ	overflowText<>(SB), AX
	JHI	bad
	SUBQ	DX, CX
	MOVQ	CX, (g_stack+stack_lo)(R8)
	ADDQ	$const_stackGuard, CX
	MOVQ	CX, g_stackguard0(R8)
	LEAQ	g_sched(R8), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·gogo(SB)
bad:
	CALL	runtime·throw(SB)

// func newm()
// newm starts a thread whose mstart looks for work on a g0 of its own. Signals are blocked until the child's mask is
// what its parent's was; the child gets the all-blocked mask and keeps it, mstartfn may change that. BX = mstartfn or 0.
TEXT runtime·newm(SB), NOSPLIT, $64-0
	MOVQ	BX, 56(SP)
	MOVQ	$1, BX
	LOCK
	XADDQ	BX, mids<>(SB)
	MOVL	$STACK_MEMORY, AX
	CALL	lib·stack(SB)
	IMUL3Q	$M_SIZE, BX, R8
	LEAQ	allms<>(SB), CX
	ADDQ	CX, R8
	IMUL3Q	$G_SIZE, BX, R9
	LEAQ	mg0s<>(SB), CX
	ADDQ	CX, R9
	INCQ	BX
	MOVQ	BX, m_id(R8)
	MOVQ	R9, m_g0(R8)
	MOVQ	56(SP), BX
	MOVQ	BX, m_mstartfn(R8)
	MOVQ	AX, (g_stack+stack_hi)(R9)
	SUBQ	$STACK_MEMORY, AX
	MOVQ	AX, (g_stack+stack_lo)(R9)

	MOVQ	R8, 40(SP)
	MOVQ	R9, 48(SP)
	MOVL	$SIG_SETMASK, 0(SP)
	LEAQ	sigsetAll<>(SB), AX
	MOVQ	AX, 8(SP)
	LEAQ	savedMask<>(SB), AX // one newm at a time
	MOVQ	AX, 16(SP)
	MOVL	$8, 24(SP)
	CALL	runtime·rtsigprocmask(SB)

	MOVQ	40(SP), R8
	MOVQ	48(SP), R9
	MOVL	$CLONE_THREAD_FLAGS, 0(SP)
	MOVQ	(g_stack+stack_hi)(R9), AX
	MOVQ	AX, 8(SP)
	MOVQ	R8, 16(SP)
	MOVQ	R9, 24(SP)
	LEAQ	runtime·mstart(SB), AX
	MOVQ	AX, 32(SP)
	CALL	runtime·clone(SB)
	MOVL	40(SP), AX
	TESTL	AX, AX
	LEAQ	cloneText<>(SB), AX
	JMI	bad

	MOVL	$SIG_SETMASK, 0(SP)
	LEAQ	savedMask<>(SB), AX
	MOVQ	AX, 8(SP)
	MOVQ	$0, 16(SP)
	MOVL	$8, 24(SP)
	CALL	runtime·rtsigprocmask(SB)
	RET
bad:
	CALL	runtime·throw(SB)

DATA sigsetAll<>+0(SB)/8, $-1
GLOBL sigsetAll<>(SB), RODATA, $8
GLOBL savedMask<>(SB), NOPTR, $8

// lib·stack maps AX bytes and returns their end in AX. BX stays.
TEXT lib·stack(SB), NOSPLIT, $56-0
	MOVQ	AX, 48(SP)
	MOVQ	$0, 0(SP)
	MOVQ	AX, 8(SP)
	MOVL	$3, 16(SP)    // PROT_READ|PROT_WRITE
	MOVL	$0x22, 20(SP) // MAP_PRIVATE|MAP_ANON
	MOVL	$-1, 24(SP)
	MOVL	$0, 28(SP)
	CALL	runtime·sysMmap(SB)
	MOVQ	32(SP), AX
	TESTQ	AX, AX
	JEQ	bad
	ADDQ	48(SP), AX
	RET
bad:
	LEAQ	memoryText<>(SB), AX
	CALL	runtime·throw(SB)

// func futexsleep(addr *uint32, val uint32)
// Sleeps while *addr is val; may return without reason.
TEXT runtime·futexsleep(SB), NOSPLIT, $48-12
	MOVQ	addr+0(FP), AX
	MOVQ	AX, 0(SP)
	MOVL	$FUTEX_WAIT_PRIVATE, 8(SP)
	MOVL	val+8(FP), AX
	MOVL	AX, 12(SP)
	MOVQ	$0, 16(SP)
	MOVQ	$0, 24(SP)
	MOVL	$0, 32(SP)
	CALL	runtime·futex(SB)
	RET

// func futexwakeup(addr *uint32, cnt uint32)
TEXT runtime·futexwakeup(SB), NOSPLIT, $48-12
	MOVQ	addr+0(FP), AX
	MOVQ	AX, 0(SP)
	MOVL	$FUTEX_WAKE_PRIVATE, 8(SP)
	MOVL	cnt+8(FP), AX
	MOVL	AX, 12(SP)
	MOVQ	$0, 16(SP)
	MOVQ	$0, 24(SP)
	MOVL	$0, 32(SP)
	CALL	runtime·futex(SB)
	MOVL	40(SP), AX
	TESTL	AX, AX
	JPL	woken
	MOVL	$0x1006, 0x1006 // waking cannot fail: the address is wrong
woken:
	RET

// throw prints the string AX and ends the process with status 2.
TEXT runtime·throw(SB), NOSPLIT, $0-0
	CALL	lib·puts(SB)
	MOVL	$2, AX
	CALL	lib·exit(SB)
	RET

TEXT runtime·badmcall(SB), NOSPLIT, $0-0
	LEAQ	mcallText<>(SB), AX
	JMP	runtime·throw(SB)

TEXT runtime·badmcall2(SB), NOSPLIT, $0-0
	LEAQ	mcall2Text<>(SB), AX
	JMP	runtime·throw(SB)

TEXT runtime·badsystemstack(SB), NOSPLIT, $0-0
	LEAQ	systemstackText<>(SB), AX
	JMP	runtime·throw(SB)

TEXT runtime·badmorestackg0(SB), NOSPLIT, $0-0
	LEAQ	g0Text<>(SB), AX
	JMP	runtime·throw(SB)

TEXT runtime·badmorestackgsignal(SB), NOSPLIT, $0-0
	LEAQ	gsignalText<>(SB), AX
	JMP	runtime·throw(SB)

DATA fullText<>+0(SB)/20, $"too many goroutines\n"
GLOBL fullText<>(SB), RODATA, $21
DATA foreignText<>+0(SB)/36, $"newstack: not the current goroutine\n"
GLOBL foreignText<>(SB), RODATA, $37
DATA overflowText<>+0(SB)/15, $"stack overflow\n"
GLOBL overflowText<>(SB), RODATA, $16
DATA cloneText<>+0(SB)/19, $"newm: clone failed\n"
GLOBL cloneText<>(SB), RODATA, $20
DATA memoryText<>+0(SB)/22, $"no memory for a stack\n"
GLOBL memoryText<>(SB), RODATA, $23
DATA mcallText<>+0(SB)/19, $"mcall called on g0\n"
GLOBL mcallText<>(SB), RODATA, $20
DATA mcall2Text<>+0(SB)/24, $"mcall function returned\n"
GLOBL mcall2Text<>(SB), RODATA, $25
DATA systemstackText<>+0(SB)/45, $"systemstack called from an unknown goroutine\n"
GLOBL systemstackText<>(SB), RODATA, $46
DATA g0Text<>+0(SB)/16, $"morestack on g0\n"
GLOBL g0Text<>(SB), RODATA, $17
DATA gsignalText<>+0(SB)/21, $"morestack on gsignal\n"
GLOBL gsignalText<>(SB), RODATA, $22
