// System calls of linux/arm64, as the runtime needs them before and below package syscall. sys_linux_amd64.s is the same
// for the other processor.
//
// SVC takes the number in R8 and the arguments in R0 to R5, and answers in R0, where -4095 to -1 is a negated errno.
// Everything else survives.
//
// One function a call, in one long file, as Go has it. Most have no frame: their arguments start at 8(RSP).
//
// Stacks: each function here runs on whatever stack it is called on and needs none of its own beyond its frame, so the
// signal handler and threads without a g may use all of them. None allocates, none splits, none gives up the P: a caller
// that may block says so with entersyscall first. Functions whose results are not used for anything but "did it work"
// stop the process on failure with a store to a small odd address, which shows in the report: 0xf1 here.

#include "go_asm.h"
#include "go_tls.h"
#include "textflag.h"
#include "abi_arm64.h"

#define AT_FDCWD -100

#define SYS_faccessat 48
#define SYS_openat 56
#define SYS_close 57
#define SYS_pipe2 59
#define SYS_read 63
#define SYS_write 64
#define SYS_exit 93
#define SYS_exit_group 94
#define SYS_futex 98
#define SYS_nanosleep 101
#define SYS_setitimer 103
#define SYS_timer_create 107
#define SYS_timer_settime 110
#define SYS_timer_delete 111
#define SYS_clock_gettime 113
#define SYS_sched_getaffinity 123
#define SYS_sched_yield 124
#define SYS_kill 129
#define SYS_tgkill 131
#define SYS_sigaltstack 132
#define SYS_rt_sigaction 134
#define SYS_rt_sigprocmask 135
#define SYS_getpid 172
#define SYS_gettid 178
#define SYS_socket 198
#define SYS_connect 203
#define SYS_brk 214
#define SYS_munmap 215
#define SYS_clone 220
#define SYS_mmap 222
#define SYS_mincore 232
#define SYS_madvise 233

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

// Sets the carry flag exactly if R0 is an error: R0 + 4095 does not fit then.
#define TEST_ERROR \
	CMN	$4095, R0

// A failure that nobody could handle.
#define CRASH_ON_ERROR(label) \
	TEST_ERROR \
	BCC	label \
	MOVD	$0xf1, R0 \
	MOVB	R0, (R0) \
label:

// Process and threads.

// func exit(code int32)
// exit ends the process with all its threads.
TEXT runtime·exit(SB), NOSPLIT|NOFRAME, $0-4
	MOVW	code+0(FP), R0
	MOVD	$SYS_exit_group, R8
	SVC
	RET

// func exitThread(wait *atomic.Uint32)
// exitThread ends this thread only. Storing 0 (freeMStack) in *wait tells whoever frees the stack that we are done with
// it; after the store the stack may be gone, so nothing is pushed or called.
TEXT runtime·exitThread(SB), NOSPLIT|NOFRAME, $0-8
	MOVD	wait+0(FP), R0
	STLRW	ZR, (R0)
	MOVD	ZR, R0
	MOVD	$SYS_exit, R8
again:
	SVC
	B	again

// Files.

// func open(name *byte, mode, perm int32) int32
// -1 on any error, as the callers do not ask which. arm64 has openat only.
TEXT runtime·open(SB), NOSPLIT|NOFRAME, $0-20
	MOVD	$AT_FDCWD, R0
	MOVD	name+0(FP), R1
	MOVW	mode+8(FP), R2
	MOVW	perm+12(FP), R3
	MOVD	$SYS_openat, R8
	SVC
	TEST_ERROR
	BCC	done
	MOVW	$-1, R0
done:
	MOVW	R0, ret+16(FP)
	RET

// func closefd(fd int32) int32
TEXT runtime·closefd(SB), NOSPLIT|NOFRAME, $0-12
	MOVW	fd+0(FP), R0
	MOVD	$SYS_close, R8
	SVC
	TEST_ERROR
	BCC	done
	MOVW	$-1, R0
done:
	MOVW	R0, ret+8(FP)
	RET

// func write1(fd uintptr, p unsafe.Pointer, n int32) int32
// The count, or a negated errno.
TEXT runtime·write1(SB), NOSPLIT|NOFRAME, $0-28
	MOVD	fd+0(FP), R0
	MOVD	p+8(FP), R1
	MOVW	n+16(FP), R2
	MOVD	$SYS_write, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func read(fd int32, p unsafe.Pointer, n int32) int32
// The count, or a negated errno.
TEXT runtime·read(SB), NOSPLIT|NOFRAME, $0-28
	MOVW	fd+0(FP), R0
	MOVD	p+8(FP), R1
	MOVW	n+16(FP), R2
	MOVD	$SYS_read, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func pipe2(flags int32) (r, w int32, errno int32)
