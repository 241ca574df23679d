// A hundred thousand goroutines at once: all wait, all are woken, all end.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	const n = 100_000
	var ready, done sync.WaitGroup
	gate, sum := make(chan struct{}), make(chan int)
	ready.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		go func(i int) {
			defer done.Done()
			ready.Done()
			<-gate
			if i%1000 == 0 {
				sum <- i
			}
		}(i)
	}
	ready.Wait()
	fmt.Println("waiting", runtime.NumGoroutine())
	close(gate)
	total := 0
	for i := 0; i < n/1000; i++ {
		total += <-sum
	}
	done.Wait()
	fmt.Println("sum", total)
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	fmt.Println("left", runtime.NumGoroutine())
}
