// franz-go: kgo for records, kadm and kmsg for the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"kalda/interop/report"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const limit = 30 * time.Second

type adapter struct {
	bootstrap string
	client    *kgo.Client
	admin     *kadm.Client
}

func open(bootstrap string) (report.Adapter, error) {
	// Metadata is asked for anew each time, because topics come and go quickly here.
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		return nil, err
	}
	return &adapter{bootstrap, client, kadm.NewClient(client)}, nil
}

func within() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	context.AfterFunc(ctx, cancel)
	return ctx
}

func coded(code int16, message *string) error {
	if code == 0 {
		return nil
	}
	if message != nil {
		return fmt.Errorf("%w (%s)", kerr.ErrorForCode(code), *message)
	}
	return kerr.ErrorForCode(code)
}

func (a *adapter) Close() { a.client.Close() }

func (a *adapter) Create(topic report.Topic) error {
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = topic.Name, topic.Partitions, topic.Replicas
	for i, replicas := range topic.Assignment {
		t.ReplicaAssignment = append(t.ReplicaAssignment,
			kmsg.CreateTopicsRequestTopicReplicaAssignment{Partition: int32(i), Replicas: replicas})
	}
	for key, value := range topic.Configs {
		t.Configs = append(t.Configs, kmsg.CreateTopicsRequestTopicConfig{Name: key, Value: &value})
	}
	request := kmsg.NewPtrCreateTopicsRequest()
	request.Topics, request.ValidateOnly = append(request.Topics, t), topic.Validate
	answer, err := request.RequestWith(within(), a.client)
	if err != nil {
		return err
	}
	return coded(answer.Topics[0].ErrorCode, answer.Topics[0].ErrorMessage)
}

func (a *adapter) Delete(topic string) error {
	answer, err := a.admin.DeleteTopic(within(), topic)
	if err != nil {
		return err
	}
	return answer.Err
}

func (a *adapter) Describe(topic string) ([][4]int32, error) {
	found, err := a.admin.ListTopics(within(), topic)
	if err != nil {
		return nil, err
	}
	if err := found[topic].Err; err != nil {
		return nil, err
	}
	var shape [][4]int32
	for _, p := range found[topic].Partitions.Sorted() {
		shape = append(shape, [4]int32{p.Partition, p.Leader, int32(len(p.Replicas)), int32(len(p.ISR))})
	}
	return shape, nil
}

func (a *adapter) Topics() ([]string, error) {
	found, err := a.admin.ListTopics(within())
	return found.Names(), err
}

func codec(name string) kgo.CompressionCodec {
	switch name {
	case "gzip":
		return kgo.GzipCompression()
	case "snappy":
		return kgo.SnappyCompression()
	case "lz4":
		return kgo.Lz4Compression()
	case "zstd":
		return kgo.ZstdCompression()
	default:
		return kgo.NoCompression()
	}
}

