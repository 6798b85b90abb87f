import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Share groups: records that are delivered, acknowledged, released and given up, and their offsets. */
final class ShareScenarios {
    private ShareScenarios() { }

    private static KafkaShareConsumer<byte[], byte[]> consumer(Session s, String group, Map<String, Object> overrides) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", s.bootstrap, "group.id", group));
        config.putAll(overrides);
        return new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A group that begins at the start of its topics. */
    private static String group(Session s, String suffix, Map<String, String> configs) throws Exception {
        String group = s.name(suffix);
        Map<String, String> all = new TreeMap<>(Map.of("share.auto.offset.reset", "earliest"));
        all.putAll(configs);
        List<AlterConfigOp> ops = new ArrayList<>();
        all.forEach((name, value) -> ops.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        Session.get(s.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), ops)).all());
        return group;
    }

    private static void produce(Session s, String topic, int from, int to) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = from; i < to; i++) {
                Session.get(producer.send(new ProducerRecord<>(topic, 0, null, Session.bytes("v" + i))));
            }
        }
    }

    private static String shown(ConsumerRecord<byte[], byte[]> r) {
        return Session.text(r.value()) + "x" + r.deliveryCount().map(String::valueOf).orElse("-");
    }

    /** Polls until so many records came. */
    private static List<ConsumerRecord<byte[], byte[]>> take(KafkaShareConsumer<byte[], byte[]> consumer, int count) {
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        long deadline = System.currentTimeMillis() + Session.DEADLINE_MS;
        while (taken.size() < count) {
            Report.must(System.currentTimeMillis() < deadline, "in time: " + count + " records, not " + taken.size());
            consumer.poll(Duration.ofMillis(200)).forEach(taken::add);
        }
        return taken;
    }

    private static List<String> shown(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(ShareScenarios::shown).toList();
    }

    static void share(Session s, Report r) throws Exception {
        implicit(s, r);
        explicit(s, r);
        together(s, r);
        limits(s, r);
        committed(s, r);
        renewed(s, r);
        offsets(s, r);
    }

    /** Records count as accepted with the next poll, and when the consumer is closed. */
    private static void implicit(Session s, Report r) throws Exception {
        String topic = s.topic("share-implicit", 1, Map.of());
        String group = group(s, "share-implicit", Map.of());
        produce(s, topic, 0, 10);
        try (var consumer = consumer(s, group, Map.of())) {
            consumer.subscribe(List.of(topic));
            r.see("implicit first", shown(take(consumer, 10)));
        }
        produce(s, topic, 10, 13);
        try (var consumer = consumer(s, group, Map.of())) {
            consumer.subscribe(List.of(topic));
            r.see("implicit later", shown(take(consumer, 3)));
        }
        r.attempt("implicit offsets", () -> offsets(s, group));
    }

    /** Each record is accepted, released or rejected by itself. */
    private static void explicit(Session s, Report r) throws Exception {
        String topic = s.topic("share-explicit", 1, Map.of());
        String group = group(s, "share-explicit", Map.of());
        produce(s, topic, 0, 9);
        Map<String, Object> explicit = Map.of("share.acknowledgement.mode", "explicit");
        try (var consumer = consumer(s, group, explicit)) {
            consumer.subscribe(List.of(topic));
            var records = take(consumer, 9);
            r.see("explicit first", shown(records));
            for (var record : records) {
                consumer.acknowledge(record, switch ((int) record.offset() % 3) {
                    case 0 -> AcknowledgeType.ACCEPT;
                    case 1 -> AcknowledgeType.RELEASE;
                    default -> AcknowledgeType.REJECT;
                });
            }
            r.attempt("explicit commit", () -> results(consumer.commitSync(), topic));
            var again = take(consumer, 3);
            r.see("explicit again", shown(again));
            r.attempt("explicit unacknowledged", () -> consumer.poll(Duration.ofMillis(100)).count());
            again.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
            r.attempt("explicit commit again", () -> results(consumer.commitSync(), topic));
            r.attempt("explicit twice", () -> {
                consumer.acknowledge(again.get(0), AcknowledgeType.ACCEPT);
                return "accepted";
            });
        }
        r.attempt("explicit offsets", () -> offsets(s, group));
        produce(s, topic, 9, 11);
        try (var leaves = consumer(s, group, explicit)) {
            leaves.subscribe(List.of(topic));
            r.see("explicit left", shown(take(leaves, 2)));
        }
        try (var consumer = consumer(s, group, Map.of())) {
            consumer.subscribe(List.of(topic));
            r.see("explicit taken over", shown(take(consumer, 2)));
        }
    }

    private static Object results(Map<?, ? extends java.util.Optional<? extends Exception>> results, String topic) {
        List<String> shown = new ArrayList<>();
        results.forEach((place, error) -> shown.add(place.toString().replaceAll(".*:", "").replace(topic, "t") + " "
            + error.map(Report::error).orElse("ok")));
        return shown;
    }

    /** Several members have the records of one partition, each record once. */
    private static void together(Session s, Report r) throws Exception {
        String topic = s.topic("share-together", 1, Map.of());
        String group = group(s, "share-together", Map.of());
        Set<String> seen = Collections.synchronizedSet(new HashSet<>());
        List<String> twice = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        boolean[] stop = {false};
        for (int i = 0; i < 3; i++) {
            Thread thread = new Thread(() -> {
                try (var consumer = consumer(s, group, Map.of("max.poll.records", 10))) {
                    consumer.subscribe(List.of(topic));
                    while (!stop[0]) {
                        consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                            if (!seen.add(Session.text(record.value()))) {
                                twice.add(Session.text(record.value()));
                            }
                        });
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        Session.await("three members", () -> {
            try {
                return describe(s, group).members().size() == 3;
            } catch (Exception e) {
                return false;
            }
        });
        produce(s, topic, 0, 300);
        Session.await("300 values", () -> seen.size() == 300);
        Session.await("a partition for each", () -> {
            try {
                return describe(s, group).members().stream().allMatch(m -> m.assignment().topicPartitions().size() == 1);
            } catch (Exception e) {
                return false;
            }
        });
        r.attempt("together described", () -> {
            ShareGroupDescription found = describe(s, group);
            return found.groupState() + " " + found.members().size() + " " + found.members().stream()
                .map(m -> m.assignment().topicPartitions().size()).toList();
        });
        stop[0] = true;
        for (Thread thread : threads) {
            thread.join();
        }
        r.see("together seen", seen.size());
        r.see("together twice", twice);
    }

    private static ShareGroupDescription describe(Session s, String group) throws Exception {
        return Session.get(s.admin.describeShareGroups(List.of(group)).all()).get(group);
    }

    /** Records that are released too often are given up; a member gets no more records than it wants. */
    private static void limits(Session s, Report r) throws Exception {
        String topic = s.topic("share-limits", 1, Map.of());
        String group = group(s, "share-limits", Map.of("share.delivery.count.limit", "3"));
        produce(s, topic, 0, 1);
        Map<String, Object> config = Map.of("share.acknowledgement.mode", "explicit");
        try (var consumer = consumer(s, group, config)) {
            consumer.subscribe(List.of(topic));
            for (int i = 0; i < 3; i++) {
                var records = take(consumer, 1);
                r.see("limits delivery " + i, shown(records));
                records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
                consumer.commitSync();
            }
            produce(s, topic, 1, 2);
            var records = take(consumer, 1);
            r.see("limits after the last", shown(records));
            records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
        }
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("linger.ms", 1000))) {
            for (int i = 2; i < 12; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, Session.bytes("v" + i)));
            }
        }
        Map<String, Object> exact = Map.of("share.acquire.mode", "record_limit", "max.poll.records", 4);
        try (var consumer = consumer(s, group, exact)) {
            consumer.subscribe(List.of(topic));
            List<Integer> sizes = new ArrayList<>();
            Set<String> values = new TreeSet<>();
            long deadline = System.currentTimeMillis() + Session.DEADLINE_MS;
            while (values.size() < 10 && System.currentTimeMillis() < deadline) {
                var polled = consumer.poll(Duration.ofMillis(200));
                if (!polled.isEmpty()) {
                    sizes.add(polled.count());
                    polled.forEach(record -> values.add(Session.text(record.value())));
                }
            }
            r.see("limits at most", sizes);
        }
    }

    /** A group that reads committed records does not see aborted ones. */
    private static void committed(Session s, Report r) throws Exception {
        String topic = s.topic("share-committed", 1, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("transactional.id", s.name("share-txn")))) {
            producer.initTransactions();
            for (String end : List.of("aborted", "committed")) {
                producer.beginTransaction();
                Session.get(producer.send(new ProducerRecord<>(topic, 0, null, Session.bytes(end))));
                if (end.equals("aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        for (String level : List.of("read_committed", "read_uncommitted")) {
            String group = group(s, "share-" + level, Map.of("share.isolation.level", level));
            try (var consumer = consumer(s, group, Map.of())) {
                consumer.subscribe(List.of(topic));
                r.see(level, shown(take(consumer, level.equals("read_committed") ? 1 : 2)));
            }
        }
    }

    private static void renewed(Session s, Report r) throws Exception {
        String topic = s.topic("share-renewed", 1, Map.of());
        String group = group(s, "share-renewed", Map.of());
        produce(s, topic, 0, 2);
        try (var consumer = consumer(s, group, Map.of("share.acknowledgement.mode", "explicit"))) {
            consumer.subscribe(List.of(topic));
            var records = take(consumer, 2);
            consumer.acknowledge(records.get(0), AcknowledgeType.RENEW);
            consumer.acknowledge(records.get(1), AcknowledgeType.ACCEPT);
            r.attempt("renewed", () -> results(consumer.commitSync(), topic));
            var again = take(consumer, 1);
            r.see("renewed again", shown(again));
            consumer.acknowledge(again.get(0), AcknowledgeType.ACCEPT);
            r.attempt("renewed and accepted", () -> results(consumer.commitSync(), topic));
            r.see("lock", consumer.acquisitionLockTimeoutMs().toString());
        }
    }

    private static Object offsets(Session s, String group) throws Exception {
        Map<String, Object> shown = new TreeMap<>();
        Map<TopicPartition, SharePartitionOffsetInfo> found = Session.get(s.admin
            .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec())).partitionsToOffsetInfo(group));
        found.forEach((tp, info) -> shown.put(tp.topic().replace(s.prefix, "") + "-" + tp.partition(),
            info == null ? "none" : info.startOffset() + " lag " + info.lag()));
        return shown;
    }

    private static void offsets(Session s, Report r) throws Exception {
        String topic = s.topic("share-offsets", 2, Map.of());
        String group = group(s, "share-offsets", Map.of());
        TopicPartition first = new TopicPartition(topic, 0);
        produce(s, topic, 0, 5);
        r.attempt("offsets of an absent group", () -> offsets(s, s.name("share-absent")));
        r.attempt("alter of an absent group", () -> Session.get(s.admin
            .alterShareGroupOffsets(s.name("share-absent"), Map.of(first, 1L)).all()));
        try (var consumer = consumer(s, group, Map.of())) {
            consumer.subscribe(List.of(topic));
            r.see("offsets read", shown(take(consumer, 5)));
            consumer.commitSync();
            r.attempt("alter with a member", () -> Session.get(s.admin.alterShareGroupOffsets(group, Map.of(first, 1L)).all()));
            r.attempt("delete with a member", () -> Session.get(s.admin.deleteShareGroupOffsets(group, Set.of(topic)).all()));
            r.attempt("remove with a member", () -> Session.get(s.admin.deleteShareGroups(List.of(group)).all()));
        }
        r.attempt("offsets at first", () -> offsets(s, group));
        r.attempt("alter", () -> Session.get(s.admin.alterShareGroupOffsets(group, Map.of(first, 3L)).all()));
        r.attempt("offsets altered", () -> offsets(s, group));
        try (var consumer = consumer(s, group, Map.of())) {
            consumer.subscribe(List.of(topic));
            r.see("offsets read again", shown(take(consumer, 2)));
        }
        r.attempt("alter an absent topic", () -> Session.get(s.admin
            .alterShareGroupOffsets(group, Map.of(new TopicPartition(s.name("share-absent"), 0), 0L)).all()));
        r.attempt("delete", () -> Session.get(s.admin.deleteShareGroupOffsets(group, Set.of(topic)).all()));
        r.attempt("delete again", () -> Session.get(s.admin.deleteShareGroupOffsets(group, Set.of(topic)).all()));
        r.attempt("offsets deleted", () -> offsets(s, group));
        r.attempt("listed", () -> Session.get(s.admin.listGroups(ListGroupsOptions.forShareGroups()).all()).stream()
            .filter(g -> g.groupId().equals(group)).map(g -> g.type() + " " + g.protocol() + " " + g.groupState()).toList());
        r.attempt("described as a consumer group", () -> Session.get(s.admin.describeConsumerGroups(List.of(group)).all()));
        r.attempt("remove", () -> Session.get(s.admin.deleteShareGroups(List.of(group)).all()));
        r.attempt("remove again", () -> Session.get(s.admin.deleteShareGroups(List.of(group)).all()));
        r.attempt("described at last", () -> describe(s, group).groupState().toString());
        r.see("kind", GroupType.SHARE.toString());
    }
}
