// Loops without calls, in integer and floating-point registers, beside a goroutine that collects garbage: only signals
// stop them, and every register of theirs must come through.
package main

import "runtime"

// integers keeps many values in registers. No calls, no bounds checks that fail.
func integers(n uint64) uint64 {
	a, b, c, d, e, f := uint64(1), uint64(2), uint64(3), uint64(4), uint64(5), uint64(6)
	for i := uint64(0); i < n; i++ {
		a += b ^ i
		b = b<<7 | b>>57
		c -= a
		if c&1 != 0 {
			d += c
		} else {
			d ^= e
		}
		e = e*3 + f
		f ^= a >> 3
	}
	return a ^ b ^ c ^ d ^ e ^ f
}

func floats(n int) float64 {
	a, b, c, d := 1.0, 0.5, 0.25, 0.125
	for i := 0; i < n; i++ {
		a = a*0.5 + b
		b = b*0.75 - c
		c = c + d*0.125
		d = 1 - d
	}
	return a + b + c + d
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	done := make(chan uint64)
	real := make(chan float64)
	for w := uint64(0); w < 2; w++ {
		w := w
		go func() { done <- integers(40000 + w) }()
		go func() { real <- floats(40000 + int(w)) }()
	}
	kept := tree(8)
	for i := 0; i < 3; i++ {
		runtime.GC()
		kept = &node{kept, tree(6)}
	}
	var x uint64
	var y float64
	for i := 0; i < 2; i++ {
		x += <-done
		y += <-real
	}
	println("integers", x)
	println("floats", int64(y*1e9))
	println("nodes", kept.count())
}
