// Clearing memory.

#include "textflag.h"

// From here on DC ZVA, which clears a whole block of the cache without reading it, pays for aligning to the block.
#define ZVA_MIN $256

// func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr)
// R0 = ptr, R1 = n. The memory holds no pointers that the collector must hear about, or the caller has told it. Words
// are cleared whole, as memmove copies them. R5 is the end.
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT, $0-16
	ADD	R1, R0, R5
	CMP	$16, R1
	BHI	above16
	CMP	$8, R1
	BHS	from8to16
	CMP	$4, R1
	BHS	from4to7
	CBZ	R1, done
	LSR	$1, R1, R3
	MOVB	ZR, (R0)
	MOVB	ZR, (R0)(R3)
	MOVB	ZR, -1(R5)
done:
	RET

from4to7:
	MOVW	ZR, (R0)
	MOVW	ZR, -4(R5)
	RET

from8to16:
	MOVD	ZR, (R0)
	MOVD	ZR, -8(R5)
	RET

above16:
	CMP	$64, R1
	BHI	above64
	STP	(ZR, ZR), (R0)
	STP	(ZR, ZR), -16(R5)
	CMP	$32, R1
	BLS	done
	STP	(ZR, ZR), 16(R0)
	STP	(ZR, ZR), -32(R5)
	RET

above64:
	SUB	$64, R5, R6 // the last 64 bytes, whatever the loops have left
	CMP	ZVA_MIN, R1
	BHS	blocks
loop:
	STP	(ZR, ZR), (R0)
	STP	(ZR, ZR), 16(R0)
	STP	(ZR, ZR), 32(R0)
	STP	(ZR, ZR), 48(R0)
	ADD	$64, R0
test:
	CMP	R6, R0
	BLO	loop
	STP	(ZR, ZR), (R6)
	STP	(ZR, ZR), 16(R6)
	STP	(ZR, ZR), 32(R6)
	STP	(ZR, ZR), 48(R6)
	RET

blocks:
	// The processor says how large a block is, 4 << DCZID_EL0[3:0] bytes, and in bit 4 that it has none to offer.
	MRS	DCZID_EL0, R3
	TBNZ	$4, R3, loop
	AND	$15, R3
	MOVD	$4, R4
	LSL	R3, R4
	CMP	R4<<1, R1 // less than two blocks may hold no whole one
	BLO	loop
	SUB	$1, R4, R7
	ADD	R7, R0, R8
	BIC	R7, R8 // where the first whole block starts
align:
	CMP	R8, R0
	BHS	aligned
	STP.P	(ZR, ZR), 16(R0) // the last one may reach into the block, which is zero in the end
	B	align
aligned:
	MOVD	R8, R0
	SUB	R4, R5, R9 // where the last whole block starts, at most
block:
	DC	ZVA, R0
	ADD	R4, R0
	CMP	R9, R0
	BLS	block
	B	test
