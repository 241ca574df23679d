// Goroutines tied to their threads: each keeps its own, hands values to others, and takes its thread along when it ends.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
)

func init() { runtime.LockOSThread() } // main stays on the first thread

func main() {
	first := syscall.Gettid()
	fmt.Println("main on the first thread:", first == syscall.Getpid())

	const n = 8
	threads := make([]int, n)
	moved := make([]int, n)
	ring := make([]chan int, n)
	for i := range ring {
		ring[i] = make(chan int)
	}
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			runtime.LockOSThread()
			threads[i] = syscall.Gettid()
			for {
				v := <-ring[i]
				if syscall.Gettid() != threads[i] {
					moved[i]++
				}
				if v < 1000 {
					ring[(i+1)%n] <- v + 1
				} else {
					if v < 1000+n-1 { // the next one ends, too
						ring[(i+1)%n] <- v + 1
					}
					break
				}
			}
			if i%2 == 0 {
				runtime.UnlockOSThread()
			} // else the thread ends with the goroutine
		}(i)
	}
	ring[0] <- 0
	wg.Wait()
	distinct := map[int]bool{first: true}
	for _, t := range threads {
		distinct[t] = true
	}
	fmt.Println("threads", len(distinct), "moved", moved)

	// locked twice, released twice
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		runtime.LockOSThread()
		before := syscall.Gettid()
		runtime.UnlockOSThread()
		for i := 0; i < 100; i++ {
			runtime.Gosched()
		}
		done <- before == syscall.Gettid()
		runtime.UnlockOSThread()
	}()
	fmt.Println("still locked", <-done)
	fmt.Println("main has not moved:", syscall.Gettid() == first)
}
