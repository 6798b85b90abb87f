package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

var scenarios = map[string]func(*session, *Report){
	"create": create, "autocreate": autocreate, "defaults": defaults, "compress": compress, "snappy": snappy, "keys": keys,
	"headers": headers, "tombstones": tombstones, "large": large, "acks": acks, "idempotence": idempotence, "group": group,
	"commit": commit, "seektime": seektime, "longpoll": longpoll, "admin": admin, "node0": node0, "retention": retention,
	"badconfig": badconfig, "errors": failures, "flush": flush, "transactions": transactions,
}

func create(s *session, r *Report) {
	name := s.name("create")
	made := Topic{Name: name, Partitions: 3, Replicas: 1, Configs: map[string]string{"retention.ms": "123456"}}
	r.do("made", s.Create(made))
	await("topic", func() bool { return s.led(name) })
	r.see("shape", must(s.Describe(name)))
	r.do("again", s.Create(made))
	r.do("only validated", s.Create(Topic{Name: s.name("create-v"), Partitions: 1, Replicas: 1, Validate: true}))
	r.see("validated only is absent", !slices.Contains(must(s.Topics()), s.name("create-v")))
	r.do("manual", s.Create(Topic{Name: s.name("create-m"), Partitions: -1, Replicas: -1, Assignment: [][]int32{{0}, {0}}}))
	r.do("unknown broker", s.Create(Topic{Name: s.name("create-b"), Partitions: -1, Replicas: -1, Assignment: [][]int32{{7}}}))
	r.do("no partitions", s.Create(Topic{Name: s.name("create-0"), Partitions: 0, Replicas: 1}))
	r.do("two replicas", s.Create(Topic{Name: s.name("create-2"), Partitions: 1, Replicas: 2}))
	for _, bad := range []string{".", "..", "with space", "slash/", strings.Repeat("x", 250)} {
		r.do("name "+bad[:min(len(bad), 12)], s.Create(Topic{Name: bad, Partitions: 1, Replicas: 1}))
	}
	r.do("deleted", s.Delete(name))
	await("deletion", func() bool { return !slices.Contains(must(s.Topics()), name) })
	r.do("deleted again", s.Delete(name))
	r.do("made anew", s.Create(Topic{Name: name, Partitions: 1, Replicas: 1}))
}

func autocreate(s *session, r *Report) {
	topic := s.name("autocreate")
	offsets, err := s.Produce(topic, []Out{{Key: []byte("k"), Value: []byte("v"), Partition: -1}}, Sending{})
	r.try("offset", offsets, err)
	r.see("shape", must(s.Describe(topic)))
}

func defaults(s *session, r *Report) {
	for _, d := range []Topic{{Name: "both", Partitions: -1, Replicas: -1}, {Name: "partitions", Partitions: -1, Replicas: 1},
		{Name: "replicas", Partitions: 3, Replicas: -1}} {
		what := d.Name
		d.Name = s.name("defaults-" + what)
		r.do("made by default: "+what, s.Create(d))
		await("leaders", func() bool { return s.led(d.Name) })
		r.see(what, must(s.Describe(d.Name)))
	}
}

func compress(s *session, r *Report) {
	for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		topic := s.topic("compress-"+codec, 1, nil)
		var records []Out
		for i := range 30 {
			records = append(records, Out{Key: fmt.Appendf(nil, "k%d", i), Value: payload(int64(i), 3000)})
		}
		r.see(codec+" offsets", must(s.Produce(topic, records, Sending{Codec: codec})))
		r.see(codec, show(s.read(topic, 1, 30, Reading{})))
	}
	for _, codec := range []string{"uncompressed", "gzip", "snappy", "lz4", "zstd"} {
		topic := s.topic("recompress-"+codec, 1, map[string]string{"compression.type": codec})
		var records []Out
		for i := range 5 {
			records = append(records, Out{Value: payload(int64(i), 2000)})
		}
		must(s.Produce(topic, records, Sending{Codec: "snappy"}))
		r.see("stored as "+codec, show(s.read(topic, 1, 5, Reading{})))
	}
}

func snappy(s *session, r *Report) {
	for _, framing := range []string{"raw", "xerial"} {
		r.see(framing, show(s.read("fixture-"+framing, 1, 10, Reading{})))
	}
	topic := s.topic("snappy", 1, nil)
	must(s.Produce(topic, values("snappy snappy %d", 10), Sending{Codec: "snappy"}))
	r.see("own", show(s.read(topic, 1, 10, Reading{})))
}

