package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// member of a group in a process of its own, so that it can crash.
type member struct {
	process    *exec.Cmd
	stdin      io.WriteCloser
	lock       sync.Mutex
	partitions []int32
	values     map[string]bool
}

func join(s *session, group, topic string) *member {
	m := &member{process: exec.Command(os.Args[0], s.bootstrap, s.prefix, "member:"+group+":"+topic), values: map[string]bool{}}
	m.stdin = must(m.process.StdinPipe())
	out := must(m.process.StdoutPipe())
	check(m.process.Start())
	go m.listen(out)
	return m
}

func (m *member) listen(out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		m.lock.Lock()
		if list, ok := strings.CutPrefix(lines.Text(), "assigned "); ok {
			m.partitions = nil
			check(json.Unmarshal([]byte(list), &m.partitions))
		}
		if value, ok := strings.CutPrefix(lines.Text(), "value "); ok {
			m.values[value] = true
		}
		m.lock.Unlock()
	}
}

func (m *member) owned() []int32 {
	m.lock.Lock()
	defer m.lock.Unlock()
	return slices.Clone(m.partitions)
}

// read adds the records that the member read to all, and tells whether there were any.
func (m *member) read(all map[string]bool) bool {
	m.lock.Lock()
	defer m.lock.Unlock()
	maps.Copy(all, m.values)
	return len(m.values) > 0
}

func (m *member) leave() {
	m.stdin.Close()
	_ = m.process.Wait()
}

func (m *member) crash() {
	_ = m.process.Process.Kill()
	_ = m.process.Wait()
}

// runMember runs until its standard input ends: tells what it owns and which records it read.
func runMember(s *session, group, topic string) {
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	c := must(s.Consumer(Reading{Group: group, Session: 5 * time.Second, Heartbeat: 200 * time.Millisecond}))
	check(c.Subscribe(topic))
	told := ""
	for {
		select {
		case <-stop:
			c.Close()
			return
		default:
		}
		got, _ := c.Poll(50 * time.Millisecond)
		for _, r := range got {
			fmt.Printf("value %d:%d\n", r.Partition, r.Offset)
		}
		owned := c.Assignment()
		slices.Sort(owned)
		if list, _ := json.Marshal(owned); string(list) != told {
			told = string(list)
			fmt.Println("assigned", told)
		}
	}
}

func settle(r *Report, what string, members ...*member) {
	var sizes []int
	await(what, func() bool {
		union := map[int32]bool{}
		sum := 0
		sizes = nil
		for _, m := range members {
			owned := m.owned()
			sizes = append(sizes, len(owned))
			sum += len(owned)
			for _, p := range owned {
				union[p] = true
			}
		}
		slices.Sort(sizes)
		return sum == 4 && len(union) == 4 && sizes[0] == 4/len(members)
	})
	r.see(what, sizes)
}

func group(s *session, r *Report) {
	topic, name := s.topic("group", 4, nil), s.name("group")
	a := join(s, name, topic)
	defer a.crash()
	settle(r, "one", a)
	b := join(s, name, topic)
	defer b.crash()
	settle(r, "a second joins", a, b)
	var records []Out
	for i := range 40 {
		records = append(records, Out{Partition: int32(i % 4), Value: fmt.Appendf(nil, "v%d", i)})
	}
	must(s.Produce(topic, records, Sending{}))
	// A member that was taken for gone on a busy machine comes back and reads again what it has read.
	all := map[string]bool{}
	await("all values", func() bool {
		x, y := a.read(all), b.read(all)
		return x && y && len(all) == 40
	})
	r.see("values shared", len(all))
	b.leave()
	settle(r, "it leaves", a)
	c := join(s, name, topic)
	defer c.crash()
	settle(r, "a third joins", a, c)
	c.crash()
	settle(r, "it crashes", a)
	shown, err := s.DescribeGroup(name)
	r.try("described", shown, err)
	a.leave()
	shown, err = s.DescribeGroup(name)
	r.try("described at last", shown, err)
}
