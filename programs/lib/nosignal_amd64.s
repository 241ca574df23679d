// For programs that take no signals: what the runtime's assembly calls when one arrives.

#include "textflag.h"

TEXT runtime·sigtrampgo<ABIInternal>(SB), NOSPLIT, $0-24
	LEAQ	text<>(SB), AX
	JMP	runtime·throw(SB)

TEXT runtime·sigpanic<ABIInternal>(SB), NOSPLIT, $0-0
	LEAQ	text<>(SB), AX
	JMP	runtime·throw(SB)

DATA text<>+0(SB)/18, $"unexpected signal\n"
GLOBL text<>(SB), RODATA, $19
