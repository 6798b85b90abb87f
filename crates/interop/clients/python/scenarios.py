"""The scenarios of the Python libraries, told in terms of a small adapter that each library has."""

import json
import os
import random
import subprocess
import sys
import threading
import time
import traceback
import zlib
from collections import namedtuple

Record = namedtuple("Record", "partition offset key value headers timestamp", defaults=(None, None))
DEADLINE = 60


class Report:
    """What one scenario saw: named values in the order in which they were seen."""

    def __init__(self):
        self.seen = {}

    def see(self, name, value):
        assert name not in self.seen, f"observed twice: {name}"
        self.seen[name] = value

    def attempt(self, name, call):
        try:
            value = call()
        except Exception as error:  # The error is the observation.
            value = describe(error)
        self.see(name, value)


def describe(error):
    """The name of an error with what the library says about it."""
    inner = error.args[0] if error.args else None
    if type(inner).__name__ == "KafkaError":  # librdkafka's
        return f"{inner.name()}: {inner.str()}"
    return f"{type(error).__name__}: {error}"


def wait(what, seen):
    deadline = time.monotonic() + DEADLINE
    while True:
        value = seen()
        if value:
            return value
        assert time.monotonic() < deadline, f"in time: {what}"
        time.sleep(0.02)


def payload(seed, length):
    generator = random.Random(seed)
    return b"k" * (length // 2) + generator.randbytes(length - length // 2)


def text(value):
    if value is None:
        return "null"
    if len(value) > 64:
        return f"{len(value)} bytes #{zlib.crc32(value)}"
    return value.decode()


def show(records):
    shown = {}
    for r in sorted(records, key=lambda r: (r.partition, r.offset)):
        shown.setdefault(f"p{r.partition}", []).append(f"{r.offset} {text(r.key)}={text(r.value)}")
    return shown


def poll(consumer, count):
    got = []
    deadline = time.monotonic() + DEADLINE
    while len(got) < count:
        assert time.monotonic() < deadline, f"records in time: {len(got)} of {count}"
        got.extend(consumer.poll(0.2))
    return got


class Session:
    """One broker and the names of one run."""

    def __init__(self, adapter, prefix):
        self.a = adapter
        self.prefix = prefix

    def name(self, suffix):
        return f"{self.prefix}-{suffix}"

    def topic(self, suffix, partitions=1, configs=None):
        name = self.name(suffix)
        self.a.create_topic(name, partitions, 1, configs or {})
        wait(f"leaders of {name}", lambda: self.led(name))
        return name

    def led(self, name):
        try:
            shape = self.a.describe_topic(name)
        except Exception:  # Not there yet.
            return False
        return bool(shape) and all(leader >= 0 for _, leader, _, _ in shape)

    def read(self, topic, partitions, count, **options):
        consumer = self.a.consumer(**options)
        try:
            consumer.assign([(topic, p, 0) for p in range(partitions)])
            return poll(consumer, count)
        finally:
            consumer.close()


def create(s, r):
    name = s.name("create")
    r.attempt("made", lambda: s.a.create_topic(name, 3, 1, {"retention.ms": "123456"}))
    wait("topic", lambda: s.led(name))
    r.see("shape", s.a.describe_topic(name))
    r.attempt("again", lambda: s.a.create_topic(name, 3, 1, {}))
    r.attempt("only validated", lambda: s.a.create_topic(s.name("create-v"), 1, 1, {}, validate_only=True))
    r.see("validated only is absent", s.name("create-v") in s.a.list_topics())
    r.attempt("manual", lambda: s.a.create_topic(s.name("create-m"), -1, -1, {}, assignment=[[0], [0]]))
    r.attempt("unknown broker", lambda: s.a.create_topic(s.name("create-b"), -1, -1, {}, assignment=[[7]]))
    r.attempt("no partitions", lambda: s.a.create_topic(s.name("create-0"), 0, 1, {}))
    r.attempt("two replicas", lambda: s.a.create_topic(s.name("create-2"), 1, 2, {}))
    for bad in (".", "..", "with space", "slash/", "x" * 250):
        r.attempt(f"name {bad[:12]}", lambda: s.a.create_topic(bad, 1, 1, {}))
    r.attempt("deleted", lambda: s.a.delete_topic(name))
    wait("deletion", lambda: name not in s.a.list_topics())
    r.attempt("deleted again", lambda: s.a.delete_topic(name))
    r.attempt("made anew", lambda: s.a.create_topic(name, 1, 1, {}))


def autocreate(s, r):
    topic = s.name("autocreate")
    r.see("offset", s.a.produce(topic, [{"value": b"v"}]))
    r.see("shape", s.a.describe_topic(topic))


def defaults(s, r):
    for what, partitions, replicas in (("both", -1, -1), ("partitions", -1, 1), ("replicas", 3, -1)):
        topic = s.name(f"defaults-{what}")
        r.attempt(f"made by default: {what}", lambda: s.a.create_topic(topic, partitions, replicas, {}))
        wait("leaders", lambda: s.led(topic))
        r.see(what, s.a.describe_topic(topic))


def compress(s, r):
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        topic = s.topic(f"compress-{codec}")
        records = [{"key": b"k%d" % i, "value": payload(i, 3000)} for i in range(30)]
        r.see(f"{codec} offsets", s.a.produce(topic, records, compression=codec, linger=50))
        r.see(codec, show(s.read(topic, 1, 30)))
    for codec in ("uncompressed", "gzip", "snappy", "lz4", "zstd"):
        topic = s.topic(f"recompress-{codec}", 1, {"compression.type": codec})
        s.a.produce(topic, [{"value": payload(i, 2000)} for i in range(5)], compression="gzip", linger=50)
        r.see(f"stored as {codec}", show(s.read(topic, 1, 5)))


def snappy(s, r):
    for framing in ("raw", "xerial"):
        r.see(framing, show(s.read(f"fixture-{framing}", 1, 10)))
    topic = s.topic("snappy")
    s.a.produce(topic, [{"value": b"snappy snappy %d" % i} for i in range(10)], compression="snappy", linger=50)
    r.see("own", show(s.read(topic, 1, 10)))


def keys(s, r):
    topic = s.topic("keys", 5)
    records = [{"key": b"key-%d" % i, "value": b"v%d" % i} for i in range(25)]
    records.append({"key": b"", "value": b"", "partition": 4})
    records.append({"key": None, "value": b"no key", "partition": 3})
    for record in records:
        s.a.produce(topic, [record])
    r.see("placed", show(s.read(topic, 5, 27)))


def headers(s, r):
    topic = s.topic("headers", 1, {"retention.ms": "-1"})
    sent = [("a", b"1"), ("a", b"2"), ("empty", b""), ("long", payload(1, 5000))]
    s.a.produce(topic, [{"value": b"v", "headers": sent, "timestamp": 1234567890123}])
    got = s.read(topic, 1, 1)[0]
    r.see("headers", [f"{k}={text(v)}" for k, v in got.headers])
    r.see("timestamp", got.timestamp)


def tombstones(s, r):
    topic = s.topic("tombstones", 1, {"cleanup.policy": "compact"})
    s.a.produce(topic, [{"key": b"k", "value": b"v"}])
    s.a.produce(topic, [{"key": b"k", "value": None}])
    r.attempt("no key where compacted", lambda: s.a.produce(topic, [{"value": b"v"}]))
    r.see("read", show(s.read(topic, 1, 2)))


def large(s, r):
    topic = s.topic("large", 1, {"max.message.bytes": "6000000"})
    for name, size in (("5 MB", 5_000_000), ("900 KB", 900_000), ("small", 1)):
        r.see(name, s.a.produce(topic, [{"value": payload(size, size)}], max_size=8_000_000))
    r.attempt("too large", lambda: s.a.produce(topic, [{"value": payload(3, 7_000_000)}], max_size=8_000_000))
    r.see("read with small limits", show(s.read(topic, 1, 3, small=True)))


def acks(s, r):
    topic = s.topic("acks")
    watcher = s.a.consumer()
    for number, level in enumerate((0, 1, "all")):
        records = [{"value": b"%s%d" % (str(level).encode(), i)} for i in range(3)]
        # What is not acknowledged arrives later; closing the connection before that may lose it.
        arrived = lambda: wait("records", lambda: watcher.bounds(topic, 0)[1] == 3 * (number + 1))
        offsets = s.a.produce(topic, records, acks=level, before_close=arrived)
        # No broker tells where a record is that it does not acknowledge: what a client shows is its own batching.
        r.see(f"acks {level}", len(offsets) if level == 0 else offsets)
    watcher.close()
    r.see("read", show(s.read(topic, 1, 9)))


def idempotence(s, r):
    topic = s.topic("idempotence", 2)
    records = [{"partition": i % 2, "value": b"value-%d" % i} for i in range(200)]
    r.see("offsets", s.a.produce(topic, records, idempotence=True, linger=5))
    r.see("read", show(s.read(topic, 2, 200)))


class Member:
    """A member of a group in a process of its own, so that it can crash."""

    def __init__(self, s, group, topic):
        self.partitions = set()
        self.values = set()
        self.process = subprocess.Popen([sys.executable, sys.argv[0], sys.argv[1], s.prefix, f"member:{group}:{topic}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            if line.startswith("assigned "):
                self.partitions = set(json.loads(line[9:]))
            elif line.startswith("value "):
                self.values.add(line[6:].strip())

    def leave(self):
        self.process.stdin.close()
        self.process.wait(DEADLINE)

    def crash(self):
        self.process.kill()
        self.process.wait(DEADLINE)


def member(s, group, topic):
    """Runs until its standard input ends: tells what it owns and which records it read."""
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    consumer = s.a.consumer(group=group, session_ms=5000, heartbeat_ms=200)
    consumer.subscribe([topic])
    owned = None
    while not stop.is_set():
        for record in consumer.poll(0.05):
            print(f"value {record.partition}:{record.offset}", flush=True)
        if consumer.assignment() != owned:
            owned = consumer.assignment()
            print(f"assigned {json.dumps(sorted(owned))}", flush=True)
    consumer.close()


def settle(r, what, *members):
    def settled():
        union = set().union(*(m.partitions for m in members))
        sizes = sorted(len(m.partitions) for m in members)
        return sizes if sum(sizes) == 4 == len(union) and sizes[0] == 4 // len(members) else None
    r.see(what, wait(what, settled))


def group(s, r):
    topic = s.topic("group", 4)
    name = s.name("group")
    a = Member(s, name, topic)
    try:
        settle(r, "one", a)
        b = Member(s, name, topic)
        settle(r, "a second joins", a, b)
        s.a.produce(topic, [{"partition": i % 4, "value": b"v%d" % i} for i in range(40)])
        # A member that was taken for gone on a busy machine comes back and reads again what it has read.
        wait("all values", lambda: len(a.values | b.values) == 40 and a.values and b.values)
        r.see("values shared", len(a.values | b.values))
        b.leave()
        settle(r, "it leaves", a)
        c = Member(s, name, topic)
        settle(r, "a third joins", a, c)
        c.crash()
        settle(r, "it crashes", a)
        r.attempt("described", lambda: s.a.describe_group(name))
        a.leave()
        r.attempt("described at last", lambda: s.a.describe_group(name))
    finally:
        a.crash()


def commit(s, r):
    topic = s.topic("commit")
    s.a.produce(topic, [{"value": b"v%d" % i} for i in range(20)])
    name = s.name("commit")

    def take(count):
        consumer = s.a.consumer(group=name, max_records=1)
        consumer.subscribe([topic])
        got = poll(consumer, count)
        kept = consumer.committed(topic, 0)
        consumer.commit(topic, 0, got[count - 1].offset + 1, "a note")
        after = consumer.committed(topic, 0)
        consumer.close()
        return show(got[:count]), kept, after
    r.see("first seven", take(7))
    r.see("the next seven", take(7))
    consumer = s.a.consumer(group=name)
    r.see("committed", consumer.committed(topic, 0))
    r.attempt("absent partition", lambda: consumer.committed(s.name("absent"), 3))
    consumer.close()


def seektime(s, r):
    topic = s.topic("seektime")
    base = int(time.time() * 1000) - 1_000_000
    s.a.produce(topic, [{"value": b"v%d" % i, "timestamp": base + i * 1000} for i in range(50)])
    consumer = s.a.consumer()
    for at in (-5000, 0, 1, 20_000, 20_500, 49_000, 49_001):
        r.see(f"at {at}", consumer.offset_for_time(topic, 0, base + at))
    r.see("ends", consumer.bounds(topic, 0))
    consumer.assign([(topic, 0, consumer.offset_for_time(topic, 0, base + 30_000))])
    r.see("from 30 s", show(poll(consumer, 20)))
    consumer.close()


def longpoll(s, r):
    topic = s.topic("longpoll")
    consumer = s.a.consumer(max_wait_ms=10_000)
    consumer.assign([(topic, 0, 0)])
    r.see("empty at first", len(consumer.poll(0.7)))
    start = time.monotonic()
    sender = threading.Thread(target=lambda: s.a.produce(topic, [{"value": b"wake"}]))
    sender.start()
    r.see("woken", show(poll(consumer, 1)))
    r.see("soon", time.monotonic() - start < 9)
    sender.join()
    consumer.close()
    consumer = s.a.consumer(max_wait_ms=800, min_bytes=100_000)
    consumer.assign([(topic, 0, 0)])
    start = time.monotonic()
    r.see("held for more", show(poll(consumer, 1)))
    r.see("until the wait ends", 0.6 <= time.monotonic() - start < 20)
    consumer.close()


def admin(s, r):
    topic = s.topic("admin", 2, {"retention.ms": "7200000"})
    for name, value in sorted(s.a.describe_configs(topic).items()):
        r.see(f"config {name}", value)
    r.attempt("alter", lambda: s.a.alter_config(topic, "max.message.bytes", "2000000"))
    # What is altered is seen a little later.
    wait("config", lambda: "2000000" in s.a.describe_configs(topic)["max.message.bytes"])
    r.see("altered", s.a.describe_configs(topic)["max.message.bytes"])
    r.attempt("alter an unknown key", lambda: s.a.alter_config(topic, "no.such.key", "1"))
    r.attempt("alter to a wrong value", lambda: s.a.alter_config(topic, "retention.ms", "abc"))
    for count in (4, 4, 3):
        r.attempt(f"to {count} partitions, having {len(s.a.describe_topic(topic))}",
                  lambda: s.a.create_partitions(topic, count))
        wait("partitions", lambda: len(s.a.describe_topic(topic)) == 4)
    s.a.produce(topic, [{"partition": 0, "value": b"v%d" % i} for i in range(4)])
    for before in (2, 1, -1, 99):
        r.attempt(f"delete before {before}", lambda: s.a.delete_records(topic, 0, before))
    consumer = s.a.consumer(group=s.name("admin"))
    r.see("bounds", consumer.bounds(topic, 0))
    consumer.commit(topic, 0, 4, "")
    consumer.close()
    r.see("topics", sorted(t for t in s.a.list_topics() if t.startswith(topic)))
    r.attempt("group", lambda: s.a.describe_group(s.name("admin")))
    r.attempt("groups", lambda: [g for g in s.a.list_groups() if g.startswith(s.name("admin"))])
    r.attempt("delete the group", lambda: s.a.delete_group(s.name("admin")))
    r.attempt("absent group", lambda: s.a.describe_group(s.name("absent")))
    r.attempt("absent topic", lambda: s.a.describe_configs(s.name("absent")))


def node0(s, r):
    r.see("cluster", s.a.describe_cluster())
    topic = s.topic("node0")
    r.see("shape", s.a.describe_topic(topic))
    r.see("offset", s.a.produce(topic, [{"value": b"v"}]))
    r.see("read", show(s.read(topic, 1, 1)))


def retention(s, r):
    topic = s.topic("retention", 1, {"retention.ms": "60000"})
    old = int(time.time() * 1000) - 3_600_000
    s.a.produce(topic, [{"value": b"old", "timestamp": old + i} for i in range(5)])
    consumer = s.a.consumer()
    wait("old records deleted", lambda: consumer.bounds(topic, 0)[0] == 5)
    s.a.produce(topic, [{"value": b"new"}])
    r.see("bounds", consumer.bounds(topic, 0))
    consumer.assign([(topic, 0, 5)])
    r.see("read", show(poll(consumer, 1)))
    consumer.close()


WRONG = {
    "retention.ms": ["abc", "-2", ""], "cleanup.policy": ["foo", "delete,foo"], "compression.type": ["xyz"],
    "compression.gzip.level": ["0", "10"], "min.insync.replicas": ["0"], "segment.bytes": ["1", "2147483648"],
    "segment.ms": ["0"], "max.message.bytes": ["-1"], "flush.messages": ["0"], "message.timestamp.type": ["x"],
    "min.cleanable.dirty.ratio": ["2"], "unclean.leader.election.enable": ["maybe"], "preallocate": ["7"],
    "max.compaction.lag.ms": ["0"], "remote.storage.enable": ["true"], "no.such.key": ["1"],
}


def badconfig(s, r):
    for key, values in WRONG.items():
        for value in values:
            r.attempt(f"{key}={value}", lambda: s.a.create_topic(s.name("bad"), 1, 1, {key: value}, validate_only=True))


def errors(s, r):
    topic = s.topic("errors", 1, {"max.message.bytes": "1000"})
    r.attempt("message too large", lambda: s.a.produce(topic, [{"value": payload(1, 3000)}]))
    r.see("the next one is taken", s.a.produce(topic, [{"value": b"v"}]))
    r.attempt("invalid topic", lambda: s.a.produce("in valid", [{"value": b"v"}], block_ms=2000))
    r.attempt("unknown topic", lambda: s.a.describe_topic(s.name("absent")))
    consumer = s.a.consumer(reset="none", group=s.name("errors"))
    consumer.assign([(topic, 0, 77)])
    r.attempt("offset out of range", lambda: len(poll(consumer, 1)))
    consumer.close()
    consumer = s.a.consumer()
    consumer.assign([(topic, 0, 77)])
    r.see("reset to the earliest", show(poll(consumer, 1)))
    consumer.close()
    timed = s.topic("errors-time", 1, {"message.timestamp.before.max.ms": "1000"})
    r.attempt("time too old", lambda: s.a.produce(timed, [{"value": b"v", "timestamp": 1_000_000_000_000}]))
    stamped = s.topic("errors-append", 1, {"message.timestamp.type": "LogAppendTime"})
    s.a.produce(stamped, [{"value": b"v", "timestamp": 5}])
    r.see("append time is stored", s.read(stamped, 1, 1)[0].timestamp > 1_700_000_000_000)


def flush(s, r):
    topic = s.topic("flush", 1, {"flush.messages": "1"})
    for i in range(3):
        r.see(f"offset {i}", s.a.produce(topic, [{"value": b"v%d" % i}]))
    r.see("read", show(s.read(topic, 1, 3)))


def main(make, *more):
    """Runs the scenarios named on the command line, of this module and `more`; `make` gives the adapter for a bootstrap address."""
    known = {**globals(), **{scenario.__name__: scenario for scenario in more}}
    bootstrap, prefix, names = sys.argv[1:4]
    if names.startswith("member:"):
        _, group_id, topic = names.split(":")
        member(Session(make(bootstrap), prefix), group_id, topic)
        os._exit(0)
    for name in names.split(","):
        report, error, start = Report(), None, time.monotonic()
        adapter = None
        try:
            adapter = make(bootstrap)
            known[name](Session(adapter, prefix), report)
        except Exception as failure:  # Said in the scenario's line.
            traceback.print_exc()
            error = describe(failure)
        if adapter is not None:
            adapter.close()
        ms = int((time.monotonic() - start) * 1000)
        print("@" + json.dumps({"scenario": name, "observations": report.seen, "error": error, "ms": ms}), flush=True)
    os._exit(0)
