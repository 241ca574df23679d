/* Actions, masks and queues: which handler runs when, what is dropped, what is fatal, and who is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int order[32], count, depth, deepest;

static void note(int sig) { order[count++] = sig; }

static void print(const char *what) {
    printf("%s:", what);
    for (int i = 0; i < count; i++)
        printf(" %d", order[i]);
    puts("");
    count = 0;
}

static void on(int sig, void (*handler)(int), int flags, int alsoBlocked) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    if (alsoBlocked)
        sigaddset(&action.sa_mask, alsoBlocked);
    sigaction(sig, &action, NULL);
}

static void mask(int how, int a, int b, int c, int d) {
    sigset_t set;
    sigemptyset(&set);
    int all[] = {a, b, c, d};
    for (int i = 0; i < 4; i++)
        if (all[i])
            sigaddset(&set, all[i]);
    sigprocmask(how, &set, NULL);
}

static void nested(int sig) {
    note(sig);
    if (++depth > deepest)
        deepest = depth;
    if (count < 4)
        raise(sig);
    depth--;
}

static void raisesOther(int sig) {
    note(sig);
    raise(SIGUSR2);
    note(-sig);
}

static void showPending(const char *what) {
    sigset_t set;
    sigpending(&set);
    printf("%s:", what);
    for (int i = 1; i < 32; i++)
        if (sigismember(&set, i))
            printf(" %d", i);
    puts("");
}

static void child(const char *what, void (*act)(void)) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        act();
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static int *volatile nothing = (int *)16;

static void blockedFault(void) {
    on(SIGSEGV, note, 0, 0);
    mask(SIG_BLOCK, SIGSEGV, 0, 0, 0);
    *nothing = 1;
}
static void ignoredFault(void) {
    signal(SIGSEGV, SIG_IGN);
    *nothing = 1;
}
static void ignoredKill(void) {
    signal(SIGSEGV, SIG_IGN);
    raise(SIGSEGV);
}
static void once(int sig) {
    (void)sig;
    *nothing = 1; /* the handler is gone by then */
}
static void resetFault(void) {
    on(SIGSEGV, once, (int)(SA_RESETHAND | SA_NODEFER), 0);
    *nothing = 1;
}
static void faultInHandler(void) {
    on(SIGSEGV, once, 0, 0);
    *nothing = 1;
}
static void both(void) {
    on(SIGUSR1, note, 0, 0);
    mask(SIG_BLOCK, SIGUSR1, SIGTERM, 0, 0);
    raise(SIGUSR1);
    raise(SIGTERM);
    mask(SIG_UNBLOCK, SIGUSR1, SIGTERM, 0, 0);
}
static void badStack(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)info;
#ifdef __x86_64__
    ((ucontext_t *)context)->uc_mcontext.fpregs = (void *)8;
#else
    ((ucontext_t *)context)->uc_mcontext.__reserved[4] = 8; /* the size of the first record */
#endif
}
static void badFrame(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = badStack;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}
static void leave(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)context;
    _exit(info->si_code == SI_KERNEL && info->si_addr == NULL ? 9 : 8);
}
static void badFrameCaught(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = leave;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
    badFrame();
}
static void strangePlace(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)info;
#ifdef __x86_64__
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] = 0x123456789abcdef0;
#else
    ((ucontext_t *)context)->uc_mcontext.pc = 0x123456789abcdef0;
#endif
}
static void strangeReturn(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = leave;
    sigaction(SIGSEGV, &action, NULL);
    action.sa_sigaction = strangePlace;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}

static pthread_barrier_t barrier;
static pthread_t taker;

static void who(int sig) { order[count++] = pthread_equal(pthread_self(), taker) ? sig + 1000 : sig; }

