import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Transactions: what is committed, aborted, fenced, timed out and ended by administrators. */
final class TransactionScenarios {
    private static final Map<String, Object> COMMITTED = Map.of("isolation.level", "read_committed");

    private TransactionScenarios() { }

    static void transactions(Session s, Report r) throws Exception {
        ends(s, r);
        shown(s, r);
        for (String protocol : List.of("classic", "consumer")) {
            offsets(s, r, protocol);
        }
        fenced(s, r);
        late(s, r);
        hanging(s, r);
        administered(s, r);
        refused(s, r);
    }

    private static KafkaProducer<byte[], byte[]> begun(Session s, String id, Map<String, Object> more) {
        Map<String, Object> config = new java.util.HashMap<>(more);
        config.put("transactional.id", id);
        KafkaProducer<byte[], byte[]> producer = s.producer(config);
        producer.initTransactions();
        return producer;
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, String... values)
        throws Exception {
        for (String value : values) {
            Session.get(producer.send(new ProducerRecord<>(topic, partition, null, Session.bytes(value))));
        }
    }

    /**
     * The name of the error and its message. Ids of producers are each broker's own; that an epoch is old is said in one way
     * or another by the client itself, as its threads happen to run.
     */
    private static void outcome(Report r, String name, Callable<Object> call) {
        r.attempt(name, () -> {
            try {
                Object value = call.call();
                return value == null ? "done" : value;
            } catch (Exception e) {
                return Report.error(e).replaceAll("Producer with .* (attempted to produce with an old epoch)$", "Producer $1.")
                    .replaceAll("roducer ?[Ii]d[:=]? ?\\d+", "roducer id #");
            }
        });
    }

    /** Last stable offset and high watermark of a partition. */
    private static String ends(Session s, String topic, int partition) throws Exception {
        TopicPartition tp = new TopicPartition(topic, partition);
        List<Long> found = new ArrayList<>();
        for (IsolationLevel level : List.of(IsolationLevel.READ_COMMITTED, IsolationLevel.READ_UNCOMMITTED)) {
            found.add(Session.get(s.admin.listOffsets(Map.of(tp, OffsetSpec.latest()), new ListOffsetsOptions(level))
                .partitionResult(tp)).offset());
        }
        return found.toString();
    }

