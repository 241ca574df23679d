/* The ways libraries and programs make processes: posix_spawn, clone with and without sharing, exec from a thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char *self;
static char stack[65536] __attribute__((aligned(16)));
static volatile int touched;

static int result(pid_t pid, int options) {
	int st;
	if (waitpid(pid, &st, options) != pid) return -errno;
	return WIFEXITED(st) ? WEXITSTATUS(st) : 1000 + WTERMSIG(st);
}

static void spawning(void) {
	int p[2];
	pipe(p);
	posix_spawn_file_actions_t fa;
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addclose(&fa, p[0]);
	posix_spawn_file_actions_adddup2(&fa, p[1], 1);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_t at;
	posix_spawnattr_init(&at);
	sigset_t def;
	sigemptyset(&def);
	sigaddset(&def, SIGUSR1);
	posix_spawnattr_setsigdefault(&at, &def);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	signal(SIGUSR1, SIG_IGN);
	pid_t pid;
	char *args[] = {"spawned", "spawn", 0};
	int r = posix_spawn(&pid, self, &fa, &at, args, environ);
	close(p[1]);
	char b[200] = {0};
	read(p[0], b, sizeof b - 1);
	printf("posix_spawn %d: %s", r, b);
	printf("ended %d\n", result(pid, 0));
	r = posix_spawn(&pid, "/none", 0, 0, args, environ);
	printf("no file: %d\n", r == ENOENT);
}

static int child(void *arg) {
	touched = 1;
	int how = *(int *)arg;
	if (how == 1) close(3);
	if (how == 2) chdir("/tmp");
	if (how == 3) umask(077);
	return how;
}

static void cloning(void) {
	static const int flags[] = {0, CLONE_FILES, CLONE_FS, CLONE_FS, CLONE_VM, CLONE_VM | CLONE_VFORK};
	for (int i = 0; i < 6; i++) {
		int how = i;
		while (dup(0) < 3);
		touched = 0;
		chdir("/");
		umask(022);
		pid_t pid = clone(child, stack + sizeof stack, flags[i] | SIGCHLD, &how);
		int r = result(pid, 0);
		char cwd[100];
		getcwd(cwd, sizeof cwd);
		mode_t mask = umask(022);
		printf("clone %d: %d memory %d file %d %s %o\n", i, r, touched, fcntl(3, F_GETFD) >= 0, cwd, (unsigned)mask);
	}
	int how = 6;
	pid_t pid = clone(child, stack + sizeof stack, 0, &how); /* no signal when it ends */
	printf("without signal: %d", result(pid, 0) == -ECHILD);
	printf(" %d\n", result(pid, __WCLONE));
	int tid = 0, ctid = 0;
	pid = syscall(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, 0, &tid, &ctid, &ctid);
	if (pid == 0) _exit(ctid == getpid() ? 9 : 1);
	printf("tids: %d %d %d\n", tid == pid, ctid, result(pid, 0));
	printf("refused: %d %d %d\n", syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0) == -1 && errno == EINVAL, syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0) == -1 && errno == EINVAL,
		syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID, 0, &tid, 0, 0) == -1 && errno == EINVAL);
}

static void *spin(void *arg) {
	(void)arg;
	for (;;) usleep(1000);
	return 0;
}

static void *replace(void *arg) {
	(void)arg;
	char *args[] = {"from a thread", "pid", 0};
	execv(self, args);
	_exit(99);
}

static void *end_last(void *arg) {
	(void)arg;
	usleep(2000);
	_exit(getpid() == (pid_t)syscall(SYS_gettid) ? 1 : 55);
}

static void threads(void) {
	fflush(stdout);
	pid_t pid = fork();
	pthread_t t;
	if (pid == 0) {
		for (int i = 0; i < 3; i++) pthread_create(&t, 0, spin, 0);
		pthread_create(&t, 0, replace, 0);
		for (;;) pause();
	}
	printf("exec by a thread: %d\n", result(pid, 0));
	if ((pid = fork()) == 0) {
		pthread_create(&t, 0, end_last, 0);
		pthread_exit(0);
	}
	printf("main thread ends first: %d\n", result(pid, 0));
	if ((pid = fork()) == 0) {
		pthread_create(&t, 0, spin, 0);
		pthread_create(&t, 0, spin, 0);
		kill(getpid(), SIGTERM);
		for (;;) pause();
	}
	printf("a signal ends all threads: %d\n", result(pid, 0));
}

int main(int argc, char **argv) {
	setvbuf(stdout, 0, _IOLBF, 4096);
	if (argc > 1 && !strcmp(argv[1], "spawn")) {
		struct sigaction sa;
		sigaction(SIGUSR1, 0, &sa);
		printf("%s, default %d, own group %d, end of input %d\n", argv[0], sa.sa_handler == SIG_DFL, getpgrp() == getpid(), (int)read(0, &sa, 1) == 0);
		return 12;
	}
	if (argc > 1) return getpid() == (pid_t)syscall(SYS_gettid) ? 66 : 1;
	static char path[4096];
	readlink("/proc/self/exe", path, sizeof path - 1);
	self = path;
	spawning();
	cloning();
	threads();
	return 0;
}
