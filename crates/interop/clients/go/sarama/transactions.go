package main

import (
	"bytes"
	"context"
	"errors"
	"time"

	"kalda/interop/report"

	"github.com/IBM/sarama"
)

type transactional struct{ producer sarama.SyncProducer }

func (a *adapter) Transactional(id string, timeout time.Duration) (report.Transactional, error) {
	config := settings()
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Retry.Backoff = 50 * time.Millisecond
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Idempotent, config.Net.MaxOpenRequests = true, 1
	config.Producer.Transaction.ID, config.Producer.Transaction.Timeout = id, timeout
	producer, err := sarama.NewSyncProducer([]string{a.bootstrap}, config)
	if err != nil {
		return nil, err
	}
	return transactional{producer}, nil
}

// stated adds to an error what state the library is in after it.
func (t transactional) stated(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(err.Error() + " (" + t.producer.TxnStatus().String() + ")")
}

func (t transactional) Begin() error { return t.stated(t.producer.BeginTxn()) }

func (t transactional) Send(topic string, partition int32, value []byte) (int64, error) {
	message := &sarama.ProducerMessage{Topic: topic, Partition: partition, Value: sarama.ByteEncoder(value)}
	_, offset, err := t.producer.SendMessage(message)
	return offset, t.stated(err)
}

func (t transactional) Commit() error { return t.stated(t.producer.CommitTxn()) }

func (t transactional) Abort() error { return t.stated(t.producer.AbortTxn()) }

func (t transactional) Close() { _ = t.producer.Close() }

// copier joins a group by itself: what others consume they commit at once.
type copier struct {
	transactional
	group    sarama.ConsumerGroup
	cancel   context.CancelFunc
	name     string
	topic    string
	messages chan consumed
	taken    []*sarama.ConsumerMessage
	member   *sarama.ConsumerGroupMetadata
}

// consumed is a message with the member that it was given to.
type consumed struct {
	message *sarama.ConsumerMessage
	member  *sarama.ConsumerGroupMetadata
}

func (a *adapter) Copier(id, group, topic string) (report.Copier, error) {
	producer, err := a.Transactional(id, time.Minute)
	if err != nil {
		return nil, err
	}
	config := settings()
	config.Consumer.IsolationLevel = sarama.ReadCommitted
	joined, err := sarama.NewConsumerGroup([]string{a.bootstrap}, group, config)
	if err != nil {
		producer.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &copier{transactional: producer.(transactional), group: joined, cancel: cancel, name: group, topic: topic, messages: make(chan consumed, 100)}
	go func() {
		for ctx.Err() == nil {
			_ = joined.Consume(ctx, []string{topic}, c)
		}
	}()
	go func() {
		for range joined.Errors() {
		}
	}()
	return c, nil
}

func (c *copier) Setup(sarama.ConsumerGroupSession) error { return nil }

func (c *copier) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (c *copier) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	member := sarama.NewConsumerGroupMetadataFromSession(session, c.name, nil)
	for message := range claim.Messages() {
		c.messages <- consumed{message, member}
	}
	return nil
}

func (c *copier) Take(count int) ([]report.Record, error) {
	c.taken = nil
	var got []report.Record
	for end := time.After(30 * time.Second); len(got) < count; {
		select {
		case one := <-c.messages:
			m := one.message
			c.taken, c.member = append(c.taken, m), one.member
			got = append(got, report.Record{Partition: m.Partition, Offset: m.Offset, Key: m.Key, Value: m.Value})
		case <-end:
			return got, errors.New("no records in time")
		}
	}
	return got, nil
}

func (c *copier) Write(out string, commit bool) (bool, error) {
	if err := c.Begin(); err != nil {
		return false, err
	}
	for _, m := range c.taken {
		if _, err := c.Send(out, 0, bytes.ToUpper(m.Value)); err != nil {
			return false, err
		}
		offsets := map[string][]*sarama.PartitionOffsetMetadata{c.topic: {{Partition: m.Partition, Offset: m.Offset + 1}}}
		if err := c.producer.AddOffsetsToTxnWithGroupMetadata(offsets, c.member); err != nil {
			return false, c.stated(err)
		}
	}
	if !commit {
		return false, c.Abort()
	}
	if err := c.Commit(); err != nil {
		return false, errors.Join(err, c.Abort())
	}
	return true, nil
}

func (c *copier) Member() string { return c.member.MemberID }

func (c *copier) Close() {
	c.cancel()
	_ = c.group.Close()
	c.transactional.Close()
}

func (a *adapter) Expel(group, member string) error {
	coordinator, err := a.client.Coordinator(group)
	if err != nil {
		return err
	}
	answer, err := coordinator.LeaveGroup(&sarama.LeaveGroupRequest{GroupId: group, MemberId: member})
	if err != nil {
		return err
	}
	if answer.Err != sarama.ErrNoError {
		return answer.Err
	}
	return nil
}

func (a *adapter) Ends(topic string, partition int32) ([2]int64, error) {
	var ends [2]int64
	for i, level := range []sarama.IsolationLevel{sarama.ReadCommitted, sarama.ReadUncommitted} {
		asked := map[string]map[int32]int64{topic: {partition: sarama.OffsetNewest}}
		found, err := a.admin.ListOffsets(asked, &sarama.ListOffsetsOptions{IsolationLevel: level})
		if err != nil {
			return ends, err
		}
		if err := found[topic][partition].Err; err != nil && !errors.Is(err, sarama.ErrNoError) {
			return ends, err
		}
		ends[i] = found[topic][partition].Offset
	}
	return ends, nil
}
