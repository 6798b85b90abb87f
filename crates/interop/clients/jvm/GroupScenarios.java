import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/** Consumer groups: members that come, go and vanish; offsets that are kept. */
final class GroupScenarios {
    private GroupScenarios() { }

    /** A member that polls in its own thread until it is told to go. */
    private static final class Member implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Thread thread;
        private volatile Set<TopicPartition> owned = Set.of();
        private volatile boolean stop;
        private volatile boolean vanish;
        final Set<String> values = Collections.synchronizedSet(new TreeSet<>());

        Member(Session s, String group, String topic, Map<String, Object> overrides) {
            Map<String, Object> config = new java.util.HashMap<>(Map.of("group.id", group));
            config.putAll(overrides);
            if (!"consumer".equals(config.get("group.protocol"))) {
                config.putIfAbsent("session.timeout.ms", 5000);
                config.putIfAbsent("heartbeat.interval.ms", 200);
            }
            consumer = s.consumer(config);
            consumer.subscribe(List.of(topic));
            thread = new Thread(this::run, "member");
            thread.start();
        }

        private void run() {
            while (!stop) {
                consumer.poll(Duration.ofMillis(50)).forEach(r -> values.add(Session.text(r.value())));
                owned = Set.copyOf(consumer.assignment());
                try {
                    consumer.commitSync();
                } catch (RebalanceInProgressException | CommitFailedException e) {
                    // The next poll finishes the rebalance; what was read is committed after it.
                }
            }
            consumer.close(vanish
                ? CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
                : CloseOptions.timeout(Duration.ofSeconds(5)));
        }

        void end(boolean vanishes) throws InterruptedException {
            vanish = vanishes;
            stop = true;
            thread.join();
        }

