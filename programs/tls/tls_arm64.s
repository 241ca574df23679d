// The thread's base register, TPIDR_EL0 on this processor: set and read by the thread itself, given to a new thread by
// clone, and each thread's own. In images with C in them g is kept through it, by the runtime's save_g and load_g.

#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define SYS_exit 93
#define SYS_sched_yield 124
#define SYS_clone 220
#define CLONE_FLAGS 0xd0f00 // VM FS FILES SIGHAND SYSVSEM THREAD SETTLS

TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	MRS	TPIDR_EL0, R1
	CMP	ZR, R1
	YESNO(zeroText)

	MOVD	$first<>(SB), R2
	MSR	R2, TPIDR_EL0
	MRS	TPIDR_EL0, R1
	CMP	R2, R1
	YESNO(setText)

	MOVD	$1, R0
	MOVB	R0, runtime·iscgo(SB)
	MOVD	$gOne<>(SB), g // any address serves as a g
	BL	runtime·save_g(SB)
	MOVD	ZR, g
	BL	runtime·load_g(SB)
	MOVD	$gOne<>(SB), R1
	CMP	R1, g
	YESNO(gText)

	MOVD	$CLONE_FLAGS, R0
	MOVD	$stack<>+4096(SB), R1
	AND	$~15, R1
	MOVD	ZR, R2
	MOVD	$second<>(SB), R3
	MOVD	ZR, R4
	MOVD	$SYS_clone, R8
	SVC
	CBZ	R0, child
wait:
	MOVD	$SYS_sched_yield, R8
	SVC
	MOVD	$done<>(SB), R0
	LDARW	(R0), R0
	CBZW	R0, wait

	MOVD	$second<>(SB), R1
	MOVD	given<>(SB), R2
	CMP	R1, R2
	YESNO(givenText)
	MOVD	$gTwo<>(SB), R1
	MOVD	found<>(SB), R2
	CMP	R1, R2
	YESNO(ownText)
	MOVD	$third<>(SB), R1
	MOVD	changed<>(SB), R2
	CMP	R1, R2
	YESNO(changedText)
	MRS	TPIDR_EL0, R1
	MOVD	$first<>(SB), R2
	CMP	R1, R2
	YESNO(stayedText)
	MOVD	ZR, g
	BL	runtime·load_g(SB)
	MOVD	$gOne<>(SB), R1
	CMP	R1, g
	YESNO(keptText)
	MOVD	ZR, R0
	BL	lib·exit(SB)

child:
	MRS	TPIDR_EL0, R1
	MOVD	R1, given<>(SB)
	MOVD	$gTwo<>(SB), g
	BL	runtime·save_g(SB)
	MOVD	ZR, g
	BL	runtime·load_g(SB)
	MOVD	g, found<>(SB)
	MOVD	$third<>(SB), R1
	MSR	R1, TPIDR_EL0
	MRS	TPIDR_EL0, R2
	MOVD	R2, changed<>(SB)
	MOVD	$done<>(SB), R0
	MOVD	$1, R1
	STLRW	R1, (R0)
	MOVD	ZR, R0
	MOVD	$SYS_exit, R8
	SVC
	UNDEF

GLOBL runtime·iscgo(SB), NOPTR, $1
GLOBL first<>(SB), NOPTR, $64
GLOBL second<>(SB), NOPTR, $64
GLOBL third<>(SB), NOPTR, $64
GLOBL gOne<>(SB), NOPTR, $8
GLOBL gTwo<>(SB), NOPTR, $8
GLOBL given<>(SB), NOPTR, $8
GLOBL found<>(SB), NOPTR, $8
GLOBL changed<>(SB), NOPTR, $8
GLOBL done<>(SB), NOPTR, $4
GLOBL stack<>(SB), NOPTR, $4096

DATA zeroText<>+0(SB)/31, $"the thread base is 0 at first: "
GLOBL zeroText<>(SB), RODATA, $32
DATA setText<>+0(SB)/24, $"it reads as it was set: "
GLOBL setText<>(SB), RODATA, $25
DATA gText<>+0(SB)/43, $"g comes back through thread-local storage: "
GLOBL gText<>(SB), RODATA, $44
DATA givenText<>+0(SB)/40, $"a new thread has the base it was given: "
GLOBL givenText<>(SB), RODATA, $41
DATA ownText<>+0(SB)/23, $"  and its own g there: "
GLOBL ownText<>(SB), RODATA, $24
DATA changedText<>+0(SB)/20, $"  and sets another: "
GLOBL changedText<>(SB), RODATA, $21
DATA stayedText<>+0(SB)/36, $"the first thread's base has stayed: "
GLOBL stayedText<>(SB), RODATA, $37
DATA keptText<>+0(SB)/20, $"  and so has its g: "
GLOBL keptText<>(SB), RODATA, $21
