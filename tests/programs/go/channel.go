// Goroutines, an unbuffered and a buffered channel, select, a wait group.
package main

import (
	"fmt"
	"sync"
)

func square(in <-chan int, out chan<- int, wg *sync.WaitGroup) {
	defer wg.Done()
	for v := range in {
		out <- v * v
	}
}

func main() {
	in, out := make(chan int), make(chan int, 4)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go square(in, out, &wg)
	}
	go func() {
		for i := 1; i <= 100; i++ {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum, count := 0, 0
	for v := range out {
		sum += v
		count++
	}
	fmt.Println("sum", sum, "count", count)

	done := make(chan struct{})
	select {
	case <-done:
		fmt.Println("done too early")
	default:
		fmt.Println("not done")
	}
	close(done)
	<-done
	fmt.Println("done")
}
