// Every run-time error that can be recovered, by its text; and in which order deferred calls see panics.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return s.side * s.side }

type other interface{ volume() int }

var (
	zero    = 0
	minus   = -1
	five    = 5
	nothing *square
	table   map[string]int
	any1    interface{} = "text"
)

// try runs f and says how it ended.
func try(name string, f func()) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			fmt.Println(name+":", "returned")
		case runtime.Error:
			_, assertion := r.(*runtime.TypeAssertionError)
			fmt.Println(name+":", r, assertion)
		case error:
			fmt.Println(name+": error", r)
		default:
			fmt.Printf("%s: %T %v\n", name, r, r)
		}
	}()
	f()
}

func sink(...interface{}) {}

func main() {
	list := []int{1, 2, 3}
	text := "hello"
	array := [4]int{}
	var c chan int
	closed := make(chan int)
	close(closed)

	try("nothing", func() {})
	try("nil field", func() { sink(nothing.side) })
	try("nil store", func() { nothing.side = 1 })
	try("nil method", func() { var s shape; s.area() })
	try("nil function", func() { var f func(); f() })
	try("nil slice pointer", func() { var p *[]int; sink((*p)[0]) })
	try("nil array pointer", func() { var p *[1 << 20]int; sink(p[five]) })
	try("index", func() { sink(list[five]) })
	try("negative index", func() { sink(list[minus]) })
	try("array index", func() { array[five] = 1 })
	try("string index", func() { sink(text[five]) })
	try("slice end", func() { sink(list[:five]) })
	try("slice start", func() { sink(list[five:]) })
	try("slice order", func() { sink(list[2 : zero+1]) })
	try("slice capacity", func() { sink(list[:2:five]) })
	try("slice three", func() { sink(list[: 3 : 2+zero]) })
	try("slice negative", func() { sink(list[minus:]) })
	try("string slice", func() { sink(text[five+1:]) })
	try("string order", func() { sink(text[3 : zero+2]) })
	try("divide", func() { sink(5 / zero) })
	try("modulus", func() { sink(int8(five) % int8(zero)) })
	try("shift", func() { sink(1 << minus) })
	try("nil map", func() { table["a"] = 1 })
	try("nil map read", func() { sink(table["a"]) })
	try("make slice", func() { sink(make([]int, minus)) })
	try("make capacity", func() { sink(make([]int, 1, zero)) })
	try("make chan", func() { sink(make(chan int, minus)) })
	try("make huge", func() { sink(make([]int64, 1<<60+zero)) })
	try("wrong type", func() { sink(any1.(int)) })
	try("nil type", func() { var i interface{}; sink(i.(int)) })
	try("no method", func() { sink(any1.(shape)) })
	try("missing method", func() { var s shape = square{2}; sink(s.(other)) })
	try("other type", func() { var s shape = square{2}; sink(s.(*square)) })
	try("comma ok", func() { _, ok := any1.(int); fmt.Println(ok) })
	try("unhashable", func() { m := map[interface{}]int{}; m[list] = 1 })
	try("uncomparable", func() { var a, b interface{} = list, list; sink(a == b) })
	try("struct uncomparable", func() {
		type s struct{ f func() }
		var a, b interface{} = s{}, s{}
		sink(a == b)
	})
	try("close nil", func() { close(c) })
	try("close closed", func() { close(closed) })
	try("send closed", func() { closed <- 1 })
	try("own error", func() { panic(errors.New("mine")) })
	try("own value", func() { panic(square{3}) })
	try("own float", func() { panic(1.5) })

	try("again", func() {
		defer func() { panic(fmt.Sprint("second after ", recover())) }()
		panic("first")
	})
	try("replaced", func() {
		defer func() { panic("second") }()
		panic("first")
	})
	try("recovered inside", func() {
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
			panic("in a deferred call")
		}()
		panic("outer")
	})
	try("too deep", func() {
		defer func() {
			func() { fmt.Println("a nested call's recover is", recover()) }()
		}()
		panic("kept")
	})
	try("order", func() {
		for i := 0; i < 5; i++ {
			defer fmt.Print(i, " ")
		}
		defer func() { fmt.Print("last first: ") }()
	})
	n, err := named()
	fmt.Println(n, err, changed(3))
	leave()
	deep(1000)
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 7, fmt.Errorf("wrapped: %v", r)
		}
	}()
	return element(five), nil
}

func element(i int) int { return []int{1, 2}[i] }

func changed(n int) (r int) {
	defer func() { r *= 2 }()
	return n + 1
}

// leave ends a goroutine in the middle: deferred calls run and recover finds nothing.
func leave() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("Goexit:", recover()) }()
		func() {
			defer fmt.Println("Goexit runs deferred calls")
			runtime.Goexit()
		}()
		fmt.Println("never")
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("Goexit in a panic:", recover()) }()
		defer runtime.Goexit()
		panic("dropped")
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("panic in Goexit:", recover()) }()
		defer func() { panic("while leaving") }()
		runtime.Goexit()
	}()
	<-done
}

// deep unwinds many frames, each with a deferred call that hands the panic on.
func deep(n int) {
	count := 0
	var f func(int)
	f = func(n int) {
		defer func() {
			if r := recover(); r != nil {
				count++
				panic(r)
			}
		}()
		if n == 0 {
			panic("bottom")
		}
		f(n - 1)
	}
	defer func() { fmt.Println(recover(), count) }()
	f(n / 10)
}
