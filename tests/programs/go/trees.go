// Binary trees, built and dropped by several goroutines over many cycles of the collector.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type tree struct{ left, right *tree }

func build(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{build(depth - 1), build(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func main() {
	const most = 12
	long := build(most)
	fmt.Println("stretch", build(most+1).count())
	var lines [most/2 + 1]string
	var wg sync.WaitGroup
	for depth := 4; depth <= most; depth += 2 {
		wg.Add(1)
		go func(depth int) {
			defer wg.Done()
			n, sum := 1<<(most-depth+3), 0
			for i := 0; i < n; i++ {
				sum += build(depth).count()
			}
			lines[depth/2] = fmt.Sprintln(n, "trees of depth", depth, sum)
		}(depth)
	}
	wg.Wait()
	for _, line := range lines {
		fmt.Print(line)
	}
	fmt.Println("long", long.count())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("cycles of the collector, at least 10:", m.NumGC >= 10)
}
