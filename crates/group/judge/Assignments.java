import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.RangeAssignor;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/**
 * Writes crates/group/src/consumer/assign/kafka.txt: random groups, and what the assignors of Apache Kafka
 * 4.4.0 give their members. The class path is kafka-group-coordinator 4.4.0 with its dependencies:
 * java -cp 'lib/*' Assignments.java > kafka.txt
 *
 * A line is partition counts | members | targets by uniform | targets by range; a member is
 * instance id : topics : what it had. Topics are numbered, and a partition is topic-partition.
 */
final class Assignments {
    static final int GROUPS = 400;

    record Member(Optional<String> instance, Set<Uuid> topics, Map<Uuid, Set<Integer>> had) { }

    static Uuid topic(int number) {
        return new Uuid(0, number + 1);
    }

    static TreeMap<String, Member> members(Random random, int topics, boolean isSame) {
        TreeMap<String, Member> members = new TreeMap<>();
        int count = 1 + random.nextInt(8);
        Set<Uuid> first = some(random, topics);
        for (int i = 0; i < count; i++) {
            Optional<String> instance = random.nextInt(3) == 0 ? Optional.of("i" + (count - i)) : Optional.empty();
            members.put(String.format("m%02d", i), new Member(instance, isSame ? first : some(random, topics), Map.of()));
        }
        return members;
    }

    static Set<Uuid> some(Random random, int topics) {
        Set<Uuid> some = new TreeSet<>();
        for (int i = 0; i < topics; i++) {
            if (random.nextInt(3) > 0) {
                some.add(topic(i));
            }
        }
        some.add(topic(random.nextInt(topics)));
        return some;
    }

    static Map<String, Map<Uuid, Set<Integer>>> assign(
        ConsumerGroupPartitionAssignor assignor, TreeMap<String, Member> members, int[] counts
    ) throws Exception {
        Map<String, MemberSubscriptionAndAssignmentImpl> specs = new HashMap<>();
        Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
        members.forEach((id, m) -> {
            specs.put(id, new MemberSubscriptionAndAssignmentImpl(
                Optional.empty(), m.instance, m.topics, new Assignment(m.had)));
            m.had.forEach((topic, partitions) -> partitions.forEach(p ->
                owners.computeIfAbsent(topic, t -> new HashMap<>()).put(p, id)));
        });
        boolean isSame = members.values().stream().map(Member::topics).distinct().count() == 1;
        SubscriptionType type = isSame ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS;
        SubscribedTopicDescriber describer = new SubscribedTopicDescriber() {
            @Override
            public int numPartitions(Uuid topic) {
                return counts[(int) topic.getLeastSignificantBits() - 1];
            }

            @Override
            public Set<String> racksForPartition(Uuid topic, int partition) {
                return Set.of();
            }
        };
        var result = assignor.assign(new GroupSpecImpl(specs, type, owners), describer);
        Map<String, Map<Uuid, Set<Integer>>> targets = new TreeMap<>();
        result.members().forEach((id, m) -> targets.put(id, m.partitions()));
        members.keySet().forEach(id -> targets.putIfAbsent(id, Map.of()));
        return targets;
    }

    static String text(Map<Uuid, Set<Integer>> partitions) {
        List<String> texts = new ArrayList<>();
        new TreeMap<>(partitions).forEach((topic, set) -> new TreeSet<>(set).forEach(p ->
            texts.add(topic.getLeastSignificantBits() - 1 + "-" + p)));
        return String.join(",", texts);
    }

    static String text(Map<String, Map<Uuid, Set<Integer>>> targets, Set<String> members) {
        return members.stream().map(id -> text(targets.get(id))).collect(Collectors.joining(";"));
    }

    static String text(Member m) {
        String topics = m.topics.stream().map(t -> "" + (t.getLeastSignificantBits() - 1)).collect(Collectors.joining(","));
        return m.instance.orElse("") + ":" + topics + ":" + text(m.had);
    }

    public static void main(String[] args) throws Exception {
        Random random = new Random(848);
        for (int i = 0; i < GROUPS; i++) {
            int[] counts = random.ints(1 + random.nextInt(5), 1, 12).toArray();
            boolean isSame = random.nextBoolean();
            TreeMap<String, Member> members = members(random, counts.length, isSame);
            if (random.nextInt(3) > 0) {
                // The group was another before: members have come, left or subscribed to other topics.
                var before = members(random, counts.length, isSame);
                var had = assign(new UniformAssignor(), before, counts);
                members.replaceAll((id, m) -> new Member(m.instance, m.topics, had.getOrDefault(id, Map.of())));
            }
            Set<String> ids = members.keySet();
            List<String> all = members.values().stream().map(Assignments::text).toList();
            String numbers = java.util.Arrays.stream(counts).mapToObj(n -> "" + n).collect(Collectors.joining(","));
            System.out.println(numbers + "|" + String.join(";", all)
                + "|" + text(assign(new UniformAssignor(), members, counts), ids)
                + "|" + text(assign(new RangeAssignor(), members, counts), ids));
        }
    }
}
