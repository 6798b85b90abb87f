import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseDataJsonConverter;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseDataJsonConverter;
import org.apache.kafka.common.requests.StreamsGroupDescribeRequest;
import org.apache.kafka.common.requests.StreamsGroupDescribeResponse;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatRequest;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatResponse;

/** Members of streams groups that are made of single requests, so that each answer is seen whole. */
final class StreamsRequests {
    static final short NEWEST = 1;
    private static final int REBALANCE_TIMEOUT_MS = 20_000;

    private final Session session;
    private final Report report;

    StreamsRequests(Session session, Report report) {
        this.session = session;
        this.report = report;
    }

    static Subtopology subtopology(String id, String... sources) {
        return new Subtopology().setSubtopologyId(id).setSourceTopics(List.of(sources));
    }

    static Topology topology(Subtopology... subtopologies) {
        return new Topology().setEpoch(0).setSubtopologies(List.of(subtopologies));
    }

    static TopicInfo internal(String name, String... config) {
        List<KeyValue> configs = new ArrayList<>();
        for (int i = 0; i < config.length; i += 2) {
            configs.add(new KeyValue().setKey(config[i]).setValue(config[i + 1]));
        }
        return new TopicInfo().setName(name).setTopicConfigs(configs);
    }

    static List<TaskIds> tasks(String subtopology, Integer... partitions) {
        return List.of(new TaskIds().setSubtopologyId(subtopology).setPartitions(List.of(partitions)));
    }

    /** A request to join, of a process of its own. */
    static StreamsGroupHeartbeatRequestData joining(String group, String member, Topology topology) {
        return new StreamsGroupHeartbeatRequestData().setGroupId(group).setMemberId(member).setMemberEpoch(0)
            .setRebalanceTimeoutMs(REBALANCE_TIMEOUT_MS).setProcessId("process-of-" + member).setTopology(topology)
            .setActiveTasks(List.of()).setStandbyTasks(List.of()).setWarmupTasks(List.of());
    }

    StreamsGroupHeartbeatResponseData ask(StreamsGroupHeartbeatRequestData request, short version) throws Exception {
        var built = new StreamsGroupHeartbeatRequest.Builder(request).build(version);
        return ((StreamsGroupHeartbeatResponse) Exchange.settled(session.bootstrap, built)).data();
    }

    void see(String name, StreamsGroupHeartbeatResponseData answer, short version) {
        report.see(name, shown(StreamsGroupHeartbeatResponseDataJsonConverter.write(answer, version)));
    }

    /** What is answered to one request. */
    void see(String name, StreamsGroupHeartbeatRequestData request) throws Exception {
        see(name, ask(request, NEWEST), NEWEST);
    }

    void describe(String name, String... groups) throws Exception {
        describe(name, NEWEST, true, List.of(groups));
    }

    void describe(String name, short version, boolean withMore, List<String> groups) throws Exception {
        var request = new StreamsGroupDescribeRequestData().setGroupIds(groups).setIncludeAuthorizedOperations(withMore)
            .setIncludeTopologyDescription(withMore && version > 0);
        var answer = (StreamsGroupDescribeResponse) Exchange.settled(session.bootstrap, new StreamsGroupDescribeRequest.Builder(request).build(version));
        report.see(name, shown(StreamsGroupDescribeResponseDataJsonConverter.write(answer.data(), version)));
    }

    /** JSON whose lists, whose order means nothing, are sorted: also that of the topics that a status names. */
    static JsonNode shown(JsonNode json) {
        json.forEach(StreamsRequests::shown);
        if (json instanceof ObjectNode object && object.has("statusDetail")) {
            String[] parts = object.get("statusDetail").asText().split(": ", 2);
            if (parts[0].equals("Internal topics are missing")) {
                object.put("statusDetail", parts[0] + ": " + String.join(", ", new TreeSet<>(List.of(parts[1].split(", ")))));
            }
        }
        if (json instanceof ArrayNode array) {
            List<JsonNode> items = new ArrayList<>();
            array.forEach(items::add);
            items.sort(Comparator.comparing(JsonNode::toString));
            array.removeAll().addAll(items);
        }
        return json;
    }

