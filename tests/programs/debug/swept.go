// Objects that are dropped, and objects that are kept, over collections of garbage: their addresses, one a line.
package main

import (
	"os"
	"runtime"
	"strconv"
	"unsafe"
)

type kept struct {
	next *kept
	n    [5]int64
}

type dropped struct {
	next *dropped
	n    [5]int64
}

type small struct{ n int32 }

var (
	keep  *kept
	drop  *dropped
	few   []*small
	large []int64
)

func show(what string, p unsafe.Pointer) {
	os.Stdout.WriteString(what + " " + strconv.FormatUint(uint64(uintptr(p)), 16) + "\n")
}

//go:noinline
func fill() {
	for i := 0; i < 100; i++ {
		keep = &kept{next: keep}
		drop = &dropped{next: drop}
		s := new(small)
		if i%10 == 0 {
			few = append(few, s)
		}
	}
	large = make([]int64, 5000)
}

func main() {
	fill()
	for d := drop; d != nil; d = d.next {
		show("dropped", unsafe.Pointer(d))
	}
	show("dropped", unsafe.Pointer(&large[0]))
	drop, large = nil, nil
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	for k := keep; k != nil; k = k.next {
		show("kept", unsafe.Pointer(k))
	}
	for _, s := range few {
		show("small", unsafe.Pointer(s))
	}
	runtime.KeepAlive(keep)
}
