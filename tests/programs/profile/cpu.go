// A CPU profile of two functions, one of which does three times the other's work: one after the other, or at the same time
// with the argument "together". The profile goes to a file first, and from there to standard output.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"sync"
)

const rounds = 7000

var sink [2]uint64

// The same code twice, so that turns cost the same in both.

//go:noinline
func single(n int) {
	x := uint64(n)
	for i := 0; i < n; i++ {
		x = x*6364136223846793005 + 1442695040888963407
		x ^= x >> 29
	}
	sink[0] += x
}

//go:noinline
func triple(n int) {
	x := uint64(n)
	for i := 0; i < n; i++ {
		x = x*6364136223846793005 + 1442695040888963407
		x ^= x >> 29
	}
	sink[1] += x
}

// length of a round in turns of single: no period of rounds may fit the profiler's. x is the last one's, by xorshift.
func length(x *uint32) int {
	*x ^= *x << 13
	*x ^= *x >> 17
	*x ^= *x << 5
	return 1000 + int(*x%901)
}

func work(together bool) {
	if !together {
		x := uint32(1)
		for i := 0; i < rounds; i++ {
			n := length(&x)
			triple(3 * n)
			single(n)
		}
		return
	}
	var wait sync.WaitGroup
	run := func(f func(int), times int) {
		defer wait.Done()
		x := uint32(1)
		for i := 0; i < rounds; i++ {
			f(times * length(&x))
		}
	}
	wait.Add(2)
	go run(triple, 3)
	go run(single, 1)
	wait.Wait()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	const name = "/tmp/cpu.profile"
	file, err := os.Create(name)
	check(err)
	check(pprof.StartCPUProfile(file))
	work(len(os.Args) > 1 && os.Args[1] == "together")
	pprof.StopCPUProfile()
	check(file.Close())
	file, err = os.Open(name)
	check(err)
	_, err = io.Copy(os.Stdout, file)
	check(err)
	check(os.Remove(name))
}
