// Mutex, RWMutex, Once, Cond and WaitGroup that 16 goroutines contend for.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const goroutines, rounds = 16, 500

// all runs f in every goroutine and waits for them.
func all(f func(id int)) {
	var wg sync.WaitGroup
	wg.Add(goroutines)
	for id := 0; id < goroutines; id++ {
		go func(id int) {
			defer wg.Done()
			f(id)
		}(id)
	}
	wg.Wait()
}

func mutex() {
	var mu sync.Mutex
	n, tried := 0, 0
	all(func(int) {
		for i := 0; i < rounds; i++ {
			mu.Lock()
			n++
			if i%50 == 0 {
				runtime.Gosched() // others must wait
			}
			mu.Unlock()
			if mu.TryLock() {
				tried++
				mu.Unlock()
			}
		}
	})
	fmt.Println("mutex", n, tried <= n)
}

func rwMutex() {
	var mu sync.RWMutex
	var a, b int
	var torn, readers, most atomic.Int32
	all(func(id int) {
		for i := 0; i < rounds; i++ {
			if id%4 == 0 {
				mu.Lock()
				a++
				b++
				mu.Unlock()
				continue
			}
			mu.RLock()
			if n := readers.Add(1); n > most.Load() {
				most.Store(n)
			}
			if a != b {
				torn.Add(1)
			}
			readers.Add(-1)
			mu.RUnlock()
		}
	})
	fmt.Println("rwmutex", a, b, torn.Load(), most.Load() <= goroutines)
}

func once() {
	var calls atomic.Int32
	var seen atomic.Int32
	for i := 0; i < 50; i++ {
		var o sync.Once
		value := 0
		all(func(int) {
			o.Do(func() {
				calls.Add(1)
				runtime.Gosched()
				value = 1
			})
			seen.Add(int32(value))
		})
	}
	fmt.Println("once", calls.Load(), seen.Load())
}

// A queue of three places with Cond, Signal and Broadcast.
func cond() {
	var mu sync.Mutex
	notEmpty, notFull := sync.NewCond(&mu), sync.NewCond(&mu)
	var queue []int
	var sum, taken int
	all(func(id int) {
		for i := 0; i < rounds; i++ {
			mu.Lock()
			if id%2 == 0 {
				for len(queue) == 3 {
					notFull.Wait()
				}
				queue = append(queue, id*rounds+i)
				notEmpty.Signal()
			} else {
				for len(queue) == 0 {
					notEmpty.Wait()
				}
				sum += queue[0]
				queue = queue[1:]
				taken++
				if i%2 == 0 {
					notFull.Signal()
				} else {
					notFull.Broadcast()
				}
			}
			mu.Unlock()
		}
	})
	fmt.Println("cond", sum, taken, len(queue))
}

// Phases: nobody enters a phase before all have left the one before.
func barrier() {
	var mu sync.Mutex
	turn := sync.NewCond(&mu)
	waiting, phase, early := 0, 0, 0
	all(func(int) {
		for p := 0; p < 100; p++ {
			mu.Lock()
			if phase != p {
				early++
			}
			if waiting++; waiting == goroutines {
				waiting = 0
				phase++
				turn.Broadcast()
			} else {
				for phase == p {
					turn.Wait()
				}
			}
			mu.Unlock()
		}
	})
	fmt.Println("barrier", phase, early)
}

func main() {
	fmt.Println(runtime.GOMAXPROCS(0))
	mutex()
	rwMutex()
	once()
	cond()
	barrier()
}
