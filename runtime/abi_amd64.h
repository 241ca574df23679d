// From the C ABI (System V) into Go code and back. C expects BX, BP and R12 to R15 to survive a call, Go promises none
// of them; C and Go agree on MXCSR, on a clear direction flag and on how BP links frames.
//
// The functions that use these have a frame of size 0, so that the assembler does not save BP a second time.

#define REGS_HOST_TO_ABI0_STACK (6*8)

#define PUSH_REGS_HOST_TO_ABI0() \
	ADJSP	$REGS_HOST_TO_ABI0_STACK \
	MOVQ	BP, 40(SP) \
	LEAQ	40(SP), BP \
	MOVQ	BX, 0(SP) \
	MOVQ	R12, 8(SP) \
	MOVQ	R13, 16(SP) \
	MOVQ	R14, 24(SP) \
	MOVQ	R15, 32(SP)

#define POP_REGS_HOST_TO_ABI0() \
	MOVQ	0(SP), BX \
	MOVQ	8(SP), R12 \
	MOVQ	16(SP), R13 \
	MOVQ	24(SP), R14 \
	MOVQ	32(SP), R15 \
	MOVQ	40(SP), BP \
	ADJSP	$-REGS_HOST_TO_ABI0_STACK
