// Two threads. The second is made by newm: clone with its own g0 and thread id. A goroutine on each passes a token back
// and forth through a futex; then goroutines that yield all the time wander between the two.
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

// await sleeps until the token is R19.
TEXT await<>(SB), NOSPLIT, $24-0
again:
	MOVD	$token<>(SB), R0
	LDARW	(R0), R1
	CMPW	R1, R19
	BEQ	mine
	MOVD	R0, 8(RSP)
	MOVW	R1, 16(RSP)
	BL	runtime·futexsleep(SB)
	B	again
mine:
	RET

// pass gives the token the value R1 and wakes whoever waits for that.
TEXT pass<>(SB), NOSPLIT, $24-0
	MOVD	$token<>(SB), R0
	STLRW	R1, (R0)
	MOVD	R0, 8(RSP)
	MOVD	$1, R1
	MOVW	R1, 16(RSP)
	BL	runtime·futexwakeup(SB)
	RET

// who prints the goroutine, its M and the round, which stands in R1.
TEXT who<>(SB), NOSPLIT, $0-0
	SAY(gText)
	MOVD	g_goid(g), R0
	BL	lib·putint(SB)
	SAY(mText)
	MOVD	g_m(g), R2
	MOVD	m_id(R2), R0
	BL	lib·putint(SB)
	SAY(roundText)
	MOVD	R1, R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	RET

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $24-0
	MOVD	$otherPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB)
	MOVD	ZR, R1
	BL	runtime·newm(SB)

	MOVD	$1, R0
	MOVD	R0, 24(RSP)
next:
	MOVD	$MAIN, R19
	BL	await<>(SB)
	MOVD	24(RSP), R1
	BL	who<>(SB)
	MOVD	$OTHER, R1
	BL	pass<>(SB)
	MOVD	24(RSP), R0
	ADD	$1, R0
	MOVD	R0, 24(RSP)
	CMP	$ROUNDS, R0
	BLE	next
	MOVD	$OVER, R19
	BL	await<>(SB)

	// The child stored its own id in its m; ours is another.
	BL	runtime·gettid(SB)
	MOVWU	8(RSP), R0
	MOVD	otherM<>(SB), R1
	MOVD	m_procid(R1), R1
	CMP	R0, R1
	CSET	EQ, R1
	CMP	ZR, R1
	YESNO(differText)

	MOVD	$WANDERERS, R0
	MOVD	R0, 24(RSP)
make:
	MOVD	$wanderPC<>(SB), R0
	MOVD	R0, 8(RSP)
	BL	runtime·newproc(SB)
	MOVD	24(RSP), R0
	SUBS	$1, R0
	MOVD	R0, 24(RSP)
	BNE	make
wait:
	BL	runtime·Gosched(SB)
	MOVD	$finished<>(SB), R0
	LDARW	(R0), R0
	CMPW	$WANDERERS, R0
	BNE	wait
	SAY(wanderText)
	MOVD	yields<>(SB), R0
	BL	lib·putint(SB)
	BL	lib·newline(SB)
	MOVD	strays<>(SB), R1
	CMP	ZR, R1
	YESNO(strayText)

	MOVW	ZR, 8(RSP)
	BL	runtime·exit(SB)
	UNDEF

// other is the goroutine on the second M.
TEXT other<>(SB), 0, $16-0
	MOVD	g_m(g), R0
	MOVD	R0, otherM<>(SB)
	MOVD	$1, R0
	MOVD	R0, round-8(SP)
next:
	MOVD	$OTHER, R19
	BL	await<>(SB)
	MOVD	round-8(SP), R1
	BL	who<>(SB)
	MOVD	round-8(SP), R0
	MOVD	$MAIN, R1 // or OVER after the last round
	CMP	$ROUNDS, R0
	BNE	turn
	MOVD	$OVER, R1
turn:
	BL	pass<>(SB)
	MOVD	round-8(SP), R0
	ADD	$1, R0
	MOVD	R0, round-8(SP)
	CMP	$ROUNDS, R0
	BLE	next
	RET

// wander yields and checks after each yield, on whichever M it woke up, that the thread's g is the goroutine it was.
TEXT wander<>(SB), 0, $24-0
	MOVD	$YIELDS, R0
	MOVD	R0, left-8(SP)
	MOVD	g, self-16(SP)
next:
	BL	runtime·Gosched(SB)
	MOVD	$yields<>(SB), R0
	MOVD	$1, R1
	BL	lib·add(SB)
	MOVD	self-16(SP), R0
	CMP	R0, g
	BNE	stray
	MOVD	g_m(g), R1
	MOVD	m_curg(R1), R1
	CMP	R1, g
	BEQ	home
stray:
	MOVD	$strays<>(SB), R0
	MOVD	$1, R1
	BL	lib·add(SB)
home:
	MOVD	left-8(SP), R0
	SUBS	$1, R0
	MOVD	R0, left-8(SP)
	BNE	next
	MOVD	$finished<>(SB), R0
	MOVD	$1, R1
	BL	lib·add32(SB)
	RET

#include "boot2.h"
