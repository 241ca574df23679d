// A tour of system calls. Only what is the same on every host is printed: a result that must be exact, or whether a
// result lies where it must. Numbers in the output are results of the kernel, errors as negated errno.

#include "textflag.h"
#include "say.h"

#define SYS_write 1
#define SYS_close 3
#define SYS_mmap 9
#define SYS_mprotect 10
#define SYS_munmap 11
#define SYS_brk 12
#define SYS_sched_yield 24
#define SYS_madvise 28
#define SYS_nanosleep 35
#define SYS_getpid 39
#define SYS_uname 63
#define SYS_gettid 186
#define SYS_sched_getaffinity 204
#define SYS_clock_gettime 228
#define SYS_openat 257
#define SYS_getrandom 318

// CALL6 makes a system call; unused arguments are given as $0.
#define CALL6(nr, a, b, c, d, e, f) \
	MOVQ	a, DI \
	MOVQ	b, SI \
	MOVQ	c, DX \
	MOVQ	d, R10 \
	MOVQ	e, R8 \
	MOVQ	f, R9 \
	MOVL	$nr, AX \
	SYSCALL

// RESULT prints a text, AX as it was before, and ends the line.
#define RESULT(text) \
	MOVQ	AX, BX \
	NUMBER(text)

// CHECK prints a text and whether the condition holds that an instruction SETcc tests.
#define CHECK(text, set) \
	set	BX \
	CMPB	BX, $1 \
	YESNO(text)

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	SUBQ	$16, SP
	ANDQ	$~15, SP

	// Who are we? The kernel's name and the processor's, 65 bytes a field in struct utsname.
	CALL6(SYS_uname, $uts<>(SB), $0, $0, $0, $0, $0)
	SAY(unameText)
	LEAQ	uts<>(SB), AX
	CALL	lib·puts(SB)
	CALL	lib·newline(SB)
	MOVQ	uts<>+260(SB), AX
	CMPQ	AX, processor<>(SB)
	YESNO(processorNameText)

	CALL6(SYS_getpid, $0, $0, $0, $0, $0, $0)
	MOVQ	AX, R12
	CALL6(SYS_gettid, $0, $0, $0, $0, $0, $0)
	CMPQ	AX, R12
	CHECK(tidText, SETEQ)

	// Time. The monotonic clock is read around a sleep of two milliseconds.
	CALL6(SYS_clock_gettime, $1, $before<>(SB), $0, $0, $0, $0)
	RESULT(clockText)
	CALL6(SYS_nanosleep, $pause<>(SB), $0, $0, $0, $0, $0)
	RESULT(sleepText)
	CALL6(SYS_clock_gettime, $1, $after<>(SB), $0, $0, $0, $0)
	MOVQ	after<>(SB), AX
	SUBQ	before<>(SB), AX
	IMULQ	$1000000000, AX
	ADDQ	after<>+8(SB), AX
	SUBQ	before<>+8(SB), AX
	CMPQ	AX, $2000000
	CHECK(sleptText, SETGE)
	CALL6(SYS_sched_yield, $0, $0, $0, $0, $0, $0)
	RESULT(yieldText)

	// Memory: three pages come zeroed, keep what is stored, and lose it when the kernel may forget it.
	CALL6(SYS_mmap, $0, $12288, $3, $0x22, $-1, $0)
	MOVQ	AX, R12
	TESTQ	$4095, AX
	CHECK(alignText, SETEQ)
	MOVQ	8192(R12), AX
	RESULT(zeroText)
	MOVQ	$4711, AX
	MOVQ	AX, 8192(R12)
	MOVQ	8192(R12), AX
	RESULT(keepText)
	CALL6(SYS_madvise, R12, $12288, $4, $0, $0, $0) // MADV_DONTNEED
	RESULT(adviseText)
	MOVQ	8192(R12), AX
	RESULT(forgetText)
	CALL6(SYS_mprotect, R12, $4096, $1, $0, $0, $0)
	RESULT(protectText)
	CALL6(SYS_munmap, R12, $12288, $0, $0, $0, $0)
	RESULT(unmapText)
	CALL6(SYS_mmap, $0, $0, $3, $0x22, $-1, $0)
	RESULT(emptyText)

	// A reservation of 64 GiB costs nothing until it is used; a page in its middle becomes memory by a fixed mapping.
	CALL6(SYS_mmap, $0, $0x1000000000, $0, $0x4022, $-1, $0)
	MOVQ	AX, R12
	CMPQ	AX, $0xfffffffffffff000
	CHECK(reserveText, SETLS)
	MOVQ	$0x800000000, R13
	ADDQ	R12, R13
	CALL6(SYS_mmap, R13, $4096, $3, $0x32, $-1, $0)
	CMPQ	AX, R13
	CHECK(fixedText, SETEQ)
	INCQ	(R13)
	MOVQ	(R13), AX
	RESULT(keepText)
	CALL6(SYS_munmap, R12, $0x1000000000, $0, $0, $0, $0)
	RESULT(unmapText)

	CALL6(SYS_brk, $0, $0, $0, $0, $0, $0)
	MOVQ	AX, R12
	LEAQ	8192(AX), R13
	CALL6(SYS_brk, R13, $0, $0, $0, $0, $0)
	CMPQ	AX, R13
	CHECK(brkText, SETEQ)
	MOVQ	-8(R13), AX
	RESULT(zeroText)

	CALL6(SYS_getrandom, $buffer<>(SB), $16, $0, $0, $0, $0)
	RESULT(randomText)
	MOVQ	buffer<>(SB), AX
	ORQ	buffer<>+8(SB), AX
	TESTQ	AX, AX
	CHECK(nonzeroText, SETNE)

	CALL6(SYS_sched_getaffinity, $0, $8192, $buffer<>(SB), $0, $0, $0)
	TESTQ	$7, AX
	CHECK(affinityText, SETEQ)
	MOVQ	buffer<>(SB), AX
	TESTQ	AX, AX
	CHECK(processorText, SETNE)

	// Errors.
	CALL6(SYS_write, $99, $newline<>(SB), $1, $0, $0, $0)
	RESULT(badfdText)
	CALL6(SYS_write, $1, $8, $1, $0, $0, $0)
	RESULT(faultText)
	CALL6(SYS_close, $99, $0, $0, $0, $0, $0)
	RESULT(closeText)
	CALL6(SYS_openat, $-100, $missing<>(SB), $0, $0, $0, $0)
	RESULT(missingText)
	CALL6(4095, $0, $0, $0, $0, $0, $0)
	RESULT(unknownText)
	CALL6(SYS_write, $1, $newline<>(SB), $0, $0, $0, $0)
	RESULT(nothingText)

	XORL	AX, AX
	CALL	lib·exit(SB)

DATA processor<>+0(SB)/8, $"x86_64\x00\x00"
GLOBL processor<>(SB), RODATA, $8

#include "syscalls.h"
