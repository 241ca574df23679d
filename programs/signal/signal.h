// What signal has in memory and prints: the same for both processors.

DATA loopPC<>+0(SB)/8, $loop<>(SB)
GLOBL loopPC<>(SB), RODATA, $8

GLOBL gsignals<>(SB), NOPTR, $896 // two
GLOBL recovery<>(SB), NOPTR, $48
GLOBL address<>(SB), NOPTR, $8
GLOBL loopM<>(SB), NOPTR, $8
GLOBL handled<>(SB), NOPTR, $4
GLOBL onStack<>(SB), NOPTR, $4
GLOBL code<>(SB), NOPTR, $4
GLOBL preempted<>(SB), NOPTR, $4
GLOBL damaged<>(SB), NOPTR, $4
GLOBL stop<>(SB), NOPTR, $4
GLOBL finished<>(SB), NOPTR, $4

DATA installText<>+0(SB)/19, $"handler installed: "
GLOBL installText<>(SB), RODATA, $20
DATA handledText<>+0(SB)/17, $"the handler ran: "
GLOBL handledText<>(SB), RODATA, $18
DATA stackText<>+0(SB)/23, $"  on the signal stack: "
GLOBL stackText<>(SB), RODATA, $24
DATA codeText<>+0(SB)/18, $"  sent by tgkill: "
GLOBL codeText<>(SB), RODATA, $19
DATA faultText<>+0(SB)/17, $"fault at address "
GLOBL faultText<>(SB), RODATA, $18
DATA panicText<>+0(SB)/46, $"  sigpanic has the goroutine in its register: "
GLOBL panicText<>(SB), RODATA, $47
DATA missedText<>+0(SB)/21, $"the fault was missed\n"
GLOBL missedText<>(SB), RODATA, $22
DATA recoveredText<>+0(SB)/12, $"  recovered\n"
GLOBL recoveredText<>(SB), RODATA, $13
DATA preemptText<>+0(SB)/23, $"the loop was preempted\n"
GLOBL preemptText<>(SB), RODATA, $24
DATA intactText<>+0(SB)/28, $"  its registers are intact: "
GLOBL intactText<>(SB), RODATA, $29
