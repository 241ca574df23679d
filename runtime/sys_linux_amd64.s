// System calls of linux/amd64, as the runtime needs them before and below package syscall.
//
// SYSCALL takes the number in AX and the arguments in DI SI DX R10 R8 R9, answers in AX, where -4095 to -1 is a negated
// errno, and overwrites CX and R11. Everything else survives.
//
// One function a call, in one long file, as Go has it.
//
// Stacks: each function here runs on whatever stack it is called on and needs none of its own beyond its frame, so the
// signal handler and threads without a g may use all of them. None allocates, none splits, none gives up the P: a caller
// that may block says so with entersyscall first. Functions whose results are not used for anything but "did it work"
// stop the process on failure with a store to a small odd address, which shows in the report: 0xf1 here.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "abi_amd64.h"

#define AT_FDCWD -100

#define SYS_read 0
#define SYS_write 1
#define SYS_close 3
#define SYS_mmap 9
#define SYS_munmap 11
#define SYS_brk 12
#define SYS_rt_sigaction 13
#define SYS_rt_sigprocmask 14
#define SYS_rt_sigreturn 15
#define SYS_sched_yield 24
#define SYS_mincore 27
#define SYS_madvise 28
#define SYS_nanosleep 35
#define SYS_setitimer 38
#define SYS_getpid 39
#define SYS_socket 41
#define SYS_connect 42
#define SYS_clone 56
#define SYS_exit 60
#define SYS_kill 62
#define SYS_sigaltstack 131
#define SYS_arch_prctl 158
#define SYS_gettid 186
#define SYS_futex 202
#define SYS_sched_getaffinity 204
#define SYS_timer_create 222
#define SYS_timer_settime 223
#define SYS_timer_delete 226
#define SYS_clock_gettime 228
#define SYS_exit_group 231
#define SYS_tgkill 234
#define SYS_openat 257
#define SYS_faccessat 269
#define SYS_pipe2 293

#define CLOCK_MONOTONIC 1
#define ARCH_SET_FS 0x1002
#define CLONE_SETTLS 0x00080000

// AX is an error exactly if it is above this, unsigned.
#define MAX_RESULT $0xfffffffffffff000

// A failure that nobody could handle.
#define CRASH_ON_ERROR(label) \
	CMPQ	AX, MAX_RESULT \
	JLS	label \
	MOVL	$0xf1, 0xf1 \
label:

// Process and threads.

// func exit(code int32)
// exit ends the process with all its threads.
TEXT runtime·exit(SB), NOSPLIT, $0-4
	MOVL	code+0(FP), DI
	MOVL	$SYS_exit_group, AX
	SYSCALL
	RET

// func exitThread(wait *atomic.Uint32)
// exitThread ends this thread only. Storing 0 (freeMStack) in *wait tells whoever frees the stack that we are done with
// it; after the store the stack may be gone, so nothing is pushed or called.
TEXT runtime·exitThread(SB), NOSPLIT, $0-8
	MOVQ	wait+0(FP), AX
	MOVL	$0, (AX)
	XORL	DI, DI
	MOVL	$SYS_exit, AX
	SYSCALL
	INT	$3
again:
	JMP	again

// Files.

// func open(name *byte, mode, perm int32) int32
// -1 on any error, as the callers do not ask which. openat, because some sandboxes refuse open.
TEXT runtime·open(SB), NOSPLIT, $0-20
	MOVL	$AT_FDCWD, DI
	MOVQ	name+0(FP), SI
	MOVL	mode+8(FP), DX
	MOVL	perm+12(FP), R10
	MOVL	$SYS_openat, AX
	SYSCALL
	CMPQ	AX, MAX_RESULT
	JLS	done
	MOVL	$-1, AX
done:
	MOVL	AX, ret+16(FP)
	RET

