// Two goroutines and two sleeps: the main one prints, starts another that prints and sleeps five seconds, and sleeps six.
// The machine's clock is virtual, so this takes six seconds of guest time and hardly any of the host's.
package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	fmt.Println("Hello, world!")

	go func() {
		fmt.Println("Hello, goroutine world!")
		time.Sleep(5 * time.Second)
	}()

	time.Sleep(6 * time.Second)
	fmt.Println(time.Since(start).Truncate(time.Second))
}
