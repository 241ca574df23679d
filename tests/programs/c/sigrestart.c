/* Which calls go on after a handler: each is tried with SA_RESTART and without, with a signal while it waits. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int handled;
static int pipes[2], event, word, sleepLeft;
static pid_t self;

static void onSignal(int sig) {
    (void)sig;
    handled++;
}

static void nap(long millis) {
    struct timespec t = {0, millis * 1000000};
    nanosleep(&t, NULL);
}

static void ends(int sig) {
    (void)sig;
    _exit(3);
}

/* The helper process: a signal while the parent waits, then what ends the wait of those that go on. */
static pid_t helper(void) {
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    signal(SIGTERM, ends);
    nap(30);
    kill(self, SIGUSR1);
    nap(30);
    if (write(pipes[1], "x", 1) != 1)
        _exit(1);
    uint64_t one = 1;
    if (write(event, &one, 8) != 8)
        _exit(1);
    kill(self, SIGUSR2);
    nap(30);
    _exit(3);
}

static long doRead(void) { char c; return read(pipes[0], &c, 1); }
static long doEvent(void) { uint64_t v; return read(event, &v, 8); }
static long doPoll(void) { struct pollfd p = {.fd = pipes[0], .events = POLLIN}; return poll(&p, 1, -1); }
static long doPpoll(void) { struct pollfd p = {.fd = pipes[0], .events = POLLIN}; return ppoll(&p, 1, NULL, NULL); }
static long doSelect(void) { fd_set s; FD_ZERO(&s); FD_SET(pipes[0], &s); return select(pipes[0] + 1, &s, NULL, NULL, NULL); }
static long doPselect(void) { fd_set s; FD_ZERO(&s); FD_SET(pipes[0], &s); return pselect(pipes[0] + 1, &s, NULL, NULL, NULL, NULL); }
static long doEpoll(void) {
    int e = epoll_create1(0);
    struct epoll_event v = {.events = EPOLLIN};
    epoll_ctl(e, EPOLL_CTL_ADD, pipes[0], &v);
    long r = epoll_wait(e, &v, 1, -1);
    int kept = errno;
    close(e);
    errno = kept;
    return r;
}
static long doNanosleep(void) {
    struct timespec t = {0, 80000000}, left = {9, 9};
    long r = nanosleep(&t, &left);
    int kept = errno;
    sleepLeft = left.tv_sec == 0 && left.tv_nsec > 10000000 && left.tv_nsec < 70000000;
    errno = kept;
    return r;
}
static long doClockNanosleep(void) {
    struct timespec t, left = {9, 9};
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += 80000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, &left);
    sleepLeft = left.tv_sec == 9;
    return errno ? -1 : 0;
}
static long doFutex(void) {
    return syscall(SYS_futex, &word, 0 | 128, 0, NULL, NULL, 0);
}
static long doFutexTimed(void) {
    struct timespec t = {0, 80000000};
    return syscall(SYS_futex, &word, 0 | 128, 0, &t, NULL, 0);
}
static long doWait(void) { return syscall(SYS_wait4, -1, NULL, 0, NULL); }
static long doWaitid(void) { siginfo_t info; return waitid(P_ALL, 0, &info, WEXITED | WNOWAIT); }
static long doPause(void) { return pause(); }
static long doSuspend(void) { sigset_t none; sigemptyset(&none); return sigsuspend(&none); }
static long doTimedwait(void) {
    sigset_t set;
    struct timespec t = {0, 80000000};
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    return syscall(SYS_rt_sigtimedwait, &set, NULL, &t, 8); /* musl's goes on by itself */
}
static long doFlock(void) {
    int fd = open("/tmp/sigrestart.lock", O_RDWR | O_CREAT, 0600);
    long r = flock(fd, LOCK_EX);
    int kept = errno;
    close(fd);
    errno = kept;
    return r;
}

static const struct {
    const char *name;
    long (*act)(void);
    int sleeps; /* ends by its own time, and says what is left */
} calls[] = {
    {"read of a pipe", doRead, 0}, {"read of an eventfd", doEvent, 0}, {"poll", doPoll, 0}, {"ppoll", doPpoll, 0}, {"select", doSelect, 0}, {"pselect", doPselect, 0},
    {"epoll_wait", doEpoll, 0}, {"nanosleep", doNanosleep, 1}, {"clock_nanosleep until", doClockNanosleep, 1}, {"futex with a time", doFutexTimed, 0},
    {"waitpid", doWait, 0}, {"waitid", doWaitid, 0}, {"pause", doPause, 0}, {"sigsuspend", doSuspend, 0}, {"sigtimedwait", doTimedwait, 0},
};

static void try(const char *name, long (*act)(void), int sleeps, int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = onSignal;
    action.sa_flags = flags;
    sigaction(SIGUSR1, &action, NULL);
    handled = 0;
    fflush(stdout);
    pid_t pid = helper();
    errno = 0;
    long r = act();
    int error = errno;
    printf("%s%s: %s", name, flags ? " with SA_RESTART" : "", r >= 0 ? "went on" : error == EINTR ? "EINTR" : error == ETIMEDOUT ? "ETIMEDOUT" : error == EAGAIN ? "EAGAIN" : "?");
    if (sleeps)
        printf(", rest %s", sleepLeft ? "as it should be" : "wrong");
    printf(", %d handled\n", handled);
    kill(pid, SIGTERM);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static void *waker(void *unused) {
    (void)unused;
    nap(60);
    word = 1;
    syscall(SYS_futex, &word, 1 | 128, 1, NULL, NULL, 0);
    return NULL;
}

int main(void) {
    self = getpid();
    if (pipe(pipes) != 0)
        return 1;
    event = eventfd(0, 0);
    signal(SIGUSR2, SIG_IGN);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        for (int restart = 0; restart < 2; restart++) {
            /* the wait is for what the helper writes; what is left of the last time goes first */
            int f = fcntl(pipes[0], F_GETFL);
            fcntl(pipes[0], F_SETFL, f | O_NONBLOCK);
            char c[16];
            while (read(pipes[0], c, sizeof c) > 0)
                ;
            int g = fcntl(event, F_GETFL);
            fcntl(event, F_SETFL, g | O_NONBLOCK);
            uint64_t v;
            while (read(event, &v, 8) > 0)
                ;
            fcntl(event, F_SETFL, g);
            if (calls[i].act != doRead)
                fcntl(pipes[0], F_SETFL, f | O_NONBLOCK);
            else
                fcntl(pipes[0], F_SETFL, f & ~O_NONBLOCK);
            try(calls[i].name, calls[i].act, calls[i].sleeps, restart ? SA_RESTART : 0);
        }
    }
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    for (int restart = 0; restart < 2; restart++) {
        pthread_t t;
        word = 0;
        pthread_create(&t, NULL, waker, NULL);
        try("futex", doFutex, 0, restart ? SA_RESTART : 0);
        pthread_join(t, NULL);
        int fd = open("/tmp/sigrestart.lock", O_RDWR | O_CREAT, 0600);
        flock(fd, LOCK_EX);
        fflush(stdout);
        pid_t holder = fork();
        if (holder == 0) {
            nap(60);
            _exit(0); /* the lock is the open file's, which both have */
        }
        close(fd);
        try("flock", doFlock, 0, restart ? SA_RESTART : 0);
        while (waitpid(holder, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    unlink("/tmp/sigrestart.lock");
    return 0;
}
