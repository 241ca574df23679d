// Reads the clock all the time, so that it is mostly the vDSO's code that runs.
package main

import "time"

//go:noinline
func now(n int) (t time.Time) {
	for i := 0; i < n; i++ {
		t = time.Now()
	}
	return t
}

func main() {
	println(now(2000).IsZero())
}
