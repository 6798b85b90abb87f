import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A share group that goes on at the next broker where it was at the last. */
final class Queue {
    private static final String NAME = "queue";

    private Queue() {
    }

    /**
     * Five records: of three that are accepted, one that is rejected, and one that is released and that the next round gets, counted.
     */
    static void use(Cluster cluster, String round) throws Exception {
        Set<String> expected = new TreeSet<>();
        if (cluster.topics().contains(NAME)) {
            expected.add("released");
        } else {
            cluster.create(NAME, 1, Map.of());
            var group = new ConfigResource(ConfigResource.Type.GROUP, NAME);
            cluster.alter(Map.of(group, List.of(Interchange.set("share.auto.offset.reset", "earliest"))));
        }
        for (String what : List.of("accepted", "accepted too", "rejected", "released", "accepted last")) {
            cluster.send(NAME, 0, round, what);
            expected.add(what + " of " + round);
        }
        Map<String, Object> config = Map.of("bootstrap.servers", cluster.bootstrap, "group.id", NAME,
            "share.acknowledgement.mode", "explicit");
        try (var consumer = new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(NAME));
            long deadline = System.currentTimeMillis() + 120_000;
            while (!expected.isEmpty()) {
                Cluster.must(System.currentTimeMillis() < deadline, "records of the queue: " + expected);
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    take(consumer, record, round, expected);
                }
                consumer.commitSync().values().forEach(error ->
                    Cluster.must(error.isEmpty(), "an acknowledgement: " + error));
            }
        }
    }

    private static void take(KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record,
                             String round, Set<String> expected) {
        String what = new String(record.value());
        boolean isOwn = round.equals(new String(record.key()));
        if (!isOwn) {
            Cluster.must(what.equals("released"), "only what was released comes again, not " + what);
            Cluster.must(record.deliveryCount().orElse((short) 0) >= 2, "a count of what was released: " + record.deliveryCount());
            expected.remove("released");
            consumer.acknowledge(record, AcknowledgeType.ACCEPT);
            return;
        }
        expected.remove(what + " of " + round);
        consumer.acknowledge(record, switch (what) {
            case "rejected" -> AcknowledgeType.REJECT;
            case "released" -> AcknowledgeType.RELEASE;
            default -> AcknowledgeType.ACCEPT;
        });
    }

    /** How far the group has come. */
    static void observe(Cluster cluster, Map<String, String> facts) throws Exception {
        if (!cluster.topics().contains(NAME)) {
            return;
        }
        for (var listing : Cluster.get(cluster.admin.listGroups(ListGroupsOptions.forShareGroups()).all())) {
            facts.put("share group " + listing.groupId(), String.valueOf(listing.groupState().orElse(null)));
        }
        Cluster.get(cluster.admin.listShareGroupOffsets(Map.of(NAME, new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(NAME)).forEach((p, info) -> facts.put("share group " + NAME + " " + p,
                info == null ? "none" : info.startOffset() + " lag " + info.lag()));
    }
}
