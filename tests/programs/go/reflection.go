// reflect: kinds, fields and tags, methods called by name, values made and set, deep equality, functions made at run time.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"
)

type inner struct {
	A int8 `json:"a" key:"first"`
	B []string
}

type outer struct {
	inner
	Name  string
	Count *int
	Any   interface{}
	M     map[string]float64
	F     func(int, ...string) (bool, error)
	C     chan<- int
	Arr   [3]uint16
	z     complex64
}

func (o outer) Greet(s string) string   { return s + ", " + o.Name }
func (o *outer) Rename(s string, n int) { o.Name = strings.Repeat(s, n) }

type number interface{ ~int | ~float64 }
type box[T number] struct{ V T }

func (b box[T]) Twice() T { return b.V + b.V }

func main() {
	n := 5
	o := outer{inner{1, []string{"x"}}, "gopher", &n, 3.5, map[string]float64{"pi": 3.14}, nil, nil, [3]uint16{1, 2, 3}, 1i}
	t := reflect.TypeOf(o)
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		fmt.Println(f.Name, f.Type, f.Type.Kind(), f.Offset, f.Anonymous, f.IsExported(), f.Type.Size())
	}
	a, _ := t.FieldByName("A")
	fmt.Println(a.Index, a.Tag.Get("key"), a.Tag)
	p := reflect.TypeOf(&o)
	for i := 0; i < p.NumMethod(); i++ {
		fmt.Println(p.Method(i).Name, p.Method(i).Type)
	}
	v := reflect.ValueOf(&o)
	v.MethodByName("Rename").Call([]reflect.Value{reflect.ValueOf("ab"), reflect.ValueOf(3)})
	fmt.Println(v.MethodByName("Greet").Call([]reflect.Value{reflect.ValueOf("hello")})[0])
	e := v.Elem()
	e.FieldByName("Count").Elem().SetInt(77)
	e.Field(7).Index(1).SetUint(900)
	e.FieldByName("M").SetMapIndex(reflect.ValueOf("e"), reflect.ValueOf(2.72))
	fmt.Println(n, o.Arr, len(o.M), e.FieldByName("z").CanSet(), e.FieldByName("Name").CanSet(), reflect.ValueOf(o).Field(1).CanSet())

	s := reflect.MakeSlice(reflect.TypeOf([]int{}), 0, 4)
	for i := 0; i < 6; i++ {
		s = reflect.Append(s, reflect.ValueOf(i*i))
	}
	fmt.Println(s, s.Len(), s.Slice(1, 3), s.Index(5))
	m := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(""), reflect.TypeOf(0)))
	for i, k := range []string{"one", "two", "three"} {
		m.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(i+1))
	}
	keys := []string{}
	for it := m.MapRange(); it.Next(); {
		keys = append(keys, fmt.Sprint(it.Key(), it.Value()))
	}
	sort.Strings(keys)
	fmt.Println(keys)
	c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, reflect.TypeOf(1)), 2)
	c.Send(reflect.ValueOf(9))
	got, ok := c.TryRecv()
	_, empty := c.TryRecv()
	fmt.Println(got, ok, empty)
	chosen, x, open := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: c}, {Dir: reflect.SelectDefault}})
	fmt.Println(chosen, x.IsValid(), open)

	// A function of many arguments, some in registers and some on the stack, made and called by reflection.
	type mixed struct {
		I int
		F float32
		S string
	}
	var sum func(a int, b float64, m mixed, c uint8, d, e, f, g, h, i, j int, k ...string) (string, float64)
	made := reflect.MakeFunc(reflect.TypeOf(sum), func(in []reflect.Value) []reflect.Value {
		text := ""
		for _, v := range in {
			text += fmt.Sprint(v, ";")
		}
		return []reflect.Value{reflect.ValueOf(text), reflect.ValueOf(in[1].Float() * 2)}
	})
	reflect.ValueOf(&sum).Elem().Set(made)
	fmt.Println(sum(1, 2.5, mixed{3, 4.5, "six"}, 7, 8, 9, 10, 11, 12, 13, 14, "x", "y"))
	swap := reflect.Swapper([]int{1, 2})
	swap(0, 1)

	kinds := []interface{}{true, int8(1), uint32(2), uintptr(3), 'r', 1.5, 2i, "s", []byte{1}, [2]bool{}, map[int]int{}, &n, struct{}{}, errors.New("e"), fmt.Println, make(chan int), box[int]{4}}
	for _, k := range kinds {
		rt := reflect.TypeOf(k)
		fmt.Print(rt, ":", rt.Kind(), ":", rt.Size(), ":", rt.Comparable(), " ")
	}
	fmt.Println()
	fmt.Println(reflect.ValueOf(box[float64]{1.25}).MethodByName("Twice").Call(nil)[0], reflect.TypeOf(box[int]{}).Name())
	fmt.Println(reflect.DeepEqual(o, o), reflect.DeepEqual([]int{1}, []int{1}), reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {2}}), reflect.DeepEqual(nil, nil), reflect.DeepEqual([]int(nil), []int{}))
	st := reflect.StructOf([]reflect.StructField{{Name: "X", Type: reflect.TypeOf(0), Tag: `json:"x"`}, {Name: "Y", Type: reflect.TypeOf("")}})
	made2 := reflect.New(st).Elem()
	made2.Field(0).SetInt(11)
	made2.Field(1).SetString("why")
	fmt.Printf("%v %+v %v\n", st, made2.Interface(), reflect.Zero(st).Interface())
	fmt.Println(reflect.ValueOf(3.7).Convert(reflect.TypeOf(0)), reflect.TypeOf(0).ConvertibleTo(reflect.TypeOf("")), reflect.TypeOf((*error)(nil)).Elem().Kind(), reflect.TypeOf(errors.New("")).Implements(reflect.TypeOf((*error)(nil)).Elem()))
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		reflect.ValueOf(1).SetInt(2)
	}()
	fmt.Printf("%v %+v %T %q %x %#v\n", inner{2, nil}, inner{2, []string{"q"}}, o.M, []string{"a b"}, "hex", inner{3, []string{"z"}})
	fmt.Printf("%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%U|%8.3f|%-8.2f|%e|%g|%t|%v|%p\n", 42, 42, 42, 42, 255, 255, 8, 5, 'A', 'é', 3.14159, 2.5, 12345.678, 1e-7, true, nil, nil)
	fmt.Printf("%s %v %d %!|%z %[2]*[1]d %[1]d\n", []byte("bytes"), []byte("b"), []byte("b"), 3)
}
