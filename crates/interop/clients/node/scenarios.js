// The scenarios of the Node libraries, told in terms of a small adapter that each library has.
'use strict';

const { spawn } = require('node:child_process');
const readline = require('node:readline');
const zlib = require('node:zlib');

const DEADLINE = 60_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Thrown by an adapter whose library has no such call: nothing is observed then.
class Unsupported extends Error {}
exports.Unsupported = Unsupported;

// The name of an error with what the library says about it.
function describe(error) {
  const inner = error.errors?.[0] ?? error;
  return `${inner.name} ${inner.type ?? inner.code ?? ''}: ${inner.message}`;
}

class Report {
  seen = {};

  see(name, value) {
    if (name in this.seen) throw new Error(`observed twice: ${name}`);
    this.seen[name] = value ?? null;
  }

  async attempt(name, call) {
    let value;
    try {
      value = await call();
    } catch (error) {
      if (error instanceof Unsupported) return;
      value = describe(error);
    }
    this.see(name, value);
  }
}

// librdkafka says "unknown topic" of itself where the broker's answer comes before the record is queued: asked again.
async function answered(call) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (error.code !== -188 || tries === 5) throw error;
    }
  }
}

async function wait(what, seen) {
  for (const end = Date.now() + DEADLINE; ;) {
    const value = await seen();
    if (value) return value;
    if (Date.now() > end) throw new Error(`in time: ${what}`);
    await pause(20);
  }
}

function payload(seed, length) {
  const bytes = Buffer.alloc(length, 'k');
  let state = seed * 2654435761 + 1;
  for (let i = length >> 1; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

function checksum(bytes) {
  return zlib.gzipSync(bytes).readUInt32LE(zlib.gzipSync(bytes).length - 8);
}

function text(value) {
  if (value === null || value === undefined) return 'null';
  const bytes = Buffer.from(value);
  return bytes.length > 64 ? `${bytes.length} bytes #${checksum(bytes)}` : bytes.toString();
}

function show(records) {
  const shown = {};
  const sorted = [...records].sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  for (const r of sorted) (shown[`p${r.partition}`] ??= []).push(`${r.offset} ${text(r.key)}=${text(r.value)}`);
  return shown;
}

const values = (start, count, more = {}) =>
  Array.from({ length: count }, (_, i) => ({ value: Buffer.from(`${start}${i}`), partition: 0, ...more }));

class Session {
  groups = 0;

  constructor(adapter, bootstrap, prefix) {
    Object.assign(this, { a: adapter, bootstrap, prefix });
  }

  name(suffix) {
    return `${this.prefix}-${suffix}`;
  }

  async topic(suffix, partitions = 1, configs = {}) {
    const topic = this.name(suffix);
    await this.a.create({ topic, partitions, replicas: 1, configs });
    await wait(`leaders of ${topic}`, () => this.led(topic));
    return topic;
  }

  async led(topic) {
    try {
      const shape = await this.a.describe(topic);
      return shape.length > 0 && shape.every(([, leader]) => leader >= 0);
    } catch {
      return false;
    }
  }

  // The libraries read in groups only: each reading has one of its own.
  async read(topic, count, how = {}) {
    const got = [];
    const stop = await this.a.consume(this.name(`reader-${process.pid}-${this.groups++}`), topic, how, (r) => got.push(r));
    try {
      await wait(`records: ${count}`, () => got.length >= count);
    } finally {
      await stop();
    }
    return got;
  }
}

const scenarios = {};

scenarios.create = async (s, r) => {
  const topic = s.name('create');
  const made = { topic, partitions: 3, replicas: 1, configs: { 'retention.ms': '123456' } };
  await r.attempt('made', () => s.a.create(made));
  await wait('topic', () => s.led(topic));
  r.see('shape', await s.a.describe(topic));
  await r.attempt('again', () => s.a.create(made));
  await r.attempt('only validated', () => s.a.create({ topic: s.name('create-v'), partitions: 1, replicas: 1, validate: true }));
  r.see('validated only is there', (await s.a.topics()).includes(s.name('create-v')));
  await r.attempt('manual', () => s.a.create({ topic: s.name('create-m'), assignment: [[0], [0]] }));
  await r.attempt('unknown broker', () => s.a.create({ topic: s.name('create-b'), assignment: [[7]] }));
  await r.attempt('no partitions', () => s.a.create({ topic: s.name('create-0'), partitions: 0, replicas: 1 }));
  await r.attempt('two replicas', () => s.a.create({ topic: s.name('create-2'), partitions: 1, replicas: 2 }));
  for (const topic of ['.', '..', 'with space', 'slash/', 'x'.repeat(250)]) {
    await r.attempt(`name ${topic.slice(0, 12)}`, () => s.a.create({ topic, partitions: 1, replicas: 1 }));
  }
  await r.attempt('deleted', () => s.a.delete(topic));
  await wait('deletion', async () => !(await s.a.topics()).includes(topic));
  await r.attempt('deleted again', () => s.a.delete(topic));
  await r.attempt('made anew', () => s.a.create({ topic, partitions: 1, replicas: 1 }));
};

scenarios.autocreate = async (s, r) => {
  const topic = s.name('autocreate');
  await r.attempt('offset', () => s.a.produce(topic, [{ key: 'k', value: 'v' }]));
  r.see('shape', await s.a.describe(topic));
};

scenarios.defaults = async (s, r) => {
  for (const [what, partitions, replicas] of [['both', -1, -1], ['partitions', -1, 1], ['replicas', 3, -1]]) {
    const topic = s.name(`defaults-${what}`);
    await r.attempt(`made by default: ${what}`, () => s.a.create({ topic, partitions, replicas }));
    await wait('leaders', () => s.led(topic));
    r.see(what, await s.a.describe(topic));
  }
};

scenarios.compress = async (s, r) => {
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const topic = await s.topic(`compress-${codec}`);
    const records = Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, value: payload(i, 3000), partition: 0 }));
    await r.attempt(`${codec} offsets`, () => s.a.produce(topic, records, { codec }));
    r.see(codec, show(await s.read(topic, 30)));
  }
  for (const codec of ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const topic = await s.topic(`recompress-${codec}`, 1, { 'compression.type': codec });
    const records = Array.from({ length: 5 }, (_, i) => ({ value: payload(i, 2000), partition: 0 }));
    await s.a.produce(topic, records, { codec: 'gzip' });
    r.see(`stored as ${codec}`, show(await s.read(topic, 5)));
  }
};

