/* printf's float conversions: the x87 and multi-word arithmetic of libc, with long double as the 80-bit format. */
#include <float.h>
#include <math.h>
#include <stdio.h>

int main(void) {
    volatile double d[] = { 0.0, -0.0, 1.0, 0.1, -2.5, 123456.789, 1e-7, 1e21, 5e-324, DBL_MAX, 2.0 / 3.0 };
    for (unsigned i = 0; i < sizeof d / sizeof *d; i++)
        printf("%f|%e|%g|%.3f|%.0f\n", d[i], d[i], d[i], d[i], d[i]);

    volatile long double l[] = { 0.1L, 1.0L / 3.0L, -1e100L, LDBL_MAX, 3.14159265358979323846L };
    for (unsigned i = 0; i < sizeof l / sizeof *l; i++)
        printf("%Le|%Lg|%.20Lf\n", l[i], l[i], l[i]);

    printf("%a %a %.2a\n", d[2], d[3], d[5]);
    volatile double zero = 0.0;
    printf("%f %f %f\n", 1 / zero, -1 / zero, fabs(zero / zero));
    printf("%d %u %x %o %lld %c %s %5d|%-5d|%05d %p\n", -42, 42u, 0xbeefu, 8u, -1234567890123LL, 'x', "text", 7, 7, 7, (void *)0x1000);
    printf("%10.4f|%-10.2f|%+.1f|% .1f\n", 3.14159, 2.5, 1.25, 1.75);
    return 0;
}
