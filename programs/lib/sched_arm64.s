// Stand-ins for the Go half of the runtime: as much of proc.go, stack.go and os_linux.go as the boot programs need, under
// the same names and calling conventions, so that runtime/*_arm64.s is linked exactly as it is. One queue of goroutines,
// no processors (P), no preemption requests by the guard: what matters here is which stack runs what.
//
// A goroutine's stack has 64 KiB of memory but claims only the top 2 KiB of it; newstack grows it in place by claiming
// more. So nothing moves, yet every prologue meets a guard that is real.
//
// R19 and up hold what must survive a call here: the system-call functions leave those alone.

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

// What proc.go, runtime2.go and cgo.go define as variables.
GLOBL runtime·g0(SB), NOPTR, $448
GLOBL runtime·m0(SB), NOPTR, $1024
GLOBL runtime·gcrash(SB), NOPTR, $448
GLOBL runtime·iscgo(SB), NOPTR, $1

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

// lib·add adds R1 to the 64-bit word at R0 and returns what was there in R1; R2 and R3 change. lib·add32 is the same for
// 32 bits.
TEXT lib·add(SB), NOSPLIT|NOFRAME, $0
try:
	LDAXR	(R0), R2
	ADD	R1, R2, R3
	STLXR	R3, (R0), R27
	CBNZW	R27, try
	MOVD	R2, R1
	RET

TEXT lib·add32(SB), NOSPLIT|NOFRAME, $0
try:
	LDAXRW	(R0), R2
	ADD	R1, R2, R3
	STLXRW	R3, (R0), R27
	CBNZW	R27, try
	MOVWU	R2, R1
	RET

// func newproc(fn *funcval)
// Queues a goroutine that calls fn and then returns into goexit. Any stack.
TEXT runtime·newproc(SB), NOSPLIT, $0-8
	MOVD	$goids<>(SB), R0
	MOVD	$1, R1
	BL	lib·add(SB)
	MOVD	R1, R19
	CMP	$MAX_G, R19
	BHS	full

	MOVD	$STACK_MEMORY, R0
	BL	lib·stack(SB) // R0 = its end; R19 stays
	MOVD	$G_SIZE, R1
	MUL	R19, R1
	MOVD	$allgs<>(SB), R20
	ADD	R1, R20 // R20 = the new g
	ADD	$1, R19
	MOVD	R19, g_goid(R20)
	MOVD	R0, (g_stack+stack_hi)(R20)
	SUB	$const_stackMin, R0, R1
	MOVD	R1, (g_stack+stack_lo)(R20)
	ADD	$const_stackGuard, R1
	MOVD	R1, g_stackguard0(R20)
	MOVD	$-1, R1
	MOVD	R1, g_stackguard1(R20)

	// As if goexit had called fn.
	SUB	$48, R0
	MOVD	R0, g_stktopsp(R20)
	MOVD	R0, (g_sched+gobuf_sp)(R20)
	MOVD	$runtime·goexit+4(SB), R1
	MOVD	R1, (g_sched+gobuf_lr)(R20)
	MOVD	fn+0(FP), R1
	MOVD	R1, (g_sched+gobuf_ctxt)(R20)
	MOVD	funcval_fn(R1), R1
	MOVD	R1, (g_sched+gobuf_pc)(R20)
	MOVD	R20, (g_sched+gobuf_g)(R20)
	BL	ready<>(SB)
	RET
full:
	MOVD	$fullText<>(SB), R0
	B	runtime·throw(SB)

// func mstart0()
// The M's first frame on g0. Later switches to g0 (mcall, systemstack, morestack) start below the frame of mstart, so
// what is put there now may be overwritten: schedule keeps nothing.
TEXT runtime·mstart0(SB), NOSPLIT|NOFRAME, $0
	MOVD	(g_stack+stack_lo)(g), R0
	ADD	$const_stackGuard, R0
	MOVD	R0, g_stackguard0(g)
	MOVD	R0, g_stackguard1(g)
	MOVD	g, (g_sched+gobuf_g)(g)
	MOVD	R30, (g_sched+gobuf_pc)(g)
	MOVD	RSP, R0
	MOVD	R0, (g_sched+gobuf_sp)(g)
	BL	runtime·asminit(SB)
	MOVD	g_m(g), R0
	MOVD	m_mstartfn(R0), R1
	CBZ	R1, start
	BL	(R1)
