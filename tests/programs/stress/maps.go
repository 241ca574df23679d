// Maps, strings, defers, panics and select under preemption.
package main

import (
	"sort"
	"strconv"
	"sync"
)

func fill(m map[string]int, from, to int) {
	for i := from; i < to; i++ {
		m["key"+strconv.Itoa(i*7919%1000)] += i
	}
}

func guarded(f func(int) int, n int) (result int) {
	defer func() {
		if r := recover(); r != nil {
			result = -len(r.(error).Error())
		}
	}()
	return f(n)
}

// spin keeps the processor without a call: hashing by hand.
func spin(n int) uint32 {
	h := uint32(2166136261)
	for i := 0; i < n; i++ {
		h ^= uint32(i & 0xff)
		h *= 16777619
	}
	return h
}

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	all := map[string]int{}
	hashes := make(chan uint32, 4)
	for w := 0; w < 4; w++ {
		w := w
		wg.Add(1)
		go func() {
			defer wg.Done()
			own := map[string]int{}
			fill(own, w*100, w*100+150)
			hashes <- spin(50000)
			mu.Lock()
			defer mu.Unlock()
			for k, v := range own {
				all[k] += v
			}
		}()
	}
	var table [4]int
	bad := 0
	for i := 0; i < 20; i++ {
		bad += guarded(func(n int) int { return table[n] }, i)
	}
	ticks, quit := make(chan int), make(chan bool)
	go func() {
		for i := 0; i < 50; i++ {
			ticks <- i
		}
		close(quit)
	}()
	seen := 0
	for open := true; open; {
		select {
		case t := <-ticks:
			seen += t
		case <-quit:
			open = false
		}
	}
	wg.Wait()
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	h := uint32(0)
	for _, k := range keys {
		h = h*31 + uint32(all[k]) + uint32(len(k))
	}
	x := uint32(0)
	for i := 0; i < 4; i++ {
		x += <-hashes
	}
	println("keys", len(keys), "hash", h, "spin", x)
	println("recovered", bad, "ticks", seen)
}
