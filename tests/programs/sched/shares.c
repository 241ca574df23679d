/* Threads on one core with policies and nice values, KIND:NUMBER each (nice:5, batch:0, idle:0, fifo:10, rr:10), for MILLIS of
   real time: shares MILLIS KIND:NUMBER... Prints each one's CPU time in microseconds. The first thread, SCHED_FIFO 50, only sleeps. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16 };
static volatile int go, over;
static long used[MOST];
struct part { int index; char *text; };

static void *work(void *p) {
  struct part *me = p;
  char *colon = strchr(me->text, ':');
  int number = atoi(colon + 1), kind = me->text[0];
  struct sched_param param = {0};
  if (kind == 'n') {
    if (syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &param) || setpriority(PRIO_PROCESS, syscall(SYS_gettid), number)) abort();
  } else {
    int policy = kind == 'b' ? SCHED_BATCH : kind == 'i' ? SCHED_IDLE : kind == 'f' ? SCHED_FIFO : SCHED_RR;
    param.sched_priority = number;
    if (syscall(SYS_sched_setscheduler, 0, policy, &param)) abort();
  }
  while (!over);
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  used[me->index] = t.tv_sec * 1000000 + t.tv_nsec / 1000;
  return 0;
}

int main(int argc, char **argv) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (sched_setaffinity(0, sizeof one, &one)) abort();
  struct sched_param param = {.sched_priority = 50};
  if (syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &param)) abort();
  pthread_t threads[MOST];
  static struct part parts[MOST];
  int n = argc - 2;
  for (int i = 0; i < n; i++) {
    parts[i] = (struct part){i, argv[i + 2]};
    if (pthread_create(&threads[i], 0, work, &parts[i])) abort();
  }
  usleep(atoi(argv[1]) * 1000);
  over = 1;
  for (int i = 0; i < n; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < n; i++) printf("%ld%c", used[i], i + 1 < n ? ' ' : '\n');
  return 0;
}
