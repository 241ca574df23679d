// Atomics of all sizes under contention, a spin lock, a lock-free stack, message passing and an atomic value.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const goroutines, rounds = 8, 4000

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

type spinLock struct{ held atomic.Bool }

func (l *spinLock) lock() {
	for !l.held.CompareAndSwap(false, true) {
		runtime.Gosched()
	}
}

func (l *spinLock) unlock() { l.held.Store(false) }

type node struct {
	value int
	next  *node
}

type stack struct{ top atomic.Pointer[node] }

func (s *stack) push(value int) {
	n := &node{value: value}
	for {
		n.next = s.top.Load()
		if s.top.CompareAndSwap(n.next, n) {
			return
		}
	}
}

func (s *stack) pop() (int, bool) {
	for {
		n := s.top.Load()
		if n == nil {
			return 0, false
		}
		if s.top.CompareAndSwap(n, n.next) {
			return n.value, true
		}
	}
}

func main() {
	var i32 int32
	var u32 uint32
	var i64 atomic.Int64
	var u64 atomic.Uint64
	var swapped, won atomic.Int64
	all(func(id int) {
		for i := 0; i < rounds; i++ {
			atomic.AddInt32(&i32, -1)
			atomic.AddUint32(&u32, 1<<20+1)
			i64.Add(int64(id) << 32)
			swapped.Add(int64(u64.Swap(uint64(i))))
			for {
				old := won.Load()
				if won.CompareAndSwap(old, old+2) {
					break
				}
			}
		}
	})
	fmt.Println(i32, u32, i64.Load(), won.Load())
	fmt.Println(swapped.Load()+int64(u64.Load()) == goroutines*rounds*(rounds-1)/2)

	var lock spinLock
	locked := 0
	all(func(int) {
		for i := 0; i < rounds; i++ {
			lock.lock()
			locked++
			lock.unlock()
		}
	})
	fmt.Println("spin lock", locked)

	var s stack
	var sum, popped atomic.Int64
	all(func(id int) {
		for i := 0; i < rounds; i++ {
			s.push(id*rounds + i)
			if i%2 == 1 {
				if v, ok := s.pop(); ok {
					sum.Add(int64(v))
					popped.Add(1)
				}
			}
		}
	})
	for v, ok := s.pop(); ok; v, ok = s.pop() {
		sum.Add(int64(v))
		popped.Add(1)
	}
	fmt.Println("stack", sum.Load(), popped.Load())

	// A plain store before an atomic one is seen by who sees the atomic one.
	var ready atomic.Int32
	data, stale := 0, 0
	done := make(chan bool)
	go func() {
		for i := 1; i <= 1000; i++ {
			for ready.Load() != int32(2*i-1) {
				runtime.Gosched()
			}
			if data != i {
				stale++
			}
			ready.Store(int32(2 * i))
		}
		close(done)
	}()
	for i := 1; i <= 1000; i++ {
		data = i
		ready.Store(int32(2*i - 1))
		for ready.Load() != int32(2*i) {
			runtime.Gosched()
		}
	}
	<-done
	fmt.Println("messages", data, stale)

	var value atomic.Value
	value.Store([2]int{0, 0})
	var mixed atomic.Int32
	all(func(id int) {
		for i := 0; i < rounds; i++ {
			if id == 0 {
				value.Store([2]int{i, i})
			} else if pair := value.Load().([2]int); pair[0] != pair[1] {
				mixed.Add(1)
			}
		}
	})
	fmt.Println("value", value.Load(), mixed.Load())
}
