// Ends as its argument says: by a panic that nobody recovers, a fatal error of the run-time system, or a signal.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type fault struct{ code int }

func (f *fault) Error() string { return fmt.Sprint("fault ", f.code) }

type label string

func (l label) String() string { return "label " + string(l) }

type point struct{ x, y int }

type broken struct{}

func (broken) Error() string { panic("while printing") }

var (
	zero    = 0
	five    = 5
	list    = []int{1, 2, 3}
	nothing *point
	value   interface{} = "text"
	table   map[int]int
	mutex   sync.Mutex
)

//go:noinline
func overflow(n int) int { return overflow(n+1) + 1 }

// hang waits for a signal that ends the program.
func hang() {
	for {
		time.Sleep(time.Hour)
	}
}

var ways = map[string]func(){
	"string":     func() { panic("a message\nof two lines") },
	"error":      func() { panic(errors.New("an error")) },
	"custom":     func() { panic(&fault{7}) },
	"stringer":   func() { panic(label("x")) },
	"struct":     func() { panic(point{1, 2}) },
	"integer":    func() { panic(int64(-3)) },
	"float":      func() { panic(2.5) },
	"bool":       func() { panic(true) },
	"complex":    func() { panic(complex(1, -2)) },
	"panicnil":   func() { panic(nil) },
	"printing":   func() { panic(broken{}) },
	"nil":        func() { fmt.Println(nothing.y) },
	"function":   func() { var f func(); f() },
	"index":      func() { fmt.Println(list[five]) },
	"slice":      func() { fmt.Println(list[five:]) },
	"divide":     func() { fmt.Println(five / zero) },
	"assertion":  func() { fmt.Println(value.(int)) },
	"map":        func() { table[1] = 1 },
	"closed":     func() { c := make(chan int); close(c); close(c) },
	"nilchan":    func() { var c chan int; close(c) },
	"repanic":    func() { defer func() { panic(recover()) }(); panic("first") },
	"replaced":   func() { defer func() { panic("second") }(); panic("first") },
	"exitcode":   func() { defer fmt.Println("never"); os.Exit(42) },
	"unlock":     func() { mutex.Unlock() },
	"overflow":   func() { debug.SetMaxStack(1 << 16); overflow(0) },
	"goexit":     func() { runtime.Goexit() },
	"abort":      func() { syscall.Kill(syscall.Getpid(), syscall.SIGABRT); hang() },
	"quit":       func() { syscall.Kill(syscall.Getpid(), syscall.SIGQUIT); hang() },
	"terminate":  func() { syscall.Kill(syscall.Getpid(), syscall.SIGTERM); hang() },
	"kill":       func() { syscall.Kill(syscall.Getpid(), syscall.SIGKILL); hang() },
	"deferred":   func() { defer fmt.Println("deferred call runs"); panic("after it") },
	"wild":       func() { fmt.Println(*(*int)(unsafe.Pointer(0x123456789000 + uintptr(zero)))) },
	"high":       func() { fmt.Println(*(*int)(unsafe.Pointer(1<<63 + uintptr(zero)))) },
	"jump":       func() { p := &struct{ pc uintptr }{0x1234567}; f := *(*func())(unsafe.Pointer(&p)); f() },
	"breakpoint": func() { runtime.Breakpoint() },
	"goroutine": func() {
		go func() {
			time.Sleep(200 * time.Millisecond) // by then the first goroutine sleeps, and the report shows it so
			panic("elsewhere")
		}()
		hang()
	},
}

// A signal to the process goes to its first thread when that does not block it. Where the report shows the stack of
// whoever sent it, the sender is that thread: it takes the signal as its call returns, and never one call later.
func init() {
	switch os.Args[1] {
	case "abort", "quit":
		runtime.LockOSThread()
	}
}

func main() {
	fmt.Println("begins")
	ways[os.Args[1]]()
	fmt.Println("ends")
}
