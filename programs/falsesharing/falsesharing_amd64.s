// Two threads count in words of their own, four times: beside each other on a cache line, on lines of their own, with locked
// instructions, and one thread counts while the other only reads its word beside it. For rt0 c2c.

#include "textflag.h"
#include "say.h"

#define TIMES 2000
#define SYS_sched_yield 24
#define SYS_clone 56
#define SYS_exit 60
#define CLONE_FLAGS 0x50f00 // VM FS FILES SIGHAND SYSVSEM THREAD

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVL	$CLONE_FLAGS, DI
	LEAQ	stack<>+4096(SB), SI
	ANDQ	$~15, SI
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$SYS_clone, AX
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
	XORL	R12, R12 // which of the two threads
	CALL	work<>(SB)
	MOVQ	unpadded+0(SB), BX
	ADDQ	unpadded+8(SB), BX
	NUMBER(unpaddedText)
	MOVQ	padded+0(SB), BX
	ADDQ	padded+128(SB), BX
	NUMBER(paddedText)
	MOVQ	atomics+0(SB), BX
	ADDQ	atomics+8(SB), BX
	NUMBER(atomicText)
	MOVQ	neighbours+0(SB), BX
	NUMBER(readText)
	XORL	AX, AX
	CALL	lib·exit(SB)
child:
	MOVL	$1, R12
	CALL	work<>(SB)
	XORL	DI, DI
	MOVL	$SYS_exit, AX
	SYSCALL
	INT	$3

// work is what thread R12 does.
TEXT work<>(SB), NOSPLIT|NOFRAME, $0
	XORL	R13, R13
	CALL	meet<>(SB)
	LEAQ	unpadded(SB), SI
	LEAQ	(SI)(R12*8), SI
	CALL	plain<>(SB)
	CALL	meet<>(SB)
	MOVQ	R12, AX
	SHLQ	$7, AX
	LEAQ	padded(SB), SI
	ADDQ	AX, SI
	CALL	plain<>(SB)
	CALL	meet<>(SB)
	LEAQ	atomics(SB), SI
	LEAQ	(SI)(R12*8), SI
	CALL	locked<>(SB)
	CALL	meet<>(SB)
	LEAQ	neighbours(SB), SI
	LEAQ	(SI)(R12*8), SI
	TESTQ	R12, R12
	JNE	reads
	CALL	plain<>(SB)
	JMP	done
reads:
	CALL	look<>(SB)
done:
	CALL	meet<>(SB)
	RET

// meet waits until both threads have come here R13/2 times.
TEXT meet<>(SB), NOSPLIT|NOFRAME, $0
	ADDQ	$2, R13
	LOCK
	INCQ	arrived(SB)
wait:
	CMPQ	arrived(SB), R13
	JGE	both
	MOVL	$SYS_sched_yield, AX
	SYSCALL
	JMP	wait
both:
	RET

// plain, locked and look count at SI, or read there.
TEXT plain<>(SB), NOSPLIT|NOFRAME, $0
	MOVL	$TIMES, CX
again:
	INCQ	(SI)
	DECL	CX
	JNE	again
	RET

TEXT locked<>(SB), NOSPLIT|NOFRAME, $0
	MOVL	$TIMES, CX
again:
	LOCK
	INCQ	(SI)
	DECL	CX
	JNE	again
	RET

TEXT look<>(SB), NOSPLIT|NOFRAME, $0
	MOVL	$TIMES, CX
again:
	MOVQ	(SI), AX
	DECL	CX
	JNE	again
	RET

#include "falsesharing.h"