func keys(s *session, r *Report) {
	topic := s.topic("keys", 5, nil)
	for i := range 25 {
		must(s.Produce(topic, []Out{{Key: fmt.Appendf(nil, "key-%d", i), Value: fmt.Appendf(nil, "v%d", i), Partition: -1}}, Sending{}))
	}
	must(s.Produce(topic, []Out{{Key: []byte{}, Value: []byte{}, Partition: 4}}, Sending{}))
	must(s.Produce(topic, []Out{{Value: []byte("no key"), Partition: 3}}, Sending{}))
	r.see("placed", show(s.read(topic, 5, 27, Reading{})))
}

func headers(s *session, r *Report) {
	topic := s.topic("headers", 1, map[string]string{"retention.ms": "-1"})
	sent := []Header{{"a", []byte("1")}, {"a", []byte("2")}, {"empty", []byte{}}, {"null", nil}, {"long", payload(1, 5000)}}
	must(s.Produce(topic, []Out{{Value: []byte("v"), Headers: sent, Timestamp: 1234567890123}}, Sending{}))
	got := s.read(topic, 1, 1, Reading{})[0]
	var seen []string
	for _, h := range got.Headers {
		seen = append(seen, h.Key+"="+text(h.Value))
	}
	r.see("headers", seen)
	r.see("timestamp", got.Timestamp)
}

func tombstones(s *session, r *Report) {
	topic := s.topic("tombstones", 1, map[string]string{"cleanup.policy": "compact"})
	must(s.Produce(topic, []Out{{Key: []byte("k"), Value: []byte("v")}}, Sending{}))
	must(s.Produce(topic, []Out{{Key: []byte("k")}}, Sending{}))
	offsets, err := s.Produce(topic, one("v"), Sending{})
	r.try("no key where compacted", offsets, err)
	r.see("read", show(s.read(topic, 1, 2, Reading{})))
}

func large(s *session, r *Report) {
	topic := s.topic("large", 1, map[string]string{"max.message.bytes": "6000000"})
	for _, size := range []int{5_000_000, 900_000, 1} {
		offsets, err := s.Produce(topic, []Out{{Value: payload(int64(size), size)}}, Sending{MaxBytes: 8_000_000})
		r.try(fmt.Sprintf("%d bytes", size), offsets, err)
	}
	offsets, err := s.Produce(topic, []Out{{Value: payload(3, 7_000_000)}}, Sending{MaxBytes: 8_000_000})
	r.try("too large", offsets, err)
	r.see("read with small limits", show(s.read(topic, 1, 3, Reading{Small: true})))
}

func acks(s *session, r *Report) {
	topic := s.topic("acks", 1, nil)
	for i, level := range []string{"0", "1", "all"} {
		offsets, err := s.Produce(topic, values(level+"-%d", 3), Sending{Acks: level})
		r.try("acks "+level, offsets, err)
		// What is not acknowledged may arrive later.
		await("records", func() bool { return must(s.Bounds(topic, 0))[1] == int64(3*(i+1)) })
	}
	r.see("read", show(s.read(topic, 1, 9, Reading{})))
}

func idempotence(s *session, r *Report) {
	topic := s.topic("idempotence", 2, nil)
	var records []Out
	for i := range 200 {
		records = append(records, Out{Partition: int32(i % 2), Value: fmt.Appendf(nil, "value-%d", i)})
	}
	offsets := must(s.Produce(topic, records, Sending{Idempotent: true}))
	slices.Sort(offsets)
	r.see("offsets", offsets)
	r.see("read", show(s.read(topic, 2, 200, Reading{})))
}

func commit(s *session, r *Report) {
	topic, group := s.topic("commit", 1, nil), s.name("commit")
	must(s.Produce(topic, values("v%d", 20), Sending{}))
	kept, err := s.Committed(group, topic, 0)
	r.try("nothing kept", kept, err)
	for i, end := range []int64{7, 14} {
		c := must(s.Consumer(Reading{Group: group}))
		check(c.Subscribe(topic))
		r.see(fmt.Sprintf("part %d", i), show(poll(c, 1))["p0"][0])
		c.Close()
		r.do(fmt.Sprintf("commit %d", end), s.Commit(group, topic, 0, end, "a note"))
		kept, err := s.Committed(group, topic, 0)
		r.try(fmt.Sprintf("kept %d", end), kept, err)
	}
	r.do("note too long", s.Commit(group, topic, 0, 3, strings.Repeat("x", 5000)))
	r.do("absent partition", s.Commit(group, s.name("absent"), 3, 3, ""))
}

