/* Calls and returns: recursion, calls through pointers, a small virtual machine with a switch. */
#include "start.h"

#define plain __attribute__((noinline))

static plain u64 fib(u64 n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
static plain u32 ack(u32 m, u32 n)
{
	return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}
static plain u64 add(u64 a, u64 b) { return a + b; }
static plain u64 sub(u64 a, u64 b) { return a - b; }
static plain u64 mul(u64 a, u64 b) { return a * b + 1; }
static plain u64 mix(u64 a, u64 b) { return (a << 5) ^ (b >> 3); }
static u64 (*const ops[4])(u64, u64) = {add, sub, mul, mix};

static const u8 program[] = {0, 1, 2, 3, 4, 1, 5, 2, 6, 0, 3, 7, 2, 1, 8};
static plain u64 interpret(u64 rounds)
{
	u64 acc = 1, x = 3, y = 7;
	for (u32 pc = 0; rounds;) {
		switch (program[pc++]) {
		case 0: acc += x; break;
		case 1: x ^= acc; break;
		case 2: y -= acc >> 3; break;
		case 3: acc = acc * 5 + y; break;
		case 4: x += y; break;
		case 5: y = acc; break;
		case 6: acc = x & y; break;
		case 7: x = x << 1 | x >> 63; break;
		default: pc = 0; rounds--; break;
		}
	}
	return acc + x + y;
}

static u64 kernel(void)
{
	u64 sum = fib(26) + ack(2, 300);
	for (u32 i = 0; i < 1000000; i++)
		sum = ops[(i ^ i >> 3) & 3](sum, i);
	return sum + interpret(100000);
}
