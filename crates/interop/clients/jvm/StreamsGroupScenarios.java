import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.CopartitionGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Endpoint;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskOffset;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupTopologyDescriptionUpdateRequestData;
import org.apache.kafka.common.message.StreamsGroupTopologyDescriptionUpdateRequestData.TopologyDescription;
import org.apache.kafka.common.message.StreamsGroupTopologyDescriptionUpdateResponseDataJsonConverter;
import org.apache.kafka.common.requests.StreamsGroupTopologyDescriptionUpdateRequest;
import org.apache.kafka.common.requests.StreamsGroupTopologyDescriptionUpdateResponse;

/** Streams groups, request by request: what is refused, how members share tasks, what of a topology does not fit. */
final class StreamsGroupScenarios {
    private static final int PARTITIONS = 4;
    /** Intervals between two assignments. */
    private static final String NONE = "0";
    private static final String ENDLESS = "15000";

    private final Session session;
    private final Report report;
    private final StreamsRequests requests;

    private StreamsGroupScenarios(Session session, Report report) {
        this.session = session;
        this.report = report;
        this.requests = new StreamsRequests(session, report);
    }

    static void streamsgroup(Session session, Report report) throws Exception {
        // Whoever asks for a coordinator has them made.
        Session.get(session.admin.listConsumerGroupOffsets(session.name("sgr-none")).partitionsToOffsetAndMetadata());
        StreamsGroupScenarios all = new StreamsGroupScenarios(session, report);
        String source = session.topic("sgr-source", PARTITIONS, Map.of());
        // A coordinator may learn later of a topic than whoever describes it.
        var known = all.first("sgr-known", NONE);
        known.taken(known.joins(plain(source)));
        known.settle("a source that is known");
        all.refused(source);
        all.topologies(source);
        all.topics(source);
        all.members(source);
        all.fenced(source);
        all.tags(source);
        all.standbys(source);
        all.statics(source);
        all.delayed(source);
        all.ended(source);
        all.kinds(source);
        StreamsOffsets.offsets(session, report, all.requests, source);
        all.descriptions(source);
        all.configs();
    }

    private static Topology plain(String source) {
        return StreamsRequests.topology(StreamsRequests.subtopology("0", source));
    }

    private StreamsRequests.Member member(String group, String id) {
        return requests.new Member(session.name(group), id);
    }

    /** The first member of a group that assigns its tasks at once, or else not before the end of the scenario. */
    private StreamsRequests.Member first(String suffix, String interval, String... configs) throws Exception {
        Map<String, String> all = new TreeMap<>(Map.of("streams.session.timeout.ms", "60000", "streams.assignment.interval.ms", interval));
        for (int i = 0; i < configs.length; i += 2) {
            all.put(configs[i], configs[i + 1]);
        }
        requests.configure(session.name(suffix), all);
        return member(suffix, "member-one");
    }

    /** Requests that make no sense, each like one that does but for one thing. */
    private void refused(String source) throws Exception {
        String group = session.name("sgr-refused");
        Map<String, UnaryOperator<StreamsGroupHeartbeatRequestData>> wrong = new TreeMap<>();
        wrong.put("no group", r -> r.setGroupId(""));
        wrong.put("a blank group", r -> r.setGroupId("  "));
        wrong.put("no member", r -> r.setMemberId(""));
        wrong.put("no instance", r -> r.setInstanceId(""));
        wrong.put("no rack", r -> r.setRackId(""));
        wrong.put("no topology", r -> r.setTopology(null));
        wrong.put("no process", r -> r.setProcessId(null));
        wrong.put("no tasks", r -> r.setActiveTasks(null).setStandbyTasks(null).setWarmupTasks(null));
        wrong.put("no rebalance timeout", r -> r.setRebalanceTimeoutMs(-1));
        wrong.put("an endless rebalance timeout", r -> r.setRebalanceTimeoutMs(Integer.MIN_VALUE));
        wrong.put("tasks of its own", r -> r.setActiveTasks(StreamsRequests.tasks("0", 1)));
        wrong.put("standbys of its own", r -> r.setStandbyTasks(StreamsRequests.tasks("0", 1)));
        wrong.put("warmups of its own", r -> r.setWarmupTasks(StreamsRequests.tasks("0", 1)));
        wrong.put("some tasks only", r -> r.setStandbyTasks(null));
        wrong.put("a member epoch below all", r -> r.setMemberEpoch(-3).setTopology(null));
        wrong.put("leaving for a while without an instance", r -> r.setMemberEpoch(-2).setTopology(null));
        wrong.put("leaving what is not there", r -> r.setMemberEpoch(-1).setTopology(null));
        wrong.put("an epoch of what is not there", r -> r.setMemberEpoch(3).setTopology(null));
        wrong.put("a topology later", r -> r.setMemberEpoch(3));
        wrong.put("a topology while leaving", r -> r.setMemberEpoch(-1));
        int number = 0;
        for (var one : wrong.entrySet()) {
            var request = StreamsRequests.joining(group + "-" + number++, "member", plain(source));
            requests.see("refused: " + one.getKey(), one.getValue().apply(request));
        }
    }

