// What boot has in memory and prints: the same for both processors.

GLOBL finished<>(SB), NOPTR, $4

DATA onSystemPC<>+0(SB)/8, $onSystem<>(SB)
GLOBL onSystemPC<>(SB), RODATA, $8
DATA nestedPC<>+0(SB)/8, $nested<>(SB)
GLOBL nestedPC<>(SB), RODATA, $8
DATA workerPC<>+0(SB)/8, $worker<>(SB)
GLOBL workerPC<>(SB), RODATA, $8

DATA checkText<>+0(SB)/6, $"check\n"
GLOBL checkText<>(SB), RODATA, $7
DATA tlsText<>+0(SB)/11, $"  g is g0: "
GLOBL tlsText<>(SB), RODATA, $12
DATA slotText<>+0(SB)/31, $"  and stands where it belongs: "
GLOBL slotText<>(SB), RODATA, $32
DATA linkText<>+0(SB)/17, $"  g0.m.g0 is g0: "
GLOBL linkText<>(SB), RODATA, $18
DATA g0Text<>+0(SB)/25, $"  bytes of stack for g0: "
GLOBL g0Text<>(SB), RODATA, $26
DATA argsText<>+0(SB)/11, $"args: argc "
GLOBL argsText<>(SB), RODATA, $12
DATA endText<>+0(SB)/22, $", argv ends with nil: "
GLOBL endText<>(SB), RODATA, $23
DATA osinitText<>+0(SB)/7, $"osinit\n"
GLOBL osinitText<>(SB), RODATA, $8
DATA schedinitText<>+0(SB)/10, $"schedinit\n"
GLOBL schedinitText<>(SB), RODATA, $11
DATA mainText<>+0(SB)/5, $"main\n"
GLOBL mainText<>(SB), RODATA, $6
DATA registerText<>+0(SB)/27, $"  the g register is right: "
GLOBL registerText<>(SB), RODATA, $28
DATA curgText<>+0(SB)/40, $"  it is the current goroutine of its M: "
GLOBL curgText<>(SB), RODATA, $41
DATA systemText<>+0(SB)/12, $"systemstack\n"
GLOBL systemText<>(SB), RODATA, $13
DATA ong0Text<>+0(SB)/11, $"  g is g0: "
GLOBL ong0Text<>(SB), RODATA, $12
DATA nestedText<>+0(SB)/31, $"  systemstack on g0 just calls\n"
GLOBL nestedText<>(SB), RODATA, $32
DATA backText<>+0(SB)/23, $"  back on goroutine 1: "
GLOBL backText<>(SB), RODATA, $24
DATA gText<>+0(SB)/10, $"goroutine "
GLOBL gText<>(SB), RODATA, $11
DATA turnText<>+0(SB)/7, $", turn "
GLOBL turnText<>(SB), RODATA, $8
DATA sumText<>+0(SB)/28, $"1 + ... + 300 by recursion: "
GLOBL sumText<>(SB), RODATA, $29
DATA grownText<>+0(SB)/34, $"  bytes of stack claimed by then: "
GLOBL grownText<>(SB), RODATA, $35
DATA byeText<>+0(SB)/5, $"exit\n"
GLOBL byeText<>(SB), RODATA, $6
