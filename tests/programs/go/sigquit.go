// SIGQUIT: the state of all goroutines and of the registers, and status 2.
package main

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// The process's first thread takes the signal, so it sends it too: as its call returns, and while nothing else can end the program.
func init() { runtime.LockOSThread() }

func main() {
	fmt.Println("before")
	syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
	time.Sleep(time.Hour)
}
