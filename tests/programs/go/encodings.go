// encoding/json, xml, gob, binary, csv, hex, base32, base64, ascii85 and pem, there and back.
package main

import (
	"bytes"
	"encoding"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
)

type color int

func (c color) MarshalText() ([]byte, error) { return []byte(fmt.Sprintf("#%06x", int(c))), nil }
func (c *color) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "#%x", (*int)(c))
	return err
}

var _ encoding.TextMarshaler = color(0)

type item struct {
	ID    int               `json:"id" xml:"id,attr"`
	Name  string            `json:"name,omitempty" xml:"name"`
	Price float64           `json:"price" xml:"price"`
	Tags  []string          `json:"tags" xml:"tags>tag"`
	Paint color             `json:"paint" xml:"paint"`
	Extra map[string]string `json:"extra,omitempty" xml:"-"`
	Next  *item             `json:"next,omitempty" xml:"next"`
	When  time.Time         `json:"when" xml:"when"`
	notes string
}

func sample() item {
	when := time.Date(2021, 3, 4, 5, 6, 7, 8000, time.UTC)
	return item{1, "first <&>", 9.99, []string{"a", "é", "\u2028"}, 0xff8800, map[string]string{"z": "last", "a": "\"first\""}, &item{ID: 2, Price: 1e21, When: when}, when, "unseen"}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	jsons()
	xmls()
	gobs()
	binaries()
	texts()
}

func jsons() {
	b, err := json.Marshal(sample())
	check(err)
	fmt.Println(string(b))
	var back item
	check(json.Unmarshal(b, &back))
	again, _ := json.Marshal(back)
	fmt.Println(bytes.Equal(b, again))
	b, _ = json.MarshalIndent(map[string]interface{}{"b": []int{1, 2}, "a": nil, "c": map[string]bool{}}, ">", "  ")
	fmt.Println(string(b))
	var any interface{}
	check(json.Unmarshal([]byte(`{"x":[1,2.5,-3e2,"s\u00e9\n",true,null,{"y":{}}],"big":12345678901234567890}`), &any))
	fmt.Println(any)
	for _, bad := range []string{`{"id":"text"}`, `{"id":1`, `[1,2]`, `{"id":1e400}`, `{id:1}`, `nul`} {
		fmt.Println(json.Unmarshal([]byte(bad), &back))
	}
	d := json.NewDecoder(strings.NewReader(`{"a":1} {"a":2} [3]`))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Print(tok, " ")
	}
	large := make([]map[string]interface{}, 300)
	for i := range large {
		large[i] = map[string]interface{}{"n": i, "square": float64(i) * float64(i) / 7, "text": strings.Repeat("x", i%20), "list": []int{i, i + 1}}
	}
	b, err = json.Marshal(large)
	check(err)
	var got []map[string]interface{}
	check(json.Unmarshal(b, &got))
	fmt.Println(len(b), len(got), got[299]["square"])
	_, err = json.Marshal(math.NaN())
	fmt.Println(err)
}

func xmls() {
	b, err := xml.MarshalIndent(sample(), "", " ")
	check(err)
	fmt.Println(string(b))
	var back item
	check(xml.Unmarshal(b, &back))
	back.Extra = sample().Extra
	again, _ := xml.MarshalIndent(back, "", " ")
	fmt.Println(bytes.Equal(b, again), back.Name, back.Next.Price)
	fmt.Println(xml.Unmarshal([]byte("<a><b></a>"), &back))
}

func gobs() {
	gob.Register(inside{})
	var buf bytes.Buffer
	enc := gob.NewEncoder(&buf)
	in := shipment{7, []float64{1, 2.5, -0.001}, map[string][]byte{"k": {1, 2}}, inside{"x"}, [3]bool{true, false, true}, 1 - 2i}
	for i := 0; i < 20; i++ {
		check(enc.Encode(in))
	}
	dec := gob.NewDecoder(&buf)
	same := 0
	for i := 0; i < 20; i++ {
		var out shipment
		check(dec.Decode(&out))
		if reflect.DeepEqual(in, out) {
			same++
		}
	}
	fmt.Println(same, buf.Len())
}

type inside struct{ S string }
type shipment struct {
	N    int
	List []float64
	M    map[string][]byte
	Any  interface{}
	Arr  [3]bool
	C    complex128
}

func binaries() {
	var buf bytes.Buffer
	head := struct {
		Magic [4]byte
		Size  uint16
		Off   int64
		Ratio float32
	}{[4]byte{'r', 't', '0', 0}, 513, -2, 0.5}
	check(binary.Write(&buf, binary.LittleEndian, head))
	check(binary.Write(&buf, binary.BigEndian, head))
	fmt.Printf("%x %d\n", buf.Bytes(), binary.Size(head))
	back := head
	check(binary.Read(&buf, binary.LittleEndian, &back))
	fmt.Println(back == head, binary.Read(bytes.NewReader([]byte{1}), binary.BigEndian, &back))
	v := []byte{}
	for _, n := range []int64{0, 1, -1, 300, -70000, math.MaxInt64, math.MinInt64} {
		var b [binary.MaxVarintLen64]byte
		v = append(v, b[:binary.PutVarint(b[:], n)]...)
	}
	fmt.Printf("%x %x\n", v, binary.BigEndian.AppendUint32(nil, 0x01020304))
	for r := bytes.NewReader(v); r.Len() > 0; {
		n, err := binary.ReadVarint(r)
		fmt.Print(n, " ", err, " ")
	}
	fmt.Println(binary.LittleEndian.Uint64([]byte{1, 2, 3, 4, 5, 6, 7, 8}))
}

func texts() {
	data := make([]byte, 100)
	for i := range data {
		data[i] = byte(i * 7)
	}
	fmt.Println(base64.StdEncoding.EncodeToString(data))
	fmt.Println(base64.RawURLEncoding.EncodeToString(data[:37]), base32.StdEncoding.EncodeToString(data[:12]), hex.EncodeToString(data[:9]))
	for n := 0; n < 100; n++ {
		b, err := base64.StdEncoding.DecodeString(base64.StdEncoding.EncodeToString(data[:n]))
		c, err2 := base32.HexEncoding.DecodeString(base32.HexEncoding.EncodeToString(data[:n]))
		if err != nil || err2 != nil || !bytes.Equal(b, data[:n]) || !bytes.Equal(c, data[:n]) {
			fmt.Println("wrong at", n)
		}
	}
	_, err := base64.StdEncoding.DecodeString("ab!d")
	_, err2 := hex.DecodeString("abc")
	fmt.Println(err, err2)
	fmt.Print(hex.Dump(data[:20]))
	a := make([]byte, ascii85.MaxEncodedLen(20))
	fmt.Println(string(a[:ascii85.Encode(a, data[:20])]))
	block := pem.EncodeToMemory(&pem.Block{Type: "TEST", Headers: map[string]string{"Key": "value"}, Bytes: data[:50]})
	p, rest := pem.Decode(append(block, "rest"...))
	fmt.Println(string(block), p.Type, p.Headers, len(p.Bytes), string(rest))
	r := csv.NewReader(strings.NewReader("a,b,c\n\"q \"\"x\"\"\",,\"two\nlines\"\n# note\n1,2\n"))
	r.Comment = '#'
	for {
		rec, err := r.Read()
		fmt.Printf("%q %v\n", rec, err)
		if err != nil {
			break
		}
	}
	var w strings.Builder
	cw := csv.NewWriter(&w)
	cw.Write([]string{"plain", "with,comma", "quote\"", ""})
	cw.Flush()
	fmt.Print(w.String())
}
