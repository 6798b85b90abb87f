package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
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
	values     int
}

func join(s *session, group, topic string) *member {
	m := &member{process: exec.Command(os.Args[0], s.bootstrap, s.prefix, "member:"+group+":"+topic)}
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
		fmt.Sscanf(lines.Text(), "values %d", &m.values)
		m.lock.Unlock()
	}
}

func (m *member) state() ([]int32, int) {
	m.lock.Lock()
	defer m.lock.Unlock()
	return slices.Clone(m.partitions), m.values
}

func (m *member) leave() {
	m.stdin.Close()
	_ = m.process.Wait()
}

func (m *member) crash() {
	_ = m.process.Process.Kill()
	_ = m.process.Wait()
}

// runMember runs until its standard input ends: tells what it owns and how many records it read.
func runMember(s *session, group, topic string) {
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	c := must(s.Consumer(Reading{Group: group, Session: 1500 * time.Millisecond, Heartbeat: 200 * time.Millisecond}))
	check(c.Subscribe(topic))
	told, values := "", 0
	for {
		select {
		case <-stop:
			c.Close()
			return
		default:
		}
		if got, _ := c.Poll(50 * time.Millisecond); len(got) > 0 {
			values += len(got)
			fmt.Println("values", values)
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
			owned, _ := m.state()
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
	await("all values", func() bool {
		_, x := a.state()
		_, y := b.state()
		return x+y >= 40
	})
	_, x := a.state()
	_, y := b.state()
	r.see("values shared", []int{min(x, y), max(x, y)})
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
