import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The errors that a user meets. */
final class ErrorScenarios {
    private ErrorScenarios() { }

    static void errors(Session s, Report r) throws Exception {
        String topic = s.topic("errors", 1, Map.of("max.message.bytes", "1000"));
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of("max.block.ms", 1500))) {
            r.attempt("message too large", () ->
                Session.get(producer.send(new ProducerRecord<>(topic, DataScenarios.payload(1, 3000)))).offset());
            r.see("the next one is taken", Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("v")))).offset());
            r.attempt("invalid topic", () -> Session.get(producer.send(new ProducerRecord<>("in valid", Session.bytes("v")))).offset());
            r.attempt("partition out of range", () ->
                Session.get(producer.send(new ProducerRecord<>(topic, 9, null, Session.bytes("v")))).offset());
        }
        timestamps(s, r);
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(
            Map.of("auto.offset.reset", "none", "allow.auto.create.topics", false, "group.id", s.name("errors")))) {
            r.attempt("unknown topic", () -> {
                var found = consumer.partitionsFor(s.name("absent"));
                return found == null ? "null" : found.toString();
            });
            r.attempt("end of an unknown topic", () -> consumer.endOffsets(
                List.of(new TopicPartition(s.name("absent"), 0)), Duration.ofSeconds(1)).toString());
            consumer.assign(List.of(tp));
            r.attempt("no offset and no reset", () -> consumer.poll(Duration.ofSeconds(10)).count());
            consumer.seek(tp, 77);
            r.attempt("offset out of range", () -> consumer.poll(Duration.ofSeconds(10)).count());
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(tp));
            consumer.seek(tp, 77);
            r.see("reset to the earliest", Session.show(Session.poll(consumer, 1)));
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(Map.of("allow.auto.create.topics", true))) {
            r.attempt("subscribe without a group", () -> {
                consumer.subscribe(List.of("in valid"));
                return consumer.poll(Duration.ofSeconds(1)).count();
            });
        }
    }

    private static void timestamps(Session s, Report r) throws Exception {
        String topic = s.topic("errors-time", 1, Map.of("message.timestamp.after.max.ms", "1000", "message.timestamp.before.max.ms", "1000"));
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (long at : new long[] {1_000_000_000_000L, 4_000_000_000_000L}) {
                r.attempt("time " + at, () -> {
                    try {
                        return Session.get(producer.send(new ProducerRecord<>(topic, 0, at, null, Session.bytes("v")))).offset();
                    } catch (java.util.concurrent.ExecutionException e) {
                        return e.getCause().getClass().getSimpleName();
                    }
                });
            }
        }
        String stamped = s.topic("errors-append", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long before = System.currentTimeMillis();
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            var sent = Session.get(producer.send(new ProducerRecord<>(stamped, 0, 5L, null, Session.bytes("v"))));
            r.see("append time is told", sent.timestamp() >= before - 5000);
            var got = s.read(stamped, 1, 1, Map.of()).get(0);
            r.see("append time is stored", got.timestampType() + " " + (got.timestamp() == sent.timestamp()));
        }
    }
}
