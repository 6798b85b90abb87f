import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker that is spoken to, and the clients made for it. */
final class Cluster implements AutoCloseable {
    static final long DEADLINE_MS = 120_000;
    static final String OFFSETS = "__consumer_offsets";
    final String bootstrap;
    final Admin admin;
    final int node;

    Cluster(String bootstrap) throws Exception {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.node = get(admin.describeCluster().nodes()).iterator().next().id();
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.get(DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    /** All topics, internal ones too. */
    Set<String> topics() throws Exception {
        return new TreeSet<>(get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()));
    }

    /** The partitions that hold records of users. */
    List<TopicPartition> partitions() {
        try {
            List<TopicPartition> all = new ArrayList<>();
            Set<String> users = get(admin.listTopics().names());
            get(admin.describeTopics(users).allTopicNames()).forEach((name, topic) ->
                topic.partitions().forEach(p -> all.add(new TopicPartition(name, p.partition()))));
            return all;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates a topic and waits until its partitions have leaders. */
    void create(String name, int partitions, Map<String, String> configs) throws Exception {
        get(admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs))).all());
        awaitLeaders(List.of(name));
    }

    /** Waits until every partition has a leader and the coordinator has read all groups. */
    void awaitReady() throws Exception {
        Set<String> topics = topics();
        awaitLeaders(topics);
        if (topics.contains(OFFSETS)) {
            int partitions = get(admin.describeTopics(List.of(OFFSETS)).allTopicNames()).get(OFFSETS).partitions().size();
            Set<Integer> asked = new TreeSet<>();
            for (int i = 0; asked.size() < partitions; i++) {
                if (asked.add(Math.abs(("nobody-" + i).hashCode() % partitions))) {
                    get(admin.listConsumerGroupOffsets("nobody-" + i).partitionsToOffsetAndMetadata());
                }
            }
        }
    }

    /** Groups have configurations since Kafka 4.0. */
    boolean hasGroupConfigs() throws Exception {
        return get(admin.describeFeatures().featureMetadata()).supportedFeatures().containsKey("group.version");
    }

    /** The groups and metrics subscriptions that have configurations; of groups only what a broker can list. */
    Collection<ConfigResource> withConfigs() throws Exception {
        try {
            var types = Set.of(ConfigResource.Type.GROUP, ConfigResource.Type.CLIENT_METRICS);
            return get(admin.listConfigResources(types, new ListConfigResourcesOptions()).all());
        } catch (ExecutionException e) {
            must(e.getCause() instanceof UnsupportedVersionException, "a list of resources: " + e);
            return get(admin.listConfigResources(Set.of(ConfigResource.Type.CLIENT_METRICS),
                new ListConfigResourcesOptions()).all());
        }
    }

    private void awaitLeaders(Collection<String> names) throws Exception {
        long deadline = System.currentTimeMillis() + DEADLINE_MS;
        while (!haveLeaders(names)) {
            must(System.currentTimeMillis() < deadline, "leaders of " + names);
            Thread.sleep(20);
        }
    }

    private boolean haveLeaders(Collection<String> names) throws Exception {
        try {
            return get(admin.describeTopics(names).allTopicNames()).values().stream().flatMap(t -> t.partitions().stream())
                .allMatch(p -> p.leader() != null && !p.leader().isEmpty());
        } catch (ExecutionException e) {
            // Not known yet.
            return false;
        }
    }

    void alter(Map<ConfigResource, Collection<AlterConfigOp>> changes) throws Exception {
        get(admin.incrementalAlterConfigs(changes).all());
    }

    long start(String topic, int partition) throws Exception {
        TopicPartition p = new TopicPartition(topic, partition);
        return get(admin.listOffsets(Map.of(p, OffsetSpec.earliest())).all()).get(p).offset();
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> overrides) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "linger.ms", 5,
            "max.block.ms", 20_000, "batch.size", 100_000));
        config.putAll(overrides);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void send(String topic, int partition, String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            get(producer.send(new ProducerRecord<>(topic, partition, key.getBytes(), value.getBytes())));
        }
    }

    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> overrides) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest",
            "enable.auto.commit", false, "fetch.max.wait.ms", 100));
        config.putAll(overrides);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static void poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
        long deadline = System.currentTimeMillis() + DEADLINE_MS;
        for (int got = 0; got < count; got += consumer.poll(Duration.ofMillis(100)).count()) {
            must(System.currentTimeMillis() < deadline, count + " records");
        }
    }

    /** Reads until every partition is at its end. */
    static List<ConsumerRecord<byte[], byte[]>> pollTo(
        KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        long deadline = System.currentTimeMillis() + DEADLINE_MS;
        while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            must(System.currentTimeMillis() < deadline, "the ends " + ends);
            consumer.poll(Duration.ofMillis(100)).forEach(all::add);
        }
        return all;
    }

    static void must(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not in time: " + what);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
