/* String and memory functions over many lengths and alignments; libc picks its variants by CPUID. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash = 2166136261u;

static void mix(long value) {
    for (int i = 0; i < 8; i++, value >>= 8)
        hash = (hash ^ (value & 255)) * 16777619u;
}

static int sign(int value) { return (value > 0) - (value < 0); }

int main(void) {
    static char a[4200], b[4200];
    static const int sizes[] = { 0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 511, 1000, 4096 };

    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int shift = 0; shift < 17; shift += 5) {
            int n = sizes[s];
            for (int i = 0; i < n; i++)
                a[shift + i] = 'a' + (i * 7 + n) % 26;
            a[shift + n] = 0;
            memcpy(b + 1, a + shift, n + 1);
            mix(strlen(b + 1));
            mix(strcmp(a + shift, b + 1) == 0);
            if (n) {
                b[1 + n / 2] ^= 1;
                mix(sign(memcmp(a + shift, b + 1, n)));
                mix(sign(strncmp(a + shift, b + 1, n)));
            }
            memmove(b + 3, b + 1, n);
            memmove(b, b + 3, n);
            char *found = strchr(a + shift, 'q');
            mix(found ? found - (a + shift) : -1);
            found = strrchr(a + shift, 'e');
            mix(found ? found - (a + shift) : -1);
            found = memchr(a + shift, 'z', n);
            mix(found ? found - (a + shift) : -1);
            memset(b, n & 127, n);
            mix(n ? b[n - 1] : 0);
        }
    printf("hash %08x\n", hash);
    printf("%s %s\n", strstr("haystack with a needle inside", "needle"), strstr("abc", "x") ? "found" : "none");
    printf("%zu %zu\n", strspn("aabbc", "ab"), strcspn("hello, world", ","));
    char text[] = "one two,three";
    for (char *word = strtok(text, " ,"); word; word = strtok(NULL, " ,"))
        printf("[%s]", word);
    printf("\n%ld %lu %.6f\n", strtol("-0x1f", NULL, 16), strtoul("777", NULL, 8), strtod("6.02214076e23", NULL) / 1e23);
    return 0;
}