start:
	B	runtime·schedule(SB)

// func schedule()
// On g0: runs the first goroutine of the queue, or sleeps until there is one. Never returns.
TEXT runtime·schedule(SB), NOSPLIT, $24-0
again:
	MOVD	$seq<>(SB), R0
	LDARW	(R0), R19 // before the look: an arrival after it ends the sleep at once
	BL	acquire<>(SB)
	MOVD	head<>(SB), R20
	CBZ	R20, none
	MOVD	g_schedlink(R20), R0
	MOVD	R0, head<>(SB)
	MOVD	ZR, g_schedlink(R20)
	BL	release<>(SB)

	MOVD	g_m(g), R0
	MOVD	R0, g_m(R20)
	MOVD	R20, m_curg(R0)
	MOVD	$const__Grunning, R0
	MOVW	R0, g_atomicstatus(R20)
	ADD	$g_sched, R20, R0
	MOVD	R0, 8(RSP)
	BL	runtime·gogo(SB)
none:
	BL	release<>(SB)
	MOVD	$seq<>(SB), R0
	MOVD	R0, 8(RSP)
	MOVW	R19, 16(RSP)
	BL	runtime·futexsleep(SB)
	B	again

// ready makes the g in R20 runnable, puts it at the end of the queue and wakes a sleeping M.
TEXT ready<>(SB), NOSPLIT, $24-0
	MOVD	$const__Grunnable, R0
	MOVW	R0, g_atomicstatus(R20)
	BL	acquire<>(SB)
	MOVD	head<>(SB), R0
	CBNZ	R0, append
	MOVD	R20, head<>(SB)
	B	queued
append:
	MOVD	tail<>(SB), R0
	MOVD	R20, g_schedlink(R0)
queued:
	MOVD	R20, tail<>(SB)
	BL	release<>(SB)
	MOVD	$seq<>(SB), R0
	MOVD	$1, R1
	BL	lib·add32(SB)
	MOVD	R0, 8(RSP)
	MOVD	$1, R1
	MOVW	R1, 16(RSP)
	BL	runtime·futexwakeup(SB)
	RET

// acquire and release hold the queue's lock; R0, R1, R2 and R8 change. The holder never sleeps, so a yield or two is
// enough. Load-acquire keeps what follows behind the lock, store-release what came before in front of the unlock.
TEXT acquire<>(SB), NOSPLIT, $0-0
	MOVD	$lock<>(SB), R1
try:
	LDAXRW	(R1), R0
	CBNZW	R0, busy
	MOVD	$1, R2
	STXRW	R2, (R1), R0
	CBNZW	R0, try
	RET
busy:
	BL	runtime·osyield(SB)
	B	try

TEXT release<>(SB), NOSPLIT, $0-0
	MOVD	$lock<>(SB), R1
	STLRW	ZR, (R1)
	RET

// func Gosched()
// The goroutine goes to the end of the queue. Note the order in gosched_m: once ready has queued gp, another M may run it.
TEXT runtime·Gosched(SB), NOSPLIT, $0-0
	MOVD	$gosched_mPC<>(SB), R0
	BL	runtime·mcall<ABIInternal>(SB)
	RET

TEXT gosched_m<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	g_m(R0), R1
	MOVD	ZR, m_curg(R1)
	MOVD	R0, R20
	BL	ready<>(SB)
	B	runtime·schedule(SB)

DATA gosched_mPC<>+0(SB)/8, $gosched_m<>(SB)
GLOBL gosched_mPC<>(SB), RODATA, $8

// func goexit1()
// The goroutine is over. Its stack is kept: this many are never needed twice.
TEXT runtime·goexit1(SB), NOSPLIT, $0-0
	MOVD	$goexit0PC<>(SB), R0
	BL	runtime·mcall<ABIInternal>(SB)
	RET

