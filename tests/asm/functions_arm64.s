// Functions whose words depend on more than one line: frames, stack checks, branches, literals, padding. Their bytes as
// Go's assembler makes them are in tests/golden/asm-functions-arm64.txt.
#include "textflag.h"
#include "funcdata.h"

#define BODY \
	MOVD x+0(FP), R0 \
	MOVD R0, y-8(SP) \
	RET

TEXT ·leaf(SB), 0, $0-8
	MOVD x+0(FP), R0
	RET

TEXT ·smallLeaf(SB), 0, $16-8
	BODY

TEXT ·nosplit(SB), NOSPLIT, $16-8
	BODY

TEXT ·padded8(SB), NOSPLIT, $24-8
	BODY

TEXT ·noframe(SB), NOSPLIT|NOFRAME, $0-8
	MOVD x+0(FP), R0
	BL ·leaf(SB)
	RET

TEXT ·negative(SB), NOSPLIT, $-8
	BL ·leaf(SB)
	RET

TEXT ·calls(SB), 0, $0-0
	BL ·leaf(SB)
	RET

TEXT ·callsNosplit(SB), NOSPLIT, $0-0
	CALL ·leaf(SB)
	RET

TEXT ·callsRegister(SB), 0, $8-0
	CALL (R1)
	BL R2
	RET

TEXT ·frame96(SB), 0, $96-8
	BODY

TEXT ·frame104(SB), 0, $104-8
	BODY

TEXT ·frame112(SB), 0, $112-8
	BL (R0)
	BODY

TEXT ·frame120(SB), 0, $120-8
	BODY

TEXT ·frame216(SB), 0, $216-8
	BL (R0)
	BODY

TEXT ·frame224(SB), 0, $224-8
	BL (R0)
	BODY

TEXT ·frame232(SB), NOSPLIT, $232-8
	BODY

TEXT ·frame4072(SB), 0, $4072-8
	BL (R0)
	BODY

TEXT ·frame4080(SB), 0, $4080-8
	BL (R0)
	BODY

TEXT ·frame4096(SB), 0, $4096-8
	BODY

TEXT ·frame100000(SB), NEEDCTXT, $100000-8
	BL (R0)
	BODY

TEXT ·frame16M(SB), NOSPLIT, $16777232-8
	BL (R0)
	MOVD x+0(FP), R0
	MOVD $x+0(FP), R1
	MOVD $y-8(SP), R2
	LDP x+0(FP), (R3, R4)
	STP (R3, R4), y-16(SP)
	MOVB R0, y-9(SP)
	RET

TEXT ·wrapper(SB), WRAPPER|NOSPLIT, $24-0
	RET

TEXT ·addresses(SB), NOSPLIT, $64-48
	MOVD $x+0(FP), R0
	MOVD $x+8(FP), R1
	MOVD $y-8(SP), R2
	MOVD $y-64(SP), RSP
	MOVD $8(R3), R4
	MOVD $-8(R3), R4
	MOVD $4096(R3), R4
	MOVD $5000(R3), R4
	MOVD $-5000(R3), R4
	MOVD $0x1234567(R3), R4
	MOVD $-0x123456789(R3), R4
	MOVW x+16(FP), R5
	MOVBU x+20(FP), R6
	FMOVD x+24(FP), F0
	FMOVS F0, y-12(SP)
	LDP x+32(FP), (R7, R8)
	STP (R7, R8), y-32(SP)
	MOVD R0, 8(RSP)
	RET

TEXT ·tail(SB), NOSPLIT, $16-0
	RET ·leaf(SB)

TEXT ·tailFrameless(SB), NOSPLIT, $0-0
	JMP ·leaf(SB)

TEXT ·tailRegister(SB), NOSPLIT, $0-0
	B (R5)
	RET (R6)
	RET R7

TEXT ·local<>(SB), DUPOK|NOSPLIT, $0-0
	NO_LOCAL_POINTERS
	JMP 2(PC)
	NOP
	UNDEF
	RET

