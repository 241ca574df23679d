/* Shared memory and semaphores by name, between a program and another that it starts: futexes of mappings that only have their file in common. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	int turn;
};

static struct shared *attach(const char *name, int flags) {
	int f = shm_open(name, O_RDWR | flags, 0600);
	if (f < 0 || (flags && ftruncate(f, 4096) != 0)) return 0;
	void *at = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
	close(f);
	return at;
}

static void take_turns(struct shared *s, int parity) {
	for (int i = 0; i < 5; i++) {
		pthread_mutex_lock(&s->mutex);
		while (s->turn % 2 != parity) pthread_cond_wait(&s->cond, &s->mutex);
		s->turn++;
		pthread_cond_signal(&s->cond);
		pthread_mutex_unlock(&s->mutex);
	}
}

static int other(char **names) {
	mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* so that addresses differ */
	struct shared *s = attach(names[0], 0);
	sem_t *sem = sem_open(names[1], 0);
	if (!s || sem == SEM_FAILED) return 1;
	take_turns(s, 1);
	sem_wait(sem);
	return 7;
}

int main(int argc, char **argv) {
	if (argc > 2) return other(argv + 1);
	char memory[64], semaphore[64];
	snprintf(memory, sizeof memory, "/rt0-memory-%d", (int)getpid());
	snprintf(semaphore, sizeof semaphore, "/rt0-semaphore-%d", (int)getpid());
	struct shared *s = attach(memory, O_CREAT | O_EXCL);
	sem_t *sem = sem_open(semaphore, O_CREAT | O_EXCL, 0600, 0);
	if (!s || sem == SEM_FAILED) return 1;
	pthread_mutexattr_t ma;
	pthread_mutexattr_init(&ma);
	pthread_mutexattr_setpshared(&ma, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->mutex, &ma);
	pthread_condattr_t ca;
	pthread_condattr_init(&ca);
	pthread_condattr_setpshared(&ca, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&s->cond, &ca);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "other", memory, semaphore, (char *)0);
		_exit(127);
	}
	take_turns(s, 0);
	usleep(2000);
	sem_post(sem);
	int st;
	waitpid(pid, &st, 0);
	printf("turns %d, the other ended with %d\n", s->turn, WEXITSTATUS(st));
	printf("names go: %d %d\n", shm_unlink(memory), sem_unlink(semaphore));
	printf("gone: %d %d\n", shm_open(memory, O_RDWR, 0) == -1 && errno == ENOENT, sem_open(semaphore, 0) == SEM_FAILED && errno == ENOENT);
	return 0;
}
