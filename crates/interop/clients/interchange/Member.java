import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A member of a group that reads what is committed in {@link Transactions#TOPIC}, and commits how far it came, until this JVM ends. */
final class Member implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean isClassic;
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final List<ConsumerRecord<byte[], byte[]>> records = Collections.synchronizedList(new ArrayList<>());
    private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();

    Member(Cluster cluster, String protocol) {
        isClassic = protocol.equals("classic");
        consumer = cluster.consumer(Map.of("group.id", "members-" + protocol, "group.protocol", protocol,
            "isolation.level", "read_committed"));
        Thread thread = new Thread(this::run, "member-" + protocol);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        consumer.subscribe(List.of(Transactions.TOPIC), this);
        while (true) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
            consumer.assignment().forEach(p -> moved.put(p, new OffsetAndMetadata(consumer.position(p))));
            moved.entrySet().removeIf(e -> Long.valueOf(e.getValue().offset()).equals(committed.get(e.getKey())));
            if (!moved.isEmpty()) {
                commit(moved);
            }
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> moved) {
        try {
            consumer.commitSync(moved);
            moved.forEach((p, offset) -> committed.put(p, offset.offset()));
        } catch (KafkaException e) {
            events.add(e.getClass().getSimpleName());
        }
    }

    /** Waits until it has committed all that may be read. */
    void await(Cluster cluster) throws Exception {
        long deadline = System.currentTimeMillis() + Cluster.DEADLINE_MS;
        while (!ends(cluster).equals(new TreeMap<>(shown()))) {
            Cluster.must(System.currentTimeMillis() < deadline, "a member at " + ends(cluster) + ", which is at " + shown());
            Thread.sleep(20);
        }
    }

    private Map<String, Long> shown() {
        Map<String, Long> shown = new TreeMap<>();
        committed.forEach((p, offset) -> shown.put(p.toString(), offset));
        return shown;
    }

    private static Map<String, Long> ends(Cluster cluster) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < Transactions.PARTITIONS; p++) {
            asked.put(new TopicPartition(Transactions.TOPIC, p), OffsetSpec.latest());
        }
        Map<String, Long> ends = new TreeMap<>();
        Cluster.get(cluster.admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
            .forEach((p, end) -> ends.put(p.toString(), end.offset()));
        return ends;
    }

    /**
     * What it has read of a round, and everything that happened to its membership since it began. The leader of a classic group joins
     * anew, as the member that it is, when it sees a broker that does not know its topics yet: that is no loss.
     */
    String seen(String round) {
        synchronized (records) {
            return Transactions.ofRound(records, round) + " "
                + events.stream().filter(event -> !isClassic || !event.matches("(assigned|revoked) \\d+")).toList();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        events.add("assigned " + partitions.size());
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        events.add("revoked " + partitions.size());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        events.add("lost " + partitions.size());
    }
}
