import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.CopartitionGroup;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.Subtopology;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.TopicInfo;
import org.apache.kafka.coordinator.group.streams.StreamsTopology;
import org.apache.kafka.coordinator.group.streams.topics.ConfiguredTopology;
import org.apache.kafka.coordinator.group.streams.topics.InternalTopicManager;
import org.slf4j.helpers.NOPLogger;

/**
 * Writes crates/group/src/streams/topology/kafka.txt: random topologies, and what Apache Kafka 4.4.0 makes of them. The
 * class path is kafka-group-coordinator 4.4.0 with its dependencies: java -cp 'lib/*' Topologies.java > kafka.txt
 *
 * A line is topics of the cluster (name=partitions) | subtopologies | result. A subtopology is
 * id:source topics:repartition sinks:repartition sources (name=partitions):changelogs:copartition groups, and a group
 * places among the sources - places among the repartition sources. A result is an error, or
 * status detail | tasks of the subtopologies | internal topics to create (name=partitions).
 */
final class Topologies {
    static final int TOPOLOGIES = 600;

    static TopicInfo info(String name, int partitions) {
        return new TopicInfo().setName(name).setPartitions(partitions);
    }

    static List<Subtopology> topology(Random random, int inputs) {
        int count = 1 + random.nextInt(4);
        int repartitions = random.nextInt(4);
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < repartitions; i++) {
            counts.put("r" + i, random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0);
        }
        List<Subtopology> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Subtopology s = new Subtopology().setSubtopologyId("" + i);
            TreeSet<String> sources = new TreeSet<>();
            for (int n = random.nextInt(3); n > 0; n--) {
                sources.add("i" + random.nextInt(inputs));
            }
            s.setSourceTopics(new ArrayList<>(sources));
            List<String> sinks = new ArrayList<>();
            List<TopicInfo> read = new ArrayList<>();
            for (var topic : counts.entrySet()) {
                int kind = random.nextInt(count + 1);
                if (kind == 0) {
                    sinks.add(topic.getKey());
                } else if (kind == 1) {
                    read.add(info(topic.getKey(), topic.getValue()));
                }
            }
            if (sources.isEmpty() && read.isEmpty() && random.nextInt(9) > 0) {
                s.setSourceTopics(List.of("i0"));
            }
            s.setRepartitionSinkTopics(sinks);
            s.setRepartitionSourceTopics(read);
            if (random.nextInt(3) == 0) {
                s.setStateChangelogTopics(List.of(info("c" + i, 0)));
            }
            if (random.nextInt(2) == 0) {
                s.setCopartitionGroups(List.of(group(random, s)));
            }
            all.add(s);
        }
        return all;
    }

    static CopartitionGroup group(Random random, Subtopology s) {
        List<Short> sources = new ArrayList<>();
        List<Short> read = new ArrayList<>();
        for (short i = 0; i < s.sourceTopics().size(); i++) {
            if (random.nextBoolean()) {
                sources.add(i);
            }
        }
        for (short i = 0; i < s.repartitionSourceTopics().size(); i++) {
            read.add(i);
        }
        return new CopartitionGroup().setSourceTopics(sources).setRepartitionSourceTopics(read);
    }

    static CoordinatorMetadataImage image(Map<String, Integer> topics) {
        return (CoordinatorMetadataImage) Proxy.newProxyInstance(Topologies.class.getClassLoader(),
            new Class<?>[] {CoordinatorMetadataImage.class}, (proxy, method, args) -> {
                if (!method.getName().equals("topicMetadata") || !(args[0] instanceof String)) {
                    throw new UnsupportedOperationException(method.toString());
                }
                Integer partitions = topics.get((String) args[0]);
                if (partitions == null) {
                    return Optional.empty();
                }
                return Optional.of(Proxy.newProxyInstance(Topologies.class.getClassLoader(),
                    new Class<?>[] {CoordinatorMetadataImage.TopicMetadata.class}, (p, m, a) -> switch (m.getName()) {
                        case "partitionCount" -> partitions;
                        case "name" -> args[0];
                        default -> throw new UnsupportedOperationException(m.toString());
                    }));
            });
    }

    static String infos(List<TopicInfo> topics) {
        return topics.stream().map(t -> t.name() + "=" + t.partitions()).collect(Collectors.joining(","));
    }

    static String places(List<Short> places) {
        return places.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static String text(Subtopology s) {
        return s.subtopologyId() + ":" + String.join(",", s.sourceTopics()) + ":" + String.join(",", s.repartitionSinkTopics())
            + ":" + infos(s.repartitionSourceTopics()) + ":" + infos(s.stateChangelogTopics()) + ":"
            + s.copartitionGroups().stream().map(g -> places(g.sourceTopics()) + "-" + places(g.repartitionSourceTopics()))
                .collect(Collectors.joining("/"));
    }

    static String result(List<Subtopology> subtopologies, Map<String, Integer> topics) {
        Map<String, Subtopology> byId = new HashMap<>();
        subtopologies.forEach(s -> byId.put(s.subtopologyId(), s));
        ConfiguredTopology configured;
        try {
            configured = InternalTopicManager.configureTopics(NOPLogger.NOP_LOGGER, "g", "m", 0,
                new StreamsTopology(1, byId), image(topics), Time.SYSTEM);
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName() + " " + e.getMessage();
        }
        var problem = configured.topicConfigurationException();
        String status = problem.map(p -> p.status().code() + " " + p.getMessage()).orElse("");
        String tasks = configured.subtopologies().map(all -> all.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue().numberOfTasks()).collect(Collectors.joining(","))).orElse("");
        String create = new TreeMap<>(configured.internalTopicsToBeCreated()).values().stream()
            .map(t -> t.name() + "=" + t.numPartitions()).collect(Collectors.joining(","));
        return status + "|" + tasks + "|" + create;
    }

    public static void main(String[] args) {
        Random random = new Random(1071);
        for (int i = 0; i < TOPOLOGIES; i++) {
            Map<String, Integer> topics = new TreeMap<>();
            int inputs = 1 + random.nextInt(5);
            for (int n = 0; n < inputs; n++) {
                if (random.nextInt(30) > 0) {
                    topics.put("i" + n, 1 + random.nextInt(3));
                }
            }
            if (random.nextInt(3) == 0) {
                topics.put("r0", 1 + random.nextInt(3));
                topics.put("c0", 1 + random.nextInt(3));
            }
            List<Subtopology> subtopologies = topology(random, inputs);
            System.out.println(
                topics.entrySet().stream().map(t -> t.getKey() + "=" + t.getValue()).collect(Collectors.joining(","))
                + "|" + subtopologies.stream().map(Topologies::text).collect(Collectors.joining(";"))
                + "|" + result(subtopologies, topics));
        }
    }
}