TEXT goexit0<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	g_m(R0), R1
	MOVD	ZR, m_curg(R1)
	MOVD	ZR, g_m(R0)
	MOVD	$const__Gdead, R1
	MOVW	R1, g_atomicstatus(R0)
	B	runtime·schedule(SB)

DATA goexit0PC<>+0(SB)/8, $goexit0<>(SB)
GLOBL goexit0PC<>(SB), RODATA, $8

// func newstack()
// On g0, called by morestack. Doubles what the goroutine claims of its memory and runs the function again. R19 is the
// goroutine.
TEXT runtime·newstack(SB), NOSPLIT, $8-0
	MOVD	g_m(g), R1
	MOVD	(m_morebuf+gobuf_g)(R1), R19
	MOVD	m_curg(R1), R2
	MOVD	$foreignText<>(SB), R0
	CMP	R2, R19
	BNE	bad
	MOVD	(g_stack+stack_hi)(R19), R3
	MOVD	(g_stack+stack_lo)(R19), R4
	SUB	R4, R3, R4
	LSL	$1, R4
	MOVD	$STACK_MEMORY, R5
	MOVD	$overflowText<>(SB), R0
	CMP	R5, R4
	BHI	bad
	SUB	R4, R3
	MOVD	R3, (g_stack+stack_lo)(R19)
	ADD	$const_stackGuard, R3
	MOVD	R3, g_stackguard0(R19)
	ADD	$g_sched, R19, R0
	MOVD	R0, 8(RSP)
	BL	runtime·gogo(SB)
bad:
	B	runtime·throw(SB)

// func newm()
// newm starts a thread whose mstart looks for work on a g0 of its own. Signals are blocked until the child's mask is
// what its parent's was; the child gets the all-blocked mask and keeps it, mstartfn may change that. R1 = mstartfn or 0.
TEXT runtime·newm(SB), NOSPLIT, $72-0
	MOVD	R1, 56(RSP)
	MOVD	$mids<>(SB), R0
	MOVD	$1, R1
	BL	lib·add(SB)
	MOVD	R1, R19
	MOVD	$STACK_MEMORY, R0
	BL	lib·stack(SB)
	MOVD	$M_SIZE, R1
	MUL	R19, R1
	MOVD	$allms<>(SB), R20
	ADD	R1, R20 // R20 = the new m
	MOVD	$G_SIZE, R1
	MUL	R19, R1
	MOVD	$mg0s<>(SB), R21
	ADD	R1, R21 // R21 = its g0
	ADD	$1, R19
	MOVD	R19, m_id(R20)
	MOVD	R21, m_g0(R20)
	MOVD	56(RSP), R1
	MOVD	R1, m_mstartfn(R20)
	MOVD	R0, (g_stack+stack_hi)(R21)
	SUB	$STACK_MEMORY, R0
	MOVD	R0, (g_stack+stack_lo)(R21)

	MOVD	$SIG_SETMASK, R0
	MOVW	R0, 8(RSP)
	MOVD	$sigsetAll<>(SB), R0
	MOVD	R0, 16(RSP)
	MOVD	$savedMask<>(SB), R0 // one newm at a time
	MOVD	R0, 24(RSP)
	MOVD	$8, R0
	MOVW	R0, 32(RSP)
	BL	runtime·rtsigprocmask(SB)

	MOVD	$CLONE_THREAD_FLAGS, R0
	MOVW	R0, 8(RSP)
	MOVD	(g_stack+stack_hi)(R21), R0
	MOVD	R0, 16(RSP)
	MOVD	R20, 24(RSP)
	MOVD	R21, 32(RSP)
	MOVD	$runtime·mstart(SB), R0
	MOVD	R0, 40(RSP)
	BL	runtime·clone(SB)
	MOVW	48(RSP), R1
	MOVD	$cloneText<>(SB), R0
	TBNZ	$63, R1, bad

	MOVD	$SIG_SETMASK, R0
	MOVW	R0, 8(RSP)
	MOVD	$savedMask<>(SB), R0
	MOVD	R0, 16(RSP)
	MOVD	ZR, 24(RSP)
	MOVD	$8, R0
	MOVW	R0, 32(RSP)
	BL	runtime·rtsigprocmask(SB)
	RET
