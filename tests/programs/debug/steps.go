// Steps of two goroutines, for the debugger.
package main

type pair struct{ a, b int }

var total int

//go:noinline
func work(n int, p *pair) int {
	p.a += n
	total += p.a
	return total
}

func loop(done chan int) {
	p := &pair{b: 7}
	for i := 0; i < 5; i++ {
		work(i, p)
	}
	done <- p.a
}

func main() {
	done := make(chan int)
	go loop(done)
	println(<-done, total)
}
