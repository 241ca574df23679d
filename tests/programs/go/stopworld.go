// One goroutine stops the world in a loop, on as many threads as there are processors: the others still get on.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

func main() {
	runtime.GOMAXPROCS(4)
	go func() {
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
		}
	}()
	end := time.Now().Add(5 * time.Millisecond)
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for time.Now().Before(end) {
			}
		}()
	}
	wg.Wait()
	fmt.Println("both ended")
}
