/* Non-local jumps out of nested calls; callee-saved registers come back. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf home;

static void dive(int depth) {
    if (depth > 1000)
        return;
    if (depth == 0)
        longjmp(home, 42);
    dive(depth - 1);
    printf("never\n");
}

int main(void) {
    volatile int rounds = 0;
    int value = setjmp(home);
    if (value == 0 || rounds < 3) {
        printf("round %d value %d\n", rounds, value);
        rounds++;
        dive(10 * rounds);
    }
    printf("done %d %d\n", value, rounds);
    return 0;
}
