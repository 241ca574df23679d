// go/scanner, parser, printer, format and types on source that the program writes itself: a compiler's front end at work.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/format"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"go/types"
	"hash/fnv"
	"sort"
	"strings"
)

// source makes a package of n functions that call each other.
func source(n int) string {
	var b strings.Builder
	b.WriteString("// Package big is generated.\npackage big\n\ntype T struct { a, b int; next *T }\n")
	for i := 0; i < n; i++ {
		fmt.Fprintf(&b, "\n// F%d does step %d.\nfunc F%d(t *T, xs ...int) (r int, ok bool) {\n", i, i, i)
		fmt.Fprintf(&b, "\tfor i, x := range xs { if x > %d && t.a != i { r += x*%d<<2 } else { switch x { case %d: return F%d(t.next, xs[1:]...)\n default: r-- } } }\n", i, i+1, i, (i+1)%n)
		fmt.Fprintf(&b, "\tf := func(m map[string][]int) int { return len(m[\"k%d\"]) + 0x%x }\n\tdefer f(nil); go F%d(t)\n\treturn r + f(map[string][]int{\"a\": {1, 2}}), true\n}\n", i, i*i, (i+7)%n)
	}
	return b.String()
}

func main() {
	text := source(30)
	files := token.NewFileSet()

	var s scanner.Scanner
	s.Init(files.AddFile("scan.go", -1, len(text)), []byte(text), nil, scanner.ScanComments)
	kinds := map[token.Token]int{}
	for {
		_, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		kinds[tok]++
	}
	names := []string{}
	for k, n := range kinds {
		names = append(names, fmt.Sprint(k, "=", n))
	}
	sort.Strings(names)
	fmt.Println(len(text), names)

	file, err := parser.ParseFile(files, "big.go", text, parser.ParseComments)
	if err != nil {
		panic(err)
	}
	nodes := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if n != nil {
			nodes[fmt.Sprintf("%T", n)]++
		}
		return true
	})
	fmt.Println(len(file.Decls), len(file.Comments), nodes)

	var out bytes.Buffer
	if err := printer.Fprint(&out, files, file); err != nil {
		panic(err)
	}
	pretty, err := format.Source([]byte(text))
	again, err2 := format.Source(pretty)
	h := fnv.New64a()
	h.Write(pretty)
	fmt.Println(err, err2, bytes.Equal(pretty, again), len(pretty), h.Sum64(), out.Len() > len(text))

	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{}).Check("big", files, []*ast.File{file}, info)
	fmt.Println(pkg, err, len(info.Types), len(info.Defs), len(info.Uses), pkg.Scope().Lookup("F3").Type())

	for _, bad := range []string{"package p; func f() { x := }", "package p\nvar x int = \"s\"\nfunc f() { y = 1 }", "packag"} {
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, "bad.go", bad, 0)
		if err != nil {
			fmt.Println("syntax:", err)
			continue
		}
		(&types.Config{Error: func(err error) {
			fmt.Println("types:", strings.Fields(err.Error())[0])
		}}).Check("p", files, []*ast.File{f}, nil)
	}
	for _, e := range []string{"1<<100>>98", "2.5*4 == 10", `"a"+"b"`, "len([5]int{})", "7/2", "1i*1i", "'a'+1"} {
		tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, e)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Print(e, " is ", tv.Type, " ", tv.Value, "; ")
	}
	fmt.Println(constant.BinaryOp(constant.MakeInt64(1<<40), token.MUL, constant.MakeInt64(1<<40)))
}
