// Functions whose bytes depend on more than one line: frames, stack checks, branch sizes, padding. Their bytes as
// Go's assembler makes them are in tests/golden/asm-functions-amd64.txt.
#include "textflag.h"
#include "funcdata.h"

#define BODY \
	MOVQ x+0(FP), AX \
	MOVQ AX, y-8(SP) \
	RET

TEXT ·leaf(SB), 0, $0-8
	MOVQ x+0(FP), AX
	RET

TEXT ·smallLeaf(SB), 0, $16-8
	BODY

TEXT ·nosplit(SB), NOSPLIT, $16-8
	BODY

TEXT ·noframe(SB), NOSPLIT|NOFRAME, $16-8
	BODY

TEXT ·negative(SB), NOSPLIT, $-8
	RET

TEXT ·calls(SB), 0, $0-0
	CALL ·leaf(SB)
	RET

TEXT ·callsNosplit(SB), NOSPLIT, $0-0
	CALL ·leaf(SB)
	RET

TEXT ·panics(SB), 0, $8-0
	CALL runtime·panicdivide(SB)
	RET

TEXT ·frame112(SB), 0, $112-8
	BODY

TEXT ·frame120(SB), 0, $120-8
	BODY

TEXT ·frame128(SB), 0, $128-8
	CALL AX
	BODY

TEXT ·frame136(SB), 0, $136-8
	BODY

TEXT ·frame4088(SB), 0, $4088-8
	BODY

TEXT ·frame4096(SB), 0, $4096-8
	BODY

TEXT ·frame100000(SB), NEEDCTXT, $100000-8
	BODY

TEXT ·wrapper(SB), WRAPPER|NOSPLIT, $24-0
	RET

TEXT ·pushes(SB), NOSPLIT, $32-16
	PUSHQ AX
	MOVQ x+8(FP), BX
	MOVQ BX, y-16(SP)
	MOVQ BX, 8(SP)
	PUSHFQ
	LEAQ z-8(SP), CX
	ADJSP $128
	LEAQ x+0(FP), DX
	ADJSP $-128
	POPFQ
	POPQ AX
	MOVQ $x+0(FP), SI
	MOVQ $y-8(SP), DI
	MOVQ y-32(SP)(AX*8), R8
	CMPQ AX, $1
	JNE 2(PC)
	RET
	XORL AX, AX
	RET

TEXT ·tail(SB), NOSPLIT, $16-0
	RET ·leaf(SB)

TEXT ·tailFrameless(SB), NOSPLIT, $0-0
	JMP ·leaf(SB)

TEXT ·local<>(SB), DUPOK|NOSPLIT, $0-0
	NO_LOCAL_POINTERS
	JMP 2(PC)
	NOP
	UNDEF
	RET

TEXT ·thread(SB), NOSPLIT, $0-0
	MOVQ TLS, CX
	MOVQ 0(CX)(TLS*1), AX
	MOVQ AX, 0(CX)(TLS*1)
	CMPQ 8(CX)(TLS*1), R8
	MOVQ (TLS), R14
	MOVQ 0(FS), AX
	MOVL 16(GS), AX
	RET

TEXT ·constants(SB), NOSPLIT, $0-0
	MOVSD $1.5, X0
	MOVSD $0.0, X1
	MOVSD $-0.0, X1
	MOVSS $1e-3, X15
	ADDSD $3.25, X2
	UCOMISS $2.0, X3
	MOVQ $0, AX
	MOVQ $-1, BX
	MOVQ $0x7fffffff, CX
	MOVQ $0x80000000, DX
	MOVQ $0xffffffff, SI
	MOVQ $0x123456789ab, DI
	MOVQ $-0x80000001, R8
	MOVQ $-5, (AX)
	MOVQ $·table(SB), R9
	MOVQ $·table+16(SB), R10
	MOVL $·table(SB), R11
	LEAQ ·leaf(SB), R12
	MOVQ ·table+8(SB), AX
	MOVL $7, ·table(SB)
	CMPB ·table(SB), $3
	IMUL3Q $100, ·table(SB), DX
	IMULQ $100, DX
	IMULQ $1000, R8
	RET

TEXT ·short(SB), NOSPLIT, $0-0
back:
	JEQ ahead
	LOOP back
	JCXZQ ahead
	JMP back
ahead:
	JHI back
	RET

#define TEN XORL AX, AX; XORL AX, AX; XORL AX, AX; XORL AX, AX; XORL AX, AX
#define HUNDRED TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN; TEN

TEXT ·edge(SB), NOSPLIT, $0-0
back:
	JEQ ahead
	HUNDRED; TEN; TEN
	XORL AX, AX
	XORL AX, AX
	BYTE $0x90
	JNE back
ahead:
	NEGQ AX
	JMP back
	RET

TEXT ·beyond(SB), NOSPLIT, $0-0
back:
	JEQ ahead
	JMP 3(PC)
	HUNDRED; TEN; TEN
	CMPB AX, $1
	ANDB $3, AX
	TESTB $1, BX
	XORL AX, AX
	XORL AX, AX
	XORL AX, AX
	JNE back
ahead:
	NEGQ AX
	JMP back
	RET

// A branch to a JMP goes where that one goes.
TEXT ·threaded(SB), NOSPLIT, $0-0
	JEQ one
	INCQ AX
one:
	JMP two
	JNE loop
two:
	JMP three
loop:
	JMP loop
three:
	JHI one
	JCS 2(PC)
	NEGQ AX
	JMP one
	RET

TEXT ·padded(SB), NOSPLIT, $0-0
	INCQ AX
	PCALIGN $16
loop:
	DECQ AX
	PCALIGN $32
	JNE loop
	PCALIGN $64
	RET

TEXT ·transfers(SB), NOSPLIT, $0-0
	CALL AX
	CALL (AX)
	CALL 8(R12)
	CALL (AX)(BX*8)
	JMP R8
	JMP 0(SP)
	CALL ·leaf+4(SB)
	JMP ·leaf(SB)
	CALL ·local<>(SB)

TEXT ·strings(SB), NOSPLIT, $0-0
	REP; MOVSQ
	REP; STOSB
	REPN; SCASB
	LOCK
	CMPXCHGL DX, (AX)
	CLD; LODSQ
	BYTE $0xcc; WORD $0x1234; LONG $-1; QUAD $0x1122334455667788
	MULQ BX
	DIVL (CX)
	SHLQ $3, AX
	SHLQ CX, AX
	SHLQ CL, 8(AX)
	SHRQ $4, BX, DX
	SHLL CX, BX, DX
	XCHGQ AX, BX
	XCHGQ BX, AX
	XCHGL AX, AX
	SETEQ AX
	SETHI 3(AX)
	MOVB AX, (BX)
	MOVB $255, DI
	MOVW $-1, R9
	ADJSP $16
	ADJSP $-16
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
GLOBL ·pointers(SB), 0, $64
GLOBL ·thread8(SB), TLSBSS, $8