func (a *adapter) Produce(topic string, records []report.Out, how report.Sending) ([]int64, error) {
	options := []kgo.Opt{kgo.SeedBrokers(a.bootstrap), kgo.ProducerBatchCompression(codec(how.Codec)),
		kgo.AllowAutoTopicCreation(), kgo.ProducerLinger(5 * time.Millisecond),
		kgo.UnknownTopicRetries(8), kgo.MetadataMinAge(10 * time.Millisecond),
		kgo.RecordPartitioner(kgo.BasicConsistentPartitioner(func(string) func(*kgo.Record, int) int {
			byKey := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
			return func(r *kgo.Record, n int) int {
				if r.Partition >= 0 {
					return int(r.Partition)
				}
				return byKey.Partition(r, n)
			}
		}))}
	if !how.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	switch how.Acks {
	case "0":
		options = append(options, kgo.RequiredAcks(kgo.NoAck()))
	case "1":
		options = append(options, kgo.RequiredAcks(kgo.LeaderAck()))
	}
	if how.MaxBytes > 0 {
		options = append(options, kgo.ProducerBatchMaxBytes(int32(how.MaxBytes)))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	var sent []*kgo.Record
	for _, r := range records {
		record := &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value, Partition: r.Partition}
		if r.Timestamp != 0 {
			record.Timestamp = time.UnixMilli(r.Timestamp)
		}
		for _, h := range r.Headers {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
		sent = append(sent, record)
	}
	var offsets []int64
	for _, result := range client.ProduceSync(within(), sent...) {
		if result.Err != nil {
			return nil, result.Err
		}
		offsets = append(offsets, result.Record.Offset)
	}
	slices.Sort(offsets)
	return offsets, nil
}

type consumer struct {
	options  []kgo.Opt
	client   *kgo.Client
	assigned map[int32]bool
	changes  chan func()
}

func (a *adapter) Consumer(how report.Reading) (report.Consumer, error) {
	c := &consumer{assigned: map[int32]bool{}, changes: make(chan func(), 100)}
	wait := how.MaxWait
	if wait == 0 {
		wait = 100 * time.Millisecond
	}
	c.options = []kgo.Opt{kgo.SeedBrokers(a.bootstrap), kgo.FetchMaxWait(wait),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MetadataMinAge(10 * time.Millisecond)}
	if how.NoReset {
		c.options = append(c.options, kgo.ConsumeResetOffset(kgo.NoResetOffset()))
	}
	if how.MinBytes > 0 {
		c.options = append(c.options, kgo.FetchMinBytes(int32(how.MinBytes)))
	}
	if how.Small {
		c.options = append(c.options, kgo.FetchMaxBytes(1000), kgo.FetchMaxPartitionBytes(1000))
	}
	if how.Committed {
		c.options = append(c.options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	if how.Group != "" {
		c.options = append(c.options, kgo.ConsumerGroup(how.Group), kgo.DisableAutoCommit(), kgo.Balancers(kgo.RangeBalancer()),
			kgo.OnPartitionsAssigned(c.changed(true)), kgo.OnPartitionsRevoked(c.changed(false)), kgo.OnPartitionsLost(c.changed(false)))
	}
	if how.Session > 0 {
		c.options = append(c.options, kgo.SessionTimeout(how.Session), kgo.HeartbeatInterval(how.Heartbeat))
	}
	return c, nil
}

func (c *consumer) changed(owned bool) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, changes map[string][]int32) {
		c.changes <- func() {
			for _, partitions := range changes {
				for _, p := range partitions {
					c.assigned[p] = owned
				}
			}
		}
	}
}

func (c *consumer) begin(option kgo.Opt) (err error) {
	c.client, err = kgo.NewClient(append(c.options, option)...)
	return err
}

func (c *consumer) Assign(places []report.Place) error {
	offsets := map[string]map[int32]kgo.Offset{}
	for _, p := range places {
		if offsets[p.Topic] == nil {
			offsets[p.Topic] = map[int32]kgo.Offset{}
		}
		offsets[p.Topic][p.Partition] = kgo.NewOffset().At(p.Offset)
	}
	return c.begin(kgo.ConsumePartitions(offsets))
}

func (c *consumer) Subscribe(topic string) error { return c.begin(kgo.ConsumeTopics(topic)) }

func (c *consumer) Poll(wait time.Duration) ([]report.Record, error) {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	fetches := c.client.PollFetches(ctx)
	var got []report.Record
	fetches.EachRecord(func(r *kgo.Record) {
		record := report.Record{Partition: r.Partition, Offset: r.Offset, Key: r.Key, Value: r.Value, Timestamp: r.Timestamp.UnixMilli()}
		for _, h := range r.Headers {
			record.Headers = append(record.Headers, report.Header{Key: h.Key, Value: h.Value})
		}
		got = append(got, record)
	})
	for _, e := range fetches.Errors() {
		if !errors.Is(e.Err, context.DeadlineExceeded) {
			return got, e.Err
		}
	}
	return got, nil
}

func (c *consumer) Assignment() []int32 {
	for {
		select {
		case change := <-c.changes:
			change()
		default:
			owned := []int32{}
			for p, mine := range c.assigned {
				if mine {
					owned = append(owned, p)
				}
			}
			return owned
		}
	}
}

func (c *consumer) Close() {
	if c.client != nil {
		c.client.Close()
	}
}

func (a *adapter) Commit(group, topic string, partition int32, offset int64, note string) error {
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset, LeaderEpoch: -1, Metadata: note})
	return a.admin.CommitAllOffsets(within(), group, offsets)
}

