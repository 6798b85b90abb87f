// The client franz-go at work: an idempotent producer, one with transactions, and two readers. Arguments are bootstrap
// servers, name, topic, number of partitions and transactional id; "finish" on standard input ends the producers, its end everything.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	burst = 5
	pause = 50 * time.Millisecond
	limit = 30 * time.Second
)

var (
	padding     = []byte(strings.Repeat("x", 200))
	seeds       []string
	name, topic string
	partitions  int
	finishing   atomic.Bool
	printing    sync.Mutex
)

type object = map[string]any

func say(what object) {
	line, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	printing.Lock()
	defer printing.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func report(who string, err error) {
	passes := kerr.IsRetriable(err) || kgo.IsRetryableBrokerErr(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled) || errors.Is(err, kgo.ErrRecordTimeout) || errors.Is(err, kgo.ErrRecordRetries) ||
		errors.Is(err, kgo.ErrAborting)
	var kafka *kerr.Error
	if !errors.As(err, &kafka) {
		// What no broker has said is a matter of the connection, or of a limit of time.
		passes = true
	}
	say(object{"op": "error", "who": who, "error": err.Error(), "retriable": passes})
}

func within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), limit)
}

func client(options ...kgo.Opt) *kgo.Client {
	common := []kgo.Opt{kgo.SeedBrokers(seeds...), kgo.MetadataMinAge(200 * time.Millisecond), kgo.MetadataMaxAge(10 * time.Second),
		kgo.RequestTimeoutOverhead(5 * time.Second), kgo.RecordPartitioner(kgo.ManualPartitioner())}
	made, err := kgo.NewClient(append(common, options...)...)
	if err != nil {
		panic(err)
	}
	return made
}

func producer(options ...kgo.Opt) *kgo.Client {
	return client(append([]kgo.Opt{kgo.RecordDeliveryTimeout(limit), kgo.ProducerLinger(2 * time.Millisecond)}, options...)...)
}

func record(partition int, value string) *kgo.Record {
	return &kgo.Record{Topic: topic, Partition: int32(partition), Key: padding, Value: []byte(value)}
}

// send sends a value and prints what becomes of it.
func send(to *kgo.Client, writer string, partition int, value string, txn any, onFailure func()) {
	say(object{"op": "send", "writer": writer, "partition": partition, "value": value, "txn": txn})
	to.Produce(context.Background(), record(partition, value), func(r *kgo.Record, err error) {
		if err == nil {
			say(object{"op": "ok", "value": value, "offset": r.Offset})
			return
		}
		say(object{"op": "info", "value": value})
		onFailure()
		if txn == nil {
			report(writer, err)
		}
	})
}

// appendAll is the idempotent producer; the last it does is to send a value to each partition, until each is acknowledged.
func appendAll(transactionsOver chan struct{}) {
	writer, to := name+".i", producer()
	for number := 0; !finishing.Load(); time.Sleep(pause) {
		for range burst {
			send(to, writer, rand.IntN(partitions), writer+"."+strconv.Itoa(number), nil, func() {})
			number++
		}
	}
	to.Flush(context.Background())
	<-transactionsOver
	for partition := range partitions {
		acked := false
		for tries := 0; !acked; tries++ {
			value := fmt.Sprintf("%s.end.%d.%d", name, partition, tries)
			say(object{"op": "send", "writer": name + ".end", "partition": partition, "value": value})
			r, err := to.ProduceSync(context.Background(), record(partition, value)).First()
			if acked = err == nil; acked {
				say(object{"op": "ok", "value": value, "offset": r.Offset})
			} else {
				say(object{"op": "info", "value": value})
				report(writer, err)
			}
		}
	}
	say(object{"op": "finished"})
}

func begun() (*kgo.Client, error) {
	to := producer(kgo.TransactionalID(os.Args[5]), kgo.TransactionTimeout(10*time.Second))
	ctx, cancel := within()
	defer cancel()
	if _, _, err := to.ProducerID(ctx); err != nil {
		to.Close()
		return nil, err
	}
	return to, to.BeginTransaction()
}

func transact(over chan struct{}) {
	writer, number := name+".t", 0
	var to *kgo.Client
	for txn := 0; !finishing.Load(); txn++ {
		outcome, err := one(&to, writer, txn, &number)
		if err != nil {
			report(writer, err)
			if to != nil {
				to.Close()
				to = nil
			}
		}
		if outcome != "" {
			say(object{"op": "txn", "writer": writer, "txn": txn, "outcome": outcome})
		}
		time.Sleep(pause)
	}
	if to != nil {
		to.Close()
	}
	// No transaction is left open behind: a new producer of the same id ends that of the last.
	for {
		last, err := begun()
		if err == nil {
			last.Close()
			break
		}
		report(writer, err)
		time.Sleep(pause)
	}
	close(over)
}

func one(to **kgo.Client, writer string, txn int, number *int) (outcome string, err error) {
	if *to == nil {
		*to, err = begun()
	} else {
		err = (*to).BeginTransaction()
	}
	if err != nil {
		return "", err
	}
	// The library commits although records have failed: to abort then is up to its user.
	var failed atomic.Bool
	for range 2 + rand.IntN(8) {
		send(*to, writer, rand.IntN(partitions), writer+"."+strconv.Itoa(*number), txn, func() { failed.Store(true) })
		*number++
	}
	ctx, cancel := within()
	defer cancel()
	if err = (*to).Flush(ctx); err != nil {
		return "aborted", err
	}
	if txn%4 == 3 || failed.Load() {
		return "aborted", (*to).EndTransaction(ctx, kgo.TryAbort)
	}
	if err = (*to).EndTransaction(ctx, kgo.TryCommit); err != nil {
		return "unknown", err
	}
	return "committed", nil
}

func read(reader string, committed bool) {
	offsets := map[int32]kgo.Offset{}
	for partition := range partitions {
		offsets[int32(partition)] = kgo.NewOffset().At(0)
	}
	options := []kgo.Opt{kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: offsets}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.FetchMaxWait(200 * time.Millisecond)}
	if committed {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	from := client(options...)
	for {
		fetches := from.PollFetches(context.Background())
		var records [][]any
		fetches.EachRecord(func(r *kgo.Record) { records = append(records, []any{r.Partition, r.Offset, string(r.Value)}) })
		if len(records) > 0 {
			say(object{"op": "read", "reader": reader, "committed": committed, "records": records})
		}
		fetches.EachError(func(_ string, _ int32, err error) { report(reader, err) })
	}
}

func main() {
	seeds, name, topic = strings.Split(os.Args[1], ","), os.Args[2], os.Args[3]
	var err error
	if partitions, err = strconv.Atoi(os.Args[4]); err != nil {
		panic(err)
	}
	over := make(chan struct{})
	go appendAll(over)
	go transact(over)
	go read(name+".ru", false)
	go read(name+".rc", true)
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		if commands.Text() == "finish" {
			finishing.Store(true)
		}
	}
}
