// Queued signals: their order, what they carry, what the limit refuses, and the ways to take them without a handler.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char order[200];
static void handler(int signo, siginfo_t *info, void *context) {
	char *at = order + strlen(order);
	sprintf(at, " %d:%d", signo == SIGUSR1 ? 10 : signo - SIGRTMIN, info->si_value.sival_int);
}

static const struct timespec now = {0, 0};
static int queue(int signo, int v) { return sigqueue(getpid(), signo, (union sigval){.sival_int = v}); }
static const char *error(int r) {
	return r >= 0 ? "ok" : errno == EAGAIN ? "EAGAIN" : errno == EINVAL ? "EINVAL" : errno == EPERM ? "EPERM" : errno == ESRCH ? "ESRCH" : errno == EBADF ? "EBADF" : "other";
}

int main(void) {
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO;
	sigfillset(&action.sa_mask);
	sigset_t set, none;
	sigemptyset(&set);
	sigemptyset(&none);
	sigaddset(&set, SIGUSR1);
	for (int i = 0; i < 5; i++) sigaddset(&set, SIGRTMIN + i);
	for (int s = SIGRTMIN; s < SIGRTMIN + 5; s++) sigaction(s, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);

	// each number in the order of sending, lower numbers first; a standard signal waits once
	for (int v = 1; v <= 3; v++) {
		queue(SIGRTMIN + 2, v);
		queue(SIGRTMIN + 1, 10 + v);
		queue(SIGUSR1, 20 + v);
	}
	sigset_t pending;
	sigpending(&pending);
	printf("pending: %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGRTMIN + 1), sigismember(&pending, SIGRTMIN + 3));
	int r = sigsuspend(&none);
	printf("suspend: %d %d\nhandled:%s\n", r, errno == EINTR, order);
	order[0] = 0;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("rest:%s\n", order);
	sigprocmask(SIG_BLOCK, &set, NULL);

	// taken without a handler
	queue(SIGRTMIN + 3, 7);
	siginfo_t info;
	memset(&info, 0, sizeof info);
	r = sigtimedwait(&set, &info, &now);
	printf("wait: %d, SI_QUEUE %d, value %d, own pid %d\n", r - SIGRTMIN, info.si_code == SI_QUEUE, info.si_value.sival_int, info.si_pid == getpid());
	printf("nothing: %s\n", error(sigtimedwait(&set, &info, &now)));
	printf("bad time: %s\n", error(sigtimedwait(&set, &info, &(struct timespec){0, 1000000000})));
	kill(getpid(), SIGUSR1);
	r = sigwaitinfo(&set, &info);
	printf("kill: %d %d\n", r == SIGUSR1, info.si_code == SI_USER);
	raise(SIGRTMIN);
	r = sigwaitinfo(&set, &info);
	printf("raise: %d %d\n", r - SIGRTMIN, info.si_code == SI_TKILL || info.si_code == SI_USER); // glibc makes one of the other

	// what may be said
	info.si_signo = SIGRTMIN;
	info.si_code = SI_ASYNCIO;
	info.si_value.sival_int = 5;
	printf("own code: %s", error(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGRTMIN + 4, &info)));
	r = sigwaitinfo(&set, &info);
	printf(" %d %d %d\n", r - SIGRTMIN, info.si_code == SI_ASYNCIO, info.si_value.sival_int);
	printf("signal 0: %s, signal 65: %s\n", error(queue(0, 0)), error(queue(65, 0)));
	printf("no process: %s\n", error(sigqueue(0x3fffffff, SIGUSR1, (union sigval){0})));

	// the limit
	struct rlimit limit;
	getrlimit(RLIMIT_SIGPENDING, &limit);
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_SIGPENDING, &limit);
	printf("at the limit: queue %s", error(queue(SIGRTMIN, 1)));
	printf(", kill %s", error(kill(getpid(), SIGRTMIN)));
	printf(", standard kill %s\n", error(kill(getpid(), SIGUSR1)));
	r = sigwaitinfo(&set, &info);
	printf("came: %d", r == SIGUSR1);
	r = sigwaitinfo(&set, &info);
	printf(" and %d without a sender %d\n", r - SIGRTMIN, info.si_pid);
	limit.rlim_cur = 100;
	setrlimit(RLIMIT_SIGPENDING, &limit);

	// from a descriptor
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	struct signalfd_siginfo records[4];
	memset(records, 0, sizeof records);
	printf("empty: %s", error(read(fd, records, sizeof records)));
	printf(", short: %s\n", error(read(fd, records, 100)));
	struct pollfd p = {fd, POLLIN | POLLOUT, 0};
	printf("poll: %d\n", poll(&p, 1, 0));
	queue(SIGRTMIN + 1, 3);
	queue(SIGRTMIN, 4);
	kill(getpid(), SIGUSR1);
	r = poll(&p, 1, 0);
	printf("poll: %d %d\n", r, p.revents);
	int set_of_files = epoll_create1(0);
	struct epoll_event event = {EPOLLIN, {.fd = fd}};
	epoll_ctl(set_of_files, EPOLL_CTL_ADD, fd, &event);
	r = epoll_wait(set_of_files, &event, 1, 0);
	printf("epoll: %d %d\n", r, (int)event.events);
	long n = read(fd, records, sizeof records);
	printf("read: %ld", n / (long)sizeof records[0]);
	for (int i = 0; i < 3; i++) {
		int number = records[i].ssi_signo;
		printf(" [%d code %d value %d pid %d]", number == SIGUSR1 ? 10 : number - SIGRTMIN, records[i].ssi_code, records[i].ssi_int, (int)records[i].ssi_pid == getpid());
	}
	printf("\n");
	// another set
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, SIGRTMIN);
	printf("set anew: %d", signalfd(fd, &one, 0) == fd);
	queue(SIGRTMIN + 1, 1);
	printf(", outside it: %s", error(read(fd, records, sizeof records)));
	printf(", not a signalfd: %s", error(signalfd(set_of_files, &one, 0)));
	printf(", closed: %s\n", error(signalfd(77, &one, 0)));
	close(fd);
	sigaction(SIGRTMIN + 1, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	sigpending(&pending);
	printf("ignored and gone: %d\n", !sigismember(&pending, SIGRTMIN + 1));
	return 0;
}
