// os.Pipe: many writers, end of file, a broken pipe, deadlines, a pipe larger than its buffer.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

func pipe() (*os.File, *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	return r, w
}

func main() {
	r, w := pipe()
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for j := 0; j < 100; j++ {
				fmt.Fprintf(w, "%d %d\n", i, j)
			}
		}(i)
	}
	go func() { wg.Wait(); w.Close() }()
	next := map[string]int{}
	ordered := true
	for s := bufio.NewScanner(r); s.Scan(); {
		var j int
		who, rest, _ := strings.Cut(s.Text(), " ")
		fmt.Sscan(rest, &j)
		ordered = ordered && next[who] == j
		next[who]++
	}
	fmt.Println(next, ordered)
	n, err := r.Read(make([]byte, 1))
	fmt.Println(n, err, r.Close())

	r, w = pipe()
	wrote := make(chan string)
	go func() {
		n, err := w.Write(make([]byte, 300_000))
		w.Close()
		wrote <- fmt.Sprint("wrote ", n, err)
	}()
	b, err := io.ReadAll(r)
	fmt.Println(len(b), err, <-wrote)

	r, w = pipe()
	fmt.Println(r.SetReadDeadline(time.Now().Add(20 * time.Millisecond)))
	start := time.Now()
	_, err = r.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded), err, time.Since(start) >= 20*time.Millisecond)
	fmt.Println(r.SetReadDeadline(time.Time{}))
	time.AfterFunc(5*time.Millisecond, func() { w.WriteString("late") })
	n, err = r.Read(b)
	fmt.Println(string(b[:n]), err)
	fmt.Println(w.SetWriteDeadline(time.Now().Add(10 * time.Millisecond)))
	n, err = w.Write(make([]byte, 1<<20))
	fmt.Println(n, errors.Is(err, os.ErrDeadlineExceeded))
	time.AfterFunc(5*time.Millisecond, func() { r.Close() })
	io.Copy(io.Discard, r)
	_, err = r.Read(b)
	fmt.Println(errors.Is(err, os.ErrClosed))
	signal.Ignore(syscall.SIGPIPE)
	w.SetWriteDeadline(time.Time{})
	_, err = w.Write([]byte("x"))
	fmt.Println(errors.Is(err, syscall.EPIPE))

	pr, pw := io.Pipe()
	go func() { fmt.Fprint(pw, "in memory"); pw.CloseWithError(errors.New("its own end")) }()
	b, err = io.ReadAll(pr)
	fmt.Println(string(b), err)
}