    void configure(String group, Map<String, String> configs) throws Exception {
        List<AlterConfigOp> ops = new ArrayList<>();
        new TreeMap<>(configs).forEach((key, value) -> ops.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        Session.get(session.admin.incrementalAlterConfigs(Map.of(resource, ops)).all());
        // A coordinator may learn of them later than whoever set them hears that they are set.
        Session.await("configurations of " + group, () -> {
            try {
                var seen = Session.get(session.admin.describeConfigs(List.of(resource)).all()).get(resource);
                return configs.entrySet().stream().allMatch(e -> e.getValue().equals(seen.get(e.getKey()).value()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** One member: it says what it was told. */
    final class Member {
        final String group;
        final String id;
        int epoch;
        int endpointEpoch;
        List<TaskIds> active = List.of();
        List<TaskIds> standby = List.of();
        List<TaskIds> warmup = List.of();

        Member(String group, String id) {
            this.group = group;
            this.id = id;
        }

        StreamsGroupHeartbeatRequestData joins(Topology topology) {
            return joining(group, id, topology);
        }

        StreamsGroupHeartbeatRequestData request() {
            return new StreamsGroupHeartbeatRequestData().setGroupId(group).setMemberId(id).setMemberEpoch(epoch)
                .setEndpointInformationEpoch(endpointEpoch).setActiveTasks(active).setStandbyTasks(standby).setWarmupTasks(warmup);
        }

        StreamsGroupHeartbeatResponseData send(StreamsGroupHeartbeatRequestData request) throws Exception {
            StreamsGroupHeartbeatResponseData answer = ask(request, NEWEST);
            if (answer.errorCode() == 0) {
                epoch = answer.memberEpoch();
                endpointEpoch = answer.endpointInformationEpoch();
                active = answer.activeTasks() == null ? active : told(answer.activeTasks());
                standby = answer.standbyTasks() == null ? standby : told(answer.standbyTasks());
                warmup = answer.warmupTasks() == null ? warmup : told(answer.warmupTasks());
            }
            return answer;
        }

        /** As {@link #send}, of what must not be refused. */
        StreamsGroupHeartbeatResponseData taken(StreamsGroupHeartbeatRequestData request) throws Exception {
            StreamsGroupHeartbeatResponseData answer = send(request);
            Report.must(answer.errorCode() == 0, "taken: " + answer.errorCode() + " " + answer.errorMessage());
            return answer;
        }

        void see(String name, StreamsGroupHeartbeatRequestData request) throws Exception {
            StreamsRequests.this.see(name, send(request), NEWEST);
        }

        void beats(String name) throws Exception {
            see(name, request());
        }

        void beats(String name, UnaryOperator<StreamsGroupHeartbeatRequestData> with) throws Exception {
            see(name, with.apply(request()));
        }

        /** As {@link #settle}; what the member has then is seen. */
        void settles(String name) throws Exception {
            settle(name);
            report.see(name, holds());
        }

        /** Sends heartbeats until no status is left: internal topics are made in between. */
        void settle(String name) throws Exception {
            Session.await(name, () -> {
                try {
                    return taken(request()).status().isEmpty();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        /** Sends heartbeats until a status has that text, which is seen. */
        void hears(String name, String text) throws Exception {
            String[] last = new String[1];
            Session.await(name, () -> {
                try {
                    last[0] = taken(request()).status().toString();
                    return last[0].contains(text);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            report.see(name, last[0]);
        }

        /** Its epoch and how many tasks it has; which, is the assignor's choice among equals. */
        String holds() {
            return "epoch " + epoch + ", active " + count(active) + ", standby " + count(standby) + ", warmup " + count(warmup);
        }
    }

    private static long count(List<TaskIds> tasks) {
        return tasks.stream().mapToLong(ids -> ids.partitions().size()).sum();
    }

    private static List<TaskIds> told(List<StreamsGroupHeartbeatResponseData.TaskIds> tasks) {
        return tasks.stream().map(ids -> new TaskIds().setSubtopologyId(ids.subtopologyId()).setPartitions(ids.partitions())).toList();
    }
}
