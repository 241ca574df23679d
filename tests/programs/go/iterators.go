//go:build go1.23

// Functions as iterators, and coroutines made of them with iter.Pull.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
)

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) insert(v int) *tree {
	if t == nil {
		return &tree{value: v}
	}
	if v < t.value {
		t.left = t.left.insert(v)
	} else {
		t.right = t.right.insert(v)
	}
	return t
}

func (t *tree) all() iter.Seq[int] {
	return func(yield func(int) bool) { t.push(yield) }
}

func (t *tree) push(yield func(int) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.value) && t.right.push(yield)
}

// same compares two trees by walking both at once.
func same(a, b *tree) bool {
	next, stop := iter.Pull(b.all())
	defer stop()
	for v := range a.all() {
		if w, ok := next(); !ok || v != w {
			return false
		}
	}
	_, ok := next()
	return !ok
}

func main() {
	var a, b *tree
	for i := 0; i < 2000; i++ {
		a = a.insert(i * 7919 % 2000)
		b = b.insert(i * 1237 % 2000)
	}
	fmt.Println(same(a, b), same(a, b.insert(-1)))
	sum := 0
	for v := range a.all() {
		if v > 100 {
			break
		}
		sum += v
	}
	fmt.Println(sum)

	var wg sync.WaitGroup
	results := make([]bool, 20)
	for i := range 20 {
		wg.Add(1)
		go func() { // coroutines on many threads
			defer wg.Done()
			results[i] = same(a, b)
		}()
	}
	wg.Wait()
	fmt.Println(slices.Index(results, false))

	next, stop := iter.Pull(func(yield func(int) bool) {
		defer fmt.Println("ended")
		for i := 0; yield(i); i++ {
		}
	})
	fmt.Println(next())
	fmt.Println(next())
	stop()
	fmt.Println(next())

	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		next, _ := iter.Pull(func(func(int) bool) { panic("inside") })
		next()
	}()
	fmt.Println(slices.Sorted(maps.Keys(map[string]int{"c": 1, "a": 2, "b": 3})))
}
