/* Groups of senders and receivers that exchange messages through pipes: messages GROUPS PAIRS LOOPS. Every sender of a group
   writes LOOPS messages to every receiver of it. Prints messages received, microseconds, and the process's switches. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BYTES = 100, MOST = 20 };
static int pairs, loops;
struct group { int pipe[MOST][2]; };
static long received;

static void *sender(void *p) {
  struct group *g = p;
  char data[BYTES] = {1};
  for (int i = 0; i < loops; i++)
    for (int r = 0; r < pairs; r++)
      if (write(g->pipe[r][1], data, BYTES) != BYTES) abort();
  return 0;
}

struct reader { struct group *g; int index; };

static void *receiver(void *p) {
  struct reader *me = p;
  char data[BYTES];
  for (int i = 0; i < loops * pairs; i++) {
    int got = 0;
    while (got < BYTES) {
      int n = read(me->g->pipe[me->index][0], data + got, BYTES - got);
      if (n <= 0) abort();
      got += n;
    }
    __atomic_fetch_add(&received, 1, __ATOMIC_RELAXED);
  }
  return 0;
}

int main(int argc, char **argv) {
  int groups = argc > 1 ? atoi(argv[1]) : 2;
  pairs = argc > 2 ? atoi(argv[2]) : 5;
  loops = argc > 3 ? atoi(argv[3]) : 20;
  pthread_t *threads = calloc(groups * pairs * 2, sizeof *threads);
  int count = 0;
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (int i = 0; i < groups; i++) {
    struct group *g = calloc(1, sizeof *g);
    for (int r = 0; r < pairs; r++) if (pipe(g->pipe[r])) abort();
    for (int r = 0; r < pairs; r++) {
      struct reader *me = malloc(sizeof *me);
      *me = (struct reader){g, r};
      if (pthread_create(&threads[count++], 0, receiver, me)) abort();
    }
    for (int s = 0; s < pairs; s++) if (pthread_create(&threads[count++], 0, sender, g)) abort();
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], 0);
  clock_gettime(CLOCK_MONOTONIC, &end);
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  long micros = (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
  printf("received %ld in %ld us, switches %ld %ld\n", received, micros, use.ru_nvcsw, use.ru_nivcsw);
  return 0;
}
