import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Writes metadata and data to a broker, and says all that a broker holds.
 *
 * {@code Interchange COMMAND BOOTSTRAP [ROUND]}: {@code write} uses what every broker has, with names of the round;
 * {@code transact} leaves a transaction open, which {@code settle} ends; {@code open} leaves several, which {@code finish} ends in every way
 * and says what came of it; {@code share} goes on in a share group and in a streams group, which both programs of 4.4 have; {@code special} uses what only
 * Apache Kafka has so far.
 * {@code observe} and {@code observe-special} print one line for each fact, {@code name TAB value}, which must be the same at
 * the next broker.
 */
public final class Interchange {
    static final int DATA_PARTITIONS = 3;
    private static final Set<String> TRANSACTIONAL = Set.of("transactional", Transactions.TOPIC);
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private Interchange() {
    }

    public static void main(String[] args) throws Exception {
        String round = args.length > 2 ? args[2] : "";
        try (Cluster cluster = new Cluster(args[1])) {
            switch (args[0]) {
                case "write" -> write(cluster, round);
                case "transact" -> Transactions.transact(cluster);
                case "special" -> Special.write(cluster);
                case "open" -> new Transactions(cluster, round).open();
                case "finish" -> new Transactions(cluster, round).finish();
                case "share" -> {
                    Queue.use(cluster, round);
                    Application.use(cluster, round);
                }
                case "settle" -> Transactions.settle(cluster);
                case "observe" -> new Observation(cluster).print();
                case "observe-special" -> Special.observe(cluster);
                default -> throw new IllegalArgumentException("no command " + args[0]);
            }
        }
    }

    /** One round of changes: everything that a later broker has to understand, in names of the round. */
    private static void write(Cluster cluster, String round) throws Exception {
        topics(cluster, round);
        configs(cluster, round);
        records(cluster, round);
        groups(cluster, round);
    }

    private static void topics(Cluster cluster, String round) throws Exception {
        if (!cluster.topics().contains("data")) {
            // Small segments, so that a few megabytes make several. The records are old, and not to be deleted for it.
            cluster.create("data", DATA_PARTITIONS,
                Map.of("segment.bytes", "1048576", "index.interval.bytes", "1024", "retention.ms", "-1"));
            cluster.create("appended", 1, Map.of("message.timestamp.type", "LogAppendTime"));
            cluster.create("recompressed", 1,
                Map.of("compression.type", "zstd", "compression.zstd.level", "7", "retention.ms", "-1"));
        }
        cluster.create("of-" + round, 2, Map.of("retention.ms", "86400000", "flush.messages", "1"));
        cluster.create("gone-" + round, 2, Map.of());
        // Without configurations: Kafka, when it starts, keeps those of a topic that came and went behind its snapshot.
        cluster.create("again-" + round, 1, Map.of());
        cluster.send("gone-" + round, 0, "k", "lost");
        cluster.send("again-" + round, 0, "k", "of the first");
        Cluster.get(cluster.admin.deleteTopics(List.of("gone-" + round, "again-" + round)).all());
        cluster.create("again-" + round, 3, Map.of("max.message.bytes", "2000000"));
        cluster.send("again-" + round, 2, "k", "of the second");
        Cluster.get(cluster.admin.createPartitions(Map.of("of-" + round, NewPartitions.increaseTo(4))).all());
    }

