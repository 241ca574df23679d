// What syscalls has in memory and prints: the same for both processors.

GLOBL uts<>(SB), NOPTR, $390
GLOBL before<>(SB), NOPTR, $16
GLOBL after<>(SB), NOPTR, $16
GLOBL buffer<>(SB), NOPTR, $8192

DATA pause<>+0(SB)/8, $0
DATA pause<>+8(SB)/8, $2000000
GLOBL pause<>(SB), RODATA, $16

DATA unameText<>+0(SB)/7, $"uname: "
GLOBL unameText<>(SB), RODATA, $8
DATA tidText<>+0(SB)/42, $"getpid equals gettid on the first thread: "
GLOBL tidText<>(SB), RODATA, $43
DATA clockText<>+0(SB)/15, $"clock_gettime: "
GLOBL clockText<>(SB), RODATA, $16
DATA sleepText<>+0(SB)/11, $"nanosleep: "
GLOBL sleepText<>(SB), RODATA, $12
DATA sleptText<>+0(SB)/34, $"at least two milliseconds passed: "
GLOBL sleptText<>(SB), RODATA, $35
DATA yieldText<>+0(SB)/13, $"sched_yield: "
GLOBL yieldText<>(SB), RODATA, $14
DATA alignText<>+0(SB)/24, $"mmap gives whole pages: "
GLOBL alignText<>(SB), RODATA, $25
DATA zeroText<>+0(SB)/17, $"new memory holds "
GLOBL zeroText<>(SB), RODATA, $18
DATA keepText<>+0(SB)/21, $"stored and read back "
GLOBL keepText<>(SB), RODATA, $22
DATA adviseText<>+0(SB)/9, $"madvise: "
GLOBL adviseText<>(SB), RODATA, $10
DATA forgetText<>+0(SB)/23, $"forgotten memory holds "
GLOBL forgetText<>(SB), RODATA, $24
DATA protectText<>+0(SB)/10, $"mprotect: "
GLOBL protectText<>(SB), RODATA, $11
DATA unmapText<>+0(SB)/8, $"munmap: "
GLOBL unmapText<>(SB), RODATA, $9
DATA emptyText<>+0(SB)/17, $"mmap of nothing: "
GLOBL emptyText<>(SB), RODATA, $18
DATA reserveText<>+0(SB)/17, $"64 GiB reserved: "
GLOBL reserveText<>(SB), RODATA, $18
DATA fixedText<>+0(SB)/21, $"a page fixed inside: "
GLOBL fixedText<>(SB), RODATA, $22
DATA brkText<>+0(SB)/11, $"brk moves: "
GLOBL brkText<>(SB), RODATA, $12
DATA randomText<>+0(SB)/11, $"getrandom: "
GLOBL randomText<>(SB), RODATA, $12
DATA nonzeroText<>+0(SB)/31, $"random bytes are not all zero: "
GLOBL nonzeroText<>(SB), RODATA, $32
DATA affinityText<>+0(SB)/37, $"sched_getaffinity gives whole words: "
GLOBL affinityText<>(SB), RODATA, $38
DATA processorText<>+0(SB)/24, $"at least one processor: "
GLOBL processorText<>(SB), RODATA, $25
DATA badfdText<>+0(SB)/18, $"write to no file: "
GLOBL badfdText<>(SB), RODATA, $19
DATA faultText<>+0(SB)/20, $"write from nowhere: "
GLOBL faultText<>(SB), RODATA, $21
DATA closeText<>+0(SB)/15, $"close no file: "
GLOBL closeText<>(SB), RODATA, $16
DATA missingText<>+0(SB)/21, $"open a missing file: "
GLOBL missingText<>(SB), RODATA, $22
DATA unknownText<>+0(SB)/11, $"call 4095: "
GLOBL unknownText<>(SB), RODATA, $12
DATA nothingText<>+0(SB)/15, $"write nothing: "
GLOBL nothingText<>(SB), RODATA, $16
DATA missing<>+0(SB)/17, $"/nonexistent/file"
GLOBL missing<>(SB), RODATA, $18
DATA processorNameText<>+0(SB)/32, $"the processor is the right one: "
GLOBL processorNameText<>(SB), RODATA, $33
DATA newline<>+0(SB)/1, $"\n"
GLOBL newline<>(SB), RODATA, $2
