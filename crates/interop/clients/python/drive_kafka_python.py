"""kafka-python."""

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.structs import OffsetAndMetadata

import scenarios
from scenarios import Record
from transactions import transactions

WAIT = 30
LEAST_POLL = 1


class Reader:
    def __init__(self, config):
        self.consumer = KafkaConsumer(**config)

    def assign(self, places):
        self.consumer.assign([TopicPartition(t, p) for t, p, _ in places])
        for topic, partition, offset in places:
            self.consumer.seek(TopicPartition(topic, partition), offset)

    def subscribe(self, topics):
        # A group that is joined before the topics are known is joined again for them.
        for topic in topics:
            self.consumer.partitions_for_topic(topic)
        self.consumer.subscribe(topics)

    def poll(self, seconds):
        # When new metadata makes the library join again, and the answer comes after the timeout of the poll that began it,
        # the answer is forgotten: the member stays in the group without a heartbeat and never joins with others.
        got = self.consumer.poll(timeout_ms=int(max(seconds, LEAST_POLL) * 1000))
        return [Record(r.partition, r.offset, r.key, r.value, r.headers, r.timestamp) for rs in got.values() for r in rs]

    def assignment(self):
        return {tp.partition for tp in self.consumer.assignment()}

    def commit(self, topic, partition, offset, note):
        self.consumer.commit({TopicPartition(topic, partition): OffsetAndMetadata(offset, note, -1)})

    def committed(self, topic, partition):
        found = self.consumer.committed(TopicPartition(topic, partition), metadata=True)
        return found and [found.offset, found.metadata]

    def membership(self):
        return self.consumer.group_metadata()

    def offset_for_time(self, topic, partition, ms):
        place = TopicPartition(topic, partition)
        found = self.consumer.offsets_for_times({place: ms})[place]
        return found and found.offset

    def bounds(self, topic, partition):
        place = TopicPartition(topic, partition)
        return [self.consumer.beginning_offsets([place])[place], self.consumer.end_offsets([place])[place]]

    def close(self):
        self.consumer.close()


class Transactional:
    def __init__(self, config):
        self.producer = KafkaProducer(**config)
        try:
            self.producer.init_transactions()
        except Exception:
            self.close()
            raise

    def begin(self):
        self.producer.begin_transaction()

    def send(self, topic, partition, value):
        try:
            return self.producer.send(topic, value, partition=partition).get(WAIT).offset
        except Exception:
            # The library takes a new epoch in a thread of its own; what it says until then depends on how fast that is.
            scenarios.wait("the epoch", lambda: not self.producer._transaction_manager.is_bumping_epoch())
            raise

    def send_offsets(self, topic, partition, offset, membership):
        places = {TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)}
        self.producer.send_offsets_to_transaction(places, membership)

    def commit(self):
        self.producer.commit_transaction()

    def abort(self):
        self.producer.abort_transaction()

    def close(self):
        self.producer.close(timeout=1)


class Adapter:
    sends_membership = True

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.client = KafkaAdminClient(bootstrap_servers=bootstrap)

    def close(self):
        self.client.close()

    def create_topic(self, name, partitions, replicas, configs, assignment=None, validate_only=False):
        given = dict(enumerate(assignment)) if assignment else None
        topic = NewTopic(name, partitions, replicas, given, topic_configs=configs)
        self.client.create_topics([topic], validate_only=validate_only, timeout_ms=20_000)
        return "done"

    def delete_topic(self, name):
        self.client.delete_topics([name], timeout_ms=20_000)
        return "done"

    def describe_topic(self, name):
        found = self.client.describe_topics([name])[0]
        if found["error_code"]:
            raise LookupError(found["error_code"])
        return sorted((p["partition_index"], p["leader_id"], len(p["replica_nodes"]), len(p["isr_nodes"]))
                      for p in found["partitions"])

    def list_topics(self):
        return set(self.client.list_topics())

    def produce(self, topic, records, acks="all", compression="none", linger=0, idempotence=False, max_size=1_048_576,
                block_ms=20_000, before_close=None):
        producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks=acks, linger_ms=linger, max_block_ms=block_ms,
                                 compression_type=None if compression == "none" else compression,
                                 enable_idempotence=idempotence, max_request_size=max_size)
        try:
            sent = [producer.send(topic, r["value"], r.get("key"), r.get("headers"), r.get("partition"), r.get("timestamp"))
                    for r in records]
            producer.flush(WAIT)
            if before_close:
                before_close()
            return sorted(f.get(WAIT).offset for f in sent)
        finally:
            producer.close()

    def transactional(self, name, timeout_ms=60_000):
        return Transactional({"bootstrap_servers": self.bootstrap, "transactional_id": name,
                              "transaction_timeout_ms": timeout_ms, "max_block_ms": 20_000})

    def consumer(self, group=None, reset="earliest", small=False, max_wait_ms=100, min_bytes=1, session_ms=6000,
                 heartbeat_ms=1000, max_records=500, isolation="read_uncommitted"):
        config = {"bootstrap_servers": self.bootstrap, "group_id": group, "enable_auto_commit": False,
                  "auto_offset_reset": reset, "fetch_max_wait_ms": max_wait_ms, "fetch_min_bytes": min_bytes,
                  "session_timeout_ms": session_ms, "heartbeat_interval_ms": heartbeat_ms,
                  "max_poll_records": max_records, "isolation_level": isolation}
        if small:
            config.update({"max_partition_fetch_bytes": 1000, "fetch_max_bytes": 1000})
        return Reader(config)

    def describe_configs(self, topic):
        found = self.client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)],
                                             include_synonyms=True, config_filter="all")
        return {name: str(value) for name, value in found["topic"][topic].items()}

    def alter_config(self, topic, key, value):
        self.client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {key: value})])
        return "done"

    def create_partitions(self, topic, count):
        self.client.create_partitions({topic: NewPartitions(count)})
        return "done"

    def delete_records(self, topic, partition, before):
        return str(self.client.delete_records({TopicPartition(topic, partition): before}))

    def list_groups(self):
        return [f"{g['group_id']} {g.get('group_state')} {g.get('group_type')} {g.get('protocol_type')}"
                for g in self.client.list_groups()]

    def describe_group(self, group):
        found = self.client.describe_groups([group])[group]
        members = sorted(str(m["client_host"]) for m in found["members"])
        return f"{found['group_state']} {found['protocol_type']} {found['protocol_data']} {members}"

    def delete_group(self, group):
        return str(self.client.delete_groups([group]))

    def describe_cluster(self):
        found = self.client.describe_cluster()
        brokers = sorted((b["broker_id"], b["host"], b["rack"]) for b in found["brokers"])
        return f"{brokers} controller {found['controller_id']} id {len(found['cluster_id'])}"


if __name__ == "__main__":
    scenarios.main(Adapter, transactions)
