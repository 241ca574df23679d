// g across C code. Go code keeps g in R28 and nowhere else; C knows nothing of that. In images with C in them the word
// runtime·tls_g of thread-local storage holds g as well: save_g stores it at every switch, load_g brings it back where C
// may have been. Without C nobody sets TPIDR_EL0 up, so neither may touch it.
//
// Both change R0 and R27 only (and R30, by the call): their callers count on the rest.

#include "go_asm.h"
#include "go_tls.h"
#include "funcdata.h"
#include "textflag.h"
#include "tls_arm64.h"

TEXT runtime·load_g(SB), NOSPLIT, $0
	MOVBU	runtime·iscgo(SB), R0
	CBZ	R0, nocgo
	MRS_TPIDR_R0
	MOVD	runtime·tls_g(SB), R27 // the word's offset, not its value
	MOVD	(R0)(R27), g
nocgo:
	RET

TEXT runtime·save_g(SB), NOSPLIT, $0
	MOVBU	runtime·iscgo(SB), R0
	CBZ	R0, nocgo
	MRS_TPIDR_R0
	MOVD	runtime·tls_g(SB), R27
	MOVD	g, (R0)(R27)
nocgo:
	RET

GLOBL runtime·tls_g(SB), TLSBSS|DUPOK, $8
