// Closures, deferred calls in loops, method values, interfaces, embedding, switches, labels, copies and constants.
package main

import (
	"fmt"
	"io"
	"strings"
)

type animal interface{ sound() string }
type runner interface {
	animal
	run(int) int
}
type dog struct {
	name  string
	steps int
}
type puppy struct {
	*dog
	age int
}

func (d *dog) sound() string              { return d.name + " barks" }
func (d *dog) run(n int) int              { d.steps += n; return d.steps }
func (p puppy) sound() string             { return p.dog.sound() + " softly" }
func (d dog) Write(b []byte) (int, error) { fmt.Printf("[%s:%s]", d.name, b); return len(b), nil }

type word string

func (w word) sound() string { return string(w) }

type signal int

const (
	red signal = iota
	_
	amber
	green
	kilo = 1 << (10 * (iota + 1))
)

func (s signal) String() string { return [...]string{"red", "?", "amber", "green"}[s] }

func counter() (func() int, func(int)) {
	n := 0
	return func() int { n++; return n }, func(m int) { n = m }
}

func fibonacci() func() int {
	a, b := 0, 1
	return func() int {
		defer func() { a, b = b, a+b }()
		return a
	}
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func deferred(n int) (out []int) {
	for i := 0; i < n; i++ {
		i := i
		defer func() { out = append(out, i) }()
		if i%3 == 0 {
			defer func(k int) { out = append(out, -k) }(i * 10)
		}
	}
	return nil
}

func variadic(prefix string, rest ...interface{}) string { return fmt.Sprint(prefix, len(rest), rest) }

func results() (a int, b string, err error) { return 1, "two", io.EOF }

func main() {
	next, set := counter()
	next()
	set(41)
	fmt.Println(next(), next())
	f := fibonacci()
	for i := 0; i < 15; i++ {
		fmt.Print(f(), " ")
	}
	fmt.Println(compose(func(x int) int { return x + 1 }, func(x int) int { return x * x }, next2)(6))
	out := deferred(200)
	fmt.Println(len(out), out[:5], out[len(out)-3:])
	var y func(func(func(int) int) func(int) int) func(int) int
	y = func(g func(func(int) int) func(int) int) func(int) int {
		return func(n int) int { return g(y(g))(n) }
	}
	fmt.Println(y(func(self func(int) int) func(int) int {
		return func(n int) int {
			if n < 2 {
				return 1
			}
			return n * self(n-1)
		}
	})(15))

	p := puppy{&dog{"rex", 0}, 1}
	run, sound := p.run, (*dog).sound
	run(3)
	fmt.Println(run(4), sound(p.dog), p.sound(), p.steps)
	for _, a := range []animal{p, p.dog, word("hm"), nil} {
		switch v := a.(type) {
		case nil:
			fmt.Print("nothing ")
		case puppy:
			fmt.Print("puppy of age ", v.age, " ")
		case runner:
			fmt.Print("runs to ", v.run(1), " ")
		default:
			fmt.Printf("%T ", v)
		}
	}
	fmt.Println(animal(p) == animal(p), animal(word("a")) == animal(word("a")), animal(p.dog) == runner(p.dog))
	fmt.Fprintf(*p.dog, "%d %v", 7, amber)
	fmt.Println(red, green, kilo, variadic("x"), variadic("y", 1, "z"), variadic("w", []interface{}{2, 3}...))
	fmt.Println(results())

	a := [3]int{1, 2, 3}
	b := a
	b[0] = 9
	s := a[:2:2]
	s = append(s, 100)
	t := a[:2]
	t = append(t, 200)
	c := &a
	c[1]++
	fmt.Println(a, b, s, t, len(c), a == [...]int{1, 3, 200}, cap(s) > 2)
	grid := [4][4]int{}
outer:
	for i := range grid {
		for j := range grid[i] {
			switch {
			case j > i:
				continue outer
			case i == 3:
				break outer
			case i == j:
				grid[i][j] = 1
				fallthrough
			default:
				grid[i][j] += i * j
			}
		}
	}
	fmt.Println(grid)
	i := 0
loop:
	if i < 3 {
		i++
		goto loop
	}
	x, z := 1, 2
	x, z = z, x
	m := map[string]*struct{ n int }{"k": {5}}
	m["k"].n++
	var e struct {
		strings.Builder
		io.Writer
	}
	e.Builder.WriteString("embedded")
	r, _, _ := strings.NewReader("é").ReadRune()
	fmt.Println(i, x, z, m["k"].n, e.Builder.Len(), string(r), len("é"), "abc"[1:], 07_7, 0b101, 'a', "\u00e9\x41", `raw\n`)
	func() {
		for i := 0; i < 3; i++ {
			defer func(n *int) { fmt.Print("defer ", *n, " ") }(&x)
			x += 10
		}
	}()
	total := 0
	for i, ch := range "añ日" {
		total += i * int(ch)
	}
	for range [5]struct{}{} {
		total++
	}
	fmt.Println(total, ^5, 7&^2, -7/2, -7%3, 1<<3|1, uint8(total)+200, int8(-128)-int8(i))
}

func next2(n int) int { return n + 2 }
