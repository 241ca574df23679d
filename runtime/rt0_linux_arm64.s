// The first instruction of every linux/arm64 image.

#include "textflag.h"

// The kernel enters here with RSP at argc; argv, the environment and the auxiliary vector follow in that order. There is
// no return address, R30 is 0: so the function has no frame and jumps.
TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	B	_rt0_arm64(SB)
