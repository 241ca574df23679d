// Reads all of standard input line by line with a scanner: counts, sorts, writes through a buffered writer.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	lines, letters := 0, 0
	words := map[string]int{}
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() {
		lines++
		letters += len(s.Text())
		for _, w := range strings.Fields(s.Text()) {
			words[strings.ToLower(strings.Trim(w, ".,;"))]++
		}
	}
	if err := s.Err(); err != nil {
		fmt.Println(err)
	}
	list := make([]string, 0, len(words))
	for w := range words {
		list = append(list, w)
	}
	sort.Slice(list, func(i, j int) bool {
		if words[list[i]] != words[list[j]] {
			return words[list[i]] > words[list[j]]
		}
		return list[i] < list[j]
	})
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, lines, letters, len(words))
	for _, w := range list[:10] {
		fmt.Fprintf(out, "%4d %s\n", words[w], w)
	}
}
