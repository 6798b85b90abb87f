// sarama.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"kalda/interop/report"

	"github.com/IBM/sarama"
)

type adapter struct {
	bootstrap string
	client    sarama.Client
	admin     sarama.ClusterAdmin
}

func settings() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.ClientID = "sarama"
	config.Metadata.Retry.Backoff = 50 * time.Millisecond
	config.Admin.Retry.Max = 0
	config.Consumer.Return.Errors = true
	config.Consumer.MaxWaitTime = 100 * time.Millisecond
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	return config
}

func open(bootstrap string) (report.Adapter, error) {
	client, err := sarama.NewClient([]string{bootstrap}, settings())
	if err != nil {
		return nil, err
	}
	admin, err := sarama.NewClusterAdminFromClient(client)
	return &adapter{bootstrap, client, admin}, err
}

func (a *adapter) Close() { _ = a.admin.Close() }

func (a *adapter) Create(topic report.Topic) error {
	detail := &sarama.TopicDetail{NumPartitions: topic.Partitions, ReplicationFactor: topic.Replicas, ConfigEntries: map[string]*string{}}
	for key, value := range topic.Configs {
		detail.ConfigEntries[key] = &value
	}
	for i, replicas := range topic.Assignment {
		if detail.ReplicaAssignment == nil {
			detail.ReplicaAssignment = map[int32][]int32{}
		}
		detail.ReplicaAssignment[int32(i)] = replicas
	}
	return a.admin.CreateTopic(topic.Name, detail, topic.Validate)
}

func (a *adapter) Delete(topic string) error { return a.admin.DeleteTopic(topic) }

func (a *adapter) Describe(topic string) ([][4]int32, error) {
	found, err := a.admin.DescribeTopics([]string{topic})
	if err != nil {
		return nil, err
	}
	if found[0].Err != sarama.ErrNoError {
		return nil, found[0].Err
	}
	var shape [][4]int32
	for _, p := range found[0].Partitions {
		shape = append(shape, [4]int32{p.ID, p.Leader, int32(len(p.Replicas)), int32(len(p.Isr))})
	}
	sort.Slice(shape, func(i, j int) bool { return shape[i][0] < shape[j][0] })
	return shape, nil
}

func (a *adapter) Topics() ([]string, error) {
	found, err := a.admin.ListTopics()
	var names []string
	for name := range found {
		names = append(names, name)
	}
	return names, err
}

// byHand takes the partition of a record where it has one, and the key's hash where it has none.
type byHand struct{ hash sarama.Partitioner }

func (b byHand) RequiresConsistency() bool { return true }

func (b byHand) Partition(m *sarama.ProducerMessage, count int32) (int32, error) {
	if m.Partition >= 0 {
		return m.Partition, nil
	}
	return b.hash.Partition(m, count)
}

func codec(name string) sarama.CompressionCodec {
	return map[string]sarama.CompressionCodec{"gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
		"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}[name]
}

func encoder(value []byte) sarama.Encoder {
	if value == nil {
		return nil
	}
	return sarama.ByteEncoder(value)
}

func (a *adapter) Produce(topic string, records []report.Out, how report.Sending) ([]int64, error) {
	config := settings()
	config.Producer.Return.Successes = true
	config.Producer.Compression = codec(how.Codec)
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Retry.Backoff = 50 * time.Millisecond
	config.Producer.Partitioner = func(topic string) sarama.Partitioner { return byHand{sarama.NewHashPartitioner(topic)} }
	switch how.Acks {
	case "0":
		config.Producer.RequiredAcks = sarama.NoResponse
	case "1":
		config.Producer.RequiredAcks = sarama.WaitForLocal
	}
	if how.Idempotent {
		config.Producer.Idempotent, config.Net.MaxOpenRequests = true, 1
	}
	if how.MaxBytes > 0 {
		config.Producer.MaxMessageBytes = how.MaxBytes
	}
	producer, err := sarama.NewSyncProducer([]string{a.bootstrap}, config)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	var sent []*sarama.ProducerMessage
	for _, r := range records {
		message := &sarama.ProducerMessage{Topic: topic, Partition: r.Partition, Key: encoder(r.Key), Value: encoder(r.Value)}
		if r.Timestamp != 0 {
			message.Timestamp = time.UnixMilli(r.Timestamp)
		}
		for _, h := range r.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
		}
		sent = append(sent, message)
	}
	if err := producer.SendMessages(sent); err != nil {
		var all sarama.ProducerErrors
		if errors.As(err, &all) {
			return nil, all[0].Err
		}
		return nil, err
	}
	var offsets []int64
	for _, m := range sent {
		offsets = append(offsets, m.Offset)
	}
	slices.Sort(offsets)
	return offsets, nil
}