TEXT ·early(SB), 0, $32-8
	CBZ R0, out
	BL ·leaf(SB)
	RET
out:
	MOVD R0, x+0(FP)
	RET

TEXT ·thread(SB), NOSPLIT, $0-0
	MRS TPIDR_EL0, R0
	MOVD ·tls_g(SB), R27
	MOVD (R0)(R27), g
	RET

TEXT ·symbols(SB), NOSPLIT, $0-0
	MOVD $·table(SB), R0
	MOVD $·table+16(SB), R1
	MOVD $·local<>(SB), R2
	MOVD ·table+8(SB), R3
	MOVD ·table+4(SB), R3
	MOVW ·table+4(SB), R3
	MOVWU ·table+2(SB), R3
	MOVHU ·table+2(SB), R3
	MOVH ·table+1(SB), R3
	MOVB ·table+1(SB), R3
	MOVBU ·odd(SB), R3
	MOVHU ·odd(SB), R3
	MOVD ·twelve(SB), R3
	MOVW ·twelve(SB), R3
	MOVD R3, ·words<>+8(SB)
	MOVB ZR, ·odd+2(SB)
	MOVD $0, ·words<>+8(SB)
	FMOVD ·table+16(SB), F1
	FMOVS F1, ·zeros+4(SB)
	LDP ·table(SB), (R4, R5)
	STP (R4, R5), ·zeros+8(SB)
	LDPW ·table(SB), (R4, R5)
	FLDPD ·table(SB), (F4, F5)
	MOVD outside(SB), R6
	MOVW outside+4(SB), R6
	MOVD outside+1(SB), R6
	RET

TEXT ·constants(SB), NOSPLIT, $0-0
	FMOVD $1.5, F0
	FMOVD $2.0, F0
	FMOVD $0.0, F1
	FMOVD $-0.0, F1
	FMOVD $0, F1
	FMOVD $1e-3, F15
	FMOVS $1e-3, F15
	FMOVS $31.0, F15
	FMOVS $32.0, F15
	FMOVS $(0.0), F2
	FCMPD $(0.0), F3
	FCMPS F4, F3
	VMOVS $0x1234, V0
	VMOVD $0x123456789abcdef0, V1
	VMOVQ $0x1122334455667788, $0x99aabbccddeeff00, V2
	MOVD $0, R0
	MOVD $-1, R1
	MOVD $0x7fffffff, R2
	MOVD $0x80000000, R3
	MOVD $0xffffffff, R4
	MOVD $0x123456789ab, R5
	MOVD $-0x80000001, R6
	MOVD $0x5555555555555555, R7
	MOVD $0x5555555555551234, R8
	MOVD $0x123456789abcdef0, R9
	MOVD $0xffff0000ffff1234, R10
	MOVW $-5, R11
	MOVW $0x12345678, R12
	ADD $1, R0
	ADD $-1, R0
	ADD $4095, R0, R1
	ADD $4096, R0, R1
	ADD $0x123456, R0, R1
	ADD $0x1234567, R0, R1
	ADD $0x123456789abcdef0, R0, R1
	SUB $0x123456, RSP, RSP
	ADDS $0x123456, R0, R1
	CMP $0x123456, R0
	CMP $0xff00ff, R0
	CMPW $-1, R0
	AND $0xff, R0
	AND $0x1234, R0, R1
	ORR $0x12345678, R0, R1
	BIC $0xff, R0, R1
	TST $0x1234567890, R1
	ANDW $0xfffffff0, R2
	RET

TEXT ·literals(SB), 0, $16-0
	MOVD 0x12345678(R0), R1
	MOVD -0x12345678(R0), R1
	MOVW R1, 0x12345678(R0)
	BL ·leaf(SB)
	MOVD 0x12345679(R0), R1
	RET

TEXT ·literalsAtEnd(SB), NOSPLIT, $0-0
	MOVD 0x12345678(R0), R1
	MOVD $0x12345678(R0), R1