// func closefd(fd int32) int32
TEXT runtime·closefd(SB), NOSPLIT, $0-12
	MOVL	fd+0(FP), DI
	MOVL	$SYS_close, AX
	SYSCALL
	CMPQ	AX, MAX_RESULT
	JLS	done
	MOVL	$-1, AX
done:
	MOVL	AX, ret+8(FP)
	RET

// func write1(fd uintptr, p unsafe.Pointer, n int32) int32
// The count, or a negated errno.
TEXT runtime·write1(SB), NOSPLIT, $0-28
	MOVQ	fd+0(FP), DI
	MOVQ	p+8(FP), SI
	MOVL	n+16(FP), DX
	MOVL	$SYS_write, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func read(fd int32, p unsafe.Pointer, n int32) int32
// The count, or a negated errno.
TEXT runtime·read(SB), NOSPLIT, $0-28
	MOVL	fd+0(FP), DI
	MOVQ	p+8(FP), SI
	MOVL	n+16(FP), DX
	MOVL	$SYS_read, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func pipe2(flags int32) (r, w int32, errno int32)
// The kernel fills r and w in place: they are an array of two.
TEXT runtime·pipe2(SB), NOSPLIT, $0-20
	LEAQ	r+8(FP), DI
	MOVL	flags+0(FP), SI
	MOVL	$SYS_pipe2, AX
	SYSCALL
	MOVL	AX, errno+16(FP)
	RET

// int32 access(byte *name, int32 mode)
TEXT runtime·access(SB), NOSPLIT, $0-20
	MOVL	$AT_FDCWD, DI
	MOVQ	name+0(FP), SI
	MOVL	mode+8(FP), DX
	XORL	R10, R10
	MOVL	$SYS_faccessat, AX
	SYSCALL
	MOVL	AX, ret+16(FP)
	RET

// int32 connect(int32 fd, void *addr, int32 len)
TEXT runtime·connect(SB), NOSPLIT, $0-28
	MOVL	fd+0(FP), DI
	MOVQ	addr+8(FP), SI
	MOVL	len+16(FP), DX
	MOVL	$SYS_connect, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// int32 socket(int32 domain, int32 typ, int32 prot)
TEXT runtime·socket(SB), NOSPLIT, $0-20
	MOVL	domain+0(FP), DI
	MOVL	typ+4(FP), SI
	MOVL	prot+8(FP), DX
	MOVL	$SYS_socket, AX
	SYSCALL
	MOVL	AX, ret+16(FP)
	RET

// Time.

// func usleep(usec uint32)
// The frame is a struct timespec. A signal may end the sleep early; callers cope.
TEXT runtime·usleep(SB), NOSPLIT, $16-4
	MOVL	usec+0(FP), AX
	XORL	DX, DX
	MOVL	$1000000, CX
	DIVL	CX // AX seconds, DX microseconds
	MOVQ	AX, 0(SP)
	IMULQ	$1000, DX
	MOVQ	DX, 8(SP)
	MOVQ	SP, DI
	XORL	SI, SI
	MOVL	$SYS_nanosleep, AX
	SYSCALL
	RET

// func nanotime1() int64
// Nanoseconds of the monotonic clock. By system call: what finds the functions of the vDSO is Go.
TEXT runtime·nanotime1(SB), NOSPLIT, $16-8
	MOVL	$CLOCK_MONOTONIC, DI
	MOVQ	SP, SI
	MOVL	$SYS_clock_gettime, AX
	SYSCALL
	MOVQ	0(SP), AX
	IMULQ	$1000000000, AX
	ADDQ	8(SP), AX
	MOVQ	AX, ret+0(FP)
	RET

// func setitimer(mode int32, new, old *itimerval)
TEXT runtime·setitimer(SB), NOSPLIT, $0-24
	MOVL	mode+0(FP), DI
	MOVQ	new+8(FP), SI
	MOVQ	old+16(FP), DX
	MOVL	$SYS_setitimer, AX
	SYSCALL
	RET