func seektime(s *session, r *Report) {
	topic := s.topic("seektime", 1, nil)
	base := time.Now().UnixMilli() - 1_000_000
	records := values("v%d", 50)
	for i := range records {
		records[i].Timestamp = base + int64(i)*1000
	}
	must(s.Produce(topic, records, Sending{}))
	for _, at := range []int64{-5000, 0, 1, 20_000, 20_500, 49_000, 49_001} {
		offset, err := s.OffsetAt(topic, 0, base+at)
		r.try(fmt.Sprintf("at %d", at), offset, err)
	}
	r.see("ends", must(s.Bounds(topic, 0)))
	c := must(s.Consumer(Reading{}))
	defer c.Close()
	check(c.Assign([]Place{{topic, 0, must(s.OffsetAt(topic, 0, base+30_000))}}))
	r.see("from 30 s", show(poll(c, 20)))
}

func longpoll(s *session, r *Report) {
	topic := s.topic("longpoll", 1, nil)
	c := must(s.Consumer(Reading{MaxWait: 10 * time.Second}))
	check(c.Assign([]Place{{topic, 0, 0}}))
	r.see("empty at first", len(must(c.Poll(700*time.Millisecond))))
	start := time.Now()
	sent := make(chan error, 1)
	go func() {
		_, err := s.Produce(topic, one("wake"), Sending{})
		sent <- err
	}()
	r.see("woken", show(poll(c, 1)))
	r.see("soon", time.Since(start) < 9*time.Second)
	check(<-sent)
	go c.Close()
	c = must(s.Consumer(Reading{MaxWait: 800 * time.Millisecond, MinBytes: 100_000}))
	start = time.Now()
	check(c.Assign([]Place{{topic, 0, 0}}))
	r.see("held for more", show(poll(c, 1)))
	took := time.Since(start)
	r.see("until the wait ends", took >= 600*time.Millisecond && took < 20*time.Second)
	c.Close()
}

func admin(s *session, r *Report) {
	topic := s.topic("admin", 2, map[string]string{"retention.ms": "7200000"})
	configs := must(s.Configs(topic))
	for _, name := range sorted(configs) {
		r.see("config "+name, configs[name])
	}
	r.do("alter", s.AlterConfig(topic, "max.message.bytes", "2000000"))
	// What is altered is seen a little later.
	await("config", func() bool { return strings.HasPrefix(must(s.Configs(topic))["max.message.bytes"], "2000000") })
	r.see("altered", must(s.Configs(topic))["max.message.bytes"])
	r.do("alter an unknown key", s.AlterConfig(topic, "no.such.key", "1"))
	r.do("alter to a wrong value", s.AlterConfig(topic, "retention.ms", "abc"))
	for i, count := range []int32{4, 4, 3} {
		r.do(fmt.Sprintf("to %d partitions, turn %d", count, i), s.Partitions(topic, count))
		await("partitions", func() bool { return len(must(s.Describe(topic))) == 4 })
	}
	must(s.Produce(topic, values("v%d", 4), Sending{}))
	for _, before := range []int64{2, 1, -1, 99} {
		low, err := s.DeleteRecords(topic, 0, before)
		r.try(fmt.Sprintf("delete before %d", before), low, err)
	}
	r.see("bounds", must(s.Bounds(topic, 0)))
	group := s.name("admin")
	r.do("commit", s.Commit(group, topic, 0, 4, ""))
	shown, err := s.DescribeGroup(group)
	r.try("group", shown, err)
	r.see("groups", slices.DeleteFunc(must(s.Groups()), func(g string) bool { return !strings.HasPrefix(g, group) }))
	shown, err = s.DeleteGroup(group)
	r.try("delete the group", shown, err)
	shown, err = s.DescribeGroup(s.name("absent"))
	r.try("absent group", shown, err)
	absent, err := s.Configs(s.name("absent"))
	r.try("absent topic", absent, err)
}