TEXT ·branches(SB), NOSPLIT, $0-0
back:
	BEQ ahead
	BCS back
	BHS back
	BCC ahead
	CBZ R0, back
	CBNZW R1, ahead
	TBZ $3, R2, back
	TBNZ $63, R3, ahead
	JMP back
	BLT 2(PC)
	BL back
ahead:
	BHI back
	ADR back, R1
	ADR ahead, R2
	RET

#define TEN ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1; ADD R0, R1
#define HUNDRED TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN
#define THOUSAND HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED; HUNDRED

TEXT ·edge(SB), NOSPLIT, $0-0
back:
	TBZ $1, R0, ahead
	THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND
	HUNDRED; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN
	ADD R0, R1
	ADD R0, R1
	ADD R0, R1
	ADD R0, R1
	ADD R0, R1
	ADD R0, R1
	TBNZ $1, R0, back
ahead:
	RET

TEXT ·beyond(SB), NOSPLIT, $0-0
back:
	TBZ $1, R0, ahead
	CBZ R0, ahead
	THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND; THOUSAND
	HUNDRED; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN
	JMP 3(PC)
	TBNZ $1, R0, back
	TBNZ $34, R0, back
ahead:
	CBNZ R0, back
	RET

// A branch to a JMP goes where that one goes.
TEXT ·threaded(SB), NOSPLIT, $0-0
	BEQ one
	ADD $1, R0
one:
	JMP two
	BNE loop
two:
	JMP three
loop:
	JMP loop
three:
	CBZ R1, one
	BCS 2(PC)
	NEG R0, R0
	ADR one, R3
	JMP one
	RET

TEXT ·aligned(SB), NOSPLIT, $0-0
	ADD $1, R0
	PCALIGN $16
loop:
	SUB $1, R0
	PCALIGN $32
	BNE loop
	PCALIGN $64
	RET

TEXT ·stack(SB), NOSPLIT, $32-0
	SUB $16, RSP
	MOVD x-8(SP), R0
	ADD $16, RSP
	SUB $32, RSP, RSP
	MOVD RSP, R1
	MOVD R1, RSP
	ADD R1, RSP
	ADD R1<<2, RSP, R3
	CMP R16, RSP
	AND $~15, R1, RSP
	RET

TEXT ·singles(SB), NOSPLIT, $0-0
	WORD $0xd503201f
	WORD $-1
	DWORD $0x1122334455667788
	DWORD ·leaf(SB)
	NOOP
	SVC
	SVC $3
	BRK
	CLREX
	DMB $15
	REM R1, R2, R3
	UREMW R1, R2
	CSET EQ, R0
	CINC LO, R1, R2
	VLD1.P (R0), [V0.B16, V1.B16]
	VST1.P [V0.B16], 16(R1)
	MOVD.P 8(R1), R2
	MOVD.W R2, -16(RSP)
	LDP.P 16(R3), (R4, R5)
	FSTPQ (F0, F1), 32(R1)
	FMOVD.P F1, 8(R1)
	FMOVS.W 8(R2), F2
	FSTPD.P (F3, F4), 16(R3)
	FMOVD F27, 4104(R1)
	FMOVD F27, 0x1000001(R1)
	RET

DATA ·table+0(SB)/8, $1
DATA ·table+8(SB)/8, $·leaf(SB)
DATA ·table+16(SB)/4, $1.5
DATA ·table+20(SB)/4, $"ab\n"
DATA ·table+24(SB)/1, $'c'
GLOBL ·table(SB), RODATA, $32
DATA ·words<>+8(SB)/8, $·table+4(SB)
GLOBL ·words<>(SB), 0, $16
GLOBL ·zeros(SB), NOPTR, $100
GLOBL ·odd(SB), NOPTR, $3
GLOBL ·twelve(SB), NOPTR, $12
GLOBL ·pointers(SB), 0, $64
GLOBL ·tls_g(SB), TLSBSS, $8
