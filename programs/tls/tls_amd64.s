// The thread's base register, FS on this processor: set and read by the thread itself, given to a new thread by clone,
// and each thread's own. g is found through it.

#include "go_tls.h"
#include "textflag.h"
#include "say.h"

#define SYS_sched_yield 24
#define SYS_clone 56
#define SYS_exit 60
#define SYS_arch_prctl 158
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define CLONE_FLAGS 0xd0f00 // VM FS FILES SIGHAND SYSVSEM THREAD SETTLS
#define BLOCK 64 // of a thread's storage, which ends at its base

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	LEAQ	word<>(SB), SI
	CALL	base<>(SB)
	TESTQ	AX, AX
	YESNO(zeroText)

	LEAQ	first<>+BLOCK(SB), BX
	MOVQ	BX, SI
	CALL	setbase<>(SB)
	LEAQ	word<>(SB), SI
	CALL	base<>(SB)
	CMPQ	AX, BX
	YESNO(setText)

	LEAQ	gOne<>(SB), AX // any address serves as a g
	get_tls(CX)
	MOVQ	AX, g(CX)
	MOVQ	g(CX), BX
	LEAQ	gOne<>(SB), AX
	CMPQ	BX, AX
	YESNO(gText)

	MOVL	$CLONE_FLAGS, DI
	LEAQ	stack<>+4096(SB), SI
	ANDQ	$~15, SI
	XORL	DX, DX
	XORL	R10, R10
	LEAQ	second<>+BLOCK(SB), R8
	MOVL	$SYS_clone, AX
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
wait:
	MOVL	$SYS_sched_yield, AX
	SYSCALL
	CMPL	done<>(SB), $1
	JNE	wait

	LEAQ	second<>+BLOCK(SB), BX
	CMPQ	BX, given<>(SB)
	YESNO(givenText)
	LEAQ	gTwo<>(SB), BX
	CMPQ	BX, found<>(SB)
	YESNO(ownText)
	LEAQ	third<>+BLOCK(SB), BX
	CMPQ	BX, changed<>(SB)
	YESNO(changedText)
	LEAQ	word<>(SB), SI
	CALL	base<>(SB)
	LEAQ	first<>+BLOCK(SB), BX
	CMPQ	AX, BX
	YESNO(stayedText)
	get_tls(CX)
	MOVQ	g(CX), BX
	LEAQ	gOne<>(SB), AX
	CMPQ	BX, AX
	YESNO(keptText)
	XORL	AX, AX
	CALL	lib·exit(SB)

child:
	LEAQ	given<>(SB), SI
	CALL	base<>(SB)
	LEAQ	gTwo<>(SB), AX
	get_tls(CX)
	MOVQ	AX, g(CX)
	MOVQ	g(CX), BX
	MOVQ	BX, found<>(SB)
	LEAQ	third<>+BLOCK(SB), SI
	CALL	setbase<>(SB)
	LEAQ	changed<>(SB), SI
	CALL	base<>(SB)
	MOVL	$1, done<>(SB)
	XORL	DI, DI
	MOVL	$SYS_exit, AX
	SYSCALL
	INT	$3

// base stores the thread's base at SI and returns it in AX; setbase makes SI the base.
TEXT base<>(SB), NOSPLIT|NOFRAME, $0
	MOVL	$ARCH_GET_FS, DI
	MOVL	$SYS_arch_prctl, AX
	SYSCALL
	MOVQ	(SI), AX
	RET

TEXT setbase<>(SB), NOSPLIT|NOFRAME, $0
	MOVL	$ARCH_SET_FS, DI
	MOVL	$SYS_arch_prctl, AX
	SYSCALL
	RET

GLOBL word<>(SB), NOPTR, $8
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
