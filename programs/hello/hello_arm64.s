// The smallest program worth booting: it writes three lines and exits.
//
// The kernel enters at _rt0_arm64_linux with nothing but a stack. There is no runtime, no g and no thread-local storage
// here; two system calls are the whole program.

#include "textflag.h"

#define SYS_write 64
#define SYS_exit_group 94

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVD	$SYS_write, R8
	MOVD	$1, R0 // standard output
	MOVD	$greeting<>(SB), R1
	MOVD	$127, R2 // its length
	SVC

	MOVD	$SYS_exit_group, R8
	MOVD	ZR, R0
	SVC
	UNDEF // not reached

DATA greeting<>+0(SB)/48, $"Hello from an image that nothing stands behind:\n"
DATA greeting<>+48(SB)/53, $"no C library, no Go runtime, one write and one exit.\n"
DATA greeting<>+101(SB)/26, $"Next: read programs/boot.\n"
GLOBL greeting<>(SB), RODATA, $127