// The kernel fills r and w in place: they are an array of two.
TEXT runtime·pipe2(SB), NOSPLIT|NOFRAME, $0-20
	MOVD	$r+8(FP), R0
	MOVW	flags+0(FP), R1
	MOVD	$SYS_pipe2, R8
	SVC
	MOVW	R0, errno+16(FP)
	RET

// int32 access(byte *name, int32 mode)
TEXT runtime·access(SB), NOSPLIT, $0-20
	MOVD	$AT_FDCWD, R0
	MOVD	name+0(FP), R1
	MOVW	mode+8(FP), R2
	MOVD	$SYS_faccessat, R8
	SVC
	MOVW	R0, ret+16(FP)
	RET

// int32 connect(int32 fd, void *addr, int32 len)
TEXT runtime·connect(SB), NOSPLIT, $0-28
	MOVW	fd+0(FP), R0
	MOVD	addr+8(FP), R1
	MOVW	len+16(FP), R2
	MOVD	$SYS_connect, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// int32 socket(int32 domain, int32 typ, int32 prot)
TEXT runtime·socket(SB), NOSPLIT, $0-20
	MOVW	domain+0(FP), R0
	MOVW	typ+4(FP), R1
	MOVW	prot+8(FP), R2
	MOVD	$SYS_socket, R8
	SVC
	MOVW	R0, ret+16(FP)
	RET

// Time.

// func usleep(usec uint32)
// 8(RSP) is a struct timespec. A signal may end the sleep early; callers cope.
TEXT runtime·usleep(SB), NOSPLIT, $24-4
	MOVWU	usec+0(FP), R3
	MOVD	$1000000, R4
	UDIV	R4, R3, R5 // seconds
	MSUB	R5, R3, R4, R3 // R3 - R5*R4: microseconds
	MOVD	$1000, R4
	MUL	R4, R3
	STP	(R5, R3), 8(RSP)
	ADD	$8, RSP, R0
	MOVD	ZR, R1
	MOVD	$SYS_nanosleep, R8
	SVC
	RET

// func walltime() (sec int64, nsec int32)
// The wall clock. time.now is Go on arm64, which calls this and nanotime. By system call: what finds the
// functions of the vDSO is Go.
TEXT runtime·walltime(SB), NOSPLIT, $24-12
	MOVD	$CLOCK_REALTIME, R0
	ADD	$8, RSP, R1
	MOVD	$SYS_clock_gettime, R8
	SVC
	LDP	8(RSP), (R3, R5)
	MOVD	R3, sec+0(FP)
	MOVW	R5, nsec+8(FP)
	RET

// func nanotime1() int64
// Nanoseconds of the monotonic clock.
TEXT runtime·nanotime1(SB), NOSPLIT, $24-8
	MOVD	$CLOCK_MONOTONIC, R0
	ADD	$8, RSP, R1
	MOVD	$SYS_clock_gettime, R8
	SVC
	LDP	8(RSP), (R3, R5)
	MOVD	$1000000000, R4
	MADD	R4, R5, R3, R3 // R5 + R3*R4
	MOVD	R3, ret+0(FP)
	RET

// func setitimer(mode int32, new, old *itimerval)
TEXT runtime·setitimer(SB), NOSPLIT|NOFRAME, $0-24
	MOVW	mode+0(FP), R0
	MOVD	new+8(FP), R1
	MOVD	old+16(FP), R2
	MOVD	$SYS_setitimer, R8
	SVC
	RET

// func timer_create(clockid int32, sevp *sigevent, timerid *int32) int32
TEXT runtime·timer_create(SB), NOSPLIT, $0-28
	MOVW	clockid+0(FP), R0
	MOVD	sevp+8(FP), R1
	MOVD	timerid+16(FP), R2
	MOVD	$SYS_timer_create, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func timer_settime(timerid int32, flags int32, new, old *itimerspec) int32
TEXT runtime·timer_settime(SB), NOSPLIT, $0-28
	MOVW	timerid+0(FP), R0
	MOVW	flags+4(FP), R1
	MOVD	new+8(FP), R2
	MOVD	old+16(FP), R3
	MOVD	$SYS_timer_settime, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func timer_delete(timerid int32) int32
TEXT runtime·timer_delete(SB), NOSPLIT, $0-12
	MOVW	timerid+0(FP), R0
	MOVD	$SYS_timer_delete, R8
	SVC
	MOVW	R0, ret+8(FP)
	RET

// Signals.

// func gettid() uint32
TEXT runtime·gettid(SB), NOSPLIT, $0-4
	MOVD	$SYS_gettid, R8
	SVC
	MOVW	R0, ret+0(FP)
	RET

// func raise(sig uint32)
// To this thread.
TEXT runtime·raise(SB), NOSPLIT|NOFRAME, $0-4
	MOVD	$SYS_getpid, R8
	SVC
	MOVW	R0, R19
	MOVD	$SYS_gettid, R8
	SVC
	MOVW	R0, R1
	MOVW	R19, R0
	MOVW	sig+0(FP), R2
	MOVD	$SYS_tgkill, R8
	SVC
	RET

