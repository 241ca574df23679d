/* Calls on files: what each returns, and what stat then says. Works in the folder it is given, or in one of its own. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static int mounted; /* in a folder of another system, where some calls are refused */

#define R(call) do { errno = 0; long r_ = (long)(call); printf("%-28s %ld %d\n", #call, r_, r_ < 0 ? errno : 0); } while (0)

static void show(const char *path) {
  struct stat s;
  if (lstat(path, &s) < 0) { printf("  %s: error %d\n", path, errno); return; }
  printf("  %s: %o links %d size %ld\n", path, s.st_mode, S_ISDIR(s.st_mode) ? 0 : (int)s.st_nlink, S_ISDIR(s.st_mode) ? 0 : (long)s.st_size);
}

static void content(const char *path) {
  char b[200];
  int fd = open(path, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, b, sizeof b);
  printf("  %s: %zd ", path, n);
  for (ssize_t i = 0; i < n; i++) putchar(b[i] ? b[i] : '0');
  putchar('\n');
  if (fd >= 0) close(fd);
}

static int put(const char *path, const char *text) {
  int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0644);
  if (write(fd, text, strlen(text)) < 0) printf("write: %d\n", errno);
  return fd;
}

static int byName(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  char *names[50];
  int n = 0;
  DIR *d = opendir(path);
  for (struct dirent *e; (e = readdir(d));) names[n++] = strdup(e->d_name);
  closedir(d);
  qsort(names, n, sizeof *names, byName);
  for (int i = 0; i < n; i++) printf("%s ", names[i]);
  printf("\n");
}

static void links(void) {
  int fd = put("a", "alpha");
  R(link("a", "b"));
  show("a");
  R(link("a", "b"));
  R(link("none", "c"));
  R(link(".", "c"));
  R(link("a", "none/c"));
  R(unlink("a"));
  show("b");
  show("a");
  R(pwrite(fd, "A", 1, 0));
  content("b");
  R(unlink("b"));
  struct stat s;
  fstat(fd, &s);
  printf("  open: links %d size %ld\n", (int)s.st_nlink, (long)s.st_size);
  close(fd);
  R(symlink("target", "s"));
  R(symlink("", "s2"));
  show("s");
  char b[20];
  R(readlink("s", b, 3));
  R(readlink("none", b, 3));
  R(open("s", O_RDONLY));
  R(open("s", O_RDONLY | O_NOFOLLOW));
  R(open("s", O_CREAT | O_EXCL | O_WRONLY, 0600));
  R(close(open("s", O_CREAT | O_WRONLY, 0600)));
  show("target");
  R(mkdir("s/", 0700));
  R(rmdir("s/"));
  R(unlink("s/"));
  R(linkat(AT_FDCWD, "s", AT_FDCWD, "l1", 0));
  show("l1");
  R(linkat(AT_FDCWD, "s", AT_FDCWD, "l2", AT_SYMLINK_FOLLOW));
  show("l2");
  R(unlink("l1"));
  R(unlink("l2"));
  R(unlink("s"));
  R(unlink("target"));
}

static void renames(void) {
  close(put("f", "f"));
  close(put("g", "gg"));
  R(mkdir("d", 0755));
  R(mkdir("e", 0755));
  R(mkdir("d/sub", 0755));
  R(rename("f", "g"));
  content("g");
  R(rename("f", "g"));
  R(rename("g", "d"));
  R(rename("d", "g"));
  R(rename("d", "d/sub/x"));
  R(rename("e", "d"));
  R(rename("d", "e"));
  R(rename("e/sub", "e/other"));
  R(rename("g", "e/g/"));
  R(rename("g", "e/g"));
  list("e");
  close(put("h", "h"));
  R(syscall(SYS_renameat2, AT_FDCWD, "h", AT_FDCWD, "e/g", 1));
  R(syscall(SYS_renameat2, AT_FDCWD, "h", AT_FDCWD, "e/g", 64));
  R(link("h", "i"));
  R(rename("h", "i"));
  show("h");
  R(rename(".", "x"));
  R(rename("e/.", "x"));
  R(rename("none/x", "x"));
  R(rmdir("e"));
  R(unlink("e"));
  R(rmdir("h"));
  R(rmdir("e/other/."));
  R(rmdir("e/other/.."));
  R(rmdir("e/other"));
  R(unlink("e/g"));
  R(rmdir("e/"));
  R(unlink("h"));
  R(unlink("i"));
}

