// For programs that take no signals: what the runtime's assembly calls when one arrives.

#include "textflag.h"

TEXT runtime·sigtrampgo<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-24
	MOVD	$text<>(SB), R0
	B	runtime·throw(SB)

DATA text<>+0(SB)/18, $"unexpected signal\n"
GLOBL text<>(SB), RODATA, $19
