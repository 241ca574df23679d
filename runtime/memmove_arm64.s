// Copying memory that may overlap.
//
// The collector and other goroutines may look while a copy runs, so a pointer must never be seen half written: whole
// words are stored at once (a pair of registers counts as two words), bytes and smaller pieces only where the size leaves
// no whole word. Word-sized data is also only ever copied by whole words, because its size is a multiple of 8 and both
// ends are aligned alike. Vector registers stay out of it: nothing promises that the halves of one are stored whole.
//
// Up to 128 bytes everything is loaded before anything is stored, so overlap does not matter. Beyond, the direction
// does.

#include "textflag.h"

// func memmove(to, from unsafe.Pointer, n uintptr)
// R0 = to, R1 = from, R2 = n. Never splits: the collector's write barriers have been run by the caller. R4 and R5 are the
// ends of source and target.
TEXT runtime·memmove<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	ADD	R2, R1, R4
	ADD	R2, R0, R5
	CMP	$16, R2
	BHI	above16
	CMP	$8, R2
	BHS	from8to16
	CMP	$4, R2
	BHS	from4to7
	CBZ	R2, done

	// 1 to 3 bytes: the first, the middle and the last, which may be the same one.
	LSR	$1, R2, R3
	MOVBU	(R1), R6
	MOVBU	(R1)(R3), R7
	MOVBU	-1(R4), R8
	MOVB	R6, (R0)
	MOVB	R7, (R0)(R3)
	MOVB	R8, -1(R5)
done:
	RET

from4to7:
	MOVWU	(R1), R6
	MOVWU	-4(R4), R7
	MOVW	R6, (R0)
	MOVW	R7, -4(R5)
	RET

from8to16: // for 8 both are the same word
	MOVD	(R1), R6
	MOVD	-8(R4), R7
	MOVD	R6, (R0)
	MOVD	R7, -8(R5)
	RET

above16:
	CMP	$32, R2
	BHI	above32
	LDP	(R1), (R6, R7)
	LDP	-16(R4), (R8, R9)
	STP	(R6, R7), (R0)
	STP	(R8, R9), -16(R5)
	RET

above32:
	CMP	$64, R2
	BHI	above64
	LDP	(R1), (R6, R7)
	LDP	16(R1), (R8, R9)
	LDP	-32(R4), (R10, R11)
	LDP	-16(R4), (R12, R13)
	STP	(R6, R7), (R0)
	STP	(R8, R9), 16(R0)
	STP	(R10, R11), -32(R5)
	STP	(R12, R13), -16(R5)
	RET

above64:
	// From here on the last 64 bytes are in R6 to R13 before the first store.
	LDP	-64(R4), (R6, R7)
	LDP	-48(R4), (R8, R9)
	LDP	-32(R4), (R10, R11)
	LDP	-16(R4), (R12, R13)
	CMP	$128, R2
	BHI	above128
	LDP	(R1), (R14, R15)
	LDP	16(R1), (R16, R17)
	LDP	32(R1), (R19, R20)
	LDP	48(R1), (R21, R22)
	STP	(R14, R15), (R0)
	STP	(R16, R17), 16(R0)
	STP	(R19, R20), 32(R0)
	STP	(R21, R22), 48(R0)
storeLast:
	STP	(R6, R7), -64(R5)
	STP	(R8, R9), -48(R5)
	STP	(R10, R11), -32(R5)
	STP	(R12, R13), -16(R5)
	RET

above128:
	SUB	R1, R0, R3
	CBZ	R3, done
	CMP	R2, R3 // unsigned: below n exactly if the target starts inside the source
	BLO	backward

	SUB	$64, R5, R25 // where the last 64 bytes go
forward:
	// 64 bytes a turn, for as long as the turn starts before the last 64.
	LDP	(R1), (R14, R15)
	LDP	16(R1), (R16, R17)
	LDP	32(R1), (R19, R20)
	LDP	48(R1), (R21, R22)
	ADD	$64, R1
	STP	(R14, R15), (R0)
	STP	(R16, R17), 16(R0)
	STP	(R19, R20), 32(R0)
	STP	(R21, R22), 48(R0)
	ADD	$64, R0
	CMP	R25, R0
	BLO	forward
	B	storeLast

backward:
	// The first 64 bytes wait in R6 to R13 and are stored last; the copy runs down from the end.
	LDP	(R1), (R6, R7)
	LDP	16(R1), (R8, R9)
	LDP	32(R1), (R10, R11)
	LDP	48(R1), (R12, R13)
down:
	LDP	-64(R4), (R14, R15)
	LDP	-48(R4), (R16, R17)
	LDP	-32(R4), (R19, R20)
	LDP	-16(R4), (R21, R22)
	SUB	$64, R4
	STP	(R14, R15), -64(R5)
	STP	(R16, R17), -48(R5)
	STP	(R19, R20), -32(R5)
	STP	(R21, R22), -16(R5)
	SUB	$64, R5
	SUB	$64, R2
	CMP	$64, R2
	BHI	down
	STP	(R6, R7), (R0)
	STP	(R8, R9), 16(R0)
	STP	(R10, R11), 32(R0)
	STP	(R12, R13), 48(R0)
	RET
