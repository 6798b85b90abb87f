package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
)

const deadline = 60 * time.Second

// Report keeps what one scenario saw, in the order in which it was seen.
type Report struct {
	names  []string
	values map[string]any
}

func (r *Report) see(name string, value any) {
	if _, twice := r.values[name]; twice {
		panic("observed twice: " + name)
	}
	r.names = append(r.names, name)
	r.values[name] = value
}

// try sees a value, or the error in its place.
func (r *Report) try(name string, value any, err error) {
	if err != nil {
		value = err.Error()
	}
	r.see(name, value)
}

// do sees that something was done, or the error.
func (r *Report) do(name string, err error) { r.try(name, "done", err) }

func (r *Report) print(scenario string, failure any, took time.Duration) {
	var out bytes.Buffer
	for i, name := range r.names {
		key, _ := json.Marshal(name)
		value, err := json.Marshal(r.values[name])
		if err != nil {
			value, _ = json.Marshal(err.Error())
		}
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%s:%s", key, value)
	}
	cause, _ := json.Marshal(failure)
	fmt.Printf("@{\"scenario\":%q,\"observations\":{%s},\"error\":%s,\"ms\":%d}\n", scenario, out.String(), cause, took.Milliseconds())
}

// check ends the scenario as broken.
func check(err error) {
	if err != nil {
		panic(err.Error())
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func await(what string, holds func() bool) {
	end := time.Now().Add(deadline)
	for !holds() {
		if time.Now().After(end) {
			panic("in time: " + what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func payload(seed int64, length int) []byte {
	value := bytes.Repeat([]byte("k"), length)
	rand.New(rand.NewSource(seed)).Read(value[length/2:])
	return value
}

func text(value []byte) string {
	switch {
	case value == nil:
		return "null"
	case len(value) > 64:
		return fmt.Sprintf("%d bytes #%d", len(value), crc32.ChecksumIEEE(value))
	default:
		return string(value)
	}
}

func show(records []Record) map[string][]string {
	sort.Slice(records, func(i, j int) bool {
		a, b := records[i], records[j]
		return a.Partition < b.Partition || a.Partition == b.Partition && a.Offset < b.Offset
	})
	shown := map[string][]string{}
	for _, r := range records {
		p := fmt.Sprintf("p%d", r.Partition)
		shown[p] = append(shown[p], fmt.Sprintf("%d %s=%s", r.Offset, text(r.Key), text(r.Value)))
	}
	return shown
}

func poll(c Consumer, count int) []Record {
	var got []Record
	end := time.Now().Add(deadline)
	for len(got) < count {
		if time.Now().After(end) {
			panic(fmt.Sprintf("records in time: %d of %d", len(got), count))
		}
		got = append(got, must(c.Poll(200*time.Millisecond))...)
	}
	return got
}

// session is one broker and the names of one run.
type session struct {
	Adapter
	prefix    string
	bootstrap string
}

func (s *session) name(suffix string) string { return s.prefix + "-" + suffix }

func (s *session) topic(suffix string, partitions int32, configs map[string]string) string {
	name := s.name(suffix)
	check(s.Create(Topic{Name: name, Partitions: partitions, Replicas: 1, Configs: configs}))
	await("leaders of "+name, func() bool { return s.led(name) })
	return name
}

func (s *session) led(name string) bool {
	shape, err := s.Describe(name)
	return err == nil && len(shape) > 0 && !slices.ContainsFunc(shape, func(p [4]int32) bool { return p[1] < 0 })
}

func (s *session) read(topic string, partitions int32, count int, how Reading) []Record {
	c := must(s.Consumer(how))
	defer c.Close()
	var places []Place
	for p := range partitions {
		places = append(places, Place{topic, p, 0})
	}
	check(c.Assign(places))
	return poll(c, count)
}

func values(format string, count int) []Out {
	var out []Out
	for i := range count {
		out = append(out, Out{Value: fmt.Appendf(nil, format, i), Partition: 0})
	}
	return out
}

func one(value string) []Out { return []Out{{Value: []byte(value), Partition: 0}} }

// Main runs the scenarios named on the command line.
func Main(open func(bootstrap string) (Adapter, error)) {
	bootstrap, prefix, names := os.Args[1], os.Args[2], os.Args[3]
	if rest, ok := strings.CutPrefix(names, "member:"); ok {
		group, topic, _ := strings.Cut(rest, ":")
		runMember(&session{must(open(bootstrap)), prefix, bootstrap}, group, topic)
		return
	}
	for _, name := range strings.Split(names, ",") {
		report := &Report{values: map[string]any{}}
		start := time.Now()
		failure := run(open, bootstrap, prefix, name, report)
		report.print(name, failure, time.Since(start))
	}
}

func run(open func(string) (Adapter, error), bootstrap, prefix, name string, r *Report) (failure any) {
	defer func() {
		if failure = recover(); failure != nil {
			failure = fmt.Sprint(failure)
		}
	}()
	s := &session{must(open(bootstrap)), prefix, bootstrap}
	defer s.Close()
	scenario, known := scenarios[name]
	if !known {
		panic("no such scenario")
	}
	scenario(s, r)
	return nil
}
