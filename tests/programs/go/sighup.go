// SIGUSR1 that nobody asked for does nothing in Go; SIGHUP ends the program, while another goroutine loops.
package main

import (
	"fmt"
	"syscall"
	"time"
)

func main() {
	go func() {
		for {
		}
	}()
	syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
	fmt.Println("between")
	syscall.Kill(syscall.Getpid(), syscall.SIGHUP)
	time.Sleep(10 * time.Second)
	fmt.Println("after")
}
