// Prints the addresses of runtime types beside the types' names, and has variables whose fields debuggers are asked for.
package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

type Celsius float64

type Inner struct {
	X, Y int16
	Tag  [3]string
}

type Counter struct {
	A     int64
	B     uint32
	C     bool
	Rows  [4]Inner
	Next  *Counter
	Names []string
	ByKey map[string]*Inner
	Done  chan struct{}
	Any   any
	Err   error
	Call  func(int) string
	Inner
	mu sync.Mutex
	n  atomic.Int32
}

var (
	Global   Counter
	Table    [3][5]Inner
	Warm     Celsius = 21
	Started  time.Time
	Complexs [2]complex128
)

func main() {
	Global.n.Add(1)
	Table[1][2].Y = 7
	Started = time.Unix(0, 0)
	Complexs[1] = complex(1, float64(Warm))
	values := []any{
		1, int8(1), uint16(1), uintptr(1), 1.5, float32(1), complex64(1), "s", true, []byte{}, []string{}, [3]int{}, [2][4]Inner{}, map[string]int{},
		map[Inner]*Counter{}, make(chan int), make(chan<- string), func(int, string) error { return nil }, Celsius(1), Inner{}, &Inner{}, &Global,
		struct{ A, B int }{}, errors.New("e"), os.Stdout, time.Second, Started, unsafe.Pointer(&Global), new(any), new(error), [0]int{}, &Complexs, &Table,
	}
	for _, v := range values {
		fmt.Printf("%x %T\n", (*[2]uintptr)(unsafe.Pointer(&v))[0], v)
	}
}
