// Reads both clocks often on several threads, around sleeps, and says whether a thread ever saw one go back.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

func fail(what string, times ...time.Time) {
	fmt.Println(what, times)
	os.Exit(1)
}

func watch() {
	runtime.LockOSThread() // what one core does may lie within a quantum after what another does next
	last := time.Now()
	for i := 0; i < 500; i++ {
		now := time.Now()
		if now.Before(last) || now.Round(0).Before(last.Round(0)) { // Round(0) leaves the wall clock alone
			fail("back", last, now)
		}
		last = now
		if i%100 == 0 {
			time.Sleep(1234567 * time.Nanosecond)
			if time.Since(now) < 1234567 {
				fail("slept too short from", now)
			}
		}
	}
}

func main() {
	var group sync.WaitGroup
	for n := 0; n < 4; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			watch()
		}()
	}
	group.Wait()
	fmt.Println("the clocks never went back")
}
