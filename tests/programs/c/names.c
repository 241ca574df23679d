/* Names: directories, links, renaming, removing, permission bits, and the error of each misuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int n;

static void say(const char *what, long result) {
    printf("%2d %s %ld %d\n", ++n, what, result, result < 0 ? errno : 0); /* numbers: the texts are the C library's */
}

static void make(const char *path, const char *text) {
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    write(fd, text, strlen(text));
    close(fd);
}

static void show(const char *path) {
    char text[64];
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
    printf("   %s: %.*s\n", path, got < 0 ? 4 : (int)got, got < 0 ? "none" : text);
    if (fd >= 0)
        close(fd);
}

int main(void) {
    char base[] = "/tmp/rt0-namesXXXXXX", text[64];
    struct stat st;
    if (!mkdtemp(base) || chdir(base))
        return 1;
    say("mkdir", mkdir("d", 0755));
    say("mkdir", mkdir("d/e", 0700));
    say("mkdir again", mkdir("d", 0755));
    make("a", "file a");
    make("b", "file b");
    say("rename", rename("a", "d/a"));
    show("a");
    show("d/a");
    say("rename over", rename("d/a", "b"));
    show("b");
    say("rename dir", rename("d", "f"));
    say("rename into itself", rename("f", "f/e/g"));
    say("rename file over dir", rename("b", "f"));
    say("rename dir over file", rename("f", "b"));
    say("rename nothing", rename("nothing", "x"));
    say("rename over full dir", (mkdir("h", 0755), rename("h", "f")));
    say("rename over empty dir", rename("h", "f/e"));
    say("symlink", symlink("f/e", "l"));
    say("symlink again", symlink("x", "l"));
    say("readlink", readlink("l", text, sizeof text));
    say("readlink of a file", readlink("b", text, sizeof text));
    make("l/in", "through a link");
    show("f/e/in");
    say("lstat", lstat("l", &st));
    printf("   link %d size %ld\n", S_ISLNK(st.st_mode), (long)st.st_size);
    say("open link", open("l", O_RDONLY | O_NOFOLLOW));
    say("loop", (symlink("p", "q"), symlink("q", "p"), open("p", O_RDONLY)));
    say("dangling", open("nowhere", O_RDONLY));
    say("chmod", chmod("b", 0600));
    say("stat", stat("b", &st));
    printf("   mode %o\n", st.st_mode);
    say("truncate", truncate("b", 3));
    show("b");
    say("rmdir full", rmdir("f"));
    say("unlink dir", unlink("f"));
    say("rmdir file", rmdir("b"));
    say("unlink link", unlink("l"));
    say("cleanup", unlink("f/e/in") | rmdir("f/e") | rmdir("f") | unlink("b") | unlink("p") | unlink("q"));
    say("rmdir base", (chdir("/"), rmdir(base)));
    return 0;
}
