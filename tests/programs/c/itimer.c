// The three interval timers and alarm: one shot, periods, what is left, which signal and code they send.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t count[65], code[65];

static void handler(int signo, siginfo_t *info, void *context) {
	count[signo]++;
	code[signo] = info->si_code;
}

static struct itimerval of(long seconds, long micros, long period) {
	struct itimerval v = {{period / 1000000, period % 1000000}, {seconds, micros}};
	return v;
}

static volatile unsigned long work;

int main(void) {
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO;
	for (int s = 1; s < 32; s++) if (s != SIGKILL && s != SIGSTOP) sigaction(s, &action, NULL);

	// what is refused
	struct itimerval v = of(0, 1000000, 0), old;
	int r = setitimer(ITIMER_REAL, &v, NULL);
	printf("a million microseconds: %d %d\n", r, errno == EINVAL);
	v = of(-1, 0, 0);
	r = setitimer(ITIMER_REAL, &v, NULL);
	printf("negative: %d %d\n", r, errno == EINVAL);
	v = of(1, 0, 0);
	r = setitimer(7, &v, NULL);
	printf("unknown: %d %d\n", r, errno == EINVAL);

	// nothing is set
	r = getitimer(ITIMER_REAL, &old);
	printf("at first: %d %ld.%06ld\n", r, (long)old.it_value.tv_sec, (long)old.it_value.tv_usec);

	// a long one is read back and stopped
	v = of(1000, 0, 5000000);
	setitimer(ITIMER_REAL, &v, NULL);
	v = of(0, 0, 0);
	setitimer(ITIMER_REAL, &v, &old);
	printf("left: %ld s, period %ld s\n", (long)(old.it_value.tv_sec + (old.it_value.tv_usec > 0)), (long)old.it_interval.tv_sec);
	getitimer(ITIMER_REAL, &old);
	printf("stopped: %ld period %ld\n", (long)old.it_value.tv_sec, (long)old.it_interval.tv_sec);

	// one shot
	v = of(0, 2000, 0);
	setitimer(ITIMER_REAL, &v, NULL);
	r = pause();
	printf("pause: %d %d, %d SIGALRM, from the kernel: %d\n", r, errno == EINTR, count[SIGALRM], code[SIGALRM] == SI_KERNEL);

	// three periods
	v = of(0, 1000, 1000);
	setitimer(ITIMER_REAL, &v, NULL);
	while (count[SIGALRM] < 4) pause();
	v = of(0, 0, 0);
	setitimer(ITIMER_REAL, &v, NULL);
	printf("periods: %d\n", count[SIGALRM] >= 4);

	// while it is blocked only one waits
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	count[SIGALRM] = 0;
	v = of(0, 1000, 1000);
	setitimer(ITIMER_REAL, &v, NULL);
	struct timespec ten = {0, 10000000};
	nanosleep(&ten, NULL);
	v = of(0, 0, 0);
	setitimer(ITIMER_REAL, &v, NULL);
	printf("blocked: %d\n", count[SIGALRM]);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("unblocked: %d\n", count[SIGALRM]);

	// alarm
	printf("alarm: %u", alarm(100));
	printf(" %u", alarm(200));
	printf(" %u", alarm(0));
	printf(" %u\n", alarm(0));

	// CPU time: the loops end because the signals come
	v = of(0, 2000, 2000);
	setitimer(ITIMER_PROF, &v, NULL);
	while (count[SIGPROF] < 3) work++;
	v = of(0, 0, 0);
	setitimer(ITIMER_PROF, &v, &old);
	printf("profile: %d, period %ld us, %d\n", count[SIGPROF], (long)old.it_interval.tv_usec, code[SIGPROF] == SI_KERNEL);
	v = of(0, 2000, 0);
	setitimer(ITIMER_VIRTUAL, &v, NULL);
	while (count[SIGVTALRM] < 1) work++;
	getitimer(ITIMER_VIRTUAL, &old);
	printf("virtual: %d, left %ld, %d\n", count[SIGVTALRM], (long)old.it_value.tv_usec, code[SIGVTALRM] == SI_KERNEL);
	// none passes while it sleeps
	v = of(0, 50000, 0);
	setitimer(ITIMER_PROF, &v, NULL);
	nanosleep(&(struct timespec){0, 100000000}, NULL);
	printf("asleep: %d\n", count[SIGPROF]);
	return 0;
}