type consumer struct {
	a        *adapter
	how      report.Reading
	client   sarama.Client
	simple   sarama.Consumer
	group    sarama.ConsumerGroup
	cancel   context.CancelFunc
	messages chan *sarama.ConsumerMessage
	errors   chan error
	lock     sync.Mutex
	assigned []int32
}

func (a *adapter) Consumer(how report.Reading) (report.Consumer, error) {
	config := settings()
	if how.MaxWait > 0 {
		config.Consumer.MaxWaitTime = how.MaxWait
	}
	if how.MinBytes > 0 {
		config.Consumer.Fetch.Min = int32(how.MinBytes)
	}
	if how.Small {
		config.Consumer.Fetch.Default, config.Consumer.Fetch.Max = 1000, 0
	}
	if how.Session > 0 {
		config.Consumer.Group.Session.Timeout, config.Consumer.Group.Heartbeat.Interval = how.Session, how.Heartbeat
	}
	if how.Committed {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	client, err := sarama.NewClient([]string{a.bootstrap}, config)
	return &consumer{a: a, how: how, client: client, messages: make(chan *sarama.ConsumerMessage, 1000), errors: make(chan error, 100)}, err
}

func (c *consumer) Assign(places []report.Place) (err error) {
	if c.simple, err = sarama.NewConsumerFromClient(c.client); err != nil {
		return err
	}
	for _, p := range places {
		partition, err := c.simple.ConsumePartition(p.Topic, p.Partition, p.Offset)
		if err != nil {
			return err
		}
		go func() {
			for m := range partition.Messages() {
				c.messages <- m
			}
		}()
		go func() {
			for e := range partition.Errors() {
				c.errors <- e.Err
			}
		}()
	}
	return nil
}

func (c *consumer) Subscribe(topic string) (err error) {
	if c.group, err = sarama.NewConsumerGroupFromClient(c.how.Group, c.client); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	go func() {
		for ctx.Err() == nil {
			if err := c.group.Consume(ctx, []string{topic}, c); err != nil {
				c.errors <- err
			}
		}
	}()
	return nil
}

func (c *consumer) Setup(session sarama.ConsumerGroupSession) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.assigned = nil
	for _, partitions := range session.Claims() {
		c.assigned = append(c.assigned, partitions...)
	}
	return nil
}

func (c *consumer) Cleanup(sarama.ConsumerGroupSession) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.assigned = nil
	return nil
}

func (c *consumer) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case m, open := <-claim.Messages():
			if !open {
				return nil
			}
			c.messages <- m
			session.MarkMessage(m, "")
			session.Commit()
		case <-session.Context().Done():
			return nil
		}
	}
}

func (c *consumer) Poll(wait time.Duration) ([]report.Record, error) {
	var got []report.Record
	for end := time.After(wait); ; {
		select {
		case m := <-c.messages:
			record := report.Record{Partition: m.Partition, Offset: m.Offset, Key: m.Key, Value: m.Value, Timestamp: m.Timestamp.UnixMilli()}
			for _, h := range m.Headers {
				record.Headers = append(record.Headers, report.Header{Key: string(h.Key), Value: h.Value})
			}
			got = append(got, record)
			if len(c.messages) == 0 {
				return got, nil
			}
		case err := <-c.errors:
			return got, err
		case <-end:
			return got, nil
		}
	}
}

