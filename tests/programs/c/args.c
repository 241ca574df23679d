/* argc, argv, the environment and the exit status cross the border. Run with the arguments: one two. argv[0] is not printed, it differs by host. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        printf("arg %d: %s\n", i, argv[i]);
    printf("unset: %s\n", getenv("RT0_NEVER_SET") ? "set" : "null");
    return 7;
}
