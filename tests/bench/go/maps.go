// Maps of numbers and of strings that grow, are looked up, iterated and shrink.
package main

import (
	"fmt"
	"strconv"
)

func main() {
	numbers := map[int]int{}
	for i := 0; i < 200000; i++ {
		numbers[i*7919%100003] += i
	}
	sum := 0
	for i := 0; i < 400000; i++ {
		sum += numbers[i] & 15
	}
	for k := range numbers {
		if k%3 == 0 {
			delete(numbers, k)
		}
	}
	words := map[string]int{}
	for i := 0; i < 100000; i++ {
		words[strconv.Itoa(i%20000)]++
	}
	fmt.Println(sum, len(numbers), len(words), words["777"])
}
