/* Memory and locks that processes share: mutexes, conditions, semaphores, robust mutexes of the dead, bare futexes. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* futex(2); not every C library brings the kernel's header. */
enum { FUTEX_WAIT, FUTEX_WAKE, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_WAIT_BITSET = 9, FUTEX_WAKE_BITSET = 10, FUTEX_PRIVATE_FLAG = 128, FUTEX_CLOCK_REALTIME = 256 };
enum { op_add = 1, compare_equal = 0 };
#define every_bit 0xffffffffu

struct shared {
	pthread_mutex_t mutex, robust, other_robust;
	pthread_cond_t cond;
	sem_t sem;
	long counter;
	int turn;
	uint32_t word, second;
	uint32_t woken;
};

static struct shared *s;

static void finish(int n) {
	int bad = 0;
	while (n-- > 0) {
		int st;
		wait(&st);
		bad += st != 0;
	}
	if (bad) printf("%d children failed\n", bad);
}

static void counting(void) {
	for (int p = 0; p < 4; p++) {
		if (fork() == 0) {
			for (int i = 0; i < 2000; i++) {
				pthread_mutex_lock(&s->mutex);
				long v = s->counter;
				if (i % 500 == 0) sched_yield();
				s->counter = v + 1;
				pthread_mutex_unlock(&s->mutex);
			}
			_exit(0);
		}
	}
	finish(4);
	printf("counter %ld\n", s->counter);
}

static void turns(void) {
	for (int p = 0; p < 3; p++) {
		if (fork() == 0) {
			for (int round = 0; round < 20; round++) {
				pthread_mutex_lock(&s->mutex);
				while (s->turn % 3 != p) pthread_cond_wait(&s->cond, &s->mutex);
				s->turn++;
				pthread_cond_broadcast(&s->cond);
				pthread_mutex_unlock(&s->mutex);
			}
			_exit(0);
		}
	}
	finish(3);
	printf("turns %d\n", s->turn);
	for (int p = 0; p < 3; p++) {
		if (fork() == 0) {
			sem_wait(&s->sem);
			_exit(0);
		}
	}
	usleep(1000);
	for (int p = 0; p < 3; p++) sem_post(&s->sem);
	finish(3);
	int v;
	sem_getvalue(&s->sem, &v);
	printf("semaphore %d\n", v);
}

static void *dies_with_lock(void *m) {
	pthread_mutex_lock(m);
	return 0;
}

static void owners_die(void) {
	pid_t pid = fork();
	if (pid == 0) {
		pthread_mutex_lock(&s->robust);
		pthread_mutex_lock(&s->other_robust);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, 0, 0);
	int r = pthread_mutex_lock(&s->robust);
	printf("dead process: %d", r == EOWNERDEAD);
	pthread_mutex_consistent(&s->robust);
	pthread_mutex_unlock(&s->robust);
	printf(" then %d", pthread_mutex_lock(&s->robust));
	pthread_mutex_unlock(&s->robust);
	r = pthread_mutex_lock(&s->other_robust);
	pthread_mutex_unlock(&s->other_robust); /* not made consistent */
	printf(" other %d", r == EOWNERDEAD);
	printf(" lost %d\n", pthread_mutex_lock(&s->other_robust) == ENOTRECOVERABLE);

	pthread_t t;
	pthread_create(&t, 0, dies_with_lock, &s->robust);
	pthread_join(t, 0);
	printf("dead thread: %d\n", pthread_mutex_lock(&s->robust) == EOWNERDEAD);
	pthread_mutex_consistent(&s->robust);
	int held[2];
	pipe(held);
	if ((pid = fork()) == 0) { /* sleeps until the owner dies */
		write(held[1], "x", 1);
		int r = pthread_mutex_lock(&s->robust);
		_exit(r == EOWNERDEAD ? 0 : 1);
	}
	char c;
	read(held[0], &c, 1);
	usleep(2000);
	pthread_mutex_unlock(&s->robust);
	int st;
	waitpid(pid, &st, 0);
	printf("waiter got it whole: %d\n", WEXITSTATUS(st));
	if ((pid = fork()) == 0) {
		r = pthread_mutex_lock(&s->robust);
		if (r == EOWNERDEAD) pthread_mutex_consistent(&s->robust);
		write(held[1], "x", 1);
		usleep(5000);
		_exit(0);
	}
	read(held[0], &c, 1);
	r = pthread_mutex_lock(&s->robust);
	printf("owner died while we slept: %d\n", r == EOWNERDEAD);
	waitpid(pid, 0, 0);
}

