// A tour of system calls. Only what is the same on every host is printed: a result that must be exact, or whether a
// result lies where it must. Numbers in the output are results of the kernel, errors as negated errno.

#include "textflag.h"
#include "say.h"

#define SYS_openat 56
#define SYS_close 57
#define SYS_write 64
#define SYS_nanosleep 101
#define SYS_clock_gettime 113
#define SYS_sched_getaffinity 123
#define SYS_sched_yield 124
#define SYS_uname 160
#define SYS_getpid 172
#define SYS_gettid 178
#define SYS_brk 214
#define SYS_munmap 215
#define SYS_mmap 222
#define SYS_mprotect 226
#define SYS_madvise 233
#define SYS_getrandom 278

// CALL6 makes a system call; unused arguments are given as ZR.
#define CALL6(nr, a, b, c, d, e, f) \
	MOVD	a, R0 \
	MOVD	b, R1 \
	MOVD	c, R2 \
	MOVD	d, R3 \
	MOVD	e, R4 \
	MOVD	f, R5 \
	MOVD	$nr, R8 \
	SVC

// RESULT prints a text, R0 as it was before, and ends the line.
#define RESULT(text) \
	MOVD	R0, R1 \
	NUMBER(text)

// CHECK prints a text and whether a condition holds.
#define CHECK(text, condition) \
	CSET	condition, R1 \
	CMP	$1, R1 \
	YESNO(text)

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	// Who are we? The kernel's name and the processor's, 65 bytes a field in struct utsname.
	CALL6(SYS_uname, $uts<>(SB), ZR, ZR, ZR, ZR, ZR)
	SAY(unameText)
	MOVD	$uts<>(SB), R0
	BL	lib·puts(SB)
	BL	lib·newline(SB)
	MOVD	uts<>+260(SB), R0
	MOVD	processor<>(SB), R1
	CMP	R1, R0
	YESNO(processorNameText)

	CALL6(SYS_getpid, ZR, ZR, ZR, ZR, ZR, ZR)
	MOVD	R0, R19
	CALL6(SYS_gettid, ZR, ZR, ZR, ZR, ZR, ZR)
	CMP	R19, R0
	CHECK(tidText, EQ)

	// Time. The monotonic clock is read around a sleep of two milliseconds.
	CALL6(SYS_clock_gettime, $1, $before<>(SB), ZR, ZR, ZR, ZR)
	RESULT(clockText)
	CALL6(SYS_nanosleep, $pause<>(SB), ZR, ZR, ZR, ZR, ZR)
	RESULT(sleepText)
	CALL6(SYS_clock_gettime, $1, $after<>(SB), ZR, ZR, ZR, ZR)
	MOVD	$before<>(SB), R6
	LDP	(R6), (R1, R2)
	MOVD	$after<>(SB), R6
	LDP	(R6), (R3, R4)
	SUB	R1, R3
	SUB	R2, R4
	MOVD	$1000000000, R5
	MADD	R5, R4, R3, R3 // R4 + R3*R5
	MOVD	$2000000, R5
	CMP	R5, R3
	CHECK(sleptText, GE)
	CALL6(SYS_sched_yield, ZR, ZR, ZR, ZR, ZR, ZR)
	RESULT(yieldText)

	// Memory: three pages come zeroed, keep what is stored, and lose it when the kernel may forget it.
	CALL6(SYS_mmap, ZR, $12288, $3, $0x22, $-1, ZR)
	MOVD	R0, R19
	ADD	$8192, R19, R20
	TST	$4095, R0
	CHECK(alignText, EQ)
	MOVD	(R20), R0
	RESULT(zeroText)
	MOVD	$4711, R0
	MOVD	R0, (R20)
	MOVD	(R20), R0
	RESULT(keepText)
	CALL6(SYS_madvise, R19, $12288, $4, ZR, ZR, ZR) // MADV_DONTNEED
	RESULT(adviseText)
	MOVD	(R20), R0
	RESULT(forgetText)
	CALL6(SYS_mprotect, R19, $4096, $1, ZR, ZR, ZR)
	RESULT(protectText)
	CALL6(SYS_munmap, R19, $12288, ZR, ZR, ZR, ZR)
	RESULT(unmapText)
	CALL6(SYS_mmap, ZR, ZR, $3, $0x22, $-1, ZR)
	RESULT(emptyText)

	// A reservation of 64 GiB costs nothing until it is used; a page in its middle becomes memory by a fixed mapping.
	CALL6(SYS_mmap, ZR, $0x1000000000, ZR, $0x4022, $-1, ZR)
	MOVD	R0, R19
	CMN	$4095, R0
	CHECK(reserveText, LO)
	MOVD	$0x800000000, R20
	ADD	R19, R20
	CALL6(SYS_mmap, R20, $4096, $3, $0x32, $-1, ZR)
	CMP	R20, R0
	CHECK(fixedText, EQ)
	MOVD	(R20), R0
	ADD	$1, R0
	MOVD	R0, (R20)
	MOVD	(R20), R0
	RESULT(keepText)
	CALL6(SYS_munmap, R19, $0x1000000000, ZR, ZR, ZR, ZR)
	RESULT(unmapText)

	CALL6(SYS_brk, ZR, ZR, ZR, ZR, ZR, ZR)
	ADD	$8192, R0, R20
	CALL6(SYS_brk, R20, ZR, ZR, ZR, ZR, ZR)
	CMP	R20, R0
	CHECK(brkText, EQ)
	MOVD	-8(R20), R0
	RESULT(zeroText)

	CALL6(SYS_getrandom, $buffer<>(SB), $16, ZR, ZR, ZR, ZR)
	RESULT(randomText)
	MOVD	$buffer<>(SB), R6
	LDP	(R6), (R0, R1)
	ORR	R1, R0
	CMP	ZR, R0
	CHECK(nonzeroText, NE)

	CALL6(SYS_sched_getaffinity, ZR, $8192, $buffer<>(SB), ZR, ZR, ZR)
	TST	$7, R0
	CHECK(affinityText, EQ)
	MOVD	buffer<>(SB), R0
	CMP	ZR, R0
	CHECK(processorText, NE)

	// Errors.
	CALL6(SYS_write, $99, $newline<>(SB), $1, ZR, ZR, ZR)
	RESULT(badfdText)
	CALL6(SYS_write, $1, $8, $1, ZR, ZR, ZR)
	RESULT(faultText)
	CALL6(SYS_close, $99, ZR, ZR, ZR, ZR, ZR)
	RESULT(closeText)
	CALL6(SYS_openat, $-100, $missing<>(SB), ZR, ZR, ZR, ZR)
	RESULT(missingText)
	CALL6(4095, ZR, ZR, ZR, ZR, ZR, ZR)
	RESULT(unknownText)
	CALL6(SYS_write, $1, $newline<>(SB), ZR, ZR, ZR, ZR)
	RESULT(nothingText)

	MOVD	ZR, R0
	BL	lib·exit(SB)

DATA processor<>+0(SB)/8, $"aarch64\x00"
GLOBL processor<>(SB), RODATA, $8

#include "syscalls.h"
