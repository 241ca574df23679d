// What passing the processor from goroutine to goroutine takes, in nanoseconds, as the program itself sees it. Its first line says that main has begun.
package main

import (
	"os"
	"runtime"
	"strconv"
	"time"
)

func main() {
	os.Stdout.WriteString("main\n")
	runtime.GOMAXPROCS(1)
	gosched()
	gosched()
	channel()
	channel()
}

func report(name string, d time.Duration, n int) {
	tenths := int64(d) * 10 / int64(n)
	os.Stdout.WriteString(name + " " + strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + "\n")
}

func gosched() {
	const n = 2000
	done := make(chan bool)
	go func() {
		for i := 0; i < n; i++ {
			runtime.Gosched()
		}
		done <- true
	}()
	t := time.Now()
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
	<-done
	report("gosched", time.Since(t), 2*n)
}

func channel() {
	const n = 2000
	a, b := make(chan int), make(chan int)
	go func() {
		for x := range a {
			b <- x
		}
		close(b)
	}()
	t := time.Now()
	for i := 0; i < n; i++ {
		a <- i
		<-b
	}
	report("channel", time.Since(t), 2*n)
	close(a)
}
