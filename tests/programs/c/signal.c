/* A handler for a directed signal, and one that repairs a fault: the frame, the mask and sigreturn. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile sig_atomic_t seen;
static sigjmp_buf back;
static int *volatile wild = (int *)16;

static void onUser(int sig, siginfo_t *info, void *context) {
    (void)context;
    seen += sig == SIGUSR1 && info->si_signo == SIGUSR1;
}

static void onFault(int sig, siginfo_t *info, void *context) {
    (void)context;
    siglongjmp(back, sig == SIGSEGV && info->si_addr == (void *)wild ? 1 : 2);
}

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = onUser;
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < 3; i++)
        raise(SIGUSR1);
    printf("seen %d\n", (int)seen);

    sigset_t block, old;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &old);
    raise(SIGUSR1);
    printf("blocked %d\n", (int)seen);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("unblocked %d\n", (int)seen);

    action.sa_sigaction = onFault;
    sigaction(SIGSEGV, &action, NULL);
    int how = sigsetjmp(back, 1);
    if (how == 0)
        *wild = 1;
    printf("fault %d\n", how);
    return 0;
}
