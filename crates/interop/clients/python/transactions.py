"""Transactions of the Python libraries: what is committed, aborted, fenced and timed out."""

from contextlib import ExitStack, closing

from scenarios import describe, payload, poll, show, wait

ISOLATIONS = ("read_committed", "read_uncommitted")
# The shortest that leaves a busy machine time to send a record.
SHORT_MS = 3_000


def transactions(s, r):
    ended(s, r)
    consumed(s, r)
    left(s, r)
    fenced(s, r)
    late(s, r)
    failed(s, r)


def outcome(r, name, call):
    """What a call gave, or its error with what librdkafka advises after it."""
    try:
        value = call()
    except Exception as error:  # The error is the observation.
        value = describe(error)
        advice = [a for a in ("fatal", "retriable", "txn_requires_abort") if says(error, a)]
        if advice:
            value += f" ({', '.join(advice)})"
    r.see(name, "done" if value is None else value)


def says(error, advice):
    ask = getattr(error.args[0], advice, None) if error.args else None
    return ask is not None and ask()


def opened(s, name, **options):
    return closing(s.a.transactional(s.name(name), **options))


def send(producer, topic, partition, *values):
    return [producer.send(topic, partition, value) for value in values]


def bounds(s, topic):
    """Log start offset and end of partition 0, to readers of each isolation level."""
    found = []
    for isolation in ISOLATIONS:
        with closing(s.a.consumer(group=s.name("bounds"), isolation=isolation)) as reader:
            found.append(reader.bounds(topic, 0))
    return found


def ended(s, r):
    """Commits and aborts over partitions of two topics, and what each kind of reader sees of them."""
    first, second = s.topic("ended", 2), s.topic("ended-too")
    with opened(s, "ended") as producer:
        producer.begin()
        r.see("offsets", send(producer, first, 0, b"a", b"b") + send(producer, first, 1, b"c") + send(producer, second, 0, b"d"))
        r.see("open, bounds", bounds(s, first))
        outcome(r, "committed", producer.commit)
        producer.begin()
        r.see("more offsets", send(producer, first, 0, b"e") + send(producer, first, 1, b"f") + send(producer, second, 0, b"g"))
        outcome(r, "aborted", producer.abort)
        producer.begin()
        outcome(r, "committed without a record", producer.commit)
        producer.begin()
        outcome(r, "aborted without a record", producer.abort)
        producer.begin()
        r.see("last offsets", send(producer, first, 0, b"h") + send(producer, second, 0, b"i"))
        outcome(r, "committed again", producer.commit)
        outcome(r, "committed without a transaction", producer.commit)
    for isolation, counts in zip(ISOLATIONS, ((4, 2), (6, 3))):
        for topic, partitions, count in ((first, 2, counts[0]), (second, 1, counts[1])):
            name = f"{isolation}, {partitions} partitions"
            r.see(name, show(s.read(topic, partitions, count, isolation=isolation)))
    r.see("bounds", bounds(s, first))


def consumed(s, r):
    """Consume, transform, produce: offsets that hold when the transaction commits."""
    source, out, group = s.topic("source"), s.topic("out"), s.name("copiers")
    s.a.produce(source, [{"value": value, "partition": 0} for value in (b"a", b"b", b"c")])
    with ExitStack() as stack:
        reader = stack.enter_context(closing(s.a.consumer(group=group, isolation="read_committed")))
        watcher = stack.enter_context(closing(s.a.consumer(group=group, isolation="read_uncommitted")))
        producer = stack.enter_context(opened(s, "copier"))
        reader.subscribe([source])
        poll(reader, 3)
        outcome(r, "committed by the reader", lambda: reader.commit(source, 0, 1, "before"))
        producer.begin()
        send(producer, out, 0, b"A", b"B")
        outcome(r, "offsets sent", lambda: producer.send_offsets(source, 0, 2, reader.membership()))
        r.see("while open", watcher.committed(source, 0))
        outcome(r, "copied", producer.commit)
        wait("offsets committed", lambda: offset(watcher, source) == 2)
        producer.begin()
        send(producer, out, 0, b"C")
        outcome(r, "more offsets sent", lambda: producer.send_offsets(source, 0, 3, reader.membership()))
        outcome(r, "thought better of", producer.abort)
        # When this transaction can be read, the one before it has ended.
        producer.begin()
        send(producer, out, 0, b"the last")
        producer.commit()
        r.see("copies, committed", show(s.read(out, 1, 3, isolation="read_committed")))
        r.see("copies, all", show(s.read(out, 1, 4, isolation="read_uncommitted")))
        r.see("once aborted", watcher.committed(source, 0))
    with closing(s.a.consumer(group=group)) as resumed:
        resumed.subscribe([source])
        r.see("resumed", show(poll(resumed, 1)))


