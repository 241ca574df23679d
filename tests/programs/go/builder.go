// Strings, builders, byte slices, formatting and parsing.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	var b strings.Builder
	for i := 0; i < 1000; i++ {
		b.WriteString(strconv.Itoa(i * i))
		b.WriteByte(' ')
	}
	words := strings.Fields(b.String())
	fmt.Println(b.Len(), len(words), words[31], strings.Count(b.String(), "99"), strings.Index(b.String(), "998001"))
	fmt.Println(strings.ToUpper("grüße, 世界"), strings.Repeat("ab", 5), strings.Split("a,b,c", ","))
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err)
	f, _ := strconv.ParseFloat("2.718281828459045", 64)
	fmt.Printf("%8.3f|%-6s|%+v|%q|%x|%t\n", f, "go", struct{ A, B int }{1, 2}, "quoted\n", "hex", true)
	os.Exit(3)
}
