// log, errors, io and bufio: loggers with prefixes and flags, wrapped errors, readers and writers stacked on each other.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"expvar"
	"fmt"
	"io"
	"io/fs"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"strings"
	"testing/fstest"
	"testing/iotest"
	"text/scanner"
	"time"
)

type failure struct{ code int }

func (f failure) Error() string        { return fmt.Sprint("failure ", f.code) }
func (f failure) Is(target error) bool { return target == fs.ErrPermission }

func main() {
	loggers()
	wrapped()
	stacked()
	messages()
	contexts()
	log.Fatal("the end") // status 1
}

func loggers() {
	var b bytes.Buffer
	l := log.New(&b, "test: ", log.Lshortfile|log.Lmsgprefix)
	l.Println("one", 2)
	l.Printf("%05d", 42)
	l.SetFlags(0)
	l.SetPrefix("> ")
	l.Print("no newline")
	l.Output(1, "output")
	fmt.Print(b.String())
	b.Reset()
	log.SetOutput(&b)
	log.SetFlags(log.LstdFlags | log.Lmicroseconds | log.LUTC)
	log.Print("dated")
	fmt.Println(len(b.String()), strings.HasSuffix(b.String(), " dated\n"))
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		log.Panicf("code %d", 7)
	}()
	log.SetOutput(os.Stderr)
	log.SetFlags(log.Lshortfile)
	log.Println("to standard error")
	expvar.NewInt("visits").Add(3)
	fmt.Println(expvar.Get("visits"))
}

func wrapped() {
	err := fmt.Errorf("outer: %w", fmt.Errorf("middle: %w", failure{5}))
	var f failure
	fmt.Println(err, errors.As(err, &f), f.code, errors.Is(err, fs.ErrPermission), errors.Is(err, io.EOF), errors.Unwrap(errors.Unwrap(errors.Unwrap(err))) == nil)
	_, err = os.Open("/no/such/file")
	var p *fs.PathError
	fmt.Println(errors.As(err, &p), p.Op, p.Path, p.Err, errors.Is(err, fs.ErrNotExist), os.IsNotExist(err))
}

func stacked() {
	data := strings.Repeat("0123456789", 500)
	r := bufio.NewReaderSize(iotest.OneByteReader(strings.NewReader(data)), 64)
	var b strings.Builder
	tee := io.TeeReader(io.LimitReader(io.MultiReader(strings.NewReader("head "), r), 1000), &b)
	n, err := io.Copy(io.Discard, tee)
	fmt.Println(n, err, b.Len(), b.String()[:12])
	got := make([]byte, 10)
	k, err := io.ReadFull(iotest.TimeoutReader(strings.NewReader(data)), got)
	fmt.Println(k, err)
	k, err = io.ReadAtLeast(iotest.DataErrReader(strings.NewReader("abc")), got, 5)
	fmt.Println(k, err)
	s := io.NewSectionReader(strings.NewReader(data), 5, 10)
	s.Seek(-3, io.SeekEnd)
	rest, err := io.ReadAll(s)
	fmt.Println(string(rest), err)
	var out bytes.Buffer
	w := bufio.NewWriterSize(io.MultiWriter(&out, io.Discard), 16)
	for i := 0; i < 10; i++ {
		fmt.Fprintf(w, "%d,", i)
	}
	w.WriteByte('!')
	w.WriteRune('é')
	fmt.Println(out.Len(), w.Buffered(), w.Available(), w.Flush(), out.String())
	rw := bufio.NewReadWriter(bufio.NewReader(&out), bufio.NewWriter(&out))
	line, err := rw.ReadBytes('5')
	fmt.Printf("%s %v\n", line, err)
	var sc scanner.Scanner
	sc.Init(strings.NewReader(`x := 3.5e2 + "str" // note` + "\n'c' >= y_1"))
	for tok := sc.Scan(); tok != scanner.EOF; tok = sc.Scan() {
		fmt.Print(sc.Position, scanner.TokenString(tok), "=", sc.TokenText(), " ")
	}
	fmt.Println()
	files := fstest.MapFS{"a/b.txt": {Data: []byte("content")}, "a/c": {Data: nil}}
	found, err := fs.Glob(files, "a/*")
	text, err2 := fs.ReadFile(files, "a/b.txt")
	fmt.Println(found, err, string(text), err2, iotest.TestReader(strings.NewReader("abc"), []byte("abc")))
}

func messages() {
	m, err := mail.ReadMessage(strings.NewReader("From: A <a@b.c>\r\nDate: Mon, 02 Jan 2006 15:04:05 -0700\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\nbody\r\n"))
	if err != nil {
		panic(err)
	}
	date, err := m.Header.Date()
	list, err2 := m.Header.AddressList("From")
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	fmt.Println(date, err, list[0].Name, list[0].Address, err2, subject)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.SetBoundary("limit")
	part, _ := w.CreateFormFile("field", "name.txt")
	io.WriteString(part, "inside")
	w.Close()
	p, err := multipart.NewReader(&b, "limit").NextPart()
	text, _ := io.ReadAll(p)
	fmt.Println(p.FormName(), p.FileName(), string(text), err)
	var q strings.Builder
	qw := quotedprintable.NewWriter(&q)
	io.WriteString(qw, "é = "+strings.Repeat("x", 80))
	qw.Close()
	fmt.Println(q.String(), textproto.CanonicalMIMEHeaderKey("content-type"))
	fmt.Println(mime.ParseMediaType("text/html; charset=\"utf-8\"; q=0.5"))
}

func contexts() {
	type key string
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), key("k"), "v"), 10*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err(), ctx.Value(key("k")), errors.Is(ctx.Err(), context.DeadlineExceeded))
	ctx, cancel = context.WithCancel(context.Background())
	child, stop := context.WithDeadline(ctx, time.Now().Add(time.Hour))
	defer stop()
	cancel()
	<-child.Done()
	fmt.Println(child.Err())
}
