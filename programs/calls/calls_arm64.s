// The runtime's own system-call functions, called as Go code would: arguments and results on the stack. What
// syscalls_arm64.s does with bare SVC instructions, this does through sys_linux_arm64.s, and it ends with a status that is
// not 0.
//
// Only what the same arguments give everywhere is printed. Results are the functions' own: a negated errno, or -1 where
// the function hides it.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANON 0x22
#define MADV_DONTNEED 4
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define CLONE_THREAD_FLAGS 0x50f00
#define CLONE_STACK 16384

// SET32 and SET64 put a constant or a register where an argument goes, an offset from RSP. R0 changes.
#define SET32(value, at) \
	MOVD	value, R0 \
	MOVW	R0, at(RSP)

#define SET64(value, at) \
	MOVD	value, R0 \
	MOVD	R0, at(RSP)

// RESULT prints a text and the int32 at an offset from RSP.
#define RESULT(text, at) \
	MOVW	at(RSP), R1 \
	NUMBER(text)

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	RET

// On arm64 these two are Go, in os_linux_arm64.go and timestub.go.

// func cputicks() int64
TEXT runtime·cputicks(SB), NOSPLIT, $8-8
	BL	runtime·nanotime1(SB)
	MOVD	8(RSP), R0
	MOVD	R0, ret+0(FP)
	RET

// func time·now() (sec int64, nsec int32, mono int64)
// R0, R1 and R2.
TEXT time·now<ABIInternal>(SB), NOSPLIT, $24-24
	BL	runtime·walltime(SB)
	MOVD	8(RSP), R0
	MOVD	R0, 24(RSP)
	BL	runtime·nanotime1(SB)
	MOVD	24(RSP), R0
	MOVW	16(RSP), R1
	MOVD	8(RSP), R2
	RET

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $0-0
	BL	files<>(SB)
	BL	memory<>(SB)
	BL	times<>(SB)
	BL	threads<>(SB)
	BL	finish<>(SB)
	UNDEF

TEXT files<>(SB), NOSPLIT, $40-0
	SET64($missing<>(SB), 8)
	SET32($0, 16)
	SET32($0, 20)
	BL	runtime·open(SB)
	RESULT(openText, 24)
	SET64($missing<>(SB), 8)
	SET32($0, 16)
	BL	runtime·access(SB)
	RESULT(accessText, 24)

	SET32($0, 8)
	BL	runtime·pipe2(SB)
	RESULT(pipeText, 24)
	MOVW	16(RSP), R0
	MOVW	R0, reader<>(SB)
	MOVW	20(RSP), R0
	MOVW	R0, writer<>(SB)

	MOVW	writer<>(SB), R0
	MOVD	R0, 8(RSP)
	SET64($missing<>(SB), 16)
	SET32($12, 24)
	BL	runtime·write1(SB)
	RESULT(writeText, 32)
	MOVW	reader<>(SB), R0
	MOVW	R0, 8(RSP)
	SET64($buffer<>(SB), 16)
	SET32($100, 24)
	BL	runtime·read(SB)
	RESULT(readText, 32)
	SAY(gotText)
	MOVD	$buffer<>(SB), R0
	BL	lib·puts(SB)
	BL	lib·newline(SB)

	MOVW	reader<>(SB), R0
	MOVW	R0, 8(RSP)
	BL	runtime·closefd(SB)
	RESULT(closeText, 16)
	BL	runtime·closefd(SB) // its argument still stands there
	RESULT(againText, 16)
	RET

TEXT memory<>(SB), NOSPLIT, $72-0
	SET64(ZR, 8)
	SET64($8192, 16)
	SET32($PROT_READ_WRITE, 24)
	SET32($MAP_PRIVATE_ANON, 28)
	SET32($-1, 32)
	SET32(ZR, 36)
	BL	runtime·sysMmap(SB)
	RESULT(mmapText, 48)
	MOVD	40(RSP), R19
	ADD	$4096, R19, R1
	MOVD	$1, R0
	MOVD	R0, (R1)

	MOVD	R19, 8(RSP)
	SET64($8192, 16)
	SET64($buffer<>(SB), 24)
	BL	runtime·mincore(SB)
	RESULT(mincoreText, 32)
	MOVBU	buffer<>+1(SB), R1
	AND	$1, R1
	NUMBER(presentText)

	MOVD	R19, 8(RSP)
	SET64($8192, 16)
	SET32($MADV_DONTNEED, 24)
	BL	runtime·madvise(SB)
	RESULT(madviseText, 32)
	MOVD	4096(R19), R1
	NUMBER(forgottenText)
	MOVD	R19, 8(RSP)
	SET64($8192, 16)
	BL	runtime·sysMunmap(SB)

	SET64(ZR, 16) // a length of 0 is an error, told as a positive errno beside a nil
	SET32($PROT_READ_WRITE, 24)
	SET32($MAP_PRIVATE_ANON, 28)
	SET32($-1, 32)
	SET32(ZR, 36)
	BL	runtime·sysMmap(SB)
	RESULT(errnoText, 48)
	MOVD	40(RSP), R1
	NUMBER(nilText)

	BL	runtime·sbrk0(SB)
	MOVD	8(RSP), R0
	CMP	ZR, R0
	CSET	NE, R0
	CMP	$1, R0
	YESNO(brkText)
	RET

