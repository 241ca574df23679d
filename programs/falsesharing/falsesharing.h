// What falsesharing counts in and prints: the same for both processors. No two of these words' lines meet.

GLOBL unpadded(SB), NOPTR, $128
GLOBL padded(SB), NOPTR, $256
GLOBL atomics(SB), NOPTR, $128
GLOBL neighbours(SB), NOPTR, $128
GLOBL arrived(SB), NOPTR, $128
GLOBL stack<>(SB), NOPTR, $4096

DATA unpaddedText<>+0(SB)/25, $"counters beside another: "
GLOBL unpaddedText<>(SB), RODATA, $26
DATA paddedText<>+0(SB)/29, $"counters on different lines: "
GLOBL paddedText<>(SB), RODATA, $30
DATA atomicText<>+0(SB)/28, $"atomic ones beside another: "
GLOBL atomicText<>(SB), RODATA, $29
DATA readText<>+0(SB)/25, $"one read beside another: "
GLOBL readText<>(SB), RODATA, $26