bad:
	B	runtime·throw(SB)

DATA sigsetAll<>+0(SB)/8, $-1
GLOBL sigsetAll<>(SB), RODATA, $8
GLOBL savedMask<>(SB), NOPTR, $8

// lib·stack maps R0 bytes and returns their end in R0. R19 and up stay.
TEXT lib·stack(SB), NOSPLIT, $56-0
	MOVD	R0, 56(RSP)
	MOVD	ZR, 8(RSP)
	MOVD	R0, 16(RSP)
	MOVD	$3, R0 // PROT_READ|PROT_WRITE
	MOVW	R0, 24(RSP)
	MOVD	$0x22, R0 // MAP_PRIVATE|MAP_ANON
	MOVW	R0, 28(RSP)
	MOVD	$-1, R0
	MOVW	R0, 32(RSP)
	MOVW	ZR, 36(RSP)
	BL	runtime·sysMmap(SB)
	MOVD	40(RSP), R0
	CBZ	R0, bad
	MOVD	56(RSP), R1
	ADD	R1, R0
	RET
bad:
	MOVD	$memoryText<>(SB), R0
	B	runtime·throw(SB)

// lib·stackcheck aborts unless RSP lies inside the current g's stack. amd64 has it in the runtime. R0 and R1 change.
TEXT lib·stackcheck(SB), NOSPLIT|NOFRAME, $0
	MOVD	RSP, R0
	MOVD	(g_stack+stack_hi)(g), R1
	CMP	R1, R0
	BHI	outside
	MOVD	(g_stack+stack_lo)(g), R1
	CMP	R0, R1
	BHI	outside
	RET
outside:
	B	runtime·abort(SB)

// func futexsleep(addr *uint32, val uint32)
// Sleeps while *addr is val; may return without reason.
TEXT runtime·futexsleep(SB), NOSPLIT, $56-12
	MOVD	addr+0(FP), R0
	MOVD	R0, 8(RSP)
	MOVD	$FUTEX_WAIT_PRIVATE, R0
	MOVW	R0, 16(RSP)
	MOVW	val+8(FP), R0
	MOVW	R0, 20(RSP)
	MOVD	ZR, 24(RSP)
	MOVD	ZR, 32(RSP)
	MOVW	ZR, 40(RSP)
	BL	runtime·futex(SB)
	RET

// func futexwakeup(addr *uint32, cnt uint32)
TEXT runtime·futexwakeup(SB), NOSPLIT, $56-12
	MOVD	addr+0(FP), R0
	MOVD	R0, 8(RSP)
	MOVD	$FUTEX_WAKE_PRIVATE, R0
	MOVW	R0, 16(RSP)
	MOVW	cnt+8(FP), R0
	MOVW	R0, 20(RSP)
	MOVD	ZR, 24(RSP)
	MOVD	ZR, 32(RSP)
	MOVW	ZR, 40(RSP)
	BL	runtime·futex(SB)
	MOVW	48(RSP), R0
	TBZ	$63, R0, woken
	MOVD	$0x1006, R0
	MOVB	R0, (R0) // waking cannot fail: the address is wrong
woken:
	RET

// throw prints the string R0 and ends the process with status 2.
TEXT runtime·throw(SB), NOSPLIT, $0-0
	BL	lib·puts(SB)
	MOVD	$2, R0
	BL	lib·exit(SB)
	RET

TEXT runtime·badmcall(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$mcallText<>(SB), R0
	B	runtime·throw(SB)

TEXT runtime·badmcall2(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$mcall2Text<>(SB), R0
	B	runtime·throw(SB)

TEXT runtime·badsystemstack(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$systemstackText<>(SB), R0
	B	runtime·throw(SB)

TEXT runtime·badmorestackg0(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$g0Text<>(SB), R0
	B	runtime·throw(SB)

TEXT runtime·badmorestackgsignal(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$gsignalText<>(SB), R0
	B	runtime·throw(SB)

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
