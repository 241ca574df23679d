// compress/gzip, flate, zlib, lzw and bzip2, and archives of tar and zip, in memory.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/lzw"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func text() []byte {
	words := strings.Fields("core line cycle frame page task wait signal futex clock event digest")
	var b bytes.Buffer
	x := uint32(1)
	for b.Len() < 20_000 {
		x = x*1664525 + 1013904223
		b.WriteString(words[x>>20%uint32(len(words))])
		b.WriteByte(" \n,."[x>>30])
	}
	return b.Bytes()
}

func main() {
	data := text()
	noise := make([]byte, 2000)
	x := uint64(9)
	for i := range noise {
		x = x*6364136223846793005 + 1
		noise[i] = byte(x >> 56)
	}
	fmt.Println(len(data), crc32.ChecksumIEEE(data))
	for _, in := range [][]byte{data, noise, nil, bytes.Repeat([]byte{0}, 5_000)} {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, 5} {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			check(err)
			w.Write(in)
			check(w.Close())
			out, err := io.ReadAll(flate.NewReader(&b))
			check(err)
			fmt.Print(level, " ", bytes.Equal(in, out), " ", b.Len() == 0, " ")
		}
		var b bytes.Buffer
		w := lzw.NewWriter(&b, lzw.LSB, 8)
		w.Write(in)
		check(w.Close())
		size := b.Len()
		out, err := io.ReadAll(lzw.NewReader(&b, lzw.LSB, 8))
		fmt.Println(size, bytes.Equal(in, out), err)
	}

	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name, z.Comment, z.ModTime = "name", "a comment", time.Unix(1e9, 0)
	z.Write(data[:9_000])
	check(z.Flush())
	z.Write(data[9_000:])
	check(z.Close())
	fmt.Println(b.Len() < len(data)/2)
	whole := append([]byte{}, b.Bytes()...)
	r, err := gzip.NewReader(&b)
	check(err)
	out, err := io.ReadAll(r)
	fmt.Println(r.Name, r.Comment, r.ModTime.Unix(), bytes.Equal(out, data), err)
	whole[len(whole)-5] ^= 1
	r, _ = gzip.NewReader(bytes.NewReader(whole))
	_, err = io.ReadAll(r)
	fmt.Println(err)
	_, err = gzip.NewReader(strings.NewReader("not compressed"))
	fmt.Println(err)

	var d bytes.Buffer
	zw, err := zlib.NewWriterLevelDict(&d, 9, []byte("core line cycle"))
	check(err)
	zw.Write(data)
	check(zw.Close())
	zr, err := zlib.NewReaderDict(&d, []byte("core line cycle"))
	check(err)
	out, err = io.ReadAll(zr)
	fmt.Println(bytes.Equal(out, data), err)

	packed, _ := hex.DecodeString("425a68393141592653595e974f8f000ea65980001040007fe02f6dc44030017b288140000193204d554f6aa07faa9a2300014aa29933209e506da930116c116a9e3e699532a74a75a694d6aea5de5e45e65de5a5a5c2d2d2d2d2d2d2d2ee2d96cb6592d96cb65c2e0ce9a534a694d422d822dc22faa769752eb2e1616164b9098585c2c97484c2c2c962a5858592c2c2c2c96174961616170b85c2e170b85d3a2674cd30116e117508b808bf422f4117e045808b208b011701170116022f208bd8459022ec117f8bb9229c28482f4ba7c780")
	out, err = io.ReadAll(bzip2.NewReader(bytes.NewReader(packed)))
	fmt.Println(len(out), crc32.ChecksumIEEE(out), err)
	archives(data)
}

func archives(data []byte) {
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	for i, name := range []string{"a", "folder/" + strings.Repeat("long", 40), "é"} {
		check(tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(i * 1000), ModTime: time.Unix(1e9, 0)}))
		tw.Write(data[:i*1000])
	}
	check(tw.Close())
	for tr := tar.NewReader(&b); ; {
		h, err := tr.Next()
		if err != nil {
			fmt.Println(err)
			break
		}
		content, err := io.ReadAll(tr)
		fmt.Println(len(h.Name), h.Size, bytes.Equal(content, data[:len(content)]), err)
	}
	var zb bytes.Buffer
	zw := zip.NewWriter(&zb)
	for i := 0; i < 3; i++ {
		w, err := zw.Create(fmt.Sprint("file", i))
		check(err)
		w.Write(data[i*100 : i*5_000+100])
	}
	check(zw.Close())
	zr, err := zip.NewReader(bytes.NewReader(zb.Bytes()), int64(zb.Len()))
	check(err)
	for _, f := range zr.File {
		r, err := f.Open()
		check(err)
		content, err := io.ReadAll(r)
		fmt.Println(f.Name, f.UncompressedSize64, f.CRC32, len(content), err)
	}
}
