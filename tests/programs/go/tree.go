// Files and folders: create, write, append, seek, stat, list, rename, remove, links, walk, truncate, copy, temporary names.
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
	"time"
)

var root string

func at(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }

// say prints an error without the temporary folder's name.
func say(what string, err error) {
	text := "<nil>"
	if err != nil {
		text = strings.ReplaceAll(err.Error(), root, "ROOT")
	}
	fmt.Println(what+":", text)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func show(name string) {
	b, err := os.ReadFile(at(name))
	fmt.Printf("%s %q %v\n", name, b, err)
}

func main() {
	var err error
	root, err = os.MkdirTemp("", "tree")
	check(err)
	defer func() {
		say("remove all", os.RemoveAll(root))
		_, err := os.Stat(root)
		fmt.Println(errors.Is(err, fs.ErrNotExist))
	}()
	write()
	seek()
	folders()
	links()
	refusals()
	copies()
	streams()
	times()
}

func write() {
	f, err := os.Create(at("a.txt"))
	check(err)
	fmt.Fprintf(f, "%s %d\n", "line", 1)
	n, err := f.WriteString("line 2\n")
	fmt.Println(n, err, f.Sync(), f.Close())
	say("closed twice", f.Close())
	f, err = os.OpenFile(at("a.txt"), os.O_APPEND|os.O_WRONLY, 0)
	check(err)
	f.WriteString("appended\n")
	_, err = f.Read(make([]byte, 1))
	say("read of a write-only file", err)
	f.Close()
	show("a.txt")
	check(os.WriteFile(at("a.txt"), []byte("short"), 0o600))
	show("a.txt")
	_, err = os.OpenFile(at("a.txt"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	say("exclusive", err)
	fmt.Println(os.IsExist(err))
}

func seek() {
	f, err := os.OpenFile(at("seek"), os.O_RDWR|os.O_CREATE, 0o644)
	check(err)
	defer f.Close()
	f.WriteString("0123456789")
	for _, to := range []struct {
		offset int64
		whence int
	}{{2, io.SeekStart}, {3, io.SeekCurrent}, {-1, io.SeekEnd}, {0, io.SeekEnd}, {5, io.SeekEnd}} {
		pos, err := f.Seek(to.offset, to.whence)
		b := make([]byte, 2)
		n, err2 := f.Read(b)
		fmt.Println(pos, err, n, err2, string(b[:n]))
	}
	_, err = f.Seek(-1, io.SeekStart)
	say("negative", err)
	f.WriteAt([]byte("XY"), 4)
	f.WriteAt([]byte("end"), 20)
	b := make([]byte, 30)
	n, err := f.ReadAt(b, 2)
	fmt.Printf("%d %v %q\n", n, err, b[:n])
	info, _ := f.Stat()
	fmt.Println(info.Size(), info.Name(), info.Mode(), info.IsDir())
	fmt.Println(f.Truncate(6), f.Truncate(8))
	show("seek")
	n, err = f.ReadAt(b, 100)
	fmt.Println(n, err)
	check(os.Truncate(at("seek"), 3))
	show("seek")
	hole, err := os.Create(at("hole"))
	check(err)
	hole.Seek(100_000, io.SeekStart)
	hole.Write([]byte{1})
	info, _ = hole.Stat()
	fmt.Println(info.Size(), hole.Close())
	data, _ := os.ReadFile(at("hole"))
	fmt.Println(len(data), bytes.Count(data, []byte{0}))
}

func folders() {
	check(os.MkdirAll(at("d", "e", "f"), 0o755))
	say("mkdir again", os.Mkdir(at("d"), 0o755))
	check(os.MkdirAll(at("d", "e"), 0o755))
	for i := 12; i > 0; i-- {
		check(os.WriteFile(at("d", fmt.Sprintf("n%02d", i)), make([]byte, i), 0o644))
	}
	list, err := os.ReadDir(at("d"))
	for _, e := range list {
		info, _ := e.Info()
		if e.IsDir() {
			fmt.Print(e.Name(), "/ ")
		} else {
			fmt.Print(e.Name(), "=", info.Size(), " ")
		}
	}
	fmt.Println(err)
	f, err := os.Open(at("d"))
	check(err)
	names := []string{}
	for {
		some, err := f.Readdirnames(5)
		names = append(names, some...)
		if err != nil {
			fmt.Println(len(some), err)
			break
		}
	}
	f.Close()
	sort.Strings(names)
	fmt.Println(names)
	say("rename", os.Rename(at("d", "n01"), at("d", "e", "moved")))
	say("rename over", os.Rename(at("d", "n02"), at("d", "n03")))
	say("rename missing", os.Rename(at("d", "n02"), at("x")))
	say("rename folder", os.Rename(at("d", "e"), at("g")))
	say("remove full", os.Remove(at("g")))
	say("remove", os.Remove(at("d", "n04")))
	say("remove missing", os.Remove(at("d", "n04")))
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		if e.IsDir() && rel == "g/f" {
			fmt.Print("[skip ", rel, "] ")
			return fs.SkipDir
		}
		fmt.Print(rel, " ")
		return err
	})
	fmt.Println(err)
	found, err := filepath.Glob(at("d", "n1?"))
	fmt.Println(len(found), err)
	sub, err := fs.ReadFile(os.DirFS(root), "g/moved")
	fmt.Println(len(sub), err)
	here, _ := os.Getwd()
	check(os.Chdir(at("d")))
	_, err = os.Stat("n05")
	fmt.Println(err)
	now, _ := os.Getwd()
	fmt.Println(filepath.Base(now))
	check(os.Chdir(here))
}

func links() {
	say("symlink", os.Symlink("a.txt", at("link")))
	to, err := os.Readlink(at("link"))
	fmt.Println(to, err)
	show("link")
	info, _ := os.Lstat(at("link"))
	fmt.Println(info.Mode()&fs.ModeSymlink != 0, info.Mode().IsRegular())
	info, _ = os.Stat(at("link"))
	fmt.Println(info.Mode().IsRegular(), info.Size())
	check(os.Symlink("loop", at("loop")))
	_, err = os.Stat(at("loop"))
	say("loop", err)
	check(os.Symlink("nowhere", at("dangling")))
	_, err = os.Stat(at("dangling"))
	say("dangling", err)
	real, err := filepath.EvalSymlinks(at("link"))
	fmt.Println(filepath.Base(real), err)
	check(os.Remove(at("link")))
	show("a.txt")
	one, _ := os.Stat(at("a.txt"))
	two, _ := os.Stat(at("g", "..", "a.txt"))
	fmt.Println(os.SameFile(one, two))
}

func refusals() {
	_, err := os.Open(at("none"))
	say("open", err)
	_, err = os.Open(at("a.txt", "x"))
	say("through a file", err)
	_, err = os.ReadFile(at("d"))
	say("read a folder", err)
	_, err = os.Create(at("d"))
	say("create over a folder", err)
	_, err = os.Open(at(strings.Repeat("n", 300)))
	fmt.Println(err != nil)
	_, err = os.Open("bad\x00name")
	say("zero byte", err)
	var pe *fs.PathError
	fmt.Println(errors.As(err, &pe), pe.Op)
	say("chmod", os.Chmod(at("a.txt"), 0o640))
	info, _ := os.Stat(at("a.txt"))
	fmt.Println(info.Mode())
}

func copies() {
	from, err := os.Create(at("from"))
	check(err)
	for i := 0; i < 10000; i++ {
		fmt.Fprintln(from, i)
	}
	from.Seek(0, io.SeekStart)
	to, err := os.Create(at("to"))
	check(err)
	n, err := io.Copy(to, from)
	fmt.Println(n, err)
	from.Close()
	to.Close()
	a, _ := os.ReadFile(at("from"))
	b, _ := os.ReadFile(at("to"))
	fmt.Println(bytes.Equal(a, b), len(a))
	tmp, err := os.CreateTemp(root, "x*.tmp")
	check(err)
	name := filepath.Base(tmp.Name())
	fmt.Println(strings.HasPrefix(name, "x"), strings.HasSuffix(name, ".tmp"), tmp.Close())
}

func streams() {
	f, err := os.Create(at("buffered"))
	check(err)
	w := bufio.NewWriterSize(f, 100)
	for i := 0; i < 50; i++ {
		fmt.Fprintf(w, "record %d\n", i)
	}
	fmt.Println(w.Buffered() > 0, w.Flush(), w.Buffered(), f.Close())
	f, err = os.Open(at("buffered"))
	check(err)
	defer f.Close()
	r := bufio.NewReader(f)
	count := 0
	for {
		_, more, err := r.ReadLine()
		if err != nil {
			fmt.Println(count, more, err)
			break
		}
		count++
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	check(err)
	n, err := null.WriteString("gone")
	fmt.Println(n, err)
	n, err = null.Read(make([]byte, 4))
	fmt.Println(n, err)
}

func times() {
	when := time.Date(2001, 2, 3, 4, 5, 6, 789, time.UTC)
	say("chtimes", os.Chtimes(at("a.txt"), when, when))
	info, _ := os.Stat(at("a.txt"))
	fmt.Println(info.ModTime().UTC())
	check(os.WriteFile(at("fresh"), nil, 0o644))
	info, _ = os.Stat(at("fresh"))
	age := time.Since(info.ModTime())
	fmt.Println(age > -time.Second && age < time.Minute)
}
