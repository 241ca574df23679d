// Reads clocks; ends with 0 if they agree with each other and with the system calls of the same clocks, made by way of one
// that the vDSO leaves to the kernel.
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

static long long now(clockid_t clock) {
	struct timespec t;
	if (clock_gettime(clock, &t) != 0) return -1;
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void) {
	for (int i = 0; i < 100; i++) {
		long long first = now(CLOCK_BOOTTIME), second = now(CLOCK_MONOTONIC), third = now(CLOCK_BOOTTIME);
		if (first > second || second > third) return 1;
		long long before = now(CLOCK_REALTIME);
		struct timeval v;
		if (gettimeofday(&v, NULL) != 0) return 2;
		long long micros = v.tv_sec * 1000000LL + v.tv_usec;
		if (micros < before / 1000 || micros > now(CLOCK_REALTIME) / 1000) return 3;
		if (time(NULL) < before / 1000000000) return 4;
	}
	return 0;
}