func sorted(configs map[string]string) []string {
	var names []string
	for name := range configs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func node0(s *session, r *Report) {
	r.see("cluster", must(s.Cluster()))
	topic := s.topic("node0", 1, nil)
	r.see("shape", must(s.Describe(topic)))
	r.see("offset", must(s.Produce(topic, one("v"), Sending{})))
	r.see("read", show(s.read(topic, 1, 1, Reading{})))
}

func retention(s *session, r *Report) {
	topic := s.topic("retention", 1, map[string]string{"retention.ms": "60000"})
	old := values("old%d", 5)
	for i := range old {
		old[i].Timestamp = time.Now().UnixMilli() - 3_600_000
	}
	must(s.Produce(topic, old, Sending{}))
	await("old records deleted", func() bool { return must(s.Bounds(topic, 0))[0] == 5 })
	must(s.Produce(topic, one("new"), Sending{}))
	r.see("bounds", must(s.Bounds(topic, 0)))
	c := must(s.Consumer(Reading{}))
	defer c.Close()
	check(c.Assign([]Place{{topic, 0, 5}}))
	r.see("read", show(poll(c, 1)))
}

var wrong = [][2]string{{"retention.ms", "abc"}, {"retention.ms", "-2"}, {"retention.ms", ""}, {"cleanup.policy", "foo"},
	{"cleanup.policy", "delete,foo"}, {"compression.type", "xyz"}, {"compression.gzip.level", "0"}, {"compression.gzip.level", "10"},
	{"min.insync.replicas", "0"}, {"segment.bytes", "1"}, {"segment.bytes", "2147483648"}, {"segment.ms", "0"},
	{"max.message.bytes", "-1"}, {"flush.messages", "0"}, {"message.timestamp.type", "x"}, {"min.cleanable.dirty.ratio", "2"},
	{"unclean.leader.election.enable", "maybe"}, {"preallocate", "7"}, {"max.compaction.lag.ms", "0"},
	{"remote.storage.enable", "true"}, {"no.such.key", "1"}}

func badconfig(s *session, r *Report) {
	for _, c := range wrong {
		topic := Topic{Name: s.name("bad"), Partitions: 1, Replicas: 1, Configs: map[string]string{c[0]: c[1]}, Validate: true}
		r.do(c[0]+"="+c[1], s.Create(topic))
	}
}

func failures(s *session, r *Report) {
	topic := s.topic("errors", 1, map[string]string{"max.message.bytes": "1000"})
	offsets, err := s.Produce(topic, []Out{{Value: payload(1, 3000)}}, Sending{})
	r.try("message too large", offsets, err)
	r.see("the next one is taken", must(s.Produce(topic, one("v"), Sending{})))
	offsets, err = s.Produce("in valid", one("v"), Sending{})
	r.try("invalid topic", offsets, err)
	shape, err := s.Describe(s.name("absent"))
	r.try("unknown topic", shape, err)
	c := must(s.Consumer(Reading{NoReset: true}))
	err = c.Assign([]Place{{topic, 0, 77}})
	for end := time.Now().Add(5 * time.Second); err == nil && time.Now().Before(end); {
		_, err = c.Poll(200 * time.Millisecond)
	}
	r.do("offset out of range", err)
	c.Close()
	timed := s.topic("errors-time", 1, map[string]string{"message.timestamp.before.max.ms": "1000"})
	offsets, err = s.Produce(timed, []Out{{Value: []byte("v"), Timestamp: 1_000_000_000_000}}, Sending{})
	r.try("time too old", offsets, err)
	stamped := s.topic("errors-append", 1, map[string]string{"message.timestamp.type": "LogAppendTime"})
	must(s.Produce(stamped, []Out{{Value: []byte("v"), Timestamp: 5}}, Sending{}))
	r.see("append time is stored", s.read(stamped, 1, 1, Reading{})[0].Timestamp > 1_700_000_000_000)
}

func flush(s *session, r *Report) {
	topic := s.topic("flush", 1, map[string]string{"flush.messages": "1"})
	for i := range 3 {
		r.see(fmt.Sprintf("offset %d", i), must(s.Produce(topic, one(fmt.Sprintf("v%d", i)), Sending{})))
	}
	r.see("read", show(s.read(topic, 1, 3, Reading{})))
}
