import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
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
    private Special() {
    }

    static void write(Cluster cluster) throws Exception {
        groups(cluster);
        entities(cluster);
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

    static void observe(Cluster cluster) throws Exception {
        Map<String, String> facts = new TreeMap<>();
        Cluster.get(cluster.admin.describeFeatures().featureMetadata()).finalizedFeatures()
            .forEach((name, range) -> facts.put("feature " + name, range.toString()));
        cluster.awaitReady();
        for (var listing : Cluster.get(cluster.admin.listGroups().all())) {
            if (listing.type().filter(t -> t == GroupType.SHARE).isEmpty()) {
                continue;
            }
            facts.put("kind " + listing.groupId(), listing.type() + " " + listing.protocol() + " "
                + listing.groupState().orElse(null));
        }
        facts.put("quotas", Cluster.get(cluster.admin.describeClientQuotas(ClientQuotaFilter.all()).entities()).toString());
        facts.put("credentials", Cluster.get(cluster.admin.describeUserScramCredentials().all()).toString());
        facts.put("access", Cluster.get(cluster.admin.describeAcls(AclBindingFilter.ANY).values()).toString());
        facts.forEach((name, value) -> System.out.println(name + "\t" + value));
    }
}
