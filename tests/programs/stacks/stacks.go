// Stacks of many kinds, for whoever walks them while this runs: recursion, inlined calls, closures, methods behind interfaces,
// deferred functions, panics that are recovered, system calls, the collector on the system stack, goroutines that wait.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

type shape interface{ area(depth int) int }

type square struct{ side int }
type tower struct {
	square
	floors []shape
}

func (s square) area(depth int) int { return s.side * s.side }

func (t *tower) area(depth int) int {
	sum := t.square.area(depth)
	for _, f := range t.floors {
		sum += f.area(depth + 1)
	}
	return sum
}

func double(x int) int         { return x + x }
func quadruple(x int) int      { return double(double(x)) }
func mixed(m []int, i int) int { return quadruple(m[i&15]) + double(m[(i+1)&15]) }

//go:noinline
func descend(n int, m []int, f func(int) int) int {
	if n == 0 {
		return f(len(m))
	}
	var room [24]int
	room[n%24] = mixed(m, n)
	return descend(n-1, m, f) + room[n%24]
}

//go:noinline
func guarded(n int) (result string) {
	defer func() {
		if e := recover(); e != nil {
			result = fmt.Sprint("recovered ", e)
		}
	}()
	var m []int
	if n%2 == 0 {
		var p *tower
		return fmt.Sprint(p.floors)
	}
	return fmt.Sprint(m[n])
}

func waiter(wg *sync.WaitGroup, in <-chan int, out chan<- string) {
	defer wg.Done()
	for n := range in {
		out <- guarded(n)
	}
}

var sink []string

func main() {
	var wg sync.WaitGroup
	in, out := make(chan int), make(chan string, 4)
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go waiter(&wg, in, out)
	}
	var lock sync.Mutex
	lock.Lock()
	go func() {
		lock.Lock()
		defer lock.Unlock()
	}()
	go func() { time.Sleep(time.Hour) }()
	m := make([]int, 16)
	for i := range m {
		m[i] = i * i
	}
	t := &tower{square{3}, []shape{square{2}, &tower{square{1}, nil}, square{5}}}
	total := 0
	seen := map[string]int{}
	for round := 0; round < 60; round++ {
		total += descend(12+round%40, m, func(n int) int {
			words := strings.Fields(strings.Repeat("one two three ", n%7+1))
			sort.Slice(words, func(i, j int) bool { return words[i] < words[j] })
			seen[strings.Join(words, "-")] += t.area(0)
			return len(words)
		})
		select {
		case in <- round:
		case s := <-out:
			sink = append(sink, s)
		}
		if round%16 == 15 {
			runtime.GC()
			fmt.Fprintln(os.Stderr, "round", round)
		}
	}
	close(in)
	go func() { wg.Wait(); close(out) }()
	for s := range out {
		sink = append(sink, s)
	}
	lock.Unlock()
	fmt.Println(total, len(sink), len(seen))
}
