/* crowd THREADS [leave]: makes so many threads with stacks of 1 KiB. Each works a little, gives way, sleeps for 1 to 50 ms and waits for a gate. Once all wait
 * there, prints how many threads /proc/self/status counts and /proc/self/task lists, how many of a hundred of them sleep, and the sum of what they computed;
 * then lets half of them in one by one, the rest at once, and waits until they are gone. With "leave" it ends while they wait. */
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 1024, FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_PRIVATE_FLAG = 128 };

static int threads, gate, arrived, gone;
static uint64_t sum;

static long futex(int *word, int op, int value) { return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0); }

/* The last of them wakes the main thread. */
static void count(int *counter) {
  if (__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST) == threads) futex(counter, FUTEX_WAKE, 1);
}

static void await(int *counter) {
  for (int n; (n = __atomic_load_n(counter, __ATOMIC_SEQ_CST)) != threads;) futex(counter, FUTEX_WAIT, n);
}

static int body(void *arg) {
  uint64_t x = (uintptr_t)arg;
  for (int i = 0; i < 50; i++) x = x * 6364136223846793005u + 1442695040888963407u;
  __atomic_fetch_add(&sum, x >> 40, __ATOMIC_RELAXED);
  sched_yield();
  struct timespec pause = {0, 1000000 + (long)(x >> 33) % 49000000};
  syscall(SYS_nanosleep, &pause, NULL);
  count(&arrived);
  while (__atomic_load_n(&gate, __ATOMIC_SEQ_CST) == 0) futex(&gate, FUTEX_WAIT, 0);
  count(&gone);
  return 0;
}

static int alive(void) {
  char line[256];
  int n = 0;
  FILE *f = fopen("/proc/self/status", "r");
  while (f && fgets(line, sizeof line, f))
    if (strncmp(line, "Threads:", 8) == 0) n = atoi(line + 8);
  if (f) fclose(f);
  return n;
}

static int listed(void) {
  int n = 0;
  DIR *d = opendir("/proc/self/task");
  for (struct dirent *e; d && (e = readdir(d));) n += e->d_name[0] != '.';
  if (d) closedir(d);
  return n;
}

static int sleepers(void) {
  char path[64], text[64] = "";
  int n = 0;
  for (int i = 0; i < 100; i++) {
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", getpid() + 1 + i * (threads / 100));
    FILE *f = fopen(path, "r");
    if (f && fgets(text, sizeof text, f)) n += strstr(text, ") S ") != NULL;
    if (f) fclose(f);
  }
  return n;
}

int main(int argc, char **argv) {
  threads = argc > 1 ? atoi(argv[1]) : 1000;
  char *stacks = mmap(NULL, (size_t)threads * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stacks == MAP_FAILED) return 1;
  for (int i = 0; i < threads; i++) {
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    if (clone(body, stacks + (size_t)(i + 1) * STACK, flags, (void *)(intptr_t)(i + 1)) < 0) {
      perror("clone");
      return 1;
    }
  }
  await(&arrived);
  int there = alive(), names = listed(), asleep = sleepers();
  printf("%d threads, %d listed, %d %% asleep, sum %llu\n", there, names, asleep, (unsigned long long)sum);
  if (argc > 2) return 0;
  __atomic_store_n(&gate, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < threads / 2; i++) futex(&gate, FUTEX_WAKE, 1);
  futex(&gate, FUTEX_WAKE, 1 << 30);
  await(&gone);
  printf("%d gone\n", gone);
  return 0;
}
