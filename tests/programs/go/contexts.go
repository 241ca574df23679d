// Contexts: cancellation down a tree, deadlines, values, and goroutines that end because of them.
package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

type key string

func tree() {
	root, cancelRoot := context.WithCancel(context.WithValue(context.Background(), key("name"), "root"))
	left, cancelLeft := context.WithCancel(root)
	right := context.WithValue(root, key("side"), "right")
	leaf, cancelLeaf := context.WithTimeout(left, time.Hour)
	defer cancelLeaf()
	cancelLeft()
	<-leaf.Done()
	fmt.Println(root.Err(), left.Err(), leaf.Err(), right.Err())
	fmt.Println(right.Value(key("name")), right.Value(key("side")), left.Value(key("side")))
	cancelRoot()
	<-right.Done()
	fmt.Println(root.Err(), right.Err())
}

func deadlines() {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	inner, cancelInner := context.WithTimeout(ctx, time.Hour) // the outer deadline is earlier
	defer cancelInner()
	a, _ := ctx.Deadline()
	b, _ := inner.Deadline()
	select {
	case <-inner.Done():
	case <-time.After(10 * time.Second):
		fmt.Println("no deadline came")
	}
	fmt.Println(inner.Err(), errors.Is(inner.Err(), context.DeadlineExceeded), a.Equal(b), time.Since(start) >= 20*time.Millisecond)
	past, cancelPast := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancelPast()
	fmt.Println(past.Err())
}

// Many goroutines work until one has found what they look for.
func search() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	found := make(chan int)
	var wg sync.WaitGroup
	for id := 0; id < 20; id++ {
		wg.Add(1)
		go func(id int) {
			defer wg.Done()
			for i := id; ; i += 20 {
				if i == 4711 {
					found <- i
				}
				if ctx.Err() != nil {
					return
				}
				if i%50 == id {
					runtime.Gosched() // one processor may have to serve all
				}
			}
		}(id)
	}
	fmt.Println("found", <-found)
	cancel()
	wg.Wait()
	fmt.Println("all ended")
}

// A thousand children each with a watcher, cancelled at once.
func many() {
	parent, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var ready sync.WaitGroup
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		ready.Add(1)
		go func() {
			defer wg.Done()
			child, cancel := context.WithTimeout(parent, time.Hour)
			defer cancel()
			ready.Done()
			<-child.Done()
		}()
	}
	ready.Wait()
	cancel()
	wg.Wait()
	fmt.Println("a thousand ended:", parent.Err())
}

func main() {
	tree()
	deadlines()
	search()
	many()
}
