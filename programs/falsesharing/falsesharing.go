// Falsesharing counts in goroutines whose counters lie beside each other or, padded, on cache lines of their own.
//
//	falsesharing [heap|global|slice] [unpadded|padded] [plain|atomic|read] [TIMES] [WORKERS]
//
// heap and global: two goroutines count in the fields a and b of one struct. slice: WORKERS goroutines count in an element of
// a slice each. read: all but the first only read their counters.
package main

import (
	"os"
	"strconv"
	"sync"
	"sync/atomic"
)

// A Counter's fields share a line of 64 bytes.
type Counter struct {
	a int64
	b int64
}

// Those of a PaddedCounter do not.
type PaddedCounter struct {
	a int64
	_ [56]byte
	b int64
	_ [56]byte
}

type Cell struct {
	n int64
}

type PaddedCell struct {
	n int64
	_ [56]byte
}

var (
	counter       Counter
	paddedCounter PaddedCounter
)

// increment adds 1 to a counter, so often, or looks at it.
func increment(n *int64, how string, times int, done *sync.WaitGroup) {
	switch how {
	case "plain":
		for i := 0; i < times; i++ {
			*n++
		}
	case "atomic":
		for i := 0; i < times; i++ {
			atomic.AddInt64(n, 1)
		}
	case "read":
		for i := 0; i < times; i++ {
			atomic.LoadInt64(n)
		}
	}
	done.Done()
}

func argument(i int, usual string) string {
	if i < len(os.Args) {
		return os.Args[i]
	}
	return usual
}

// counters are the words to count in.
func counters(place string, padded bool, workers int) []*int64 {
	switch {
	case place == "slice" && padded:
		cells := make([]PaddedCell, workers)
		words := make([]*int64, workers)
		for i := range cells {
			words[i] = &cells[i].n
		}
		return words
	case place == "slice":
		cells := make([]Cell, workers)
		words := make([]*int64, workers)
		for i := range cells {
			words[i] = &cells[i].n
		}
		return words
	case place == "global" && padded:
		return []*int64{&paddedCounter.a, &paddedCounter.b}
	case place == "global":
		return []*int64{&counter.a, &counter.b}
	case padded:
		c := new(PaddedCounter)
		return []*int64{&c.a, &c.b}
	default:
		c := new(Counter)
		return []*int64{&c.a, &c.b}
	}
}

func main() {
	times, err := strconv.Atoi(argument(4, "100000"))
	workers, err2 := strconv.Atoi(argument(5, "2"))
	if err != nil || err2 != nil || times < 0 || workers < 1 {
		println("falsesharing [heap|global|slice] [unpadded|padded] [plain|atomic|read] [TIMES] [WORKERS]")
		os.Exit(2)
	}
	how := argument(3, "plain")
	words := counters(argument(1, "heap"), argument(2, "unpadded") == "padded", workers)
	writes := how
	if how == "read" {
		writes = "plain"
	}
	var done sync.WaitGroup
	done.Add(len(words))
	for i, word := range words {
		if i == 0 {
			go increment(word, writes, times, &done)
		} else {
			go increment(word, how, times, &done)
		}
	}
	done.Wait()
	sum := int64(0)
	for _, word := range words {
		sum += *word
	}
	os.Stdout.WriteString("counted " + strconv.FormatInt(sum, 10) + "\n")
}
