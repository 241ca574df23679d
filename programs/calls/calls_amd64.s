// The runtime's own system-call functions, called as Go code would: arguments and results on the stack. What
// syscalls_amd64.s does with bare SYSCALL instructions, this does through sys_linux_amd64.s, and it ends with a status
// that is not 0.
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

// RESULT prints a text and the int32 at an offset from SP.
#define RESULT(text, at) \
	MOVLQSX	at(SP), BX \
	NUMBER(text)

TEXT runtime·check(SB), NOSPLIT, $0-0
	RET

TEXT runtime·args(SB), NOSPLIT, $0-16
	RET

TEXT runtime·osinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·schedinit(SB), NOSPLIT, $0-0
	RET

TEXT runtime·main<ABIInternal>(SB), NOSPLIT, $0-0
	CALL	files<>(SB)
	CALL	memory<>(SB)
	CALL	times<>(SB)
	CALL	threads<>(SB)
	CALL	finish<>(SB)
	UNDEF

TEXT files<>(SB), NOSPLIT, $40-0
	LEAQ	missing<>(SB), AX
	MOVQ	AX, 0(SP)
	MOVL	$0, 8(SP)
	MOVL	$0, 12(SP)
	CALL	runtime·open(SB)
	RESULT(openText, 16)
	LEAQ	missing<>(SB), AX
	MOVQ	AX, 0(SP)
	MOVL	$0, 8(SP)
	CALL	runtime·access(SB)
	RESULT(accessText, 16)

	MOVL	$0, 0(SP)
	CALL	runtime·pipe2(SB)
	RESULT(pipeText, 16)
	MOVL	8(SP), AX
	MOVL	AX, reader<>(SB)
	MOVL	12(SP), AX
	MOVL	AX, writer<>(SB)

	MOVLQSX	writer<>(SB), AX
	MOVQ	AX, 0(SP)
	LEAQ	missing<>(SB), AX
	MOVQ	AX, 8(SP)
	MOVL	$12, 16(SP)
	CALL	runtime·write1(SB)
	RESULT(writeText, 24)
	MOVL	reader<>(SB), AX
	MOVL	AX, 0(SP)
	LEAQ	buffer<>(SB), AX
	MOVQ	AX, 8(SP)
	MOVL	$100, 16(SP)
	CALL	runtime·read(SB)
	RESULT(readText, 24)
	SAY(gotText)
	LEAQ	buffer<>(SB), AX
	CALL	lib·puts(SB)
	CALL	lib·newline(SB)

	MOVL	reader<>(SB), AX
	MOVL	AX, 0(SP)
	CALL	runtime·closefd(SB)
	RESULT(closeText, 8)
	CALL	runtime·closefd(SB) // its argument still stands there
	RESULT(againText, 8)
	RET

TEXT memory<>(SB), NOSPLIT, $72-0
	MOVQ	$0, 0(SP)
	MOVQ	$8192, 8(SP)
	MOVL	$PROT_READ_WRITE, 16(SP)
	MOVL	$MAP_PRIVATE_ANON, 20(SP)
	MOVL	$-1, 24(SP)
	MOVL	$0, 28(SP)
	CALL	runtime·sysMmap(SB)
	RESULT(mmapText, 40)
	MOVQ	32(SP), AX
	MOVQ	AX, 56(SP)
	MOVQ	$1, 4096(AX)

	MOVQ	AX, 0(SP)
	MOVQ	$8192, 8(SP)
	LEAQ	buffer<>(SB), AX
	MOVQ	AX, 16(SP)
	CALL	runtime·mincore(SB)
	RESULT(mincoreText, 24)
	MOVBLZX	buffer<>+1(SB), BX
	ANDL	$1, BX
	NUMBER(presentText)

	MOVQ	56(SP), AX
	MOVQ	AX, 0(SP)
	MOVQ	$8192, 8(SP)
	MOVL	$MADV_DONTNEED, 16(SP)
	CALL	runtime·madvise(SB)
	RESULT(madviseText, 24)
	MOVQ	56(SP), AX
	MOVQ	4096(AX), BX
	NUMBER(forgottenText)
	MOVQ	56(SP), AX
	MOVQ	AX, 0(SP)
	MOVQ	$8192, 8(SP)
	CALL	runtime·sysMunmap(SB)

	MOVQ	$0, 8(SP) // a length of 0 is an error, told as a positive errno beside a nil
	MOVL	$PROT_READ_WRITE, 16(SP)
	MOVL	$MAP_PRIVATE_ANON, 20(SP)
	MOVL	$-1, 24(SP)
	MOVL	$0, 28(SP)
	CALL	runtime·sysMmap(SB)
	RESULT(errnoText, 40)
	MOVQ	32(SP), BX
	NUMBER(nilText)

	CALL	runtime·sbrk0(SB)
	CMPQ	0(SP), $0
	SETNE	AX
	CMPB	AX, $1
	YESNO(brkText)
	RET

