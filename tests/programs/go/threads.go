// Threads that block in the kernel: readers of pipes and sleepers, while the others go on.
package main

import (
	"fmt"
	"sync"
	"syscall"
	"time"
)

func main() {
	const n = 40
	var write [n]int
	got := make(chan int, n)
	var started sync.WaitGroup
	for i := 0; i < n; i++ {
		var p [2]int
		if err := syscall.Pipe(p[:]); err != nil {
			fmt.Println("pipe:", err)
			return
		}
		write[i] = p[1]
		started.Add(1)
		go func(fd int) {
			started.Done()
			var b [1]byte
			count, err := syscall.Read(fd, b[:]) // blocks a thread
			if count != 1 || err != nil {
				fmt.Println("read:", count, err)
			}
			got <- int(b[0])
		}(p[0])
	}
	started.Wait()
	sum := 0
	for i := 0; i < 100_000; i++ { // there is a processor for this one
		sum += i
	}
	time.Sleep(time.Millisecond)
	for i := n - 1; i >= 0; i-- {
		if count, err := syscall.Write(write[i], []byte{byte(i)}); count != 1 || err != nil {
			fmt.Println("write:", count, err)
		}
	}
	for i := 0; i < n; i++ {
		sum += <-got
	}
	fmt.Println("sum", sum)

	// raw sleeps, which the scheduler does not know of
	start := time.Now()
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t := syscall.NsecToTimespec(int64(50 * time.Millisecond))
			for syscall.Nanosleep(&t, &t) == syscall.EINTR {
			}
		}()
	}
	wg.Wait()
	d := time.Since(start)
	fmt.Println("slept side by side:", d >= 50*time.Millisecond, d < 900*time.Millisecond)
}
