// math/big, math/bits and math/rand with a seed.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/rand"
)

func main() {
	integers()
	fractions()
	single()
	random()
}

func integers() {
	f := big.NewInt(1)
	for i := int64(2); i <= 200; i++ {
		f.Mul(f, big.NewInt(i))
	}
	fmt.Println(f)
	a, _ := new(big.Int).SetString("123456789abcdef0123456789abcdef0123456789abcdef", 16)
	b, _ := new(big.Int).SetString("-98765432109876543210987654321", 10)
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	d, m := new(big.Int).DivMod(a, b, new(big.Int))
	fmt.Println(q, r, d, m, a.Cmp(b), b.Sign(), a.BitLen())
	x, y := new(big.Int), new(big.Int)
	g := new(big.Int).GCD(x, y, a, new(big.Int).Neg(b))
	fmt.Println(g, x, y)
	fmt.Println(new(big.Int).Exp(a, big.NewInt(65537), new(big.Int).Lsh(big.NewInt(1), 127)))
	p, _ := new(big.Int).SetString("57896044618658097711785492504343953926634992332820282019728792003956564819949", 10)
	fmt.Println(new(big.Int).ModInverse(a, p), new(big.Int).ModSqrt(new(big.Int).Mod(new(big.Int).Mul(a, a), p), p), p.ProbablyPrime(5))
	fmt.Println(new(big.Int).And(a, b), new(big.Int).Or(a, b), new(big.Int).Xor(a, b), new(big.Int).Not(a), new(big.Int).Rsh(b, 7), new(big.Int).Sqrt(a))
	fib, next := big.NewInt(0), big.NewInt(1)
	for i := 0; i < 5000; i++ {
		fib.Add(fib, next)
		fib, next = next, fib
	}
	text := fib.String()
	fmt.Println(len(text), text[:20], text[len(text)-20:], fib.Text(36)[:20])
	back, ok := new(big.Int).SetString(text, 10)
	fmt.Println(ok, back.Cmp(fib), fmt.Sprintf("%x", a), fmt.Sprintf("%+d %#o", b, big.NewInt(8)))
	product := new(big.Int).Mul(fib, next) // long enough for Karatsuba's way
	square := new(big.Int).Mul(fib, fib)
	fmt.Println(product.BitLen(), square.BitLen(), new(big.Int).Mod(product, big.NewInt(1000007)), new(big.Int).Mod(square, big.NewInt(1000007)), new(big.Int).Div(product, fib).Cmp(next))
}

func fractions() {
	sum := new(big.Rat)
	for i := int64(1); i <= 40; i++ {
		sum.Add(sum, big.NewRat(1, i))
	}
	x, exact := sum.Float64()
	fmt.Println(sum, sum.FloatString(30), x, exact)
	two := new(big.Float).SetPrec(500).SetInt64(2)
	root := new(big.Float).SetPrec(500).Sqrt(two)
	fmt.Println(root.Text('f', 140))
	f, _, err := big.ParseFloat("1.5e1000", 10, 100, big.ToNearestEven)
	fmt.Println(f, err, f.MinPrec(), new(big.Float).Quo(f, root).Text('g', 40))
}

func single() {
	h := uint64(0)
	mix := func(n uint64) { h = bits.RotateLeft64(h*31+n, 7) }
	x, y := uint64(0x0123456789abcdef), uint64(0xfedcba9876543210)
	for i := 0; i < 200; i++ {
		x, y = y^x<<13^x>>7, x+bits.Reverse64(y)
		hi, lo := bits.Mul64(x, y)
		s, c := bits.Add64(x, y, uint64(i&1))
		e, b := bits.Sub64(x, y, uint64(i&1))
		q, r := bits.Div64(hi%(y|1), lo, y|1)
		for _, n := range []uint64{hi, lo, s, c, e, b, q, r, bits.ReverseBytes64(x)} {
			mix(n)
		}
		for _, n := range []int{bits.LeadingZeros64(x >> (i % 64)), bits.TrailingZeros64(y << (i % 64)), bits.OnesCount64(x), bits.Len32(uint32(x) >> (i % 32)), bits.Len16(uint16(y)), bits.Len8(uint8(x)),
			bits.TrailingZeros8(uint8(y)), bits.OnesCount16(uint16(x)), int(bits.Reverse8(uint8(x))), int(bits.RotateLeft16(uint16(x), i)), int(bits.RotateLeft8(uint8(y), -i)), int(bits.RotateLeft32(uint32(x), i))} {
			mix(uint64(n))
		}
	}
	fmt.Printf("%016x %d %d %d\n", h, bits.Len64(0), bits.TrailingZeros64(0), bits.LeadingZeros8(0))
	i8, i16, i32, i64 := int8(math.MinInt8), int16(math.MinInt16), int32(math.MinInt32), int64(math.MinInt64)
	minus := int8(-1)
	fmt.Println(i8/minus, i8%minus, i16/int16(minus), i32/int32(minus), i64/int64(minus), i64%int64(minus), -i64, i64-1)
	for n := uint(0); n < 70; n += 23 {
		fmt.Print(1<<n, int32(-5)>>n, uint8(200)>>n, int64(-1)<<n, " ")
	}
	fmt.Println()
	for _, d := range []int{1, -1, 2, 3, 7, 10, -16, 641, 1 << 40} {
		fmt.Print(-1000003/d, -1000003%d, i64/int64(d|1), " ")
	}
	fmt.Println()
}

func random() {
	r := rand.New(rand.NewSource(42))
	fmt.Println(r.Int63(), r.Uint32(), r.Intn(100), r.Float64(), r.NormFloat64(), r.ExpFloat64(), r.Perm(10), r.Float32())
	list := []int{1, 2, 3, 4, 5, 6, 7, 8}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	z := rand.NewZipf(r, 1.1, 2, 1000)
	sum := uint64(0)
	for i := 0; i < 1000; i++ {
		sum += z.Uint64()
	}
	fmt.Println(list, sum)
	big := new(big.Int).Rand(r, new(big.Int).Lsh(big.NewInt(1), 200))
	fmt.Println(big)
	inside := 0
	for i := 0; i < 100000; i++ {
		x, y := r.Float64(), r.Float64()
		if x*x+y*y < 1 {
			inside++
		}
	}
	fmt.Println(inside)
}
