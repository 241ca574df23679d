/*
 * Executes single x86-64 instructions on the host CPU, each from a given state, and reports what they did.
 * The other side is native.ts, which also describes the two record formats.
 *
 * All cases run inside signal handlers: a handler notes the state in which the instruction before it stopped,
 * puts the next case's state into the signal frame and returns, so a case costs one signal. The code region is
 * filled with INT3, so that any instruction that completes traps where it went; one that faults traps where it is.
 *
 * FS and GS point into the data region while cases run: nothing here may touch thread-local storage then, so all
 * input is read before and system calls are made by hand after.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	CODE = 0x20000000,	/* two pages, executable */
	CODE_BYTES = 2 * PAGE,
	DATA = 0x21000000,	/* two pages writable, one readable, one neither */
	DATA_BYTES = 3 * PAGE,	/* those that have contents */
	FS_BASE = DATA + 0x800,
	GS_BASE = DATA + 0x1400,
	FX = 416,		/* x87, MXCSR and XMM as FXSAVE64 lays them out */
	PATCH = 64,
	PATCHES = 3,
};

struct input {
	uint8_t length, code[15];
	uint64_t pc;
	uint64_t gpr[16];
	uint64_t flags;
	uint8_t fx[FX];
	struct {
		uint32_t offset;	/* in the data region; all ones: none */
		uint32_t bytes;
		uint8_t data[PATCH];
	} patch[PATCHES];
};

struct output {
	uint32_t trap;		/* the processor's number; 3 also when the instruction completed */
	uint32_t error;		/* of a page fault */
	uint64_t rip, cr2;
	uint64_t gpr[16];
	uint64_t flags;
	uint8_t fx[FX];
	uint32_t words;		/* changed words of memory, which follow: offset, 0, value */
	uint32_t zero;
};

static const int order[16] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
	REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static struct input *cases;
static size_t count, next;
static uint8_t *out, *outp;
static uint64_t background[DATA_BYTES / 8], before[DATA_BYTES / 8];
static uint64_t *const data = (uint64_t *)DATA;

static long call3(long n, long a, long b, long c)
{
	long r;
	__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return r;
}

static void copy(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static void protect(int writable)
{
	call3(SYS_mprotect, DATA + 2 * PAGE, PAGE, PROT_READ | (writable ? PROT_WRITE : 0));
}

/* Puts patches into memory. The readable page is opened for writing only when a patch lies in it. */
static void patch(const struct input *c)
{
	int opened = 0;
	for (int i = 0; i < PATCHES; i++) {
		uint32_t at = c->patch[i].offset, n = c->patch[i].bytes;
		if (at >= DATA_BYTES)
			continue;
		if (n > PATCH)
			n = PATCH;
		if (at + n > DATA_BYTES)
			n = DATA_BYTES - at;
		if (at + n > 2 * PAGE && !opened) {
			protect(1);
			opened = 1;
		}
		copy((uint8_t *)DATA + at, c->patch[i].data, n);
	}
	copy(before, data, DATA_BYTES);
	if (opened)
		protect(0);
}

/* Reports changed words and puts the background back. */
static uint32_t diff(const struct input *c)
{
	uint32_t n = 0;
	int readable = 0;
	for (int i = 0; i < PATCHES; i++)
		if (c->patch[i].offset < DATA_BYTES && c->patch[i].offset + PATCH > 2 * PAGE)
			readable = 1;
	for (uint32_t i = 0; i < DATA_BYTES / 8; i++)
		if (data[i] != before[i]) {
			uint32_t head[2] = { i * 8, 0 };
			copy(outp, head, 8);
			copy(outp + 8, &data[i], 8);
			outp += 16;
			n++;
		}
	if (readable)
		protect(1);
	copy(data, background, readable ? DATA_BYTES : 2 * PAGE);
	if (readable)
		protect(0);
	return n;
}

static void finish(void)
{
	for (uint8_t *p = out; p < outp;) {
		long r = call3(SYS_write, 1, (long)p, outp - p);
		if (r <= 0)
			call3(SYS_exit_group, 1, 0, 0);
		p += r;
	}
	call3(SYS_exit_group, 0, 0, 0);
}

static void handle(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	greg_t *g = u->uc_mcontext.gregs;
	uint8_t *fx = (uint8_t *)u->uc_mcontext.fpregs;
	(void)info;
	if (sig != SIGUSR1) {
		const struct input *c = &cases[next - 1];
		struct output *o = (struct output *)outp;
		o->trap = g[REG_TRAPNO];
		o->error = g[REG_ERR];
		o->rip = g[REG_RIP];
		o->cr2 = g[REG_CR2];
		for (int i = 0; i < 16; i++)
			o->gpr[i] = g[order[i]];
		o->flags = g[REG_EFL];
		copy(o->fx, fx, FX);
		o->zero = 0;
		outp += sizeof *o;
		o->words = diff(c);
		for (int i = 0; i < c->length; i++)
			((uint8_t *)c->pc)[i] = 0xcc;
	}
	if (next == count)
		finish();
	const struct input *c = &cases[next++];
	copy((void *)c->pc, c->code, c->length);
	patch(c);
	for (int i = 0; i < 16; i++)
		g[order[i]] = c->gpr[i];
	g[REG_RIP] = c->pc;
	g[REG_EFL] = c->flags;
	copy(fx, c->fx, FX);
	*(uint64_t *)(fx + 512) |= 3;	/* XSTATE_BV: x87 and SSE are in the frame */
}

static void *region(uintptr_t at, size_t bytes, int prot)
{
	void *p = mmap((void *)at, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (p != (void *)at) {
		perror("mmap");
		exit(1);
	}
	return p;
}

int main(void)
{
	size_t room = 1 << 20, used = 0;
	uint8_t *in = malloc(room);
	for (ssize_t n; (n = read(0, in + used, room - used)) > 0;) {
		used += n;
		if (used == room)
			in = realloc(in, room *= 2);
	}
	cases = (struct input *)in;
	count = used / sizeof *cases;
	if (!count)
		return 0;
	/* a case may change every word of memory, but few change more than a line or two */
	out = outp = malloc(count * (sizeof(struct output) + 2048) + 16 * sizeof background);

	memset(region(CODE, CODE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC), 0xcc, CODE_BYTES);
	region(DATA, 4 * PAGE, PROT_READ | PROT_WRITE);
	uint32_t seed = 1;
	for (size_t i = 0; i < DATA_BYTES / 4; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		((uint32_t *)background)[i] = seed;
	}
	memcpy(data, background, DATA_BYTES);
	protect(0);
	mprotect((void *)(DATA + 3 * PAGE), PAGE, PROT_NONE);

	stack_t stack = { .ss_sp = malloc(1 << 16), .ss_size = 1 << 16 };
	sigaltstack(&stack, NULL);
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	int signals[] = { SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGBUS, SIGUSR1 };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
	alarm(120);	/* a case that loops ends the run */
	int pid = getpid();
	call3(SYS_arch_prctl, 0x1001, GS_BASE, 0);
	call3(SYS_arch_prctl, 0x1002, FS_BASE, 0);
	call3(SYS_kill, pid, SIGUSR1, 0);
	for (;;)
		;
}