static long futex(uint32_t *word, int op, uint32_t value, void *timeout, uint32_t *second, uint32_t value3) {
	return syscall(SYS_futex, word, op, value, timeout, second, value3);
}

static void asleep(int n) {
	while (__atomic_load_n(&s->woken, __ATOMIC_SEQ_CST) < (uint32_t)n) usleep(500);
	usleep(5000); /* announced, and by now asleep */
	s->woken = 0;
}

static void sleeper(uint32_t bits, int op) {
	if (fork() == 0) {
		__atomic_fetch_add(&s->woken, 1, __ATOMIC_SEQ_CST);
		long r = futex(&s->word, op, 0, 0, 0, bits);
		_exit(r == 0 ? 0 : 1);
	}
}

static void bare(void) {
	s->word = s->woken = 0;
	for (int i = 0; i < 3; i++) sleeper(0, FUTEX_WAIT);
	asleep(3);
	printf("private queue: %ld\n", futex(&s->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, 0, 0, 0));
	printf("wake 2: %ld\n", futex(&s->word, FUTEX_WAKE, 2, 0, 0, 0));
	printf("wake rest: %ld\n", futex(&s->word, FUTEX_WAKE, 9, 0, 0, 0));
	finish(3);
	sleeper(1, FUTEX_WAIT_BITSET);
	sleeper(2, FUTEX_WAIT_BITSET);
	sleeper(4, FUTEX_WAIT_BITSET);
	asleep(3);
	printf("bits 8: %ld", futex(&s->word, FUTEX_WAKE_BITSET, 9, 0, 0, 8));
	printf(" bits 6: %ld", futex(&s->word, FUTEX_WAKE_BITSET, 9, 0, 0, 6));
	printf(" bits 1: %ld\n", futex(&s->word, FUTEX_WAKE_BITSET, 9, 0, 0, 1));
	finish(3);
	for (int i = 0; i < 4; i++) sleeper(0, FUTEX_WAIT);
	asleep(4);
	printf("requeue of another value: %d\n", futex(&s->word, FUTEX_CMP_REQUEUE, 1, (void *)9, &s->second, 5) == -1 && errno == EAGAIN);
	printf("requeue: %ld", futex(&s->word, FUTEX_CMP_REQUEUE, 1, (void *)2, &s->second, 0));
	printf(" first: %ld", futex(&s->word, FUTEX_WAKE, 9, 0, 0, 0));
	printf(" second: %ld\n", futex(&s->second, FUTEX_WAKE, 9, 0, 0, 0));
	finish(4);
	sleeper(0, FUTEX_WAIT);
	asleep(1);
	s->second = 5;
	long r = futex(&s->word, FUTEX_WAKE_OP, 1, (void *)1, &s->second, op_add << 28 | compare_equal << 24 | 3 << 12 | 5);
	printf("wake op: %ld, word %u\n", r, s->second);
	finish(1);
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec += 2000000;
	if (ts.tv_nsec >= 1000000000) ts.tv_sec++, ts.tv_nsec -= 1000000000;
	r = futex(&s->word, FUTEX_WAIT_BITSET, 0, &ts, 0, every_bit);
	printf("absolute: %d\n", r == -1 && errno == ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += 2000000;
	if (ts.tv_nsec >= 1000000000) ts.tv_sec++, ts.tv_nsec -= 1000000000;
	r = futex(&s->word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &ts, 0, every_bit);
	printf("wall clock: %d\n", r == -1 && errno == ETIMEDOUT);
	ts.tv_sec = 0;
	ts.tv_nsec = 1000000;
	r = futex(&s->word, FUTEX_WAIT, 0, &ts, 0, 0);
	printf("relative: %d\n", r == -1 && errno == ETIMEDOUT);
	r = futex(&s->word, FUTEX_WAIT, 1, 0, 0, 0);
	printf("another value: %d\n", r == -1 && errno == EAGAIN);
}

int main(void) {
	setvbuf(stdout, 0, _IOLBF, 4096);
	s = mmap(0, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t ma;
	pthread_mutexattr_init(&ma);
	pthread_mutexattr_setpshared(&ma, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->mutex, &ma);
	pthread_mutexattr_setrobust(&ma, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&s->robust, &ma);
	pthread_mutex_init(&s->other_robust, &ma);
	pthread_condattr_t ca;
	pthread_condattr_init(&ca);
	pthread_condattr_setpshared(&ca, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&s->cond, &ca);
	sem_init(&s->sem, 1, 0);
	counting();
	turns();
	owners_die();
	bare();
	return 0;
}
