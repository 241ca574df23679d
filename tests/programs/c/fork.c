/* Processes: what fork copies and shares, statuses of every kind, orphans, vfork, exec of this very program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void status(const char *what, int st) {
	if (WIFEXITED(st)) printf("%s: exit %d\n", what, WEXITSTATUS(st));
	else if (WIFSIGNALED(st)) printf("%s: signal %d\n", what, WTERMSIG(st));
	else printf("%s: %x\n", what, st);
}

static void wait_for(const char *what, pid_t pid) {
	int st;
	pid_t got = waitpid(pid, &st, 0);
	if (got != pid) printf("%s: waited for another\n", what);
	status(what, st);
}

static int data = 1;

static void copies(void) {
	int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *heap = malloc(100000);
	memset(heap, 'p', 100000);
	int file = open("/tmp/forked", O_RDWR | O_CREAT | O_TRUNC, 0600);
	write(file, "0123456789", 10);
	lseek(file, 2, SEEK_SET);
	pid_t pid = fork();
	if (pid == 0) {
		data = 2;
		shared[0] = 7;
		memset(heap, 'c', 100000);
		char b[3] = {0};
		read(file, b, 2);
		_exit(strcmp(b, "23") ? 9 : getppid() == getpid() ? 8 : 4);
	}
	wait_for("copies", pid);
	char b[3] = {0};
	read(file, b, 2);
	printf("data %d shared %d heap %c%c next %s\n", data, shared[0], heap[0], heap[99999], b);
	close(file);
	unlink("/tmp/forked");
}

static void pipes(void) {
	int down[2], up[2];
	pipe(down);
	pipe2(up, O_CLOEXEC);
	pid_t pid = fork();
	if (pid == 0) {
		close(down[1]);
		close(up[0]);
		char b[4096];
		long n, sum = 0;
		while ((n = read(down[0], b, sizeof b)) > 0) for (long i = 0; i < n; i++) sum += (unsigned char)b[i];
		dprintf(up[1], "%ld", sum);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	char *big = malloc(300000);
	for (int i = 0; i < 300000; i++) big[i] = (char)i;
	long sent = 0;
	while (sent < 300000) sent += write(down[1], big + sent, 300000 - sent);
	close(down[1]);
	char b[32] = {0};
	read(up[0], b, sizeof b - 1);
	printf("sum %s end %ld\n", b, (long)read(up[0], b, 1));
	close(up[0]);
	wait_for("pipes", pid);
	pipe(down);
	close(down[0]);
	if ((pid = fork()) == 0) {
		signal(SIGPIPE, SIG_DFL);
		write(down[1], "x", 1);
		_exit(1);
	}
	close(down[1]);
	wait_for("broken pipe", pid);
}

static void ends(void) {
	pid_t pid;
	const int signals[] = {SIGTERM, SIGKILL, SIGUSR1, SIGHUP, SIGALRM};
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
		if ((pid = fork()) == 0) for (;;) pause();
		kill(pid, signals[i]);
		wait_for("killed", pid);
	}
	if ((pid = fork()) == 0) _exit(300);
	wait_for("eight bits", pid);
	pid_t children[5];
	for (int i = 0; i < 5; i++) if ((children[i] = fork()) == 0) _exit(i + 10);
	int sum = 0, st, n = 0;
	while ((pid = wait(&st)) > 0) {
		n++;
		for (int i = 0; i < 5; i++) if (children[i] == pid && WEXITSTATUS(st) == i + 10) sum++;
	}
	printf("%d children, %d as expected, then %d\n", n, sum, errno == ECHILD);
	int gate[2];
	pipe(gate);
	if ((pid = fork()) == 0) {
		close(gate[1]);
		char b;
		read(gate[0], &b, 1);
		_exit(21);
	}
	close(gate[0]);
	printf("not yet %d\n", waitpid(pid, &st, WNOHANG));
	close(gate[1]);
	siginfo_t si;
	memset(&si, 0, sizeof si);
	waitid(P_PID, pid, &si, WEXITED | WNOWAIT);
	printf("waitid %d %d %d %d\n", si.si_signo == SIGCHLD, si.si_code == CLD_EXITED, si.si_pid == pid, si.si_status);
	wait_for("still there", pid);
	struct rusage ru;
	getrusage(RUSAGE_CHILDREN, &ru);
	printf("children used %d\n", ru.ru_utime.tv_sec >= 0);
}

static void orphans(void) {
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int note[2];
	pipe(note);
	pid_t self = getpid(), pid = fork();
	if (pid == 0) {
		pid_t middle = getpid();
		if (fork() == 0) {
			while (getppid() == middle) usleep(1000);
			char same = getppid() == self ? 'y' : 'n';
			write(note[1], &same, 1);
			_exit(33);
		}
		_exit(32);
	}
	wait_for("middle", pid);
	char c;
	read(note[0], &c, 1);
	int st;
	wait(&st);
	printf("adopted %c ", c);
	status("orphan", st);
	signal(SIGCHLD, SIG_IGN);
	if ((pid = fork()) == 0) _exit(1);
	printf("ignored children leave nothing: %d\n", waitpid(pid, &st, 0) == -1 && errno == ECHILD);
	signal(SIGCHLD, SIG_DFL);
}

static volatile int seen;

static void lent(void) {
	pid_t pid = vfork();
	if (pid == 0) {
		seen = 5;
		_exit(6);
	}
	printf("vfork shares memory: %d\n", seen);
	wait_for("vfork", pid);
	if ((pid = vfork()) == 0) {
		execl("/none", "none", (char *)0);
		_exit(errno == ENOENT ? 2 : 127);
	}
	wait_for("no such file", pid);
}

extern char **environ;

static void executes(char *name) {
	char *env[] = {"ONE=1", "TWO=two words", 0};
	char *args[] = {name, "child", "", "third argument", 0};
	fflush(stdout);
	int kept = open("/dev/null", O_RDONLY), closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char numbers[32];
	snprintf(numbers, sizeof numbers, "FDS=%d,%d", kept, closed);
	env[0] = numbers;
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, (void (*)(int))(void *)lent);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, 0);
	pid_t pid = fork();
	if (pid == 0) {
		raise(SIGHUP); /* blocked: stays pending */
		execve("/proc/self/exe", args, env);
		_exit(127);
	}
	wait_for("exec", pid);
	sigprocmask(SIG_UNBLOCK, &set, 0);

	int f = open("/tmp/script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n] = 0;
	dprintf(f, "#! %s  script arg \nrest\n", self);
	if ((pid = fork()) == 0) {
		execl("/tmp/script", "ignored", "last", (char *)0);
		_exit(errno == ETXTBSY ? 26 : 127);
	}
	wait_for("being written", pid);
	close(f);
	if ((pid = fork()) == 0) {
		execl("/tmp/script", "ignored", "last", (char *)0);
		_exit(127);
	}
	wait_for("script", pid);
	chmod("/tmp/script", 0644);
	printf("not executable %d\n", execl("/tmp/script", "x", (char *)0) == -1 && errno == EACCES);
	printf("a directory %d\n", execl("/tmp", "x", (char *)0) == -1 && errno == EACCES);
	f = open("/tmp/script", O_WRONLY | O_TRUNC);
	write(f, "no program\n", 11);
	close(f);
	chmod("/tmp/script", 0755);
	char *one[] = {"x", 0};
	printf("no program %d\n", execve("/tmp/script", one, environ) == -1 && errno == ENOEXEC);
	unlink("/tmp/script");
	char *huge = malloc(200000);
	memset(huge, 'a', 199999);
	huge[199999] = 0;
	char *long_args[] = {"x", huge, 0};
	printf("too long %d\n", execve("/proc/self/exe", long_args, environ) == -1 && errno == E2BIG);
	f = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if ((pid = fork()) == 0) {
		char *by_fd[] = {"by descriptor", "status", "44", 0};
		syscall(SYS_execveat, f, "", by_fd, environ, AT_EMPTY_PATH);
		_exit(127);
	}
	wait_for("execveat", pid);
	printf("busy %d\n", open(self, O_WRONLY) == -1 && errno == ETXTBSY);
}

