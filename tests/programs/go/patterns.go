// regexp, text/template, html/template and text/tabwriter.
package main

import (
	"fmt"
	"html"
	htmltemplate "html/template"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"strings"
	"text/tabwriter"
	"text/template"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	expressions()
	templates()
	tables()
	names()
}

func expressions() {
	for _, t := range [][2]string{
		{`a+b*`, "xaabbb aab a"}, {`(\w+)@(\w+)\.com`, "me@home.com, you@work.com"}, {`^$`, ""}, {`(?i)HELLO`, "say hello"},
		{`(a|ab)(c|bcd)(d*)`, "abcd"}, {`(?m)^\d+$`, "1\nx\n22"}, {`\bfoo\b`, "food foo"}, {`[^aeiou\s]{2,3}?`, "strengths"},
		{`(?P<year>\d{4})-(?P<month>\d\d)`, "on 2024-05-06"}, {`\p{Greek}+`, "abc αβγ"}, {`(x*)*y`, "xxxxxxxxxxxxz"}, {`.{3}$`, "abcdé"}, {`(?s)a.b`, "a\nb"},
	} {
		re := regexp.MustCompile(t[0])
		fmt.Printf("%s: %q %v %q\n", re, re.FindAllString(t[1], -1), re.FindStringSubmatchIndex(t[1]), re.FindStringSubmatch(t[1]))
	}
	re := regexp.MustCompile(`(?P<first>\w+) (?P<second>\w+)`)
	fmt.Println(re.ReplaceAllString("one two three four", "${second}-$first"), re.SubexpNames(), re.NumSubexp(), re.SubexpIndex("second"))
	fmt.Println(re.ReplaceAllStringFunc("one two", strings.ToUpper), re.Split("a one two b", -1), regexp.QuoteMeta("a.b[c]"), re.MatchString("x"))
	fmt.Println(regexp.MustCompilePOSIX(`a+|a+b`).FindString("aab"), regexp.MustCompile(`a+|a+b`).FindString("aab"))
	for _, bad := range []string{`a(b`, `[z-a]`, `*`, `a{1001}`, `\8`, `(?<n`} {
		_, err := regexp.Compile(bad)
		fmt.Println(err != nil, strings.Contains(fmt.Sprint(err), "error parsing regexp"))
	}
	long := strings.Repeat("ab", 3000) + "c"
	fmt.Println(regexp.MustCompile(`(a|b|ab)*c`).MatchString(long), len(regexp.MustCompile(`(ab)+`).FindString(long)), regexp.MustCompile(`(a?){20}a{20}`).MatchString(strings.Repeat("a", 20)))
	p, err := syntax.Parse(`a(?:bc|xyz)*d?`, syntax.Perl)
	fmt.Println(p, p.Simplify(), err)
}

type person struct {
	Name string
	Age  int
	Pets []string
	Data map[string]int
}

func (p person) Older(n int) int { return p.Age + n }

func templates() {
	t := template.Must(template.New("main").Funcs(template.FuncMap{"upper": strings.ToUpper, "seq": func(n int) []int { return make([]int, n) }}).Parse(`
{{- define "pet"}}<{{.}}>{{end -}}
{{with .Name}}Name: {{. | upper | printf "%-8s"}}|{{end}}
{{range $i, $p := .Pets}}{{if $i}}, {{end}}{{$i}}:{{template "pet" $p}}{{else}}no pets{{end}}
{{range $k, $v := .Data}}{{$k}}={{$v}};{{end}} {{len .Pets}} {{index .Data "b"}} {{.Older 5}}
{{if and (gt .Age 30) (not (eq .Name "x"))}}over 30{{else if lt .Age 10}}young{{else}}other{{end}} {{"q\"" | js}} {{html "<a>"}} {{urlquery "a b"}} {{slice "abcdef" 1 3}} {{range seq 3}}.{{end}} {{/* nothing */ -}}
end
`))
	check(t.Execute(os.Stdout, person{"ann", 41, []string{"cat", "dog"}, map[string]int{"b": 2, "a": 1}}))
	check(t.Execute(os.Stdout, person{Name: "bob", Age: 5}))
	err := template.Must(template.New("bad").Parse("{{.Missing}}")).Execute(os.Stdout, person{})
	fmt.Println(err)
	_, err = template.New("open").Parse("{{if}}")
	fmt.Println(err)
	h := htmltemplate.Must(htmltemplate.New("page").Parse(`<a href="/s?q={{.Q}}" title='{{.T}}' onclick="f({{.J}})">{{.T}}</a>` + "\n"))
	check(h.Execute(os.Stdout, map[string]interface{}{"Q": "a b&c", "T": "<b>'\"", "J": map[string]int{"x": 1}}))
	fmt.Println(html.EscapeString("<a & 'b'>"), html.UnescapeString("&lt;&eacute;&#x41;&amp;&notanentity;"))
}

func tables() {
	w := tabwriter.NewWriter(os.Stdout, 5, 0, 2, '.', tabwriter.AlignRight|tabwriter.Debug)
	fmt.Fprintln(w, "a\tbb\tccc\t")
	fmt.Fprintln(w, "aaaa\té\tc\t")
	fmt.Fprintln(w, "x\t\tlast")
	w.Flush()
	w.Init(os.Stdout, 0, 8, 1, '\t', 0)
	fmt.Fprintln(w, "name\tsize\tdate")
	fmt.Fprintln(w, "a long name\t5\ttoday")
	w.Flush()
}

func names() {
	fmt.Println(path.Join("a", "../b", "/c"), path.Clean("/a/./b//../c/"), path.Base("/x/y.go"), path.Ext("y.tar.gz"), path.Dir("/a/b"), path.IsAbs("/a"))
	fmt.Println(path.Match("a*[0-9]?", "abc1x"))
	fmt.Println(path.Match("[", "a"))
	fmt.Println(filepath.Rel("/a/b", "/a/c/d"))
	fmt.Println(filepath.Split("/a/b/c.txt"))
	u, err := url.Parse("https://user:pa%20ss@example.com:8080/a%2Fb/c?q=1&q=2&x=%C3%A9#frag")
	check(err)
	fmt.Println(u.Host, u.Port(), u.Path, u.EscapedPath(), u.Query()["q"], u.Query().Get("x"), u.Fragment, u.User.Username(), u.ResolveReference(&url.URL{Path: "../d"}))
	v := url.Values{"b": {"2", "&"}, "a": {"1 1"}}
	_, err = url.Parse("http://[::1")
	fmt.Println(v.Encode(), err, url.PathEscape("a b/c"))
}
