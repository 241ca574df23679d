// Binary trees that live for one round each: allocation, pointers, and a garbage collector that has work.
package main

import "fmt"

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	long := grow(14)
	sum := 0
	for round := 0; round < 60; round++ {
		sum += grow(12).count()
	}
	fmt.Println(sum, long.count())
}
