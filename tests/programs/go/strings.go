// strings, bytes, unicode and strconv.
package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func main() {
	search()
	change()
	letters()
	numbers()
	quotes()
	large()
}

func search() {
	s := "the quick brown fox jumps over the lazy dog"
	fmt.Println(strings.Index(s, "fox"), strings.LastIndex(s, "the"), strings.IndexByte(s, 'z'), strings.IndexAny(s, "xyz"), strings.IndexRune(s, 'q'), strings.Index(s, ""))
	fmt.Println(strings.Contains(s, "lazy dog"), strings.ContainsAny(s, "XYZ"), strings.Count(s, "o"), strings.Count(s, ""), strings.HasPrefix(s, "the "), strings.HasSuffix(s, "dog"))
	fmt.Println(strings.Fields(s), strings.Split("a,b,,c", ","), len(strings.Split("", ",")), strings.SplitN("a,b,c", ",", 2), strings.SplitAfter("a,b", ","))
	fmt.Println(strings.Cut("key=value=x", "="))
	fmt.Println(strings.FieldsFunc("a1b22c", unicode.IsDigit), strings.IndexFunc("abC", unicode.IsUpper))
	fmt.Println(strings.Compare("a", "b"), strings.EqualFold("Straße", "STRASSE"), strings.EqualFold("ΑΒΓ", "αβγ"), "a" < "ab", "b" > "ab", "é" > "z")
}

func change() {
	fmt.Println(strings.ToUpper("héllo ß ǆ"), strings.ToLower("ÀÉÎ Σ"), strings.ToTitle("ǆ"), strings.Repeat("ab", 5), strings.Replace("aaaa", "a", "b", 2), strings.ReplaceAll("aaa", "", "-"))
	fmt.Printf("%q %q %q %q\n", strings.TrimSpace("\t x \n"), strings.Trim("--x--", "-"), strings.TrimLeft("abcx", "abc"), strings.TrimSuffix("x.go", ".go"))
	r := strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "long", "l")
	fmt.Println(r.Replace("<a> & long"), strings.Map(func(r rune) rune {
		if r == 'a' {
			return -1
		}
		return r + 1
	}, "banana"))
	var b strings.Builder
	for i := 0; i < 10; i++ {
		fmt.Fprintf(&b, "%d-", i)
	}
	fmt.Println(b.Len(), b.String(), strings.Join([]string{"x", "y", "z"}, ", "))
	var buf bytes.Buffer
	buf.WriteString("buffer of bytes")
	buf.Truncate(9)
	word, err := buf.ReadString(' ')
	fmt.Printf("%q %v %q %d\n", word, err, buf.Bytes(), buf.Len())
	fmt.Println(bytes.Equal([]byte("a"), []byte("a")), bytes.Compare([]byte{1}, []byte{2}), bytes.Title([]byte("two words")), bytes.TrimRight([]byte("x  "), " "))
	fmt.Printf("%s %s %x\n", bytes.ToUpper([]byte("up")), bytes.Join([][]byte{{'a'}, {'b'}}, []byte("+")), bytes.Repeat([]byte{1, 2}, 3))
	os.Stdout.WriteString(strings.ToValidUTF8("bad \xff byte", "?") + "\n")
}

func letters() {
	s := "aé世\U0001f600\xff"
	for i, r := range s {
		fmt.Print(i, " ", r, " ", utf8.RuneLen(r), "; ")
	}
	fmt.Println(utf8.RuneCountInString(s), utf8.ValidString(s), []rune(s), []byte("é"))
	fmt.Println(utf16.Encode([]rune("a😀")), string(utf16.Decode([]uint16{0xd83d, 0xde00})))
	kinds := map[string]func(rune) bool{"letter": unicode.IsLetter, "digit": unicode.IsDigit, "space": unicode.IsSpace, "upper": unicode.IsUpper, "punct": unicode.IsPunct, "control": unicode.IsControl, "number": unicode.IsNumber}
	for _, name := range []string{"letter", "digit", "space", "upper", "punct", "control", "number"} {
		n := 0
		for r := rune(0); r < 0x3000; r++ {
			if kinds[name](r) && unicode.Is(unicode.Latin, r) || r < 128 && kinds[name](r) {
				n++
			}
		}
		fmt.Print(name, " ", n, "; ")
	}
	fmt.Println(unicode.In('世', unicode.Han), unicode.SimpleFold('K'), string(unicode.ToUpper('ÿ')))
}

