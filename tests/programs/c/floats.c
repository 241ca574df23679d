/* Floating point through a C library: rounding modes, conversions both ways, long double, flush to zero. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long bits(double d)
{
	unsigned long long u;
	memcpy(&u, &d, sizeof u);
	return u;
}

/* Denormal operands and results are taken as zero. */
static void flushing(int on)
{
#ifdef __x86_64__
	unsigned control = on ? 0x9fc0 : 0x1f80;
	__asm__ volatile("ldmxcsr %0" : : "m"(control));
#else
	unsigned long control = on ? 1ul << 24 : 0;
	__asm__ volatile("msr fpcr, %0" : : "r"(control));
#endif
}

int main(void)
{
	static const double values[] = { 0, -0.0, 1.0 / 3, 1e300, 4.9e-324, DBL_MAX, 123456789.123456789, 0.1, 2.5, 1e23, INFINITY, -INFINITY };
	for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
		printf("%.17g %e %.3f %.21Lg\n", values[i], values[i], values[i], (long double)values[i]);

	static const char *texts[] = { "3.14", "1e-320", "1.7976931348623159e308", "0x1.8p3", "2.2250738585072011e-308", "9007199254740993" };
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
		printf("%s: %016llx %.9g %.21Lg\n", texts[i], bits(strtod(texts[i], NULL)), strtof(texts[i], NULL), strtold(texts[i], NULL));

	static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
	volatile double one = 1, three = 3, half = -2.5;
	volatile long double lone = 1, lthree = 3;
	for (int i = 0; i < 4; i++) {
		fesetround(modes[i]);
		volatile double q = one / three, n = -one / three; /* volatile: computed before the mode is set back */
		volatile float s = (float)one / (float)three;
		volatile long double l = lone / lthree;
		double r = rint(half);
		long k = lrint(half);
		fesetround(FE_TONEAREST);
		printf("%016llx %016llx %.9g %.22Lg %g %ld\n", bits(q), bits(n), s, l, r, k);
	}

	double sum = 0;
	long double lsum = 0;
	for (int i = 1; i < 3000; i++) {
		sum += sqrt(i) / i + fmod(i * 7.7, 1.3) - floor(i * 0.37) + ceil(-i / 3.0) * 1e-3;
		lsum += sqrtl(i) / i + fmodl(i * 7.7L, 1.3L);
	}
	printf("%016llx %.21Lg\n", bits(sum), lsum);
	printf("%.18Lg %.18Lg %.18Lg\n", fmodl(1e30L, 3.7L), remainderl(10.0L, 3.0L), ldexpl(1.5L, 100));
	volatile double nan = NAN, huge = 1e19;
	printf("%d %d %d %lld %d\n", nan == nan, nan < 1, isnan(nan * 2), (long long)huge, (int)huge);

	flushing(1);
	volatile double small = 1e-308, least = 4.9e-324;
	volatile double flushed = small * 0.5, taken = least + 0;
	flushing(0);
	printf("%016llx %016llx %016llx\n", bits(flushed), bits(taken), bits(small * 0.5));
	return 0;
}
