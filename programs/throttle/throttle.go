// Command throttle answers a request every few milliseconds and collects garbage meanwhile, and tells how long requests took
// and how often the control group's quota stopped it. golang/go issue 33803: with more threads than the quota has cores, the
// collector's workers use the quota up within a part of its period, and everything stands still for the rest.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// node is a part of what stays alive: pointers for the collector to follow.
type node struct {
	left, right *node
	data        [4]uint64
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

const (
	requests = 400
	every    = 5 * time.Millisecond
	depth    = 19 // of the live tree: 2^19 nodes
	garbage  = 6  // of the tree that each request makes and drops
	rounds   = 100_000
	collect  = 500 * time.Millisecond
)

var live *node

// answer is the work of one request.
func answer(n int) uint64 {
	t := tree(garbage)
	var sum uint64
	for i := 0; i < rounds; i++ {
		sum = sum*31 + uint64(i+n)
	}
	t.data[0] = sum
	return t.data[0]
}

// stat reads a number of the control group's cpu.stat (version 2 of control groups).
func stat(name string) int {
	text, err := os.ReadFile("/sys/fs/cgroup/cpu.stat")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if key, value, found := strings.Cut(line, " "); found && key == name {
			n, _ := strconv.Atoi(value)
			return n
		}
	}
	return 0
}

func main() {
	live = tree(depth)
	runtime.GC()
	go func() { // as a program does that makes its cache anew
		for {
			time.Sleep(collect)
			runtime.GC()
		}
	}()
	took := make([]time.Duration, requests)
	var done sync.WaitGroup
	begin := time.Now()
	for i := 0; i < requests; i++ {
		due := begin.Add(time.Duration(i) * every)
		time.Sleep(time.Until(due))
		done.Add(1)
		go func(i int) {
			defer done.Done()
			answer(i)
			took[i] = time.Since(due)
		}(i)
	}
	done.Wait()
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Printf("GOMAXPROCS %d: p50 %.1f ms, p99 %.1f ms, max %.1f ms; %d collections\n",
		runtime.GOMAXPROCS(0), ms(took[requests/2]), ms(took[requests*99/100]), ms(took[requests-1]), m.NumGC)
	fmt.Printf("throttled in %d of %d periods, cores stood still for %d ms\n", stat("nr_throttled"), stat("nr_periods"), stat("throttled_usec")/1000)
}
