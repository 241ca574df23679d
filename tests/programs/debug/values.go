// Values of every kind, global and local, for whoever prints them while this waits for its input in main.work. Goroutines wait for
// channels, locks and time; the last line says how many there are.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

type Celsius float64
type Color uint8
type Names []string

type Inner struct {
	X, Y int32
	Tag  string
}

type Outer struct {
	Inner
	ID    int
	Ptr   *Inner
	Self  *Outer
	List  []Inner
	Table map[string]int
	Any   interface{}
	Err   error
	Call  func(int) int
	Grid  [2][3]int16
	flags uint8
}

type Shape interface{ Area() float64 }
type Square struct{ Side float64 }
type Boxed struct{ P *int }

func (s Square) Area() float64   { return s.Side * s.Side }
func (s *Square) Grow(x float64) { s.Side += x }

type Node struct {
	Value int
	Next  *Node
}

type Wide struct{ A, B, C [9]uint64 }

var (
	truth      = true
	small      = int8(-5)
	medium     = int16(-1234)
	large      = int64(-1 << 62)
	byteValue  = uint8(200)
	huge       = uint64(1<<64 - 1)
	runeValue  = 'é'
	single     = float32(1.5)
	double     = 3.25
	whole      = 1e6
	complexity = complex(1, -2.5)
	warm       = Celsius(36.6)
	red        = Color(7)
	text       = "plain"
	escaped    = "tab\there \"quoted\" \x00\xff é\n"
	long       = "0123456789012345678901234567890123456789012345678901234567890123456789"
	empty      = ""
	numbers    = []int{1, 2, 3, 4, 5}
	nilSlice   []int
	zeroSlice  = []int{}
	names      = Names{"ann", "bob"}
	bytes      = []byte("hi!")
	array      = [4]uint16{1, 2, 3, 4}
	grid       = [2][2]string{{"a", "b"}, {"c", "d"}}
	many       = make([]int, 100)
	inner      = Inner{1, -2, "in"}
	outer      *Outer
	nilPointer *Outer
	ring       *Node
	ages       = map[string]int{"ann": 31}
	bigMap     = map[int]string{}
	wideMap    = map[Wide]Wide{}
	nilMap     map[string]bool
	emptyMap   = map[int]int{}
	flagMap    = map[uint8]bool{3: true}
	keyed      = map[Inner]*Inner{}
	anyMap     = map[interface{}]int{"one": 1}
	any1       interface{} = 42
	any2       interface{} = "word"
	any3       interface{} = Inner{7, 8, "boxed"}
	any4       interface{} = &inner
	any5       interface{} = Boxed{&counter}
	anyNil     interface{}
	shape      Shape = Square{3}
	shapeP     Shape = &Square{4}
	shapeNil   Shape
	failure    = errors.New("broken")
	buffered   = make(chan int, 4)
	unbuffered = make(chan string)
	nilChan    chan int
	recvOnly   <-chan int = buffered
	function   = twice
	nilFunc    func()
	raw        = unsafe.Pointer(&counter)
	address    = uintptr(0x1234)
	dangling   = (*Inner)(unsafe.Pointer(uintptr(0x10)))
	counter    = 77
	deep       = &Node{1, &Node{2, &Node{3, &Node{4, &Node{5, &Node{6, nil}}}}}}
	pp         **Node
	anonymous  = struct {
		A int
		B string
	}{5, "five"}
	lock  sync.Mutex
	group sync.WaitGroup
)

func twice(x int) int { return 2 * x }

//go:noinline
func work(n int, label string, list []int, f float64, in *Inner, pair [2]int) int {
	local := n * 3
	sum := 0.5 + f
	name := label + "!"
	ok := n > 3
	shadow := 1
	if n > 0 {
		shadow := "inner"
		counter := local + len(name)
		var buffer [16]byte
		fmt.Println("goroutines", runtime.NumGoroutine())
		os.Stdin.Read(buffer[:])
		fmt.Println(shadow, counter, buffer[0])
	}
	fmt.Println(local, sum, name, ok, shadow, list, in, pair)
	return local
}

func waitForever(c chan string) { c <- "never" }
func receive(c <-chan string)  { fmt.Println(<-c) }

//go:noinline
func spawn() {
	empty := make(chan string)
	go receive(empty)
	go waitForever(unbuffered)
	go func() { lock.Lock() }()
	go func() { group.Wait() }()
	go func() { time.Sleep(time.Hour) }()
	go func() { select {} }()
	go func() {
		select {
		case <-empty:
		case unbuffered <- "second":
		}
	}()
	for i := 0; i < 20; i++ {
		time.Sleep(time.Millisecond)
	}
}

func main() {
	for i := range many {
		many[i] = i * i
	}
	in := &Inner{10, 20, "pointed"}
	outer = &Outer{Inner: Inner{1, 2, "embedded"}, ID: 9, Ptr: in, List: []Inner{{3, 4, "a"}, {5, 6, "b"}}, Table: map[string]int{"k": 5}, Any: 3.5, Err: failure, flags: 255}
	outer.Self = outer
	outer.Call = func(x int) int { return x + outer.ID }
	outer.Grid[1][2] = 12
	ring = &Node{1, &Node{2, nil}}
	ring.Next.Next = ring
	pp = &ring
	for i := 0; i < 1000; i++ {
		bigMap[i] = fmt.Sprint("n", i)
	}
	for i := 0; i < 1000; i += 2 {
		delete(bigMap, i)
	}
	for i := uint64(0); i < 3; i++ {
		wideMap[Wide{A: [9]uint64{i}}] = Wide{C: [9]uint64{8: i * i}}
	}
	keyed[Inner{1, 2, "key"}] = in
	buffered <- 4
	buffered <- 5
	lock.Lock()
	group.Add(1)
	spawn()
	if work(7, "label", numbers, 2.25, in, [2]int{8, 9}) < 0 {
		fmt.Println(truth, small, medium, large, byteValue, huge, runeValue, single, double, whole, complexity, warm, red, text, escaped, long, empty, nilSlice, zeroSlice, names)
		fmt.Println(bytes, array, grid, inner, nilPointer, ages, nilMap, emptyMap, flagMap, anyMap, any1, any2, any3, any4, any5, anyNil, shape, shapeP, shapeNil, nilChan, recvOnly)
		fmt.Println(function, nilFunc, raw, address, dangling, deep, pp, anonymous)
	}
}
