// sync.Map and sync.Pool used by many goroutines while the collector runs.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
)

const goroutines = 8

func all(f func(id int)) {
	var wg sync.WaitGroup
	for id := 0; id < goroutines; id++ {
		wg.Add(1)
		go func(id int) {
			defer wg.Done()
			f(id)
		}(id)
	}
	wg.Wait()
}

func maps() {
	var m sync.Map
	var stored, loaded, deleted atomic.Int32
	all(func(id int) {
		for k := 0; k < 1000; k++ {
			if _, had := m.LoadOrStore(k, id); had {
				loaded.Add(1)
			} else {
				stored.Add(1)
			}
			m.Store(id*10_000+1000+k, k)
		}
	})
	fmt.Println(stored.Load(), loaded.Load())
	all(func(id int) {
		for k := 0; k < 1000; k += 2 {
			if _, had := m.LoadAndDelete(k); had {
				deleted.Add(1)
			}
			if v, ok := m.Load(id*10_000 + 1000 + k); !ok || v != k {
				fmt.Println("lost", id, k)
			}
		}
	})
	var small []int
	count := 0
	m.Range(func(k, _ any) bool {
		if k.(int) < 20 {
			small = append(small, k.(int))
		}
		count++
		return true
	})
	sort.Ints(small)
	fmt.Println(deleted.Load(), count, small)
}

func pool() {
	var made, wrong atomic.Int32
	p := sync.Pool{New: func() any { made.Add(1); return new([64]int) }}
	all(func(id int) {
		for i := 0; i < 1000; i++ {
			b := p.Get().(*[64]int)
			for j := range b {
				b[j] = id
			}
			if i%100 == 0 {
				runtime.Gosched()
			}
			for _, v := range b {
				if v != id { // somebody else has it as well
					wrong.Add(1)
				}
			}
			p.Put(b)
			if id == 0 && i%250 == 0 {
				runtime.GC()
			}
		}
	})
	n := made.Load()
	fmt.Println("pool", n >= 1, n < goroutines*1000, wrong.Load())
}

func main() {
	maps()
	pool()
}
