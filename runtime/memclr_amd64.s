// Clearing memory.

#include "textflag.h"

#define STRING_MIN $2048

// func memclrNoHeapPointers(ptr unsafe.Pointer, n uintptr)
// AX = ptr, BX = n. The memory holds no pointers that the collector must hear about, or the caller has told it. Words
// are cleared whole, as memmove copies them. X15 is zero in compiled code and serves as the source.
TEXT runtime·memclrNoHeapPointers<ABIInternal>(SB), NOSPLIT, $0-16
	MOVQ	AX, DI
	XORL	AX, AX
	CMPQ	BX, $16
	JHI	above16
	CMPQ	BX, $8
	JCC	from8to16
	CMPQ	BX, $4
	JCC	from4to7
	TESTQ	BX, BX
	JEQ	done
	MOVQ	BX, CX
	SHRQ	$1, CX
	MOVB	AX, (DI)
	MOVB	AX, (DI)(CX*1)
	MOVB	AX, -1(DI)(BX*1)
done:
	RET

from4to7:
	MOVL	AX, (DI)
	MOVL	AX, -4(DI)(BX*1)
	RET

from8to16:
	MOVQ	AX, (DI)
	MOVQ	AX, -8(DI)(BX*1)
	RET

above16:
	CMPQ	BX, $64
	JHI	above64
	MOVOU	X15, (DI)
	MOVOU	X15, -16(DI)(BX*1)
	CMPQ	BX, $32
	JLS	done
	MOVOU	X15, 16(DI)
	MOVOU	X15, -32(DI)(BX*1)
	RET

above64:
	LEAQ	-64(DI)(BX*1), R9 // the last 64 bytes, whatever the loop has left
	CMPQ	BX, STRING_MIN
	JCC	string
loop:
	MOVOU	X15, (DI)
	MOVOU	X15, 16(DI)
	MOVOU	X15, 32(DI)
	MOVOU	X15, 48(DI)
	ADDQ	$64, DI
	CMPQ	DI, R9
	JCS	loop
last:
	MOVOU	X15, (R9)
	MOVOU	X15, 16(R9)
	MOVOU	X15, 32(R9)
	MOVOU	X15, 48(R9)
	RET

string:
	MOVQ	BX, CX
	SHRQ	$3, CX
	REP;	STOSQ
	JMP	last
