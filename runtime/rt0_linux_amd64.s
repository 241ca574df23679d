// The first instruction of every linux/amd64 image.

#include "textflag.h"

// The kernel enters here with SP at argc; argv, the environment and the auxiliary vector follow in that order. There is
// no return address, so the function has no frame ($-8) and jumps.
TEXT _rt0_amd64_linux(SB), NOSPLIT, $-8
	JMP	_rt0_amd64(SB)
