// Gosched: goroutines that give way take turns, and one that never does is interrupted for them.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	// in turn: each waits for its number
	const n, rounds = 10, 200
	turn := 0
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for r := 0; r < rounds; r++ {
				for turn%n != i {
					runtime.Gosched()
				}
				turn++
			}
		}(i)
	}
	wg.Wait()
	fmt.Println("turns", turn)

	// one processor: between two steps of one, each other makes about one
	var steps [n]int
	most := 0
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for r := 0; r < rounds; r++ {
				steps[i]++
				for _, s := range steps {
					if s > 0 && steps[i]-s > most {
						most = steps[i] - s
					}
				}
				runtime.Gosched()
			}
		}(i)
	}
	wg.Wait()
	fmt.Println("steps", steps, "far apart:", most > rounds/2)

	// a greedy one does not starve the others
	var stop atomic.Bool
	ended := make(chan bool)
	go func() {
		for !stop.Load() {
		}
		close(ended)
	}()
	runtime.Gosched()
	stop.Store(true)
	<-ended
	fmt.Println("not starved")
}