func (c *consumer) Assignment() []int32 {
	c.lock.Lock()
	defer c.lock.Unlock()
	return append([]int32{}, c.assigned...)
}

func (c *consumer) Close() {
	if c.group != nil {
		c.cancel()
		_ = c.group.Close()
	}
	_ = c.client.Close()
}

func (a *adapter) Commit(group, topic string, partition int32, offset int64, note string) error {
	answer, err := a.admin.AlterConsumerGroupOffsets(group, map[string]map[int32]sarama.OffsetAndMetadata{
		topic: {partition: {Offset: offset, Metadata: note, LeaderEpoch: -1}}}, nil)
	if err != nil {
		return err
	}
	if code := answer.Errors[topic][partition]; code != sarama.ErrNoError {
		return code
	}
	return nil
}

func (a *adapter) Committed(group, topic string, partition int32) (string, error) {
	found, err := a.admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: {partition}})
	if err != nil {
		return "", err
	}
	block := found.GetBlock(topic, partition)
	if block.Err != sarama.ErrNoError {
		return "", block.Err
	}
	return fmt.Sprintf("%d %s", block.Offset, block.Metadata), nil
}

func (a *adapter) OffsetAt(topic string, partition int32, ms int64) (int64, error) {
	_ = a.client.RefreshMetadata(topic)
	return a.client.GetOffset(topic, partition, ms)
}

func (a *adapter) Bounds(topic string, partition int32) ([2]int64, error) {
	start, startErr := a.OffsetAt(topic, partition, sarama.OffsetOldest)
	end, endErr := a.OffsetAt(topic, partition, sarama.OffsetNewest)
	return [2]int64{start, end}, errors.Join(startErr, endErr)
}

func (a *adapter) Configs(topic string) (map[string]string, error) {
	found, err := a.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic})
	configs := map[string]string{}
	for _, c := range found {
		configs[c.Name] = fmt.Sprintf("%s %s %v %v %v", c.Value, c.Source, c.ReadOnly, c.Default, c.Sensitive)
	}
	return configs, err
}

func (a *adapter) AlterConfig(topic, key, value string) error {
	entry := sarama.IncrementalAlterConfigsEntry{Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value}
	return a.admin.IncrementalAlterConfig(sarama.TopicResource, topic, map[string]sarama.IncrementalAlterConfigsEntry{key: entry}, false)
}

func (a *adapter) Partitions(topic string, count int32) error {
	return a.admin.CreatePartitions(topic, count, nil, false)
}

func (a *adapter) DeleteRecords(topic string, partition int32, before int64) (string, error) {
	err := a.admin.DeleteRecords(topic, map[int32]int64{partition: before})
	return "done", err
}

func (a *adapter) Groups() ([]string, error) {
	found, err := a.admin.ListConsumerGroups()
	var shown []string
	for group, protocol := range found {
		shown = append(shown, group+" "+protocol)
	}
	sort.Strings(shown)
	return shown, err
}

func (a *adapter) DescribeGroup(group string) (string, error) {
	found, err := a.admin.DescribeConsumerGroups([]string{group})
	if err != nil {
		return "", err
	}
	g := found[0]
	var members []string
	for _, m := range g.Members {
		members = append(members, m.ClientId+" "+m.ClientHost)
	}
	sort.Strings(members)
	if g.Err != sarama.ErrNoError {
		return "", g.Err
	}
	return fmt.Sprintf("%s %s %s %v", g.State, g.ProtocolType, g.Protocol, members), nil
}

func (a *adapter) DeleteGroup(group string) (string, error) {
	return "done", a.admin.DeleteConsumerGroup(group)
}

func (a *adapter) Cluster() (string, error) {
	brokers, controller, err := a.admin.DescribeCluster()
	var shown []string
	for _, b := range brokers {
		shown = append(shown, fmt.Sprintf("%d %s", b.ID(), b.Rack()))
	}
	return fmt.Sprintf("%v controller %d", shown, controller), err
}

func main() { report.Main(open) }
