// Thousands of timers: fired in order of their time, stopped, reset, and sleeping goroutines by the thousand.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	// deadlines 50 ms apart, begun in another order
	order := make(chan int, 20)
	start := time.Now()
	for i := 0; i < 20; i++ {
		n := i * 7 % 20
		time.AfterFunc(time.Until(start.Add(20*time.Millisecond+time.Duration(n)*50*time.Millisecond)), func() { order <- n })
	}
	for i := 0; i < 20; i++ {
		if n := <-order; n != i {
			fmt.Println("place", i, "has", n)
		}
	}
	fmt.Println("in order")

	var fired atomic.Int32
	var timers []*time.Timer
	for i := 0; i < 3000; i++ {
		timers = append(timers, time.AfterFunc(time.Hour, func() { fired.Add(1) }))
	}
	stopped := 0
	for i, t := range timers {
		switch i % 3 {
		case 0:
			if t.Stop() {
				stopped++
			}
		case 1:
			t.Reset(time.Duration(i%10) * time.Millisecond)
		}
	}
	for fired.Load() < 1000 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("stopped", stopped, "fired", fired.Load())

	var wg sync.WaitGroup
	var early atomic.Int32
	for i := 0; i < 2000; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			d := time.Duration(i%50) * 100 * time.Microsecond
			before := time.Now()
			time.Sleep(d)
			if time.Since(before) < d {
				early.Add(1)
			}
		}(i)
	}
	wg.Wait()
	fmt.Println("slept; too early:", early.Load())

	tick := time.NewTicker(time.Millisecond)
	tick.Reset(3 * time.Millisecond)
	for i := 0; i < 5; i++ {
		<-tick.C
	}
	tick.Stop()
	select {
	case <-tick.C:
		fmt.Println("a tick after Stop")
	case <-time.After(10 * time.Millisecond):
		fmt.Println("silent")
	}
}
