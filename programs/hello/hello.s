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
	MOVL	$143, DX // its length
	SYSCALL

	MOVL	$SYS_exit_group, AX
	XORL	DI, DI
	SYSCALL
	INT	$3 // not reached

DATA greeting<>+0(SB)/55, $"Hello from an x86-64 image that nothing stands behind:\n"
DATA greeting<>+55(SB)/53, $"no C library, no Go runtime, one write and one exit.\n"
DATA greeting<>+108(SB)/35, $"Next: rt0 run programs/boot/boot.s\n"
GLOBL greeting<>(SB), RODATA, $143