static void contents(void) {
  int fd = put("f", "0123456789");
  R(lseek(fd, 20, SEEK_SET));
  R(write(fd, "x", 1));
  content("f");
  R(ftruncate(fd, 5));
  R(ftruncate(fd, 8));
  content("f");
  R(ftruncate(fd, -1));
  R(truncate("f", 3));
  R(truncate("none", 3));
  R(truncate(".", 3));
  R(lseek(fd, 0, SEEK_END));
  R(lseek(fd, -4, SEEK_END));
  R(lseek(fd, 1, 77));
  int ap = open("f", O_WRONLY | O_APPEND);
  R(write(ap, "app", 3));
  R(pwrite(ap, "end", 3, 0));
  R(read(ap, &fd, 1));
  content("f");
  struct iovec v[2] = {{"ab", 2}, {"cd", 2}};
  R(pwritev(fd, v, 2, 1));
  content("f");
  char b[10];
  struct iovec w[2] = {{b, 3}, {b + 3, 3}};
  R(preadv(fd, w, 2, 2));
  printf("  %.6s\n", b);
  R(fallocate(fd, 0, 0, 20));
  show("f");
  R(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 100));
  show("f");
  R(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1, 3));
  content("f");
  R(fallocate(fd, 0, -1, 20));
  R(fallocate(fd, 0, 0, 0));
  R(fsync(fd));
  R(fdatasync(fd));
  R(syncfs(fd));
  sync();
  R(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
  R(readahead(fd, 0, 100));
  int n = 0;
  lseek(fd, 5, SEEK_SET);
  R(ioctl(fd, FIONREAD, &n));
  printf("  %d\n", n);
  int dir = open(".", O_RDONLY | O_DIRECTORY);
  R(read(dir, b, 1));
  R(write(dir, b, 1));
  R(ftruncate(dir, 0));
  R(fsync(dir));
  R(open("f/", O_RDONLY));
  R(open("f", O_RDONLY | O_DIRECTORY));
  R(open(".", O_WRONLY));
  R(open("new/", O_CREAT | O_WRONLY, 0600));
  R(openat(dir, "f", O_RDONLY) > 0);
  R(openat(fd, "f", O_RDONLY));
  R(openat(77, "f", O_RDONLY));
  close(dir);
  close(ap);
  close(fd);
  R(unlink("f"));
}

static void attributes(void) {
  int fd = put("f", "x");
  struct stat s;
  R(chmod("f", 0640));
  show("f");
  R(fchmod(fd, 0751));
  show("f");
  R(fchmodat(AT_FDCWD, "none", 0600, 0));
  R(chown("f", -1, -1));
  R(fchown(fd, -1, -1));
  R(lchown("none", 0, 0));
  if (!mounted) {
    R(chown("f", 12, 34));
    stat("f", &s);
    printf("  %d %d\n", s.st_uid, s.st_gid);
    R(chmod("f", 06755));
    R(lchown("f", 5, 6));
    show("f");
    R(symlink("f", "l"));
    R(lchown("l", 7, 8));
    stat("f", &s);
    printf("  %d %d\n", s.st_uid, s.st_gid);
    lstat("l", &s);
    printf("  %d %d\n", s.st_uid, s.st_gid);
    R(unlink("l"));
  }
  struct timespec t[2] = {{1000000000, 0}, {1234567890, 500000000}};
  R(utimensat(AT_FDCWD, "f", t, 0));
  stat("f", &s);
  printf("  %ld %ld.%09ld\n", s.st_atime, s.st_mtime, s.st_mtim.tv_nsec);
  t[0].tv_nsec = UTIME_OMIT;
  t[1] = (struct timespec){-5, 250000000};
  R(futimens(fd, t));
  stat("f", &s);
  printf("  %ld %ld.%09ld\n", s.st_atime, s.st_mtime, s.st_mtim.tv_nsec);
  t[1].tv_nsec = 1000000000;
  R(utimensat(AT_FDCWD, "f", t, 0));
  struct timeval v[2] = {{111, 0}, {222, 500000}};
  R(utimes("f", v));
  stat("f", &s);
  printf("  %ld %ld.%09ld\n", s.st_atime, s.st_mtime, s.st_mtim.tv_nsec);
  char b[4];
  pread(fd, b, 1, 0);
  fstat(fd, &s);
  printf("  read: atime %s\n", s.st_atime > 1000000 ? "now" : "old");
  write(fd, "y", 1);
  fstat(fd, &s);
  printf("  write: mtime %s\n", s.st_mtime > 1000000 ? "now" : "old");
  R(access("f", R_OK | W_OK | X_OK));
  R(access("none", F_OK));
  R(access("f", 9));
  R(chmod("f", 0600));
  R(access("f", X_OK));
  R(symlink("none", "l"));
  R(faccessat(AT_FDCWD, "l", F_OK, AT_SYMLINK_NOFOLLOW));
  R(access("l", F_OK));
  R(unlink("l"));
  struct statfs fs;
  R(statfs("f", &fs));
  R(fstatfs(fd, &fs));
  printf("  %d %ld\n", fs.f_bsize > 0, (long)fs.f_namelen);
  mode_t old = umask(077);
  printf("  umask %o\n", old);
  close(open("u", O_CREAT | O_WRONLY, 0666));
  mkdir("ud", 0777);
  show("u");
  show("ud");
  umask(old);
  R(unlink("u"));
  R(rmdir("ud"));
  close(fd);
  R(unlink("f"));
  R(syscall(SYS_getxattr, "none", "user.x", b, 4));
}

