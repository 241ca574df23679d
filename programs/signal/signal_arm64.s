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
#define uc_r28 408
#define uc_r29 416
#define uc_r30 424
#define uc_sp 432
#define uc_pc 440

#define SIGNAL_STACK 32768
#define PREEMPTIONS 5

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT|NOFRAME, $0-0
	B	minit<>(SB)

// minit gives the M its signal stack and lets signals through. On g0, once for each M.
TEXT minit<>(SB), NOSPLIT, $72-0
	MOVD	$SIGNAL_STACK, R0
	BL	lib·stack(SB)
	MOVD	g_m(g), R1
	MOVD	m_id(R1), R2
	MOVD	$448, R3
	MUL	R3, R2
	MOVD	$gsignals<>(SB), R4
	ADD	R2, R4
	MOVD	R0, (g_stack+stack_hi)(R4)
	MOVD	$SIGNAL_STACK, R3
	SUB	R3, R0
	MOVD	R0, (g_stack+stack_lo)(R4)
	MOVD	R1, g_m(R4)
	MOVD	R4, m_gsignal(R1)

	MOVD	R0, 40(RSP) // stack_t: address, flags, size
	MOVD	ZR, 48(RSP)
	MOVD	R3, 56(RSP)
	ADD	$40, RSP, R0
	MOVD	R0, 8(RSP)
	MOVD	ZR, 16(RSP)
	BL	runtime·sigaltstack(SB)

	MOVD	$SIG_SETMASK, R0
	MOVW	R0, 8(RSP)
	MOVD	ZR, 64(RSP)
	ADD	$64, RSP, R0
	MOVD	R0, 16(RSP)
	MOVD	ZR, 24(RSP)
	MOVD	$8, R0
	MOVW	R0, 32(RSP)
	BL	runtime·rtsigprocmask(SB)
	RET

// install makes sigtramp the handler of signal R1.
TEXT install<>(SB), NOSPLIT, $40-0
	MOVD	R1, 8(RSP)
	MOVD	$action<>(SB), R0
	MOVD	R0, 16(RSP)
	MOVD	ZR, 24(RSP)
	MOVD	$8, R0
	MOVD	R0, 32(RSP)
	BL	runtime·rt_sigaction(SB)
	MOVW	40(RSP), R0
	CMP	ZR, R0
	YESNO(installText)
	RET

// The kernel's struct sigaction: handler, flags SIGINFO|ONSTACK|RESTART, no restorer, all signals masked.
DATA action<>+0(SB)/8, $runtime·sigtramp(SB)
DATA action<>+8(SB)/8, $0x18000004
DATA action<>+16(SB)/8, $0
DATA action<>+24(SB)/8, $-1
GLOBL action<>(SB), NOPTR, $32

// SAME prints a text and whether a 32-bit variable has a value.
#define SAME(text, variable, value) \
	MOVW	variable<>(SB), R1 \
	MOVD	$value, R2 \
	CMP	R2, R1 \
	YESNO(text)

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $24-0
	MOVD	$SIGSEGV, R1
	BL	install<>(SB)
	MOVD	$SIGURG, R1
	BL	install<>(SB)

	// A signal to ourselves: the handler runs before raise returns.
	MOVD	$SIGURG, R0
	MOVW	R0, 8(RSP)
	BL	runtime·raise(SB)
	SAME(handledText, handled, 1)
	SAME(stackText, onStack, 1)
	SAME(codeText, code, SI_TKILL)
	BL	lib·stackcheck(SB)

	// A fault.
	BL	fault<>(SB)
	SAY(recoveredText)

	// Preemption of a loop on the other M.
	MOVD	$loopPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB)
	MOVD	$minit<>(SB), R1
	BL	runtime·newm(SB)
nudge:
	MOVD	$100, R0
	MOVW	R0, 8(RSP)
	BL	runtime·usleep(SB)
	MOVD	$loopM<>(SB), R1
	LDAR	(R1), R19
	CBZ	R19, nudge // not there yet
	MOVW	preempted<>(SB), R0
	CMP	$PREEMPTIONS, R0
	BGE	enough
	BL	runtime·getpid(SB)
	MOVD	m_procid(R19), R0
	MOVD	R0, 16(RSP)
	MOVD	$SIGURG, R0
	MOVD	R0, 24(RSP)
	BL	runtime·tgkill(SB)
	B	nudge
