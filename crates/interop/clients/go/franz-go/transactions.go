package main

import (
	"bytes"
	"context"
	"time"

	"kalda/interop/report"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type transactional struct{ client *kgo.Client }

func (a *adapter) producing(id string) []kgo.Opt {
	return []kgo.Opt{kgo.SeedBrokers(a.bootstrap), kgo.TransactionalID(id), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(10 * time.Millisecond), kgo.ProducerLinger(0)}
}

func (a *adapter) Transactional(id string, timeout time.Duration) (report.Transactional, error) {
	client, err := kgo.NewClient(append(a.producing(id), kgo.TransactionTimeout(timeout))...)
	if err != nil {
		return nil, err
	}
	// The library takes its id with the first transaction; here it is taken at once.
	if _, _, err := client.ProducerID(within()); err != nil {
		client.Close()
		return nil, err
	}
	return transactional{client}, nil
}

func (t transactional) Begin() error { return t.client.BeginTransaction() }

func (t transactional) Send(topic string, partition int32, value []byte) (int64, error) {
	record, err := t.client.ProduceSync(within(), &kgo.Record{Topic: topic, Partition: partition, Value: value}).First()
	if err != nil {
		return 0, err
	}
	return record.Offset, nil
}

func (t transactional) Commit() error {
	if err := t.client.Flush(within()); err != nil {
		return err
	}
	return t.client.EndTransaction(within(), kgo.TryCommit)
}

func (t transactional) Abort() error {
	if err := t.client.AbortBufferedRecords(within()); err != nil {
		return err
	}
	return t.client.EndTransaction(within(), kgo.TryAbort)
}

func (t transactional) Close() { t.client.Close() }

// copier is a session, by which alone the library sends offsets to a transaction.
type copier struct {
	session *kgo.GroupTransactSession
	taken   [][]byte
}

func (a *adapter) Copier(id, group, topic string) (report.Copier, error) {
	session, err := kgo.NewGroupTransactSession(append(a.producing(id), kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.FetchMaxWait(100*time.Millisecond), kgo.Balancers(kgo.RangeBalancer()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	return &copier{session: session}, err
}

func (c *copier) Take(count int) ([]report.Record, error) {
	c.taken = nil
	var got []report.Record
	for ctx := within(); len(got) < count; {
		fetches := c.session.PollRecords(ctx, count-len(got))
		if err := fetches.Err(); err != nil {
			return got, err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			c.taken = append(c.taken, r.Value)
			got = append(got, report.Record{Partition: r.Partition, Offset: r.Offset, Key: r.Key, Value: r.Value})
		})
	}
	return got, nil
}

func (c *copier) Write(out string, commit bool) (bool, error) {
	if err := c.session.Begin(); err != nil {
		return false, err
	}
	for _, value := range c.taken {
		if err := c.session.ProduceSync(within(), &kgo.Record{Topic: out, Value: bytes.ToUpper(value)}).FirstErr(); err != nil {
			return false, err
		}
	}
	return c.session.End(context.Background(), kgo.TransactionEndTry(commit))
}

func (c *copier) Member() string {
	member, _ := c.session.Client().GroupMetadata()
	return member
}

func (c *copier) Close() { c.session.Close() }

func (a *adapter) Expel(group, member string) error {
	request := kmsg.NewPtrLeaveGroupRequest()
	leaver := kmsg.NewLeaveGroupRequestMember()
	leaver.MemberID = member
	request.Group, request.MemberID, request.Members = group, member, append(request.Members, leaver)
	answer, err := request.RequestWith(within(), a.client)
	if err != nil {
		return err
	}
	for _, m := range answer.Members {
		if err := coded(m.ErrorCode, nil); err != nil {
			return err
		}
	}
	return coded(answer.ErrorCode, nil)
}

func (a *adapter) Ends(topic string, partition int32) ([2]int64, error) {
	var ends [2]int64
	asked := []func(context.Context, ...string) (kadm.ListedOffsets, error){a.admin.ListCommittedOffsets, a.admin.ListEndOffsets}
	for i, ask := range asked {
		found, err := ask(within(), topic)
		if ends[i], err = listed(found, err, topic, partition); err != nil {
			return ends, err
		}
	}
	return ends, nil
}
