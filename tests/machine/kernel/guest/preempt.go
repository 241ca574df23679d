package main

import (
	"fmt"
	"runtime"
)

var done bool

//go:noinline
func spin(p *int) {
	for {
		*p++
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	n := 0
	go spin(&n)
	runtime.Gosched()
	fmt.Println("preempted", n > 0)
}
