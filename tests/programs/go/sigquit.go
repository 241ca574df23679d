// SIGQUIT: the state of all goroutines and of the registers, and status 2.
package main

import (
	"fmt"
	"syscall"
)

func main() {
	fmt.Println("before")
	syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
	select {}
}
