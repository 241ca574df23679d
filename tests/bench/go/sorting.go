// Sorting numbers by the library's generic-free sort, and records through its interface.
package main

import (
	"fmt"
	"sort"
)

type record struct {
	key  uint32
	name string
}

type byKey []record

func (r byKey) Len() int           { return len(r) }
func (r byKey) Less(i, j int) bool { return r[i].key < r[j].key }
func (r byKey) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

func main() {
	seed := uint32(1)
	next := func() uint32 {
		seed = seed*1664525 + 1013904223
		return seed >> 8
	}
	numbers := make([]int, 150000)
	for i := range numbers {
		numbers[i] = int(next())
	}
	sort.Ints(numbers)
	records := make([]record, 60000)
	for i := range records {
		records[i] = record{next(), "x"}
	}
	sort.Stable(byKey(records))
	fmt.Println(numbers[0], numbers[len(numbers)/2], records[0].key, records[len(records)-1].key)
}
