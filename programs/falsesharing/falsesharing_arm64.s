// Two threads count in words of their own, four times: beside each other on a cache line, on lines of their own, with exclusive
// loads and stores, and one thread counts while the other only reads its word beside it. For rt0 c2c.

#include "textflag.h"
#include "say.h"

#define TIMES 2000
#define SYS_exit 93
#define SYS_sched_yield 124
#define SYS_clone 220
#define CLONE_FLAGS 0x50f00 // VM FS FILES SIGHAND SYSVSEM THREAD

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVD	$CLONE_FLAGS, R0
	MOVD	$stack<>+4096(SB), R1
	AND	$~15, R1
	MOVD	ZR, R2
	MOVD	ZR, R3
	MOVD	ZR, R4
	MOVD	$SYS_clone, R8
	SVC
	CBZ	R0, child
	MOVD	ZR, R20 // which of the two threads
	BL	work<>(SB)
	MOVD	unpadded+0(SB), R1
	MOVD	unpadded+8(SB), R2
	ADD	R2, R1
	NUMBER(unpaddedText)
	MOVD	padded+0(SB), R1
	MOVD	padded+128(SB), R2
	ADD	R2, R1
	NUMBER(paddedText)
	MOVD	atomics+0(SB), R1
	MOVD	atomics+8(SB), R2
	ADD	R2, R1
	NUMBER(atomicText)
	MOVD	neighbours+0(SB), R1
	NUMBER(readText)
	MOVD	ZR, R0
	BL	lib·exit(SB)
child:
	MOVD	$1, R20
	BL	work<>(SB)
	MOVD	ZR, R0
	MOVD	$SYS_exit, R8
	SVC
	UNDEF

// work is what thread R20 does. R22 keeps where it returns to.
TEXT work<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	LR, R22
	MOVD	ZR, R21
	BL	meet<>(SB)
	MOVD	$unpadded(SB), R3
	ADD	R20<<3, R3
	BL	plain<>(SB)
	BL	meet<>(SB)
	MOVD	$padded(SB), R3
	ADD	R20<<7, R3
	BL	plain<>(SB)
	BL	meet<>(SB)
	MOVD	$atomics(SB), R3
	ADD	R20<<3, R3
	BL	locked<>(SB)
	BL	meet<>(SB)
	MOVD	$neighbours(SB), R3
	ADD	R20<<3, R3
	CBNZ	R20, reads
	BL	plain<>(SB)
	B	done
reads:
	BL	look<>(SB)
done:
	BL	meet<>(SB)
	MOVD	R22, LR
	RET

// meet waits until both threads have come here R21/2 times.
TEXT meet<>(SB), NOSPLIT|NOFRAME, $0
	ADD	$2, R21
	MOVD	$arrived(SB), R3
again:
	LDAXR	(R3), R4
	ADD	$1, R4
	STLXR	R4, (R3), R5
	CBNZW	R5, again
wait:
	LDAR	(R3), R4
	CMP	R21, R4
	BGE	both
	MOVD	$SYS_sched_yield, R8
	SVC
	B	wait
both:
	RET

// plain, locked and look count at R3, or read there.
TEXT plain<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$TIMES, R6
again:
	MOVD	(R3), R4
	ADD	$1, R4
	MOVD	R4, (R3)
	SUB	$1, R6
	CBNZ	R6, again
	RET

TEXT locked<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$TIMES, R6
again:
	LDAXR	(R3), R4
	ADD	$1, R4
	STLXR	R4, (R3), R5
	CBNZW	R5, again
	SUB	$1, R6
	CBNZ	R6, again
	RET

TEXT look<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$TIMES, R6
again:
	MOVD	(R3), R4
	SUB	$1, R6
	CBNZ	R6, again
	RET

#include "falsesharing.h"
