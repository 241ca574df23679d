// Recursion a million calls deep, again on other goroutines, and stacks that shrink behind it.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

//go:noinline
func depth(n int, up *int) int {
	if n == 0 {
		return *up
	}
	here := [4]int{n, n, n, n}        // a frame of 64 bytes: a million fit into half of what is copied at most
	return depth(n-1, &here[n&3]) + 1 // a pointer into the caller's frame, which moves when the stack grows
}

func main() {
	zero := 0
	fmt.Println(depth(1_000_000, &zero))
	var wg sync.WaitGroup
	results := make([]int, 4)
	for i := range results {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for j := 1; j <= 3; j++ {
				results[i] += depth(j*(i+1)*500, &zero)
				runtime.GC()
			}
		}(i)
	}
	wg.Wait()
	fmt.Println(results)
}
