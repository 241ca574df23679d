package main

import (
	"fmt"
	"runtime"
)

type node struct {
	l, r *node
	v    [4]int
}

func tree(d int) *node {
	if d == 0 {
		return nil
	}
	return &node{l: tree(d - 1), r: tree(d - 1)}
}
func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.l.count() + n.r.count()
}
func main() {
	long := tree(14)
	total := 0
	for i := 0; i < 20; i++ {
		total += tree(12).count()
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(total, long.count(), m.NumGC > 1)
}
