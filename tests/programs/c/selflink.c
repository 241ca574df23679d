/* What /proc/self/exe and /proc/self/fd show of files that are renamed, linked once more and removed. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, const char *link) {
	char text[512];
	struct stat st = {0};
	ssize_t n = readlink(link, text, sizeof text - 1);
	if (n < 0) {
		perror(what);
		return;
	}
	text[n] = 0;
	int there = stat(link, &st);
	char *name = strrchr(text, '/');
	printf("%s: %s, stat %d, %d links\n", what, name ? name : text, there, (int)st.st_nlink);
}

/* Through the life of the names of a file that `link` leads to. */
static void life(const char *name, const char *link) {
	show("first", link);
	rename(name, "renamed");
	show("renamed", link);
	if (linkat(AT_FDCWD, "renamed", AT_FDCWD, "second", 0) != 0) perror("link");
	show("linked", link);
	unlink("second");
	show("unlinked", link);
	unlink("renamed");
	show("removed", link);
}

int main(void) {
	char path[64], program[512], bytes[4096];
	/* a copy of this program in the working directory goes through it as /proc/self/exe */
	if (access("copy", F_OK) != 0) {
		int from = open("/proc/self/exe", O_RDONLY), to = open("copy", O_CREAT | O_WRONLY, 0755);
		for (ssize_t n; (n = read(from, bytes, sizeof bytes)) > 0;) write(to, bytes, n);
		close(from);
		close(to);
		snprintf(program, sizeof program, "./copy");
		execl(program, program, (char *)0);
		perror("execl");
		return 1;
	}
	life("copy", "/proc/self/exe");
	int fd = open("file", O_CREAT | O_RDWR, 0600);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	life("file", path);
	return 0;
}
