import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What only Apache Kafka has so far, and every other broker has to keep. */
final class Special {
    private static final String OPEN = "open-transaction";

    private Special() {
    }

    static void write(Cluster cluster) throws Exception {
        groups(cluster);
        entities(cluster);
    }

    /** Committed, aborted, and one that stays open: its producer is given up without a word. */
    static void transact(Cluster cluster) throws Exception {
        cluster.create("transactional", 2, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = transactional(cluster, "ended-transactions")) {
            for (String end : List.of("committed", "aborted", "committed-later")) {
                producer.beginTransaction();
                for (int i = 0; i < 5; i++) {
                    producer.send(record(i % 2, end + i));
                }
                producer.flush();
                if (end.equals("aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        KafkaProducer<byte[], byte[]> open = transactional(cluster, OPEN);
        open.beginTransaction();
        Cluster.get(open.send(record(0, "of the open transaction")));
        open.flush();
        cluster.send("transactional", 0, "plain", "behind the open transaction");
        open.close(java.time.Duration.ZERO);
    }

    private static KafkaProducer<byte[], byte[]> transactional(Cluster cluster, String id) {
        KafkaProducer<byte[], byte[]> producer =
            cluster.producer(Map.of("transactional.id", id, "transaction.timeout.ms", 900_000));
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String value) {
        return new ProducerRecord<>("transactional", partition, "k".getBytes(), value.getBytes());
    }

    private static void groups(Cluster cluster) throws Exception {
        Map<String, Object> config = Map.of("group.id", "kind-consumer", "group.protocol", "consumer");
        try (KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(config)) {
            consumer.subscribe(List.of("data"));
            Cluster.poll(consumer, 10);
            consumer.commitSync();
        }
        var group = new ConfigResource(ConfigResource.Type.GROUP, "kind-share");
        cluster.alter(Map.of(group, List.of(Interchange.set("share.auto.offset.reset", "earliest"))));
        var shared = new KafkaShareConsumer<>(Map.of("bootstrap.servers", cluster.bootstrap, "group.id", "kind-share"),
            new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try (shared) {
            shared.subscribe(List.of("transactional"));
            long deadline = System.currentTimeMillis() + 120_000;
            while (shared.poll(java.time.Duration.ofMillis(200)).isEmpty()) {
                Cluster.must(System.currentTimeMillis() < deadline, "a record of a share group");
            }
        }
    }

    private static void entities(Cluster cluster) throws Exception {
        var user = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, "alice"));
        Cluster.get(cluster.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user,
            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1e6))))).all());
        Cluster.get(cluster.admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("alice",
            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "secret"))).all());
        var pattern = new ResourcePattern(ResourceType.TOPIC, "da", PatternType.PREFIXED);
        var entry = new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW);
        Cluster.get(cluster.admin.createAcls(List.of(new AclBinding(pattern, entry))).all());
    }

    /** The next producer of the same transactional id aborts what the first has left open. */
    static void settle(Cluster cluster) throws Exception {
        transactional(cluster, OPEN).close();
    }

    static void observe(Cluster cluster) throws Exception {
        Map<String, String> facts = new TreeMap<>();
        Cluster.get(cluster.admin.describeFeatures().featureMetadata()).finalizedFeatures()
            .forEach((name, range) -> facts.put("feature " + name, range.toString()));
        cluster.awaitReady();
        for (var listing : Cluster.get(cluster.admin.listGroups().all())) {
            if (listing.type().filter(t -> t == GroupType.CLASSIC).isPresent()) {
                continue;
            }
            facts.put("kind " + listing.groupId(), listing.type() + " " + listing.protocol() + " "
                + listing.groupState().orElse(null));
        }
        facts.put("committed of kind-consumer", new TreeMap<>(byName(Cluster.get(
            cluster.admin.listConsumerGroupOffsets("kind-consumer").partitionsToOffsetAndMetadata()))).toString());
        for (var listing : Cluster.get(cluster.admin.listTransactions().all())) {
            var described = Cluster.get(cluster.admin.describeTransactions(Set.of(listing.transactionalId())).all())
                .get(listing.transactionalId());
            facts.put("transaction " + listing.transactionalId(), described.toString());
        }
        facts.put("quotas", Cluster.get(cluster.admin.describeClientQuotas(ClientQuotaFilter.all()).entities()).toString());
        facts.put("credentials", Cluster.get(cluster.admin.describeUserScramCredentials().all()).toString());
        facts.put("access", Cluster.get(cluster.admin.describeAcls(AclBindingFilter.ANY).values()).toString());
        facts.forEach((name, value) -> System.out.println(name + "\t" + value));
    }

    private static Map<String, Object> byName(Map<org.apache.kafka.common.TopicPartition, ?> offsets) {
        Map<String, Object> named = new TreeMap<>();
        offsets.forEach((partition, offset) -> named.put(partition.toString(), offset));
        return named;
    }
}