func numbers() {
	for _, s := range []string{"0", "-42", "9223372036854775807", "9223372036854775808", "1e3", "", "0x1f", "1_000", "0b11", "0o17", "zz"} {
		n, err := strconv.ParseInt(s, 0, 64)
		fmt.Println(n, err)
	}
	n, err := strconv.Atoi("12345678901234567890")
	fmt.Println(n, err)
	u, err := strconv.ParseUint("zz", 36, 64)
	fmt.Println(u, err, strconv.FormatInt(-255, 16), strconv.FormatUint(math.MaxUint64, 2), strconv.Itoa(-7))
	for _, s := range []string{"1.5", "-0", "1e400", "1e-400", "inf", "NaN", "0x1.8p3", "123456789012345678", "2.2250738585072012e-308", "4.9e-324", "0.1", "1.7976931348623157e308", "100000000000000016777215", ".5.", "179769313486231580793e289"} {
		x, err := strconv.ParseFloat(s, 64)
		y, _ := strconv.ParseFloat(s, 32)
		fmt.Println(x, float32(y), err)
	}
	for _, x := range []float64{0.1, 1.0 / 3, 1e21, 1e20, 123456789, 5e-324, math.Pi, 1e23, 8.41e21} {
		fmt.Println(strconv.FormatFloat(x, 'g', -1, 64), strconv.FormatFloat(x, 'f', 3, 64), strconv.FormatFloat(x, 'e', 17, 64), strconv.FormatFloat(x, 'g', -1, 32), strconv.FormatFloat(x, 'b', -1, 64))
	}
	state := uint64(1)
	wrong := 0
	for i := 0; i < 5000; i++ {
		state = state*6364136223846793005 + 1442695040888963407
		x := math.Float64frombits(state)
		y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', -1, 64), 64)
		f := math.Float32frombits(uint32(state >> 32))
		z, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 32)
		if x == x && x != y || f == f && f != float32(z) {
			wrong++
		}
	}
	fmt.Println(wrong)
	ok, err := strconv.ParseBool("maybe")
	fmt.Println(ok, err)
	c, err := strconv.ParseComplex("1+2i", 128)
	fmt.Println(c, err)
}

func quotes() {
	fmt.Println(strconv.Quote("tab\t\"q\" \x01 é \u2028 \xff"), strconv.QuoteToASCII("é世"), strconv.QuoteRune('☺'), strconv.CanBackquote("a`b"))
	s, err := strconv.Unquote(`"a\tb\u00e9\x41"`)
	fmt.Println(s, err)
	_, err = strconv.Unquote(`"open`)
	fmt.Println(err, string(strconv.AppendInt([]byte("n="), 5, 10)))
}

// large searches through a megabyte, with needles of every length, and compares at every alignment.
func large() {
	hay := []byte(strings.Repeat("abcdefghijklmnopqrstuvwxyz", 4000))
	found := 0
	for n := 1; n < 80; n++ {
		needle := append([]byte{}, hay[len(hay)-n:]...)
		needle[0] = '!'
		hay[70000] = '!'
		copy(hay[70001:], needle[1:])
		found += bytes.Index(hay, needle)
		found += strings.Index(string(hay), string(needle))
		found += bytes.IndexByte(hay[n:], '!') + bytes.LastIndexByte(hay, '!') + bytes.Count(hay, needle)
	}
	equal := 0
	for i := 0; i < 64; i++ {
		for j := 0; j < 64; j++ {
			if bytes.Equal(hay[i:i+j], hay[i+26:i+26+j]) {
				equal++
			}
			equal += bytes.Compare(hay[i:i+j], hay[j:j+i])
			copy(hay[1000+i:1000+i+j], hay[1000+j:])
		}
	}
	fmt.Println(found, equal, len(hay))
}
