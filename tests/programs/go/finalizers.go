// Finalizers: run once, in order of dependency, may revive their object, and can be taken back.
package main

import (
	"fmt"
	"runtime"
	"time"
)

type object struct {
	name string
	next *object
	_    [100]byte
}

var revived *object

//go:noinline
func chain(out chan<- string) {
	// each has a finalizer; one is run only when nothing with a finalizer points to its object
	a, b, c := &object{name: "a"}, &object{name: "b"}, &object{name: "c"}
	a.next, b.next = b, c
	for _, o := range []*object{a, b, c} {
		runtime.SetFinalizer(o, func(o *object) { out <- o.name })
	}
}

//go:noinline
func revive(out chan<- string) {
	runtime.SetFinalizer(&object{name: "phoenix"}, func(o *object) {
		revived = o
		out <- "revived " + o.name
	})
}

//go:noinline
func many(n int, out chan<- string) {
	for i := 0; i < n; i++ {
		o := &object{name: "many"}
		runtime.SetFinalizer(o, func(o *object) { out <- o.name })
		if i%10 == 0 {
			runtime.SetFinalizer(o, nil)
		}
	}
}

// deep makes the stack forget what was there.
//
//go:noinline
func deep(n int) int {
	var a [64]int
	if n > 0 {
		a[n%64] = deep(n - 1)
	}
	return a[n%64] + 1
}

func take(out <-chan string) string {
	deep(50)
	for i := 0; i < 200; i++ {
		runtime.GC()
		select {
		case s := <-out:
			return s
		case <-time.After(10 * time.Millisecond):
		}
	}
	return "nothing"
}

func main() {
	out := make(chan string, 1000)
	chain(out)
	fmt.Println(take(out), take(out), take(out))

	revive(out)
	fmt.Println(take(out), revived.name)
	runtime.SetFinalizer(revived, func(o *object) { out <- "again " + o.name })
	revived = nil
	fmt.Println(take(out))

	many(500, out)
	n := 0
	for n < 450 && take(out) == "many" {
		for n++; len(out) > 0; n++ {
			<-out
		}
	}
	runtime.GC()
	runtime.GC()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("many", n, len(out))
}
