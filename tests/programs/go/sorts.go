// package sort on many shapes of input, and container/heap, list and ring.
package main

import (
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
	"hash/crc32"
	"sort"
	"strings"
)

type byLength []string

func (s byLength) Len() int           { return len(s) }
func (s byLength) Less(i, j int) bool { return len(s[i]) < len(s[j]) }
func (s byLength) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

type queue []int

func (q queue) Len() int            { return len(q) }
func (q queue) Less(i, j int) bool  { return q[i] < q[j] }
func (q queue) Swap(i, j int)       { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x interface{}) { *q = append(*q, x.(int)) }
func (q *queue) Pop() interface{} {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func shapes(n int) map[string][]int {
	m := map[string][]int{}
	x := uint32(1)
	for i := 0; i < n; i++ {
		x = x*1664525 + 1013904223
		m["random"] = append(m["random"], int(x>>8))
		m["few"] = append(m["few"], int(x>>8)%5)
		m["sorted"] = append(m["sorted"], i)
		m["reversed"] = append(m["reversed"], -i)
		m["organ"] = append(m["organ"], i*(n-i))
		m["saw"] = append(m["saw"], i%17)
	}
	return m
}

func main() {
	for _, n := range []int{0, 1, 2, 11, 13, 100, 1500} {
		for name, list := range shapes(n) {
			a := append([]int{}, list...)
			sort.Ints(a)
			b := append([]int{}, list...)
			sort.Slice(b, func(i, j int) bool { return b[i] > b[j] })
			type pair struct{ key, place int }
			c := make([]pair, n)
			for i, k := range list {
				c[i] = pair{k % 10, i}
			}
			sort.SliceStable(c, func(i, j int) bool { return c[i].key < c[j].key })
			for i := range a {
				if i > 0 && (a[i-1] > a[i] || c[i-1].key == c[i].key && c[i-1].place > c[i].place || c[i-1].key > c[i].key) || a[i] != b[n-1-i] {
					fmt.Println("wrong", name, n, i)
				}
			}
			if n > 0 {
				at := sort.SearchInts(a, a[n/2])
				if a[at] != a[n/2] || at > 0 && a[at-1] == a[at] {
					fmt.Println("search is wrong", name, n)
				}
			}
		}
	}
	words := strings.Fields("sort these words by their length and then keep the order of equals")
	sort.Stable(byLength(words))
	fmt.Println(words)
	sort.Sort(sort.Reverse(sort.StringSlice(words)))
	fmt.Println(words, sort.StringsAreSorted(words))
	fmt.Println(sort.Find(100, func(i int) int { return 42 - i }))
	f := []float64{2.5, -1, 3e10, 0}
	sort.Float64s(f)
	fmt.Println(f, sort.SearchFloat64s(f, 2), sort.Search(100, func(i int) bool { return i*i >= 50 }))

	q := &queue{5, 2, 8}
	heap.Init(q)
	for i := 0; i < 2000; i++ {
		heap.Push(q, i*7919%2003)
	}
	(*q)[0] = 1500
	heap.Fix(q, 0)
	heap.Remove(q, 10)
	sum := uint32(0)
	for q.Len() > 0 {
		sum = crc32.Update(sum, crc32.IEEETable, []byte(fmt.Sprint(heap.Pop(q))))
	}
	fmt.Println(sum)
	l := list.New()
	for i := 0; i < 5; i++ {
		l.PushBack(i)
		l.PushFront(-i)
	}
	l.MoveToFront(l.Back())
	l.Remove(l.Front().Next())
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	r := ring.New(5)
	for i := 0; i < r.Len(); i++ {
		r.Value = i
		r = r.Next()
	}
	r.Unlink(2)
	r.Do(func(x interface{}) { fmt.Print(x, " ") })
	fmt.Println(l.Len(), r.Len())
}
