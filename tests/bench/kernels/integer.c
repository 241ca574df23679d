/* Arithmetic in registers with data-dependent branches: gcd, Collatz, a xorshift generator, a sieve in a small array. */
#include "start.h"

static u64 state = 88172645463325252UL;
static u64 next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
static u32 gcd(u32 a, u32 b)
{
	while (b) {
		u32 t = a % b;
		a = b;
		b = t;
	}
	return a;
}
static u8 composite[8192];

static u64 kernel(void)
{
	u64 sum = 0;
	for (int i = 0; i < 60000; i++)
		sum += gcd(next() & 0xffffff, next() & 0xffff);
	for (u64 i = 1; i < 30000; i++)
		for (u64 n = i; n != 1; sum++)
			n = n & 1 ? 3 * n + 1 : n >> 1;
	for (int round = 0; round < 40; round++) {
		memset(composite, 0, sizeof composite);
		for (u32 p = 2; p * p < sizeof composite; p++)
			if (!composite[p])
				for (u32 q = p * p; q < sizeof composite; q += p)
					composite[q] = 1;
		for (u32 i = 2; i < sizeof composite; i++)
			sum += !composite[i];
	}
	for (int i = 0; i < 1000000; i++)
		sum = (sum ^ next()) * 0x9e3779b97f4a7c15UL + (sum >> 29);
	return sum;
}