    /** Topologies that no topics could make run, and some that are strange only. */
    private void topologies(String source) throws Exception {
        Map<String, Topology> all = new TreeMap<>();
        all.put("no subtopologies", StreamsRequests.topology());
        all.put("no sources", StreamsRequests.topology(StreamsRequests.subtopology("0")));
        all.put("an expression", StreamsRequests.topology(StreamsRequests.subtopology("0", source).setSourceTopicRegex(List.of("a.*"))));
        all.put("a topic of the broker's own", StreamsRequests.topology(StreamsRequests.subtopology("0", "__consumer_offsets")));
        all.put("an impossible name", StreamsRequests.topology(StreamsRequests.subtopology("0", "no/such", "nor:such")));
        all.put("an impossible changelog", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal("..")))));
        all.put("a changelog with partitions", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal(session.name("sgr-fixed-changelog")).setPartitions(3)))));
        all.put("negative partitions", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setRepartitionSourceTopics(List.of(StreamsRequests.internal(session.name("sgr-negative")).setPartitions(-3)))));
        all.put("a loop", StreamsRequests.topology(StreamsRequests.subtopology("0", source), StreamsRequests.subtopology("1")
            .setRepartitionSinkTopics(List.of(session.name("sgr-loop")))
            .setRepartitionSourceTopics(List.of(StreamsRequests.internal(session.name("sgr-loop"))))));
        all.put("what nobody writes", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setRepartitionSourceTopics(List.of(StreamsRequests.internal(session.name("sgr-unwritten"))))));
        all.put("a place that is not there", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setCopartitionGroups(List.of(new CopartitionGroup().setSourceTopics(List.of((short) 0, (short) 7))))));
        all.put("a negative place", StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setCopartitionGroups(List.of(new CopartitionGroup().setSourceTopics(List.of((short) -1))))));
        all.put("the same id twice", StreamsRequests.topology(StreamsRequests.subtopology("0", source), StreamsRequests.subtopology("0", source)));
        all.put("the same topic twice", StreamsRequests.topology(StreamsRequests.subtopology("0", source, source)));
        all.put("a negative epoch", plain(source).setEpoch(-5));
        all.put("an empty id", StreamsRequests.topology(StreamsRequests.subtopology("", source)));
        int number = 0;
        for (var one : all.entrySet()) {
            String group = session.name("sgr-topology-" + number++);
            var answer = requests.ask(StreamsRequests.joining(group, "member", one.getValue()), StreamsRequests.NEWEST);
            requests.see("topology: " + one.getKey(), answer, StreamsRequests.NEWEST);
            if (answer.errorCode() != 0) {
                requests.describe("topology: " + one.getKey() + ", described", group);
            }
        }
    }

    /** Topics that are not there, have other counts than they need to, or cannot be made. */
    private void topics(String source) throws Exception {
        String late = session.name("sgr-late");
        var waits = first("sgr-waits", NONE);
        waits.see("topics: missing", waits.joins(plain(late)));
        requests.describe("topics: described as missing", waits.group);
        session.topic("sgr-late", 1, Map.of());
        waits.settles("topics: there");
        requests.describe("topics: described as there", waits.group);

        String other = session.topic("sgr-other", PARTITIONS + 1, Map.of());
        var apart = first("sgr-apart", NONE);
        apart.taken(apart.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", source, other)
            .setCopartitionGroups(List.of(new CopartitionGroup().setSourceTopics(List.of((short) 0, (short) 1)))))));
        apart.hears("topics: joined with other counts", "same number");
        String changelog = session.topic("sgr-odd-changelog", PARTITIONS + 1, Map.of());
        var odd = first("sgr-odd", NONE);
        odd.taken(odd.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal(changelog))))));
        odd.hears("topics: a changelog with other counts", "different number");

        var made = first("sgr-made", NONE);
        String repartition = session.name("sgr-made-repartition");
        String fixed = session.name("sgr-made-fixed");
        String store = session.name("sgr-made-changelog");
        Topology topology = StreamsRequests.topology(
            StreamsRequests.subtopology("0", source).setRepartitionSinkTopics(List.of(repartition, fixed)),
            StreamsRequests.subtopology("1")
                .setRepartitionSourceTopics(List.of(StreamsRequests.internal(repartition, "retention.ms", "-1", "segment.bytes", "2000000")))
                .setStateChangelogTopics(List.of(StreamsRequests.internal(store, "cleanup.policy", "compact"))),
            StreamsRequests.subtopology("2")
                .setRepartitionSourceTopics(List.of(StreamsRequests.internal(fixed).setPartitions(3).setReplicationFactor((short) 1))));
        made.see("topics: to be made", made.joins(topology));
        requests.describe("topics: described as to be made", made.group);
        made.settles("topics: made");
        requests.describe("topics: described as made", made.group);
        var again = first("sgr-again", NONE);
        again.see("topics: made by another group", again.joins(topology));
        requests.describe("topics: described as made by another group", again.group);
        for (String name : List.of(repartition, fixed, store)) {
            report.see("topics: " + name, shown(name));
        }
        refusedTopics(source);
    }

    private void refusedTopics(String source) throws Exception {
        var replicated = first("sgr-replicated", NONE);
        replicated.see("topics: with three replicas", replicated.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal(session.name("sgr-replicated-changelog")).setReplicationFactor((short) 3))))));
        replicated.hears("topics: refused for its replicas", "Creation failed");
        var wrong = first("sgr-wrong", NONE);
        wrong.see("topics: with a wrong configuration", wrong.joins(StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal(session.name("sgr-wrong-changelog"), "retention.ms", "abc"))))));
        wrong.hears("topics: refused for its configuration", "Creation failed");
    }

    private String shown(String topic) throws Exception {
        var described = Session.get(session.admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        List<String> set = new ArrayList<>();
        Session.get(session.admin.describeConfigs(List.of(resource)).all()).get(resource).entries().stream()
            .filter(e -> e.source() == org.apache.kafka.clients.admin.ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
            .forEach(e -> set.add(e.name() + "=" + e.value()));
        set.sort(null);
        return described.partitions().size() + " partitions of " + described.partitions().get(0).replicas().size() + " replicas " + set;
    }

    /** Two members share the tasks: what one gives up goes to the other. */
    private void members(String source) throws Exception {
        String group = session.name("sgr-members");
        var one = first("sgr-members", NONE);
        var two = member("sgr-members", "member-two");
        one.see("members: the first", one.joins(plain(source)).setUserEndpoint(new Endpoint().setHost("one.example").setPort(1001))
            .setClientTags(List.of(new KeyValue().setKey("zone").setValue("a"))).setRackId("rack-one"));
        requests.describe("members: described, one", group);
        one.beats("members: nothing new");
        two.see("members: the second", two.joins(plain(source)).setUserEndpoint(new Endpoint().setHost("two.example").setPort(1002)));
        one.taken(one.request());
        report.see("members: the first is to give up", one.holds());
        one.taken(one.request());
        report.see("members: the first has given up", one.holds());
        two.taken(two.request());
        report.see("members: the second has its share", two.holds());
        report.see("members: together", List.of(one.holds(), two.holds()));
        var other = requests.ask(one.request().setEndpointInformationEpoch(-1), StreamsRequests.NEWEST);
        report.see("members: endpoints", other.partitionsByUserEndpoint().stream()
            .map(e -> e.userEndpoint() + " " + e.activePartitions().stream().mapToInt(p -> p.partitions().size()).sum()).sorted().toList()
            + " in epoch " + other.endpointInformationEpoch());
        report.attempt("members: listed", () -> Session.get(session.admin.listGroups(new ListGroupsOptions().withTypes(java.util.Set.of(GroupType.STREAMS)))
            .all()).stream().filter(g -> g.groupId().equals(group)).map(Object::toString).toList());
        report.attempt("members: deleted", () -> Session.get(session.admin.deleteStreamsGroups(List.of(group)).all()));
        two.beats("members: the second leaves", r -> r.setMemberEpoch(-1));
        one.taken(one.request());
        report.see("members: the first has all", one.holds());
        one.beats("members: the first leaves", r -> r.setMemberEpoch(-1));
        requests.describe("members: described, none", group);
        report.attempt("members: deleted at last", () -> Session.get(session.admin.deleteStreamsGroups(List.of(group)).all()));
        requests.describe("members: described, deleted", group);
    }

    /** Epochs, tasks and topologies that are not those of the member or of its group. */
    private void fenced(String source) throws Exception {
        var one = first("sgr-fenced", ENDLESS);
        one.taken(one.joins(plain(source)));
        one.beats("fenced: a stranger", r -> r.setMemberId("stranger"));
        one.beats("fenced: a later epoch", r -> r.setMemberEpoch(9));
        one.beats("fenced: an earlier epoch", r -> r.setMemberEpoch(one.epoch - 1));
        one.beats("fenced: the epoch before, with less", r -> r.setMemberEpoch(one.epoch - 1).setActiveTasks(List.of()));
        one.beats("fenced: a subtopology that is not there", r -> r.setActiveTasks(StreamsRequests.tasks("9", 0)));
        one.beats("fenced: a task that is not there", r -> r.setActiveTasks(StreamsRequests.tasks("0", PARTITIONS)));
        one.beats("fenced: a negative task", r -> r.setActiveTasks(StreamsRequests.tasks("0", -1)));
        one.beats("fenced: other tasks than it was given", r -> r.setActiveTasks(StreamsRequests.tasks("0", 1, 1)));
        one.beats("fenced: some tasks only", r -> r.setWarmupTasks(null));
        one.beats("fenced: no tasks said", r -> r.setActiveTasks(null).setStandbyTasks(null).setWarmupTasks(null));
        one.beats("fenced: another process", r -> r.setProcessId("elsewhere"));
        requests.describe("fenced: described elsewhere", one.group);
        String other = session.topic("sgr-fenced-other", 1, Map.of());
        var two = member("sgr-fenced", "member-two");
        two.see("fenced: another topology", two.joins(plain(other)));
        two.see("fenced: another topology of a later epoch", two.joins(plain(other).setEpoch(1)));
        two.see("fenced: the same topology of a later epoch", two.joins(plain(source).setEpoch(1)));
        var newer = first("sgr-newer", ENDLESS);
        newer.taken(newer.joins(plain(source).setEpoch(3)));
        var older = member("sgr-newer", "member-two");
        older.see("fenced: another topology of an earlier epoch", older.joins(plain(other).setEpoch(2)));
        requests.describe("fenced: described with an older member", newer.group);
        older.taken(older.request().setMemberEpoch(-1));
        newer.taken(newer.request().setMemberEpoch(-1));
        var later = member("sgr-newer", "member-three");
        later.see("fenced: another topology of a group that was left", later.joins(plain(other).setEpoch(3)));
        later.see("fenced: a later topology of a group that was left", later.joins(plain(other).setEpoch(4)));
        later.see("fenced: an earlier topology of a group that was left", later.joins(plain(other).setEpoch(0)));
        requests.describe("fenced: described after it was left", newer.group);
        one.beats("fenced: joins again", r -> one.joins(plain(source)));
        requests.describe("fenced: described at last", one.group);
    }

    /** Tags that members lack, by which standby tasks are spread. */
    private void tags(String source) throws Exception {
        var one = first("sgr-tags", NONE, "streams.rack.aware.assignment.tags", "zone,rack");
        one.see("tags: missing", one.joins(plain(source)).setClientTags(List.of(new KeyValue().setKey("zone").setValue("a"))));
        requests.see("tags: missing, version 0", requests.ask(one.request(), (short) 0), (short) 0);
        one.beats("tags: there", r -> r.setClientTags(List.of(new KeyValue().setKey("zone").setValue("a"), new KeyValue().setKey("rack").setValue("r"))));
    }

    /** Standby tasks, and what members tell of their state. */
    private void standbys(String source) throws Exception {
        String group = session.name("sgr-standbys");
        Topology topology = StreamsRequests.topology(StreamsRequests.subtopology("0", source)
            .setStateChangelogTopics(List.of(StreamsRequests.internal(session.name("sgr-standbys-changelog")))));
        var one = first("sgr-standbys", NONE, "streams.num.standby.replicas", "1", "streams.rack.aware.assignment.tags", "zone,rack");
        var two = member("sgr-standbys", "member-two");
        List<KeyValue> tags = List.of(new KeyValue().setKey("zone").setValue("a"), new KeyValue().setKey("rack").setValue("r"));
        one.taken(one.joins(topology).setClientTags(tags));
        one.settles("standbys: alone");
        two.taken(two.joins(topology).setClientTags(List.of(new KeyValue().setKey("zone").setValue("b"), new KeyValue().setKey("rack").setValue("s"))));
        for (int round = 0; round < 3; round++) {
            one.taken(one.request());
            two.taken(two.request());
        }
        report.see("standbys: of two", List.of(one.holds(), two.holds()));
        one.beats("standbys: offsets", r -> r.setTaskOffsets(List.of(offset("0", 1, 10), offset("0", 2, 20)))
            .setTaskEndOffsets(List.of(offset("0", 1, 11))));
        one.beats("standbys: an offset twice", r -> r.setTaskOffsets(List.of(offset("0", 1, 10), offset("0", 1, 11))));
        report.see("standbys: described", told(group));
        one.taken(one.request().setTaskOffsets(List.of(offset("0", 1, 12), offset("7", 1, 1), offset("0", 77, 1))));
        report.see("standbys: described with offsets of no task", told(group));
        report.attempt("standbys: too many", () -> {
            requests.configure(group, Map.of("streams.num.standby.replicas", "3"));
            return "taken";
        });
        two.taken(two.request().setMemberEpoch(-1));
        one.taken(one.request());
        report.see("standbys: taken over", one.holds());
    }

    /** The tags of members and the offsets that they have told. */
    private List<String> told(String group) throws Exception {
        return Session.get(session.admin.describeStreamsGroups(List.of(group)).all()).get(group).members().stream()
            .map(m -> m.memberId() + " " + new TreeMap<>(m.clientTags()) + " " + m.taskOffsets() + " " + m.taskEndOffsets()).sorted().toList();
    }

    private static TaskOffset offset(String subtopology, int partition, long offset) {
        return new TaskOffset().setSubtopologyId(subtopology).setPartition(partition).setOffset(offset);
    }

    /** Members with an instance id, who come back to what they had. */
    private void statics(String source) throws Exception {
        var one = first("sgr-statics", ENDLESS);
        one.see("statics: the first", one.joins(plain(source)).setInstanceId("instance"));
        one.beats("statics: without its instance");
        one.beats("statics: another instance", r -> r.setInstanceId("other"));
        var two = member("sgr-statics", "member-two");
        two.see("statics: another of its name", two.joins(plain(source)).setInstanceId("instance"));
        one.beats("statics: leaves for a while", r -> r.setInstanceId("instance").setMemberEpoch(-2));
        requests.describe("statics: described", one.group);
        two.see("statics: comes back", two.joins(plain(source)).setInstanceId("instance"));
        one.beats("statics: the one before", r -> r.setInstanceId("instance").setMemberEpoch(1));
        two.beats("statics: leaves", r -> r.setInstanceId("instance").setMemberEpoch(-1));
    }

    /** The first assignment waits for more members, and so do those that follow too soon. */
    private void delayed(String source) throws Exception {
        String group = session.name("sgr-delayed");
        var one = first("sgr-delayed", "1500", "streams.initial.rebalance.delay.ms", "700");
        one.see("delayed: the first", one.joins(plain(source)));
        requests.describe("delayed: described", group);
        one.settles("delayed: over");
        var two = member("sgr-delayed", "member-two");
        two.see("delayed: too soon", two.joins(plain(source)));
        two.settles("delayed: later");
    }

    /** One member ends the application; a member that has gone silent is removed. */
    private void ended(String source) throws Exception {
        var one = first("sgr-ended", ENDLESS);
        one.taken(one.joins(plain(source)));
        one.beats("ended: asks for it", r -> r.setShutdownApplication(true));
        one.beats("ended: goes on");
        var two = member("sgr-ended", "member-two");
        report.see("ended: another hears of it", two.taken(two.joins(plain(source))).status().toString());
        one.beats("ended: leaves", r -> r.setMemberEpoch(-1));
        report.see("ended: the other still hears of it", two.taken(two.request()).status().toString());

        String group = session.name("sgr-silent");
        var silent = first("sgr-silent", NONE, "streams.session.timeout.ms", "600", "streams.heartbeat.interval.ms", "100");
        silent.taken(silent.joins(plain(source)));
        Session.await("a group without members", () -> {
            try {
                return Session.get(session.admin.describeStreamsGroups(List.of(group)).all()).get(group).members().isEmpty();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        requests.describe("ended: described as silent", group);
        silent.beats("ended: too late");
    }

    /** Groups of other kinds, and others that would join a streams group. */
    private void kinds(String source) throws Exception {
        Map<String, Map<String, Object>> consumers = new TreeMap<>(Map.of(
            "classic", Map.of("group.protocol", "classic"), "consumer", Map.of("group.protocol", "consumer")));
        for (var kind : consumers.entrySet()) {
            String group = session.name("sgr-kind-" + kind.getKey());
            Map<String, Object> config = new TreeMap<>(kind.getValue());
            config.put("group.id", group);
            try (var consumer = session.consumer(config)) {
                consumer.subscribe(List.of(source));
                Session.await("a member", () -> {
                    consumer.poll(java.time.Duration.ofMillis(50));
                    return !consumer.assignment().isEmpty();
                });
                requests.see("kinds: streams joins " + kind.getKey(), StreamsRequests.joining(group, "member", plain(source)));
                requests.see("kinds: streams leaves " + kind.getKey(), StreamsRequests.joining(group, "member", null).setMemberEpoch(-1));
                requests.describe("kinds: described, " + kind.getKey(), group);
            }
            requests.see("kinds: streams joins empty " + kind.getKey(), StreamsRequests.joining(group, "member", plain(source)));
            var streams = first("sgr-kind-streams-" + kind.getKey(), NONE);
            streams.taken(streams.joins(plain(source)));
            config.put("group.id", streams.group);
            report.attempt("kinds: " + kind.getKey() + " joins streams", () -> {
                try (var consumer = session.consumer(config)) {
                    consumer.subscribe(List.of(source));
                    for (int i = 0; i < 20; i++) {
                        consumer.poll(java.time.Duration.ofMillis(100));
                    }
                    return "let in";
                }
            });
        }
        requests.describe("kinds: described, version 0", (short) 0, true, List.of(session.name("sgr-kind-streams-classic")));
        requests.describe("kinds: several", StreamsRequests.NEWEST, false,
            List.of(session.name("sgr-none"), "", session.name("sgr-kind-streams-classic")));
        requests.describe("kinds: one twice", StreamsRequests.NEWEST, false, List.of(session.name("sgr-none"), session.name("sgr-none")));
        requests.describe("kinds: none", StreamsRequests.NEWEST, false, List.of());
    }

    /** A description of the topology, which no broker keeps without a plugin. */
    private void descriptions(String source) throws Exception {
        var one = first("sgr-described", NONE);
        one.taken(one.joins(plain(source)));
        for (String group : List.of(one.group, session.name("sgr-none"), "")) {
            var request = new StreamsGroupTopologyDescriptionUpdateRequestData().setGroupId(group).setMemberId(one.id)
                .setTopologyDescription(new TopologyDescription());
            var built = new StreamsGroupTopologyDescriptionUpdateRequest.Builder(request).build((short) 0);
            var answer = (StreamsGroupTopologyDescriptionUpdateResponse) Exchange.of(session.bootstrap, built);
            String name = group.isEmpty() ? "of nothing" : group;
            report.see("descriptions: " + name, StreamsGroupTopologyDescriptionUpdateResponseDataJsonConverter.write(answer.data(), (short) 0));
        }
    }

    /** The configurations of a group, and values that are out of their range. */
    private void configs() throws Exception {
        String group = session.name("sgr-configs");
        Map<String, List<String>> values = new TreeMap<>(Map.of(
            "streams.session.timeout.ms", List.of("500", "499", "60000", "60001"),
            "streams.heartbeat.interval.ms", List.of("50", "49", "15001"),
            "streams.assignment.interval.ms", List.of("0", "-1", "15001"),
            "streams.initial.rebalance.delay.ms", List.of("0", "-1"),
            "streams.num.standby.replicas", List.of("2", "3", "-1", "many"),
            "streams.num.warmup.replicas", List.of("1", "21"),
            "streams.assignor.name", List.of("sticky", "other"),
            "streams.acceptable.recovery.lag", List.of("5", "-1"),
            "streams.task.offset.interval.ms", List.of("15000", "14999"),
            "streams.rack.aware.assignment.tags", List.of("a,b", "a,b, a", "")));
        for (var one : values.entrySet()) {
            for (String value : one.getValue()) {
                report.attempt("configs: " + one.getKey() + "=" + value, () -> {
                    requests.configure(group, Map.of(one.getKey(), value));
                    return "taken";
                });
            }
        }
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        report.attempt("configs: described", () -> Session.get(session.admin.describeConfigs(List.of(resource)).all()).get(resource).entries()
            .stream().filter(e -> e.name().startsWith("streams.")).map(e -> e.name() + "=" + e.value() + " " + e.source()).sorted().toList());
    }
}