// func timer_create(clockid int32, sevp *sigevent, timerid *int32) int32
TEXT runtime·timer_create(SB), NOSPLIT, $0-28
	MOVL	clockid+0(FP), DI
	MOVQ	sevp+8(FP), SI
	MOVQ	timerid+16(FP), DX
	MOVL	$SYS_timer_create, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func timer_settime(timerid int32, flags int32, new, old *itimerspec) int32
TEXT runtime·timer_settime(SB), NOSPLIT, $0-28
	MOVL	timerid+0(FP), DI
	MOVL	flags+4(FP), SI
	MOVQ	new+8(FP), DX
	MOVQ	old+16(FP), R10
	MOVL	$SYS_timer_settime, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func timer_delete(timerid int32) int32
TEXT runtime·timer_delete(SB), NOSPLIT, $0-12
	MOVL	timerid+0(FP), DI
	MOVL	$SYS_timer_delete, AX
	SYSCALL
	MOVL	AX, ret+8(FP)
	RET

// Signals.

// func gettid() uint32
TEXT runtime·gettid(SB), NOSPLIT, $0-4
	MOVL	$SYS_gettid, AX
	SYSCALL
	MOVL	AX, ret+0(FP)
	RET

// func raise(sig uint32)
// To this thread.
TEXT runtime·raise(SB), NOSPLIT, $0-4
	MOVL	$SYS_getpid, AX
	SYSCALL
	MOVL	AX, R12
	MOVL	$SYS_gettid, AX
	SYSCALL
	MOVL	R12, DI
	MOVL	AX, SI
	MOVL	sig+0(FP), DX
	MOVL	$SYS_tgkill, AX
	SYSCALL
	RET

// func raiseproc(sig uint32)
// To the process: any thread that does not block it may take it.
TEXT runtime·raiseproc(SB), NOSPLIT, $0-4
	MOVL	$SYS_getpid, AX
	SYSCALL
	MOVL	AX, DI
	MOVL	sig+0(FP), SI
	MOVL	$SYS_kill, AX
	SYSCALL
	RET

// func getpid() int
TEXT runtime·getpid(SB), NOSPLIT, $0-8
	MOVL	$SYS_getpid, AX
	SYSCALL
	MOVQ	AX, ret+0(FP)
	RET

// func tgkill(tgid, tid, sig int)
TEXT runtime·tgkill(SB), NOSPLIT, $0-24
	MOVQ	tgid+0(FP), DI
	MOVQ	tid+8(FP), SI
	MOVQ	sig+16(FP), DX
	MOVL	$SYS_tgkill, AX
	SYSCALL
	RET

// func rtsigprocmask(how int32, new, old *sigset, size int32)
TEXT runtime·rtsigprocmask(SB), NOSPLIT, $0-28
	MOVL	how+0(FP), DI
	MOVQ	new+8(FP), SI
	MOVQ	old+16(FP), DX
	MOVL	size+24(FP), R10
	MOVL	$SYS_rt_sigprocmask, AX
	SYSCALL
	CRASH_ON_ERROR(ok)
	RET

// func rt_sigaction(sig uintptr, new, old *sigactiont, size uintptr) int32
// The structure is the kernel's, not libc's: handler, flags, restorer, mask. Size is that of the mask.
TEXT runtime·rt_sigaction(SB), NOSPLIT, $0-36
	MOVQ	sig+0(FP), DI
	MOVQ	new+8(FP), SI
	MOVQ	old+16(FP), DX
	MOVQ	size+24(FP), R10
	MOVL	$SYS_rt_sigaction, AX
	SYSCALL
	MOVL	AX, ret+32(FP)
	RET

// func sigaltstack(new, old *stackt)
TEXT runtime·sigaltstack(SB), NOSPLIT, $0-16
	MOVQ	new+0(FP), DI
	MOVQ	old+8(FP), SI
	MOVL	$SYS_sigaltstack, AX
	SYSCALL
	CRASH_ON_ERROR(ok)
	RET

