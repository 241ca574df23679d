// Pages get other rights and other frames while other threads use memory: whoever remembers a translation too long reads or writes in the wrong place.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096, rounds = 12, hugeBytes = 2 << 20 };
#define both (PROT_READ | PROT_WRITE)
#define EXPECT(what) ((what) ? (void)0 : (void)(wrong++, printf("line %d: not %s\n", __LINE__, #what)))

static int wrong, faults;
static sigjmp_buf before;
static volatile char *own; // private: forks make copies of it
static volatile long *counter;
static volatile int over;

static void caught(int signal) {
  (void)signal;
  faults++;
  siglongjmp(before, 1);
}
static int writes(volatile char *at, int value) {
  if (sigsetjmp(before, 1)) return 0;
  *at = value;
  return 1;
}
static int reads(volatile char *at) {
  if (sigsetjmp(before, 1)) return -1;
  return *at;
}
static void *looks(void *nothing) {
  long sum = 0;
  while (!over) {
    sum += *counter;
    for (int i = 0; i < 64; i++) sum += own[i * 64];
  }
  return sum == 1 ? nothing : 0;
}
static volatile char *mapped(int pages, int rights) {
  return mmap(0, (size_t)pages * page, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
/** A byte of each page, on another line than that of the page before. */
static volatile char *of(volatile char *pages, int i) { return pages + i * page + 8 * i; }

static void changesRights(volatile char *p, int n) {
  mprotect((void *)p, n * page, PROT_READ);
  for (int i = 0; i < n; i += 5) {
    EXPECT(!writes(of(p, i), 7));
    EXPECT(reads(of(p, i)) == i + 1);
  }
  mprotect((void *)p, n * page, both);
  for (int i = 0; i < n; i += 3) EXPECT(writes(of(p, i), i + 2) && *of(p, i) == i + 2);
}
static void forks(volatile char *p, int n) {
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < n; i += 2) *of(p, i) = 99;
    for (int i = 0; i < n; i += 2) if (*of(p, i) != 99) _exit(4);
    *counter += 100;
    _exit(3);
  }
  for (int i = 0; i < n; i += 4) of(p, i)[1] = 55;
  int status;
  waitpid(child, &status, 0);
  EXPECT(WEXITSTATUS(status) == 3);
  for (int i = 0; i < n; i++) EXPECT(*of(p, i) == (i % 3 == 0 ? i + 2 : i + 1) && of(p, i)[1] == (i % 4 == 0 ? 55 : 0));
}
static void changesFrames(volatile char *p, int n) {
  madvise((void *)p, n * page, MADV_DONTNEED);
  for (int i = 0; i < n; i++) EXPECT(*of(p, i) == 0); // the zero page
  for (int i = 0; i < n; i++) *of(p, i) = i;
  for (int i = 0; i < n; i++) EXPECT(*of(p, i) == i);
  volatile char *moved = mremap((void *)p, n * page, (n + 70) * page, MREMAP_MAYMOVE);
  for (int i = 0; i < n; i++) EXPECT((*of(moved, i))++ == i);
  mmap((void *)moved, n * page, both, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  for (int i = 0; i < n; i++) EXPECT(*of(moved, i) == 0);
  munmap((void *)moved, (n + 70) * page);
  EXPECT(reads(moved) == -1);
}
static void comesBack(void) {
  volatile char *p = mapped(1, both);
  p[5] = 5;
  mprotect((void *)p, page, PROT_NONE);
  EXPECT(reads(p + 5) == -1);
  mprotect((void *)p, page, PROT_READ);
  EXPECT(p[5] == 5 && !writes(p + 5, 1));
  munmap((void *)p, page);
}
/** Code and data in one page, both changing. */
static void writesCode(int round) {
#ifdef __x86_64__
  volatile unsigned char *code = (volatile unsigned char *)mapped(1, both | PROT_EXEC);
  int (*call)(void) = (int (*)(void))(uintptr_t)code;
  volatile int *sum = (volatile int *)(code + 2000);
  for (int k = 0; k < 5; k++) {
    code[0] = 0xb8; // MOVL $imm32, AX; RET
    for (int i = 0; i < 4; i++) code[1 + i] = (round * 10 + k) >> (8 * i);
    code[5] = 0xc3;
    EXPECT(call() == round * 10 + k);
    *sum += k;
    EXPECT(call() == round * 10 + k);
  }
  EXPECT(*sum == 10);
  munmap((void *)code, page);
#endif
}
/** A huge page, where there are any, becomes small ones. */
static void splits(void) {
  volatile char *all = mapped(3 * hugeBytes / page, both);
  madvise((void *)all, 3 * hugeBytes, MADV_HUGEPAGE);
  for (int i = 0; i < 3 * hugeBytes; i += 5 * page + 64) all[i] = i >> 12;
  for (int i = 0; i < 3 * hugeBytes; i += 5 * page + 64) EXPECT(all[i] == (char)(i >> 12));
  volatile char *p = (volatile char *)(((uintptr_t)all + hugeBytes - 1) & -(uintptr_t)hugeBytes);
  for (int i = 0; i < 3; i++) p[i * page + 100] = i + 1;
  mprotect((void *)(p + page), page, PROT_READ);
  EXPECT(!writes(p + page + 100, 9) && p[page + 100] == 2);
  p[100]++;
  p[2 * page + 100]++;
  madvise((void *)(p + 2 * page), page, MADV_DONTNEED);
  EXPECT(p[2 * page + 100] == 0 && p[100] == 2);
  volatile char *next = p + hugeBytes;
  pid_t child = fork();
  if (child == 0) {
    p[100] = 50;
    next[64] = 3;
    _exit(p[100] == 50 ? 5 : 6);
  }
  next[64] = 77;
  int status;
  waitpid(child, &status, 0);
  EXPECT(WEXITSTATUS(status) == 5 && p[100] == 2 && next[64] == 77);
  munmap((void *)all, 3 * hugeBytes);
}

int main(void) {
  signal(SIGSEGV, caught);
  own = mapped(1, both);
  counter = mmap(0, page, both, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, looks, 0);
  for (int round = 0; round < rounds; round++) {
    int n = 1 + round * 11 % 90; // more than 64 pages are shot down in another way
    own[round * 64]++;
    *counter += 1;
    volatile char *p = mapped(n, both);
    for (int i = 0; i < n; i++) *of(p, i) = i + 1;
    changesRights(p, n);
    forks(p, n);
    changesFrames(p, n);
    comesBack();
    writesCode(round);
  }
  splits();
  over = 1;
  for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
  EXPECT(*counter == rounds * 101);
  printf("%d wrong, %d faults\n", wrong, faults);
  return wrong != 0;
}
