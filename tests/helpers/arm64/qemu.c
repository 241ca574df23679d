/*
 * Executes single A64 instructions, each from a given state, and reports what they did: built for arm64 and run under
 * qemu-aarch64 (or on such a processor). The other side is qemu.ts, which describes the two record formats.
 *
 * All cases run inside signal handlers: a handler notes the state in which the instruction before it stopped, puts the next
 * case's state into the signal frame and returns. The code region is filled with BRK, so that an instruction that completes traps
 * where it went. Nothing here may touch thread-local storage, because cases write TPIDR_EL0.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

enum {
	PAGE = 4096,
	CODE = 0x20000000,
	CODE_BYTES = 2 * PAGE,
	PC = CODE + PAGE,
	DATA = 0x21000000,	/* three pages writable, one readable, then nothing */
	WRITABLE = 3 * PAGE,
	DATA_BYTES = 4 * PAGE,
	BRK = 0xd4200000,
	FPSIMD = 0x46508001,
};

struct input {
	uint32_t word, nzcv, fpcr, zero;
	uint64_t x[31], sp;
	uint64_t v[64];
};

struct output {
	uint32_t signal;	/* SIGTRAP also when the instruction completed */
	uint32_t nzcv;
	uint64_t pc, address;
	uint64_t x[31], sp;
	uint64_t v[64];
	uint32_t words, zero;	/* changed words of memory, which follow: offset, value */
};

static struct input *cases;
static size_t count, next;
static uint8_t *out, *outp;
static uint64_t background[DATA_BYTES / 8];

static long call3(long n, long a, long b, long c)
{
	register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
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

/* What memory holds at the start of every case: the other side computes the same. */
static uint64_t word(uint64_t i)
{
	uint64_t z = (i + 1) * 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Cases find the code readable only, so that none can spoil it for the next. */
static void put(uint32_t at, uint32_t instruction)
{
	call3(SYS_mprotect, CODE, CODE_BYTES, PROT_READ | PROT_WRITE);
	*(volatile uint32_t *)(uintptr_t)at = instruction;
	call3(SYS_mprotect, CODE, CODE_BYTES, PROT_READ | PROT_EXEC);
	__builtin___clear_cache((char *)(uintptr_t)at, (char *)(uintptr_t)at + 4);
}

static void handle(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	mcontext_t *m = &u->uc_mcontext;
	struct fpsimd_context *f = (void *)m->__reserved;
	while (f->head.magic != FPSIMD)
		f = (void *)((uint8_t *)f + f->head.size);
	if (next > 0) {
		struct output *o = (void *)outp;
		o->signal = sig;
		o->nzcv = m->pstate >> 28;
		o->pc = m->pc;
		o->address = (uint64_t)info->si_addr;
		for (int i = 0; i < 31; i++)
			o->x[i] = m->regs[i];
		o->sp = m->sp;
		for (int i = 0; i < 64; i++)
			o->v[i] = ((uint64_t *)f->vregs)[i];
		o->words = o->zero = 0;
		outp += sizeof *o;
		uint64_t *data = (uint64_t *)DATA;
		for (uint64_t i = 0; i < WRITABLE / 8; i++)
			if (data[i] != background[i]) {
				((uint64_t *)outp)[0] = i * 8;
				((uint64_t *)outp)[1] = data[i];
				outp += 16;
				o->words++;
				data[i] = background[i];
			}
	}
	if (next == count)
		finish();
	struct input *c = &cases[next++];
	put(PC, c->word);
	for (int i = 0; i < 31; i++)
		m->regs[i] = c->x[i];
	m->sp = c->sp;
	m->pc = PC;
	m->pstate = (m->pstate & 0x0fffffffu) | ((uint64_t)c->nzcv << 28);
	f->fpcr = c->fpcr;
	f->fpsr = 0;
	for (int i = 0; i < 64; i++)
		((uint64_t *)f->vregs)[i] = c->v[i];
}

static void *region(uint64_t at, size_t bytes, int prot)
{
	void *p = mmap((void *)at, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (p == MAP_FAILED)
		exit(2);
	return p;
}

int main(void)
{
	size_t room = 1 << 16, have = 0;
	uint8_t *in = malloc(room);
	for (size_t n; (n = fread(in + have, 1, room - have, stdin)) > 0;) {
		have += n;
		if (have == room)
			in = realloc(in, room *= 2);
	}
	cases = (void *)in;
	count = have / sizeof *cases;
	out = outp = malloc(count * (sizeof(struct output) + 16 * 64) + 4096);
	uint32_t *code = region(CODE, CODE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC);
	for (int i = 0; i < CODE_BYTES / 4; i++)
		code[i] = BRK;
	uint64_t *data = region(DATA, DATA_BYTES, PROT_READ | PROT_WRITE);
	for (uint64_t i = 0; i < DATA_BYTES / 8; i++)
		data[i] = background[i] = word(i);
	mprotect((char *)data + WRITABLE, DATA_BYTES - WRITABLE, PROT_READ);
	static char stack[1 << 16];
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof stack };
	sigaltstack(&alt, 0);
	struct sigaction a = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	int signals[] = { SIGTRAP, SIGILL, SIGSEGV, SIGBUS };
	for (int i = 0; i < 4; i++)
		sigaction(signals[i], &a, 0);
	__asm__ volatile("brk #0");
	return 1;
}