    /** Commits and aborts over two partitions, and what each kind of reader sees of them. */
    private static void ends(Session s, Report r) throws Exception {
        String topic = s.topic("ends", 2, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = begun(s, s.name("ends"), Map.of())) {
            producer.beginTransaction();
            send(producer, topic, 0, "a", "b");
            send(producer, topic, 1, "c");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, topic, 0, "d");
            send(producer, topic, 1, "e");
            producer.abortTransaction();
            producer.beginTransaction();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, 0, "f");
            producer.commitTransaction();
            settles(s, s.name("ends"), TransactionState.COMPLETE_COMMIT);
        }
        r.see("ends of 0", ends(s, topic, 0));
        r.see("ends of 1", ends(s, topic, 1));
        r.see("uncommitted", Session.show(s.read(topic, 2, 6, Map.of())));
        r.see("committed", Session.show(s.read(topic, 2, 4, COMMITTED)));
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(COMMITTED)) {
            TopicPartition tp = new TopicPartition(topic, 1);
            consumer.assign(List.of(tp));
            Session.await("the end of 1", () -> {
                consumer.poll(Duration.ofMillis(50));
                return consumer.position(tp) == 4;
            });
            r.see("position past the aborted", consumer.position(tp));
        }
    }

    private static String describe(Session s, String id, String topic) throws Exception {
        TransactionDescription d = Session.get(s.admin.describeTransactions(List.of(id)).description(id));
        return d.state() + " epoch " + d.producerEpoch() + " timeout " + d.transactionTimeoutMs() + " began "
            + d.transactionStartTimeMs().isPresent() + " " + new java.util.TreeSet<>(
                d.topicPartitions().stream().map(tp -> tp.toString().replace(topic, "t")).toList());
    }

    private static String producers(Session s, String topic) throws Exception {
        TopicPartition tp = new TopicPartition(topic, 0);
        List<String> shown = new ArrayList<>();
        for (ProducerState p : Session.get(s.admin.describeProducers(List.of(tp)).partitionResult(tp)).activeProducers()) {
            shown.add("epoch " + p.producerEpoch() + " sequence " + p.lastSequence() + " began "
                + p.currentTransactionStartOffset() + " coordinator " + p.coordinatorEpoch());
        }
        return shown.toString();
    }

    private static String listed(Session s, String id, ListTransactionsOptions options) throws Exception {
        return Session.get(s.admin.listTransactions(options).all()).stream()
            .filter(t -> t.transactionalId().equals(id)).map(t -> t.state().toString()).toList().toString();
    }

    /** A transaction as administrators see it, before, while and after it is open. */
    private static void shown(Session s, Report r) throws Exception {
        String topic = s.topic("shown", 1, Map.of());
        String id = s.name("shown");
        try (KafkaProducer<byte[], byte[]> producer = begun(s, id, Map.of("transaction.timeout.ms", 50_000))) {
            r.see("empty", describe(s, id, topic));
            producer.beginTransaction();
            send(producer, topic, 0, "a", "b");
            r.see("open", describe(s, id, topic));
            r.see("open, its producer", producers(s, topic));
            r.see("open, ends", ends(s, topic, 0));
            long producerId = Session.get(s.admin.describeTransactions(List.of(id)).description(id)).producerId();
            r.see("listed", listed(s, id, new ListTransactionsOptions()));
            r.see("listed by state", listed(s, id, new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING))));
            r.see("listed by another", listed(s, id, new ListTransactionsOptions().filterStates(List.of(TransactionState.EMPTY))));
            r.see("listed by producer", listed(s, id, new ListTransactionsOptions().filterProducerIds(List.of(producerId))));
            r.see("listed by another producer", listed(s, id, new ListTransactionsOptions().filterProducerIds(List.of(99_999L))));
            r.see("listed as long open", listed(s, id, new ListTransactionsOptions().filterOnDuration(600_000)));
            Collection<String> patterns = List.of("", ".*", id, ".*-sho[v-x]n", "shown", "(?i).*-SHOWN", "\\Q" + id + "\\E", "(", "a**");
            for (String pattern : patterns) {
                outcome(r, "listed by pattern " + pattern.replace(id, "ID"), () ->
                    listed(s, id, new ListTransactionsOptions().filterOnTransactionalIdPattern(pattern)));
            }
            producer.commitTransaction();
            settles(s, id, TransactionState.COMPLETE_COMMIT);
            r.see("committed, described", describe(s, id, topic));
            r.see("committed, its producer", producers(s, topic));
            r.see("committed, ends", ends(s, topic, 0));
            producer.beginTransaction();
            send(producer, topic, 0, "c");
            producer.abortTransaction();
            settles(s, id, TransactionState.COMPLETE_ABORT);
            r.see("aborted, described", describe(s, id, topic));
            r.see("aborted, its producer", producers(s, topic));
        }
    }

    private static String committed(Session s, String group, TopicPartition tp, boolean stable) throws Exception {
        var options = new ListConsumerGroupOffsetsOptions().requireStable(stable).timeoutMs(stable ? 3000 : 30_000);
        var spec = Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(tp)));
        var found = Session.get(s.admin.listConsumerGroupOffsets(spec, options).partitionsToOffsetAndMetadata(group));
        OffsetAndMetadata offset = found.get(tp);
        return offset == null ? "none" : offset.offset() + offset.metadata();
    }

    /** Consume, transform, produce: offsets that hold when the transaction commits. */
    private static void offsets(Session s, Report r, String protocol) throws Exception {
        String topic = s.topic("offsets-" + protocol, 1, Map.of());
        String group = s.name("offsets-" + protocol);
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> plain = s.producer(Map.of())) {
            send(plain, topic, 0, "a", "b", "c");
        }
        try (KafkaProducer<byte[], byte[]> producer = begun(s, group, Map.of());
             KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of("group.id", group, "group.protocol", protocol))) {
            consumer.subscribe(List.of(topic));
            Session.poll(consumer, 3);
            consumer.commitSync(Map.of(tp, new OffsetAndMetadata(1)));
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(tp, new OffsetAndMetadata(2, "m")), consumer.groupMetadata());
            r.see(protocol + " pending", committed(s, group, tp, false));
            r.attempt(protocol + " pending, stable", () -> {
                try {
                    return committed(s, group, tp, true);
                } catch (ExecutionException e) {
                    return e.getCause().getClass().getSimpleName();
                }
            });
            producer.commitTransaction();
            settles(s, group, TransactionState.COMPLETE_COMMIT);
            r.see(protocol + " committed", committed(s, group, tp, true));
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(tp, new OffsetAndMetadata(3)), consumer.groupMetadata());
            producer.abortTransaction();
            settles(s, group, TransactionState.COMPLETE_ABORT);
            r.see(protocol + " aborted", committed(s, group, tp, true));
            ConsumerGroupMetadata now = consumer.groupMetadata();
            stale(r, producer, tp, protocol + " of a generation to come",
                new ConsumerGroupMetadata(group, now.generationId() + 9, now.memberId(), Optional.empty()));
            stale(r, producer, tp, protocol + " of an unknown member",
                new ConsumerGroupMetadata(group, now.generationId(), "nobody", Optional.empty()));
            stale(r, producer, tp, protocol + " of an unknown instance",
                new ConsumerGroupMetadata(group, now.generationId(), now.memberId(), Optional.of("nobody")));
            settles(s, group, TransactionState.COMPLETE_ABORT);
            r.see(protocol + " at last", committed(s, group, tp, true));
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(tp, new OffsetAndMetadata(1)), new ConsumerGroupMetadata(group));
            producer.commitTransaction();
            settles(s, group, TransactionState.COMPLETE_COMMIT);
            r.see(protocol + " without a member", committed(s, group, tp, true));
        }
        try (KafkaConsumer<byte[], byte[]> next = s.consumer(Map.of("group.id", group, "group.protocol", protocol))) {
            next.subscribe(List.of(topic));
            r.see(protocol + " resumed", Session.show(Session.poll(next, 2)));
        }
    }

    private static void stale(Report r, KafkaProducer<byte[], byte[]> producer, TopicPartition tp, String name,
        ConsumerGroupMetadata member) {
        producer.beginTransaction();
        r.attempt(name, () -> {
            try {
                producer.sendOffsetsToTransaction(Map.of(tp, new OffsetAndMetadata(3)), member);
                return "taken";
            } catch (Exception e) {
                return e.getClass().getSimpleName();
            }
        });
        producer.abortTransaction();
    }

    /** What a producer meets in each of its calls when another has taken its transactional id. */
    private static void fenced(Session s, Report r) throws Exception {
        String topic = s.topic("fenced", 1, Map.of());
        String id = s.name("fenced");
        try (KafkaProducer<byte[], byte[]> first = begun(s, id, Map.of())) {
            first.beginTransaction();
            send(first, topic, 0, "a");
            try (KafkaProducer<byte[], byte[]> second = begun(s, id, Map.of())) {
                r.see("left by the first", describe(s, id, topic));
                outcome(r, "the first commits", () -> {
                    first.commitTransaction();
                    return null;
                });
                outcome(r, "the first begins", () -> {
                    first.beginTransaction();
                    return null;
                });
                second.beginTransaction();
                send(second, topic, 0, "b");
                second.commitTransaction();
                try (KafkaProducer<byte[], byte[]> third = begun(s, id, Map.of())) {
                    second.beginTransaction();
                    outcome(r, "the second writes", () -> {
                        send(second, topic, 0, "c");
                        return null;
                    });
                    outcome(r, "the second commits", () -> {
                        second.commitTransaction();
                        return null;
                    });
                    outcome(r, "the second aborts", () -> {
                        second.abortTransaction();
                        return null;
                    });
                    third.beginTransaction();
                    send(third, topic, 0, "d");
                    third.commitTransaction();
                    settles(s, id, TransactionState.COMPLETE_COMMIT);
                    r.see("after the third", describe(s, id, topic));
                }
            }
        }
        r.see("fenced, committed", Session.show(s.read(topic, 1, 2, COMMITTED)));
        r.see("fenced, uncommitted", Session.show(s.read(topic, 1, 3, Map.of())));
    }

    private static void settles(Session s, String id, TransactionState state) throws InterruptedException {
        Session.await(id + " is " + state, () -> {
            try {
                return Session.get(s.admin.describeTransactions(List.of(id)).description(id)).state() == state;
            } catch (Exception e) {
                return false;
            }
        });
    }

    /** A transaction that is open for longer than its producer said. */
    private static void late(Session s, Report r) throws Exception {
        String topic = s.topic("late", 1, Map.of());
        String id = s.name("late");
        try (KafkaProducer<byte[], byte[]> producer = begun(s, id, Map.of("transaction.timeout.ms", 1000))) {
            producer.beginTransaction();
            send(producer, topic, 0, "a");
            settles(s, id, TransactionState.COMPLETE_ABORT);
            r.see("timed out", describe(s, id, topic));
            r.see("timed out, ends", ends(s, topic, 0));
            outcome(r, "late, writes", () -> {
                send(producer, topic, 0, "b");
                return null;
            });
            outcome(r, "late, commits", () -> {
                producer.commitTransaction();
                return null;
            });
            outcome(r, "late, aborts", () -> {
                producer.abortTransaction();
                return null;
            });
            outcome(r, "late, goes on", () -> {
                producer.beginTransaction();
                send(producer, topic, 0, "c");
                producer.commitTransaction();
                return null;
            });
            settles(s, id, TransactionState.COMPLETE_COMMIT);
        }
        r.see("late, ends", ends(s, topic, 0));
        outcome(r, "a timeout above the limit", () -> {
            begun(s, s.name("patient"), Map.of("transaction.timeout.ms", 1_000_000)).close(Duration.ZERO);
            return null;
        });
    }

    private static AbortTransactionSpec spec(Session s, TopicPartition tp) throws Exception {
        ProducerState p = Session.get(s.admin.describeProducers(List.of(tp)).partitionResult(tp)).activeProducers().get(0);
        return new AbortTransactionSpec(tp, p.producerId(), (short) p.producerEpoch(), p.coordinatorEpoch().orElse(-1));
    }

    /** An administrator ends what is open in a partition, whatever the coordinator thinks. */
    private static void hanging(Session s, Report r) throws Exception {
        String topic = s.topic("hanging", 1, Map.of());
        String id = s.name("hanging");
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = begun(s, id, Map.of())) {
            producer.beginTransaction();
            send(producer, topic, 0, "before");
            producer.commitTransaction();
            settles(s, id, TransactionState.COMPLETE_COMMIT);
            producer.beginTransaction();
            send(producer, topic, 0, "a");
            AbortTransactionSpec spec = spec(s, tp);
            short epoch = (short) (spec.producerEpoch() - 1);
            AbortTransactionSpec old = new AbortTransactionSpec(tp, spec.producerId(), epoch, spec.coordinatorEpoch());
            outcome(r, "aborted in an old epoch", () -> Session.get(s.admin.abortTransaction(old).all()));
            r.see("hanging, ends", ends(s, topic, 0));
            outcome(r, "aborted by an administrator", () -> Session.get(s.admin.abortTransaction(spec).all()));
            r.see("no longer hanging, ends", ends(s, topic, 0));
            r.see("no longer hanging, its producer", producers(s, topic));
            outcome(r, "hanging, commits", () -> {
                producer.commitTransaction();
                return null;
            });
            settles(s, id, TransactionState.COMPLETE_COMMIT);
        }
        r.see("hanging, at last", ends(s, topic, 0));
    }

    /** Producers that an administrator fences. */
    private static void administered(Session s, Report r) throws Exception {
        String topic = s.topic("administered", 1, Map.of());
        String id = s.name("administered");
        try (KafkaProducer<byte[], byte[]> producer = begun(s, id, Map.of())) {
            producer.beginTransaction();
            send(producer, topic, 0, "a");
            var fencing = s.admin.fenceProducers(List.of(id));
            r.see("fenced in epoch", Session.get(fencing.epochId(id)));
            r.see("fenced by an administrator", describe(s, id, topic));
            r.see("fenced by an administrator, ends", ends(s, topic, 0));
            outcome(r, "fenced, writes", () -> {
                send(producer, topic, 0, "b");
                return null;
            });
            outcome(r, "fenced, commits", () -> {
                producer.commitTransaction();
                return null;
            });
        }
        String fresh = s.name("fresh");
        r.see("a fresh id fenced in epoch", Session.get(s.admin.fenceProducers(List.of(fresh)).epochId(fresh)));
        r.see("a fresh id", describe(s, fresh, topic));
        try (KafkaProducer<byte[], byte[]> producer = begun(s, id, Map.of())) {
            producer.beginTransaction();
            send(producer, topic, 0, "c");
            outcome(r, "a transaction terminated by force", () -> Session.get(s.admin.forceTerminateTransaction(id).result()));
            r.see("terminated", describe(s, id, topic));
            outcome(r, "terminated, commits", () -> {
                producer.commitTransaction();
                return null;
            });
        }
        r.see("administered, ends", ends(s, topic, 0));
    }

    /** What is not there, and what must not be. */
    private static void refused(Session s, Report r) throws Exception {
        String topic = s.topic("refused", 1, Map.of());
        TopicPartition absent = new TopicPartition(topic, 7);
        outcome(r, "an unknown id described", () ->
            Session.get(s.admin.describeTransactions(List.of("nobody")).description("nobody")).state().toString());
        outcome(r, "an unknown partition's producers", () -> {
            var options = new org.apache.kafka.clients.admin.DescribeProducersOptions().timeoutMs(1500);
            try {
                return Session.get(s.admin.describeProducers(List.of(absent), options).partitionResult(absent)).activeProducers().size();
            } catch (ExecutionException e) {
                return e.getCause().getClass().getSimpleName();
            }
        });
        try (KafkaProducer<byte[], byte[]> producer = begun(s, s.name("refused"), Map.of("max.block.ms", 1500))) {
            producer.beginTransaction();
            outcome(r, "an unknown partition written to", () -> {
                send(producer, topic, 7, "a");
                return null;
            });
            producer.abortTransaction();
            producer.beginTransaction();
            outcome(r, "a record too large", () -> {
                Session.get(producer.send(new ProducerRecord<>(topic, 0, null, new byte[1_048_500])));
                return null;
            });
            outcome(r, "committed after an error", () -> {
                producer.commitTransaction();
                return null;
            });
            outcome(r, "aborted after an error", () -> {
                producer.abortTransaction();
                return null;
            });
            outcome(r, "going on after an error", () -> {
                producer.beginTransaction();
                send(producer, topic, 0, "b");
                producer.commitTransaction();
                return null;
            });
        }
        r.see("refused, committed", Session.show(s.read(topic, 1, 1, COMMITTED)));
        try (KafkaProducer<byte[], byte[]> producer = begun(s, s.name("refused"), Map.of())) {
            outcome(r, "offsets of no group", () -> {
                producer.beginTransaction();
                producer.sendOffsetsToTransaction(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)),
                    new ConsumerGroupMetadata(s.name("no-group"), 3, "m", Optional.empty()));
                return null;
            });
            producer.abortTransaction();
        }
    }
}