    private static void configs(Cluster cluster, String round) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "of-" + round);
        var brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        var broker = new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(cluster.node));
        if (cluster.hasGroupConfigs()) {
            var group = new ConfigResource(ConfigResource.Type.GROUP, "classic-" + round);
            cluster.alter(Map.of(group, List.of(set("consumer.session.timeout.ms", "50000"))));
        }
        var metrics = new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "metrics-" + round);
        cluster.alter(Map.of(
            topic, List.of(set("segment.ms", "7200000"), op("retention.ms", "", AlterConfigOp.OpType.DELETE),
                op("cleanup.policy", "compact", AlterConfigOp.OpType.APPEND)),
            brokers, List.of(set("log.cleaner.threads", "1"), set("message.max.bytes", "1500000")),
            broker, List.of(set("log.retention.ms", "604800000")),
            metrics, List.of(set("metrics", "org.apache.kafka.producer"), set("interval.ms", "5000"))));
    }

    static AlterConfigOp set(String key, String value) {
        return op(key, value, AlterConfigOp.OpType.SET);
    }

    private static AlterConfigOp op(String key, String value, AlterConfigOp.OpType type) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    /** Every codec, keys, no keys, tombstones, headers, timestamps; enough bytes for segments to roll. */
    private static void records(Cluster cluster, String round) throws Exception {
        Random random = new Random(round.hashCode());
        for (String codec : CODECS) {
            try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of("compression.type", codec))) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    ProducerRecord<byte[], byte[]> record = record(random, codec + "-" + round, i);
                    sent.add(producer.send(record));
                    for (String topic : List.of("appended", "recompressed")) {
                        sent.add(producer.send(new ProducerRecord<>(topic, 0, record.timestamp(), record.key(),
                            record.value(), record.headers())));
                    }
                }
                producer.flush();
                for (Future<RecordMetadata> one : sent) {
                    Cluster.get(one);
                }
            }
        }
        cluster.send("of-" + round, 3, "synced", "before it is acknowledged");
        Map<TopicPartition, RecordsToDelete> below = Map.of(new TopicPartition("appended", 0),
            RecordsToDelete.beforeOffset(cluster.start("appended", 0) + 7));
        Cluster.get(cluster.admin.deleteRecords(below).all());
    }

    private static ProducerRecord<byte[], byte[]> record(Random random, String name, int i) {
        byte[] key = i % 4 == 0 ? null : (name + "-k" + i % 7).getBytes(StandardCharsets.UTF_8);
        byte[] value = i % 9 == 5 ? null : new byte[i % 3 == 0 ? 60_000 : 20 + i];
        if (value != null) {
            random.nextBytes(value);
        }
        long timestamp = 1_700_000_000_000L + 1_000L * i + name.length();
        var record = new ProducerRecord<>("data", i % DATA_PARTITIONS, timestamp, key, value);
        if (i % 5 == 0) {
            record.headers().add("name", name.getBytes(StandardCharsets.UTF_8)).add("none", null).add("name", new byte[0]);
        }
        return record;
    }

    /** Offsets of a group with members, and of one without. */
    private static void groups(Cluster cluster, String round) throws Exception {
        Map<String, Object> config = Map.of("group.id", "classic-" + round, "group.protocol", "classic");
        try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(config)) {
            consumer.subscribe(List.of("data"));
            Cluster.poll(consumer, 20);
            consumer.commitSync();
        }
        try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(Map.of("group.id", "simple"))) {
            TopicPartition partition = new TopicPartition("data", Math.floorMod(round.hashCode(), DATA_PARTITIONS));
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(7, Optional.of(0), "of " + round)));
        }
    }

    static String text(byte[] bytes) {
        if (bytes == null) {
            return "null";
        }
        return bytes.length > 40
            ? bytes.length + " bytes #" + Arrays.hashCode(bytes)
            : Arrays.toString(bytes);
    }

    /** All that a broker holds, as far as every broker can be asked. */
    static final class Observation {
        private final Cluster cluster;
        private final Map<String, String> facts = new TreeMap<>();

        Observation(Cluster cluster) {
            this.cluster = cluster;
        }

        void print() throws Exception {
            cluster.awaitReady();
            facts.put("cluster", Cluster.get(cluster.admin.describeCluster().clusterId()));
            var features = Cluster.get(cluster.admin.describeFeatures().featureMetadata()).finalizedFeatures();
            facts.put("metadata.version", String.valueOf(features.get("metadata.version")));
            topics();
            configs();
            offsets();
            records("read_uncommitted");
            records("read_committed");
            groups();
            transactions();
            Queue.observe(cluster, facts);
            directories();
            facts.forEach((name, value) -> System.out.println(name + "\t" + value));
        }

        private void topics() throws Exception {
            var described = Cluster.get(cluster.admin.describeTopics(cluster.topics()).allTopicNames());
            described.forEach((name, topic) -> {
                facts.put("topic " + name, topic.topicId() + " internal=" + topic.isInternal());
                topic.partitions().forEach(p -> facts.put("topic " + name + " " + p.partition(), "leader="
                    + p.leader().id() + " replicas=" + p.replicas().stream().map(n -> n.id()).toList()
                    + " isr=" + p.isr().stream().map(n -> n.id()).toList()));
            });
        }

        private void configs() throws Exception {
            List<ConfigResource> resources = new ArrayList<>();
            resources.add(new ConfigResource(ConfigResource.Type.BROKER, ""));
            resources.add(new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(cluster.node)));
            cluster.topics().forEach(t -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, t)));
            resources.addAll(cluster.withConfigs());
            Cluster.get(cluster.admin.describeConfigs(resources).all()).forEach((resource, config) ->
                config.entries().stream().filter(e -> e.source().name().startsWith("DYNAMIC")).forEach(e ->
                    facts.put("config " + resource.type() + " " + resource.name() + " " + e.name(),
                        e.source() + " " + e.value())));
        }

        private void offsets() throws Exception {
            for (TopicPartition p : cluster.partitions()) {
                for (var spec : Map.of("earliest", OffsetSpec.earliest(), "latest", OffsetSpec.latest(),
                    "max timestamp", OffsetSpec.maxTimestamp(), "at 1700000010000",
                    OffsetSpec.forTimestamp(1_700_000_010_000L)).entrySet()) {
                    var found = Cluster.get(cluster.admin.listOffsets(Map.of(p, spec.getValue())).all()).get(p);
                    facts.put("offset " + p + " " + spec.getKey(), found.offset() + " at " + found.timestamp());
                }
            }
        }

        private void records(String isolation) {
            Map<String, Object> config = Map.of("isolation.level", isolation, "check.crcs", true);
            try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(config)) {
                List<TopicPartition> all = cluster.partitions();
                consumer.assign(all);
                Map<TopicPartition, Long> ends = consumer.endOffsets(all);
                consumer.seekToBeginning(all);
                ends.forEach((p, end) -> facts.put("end " + p + " " + isolation, String.valueOf(end)));
                Cluster.pollTo(consumer, ends).forEach(r -> {
                    StringBuilder headers = new StringBuilder();
                    r.headers().forEach(h -> headers.append(' ').append(h.key()).append('=').append(text(h.value())));
                    facts.put("record " + r.topic() + "-" + r.partition() + " " + String.format("%06d", r.offset()) + " "
                        + isolation, r.timestampType() + " " + r.timestamp() + " " + text(r.key()) + " "
                        + text(r.value()) + headers);
                });
            }
        }

        private void groups() throws Exception {
            for (var listing : groupsAtRest()) {
                String id = listing.groupId();
                GroupType type = listing.type().orElse(GroupType.UNKNOWN);
                if (type == GroupType.STREAMS) {
                    Application.observe(cluster, id, facts);
                }
                if (type != GroupType.CLASSIC && type != GroupType.CONSUMER) {
                    continue;
                }
                facts.put("group " + id, type + " " + listing.protocol() + " " + listing.groupState().orElse(null));
                members(id, type);
                var committed = Cluster.get(cluster.admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata());
                committed.forEach((p, offset) -> facts.put("group " + id + " " + p, String.valueOf(offset)));
            }
        }

        /** The groups, once none is in the middle of a change: members that live through the change of program may join again. */
        private Collection<GroupListing> groupsAtRest() throws Exception {
            long deadline = System.currentTimeMillis() + 30_000;
            while (true) {
                var groups = Cluster.get(cluster.admin.listGroups().all());
                if (groups.stream().allMatch(Observation::isAtRest) || System.currentTimeMillis() > deadline) {
                    return groups;
                }
                Thread.sleep(100);
            }
        }

        private static boolean isAtRest(GroupListing group) {
            if (group.type().equals(Optional.of(GroupType.STREAMS))) {
                // Its member is away, so that nothing goes on.
                return true;
            }
            return switch (group.groupState().orElse(GroupState.UNKNOWN)) {
                case PREPARING_REBALANCE, COMPLETING_REBALANCE, ASSIGNING, RECONCILING -> false;
                default -> true;
            };
        }

        /** Members with their epochs and partitions. */
        private void members(String group, GroupType type) throws Exception {
            var described = Cluster.get(cluster.admin.describeConsumerGroups(List.of(group)).all()).get(group);
            if (type == GroupType.CONSUMER) {
                facts.put("group " + group + " epochs", described.groupEpoch() + " " + described.targetAssignmentEpoch()
                    + " " + described.partitionAssignor());
            }
            described.members().forEach(m -> facts.put("group " + group + " member " + m.consumerId(), m.clientId() + " "
                + m.groupInstanceId() + " epoch " + m.memberEpoch() + " " + sorted(m.assignment().topicPartitions()) + " of "
                + m.targetAssignment().map(t -> sorted(t.topicPartitions())) + " upgraded " + m.upgraded()));
        }

        private static List<String> sorted(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::toString).sorted().toList();
        }

        /** Transactional ids, and what partitions know of the producers that write in transactions. */
        private void transactions() throws Exception {
            for (var listing : Cluster.get(cluster.admin.listTransactions().all())) {
                String id = listing.transactionalId();
                var described = Cluster.get(cluster.admin.describeTransactions(List.of(id)).description(id));
                facts.put("transaction " + id, described.toString());
            }
            var partitions = cluster.partitions().stream().filter(p -> TRANSACTIONAL.contains(p.topic())).toList();
            Cluster.get(cluster.admin.describeProducers(partitions).all()).forEach((p, state) -> state.activeProducers()
                .forEach(producer -> facts.put("producer " + producer.producerId() + " of " + p, producer.toString())));
        }

        private void directories() throws Exception {
            Map<Integer, Map<String, LogDirDescription>> all =
                Cluster.get(cluster.admin.describeLogDirs(List.of(cluster.node)).allDescriptions());
            all.get(cluster.node).forEach((dir, description) -> description.replicaInfos().forEach((p, info) -> {
                // One without records may come to lie elsewhere, and members write to their groups in between.
                boolean grows = p.topic().equals(Cluster.OFFSETS) && Transactions.hasMembers(cluster);
                if (info.size() > 0 && !grows) {
                    facts.put("directory " + p, dir.substring(dir.lastIndexOf('/') + 1) + " " + info.size() + " bytes");
                }
            }));
        }
    }
}
