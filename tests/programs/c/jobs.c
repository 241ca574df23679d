/* Groups and sessions, stopping and going on, and how a parent hears of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

static void tell(const char *what, pid_t pid, int options) {
	int st = 0;
	pid_t got = waitpid(pid, &st, options);
	printf("%s:", what);
	if (got == 0) printf(" nothing\n");
	else if (got != pid) printf(" error %d\n", errno);
	else if (WIFSTOPPED(st)) printf(" stopped %d\n", WSTOPSIG(st));
	else if (WIFCONTINUED(st)) printf(" continued\n");
	else if (WIFSIGNALED(st)) printf(" signal %d\n", WTERMSIG(st));
	else printf(" exit %d\n", WEXITSTATUS(st));
}

static volatile sig_atomic_t codes[8], count;

static void on_child(int signo, siginfo_t *si, void *context) {
	(void)signo;
	(void)context;
	if (count < 8) codes[count++] = si->si_code * 1000 + si->si_status;
}

static void stopping(void) {
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = on_child;
	sa.sa_flags = SA_SIGINFO | SA_RESTART;
	sigaction(SIGCHLD, &sa, 0);
	int gate[2];
	pipe(gate);
	pid_t pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		char c;
		read(gate[0], &c, 1);
		_exit(17);
	}
	tell("stop", pid, WUNTRACED);
	tell("told once", pid, WUNTRACED | WNOHANG);
	kill(pid, SIGCONT);
	tell("go on", pid, WCONTINUED);
	while (count < 2) usleep(100);
	write(gate[1], "g", 1);
	tell("end", pid, 0);
	while (count < 3) usleep(100);
	printf("signals:");
	for (int i = 0; i < count; i++) printf(" %d", codes[i]);
	printf("\n");
	count = 0;
	sa.sa_flags |= SA_NOCLDSTOP;
	sigaction(SIGCHLD, &sa, 0);
	if ((pid = fork()) == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	tell("stop", pid, WUNTRACED);
	printf("SA_NOCLDSTOP: %d signals\n", (int)count);
	kill(pid, SIGTERM); /* waits until it goes on */
	tell("still stopped", pid, WNOHANG);
	kill(pid, SIGCONT);
	tell("end", pid, 0);
	if ((pid = fork()) == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	tell("stop", pid, WUNTRACED);
	kill(pid, SIGKILL);
	tell("killed while stopped", pid, 0);
	signal(SIGCHLD, SIG_DFL);
}

static int ready[2];

static void child_ready(void) {
	write(ready[1], "r", 1);
}

static void await(int n) {
	char c;
	while (n-- > 0) read(ready[0], &c, 1);
}

static void groups(void) {
	pid_t pids[3];
	for (int i = 0; i < 3; i++) {
		if ((pids[i] = fork()) == 0) {
			child_ready();
			for (;;) pause();
		}
		setpgid(pids[i], pids[0]);
	}
	await(3);
	printf("one group: %d %d %d\n", getpgid(pids[0]) == pids[0], getpgid(pids[1]) == pids[0], getpgid(pids[2]) == pids[0]);
	kill(-pids[0], SIGTSTP);
	for (int i = 0; i < 3; i++) tell("member", pids[i], WUNTRACED);
	kill(-pids[0], SIGCONT);
	kill(-pids[0], SIGUSR1);
	for (int i = 0; i < 3; i++) tell("member", pids[i], 0);
	printf("empty group: %d\n", kill(-pids[0], 0) == -1 && errno == ESRCH);
	pid_t pid = fork();
	if (pid == 0) {
		pid_t s = setsid();
		if (s != getpid() || getsid(0) != s || getpgrp() != s) _exit(1);
		if (setsid() != -1 || errno != EPERM) _exit(2);
		if (setpgid(0, 0) != -1 || errno != EPERM) _exit(3);
		signal(SIGTSTP, SIG_DFL);
		raise(SIGTSTP); /* nobody could start it again: ignored */
		if (fork() == 0) {
			if (getsid(0) != s || getpgrp() != s) _exit(1);
			_exit(setpgid(0, 0) == 0 && getpgrp() == getpid() ? 5 : 1);
		}
		int st;
		wait(&st);
		_exit(WEXITSTATUS(st));
	}
	tell("session", pid, WUNTRACED);
	printf("others: %d %d %d\n", setpgid(1 << 20, 0) == -1 && errno == ESRCH, getpgid(1 << 20) == -1 && errno == ESRCH, setpgid(0, -1) == -1 && errno == EINVAL);
}

