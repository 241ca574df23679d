// What a Go program asks of the kernel before its first line of output, for the build's trial run: V8 then has that part of the model compiled.

#include "textflag.h"

// CALL is a system call with numbers as its first four arguments.
#define CALL(number, a, b, c, d) \
	MOVL	$number, AX \
	MOVQ	$a, DI \
	MOVQ	$b, SI \
	MOVQ	$c, DX \
	MOVQ	$d, R10 \
	SYSCALL

// READ opens a file, reads it twice from where it is and once from its start, and closes it.
#define READ(name) \
	MOVL	$257, AX /* openat */ \
	MOVQ	$-100, DI \
	LEAQ	name(SB), SI \
	MOVL	$0x80000, DX /* O_CLOEXEC */ \
	SYSCALL \
	MOVL	AX, BX \
	XORL	AX, AX /* read */ \
	MOVL	BX, DI \
	LEAQ	bytes<>(SB), SI \
	MOVL	$4096, DX \
	SYSCALL \
	XORL	AX, AX \
	MOVL	BX, DI \
	SYSCALL \
	MOVL	$17, AX /* pread64 */ \
	MOVL	BX, DI \
	XORL	R10, R10 \
	SYSCALL \
	MOVL	$3, AX /* close */ \
	MOVL	BX, DI \
	SYSCALL

TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVL	$204, AX // sched_getaffinity
	XORL	DI, DI
	MOVL	$4096, SI
	LEAQ	bytes<>(SB), DX
	SYSCALL
	READ(pageSize<>)
	READ(cgroup<>)
	READ(mounts<>)
	READ(quota<>)

	// an area with a name, of which a part gets other rights
	XORL	R8, R8
	XORL	R9, R9
	SUBQ	$1, R8
	CALL(9, 0, 0x40000, 0, 0x22) // mmap, PROT_NONE
	MOVQ	AX, BX
	MOVL	$157, AX // prctl, PR_SET_VMA_ANON_NAME
	MOVL	$0x53564d41, DI
	XORL	SI, SI
	MOVQ	BX, DX
	MOVL	$0x40000, R10
	LEAQ	name<>(SB), R8
	SYSCALL
	XORL	R8, R8
	SUBQ	$1, R8
	MOVL	$9, AX
	LEAQ	0x1000(BX), DI
	MOVL	$0x2000, SI
	MOVL	$3, DX
	MOVL	$0x32, R10 // MAP_FIXED
	SYSCALL
	MOVQ	AX, 0x1000(BX)
	MOVL	$28, AX // madvise, MADV_NOHUGEPAGE
	MOVQ	BX, DI
	MOVL	$0x40000, SI
	MOVL	$15, DX
	SYSCALL

	CALL(72, 0, 1, 0, 0) // fcntl, F_GETFD
	CALL(72, 1, 1, 0, 0)
	MOVL	$302, AX // prlimit64, RLIMIT_NOFILE: what is, and the same again
	XORL	DI, DI
	MOVL	$7, SI
	XORL	DX, DX
	LEAQ	bytes<>(SB), R10
	SYSCALL
	MOVL	$302, AX
	MOVQ	R10, DX
	XORL	R10, R10
	SYSCALL
	CALL(231, 0, 0, 0, 0) // exit_group
	INT	$3 // not reached

DATA pageSize<>+0(SB)/50, $"/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
DATA cgroup<>+0(SB)/18, $"/proc/self/cgroup"
DATA mounts<>+0(SB)/21, $"/proc/self/mountinfo"
DATA quota<>+0(SB)/23, $"/sys/fs/cgroup/cpu.max"
DATA name<>+0(SB)/6, $" start"
GLOBL pageSize<>(SB), RODATA, $64
GLOBL cgroup<>(SB), RODATA, $32
GLOBL mounts<>(SB), RODATA, $32
GLOBL quota<>(SB), RODATA, $32
GLOBL name<>(SB), RODATA, $16
GLOBL bytes<>(SB), NOPTR, $4096
