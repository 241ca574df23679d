// A pool of workers, a pipeline, a group that keeps the first error, a semaphore and a sieve of goroutines.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

func pool() {
	type job struct{ n, result int }
	jobs, results := make(chan job), make(chan job, 4)
	var wg sync.WaitGroup
	for w := 0; w < 6; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				for n := j.n; n != 1; j.result++ { // the length of a Collatz sequence
					if n%2 == 0 {
						n /= 2
					} else {
						n = 3*n + 1
					}
				}
				results <- j
			}
		}()
	}
	go func() {
		for n := 1; n <= 3000; n++ {
			jobs <- job{n: n}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	best, sum := job{}, 0
	for j := range results {
		sum += j.result
		if j.result > best.result {
			best = j
		}
	}
	fmt.Println("pool", best.n, best.result, sum)
}

func stage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func pipeline() {
	source := make(chan int)
	go func() {
		for i := 0; i < 2000; i++ {
			source <- i
		}
		close(source)
	}()
	var c <-chan int = source
	for s := 1; s <= 10; s++ {
		s := s
		c = stage(c, func(v int) int { return v*3%1009 + s })
	}
	n, hash := 0, uint32(1)
	for v := range c { // in order
		n++
		hash = hash*31 + uint32(v)
	}
	fmt.Println("pipeline", n, hash)
}

type group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
	stop context.CancelFunc
}

func (g *group) run(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err; g.stop() })
		}
	}()
}

func (g *group) wait() error {
	g.wg.Wait()
	g.stop()
	return g.err
}

func groups() {
	ctx, stop := context.WithCancel(context.Background())
	g := &group{stop: stop}
	bad := errors.New("the seventh failed")
	for i := 0; i < 10; i++ {
		i := i
		g.run(func() error {
			if i == 7 {
				return fmt.Errorf("task %d: %w", i, bad)
			}
			<-ctx.Done()
			return nil
		})
	}
	err := g.wait()
	fmt.Println("group", err, errors.Is(err, bad))
}

func semaphore() {
	places := make(chan struct{}, 3)
	var inside, over atomic.Int32
	var wg sync.WaitGroup
	for i := 0; i < 200; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			places <- struct{}{}
			if inside.Add(1) > 3 {
				over.Add(1)
			}
			inside.Add(-1)
			<-places
		}()
	}
	wg.Wait()
	fmt.Println("semaphore", over.Load(), len(places))
}

func sieve() {
	c := make(chan int)
	go func(c chan<- int) {
		for i := 2; ; i++ {
			c <- i
		}
	}(c)
	last := 0
	for i := 0; i < 60; i++ {
		last = <-c
		next := make(chan int)
		go func(in <-chan int, out chan<- int, prime int) {
			for v := range in {
				if v%prime != 0 {
					out <- v
				}
			}
		}(c, next, last)
		c = next
	}
	fmt.Println("sieve", last)
}

func main() {
	pool()
	pipeline()
	groups()
	semaphore()
	sieve()
}