scenarios.snappy = async (s, r) => {
  for (const framing of ['raw', 'xerial']) r.see(framing, show(await s.read(`fixture-${framing}`, 10)));
  const topic = await s.topic('snappy');
  await s.a.produce(topic, values('snappy snappy ', 10), { codec: 'snappy' });
  r.see('own', show(await s.read(topic, 10)));
};

scenarios.keys = async (s, r) => {
  const topic = await s.topic('keys', 5);
  for (let i = 0; i < 25; i++) await s.a.produce(topic, [{ key: `key-${i}`, value: `v${i}` }]);
  await s.a.produce(topic, [{ key: Buffer.alloc(0), value: Buffer.alloc(0), partition: 4 }]);
  await s.a.produce(topic, [{ key: null, value: 'no key', partition: 3 }]);
  r.see('placed', show(await s.read(topic, 27)));
};

scenarios.headers = async (s, r) => {
  const topic = await s.topic('headers', 1, { 'retention.ms': '-1' });
  const headers = { a: ['1', '2'], empty: '', long: payload(1, 5000) };
  await s.a.produce(topic, [{ value: 'v', headers, timestamp: '1234567890123', partition: 0 }]);
  const [got] = await s.read(topic, 1);
  const flat = Object.entries(got.headers).flatMap(([k, v]) => [v].flat().map((one) => `${k}=${text(one)}`));
  r.see('headers', flat);
  r.see('timestamp', got.timestamp);
};

scenarios.tombstones = async (s, r) => {
  const topic = await s.topic('tombstones', 1, { 'cleanup.policy': 'compact' });
  await s.a.produce(topic, [{ key: 'k', value: 'v', partition: 0 }]);
  await s.a.produce(topic, [{ key: 'k', value: null, partition: 0 }]);
  await r.attempt('no key where compacted', () => s.a.produce(topic, values('v', 1)));
  r.see('read', show(await s.read(topic, 2)));
};

