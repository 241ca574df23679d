// What a program learns about itself: goroutines, memory statistics, stacks, callers, build, metrics; and what it may set.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"strings"
	"time"
)

var keep [][]byte

//go:noinline
func leaf() []uintptr {
	pcs := make([]uintptr, 10)
	return pcs[:runtime.Callers(1, pcs)]
}

//go:noinline
func middle() []uintptr { return leaf() }

type thing struct{}

func (*thing) method() []uintptr { return middle() }

func callers() {
	for _, pcs := range [][]uintptr{middle(), (&thing{}).method(), func() []uintptr { return leaf() }()} {
		frames := runtime.CallersFrames(pcs)
		for {
			f, more := frames.Next()
			if strings.HasPrefix(f.Function, "main.") {
				fmt.Print(f.Function, ":", filepath.Base(f.File), ":", f.Line, " ")
			}
			if !more {
				break
			}
		}
		fmt.Println()
	}
	pc, file, line, ok := runtime.Caller(0)
	f := runtime.FuncForPC(pc)
	entry, at := f.FileLine(f.Entry())
	fmt.Println(filepath.Base(file), line, ok, f.Name(), filepath.Base(entry), at)
	_, _, _, ok = runtime.Caller(50)
	fmt.Println(ok, runtime.FuncForPC(1) == nil)
	stack := string(debug.Stack())
	fmt.Println(strings.HasPrefix(stack, "goroutine 1 [running]:\nruntime/debug.Stack()"), strings.Contains(stack, "main.callers()"), strings.Contains(stack, "main.main()"))
}

func goroutines() {
	before := runtime.NumGoroutine()
	stop := make(chan bool)
	for i := 0; i < 10; i++ {
		go func() { <-stop }()
	}
	for i := 0; i < 5; i++ {
		runtime.Gosched()
	}
	fmt.Println(before, runtime.NumGoroutine())
	time.Sleep(time.Millisecond)
	buf := make([]byte, 1<<16)
	all := string(buf[:runtime.Stack(buf, true)])
	fmt.Println(strings.Count(all, "[chan receive]:"), strings.Count(all, "main.goroutines.func1"))
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	fmt.Println(regexp.MustCompile(`(?m)^10 @`).MatchString(b.String()), pprof.Lookup("goroutine").Count())
	close(stop)
	for runtime.NumGoroutine() > before {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(runtime.NumGoroutine())
}

func memory() {
	var a, b, c runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&a)
	for i := 0; i < 100; i++ {
		keep = append(keep, make([]byte, 10_000))
	}
	runtime.ReadMemStats(&b)
	fmt.Println(b.Mallocs-a.Mallocs >= 100, b.TotalAlloc-a.TotalAlloc >= 1_000_000, b.HeapAlloc > a.HeapAlloc, b.HeapSys >= b.HeapInuse, b.NumGC >= 1)
	keep = nil
	runtime.GC()
	debug.FreeOSMemory()
	runtime.ReadMemStats(&c)
	fmt.Println(c.NumGC >= b.NumGC+2, c.HeapAlloc+900_000 < b.HeapAlloc, c.Frees > b.Frees, c.PauseTotalNs > 0, c.HeapReleased > 0, c.EnableGC)
	old := debug.SetGCPercent(50)
	fmt.Println(old, debug.SetGCPercent(-1))
	n := c.NumGC
	for i := 0; i < 100; i++ {
		keep = [][]byte{make([]byte, 100_000)}
	}
	runtime.ReadMemStats(&c)
	fmt.Println(c.NumGC == n, debug.SetGCPercent(old), debug.SetMemoryLimit(-1) > 1<<60, debug.SetMaxStack(1<<20) > 1<<20, debug.SetMaxThreads(1000) >= 1000)
	for i := 0; i < 300; i++ {
		keep = [][]byte{make([]byte, 100_000)}
	}
	runtime.ReadMemStats(&a)
	fmt.Println(a.NumGC > n)
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	fmt.Println(gc.NumGC >= int64(a.NumGC), len(gc.Pause) > 0)

	done := make(chan bool)
	func() {
		x := &struct{ list []int }{make([]int, 1000)}
		runtime.SetFinalizer(x, func(interface{}) { close(done) })
	}()
	runtime.GC()
	<-done
	fmt.Println("finalized")
}

func measures() {
	samples := []metrics.Sample{{Name: "/sched/goroutines:goroutines"}, {Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/pauses:seconds"}, {Name: "/no/such:thing"}}
	metrics.Read(samples)
	fmt.Println(samples[0].Value.Uint64() >= 1, samples[1].Value.Uint64() >= 4, samples[2].Value.Uint64() > 1<<20, samples[3].Value.Kind() == metrics.KindFloat64Histogram, samples[4].Value.Kind() == metrics.KindBad)
	known := map[string]bool{}
	all := []metrics.Sample{}
	for _, d := range metrics.All() {
		known[d.Name] = true
		all = append(all, metrics.Sample{Name: d.Name})
	}
	metrics.Read(all)
	fmt.Println(len(known) > 20, known["/gc/heap/objects:objects"])
}

func main() {
	callers()
	goroutines()
	memory()
	measures()
	info, ok := debug.ReadBuildInfo()
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	fmt.Println(ok, info.Path, info.GoVersion == runtime.Version(), settings["GOARCH"], settings["CGO_ENABLED"], settings["-compiler"])
	fmt.Println(runtime.NumCPU() >= 1, runtime.GOMAXPROCS(0) == runtime.NumCPU(), runtime.GOMAXPROCS(2) >= 1, runtime.GOMAXPROCS(0), runtime.NumCgoCall(), runtime.GOROOT() == "", strings.HasPrefix(runtime.Version(), "go1."))
	runtime.LockOSThread()
	runtime.UnlockOSThread()
	runtime.KeepAlive(keep)
	f, err := os.CreateTemp("", "heap")
	fmt.Println(err, pprof.WriteHeapProfile(f))
	size, _ := f.Seek(0, 2)
	debug.WriteHeapDump(f.Fd())
	dumped, _ := f.Seek(0, 2)
	fmt.Println(size > 100, dumped > size, f.Close(), os.Remove(f.Name()))
	fmt.Fprintln(os.Stderr, "to standard error")
	debug.PrintStack()
}
