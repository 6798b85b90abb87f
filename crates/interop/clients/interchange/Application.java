import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatRequest;
import org.apache.kafka.common.requests.StreamsGroupHeartbeatResponse;

/** A streams group whose static member leaves for a while at one broker, and comes back to its tasks at the next. */
final class Application {
    private static final String NAME = "application";
    private static final String SOURCE = "data";
    private static final String INSTANCE = "instance";
    private static final short HEARTBEAT = 1;
    private static final short COMMIT = 9;
    private static final int JOINS = 0;
    private static final int LEAVES_FOR_A_WHILE = -2;

    private final Cluster cluster;
    private final String member;
    private int epoch;
    private List<TaskIds> active = List.of();

    private Application(Cluster cluster, String member) {
        this.cluster = cluster;
        this.member = member;
    }

    /** Joins under a name of the round, commits an offset and leaves for a while. */
    static void use(Cluster cluster, String round) throws Exception {
        var group = new ConfigResource(ConfigResource.Type.GROUP, NAME);
        cluster.alter(Map.of(group, List.of(Interchange.set("streams.session.timeout.ms", "60000"),
            Interchange.set("streams.initial.rebalance.delay.ms", "0"), Interchange.set("streams.assignment.interval.ms", "0"))));
        new Application(cluster, "of-" + round).live(round);
    }

    private void live(String round) throws Exception {
        TopicInfo changelog = new TopicInfo().setName(NAME + "-store-changelog")
            .setTopicConfigs(List.of(new StreamsGroupHeartbeatRequestData.KeyValue().setKey("cleanup.policy").setValue("compact")));
        Subtopology subtopology = new Subtopology().setSubtopologyId("0").setSourceTopics(List.of(SOURCE))
            .setStateChangelogTopics(List.of(changelog));
        var answer = send(request(JOINS).setRebalanceTimeoutMs(60_000).setProcessId("process")
            .setTopology(new Topology().setSubtopologies(List.of(subtopology))));
        long deadline = System.currentTimeMillis() + 60_000;
        // The changelog is made in between.
        while (tasks() < Interchange.DATA_PARTITIONS || !answer.status().isEmpty()) {
            Cluster.must(System.currentTimeMillis() < deadline, "all tasks, but " + answer);
            Thread.sleep(50);
            answer = send(request(epoch));
        }
        commit(round);
        send(request(LEAVES_FOR_A_WHILE));
    }

    private int tasks() {
        return active.stream().mapToInt(ids -> ids.partitions().size()).sum();
    }

    private StreamsGroupHeartbeatRequestData request(int memberEpoch) {
        return new StreamsGroupHeartbeatRequestData().setGroupId(NAME).setMemberId(member).setInstanceId(INSTANCE).setMemberEpoch(memberEpoch)
            .setActiveTasks(active).setStandbyTasks(List.of()).setWarmupTasks(List.of());
    }

    private StreamsGroupHeartbeatResponseData send(StreamsGroupHeartbeatRequestData request) throws Exception {
        var built = new StreamsGroupHeartbeatRequest.Builder(request).build(HEARTBEAT);
        var answer = ((StreamsGroupHeartbeatResponse) Exchange.settled(cluster.bootstrap, built)).data();
        Cluster.must(answer.errorCode() == 0, "a heartbeat: " + answer);
        epoch = answer.memberEpoch();
        if (answer.activeTasks() != null) {
            active = answer.activeTasks().stream()
                .map(ids -> new TaskIds().setSubtopologyId(ids.subtopologyId()).setPartitions(ids.partitions())).toList();
        }
        return answer;
    }

    private void commit(String round) throws Exception {
        int partition = Math.floorMod(round.hashCode(), Interchange.DATA_PARTITIONS);
        var offset = new OffsetCommitRequestPartition().setPartitionIndex(partition).setCommittedOffset(5).setCommittedMetadata("of " + round);
        var request = new OffsetCommitRequestData().setGroupId(NAME).setMemberId(member).setGroupInstanceId(INSTANCE)
            .setGenerationIdOrMemberEpoch(epoch)
            .setTopics(List.of(new OffsetCommitRequestTopic().setName(SOURCE).setPartitions(List.of(offset))));
        var answer = Exchange.settled(cluster.bootstrap, OffsetCommitRequest.Builder.forTopicNames(request).build(COMMIT));
        Cluster.must(answer.errorCounts().keySet().equals(java.util.Set.of(Errors.NONE)), "a commit: " + answer);
    }

    /** Epochs, members with their tasks, the topology and the offsets of a group. */
    static void observe(Cluster cluster, String id, Map<String, String> facts) throws Exception {
        var group = Cluster.get(cluster.admin.describeStreamsGroups(List.of(id)).all()).get(id);
        facts.put("streams group " + id, group.groupState() + " " + group.groupEpoch() + " " + group.targetAssignmentEpoch() + " topology "
            + group.topologyEpoch() + " " + group.subtopologies().stream().map(s -> s.subtopologyId() + " " + s.sourceTopics() + " "
                + s.stateChangelogTopics().keySet()).toList());
        group.members().forEach(m -> facts.put("streams group " + id + " member " + m.memberId(), m.instanceId() + " epoch " + m.memberEpoch()
            + " " + m.processId() + " topology " + m.topologyEpoch() + " " + m.assignment() + " of " + m.targetAssignment()));
        Cluster.get(cluster.admin.listStreamsGroupOffsets(Map.of(id, new org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec()))
            .partitionsToOffsetAndMetadata(id)).forEach((p, offset) -> facts.put("streams group " + id + " " + p, String.valueOf(offset)));
    }
}
