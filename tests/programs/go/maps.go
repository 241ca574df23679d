// Maps that grow, shrink and are iterated in a random order that must not show.
package main

import (
	"fmt"
	"sort"
)

func main() {
	count := map[string]int{}
	for i := 0; i < 10000; i++ {
		count[fmt.Sprintf("key%d", i%97)] += i
	}
	for i := 0; i < 97; i += 3 {
		delete(count, fmt.Sprintf("key%d", i))
	}
	keys := make([]string, 0, len(count))
	for k := range count {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	sum := 0
	for _, k := range keys {
		sum = sum*31%1000003 + count[k]
	}
	fmt.Println(len(count), keys[0], keys[len(keys)-1], sum)
	_, ok := count["key0"]
	fmt.Println(ok, count["key1"])
}
