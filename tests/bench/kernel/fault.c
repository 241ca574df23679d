/* fault.s for arm64: pages that are touched and given back. */
#include "../kernels/start.h"

enum { bytes = 0x800000 };
static volatile u8 pages[bytes] __attribute__((aligned(4096)));

static u64 kernel(void)
{
	for (int round = 0; round < 20; round++) {
		for (int at = 0; at < bytes; at += 4096)
			pages[at] = 1;
		syscall3(233, (i64)pages, bytes, 4); /* madvise, MADV_DONTNEED */
	}
	return 0;
}
