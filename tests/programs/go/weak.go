//go:build go1.24

// Weak pointers, cleanups and unique values.
package main

import (
	"fmt"
	"runtime"
	"time"
	"unique"
	"weak"
)

type object struct {
	value int
	_     [100]byte
}

//go:noinline
func make1(cleaned chan<- int, value int) weak.Pointer[object] {
	o := &object{value: value}
	runtime.AddCleanup(o, func(v int) { cleaned <- v }, value)
	runtime.AddCleanup(o, func(v int) { cleaned <- v }, -value)
	w := weak.Make(o)
	fmt.Println(w.Value().value, w == weak.Make(o))
	runtime.KeepAlive(o)
	return w
}

func main() {
	cleaned := make(chan int, 10)
	w := make1(cleaned, 7)
	kept := &object{value: 8}
	k := weak.Make(kept)
	gone := false
	for i := 0; i < 200 && !gone; i++ {
		runtime.GC()
		gone = w.Value() == nil
		time.Sleep(time.Millisecond)
	}
	fmt.Println("gone", gone, "kept", k.Value() == kept)
	fmt.Println("cleanups", <-cleaned+<-cleaned)

	c := runtime.AddCleanup(kept, func(v int) { cleaned <- v }, 9)
	c.Stop()
	runtime.KeepAlive(kept)
	kept = nil
	for i := 0; i < 200 && k.Value() != nil; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("stopped", k.Value() == nil, len(cleaned))

	a, b := unique.Make("one"), unique.Make(string([]byte{'o', 'n', 'e'}))
	fmt.Println("unique", a == b, a.Value())
}
