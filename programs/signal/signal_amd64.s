// Signals as the runtime takes them: a handler on the signal stack, a fault that becomes a call of sigpanic, and a loop
// without calls that another thread preempts, whose registers must come back untouched.
//
// Here stand small versions of signal_unix.go's minit and sigtrampgo and of panic.go's sigpanic.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define SIGSEGV 11
#define SIGURG 23
#define SI_TKILL -6
#define SIG_SETMASK 2

// struct siginfo and struct ucontext, as far as they are used.
#define si_code 8
#define si_addr 16
#define uc_rsp 160
#define uc_rip 168

#define SIGNAL_STACK 32768
#define PREEMPTIONS 5

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	JMP	minit<>(SB)

// minit gives the M its signal stack and lets signals through. On g0, once for each M.
TEXT minit<>(SB), NOSPLIT, $64-0
	MOVL	$SIGNAL_STACK, AX
	CALL	lib·stack(SB)
	get_tls(CX)
	MOVQ	g(CX), BX
	MOVQ	g_m(BX), BX
	IMUL3Q	$448, m_id(BX), CX
	LEAQ	gsignals<>(SB), DI
	ADDQ	CX, DI
	MOVQ	AX, (g_stack+stack_hi)(DI)
	SUBQ	$SIGNAL_STACK, AX
	MOVQ	AX, (g_stack+stack_lo)(DI)
	MOVQ	BX, g_m(DI)
	MOVQ	DI, m_gsignal(BX)

	MOVQ	AX, 32(SP) // stack_t: address, flags, size
	MOVQ	$0, 40(SP)
	MOVQ	$SIGNAL_STACK, 48(SP)
	LEAQ	32(SP), AX
	MOVQ	AX, 0(SP)
	MOVQ	$0, 8(SP)
	CALL	runtime·sigaltstack(SB)

	MOVL	$SIG_SETMASK, 0(SP)
	MOVQ	$0, 56(SP)
	LEAQ	56(SP), AX
	MOVQ	AX, 8(SP)
	MOVQ	$0, 16(SP)
	MOVL	$8, 24(SP)
	CALL	runtime·rtsigprocmask(SB)
	RET

// install makes sigtramp the handler of signal BX.
TEXT install<>(SB), NOSPLIT, $40-0
	MOVQ	BX, 0(SP)
	LEAQ	action<>(SB), AX
	MOVQ	AX, 8(SP)
	MOVQ	$0, 16(SP)
	MOVQ	$8, 24(SP)
	CALL	runtime·rt_sigaction(SB)
	MOVL	32(SP), AX
	TESTL	AX, AX
	YESNO(installText)
	RET

// The kernel's struct sigaction: handler, flags SIGINFO|ONSTACK|RESTORER|RESTART, restorer, all signals masked.
DATA action<>+0(SB)/8, $runtime·sigtramp(SB)
DATA action<>+8(SB)/8, $0x1c000004
DATA action<>+16(SB)/8, $runtime·sigreturn__sigaction(SB)
DATA action<>+24(SB)/8, $-1
GLOBL action<>(SB), NOPTR, $32

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $24-0
	MOVL	$SIGSEGV, BX
	CALL	install<>(SB)
	MOVL	$SIGURG, BX
	CALL	install<>(SB)

	// A signal to ourselves: the handler runs before raise returns.
	MOVL	$SIGURG, 0(SP)
	CALL	runtime·raise(SB)
	CMPL	handled<>(SB), $1
	YESNO(handledText)
	CMPL	onStack<>(SB), $1
	YESNO(stackText)
	CMPL	code<>(SB), $SI_TKILL
	YESNO(codeText)
	CALL	runtime·stackcheck(SB)

	// A fault.
	CALL	fault<>(SB)
	SAY(recoveredText)

	// Preemption of a loop on the other M.
	LEAQ	loopPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB)
	LEAQ	minit<>(SB), BX
	CALL	runtime·newm(SB)
nudge:
	MOVL	$100, 0(SP)
	CALL	runtime·usleep(SB)
	MOVQ	loopM<>(SB), BX
	TESTQ	BX, BX
	JEQ	nudge // not there yet
	CMPL	preempted<>(SB), $PREEMPTIONS
	JGE	enough
	CALL	runtime·getpid(SB)
	MOVQ	loopM<>(SB), BX
	MOVQ	m_procid(BX), AX
	MOVQ	AX, 8(SP)
	MOVQ	$SIGURG, 16(SP)
	CALL	runtime·tgkill(SB)
	JMP	nudge
enough:
	MOVL	$1, stop<>(SB)
finish:
	MOVL	$100, 0(SP)
	CALL	runtime·usleep(SB)
	CMPL	finished<>(SB), $1
	JNE	finish
	SAY(preemptText)
	CMPL	damaged<>(SB), $0
	YESNO(intactText)
	MOVL	$0, 0(SP)
	CALL	runtime·exit(SB)
	UNDEF

// fault reads address 40. What sigpanic does with it is to return from here, without the rest.
TEXT fault<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ	0(SP), AX
	MOVQ	AX, recovery<>+gobuf_pc(SB)
	LEAQ	8(SP), AX
	MOVQ	AX, recovery<>+gobuf_sp(SB)
	MOVQ	BP, recovery<>+gobuf_bp(SB)
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	AX, recovery<>+gobuf_g(SB)
	XORL	AX, AX
	MOVQ	40(AX), AX
	SAY(missedText)
	RET

