/* abort: SIGABRT ends the program with status 134. */
#include <stdlib.h>
#include <stdio.h>
int main(void) { puts("going"); fflush(stdout); abort(); }
