import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.coordinator.group.api.streams.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.streams.assignor.TopologyDescriber;
import org.apache.kafka.coordinator.group.streams.assignor.AssignmentConfigsImpl;
import org.apache.kafka.coordinator.group.streams.assignor.GroupSpecImpl;
import org.apache.kafka.coordinator.group.streams.assignor.MemberMetadataAndStateImpl;
import org.apache.kafka.coordinator.group.streams.assignor.StickyTaskAssignor;

/**
 * Writes crates/group/src/streams/assign/kafka.txt: random streams groups, and what the assignor of Apache Kafka 4.4.0
 * gives their members. The class path is kafka-group-coordinator 4.4.0 with its dependencies:
 * java -cp 'lib/*' TaskAssignments.java > kafka.txt
 *
 * A line is tasks of each subtopology (s behind those with state) | standby replicas | members | targets; a member is
 * process : active : standby : offsets of what it had, a target active : standby, a task subtopology-partition, and an
 * offset task=offset.
 */
final class TaskAssignments {
    static final int GROUPS = 400;

    record Subtopology(int tasks, boolean isStateful) { }

    record Member(
        String process, Map<String, Set<Integer>> active, Map<String, Set<Integer>> standby,
        Map<String, Map<Integer, Long>> offsets
    ) { }

    static TreeMap<String, Member> members(Random random, int processes, int most) {
        TreeMap<String, Member> members = new TreeMap<>();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            String process = "p" + random.nextInt(processes);
            members.put(String.format("m%02d", i), new Member(process, Map.of(), Map.of(), Map.of()));
        }
        return members;
    }

    static Map<String, MemberAssignment> assign(
        TreeMap<String, Member> members, List<Subtopology> subtopologies, int standbys
    ) throws Exception {
        Map<String, MemberMetadataAndStateImpl> specs = new LinkedHashMap<>();
        members.forEach((id, m) -> specs.put(id, new MemberMetadataAndStateImpl(
            Optional.empty(), Optional.empty(), m.process, Map.of(), m.active, m.standby, Map.of(), m.offsets, Map.of())));
        TopologyDescriber describer = new TopologyDescriber() {
            @Override
            public List<String> subtopologies() {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < subtopologies.size(); i++) {
                    ids.add("" + i);
                }
                return ids;
            }

            @Override
            public int maxNumInputPartitions(String id) {
                return subtopologies.get(Integer.parseInt(id)).tasks;
            }

            @Override
            public boolean isStateful(String id) {
                return subtopologies.get(Integer.parseInt(id)).isStateful;
            }
        };
        var configs = AssignmentConfigsImpl.DEFAULT.withNumStandbyReplicas(standbys);
        return new TreeMap<>(new StickyTaskAssignor().assign(new GroupSpecImpl(specs, configs), describer).members());
    }

    static String text(Map<String, Set<Integer>> tasks) {
        List<String> texts = new ArrayList<>();
        new TreeMap<>(tasks).forEach((id, set) -> new TreeSet<>(set).forEach(p -> texts.add(id + "-" + p)));
        return String.join(",", texts);
    }

    static String text(Member m) {
        List<String> offsets = new ArrayList<>();
        new TreeMap<>(m.offsets).forEach((id, map) ->
            new TreeMap<>(map).forEach((p, offset) -> offsets.add(id + "-" + p + "=" + offset)));
        return m.process + ":" + text(m.active) + ":" + text(m.standby) + ":" + String.join(",", offsets);
    }

    static Map<String, Map<Integer, Long>> offsets(Random random, List<Subtopology> subtopologies) {
        Map<String, Map<Integer, Long>> offsets = new TreeMap<>();
        for (int i = 0; i < subtopologies.size(); i++) {
            for (int p = 0; p < subtopologies.get(i).tasks; p++) {
                if (subtopologies.get(i).isStateful && random.nextInt(4) == 0) {
                    offsets.computeIfAbsent("" + i, id -> new TreeMap<>()).put(p, (long) random.nextInt(50));
                }
            }
        }
        return offsets;
    }

    static Member restored(Random random, Member m, MemberAssignment had, List<Subtopology> subtopologies) {
        Map<String, Map<Integer, Long>> offsets = random.nextInt(3) == 0 ? offsets(random, subtopologies) : Map.of();
        if (had == null) {
            return new Member(m.process, Map.of(), Map.of(), offsets);
        }
        return new Member(m.process, had.activeTasks(), had.standbyTasks(), offsets);
    }

    public static void main(String[] args) throws Exception {
        Random random = new Random(1071);
        for (int i = 0; i < GROUPS; i++) {
            List<Subtopology> subtopologies = new ArrayList<>();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                subtopologies.add(new Subtopology(1 + random.nextInt(9), random.nextInt(3) > 0));
            }
            int standbys = random.nextInt(3);
            int processes = 1 + random.nextInt(5);
            TreeMap<String, Member> members = members(random, processes, 8);
            if (random.nextInt(4) > 0) {
                // The group was another before: members have come and left.
                var before = members(random, processes, 8);
                var had = assign(before, subtopologies, standbys);
                members.replaceAll((id, m) -> restored(random, m, had.get(id), subtopologies));
            }
            var targets = assign(members, subtopologies, standbys);
            System.out.println(
                subtopologies.stream().map(s -> s.tasks + (s.isStateful ? "s" : "")).collect(Collectors.joining(","))
                + "|" + standbys
                + "|" + members.values().stream().map(TaskAssignments::text).collect(Collectors.joining(";"))
                + "|" + targets.values().stream().map(t -> text(t.activeTasks()) + ":" + text(t.standbyTasks()))
                    .collect(Collectors.joining(";")));
        }
    }
}
