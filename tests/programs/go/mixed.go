// Channels, mutexes, maps, timers, a recovered fault and printing, in one program.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

func worker(id int, in <-chan int, out chan<- int, wg *sync.WaitGroup) {
	defer wg.Done()
	for v := range in {
		out <- v * v
	}
}

func main() {
	in, out := make(chan int), make(chan int, 10)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go worker(i, in, out, &wg)
	}
	go func() {
		for i := 0; i < 1000; i++ {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for v := range out {
		sum += v
	}
	fmt.Println("sum", sum)
	t0 := time.Now()
	time.Sleep(50 * time.Millisecond)
	d := time.Since(t0)
	fmt.Println("slept", d >= 50*time.Millisecond, d < 80*time.Millisecond)
	var mu sync.Mutex
	m := map[int]int{}
	for i := 0; i < 100; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for j := 0; j < 100; j++ {
				mu.Lock()
				m[i*j%37]++
				mu.Unlock()
			}
		}(i)
	}
	wg.Wait()
	for runtime.NumGoroutine() > 1 { // one that is done may be on its way out still, its thread without a core
		runtime.Gosched()
	}
	fmt.Println(len(m), m[0], runtime.NumGoroutine())
	select {
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timeout")
	}
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		var p *int
		*p = 1
	}()
	x := 0.0
	for i := 0; i < 1000; i++ {
		x += float64(i) / 7
	}
	fmt.Printf("%.6f %v %x\n", x, []string{"a", "b"}, "hi")
}
