#include <stdio.h>
int main(void) { puts("going"); fflush(stdout); *(volatile int *)0x10 = 1; return 0; }
