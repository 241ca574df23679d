// Copying memory that may overlap.
//
// The collector and other goroutines may look while a copy runs, so a pointer must never be seen half written: whole
// words are stored at once, bytes and smaller pieces only where the size leaves no whole word. Word-sized data is also
// only ever copied by whole words, because its size is a multiple of 8 and both ends are aligned alike.
//
// Up to 128 bytes everything is loaded before anything is stored, so overlap does not matter. Beyond, the direction
// does. The string instructions win from about 2 KiB on; below, their start-up costs more than the loop.

#include "textflag.h"

#define STRING_MIN $2048

// func memmove(to, from unsafe.Pointer, n uintptr)
// AX = to, BX = from, CX = n. Leaves the direction flag clear and X15 alone. Never splits: the collector's write
// barriers have been run by the caller.
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT, $0-24
	MOVQ	AX, DI
	MOVQ	BX, SI
	MOVQ	CX, BX

	CMPQ	BX, $16
	JHI	above16
	CMPQ	BX, $8
	JCC	from8to16
	CMPQ	BX, $4
	JCC	from4to7
	TESTQ	BX, BX
	JEQ	done

	// 1 to 3 bytes: the first, the middle and the last, which may be the same one.
	MOVQ	BX, CX
	SHRQ	$1, CX
	MOVBLZX	(SI), AX
	MOVBLZX	(SI)(CX*1), DX
	MOVBLZX	-1(SI)(BX*1), R8
	MOVB	AX, (DI)
	MOVB	DX, (DI)(CX*1)
	MOVB	R8, -1(DI)(BX*1)
done:
	RET

from4to7:
	MOVL	(SI), AX
	MOVL	-4(SI)(BX*1), DX
	MOVL	AX, (DI)
	MOVL	DX, -4(DI)(BX*1)
	RET

from8to16: // for 8 both are the same word
	MOVQ	(SI), AX
	MOVQ	-8(SI)(BX*1), DX
	MOVQ	AX, (DI)
	MOVQ	DX, -8(DI)(BX*1)
	RET

above16:
	CMPQ	BX, $32
	JHI	above32
	MOVOU	(SI), X0
	MOVOU	-16(SI)(BX*1), X1
	MOVOU	X0, (DI)
	MOVOU	X1, -16(DI)(BX*1)
	RET

above32:
	CMPQ	BX, $64
	JHI	above64
	MOVOU	(SI), X0
	MOVOU	16(SI), X1
	MOVOU	-32(SI)(BX*1), X2
	MOVOU	-16(SI)(BX*1), X3
	MOVOU	X0, (DI)
	MOVOU	X1, 16(DI)
	MOVOU	X2, -32(DI)(BX*1)
	MOVOU	X3, -16(DI)(BX*1)
	RET

above64:
	// From here on the last 64 bytes are in X4 to X7 before the first store. (SI)(BX) stays the end of the source.
	MOVOU	-64(SI)(BX*1), X4
	MOVOU	-48(SI)(BX*1), X5
	MOVOU	-32(SI)(BX*1), X6
	MOVOU	-16(SI)(BX*1), X7
	CMPQ	BX, $128
	JHI	above128
	MOVOU	(SI), X0
	MOVOU	16(SI), X1
	MOVOU	32(SI), X2
	MOVOU	48(SI), X3
	MOVOU	X0, (DI)
	MOVOU	X1, 16(DI)
	MOVOU	X2, 32(DI)
	MOVOU	X3, 48(DI)
	JMP	storeLast

above128:
	MOVQ	DI, AX
	SUBQ	SI, AX
	JEQ	done
	CMPQ	AX, BX // unsigned: below n exactly if the target starts inside the source
	JCS	backward

	LEAQ	-64(DI)(BX*1), R9 // where the last 64 bytes go
	CMPQ	BX, STRING_MIN
	JCC	forwardString
forward:
	// 64 bytes a turn, for as long as the turn ends before the last 64.
	MOVOU	(SI), X0
	MOVOU	16(SI), X1
	MOVOU	32(SI), X2
	MOVOU	48(SI), X3
	MOVOU	X0, (DI)
	MOVOU	X1, 16(DI)
	MOVOU	X2, 32(DI)
	MOVOU	X3, 48(DI)
	ADDQ	$64, SI
	ADDQ	$64, DI
	CMPQ	DI, R9
	JCS	forward
storeAtR9:
	MOVOU	X4, (R9)
	MOVOU	X5, 16(R9)
	MOVOU	X6, 32(R9)
	MOVOU	X7, 48(R9)
	RET

forwardString:
	LEAQ	-57(BX), CX // words up to the last 64 bytes, rounded up: (n-64+7)/8
	SHRQ	$3, CX
	REP;	MOVSQ
	JMP	storeAtR9

storeLast:
	MOVOU	X4, -64(DI)(BX*1)
	MOVOU	X5, -48(DI)(BX*1)
	MOVOU	X6, -32(DI)(BX*1)
	MOVOU	X7, -16(DI)(BX*1)
	RET

backward:
	// The first 64 bytes wait in X8 to X11 and are stored last; the copy runs down from the end.
	MOVOU	(SI), X8
	MOVOU	16(SI), X9
	MOVOU	32(SI), X10
	MOVOU	48(SI), X11
	MOVQ	DI, R9
	CMPQ	BX, STRING_MIN
	JCC	backwardString
	MOVQ	BX, CX
down:
	MOVOU	-64(SI)(CX*1), X0
	MOVOU	-48(SI)(CX*1), X1
	MOVOU	-32(SI)(CX*1), X2
	MOVOU	-16(SI)(CX*1), X3
	MOVOU	X0, -64(DI)(CX*1)
	MOVOU	X1, -48(DI)(CX*1)
	MOVOU	X2, -32(DI)(CX*1)
	MOVOU	X3, -16(DI)(CX*1)
	SUBQ	$64, CX
	CMPQ	CX, $64
	JHI	down
storeFirst:
	MOVOU	X8, (R9)
	MOVOU	X9, 16(R9)
	MOVOU	X10, 32(R9)
	MOVOU	X11, 48(R9)
	RET

backwardString:
	LEAQ	-57(BX), CX
	SHRQ	$3, CX
	LEAQ	-8(SI)(BX*1), SI
	LEAQ	-8(DI)(BX*1), DI
	STD
	REP;	MOVSQ
	CLD
	JMP	storeFirst
