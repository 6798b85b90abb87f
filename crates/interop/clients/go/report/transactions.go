package report

import (
	"strings"
	"time"
)

const (
	// long is how long a transaction may be open unless it is to be late.
	long = time.Minute
	// short leaves a busy machine time to send a record.
	short = 3 * time.Second
)

func transactions(s *session, r *Report) {
	ended(s, r)
	consumed(s, r)
	expelled(s, r)
	fenced(s, r)
	late(s, r)
	failed(s, r)
}

// opened gives a producer that has taken a transactional id.
func (s *session) opened(id string, timeout time.Duration) Transactional {
	return must(s.Transactional(s.name(id), timeout))
}

func send(t Transactional, topic string, partition int32, values ...string) []int64 {
	var offsets []int64
	for _, value := range values {
		offsets = append(offsets, must(t.Send(topic, partition, []byte(value))))
	}
	return offsets
}

// write sees the offset of a record, or why it was not taken.
func write(r *Report, name string, t Transactional, topic string, value []byte) {
	offset, err := t.Send(topic, 0, value)
	r.try(name, offset, err)
}

// readBoth sees the records of a topic as each kind of reader gets them.
func readBoth(s *session, r *Report, name, topic string, partitions int32, committed, all int) {
	r.see(name+", committed", show(s.read(topic, partitions, committed, Reading{Committed: true})))
	r.see(name+", all", show(s.read(topic, partitions, all, Reading{})))
}

// ended commits and aborts over partitions of two topics.
func ended(s *session, r *Report) {
	first, second := s.topic("ended", 2, nil), s.topic("ended-too", 1, nil)
	t := s.opened("ended", long)
	defer t.Close()
	check(t.Begin())
	r.see("offsets", [][]int64{send(t, first, 0, "a", "b"), send(t, first, 1, "c"), send(t, second, 0, "d")})
	r.see("open, ends", must(s.Ends(first, 0)))
	r.do("committed", t.Commit())
	check(t.Begin())
	r.see("more offsets", [][]int64{send(t, first, 0, "e"), send(t, first, 1, "f"), send(t, second, 0, "g")})
	r.do("aborted", t.Abort())
	check(t.Begin())
	r.do("committed without a record", t.Commit())
	check(t.Begin())
	r.do("aborted without a record", t.Abort())
	check(t.Begin())
	r.see("last offsets", [][]int64{send(t, first, 0, "h"), send(t, second, 0, "i")})
	r.do("committed again", t.Commit())
	r.do("committed without a transaction", t.Commit())
	readBoth(s, r, "ended", first, 2, 4, 6)
	readBoth(s, r, "another topic", second, 1, 2, 3)
	r.see("ends", must(s.Ends(first, 0)))
}

// consumed consumes, transforms and produces: offsets hold when the transaction commits.
func consumed(s *session, r *Report) {
	source, out, group := s.topic("source", 1, nil), s.topic("out", 1, nil), s.name("copiers")
	must(s.Produce(source, values("v%d", 3), Sending{}))
	c := must(s.Copier(s.name("copier"), group, source))
	r.see("taken", show(must(c.Take(2))))
	done, err := c.Write(out, true)
	r.try("copied", done, err)
	await("offsets committed", func() bool { return strings.HasPrefix(must(s.Committed(group, source, 0)), "2 ") })
	r.see("once committed", must(s.Committed(group, source, 0)))
	r.see("taken next", show(must(c.Take(1))))
	done, err = c.Write(out, false)
	r.try("thought better of", done, err)
	c.Close()
	// When this transaction can be read, those before it have ended.
	t := s.opened("copier", long)
	defer t.Close()
	check(t.Begin())
	send(t, out, 0, "the last")
	check(t.Commit())
	readBoth(s, r, "copies", out, 1, 3, 4)
	r.see("once aborted", must(s.Committed(group, source, 0)))
	next := must(s.Consumer(Reading{Group: group, Committed: true}))
	defer next.Close()
	check(next.Subscribe(source))
	r.see("resumed", show(poll(next, 1)))
}

// expelled sends offsets in the name of a member that is no longer in its group.
func expelled(s *session, r *Report) {
	source, out, group := s.topic("expelled", 1, nil), s.topic("expelled-out", 1, nil), s.name("expelled")
	must(s.Produce(source, values("v%d", 1), Sending{}))
	c := must(s.Copier(group, group, source))
	r.see("taken by a member", show(must(c.Take(1))))
	check(s.Expel(group, c.Member()))
	done, err := c.Write(out, true)
	r.try("committed for an expelled member", done, err)
	c.Close()
	kept, err := s.Committed(group, source, 0)
	r.try("kept of an expelled member", kept, err)
}

// fenced is what a producer meets when another has taken its transactional id.
func fenced(s *session, r *Report) {
	topic := s.topic("fenced", 1, nil)
	first := s.opened("fenced", long)
	defer first.Close()
	check(first.Begin())
	send(first, topic, 0, "a")
	second := s.opened("fenced", long)
	defer second.Close()
	r.do("the first commits", first.Commit())
	r.do("the first aborts", first.Abort())
	r.do("the first begins", first.Begin())
	check(second.Begin())
	send(second, topic, 0, "b")
	check(second.Commit())
	check(second.Begin())
	third := s.opened("fenced", long)
	defer third.Close()
	write(r, "the second writes", second, topic, []byte("c"))
	r.do("the second commits", second.Commit())
	r.do("the second aborts", second.Abort())
	check(third.Begin())
	send(third, topic, 0, "d")
	check(third.Commit())
	readBoth(s, r, "fenced", topic, 1, 2, 3)
}

// closed ends a topic with a transaction whose producer is well, and sees where.
func closed(s *session, r *Report, id, topic string) {
	t := s.opened(id, long)
	defer t.Close()
	check(t.Begin())
	send(t, topic, 0, "the last")
	check(t.Commit())
	await("the end", func() bool {
		ends := must(s.Ends(topic, 0))
		return ends[0] == ends[1]
	})
	r.see(id+", ends", must(s.Ends(topic, 0)))
}

// late is a transaction that is open for longer than its producer said.
func late(s *session, r *Report) {
	topic := s.topic("late", 1, nil)
	t := s.opened("late", short)
	defer t.Close()
	check(t.Begin())
	send(t, topic, 0, "a")
	// The last stable offset moves past the marker of the abort.
	await("the abort", func() bool { return must(s.Ends(topic, 0))[0] == 2 })
	write(r, "late, writes", t, topic, []byte("b"))
	r.do("late, commits", t.Commit())
	r.do("late, aborts", t.Abort())
	r.do("late, begins", t.Begin())
	write(r, "late, writes again", t, topic, []byte("c"))
	r.do("late, commits again", t.Commit())
	closed(s, r, "late", topic)
	patient, err := s.Transactional(s.name("patient"), 1000*time.Second)
	r.do("a timeout above the limit", err)
	if err == nil {
		patient.Close()
	}
}

// failed is what is left to a producer when the broker refused a record.
func failed(s *session, r *Report) {
	topic := s.topic("failed", 1, map[string]string{"max.message.bytes": "1000"})
	t := s.opened("failed", long)
	defer t.Close()
	check(t.Begin())
	send(t, topic, 0, "a")
	write(r, "a record too large", t, topic, payload(1, 3000))
	r.do("committed after an error", t.Commit())
	r.do("aborted after an error", t.Abort())
	r.do("begun after an error", t.Begin())
	write(r, "written after an error", t, topic, []byte("b"))
	r.do("committed after all the errors", t.Commit())
	closed(s, r, "failed", topic)
}
