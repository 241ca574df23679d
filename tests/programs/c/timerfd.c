// Timers behind descriptors, and sleeping on clocks.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static const char *error(long r) {
	return r >= 0 ? "ok" : errno == EAGAIN ? "EAGAIN" : errno == EINVAL ? "EINVAL" : errno == EBADF ? "EBADF" : errno == EINTR ? "EINTR" : errno == EOPNOTSUPP ? "EOPNOTSUPP" : errno == EPERM ? "EPERM" : "other";
}
static struct itimerspec of(long ns, long period) {
	struct itimerspec v = {{period / 1000000000, period % 1000000000}, {ns / 1000000000, ns % 1000000000}};
	return v;
}
static void nap(long ns) { nanosleep(&(struct timespec){0, ns}, NULL); }
static long now(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}
static int raw_sleep(clockid_t clock, int flags, struct timespec t, struct timespec *rest) {
	return syscall(SYS_clock_nanosleep, clock, flags, &t, rest);
}

static volatile int stop_thread;
static volatile unsigned long work;
static void *busy(void *argument) {
	while (!stop_thread) work++;
	return NULL;
}
static void handler(int signo) {}

int main(void) {
	uint64_t count = 0;
	printf("clock: %s, flags: %s\n", error(timerfd_create(CLOCK_MONOTONIC_RAW, 0)), error(timerfd_create(CLOCK_MONOTONIC, 1)));
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	printf("not set: %s", error(read(fd, &count, 8)));
	printf(", write: %s", error(write(fd, &count, 8)));
	struct itimerspec v = of(1, 0), old;
	v.it_value.tv_nsec = 1000000000;
	printf(", bad time: %s", error(timerfd_settime(fd, 0, &v, NULL)));
	v = of(1, 0);
	printf(", bad flags: %s", error(timerfd_settime(fd, 8, &v, NULL)));
	printf(", not a timer: %s", error(timerfd_settime(0, 0, &v, NULL)));
	printf(", closed: %s\n", error(timerfd_gettime(77, &old)));

	// once
	v = of(200000000, 0);
	timerfd_settime(fd, 0, &v, NULL);
	struct pollfd p = {fd, POLLIN, 0};
	int r = poll(&p, 1, 0);
	printf("before: %d", r);
	r = poll(&p, 1, -1);
	printf(", after: %d %d", r, p.revents);
	printf(", short: %s", error(read(fd, &count, 4)));
	long n = read(fd, &count, 8);
	printf(", read: %ld %lu", n, (unsigned long)count);
	printf(", again: %s\n", error(read(fd, &count, 8)));

	// periods
	v = of(1000000, 1000000);
	timerfd_settime(fd, 0, &v, NULL);
	nap(20000000);
	n = read(fd, &count, 8);
	printf("missed: %ld %d", n, count >= 19);
	int files = epoll_create1(0);
	struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = fd}};
	epoll_ctl(files, EPOLL_CTL_ADD, fd, &event);
	int times_ready = 0;
	for (int i = 0; i < 3; i++) {
		times_ready += epoll_wait(files, &event, 1, -1);
		read(fd, &count, 8);
	}
	printf(", edges: %d\n", times_ready);

	// read back, stopped; a count that nobody read is gone
	v = of(100000000000, 7000000000);
	timerfd_settime(fd, 0, &v, NULL);
	timerfd_gettime(fd, &old);
	printf("left: %ld, period %ld", (long)old.it_value.tv_sec + 1, (long)old.it_interval.tv_sec);
	v = of(0, 0);
	timerfd_settime(fd, 0, &v, &old);
	printf(", old: %ld", (long)old.it_interval.tv_sec);
	timerfd_gettime(fd, &old);
	printf(", stopped: %ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_interval.tv_sec);

	// moments, also past ones
	v = of(now(CLOCK_MONOTONIC) - 5, 0);
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &v, NULL);
	n = read(fd, &count, 8);
	printf("past: %ld %lu", n, (unsigned long)count);
	int real = timerfd_create(CLOCK_REALTIME, 0);
	v = of(now(CLOCK_REALTIME) + 3000000, 0);
	timerfd_settime(real, TFD_TIMER_ABSTIME, &v, NULL);
	long before = now(CLOCK_MONOTONIC);
	n = read(real, &count, 8);
	printf(", blocking read: %ld %lu %d\n", n, (unsigned long)count, now(CLOCK_MONOTONIC) - before > 2000000);

	// clocks
	struct timespec t;
	clock_getres(CLOCK_MONOTONIC, &t);
	printf("resolution: %ld", (long)t.tv_nsec);
	clock_getres(CLOCK_THREAD_CPUTIME_ID, &t);
	printf(" %ld", (long)t.tv_nsec);
	clockid_t process, thread;
	printf(", clocks of others: %d %d", clock_getcpuclockid(0, &process), pthread_getcpuclockid(pthread_self(), &thread));
	printf(" %s %s", error(clock_gettime(process, &t)), error(clock_gettime(thread, &t)));
	printf(", none: %s %d\n", error(clock_gettime(-4, &t)), clock_getcpuclockid(0x3ffffff, &process) != 0);

	// sleeps
	before = now(CLOCK_MONOTONIC);
	printf("sleep: %d", raw_sleep(CLOCK_MONOTONIC, TIMER_ABSTIME, (struct timespec){(before + 3000000) / 1000000000, (before + 3000000) % 1000000000}, NULL));
	printf(" %d", now(CLOCK_MONOTONIC) >= before + 3000000);
	printf(", past: %d", raw_sleep(CLOCK_REALTIME, TIMER_ABSTIME, (struct timespec){1, 0}, NULL));
	printf(", bad: %s", error(raw_sleep(CLOCK_MONOTONIC, 0, (struct timespec){0, -1}, NULL)));
	printf(", own thread's clock: %s", error(raw_sleep(CLOCK_THREAD_CPUTIME_ID, 0, (struct timespec){0, 1}, NULL)));
	printf(", coarse: %s\n", error(raw_sleep(CLOCK_MONOTONIC_COARSE, 0, (struct timespec){0, 1}, NULL)));

	// interrupted: the rest is reported, to moments it is not
	signal(SIGALRM, handler);
	struct timespec rest = {0, 0};
	ualarm(200000, 0);
	printf("interrupted: %s", error(raw_sleep(CLOCK_MONOTONIC, 0, (struct timespec){10, 0}, &rest)));
	printf(" %d\n", rest.tv_sec == 9);

	// CPU time of the process passes while another thread works
	pthread_t other;
	pthread_create(&other, NULL, busy, NULL);
	before = now(CLOCK_PROCESS_CPUTIME_ID);
	printf("CPU sleep: %d", raw_sleep(CLOCK_PROCESS_CPUTIME_ID, 0, (struct timespec){0, 5000000}, NULL));
	printf(" %d", now(CLOCK_PROCESS_CPUTIME_ID) >= before + 5000000);
	ualarm(20000, 0);
	rest.tv_sec = 0;
	printf(", interrupted: %s", error(raw_sleep(CLOCK_PROCESS_CPUTIME_ID, 0, (struct timespec){10, 0}, &rest)));
	printf(" %d", rest.tv_sec == 9);
	pthread_getcpuclockid(other, &thread);
	printf(", another thread's: %d\n", raw_sleep(thread, 0, (struct timespec){0, 5000000}, NULL));
	stop_thread = 1;
	pthread_join(other, NULL);

	// usage: ended threads count
	struct rusage usage;
	struct tms tms;
	getrusage(RUSAGE_SELF, &usage);
	long self = usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
	getrusage(RUSAGE_THREAD, &usage);
	long mine = usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
	times(&tms);
	printf("usage: %d %d %d, children %ld\n", self >= 10000, mine < self, tms.tms_utime + tms.tms_stime >= 1, (long)tms.tms_cutime);
	return 0;
}
