// Wrong addresses with debug.SetPanicOnFault: protected pages, wild pointers, a file that has become too short.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"
)

func try(name string, base uintptr, f func()) {
	defer func() {
		r := recover()
		if r == nil {
			fmt.Println(name, "is fine")
			return
		}
		addressed, ok := r.(interface{ Addr() uintptr })
		_, runtimeError := r.(runtime.Error)
		fmt.Print(name, ": ", r, " ", runtimeError)
		if ok {
			fmt.Printf(" at %#x", addressed.Addr()-base)
		}
		fmt.Println()
	}()
	f()
}

func main() {
	debug.SetPanicOnFault(true)
	const page = 4096
	m, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	base := uintptr(unsafe.Pointer(&m[0]))
	m[page] = 7
	fmt.Println(syscall.Mprotect(m[page:2*page], syscall.PROT_READ), m[page])
	try("store to a readable page", base, func() { m[page+5] = 1 })
	fmt.Println(syscall.Mprotect(m[page:2*page], syscall.PROT_NONE))
	try("load from no page", base, func() { fmt.Println(m[page+6]) })
	try("store across", base, func() { *(*uint64)(unsafe.Pointer(&m[page-4])) = 1 })
	fmt.Println(syscall.Mprotect(m[page:2*page], syscall.PROT_READ|syscall.PROT_WRITE), m[page])
	try("store to the page again", base, func() { m[page+5] = 1 })
	try("nil", 0, func() { var p *int; *p = 1 })
	try("wild", 0, func() { *(*int)(unsafe.Pointer(uintptr(0x7ffffffff000))) = 1 })

	f, err := os.CreateTemp("", "faults")
	if err != nil {
		panic(err)
	}
	defer os.Remove(f.Name())
	f.Truncate(2 * page)
	s, err := syscall.Mmap(int(f.Fd()), 0, 2*page, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	base = uintptr(unsafe.Pointer(&s[0]))
	fmt.Println(s[0], s[page])
	f.Truncate(page)
	try("within the file", base, func() { fmt.Println(s[page-1]) })
	try("past its end", base, func() { fmt.Println(s[page+8]) })
}
