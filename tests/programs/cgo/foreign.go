// C called from many goroutines and calling back, C memory, and a C library's own output and errors.
package main

/*
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>

typedef struct { int a; double b; char name[8]; } record;

static record make(int a, const char *name) {
	record r = { a, a / 4.0, "" };
	strncpy(r.name, name, sizeof r.name - 1);
	return r;
}
static int refuse(int n) { errno = n; return -1; }
static uint64_t total(const uint32_t *list, int n) {
	uint64_t t = 0;
	for (int i = 0; i < n; i++) t += list[i];
	return t;
}
extern int back(int);
static int both(int n) { return back(n) + back(n + 1); }
static void say(const char *s) { printf("C says %s\n", s); fflush(stdout); }
*/
import "C"

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"
)

//export back
func back(n C.int) C.int {
	if n < 0 {
		panic("from Go below C")
	}
	return n * 10
}

func main() {
	name := C.CString("gopher")
	r := C.make(5, name)
	fmt.Println(r.a, r.b, C.GoString(&r.name[0]), C.strlen(name))
	C.free(unsafe.Pointer(name))
	_, err := C.refuse(C.int(syscall.ENOSPC))
	fmt.Println(err == syscall.ENOSPC)
	list := []uint32{1, 2, 1 << 31, 1 << 31}
	fmt.Println(C.total((*C.uint32_t)(&list[0]), C.int(len(list))))

	var wg sync.WaitGroup
	sums := make([]int, 20)
	for i := range sums {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for k := 0; k < 50; k++ {
				sums[i] += int(C.both(C.int(i * k)))
			}
		}(i)
	}
	wg.Wait()
	fmt.Println(sums)

	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		C.both(-1)
	}()
	text := C.CString("goodbye")
	defer C.free(unsafe.Pointer(text))
	C.say(text)
	p := (*[4]C.int)(C.calloc(4, C.sizeof_int))
	p[2] = 7
	fmt.Println(p[1], p[2])
	C.free(unsafe.Pointer(p))
}