TEXT times<>(SB), NOSPLIT, $40-0
	BL	runtime·nanotime1(SB)
	MOVD	8(RSP), R0
	MOVD	R0, 32(RSP)
	BL	runtime·cputicks(SB)
	MOVD	8(RSP), R0
	MOVD	R0, 40(RSP)
	SET32($1500, 8)
	BL	runtime·usleep(SB)
	SET32($10, 8)
	BL	runtime·procyield(SB)
	BL	runtime·osyield(SB)
	BL	runtime·cputicks(SB)
	MOVD	8(RSP), R0
	MOVD	40(RSP), R1
	CMP	R0, R1
	CSET	LT, R0
	CMP	$1, R0
	YESNO(ticksText)

	BL	time·now<ABIInternal>(SB) // R0 seconds, R1 nanoseconds, R2 monotonic
	MOVD	R0, R3
	MOVD	$1000000000, R4
	CMP	R4, R1
	CSET	LO, R0
	CMP	$1, R0
	YESNO(nanosText)
	MOVD	$1500000000, R4 // some time after 2017
	CMP	R4, R3
	CSET	GT, R0
	CMP	$1, R0
	YESNO(wallText)
	MOVD	32(RSP), R0
	SUB	R0, R2
	MOVD	$1500000, R4
	CMP	R4, R2
	CSET	GE, R0
	CMP	$1, R0
	YESNO(sleptText)
	RET

TEXT threads<>(SB), NOSPLIT, $56-0
	SET64(ZR, 8)
	SET64($4096, 16)
	SET64($buffer<>(SB), 24)
	BL	runtime·sched_getaffinity(SB)
	MOVW	32(RSP), R0
	TST	$7, R0
	YESNO(affinityText)

	BL	runtime·getpid(SB)
	MOVD	8(RSP), R19
	BL	runtime·gettid(SB)
	MOVWU	8(RSP), R0
	CMP	R19, R0
	YESNO(tidText)

	// Nobody waits, and nobody need wait for a word that is not what we say.
	SET64($running<>(SB), 8)
	SET32($FUTEX_WAKE_PRIVATE, 16)
	SET32($1, 20)
	SET64(ZR, 24)
	SET64(ZR, 32)
	SET32(ZR, 40)
	BL	runtime·futex(SB)
	RESULT(wakeText, 48)
	SET32($FUTEX_WAIT_PRIVATE, 16)
	SET32($99, 20)
	BL	runtime·futex(SB)
	RESULT(waitText, 48)

	// A thread that is no M: no g, no thread-local storage. It ends itself by exitThread and says so in running.
	MOVD	$1, R0
	MOVW	R0, running<>(SB)
	MOVD	$CLONE_STACK, R0
	BL	lib·stack(SB)
	MOVD	R0, 16(RSP)
	SET32($CLONE_THREAD_FLAGS, 8)
	SET64(ZR, 24)
	SET64(ZR, 32)
	SET64($bare<>(SB), 40)
	BL	runtime·clone(SB)
	MOVW	48(RSP), R0
	CMP	ZR, R0
	CSET	GT, R0
	CMP	$1, R0
	YESNO(cloneText)
wait:
	BL	runtime·osyield(SB)
	MOVD	$running<>(SB), R0
	LDARW	(R0), R0
	CBNZW	R0, wait
	MOVW	visited<>(SB), R0
	CMP	$1, R0
	YESNO(visitedText)
	RET

// bare runs on the new thread.
TEXT bare<>(SB), NOSPLIT, $8-0
	MOVD	$1, R0
	MOVW	R0, visited<>(SB)
	SET64($running<>(SB), 8)
	BL	runtime·exitThread(SB)
	UNDEF

TEXT finish<>(SB), NOSPLIT, $8-0
	SAY(exitText)
	SET32($7, 8)
	BL	runtime·exit(SB)
	UNDEF

#include "calls.h"
