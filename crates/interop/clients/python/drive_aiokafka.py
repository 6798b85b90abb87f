"""aiokafka, whose coroutines run on one loop in a thread of its own."""

import asyncio
import threading

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code
from aiokafka.structs import OffsetAndMetadata

import scenarios
from scenarios import Record
from transactions import transactions

WAIT = 40
LOOP = asyncio.new_event_loop()
threading.Thread(target=LOOP.run_forever, daemon=True).start()


def run(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, LOOP).result(WAIT)


async def made(kind, *arguments, **options):
    client = kind(*arguments, **options)
    await client.start()
    return client


def checked(code, message=None):
    if code:
        raise for_code(code)(message) if message else for_code(code)()
    return "done"


class Reader:
    def __init__(self, config):
        self.group = config["group_id"]
        self.consumer = run(made(AIOKafkaConsumer, **config))

    def assign(self, places):
        run(self.assigned(places))

    async def assigned(self, places):
        self.consumer.assign([TopicPartition(t, p) for t, p, _ in places])
        for topic, partition, offset in places:
            self.consumer.seek(TopicPartition(topic, partition), offset)

    def subscribe(self, topics):
        run(self.subscribed(topics))

    async def subscribed(self, topics):
        self.consumer.subscribe(topics)

    def poll(self, seconds):
        got = run(self.consumer.getmany(timeout_ms=int(seconds * 1000)))
        return [Record(r.partition, r.offset, r.key, r.value, r.headers, r.timestamp) for rs in got.values() for r in rs]

    def assignment(self):
        return {tp.partition for tp in self.consumer.assignment()}

    def commit(self, topic, partition, offset, note):
        place = TopicPartition(topic, partition)
        if place not in self.consumer.assignment():
            self.assign([(topic, partition, 0)])
        run(self.consumer.commit({place: OffsetAndMetadata(offset, note)}))

    def committed(self, topic, partition):
        return run(self.consumer.committed(TopicPartition(topic, partition)))

    def membership(self):
        return self.group

    def offset_for_time(self, topic, partition, ms):
        place = TopicPartition(topic, partition)
        found = run(self.consumer.offsets_for_times({place: ms}))[place]
        return found and found.offset

    def bounds(self, topic, partition):
        place = TopicPartition(topic, partition)
        return [run(self.consumer.beginning_offsets([place]))[place], run(self.consumer.end_offsets([place]))[place]]

    def close(self):
        run(self.consumer.stop())


class Transactional:
    def __init__(self, config):
        self.producer = run(made(AIOKafkaProducer, **config))
        # Only a transaction that begins waits until the transactional id is taken.
        self.begin()
        self.abort()

    def begin(self):
        run(self.producer.begin_transaction())

    def send(self, topic, partition, value):
        return run(self.producer.send_and_wait(topic, value, partition=partition)).offset

    def send_offsets(self, topic, partition, offset, membership):
        places = {TopicPartition(topic, partition): OffsetAndMetadata(offset, "")}
        run(self.producer.send_offsets_to_transaction(places, membership))

    def commit(self):
        run(self.producer.commit_transaction())

    def abort(self):
        run(self.producer.abort_transaction())

    def close(self):
        run(self.producer.stop())


