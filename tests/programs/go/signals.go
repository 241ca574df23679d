// Signals that the program sends itself: Notify, Stop, Ignore, Reset and NotifyContext.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func send(s syscall.Signal) {
	if err := syscall.Kill(syscall.Getpid(), s); err != nil {
		fmt.Println("kill:", err)
	}
}

// get waits for a signal other than SIGURG, which the runtime sends itself and which who asks for all signals sees too.
func get(c <-chan os.Signal) any {
	for {
		select {
		case s := <-c:
			if s != syscall.SIGURG {
				return s
			}
		case <-time.After(10 * time.Second):
			return "nothing"
		}
	}
}

// left is how many signals other than SIGURG nobody has taken from c.
func left(c <-chan os.Signal) (n int) {
	for len(c) > 0 {
		if <-c != syscall.SIGURG {
			n++
		}
	}
	return n
}

func main() {
	c := make(chan os.Signal, 10)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		send(s)
		fmt.Println("got", get(c))
	}
	p, _ := os.FindProcess(os.Getpid())
	fmt.Println(p.Signal(os.Interrupt), get(c))
	fmt.Println(p.Signal(syscall.Signal(0)))

	// two channels, one for everything
	all := make(chan os.Signal, 10)
	signal.Notify(all)
	send(syscall.SIGUSR2)
	send(syscall.SIGUSR1)
	a, b := get(all), get(all)
	fmt.Println(a == syscall.SIGUSR2 || b == syscall.SIGUSR2, a == syscall.SIGUSR1 || b == syscall.SIGUSR1, get(c))
	signal.Stop(all)

	for i := 0; i < 200; i++ { // each is awaited, so none is merged with the next
		send(syscall.SIGUSR1)
		if s := get(c); s != syscall.SIGUSR1 {
			fmt.Println("round", i, s)
		}
	}

	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	fmt.Println("ignored", signal.Ignored(syscall.SIGINT), signal.Ignored(syscall.SIGTERM))
	send(syscall.SIGINT)
	send(syscall.SIGHUP)
	send(syscall.SIGTERM)
	fmt.Println("only", get(c), len(c))

	signal.Reset(syscall.SIGINT)
	signal.Notify(c, syscall.SIGINT)
	send(syscall.SIGINT)
	fmt.Println("again", get(c))

	// SIGCHLD, SIGWINCH and SIGURG do nothing by default
	signal.Reset()
	send(syscall.SIGCHLD)
	send(syscall.SIGWINCH)
	send(syscall.SIGURG)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	send(syscall.SIGTERM)
	<-ctx.Done()
	fmt.Println("context:", ctx.Err())
	stop()
	fmt.Println("left", left(c), left(all))
}
