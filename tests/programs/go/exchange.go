// A hundred thousand values over an unbuffered channel and back, then over a buffered one, then between many.
package main

import (
	"fmt"
	"sync"
)

const count = 100_000

// echo returns every value one higher.
func echo(in <-chan int, out chan<- int) {
	for v := range in {
		out <- v + 1
	}
	close(out)
}

func pingPong() int {
	in, out := make(chan int), make(chan int)
	go echo(in, out)
	v := 0
	for i := 0; i < count/2; i++ { // two exchanges each
		in <- v
		v = <-out
	}
	close(in)
	_, open := <-out
	fmt.Println("open:", open)
	return v
}

func stream(size, count int) (sum int) {
	c := make(chan int, size)
	go func() {
		for i := 0; i < count; i++ {
			c <- i
		}
		close(c)
	}()
	for v := range c {
		sum += v
	}
	return sum
}

func crowd(count, size, senders, receivers int) int {
	c, sums := make(chan int, size), make(chan int)
	var wg sync.WaitGroup
	for s := 0; s < senders; s++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 1; i <= count/senders; i++ {
				c <- i
			}
		}()
	}
	for r := 0; r < receivers; r++ {
		go func() {
			sum := 0
			for v := range c {
				sum += v
			}
			sums <- sum
		}()
	}
	wg.Wait()
	close(c)
	total := 0
	for r := 0; r < receivers; r++ {
		total += <-sums
	}
	return total
}

func main() {
	fmt.Println(pingPong())
	fmt.Println(stream(0, count/10), stream(1, count/10), stream(128, count))
	fmt.Println(crowd(count/10, 0, 10, 5), crowd(count/10, 7, 5, 10))
}