class Adapter:
    # `send_offsets_to_transaction` takes the name of the group alone.
    sends_membership = False

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.client = run(made(AIOKafkaAdminClient, bootstrap_servers=bootstrap))

    def close(self):
        run(self.client.close())

    def create_topic(self, name, partitions, replicas, configs, assignment=None, validate_only=False):
        given = dict(enumerate(assignment)) if assignment else None
        topic = NewTopic(name, partitions, replicas, given, topic_configs=configs)
        answer = run(self.client.create_topics([topic], timeout_ms=20_000, validate_only=validate_only))
        return checked(answer.topic_errors[0][1], answer.topic_errors[0][2] if len(answer.topic_errors[0]) > 2 else None)

    def delete_topic(self, name):
        return checked(run(self.client.delete_topics([name], timeout_ms=20_000)).topic_error_codes[0][1])

    def describe_topic(self, name):
        found = run(self.client.describe_topics([name]))[0]
        checked(found["error_code"])
        return sorted((p["partition"], p["leader"], len(p["replicas"]), len(p["isr"])) for p in found["partitions"])

    def list_topics(self):
        return set(run(self.client.list_topics()))

    def produce(self, topic, records, acks="all", compression="none", linger=0, idempotence=False, max_size=1_048_576,
                block_ms=20_000, before_close=None):
        return run(self.produced(topic, records, dict(
            bootstrap_servers=self.bootstrap, acks=acks, linger_ms=linger, request_timeout_ms=block_ms,
            compression_type=None if compression == "none" else compression, enable_idempotence=idempotence,
            max_request_size=max_size), before_close))

    async def produced(self, topic, records, config, before_close):
        producer = await made(AIOKafkaProducer, **config)
        try:
            sent = [await producer.send(topic, r["value"], r.get("key"), r.get("partition"), r.get("timestamp"),
                                        r.get("headers")) for r in records]
            await producer.flush()
            done = [await f for f in sent]
            if before_close:
                await LOOP.run_in_executor(None, before_close)
            return sorted(d.offset for d in done if d is not None)
        finally:
            await producer.stop()

    def transactional(self, name, timeout_ms=60_000):
        return Transactional({"bootstrap_servers": self.bootstrap, "transactional_id": name,
                              "transaction_timeout_ms": timeout_ms, "request_timeout_ms": 20_000})

    def consumer(self, group=None, reset="earliest", small=False, max_wait_ms=100, min_bytes=1, session_ms=6000,
                 heartbeat_ms=1000, max_records=None, isolation="read_uncommitted"):
        config = {"bootstrap_servers": self.bootstrap, "group_id": group, "enable_auto_commit": False,
                  "auto_offset_reset": reset, "fetch_max_wait_ms": max_wait_ms, "fetch_min_bytes": min_bytes,
                  "session_timeout_ms": session_ms, "heartbeat_interval_ms": heartbeat_ms,
                  "max_poll_records": max_records, "isolation_level": isolation}
        if small:
            config.update({"max_partition_fetch_bytes": 1000, "fetch_max_bytes": 1000})
        return Reader(config)

    def describe_configs(self, topic):
        answer = run(self.client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)]))[0]
        code, message, _, _, entries = answer.resources[0]
        checked(code, message)
        return {e[0]: str(e[1:]) for e in entries}

    def alter_config(self, topic, key, value):
        answer = run(self.client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {key: value})]))[0]
        return checked(answer.resources[0][0], answer.resources[0][1])

    def create_partitions(self, topic, count):
        answer = run(self.client.create_partitions({topic: NewPartitions(count)}))
        return checked(answer.topic_errors[0][1], answer.topic_errors[0][2])

    def delete_records(self, topic, partition, before):
        place = TopicPartition(topic, partition)
        return str(run(self.client.delete_records({place: RecordsToDelete(before)}))[place])

    def list_groups(self):
        return [" ".join(g) for g in run(self.client.list_consumer_groups())]

    def describe_group(self, group):
        found = run(self.client.describe_consumer_groups([group]))[0].groups[0]
        members = sorted(f"{m[1]} {m[2]}" for m in found[5])
        return f"{found[0]} {found[1]} {found[2]} {found[3]} {found[4]} {members}"

    def delete_group(self, group):
        places = run(self.client.list_consumer_group_offsets(group))
        return str({f"{tp.topic} {tp.partition}": o.offset for tp, o in places.items()}) + " (cannot delete groups)"

    def describe_cluster(self):
        found = run(self.client.describe_cluster())
        brokers = sorted((b["node_id"], b["host"], b["rack"]) for b in found["brokers"])
        return f"{brokers} controller {found['controller_id']} id {len(found['cluster_id'])}"


if __name__ == "__main__":
    scenarios.main(Adapter, transactions)