static volatile sig_atomic_t hangups, continues;

static void on_hup(int signo) {
	if (signo == SIGHUP) hangups++;
	else continues++;
}

/* The last parent outside a group ends while a member is stopped. */
static void orphaned(void) {
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int out[2];
	pipe(out);
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		pid_t stopped = fork();
		if (stopped == 0) {
			setpgid(0, 0);
			signal(SIGHUP, on_hup);
			signal(SIGCONT, on_hup);
			raise(SIGSTOP);
			while (!hangups || !continues) usleep(1000);
			write(out[1], "h", 1);
			_exit(0);
		}
		int st;
		waitpid(stopped, &st, WUNTRACED);
		_exit(3);
	}
	tell("leader", pid, 0);
	char c = 0;
	read(out[0], &c, 1);
	wait(0);
	printf("orphaned group was started again: %c\n", c);
}

static void death(void) {
	int out[2];
	pipe(out);
	pid_t pid = fork();
	if (pid == 0) {
		close(out[0]);
		pid_t middle = getpid();
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == middle) child_ready();
			for (;;) pause();
		}
		await(1);
		_exit(8);
	}
	close(out[1]);
	char c;
	printf("pipe ends with the last holder: %d\n", (int)read(out[0], &c, 1));
	tell("parent", pid, 0);
	int st;
	wait(&st);
	printf("death signal: %d\n", WTERMSIG(st));
}

static void waiting_for_signals(void) {
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, 0);
	pid_t pid = fork();
	if (pid == 0) _exit(77);
	siginfo_t si;
	int signo = sigwaitinfo(&set, &si);
	printf("sigwaitinfo %d %d %d %d\n", signo == SIGCHLD, si.si_code == CLD_EXITED, si.si_pid == pid, si.si_status);
	tell("end", pid, 0);
	sigprocmask(SIG_UNBLOCK, &set, 0);
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = on_child;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGCHLD, &sa, 0);
	count = 0;
	if ((pid = fork()) == 0) {
		usleep(20000);
		_exit(5);
	}
	struct timespec ts = {10, 0};
	int r = nanosleep(&ts, &ts);
	printf("sleep %d, interrupted %d, %d left, %d\n", r, errno == EINTR, (int)ts.tv_sec, (int)codes[0]);
	tell("end", pid, 0);
	signal(SIGCHLD, SIG_DFL);
}

static void descriptors(void) {
	int go[2];
	pipe(go);
	pid_t pid = fork();
	if (pid == 0) {
		char c;
		read(go[0], &c, 1);
		for (;;) pause();
	}
	int fd = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {fd, POLLIN, 0};
	printf("alive: %d\n", poll(&p, 1, 0));
	close(go[1]);
	syscall(SYS_pidfd_send_signal, fd, SIGUSR2, 0, 0);
	int n = poll(&p, 1, -1);
	printf("ended: %d %d\n", n, p.revents == POLLIN);
	siginfo_t si;
	memset(&si, 0, sizeof si);
	n = waitid(3 /* P_PIDFD */, fd, &si, WEXITED);
	printf("waitid %d %d %d\n", n, si.si_code == CLD_KILLED, si.si_status);
	printf("gone: %d\n", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0) == -1 && errno == ESRCH);
}

int main(void) {
	setvbuf(stdout, 0, _IOLBF, 4096);
	pipe(ready);
	stopping();
	groups();
	orphaned();
	death();
	waiting_for_signals();
	descriptors();
	return 0;
}
