// Type parameters: functions, types, methods, constraints, inference, and shapes shared between types.
package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

type ordered interface {
	~int | ~int8 | ~uint16 | ~int64 | ~float32 | ~float64 | ~string
}

func largest[T ordered](first T, rest ...T) T {
	for _, x := range rest {
		if x > first {
			first = x
		}
	}
	return first
}

func transform[A, B any](list []A, f func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, f(a))
	}
	return out
}

func fold[A, B any](list []A, b B, f func(B, A) B) B {
	for _, a := range list {
		b = f(b, a)
	}
	return b
}

func keys[M ~map[K]V, K ordered, V any](m M) []K {
	list := make([]K, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list
}

type tree[K ordered, V any] struct {
	left, right *tree[K, V]
	key         K
	value       V
}

func (t *tree[K, V]) put(key K, value V) *tree[K, V] {
	switch {
	case t == nil:
		return &tree[K, V]{key: key, value: value}
	case key < t.key:
		t.left = t.left.put(key, value)
	case key > t.key:
		t.right = t.right.put(key, value)
	default:
		t.value = value
	}
	return t
}

func (t *tree[K, V]) walk(f func(K, V)) {
	if t != nil {
		t.left.walk(f)
		f(t.key, t.value)
		t.right.walk(f)
	}
}

func (t *tree[K, V]) depth() int {
	if t == nil {
		return 0
	}
	return 1 + largest(t.left.depth(), t.right.depth())
}

type stack[T any] []T

func (s *stack[T]) push(x T) { *s = append(*s, x) }
func (s *stack[T]) pop() (x T, err error) {
	if len(*s) == 0 {
		return x, errors.New("empty")
	}
	x = (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return x, nil
}

type named interface {
	comparable
	fmt.Stringer
}

type degree float64

func (d degree) String() string { return fmt.Sprintf("%g°", float64(d)) }

type code string

func (c code) String() string { return strings.ToUpper(string(c)) }

func join[T named](list ...T) string {
	var zero T
	out := ""
	for _, x := range list {
		if x != zero {
			out += x.String() + " "
		}
	}
	return out
}

type setter[T any] interface {
	*T
	set(string)
}

type field struct{ text string }

func (f *field) set(s string) { f.text = s }

func fromStrings[T any, P setter[T]](list []string) []T {
	out := make([]T, len(list))
	for i, s := range list {
		P(&out[i]).set(s)
	}
	return out
}

type pair[A, B any] struct {
	First  A
	Second B
}

func kind[T any](x T) string {
	switch any(x).(type) {
	case int:
		return "int"
	case []T:
		return "list"
	case fmt.Stringer:
		return "stringer"
	}
	return fmt.Sprintf("%T", x)
}

type matrix[T ~int | ~float64] [3][3]T

func (m matrix[T]) times(n matrix[T]) (r matrix[T]) {
	for i := range m {
		for j := range n {
			for k := range m {
				r[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return
}

type list[T any] struct {
	head *node[T]
	size int
}
type node[T any] struct {
	value T
	next  *node[T]
}

func (l *list[T]) add(x T) { l.head, l.size = &node[T]{x, l.head}, l.size+1 }
func (l *list[T]) each() func() (T, bool) {
	n := l.head
	return func() (x T, ok bool) {
		if n == nil {
			return x, false
		}
		x, n = n.value, n.next
		return x, true
	}
}

func main() {
	fmt.Println(largest(3, 9, 2), largest("b", "abc", "c"), largest(1.5, -2.0), largest[int8](-5, -3), largest(degree(3), 20))
	squares := transform([]int{1, 2, 3}, func(n int) string { return strings.Repeat("*", n*n) })
	fmt.Println(squares, fold(squares, 0, func(n int, s string) int { return n + len(s) }), transform(squares, func(s string) pair[string, int] { return pair[string, int]{s[:1], len(s)} }))
	fmt.Println(keys(map[string]bool{"x": true, "a": false}), keys(map[degree]int{3: 1, -1: 2}))

	var t *tree[int64, string]
	x := int64(1)
	for i := 0; i < 3000; i++ {
		x = (x*48271 + 11) % 2147483647
		t = t.put(x%1000, fmt.Sprint(i))
	}
	count, last, sorted := 0, int64(-1), true
	t.walk(func(k int64, v string) { count++; sorted = sorted && k > last; last = k })
	fmt.Println(count, sorted, t.depth())
	var words *tree[string, int]
	for _, w := range strings.Fields("to be or not to be that is the question") {
		words = words.put(w, len(w))
	}
	words.walk(func(k string, n int) { fmt.Print(k, n, " ") })
	fmt.Println()

	var s stack[pair[string, []int]]
	s.push(pair[string, []int]{"a", []int{1}})
	s.push(pair[string, []int]{Second: []int{2, 3}})
	for i := 0; i < 3; i++ {
		fmt.Print(s.pop())
		fmt.Print(" ")
	}
	fmt.Println(join(degree(1.5), 0, 90), join(code("x"), "", "yz"))
	fmt.Println(fromStrings[field]([]string{"p", "q"}), kind(1), kind("s"), kind(degree(1)), kind([]int{}), fmt.Sprintf("%T %T", t, s))
	m := matrix[int]{{1, 1, 0}, {1, 0, 0}, {0, 0, 1}}
	p := m
	for i := 0; i < 30; i++ {
		p = p.times(m)
	}
	f := matrix[float64]{{0.5}, {0, 2}}
	fmt.Println(p, f.times(f))
	var l list[func(int) int]
	for i := 0; i < 4; i++ {
		i := i
		l.add(func(n int) int { return n*10 + i })
	}
	n := 0
	for next := l.each(); ; {
		f, ok := next()
		if !ok {
			break
		}
		n = f(n)
	}
	fmt.Println(n, l.size)
}
