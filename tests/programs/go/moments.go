// package time: formatting, parsing, arithmetic, zones with fixed offsets, durations.
package main

import (
	"encoding/json"
	"fmt"
	"time"
)

func main() {
	when := time.Date(2024, time.February, 29, 13, 4, 5, 67_890_123, time.UTC)
	for _, layout := range []string{time.ANSIC, time.RFC822Z, time.RFC1123, time.RFC3339, time.RFC3339Nano, time.Kitchen, time.StampMicro, "2006-002 Mon Jan _2 3:04PM .000 Z07:00 MST", "Monday 02/01/06 15h", "05.999999999"} {
		fmt.Println(when.Format(layout))
	}
	east := time.FixedZone("EAST", 5*3600+1800)
	fmt.Println(when.In(east), when.In(east).Equal(when), when.In(east).Day(), when.String())
	fmt.Println(when.AddDate(1, 0, 0), when.AddDate(0, 1, 1), when.AddDate(0, -14, 0), when.Add(-36*time.Hour).Weekday())
	fmt.Println(when.Truncate(time.Hour), when.Round(time.Minute), when.YearDay(), when.Unix(), when.UnixMilli(), when.UnixNano())
	fmt.Println(when.ISOWeek())
	fmt.Println(time.Date(2023, 14, 35, 25, 61, 61, 1e9, time.UTC), time.Unix(-1, 5).UTC(), time.UnixMilli(1e12).UTC(), time.Time{}.IsZero(), time.Time{})
	for _, t := range [][2]string{
		{time.RFC3339, "2021-12-31T23:59:60Z"}, {time.RFC3339, "2021-12-31T23:59:59.5+02:00"}, {"2006-01-02", "2023-02-30"}, {"Jan 2 2006 3pm", "Mar 4 1999 11pm"},
		{time.RFC1123Z, "Mon, 02 Jan 2006 15:04:05 -0700"}, {"2006-01-02", "x"}, {"15:04", "25:00"}, {"02-Jan-06 MST", "01-Aug-68 EST"},
	} {
		got, err := time.Parse(t[0], t[1])
		fmt.Println(got, err)
	}
	local, err := time.ParseInLocation("2006-01-02 15:04", "2020-06-07 08:09", east)
	fmt.Println(local, err, local.UTC())
	for _, s := range []string{"1h15m30.918s", "-1.5h", "1us2ns", "300ms", "", "1", "9223372036s", "1d"} {
		d, err := time.ParseDuration(s)
		fmt.Println(d, err)
	}
	d := 100*time.Hour + 90*time.Second + 5*time.Microsecond
	fmt.Println(d, d.Hours(), d.Minutes(), d.Truncate(time.Minute), d.Round(time.Hour), d.Microseconds(), time.Duration(1), time.Duration(0), -time.Millisecond, d.String())
	a, b := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	fmt.Println(b.Sub(a), a.Before(b), b.After(a), a.Sub(time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)), time.Until(a) < 0)
	j, err := json.Marshal(when)
	var back time.Time
	fmt.Println(string(j), err, back.UnmarshalJSON(j), back.Equal(when))
	text, _ := when.MarshalBinary()
	fmt.Println(len(text), back.UnmarshalBinary(text), back)
	fmt.Println(time.March, time.Saturday, time.Month(13), when.Month(), time.UTC)
	_, err = time.LoadLocation("No/Where")
	fmt.Println(err != nil)
	now := time.Now()
	fmt.Println(now.Year() >= 2020, time.Since(now) >= 0, now.Sub(now.Add(time.Second)), now.Round(0).Equal(now))
}
