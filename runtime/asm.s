#include "textflag.h"

// A pointer map with two entries of no bits: the frame of a function that declares NO_LOCAL_POINTERS, whatever its size.
DATA runtime·no_pointers_stackmap+0(SB)/4, $2
DATA runtime·no_pointers_stackmap+4(SB)/4, $0
GLOBL runtime·no_pointers_stackmap(SB), RODATA, $8
