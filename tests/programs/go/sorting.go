// Sorting with closures and interfaces, and a little arithmetic on floats.
package main

import (
	"fmt"
	"math"
	"sort"
)

type point struct{ x, y float64 }

func main() {
	state := uint32(2463534242)
	next := func() uint32 {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		return state
	}
	points := make([]point, 2000)
	for i := range points {
		points[i] = point{float64(next()%1000) / 8, float64(next()%1000) / 8}
	}
	sort.Slice(points, func(i, j int) bool {
		a, b := math.Hypot(points[i].x, points[i].y), math.Hypot(points[j].x, points[j].y)
		if a != b {
			return a < b
		}
		return points[i].x < points[j].x
	})
	fmt.Println(points[0], points[999], points[1999])
	fmt.Printf("%.6f %e %g\n", math.Sqrt(2), math.Pi*1e10, 1.0/3)
	ints := sort.IntSlice{5, 2, 8, 1, 9, 3}
	sort.Sort(sort.Reverse(ints))
	fmt.Println(ints)
}
