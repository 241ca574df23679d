// A loop without calls on the only processor: another goroutine runs only because a signal preempts the loop.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

func main() {
	runtime.GOMAXPROCS(1)
	var stop atomic.Bool
	started, stopped := make(chan bool), make(chan bool)
	go func() {
		close(started)
		for !stop.Load() {
		}
		close(stopped)
	}()
	<-started
	fmt.Println("main runs beside the loop")
	stop.Store(true)
	<-stopped
	fmt.Println("the loop ended")
}
