// Goroutines that make garbage, pass pieces of it on and look whether it is still what they made, while collections
// begin all the time: write barriers, assists and stack scans meet preemption at any instruction.
package main

import (
	"runtime"
	"runtime/debug"
)

type cell struct {
	next *cell
	text string
	sum  int
}

func build(n, seed int) *cell {
	var head *cell
	for i := 0; i < n; i++ {
		b := make([]byte, 8+i%24)
		s := 0
		for j := range b {
			b[j] = byte('a' + (seed+i*7+j)%26)
			s += int(b[j])
		}
		head = &cell{head, string(b), s}
	}
	return head
}

// check walks a list many times without a call and adds up what it holds.
func check(head *cell) (total int) {
	for round := 0; round < 60; round++ {
		total = 0
		for c := head; c != nil; c = c.next {
			s := 0
			for j := 0; j < len(c.text); j++ {
				s += int(c.text[j])
			}
			if s != c.sum {
				panic("a list has changed")
			}
			total += s
		}
	}
	return total
}

// deep makes the stack grow and shrink, with pointers into it.
func deep(n int, up *int) int {
	here := n + *up
	if n == 0 {
		return here
	}
	return deep(n-1, &here) & 0xffff
}

func main() {
	debug.SetGCPercent(10)
	lists := make(chan *cell, 2)
	sums := make(chan int)
	for w := 0; w < 3; w++ {
		w := w
		go func() {
			for round := 0; round < 3; round++ {
				lists <- build(24, w*31+round)
			}
		}()
		go func() {
			total := 0
			for round := 0; round < 3; round++ {
				total += check(<-lists)
				runtime.Gosched()
			}
			one := 1
			sums <- total*10 + deep(200, &one)&1
		}()
	}
	total := 0
	for i := 0; i < 3; i++ {
		total += <-sums
		runtime.GC()
	}
	println("sum", total)
}