scenarios.large = async (s, r) => {
  const topic = await s.topic('large', 1, { 'max.message.bytes': '6000000' });
  for (const size of [5_000_000, 900_000, 1]) {
    await r.attempt(`${size} bytes`, () => s.a.produce(topic, [{ value: payload(size, size), partition: 0 }]));
  }
  await r.attempt('too large', () => s.a.produce(topic, [{ value: payload(3, 7_000_000), partition: 0 }]));
  r.see('read with small limits', show(await s.read(topic, 3, { small: true })));
};

scenarios.acks = async (s, r) => {
  const topic = await s.topic('acks');
  let sent = 0;
  for (const acks of [0, 1, -1]) {
    await r.attempt(`acks ${acks}`, () => s.a.produce(topic, values(`${acks}-`, 3), { acks }));
    sent += 3;
    // What is not acknowledged may arrive later.
    await wait('records', async () => (await s.a.bounds(topic))[1] === sent);
  }
  r.see('read', show(await s.read(topic, 9)));
};

scenarios.idempotence = async (s, r) => {
  const topic = await s.topic('idempotence', 2);
  const records = Array.from({ length: 200 }, (_, i) => ({ value: `value-${i}`, partition: i % 2 }));
  await r.attempt('offsets', () => s.a.produce(topic, records, { idempotent: true, acks: -1 }));
  r.see('read', show(await s.read(topic, 200)));
};

// A member of a group in a process of its own, so that it can crash.
class Member {
  partitions = [];
  values = new Set();

  constructor(s, group, topic) {
    const args = [process.argv[1], s.bootstrap, s.prefix, `member:${group}:${topic}`];
    this.process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((done) => this.process.on('exit', done));
    readline.createInterface({ input: this.process.stdout }).on('line', (line) => {
      if (line.startsWith('assigned ')) this.partitions = JSON.parse(line.slice(9));
      if (line.startsWith('value ')) this.values.add(line.slice(6));
    });
  }

  async leave() {
    this.process.stdin.end();
    await this.ended;
  }

