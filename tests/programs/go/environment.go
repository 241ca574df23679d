// Arguments, the environment, names of the process, and an exit status of its own.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	fmt.Println(len(os.Args), os.Args[1:])
	n := flag.Int("n", 1, "a number")
	list := flag.String("list", "", "words")
	yes := flag.Bool("yes", false, "a choice")
	flag.Parse()
	fmt.Println(*n, *list, *yes, flag.Args(), flag.NArg())

	fmt.Println(len(os.Environ()), strings.Join(os.Environ(), "|"))
	fmt.Println(os.Getenv("GREETING"), os.Getenv("MISSING") == "")
	value, ok := os.LookupEnv("EMPTY")
	fmt.Printf("%q %v\n", value, ok)
	_, ok = os.LookupEnv("MISSING")
	fmt.Println(ok, os.Setenv("ADDED", "x=y"), os.Unsetenv("EMPTY"), os.Setenv("", "bad") != nil)
	fmt.Println(os.Environ(), os.ExpandEnv("$GREETING, ${ADDED}$MISSING!"))
	os.Clearenv()
	fmt.Println(len(os.Environ()))

	host, err := os.Hostname()
	fmt.Println(host != "", err)
	wd, err := os.Getwd()
	fmt.Println(filepath.IsAbs(wd), err)
	exe, err := os.Executable()
	fmt.Println(filepath.IsAbs(exe), err)
	fmt.Println(os.Getpid() > 0, os.Getppid() >= 0, os.Getpagesize(), os.Getuid() == os.Geteuid(), os.Getgid() >= 0)
	fmt.Println(runtime.GOOS, runtime.GOARCH, runtime.Compiler, os.PathSeparator, os.DevNull)
	var u syscall.Utsname
	fmt.Println(syscall.Uname(&u), u.Sysname[0] == 'L', u.Machine[0] != 0)
	var limit syscall.Rlimit
	fmt.Println(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit), limit.Cur > 0, limit.Cur <= limit.Max)
	fmt.Fprintln(os.Stderr, "to standard error")
	defer fmt.Println("never printed")
	os.Exit(77)
}
