// timer_create: every way to be told, periods and overruns, what is left, and the errors.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// the system calls themselves: C libraries number their timers in their own way
static int create(clockid_t clock, struct sigevent *event, int *id) { return syscall(SYS_timer_create, clock, event, id); }
static int set(int id, int flags, const struct itimerspec *new, struct itimerspec *old) { return syscall(SYS_timer_settime, id, flags, new, old); }
static int get(int id, struct itimerspec *now) { return syscall(SYS_timer_gettime, id, now); }
static int overrun(int id) { return syscall(SYS_timer_getoverrun, id); }
static int drop(int id) { return syscall(SYS_timer_delete, id); }

static const char *error(int r) {
	if (r >= 0) return "ok";
	return errno == EINVAL ? "EINVAL" : errno == EFAULT ? "EFAULT" : errno == EOPNOTSUPP ? "EOPNOTSUPP" : errno == EAGAIN ? "EAGAIN" : "other";
}

static struct itimerspec of(long ns, long period) {
	struct itimerspec v = {{period / 1000000000, period % 1000000000}, {ns / 1000000000, ns % 1000000000}};
	return v;
}

static volatile sig_atomic_t count, code, value, timer, thread;

static void handler(int signo, siginfo_t *info, void *context) {
	code = info->si_code;
	value = info->si_value.sival_int;
	timer = info->si_timerid;
	thread = syscall(SYS_gettid);
	count++;
}

static struct sigevent by(int notify, int signo, int v) {
	struct sigevent e;
	memset(&e, 0, sizeof e);
	e.sigev_notify = notify;
	e.sigev_signo = signo;
	e.sigev_value.sival_int = v;
	return e;
}