TEXT times<>(SB), NOSPLIT, $40-0
	CALL	runtime·nanotime1(SB)
	MOVQ	0(SP), AX
	MOVQ	AX, 24(SP)
	CALL	runtime·cputicks(SB)
	MOVQ	0(SP), AX
	MOVQ	AX, 32(SP)
	MOVL	$1500, 0(SP)
	CALL	runtime·usleep(SB)
	MOVL	$10, 0(SP)
	CALL	runtime·procyield(SB)
	CALL	runtime·osyield(SB)
	CALL	runtime·cputicks(SB)
	MOVQ	0(SP), AX
	CMPQ	32(SP), AX
	SETLT	AX
	CMPB	AX, $1
	YESNO(ticksText)

	CALL	time·now<ABIInternal>(SB) // AX seconds, BX nanoseconds, CX monotonic
	MOVQ	AX, 0(SP)
	MOVQ	CX, 8(SP)
	CMPQ	BX, $1000000000
	SETCS	AX
	CMPB	AX, $1
	YESNO(nanosText)
	CMPQ	0(SP), $1500000000 // some time after 2017
	SETGT	AX
	CMPB	AX, $1
	YESNO(wallText)
	MOVQ	8(SP), AX
	SUBQ	24(SP), AX
	CMPQ	AX, $1500000
	SETGE	AX
	CMPB	AX, $1
	YESNO(sleptText)
	RET

TEXT threads<>(SB), NOSPLIT, $56-0
	MOVQ	$0, 0(SP)
	MOVQ	$4096, 8(SP)
	LEAQ	buffer<>(SB), AX
	MOVQ	AX, 16(SP)
	CALL	runtime·sched_getaffinity(SB)
	TESTL	$7, 24(SP)
	YESNO(affinityText)

	CALL	runtime·getpid(SB)
	MOVQ	0(SP), AX
	MOVQ	AX, 48(SP)
	CALL	runtime·gettid(SB)
	MOVL	0(SP), AX
	CMPQ	AX, 48(SP)
	YESNO(tidText)

	// Nobody waits, and nobody need wait for a word that is not what we say.
	LEAQ	running<>(SB), AX
	MOVQ	AX, 0(SP)
	MOVL	$FUTEX_WAKE_PRIVATE, 8(SP)
	MOVL	$1, 12(SP)
	MOVQ	$0, 16(SP)
	MOVQ	$0, 24(SP)
	MOVL	$0, 32(SP)
	CALL	runtime·futex(SB)
	RESULT(wakeText, 40)
	MOVL	$FUTEX_WAIT_PRIVATE, 8(SP)
	MOVL	$99, 12(SP)
	CALL	runtime·futex(SB)
	RESULT(waitText, 40)

	// A thread that is no M: no g, no thread-local storage. It ends itself by exitThread and says so in running.
	MOVL	$1, running<>(SB)
	MOVL	$CLONE_STACK, AX
	CALL	lib·stack(SB)
	MOVL	$CLONE_THREAD_FLAGS, 0(SP)
	MOVQ	AX, 8(SP)
	MOVQ	$0, 16(SP)
	MOVQ	$0, 24(SP)
	LEAQ	bare<>(SB), AX
	MOVQ	AX, 32(SP)
	CALL	runtime·clone(SB)
	CMPL	40(SP), $0
	SETGT	AX
	CMPB	AX, $1
	YESNO(cloneText)
wait:
	CALL	runtime·osyield(SB)
	CMPL	running<>(SB), $0
	JNE	wait
	CMPL	visited<>(SB), $1
	YESNO(visitedText)
	RET

// bare runs on the new thread.
TEXT bare<>(SB), NOSPLIT, $8-0
	MOVL	$1, visited<>(SB)
	LEAQ	running<>(SB), AX
	MOVQ	AX, 0(SP)
	CALL	runtime·exitThread(SB)
	UNDEF

TEXT finish<>(SB), NOSPLIT, $8-0
	SAY(exitText)
	MOVL	$7, 0(SP)
	CALL	runtime·exit(SB)
	UNDEF

#include "calls.h"
