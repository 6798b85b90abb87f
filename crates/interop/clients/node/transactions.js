// Transactions of the Node libraries: what is committed, aborted, fenced and timed out.
'use strict';

const { describe, payload, show, values, wait } = require('./scenarios.js');

// How long a transaction may be open unless it is to be late.
const LONG = 60_000;
// The shortest that leaves a busy machine time to send a record.
const SHORT = 3_000;

// What a call gave, or its error with what the library advises after it.
async function outcome(r, name, call) {
  let value;
  try {
    value = (await call()) ?? 'done';
  } catch (error) {
    const advice = ['fatal', 'retriable', 'abortable'].filter((a) => error[a]);
    value = `${describe(error)} [${advice}]`;
  }
  r.see(name, value);
}

const opened = (s, name, timeout = LONG) => s.a.transactional(s.name(name), timeout);

async function send(producer, topic, partition, ...all) {
  const offsets = [];
  for (const value of all) offsets.push(await producer.send(topic, partition, value));
  return offsets;
}

// The records of a topic as each kind of reader gets them.
async function readBoth(s, r, name, topic, committed, all) {
  r.see(`${name}, committed`, show(await s.read(topic, committed, { committed: true })));
  r.see(`${name}, all`, show(await s.read(topic, all, { committed: false })));
}

// Commits and aborts over partitions of two topics.
async function ended(s, r) {
  const [first, second] = [await s.topic('ended', 2), await s.topic('ended-too')];
  const producer = await opened(s, 'ended');
  await producer.begin();
  r.see('offsets', [
    await send(producer, first, 0, 'a', 'b'),
    await send(producer, first, 1, 'c'),
    await send(producer, second, 0, 'd'),
  ]);
  r.see('open, bounds', await s.a.bounds(first));
  await outcome(r, 'committed', () => producer.commit());
  await producer.begin();
  r.see('more offsets', [
    await send(producer, first, 0, 'e'),
    await send(producer, first, 1, 'f'),
    await send(producer, second, 0, 'g'),
  ]);
  await outcome(r, 'aborted', () => producer.abort());
  await producer.begin();
  await outcome(r, 'committed without a record', () => producer.commit());
  await producer.begin();
  await outcome(r, 'aborted without a record', () => producer.abort());
  await producer.begin();
  r.see('last offsets', [await send(producer, first, 0, 'h'), await send(producer, second, 0, 'i')]);
  await outcome(r, 'committed again', () => producer.commit());
  await outcome(r, 'committed without a transaction', () => producer.commit());
  await producer.close();
  await readBoth(s, r, 'ended', first, 4, 6);
  await readBoth(s, r, 'another topic', second, 2, 3);
  r.see('bounds', await s.a.bounds(first));
}

// Consume, transform, produce: offsets that hold when the transaction commits.
async function consumed(s, r) {
  const [source, out, group] = [await s.topic('source'), await s.topic('out'), s.name('copiers')];
  await s.a.produce(source, values('v', 3));
  const taken = [];
  const reader = await s.a.reader(group, source, { committed: true }, (record) => taken.push(record));
  const producer = await opened(s, 'copier');
  await wait('records', () => taken.length >= 3);
  await producer.begin();
  await send(producer, out, 0, 'V0', 'V1');
  await outcome(r, 'offsets sent', () => producer.sendOffset(reader, source, 2));
  r.see('while open', await s.a.committed(group, source));
  await outcome(r, 'copied', () => producer.commit());
  const kept = async () => Number((await s.a.committed(group, source))[0][1]);
  await wait('offsets committed', async () => (await kept()) === 2);
  await producer.begin();
  await send(producer, out, 0, 'V2');
  await outcome(r, 'more offsets sent', () => producer.sendOffset(reader, source, 3));
  await outcome(r, 'thought better of', () => producer.abort());
  // When this transaction can be read, the one before it has ended.
  await producer.begin();
  await send(producer, out, 0, 'the last');
  await producer.commit();
  await readBoth(s, r, 'copies', out, 3, 4);
  r.see('once aborted', await s.a.committed(group, source));
  await producer.close();
  await reader.stop();
  const resumed = [];
  const next = await s.a.reader(group, source, {}, (record) => resumed.push(record));
  await wait('records', () => resumed.length >= 1);
  r.see('resumed', show(resumed));
  await next.stop();
}

