// memmove and memclrNoHeapPointers against their plainest models: random sizes, alignments and overlaps in an arena
// whose every byte is compared after every call, so that a store outside the target shows too.
//
// argv[1], if given, is the seed. A failure prints the case and exits with status 1.

#include "textflag.h"
#include "say.h"

#define ARENA 8704
#define CASES 430
#define EVERY_SIZE 273 // the first cases have the sizes 0, 1, ...

// R23 number of the case, R24 size, R25 target, R26 source (offsets into the arena). memmove uses R0 to R17 and R19 to
// R25, so they are kept at 8(RSP) to 39(RSP) while it runs.
TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVD	0(RSP), R0
	MOVD	16(RSP), R1
	SUB	$48, RSP
	CMP	$2, R0
	BLT	seeded
	BL	number<>(SB)
	MOVD	R0, state<>(SB)
seeded:
	MOVD	$8, R3 // the first values after a small seed are small too
warm:
	BL	random<>(SB)
	SUBS	$1, R3
	BNE	warm
	BL	fill<>(SB)

	MOVD	ZR, R23
moveCase:
	BL	pick<>(SB)
	// The model: through a buffer, byte by byte.
	MOVD	$model<>(SB), R4
	ADD	R26, R4
	MOVD	$buffer<>(SB), R5
	BL	bytes<>(SB)
	MOVD	$buffer<>(SB), R4
	MOVD	$model<>(SB), R5
	ADD	R25, R5
	BL	bytes<>(SB)
	// The real one.
	STP	(R23, R24), 8(RSP)
	STP	(R25, R26), 24(RSP)
	MOVD	$arena<>(SB), R0
	ADD	R26, R0, R1
	ADD	R25, R0
	MOVD	R24, R2
	BL	runtime·memmove<ABIInternal>(SB)
	LDP	8(RSP), (R23, R24)
	LDP	24(RSP), (R25, R26)
	BL	compare<>(SB)
	MOVD	$moveFailed<>(SB), R0
	BNE	failed
	ADD	$1, R23
	CMP	$CASES, R23
	BNE	moveCase
	SAY(moveOk)

	MOVD	ZR, R23
clearCase:
	BL	pick<>(SB)
	BL	refill<>(SB) // or the target would soon be zero before the call
	MOVD	$model<>(SB), R5
	ADD	R25, R5
	ADD	R24, R5, R6
	B	test
zero:
	MOVB.P	ZR, 1(R5)
test:
	CMP	R6, R5
	BNE	zero
	STP	(R23, R24), 8(RSP)
	STP	(R25, R26), 24(RSP)
	MOVD	$arena<>(SB), R0
	ADD	R25, R0
	MOVD	R24, R1
	BL	runtime·memclrNoHeapPointers<ABIInternal>(SB)
	LDP	8(RSP), (R23, R24)
	LDP	24(RSP), (R25, R26)
	BL	compare<>(SB)
	MOVD	$clearFailed<>(SB), R0
	BNE	failed
	ADD	$1, R23
	CMP	$CASES, R23
	BNE	clearCase
	SAY(clearOk)
	MOVD	ZR, R0
	BL	lib·exit(SB)

failed: // R0 = which, then the case: number, size, target, source
	BL	lib·puts(SB)
	MOVD	R23, R0
	BL	lib·putint(SB)
	MOVD	R24, R1
	BL	item<>(SB)
	MOVD	R25, R1
	BL	item<>(SB)
	MOVD	R26, R1
	BL	item<>(SB)
	BL	lib·newline(SB)
	MOVD	$1, R0
	BL	lib·exit(SB)

TEXT item<>(SB), NOSPLIT, $0-0
	SAY(comma)
	MOVD	R1, R0
	BL	lib·putint(SB)
	RET

// pick chooses size, target and source: first every small size, then sizes up to 4096, a quarter of them below 33 and a
// quarter below 320. One target in four is close to the source. Everything stays 64 bytes away from the arena's ends.
TEXT pick<>(SB), NOSPLIT, $0-0
	MOVD	R23, R24
	CMP	$EVERY_SIZE, R23
	BLO	sized
	BL	random<>(SB)
	LSR	$8, R0, R24
	TBZ	$0, R0, large
	MOVD	$320, R3
	TBZ	$1, R0, small
	MOVD	$33, R3
