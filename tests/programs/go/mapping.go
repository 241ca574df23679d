// Files mapped into memory: stores reach the file, writes reach the mappings, private pages keep to themselves.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
)

const page = 4096

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func mapped(f *os.File, offset int64, length, prot, flags int) []byte {
	m, err := syscall.Mmap(int(f.Fd()), offset, length, prot, flags)
	check(err)
	return m
}

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover() != nil) }()
	f()
}

func main() {
	debug.SetPanicOnFault(true)
	dir, err := os.MkdirTemp("", "mapping")
	check(err)
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "file")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	check(err)
	f.WriteString("the first words")
	check(f.Truncate(3*page + 100))

	const rw = syscall.PROT_READ | syscall.PROT_WRITE
	one := mapped(f, 0, 4*page, rw, syscall.MAP_SHARED)
	two := mapped(f, 2*page, 2*page, syscall.PROT_READ, syscall.MAP_SHARED)
	own := mapped(f, 0, 4*page, rw, syscall.MAP_PRIVATE)
	fmt.Printf("%q %q %d\n", one[:15], own[4:9], two[page+99])

	copy(one[4:], "SHARED")
	one[2*page] = 7
	b, err := os.ReadFile(name)
	fmt.Printf("%q %d %d %d %v\n", b[:15], b[2*page], two[0], len(b), err)
	f.WriteAt([]byte("written"), 3*page+50)
	fmt.Printf("%q %q %q\n", one[3*page+50:3*page+57], two[page+50:page+57], own[3*page+50:3*page+57])

	copy(own, "PRIVATE")
	f.WriteAt([]byte("again"), 0)
	fmt.Printf("%q %q\n", own[:15], one[:15])
	one[page], own[page+1] = 1, 2
	fmt.Println(own[page], one[page+1], b[page])

	check(f.Truncate(page + 10))
	fmt.Println(one[page], one[page+9], one[page+10])
	try("past the new end", func() { two[0]++ })
	try("past the end, private", func() { own[2*page] = 1 })
	one[page+20] = 9 // behind the end, within the page: never in the file
	check(f.Truncate(2 * page))
	b, err = os.ReadFile(name)
	fmt.Println(len(b), err, b[page], bytes.Count(b[page:], []byte{0}))
	check(f.Truncate(5 * page))
	fmt.Println(one[3*page], two[0], own[2*page])
	f.WriteAt([]byte{5}, 3*page)
	one[2*page]++
	fmt.Println(one[3*page], two[page], two[0], own[2*page])

	check(syscall.Munmap(two))
	check(os.Remove(name))
	copy(one[page:], "without a name")
	f.Seek(page, 0)
	text := make([]byte, 14)
	f.Read(text)
	fmt.Printf("%q\n", text)
	check(f.Close())
	fmt.Printf("%q\n", own[page+2:page+14])
	one[0] = 'A'
	fmt.Printf("%q %q\n", own[:7], one[:7])
	check(syscall.Munmap(one))
	check(syscall.Munmap(own))

	f, err = os.Create(name)
	check(err)
	check(f.Truncate(page))
	last := mapped(f, 0, page, rw, syscall.MAP_SHARED)
	copy(last[100:], "kept")
	check(f.Close())
	check(syscall.Munmap(last))
	b, err = os.ReadFile(name)
	fmt.Printf("%q %d %v\n", b[100:104], len(b), err)

	f, err = os.Open(name)
	check(err)
	_, err = syscall.Mmap(int(f.Fd()), 0, page, rw, syscall.MAP_SHARED)
	fmt.Println(errors.Is(err, syscall.EACCES))
	own = mapped(f, 0, page, rw, syscall.MAP_PRIVATE)
	own[100] = 'K'
	b, _ = os.ReadFile(name)
	fmt.Printf("%q %q\n", own[100:104], b[100:104])
	_, err = syscall.Mmap(int(f.Fd()), 1, page, syscall.PROT_READ, syscall.MAP_SHARED)
	fmt.Println(errors.Is(err, syscall.EINVAL))
	r, w, err := os.Pipe()
	check(err)
	_, err = syscall.Mmap(int(r.Fd()), 0, page, syscall.PROT_READ, syscall.MAP_SHARED)
	fmt.Println(errors.Is(err, syscall.ENODEV), w.Close(), f.Close())
}
