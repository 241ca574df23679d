// Every package below hash, and the checksums of crypto, over all short lengths and one long input.
package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"hash/crc64"
	"hash/fnv"
	"hash/maphash"
)

var all = []struct {
	name string
	make func() hash.Hash
}{
	{"md5", md5.New}, {"sha1", sha1.New}, {"sha224", sha256.New224}, {"sha256", sha256.New}, {"sha384", sha512.New384},
	{"sha512", sha512.New}, {"sha512/256", sha512.New512_256}, {"sha512/224", sha512.New512_224},
	{"adler32", func() hash.Hash { return adler32.New() }},
	{"crc32", func() hash.Hash { return crc32.NewIEEE() }},
	{"castagnoli", func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
	{"koopman", func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Koopman)) }},
	{"crc64 iso", func() hash.Hash { return crc64.New(crc64.MakeTable(crc64.ISO)) }},
	{"crc64 ecma", func() hash.Hash { return crc64.New(crc64.MakeTable(crc64.ECMA)) }},
	{"fnv32", func() hash.Hash { return fnv.New32() }},
	{"fnv64a", func() hash.Hash { return fnv.New64a() }},
	{"fnv128", fnv.New128}, {"fnv128a", fnv.New128a},
	{"hmac md5", func() hash.Hash { return hmac.New(md5.New, []byte("key")) }},
	{"hmac sha256", func() hash.Hash { return hmac.New(sha256.New, make([]byte, 100)) }},
	{"hmac sha512", func() hash.Hash { return hmac.New(sha512.New, []byte("another key")) }},
}

func main() {
	data := make([]byte, 50_000)
	x := uint32(7)
	for i := range data {
		x = x*1664525 + 1013904223
		data[i] = byte(x >> 24)
	}
	for _, a := range all {
		h := a.make()
		fmt.Printf("%s %d %d\n", a.name, h.Size(), h.BlockSize())
		fmt.Printf("  %x\n", h.Sum(nil))
		h.Write([]byte("The quick brown fox jumps over the lazy dog"))
		fmt.Printf("  %x\n", h.Sum(nil))
		h.Reset()
		total := fnv.New64a()
		for n := 0; n < 200; n++ {
			h.Reset()
			h.Write(data[n/2 : n/2+n/3])
			h.Write(data[n : n+n])
			total.Write(h.Sum(nil))
		}
		h.Reset()
		for i := 0; i < len(data); i += 977 {
			end := i + 977
			if end > len(data) {
				end = len(data)
			}
			h.Write(data[i:end])
			if m, ok := h.(encoding.BinaryMarshaler); ok && i == 977*20 {
				state, err := m.MarshalBinary()
				fresh := a.make()
				if err == nil && fresh.(encoding.BinaryUnmarshaler).UnmarshalBinary(state) == nil {
					h = fresh
				}
			}
		}
		fmt.Printf("  %016x %x\n", total.Sum64(), h.Sum(nil))
	}
	fmt.Println(binary.BigEndian.Uint32(crc32.NewIEEE().Sum(nil)), hmac.Equal([]byte{1}, []byte{1}), hmac.Equal([]byte{1}, []byte{2}))
	seed := maphash.MakeSeed()
	var a, b maphash.Hash
	a.SetSeed(seed)
	b.SetSeed(seed)
	a.WriteString("same")
	b.Write([]byte("same"))
	fmt.Println(a.Sum64() == b.Sum64(), maphash.String(seed, "x") == maphash.Bytes(seed, []byte("x")))
}
