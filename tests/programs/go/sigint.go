// SIGINT by default action, although others are awaited: the status is that of the signal.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR2)
	fmt.Println("before")
	syscall.Kill(syscall.Getpid(), syscall.SIGINT)
	time.Sleep(10 * time.Second)
	fmt.Println("after")
}
