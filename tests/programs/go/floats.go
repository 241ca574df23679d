// Every function of math over chosen and generated arguments, bit for bit; and complex functions.
package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/cmplx"
)

var special = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2, 2.5, 3, -3, 10, math.Pi, math.E, math.Ln2, math.Sqrt2, 1e-5, 1e5, 1e-300, 1e300,
	math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 2.2250738585072014e-308, 2.225073858507201e-308, 1 << 52, 1<<53 + 2, -(1 << 62),
	math.Inf(1), math.Inf(-1), math.NaN(), 709.78, -745.2, 1023.9, -1075, 20.000001, 4503599627370497.5,
}

// rest makes arguments of all sizes from a small generator, so that they do not depend on math/rand.
func rest() []float64 {
	list := []float64{}
	x := uint64(88172645463325252)
	for i := 0; i < 80; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		list = append(list, math.Ldexp(float64(int64(x))/(1<<63), int(x>>3%41)-20))
	}
	return list
}

var one = []struct {
	name string
	f    func(float64) float64
}{
	{"Abs", math.Abs}, {"Acos", math.Acos}, {"Acosh", math.Acosh}, {"Asin", math.Asin}, {"Asinh", math.Asinh}, {"Atan", math.Atan},
	{"Atanh", math.Atanh}, {"Cbrt", math.Cbrt}, {"Ceil", math.Ceil}, {"Cos", math.Cos}, {"Cosh", math.Cosh}, {"Erf", math.Erf},
	{"Erfc", math.Erfc}, {"Erfcinv", math.Erfcinv}, {"Erfinv", math.Erfinv}, {"Exp2", math.Exp2},
	{"Expm1", math.Expm1}, {"Floor", math.Floor}, {"Gamma", math.Gamma}, {"J0", math.J0}, {"J1", math.J1}, {"Log", math.Log},
	{"Log10", math.Log10}, {"Log1p", math.Log1p}, {"Log2", math.Log2}, {"Logb", math.Logb}, {"Round", math.Round},
	{"RoundToEven", math.RoundToEven}, {"Sin", math.Sin}, {"Sinh", math.Sinh}, {"Sqrt", math.Sqrt}, {"Tan", math.Tan},
	{"Tanh", math.Tanh}, {"Trunc", math.Trunc}, {"Y0", math.Y0}, {"Y1", math.Y1}, {"Exp", math.Exp},
	{"J3", func(x float64) float64 { return math.Jn(3, x) }},
	{"Y2", func(x float64) float64 { return math.Yn(2, x) }},
	{"Frexp", func(x float64) float64 { f, e := math.Frexp(x); return f + float64(e) }},
	{"Modf", func(x float64) float64 { i, f := math.Modf(x); return i - 3*f }},
	{"Lgamma", func(x float64) float64 { g, s := math.Lgamma(x); return g * float64(s) }},
	{"Sincos", func(x float64) float64 { s, c := math.Sincos(x); return s - c }},
	{"Ilogb", func(x float64) float64 { return float64(math.Ilogb(x)) }},
	{"Float32", func(x float64) float64 { return float64(float32(x)) }},
	{"Sqrt32", func(x float64) float64 { return float64(float32(math.Sqrt(float64(float32(x))))) }},
}

var two = []struct {
	name string
	f    func(x, y float64) float64
}{
	{"Atan2", math.Atan2}, {"Copysign", math.Copysign}, {"Dim", math.Dim}, {"Hypot", math.Hypot}, {"Max", math.Max}, {"Min", math.Min},
	{"Mod", math.Mod}, {"Nextafter", math.Nextafter}, {"Remainder", math.Remainder}, {"Pow", math.Pow},
	{"FMA", func(x, y float64) float64 { return math.FMA(x, y, 0.1) }},
	{"Ldexp", func(x, y float64) float64 { return math.Ldexp(x, int(math.Max(-2000, math.Min(2000, y)))) }},
	{"Add", func(x, y float64) float64 { return x + y }},
	{"Mul", func(x, y float64) float64 { return x * y }},
	{"Div", func(x, y float64) float64 { return x / y }},
	{"Nextafter32", func(x, y float64) float64 { return float64(math.Nextafter32(float32(x), float32(y))) }},
}

// bits is the representation; all NaNs count as one, because their payloads are nobody's promise.
func bits(x float64) uint64 {
	if x != x {
		return 0x7ff8000000000000
	}
	return math.Float64bits(x)
}

func sum(f func(func(float64))) uint64 {
	h := fnv.New64a()
	f(func(x float64) {
		var b [8]byte
		for i, n := 0, bits(x); i < 8; i, n = i+1, n>>8 {
			b[i] = byte(n)
		}
		h.Write(b[:])
	})
	return h.Sum64()
}

func main() {
	args := append(append([]float64{}, special...), rest()...)
	for _, t := range one {
		total := sum(func(note func(float64)) {
			for _, x := range args {
				note(t.f(x))
			}
		})
		fmt.Printf("%-12s %016x %016x %016x\n", t.name, bits(t.f(0.7)), bits(t.f(2.25)), total)
	}
	for _, t := range two {
		total := sum(func(note func(float64)) {
			for i, x := range args {
				for j := 0; j < len(args); j += 1 + i%5 {
					note(t.f(x, args[j]))
				}
			}
		})
		fmt.Printf("%-12s %016x %016x %016x\n", t.name, bits(t.f(0.7, 3)), bits(t.f(-2.5, 0.3)), total)
	}
	complexes(args)
	conversions(args)
	format()
}

func complexes(args []float64) {
	for _, t := range []struct {
		name string
		f    func(complex128) complex128
	}{
		{"Sqrt", cmplx.Sqrt}, {"Log", cmplx.Log}, {"Sin", cmplx.Sin}, {"Tan", cmplx.Tan}, {"Asin", cmplx.Asin}, {"Atanh", cmplx.Atanh},
		{"Exp", cmplx.Exp}, {"Square", func(z complex128) complex128 { return z * z }}, {"Inverse", func(z complex128) complex128 { return 1 / z }},
	} {
		total := sum(func(note func(float64)) {
			for i := 0; i+7 < len(args); i++ {
				z := t.f(complex(args[i], args[i+7]))
				note(real(z))
				note(imag(z))
			}
		})
		fmt.Printf("complex %-8s %016x %.6g\n", t.name, total, t.f(3-4i))
	}
	fmt.Println(cmplx.Abs(3+4i), cmplx.Phase(-1), cmplx.IsInf(cmplx.Inf()), cmplx.Pow(2i, 2))
}

func conversions(args []float64) {
	total := sum(func(note func(float64)) {
		for _, x := range args {
			if math.Abs(x) < 1<<31 {
				note(float64(int64(x)))
				note(float64(int32(x)))
			}
			n := math.Float64bits(x)
			note(float64(n))
			note(float64(int64(n)))
			note(float64(float32(n)))
			note(float64(float32(int64(n))))
			note(float64(uint32(n)))
			if x >= 0 && x < 1<<63 {
				note(float64(uint64(x)))
			}
		}
	})
	fmt.Printf("conversions %016x\n", total)
}

func format() {
	for _, x := range special {
		fmt.Printf("%v %g %e %.3f %b %x %08.2f|%+.1e\n", x, float32(x), x, math.Mod(x, 1000), x, x, math.Mod(x, 1e4), x)
	}
}
