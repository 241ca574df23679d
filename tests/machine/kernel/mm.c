// The host kernel as an oracle for memory calls. Reads one operation a line and prints its result; then what each
// page of the arena is: '-' unmapped or forbidden, or its first byte in hex.
//
//   m addr len prot flags      mmap (anonymous)
//   u addr len                 munmap
//   p addr len prot            mprotect
//   r addr old new flags to    mremap
//   a addr len advice          madvise
//   w addr byte                store a byte; prints the si_code when that faults
//   s                          show the arena and start over with an empty one
//
// Addresses are offsets into the arena; results inside it are printed the same way, results outside as "out".
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static char *const arena = (char *)0x10000000000;
enum { pages = 32, page = 4096 };
static sigjmp_buf back;
static volatile int code;

static void handler(int sig, siginfo_t *info, void *context) {
  (void)sig;
  (void)context;
  code = info->si_code;
  siglongjmp(back, 1);
}

static void show(void *result, size_t len) {
  char *p = result;
  if (p == MAP_FAILED) printf("-%d\n", errno);
  else if (p >= arena && p < arena + pages * page) printf("%lx\n", (long)(p - arena));
  else {
    printf("out\n");
    munmap(p, len);
  }
}

int main(void) {
  struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSEGV, &sa, 0);
  sigaction(SIGBUS, &sa, 0);
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  char line[200];
  while (fgets(line, sizeof line, stdin)) {
    long a[5] = {0};
    sscanf(line + 1, "%lx %lx %lx %lx %lx", a, a + 1, a + 2, a + 3, a + 4);
    char *at = arena + a[0];
    switch (line[0]) {
    case 'm': show(mmap(at, a[1], a[2], a[3], -1, 0), a[1]); break;
    case 'u': printf("%d\n", munmap(at, a[1]) ? -errno : 0); break;
    case 'p': printf("%d\n", mprotect(at, a[1], a[2]) ? -errno : 0); break;
    case 'r': show(mremap(at, a[1], a[2], a[3], arena + a[4]), a[2]); break;
    case 'a': printf("%d\n", madvise(at, a[1], a[2]) ? -errno : 0); break;
    case 'w':
      if (sigsetjmp(back, 1) == 0) {
        *(volatile char *)at = a[1];
        printf("ok\n");
      } else printf("fault %d\n", code);
      break;
    case 's':
      for (int i = 0; i < pages; i++) {
        if (sigsetjmp(back, 1) == 0) printf("%02x", *(volatile unsigned char *)(arena + i * page));
        else printf("%s", code == SEGV_MAPERR ? ".." : "xx");
      }
      printf("\n");
      munmap(arena, pages * page);
      break;
    }
  }
  return 0;
}