enough:
	MOVD	$1, R0
	MOVW	R0, stop<>(SB)
finish:
	MOVD	$100, R0
	MOVW	R0, 8(RSP)
	BL	runtime·usleep(SB)
	MOVD	$finished<>(SB), R0
	LDARW	(R0), R0
	CBZW	R0, finish
	SAY(preemptText)
	SAME(intactText, damaged, 0)
	MOVW	ZR, 8(RSP)
	BL	runtime·exit(SB)
	UNDEF

// fault reads address 40. What sigpanic does with it is to return from here, without the rest.
TEXT fault<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$recovery<>(SB), R0
	MOVD	R30, gobuf_pc(R0)
	MOVD	RSP, R1
	MOVD	R1, gobuf_sp(R0)
	MOVD	R29, gobuf_bp(R0)
	MOVD	g, gobuf_g(R0)
	MOVD	ZR, R0
	MOVD	40(R0), R0
	SAY(missedText)
	RET

// func sigpanic()
// On the goroutine that faulted, as if the faulting instruction had called it.
TEXT runtime·sigpanic<ABIInternal>(SB), NOSPLIT, $8-0
	SAY(faultText)
	MOVD	address<>(SB), R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	MOVD	g_m(g), R1
	MOVD	m_curg(R1), R1
	CMP	R1, g
	YESNO(panicText)
	MOVD	$recovery<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·gogo(SB)
	UNDEF

// func sigtrampgo(sig uint32, info *siginfo, ctx unsafe.Pointer)
// R0, R1 and R2. On the signal stack, with the interrupted goroutine as g; while the handler runs, g is gsignal. It must
// not block or print: the code it interrupted may hold anything.
TEXT runtime·sigtrampgo<ABIInternal>(SB), NOSPLIT, $0-24
	MOVD	g, R3
	MOVD	g_m(g), R4
	MOVD	m_gsignal(R4), g
	MOVD	ZR, R4
	MOVD	RSP, R5
	MOVD	(g_stack+stack_lo)(g), R6
	CMP	R6, R5
	BLO	placed
	MOVD	(g_stack+stack_hi)(g), R6
	CMP	R6, R5
	BHS	placed
	MOVD	$1, R4
placed:
	MOVW	R4, onStack<>(SB)

	MOVW	si_code(R1), R4
	MOVW	R4, code<>(SB)
	MOVD	uc_pc(R2), R4
	CMP	$SIGSEGV, R0
	BEQ	segv

	// spin loads stop by way of R27, which a preemption does not keep: what is interrupted in the middle of that starts
	// again.
	MOVD	$spin<>(SB), R5
	SUB	R5, R4, R6
	MOVD	R5, R4
	MOVD	$runtime·asyncPreempt(SB), R5
	CMP	$12, R6 // its instructions start at 0, 4, 8 and 12
	BLO	push
	MOVD	uc_pc(R2), R4
	BEQ	push
	MOVD	$handled<>(SB), R0
	MOVD	$1, R1
	MOVD	R3, R4 // lib·add32 changes R2 and R3
	BL	lib·add32(SB)
	MOVD	R4, R3
	B	done
segv:
	MOVD	si_addr(R1), R5
	MOVD	R5, address<>(SB)
	MOVD	$runtime·sigpanic<ABIInternal>(SB), R5
push:
	// Make it look as if the instruction at R4 had called R5: R30 goes to the stack, where a frame's would be, and
	// below it R29.
	MOVD	uc_sp(R2), R6
	SUB	$16, R6
	MOVD	R6, uc_sp(R2)
	MOVD	uc_r30(R2), R7
	MOVD	R7, (R6)
	MOVD	uc_r29(R2), R7
	MOVD	R7, -8(R6)
	MOVD	R4, uc_r30(R2)
	MOVD	R3, uc_r28(R2)
	MOVD	R5, uc_pc(R2)
done:
	MOVD	R3, g
	RET

// func asyncPreempt2()
TEXT runtime·asyncPreempt2(SB), NOSPLIT, $0-0
	MOVD	$preempted<>(SB), R0
	MOVD	$1, R1
	BL	lib·add32(SB)
	BL	runtime·Gosched(SB)
	RET

