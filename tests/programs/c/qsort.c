/* Indirect calls and much memory traffic: qsort, bsearch and a sieve. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int byValue(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

int main(void) {
    enum { N = 3000 };
    static uint32_t v[N];
    static char composite[20000];
    uint32_t state = 1, hash = 0;

    for (int i = 0; i < N; i++)
        v[i] = state = state * 1103515245u + 12345u;
    qsort(v, N, sizeof *v, byValue);
    for (int i = 0; i < N; i++) {
        if (i && v[i - 1] > v[i])
            return 1;
        hash = hash * 31 + v[i];
    }
    uint32_t *hit = bsearch(&v[1234], v, N, sizeof *v, byValue);
    printf("hash %08x at %td\n", hash, hit - v);

    int primes = 0;
    for (int i = 2; i < (int)sizeof composite; i++) {
        if (composite[i])
            continue;
        primes++;
        for (int j = 2 * i; j < (int)sizeof composite; j += i)
            composite[j] = 1;
    }
    printf("primes %d\n", primes);
    return 0;
}
