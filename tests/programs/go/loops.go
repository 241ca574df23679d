// Loops without calls on one processor: only asynchronous preemption lets timers, the collector and others run.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

//go:noinline
func spin(stop *int32, step uint64) (sum uint64) {
	for atomic.LoadInt32(stop) == 0 {
		sum += step
	}
	return sum
}

//go:noinline
func nested(stop *int32, m *[64]float64) {
	for atomic.LoadInt32(stop) == 0 {
		for i := range m {
			for j := range m {
				m[i] = m[i]*0.5 + m[j]*0.25 + 1
			}
		}
	}
}

func main() {
	fmt.Println("processors", runtime.GOMAXPROCS(0))
	var stop int32
	ended := make(chan string, 8)
	go func() {
		if spin(&stop, 2)%2 == 1 {
			fmt.Println("never")
		}
		ended <- "spin"
	}()
	go func() {
		var m [64]float64
		for i := range m {
			m[i] = float64(i)
		}
		nested(&stop, &m)
		ended <- "nested"
	}()
	time.Sleep(5 * time.Millisecond) // the loops get the processor
	fmt.Println("main is back")
	runtime.GC() // stops the loops
	fmt.Println("collected")
	time.AfterFunc(5*time.Millisecond, func() { atomic.StoreInt32(&stop, 1) })
	spin(&stop, 1)
	counts := map[string]int{}
	for i := 0; i < 2; i++ {
		counts[<-ended]++
	}
	fmt.Println(counts)
}
