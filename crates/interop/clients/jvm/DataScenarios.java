import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Producing and consuming. */
final class DataScenarios {
    private DataScenarios() { }

    static void autocreate(Session s, Report r) throws Exception {
        String topic = s.name("autocreate");
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            RecordMetadata sent = Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("v"))));
            r.see("offset", sent.offset());
            r.see("partitions", producer.partitionsFor(topic).size());
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of())) {
            r.see("by a consumer", consumer.partitionsFor(s.name("autocreate-consumer")).size());
        }
    }

    /** The same records at every run: half of each repeats, so that every codec has something to do. */
    static byte[] payload(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        java.util.Arrays.fill(bytes, 0, length / 2, (byte) 'k');
        return bytes;
    }

    static void compress(Session s, Report r) throws Exception {
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            String topic = s.topic("compress-" + codec, 1, Map.of());
            try (KafkaProducer<byte[], byte[]> producer = s.producer(
                Map.of("compression.type", codec, "linger.ms", 50))) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    sent.add(producer.send(new ProducerRecord<>(topic, Session.bytes("k" + i), payload(i, 3000))));
                }
                producer.flush();
                r.see(codec + " last offset", sent.get(29).get().offset());
            }
            r.see(codec, Session.show(s.read(topic, 1, 30, Map.of())));
        }
        recompressed(s, r);
    }

    /** compression.type of the topic, not of the producer, decides what is stored. */
    private static void recompressed(Session s, Report r) throws Exception {
        for (String codec : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            String topic = s.topic("recompress-" + codec, 1, Map.of("compression.type", codec));
            try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("compression.type", "lz4"))) {
                for (int i = 0; i < 5; i++) {
                    Session.get(producer.send(new ProducerRecord<>(topic, payload(i, 2000))));
                }
            }
            r.see("stored as " + codec, Session.show(s.read(topic, 1, 5, Map.of())));
        }
    }

    static void keys(Session s, Report r) throws Exception {
        String topic = s.topic("keys", 5, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 25; i++) {
                Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("key-" + i), Session.bytes("v" + i))));
            }
            Session.get(producer.send(new ProducerRecord<>(topic, 4, Session.bytes(""), Session.bytes(""))));
        }
        r.see("placed", Session.show(s.read(topic, 5, 26, Map.of())));
    }

    static void headers(Session s, Report r) throws Exception {
        String topic = s.topic("headers", 1, Map.of("retention.ms", "-1"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, 1234567890123L, null, Session.bytes("v"));
            record.headers().add("a", Session.bytes("1")).add("a", Session.bytes("2")).add("none", null)
                .add("", new byte[0]).add("long", payload(1, 5000));
            Session.get(producer.send(record));
        }
        List<String> seen = new ArrayList<>();
        ConsumerRecord<byte[], byte[]> got = s.read(topic, 1, 1, Map.of()).get(0);
        for (Header h : got.headers()) {
            seen.add(h.key() + "=" + Session.text(h.value()));
        }
        r.see("headers", seen);
        r.see("timestamp", got.timestamp() + " " + got.timestampType());
        r.see("leader epoch", got.leaderEpoch().orElse(-1));
    }

    static void tombstones(Session s, Report r) throws Exception {
        String topic = s.topic("tombstones", 1, Map.of("cleanup.policy", "compact"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("k"), Session.bytes("v"))));
            Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("k"), null)));
            r.attempt("no key where compacted", () ->
                Session.get(producer.send(new ProducerRecord<>(topic, null, Session.bytes("v")))).offset());
        }
        r.see("read", Session.show(s.read(topic, 1, 2, Map.of())));
    }

    static void large(Session s, Report r) throws Exception {
        String topic = s.topic("large", 1, Map.of("max.message.bytes", "6000000"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(
            Map.of("max.request.size", 8_000_000, "buffer.memory", 20_000_000))) {
            r.see("5 MB", Session.get(producer.send(new ProducerRecord<>(topic, payload(1, 5_000_000)))).offset());
            r.see("900 KB", Session.get(producer.send(new ProducerRecord<>(topic, payload(2, 900_000)))).offset());
            r.see("small", Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("s")))).offset());
            r.attempt("too large", () -> Session.get(producer.send(new ProducerRecord<>(topic, payload(3, 7_000_000)))).offset());
        }
        r.see("read with small limits", Session.show(s.read(topic, 1, 3,
            Map.of("max.partition.fetch.bytes", 1000, "fetch.max.bytes", 2000))));
    }

    static void acks(Session s, Report r) throws Exception {
        String topic = s.topic("acks", 1, Map.of());
        for (String acks : List.of("0", "1", "all")) {
            try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("acks", acks, "enable.idempotence", false))) {
                for (int i = 0; i < 3; i++) {
                    RecordMetadata sent = Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes(acks + i))));
                    r.see(acks + " " + i, sent.hasOffset() ? sent.offset() : "no offset");
                }
            }
        }
        r.see("read", Session.show(s.read(topic, 1, 9, Map.of())));
        String strict = s.topic("acks-isr", 1, Map.of("min.insync.replicas", "2"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("retries", 0, "acks", "all", "enable.idempotence", false))) {
            r.attempt("all with too few replicas", () ->
                Session.get(producer.send(new ProducerRecord<>(strict, Session.bytes("v")))).offset());
        }
    }

    static void idempotence(Session s, Report r) throws Exception {
        String topic = s.topic("idempotence", 2, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = s.producer(
            Map.of("enable.idempotence", true, "batch.size", 200, "max.in.flight.requests.per.connection", 5))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, i % 2, null, Session.bytes("value-" + i))));
            }
            for (Future<RecordMetadata> f : sent) {
                Session.get(f);
            }
            var states = Session.get(s.admin.describeProducers(List.of(new TopicPartition(topic, 0))).all());
            var state = states.get(new TopicPartition(topic, 0)).activeProducers().get(0);
            r.see("producer state", List.of(state.producerEpoch(), state.lastSequence(),
                state.coordinatorEpoch().orElse(-1), state.currentTransactionStartOffset().orElse(-1)));
        }
        r.see("read", Session.show(s.read(topic, 2, 200, Map.of())));
        RawProduce.sequences(s, r);
    }

    static void seektime(Session s, Report r) throws Exception {
        String topic = s.topic("seektime", 1, Map.of());
        long base = System.currentTimeMillis() - 1_000_000;
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 50; i++) {
                Session.get(producer.send(new ProducerRecord<>(topic, 0, base + i * 1000L, null, Session.bytes("v" + i))));
            }
        }
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of())) {
            for (long at : new long[] {-5000, 0, 1, 20_000, 20_500, 49_000, 49_001}) {
                OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(tp, base + at)).get(tp);
                r.see("at " + at, found == null ? "none"
                    : found.offset() + " " + (found.timestamp() - base) + " " + found.leaderEpoch().orElse(-1));
            }
            consumer.assign(List.of(tp));
            consumer.seek(tp, consumer.offsetsForTimes(Map.of(tp, base + 30_000)).get(tp).offset());
            r.see("from 30 s", Session.show(Session.poll(consumer, 20)));
            r.see("ends", consumer.beginningOffsets(List.of(tp)).get(tp) + " " + consumer.endOffsets(List.of(tp)).get(tp));
        }
    }

    static void longpoll(Session s, Report r) throws Exception {
        String topic = s.topic("longpoll", 1, Map.of());
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of());
             KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of("fetch.max.wait.ms", 10_000))) {
            consumer.assign(List.of(tp));
            r.see("empty at first", consumer.poll(Duration.ofMillis(700)).count());
            Thread sender = new Thread(() -> producer.send(new ProducerRecord<>(topic, Session.bytes("wake"))));
            long start = System.nanoTime();
            sender.start();
            r.see("woken", Session.show(Session.poll(consumer, 1)));
            r.see("soon", (System.nanoTime() - start) / 1_000_000 < 9_000);
            sender.join();
            consumer.close(CloseOptions.timeout(Duration.ofMillis(50)));
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of("fetch.max.wait.ms", 800, "fetch.min.bytes", 100_000))) {
            consumer.assign(List.of(tp));
            long start = System.nanoTime();
            r.see("held for more", Session.show(Session.poll(consumer, 1)));
            long ms = (System.nanoTime() - start) / 1_000_000;
            r.see("until the wait ends", ms >= 700 && ms < 20_000);
        }
    }

    /** Topics with snappy records in both framings, which every client reads. */
    static void fixtures(Session s, Report r) throws Exception {
        String xerial = s.topic("xerial", 1, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("compression.type", "snappy", "linger.ms", 100))) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(xerial, Session.bytes("k" + i), Session.bytes("snappy snappy snappy " + i)));
            }
        }
        RawProduce.rawSnappy(s, s.topic("raw", 1, Map.of()), 10);
        dumped(s);
        r.see("made", 3);
    }

    /**
     * Bytes that are the same at every broker: fixed times, no producer id, every codec, index entries. The last record is so much
     * later that it begins another segment: what a broker keeps in memory of the indexes of the last one is its own affair.
     */
    private static void dumped(Session s) throws Exception {
        String topic = s.topic("dump", 1, Map.of("retention.ms", "-1", "index.interval.bytes", "100", "segment.ms", "60000"));
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (KafkaProducer<byte[], byte[]> producer = s.producer(
                Map.of("compression.type", codec, "enable.idempotence", false))) {
                for (int i = 0; i < 4; i++) {
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, 1_600_000_000_000L + i * 7,
                        Session.bytes(codec + i), i == 3 ? null : Session.bytes("dump dump dump dump " + i));
                    record.headers().add("h", Session.bytes("v" + i));
                    Session.get(producer.send(record));
                }
            }
        }
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("enable.idempotence", false))) {
            Session.get(producer.send(new ProducerRecord<>(topic, 0, 1_600_000_600_000L, null, Session.bytes("late"))));
        }
    }

    static void snappy(Session s, Report r) throws Exception {
        for (String framing : List.of("raw", "xerial")) {
            r.see(framing, Session.show(s.read("fixture-" + framing, 1, 10, Map.of())));
        }
        String topic = s.topic("snappy-recompressed", 1, Map.of("compression.type", "gzip"));
        RawProduce.rawSnappy(s, topic, 10);
        r.see("raw, stored as gzip", Session.show(s.read(topic, 1, 10, Map.of())));
    }

    static void flush(Session s, Report r) throws Exception {
        String topic = s.topic("flush", 1, Map.of("flush.messages", "1"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 3; i++) {
                r.see("offset " + i, Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("v" + i)))).offset());
            }
        }
        r.see("read", Session.show(s.read(topic, 1, 3, Map.of())));
    }

}