static void paths(void) {
  char b[50];
  int fd = put("f", "path");
  int p = open("f", O_PATH);
  R(read(p, b, 1));
  R(syscall(SYS_fchmod, p, 0600));
  struct stat s;
  R(fstat(p, &s));
  R(fcntl(p, F_GETFL) & O_PATH);
  close(p);
  R(symlink("f", "l"));
  p = open("l", O_PATH | O_NOFOLLOW);
  R(readlinkat(p, "", b, 50));
  close(p);
  R(open("l/x", O_PATH));
  R(unlink("l"));
  if (!mounted) {
    int t = open(".", O_TMPFILE | O_RDWR, 0600);
    R(write(t, "tmp", 3));
    fstat(t, &s);
    printf("  links %d\n", (int)s.st_nlink);
    char proc[30];
    sprintf(proc, "/proc/self/fd/%d", t);
    R(linkat(AT_FDCWD, proc, AT_FDCWD, "t", AT_SYMLINK_FOLLOW));
    content("t");
    close(t);
    R(unlink("t"));
  }
  R(open(".", O_TMPFILE | O_RDONLY, 0600));
  unsigned char x[256];
  R(syscall(SYS_statx, AT_FDCWD, "f", AT_SYMLINK_NOFOLLOW, 0x7ff, x));
  printf("  %o %d %d\n", x[28] | x[29] << 8, x[40], x[16]);
  R(syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0x7ff, x));
  R(syscall(SYS_statx, fd, "", 0, 0x7ff, x));
  close(fd);
  R(unlink("f"));
  char longName[300];
  memset(longName, 'n', 299);
  longName[299] = 0;
  R(mkdir(longName, 0700));
  R(mkdir("", 0700));
  R(mkdir("x/y", 0700));
  R(mkdir("x", 0700));
  R(chdir("x"));
  R(rmdir("../x"));
  R(getcwd(b, 50) == NULL);
  R(mkdir("y", 0700));
  R(open("y", O_CREAT | O_WRONLY, 0600));
  list(".");
  R(chdir("/tmp") < 0);
}

static void locks(void) {
  int a = put("f", "0123456789"), b = open("f", O_RDWR), c = dup(a);
  R(flock(a, LOCK_EX));
  R(flock(b, LOCK_SH | LOCK_NB));
  R(flock(c, LOCK_SH | LOCK_NB));
  R(flock(b, LOCK_SH | LOCK_NB));
  R(flock(b, LOCK_EX | LOCK_NB));
  close(c);
  R(flock(b, LOCK_EX | LOCK_NB));
  close(a);
  R(flock(b, LOCK_EX | LOCK_NB));
  R(flock(b, LOCK_UN));
  R(flock(b, 77));
  a = open("f", O_RDWR);
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 4}, q;
  R(fcntl(a, F_OFD_SETLK, &l));
  q = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  R(fcntl(b, F_OFD_GETLK, &q));
  printf("  %d %ld %ld %d\n", q.l_type, (long)q.l_start, (long)q.l_len, q.l_pid);
  l = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 10};
  R(fcntl(b, F_OFD_SETLK, &l));
  l = (struct flock){.l_type = F_UNLCK, .l_whence = SEEK_END, .l_start = -6, .l_len = 2};
  R(fcntl(a, F_OFD_SETLK, &l));
  l = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 4, .l_len = 2};
  R(fcntl(b, F_OFD_SETLK, &l));
  l.l_type = F_WRLCK;
  R(fcntl(a, F_SETLK, &l));
  close(b);
  R(fcntl(a, F_SETLK, &l));
  q = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 100};
  R(fcntl(a, F_GETLK, &q));
  printf("  %d\n", q.l_type);
  close(a);
  R(unlink("f"));
}

static void *reader(void *p) {
  char b[20];
  int fd = open("fifo", O_RDONLY);
  ssize_t n = read(fd, b, 20);
  snprintf(p, 30, "%zd %.*s", n, (int)(n > 0 ? n : 0), b);
  n = read(fd, b, 20);
  if (n != 0) strcat(p, " more");
  close(fd);
  return 0;
}