def offset(reader, topic):
    """The offset alone, whatever the library tells with it."""
    found = reader.committed(topic, 0)
    return found[0] if isinstance(found, list) else found


def left(s, r):
    """Offsets that are sent in the name of a member that is no longer in its group."""
    source, group = s.topic("left"), s.name("left")
    s.a.produce(source, [{"value": b"a", "partition": 0}])
    with closing(s.a.consumer(group=group)) as reader:
        reader.subscribe([source])
        poll(reader, 1)
        membership = reader.membership()
    with opened(s, "left") as producer:
        producer.begin()
        r.see("names a member with its offsets", s.a.sends_membership)
        outcome(r, "offsets of a member that left", lambda: producer.send_offsets(source, 0, 1, membership))
        outcome(r, "committed after it left", producer.commit)
        outcome(r, "aborted after it left", producer.abort)
        outcome(r, "begun after it left", producer.begin)
        outcome(r, "written after it left", lambda: producer.send(source, 0, b"b"))
        outcome(r, "committed after all", producer.commit)


def fenced(s, r):
    """What a producer meets when another has taken its transactional id."""
    topic = s.topic("fenced")
    with ExitStack() as stack:
        first = stack.enter_context(opened(s, "fenced"))
        first.begin()
        send(first, topic, 0, b"a")
        second = stack.enter_context(opened(s, "fenced"))
        outcome(r, "the first commits", first.commit)
        outcome(r, "the first aborts", first.abort)
        outcome(r, "the first begins", first.begin)
        second.begin()
        send(second, topic, 0, b"b")
        second.commit()
        second.begin()
        third = stack.enter_context(opened(s, "fenced"))
        outcome(r, "the second writes", lambda: second.send(topic, 0, b"c"))
        outcome(r, "the second commits", second.commit)
        outcome(r, "the second aborts", second.abort)
        third.begin()
        send(third, topic, 0, b"d")
        third.commit()
        r.see("fenced, committed", show(s.read(topic, 1, 2, isolation="read_committed")))
        r.see("fenced, all", show(s.read(topic, 1, 3, isolation="read_uncommitted")))


def late(s, r):
    """A transaction that is open for longer than its producer said."""
    topic = s.topic("late")
    with opened(s, "late", timeout_ms=SHORT_MS) as producer:
        producer.begin()
        send(producer, topic, 0, b"a")
        # The end that readers of committed records see moves past the marker of the abort.
        wait("the abort", lambda: bounds(s, topic)[0][1] == 2)
        outcome(r, "late, writes", lambda: producer.send(topic, 0, b"b"))
        outcome(r, "late, commits", producer.commit)
        outcome(r, "late, aborts", producer.abort)
        outcome(r, "late, begins", producer.begin)
        outcome(r, "late, writes again", lambda: producer.send(topic, 0, b"c"))
        outcome(r, "late, commits again", producer.commit)
    with opened(s, "late") as producer:
        producer.begin()
        send(producer, topic, 0, b"the last")
        producer.commit()
    wait("the end", lambda: bounds(s, topic)[0] == bounds(s, topic)[1])
    r.see("late, bounds", bounds(s, topic))
    outcome(r, "a timeout above the limit", lambda: s.a.transactional(s.name("patient"), timeout_ms=1_000_000).close())


def failed(s, r):
    """What is left to a producer when the broker refused a record."""
    topic = s.topic("failed", 1, {"max.message.bytes": "1000"})
    with opened(s, "failed") as producer:
        producer.begin()
        send(producer, topic, 0, b"a")
        outcome(r, "a record too large", lambda: producer.send(topic, 0, payload(1, 3000)))
        outcome(r, "committed after an error", producer.commit)
        outcome(r, "aborted after an error", producer.abort)
        outcome(r, "begun after an error", producer.begin)
        outcome(r, "written after an error", lambda: producer.send(topic, 0, b"b"))
        outcome(r, "committed after all the errors", producer.commit)
    with opened(s, "failed") as producer:
        producer.begin()
        send(producer, topic, 0, b"the last")
        producer.commit()
    wait("the end", lambda: bounds(s, topic)[0] == bounds(s, topic)[1])
    r.see("failed, bounds", bounds(s, topic))
