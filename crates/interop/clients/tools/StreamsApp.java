import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;

/**
 * An application of Kafka Streams for the tools that show and change its group: it counts lines by their text.
 *
 * Arguments: start BOOTSTRAP APPLICATION PROTOCOL INPUT COUNT, which returns when that many lines are counted and leaves it running,
 * and stop BOOTSTRAP APPLICATION.
 */
public final class StreamsApp {
    private static final long DEADLINE_MS = 60_000;
    private static final Map<String, StreamsApp> RUNNING = new ConcurrentHashMap<>();

    private final KafkaStreams streams;
    private final Path state;
    private final AtomicInteger counted = new AtomicInteger();

    private StreamsApp(String bootstrap, String id, String protocol, String input) throws Exception {
        state = Files.createTempDirectory("kalda-streams-app");
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol);
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        // Otherwise a count is passed on at each commit only.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(input).map((key, line) -> KeyValue.pair(line, line))
            .groupByKey(Grouped.as("lines")).count(Materialized.as("counts"))
            .toStream().foreach((line, count) -> counted.incrementAndGet());
        streams = new KafkaStreams(builder.build(), config);
    }

    private void start(int count) throws Exception {
        streams.start();
        for (long end = System.currentTimeMillis() + DEADLINE_MS; counted.get() < count; Thread.sleep(20)) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("in time: " + count + " lines, not " + counted.get() + ", " + streams.state());
            }
        }
        // What it has counted is committed at the next turn.
        Thread.sleep(500);
        System.out.println("counted " + counted.get());
    }

    private void stop() throws Exception {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(Duration.ofSeconds(30)));
        try (var files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        System.out.println("stopped");
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("stop")) {
            RUNNING.remove(args[1] + args[2]).stop();
            return;
        }
        StreamsApp app = new StreamsApp(args[1], args[2], args[3], args[4]);
        RUNNING.put(args[1] + args[2], app);
        app.start(Integer.parseInt(args[5]));
    }
}
