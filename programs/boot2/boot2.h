// What boot2 has in memory and prints: the same for both processors.

GLOBL token<>(SB), NOPTR, $4
GLOBL finished<>(SB), NOPTR, $4
GLOBL yields<>(SB), NOPTR, $8
GLOBL strays<>(SB), NOPTR, $8
GLOBL otherM<>(SB), NOPTR, $8

DATA otherPC<>+0(SB)/8, $other<>(SB)
GLOBL otherPC<>(SB), RODATA, $8
DATA wanderPC<>+0(SB)/8, $wander<>(SB)
GLOBL wanderPC<>(SB), RODATA, $8

DATA gText<>+0(SB)/10, $"goroutine "
GLOBL gText<>(SB), RODATA, $11
DATA mText<>+0(SB)/6, $" on m "
GLOBL mText<>(SB), RODATA, $7
DATA roundText<>+0(SB)/8, $", round "
GLOBL roundText<>(SB), RODATA, $9
DATA differText<>+0(SB)/32, $"the threads have different ids: "
GLOBL differText<>(SB), RODATA, $33
DATA wanderText<>+0(SB)/32, $"yields by wandering goroutines: "
GLOBL wanderText<>(SB), RODATA, $33
DATA strayText<>+0(SB)/24, $"each woke up as itself: "
GLOBL strayText<>(SB), RODATA, $25
