package main

import "fmt"

func f(i int) int {
	a := []int{1, 2, 3}
	return a[i]
}
func main() {
	fmt.Println("before")
	fmt.Println(f(5))
}
