// Processes by os/exec: this very program again, its output, input, errors, environment, end and descriptors.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

func child(args []string) {
	switch args[0] {
	case "echo":
		fmt.Println(strings.Join(args[1:], " "))
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
	case "lines":
		s := bufio.NewScanner(os.Stdin)
		for s.Scan() {
			fmt.Println(strings.ToUpper(s.Text()))
		}
	case "exit":
		os.Exit(len(args[1]))
	case "errors":
		fmt.Fprintln(os.Stderr, "on standard error")
	case "environment":
		fmt.Println(os.Getenv("KEY"), len(os.Environ()))
	case "sleep":
		time.Sleep(time.Hour)
	case "kill":
		syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	case "panic":
		panic("a child panics")
	case "nil":
		var p *int
		fmt.Println(*p)
	case "directory":
		d, _ := os.Getwd()
		fmt.Println(d)
	case "third":
		b, err := io.ReadAll(os.NewFile(3, "third"))
		fmt.Printf("read %q %v\n", b, err)
	case "catch":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGUSR1, syscall.SIGTERM)
		fmt.Println("ready")
		for n := 0; n < 2; n++ {
			fmt.Println(<-c)
		}
		os.Exit(3)
	case "group":
		fmt.Println(syscall.Getpgrp() == os.Getpid())
	case "nest":
		if args[1] == "xxx" {
			fmt.Println("innermost")
			return
		}
		c := exec.Command(os.Args[0], "nest", args[1]+"x")
		c.Stdout = os.Stdout
		fmt.Println(args[1], c.Run())
	}
}

func main() {
	if len(os.Args) > 1 {
		child(os.Args[1:])
		return
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Println(err)
		return
	}
	run := func(what string, c *exec.Cmd) {
		var out, errs bytes.Buffer
		c.Stdout, c.Stderr = &out, &errs
		err := c.Run()
		first, _, _ := strings.Cut(errs.String(), "\n")
		fmt.Printf("%s: %q %q %v code %d\n", what, out.String(), first, err, c.ProcessState.ExitCode())
	}
	run("echo", exec.Command(self, "echo", "a", "b c", ""))
	run("errors", exec.Command(self, "errors"))
	run("exit", exec.Command(self, "exit", "seven.."))
	run("kill", exec.Command(self, "kill"))
	run("panic", exec.Command(self, "panic"))
	run("nil", exec.Command(self, "nil"))

	c := exec.Command(self, "cat")
	c.Stdin = strings.NewReader(strings.Repeat("a line of input\n", 10000))
	out, err := c.Output()
	fmt.Println("cat:", len(out), err)

	c = exec.Command(self, "environment")
	c.Env = []string{"KEY=a value"}
	run("environment", c)

	c = exec.Command(self, "directory")
	c.Dir = "/tmp"
	run("directory", c)

	c = exec.Command(self, "group")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run("group", c)
	c = exec.Command(self, "group")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	run("session", c)
	run("nest", exec.Command(self, "nest", "x"))

	r, w, _ := os.Pipe()
	c = exec.Command(self, "third")
	c.ExtraFiles = []*os.File{r}
	var buffer bytes.Buffer
	c.Stdout = &buffer
	err = c.Start()
	r.Close()
	fmt.Fprint(w, "through a pipe")
	w.Close()
	fmt.Println("third:", err, c.Wait(), strings.TrimSpace(buffer.String()))

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	err = exec.CommandContext(ctx, self, "sleep").Run()
	fmt.Println("timeout:", err, ctx.Err())
	cancel()

	_, err = exec.Command("/does/not/exist").Output()
	fmt.Println("missing:", errors.Is(err, os.ErrNotExist), err)
	os.WriteFile("/tmp/not-a-program", []byte("text"), 0o700)
	err = exec.Command("/tmp/not-a-program").Run()
	fmt.Println("no program:", errors.Is(err, syscall.ENOEXEC))
	os.Remove("/tmp/not-a-program")

	c = exec.Command(self, "catch")
	stdout, _ := c.StdoutPipe()
	c.Start()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		fmt.Println("catch:", lines.Text())
		switch lines.Text() {
		case "ready":
			c.Process.Signal(syscall.SIGUSR1)
		case "user defined signal 1":
			c.Process.Signal(syscall.SIGTERM)
		}
	}
	fmt.Println("catch:", c.Wait())

	c = exec.Command(self, "lines")
	stdin, _ := c.StdinPipe()
	stdout, _ = c.StdoutPipe()
	c.Start()
	lines = bufio.NewScanner(stdout)
	for _, word := range []string{"one", "two", "three"} {
		fmt.Fprintln(stdin, word)
		lines.Scan()
		fmt.Println("lines:", lines.Text())
	}
	stdin.Close()
	fmt.Println("lines:", c.Wait())

	var wg sync.WaitGroup
	results := make([]string, 8)
	for i := range results {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			out, err := exec.Command(self, "echo", fmt.Sprint("from ", i)).Output()
			results[i] = fmt.Sprintf("%s %v", strings.TrimSpace(string(out)), err)
		}(i)
	}
	wg.Wait()
	fmt.Println(strings.Join(results, ", "))

	p, err := os.StartProcess(self, []string{self, "sleep"}, &os.ProcAttr{})
	fmt.Println("start:", err, p.Signal(syscall.SIGTERM))
	st, err := p.Wait()
	fmt.Println("wait:", st, err, errors.Is(p.Signal(syscall.SIGTERM), os.ErrProcessDone))
}
