import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** An application of Kafka Streams that processes exactly once: it loses its state, grows, fails and shrinks. */
final class StreamsScenarios {
    /** By which protocols the instances of the application form a group. */
    private static final List<String> PROTOCOLS = List.of("classic", "streams");
    private static final int PARTITIONS = 2;
    private static final int CUSTOMERS = 20;
    private static final int REGIONS = 3;
    /** Orders of each of the four rounds, each with a payment. */
    private static final int ORDERS = 250;
    private static final List<String> OUTPUTS = List.of("paid", "counts", "totals");

    private final Session session;
    private final Report report;
    private final String protocol;
    private final StreamsShop shop;
    /** So that the newest windows are not past their retention. */
    private final long start = System.currentTimeMillis() - 3_600_000;
    private final Map<String, Long> restored = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private int ordered;

    private StreamsScenarios(Session session, Report report, String protocol) {
        this.session = session;
        this.report = report;
        this.protocol = protocol;
        this.shop = new StreamsShop(session, protocol);
    }

    static void streams(Session session, Report report) throws Exception {
        for (String protocol : PROTOCOLS) {
            Path directory = Files.createTempDirectory("kalda-streams");
            try {
                new StreamsScenarios(session, report, protocol).live(directory);
            } finally {
                delete(directory);
            }
        }
    }

    private void live(Path directory) throws Exception {
        for (String suffix : List.of("customers", "orders", "payments", "paid", "counts", "totals")) {
            session.topic("shop-" + protocol + "-" + suffix, PARTITIONS, Map.of());
        }
        customers();
        try (KafkaStreams one = begin(directory.resolve("one"))) {
            // An order that comes before its customer is known has no region.
            rows(StreamsShop.CUSTOMERS, CUSTOMERS, one);
            orders();
            settle();
            see("group of one", group(2));
            see("stores of one", stores(one));
            one.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
        }
        delete(directory.resolve("one"));
        restored.clear();
        orders();
        try (KafkaStreams one = begin(directory.resolve("one"))) {
            settle();
            see("restored after the loss", new TreeMap<>(restored));
            see("stores after the loss", stores(one));
            try (KafkaStreams two = begin(directory.resolve("two"))) {
                see("group of two", group(4));
                orders();
                settle();
                see("stores of two", stores(one, two));
                shop.fails.set(true);
                orders();
                settle();
                see("failures", failures.get());
                // It does not say that it leaves: the other waits for the end of its session.
                one.close(Duration.ofSeconds(30));
                orders();
                settle();
                see("stores of the one that is left", stores(two));
                purged();
            }
        }
        atLast();
    }

    private void see(String name, Object value) {
        report.see(protocol + ": " + name, value);
    }

    private KafkaStreams begin(Path state) throws Exception {
        KafkaStreams streams = new KafkaStreams(shop.topology(), shop.config(state));
        streams.setGlobalStateRestoreListener(new Restoring());
        streams.setUncaughtExceptionHandler(error -> {
            failures.incrementAndGet();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        Session.await("an application that runs", () -> streams.state() == KafkaStreams.State.RUNNING);
        return streams;
    }

    /** Adds up what is read from changelogs. */
    private final class Restoring implements StateRestoreListener {
        @Override
        public void onRestoreStart(TopicPartition changelog, String store, long from, long to) { }

        @Override
        public void onBatchRestored(TopicPartition changelog, String store, long end, long count) { }

        @Override
        public void onRestoreEnd(TopicPartition changelog, String store, long total) {
            restored.merge(store, total, Long::sum);
        }
    }

    private void customers() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = session.producer(Map.of())) {
            for (int i = 0; i < CUSTOMERS; i++) {
                Session.get(producer.send(record("customers", start, "customer-" + i, "region-" + i % REGIONS)));
            }
        }
    }