  async crash() {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

// Runs until its standard input ends: tells what it owns and which records it read.
async function member(s, group, topic) {
  const how = {
    session: 5000,
    heartbeat: 200,
    assigned: (partitions) => console.log(`assigned ${JSON.stringify(partitions)}`),
  };
  const stop = await s.a.consume(group, topic, how, (r) => console.log(`value ${r.partition}:${r.offset}`));
  process.stdin.resume();
  await new Promise((done) => process.stdin.on('end', done));
  await stop();
}

async function settle(r, what, ...members) {
  r.see(what, await wait(what, () => {
    const union = new Set(members.flatMap((m) => m.partitions));
    const sizes = members.map((m) => m.partitions.length).sort();
    const sum = sizes.reduce((a, b) => a + b, 0);
    return sum === 4 && union.size === 4 && sizes[0] === 4 / members.length && sizes;
  }));
}

scenarios.group = async (s, r) => {
  const topic = await s.topic('group', 4);
  const group = s.name('group');
  const members = [new Member(s, group, topic)];
  const [a] = members;
  try {
    await settle(r, 'one', a);
    const b = new Member(s, group, topic);
    members.push(b);
    await settle(r, 'a second joins', a, b);
    await s.a.produce(topic, Array.from({ length: 40 }, (_, i) => ({ value: `v${i}`, partition: i % 4 })));
    // A member that was taken for gone on a busy machine comes back and reads again what it has read.
    const read = () => new Set([...a.values, ...b.values]).size;
    await wait('all values', () => read() === 40 && a.values.size > 0 && b.values.size > 0);
    r.see('values shared', read());
    await b.leave();
    await settle(r, 'it leaves', a);
    const c = new Member(s, group, topic);
    members.push(c);
    await settle(r, 'a third joins', a, c);
    await c.crash();
    await settle(r, 'it crashes', a);
    await r.attempt('described', () => s.a.describeGroup(group));
    await a.leave();
    await r.attempt('described at last', () => s.a.describeGroup(group));
  } finally {
    await Promise.all(members.map((m) => m.crash()));
  }
};

scenarios.commit = async (s, r) => {
  const topic = await s.topic('commit');
  const group = s.name('commit');
  await s.a.produce(topic, values('v', 20));
  await r.attempt('nothing kept', () => s.a.committed(group, topic));
  for (const end of [7, 14]) {
    const got = [];
    const stop = await s.a.consume(group, topic, {}, (record) => got.push(record));
    await wait('records', () => got.length === 20 - (end - 7));
    await stop();
    r.see(`from ${end - 7}`, show(got));
    await r.attempt(`commit ${end}`, () => s.a.commit(group, topic, end));
    await r.attempt(`kept ${end}`, () => s.a.committed(group, topic));
  }
};

scenarios.seektime = async (s, r) => {
  const topic = await s.topic('seektime');
  const base = Date.now() - 1_000_000;
  await s.a.produce(topic, values('v', 50).map((v, i) => ({ ...v, timestamp: String(base + i * 1000) })));
  for (const at of [-5000, 0, 1, 20_000, 20_500, 49_000, 49_001]) {
    await r.attempt(`at ${at}`, () => s.a.offsetAt(topic, base + at));
  }
  r.see('ends', await s.a.bounds(topic));
  r.see('from 30 s', show(await s.read(topic, 20, { from: await s.a.offsetAt(topic, base + 30_000) })));
};

scenarios.longpoll = async (s, r) => {
  const topic = await s.topic('longpoll');
  const got = [];
  let owned;
  const assigned = new Promise((done) => (owned = done));
  const stop = await s.a.consume(s.name('longpoll'), topic, { maxWait: 8000, assigned: owned }, (record) => got.push(record));
  await assigned;
  await pause(700);
  r.see('empty at first', got.length);
  const start = Date.now();
  await s.a.produce(topic, values('wake', 1));
  await wait('record', () => got.length === 1);
  r.see('soon', Date.now() - start < 7000);
  r.see('woken', show(got));
  await stop();
  r.see('held for more', show(await s.read(topic, 1, { maxWait: 800, minBytes: 100_000 })));
};

scenarios.admin = async (s, r) => {
  const topic = await s.topic('admin', 2, { 'retention.ms': '7200000' });
  await r.attempt('configs', () => s.a.configs(topic));
  await r.attempt('alter', () => s.a.alterConfig(topic, 'max.message.bytes', '2000000'));
  // What is altered is seen a little later.
  await r.attempt('altered in time', () => wait('config', async () => `${await s.a.configs(topic)}`.includes('=2000000')));
  await r.attempt('altered', async () => (await s.a.configs(topic)).filter((c) => c.startsWith('max.message')));
  await r.attempt('alter an unknown key', () => s.a.alterConfig(topic, 'no.such.key', '1'));
  await r.attempt('alter to a wrong value', () => s.a.alterConfig(topic, 'retention.ms', 'abc'));
  for (const [turn, count] of [4, 4, 3].entries()) {
    await r.attempt(`to ${count} partitions, turn ${turn}`, () => s.a.partitions(topic, count));
  }
  await r.attempt('shape', () => wait('partitions', async () => (await s.a.describe(topic)).length === s.a.most));
  await s.a.produce(topic, values('v', 4));
  for (const before of [2, 1, -1, 99]) {
    await r.attempt(`delete before ${before}`, () => s.a.deleteRecords(topic, before));
  }
  r.see('bounds', await s.a.bounds(topic));
  const group = s.name('admin');
  await r.attempt('commit', () => s.a.commit(group, topic, 4));
  await r.attempt('group', () => s.a.describeGroup(group));
  await r.attempt('groups', async () => (await s.a.groups()).filter((g) => g.startsWith(group)));
  await r.attempt('delete the group', () => s.a.deleteGroup(group));
  await r.attempt('delete it again', () => s.a.deleteGroup(group));
  await r.attempt('absent group', () => s.a.describeGroup(s.name('absent')));
};

scenarios.node0 = async (s, r) => {
  await r.attempt('cluster', () => s.a.cluster());
  const topic = await s.topic('node0');
  r.see('shape', await s.a.describe(topic));
  r.see('offset', await s.a.produce(topic, values('v', 1)));
  r.see('read', show(await s.read(topic, 1)));
};

scenarios.retention = async (s, r) => {
  const topic = await s.topic('retention', 1, { 'retention.ms': '60000' });
  const old = String(Date.now() - 3_600_000);
  await s.a.produce(topic, values('old', 5, { timestamp: old }));
  await wait('old records deleted', async () => (await s.a.bounds(topic))[0] === 5);
  await s.a.produce(topic, values('new', 1));
  r.see('bounds', await s.a.bounds(topic));
  r.see('read', show(await s.read(topic, 1)));
};

const WRONG = [['retention.ms', 'abc'], ['retention.ms', '-2'], ['retention.ms', ''], ['cleanup.policy', 'foo'],
  ['cleanup.policy', 'delete,foo'], ['compression.type', 'xyz'], ['compression.gzip.level', '0'],
  ['compression.gzip.level', '10'], ['min.insync.replicas', '0'], ['segment.bytes', '1'], ['segment.bytes', '2147483648'],
  ['segment.ms', '0'], ['max.message.bytes', '-1'], ['flush.messages', '0'], ['message.timestamp.type', 'x'],
  ['min.cleanable.dirty.ratio', '2'], ['unclean.leader.election.enable', 'maybe'], ['preallocate', '7'],
  ['max.compaction.lag.ms', '0'], ['remote.storage.enable', 'true'], ['no.such.key', '1']];

scenarios.badconfig = async (s, r) => {
  for (const [key, value] of WRONG) {
    const topic = { topic: s.name('bad'), partitions: 1, replicas: 1, configs: { [key]: value }, validate: true };
    await r.attempt(`${key}=${value}`, () => s.a.create(topic));
  }
};

scenarios.errors = async (s, r) => {
  const topic = await s.topic('errors', 1, { 'max.message.bytes': '1000' });
  await r.attempt('message too large', () => s.a.produce(topic, [{ value: payload(1, 3000), partition: 0 }]));
  r.see('the next one is taken', await s.a.produce(topic, values('v', 1)));
  await r.attempt('invalid topic', () => answered(() => s.a.produce('in valid', [{ value: 'v' }])));
  await r.attempt('unknown topic', () => s.a.describe(s.name('absent')));
  r.see('reset to the earliest', show(await s.read(topic, 1, { from: 77 })));
  const timed = await s.topic('errors-time', 1, { 'message.timestamp.before.max.ms': '1000' });
  await r.attempt('time too old', () => s.a.produce(timed, values('v', 1, { timestamp: '1000000000000' })));
  const stamped = await s.topic('errors-append', 1, { 'message.timestamp.type': 'LogAppendTime' });
  await s.a.produce(stamped, values('v', 1, { timestamp: '5' }));
  const [got] = await s.read(stamped, 1);
  r.see('append time is stored', Number(got.timestamp) > 1_700_000_000_000);
};

scenarios.flush = async (s, r) => {
  const topic = await s.topic('flush', 1, { 'flush.messages': '1' });
  for (let i = 0; i < 3; i++) r.see(`offset ${i}`, await s.a.produce(topic, values('v', 1)));
  r.see('read', show(await s.read(topic, 3)));
};

Object.assign(exports, { describe, pause, payload, show, values, wait });

// Runs the scenarios named on the command line, of this file and `more`; `open` gives the adapter for a bootstrap address.
exports.main = async (open, more) => {
  Object.assign(scenarios, more);
  const [bootstrap, prefix, names] = process.argv.slice(2);
  if (names.startsWith('member:')) {
    const [, group, topic] = names.split(':');
    await member(new Session(await open(bootstrap), bootstrap, prefix), group, topic);
    process.exit(0);
  }
  for (const scenario of names.split(',')) {
    const report = new Report();
    const start = Date.now();
    let error = null;
    let adapter;
    try {
      adapter = await open(bootstrap);
      await scenarios[scenario](new Session(adapter, bootstrap, prefix), report);
    } catch (failure) {
      console.error(failure);
      error = describe(failure);
    }
    await adapter?.close();
    const line = { scenario, observations: report.seen, error, ms: Date.now() - start };
    await new Promise((done) => process.stdout.write(`@${JSON.stringify(line)}\n`, done));
  }
  process.exit(0);
};
