import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka's Java client at work: an idempotent producer, one with transactions, and two readers. Arguments are bootstrap
 * servers, name, topic, number of partitions and transactional id; "finish" on standard input ends the producers, its end everything.
 */
public final class ChaosClient {
    private static final String PADDING = "x".repeat(200);
    private static final int BURST = 5;
    private static final long PAUSE_MS = 50;
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final String bootstrap;
    private final String name;
    private final String topic;
    private final int partitions;
    private final String transactionalId;
    private volatile boolean finishing;

    private ChaosClient(String[] args) {
        bootstrap = args[0];
        name = args[1];
        topic = args[2];
        partitions = Integer.parseInt(args[3]);
        transactionalId = args[4];
    }

    public static void main(String[] args) throws Exception {
        ChaosClient client = new ChaosClient(args);
        CountDownLatch done = new CountDownLatch(1);
        start(client::transact, done);
        start(client::readUncommitted, null);
        start(client::readCommitted, null);
        start(() -> client.append(done), null);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            client.finishing |= line.equals("finish");
        }
        Runtime.getRuntime().halt(0);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void start(Work work, CountDownLatch done) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(3);
            }
            if (done != null) {
                done.countDown();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void error(String who, Throwable error) {
        Throwable cause = error.getCause() != null ? error.getCause() : error;
        boolean retriable = error instanceof RetriableException || cause instanceof RetriableException;
        String text = String.valueOf(error) + (cause == error ? "" : " by " + cause);
        text = text.replace("\\", "/").replace("\"", "'").replaceAll("\\p{Cntrl}", " ");
        print("{\"op\":\"error\",\"who\":\"" + who + "\",\"error\":\"" + text + "\",\"retriable\":" + retriable + "}");
    }

    private KafkaProducer<String, String> producer(String id) {
        Properties config = common();
        config.put("acks", "all");
        config.put("delivery.timeout.ms", "30000");
        config.put("linger.ms", "2");
        config.put("max.block.ms", "10000");
        config.put("partitioner.ignore.keys", "true");
        if (id != null) {
            config.put("transactional.id", id);
            config.put("transaction.timeout.ms", "10000");
        }
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private Properties common() {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("request.timeout.ms", "5000");
        config.put("metadata.max.age.ms", "10000");
        config.put("reconnect.backoff.max.ms", "500");
        config.put("retry.backoff.max.ms", "500");
        return config;
    }

    /** Sends a value and prints what becomes of it. */
    private void send(KafkaProducer<String, String> producer, String writer, int partition, String value, Long txn) {
        print("{\"op\":\"send\",\"writer\":\"" + writer + "\",\"partition\":" + partition + ",\"value\":\"" + value
            + "\",\"txn\":" + txn + "}");
        producer.send(new ProducerRecord<>(topic, partition, PADDING, value), (at, failure) -> {
            if (failure == null) {
                print("{\"op\":\"ok\",\"value\":\"" + value + "\",\"offset\":" + at.offset() + "}");
            } else {
                print("{\"op\":\"info\",\"value\":\"" + value + "\"}");
                if (txn == null) {
                    error(writer, failure);
                }
            }
        });
    }

    /** The idempotent producer; the last it does is to send a value to each partition, until each is acknowledged. */
    private void append(CountDownLatch others) throws Exception {
        String writer = name + ".i";
        Random random = new Random();
        KafkaProducer<String, String> producer = producer(null);
        for (long number = 0; !finishing;) {
            try {
                for (int i = 0; i < BURST; i++, number++) {
                    send(producer, writer, random.nextInt(partitions), writer + "." + number, null);
                }
            } catch (Exception e) {
                error(writer, e);
                producer.close(SHORT);
                producer = producer(null);
            }
            Thread.sleep(PAUSE_MS);
        }
        producer.flush();
        others.await();
        for (int partition = 0; partition < partitions; partition++) {
            int tries = 0;
            for (boolean acked = false; !acked; tries++) {
                String value = name + ".end." + partition + "." + tries;
                print("{\"op\":\"send\",\"writer\":\"" + name + ".end\",\"partition\":" + partition + ",\"value\":\"" + value + "\"}");
                try {
                    long offset = producer.send(new ProducerRecord<>(topic, partition, PADDING, value)).get().offset();
                    print("{\"op\":\"ok\",\"value\":\"" + value + "\",\"offset\":" + offset + "}");
                    acked = true;
                } catch (Exception e) {
                    print("{\"op\":\"info\",\"value\":\"" + value + "\"}");
                    error(writer, e);
                }
            }
        }
        print("{\"op\":\"finished\"}");
    }

    private void transact() throws Exception {
        String writer = name + ".t";
        Random random = new Random();
        KafkaProducer<String, String> producer = null;
        for (long txn = 0, number = 0; !finishing; txn++) {
            String outcome = null;
            boolean wantsCommit = txn % 4 != 3;
            try {
                if (producer == null) {
                    producer = producer(transactionalId);
                    producer.initTransactions();
                }
                outcome = "aborted";
                producer.beginTransaction();
                for (int i = 2 + random.nextInt(8); i > 0; i--, number++) {
                    send(producer, writer, random.nextInt(partitions), writer + "." + number, txn);
                }
                if (wantsCommit) {
                    outcome = "unknown";
                    producer.commitTransaction();
                    outcome = "committed";
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            } catch (Exception e) {
                error(writer, e);
                if (producer != null) {
                    producer.close(SHORT);
                    producer = null;
                }
            }
            if (outcome != null) {
                print("{\"op\":\"txn\",\"writer\":\"" + writer + "\",\"txn\":" + txn + ",\"outcome\":\"" + outcome + "\"}");
            }
            Thread.sleep(PAUSE_MS);
        }
        end(producer, writer);
    }

    /** Leaves no transaction open behind: a new producer of the same id ends that of the last. */
    private void end(KafkaProducer<String, String> producer, String writer) {
        if (producer != null) {
            producer.close(SHORT);
        }
        for (boolean over = false; !over;) {
            try (KafkaProducer<String, String> last = producer(transactionalId)) {
                last.initTransactions();
                over = true;
            } catch (Exception e) {
                error(writer, e);
            }
        }
    }

    private void readUncommitted() throws Exception {
        read(name + ".ru", false);
    }

    private void readCommitted() throws Exception {
        read(name + ".rc", true);
    }

    private void read(String reader, boolean committed) throws Exception {
        Properties config = common();
        config.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
        config.put("auto.offset.reset", "none");
        config.put("enable.auto.commit", "false");
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
        consumer.assign(all);
        all.forEach(one -> consumer.seek(one, 0));
        while (true) {
            try {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
                List<String> seen = new ArrayList<>();
                for (ConsumerRecord<String, String> r : records) {
                    seen.add("[" + r.partition() + "," + r.offset() + ",\"" + r.value() + "\"]");
                }
                if (!seen.isEmpty()) {
                    print("{\"op\":\"read\",\"reader\":\"" + reader + "\",\"committed\":" + committed + ",\"records\":["
                        + String.join(",", seen) + "]}");
                }
            } catch (Exception e) {
                error(reader, e);
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