// func sigpanic()
// On the goroutine that faulted, as if the faulting instruction had called it.
TEXT runtime·sigpanic<ABIInternal>(SB), NOSPLIT, $8-0
	SAY(faultText)
	MOVQ	address<>(SB), AX
	CALL	lib·putint(SB)
	CALL	lib·newline(SB)
	get_tls(CX)
	CMPQ	R14, g(CX)
	YESNO(panicText)
	LEAQ	recovery<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·gogo(SB)
	UNDEF

// func sigtrampgo(sig uint32, info *siginfo, ctx unsafe.Pointer)
// AX, BX and CX. On the signal stack, with the interrupted goroutine as g; while the handler runs, g is gsignal. It must
// not block or print: the code it interrupted may hold anything.
TEXT runtime·sigtrampgo<ABIInternal>(SB), NOSPLIT, $0-24
	MOVQ	g_m(R14), DX
	MOVQ	m_gsignal(DX), DX
	get_tls(DI)
	MOVQ	DX, g(DI)
	XORL	SI, SI
	CMPQ	SP, (g_stack+stack_lo)(DX)
	JCS	placed
	CMPQ	SP, (g_stack+stack_hi)(DX)
	JCC	placed
	INCL	SI
placed:
	MOVL	SI, onStack<>(SB)

	MOVL	si_code(BX), SI
	MOVL	SI, code<>(SB)
	MOVQ	uc_rip(CX), SI
	CMPL	AX, $SIGSEGV
	JEQ	segv

	LEAQ	spin<>(SB), R8
	MOVQ	SI, R9
	SUBQ	R8, R9
	LEAQ	runtime·asyncPreempt(SB), R8
	CMPQ	R9, $9 // its instructions start at 0, 7 and 9
	JLS	push
	LOCK
	INCL	handled<>(SB)
	JMP	done
segv:
	MOVQ	si_addr(BX), R8
	MOVQ	R8, address<>(SB)
	LEAQ	runtime·sigpanic0(SB), R8
push:
	// Make it look as if the interrupted instruction had called R8.
	MOVQ	uc_rsp(CX), R9
	SUBQ	$8, R9
	MOVQ	SI, (R9)
	MOVQ	R9, uc_rsp(CX)
	MOVQ	R8, uc_rip(CX)
done:
	MOVQ	R14, g(DI)
	RET

// func asyncPreempt2()
TEXT runtime·asyncPreempt2(SB), NOSPLIT, $0-0
	LOCK
	INCL	preempted<>(SB)
	CALL	runtime·Gosched(SB)
	RET

// spin waits for stop. It has no call and no stack check.
TEXT spin<>(SB), NOSPLIT|NOFRAME, $0
again:
	CMPL	stop<>(SB), $0
	JEQ	again
	RET

#define GPRS(OP) \
	OP(AX, 0) \
	OP(BX, 8) \
	OP(CX, 16) \
	OP(DX, 24) \
	OP(SI, 32) \
	OP(DI, 40) \
	OP(BP, 48) \
	OP(R8, 56) \
	OP(R9, 64) \
	OP(R10, 72) \
	OP(R11, 80) \
	OP(R12, 88) \
	OP(R13, 96) \
	OP(R14, 104) \
	OP(R15, 112)

#define XMMS(OP) \
	OP(X0, 128) \
	OP(X1, 144) \
	OP(X2, 160) \
	OP(X3, 176) \
	OP(X4, 192) \
	OP(X5, 208) \
	OP(X6, 224) \
	OP(X7, 240) \
	OP(X8, 256) \
	OP(X9, 272) \
	OP(X10, 288) \
	OP(X11, 304) \
	OP(X12, 320) \
	OP(X13, 336) \
	OP(X14, 352) \
	OP(X15, 368)

#define LOADQ(r, at) MOVQ wanted<>+at(SB), r;
#define STOREQ(r, at) MOVQ r, found<>+at(SB);
#define LOADX(r, at) MOVUPS wanted<>+at(SB), r;
#define STOREX(r, at) MOVUPS r, found<>+at(SB);

// loop fills every register, spins while it is preempted, and compares.
TEXT loop<>(SB), NOSPLIT|NOFRAME, $0
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), AX
	LEAQ	wanted<>(SB), SI
	MOVQ	$0x9E3779B97F4A7C15, BX
	XORL	CX, CX
	MOVQ	BX, DX
fill:
	MOVQ	DX, (SI)(CX*8)
	ADDQ	BX, DX
	INCQ	CX
	CMPQ	CX, $48
	JNE	fill
	MOVQ	AX, loopM<>(SB)

	PUSHQ	BP
	XMMS(LOADX)
	GPRS(LOADQ)
	CALL	spin<>(SB)
	GPRS(STOREQ)
	XMMS(STOREX)
	POPQ	BP

	LEAQ	wanted<>(SB), SI
	LEAQ	found<>(SB), DI
	XORL	CX, CX
compare:
	CMPQ	CX, $15 // no register stands there
	JEQ	same
	MOVQ	(SI)(CX*8), AX
	CMPQ	AX, (DI)(CX*8)
	JEQ	same
	INCL	damaged<>(SB)
same:
	INCQ	CX
	CMPQ	CX, $48
	JNE	compare
	MOVL	$1, finished<>(SB)
	RET

GLOBL wanted<>(SB), NOPTR, $384
GLOBL found<>(SB), NOPTR, $384

#include "signal.h"
