import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One broker, the names of one run, and the clients made for it. */
final class Session implements AutoCloseable {
    static final long DEADLINE_MS = 60_000;
    final String bootstrap;
    final String prefix;
    final Admin admin;

    Session(String bootstrap, String prefix) {
        this.bootstrap = bootstrap;
        this.prefix = prefix;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    String name(String suffix) {
        return prefix + "-" + suffix;
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> overrides) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "linger.ms", 0));
        config.putAll(overrides);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> overrides) {
        Properties config = new Properties();
        config.putAll(Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest",
            "enable.auto.commit", "false", "fetch.max.wait.ms", 100));
        config.putAll(overrides);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Creates a topic and waits until its partitions have leaders. */
    String topic(String suffix, int partitions, Map<String, String> configs) throws Exception {
        String name = name(suffix);
        get(admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs))).all());
        await("leaders of " + name, () -> {
            try {
                return get(admin.describeTopics(List.of(name)).allTopicNames()).get(name).partitions().stream()
                    .allMatch(p -> p.leader() != null);
            } catch (Exception e) {
                return false;
            }
        });
        return name;
    }

    static <T> T get(KafkaFuture<T> future) throws Exception {
        return future.get(DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.get(DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.currentTimeMillis() + DEADLINE_MS;
        while (!holds.getAsBoolean()) {
            Report.must(System.currentTimeMillis() < deadline, "in time: " + what);
            Thread.sleep(20);
        }
    }

    /** All records of a topic, by partition, up to a count. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, int partitions, int count, Map<String, Object> overrides) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(overrides)) {
            List<TopicPartition> all = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                all.add(new TopicPartition(topic, p));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            return poll(consumer, count);
        }
    }

    static List<ConsumerRecord<byte[], byte[]>> poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
        List<ConsumerRecord<byte[], byte[]>> got = new ArrayList<>();
        long deadline = System.currentTimeMillis() + DEADLINE_MS;
        while (got.size() < count) {
            Report.must(System.currentTimeMillis() < deadline, "records in time: " + got.size() + " of " + count);
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
            records.forEach(got::add);
        }
        return got;
    }

    /** Records as text, those of each partition in their order. */
    static Map<String, List<String>> show(Collection<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, List<String>> shown = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> r : records) {
            shown.computeIfAbsent("p" + r.partition(), p -> new ArrayList<>())
                .add(r.offset() + " " + text(r.key()) + "=" + text(r.value()));
        }
        return shown;
    }

    static String text(byte[] bytes) {
        if (bytes == null) {
            return "null";
        }
        return bytes.length > 64
            ? bytes.length + " bytes #" + java.util.Arrays.hashCode(bytes)
            : new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