        @Override
        public void close() {
            stop = true;
        }
    }

    private static void settle(Report r, String what, Member... members) throws InterruptedException {
        Session.await(what, () -> {
            int sum = 0;
            int least = Integer.MAX_VALUE;
            Set<TopicPartition> union = new java.util.HashSet<>();
            for (Member m : members) {
                sum += m.owned.size();
                least = Math.min(least, m.owned.size());
                union.addAll(m.owned);
            }
            return sum == 4 && union.size() == 4 && least == 4 / members.length;
        });
        List<Integer> sizes = new ArrayList<>();
        for (Member m : members) {
            sizes.add(m.owned.size());
        }
        Collections.sort(sizes);
        r.see(what, sizes);
    }

    static void group(Session s, Report r) throws Exception {
        for (String assignor : List.of("RangeAssignor", "CooperativeStickyAssignor")) {
            String topic = s.topic("group-" + assignor, 4, Map.of());
            String group = s.name("group-" + assignor);
            Map<String, Object> config = Map.of("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
            try (Member a = new Member(s, group, topic, config)) {
                settle(r, assignor + " one", a);
                try (Member b = new Member(s, group, topic, config)) {
                    settle(r, assignor + " a second joins", a, b);
                    r.see(assignor + " values shared", shared(s, topic, a, b));
                    b.end(false);
                }
                settle(r, assignor + " it leaves", a);
                try (Member c = new Member(s, group, topic, config)) {
                    settle(r, assignor + " a third joins", a, c);
                    c.end(true);
                }
                settle(r, assignor + " it vanishes", a);
                a.end(false);
            }
            r.attempt(assignor + " at last", () ->
                Session.get(s.admin.describeClassicGroups(List.of(group)).all()).get(group).state().toString());
        }
        for (String assignor : List.of("uniform", "range")) {
            consumerProtocol(s, r, assignor);
        }
        switched(s, r, "RangeAssignor", "uniform");
        switched(s, r, "CooperativeStickyAssignor", "range");
        staticMember(s, r);
        pattern(s, r);
        refusals(s, r);
    }

    /** The coordinator assigns: members that come, go and vanish, and offsets from which the next goes on. */
    private static void consumerProtocol(Session s, Report r, String assignor) throws Exception {
        String topic = s.topic("group-" + assignor, 4, Map.of());
        String group = s.name("group-" + assignor);
        Map<String, Object> config = Map.of("group.protocol", "consumer", "group.remote.assignor", assignor);
        try (Member a = new Member(s, group, topic, config)) {
            settle(r, assignor + " one", a);
            try (Member b = new Member(s, group, topic, config)) {
                settle(r, assignor + " a second joins", a, b);
                r.see(assignor + " values shared", shared(s, topic, a, b));
                r.attempt(assignor + " described", () -> described(s, group));
                b.end(false);
            }
            settle(r, assignor + " it leaves", a);
            try (Member c = new Member(s, group, topic, config)) {
                settle(r, assignor + " a third joins", a, c);
                c.end(true);
            }
            settle(r, assignor + " it vanishes", a);
            a.end(false);
        }
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            Session.get(producer.send(new ProducerRecord<>(topic, 0, null, Session.bytes("later"))));
        }
        try (Member d = new Member(s, group, topic, config)) {
            Session.await("the later value", () -> !d.values.isEmpty());
            r.see(assignor + " resumed", d.values.toString());
            r.attempt(assignor + " deleted with a member", () -> Session.get(s.admin.deleteConsumerGroups(List.of(group)).all()));
            d.end(false);
        }
        r.attempt(assignor + " at last", () ->
            Session.get(s.admin.describeConsumerGroups(List.of(group)).all()).get(group).groupState().toString());
        r.attempt(assignor + " deleted", () -> Session.get(s.admin.deleteConsumerGroups(List.of(group)).all()));
    }

    /** Members are replaced one after the other by such of the other protocol, and back, while the group goes on. */
    private static void switched(Session s, Report r, String assignor, String remote) throws Exception {
        String what = assignor + " to " + remote;
        String topic = s.topic("switched-" + assignor, 4, Map.of());
        String group = s.name("switched-" + assignor);
        Map<String, Object> classic = Map.of("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
        Map<String, Object> consumer = Map.of("group.protocol", "consumer", "group.remote.assignor", remote);
        try (Member a = new Member(s, group, topic, classic); Member b = new Member(s, group, topic, classic)) {
            settle(r, what + " classic", a, b);
            r.attempt(what + " is", () -> kind(s, group));
            try (Member c = new Member(s, group, topic, consumer)) {
                settle(r, what + " one of the other protocol joins", a, b, c);
                r.attempt(what + " is upgraded", () -> kind(s, group) + " " + described(s, group));
                write(s, topic, "mixed");
                read("the values of a mixed group", "mixed", a, b, c);
                a.end(false);
                settle(r, what + " a classic one leaves", b, c);
                b.end(false);
                settle(r, what + " the last classic one leaves", c);
                r.attempt(what + " is switched", () -> kind(s, group) + " " + described(s, group));
                try (Member d = new Member(s, group, topic, classic)) {
                    settle(r, what + " a classic one joins", c, d);
                    r.attempt(what + " is mixed again", () -> kind(s, group) + " " + described(s, group));
                    write(s, topic, "again");
                    read("the values of a group that is mixed again", "again", c, d);
                    c.end(false);
                    settle(r, what + " the last of the other protocol leaves", d);
                    r.attempt(what + " is back", () -> kind(s, group));
                    Session.await("all is committed", () -> committed(s, group) == 80);
                    r.see(what + " committed", committed(s, group));
                    d.end(false);
                }
            }
        }
        r.attempt(what + " at last", () -> kind(s, group));
    }

    private static String kind(Session s, String group) throws Exception {
        for (var listed : Session.get(s.admin.listGroups().all())) {
            if (listed.groupId().equals(group)) {
                return listed.type().map(Object::toString).orElse("-") + " " + listed.groupState().map(Object::toString).orElse("-");
            }
        }
        return "missing";
    }

    private static long committed(Session s, String group) {
        try {
            return Session.get(s.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).values().stream()
                .mapToLong(OffsetAndMetadata::offset).sum();
        } catch (Exception e) {
            return -1;
        }
    }

    private static void write(Session s, String topic, String name) {
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 40; i++) {
                producer.send(new ProducerRecord<>(topic, i % 4, null, Session.bytes(name + i)));
            }
        }
    }

    private static void read(String what, String name, Member... members) throws InterruptedException {
        Session.await(what, () -> {
            Set<String> all = new TreeSet<>();
            for (Member m : members) {
                synchronized (m.values) {
                    m.values.stream().filter(value -> value.startsWith(name)).forEach(all::add);
                }
            }
            return all.size() == 40;
        });
    }

    /** A static member that is away keeps what it has, and gets it again when it is back. */
    private static void staticMember(Session s, Report r) throws Exception {
        String topic = s.topic("static-member", 4, Map.of());
        String group = s.name("static-member");
        Map<String, Object> dynamic = Map.of("group.protocol", "consumer");
        Map<String, Object> fixed = Map.of("group.protocol", "consumer", "group.instance.id", "i");
        try (Member a = new Member(s, group, topic, dynamic)) {
            settle(r, "static one", a);
            try (Member b = new Member(s, group, topic, fixed)) {
                settle(r, "static joins", a, b);
                r.attempt("static described", () -> described(s, group));
                b.end(false);
            }
            r.see("static away", a.owned.size());
            try (Member b = new Member(s, group, topic, fixed)) {
                settle(r, "static back", a, b);
                b.end(false);
            }
            a.end(false);
        }
        r.attempt("static at last", () ->
            Session.get(s.admin.describeConsumerGroups(List.of(group)).all()).get(group).groupState().toString());
    }

    private static Object described(Session s, String group) throws Exception {
        var found = Session.get(s.admin.describeConsumerGroups(List.of(group)).all()).get(group);
        List<Integer> sizes = new ArrayList<>();
        found.members().forEach(m -> sizes.add(m.assignment().topicPartitions().size()));
        Collections.sort(sizes);
        return found.type() + " " + found.groupState() + " " + found.partitionAssignor() + " " + sizes;
    }

    /** Topics are named by an expression that the coordinator looks up; one that is wrong is refused. */
    private static void pattern(Session s, Report r) throws Exception {
        String topic = s.topic("pattern-one", 1, Map.of());
        String start = topic.substring(0, topic.length() - 3);
        Map<String, Object> config = Map.of("group.id", s.name("pattern"), "group.protocol", "consumer");
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
            consumer.subscribe(new SubscriptionPattern(java.util.regex.Pattern.quote(start) + ".*"));
            assigned(consumer, 1);
            s.topic("pattern-two", 2, Map.of());
            assigned(consumer, 3);
            r.see("pattern", consumer.assignment().size());
        }
        r.attempt("wrong pattern", () -> {
            try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
                consumer.subscribe(new SubscriptionPattern("(a"));
                for (int i = 0; i < 100; i++) {
                    consumer.poll(Duration.ofMillis(100));
                }
                return "polled";
            }
        });
    }

    private static void assigned(KafkaConsumer<byte[], byte[]> consumer, int partitions) throws InterruptedException {
        Session.await(partitions + " partitions", () -> {
            consumer.poll(Duration.ofMillis(50));
            return consumer.assignment().size() == partitions;
        });
    }

    private static Object shared(Session s, String topic, Member a, Member b) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 40; i++) {
                producer.send(new ProducerRecord<>(topic, i % 4, null, Session.bytes("v" + i)));
            }
        }
        // A member that was taken for gone on a busy machine comes back and reads again what it has read.
        Session.await("all values", () -> read(a, b) == 40 && !a.values.isEmpty() && !b.values.isEmpty());
        return read(a, b);
    }

    private static int read(Member... members) {
        Set<String> all = new TreeSet<>();
        for (Member m : members) {
            synchronized (m.values) {
                all.addAll(m.values);
            }
        }
        return all.size();
    }

    private static void refusals(Session s, Report r) throws Exception {
        String topic = s.topic("group-refused", 1, Map.of());
        r.attempt("session too short", () -> once(s, topic, Map.of("group.id", s.name("short"), "session.timeout.ms", 100,
            "heartbeat.interval.ms", 50)));
        r.attempt("session too long", () -> once(s, topic, Map.of("group.id", s.name("long"), "session.timeout.ms", 99_000_000,
            "request.timeout.ms", 100_000_000)));
        try (Member first = new Member(s, s.name("mixed"), topic, Map.of())) {
            Session.await("first", () -> first.owned.size() == 1);
            r.attempt("other assignor", () -> once(s, topic, Map.of("group.id", s.name("mixed"),
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor")));
        }
        r.attempt("empty group id", () -> once(s, topic, Map.of("group.id", "")));
    }

    private static Object once(Session s, String topic, Map<String, Object> config) {
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
            consumer.subscribe(List.of(topic));
            return consumer.poll(Duration.ofMillis(2000)).count();
        }
    }

    static void commit(Session s, Report r) throws Exception {
        String topic = s.topic("commit", 1, Map.of());
        TopicPartition tp = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = s.producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                Session.get(producer.send(new ProducerRecord<>(topic, Session.bytes("v" + i))));
            }
        }
        Map<String, Object> config = Map.of("group.id", s.name("commit"), "max.poll.records", 7);
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
            consumer.subscribe(List.of(topic));
            r.see("first", Session.show(Session.poll(consumer, 7)));
            consumer.commitSync();
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
            r.see("committed", String.valueOf(consumer.committed(Set.of(tp)).get(tp).offset()));
            consumer.subscribe(List.of(topic));
            r.see("resumed", Session.show(Session.poll(consumer, 7)));
            consumer.commitSync(Map.of(tp, new OffsetAndMetadata(10, "with a note")));
            OffsetAndMetadata kept = consumer.committed(Set.of(tp)).get(tp);
            r.see("kept", kept.offset() + " " + kept.metadata() + " " + kept.leaderEpoch().orElse(-1));
            r.attempt("note too long", () -> {
                consumer.commitSync(Map.of(tp, new OffsetAndMetadata(10, "x".repeat(5000))));
                return "done";
            });
            r.attempt("absent partition", () -> {
                consumer.commitSync(Map.of(new TopicPartition(s.name("absent"), 3), new OffsetAndMetadata(1)), Duration.ofSeconds(2));
                return "done";
            });
        }
        try (KafkaConsumer<byte[], byte[]> consumer = s.consumer(config)) {
            consumer.assign(List.of(tp));
            r.see("assigned by hand", Session.show(Session.poll(consumer, 10)));
            consumer.commitSync();
            r.see("at the end", consumer.committed(Set.of(tp)).get(tp).offset());
        }
    }
}