// func sigfwd(fn uintptr, sig uint32, info *siginfo, ctx unsafe.Pointer)
// sigfwd calls a handler that follows the C ABI: arguments in DI, SI and DX, SP 16-byte aligned at the call. BX survives
// it.
TEXT runtime·sigfwd(SB), NOSPLIT, $0-32
	MOVQ	fn+0(FP), AX
	MOVL	sig+8(FP), DI
	MOVQ	info+16(FP), SI
	MOVQ	ctx+24(FP), DX
	MOVQ	SP, BX
	ANDQ	$~15, SP
	CALL	AX
	MOVQ	BX, SP
	RET

// sigtramp is the handler of every signal the runtime takes. The kernel enters it by the C ABI on the alternate stack
// (that of gsignal), with the interrupted code's FS base, so TLS still names the g that was running; it is the Go
// handler that switches to gsignal. A return goes to sigreturn__sigaction. DI signal, SI siginfo, DX ucontext.
TEXT runtime·sigtramp(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	PUSH_REGS_HOST_TO_ABI0()

	// What compiled code expects: g in R14, zero in X15. g is nil on a thread that is not ours.
	get_tls(R12)
	MOVQ	g(R12), R14
	PXOR	X15, X15

	ADJSP	$24 // where sigtrampgo may spill its three arguments
	MOVQ	DI, AX
	MOVQ	SI, BX
	MOVQ	DX, CX
	CALL	runtime·sigtrampgo<ABIInternal>(SB)
	ADJSP	$-24

	POP_REGS_HOST_TO_ABI0()
	RET

// sigreturn__sigaction is where a handler returns to: SP is at the signal frame, whose saved state the kernel loads.
// Unwinders of debuggers know the place by its exact instructions, MOVQ $15, AX in its seven-byte form and SYSCALL, and
// by "sigaction" in its name.
TEXT runtime·sigreturn__sigaction(SB), NOSPLIT, $0
	MOVQ	$SYS_rt_sigreturn, AX
	SYSCALL
	INT	$3

// Memory.

// func sysMmap(addr unsafe.Pointer, n uintptr, prot, flags, fd int32, off uint32) (p unsafe.Pointer, err int)
// err is a positive errno.
TEXT runtime·sysMmap(SB), NOSPLIT, $0-48
	MOVQ	addr+0(FP), DI
	MOVQ	n+8(FP), SI
	MOVL	prot+16(FP), DX
	MOVL	flags+20(FP), R10
	MOVL	fd+24(FP), R8
	MOVL	off+28(FP), R9
	MOVL	$SYS_mmap, AX
	SYSCALL
	CMPQ	AX, MAX_RESULT
	JHI	failed
	MOVQ	AX, p+32(FP)
	MOVQ	$0, err+40(FP)
	RET
failed:
	NEGQ	AX
	MOVQ	$0, p+32(FP)
	MOVQ	AX, err+40(FP)
	RET

// func sysMunmap(addr unsafe.Pointer, n uintptr)
TEXT runtime·sysMunmap(SB), NOSPLIT, $0-16
	MOVQ	addr+0(FP), DI
	MOVQ	n+8(FP), SI
	MOVL	$SYS_munmap, AX
	SYSCALL
	CRASH_ON_ERROR(ok)
	RET

// func madvise(addr unsafe.Pointer, n uintptr, flags int32) int32
TEXT runtime·madvise(SB), NOSPLIT, $0-28
	MOVQ	addr+0(FP), DI
	MOVQ	n+8(FP), SI
	MOVL	flags+16(FP), DX
	MOVL	$SYS_madvise, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func mincore(addr unsafe.Pointer, n uintptr, dst *byte) int32
TEXT runtime·mincore(SB), NOSPLIT, $0-28
	MOVQ	addr+0(FP), DI
	MOVQ	n+8(FP), SI
	MOVQ	dst+16(FP), DX
	MOVL	$SYS_mincore, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET

// func sbrk0() uintptr
// The current break: asking for address 0 moves nothing.
TEXT runtime·sbrk0(SB), NOSPLIT, $0-8
	XORL	DI, DI
	MOVL	$SYS_brk, AX
	SYSCALL
	MOVQ	AX, ret+0(FP)
	RET

// Threads.

// func futex(addr unsafe.Pointer, op int32, val uint32, ts, addr2 unsafe.Pointer, val3 uint32) int32
TEXT runtime·futex(SB), NOSPLIT, $0-44
	MOVQ	addr+0(FP), DI
	MOVL	op+8(FP), SI
	MOVL	val+12(FP), DX
	MOVQ	ts+16(FP), R10
	MOVQ	addr2+24(FP), R8
	MOVL	val3+32(FP), R9
	MOVL	$SYS_futex, AX
	SYSCALL
	MOVL	AX, ret+40(FP)
	RET

// func clone(flags int32, stk, mp, gp, fn unsafe.Pointer) int32
// clone starts a thread that calls fn, an ABI0 function, on the stack that ends at stk. With mp and gp it is an M: mp is
// gp's m, gp (its g0) is current from the child's first access on, and mp.procid is the thread's id. All signals are
// blocked by the caller, because the child has no signal stack yet.
//
// The child shares this memory but not this stack: what it needs travels in registers, and CX and R11 do not survive.
TEXT runtime·clone(SB), NOSPLIT|NOFRAME, $0-44
	MOVL	flags+0(FP), DI
	MOVQ	stk+8(FP), SI
	MOVQ	mp+16(FP), R13
	MOVQ	gp+24(FP), R9
	MOVQ	fn+32(FP), R12
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	TESTQ	R13, R13
	JZ	call
	TESTQ	R9, R9
	JZ	call
	LEAQ	(m_tls+8)(R13), R8 // g stands at -8(FS), see settls
	ORL	$CLONE_SETTLS, DI
call:
	MOVL	$SYS_clone, AX
	SYSCALL
	TESTQ	AX, AX
	JZ	child
	MOVL	AX, ret+40(FP)
	RET

child:
	MOVQ	SI, SP
	TESTQ	R8, R8
	JZ	run
	MOVL	$SYS_gettid, AX
	SYSCALL
	MOVQ	AX, m_procid(R13)
	get_tls(CX)
	MOVQ	R13, g_m(R9)
	MOVQ	R9, g(CX)
	MOVQ	R9, R14
	CALL	runtime·stackcheck(SB)
run:
	CALL	R12

	// fn returned: so there is nothing that would free our stack. End this thread with a status one can search for.
	MOVL	$111, DI
quit:
	MOVL	$SYS_exit, AX
	SYSCALL
	JMP	quit

// settls makes DI the address of this thread's g slot. ELF puts the slot below the thread base, at -8(FS): the base is
// one word further. Called by rt0_go before there is a g.
TEXT runtime·settls(SB), NOSPLIT, $0
	LEAQ	8(DI), SI
	MOVL	$ARCH_SET_FS, DI
	MOVL	$SYS_arch_prctl, AX
	SYSCALL
	CRASH_ON_ERROR(ok)
	RET

// func osyield()
TEXT runtime·osyield(SB), NOSPLIT, $0
	MOVL	$SYS_sched_yield, AX
	SYSCALL
	RET

// func sched_getaffinity(pid, len uintptr, buf *byte) int32
// The number of bytes of the mask that the kernel wrote, or a negated errno.
TEXT runtime·sched_getaffinity(SB), NOSPLIT, $0-28
	MOVQ	pid+0(FP), DI
	MOVQ	len+8(FP), SI
	MOVQ	buf+16(FP), DX
	MOVL	$SYS_sched_getaffinity, AX
	SYSCALL
	MOVL	AX, ret+24(FP)
	RET