static int executed(int argc, char **argv) {
	if (!strcmp(argv[1], "status")) return atoi(argv[2]);
	if (!strcmp(argv[1], "script arg")) {
		printf("script: %d arguments, %s, %s\n", argc, argv[2], argv[3]);
		return 45;
	}
	int kept = -1, closed = -1;
	sscanf(getenv("FDS"), "%d,%d", &kept, &closed);
	struct sigaction one, two;
	sigaction(SIGUSR1, 0, &one);
	sigaction(SIGUSR2, 0, &two);
	sigset_t pending, blocked;
	sigpending(&pending);
	sigprocmask(SIG_BLOCK, 0, &blocked);
	printf("%d arguments, [%s] [%s], TWO=%s ONE=%s\n", argc, argv[2], argv[3], getenv("TWO"), getenv("ONE") ? "set" : "unset");
	printf("kept %d closed %d ignored %d default %d pending %d blocked %d\n", fcntl(kept, F_GETFD) == 0, fcntl(closed, F_GETFD) == -1,
		one.sa_handler == SIG_IGN, two.sa_handler == SIG_DFL, sigismember(&pending, SIGHUP), sigismember(&blocked, SIGHUP));
	return 43;
}

int main(int argc, char **argv) {
	setvbuf(stdout, 0, _IOLBF, 4096);
	if (argc > 2) return executed(argc, argv);
	copies();
	pipes();
	ends();
	orphans();
	lent();
	executes(argv[0]);
	return 0;
}
