/* Variables and types of many kinds, inlined calls and recursion: what debuggers are asked about. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum color { red, green = 7, blue };
struct point { short x, y; };
typedef struct node {
  int a;
  struct node *next;
  union { long l; double d; struct { char low; int high; }; } u;
  char name[3][5];
  unsigned f : 3, g : 5;
  uint64_t wide : 40;
  enum color color;
  const struct point corners[2];
  int (*call)(int, const char *, ...);
} node;

node nodes[4];
int counter;
static double table[2][3] = {{1, 2, 3}, {4, 5, 6}};
volatile const char *const label = "kinds";

static inline int twice(int x) {
  if (x > 1000)
    abort();
  return 2 * x + counter;
}

static inline int thrice(int x) { return twice(x) + x; }

__attribute__((noinline)) int work(node *n, int k) {
  static long calls;
  int s = 0;
  calls++;
  for (int i = 0; i < k; i++) {
    int product = n->a * i;
    s += thrice(n->a + i) + product % 3;
    counter++;
  }
  return s + (int)calls;
}

__attribute__((noinline)) int sum(int count, ...) {
  va_list list;
  int total = 0;
  va_start(list, count);
  while (count-- > 0)
    total += va_arg(list, int);
  va_end(list);
  return total;
}

__attribute__((noinline)) int descend(int n) {
  volatile int room[8];
  room[n & 7] = n;
  if (n == 0) {
    puts("bottom");
    return sum(3, room[0], counter, 5);
  }
  return descend(n - 1) + room[n & 7];
}

static int compare(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return left - right + (descend(2) - descend(2));
}

int main(int argc, char **argv) {
  int list[6] = {5, 3, argc, 2, 9, 1};
  nodes[1].a = argc;
  nodes[1].next = &nodes[2];
  qsort(list, 6, sizeof list[0], compare);
  printf("%d %d %d %g %c\n", work(&nodes[1], argc + 3), descend(5), list[0], table[1][2], label[0]);
  return 0;
}
