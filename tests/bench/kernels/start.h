/* Freestanding start: runs the kernel as often as there are arguments (its name counts) and prints the last checksum. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;
typedef long i64;

static i64 syscall3(i64 n, i64 a, i64 b, i64 c)
{
#ifdef __x86_64__
	i64 r;
	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
#else
	register i64 x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
#endif
}

static u64 kernel(void);

/* gcc turns loops into calls of these even in freestanding code */
void *memset(void *to, int c, u64 n)
{
	u8 *p = to;
	while (n--) {
		*p++ = c;
		__asm__ volatile("");
	}
	return to;
}
void *memcpy(void *to, const void *from, u64 n)
{
	u8 *p = to;
	const u8 *q = from;
	while (n--) {
		*p++ = *q++;
		__asm__ volatile("");
	}
	return to;
}

#ifdef __x86_64__
enum { callWrite = 1, callExit = 60 };
__asm__(".globl _start\n_start:\n\tmov (%rsp), %rdi\n\tand $-16, %rsp\n\tcall begin\n");
#else
enum { callWrite = 64, callExit = 93 };
__asm__(".globl _start\n_start:\n\tldr x0, [sp]\n\tbl begin\n");
#endif

__attribute__((used, noreturn)) void begin(u64 times)
{
	u64 v = 0;
	while (times--)
		v = kernel();
	char line[17];
	for (int i = 15; i >= 0; i--, v >>= 4)
		line[i] = "0123456789abcdef"[v & 15];
	line[16] = '\n';
	syscall3(callWrite, 1, (i64)line, 17);
	syscall3(callExit, 0, 0, 0);
	__builtin_unreachable();
}