small:
	UREM	R3, R24
	B	sized
large:
	AND	$4095, R24
	ADD	$1, R24
sized:
	BL	random<>(SB)
	UBFX	$20, R0, $12, R26
	ADD	$192, R26
	BL	random<>(SB)
	UBFX	$50, R0, $2, R3
	CBZ	R3, near
	UBFX	$20, R0, $12, R25
	ADD	$192, R25
	RET
near:
	UBFX	$20, R0, $7, R25
	ADD	R26, R25
	SUB	$64, R25
	RET

// bytes copies R24 bytes from R4 to R5, one by one; they do not overlap.
TEXT bytes<>(SB), NOSPLIT|NOFRAME, $0
	ADD	R24, R4, R6
	B	test
next:
	MOVBU.P	1(R4), R0
	MOVB.P	R0, 1(R5)
test:
	CMP	R6, R4
	BNE	next
	RET

// compare sets the flags to equal if arena and model agree.
TEXT compare<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	$arena<>(SB), R4
	MOVD	$model<>(SB), R5
	ADD	$ARENA, R4, R6
next:
	MOVD.P	8(R4), R0
	MOVD.P	8(R5), R1
	CMP	R1, R0
	BNE	differ
	CMP	R6, R4
	BNE	next
differ:
	RET

// fill puts the same random bytes into all of arena and model, refill into the words that hold the target.
TEXT fill<>(SB), NOSPLIT, $0-0
	MOVD	ZR, R3
next:
	BL	random<>(SB)
	MOVD	$arena<>(SB), R4
	MOVD	$model<>(SB), R5
	MOVD	R0, (R4)(R3)
	MOVD	R0, (R5)(R3)
	ADD	$8, R3
	CMP	$ARENA, R3
	BNE	next
	RET

TEXT refill<>(SB), NOSPLIT, $0-0
	AND	$~7, R25, R3
	ADD	$16, R24, R6
	LSR	$3, R6
next:
	BL	random<>(SB)
	MOVD	$arena<>(SB), R4
	MOVD	$model<>(SB), R5
	MOVD	R0, (R4)(R3)
	MOVD	R0, (R5)(R3)
	ADD	$8, R3
	SUBS	$1, R6
	BNE	next
	RET

// random returns 64 bits in R0 (xorshift, then a multiplication); it uses R2.
TEXT random<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	state<>(SB), R0
	EOR	R0>>12, R0
	EOR	R0<<25, R0
	EOR	R0>>27, R0
	MOVD	R0, state<>(SB)
	MOVD	$0x2545F4914F6CDD1D, R2
	MUL	R2, R0
	RET

// number reads the decimal number at R1; 0 becomes 1, because the generator never leaves 0.
TEXT number<>(SB), NOSPLIT|NOFRAME, $0
	MOVD	ZR, R0
	MOVD	$10, R3
next:
	MOVBU.P	1(R1), R2
	SUBW	$48, R2
	CMPW	$9, R2
	BHI	end
	MADD	R3, R2, R0, R0 // R2 + R0*10
	B	next
end:
	CBNZ	R0, done
	MOVD	$1, R0
done:
	RET

GLOBL arena<>(SB), NOPTR, $ARENA
GLOBL model<>(SB), NOPTR, $ARENA
GLOBL buffer<>(SB), NOPTR, $4096
DATA state<>+0(SB)/8, $88172645463325252
GLOBL state<>(SB), NOPTR, $8

DATA moveOk<>+0(SB)/43, $"memmove agrees with its model in 430 cases\n"
GLOBL moveOk<>(SB), RODATA, $44
DATA clearOk<>+0(SB)/56, $"memclrNoHeapPointers agrees with its model in 430 cases\n"
GLOBL clearOk<>(SB), RODATA, $57
DATA moveFailed<>+0(SB)/37, $"memmove fails: case, size, to, from: "
GLOBL moveFailed<>(SB), RODATA, $38
DATA clearFailed<>+0(SB)/36, $"memclr fails: case, size, at, none: "
GLOBL clearFailed<>(SB), RODATA, $37
DATA comma<>+0(SB)/2, $", "
GLOBL comma<>(SB), RODATA, $3
