// Standard input through fmt.Scan, a scanner by lines and by words, single reads, and the rest at once.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var (
		name string
		n    int
		x    float64
		h    uint8
		c    rune
	)
	fmt.Println(fmt.Fscan(in, &name, &n, &x))
	fmt.Println(name, n, x)
	fmt.Println(fmt.Fscanf(in, "\n%x-%c\n", &h, &c))
	fmt.Println(h, string(c))
	fmt.Println(fmt.Fscanln(in, &n))
	fmt.Println(n)
	_, err := fmt.Fscan(in, &n)
	fmt.Println(err)
	line, err := in.ReadString('\n')
	fmt.Printf("%q %v\n", line, err)
	line, err = in.ReadString('\n')
	fmt.Printf("%q %v\n", line, err)

	lines := bufio.NewScanner(io.LimitReader(in, 40))
	for lines.Scan() {
		fmt.Printf("line %q\n", lines.Text())
	}
	fmt.Println(lines.Err())

	b, _ := in.Peek(5)
	fmt.Printf("peek %q\n", b)
	r, size, err := in.ReadRune()
	fmt.Println(string(r), size, err, in.UnreadRune())

	words := bufio.NewScanner(in)
	words.Split(bufio.ScanWords)
	words.Buffer(make([]byte, 0, 16), 64)
	counts := map[int]int{}
	for words.Scan() && words.Text() != "end" {
		counts[len(words.Text())]++
	}
	fmt.Println(counts, words.Err())

	rest, err := io.ReadAll(os.Stdin)
	fmt.Println(len(rest), err, strings.Count(string(rest), "x"))
	k, err := os.Stdin.Read(make([]byte, 4))
	fmt.Println(k, err)
}
