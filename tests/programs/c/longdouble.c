/* x87 and libm: long double and printf of large and small numbers. */
#include <stdio.h>
#include <math.h>
int main(void) { volatile double x = 0.1; for (int i = 0; i < 5; i++) x = x * 3.7 + 0.01; printf("%.17g %Lf %e %g\n", x, (long double)x * 3, 1e300 * x, sqrt(x)); printf("%s\n", "done"); return 0; }
