// Maps with keys of every kind, growing and shrinking, ranged over while they change, with NaN and zero keys.
package main

import (
	"fmt"
	"math"
	"sort"
)

type point struct{ x, y int16 }
type mixed struct {
	s string
	i interface{}
	f float32
	a [2]uint8
}
type shape interface{ sides() int }
type square struct{}
type polygon int

func (square) sides() int    { return 4 }
func (p polygon) sides() int { return int(p) }

// exercise fills a map of n keys, looks them up, deletes a third, and counts what is left.
func exercise[K comparable](name string, n int, key func(int) K) {
	m := map[K]int{}
	for i := 0; i < n; i++ {
		m[key(i)] += i
	}
	size := len(m)
	wrong := 0
	for i := 0; i < n; i++ {
		if _, ok := m[key(i)]; !ok {
			wrong++
		}
	}
	for i := 0; i < n; i += 3 {
		delete(m, key(i))
	}
	sum := 0
	for k, v := range m {
		if m[k] != v {
			wrong++
		}
		sum += v
	}
	left := len(m)
	for k := range m {
		delete(m, k)
	}
	fmt.Println(name, size, left, sum, wrong, len(m))
}

func main() {
	pointers := make([]*int, 500)
	channels := make([]chan int, 500)
	for i := range pointers {
		pointers[i], channels[i] = new(int), make(chan int)
	}
	exercise("bool", 500, func(i int) bool { return i%2 == 0 })
	exercise("int8", 500, func(i int) int8 { return int8(i) })
	exercise("uint16", 500, func(i int) uint16 { return uint16(i * 7) })
	exercise("int32", 5000, func(i int) int32 { return int32(i * -3) })
	exercise("int64", 5000, func(i int) int64 { return int64(i) << 33 })
	exercise("uintptr", 500, func(i int) uintptr { return uintptr(i) })
	exercise("rune", 500, func(i int) rune { return rune(i * 100) })
	exercise("float32", 500, func(i int) float32 { return float32(i) / 3 })
	exercise("float64", 5000, func(i int) float64 { return math.Sqrt(float64(i)) })
	exercise("complex", 500, func(i int) complex128 { return complex(float64(i%20), float64(i)) })
	exercise("string", 5000, func(i int) string { return fmt.Sprint("key number ", i) })
	exercise("long string", 500, func(i int) string { return fmt.Sprintf("%0200d", i) })
	exercise("array", 500, func(i int) [3]int { return [3]int{i, i / 2, -i} })
	exercise("struct", 500, func(i int) point { return point{int16(i), int16(-i)} })
	both := map[mixed]int{}
	for i := 0; i < 1000; i++ {
		both[mixed{fmt.Sprint(i % 500), i % 5, float32(i % 500), [2]uint8{uint8(i % 500), 1}}]++
	}
	fmt.Println("mixed", len(both), both[mixed{"7", 2, 7, [2]uint8{7, 1}}], both[mixed{"7", 2.0, 7, [2]uint8{7, 1}}])
	shapes := map[shape]int{square{}: 1, polygon(4): 2, polygon(5): 3}
	shapes[polygon(5)]++
	fmt.Println("shapes", len(shapes), shapes[square{}], shapes[polygon(5)], shapes[polygon(6)], shapes[nil])
	exercise("pointer", 500, func(i int) *int { return pointers[i] })
	exercise("channel", 500, func(i int) chan int { return channels[i] })
	exercise("empty", 500, func(i int) struct{} { return struct{}{} })
	any := map[interface{}]int{}
	for i := 0; i < 1000; i++ {
		keys := []interface{}{i, fmt.Sprint(i), float64(i), point{int16(i), 0}, int64(i), pointers[i%500], polygon(i), [1]interface{}{i}, nil}
		any[keys[i%len(keys)]] += i
	}
	fmt.Println("interface", len(any), any[9], any[1], any["1"], any[2.0], any[point{3, 0}], any[int64(4)], any[pointers[5]], any[polygon(6)], any[[1]interface{}{7}], any[nil])

	m := map[float64]string{0: "zero", math.Inf(1): "infinite"}
	m[math.Copysign(0, -1)] = "minus zero"
	for i := 0; i < 3; i++ {
		m[math.NaN()] = "not a number"
	}
	_, ok := m[math.NaN()]
	nans := 0
	for k := range m {
		if k != k {
			nans++
		}
	}
	fmt.Println(len(m), ok, nans, m[0])
	for i := range m {
		delete(m, i)
	}
	fmt.Println(len(m) == 3 || len(m) == 0)

	grown := map[int]int{1: 1}
	rounds := 0
	for k := range grown { // may or may not see what is added
		if len(grown) < 1000 {
			grown[k*2+rounds], grown[k*3+1] = k, k
		}
		rounds++
	}
	fmt.Println(rounds >= 1, len(grown) >= 2)
	seen := map[int]bool{}
	fixed := map[int]int{}
	for i := 0; i < 100; i++ {
		fixed[i] = i * i
	}
	orders := map[int]bool{}
	for try := 0; try < 50; try++ {
		for k := range fixed {
			orders[k] = true
			break
		}
	}
	for k := range fixed {
		delete(fixed, k)
		delete(fixed, (k+50)%100)
		if seen[k] {
			fmt.Println("twice", k)
		}
		seen[k] = true
	}
	fmt.Println(len(orders) > 1, len(seen), len(fixed))
	nested := map[string]map[string][]int{}
	for i := 0; i < 100; i++ {
		a, b := fmt.Sprint(i%7), fmt.Sprint(i%5)
		if nested[a] == nil {
			nested[a] = map[string][]int{}
		}
		nested[a][b] = append(nested[a][b], i)
	}
	list := []string{}
	for a, inner := range nested {
		for b, values := range inner {
			list = append(list, fmt.Sprint(a, b, len(values), values[0]))
		}
	}
	sort.Strings(list)
	fmt.Println(len(list), list[:4], nested["3"]["2"])
	type big struct{ pad [200]byte }
	large := map[int]big{}
	for i := 0; i < 300; i++ {
		large[i] = big{pad: [200]byte{0: byte(i)}}
	}
	fmt.Println(large[77].pad[0], large[299].pad[0], len(large), map[string]int{"b": 1, "a": 2}, map[point]bool{{1, 2}: true})
}
