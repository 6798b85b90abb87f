import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseDataJsonConverter;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;

/** Who may commit and fetch the offsets of a streams group. */
final class StreamsOffsets {
    private static final short BY_NAME = 9;
    private static final short BEFORE_EPOCHS = 8;
    private static final short BY_ID = 10;

    private final Session session;
    private final Report report;
    private final String topic;
    private final Uuid id;

    private StreamsOffsets(Session session, Report report, String topic, Uuid id) {
        this.session = session;
        this.report = report;
        this.topic = topic;
        this.id = id;
    }

    static void offsets(Session session, Report report, StreamsRequests requests, String topic) throws Exception {
        Uuid id = Session.get(session.admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).topicId();
        new StreamsOffsets(session, report, topic, id).run(requests);
    }

    private void run(StreamsRequests requests) throws Exception {
        var one = requests.new Member(session.name("sgr-offsets"), "member");
        requests.configure(one.group, Map.of("streams.assignment.interval.ms", "0", "streams.session.timeout.ms", "60000"));
        commit("before the group", one.group, "", -1, BY_NAME, 0);
        one.taken(one.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", topic))));
        one.taken(one.request());
        commit("by the member", one.group, one.id, one.epoch, BY_NAME, 0);
        commit("by the member, by id", one.group, one.id, one.epoch, BY_ID, 1);
        commit("before there were epochs", one.group, one.id, one.epoch, BEFORE_EPOCHS, 0);
        commit("of a later epoch", one.group, one.id, one.epoch + 1, BY_NAME, 0);
        commit("of the epoch before", one.group, one.id, one.epoch - 1, BY_NAME, 0);
        commit("from outside", one.group, "", -1, BY_NAME, 0);
        commit("by a stranger", one.group, "stranger", one.epoch, BY_NAME, 0);
        fetch("by the member", one.group, one.id, one.epoch);
        fetch("by nobody", one.group, null, -1);
        fetch("by a stranger", one.group, "stranger", one.epoch);
        fetch("of a later epoch", one.group, one.id, one.epoch + 1);
        report.attempt("offsets: deleted", () -> Session.get(session.admin.deleteStreamsGroupOffsets(one.group,
            java.util.Set.of(new org.apache.kafka.common.TopicPartition(topic, 0))).all()));
        int before = one.epoch;
        var two = requests.new Member(one.group, "member-two");
        two.taken(two.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", topic))));
        for (int round = 0; round < 3; round++) {
            one.taken(one.request());
        }
        report.see("offsets: moved on", one.holds() + " after " + before);
        int kept = one.active.get(0).partitions().get(0);
        commit("of the epoch before, what it kept", one.group, one.id, before, BY_NAME, kept);
        commit("of the epoch before, what it lost", one.group, one.id, before, BY_NAME, lost(one));
        one.taken(one.request().setMemberEpoch(-1));
        two.taken(two.request().setMemberEpoch(-1));
        commit("to an empty group", one.group, "", -1, BY_NAME, 2);
        fetch("at last", one.group, null, -1);
    }

    private static int lost(StreamsRequests.Member member) {
        int partition = 0;
        while (member.active.get(0).partitions().contains(partition)) {
            partition++;
        }
        return partition;
    }

    /** Names of observations have no partition: which the member keeps is the assignor's choice. */
    private void commit(String name, String group, String member, int epoch, short version, int partition) throws Exception {
        var commit = new OffsetCommitRequestPartition().setPartitionIndex(partition).setCommittedOffset(partition + 1);
        var request = new OffsetCommitRequestData().setGroupId(group).setMemberId(member).setGenerationIdOrMemberEpoch(epoch)
            .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic).setTopicId(id).setPartitions(List.of(commit))));
        var answer = (OffsetCommitResponse) Exchange.of(session.bootstrap, OffsetCommitRequest.Builder.forTopicIdsOrNames(request).build(version));
        String error = answer.errorCounts().keySet().toString();
        report.see("offsets: committed " + name, error);
    }

    private void fetch(String name, String group, String member, int epoch) throws Exception {
        var request = new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup().setGroupId(group).setMemberId(member)
            .setMemberEpoch(epoch).setTopics(List.of(new OffsetFetchRequestTopics().setName(topic).setPartitionIndexes(List.of(0, 1, 2))))));
        var answer = (OffsetFetchResponse) Exchange.of(session.bootstrap, OffsetFetchRequest.Builder.forTopicNames(request, false).build(BY_NAME));
        report.see("offsets: fetched " + name, OffsetFetchResponseDataJsonConverter.write(answer.data(), BY_NAME));
    }
}
