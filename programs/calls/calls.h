// What calls has in memory and prints: the same for both processors.

GLOBL reader<>(SB), NOPTR, $4
GLOBL writer<>(SB), NOPTR, $4
GLOBL running<>(SB), NOPTR, $4
GLOBL visited<>(SB), NOPTR, $4
GLOBL buffer<>(SB), NOPTR, $4096

DATA missing<>+0(SB)/12, $"/nonexistent"
GLOBL missing<>(SB), RODATA, $13
DATA openText<>+0(SB)/21, $"open a missing file: "
GLOBL openText<>(SB), RODATA, $22
DATA accessText<>+0(SB)/14, $"access to it: "
GLOBL accessText<>(SB), RODATA, $15
DATA pipeText<>+0(SB)/7, $"pipe2: "
GLOBL pipeText<>(SB), RODATA, $8
DATA writeText<>+0(SB)/22, $"write1 into the pipe: "
GLOBL writeText<>(SB), RODATA, $23
DATA readText<>+0(SB)/20, $"read from the pipe: "
GLOBL readText<>(SB), RODATA, $21
DATA gotText<>+0(SB)/13, $"  it brought "
GLOBL gotText<>(SB), RODATA, $14
DATA closeText<>+0(SB)/9, $"closefd: "
GLOBL closeText<>(SB), RODATA, $10
DATA againText<>+0(SB)/15, $"closefd again: "
GLOBL againText<>(SB), RODATA, $16
DATA mmapText<>+0(SB)/15, $"sysMmap, errno "
GLOBL mmapText<>(SB), RODATA, $16
DATA mincoreText<>+0(SB)/9, $"mincore: "
GLOBL mincoreText<>(SB), RODATA, $10
DATA presentText<>+0(SB)/34, $"  the page written to is present: "
GLOBL presentText<>(SB), RODATA, $35
DATA madviseText<>+0(SB)/9, $"madvise: "
GLOBL madviseText<>(SB), RODATA, $10
DATA forgottenText<>+0(SB)/13, $"  it forgot: "
GLOBL forgottenText<>(SB), RODATA, $14
DATA errnoText<>+0(SB)/26, $"sysMmap of nothing, errno "
GLOBL errnoText<>(SB), RODATA, $27
DATA nilText<>+0(SB)/14, $"  and address "
GLOBL nilText<>(SB), RODATA, $15
DATA brkText<>+0(SB)/23, $"sbrk0 knows the break: "
GLOBL brkText<>(SB), RODATA, $24
DATA ticksText<>+0(SB)/18, $"cputicks went on: "
GLOBL ticksText<>(SB), RODATA, $19
DATA nanosText<>+0(SB)/38, $"time.now: nanoseconds below a second: "
GLOBL nanosText<>(SB), RODATA, $39
DATA wallText<>+0(SB)/28, $"  a wall clock that is set: "
GLOBL wallText<>(SB), RODATA, $29
DATA sleptText<>+0(SB)/29, $"  usleep slept by nanotime1: "
GLOBL sleptText<>(SB), RODATA, $30
DATA affinityText<>+0(SB)/32, $"sched_getaffinity: whole words: "
GLOBL affinityText<>(SB), RODATA, $33
DATA tidText<>+0(SB)/24, $"getpid is gettid on m0: "
GLOBL tidText<>(SB), RODATA, $25
DATA wakeText<>+0(SB)/12, $"futex wakes "
GLOBL wakeText<>(SB), RODATA, $13
DATA waitText<>+0(SB)/26, $"futex with another value: "
GLOBL waitText<>(SB), RODATA, $27
DATA cloneText<>+0(SB)/23, $"clone without m and g: "
GLOBL cloneText<>(SB), RODATA, $24
DATA visitedText<>+0(SB)/43, $"  the thread ran, and ended by exitThread: "
GLOBL visitedText<>(SB), RODATA, $44
DATA exitText<>+0(SB)/7, $"exit 7\n"
GLOBL exitText<>(SB), RODATA, $8
