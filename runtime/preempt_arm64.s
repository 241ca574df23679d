// Where a signal sends a goroutine that has run for too long.

#include "textflag.h"

// asyncPreempt is entered as if the interrupted instruction had called it: the signal handler stored the interrupted R30
// on the goroutine's stack, 16 bytes below the interrupted RSP, put the interrupted pc in R30 and changed the saved pc to
// this. So every register is live, flags included, and all of them must come back, but R27: no code that may be
// interrupted has anything in it, and the return needs one register. The handler has checked that the place is an
// asynchronous safe point and that the stack has room for this frame.
//
// asyncPreempt2 is Go: it gives up the processor and returns when the goroutine is scheduled again, maybe on another M
// and, as its stack may move, at another address. Nothing here keeps an address in a register or slot but R29, which
// stack copying adjusts.
//
// Frame: 0(RSP) the interrupted pc, 8(RSP) to 215(RSP) R0 to R17 and R19 to R26, then NZCV and FPSR, 232(RSP) to 487(RSP)
// F0 to F31; 496(RSP) the interrupted R30. The lower halves of the vectors are all that Go code uses.
TEXT runtime·asyncPreempt(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	R30, -496(RSP)
	SUB	$496, RSP
	MOVD	R29, -8(RSP)
	SUB	$8, RSP, R29
	STP	(R0, R1), 8(RSP)
	STP	(R2, R3), 24(RSP)
	STP	(R4, R5), 40(RSP)
	STP	(R6, R7), 56(RSP)
	STP	(R8, R9), 72(RSP)
	STP	(R10, R11), 88(RSP)
	STP	(R12, R13), 104(RSP)
	STP	(R14, R15), 120(RSP)
	STP	(R16, R17), 136(RSP)
	STP	(R19, R20), 152(RSP)
	STP	(R21, R22), 168(RSP)
	STP	(R23, R24), 184(RSP)
	STP	(R25, R26), 200(RSP)
	MRS	NZCV, R0
	MOVD	R0, 216(RSP)
	MRS	FPSR, R0
	MOVD	R0, 224(RSP)
	FSTPD	(F0, F1), 232(RSP)
	FSTPD	(F2, F3), 248(RSP)
	FSTPD	(F4, F5), 264(RSP)
	FSTPD	(F6, F7), 280(RSP)
	FSTPD	(F8, F9), 296(RSP)
	FSTPD	(F10, F11), 312(RSP)
	FSTPD	(F12, F13), 328(RSP)
	FSTPD	(F14, F15), 344(RSP)
	FSTPD	(F16, F17), 360(RSP)
	FSTPD	(F18, F19), 376(RSP)
	FSTPD	(F20, F21), 392(RSP)
	FSTPD	(F22, F23), 408(RSP)
	FSTPD	(F24, F25), 424(RSP)
	FSTPD	(F26, F27), 440(RSP)
	FSTPD	(F28, F29), 456(RSP)
	FSTPD	(F30, F31), 472(RSP)

	BL	runtime·asyncPreempt2(SB)

	FLDPD	472(RSP), (F30, F31)
	FLDPD	456(RSP), (F28, F29)
	FLDPD	440(RSP), (F26, F27)
	FLDPD	424(RSP), (F24, F25)
	FLDPD	408(RSP), (F22, F23)
	FLDPD	392(RSP), (F20, F21)
	FLDPD	376(RSP), (F18, F19)
	FLDPD	360(RSP), (F16, F17)
	FLDPD	344(RSP), (F14, F15)
	FLDPD	328(RSP), (F12, F13)
	FLDPD	312(RSP), (F10, F11)
	FLDPD	296(RSP), (F8, F9)
	FLDPD	280(RSP), (F6, F7)
	FLDPD	264(RSP), (F4, F5)
	FLDPD	248(RSP), (F2, F3)
	FLDPD	232(RSP), (F0, F1)
	MOVD	224(RSP), R0
	MSR	R0, FPSR
	MOVD	216(RSP), R0
	MSR	R0, NZCV
	LDP	200(RSP), (R25, R26)
	LDP	184(RSP), (R23, R24)
	LDP	168(RSP), (R21, R22)
	LDP	152(RSP), (R19, R20)
	LDP	136(RSP), (R16, R17)
	LDP	120(RSP), (R14, R15)
	LDP	104(RSP), (R12, R13)
	LDP	88(RSP), (R10, R11)
	LDP	72(RSP), (R8, R9)
	LDP	56(RSP), (R6, R7)
	LDP	40(RSP), (R4, R5)
	LDP	24(RSP), (R2, R3)
	LDP	8(RSP), (R0, R1)
	MOVD	496(RSP), R30
	MOVD	-8(RSP), R29
	MOVD	(RSP), R27
	ADD	$512, RSP
	B	(R27)
