// Why goroutines run: one gets a mutex from another, one a value, one is stolen by another processor.
package main

import (
	"sync"
	"time"
)

var (
	lock    sync.Mutex
	turns   int
	values  = make(chan int)
	results = make(chan int)
)

func worker() {
	lock.Lock()
	got()
	lock.Unlock()
	results <- 1
}

//go:noinline
func got() { turns++ }

func receiver() {
	v := <-values
	received(v)
	results <- v
}

//go:noinline
func received(v int) { turns += v }

//go:noinline
func spin(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i ^ sum
	}
	return sum
}

func child() {
	stolen()
	results <- spin(100)
}

//go:noinline
func stolen() { turns++ }

func main() {
	lock.Lock()
	go worker()
	time.Sleep(time.Millisecond) // the worker has tried, and waits
	lock.Unlock()
	<-results

	go receiver()
	time.Sleep(time.Millisecond)
	values <- 2
	<-results

	go child()
	spin(2000000) // nobody but another thread can run the child meanwhile
	<-results
}