// Offsets that are sent for a group whose member left it.
async function left(s, r) {
  const [source, group] = [await s.topic('left'), s.name('left')];
  await s.a.produce(source, values('v', 1));
  const taken = [];
  const reader = await s.a.reader(group, source, {}, (record) => taken.push(record));
  await wait('records', () => taken.length >= 1);
  await reader.stop();
  const producer = await opened(s, 'left');
  await producer.begin();
  r.see('names a member with its offsets', s.a.sendsMembership);
  await outcome(r, 'offsets of a member that left', () => producer.sendOffset(reader, source, 1));
  await outcome(r, 'committed after it left', () => producer.commit());
  await outcome(r, 'aborted after it left', () => producer.abort());
  await outcome(r, 'begun after it left', () => producer.begin());
  await outcome(r, 'written after it left', () => producer.send(source, 0, 'b'));
  await outcome(r, 'committed after all', () => producer.commit());
  await producer.close();
}

// What a producer meets when another has taken its transactional id.
async function fenced(s, r) {
  const topic = await s.topic('fenced');
  const first = await opened(s, 'fenced');
  await first.begin();
  await send(first, topic, 0, 'a');
  const second = await opened(s, 'fenced');
  await outcome(r, 'the first commits', () => first.commit());
  await outcome(r, 'the first aborts', () => first.abort());
  await outcome(r, 'the first begins', () => first.begin());
  await second.begin();
  await send(second, topic, 0, 'b');
  await second.commit();
  await second.begin();
  const third = await opened(s, 'fenced');
  await outcome(r, 'the second writes', () => second.send(topic, 0, 'c'));
  await outcome(r, 'the second commits', () => second.commit());
  await outcome(r, 'the second aborts', () => second.abort());
  await third.begin();
  await send(third, topic, 0, 'd');
  await third.commit();
  for (const producer of [first, second, third]) await producer.close();
  await readBoth(s, r, 'fenced', topic, 2, 3);
}

// Ends a topic with a transaction whose producer is well, and sees where.
async function closed(s, r, name, topic) {
  const producer = await opened(s, name);
  await producer.begin();
  const [last] = await send(producer, topic, 0, 'the last');
  await producer.commit();
  await producer.close();
  await wait('the marker', async () => (await s.a.bounds(topic))[1] === last + 2);
  r.see(`${name}, bounds`, await s.a.bounds(topic));
}

// A transaction that is open for longer than its producer said.
async function late(s, r) {
  const topic = await s.topic('late');
  const producer = await opened(s, 'late', SHORT);
  await producer.begin();
  await send(producer, topic, 0, 'a');
  await wait('the abort', async () => (await s.a.bounds(topic))[1] === 2);
  await outcome(r, 'late, writes', () => producer.send(topic, 0, 'b'));
  await outcome(r, 'late, commits', () => producer.commit());
  await outcome(r, 'late, aborts', () => producer.abort());
  await outcome(r, 'late, begins', () => producer.begin());
  await outcome(r, 'late, writes again', () => producer.send(topic, 0, 'c'));
  await outcome(r, 'late, commits again', () => producer.commit());
  await producer.close();
  await closed(s, r, 'late', topic);
  await outcome(r, 'a timeout above the limit', async () => (await opened(s, 'patient', 1_000_000)).close());
}

// What is left to a producer when the broker refused a record.
async function failed(s, r) {
  const topic = await s.topic('failed', 1, { 'max.message.bytes': '1000' });
  const producer = await opened(s, 'failed');
  await producer.begin();
  await send(producer, topic, 0, 'a');
  await outcome(r, 'a record too large', () => producer.send(topic, 0, payload(1, 3000)));
  await outcome(r, 'committed after an error', () => producer.commit());
  await outcome(r, 'aborted after an error', () => producer.abort());
  await outcome(r, 'begun after an error', () => producer.begin());
  await outcome(r, 'written after an error', () => producer.send(topic, 0, 'b'));
  await outcome(r, 'committed after all the errors', () => producer.commit());
  await producer.close();
  await closed(s, r, 'failed', topic);
}

exports.transactions = async (s, r) => {
  for (const part of [ended, consumed, left, fenced, late, failed]) await part(s, r);
};