static void wait_for(int n) {
	while (count < n) nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static volatile int stop_thread;
static volatile int other;
static void *idle(void *argument) {
	other = syscall(SYS_gettid);
	while (!stop_thread) nanosleep(&(struct timespec){0, 1000000}, NULL);
	return NULL;
}

static volatile unsigned long work;

int main(void) {
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO | SA_RESTART;
	for (int s = SIGUSR1; s <= SIGUSR2; s++) sigaction(s, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	sigset_t blocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN);

	// errors
	int id, id2;
	struct sigevent e = by(SIGEV_SIGNAL, 0, 0);
	printf("signal 0: %s\n", error(create(CLOCK_MONOTONIC, &e, &id)));
	e = by(SIGEV_SIGNAL, 65, 0);
	printf("signal 65: %s\n", error(create(CLOCK_MONOTONIC, &e, &id)));
	e = by(9, SIGALRM, 0);
	printf("notify 9: %s\n", error(create(CLOCK_MONOTONIC, &e, &id)));
	e = by(SIGEV_THREAD_ID, SIGALRM, 0);
	printf("no thread: %s\n", error(create(CLOCK_MONOTONIC, &e, &id)));
	e = by(SIGEV_SIGNAL, SIGALRM, 0);
	printf("clock 77: %s\n", error(create(77, &e, &id)));
	printf("raw clock: %s\n", error(create(CLOCK_MONOTONIC_RAW, &e, &id)));
	printf("coarse clock: %s\n", error(create(CLOCK_REALTIME_COARSE, &e, &id)));
	printf("bad event: %s\n", error(create(CLOCK_MONOTONIC, (struct sigevent *)8, &id)));
	printf("no timer: %s %s %s %s\n", error(get(99, &(struct itimerspec){})), error(overrun(99)), error(drop(99)), error(set(99, 0, &(struct itimerspec){}, NULL)));

	// one shot to the process, with a value
	e = by(SIGEV_SIGNAL, SIGUSR1, 1234);
	printf("create: %s\n", error(create(CLOCK_MONOTONIC, &e, &id)));
	struct itimerspec v = of(1000000, 0), old;
	v.it_value.tv_nsec = 1000000000;
	printf("bad time: %s\n", error(set(id, 0, &v, NULL)));
	printf("no time: %s\n", error(set(id, 0, NULL, NULL)));
	v = of(1000000, 0);
	printf("set: %s\n", error(set(id, 0, &v, NULL)));
	wait_for(1);
	printf("SI_TIMER %d, value %d, its number %d, overrun %d\n", code == SI_TIMER, value, timer == id, overrun(id));
	get(id, &old);
	printf("afterwards: %ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_nsec);

	// a long one, read back, set anew, stopped
	v = of(1000000000000, 5000000000);
	set(id, 0, &v, NULL);
	get(id, &old);
	printf("left: %ld, period %ld\n", (long)old.it_value.tv_sec + 1, (long)old.it_interval.tv_sec);
	v = of(0, 7000000000);
	set(id, 0, &v, &old);
	printf("old period %ld\n", (long)old.it_interval.tv_sec);
	get(id, &old);
	printf("stopped: %ld, period %ld\n", (long)old.it_value.tv_sec, (long)old.it_interval.tv_sec);

	// a moment in the past
	struct timespec now;
	count = 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	v = (struct itimerspec){{0, 0}, {now.tv_sec, now.tv_nsec > 0 ? now.tv_nsec - 1 : 0}};
	set(id, TIMER_ABSTIME, &v, NULL);
	wait_for(1);
	printf("past: %d\n", count);
	// a moment of real time
	e = by(SIGEV_SIGNAL, SIGUSR1, 5);
	create(CLOCK_REALTIME, &e, &id2);
	clock_gettime(CLOCK_REALTIME, &now);
	v = (struct itimerspec){{0, 0}, {now.tv_sec + 1000, now.tv_nsec}};
	set(id2, TIMER_ABSTIME, &v, NULL);
	get(id2, &old);
	printf("real: %ld, numbers go up: %d\n", (long)old.it_value.tv_sec + 1, id2 > id);
	printf("delete: %s", error(drop(id2)));
	printf(", again %s\n", error(drop(id2)));

	// no event: SIGALRM with the timer's number
	count = 0;
	create(CLOCK_BOOTTIME, NULL, &id2);
	v = of(1000000, 0);
	set(id2, 0, &v, NULL);
	wait_for(1);
	printf("default: %d %d\n", value == id2, timer == id2);
	drop(id2);

	// overruns while the signal is blocked: one signal, which says how many were missed
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	e = by(SIGEV_SIGNAL, SIGRTMIN, 9);
	create(CLOCK_MONOTONIC, &e, &id2);
	v = of(1000000, 1000000);
	set(id2, 0, &v, NULL);
	nanosleep(&(struct timespec){0, 20000000}, NULL);
	siginfo_t info;
	int taken = sigtimedwait(&blocked, &info, &(struct timespec){0, 0});
	printf("taken: %d, overruns %d, as asked %d\n", taken == SIGRTMIN, info.si_overrun >= 15, overrun(id2) == info.si_overrun);
	v = of(0, 0);
	set(id2, 0, &v, NULL);
	sigtimedwait(&blocked, &info, &(struct timespec){0, 0}); // one may have come in between
	drop(id2);
	printf("and no more: %d\n", sigtimedwait(&blocked, &info, &(struct timespec){0, 0}));
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);

	// no notice
	e = by(SIGEV_NONE, 0, 0);
	create(CLOCK_MONOTONIC, &e, &id2);
	v = of(1000000, 1000000000);
	set(id2, 0, &v, NULL);
	nanosleep(&(struct timespec){0, 5000000}, NULL);
	get(id2, &old);
	printf("silent: next within a second %d\n", old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0);
	v = of(1000000, 0);
	set(id2, 0, &v, NULL);
	nanosleep(&(struct timespec){0, 5000000}, NULL);
	get(id2, &old);
	printf("silent, once: %ld.%ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_nsec);
	drop(id2);

	// to one thread
	pthread_t t;
	pthread_create(&t, NULL, idle, NULL);
	while (!other) sched_yield();
	e = by(SIGEV_THREAD_ID, SIGUSR2, 3);
	((int *)&e)[4] = other; // sigev_notify_thread_id
	count = 0;
	printf("to a thread: %s\n", error(create(CLOCK_MONOTONIC, &e, &id2)));
	v = of(1000000, 1000000);
	set(id2, 0, &v, NULL);
	wait_for(3);
	printf("there: %d\n", thread == other);
	drop(id2);
	stop_thread = 1;
	pthread_join(t, NULL);

	// CPU time: the loops end because the signals come
	e = by(SIGEV_SIGNAL, SIGUSR1, 6);
	count = 0;
	create(CLOCK_PROCESS_CPUTIME_ID, &e, &id2);
	v = of(2000000, 2000000);
	set(id2, 0, &v, NULL);
	while (count < 3) work++;
	printf("process: %d, value %d\n", count, value);
	drop(id2);
	e = by(SIGEV_THREAD_ID, SIGUSR2, 8);
	((int *)&e)[4] = syscall(SYS_gettid);
	count = 0;
	create(CLOCK_THREAD_CPUTIME_ID, &e, &id2);
	v = of(2000000, 0);
	set(id2, 0, &v, NULL);
	nanosleep(&(struct timespec){0, 50000000}, NULL);
	printf("asleep: %d\n", count);
	while (count < 1) work++;
	printf("thread: %d, value %d, SI_TIMER %d\n", count, value, code == SI_TIMER);
	get(id2, &old);
	printf("done: %ld.%ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_nsec);
	return 0;
}
