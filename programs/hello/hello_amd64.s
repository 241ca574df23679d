// The smallest program worth booting: it writes three lines and exits.
//
// The kernel enters at _rt0_amd64_linux with nothing but a stack. There is no runtime, no g and no thread-local storage
// here; two system calls are the whole program.

#include "textflag.h"

#define SYS_write 1
#define SYS_exit_group 231

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVL	$SYS_write, AX
	MOVL	$1, DI // standard output
	LEAQ	greeting<>(SB), SI
	MOVL	$127, DX // its length
	SYSCALL

	MOVL	$SYS_exit_group, AX
	XORL	DI, DI
	SYSCALL
	INT	$3 // not reached

DATA greeting<>+0(SB)/48, $"Hello from an image that nothing stands behind:\n"
DATA greeting<>+48(SB)/53, $"no C library, no Go runtime, one write and one exit.\n"
DATA greeting<>+101(SB)/26, $"Next: read programs/boot.\n"
GLOBL greeting<>(SB), RODATA, $127
