// Arguments, standard input, files, pipes and os.Exit.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	fmt.Println(len(os.Args), os.Args[1:], os.Getenv("FOO"))
	s := bufio.NewScanner(os.Stdin)
	n := 0
	for s.Scan() {
		n++
		fmt.Println(n, s.Text())
	}
	f, err := os.Open("/nonexistent")
	fmt.Println(f, err)
	err = os.WriteFile("/tmp/rt0-files", []byte("data\n"), 0644)
	b, err2 := os.ReadFile("/tmp/rt0-files")
	fmt.Println(err, string(b), err2)
	exe, err := os.Executable()
	fmt.Println(exe != "", err)
	r, w, _ := os.Pipe()
	go func() { fmt.Fprintln(w, "through a pipe"); w.Close() }()
	s = bufio.NewScanner(r)
	s.Scan()
	fmt.Println(s.Text())
	os.Exit(3)
}
