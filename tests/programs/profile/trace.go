// An execution trace of goroutines that wait, sleep, hand over and allocate, written to standard output.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	if err := trace.Start(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var wait sync.WaitGroup
	numbers := make(chan int)
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := range numbers {
				time.Sleep(time.Duration(n) * time.Millisecond)
				_ = make([]byte, n<<16)
			}
		}()
	}
	for n := 0; n < 40; n++ {
		numbers <- n % 5
	}
	close(numbers)
	wait.Wait()
	runtime.GC()
	trace.Stop()
}
