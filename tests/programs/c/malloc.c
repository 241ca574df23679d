/* Small blocks (brk), large blocks (mmap), realloc across that border, calloc's promise of zeroes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    enum { N = 500 };
    unsigned char *block[N];
    uint32_t state = 12345, sum = 0;

    for (int i = 0; i < N; i++) {
        state = state * 1664525u + 1013904223u;
        size_t size = 1 + (state >> 20) % 3000;
        block[i] = malloc(size);
        if (!block[i] || ((uintptr_t)block[i] & 15))
            return 1;
        memset(block[i], i & 255, size);
    }
    for (int i = 0; i < N; i += 2)
        free(block[i]);
    for (int i = 1; i < N; i += 2)
        sum += block[i][0];
    printf("sum %u\n", sum);

    char *grow = malloc(16);
    strcpy(grow, "kept");
    for (size_t size = 64; size <= 4u << 20; size *= 4)
        grow = realloc(grow, size);
    printf("realloc %s\n", grow);
    free(grow);

    size_t big = 8u << 20;
    unsigned char *zero = calloc(1, big);
    size_t nonzero = 0;
    for (size_t i = 0; i < big; i += 4096)
        nonzero += zero[i] != 0;
    printf("calloc nonzero %zu\n", nonzero);
    free(zero);
    for (int i = 1; i < N; i += 2)
        free(block[i]);
    return 0;
}
