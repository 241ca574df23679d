// time.now in one function, so that wall clock and monotonic clock are read back to back.

#include "go_asm.h"
#include "textflag.h"

#define SYS_clock_gettime 228
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

// func time·now() (sec int64, nsec int32, mono int64)
// Runs on the goroutine's stack: a system call needs none of it beyond the frame. 0(SP) realtime, 16(SP) monotonic, each
// a struct timespec.
TEXT time·now<ABIInternal>(SB), NOSPLIT, $32-24
	MOVL	$CLOCK_REALTIME, DI
	MOVQ	SP, SI
	MOVL	$SYS_clock_gettime, AX
	SYSCALL
	MOVL	$CLOCK_MONOTONIC, DI
	LEAQ	16(SP), SI
	MOVL	$SYS_clock_gettime, AX
	SYSCALL
	MOVQ	0(SP), AX
	MOVQ	8(SP), BX
	MOVQ	16(SP), CX
	IMULQ	$1000000000, CX
	ADDQ	24(SP), CX
	RET
