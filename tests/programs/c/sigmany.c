/* Signal handlers: alternate stack, fault addresses and codes, masks, pending, sigsuspend, and a fatal signal at the end. */
#include <signal.h>
#include <stdio.h>
#include <setjmp.h>
#include <unistd.h>
#include <stdlib.h>
#include <errno.h>
#include <time.h>
#include <string.h>
static sigjmp_buf jb; static volatile int hits; static char stack[65536];
int main(void);
static void onsegv(int s, siginfo_t *i, void *u) { char c; printf("segv code %d addr %s onstack %d\n", i->si_code, i->si_addr == (void *)main ? "main" : i->si_addr == (void *)0xdead0 ? "0xdead0" : "other", &c > stack && &c < stack + sizeof stack); siglongjmp(jb, 1); }
static void onusr(int s) { hits++; }
int main(void) {
  stack_t ss = {.ss_sp = stack, .ss_size = sizeof stack}; sigaltstack(&ss, 0);
  struct sigaction sa; memset(&sa, 0, sizeof sa); sa.sa_sigaction = onsegv; sa.sa_flags = SA_SIGINFO | SA_ONSTACK; sigaction(SIGSEGV, &sa, 0);
  if (!sigsetjmp(jb, 1)) *(volatile int *)0xdead0 = 1; else puts("back");
  if (!sigsetjmp(jb, 1)) *(volatile char *)main = 1; else puts("back again");
  signal(SIGUSR1, onusr); double x = 1.5; raise(SIGUSR1); raise(SIGUSR1); printf("hits %d %f\n", hits, x * 3);
  sigset_t s, o; sigemptyset(&s); sigaddset(&s, SIGUSR1); sigprocmask(SIG_BLOCK, &s, &o); kill(getpid(), SIGUSR1); printf("blocked %d\n", hits); sigset_t p; sigpending(&p); printf("pending %d\n", sigismember(&p, SIGUSR1)); sigprocmask(SIG_SETMASK, &o, 0); printf("open %d\n", hits);
  sigprocmask(SIG_BLOCK, &s, &o); kill(getpid(), SIGUSR1); int r = sigsuspend(&o); printf("suspend %d %d hits %d\n", r, errno == EINTR, hits);
  struct timespec t = {0, 1000000}; printf("sleep %d\n", nanosleep(&t, 0));
  signal(SIGUSR1, SIG_DFL); sigprocmask(SIG_SETMASK, &o, 0); fflush(stdout); raise(SIGUSR1); return 0;
}
