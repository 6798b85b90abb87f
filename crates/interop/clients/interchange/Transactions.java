import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions that one broker begins and another ends. The producers, and the members of groups that read what is committed, live on
 * in this JVM while the program behind their address changes.
 */
final class Transactions {
    static final String TOPIC = "moved";
    static final int PARTITIONS = 2;
    private static final String GIVEN_UP = "open-transaction";
    private static final List<String> PROTOCOLS = List.of("classic", "consumer");
    /** By address and transactional id. */
    private static final Map<String, KafkaProducer<byte[], byte[]>> PRODUCERS = new ConcurrentHashMap<>();
    /** By address and protocol. */
    private static final Map<String, Member> MEMBERS = new ConcurrentHashMap<>();

    private final Cluster cluster;
    private final String round;
    private final Map<String, String> outcomes = new TreeMap<>();

    Transactions(Cluster cluster, String round) {
        this.cluster = cluster;
        this.round = round;
    }

    /** Committed, aborted, and one that stays open: its producer is given up without a word. */
    static void transact(Cluster cluster) throws Exception {
        cluster.create("transactional", 2, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = transactional(cluster, "ended-transactions")) {
            for (String end : List.of("committed", "aborted", "committed-later")) {
                producer.beginTransaction();
                for (int i = 0; i < 5; i++) {
                    producer.send(record("transactional", i % 2, end + i));
                }
                producer.flush();
                if (end.equals("aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        KafkaProducer<byte[], byte[]> open = transactional(cluster, GIVEN_UP);
        open.beginTransaction();
        Cluster.get(open.send(record("transactional", 0, "of the open transaction")));
        open.flush();
        cluster.send("transactional", 0, "plain", "behind the open transaction");
        open.close(Duration.ZERO);
        awaitEnds(cluster);
    }

    /** The next producer of the same transactional id aborts what the first has left open. */
    static void settle(Cluster cluster) throws Exception {
        transactional(cluster, GIVEN_UP).close();
        awaitEnds(cluster);
    }

    /** Opens one transaction for each way of ending it; members join with the first round. */
    void open() throws Exception {
        if (!cluster.topics().contains(TOPIC)) {
            cluster.create(TOPIC, PARTITIONS, Map.of());
            for (String protocol : PROTOCOLS) {
                MEMBERS.put(cluster.bootstrap + protocol, new Member(cluster, protocol));
            }
        }
        ended();
        commitPlainly(2);
        for (String id : List.of("commits", "aborts", "is-fenced", "commits-offsets")) {
            KafkaProducer<byte[], byte[]> producer = transactional(cluster, name(id));
            PRODUCERS.put(key(id), producer);
            producer.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Cluster.get(producer.send(record(TOPIC, partition, name(id) + " before")));
            }
        }
        PRODUCERS.get(key("commits-offsets")).sendOffsetsToTransaction(
            Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(5, name("pending"))), new ConsumerGroupMetadata(group()));
        cluster.send(TOPIC, 0, "plain", name("behind") + " the open transactions");
        awaitEnds(cluster);
        awaitMembers();
    }

    /** Transactions that begin and end at the same broker. */
    private void ended() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = transactional(cluster, name("ended"))) {
            for (String end : List.of("committed", "aborted", "committed-again")) {
                producer.beginTransaction();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    Cluster.get(producer.send(record(TOPIC, partition, name(end))));
                }
                if (end.equals("aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    private void commitPlainly(long offset) {
        try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(Map.of("group.id", group()))) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset, "plain")));
        }
    }

    /** Ends what the broker before had open, and prints what came of it without the name of the round. */
    void finish() throws Exception {
        see("offset, pending", this::committed);
        end("commits", KafkaProducer::commitTransaction);
        end("aborts", KafkaProducer::abortTransaction);
        end("commits-offsets", KafkaProducer::commitTransaction);
        // Markers are written after the producer has its answer.
        awaitEnds(cluster);
        see("offset, committed", this::committed);
        try (KafkaProducer<byte[], byte[]> next = transactional(cluster, name("is-fenced"))) {
            end("is-fenced", KafkaProducer::commitTransaction);
            next.beginTransaction();
            Cluster.get(next.send(record(TOPIC, 0, name("of the next producer"))));
            next.commitTransaction();
        }
        awaitEnds(cluster);
        awaitMembers();
        see("is read", this::read);
        for (String id : List.of("ended", "commits", "aborts", "commits-offsets", "is-fenced")) {
            var described = Cluster.get(cluster.admin.describeTransactions(List.of(name(id))).description(name(id)));
            outcomes.put("transaction " + id, described.state() + " in epoch " + described.producerEpoch());
        }
        for (String protocol : PROTOCOLS) {
            outcomes.put("member of a " + protocol + " group", MEMBERS.get(cluster.bootstrap + protocol).seen(round));
        }
        outcomes.forEach((name, value) -> System.out.println(name + "\t" + value.replace(round, "ROUND")));
    }

    /** Writes once more in the open transaction, and ends it. */
    private void end(String id, java.util.function.Consumer<KafkaProducer<byte[], byte[]>> end) {
        try (KafkaProducer<byte[], byte[]> producer = PRODUCERS.remove(key(id))) {
            see(id + ", writes", () -> {
                Cluster.get(producer.send(record(TOPIC, 1, name(id) + " after")));
                return "done";
            });
            see(id + ", ends", () -> {
                end.accept(producer);
                return "done";
            });
        }
    }

    private void see(String name, Callable<String> call) {
        String value;
        try {
            value = call.call();
        } catch (Exception e) {
            // The message names the producer id, which is of each broker's own choice.
            value = (e instanceof ExecutionException ? e.getCause() : e).getClass().getSimpleName();
        }
        outcomes.put(name, value);
    }

    private String committed() throws Exception {
        return Cluster.get(cluster.admin.listConsumerGroupOffsets(group()).partitionsToOffsetAndMetadata()).toString();
    }

    /** What is committed of this round, partition by partition, in order. */
    private String read() {
        try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(Map.of("isolation.level", "read_committed"))) {
            List<TopicPartition> all = partitions();
            consumer.assign(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            consumer.seekToBeginning(all);
            return ofRound(Cluster.pollTo(consumer, ends), round);
        }
    }

    static String ofRound(List<ConsumerRecord<byte[], byte[]>> records, String round) {
        Map<Integer, List<String>> values = new TreeMap<>();
        records.forEach(r -> {
            String value = new String(r.value());
            if (value.contains(round)) {
                values.computeIfAbsent(r.partition(), p -> new ArrayList<>()).add(value);
            }
        });
        return values.toString();
    }

    private static List<TopicPartition> partitions() {
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            all.add(new TopicPartition(TOPIC, partition));
        }
        return all;
    }

    /** Whether members of groups use this broker, and may write to its groups at any time. */
    static boolean hasMembers(Cluster cluster) {
        return PROTOCOLS.stream().anyMatch(protocol -> MEMBERS.containsKey(cluster.bootstrap + protocol));
    }

    /** Waits until members have read, and committed that they have, all that a reader may see. */
    private void awaitMembers() throws Exception {
        for (String protocol : PROTOCOLS) {
            MEMBERS.get(cluster.bootstrap + protocol).await(cluster);
        }
    }

    /** Waits until no transaction is on its way to its end. */
    private static void awaitEnds(Cluster cluster) throws Exception {
        long deadline = System.currentTimeMillis() + Cluster.DEADLINE_MS;
        while (Cluster.get(cluster.admin.listTransactions(new ListTransactionsOptions()).all()).stream()
            .anyMatch(t -> t.state().toString().startsWith("Prepare"))) {
            Cluster.must(System.currentTimeMillis() < deadline, "ends of transactions");
            Thread.sleep(20);
        }
    }

    private String name(String what) {
        return what + " of " + round;
    }

    private String key(String id) {
        return cluster.bootstrap + name(id);
    }

    private String group() {
        return name("group");
    }

    private static KafkaProducer<byte[], byte[]> transactional(Cluster cluster, String id) {
        KafkaProducer<byte[], byte[]> producer =
            cluster.producer(Map.of("transactional.id", id, "transaction.timeout.ms", 900_000));
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int partition, String value) {
        return new ProducerRecord<>(topic, partition, "k".getBytes(), value.getBytes());
    }
}
