// Package report tells the scenarios of the Go libraries in terms of a small adapter that each library has.
package report

import "time"

// Out is a record to be produced. A partition of -1 leaves the choice to the library.
type Out struct {
	Key, Value []byte
	Partition  int32
	Timestamp  int64
	Headers    []Header
}

// Header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Record that was consumed.
type Record struct {
	Partition  int32
	Offset     int64
	Key, Value []byte
	Headers    []Header
	Timestamp  int64
}

// Sending options; zero values mean the defaults of the suite.
type Sending struct {
	Acks, Codec string
	Idempotent  bool
	MaxBytes    int
}

// Reading options; zero values mean the defaults of the suite.
type Reading struct {
	Group          string
	NoReset, Small bool
	// Committed leaves out what transactions aborted or have not ended.
	Committed          bool
	MaxWait            time.Duration
	MinBytes           int
	Session, Heartbeat time.Duration
}

// Topic to be created.
type Topic struct {
	Name       string
	Partitions int32
	Replicas   int16
	Configs    map[string]string
	Assignment [][]int32
	Validate   bool
}

// Place of the first record to read.
type Place struct {
	Topic     string
	Partition int32
	Offset    int64
}

// Consumer of a library.
type Consumer interface {
	Assign(places []Place) error
	Subscribe(topic string) error
	Poll(wait time.Duration) ([]Record, error)
	Assignment() []int32
	Close()
}

// Transactional producer of a library, which has taken its transactional id.
type Transactional interface {
	Begin() error
	// Send gives the offset of a record once it is acknowledged.
	Send(topic string, partition int32, value []byte) (int64, error)
	Commit() error
	Abort() error
	Close()
}

// Copier is a member of a group that writes what it consumed together with its offsets.
type Copier interface {
	Take(count int) ([]Record, error)
	// Write ends a transaction with all that was taken, and tells whether it was committed.
	Write(out string, commit bool) (bool, error)
	Member() string
	Close()
}

// Adapter gives the same face to every library.
type Adapter interface {
	Create(topic Topic) error
	Delete(topic string) error
	// Describe gives partition, leader, count of replicas and of in-sync replicas.
	Describe(topic string) ([][4]int32, error)
	Topics() ([]string, error)
	// Produce gives offsets in the order of the records.
	Produce(topic string, records []Out, how Sending) ([]int64, error)
	Consumer(how Reading) (Consumer, error)
	Transactional(id string, timeout time.Duration) (Transactional, error)
	// Copier has the isolation level read_committed and reads partition 0 of a topic.
	Copier(id, group, topic string) (Copier, error)
	// Expel makes a member leave its group without knowing of it.
	Expel(group, member string) error
	// Ends gives the last stable offset and the high watermark.
	Ends(topic string, partition int32) ([2]int64, error)
	Commit(group, topic string, partition int32, offset int64, note string) error
	Committed(group, topic string, partition int32) (string, error)
	OffsetAt(topic string, partition int32, ms int64) (int64, error)
	Bounds(topic string, partition int32) ([2]int64, error)
	Configs(topic string) (map[string]string, error)
	AlterConfig(topic, key, value string) error
	Partitions(topic string, count int32) error
	DeleteRecords(topic string, partition int32, before int64) (string, error)
	Groups() ([]string, error)
	DescribeGroup(group string) (string, error)
	DeleteGroup(group string) (string, error)
	Cluster() (string, error)
	Close()
}
