// Files and folders through package os and its relatives, in the folder given or one of its own.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func plain(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &p):
		return p.Op + ": " + p.Err.Error()
	case errors.As(err, &l):
		return l.Op + ": " + l.Err.Error()
	}
	return err.Error()
}

func walk(root string) {
	must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		must(err)
		info, err := d.Info()
		must(err)
		size := info.Size()
		if d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
			size = 0
		}
		rel, _ := filepath.Rel(root, path)
		fmt.Printf("  %v %4d %s\n", info.Mode(), size, rel)
		return nil
	}))
}

func main() {
	root := "/tmp/rt0-folders"
	own := len(os.Args) < 2
	if own {
		must(os.RemoveAll(root))
		must(os.Mkdir(root, 0o755))
	} else {
		root = os.Args[1]
	}
	must(os.Chdir(root))

	must(os.MkdirAll("a/b/c", 0o755))
	must(os.WriteFile("a/one.txt", []byte("one\n"), 0o644))
	must(os.WriteFile("a/b/two.txt", bytes.Repeat([]byte("two "), 20000), 0o600))
	must(os.Symlink("b/two.txt", "a/link"))
	must(os.Symlink("../nowhere", "a/dangling"))
	must(os.Link("a/one.txt", "a/b/same.txt"))
	walk(root)

	fmt.Println(plain(os.Mkdir("a", 0o755)))
	_, err := os.Open("missing")
	fmt.Println(plain(err), errors.Is(err, fs.ErrNotExist))
	_, err = os.ReadFile("a")
	fmt.Println(plain(err))
	fmt.Println(plain(os.Remove("a/b")))
	fmt.Println(plain(os.Rename("a", "a/b/d")))
	_, err = os.OpenFile("a/one.txt", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	fmt.Println(plain(err), errors.Is(err, fs.ErrExist))
	_, err = os.Stat("a/dangling")
	fmt.Println(plain(err))

	x, _ := os.Stat("a/one.txt")
	y, _ := os.Stat("a/b/same.txt")
	z, _ := os.Stat("a/link")
	fmt.Println(os.SameFile(x, y), os.SameFile(x, z), z.Size())
	target, err := os.Readlink("a/link")
	fmt.Println(target, err)
	at := time.Unix(1234567890, 0)
	must(os.Chtimes("a/one.txt", at, at))
	x, _ = os.Stat("a/b/same.txt")
	fmt.Println(x.ModTime().UTC())
	must(os.Chmod("a/one.txt", 0o400))
	x, _ = os.Stat("a/one.txt")
	fmt.Println(x.Mode())

	f, err := os.OpenFile("log", os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	must(err)
	var wg sync.WaitGroup
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func(g int) {
			defer wg.Done()
			for i := 0; i < 50; i++ {
				fmt.Fprintf(f, "%d %02d\n", g, i)
			}
		}(g)
	}
	wg.Wait()
	_, err = f.Seek(0, io.SeekStart)
	must(err)
	lines := map[string]bool{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		lines[s.Text()] = true
	}
	fmt.Println(len(lines), "lines")
	must(f.Truncate(10))
	n, err := f.WriteAt([]byte("x"), 3)
	fmt.Println(n, err)
	b := make([]byte, 20)
	n, err = f.ReadAt(b, 5)
	fmt.Println(n, err)
	must(f.Sync())
	must(f.Close())
	fmt.Println(plain(f.Close()))

	in, err := os.Open("a/b/two.txt")
	must(err)
	out, err := os.Create("copy")
	must(err)
	copied, err := io.Copy(out, in)
	fmt.Println(copied, err)
	must(out.Close())
	must(in.Close())
	data, _ := os.ReadFile("copy")
	fmt.Println(len(data), bytes.Count(data, []byte("two")))

	for i := 0; i < 300; i++ {
		must(os.WriteFile(fmt.Sprintf("a/b/c/file%03d", i), nil, 0o644))
	}
	d, err := os.Open("a/b/c")
	must(err)
	count := 0
	for {
		names, err := d.Readdirnames(37)
		count += len(names)
		for _, name := range names {
			must(os.Remove(filepath.Join("a/b/c", name)))
		}
		if err == io.EOF {
			break
		}
		must(err)
	}
	must(d.Close())
	fmt.Println(count, "names")
	must(os.Rename("a/b", "moved"))
	must(os.Rename("copy", "moved/two.txt"))
	matches, _ := filepath.Glob("*/*.txt")
	sort.Strings(matches)
	fmt.Println(strings.Join(matches, " "))
	temp, err := os.CreateTemp(root, "temp*")
	must(err)
	must(os.Remove(temp.Name()))
	_, err = temp.Write([]byte("still open"))
	fmt.Println(err)
	must(temp.Close())
	fsys := os.DirFS(root)
	text, err := fs.ReadFile(fsys, "moved/same.txt")
	fmt.Printf("%q %v\n", text, err)
	walk(root)
	wd, _ := os.Getwd()
	fmt.Println(wd == root)
	if own {
		must(os.Chdir("/"))
		must(os.RemoveAll(root))
		_, err = os.Stat(root)
		fmt.Println(plain(err))
	}
}