static void moving(void) {
  char b[64];
  int p[2], q[2], fd = put("in", "some bytes to move"), out = open("out", O_CREAT | O_RDWR, 0644);
  off_t at = 5;
  R(sendfile(out, fd, &at, 5));
  printf("  %ld\n", (long)at);
  lseek(fd, 0, SEEK_SET);
  R(sendfile(out, fd, 0, 4));
  R(lseek(fd, 0, SEEK_CUR));
  content("out");
  loff_t from = 0, to = 20;
  R(copy_file_range(fd, &from, out, &to, 100, 0));
  printf("  %ld %ld\n", (long)from, (long)to);
  content("out");
  R(copy_file_range(fd, &from, out, &to, 100, 0));
  R(copy_file_range(fd, 0, out, 0, 1, 1));
  pipe(p);
  pipe(q);
  loff_t z = 3;
  R(splice(fd, &z, p[1], 0, 6, 0));
  R(tee(p[0], q[1], 100, 0));
  R(splice(p[0], 0, out, 0, 4, 0));
  R(read(p[0], b, 64));
  R(read(q[0], b, 64));
  printf("  %.6s\n", b);
  R(splice(fd, 0, out, 0, 4, 0));
  R(splice(p[0], &z, out, 0, 4, 0));
  R(splice(p[0], 0, p[1], 0, 4, 0));
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  R(splice(p[0], 0, out, 0, 4, 0));
  R(fcntl(p[0], F_GETPIPE_SZ));
  R(fcntl(p[0], F_SETPIPE_SZ, 5000));
  R(fcntl(fd, F_GETPIPE_SZ));
  close(p[1]);
  R(splice(p[0], 0, out, 0, 4, 0));
  close(p[0]);
  close(fd);
  close(out);
  R(unlink("in"));
  R(unlink("out"));
  if (mounted) return;
  R(mkfifo("fifo", 0600));
  R(mkfifo("fifo", 0600));
  show("fifo");
  R(open("fifo", O_WRONLY | O_NONBLOCK));
  int r = open("fifo", O_RDONLY | O_NONBLOCK);
  R(read(r, b, 1));
  struct pollfd pf = {r, POLLIN, 0};
  R(poll(&pf, 1, 0));
  int w = open("fifo", O_WRONLY | O_NONBLOCK);
  R(write(w, "abc", 3));
  R(poll(&pf, 1, 0));
  R(read(r, b, 10));
  R(read(r, b, 10));
  close(w);
  R(poll(&pf, 1, 0));
  printf("  %x\n", pf.revents);
  close(r);
  pthread_t t;
  char got[40] = "";
  pthread_create(&t, 0, reader, got);
  w = open("fifo", O_WRONLY);
  R(write(w, "through", 7));
  close(w);
  pthread_join(t, 0);
  printf("  %s\n", got);
  R(unlink("fifo"));
  R(mknod("node", S_IFREG | 0600, 0));
  show("node");
  R(unlink("node"));
  R(mknod("null", S_IFDIR | 0600, 0));
}

static void memory(void) {
  int fd = syscall(SYS_memfd_create, "name", 1);
  R(write(fd, "in memory", 9));
  R(ftruncate(fd, 4));
  char b[20] = "";
  R(pread(fd, b, 20, 0));
  char link[40], name[60] = "";
  sprintf(link, "/proc/self/fd/%d", fd);
  R(readlink(link, name, 59));
  printf("  %s %s\n", b, name);
  close(fd);
  R(syscall(SYS_memfd_create, "name", 64));
  fd = open("/dev/zero", O_RDWR);
  R(read(fd, b, 4));
  close(fd);
  fd = open("/dev/full", O_RDWR);
  R(write(fd, b, 4));
  close(fd);
  struct stat s;
  R(stat("/dev/null", &s));
  printf("  %o %d %d\n", s.st_mode & S_IFMT, (int)(s.st_rdev >> 8), (int)(s.st_rdev & 255));
  R(stat("/dev/shm", &s));
  printf("  %o\n", s.st_mode);
  R(readlink("/dev/fd", name, 59));
}

int main(int argc, char **argv) {
  const char *dir = argc > 1 ? argv[1] : "/tmp/rt0-fileops";
  mounted = argc > 2;
  if (argc < 2) mkdir(dir, 0755);
  if (chdir(dir) < 0) return 1;
  links();
  renames();
  contents();
  attributes();
  if (chdir(dir) < 0) return 1;
  paths();
  if (chdir(dir) < 0) return 1;
  locks();
  moving();
  memory();
  list(".");
  if (argc < 2) R(rmdir(dir));
  return 0;
}
