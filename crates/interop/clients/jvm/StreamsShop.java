import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * An application that joins orders with customers and with payments, and counts them.
 *
 * <pre>
 * customers (customer, region) ----------------------------+
 * orders (order, "customer amount") --by customer--&gt; join --by region--&gt; count and sum --&gt; totals
 *        |                                  +--&gt; count -----------------------------------&gt; counts
 *        +-- join within ten minutes -----------------------------------------------------&gt; paid
 * payments (order, amount)
 * </pre>
 *
 * Two streams are written anew by another key, five stores have changelogs.
 */
final class StreamsShop {
    static final String CUSTOMERS = "customers";
    static final String PER_CUSTOMER = "per-customer";
    static final String PER_REGION = "per-region";
    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** Set to let the application fail, once, at the order whose amount is {@link #POISON}. */
    final AtomicBoolean fails = new AtomicBoolean();
    static final String POISON = "13";
    private final Session session;
    private final String protocol;

    StreamsShop(Session session, String protocol) {
        this.session = session;
        this.protocol = protocol;
    }

    String id() {
        return session.name("shop-" + protocol);
    }

    String topic(String suffix) {
        return id() + "-" + suffix;
    }

    Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        KTable<String, String> customers = builder.table(topic("customers"), Materialized.as(CUSTOMERS));
        KStream<String, String> orders = builder.<String, String>stream(topic("orders")).peek((order, text) -> pass(text));
        KStream<String, String> payments = builder.stream(topic("payments"));
        orders.join(payments, (order, payment) -> order + " paid " + payment,
            JoinWindows.ofTimeDifferenceAndGrace(WINDOW, WINDOW), StreamJoined.<String, String, String>as("payment"))
            .to(topic("paid"));
        KStream<String, String> byCustomer = orders.map((order, text) -> {
            String[] parts = text.split(" ");
            return KeyValue.pair(parts[0], parts[1]);
        }).repartition(org.apache.kafka.streams.kstream.Repartitioned.as("by-customer"));
        byCustomer.groupByKey().count(Materialized.as(PER_CUSTOMER)).toStream().mapValues(String::valueOf).to(topic("counts"));
        byCustomer.join(customers, (amount, region) -> region + " " + amount, Joined.as("customer"))
            .map((customer, text) -> KeyValue.pair(text.split(" ")[0], text.split(" ")[1]))
            .groupByKey(Grouped.as("by-region"))
            .aggregate(() -> "0 0", (region, amount, total) -> add(total, amount),
                Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as(PER_REGION))
            .toStream().to(topic("totals"));
        return builder.build();
    }

    /** Fails after what stands before the poison was passed on, in a transaction that is not committed yet. */
    private void pass(String text) {
        if (text.endsWith(" " + POISON) && fails.compareAndSet(true, false)) {
            throw new IllegalStateException("this application was asked to fail");
        }
    }

    private static String add(String total, String amount) {
        String[] parts = total.split(" ");
        return (Long.parseLong(parts[0]) + 1) + " " + (Long.parseLong(parts[1]) + Long.parseLong(amount));
    }

    Properties config(Path state) {
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, session.bootstrap);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, id());
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        // Otherwise a store passes on its newest value at each commit only, and how many those are is chance.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        config.put(StreamsConfig.REPARTITION_PURGE_INTERVAL_MS_CONFIG, 500);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        if (protocol.equals("classic")) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 4000);
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 300);
        }
        return config;
    }
}