    /** A round of orders and their payments. */
    private void orders() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = session.producer(Map.of("linger.ms", 5))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int end = ordered + ORDERS; ordered < end; ordered++) {
                long time = start + 1000L * ordered;
                String customer = "customer-" + ordered * 7 % CUSTOMERS;
                sent.add(producer.send(record("orders", time, "order-" + ordered, customer + " " + ordered % 40)));
                sent.add(producer.send(record("payments", time + 500, "order-" + ordered, String.valueOf(ordered % 40))));
            }
            for (Future<RecordMetadata> one : sent) {
                Session.get(one);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(String topic, long time, String key, String value) {
        return new ProducerRecord<>(shop.topic(topic), null, time, Session.bytes(key), Session.bytes(value));
    }

    /** Waits until the orders so far are in all outputs, and sees each once, and the counts without a gap. */
    private void settle() {
        for (String output : OUTPUTS) {
            session.read(shop.topic(output), PARTITIONS, ordered, Map.of("isolation.level", "read_committed"));
        }
    }

    /** State, members and what they have to do, once that many members have something. */
    private String group(int members) throws Exception {
        String[] seen = new String[1];
        Session.await(members + " members with tasks", () -> {
            try {
                String[] state = new String[1];
                List<Integer> parts = protocol.equals("classic") ? classicGroup(state) : streamsGroup(state);
                long busy = parts.stream().filter(count -> count > 0).count();
                seen[0] = state[0] + " " + busy + " members " + parts.stream().mapToInt(p -> p).sum() + " partitions or tasks";
                return busy == members;
            } catch (Exception e) {
                return false;
            }
        });
        return seen[0];
    }

    private List<Integer> classicGroup(String[] state) throws Exception {
        var group = Session.get(session.admin.describeClassicGroups(List.of(shop.id())).all()).get(shop.id());
        state[0] = group.state() + " " + group.protocol() + " " + group.protocolData();
        return group.members().stream().map(member -> member.assignment().topicPartitions().size()).toList();
    }

    private List<Integer> streamsGroup(String[] state) throws Exception {
        var group = Session.get(session.admin.describeStreamsGroups(List.of(shop.id())).all()).get(shop.id());
        state[0] = group.groupState().toString();
        return group.members().stream().map(member ->
            member.assignment().activeTasks().stream().mapToInt(tasks -> tasks.partitions().size()).sum()).toList();
    }

    /** What the stores hold, taken together over the instances of the application. */
    private static Map<String, Object> stores(KafkaStreams... instances) throws Exception {
        return new TreeMap<>(Map.of(
            StreamsShop.PER_CUSTOMER, rows(StreamsShop.PER_CUSTOMER, CUSTOMERS, instances),
            StreamsShop.PER_REGION, rows(StreamsShop.PER_REGION, REGIONS, instances)));
    }

    /** All rows of a store, once there are that many: an instance has none whose tasks are elsewhere, or move. */
    private static Map<String, String> rows(String store, int count, KafkaStreams... instances) throws Exception {
        Map<String, String> rows = new TreeMap<>();
        Session.await("the store " + store, () -> {
            rows.clear();
            for (KafkaStreams instance : instances) {
                try {
                    rows(instance, store, rows);
                } catch (InvalidStateStoreException e) {
                    continue;
                }
            }
            return rows.size() == count;
        });
        return rows;
    }

    private static void rows(KafkaStreams instance, String store, Map<String, String> rows) {
        var query = StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, Object>keyValueStore());
        try (var found = instance.store(query).all()) {
            found.forEachRemaining(row -> rows.put(row.key, String.valueOf(row.value)));
        }
    }

    /** Records that were written anew and read are deleted. */
    private void purged() throws Exception {
        for (String suffix : List.of("by-customer", "by-region")) {
            for (int p = 0; p < PARTITIONS; p++) {
                TopicPartition partition = new TopicPartition(shop.topic(suffix + "-repartition"), p);
                Session.await("a purge of " + partition, () -> {
                    try {
                        return offset(partition, OffsetSpec.earliest()) > 0 || offset(partition, OffsetSpec.latest()) == 0;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
        }
    }

    private long offset(TopicPartition partition, OffsetSpec spec) throws Exception {
        return Session.get(session.admin.listOffsets(Map.of(partition, spec)).all()).get(partition).offset();
    }

    /** What is left when all instances are gone. */
    private void atLast() throws Exception {
        for (String output : OUTPUTS) {
            see(output, output.equals("paid") ? paid() : counted(output));
        }
        Map<String, String> committed = new TreeMap<>();
        Session.get(session.admin.listConsumerGroupOffsets(shop.id()).partitionsToOffsetAndMetadata()).forEach((p, offset) -> {
            if (!p.topic().endsWith("-repartition")) {
                committed.put(p.toString(), String.valueOf(offset.offset()));
            }
        });
        see("committed", committed);
        topics();
        var options = new ListTransactionsOptions().filterOnTransactionalIdPattern(shop.id() + ".*");
        var open = Session.get(session.admin.listTransactions(options).all()).stream().map(t -> t.state())
            .filter(state -> state == TransactionState.ONGOING || state.toString().startsWith("Prepare")).toList();
        see("open transactions", open.toString());
    }

    /** Orders that are paid: how many, and which of them not exactly once. */
    private String paid() {
        Map<String, Integer> times = new TreeMap<>();
        committed("paid").forEach(r -> times.merge(Session.text(r.key()), 1, Integer::sum));
        List<String> not = times.entrySet().stream().filter(e -> e.getValue() != 1).map(Object::toString).toList();
        return times.size() + " orders, more than once: " + not;
    }

    /** For each key the last value, and whether its counts go up by one from one. */
    private Map<String, String> counted(String output) {
        Map<String, List<String>> values = new TreeMap<>();
        committed(output).forEach(r ->
            values.computeIfAbsent(Session.text(r.key()), key -> new ArrayList<>()).add(Session.text(r.value())));
        Map<String, String> shown = new TreeMap<>();
        values.forEach((key, all) -> {
            List<Integer> counts = all.stream().map(value -> Integer.valueOf(value.split(" ")[0])).toList();
            boolean each = true;
            for (int i = 0; i < counts.size(); i++) {
                each &= counts.get(i) == i + 1;
            }
            shown.put(key, all.get(all.size() - 1) + (each ? ", each once" : ", counts " + counts));
        });
        return shown;
    }

    /** All committed records of an output. */
    private List<ConsumerRecord<byte[], byte[]>> committed(String output) {
        try (KafkaConsumer<byte[], byte[]> consumer = session.consumer(Map.of("isolation.level", "read_committed"))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) {
                partitions.add(new TopicPartition(shop.topic(output), p));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            long deadline = System.currentTimeMillis() + Session.DEADLINE_MS;
            while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                Report.must(System.currentTimeMillis() < deadline, "in time: the end of " + output);
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    /** The topics that the application made for itself, with what it asked for. */
    private void topics() throws Exception {
        var names = Session.get(session.admin.listTopics().names()).stream().filter(name -> name.startsWith(shop.id() + "-"))
            .filter(name -> name.endsWith("-changelog") || name.endsWith("-repartition")).sorted().toList();
        var described = Session.get(session.admin.describeTopics(names).allTopicNames());
        var resources = names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
        Session.get(session.admin.describeConfigs(resources).all()).forEach((resource, config) -> {
            List<String> own = config.entries().stream().filter(e -> e.source().name().equals("DYNAMIC_TOPIC_CONFIG"))
                .map(e -> e.name() + "=" + e.value()).sorted(Comparator.naturalOrder()).toList();
            see("topic " + resource.name(), described.get(resource.name()).partitions().size() + " partitions " + own);
        });
    }

    private static void delete(Path directory) throws Exception {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            Path[] all = files.toArray(Path[]::new);
            Arrays.sort(all, Comparator.reverseOrder());
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }
}
