// Everyone waits for everyone: Go ends the program with status 2 and a trace of each goroutine.
package main

import (
	"fmt"
	"sync"
)

func main() {
	fmt.Println("before")
	var mu sync.Mutex
	mu.Lock()
	c := make(chan int)
	ready := make(chan bool, 1)
	go func() {
		ready <- true
		mu.Lock()
		c <- 1
	}()
	<-ready
	<-c
	fmt.Println("after")
}
