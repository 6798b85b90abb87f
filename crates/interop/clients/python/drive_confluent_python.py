"""librdkafka through confluent-kafka."""

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic,
                                   ResourceType)

import scenarios
from scenarios import Record
from transactions import transactions

WAIT = 30


class Reader:
    def __init__(self, config):
        self.consumer = Consumer(config)

    def assign(self, places):
        self.consumer.assign([TopicPartition(t, p, o) for t, p, o in places])

    def subscribe(self, topics):
        self.consumer.subscribe(topics)

    def poll(self, seconds):
        got = []
        for message in self.consumer.consume(500, seconds) if seconds > 0.1 else filter(None, [self.consumer.poll(seconds)]):
            if message.error():
                raise KafkaException(message.error())
            got.append(Record(message.partition(), message.offset(), message.key(), message.value(),
                              message.headers() or [], message.timestamp()[1]))
        return got

    def assignment(self):
        return {tp.partition for tp in self.consumer.assignment()}

    def commit(self, topic, partition, offset, note):
        self.consumer.commit(offsets=[TopicPartition(topic, partition, offset, note)], asynchronous=False)

    def committed(self, topic, partition):
        found = self.consumer.committed([TopicPartition(topic, partition)], WAIT)[0]
        if found.error:
            raise KafkaException(found.error)
        return [found.offset, found.metadata]

    def membership(self):
        return self.consumer.consumer_group_metadata()

    def offset_for_time(self, topic, partition, ms):
        return self.consumer.offsets_for_times([TopicPartition(topic, partition, ms)], WAIT)[0].offset

    def bounds(self, topic, partition):
        return list(self.consumer.get_watermark_offsets(TopicPartition(topic, partition), WAIT))

    def close(self):
        self.consumer.close()


class Transactional:
    def __init__(self, config):
        self.producer = Producer(config)
        self.producer.init_transactions(WAIT)

    def begin(self):
        self.producer.begin_transaction()

    def send(self, topic, partition, value):
        told = []
        self.producer.produce(topic, value, partition=partition, on_delivery=lambda *report: told.append(report))
        self.producer.flush(WAIT)
        error, message = told[0]
        if error:
            raise KafkaException(error)
        return message.offset()

    def send_offsets(self, topic, partition, offset, membership):
        self.producer.send_offsets_to_transaction([TopicPartition(topic, partition, offset)], membership, WAIT)

    def commit(self):
        self.producer.commit_transaction(WAIT)

    def abort(self):
        self.producer.abort_transaction(WAIT)

    def close(self):
        pass


class Adapter:
    sends_membership = True

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.client = AdminClient({"bootstrap.servers": bootstrap})

    def close(self):
        pass

    def create_topic(self, name, partitions, replicas, configs, assignment=None, validate_only=False):
        if assignment:
            topic = NewTopic(name, len(assignment), replica_assignment=assignment, config=configs)
        else:
            topic = NewTopic(name, partitions, replicas, config=configs)
        self.client.create_topics([topic], validate_only=validate_only)[name].result(WAIT)
        return "done"

    def delete_topic(self, name):
        self.client.delete_topics([name])[name].result(WAIT)
        return "done"

    def describe_topic(self, name):
        topic = self.client.list_topics(name, WAIT).topics[name]
        if topic.error:
            raise KafkaException(topic.error)
        return sorted((p.id, p.leader, len(p.replicas), len(p.isrs)) for p in topic.partitions.values())

    def list_topics(self):
        return set(self.client.list_topics(timeout=WAIT).topics)

    def produce(self, topic, records, acks=None, compression="none", linger=0, idempotence=False, max_size=None,
                block_ms=20_000, before_close=None):
        config = {"bootstrap.servers": self.bootstrap, "compression.type": compression, "linger.ms": linger,
                  "enable.idempotence": idempotence, "message.timeout.ms": block_ms,
                  "message.max.bytes": max_size or 1_000_000}
        if acks is not None:
            config["acks"] = acks
        producer, offsets, failed = Producer(config), [], []

        def delivered(error, message):
            if error:
                failed.append(error)
            else:
                offsets.append(message.offset())
        for record in records:
            options = {k: record[k] for k in ("partition", "timestamp", "headers") if k in record}
            producer.produce(topic, record["value"], record.get("key"), on_delivery=delivered, **options)
        producer.flush(WAIT)
        if before_close:
            before_close()
        if failed:
            raise KafkaException(failed[0])
        return sorted(offsets, key=lambda o: -1 if o is None else o)

    def transactional(self, name, timeout_ms=60_000):
        # No other time limit of librdkafka may be longer than that of a transaction.
        return Transactional({"bootstrap.servers": self.bootstrap, "transactional.id": name, "linger.ms": 0,
                              "transaction.timeout.ms": timeout_ms, "socket.timeout.ms": min(timeout_ms, 60_000),
                              "message.timeout.ms": min(timeout_ms, 20_000)})

    def consumer(self, group="none", reset="earliest", small=False, max_wait_ms=100, min_bytes=1, session_ms=6000,
                 heartbeat_ms=1000, max_records=None, isolation=None):
        config = {"bootstrap.servers": self.bootstrap, "group.id": group, "enable.auto.commit": False,
                  "auto.offset.reset": "error" if reset == "none" else reset, "fetch.wait.max.ms": max_wait_ms,
                  "fetch.min.bytes": min_bytes, "session.timeout.ms": session_ms,
                  "heartbeat.interval.ms": heartbeat_ms}
        if small:
            config.update({"fetch.message.max.bytes": 1000, "fetch.max.bytes": 1000, "message.max.bytes": 1000})
        if isolation:
            config["isolation.level"] = isolation
        return Reader(config)

    def describe_configs(self, topic):
        resource = ConfigResource(ResourceType.TOPIC, topic)
        entries = self.client.describe_configs([resource])[resource].result(WAIT).values()
        return {e.name: f"{e.value} {e.source} {e.is_read_only} {e.is_default} {e.is_sensitive} {sorted(e.synonyms)}"
                for e in entries}

    def alter_config(self, topic, key, value):
        entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        self.client.incremental_alter_configs([resource])[resource].result(WAIT)
        return "done"

    def create_partitions(self, topic, count):
        self.client.create_partitions([NewPartitions(topic, count)])[topic].result(WAIT)
        return "done"

    def delete_records(self, topic, partition, before):
        place = TopicPartition(topic, partition, before)
        return self.client.delete_records([place])[place].result(WAIT).low_watermark

    def list_groups(self):
        listed = self.client.list_consumer_groups().result()
        return [f"{g.group_id} {g.state.name} {g.type.name} {g.is_simple_consumer_group}" for g in listed.valid]

    def describe_group(self, group):
        found = self.client.describe_consumer_groups([group])[group].result(WAIT)
        members = [f"{m.client_id} {m.host} {len(m.assignment.topic_partitions)}" for m in found.members]
        return f"{found.state.name} {found.partition_assignor} {found.is_simple_consumer_group} {sorted(members)} " \
               f"coordinator {found.coordinator.id}"

    def delete_group(self, group):
        places = self.client.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result(WAIT)
        shown = [f"{t.topic} {t.partition} {t.offset}" for t in places.topic_partitions]
        self.client.delete_consumer_groups([group])[group].result(WAIT)
        return shown

    def describe_cluster(self):
        found = self.client.describe_cluster().result(WAIT)
        return f"{[(n.id, n.host) for n in found.nodes]} controller {found.controller.id} id {len(found.cluster_id)}"


if __name__ == "__main__":
    scenarios.main(Adapter, transactions)
