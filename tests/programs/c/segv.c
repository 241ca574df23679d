/* A store to page 0 without a handler: status 139, and output before it is kept. */
#include <stdio.h>
int main(void) { puts("going"); fflush(stdout); *(volatile int *)0x10 = 1; return 0; }
