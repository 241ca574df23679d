// The heap after some collections: what the runtime itself says of it, for whoever reads it from outside while this waits for its input.
package main

import (
	"os"
	"runtime"
)

type leaf struct {
	next *leaf
	data [5]int
}

var (
	kept  *leaf
	big   []byte
	stats runtime.MemStats
)

func main() {
	var buffer [16]byte
	for i := 0; i < 20000; i++ {
		l := &leaf{}
		if i%10 == 0 {
			l.next = kept
			kept = l
		}
	}
	big = make([]byte, 3<<20)
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	println("heap", stats.HeapInuse, "stack", stats.StackInuse, "collections", stats.NumGC, "forced", stats.NumForcedGC, "goal", stats.NextGC)
	os.Stdin.Read(buffer[:])
}
