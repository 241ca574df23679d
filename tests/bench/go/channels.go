// Goroutines that pass numbers on, through unbuffered and buffered channels.
package main

import "fmt"

func stage(in <-chan int, out chan<- int) {
	for v := range in {
		out <- v + 1
	}
	close(out)
}

func main() {
	first := make(chan int)
	var last <-chan int = first
	for i := 0; i < 8; i++ {
		next := make(chan int, 16*(i&1))
		go stage(last, next)
		last = next
	}
	go func() {
		for i := 0; i < 15000; i++ {
			first <- i
		}
		close(first)
	}()
	sum := 0
	for v := range last {
		sum += v
	}
	fmt.Println(sum)
}
