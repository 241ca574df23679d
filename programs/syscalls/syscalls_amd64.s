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

GLOBL uts<>(SB), NOPTR, $390
GLOBL before<>(SB), NOPTR, $16
GLOBL after<>(SB), NOPTR, $16
GLOBL buffer<>(SB), NOPTR, $8192

DATA pause<>+0(SB)/8, $0
DATA pause<>+8(SB)/8, $2000000
GLOBL pause<>(SB), RODATA, $16

DATA unameText<>+0(SB)/7, $"uname: "
GLOBL unameText<>(SB), RODATA, $8
DATA tidText<>+0(SB)/42, $"getpid equals gettid on the first thread: "
GLOBL tidText<>(SB), RODATA, $43
DATA clockText<>+0(SB)/15, $"clock_gettime: "
GLOBL clockText<>(SB), RODATA, $16
DATA sleepText<>+0(SB)/11, $"nanosleep: "
GLOBL sleepText<>(SB), RODATA, $12
DATA sleptText<>+0(SB)/34, $"at least two milliseconds passed: "
GLOBL sleptText<>(SB), RODATA, $35
DATA yieldText<>+0(SB)/13, $"sched_yield: "
GLOBL yieldText<>(SB), RODATA, $14
DATA alignText<>+0(SB)/24, $"mmap gives whole pages: "
GLOBL alignText<>(SB), RODATA, $25
DATA zeroText<>+0(SB)/17, $"new memory holds "
GLOBL zeroText<>(SB), RODATA, $18
DATA keepText<>+0(SB)/21, $"stored and read back "
GLOBL keepText<>(SB), RODATA, $22
DATA adviseText<>+0(SB)/9, $"madvise: "
GLOBL adviseText<>(SB), RODATA, $10
DATA forgetText<>+0(SB)/23, $"forgotten memory holds "
GLOBL forgetText<>(SB), RODATA, $24
DATA protectText<>+0(SB)/10, $"mprotect: "
GLOBL protectText<>(SB), RODATA, $11
DATA unmapText<>+0(SB)/8, $"munmap: "
GLOBL unmapText<>(SB), RODATA, $9
DATA emptyText<>+0(SB)/17, $"mmap of nothing: "
GLOBL emptyText<>(SB), RODATA, $18
DATA reserveText<>+0(SB)/17, $"64 GiB reserved: "
GLOBL reserveText<>(SB), RODATA, $18
DATA fixedText<>+0(SB)/21, $"a page fixed inside: "
GLOBL fixedText<>(SB), RODATA, $22
DATA brkText<>+0(SB)/11, $"brk moves: "
GLOBL brkText<>(SB), RODATA, $12
DATA randomText<>+0(SB)/11, $"getrandom: "
GLOBL randomText<>(SB), RODATA, $12
DATA nonzeroText<>+0(SB)/31, $"random bytes are not all zero: "
GLOBL nonzeroText<>(SB), RODATA, $32
DATA affinityText<>+0(SB)/37, $"sched_getaffinity gives whole words: "
GLOBL affinityText<>(SB), RODATA, $38
DATA processorText<>+0(SB)/24, $"at least one processor: "
GLOBL processorText<>(SB), RODATA, $25
DATA badfdText<>+0(SB)/18, $"write to no file: "
GLOBL badfdText<>(SB), RODATA, $19
DATA faultText<>+0(SB)/20, $"write from nowhere: "
GLOBL faultText<>(SB), RODATA, $21
DATA closeText<>+0(SB)/15, $"close no file: "
GLOBL closeText<>(SB), RODATA, $16
DATA missingText<>+0(SB)/21, $"open a missing file: "
GLOBL missingText<>(SB), RODATA, $22
DATA unknownText<>+0(SB)/11, $"call 4095: "
GLOBL unknownText<>(SB), RODATA, $12
DATA nothingText<>+0(SB)/15, $"write nothing: "
GLOBL nothingText<>(SB), RODATA, $16
DATA missing<>+0(SB)/17, $"/nonexistent/file"
GLOBL missing<>(SB), RODATA, $18
DATA processor<>+0(SB)/8, $"x86_64\x00\x00"
GLOBL processor<>(SB), RODATA, $8
DATA processorNameText<>+0(SB)/32, $"the processor is the right one: "
GLOBL processorNameText<>(SB), RODATA, $33
DATA newline<>+0(SB)/1, $"\n"
GLOBL newline<>(SB), RODATA, $2
