/* Files, descriptors, pipes and their errors. */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <fcntl.h>
#include <string.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <stdlib.h>
int main(void) {
  volatile int one = 1; char b[64]; struct stat st; ssize_t n;
  int r = open("/none", O_RDONLY); printf("%d %d\n", r, errno);
  int fd = open("/tmp/rt0f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  struct iovec v[2] = {{"hello ", 6}, {"world\n", 6}}; printf("writev %zd\n", writev(fd, v, 2));
  printf("seek %ld\n", (long)lseek(fd, 6, SEEK_SET)); n = read(fd, b, 64); printf("read %zd %.*s", n, (int)n, b);
  n = pread(fd, b, 5, 0); printf("pread %zd %.*s\n", n, (int)n, b);
  fstat(fd, &st); printf("size %ld mode %o\n", (long)st.st_size, st.st_mode);
  int d = dup(fd); printf("dup %d\n", d > fd); close(d); r = close(d); printf("closed %d %d\n", r, errno);
  printf("fl %x\n", fcntl(fd, F_GETFL) & O_ACCMODE); printf("cloexec %d\n", fcntl(fd, F_GETFD));
  char *m = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 0); printf("mapped %.5s\n", m);
  unlink("/tmp/rt0f"); r = access("/tmp/rt0f", R_OK); printf("gone %d %d\n", r, errno);
  int p[2]; pipe(p); write(p[1], "abc", 3); n = read(p[0], b, 10); printf("pipe %zd\n", n); close(p[1]); printf("eof %zd\n", read(p[0], b, 10));
  fd = open("/dev/null", O_RDWR); n = write(fd, "x", 1); printf("null %zd", n); n = read(fd, b, 1); printf(" %zd\n", n);
  r = write(77, "x", 1); printf("badfd %d %d\n", r, errno); fflush(stdout); r = write(1, (char *)0 + one, 1); printf("efault %d %d\n", r, errno);
  struct utsname u; uname(&u); printf("%s %s\n", u.sysname, u.machine); r = isatty(1); printf("isatty %d %d\n", r, errno);
  return 5;
}