static void *takes(void *unused) {
    (void)unused;
    taker = pthread_self();
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

int main(void) {
    /* several at once: faults first, then by number; each handler interrupts the one before */
    int all[] = {SIGUSR1, SIGHUP, SIGTERM, SIGFPE, SIGSEGV};
    for (int i = 0; i < 5; i++)
        on(all[i], note, 0, 0);
    mask(SIG_BLOCK, SIGUSR1, SIGHUP, SIGTERM, SIGFPE);
    mask(SIG_BLOCK, SIGSEGV, 0, 0, 0);
    for (int i = 0; i < 5; i++)
        raise(all[i]);
    raise(SIGHUP);
    showPending("pending");
    mask(SIG_SETMASK, 0, 0, 0, 0);
    print("order of handlers");

    /* the thread's own before the process's */
    mask(SIG_BLOCK, SIGUSR1, SIGHUP, 0, 0);
    kill(getpid(), SIGHUP);
    raise(SIGUSR1);
    mask(SIG_SETMASK, 0, 0, 0, 0);
    print("own and process's");

    on(SIGUSR1, nested, SA_NODEFER, 0);
    raise(SIGUSR1);
    printf("depth %d\n", deepest);
    print("SA_NODEFER");
    deepest = 0;
    on(SIGUSR1, nested, 0, 0);
    raise(SIGUSR1);
    printf("depth %d\n", deepest);
    print("deferred");

    on(SIGUSR2, note, 0, 0);
    on(SIGUSR1, raisesOther, 0, 0);
    raise(SIGUSR1);
    print("other not in sa_mask");
    on(SIGUSR1, raisesOther, 0, SIGUSR2);
    raise(SIGUSR1);
    print("other in sa_mask");

    on(SIGUSR1, note, (int)SA_RESETHAND, SIGHUP);
    raise(SIGUSR1);
    struct sigaction old;
    sigaction(SIGUSR1, NULL, &old);
    printf("SA_RESETHAND: default %d flag %d mask %d\n", old.sa_handler == SIG_DFL, (old.sa_flags & (int)SA_RESETHAND) != 0, sigismember(&old.sa_mask, SIGHUP));
    print("ran");

    /* what is ignored is dropped, unless it is blocked; what becomes ignored is dropped even then */
    signal(SIGUSR1, SIG_IGN);
    mask(SIG_BLOCK, SIGUSR1, SIGCHLD, 0, 0);
    raise(SIGUSR1);
    raise(SIGCHLD);
    showPending("ignored but blocked");
    signal(SIGUSR1, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    showPending("after SIG_DFL");
    on(SIGUSR1, note, 0, 0);
    signal(SIGUSR1, SIG_IGN);
    showPending("after SIG_IGN");
    mask(SIG_SETMASK, 0, 0, 0, 0);
    print("none ran");

    /* sigsuspend: the handler runs under its mask, then the old one is back */
    on(SIGUSR1, note, 0, 0);
    on(SIGUSR2, note, 0, 0);
    mask(SIG_SETMASK, SIGUSR1, SIGUSR2, 0, 0);
    raise(SIGUSR1);
    raise(SIGUSR2);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    int r = sigsuspend(&set);
    printf("sigsuspend %d %d\n", r, errno == EINTR);
    print("ran");
    showPending("still pending");

    /* sigtimedwait */
    struct timespec no = {0, 0}, bad = {0, 1000000000}, soon = {0, 1000000};
    siginfo_t info;
    printf("sigtimedwait bad time: %d\n", sigtimedwait(&set, &info, &bad) == -1 && errno == EINVAL);
    r = sigtimedwait(&set, &info, &no);
    printf("sigtimedwait %d sent %d own %d\n", r, info.si_code <= 0, info.si_pid == getpid());
    printf("sigtimedwait none: %d\n", sigtimedwait(&set, &info, &soon) == -1 && errno == EAGAIN);
    mask(SIG_SETMASK, 0, 0, 0, 0);
    print("none ran");

    /* a process's signal goes to a thread that does not block it */
    on(SIGUSR1, who, 0, 0);
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t t;
    pthread_create(&t, NULL, takes, NULL);
    pthread_barrier_wait(&barrier);
    kill(getpid(), SIGUSR1);
    mask(SIG_BLOCK, SIGUSR1, 0, 0, 0);
    kill(getpid(), SIGUSR1);
    while (count < 2) /* an interrupt brings it to the other thread, which blocks all signals when it ends */
        ;
    pthread_barrier_wait(&barrier);
    pthread_join(t, NULL);
    print("main thread, then the other");
    mask(SIG_SETMASK, 0, 0, 0, 0);

    pid_t self = getpid();
    printf("kill: %d %d %d\n", kill(self, 65) == -1 && errno == EINVAL, kill(99999999, 0) == -1 && errno == ESRCH, kill(99999999, 65) == -1 && errno == ESRCH);
    printf("tgkill: %d %d %d\n", syscall(SYS_tgkill, self, 0, SIGUSR1) == -1 && errno == EINVAL, syscall(SYS_tgkill, self, 99999999, SIGUSR1) == -1 && errno == ESRCH,
           syscall(SYS_tgkill, self, self, 0) == 0);
    uint64_t half = 0;
    printf("sigpending sizes: %d %d\n", syscall(SYS_rt_sigpending, &half, 16) == -1 && errno == EINVAL, syscall(SYS_rt_sigpending, &half, 4) == 0);
    printf("SIGKILL: %d %d\n", signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL, signal(SIGSTOP, note) == SIG_ERR && errno == EINVAL);

    for (int i = 0; i < 5; i++)
        signal(all[i], SIG_DFL);
    child("blocked fault", blockedFault);
    child("ignored fault", ignoredFault);
    child("ignored kill", ignoredKill);
    child("fault after SA_RESETHAND", resetFault);
    child("fault in its handler", faultInHandler);
    child("handler and death at once", both);
    child("unreadable frame", badFrame);
    child("unreadable frame, caught", badFrameCaught);
    child("return to a strange place", strangeReturn);
    return 0;
}