// func raiseproc(sig uint32)
// To the process: any thread that does not block it may take it.
TEXT runtime·raiseproc(SB), NOSPLIT|NOFRAME, $0-4
	MOVD	$SYS_getpid, R8
	SVC
	MOVW	sig+0(FP), R1
	MOVD	$SYS_kill, R8
	SVC
	RET

// func getpid() int
TEXT runtime·getpid(SB), NOSPLIT|NOFRAME, $0-8
	MOVD	$SYS_getpid, R8
	SVC
	MOVD	R0, ret+0(FP)
	RET

// func tgkill(tgid, tid, sig int)
TEXT runtime·tgkill(SB), NOSPLIT, $0-24
	MOVD	tgid+0(FP), R0
	MOVD	tid+8(FP), R1
	MOVD	sig+16(FP), R2
	MOVD	$SYS_tgkill, R8
	SVC
	RET

// func rtsigprocmask(how int32, new, old *sigset, size int32)
TEXT runtime·rtsigprocmask(SB), NOSPLIT|NOFRAME, $0-28
	MOVW	how+0(FP), R0
	MOVD	new+8(FP), R1
	MOVD	old+16(FP), R2
	MOVW	size+24(FP), R3
	MOVD	$SYS_rt_sigprocmask, R8
	SVC
	CRASH_ON_ERROR(ok)
	RET

// func rt_sigaction(sig uintptr, new, old *sigactiont, size uintptr) int32
// The structure is the kernel's, not libc's: handler, flags, restorer, mask. Size is that of the mask. Handlers return
// by way of the kernel's own code: nobody sets a restorer on arm64.
TEXT runtime·rt_sigaction(SB), NOSPLIT|NOFRAME, $0-36
	MOVD	sig+0(FP), R0
	MOVD	new+8(FP), R1
	MOVD	old+16(FP), R2
	MOVD	size+24(FP), R3
	MOVD	$SYS_rt_sigaction, R8
	SVC
	MOVW	R0, ret+32(FP)
	RET

// func sigaltstack(new, old *stackt)
TEXT runtime·sigaltstack(SB), NOSPLIT|NOFRAME, $0-16
	MOVD	new+0(FP), R0
	MOVD	old+8(FP), R1
	MOVD	$SYS_sigaltstack, R8
	SVC
	CRASH_ON_ERROR(ok)
	RET

// func sigfwd(fn uintptr, sig uint32, info *siginfo, ctx unsafe.Pointer)
// sigfwd calls a handler that follows the C ABI: arguments in R0, R1 and R2.
TEXT runtime·sigfwd(SB), NOSPLIT, $0-32
	MOVD	fn+0(FP), R11
	MOVW	sig+8(FP), R0
	MOVD	info+16(FP), R1
	MOVD	ctx+24(FP), R2
	BL	(R11)
	RET

// sigtramp is the handler of every signal the runtime takes. The kernel enters it by the C ABI on the alternate stack
// (that of gsignal), with the interrupted code's registers but for R0 to R2, R29, R30 and RSP, so R28 still names the g
// that was running, unless C was; it is the Go handler that switches to gsignal. A return goes to the kernel's code for
// rt_sigreturn. R0 signal, R1 siginfo, R2 ucontext.
//
// Frame: 8(RSP) to 31(RSP) where sigtrampgo may spill its three arguments, then what C wants back.
TEXT runtime·sigtramp(SB), NOSPLIT|TOPFRAME, $176
	SAVE_R19_TO_R28(4*8)
	SAVE_F8_TO_F15(14*8)
	MOVW	R0, R3
	BL	runtime·load_g(SB) // changes R0 and R27
	MOVW	R3, R0
	BL	runtime·sigtrampgo<ABIInternal>(SB)
	RESTORE_R19_TO_R28(4*8)
	RESTORE_F8_TO_F15(14*8)
	RET

// Memory.

// func sysMmap(addr unsafe.Pointer, n uintptr, prot, flags, fd int32, off uint32) (p unsafe.Pointer, err int)
// err is a positive errno.
TEXT runtime·sysMmap(SB), NOSPLIT|NOFRAME, $0-48
	MOVD	addr+0(FP), R0
	MOVD	n+8(FP), R1
	MOVW	prot+16(FP), R2
	MOVW	flags+20(FP), R3
	MOVW	fd+24(FP), R4
	MOVWU	off+28(FP), R5
	MOVD	$SYS_mmap, R8
	SVC
	TEST_ERROR
	BCS	failed
	MOVD	R0, p+32(FP)
	MOVD	ZR, err+40(FP)
	RET
