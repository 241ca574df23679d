/* A thread that wakes workers, which think for a while and sleep again: wakeups WORKERS THINK-US ROUNDS HOGS. Prints how long it took
   from a wake to the worker's first instruction: median, 99th percentile and the most, in microseconds. HOGS threads only spin. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 32 };
struct worker { int word; long sent; int busy; } workers[MOST];
static int think, rounds;
static long *taken;
static int count;
static volatile int over;

static long micros(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void *work(void *p) {
  struct worker *w = p;
  for (int i = 0; i < rounds; i++) {
    while (!__atomic_load_n(&w->word, __ATOMIC_ACQUIRE)) syscall(SYS_futex, &w->word, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
    long now = micros();
    taken[__atomic_fetch_add(&count, 1, __ATOMIC_RELAXED)] = now - w->sent;
    struct timespec begin, t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    while ((t.tv_sec - begin.tv_sec) * 1000000 + (t.tv_nsec - begin.tv_nsec) / 1000 < think);
    __atomic_store_n(&w->word, 0, __ATOMIC_RELEASE);
  }
  return 0;
}

static void *spin(void *p) {
  while (!over);
  return p;
}

static int less(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 2;
  think = argc > 2 ? atoi(argv[2]) : 100;
  rounds = argc > 3 ? atoi(argv[3]) : 100;
  int hogs = argc > 4 ? atoi(argv[4]) : 0;
  taken = calloc(n * rounds, sizeof *taken);
  pthread_t threads[MOST], spinners[MOST];
  for (int i = 0; i < hogs; i++) if (pthread_create(&spinners[i], 0, spin, 0)) abort();
  for (int i = 0; i < n; i++) if (pthread_create(&threads[i], 0, work, &workers[i])) abort();
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < n; i++) {
      while (__atomic_load_n(&workers[i].word, __ATOMIC_ACQUIRE)) usleep(200);
      workers[i].sent = micros();
      __atomic_store_n(&workers[i].word, 1, __ATOMIC_RELEASE);
      syscall(SYS_futex, &workers[i].word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    }
    usleep(3000);
  }
  for (int i = 0; i < n; i++) pthread_join(threads[i], 0);
  over = 1;
  for (int i = 0; i < hogs; i++) pthread_join(spinners[i], 0);
  qsort(taken, count, sizeof *taken, less);
  printf("%d wakeups: %ld %ld %ld\n", count, taken[count / 2], taken[count * 99 / 100], taken[count - 1]);
  return 0;
}
