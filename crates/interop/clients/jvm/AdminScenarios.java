import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What an administrator asks for. */
final class AdminScenarios {
    private AdminScenarios() { }

    static String shape(TopicDescription d) {
        StringBuilder shape = new StringBuilder(d.isInternal() ? "internal" : "");
        d.partitions().forEach(p -> shape.append(p.partition()).append(':').append(p.leader().id()).append(p.replicas().size())
            .append(p.isr().size()).append(' '));
        return shape.append(d.topicId().equals(org.apache.kafka.common.Uuid.ZERO_UUID) ? "no id" : "id").toString();
    }

    private static String shape(Session s, String name) throws Exception {
        return shape(Session.get(s.admin.describeTopics(List.of(name)).allTopicNames()).get(name));
    }

    private static Object made(Session s, NewTopic topic, boolean only) throws Exception {
        var result = s.admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(only));
        Session.get(result.all());
        Config config = Session.get(result.config(topic.name()));
        return List.of(Session.get(result.numPartitions(topic.name())), Session.get(result.replicationFactor(topic.name())),
            entries(config));
    }

    static List<String> entries(Config config) {
        List<String> shown = new ArrayList<>();
        for (ConfigEntry e : config.entries()) {
            shown.add(e.name() + "=" + e.value() + " " + e.source() + (e.isReadOnly() ? " read-only" : "")
                + (e.isSensitive() ? " sensitive" : "") + " " + e.type()
                + e.synonyms().stream().map(y -> " " + y.name() + "=" + y.value() + "/" + y.source()).toList());
        }
        shown.sort(null);
        return shown;
    }

    static void create(Session s, Report r) throws Exception {
        String name = s.name("create");
        r.attempt("made", () -> made(s, new NewTopic(name, 3, (short) 1).configs(Map.of("retention.ms", "123456")), false));
        Session.await("topic", () -> {
            try {
                return shape(s, name).length() > 0;
            } catch (Exception e) {
                return false;
            }
        });
        r.see("shape", shape(s, name));
        r.attempt("again", () -> made(s, new NewTopic(name, 3, (short) 1), false));
        r.attempt("only validated", () -> made(s, new NewTopic(s.name("create-validated"), 2, (short) 1), true));
        r.attempt("validated only is absent", () -> shape(s, s.name("create-validated")));
        r.attempt("manual", () -> made(s, new NewTopic(s.name("create-manual"), Map.of(0, List.of(0), 1, List.of(0))), false));
        r.attempt("unknown broker", () -> made(s, new NewTopic(s.name("create-b7"), Map.of(0, List.of(7))), false));
        r.attempt("gap in partitions", () -> made(s, new NewTopic(s.name("create-gap"), Map.of(0, List.of(0), 2, List.of(0))), false));
        r.attempt("doubled replica", () -> made(s, new NewTopic(s.name("create-dup"), Map.of(0, List.of(0, 0))), false));
        r.attempt("no partitions", () -> made(s, new NewTopic(s.name("create-zero"), 0, (short) 1), false));
        r.attempt("two replicas", () -> made(s, new NewTopic(s.name("create-two"), 1, (short) 2), false));
        r.attempt("no replicas", () -> made(s, new NewTopic(s.name("create-norep"), 1, (short) 0), false));
        for (String bad : List.of("", ".", "..", "with space", "slash/", "x".repeat(250), "ü", "__consumer_offsets")) {
            r.attempt("name " + (bad.length() > 20 ? "of 250" : bad), () -> made(s, new NewTopic(bad, 1, (short) 1), true));
        }
        r.attempt("collides", () -> made(s, new NewTopic(name.replace('-', '.'), 1, (short) 1), true));
        r.attempt("deleted", () -> Session.get(s.admin.deleteTopics(List.of(name)).all()));
        Session.await("deletion", () -> {
            try {
                return !Session.get(s.admin.listTopics().names()).contains(name);
            } catch (Exception e) {
                return false;
            }
        });
        r.attempt("deleted again", () -> Session.get(s.admin.deleteTopics(List.of(name)).all()));
        r.attempt("made anew", () -> made(s, new NewTopic(name, 1, (short) 1), false));
    }

    static void defaults(Session s, Report r) throws Exception {
        r.attempt("both", () -> made(s, new NewTopic(s.name("defaults"), Optional.empty(), Optional.empty()), false));
        r.attempt("partitions", () -> made(s, new NewTopic(s.name("defaults-p"), -1, (short) 1), false));
        r.attempt("replicas", () -> made(s, new NewTopic(s.name("defaults-r"), 3, (short) -1), false));
    }

    static void node0(Session s, Report r) throws Exception {
        var cluster = s.admin.describeCluster();
        r.see("nodes", Session.get(cluster.nodes()).stream().map(n -> n.id() + " " + n.host() + " " + n.rack() + " " + n.isFenced()).toList());
        r.see("controller", Session.get(cluster.controller()).id());
        r.see("cluster id", Session.get(cluster.clusterId()).length());
        r.see("operations", String.valueOf(Session.get(cluster.authorizedOperations())));
        String topic = s.topic("node0", 1, Map.of());
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            var p = producer.partitionsFor(topic).get(0);
            r.see("partition", p.leader().id() + " " + p.replicas().length + " " + p.inSyncReplicas().length + " " + p.offlineReplicas().length);
            r.see("offset", Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("v")))).offset());
        }
    }

    static void admin(Session s, Report r) throws Exception {
        String topic = s.topic("admin", 2, Map.of("retention.ms", "7200000"));
        configs(s, r, topic);
        partitions(s, r, topic);
        AdminOffsets.run(s, r, s.topic("admin-offsets", 4, Map.of()));
        cluster(s, r, topic);
    }

    private static void configs(Session s, Report r, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "0");
        var options = new DescribeConfigsOptions().includeSynonyms(true);
        for (String entry : entries(Session.get(s.admin.describeConfigs(List.of(resource), options).all()).get(resource))) {
            r.see("topic config " + entry.substring(0, entry.indexOf('=')), entry);
        }
        for (String entry : entries(Session.get(s.admin.describeConfigs(List.of(broker), options).all()).get(broker))) {
            r.see("broker config " + entry.substring(0, entry.indexOf('=')), entry);
        }
        var documented = new DescribeConfigsOptions().includeDocumentation(true);
        for (ConfigEntry e : Session.get(s.admin.describeConfigs(List.of(resource), documented).all()).get(resource).entries()) {
            r.see("doc of " + e.name(), e.documentation());
        }
        alter(s, r, "set", resource, OpType.SET, "max.message.bytes", "2000000");
        alter(s, r, "append", resource, OpType.APPEND, "cleanup.policy", "compact");
        alter(s, r, "subtract", resource, OpType.SUBTRACT, "cleanup.policy", "delete");
        alter(s, r, "delete", resource, OpType.DELETE, "retention.ms", null);
        alter(s, r, "append to a number", resource, OpType.APPEND, "retention.ms", "1");
        alter(s, r, "unknown", resource, OpType.SET, "no.such.key", "1");
        alter(s, r, "not a number", resource, OpType.SET, "retention.ms", "abc");
        alter(s, r, "absent topic", new ConfigResource(ConfigResource.Type.TOPIC, s.name("absent")), OpType.SET, "retention.ms", "1");
        alter(s, r, "read-only", broker, OpType.SET, "log.dirs", "/x");
        alter(s, r, "dynamic", broker, OpType.SET, "log.cleaner.threads", "1");
        alter(s, r, "dynamic back", broker, OpType.DELETE, "log.cleaner.threads", null);
        altered(s, r, ConfigResource.Type.GROUP, "consumer.session.timeout.ms", "46000");
        altered(s, r, ConfigResource.Type.CLIENT_METRICS, "interval.ms", "5000");
        Session.await("altered configs", () -> {
            try {
                return own(s, resource).toString().contains("2000000") && own(s, resource).toString().contains("compact");
            } catch (Exception e) {
                return false;
            }
        });
        r.see("own", own(s, resource));
        r.attempt("of an absent topic", () -> {
            var absent = new ConfigResource(ConfigResource.Type.TOPIC, s.name("absent"));
            return Session.get(s.admin.describeConfigs(List.of(absent)).all()).size();
        });
    }

    /** Sets one configuration of a resource that is not a topic and not a broker, and shows all that it has then. */
    private static void altered(Session s, Report r, ConfigResource.Type type, String key, String value) throws Exception {
        ConfigResource resource = new ConfigResource(type, s.name("altered"));
        alter(s, r, type.toString(), resource, OpType.SET, key, value);
        var options = new DescribeConfigsOptions().includeSynonyms(true);
        List<String> shown = new ArrayList<>();
        Session.await(type + " config", () -> {
            try {
                shown.clear();
                shown.addAll(entries(Session.get(s.admin.describeConfigs(List.of(resource), options).all()).get(resource)));
                return shown.stream().anyMatch(entry -> entry.startsWith(key + "=" + value));
            } catch (Exception e) {
                return false;
            }
        });
        shown.forEach(entry -> r.see(type + " config " + entry.substring(0, entry.indexOf('=')), entry));
    }

    private static Object own(Session s, ConfigResource resource) throws Exception {
        Map<String, String> own = new TreeMap<>();
        for (ConfigEntry e : Session.get(s.admin.describeConfigs(List.of(resource)).all()).get(resource).entries()) {
            if (e.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                own.put(e.name(), e.value());
            }
        }
        return own;
    }

    private static void alter(Session s, Report r, String what, ConfigResource resource, OpType op, String key, String value) {
        r.attempt("alter: " + what, () -> {
            Collection<AlterConfigOp> ops = List.of(new AlterConfigOp(new ConfigEntry(key, value), op));
            Session.get(s.admin.incrementalAlterConfigs(Map.of(resource, ops)).all());
            return "done";
        });
    }

    private static void partitions(Session s, Report r, String topic) throws Exception {
        for (int to : new int[] {4, 4, 3, 0}) {
            r.attempt("partitions " + to + " of " + shape(s, topic).length(), () -> {
                Session.get(s.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(to))).all());
                return "done";
            });
            Session.await("partitions", () -> {
                try {
                    return Session.get(s.admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().size() == 4;
                } catch (Exception e) {
                    return false;
                }
            });
        }
        r.attempt("partitions assigned", () -> Session.get(s.admin.createPartitions(
            Map.of(topic, NewPartitions.increaseTo(5, List.of(List.of(9))))).all()));
        r.attempt("partitions of an absent topic", () -> Session.get(s.admin.createPartitions(
            Map.of(s.name("absent"), NewPartitions.increaseTo(5))).all()));
        r.see("shape", shape(s, topic));
    }

    private static void cluster(Session s, Report r, String topic) throws Exception {
        Set<String> mine = new TreeSet<>(Session.get(s.admin.listTopics().names()));
        mine.removeIf(n -> !n.startsWith(s.name("admin")));
        r.see("topics listed", mine);
        r.attempt("absent topic", () -> shape(s, s.name("absent")));
        r.attempt("by id", () -> {
            var id = Session.get(s.admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).topicId();
            return Session.get(s.admin.describeTopics(org.apache.kafka.common.TopicCollection.ofTopicIds(List.of(id)))
                .allTopicIds()).get(id).name();
        });
        r.attempt("log dirs", () -> {
            Map<String, Object> shown = new TreeMap<>();
            for (var dir : Session.get(s.admin.describeLogDirs(List.of(0)).allDescriptions()).get(0).values()) {
                dir.replicaInfos().forEach((tp, info) -> {
                    if (tp.topic().equals(topic)) {
                        shown.put(tp.toString(), info.size() + " lag " + info.offsetLag() + (info.isFuture() ? " future" : ""));
                    }
                });
                shown.put("sizes known", dir.totalBytes().isPresent() && dir.usableBytes().isPresent());
                shown.put("error", String.valueOf(dir.error()));
            }
            return shown;
        });
        r.attempt("reassignments", () -> Session.get(s.admin.listPartitionReassignments().reassignments()).toString());
        r.attempt("quorum", () -> {
            var q = Session.get(s.admin.describeMetadataQuorum().quorumInfo());
            return List.of(q.leaderId(), q.voters().size(), q.observers().size(), q.highWatermark() > 0, q.voters().get(0).replicaId());
        });
        r.attempt("config resources", () -> Session.get(s.admin.listConfigResources(
            Set.of(ConfigResource.Type.TOPIC), new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all()).stream()
            .map(ConfigResource::name).filter(n -> n.startsWith(s.name("admin"))).sorted().toList());
        r.attempt("features", () -> new TreeMap<>(Session.get(s.admin.describeFeatures().featureMetadata()).finalizedFeatures()).toString());
        r.attempt("wrong feature", () -> Session.get(s.admin.updateFeatures(Map.of("no.such.feature",
            new org.apache.kafka.clients.admin.FeatureUpdate((short) 3, org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType.UPGRADE)),
            new org.apache.kafka.clients.admin.UpdateFeaturesOptions()).all()));
    }

    static void retention(Session s, Report r) throws Exception {
        String topic = s.topic("retention", 1, Map.of("retention.ms", "60000"));
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 5; i++) {
                long old = System.currentTimeMillis() - 3_600_000;
                Session.get(producer.send(new ProducerRecord<>(topic, 0, old + i, null, Session.bytes("old"))));
            }
            Session.await("old records deleted", () -> start(s, tp) == 5);
            Session.get(producer.send(new ProducerRecord<>(topic, 0, null, null, Session.bytes("new"))));
        }
        r.see("start", start(s, tp));
        r.see("read", Session.show(s.read(topic, 1, 1, Map.of())));
    }

    static long start(Session s, TopicPartition tp) {
        try {
            return Session.get(s.admin.listOffsets(Map.of(tp, OffsetSpec.earliest())).partitionResult(tp)).offset();
        } catch (Exception e) {
            return -1;
        }
    }

    static void badconfig(Session s, Report r) throws Exception {
        Map<String, List<String>> wrong = new LinkedHashMap<>();
        wrong.put("retention.ms", List.of("abc", "-2", "", "9223372036854775808", " 5 ", "1.5"));
        wrong.put("retention.bytes", List.of("-2"));
        wrong.put("cleanup.policy", List.of("foo", "", "delete,compact", "delete,foo", "compact,compact"));
        wrong.put("compression.type", List.of("xyz", "", "producer"));
        wrong.put("compression.gzip.level", List.of("0", "10", "-1"));
        wrong.put("compression.lz4.level", List.of("0", "18"));
        wrong.put("compression.zstd.level", List.of("23", "-131073"));
        wrong.put("min.insync.replicas", List.of("0", "2"));
        wrong.put("segment.bytes", List.of("0", "1", "1048575", "1048576", "2147483648"));
        wrong.put("segment.ms", List.of("0"));
        wrong.put("segment.jitter.ms", List.of("-1"));
        wrong.put("segment.index.bytes", List.of("3"));
        wrong.put("index.interval.bytes", List.of("-1"));
        wrong.put("max.message.bytes", List.of("-1", "x"));
        wrong.put("flush.messages", List.of("0", "-1"));
        wrong.put("flush.ms", List.of("-1"));
        wrong.put("message.timestamp.type", List.of("x"));
        wrong.put("message.timestamp.before.max.ms", List.of("-1"));
        wrong.put("message.timestamp.difference.max.ms", List.of("1"));
        wrong.put("message.format.version", List.of("3.0"));
        wrong.put("min.cleanable.dirty.ratio", List.of("2", "-0.1", "x"));
        wrong.put("unclean.leader.election.enable", List.of("maybe", "TRUE"));
        wrong.put("preallocate", List.of("7"));
        wrong.put("delete.retention.ms", List.of("-1"));
        wrong.put("file.delete.delay.ms", List.of("-1"));
        wrong.put("max.compaction.lag.ms", List.of("0"));
        wrong.put("min.compaction.lag.ms", List.of("-1"));
        wrong.put("leader.replication.throttled.replicas", List.of("x", "*", "0:0"));
        wrong.put("remote.storage.enable", List.of("true", "x"));
        wrong.put("local.retention.ms", List.of("-3", "900000000"));
        wrong.put("no.such.key", List.of("1"));
        wrong.put("", List.of("1"));
        for (var entry : wrong.entrySet()) {
            for (String value : entry.getValue()) {
                r.attempt(entry.getKey() + "=" + value, () -> {
                    var topic = new NewTopic(s.name("badconfig"), 1, (short) 1).configs(Map.of(entry.getKey(), value));
                    Session.get(s.admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true)).all());
                    return "taken";
                });
            }
        }
        pair(s, r, Map.of("min.compaction.lag.ms", "100", "max.compaction.lag.ms", "50"));
        pair(s, r, Map.of("retention.bytes", "100", "local.retention.bytes", "200"));
        pair(s, r, Map.of("cleanup.policy", "compact", "remote.storage.enable", "true"));
    }

    private static void pair(Session s, Report r, Map<String, String> configs) {
        r.attempt("together " + new TreeMap<>(configs), () -> {
            var topic = new NewTopic(s.name("badconfig"), 1, (short) 1).configs(configs);
            Session.get(s.admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true)).all());
            return "taken";
        });
    }
}