// spin waits for stop. It has no call and no stack check, and uses R27 only.
TEXT spin<>(SB), NOSPLIT|NOFRAME, $0
again:
	MOVWU	stop<>(SB), R27
	CBZW	R27, again
	RET

#define GPRS(OP) \
	OP(R0, 0) \
	OP(R1, 8) \
	OP(R2, 16) \
	OP(R3, 24) \
	OP(R4, 32) \
	OP(R5, 40) \
	OP(R6, 48) \
	OP(R7, 56) \
	OP(R8, 64) \
	OP(R9, 72) \
	OP(R10, 80) \
	OP(R11, 88) \
	OP(R12, 96) \
	OP(R13, 104) \
	OP(R14, 112) \
	OP(R15, 120) \
	OP(R16, 128) \
	OP(R17, 136) \
	OP(R19, 144) \
	OP(R20, 152) \
	OP(R21, 160) \
	OP(R22, 168) \
	OP(R23, 176) \
	OP(R24, 184) \
	OP(R25, 192) \
	OP(R26, 200) \
	OP(R29, 208)

#define FPRS(OP) \
	OP(F0, 216) \
	OP(F1, 224) \
	OP(F2, 232) \
	OP(F3, 240) \
	OP(F4, 248) \
	OP(F5, 256) \
	OP(F6, 264) \
	OP(F7, 272) \
	OP(F8, 280) \
	OP(F9, 288) \
	OP(F10, 296) \
	OP(F11, 304) \
	OP(F12, 312) \
	OP(F13, 320) \
	OP(F14, 328) \
	OP(F15, 336) \
	OP(F16, 344) \
	OP(F17, 352) \
	OP(F18, 360) \
	OP(F19, 368) \
	OP(F20, 376) \
	OP(F21, 384) \
	OP(F22, 392) \
	OP(F23, 400) \
	OP(F24, 408) \
	OP(F25, 416) \
	OP(F26, 424) \
	OP(F27, 432) \
	OP(F28, 440) \
	OP(F29, 448) \
	OP(F30, 456) \
	OP(F31, 464)

#define LOADR(r, at) MOVD wanted<>+at(SB), r;
#define STORER(r, at) MOVD r, found<>+at(SB);
#define LOADF(r, at) FMOVD wanted<>+at(SB), r;
#define STOREF(r, at) FMOVD r, found<>+at(SB);

#define WORDS 59
#define FLAGS_AT 472
#define FLAGS 0xa0000000 // N and C

// loop fills every register, spins while it is preempted, and compares.
TEXT loop<>(SB), NOSPLIT, $24-0
	MOVD	$wanted<>(SB), R5
	MOVD	$0x9E3779B97F4A7C15, R1
	MOVD	R1, R2
	MOVD	$WORDS, R3
fill:
	MOVD.P	R2, 8(R5)
	ADD	R1, R2
	SUBS	$1, R3
	BNE	fill
	MOVD	$FLAGS, R0
	MOVD	R0, (R5)
	MSR	R0, NZCV
	MOVD	g_m(g), R0
	MOVD	$loopM<>(SB), R1
	STLR	R0, (R1)

	MOVD	R29, 8(RSP)
	FPRS(LOADF)
	GPRS(LOADR)
	BL	spin<>(SB)
	GPRS(STORER)
	FPRS(STOREF)
	MRS	NZCV, R0
	MOVD	R0, found<>+FLAGS_AT(SB)
	MOVD	8(RSP), R29

	MOVD	$wanted<>(SB), R5
	MOVD	$found<>(SB), R6
	MOVD	$0, R7
	MOVD	$WORDS, R3 // and the flags behind them
compare:
	MOVD.P	8(R5), R0
	MOVD.P	8(R6), R1
	CMP	R1, R0
	CINC	NE, R7, R7
	SUBS	$1, R3
	BGE	compare
	MOVW	R7, damaged<>(SB)
	MOVD	$finished<>(SB), R0
	MOVD	$1, R1
	STLRW	R1, (R0)
	RET

GLOBL wanted<>(SB), NOPTR, $480
GLOBL found<>(SB), NOPTR, $480

#include "signal.h"
