// Prints what Go's debug/dwarf says of every STEP-th address of the code: a line an address, "ADDRESS|name|file:line|name|file:line...", innermost first.
package main

import (
	"bufio"
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
)

type row struct {
	addr uint64
	file string
	line int
	end  bool
}

type fn struct {
	low, high uint64
	die       *node
}

type node struct {
	entry    *dwarf.Entry
	ranges   [][2]uint64
	children []*node
	files    []*dwarf.LineFile
}

func main() {
	f, err := elf.Open(os.Args[1])
	check(err)
	d, err := f.DWARF()
	check(err)
	step, _ := strconv.ParseUint(os.Args[2], 10, 64)
	names := map[dwarf.Offset]string{}
	origins := map[dwarf.Offset]dwarf.Offset{}
	var rows []row
	var fns []fn
	r := d.Reader()
	var stack []*node
	var files []*dwarf.LineFile
	for {
		e, err := r.Next()
		check(err)
		if e == nil {
			break
		}
		if e.Tag == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		n := &node{entry: e}
		switch e.Tag {
		case dwarf.TagCompileUnit:
			files = nil
			lr, err := d.LineReader(e)
			check(err)
			if lr != nil {
				var le dwarf.LineEntry
				for {
					err := lr.Next(&le)
					if err == io.EOF {
						break
					}
					check(err)
					name := "??"
					if le.File != nil {
						name = le.File.Name
					}
					rows = append(rows, row{le.Address, name, le.Line, le.EndSequence})
				}
				files = lr.Files()
			}
		case dwarf.TagSubprogram, dwarf.TagInlinedSubroutine, dwarf.TagLexDwarfBlock:
			if name, ok := e.Val(dwarf.AttrName).(string); ok {
				names[e.Offset] = name
			}
			if o, ok := e.Val(dwarf.AttrAbstractOrigin).(dwarf.Offset); ok {
				origins[e.Offset] = o
			}
			n.ranges, err = d.Ranges(e)
			check(err)
			n.files = files
		}
		if len(stack) > 0 {
			p := stack[len(stack)-1]
			p.children = append(p.children, n)
		}
		if e.Tag == dwarf.TagSubprogram {
			for _, r := range n.ranges {
				fns = append(fns, fn{r[0], r[1], n})
			}
		}
		if e.Children {
			stack = append(stack, n)
		}
	}
	sort.SliceStable(rows, func(i, j int) bool {
		if rows[i].addr != rows[j].addr {
			return rows[i].addr < rows[j].addr
		}
		return rows[i].end && !rows[j].end
	})
	sort.SliceStable(fns, func(i, j int) bool { return fns[i].low < fns[j].low })
	nameOf := func(o dwarf.Offset) string {
		for i := 0; i < 9; i++ {
			if n, ok := names[o]; ok {
				return n
			}
			o = origins[o]
		}
		return "??"
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	text := f.Section(".text")
	for a := text.Addr; a < text.Addr+text.Size; a += step {
		place := "??:0"
		if i := sort.Search(len(rows), func(i int) bool { return rows[i].addr > a }) - 1; i >= 0 && !rows[i].end {
			place = fmt.Sprintf("%s:%d", rows[i].file, rows[i].line)
		}
		fmt.Fprintf(out, "%x", a)
		i := sort.Search(len(fns), func(i int) bool { return fns[i].low > a }) - 1
		if i < 0 || a >= fns[i].high {
			fmt.Fprintf(out, "|??|%s\n", place)
			continue
		}
		chain := []*node{fns[i].die}
		for n := fns[i].die; n != nil; {
			var next *node
			for _, c := range n.children {
				for _, r := range c.ranges {
					if a >= r[0] && a < r[1] && next == nil {
						next = c
					}
				}
			}
			if n = next; n != nil && n.entry.Tag == dwarf.TagInlinedSubroutine {
				chain = append(chain, n)
			}
		}
		for i := len(chain) - 1; i >= 0; i-- {
			n := chain[i]
			fmt.Fprintf(out, "|%s|%s", nameOf(n.entry.Offset), place)
			file, _ := n.entry.Val(dwarf.AttrCallFile).(int64)
			line, _ := n.entry.Val(dwarf.AttrCallLine).(int64)
			place = "??"
			if int(file) < len(n.files) && n.files[file] != nil {
				place = n.files[file].Name
			}
			place = fmt.Sprintf("%s:%d", place, line)
		}
		fmt.Fprintln(out)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
