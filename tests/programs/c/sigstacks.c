/* Alternate signal stacks: their flags, what is refused, nesting, disarming, and stacks without room. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

static char stack[65536], other[65536];
static sigjmp_buf back;
static int depth;

static void show(const char *what) {
    stack_t s;
    int r = sigaltstack(NULL, &s);
    printf("%s: result %d flags %#x %s size %zu\n", what, r, (unsigned)s.ss_flags, s.ss_sp == stack ? "stack" : s.ss_sp == other ? "other" : s.ss_sp ? "?" : "null", s.ss_size);
}

static int set(void *sp, size_t bytes, unsigned flags) {
    stack_t s = {.ss_sp = sp, .ss_size = bytes, .ss_flags = (int)flags};
    int r = sigaltstack(&s, NULL);
    return r == 0 ? 0 : errno;
}

static int on(const void *p, const char *s) { return (const char *)p >= s && (const char *)p < s + sizeof stack; }

static void handle(int sig, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    sigaction(sig, &action, NULL);
}

static void onUser(int sig, siginfo_t *info, void *context) {
    (void)info;
    char here;
    ucontext_t *u = context;
    printf("handler %s stack, depth %d; frame says flags %#x %s size %zu\n", on(&here, stack) ? "on" : on(&here, other) ? "on the other" : "not on", depth,
           (unsigned)u->uc_stack.ss_flags, u->uc_stack.ss_sp == stack ? "stack" : "not stack", u->uc_stack.ss_size);
    show("  inside");
    printf("  set inside: error %d\n", set(other, sizeof other, 0));
    if (depth++ == 0)
        raise(sig);
}

static void onSegv(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)context;
    char here;
    printf("segv code %d, %s stack\n", info->si_code, on(&here, stack) ? "on" : "not on");
    siglongjmp(back, 1);
}

static volatile int forever = 1;

static int recurse(int n) {
    volatile char room[4096];
    room[0] = (char)n;
    return forever ? recurse(n + 1) + room[0] : 0;
}

static void leave(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)info;
    (void)context;
    _exit(7);
}

/* What becomes of a process that does this. */
static void child(const char *what, void (*act)(void)) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGSEGV, SIG_DFL);
        act();
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* The stack pointer where nothing is mapped, then a signal. */
static void lost(void) {
#ifdef __x86_64__
    __asm__ volatile("movq %0, %%rdi\n\tmovl $23, %%esi\n\tmovl $62, %%eax\n\txorl %%esp, %%esp\n\tsyscall\n\tmovl $231, %%eax\n\txorl %%edi, %%edi\n\tsyscall" : : "r"((long)getpid()) : "memory");
#else
    __asm__ volatile("mov x0, %0\n\tmov x1, #23\n\tmov x8, #129\n\tmov x9, #0\n\tmov sp, x9\n\tsvc #0\n\tmov x8, #94\n\tmov x0, #0\n\tsvc #0" : : "r"((long)getpid()) : "memory");
#endif
}

static void lostPlain(void) {
    handle(SIGURG, leave, 0);
    lost();
}

static void lostWithSegvOnStack(void) {
    handle(SIGURG, leave, 0);
    handle(SIGSEGV, leave, SA_ONSTACK);
    set(stack, sizeof stack, 0);
    lost();
}

static void lostWithSegvPlain(void) {
    handle(SIGURG, leave, 0);
    handle(SIGSEGV, leave, 0);
    lost();
}

static void lostButOnStack(void) {
    handle(SIGURG, leave, SA_ONSTACK);
    set(stack, sizeof stack, 0);
    lost();
}

static int self;

#ifdef __x86_64__ /* on arm64 Linux begins such a stack anew, and brings its own way back from a handler */
/* A handler that is interrupted where its alternate stack has no room for another frame. It needs next to no stack of its own. */
static void fills(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)info;
    (void)context;
    long call = SYS_kill;
    if (depth++ < 1000)
        __asm__ volatile("syscall" : "+a"(call) : "D"((long)self), "S"((long)SIGUSR2) : "rcx", "r11", "memory");
}

static void overflow(void) {
    handle(SIGUSR2, fills, SA_ONSTACK | SA_NODEFER);
    char *page = mmap(NULL, 3 * 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    set(page + 65536, 65536 + 512, 0); /* what lies below it is mapped too */
    depth = 0;
    self = getpid();
    raise(SIGUSR2);
}

/* A handler without SA_RESTORER has no way back. */
static void noRestorer(void) {
    uint64_t action[4] = {(uint64_t)leave, 0, 0, 0};
    syscall(SYS_rt_sigaction, SIGUSR1, action, NULL, 8);
    raise(SIGUSR1);
}

#endif

static void *thread(void *unused) {
    show("new thread");
    return unused;
}

int main(void) {
    show("at first");
    printf("too small: %d, bad flags: %d\n", set(stack, 1024, 0) == ENOMEM, set(stack, sizeof stack, 16) == EINVAL);
    printf("set: %d\n", set(stack, sizeof stack, 0));
    show("set");
    handle(SIGUSR1, onUser, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    show("after");
    pthread_t t;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);

    depth = 0;
    set(stack, sizeof stack, SS_AUTODISARM);
    show("disarming");
    raise(SIGUSR1);
    show("after disarming");

    set(NULL, 0, SS_DISABLE);
    show("disabled");
    depth = 1;
    raise(SIGUSR1);

    set(stack, sizeof stack, 0);
    handle(SIGSEGV, onSegv, SA_ONSTACK);
    if (sigsetjmp(back, 1) == 0)
        printf("%d\n", recurse(0));
    else
        puts("out of the overflow");

    child("no stack", lostPlain);
    child("no stack, a handler of SIGSEGV on the alternate one", lostWithSegvOnStack);
    child("no stack, a handler of SIGSEGV without one", lostWithSegvPlain);
    child("no stack, a handler on the alternate one", lostButOnStack);
#ifdef __x86_64__
    child("full alternate stack", overflow);
    child("no restorer", noRestorer);
#endif
    return 0;
}
