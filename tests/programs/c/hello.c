/* The smallest libc program: start-up, one buffered write, exit. */
#include <stdio.h>

int main(void) {
    puts("hello from C");
    return 0;
}
