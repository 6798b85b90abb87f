// kafkajs, with its codecs from packages in JavaScript and WebAssembly.
'use strict';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = require('kafkajs');
const { main, pause } = require('./scenarios.js');
const transactions = require('./transactions.js');

const snappyjs = require('snappyjs');
const lz4 = require('lz4-napi');
const fzstd = require('fzstd');
const zstd = require('@bokuweb/zstd-wasm');

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

// Snappy as Java frames it: blocks with their length behind a header.
function unsnappy(bytes) {
  if (!bytes.subarray(0, 8).equals(XERIAL)) return Buffer.from(snappyjs.uncompress(bytes));
  const blocks = [];
  for (let at = 16; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    blocks.push(Buffer.from(snappyjs.uncompress(bytes.subarray(at + 4, at + 4 + length))));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

const codec = (compress, decompress) => () => ({
  compress: async (encoder) => Buffer.from(compress(encoder.buffer)),
  decompress: async (bytes) => Buffer.from(decompress(bytes)),
});
CompressionCodecs[CompressionTypes.Snappy] = codec((b) => snappyjs.compress(b), unsnappy);
CompressionCodecs[CompressionTypes.LZ4] = codec((b) => lz4.compressFrameSync(b), (b) => lz4.decompressFrameSync(b));
CompressionCodecs[CompressionTypes.ZSTD] = codec((b) => zstd.compress(b), (b) => fzstd.decompress(b));
const TYPES = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

// While the transaction before has not ended, the library gives up where it should ask again.
async function concluded(call) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (error.type !== 'CONCURRENT_TRANSACTIONS' || tries === 500) throw error;
      await pause(20);
    }
  }
}

// A transaction is an object of its own; the last one stands for what its producer may still do.
class Transactional {
  constructor(producer) {
    this.producer = producer;
  }

  async begin() {
    this.transaction = await this.producer.transaction();
  }

  async send(topic, partition, value) {
    const [done] = await concluded(() => this.transaction.send({ topic, messages: [{ partition, value }] }));
    return Number(done.baseOffset);
  }

  sendOffset(reader, topic, offset) {
    const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset) }] }];
    return concluded(() => this.transaction.sendOffsets({ consumerGroupId: reader.group, topics }));
  }

  commit() {
    return this.transaction.commit();
  }

  abort() {
    return this.transaction.abort();
  }

  close() {
    return this.producer.disconnect();
  }
}

class Adapter {
  // `sendOffsets` takes the name of the group alone.
  sendsMembership = false;
  // How many partitions the library can give to a topic of two.
  most = 4;

  constructor(bootstrap) {
    const retry = { initialRetryTime: 50, retries: 3 };
    const common = { clientId: 'kafkajs', brokers: [bootstrap], logLevel: logLevel.NOTHING };
    this.kafka = new Kafka({ ...common, retry });
    this.patient = new Kafka({ ...common, retry: { initialRetryTime: 50, retries: 10 } });
    this.admin = this.kafka.admin();
  }

  close() {
    return this.admin.disconnect();
  }

  create({ topic, partitions, replicas, configs = {}, assignment, validate }) {
    const wanted = { topic, configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })) };
    if (assignment) {
      wanted.replicaAssignment = assignment.map((brokers, partition) => ({ partition, replicas: brokers }));
    } else {
      Object.assign(wanted, { numPartitions: partitions, replicationFactor: replicas });
    }
    // The library gives up soon where a busy broker has no leaders yet; the scenarios wait for them.
    return this.admin.createTopics({ topics: [wanted], validateOnly: validate, waitForLeaders: false, timeout: 20_000 });
  }

  delete(topic) {
    return this.admin.deleteTopics({ topics: [topic] });
  }

  async describe(topic) {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const shape = topics[0].partitions.map((p) => [p.partitionId, p.leader, p.replicas.length, p.isr.length]);
    return shape.sort((a, b) => a[0] - b[0]);
  }

  topics() {
    return this.admin.listTopics();
  }

  async produce(topic, records, { codec: name = 'none', acks = -1, idempotent = false } = {}) {
    const producer = this.kafka.producer({ idempotent, maxInFlightRequests: 1, retry: { initialRetryTime: 50, retries: 5 } });
    await producer.connect();
    try {
      const answer = await producer.send({ topic, messages: records, acks, compression: TYPES[name] });
      return answer.map((p) => [p.partition, p.baseOffset, p.errorCode]).sort();
    } finally {
      await producer.disconnect();
    }
  }

  async transactional(transactionalId, transactionTimeout) {
    const producer = this.patient.producer({ transactionalId, transactionTimeout, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const transactional = new Transactional(producer);
    try {
      // The library takes its id with the first transaction; here it is taken at once.
      await transactional.begin();
      await transactional.abort();
      return transactional;
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
  }

  async consume(groupId, topic, how, take) {
    return (await this.reader(groupId, topic, how, take)).stop;
  }

  async reader(groupId, topic, how, take) {
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: how.session ?? 6000,
      heartbeatInterval: how.heartbeat ?? 500,
      maxWaitTimeInMs: how.maxWait ?? 100,
      minBytes: how.minBytes ?? 1,
      ...(how.small ? { maxBytesPerPartition: 1000, maxBytes: 2000 } : {}),
      ...(how.committed === undefined ? {} : { readUncommitted: !how.committed }),
      retry: { initialRetryTime: 50, retries: 20 },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      how.assigned?.(payload.memberAssignment[topic] ?? []);
      if (how.from !== undefined) consumer.seek({ topic, partition: 0, offset: String(how.from) });
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) =>
        take({ partition, ...message, offset: Number(message.offset), timestamp: Number(message.timestamp) }),
    });
    return { group: groupId, stop: () => consumer.disconnect() };
  }

  async commit(groupId, topic, offset) {
    await this.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] });
    return 'done';
  }

  async committed(groupId, topic) {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
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

  async configs(name) {
    const { resources } = await this.admin.describeConfigs({ includeSynonyms: true, resources: [{ type: 2, name }] });
    const shown = resources[0].configEntries.map((c) =>
      `${c.configName}=${c.configValue} ${c.configSource} ${c.readOnly} ${c.isSensitive} ${c.configSynonyms.length}`);
    return shown.sort();
  }

  async alterConfig(topic, name, value) {
    await this.admin.alterConfigs({ resources: [{ type: 2, name: topic, configEntries: [{ name, value }] }] });
    return 'done';
  }

  partitions(topic, count) {
    return this.admin.createPartitions({ topicPartitions: [{ topic, count }] });
  }

  async deleteRecords(topic, before) {
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
    return this.bounds(topic);
  }

  async groups() {
    return (await this.admin.listGroups()).groups.map((g) => `${g.groupId} ${g.protocolType}`).sort();
  }

  async describeGroup(groupId) {
    const [g] = (await this.admin.describeGroups([groupId])).groups;
    return [g.errorCode, g.state, g.protocolType, g.protocol, g.members.map((m) => `${m.clientId} ${m.clientHost}`)];
  }

  async deleteGroup(groupId) {
    const [done] = await this.admin.deleteGroups([groupId]);
    return done.errorCode ?? 0;
  }

  async cluster() {
    const { brokers, controller, clusterId } = await this.admin.describeCluster();
    return [brokers.map((b) => [b.nodeId, b.host]), controller, clusterId.length];
  }
}

main(async (bootstrap) => {
  await zstd.init();
  const adapter = new Adapter(bootstrap);
  await adapter.admin.connect();
  return adapter;
}, transactions);
