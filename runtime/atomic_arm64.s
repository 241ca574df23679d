// Ordering of memory.

#include "textflag.h"

// func publicationBarrier()
// What was stored before is seen before what is stored after: DMB ISHST.
TEXT runtime·publicationBarrier(SB), NOSPLIT|NOFRAME, $0-0
	DMB	$0xe
	RET
