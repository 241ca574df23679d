#include <stdlib.h>
#include <stdio.h>
int main(void) { puts("going"); fflush(stdout); abort(); }