func (a *adapter) Committed(group, topic string, partition int32) (string, error) {
	found, err := a.admin.FetchOffsetsForTopics(within(), group, topic)
	if err != nil {
		return "", err
	}
	offset, _ := found.Lookup(topic, partition)
	return fmt.Sprintf("%d %s %d", offset.At, offset.Metadata, offset.LeaderEpoch), offset.Err
}

func listed(found kadm.ListedOffsets, err error, topic string, partition int32) (int64, error) {
	if err != nil {
		return 0, err
	}
	offset, _ := found.Lookup(topic, partition)
	return offset.Offset, offset.Err
}

func (a *adapter) OffsetAt(topic string, partition int32, ms int64) (int64, error) {
	found, err := a.admin.ListOffsetsAfterMilli(within(), ms, topic)
	return listed(found, err, topic, partition)
}

func (a *adapter) Bounds(topic string, partition int32) ([2]int64, error) {
	found, err := a.admin.ListStartOffsets(within(), topic)
	start, startErr := listed(found, err, topic, partition)
	found, err = a.admin.ListEndOffsets(within(), topic)
	end, endErr := listed(found, err, topic, partition)
	return [2]int64{start, end}, errors.Join(startErr, endErr)
}

func (a *adapter) Configs(topic string) (map[string]string, error) {
	found, err := a.admin.DescribeTopicConfigs(within(), topic)
	if err != nil {
		return nil, err
	}
	configs := map[string]string{}
	for _, c := range found[0].Configs {
		configs[c.Key] = fmt.Sprintf("%s %s %v %d synonyms", c.MaybeValue(), c.Source, c.Sensitive, len(c.Synonyms))
	}
	return configs, found[0].Err
}

func (a *adapter) AlterConfig(topic, key, value string) error {
	answer, err := a.admin.AlterTopicConfigs(within(), []kadm.AlterConfig{{Op: kadm.SetConfig, Name: key, Value: &value}}, topic)
	if err != nil {
		return err
	}
	if answer[0].Err != nil {
		return fmt.Errorf("%w (%s)", answer[0].Err, answer[0].ErrMessage)
	}
	return nil
}

func (a *adapter) Partitions(topic string, count int32) error {
	t := kmsg.NewCreatePartitionsRequestTopic()
	t.Topic, t.Count = topic, count
	request := kmsg.NewPtrCreatePartitionsRequest()
	request.Topics = append(request.Topics, t)
	answer, err := request.RequestWith(within(), a.client)
	if err != nil {
		return err
	}
	return coded(answer.Topics[0].ErrorCode, answer.Topics[0].ErrorMessage)
}

func (a *adapter) DeleteRecords(topic string, partition int32, before int64) (string, error) {
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: before})
	answer, err := a.admin.DeleteRecords(within(), offsets)
	if err != nil {
		return "", err
	}
	done, _ := answer.Lookup(topic, partition)
	return fmt.Sprintf("low watermark %d", done.LowWatermark), done.Err
}

func (a *adapter) Groups() ([]string, error) {
	found, err := a.admin.ListGroups(within())
	var shown []string
	for _, g := range found.Sorted() {
		shown = append(shown, fmt.Sprintf("%s %s %s coordinator %d", g.Group, g.ProtocolType, g.State, g.Coordinator))
	}
	return shown, err
}

func (a *adapter) DescribeGroup(group string) (string, error) {
	found, err := a.admin.DescribeGroups(within(), group)
	if err != nil {
		return "", err
	}
	g := found[group]
	var members []string
	for _, m := range g.Members {
		members = append(members, m.ClientID+" "+m.ClientHost)
	}
	sort.Strings(members)
	return fmt.Sprintf("%s %s %s %v coordinator %d", g.State, g.ProtocolType, g.Protocol, members, g.Coordinator.NodeID), g.Err
}

func (a *adapter) DeleteGroup(group string) (string, error) {
	answer, err := a.admin.DeleteGroup(within(), group)
	if err != nil {
		return "", err
	}
	return "done", answer.Err
}

func (a *adapter) Cluster() (string, error) {
	found, err := a.admin.BrokerMetadata(within())
	var brokers []string
	for _, b := range found.Brokers {
		brokers = append(brokers, fmt.Sprintf("%d %s %v", b.NodeID, b.Host, b.Rack))
	}
	return fmt.Sprintf("%v controller %d id %d", brokers, found.Controller, len(found.Cluster)), err
}

func main() { report.Main(open) }
