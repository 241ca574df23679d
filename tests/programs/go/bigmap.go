// Maps with a million entries: growth, look-up, and strings as keys that are deleted during iteration.
package main

import "fmt"

func main() {
	const n = 1_000_000
	m := map[uint32]uint32{}
	for i := uint32(0); i < n; i++ {
		m[i*2654435761] = i
	}
	sum, missing := uint64(0), 0
	for i := uint32(0); i < n; i += 30 {
		v, ok := m[i*2654435761]
		if !ok {
			missing++
		}
		sum += uint64(v)
	}
	fmt.Println(len(m), sum, missing)
	count := 0
	for range m {
		if count++; count == 50_000 {
			break
		}
	}
	fmt.Println(count)

	words := map[string]int{}
	var key [8]byte
	for i := 0; i < 20_000; i++ {
		v := uint32(i%5_000) * 2654435761
		for j := range key {
			key[j] = 'a' + byte(v>>(4*j)&15)
		}
		words[string(key[:])]++
	}
	fours := 0
	for w, c := range words {
		if c == 4 {
			fours++
		}
		if w[0] != 'a' {
			delete(words, w)
		}
	}
	fmt.Println(len(words), fours)
}
