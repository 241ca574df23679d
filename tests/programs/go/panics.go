// A recovered nil dereference and a recovered index out of range, then a panic that ends the program with status 2.
package main

import "fmt"

type node struct{ next *node }

func try(name string, f func()) {
	defer func() { fmt.Println(name, "recovered:", recover()) }()
	f()
}

func main() {
	var missing *node
	try("nil", func() { fmt.Println(missing.next) })
	list, i := []int{1, 2, 3}, 3
	try("index", func() { fmt.Println(list[i]) })
	panic("the end")
}
