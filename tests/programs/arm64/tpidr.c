// TPIDR_EL0 as C and the kernel use it: thread-local variables of two threads, the register read and set by MRS and MSR,
// given to a new thread by CLONE_SETTLS, kept over system calls, signal handlers and switches between threads.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t base(void) {
	uint64_t v;
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(v));
	return v;
}

static void set_base(uint64_t v) { __asm__ volatile("msr tpidr_el0, %0" : : "r"(v) : "memory"); }

static const char *yes(int v) { return v ? "yes" : "no"; }

// Thread-local variables: one with a value, one aligned far, one in memory that starts as zero.
static __thread int counter = 7;
static __thread char far[64] __attribute__((aligned(64)));
static __thread uint64_t zero;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;
static uint64_t bases[2];
static int *counters[2];

// Each of two threads counts in its own variable, in turns.
static void *count(void *argument) {
	int me = (int)(intptr_t)argument;
	uint64_t first = base();
	bases[me] = first;
	counters[me] = &counter;
	int fresh = counter == 7 && zero == 0 && ((uintptr_t)far & 63) == 0;
	for (int i = 0; i < 5; i++) {
		pthread_mutex_lock(&lock);
		while (turn % 2 != me) pthread_cond_wait(&changed, &lock);
		counter += me + 1;
		zero += counter;
		printf("thread %d: counter %d, sum %d, base as before: %s\n", me, counter, (int)zero, yes(base() == first));
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	return (void *)(intptr_t)fresh;
}

// A thread without a library: raw clone with CLONE_SETTLS. It does nothing that needs one.
static volatile uint64_t given, kept, asked;
static uint64_t block[16];

static long raw(long number, long a, long b) {
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
	return x0;
}

static void bare(void) {
	given = base();
	asked = 0x123456789abcdef8;
	set_base(asked);
	for (int i = 0; i < 20; i++) raw(SYS_sched_yield, 0, 0);
	kept = base();
}

static int start(uint64_t tls, char *stack) {
	register long x8 __asm__("x8") = SYS_clone;
	register long x0 __asm__("x0") = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_CHILD_CLEARTID;
	static volatile int running;
	running = 1;
	register long x1 __asm__("x1") = (long)stack;
	register long x2 __asm__("x2") = 0;
	register long x3 __asm__("x3") = (long)tls;
	register long x4 __asm__("x4") = (long)&running;
	__asm__ volatile("svc #0\n\tcbnz x0, 1f\n\tblr %6\n\tmov x8, #93\n\tmov x0, #0\n\tsvc #0\n1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(bare)
			 : "memory", "x30");
	long tid = x0; // before a call takes the register
	while (running) sched_yield();
	return tid > 0;
}

static volatile uint64_t in_handler;
static void handler(int signo) {
	(void)signo;
	in_handler = base();
}

int main(void) {
	uint64_t mine = base();
	pthread_t threads[2];
	void *fresh[2];
	for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, count, (void *)(intptr_t)i);
	for (int i = 0; i < 2; i++) pthread_join(threads[i], &fresh[i]);
	printf("both started with fresh variables: %s\n", yes(fresh[0] && fresh[1]));
	printf("three threads, three bases: %s\n", yes(bases[0] != bases[1] && bases[0] != mine && bases[1] != mine));
	printf("variables stand at the same distance: %s\n", yes((char *)counters[0] - (char *)bases[0] == (char *)counters[1] - (char *)bases[1]));
	printf("and behind the 16 bytes of the block: %s\n", yes((uint64_t)&counter >= mine + 16 && (uint64_t)&counter < mine + 4096));
	printf("main's own: %d\n", counter);

	char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("clone: %s\n", yes(start((uint64_t)block, stack + 65536)));
	printf("the thread has the base it was given: %s\n", yes(given == (uint64_t)block));
	printf("what it set stays over calls: %s\n", yes(kept == asked));
	printf("main's base is as it was: %s\n", yes(base() == mine));

	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	printf("a handler has the thread's base: %s\n", yes(in_handler == mine));
	printf("and it stays: %s\n", yes(base() == mine));

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) _exit(base() == mine ? 5 : 6);
	int status = 0;
	waitpid(pid, &status, 0);
	printf("a fork takes it along: %s\n", yes(WIFEXITED(status) && WEXITSTATUS(status) == 5));
	return 0;
}