failed:
	NEG	R0, R0
	MOVD	ZR, p+32(FP)
	MOVD	R0, err+40(FP)
	RET

// func sysMunmap(addr unsafe.Pointer, n uintptr)
TEXT runtime·sysMunmap(SB), NOSPLIT|NOFRAME, $0-16
	MOVD	addr+0(FP), R0
	MOVD	n+8(FP), R1
	MOVD	$SYS_munmap, R8
	SVC
	CRASH_ON_ERROR(ok)
	RET

// func madvise(addr unsafe.Pointer, n uintptr, flags int32) int32
TEXT runtime·madvise(SB), NOSPLIT|NOFRAME, $0-28
	MOVD	addr+0(FP), R0
	MOVD	n+8(FP), R1
	MOVW	flags+16(FP), R2
	MOVD	$SYS_madvise, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func mincore(addr unsafe.Pointer, n uintptr, dst *byte) int32
TEXT runtime·mincore(SB), NOSPLIT|NOFRAME, $0-28
	MOVD	addr+0(FP), R0
	MOVD	n+8(FP), R1
	MOVD	dst+16(FP), R2
	MOVD	$SYS_mincore, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET

// func sbrk0() uintptr
// The current break: asking for address 0 moves nothing.
TEXT runtime·sbrk0(SB), NOSPLIT, $0-8
	MOVD	ZR, R0
	MOVD	$SYS_brk, R8
	SVC
	MOVD	R0, ret+0(FP)
	RET

// Threads.

// func futex(addr unsafe.Pointer, op int32, val uint32, ts, addr2 unsafe.Pointer, val3 uint32) int32
TEXT runtime·futex(SB), NOSPLIT|NOFRAME, $0-44
	MOVD	addr+0(FP), R0
	MOVW	op+8(FP), R1
	MOVW	val+12(FP), R2
	MOVD	ts+16(FP), R3
	MOVD	addr2+24(FP), R4
	MOVW	val3+32(FP), R5
	MOVD	$SYS_futex, R8
	SVC
	MOVW	R0, ret+40(FP)
	RET

// func clone(flags int32, stk, mp, gp, fn unsafe.Pointer) int32
// clone starts a thread that calls fn, an ABI0 function, on the stack that ends at stk. With mp and gp it is an M: mp is
// gp's m, gp (its g0) is current from the child's first access on, and mp.procid is the thread's id. All signals are
// blocked by the caller, because the child has no signal stack yet.
//
// The child shares this memory but not this stack: what it needs waits at the top of its own, with a number behind it
// that shows whether the stack is the right one. It gets no thread-local storage: g needs none.
#define CLONE_MARK 1234

TEXT runtime·clone(SB), NOSPLIT|NOFRAME, $0-44
	MOVW	flags+0(FP), R0
	MOVD	stk+8(FP), R1
	MOVD	mp+16(FP), R10
	MOVD	gp+24(FP), R11
	MOVD	fn+32(FP), R12
	MOVD	$CLONE_MARK, R13
	MOVD	R10, -8(R1)
	MOVD	R11, -16(R1)
	MOVD	R12, -24(R1)
	MOVD	R13, -32(R1)
	MOVD	ZR, R2
	MOVD	ZR, R3
	MOVD	ZR, R4
	MOVD	$SYS_clone, R8
	SVC
	CBZ	R0, child
	MOVW	R0, ret+40(FP)
	RET

child:
	MOVD	-32(RSP), R13
	CMP	$CLONE_MARK, R13
	BEQ	placed
	MOVD	ZR, R0
	MOVD	R0, (R0)
placed:
	MOVD	-8(RSP), R10
	MOVD	-16(RSP), R11
	MOVD	-24(RSP), R12
	MOVD	ZR, R29
	CBZ	R10, run
	CBZ	R11, run
	MOVD	$SYS_gettid, R8
	SVC
	MOVD	R0, m_procid(R10)
	MOVD	R10, g_m(R11)
	MOVD	R11, g
run:
	BL	(R12)

	// fn returned: so there is nothing that would free our stack. End this thread with a status one can search for.
	MOVD	$111, R0
	MOVD	$SYS_exit, R8
quit:
	SVC
	B	quit

// func osyield()
TEXT runtime·osyield(SB), NOSPLIT|NOFRAME, $0
	MOVD	$SYS_sched_yield, R8
	SVC
	RET

// func sched_getaffinity(pid, len uintptr, buf *byte) int32
// The number of bytes of the mask that the kernel wrote, or a negated errno.
TEXT runtime·sched_getaffinity(SB), NOSPLIT|NOFRAME, $0-28
	MOVD	pid+0(FP), R0
	MOVD	len+8(FP), R1
	MOVD	buf+16(FP), R2
	MOVD	$SYS_sched_getaffinity, R8
	SVC
	MOVW	R0, ret+24(FP)
	RET
