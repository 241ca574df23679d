// Select: default, nil and closed channels, many cases, both directions, timeouts, timers and tickers.
package main

import (
	"fmt"
	"time"
)

func polls() {
	var none chan int
	full, empty, closed := make(chan int, 1), make(chan int, 1), make(chan int)
	full <- 5
	close(closed)
	select {
	case v := <-none:
		fmt.Println("from nil", v)
	case none <- 1:
		fmt.Println("to nil")
	case v := <-empty:
		fmt.Println("from empty", v)
	case full <- 6:
		fmt.Println("to full")
	default:
		fmt.Println("nothing is ready")
	}
	select {
	case v, ok := <-closed:
		fmt.Println("closed", v, ok)
	case <-none:
		fmt.Println("from nil")
	}
	select {
	case empty <- 7:
		fmt.Println("sent", <-empty)
	case full <- 8:
		fmt.Println("to full")
	}
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		select {
		case closed <- 1:
			fmt.Println("sent to closed")
		default:
			fmt.Println("default before a panic")
		}
	}()
}

// merge takes from eight channels until each has closed, with one select.
func merge() {
	var cs [8]chan int
	for i := range cs {
		cs[i] = make(chan int, i%3)
		go func(i int) {
			for v := 0; v < 500; v++ {
				cs[i] <- i*1000 + v
			}
			close(cs[i])
		}(i)
	}
	from, sum, next := cs, 0, [8]int{}
	take := func(i, v int, ok bool) {
		if !ok {
			from[i] = nil // never ready again
			return
		}
		if v != i*1000+next[i] {
			fmt.Println("channel", i, "has", v, "after", next[i], "values")
		}
		next[i]++
		sum += v
	}
	for open := 8; open > 0; {
		before := next
		select {
		case v, ok := <-from[0]:
			take(0, v, ok)
		case v, ok := <-from[1]:
			take(1, v, ok)
		case v, ok := <-from[2]:
			take(2, v, ok)
		case v, ok := <-from[3]:
			take(3, v, ok)
		case v, ok := <-from[4]:
			take(4, v, ok)
		case v, ok := <-from[5]:
			take(5, v, ok)
		case v, ok := <-from[6]:
			take(6, v, ok)
		case v, ok := <-from[7]:
			take(7, v, ok)
		}
		if next == before {
			open--
		}
	}
	fmt.Println("merged", sum, next)
}

// both ways: whichever side is ready, in one select each.
func both() {
	a, b, done := make(chan int), make(chan int), make(chan int)
	go func() {
		sent, got := 0, 0
		for sent < 2000 || got < 2000 {
			out := a
			if sent == 2000 {
				out = nil
			}
			select {
			case out <- sent:
				sent++
			case <-b:
				got++
			}
		}
		done <- sent + got
	}()
	sent, got := 0, 0
	for sent < 2000 || got < 2000 {
		out := b
		if sent == 2000 {
			out = nil
		}
		select {
		case out <- sent:
			sent++
		case <-a:
			got++
		}
	}
	fmt.Println("both", sent+got, <-done)
}

func fair() {
	a, b := make(chan bool), make(chan bool)
	close(a)
	close(b)
	var n [2]int
	for i := 0; i < 1000; i++ {
		select {
		case <-a:
			n[0]++
		case <-b:
			n[1]++
		}
	}
	fmt.Println("fair", n[0] > 350, n[1] > 350)
}

func timers() {
	start := time.Now()
	never := make(chan int)
	select {
	case <-never:
	case <-time.After(30 * time.Millisecond):
		fmt.Println("timeout")
	}
	select {
	case <-time.After(time.Hour):
		fmt.Println("an hour")
	case <-time.After(10 * time.Millisecond):
		fmt.Println("10 ms")
	}
	t := time.NewTimer(time.Hour)
	fmt.Println("stopped", t.Stop(), t.Stop())
	fmt.Println("reset", t.Reset(time.Millisecond))
	<-t.C
	fmt.Println("fired; active", t.Reset(time.Hour), t.Stop())

	fired := make(chan string)
	time.AfterFunc(5*time.Millisecond, func() { fired <- "function" })
	fmt.Println(<-fired)

	tick := time.NewTicker(2 * time.Millisecond)
	last := start
	for i := 0; i < 20; i++ {
		now := <-tick.C
		if !now.After(last) {
			fmt.Println("a tick not after the one before")
		}
		last = now
	}
	tick.Stop()
	fmt.Println("at least 85 ms:", time.Since(start) >= 85*time.Millisecond)
}

func main() {
	polls()
	merge()
	both()
	fair()
	timers()
}
