// librdkafka through @confluentinc/kafka-javascript, by its promises.
'use strict';

const { KafkaJS } = require('@confluentinc/kafka-javascript');
const { Unsupported, main } = require('./scenarios.js');
const transactions = require('./transactions.js');

const { Kafka, logLevel } = KafkaJS;

// The producer itself stands for its transaction.
class Transactional {
  constructor(producer) {
    this.producer = producer;
  }

  async begin() {
    await this.producer.transaction();
  }

  async send(topic, partition, value) {
    const [done] = await this.producer.send({ topic, messages: [{ partition, value }] });
    return Number(done.baseOffset);
  }

  sendOffset(reader, topic, offset) {
    const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset) }] }];
    // The native module reads freed memory where the consumer has left: what can be told is that it must not be tried.
    if (reader.left) throw new Error('sendOffsets takes a connected consumer only');
    return this.producer.sendOffsets({ consumer: reader.consumer, topics });
  }

  commit() {
    return this.producer.commit();
  }

  abort() {
    return this.producer.abort();
  }

  close() {
    return this.producer.disconnect();
  }
}

class Adapter {
  // `sendOffsets` takes the consumer.
  sendsMembership = true;
  // Partitions cannot be added.
  most = 2;
  made = 0;

  constructor(bootstrap) {
    this.kafka = new Kafka({ kafkaJS: { clientId: 'confluent', brokers: [bootstrap], logLevel: logLevel.NOTHING } });
    this.admin = this.kafka.admin();
  }

  close() {
    return this.admin.disconnect();
  }

  create({ topic, partitions, replicas, configs = {}, assignment, validate }) {
    // The library cannot ask for validation alone; a wrong configuration is refused anyway.
    if (assignment || (validate && Object.keys(configs).length === 0)) throw new Unsupported();
    const wanted = {
      topic: validate ? `${topic}-${this.made++}` : topic,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
    };
    return this.admin.createTopics({ topics: [wanted], timeout: 20_000 });
  }

  delete(topic) {
    return this.admin.deleteTopics({ topics: [topic], timeout: 20_000 });
  }

  async describe(name) {
    const [topic] = await this.admin.fetchTopicMetadata({ topics: [name], timeout: 20_000 });
    const shape = topic.partitions.map((p) => [p.partitionId, p.leader, p.replicas.length, p.isr.length]);
    return shape.sort((a, b) => a[0] - b[0]);
  }

  topics() {
    return this.admin.listTopics();
  }

  async produce(topic, records, { codec = 'none', acks = -1, idempotent = false } = {}) {
    const producer = this.kafka.producer({
      kafkaJS: { idempotent, acks, compression: codec },
      'linger.ms': 5,
      'message.max.bytes': 8_000_000,
      'message.timeout.ms': 20_000,
    });
    await producer.connect();
    try {
      const answer = await producer.send({ topic, messages: records });
      return answer.map((p) => [p.partition, p.baseOffset, p.errorCode]).sort();
    } finally {
      await producer.disconnect();
    }
  }

  async transactional(transactionalId, transactionTimeout) {
    // No other time limit of librdkafka may be longer than that of a transaction.
    const producer = this.kafka.producer({
      kafkaJS: { transactionalId, transactionTimeout, acks: -1 },
      'linger.ms': 0,
      'socket.timeout.ms': Math.min(transactionTimeout, 60_000),
      'message.timeout.ms': Math.min(transactionTimeout, 20_000),
    });
    await producer.connect();
    return new Transactional(producer);
  }

  consumer(groupId, how = {}) {
    return this.kafka.consumer({
      kafkaJS: {
        groupId,
        fromBeginning: true,
        autoCommit: false,
        sessionTimeout: how.session ?? 6000,
        heartbeatInterval: how.heartbeat ?? 500,
        maxWaitTimeInMs: how.maxWait ?? 100,
        minBytes: how.minBytes ?? 1,
        ...(how.committed === undefined ? {} : { readUncommitted: !how.committed }),
      },
      ...(how.small ? { 'fetch.message.max.bytes': 1000, 'message.max.bytes': 1000, 'fetch.max.bytes': 1000 } : {}),
    });
  }

  async consume(groupId, topic, how, take) {
    return (await this.reader(groupId, topic, how, take)).stop;
  }

  async reader(groupId, topic, how, take) {
    // A seek takes effect after the first records came: the group's offset says where to begin.
    if (how.from !== undefined) await this.commit(groupId, topic, how.from);
    const consumer = this.consumer(groupId, how);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        await take({ partition, ...message, offset: Number(message.offset), timestamp: Number(message.timestamp) });
      },
    });
    let owned = '';
    const watch = setInterval(() => {
      const partitions = consumer.assignment().map((a) => a.partition).sort();
      if (owned !== String(partitions)) {
        owned = String(partitions);
        how.assigned?.(partitions);
      }
    }, 20);
    const stop = async () => {
      clearInterval(watch);
      reader.left = true;
      await consumer.disconnect();
    };
    const reader = { consumer, stop, left: false };
    return reader;
  }

  async commit(groupId, topic, offset) {
    const consumer = this.consumer(groupId);
    await consumer.connect();
    await consumer.commitOffsets([{ topic, partition: 0, offset: String(offset) }]);
    await consumer.disconnect();
    return 'done';
  }

  async committed(groupId, topic) {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [{ topic, partitions: [0] }] });
    return found.partitions.map((p) => [p.partition, p.offset, p.metadata]);
  }

  async offsetAt(topic, ms) {
    const found = await this.admin.fetchTopicOffsetsByTimestamp(topic, ms);
    return Number(found.find((p) => p.partition === 0).offset);
  }

  async bounds(topic) {
    const { low, high } = (await this.admin.fetchTopicOffsets(topic)).find((p) => p.partition === 0);
    return [Number(low), Number(high)];
  }

  configs() {
    throw new Unsupported();
  }

  alterConfig() {
    throw new Unsupported();
  }

  partitions() {
    throw new Unsupported();
  }

  async deleteRecords(topic, before) {
    const [done] = await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
    return [done.lowWatermark, done.error?.code ?? null];
  }

  async groups() {
    return (await this.admin.listGroups()).groups.map((g) => `${g.groupId} ${g.protocolType} ${g.state} ${g.type}`).sort();
  }

  async describeGroup(groupId) {
    const [g] = (await this.admin.describeGroups([groupId])).groups;
    return [g.state, g.protocolType, g.protocol, g.members.map((m) => `${m.clientId} ${m.clientHost}`), g.coordinator?.id];
  }

  async deleteGroup(groupId) {
    const [done] = await this.admin.deleteGroups([groupId]);
    return done.errorCode ?? done.error?.code ?? 0;
  }

  cluster() {
    throw new Unsupported();
  }
}

main(async (bootstrap) => {
  const adapter = new Adapter(bootstrap);
  await adapter.admin.connect();
  return adapter;
}, transactions);
