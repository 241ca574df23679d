/* Calls of all kinds, for profiles: in loops, from each other, through pointers, by the library, past frames, on a stack of their own. */
#include <setjmp.h>
#include <stdlib.h>
#include <ucontext.h>

static volatile int sink;
static jmp_buf back;

__attribute__((noinline)) static int leaf(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += i;
  return sum;
}

static int odd(int n);
__attribute__((noinline)) static int even(int n) { return n == 0 ? 1 : odd(n - 1); }
__attribute__((noinline)) static int odd(int n) { return n == 0 ? 0 : even(n - 1); }

__attribute__((noinline)) static int chosenA(int n) { return leaf(n); }
__attribute__((noinline)) static int chosenB(int n) { return leaf(2 * n) + leaf(n); }

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

__attribute__((noinline)) static void jumps(int n) {
  if (n == 3) longjmp(back, 1);
  sink += leaf(n);
}

__attribute__((noinline)) static void work(void) {
  int (*const choice[])(int) = {chosenA, chosenB};
  for (int i = 0; i < 10; i++) sink += choice[i % 2](i);
}

static ucontext_t home, away;
static void coroutine(void) {
  for (int i = 0; i < 4; i++) {
    sink += leaf(i);
    swapcontext(&away, &home);
  }
}

int main(void) {
  int values[50];
  for (int i = 0; i < 50; i++) values[i] = (i * 37) % 50;
  qsort(values, 50, sizeof *values, compare);
  for (int i = 0; i < 3; i++) work();
  if (setjmp(back) == 0)
    for (int i = 0; i < 5; i++) jumps(i);
  sink += even(1);
  static char stack[65536];
  getcontext(&away);
  away.uc_stack.ss_sp = stack;
  away.uc_stack.ss_size = sizeof stack;
  away.uc_link = &home;
  makecontext(&away, coroutine, 0);
  for (int i = 0; i < 4; i++) swapcontext(&home, &away);
  return 0;
}
