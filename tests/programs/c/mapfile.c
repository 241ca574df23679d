/* Mappings of files: what programs see through them, through read and write, and in the file afterwards. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;
static void fault(int signo) { siglongjmp(back, signo); }

static int touch(volatile char *p) {
  int signo = sigsetjmp(back, 1);
  if (signo == 0) return *p;
  return -signo;
}

static void content(int fd, int at, int n) {
  char b[100];
  n = pread(fd, b, n, at);
  for (int i = 0; i < n; i++) putchar(b[i] ? b[i] : '0');
  printf(" (%d)\n", n);
}

int main(int argc, char **argv) {
  const char *dir = argc > 1 ? argv[1] : "/tmp";
  if (chdir(dir) < 0) return 1;
  signal(SIGBUS, fault);
  signal(SIGSEGV, fault);
  int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
  write(fd, "hello file", 10);
  char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  printf("%.10s %d\n", m, m[10]);
  memcpy(m, "HELLO", 5);
  content(fd, 0, 20);
  pwrite(fd, "FILE", 4, 6);
  printf("%.10s\n", m);
  m[11] = 'x'; /* behind the end: lost */
  content(fd, 0, 20);
  printf("behind the file: %d\n", touch(m + 4096));
  ftruncate(fd, 5000);
  printf("longer: %d %d\n", touch(m + 4096), m[11] == 'x');
  m[4100] = 'y';
  content(fd, 4098, 5);
  ftruncate(fd, 3);
  printf("shorter: %d %d %d\n", touch(m + 4096), m[2], m[3]);
  ftruncate(fd, 6);
  content(fd, 0, 10);
  char *second = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  m[1] = 'a';
  printf("second: %.6s\n", second);
  char *own = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  own[0] = 'p';
  printf("private: %.3s %.3s\n", own, m);
  close(fd);
  m[2] = 'b';
  printf("msync %d\n", msync(m, 4096, MS_SYNC));
  fd = open("mapped", O_RDONLY);
  content(fd, 0, 10);
  int failed = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED;
  printf("read-only: %d %d\n", failed, errno);
  char *r = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  int pid = fork();
  if (pid == 0) {
    m[0] = 'c';
    _exit(0);
  }
  waitpid(pid, 0, 0);
  printf("forked: %.6s %.6s\n", m, r);
  munmap(m, 8192);
  munmap(second, 4096);
  munmap(r, 4096);
  content(fd, 0, 10);
  unlink("mapped");
  close(fd);
  fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, 3 * 4096);
  m = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  unlink("mapped");
  m[8192] = 'z';
  content(fd, 8190, 4);
  munmap(m, 3 * 4096);
  content(fd, 8190, 4);
  fd = open("kept", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(fd, 5000);
  m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  strcpy(m + 4990, "end");
  failed = mmap(0, 4096, PROT_READ, MAP_SHARED, open(".", O_RDONLY), 0) == MAP_FAILED;
  printf("dir %d %d\n", failed, errno);
  fd = open("/dev/zero", O_RDWR);
  char *z = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  printf("zero %d\n", z[5]);
  if (argc == 1) unlink("kept");
  return 0;
}
