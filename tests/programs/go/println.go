// The smallest Go program: no import, println writes to standard error.
package main

func main() {
	println("hello from println")
}
