import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Offsets of partitions and of groups, seen and changed by an administrator. */
final class AdminOffsets {
    private AdminOffsets() { }

    static void run(Session s, Report r, String topic) throws Exception {
        TopicPartition tp = new TopicPartition(topic, 0);
        long base = System.currentTimeMillis() - 100_000;
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (long at : new long[] {0, 5000, 9000, 2000}) {
                Session.get(producer.send(new ProducerRecord<>(topic, 0, base + at, Session.bytes("k"), Session.bytes("v" + at))));
            }
        }
        list(s, r, "", tp, base);
        for (long before : new long[] {2, 1, -1, 99}) {
            r.attempt("delete before " + before, () -> Session.get(
                s.admin.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(before))).lowWatermarks().get(tp)).lowWatermark());
        }
        list(s, r, "after deletion, ", tp, base);
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 2; i++) {
                Session.get(producer.send(new ProducerRecord<>(topic, 0, null, Session.bytes("after deletion"))));
            }
        }
        groups(s, r, tp);
    }

    private static void list(Session s, Report r, String when, TopicPartition tp, long base) {
        Map<String, OffsetSpec> specs = new TreeMap<>(Map.of("earliest", OffsetSpec.earliest(), "latest", OffsetSpec.latest(),
            "max timestamp", OffsetSpec.maxTimestamp(), "at 3000", OffsetSpec.forTimestamp(base + 3000),
            "at 99000", OffsetSpec.forTimestamp(base + 99_000), "earliest local", OffsetSpec.earliestLocal(),
            "latest tiered", OffsetSpec.latestTiered()));
        specs.forEach((name, spec) -> r.attempt(when + "list " + name, () -> {
            var found = Session.get(s.admin.listOffsets(Map.of(tp, spec)).partitionResult(tp));
            return found.offset() + " " + (found.timestamp() < 0 ? found.timestamp() : found.timestamp() - base)
                + " " + found.leaderEpoch().orElse(-1);
        }));
    }

    private static void groups(Session s, Report r, TopicPartition tp) throws Exception {
        String group = s.name("admin-group");
        r.attempt("describe an absent group", () ->
            Session.get(s.admin.describeClassicGroups(List.of(s.name("absent"))).all()).get(s.name("absent")).state().toString());
        r.attempt("offsets of an absent group", () ->
            Session.get(s.admin.listConsumerGroupOffsets(s.name("absent")).partitionsToOffsetAndMetadata()).size());
        r.attempt("alter offsets", () -> Session.get(s.admin.alterConsumerGroupOffsets(group,
            Map.of(tp, new OffsetAndMetadata(2, "note"))).all()));
        r.attempt("list offsets", () -> shown(Session.get(s.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())));
        try (KafkaConsumer<byte[], byte[]> member = s.consumer(Map.of("group.id", group, "client.id", "member",
            "group.instance.id", "fixed", "session.timeout.ms", 6000))) {
            member.subscribe(List.of(tp.topic()));
            Session.poll(member, 2);
            var found = Session.get(s.admin.describeClassicGroups(List.of(group)).all()).get(group);
            r.see("group", found.state() + " " + found.protocol() + " " + found.protocolData() + " " + found.isSimpleConsumerGroup()
                + " coordinator " + found.coordinator().id());
            var one = found.members().iterator().next();
            r.see("member", one.clientId() + " " + one.host() + " " + one.groupInstanceId().orElse("") + " "
                + one.assignment().topicPartitions().size());
            r.attempt("delete a group in use", () -> Session.get(s.admin.deleteConsumerGroups(List.of(group)).all()));
            r.attempt("delete offsets in use", () -> Session.get(s.admin.deleteConsumerGroupOffsets(group, Set.of(tp)).all()));
            r.attempt("alter offsets in use", () -> Session.get(s.admin.alterConsumerGroupOffsets(group,
                Map.of(tp, new OffsetAndMetadata(1))).all()));
        }
        r.attempt("remove the static member", () -> Session.get(s.admin.removeMembersFromConsumerGroup(group,
            new org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions(
                List.of(new org.apache.kafka.clients.admin.MemberToRemove("fixed")))).all()));
        r.attempt("listed", () -> listed(s));
        r.attempt("delete offsets", () -> Session.get(s.admin.deleteConsumerGroupOffsets(group, Set.of(tp)).all()));
        r.attempt("offsets left", () -> shown(Session.get(s.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())));
        r.attempt("delete", () -> Session.get(s.admin.deleteConsumerGroups(List.of(group)).all()));
        r.attempt("delete again", () -> Session.get(s.admin.deleteConsumerGroups(List.of(group)).all()));
        r.attempt("listed at last", () -> listed(s));
    }

    private static Object listed(Session s) throws Exception {
        List<String> mine = new ArrayList<>();
        Session.get(s.admin.listGroups().all()).forEach(g -> {
            if (g.groupId().startsWith(s.name("admin"))) {
                mine.add(g.groupId() + " " + g.type() + " " + g.protocol() + " " + g.groupState());
            }
        });
        return mine;
    }

    private static Object shown(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<String, String> shown = new TreeMap<>();
        offsets.forEach((tp, o) -> shown.put(tp.toString(), o == null ? "none" : o.offset() + " " + o.metadata()));
        return shown;
    }
}
