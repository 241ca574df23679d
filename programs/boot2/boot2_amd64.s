// Two threads. The second is made by newm: clone with its own g0, thread-local storage and thread id. A goroutine on each
// passes a token back and forth through a futex; then goroutines that yield all the time wander between the two.
//
// The order of the first part is fixed by the token. What is printed of the second does not depend on who ran where.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define ROUNDS 4
#define WANDERERS 8
#define YIELDS 100

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	RET

// The token's values: whose turn it is.
#define MAIN 0
#define OTHER 1
#define OVER 2

// await sleeps until the token is BX.
TEXT await<>(SB), NOSPLIT, $16-0
again:
	MOVL	token<>(SB), AX
	CMPL	AX, BX
	JEQ	mine
	LEAQ	token<>(SB), CX
	MOVQ	CX, 0(SP)
	MOVL	AX, 8(SP)
	CALL	runtime·futexsleep(SB)
	JMP	again
mine:
	RET

// pass gives the token the value BX and wakes whoever waits for that.
TEXT pass<>(SB), NOSPLIT, $16-0
	LEAQ	token<>(SB), CX
	XCHGL	BX, (CX)
	MOVQ	CX, 0(SP)
	MOVL	$1, 8(SP)
	CALL	runtime·futexwakeup(SB)
	RET

// who prints the goroutine, its M and the round, which stands in CX.
TEXT who<>(SB), NOSPLIT, $8-0
	MOVQ	CX, 0(SP)
	get_tls(CX)
	MOVQ	g(CX), BX
	SAY(gText)
	MOVQ	g_goid(BX), AX
	CALL	lib·putint(SB)
	SAY(mText)
	MOVQ	g_m(BX), BX
	MOVQ	m_id(BX), AX
	CALL	lib·putint(SB)
	SAY(roundText)
	MOVQ	0(SP), AX
	CALL	lib·putint(SB)
	CALL	lib·newline(SB)
	RET

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $24-0
	LEAQ	otherPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB)
	XORL	BX, BX
	CALL	runtime·newm(SB)

	MOVQ	$1, 16(SP)
next:
	MOVL	$MAIN, BX
	CALL	await<>(SB)
	MOVQ	16(SP), CX
	CALL	who<>(SB)
	MOVL	$OTHER, BX
	CALL	pass<>(SB)
	INCQ	16(SP)
	CMPQ	16(SP), $ROUNDS
	JLS	next
	MOVL	$OVER, BX
	CALL	await<>(SB)

	// The child stored its own id in its m; ours is another.
	CALL	runtime·gettid(SB)
	MOVL	0(SP), AX
	MOVQ	otherM<>(SB), BX
	XORL	CX, CX
	CMPQ	AX, m_procid(BX)
	SETEQ	CX
	TESTL	CX, CX
	YESNO(differText)

	MOVQ	$WANDERERS, 16(SP)
make:
	LEAQ	wanderPC<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·newproc(SB)
	DECQ	16(SP)
	JNE	make
wait:
	CALL	runtime·Gosched(SB)
	CMPL	finished<>(SB), $WANDERERS
	JNE	wait
	SAY(wanderText)
	MOVQ	yields<>(SB), AX
	CALL	lib·putint(SB)
	CALL	lib·newline(SB)
	MOVQ	strays<>(SB), AX
	TESTQ	AX, AX
	YESNO(strayText)

	MOVL	$0, 0(SP)
	CALL	runtime·exit(SB)
	UNDEF

// other is the goroutine on the second M.
TEXT other<>(SB), 0, $16-0
	get_tls(CX)
	MOVQ	g(CX), BX
	MOVQ	g_m(BX), BX
	MOVQ	BX, otherM<>(SB)
	MOVQ	$1, round-8(SP)
next:
	MOVL	$OTHER, BX
	CALL	await<>(SB)
	MOVQ	round-8(SP), CX
	CALL	who<>(SB)
	XORL	BX, BX // MAIN, or OVER after the last round
	CMPQ	round-8(SP), $ROUNDS
	JNE	turn
	MOVL	$OVER, BX
turn:
	CALL	pass<>(SB)
	INCQ	round-8(SP)
	CMPQ	round-8(SP), $ROUNDS
	JLS	next
	RET

// wander yields and checks after each yield, on whichever M it woke up, that this thread's g is the goroutine it was.
TEXT wander<>(SB), 0, $24-0
	MOVQ	$YIELDS, left-8(SP)
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	AX, self-16(SP)
next:
	CALL	runtime·Gosched(SB)
	LOCK
	INCQ	yields<>(SB)
	get_tls(CX)
	MOVQ	g(CX), AX
	MOVQ	g_m(AX), BX
	CMPQ	AX, self-16(SP)
	JNE	stray
	CMPQ	AX, m_curg(BX)
	JEQ	home
stray:
	LOCK
	INCQ	strays<>(SB)
home:
	DECQ	left-8(SP)
	JNE	next
	LOCK
	INCL	finished<>(SB)
	RET

#include "boot2.h"
