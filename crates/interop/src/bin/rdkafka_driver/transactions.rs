//! Transactions: what is committed, aborted, fenced and timed out.

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Value, json};

use crate::adapter::{Deliveries, LIMIT, Out, Session, assign, deliver, poll, wait};
use crate::report::{Outcome, Report, told};
use crate::sample::{payload, show, values};

const LEVELS: [&str; 2] = ["read_committed", "read_uncommitted"];
/// How long a transaction may be open unless it is to be late.
const LONG_MS: u32 = 60_000;
/// The shortest that leaves a busy machine time to send a record.
const SHORT_MS: u32 = 3_000;

/// Everything about transactions.
pub fn transactions(s: &Session, r: &mut Report) -> Outcome<()> {
    ended(s, r)?;
    consumed(s, r)?;
    left(s, r)?;
    fenced(s, r)?;
    late(s, r)?;
    failed(s, r)
}

/// A producer that has taken a transactional id.
struct Transactional(BaseProducer<Deliveries>);

impl Transactional {
    fn open(s: &Session, name: &str, timeout_ms: u32) -> Outcome<Self> {
        let id = s.name(name);
        // No other time limit of librdkafka may be longer than that of a transaction.
        let [timeout, socket, delivery] =
            [u32::MAX, 60_000, 20_000].map(|limit| timeout_ms.min(limit).to_string());
        let producer = s.producer(&[
            ("transactional.id", id.as_str()),
            ("transaction.timeout.ms", timeout.as_str()),
            ("socket.timeout.ms", socket.as_str()),
            ("message.timeout.ms", delivery.as_str()),
            ("linger.ms", "0"),
        ])?;
        advised(producer.init_transactions(LIMIT))?;
        Ok(Self(producer))
    }

    fn begin(&self) -> Outcome<&'static str> {
        advised(self.0.begin_transaction())
    }

    fn send(&self, topic: &str, partition: i32, values: &[&str]) -> Outcome<Vec<i64>> {
        let mut offsets = Vec::new();
        for value in values {
            let record = Out {
                value: Some(value.as_bytes().to_vec()),
                partition: Some(partition),
                ..Out::default()
            };
            offsets.extend(deliver(&self.0, topic, &[record])?);
        }
        Ok(offsets)
    }

    fn send_offset(
        &self,
        topic: &str,
        offset: i64,
        member: &ConsumerGroupMetadata,
    ) -> Outcome<&'static str> {
        let places = place(topic, offset)?;
        advised(self.0.send_offsets_to_transaction(&places, member, LIMIT))
    }

    fn commit(&self) -> Outcome<&'static str> {
        advised(self.0.commit_transaction(LIMIT))
    }

    fn abort(&self) -> Outcome<&'static str> {
        advised(self.0.abort_transaction(LIMIT))
    }
}

/// An error of a transaction with what librdkafka advises after it.
fn advised(result: KafkaResult<()>) -> Outcome<&'static str> {
    match result {
        Ok(()) => Ok("done"),
        Err(KafkaError::Transaction(error)) => {
            let advice = [
                ("fatal", error.is_fatal()),
                ("retriable", error.is_retriable()),
                ("abort", error.txn_requires_abort()),
            ];
            let advice: Vec<_> = advice.iter().filter(|a| a.1).map(|a| a.0).collect();
            Err(format!(
                "{} {advice:?}",
                reason(&error.name(), &error.string())
            ))
        }
        Err(other) => Err(told(other)),
    }
}

/// What is wrong, without the call that was told first: a producer that is fenced hears of it
/// from the answer to whichever of its requests comes back first.
fn reason(name: &str, text: &str) -> String {
    let cause = text.find("Local: ").filter(|_| name == "_FENCED");
    format!("{name}: {}", &text[cause.unwrap_or(0)..])
}

fn place(topic: &str, offset: i64) -> Outcome<TopicPartitionList> {
    let mut places = TopicPartitionList::new();
    places
        .add_partition_offset(topic, 0, Offset::Offset(offset))
        .map_err(told)?;
    Ok(places)
}

/// Offset and metadata that a group keeps of partition 0.
fn kept(consumer: &BaseConsumer, topic: &str) -> Outcome<Value> {
    let found = consumer
        .committed_offsets(place(topic, 0)?, LIMIT)
        .map_err(told)?;
    let element = &found.elements()[0];
    Ok(json!([element.offset().to_raw(), element.metadata()]))
}

/// Log start offset and end of partition 0, to readers of each isolation level.
fn bounds(s: &Session, topic: &str) -> Outcome<[(i64, i64); 2]> {
    let mut found = [(0, 0); 2];
    for (bounds, level) in found.iter_mut().zip(LEVELS) {
        let consumer = s.consumer(&[("isolation.level", level)])?;
        *bounds = consumer.fetch_watermarks(topic, 0, LIMIT).map_err(told)?;
    }
    Ok(found)
}

fn read(s: &Session, topic: &str, partitions: i32, count: usize, level: &str) -> Outcome<Value> {
    let consumer = s.consumer(&[("isolation.level", level)])?;
    let places: Vec<_> = (0..partitions).map(|p| (topic, p, 0)).collect();
    assign(&consumer, &places)?;
    Ok(show(poll(&consumer, count)?))
}

/// Commits and aborts over partitions of two topics, and what each kind of reader sees of them.
fn ended(s: &Session, r: &mut Report) -> Outcome<()> {
    let (first, second) = (s.topic("ended", 2, &[])?, s.topic("ended-too", 1, &[])?);
    let producer = Transactional::open(s, "ended", LONG_MS)?;
    producer.begin()?;
    r.see("offsets of 0", producer.send(&first, 0, &["a", "b"])?);
    r.see("offsets of 1", producer.send(&first, 1, &["c"])?);
    r.see("offsets of another", producer.send(&second, 0, &["d"])?);
    r.see("open, bounds", json!(bounds(s, &first)?));
    r.attempt("committed", producer.commit());
    producer.begin()?;
    for (topic, partition, value) in [(&first, 0, "e"), (&first, 1, "f"), (&second, 0, "g")] {
        r.see(
            &format!("offset of {value}"),
            producer.send(topic, partition, &[value])?,
        );
    }
    r.attempt("aborted", producer.abort());
    producer.begin()?;
    r.attempt("committed without a record", producer.commit());
    producer.begin()?;
    r.attempt("aborted without a record", producer.abort());
    producer.begin()?;
    producer.send(&first, 0, &["h"])?;
    producer.send(&second, 0, &["i"])?;
    r.attempt("committed again", producer.commit());
    r.attempt("committed without a transaction", producer.commit());
    for (level, counts) in LEVELS.into_iter().zip([[4, 2], [6, 3]]) {
        r.see(level, read(s, &first, 2, counts[0], level)?);
        let name = format!("{level}, another topic");
        r.see(&name, read(s, &second, 1, counts[1], level)?);
    }
    r.see("bounds", json!(bounds(s, &first)?));
    Ok(())
}

/// Consume, transform, produce: offsets that hold when the transaction commits.
fn consumed(s: &Session, r: &mut Report) -> Outcome<()> {
    let (source, out) = (s.topic("source", 1, &[])?, s.topic("out", 1, &[])?);
    let group = s.name("copiers");
    s.produce(&source, &values(3), &[])?;
    let reader = s.consumer(&[("group.id", &group)])?;
    let watcher = s.consumer(&[("group.id", &group), ("isolation.level", LEVELS[1])])?;
    let producer = Transactional::open(s, "copier", LONG_MS)?;
    reader.subscribe(&[&source]).map_err(told)?;
    poll(&reader, 3)?;
    reader
        .commit(&place(&source, 1)?, CommitMode::Sync)
        .map_err(told)?;
    let member = || reader.group_metadata().ok_or("no member of the group");
    producer.begin()?;
    producer.send(&out, 0, &["V0", "V1"])?;
    r.attempt("offsets sent", producer.send_offset(&source, 2, &member()?));
    r.see("while open", kept(&watcher, &source)?);
    r.attempt("copied", producer.commit());
    wait("offsets committed", || {
        kept(&watcher, &source).is_ok_and(|kept| kept[0] == 2)
    })?;
    producer.begin()?;
    producer.send(&out, 0, &["V2"])?;
    r.attempt(
        "more offsets sent",
        producer.send_offset(&source, 3, &member()?),
    );
    r.attempt("thought better of", producer.abort());
    // When this transaction can be read, the one before it has ended.
    producer.begin()?;
    producer.send(&out, 0, &["the last"])?;
    producer.commit()?;
    r.see("copies, committed", read(s, &out, 1, 3, LEVELS[0])?);
    r.see("copies, all", read(s, &out, 1, 4, LEVELS[1])?);
    r.see("once aborted", kept(&watcher, &source)?);
    drop(reader);
    let resumed = s.consumer(&[("group.id", &group)])?;
    resumed.subscribe(&[&source]).map_err(told)?;
    r.see("resumed", show(poll(&resumed, 1)?));
    Ok(())
}

/// Offsets that are sent in the name of a member that is no longer in its group.
fn left(s: &Session, r: &mut Report) -> Outcome<()> {
    let (source, group) = (s.topic("left", 1, &[])?, s.name("left"));
    s.produce(&source, &values(1), &[])?;
    let reader = s.consumer(&[("group.id", &group)])?;
    reader.subscribe(&[&source]).map_err(told)?;
    poll(&reader, 1)?;
    let member = reader.group_metadata().ok_or("no member of the group")?;
    drop(reader);
    let producer = Transactional::open(s, "left", LONG_MS)?;
    producer.begin()?;
    r.attempt(
        "offsets of a member that left",
        producer.send_offset(&source, 1, &member),
    );
    r.attempt("committed after it left", producer.commit());
    r.attempt("aborted after it left", producer.abort());
    r.attempt("begun after it left", producer.begin());
    r.attempt("written after it left", producer.send(&source, 0, &["b"]));
    r.attempt("committed after all", producer.commit());
    Ok(())
}

/// What a producer meets when another has taken its transactional id.
fn fenced(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("fenced", 1, &[])?;
    let first = Transactional::open(s, "fenced", LONG_MS)?;
    first.begin()?;
    first.send(&topic, 0, &["a"])?;
    let second = Transactional::open(s, "fenced", LONG_MS)?;
    r.attempt("the first commits", first.commit());
    r.attempt("the first aborts", first.abort());
    r.attempt("the first begins", first.begin());
    second.begin()?;
    second.send(&topic, 0, &["b"])?;
    second.commit()?;
    second.begin()?;
    let third = Transactional::open(s, "fenced", LONG_MS)?;
    r.attempt("the second writes", second.send(&topic, 0, &["c"]));
    r.attempt("the second commits", second.commit());
    r.attempt("the second aborts", second.abort());
    third.begin()?;
    third.send(&topic, 0, &["d"])?;
    third.commit()?;
    r.see("fenced, committed", read(s, &topic, 1, 2, LEVELS[0])?);
    r.see("fenced, all", read(s, &topic, 1, 3, LEVELS[1])?);
    Ok(())
}

/// Ends a topic with a transaction whose producer is well, and sees where.
fn close(s: &Session, r: &mut Report, name: &str, topic: &str) -> Outcome<()> {
    let producer = Transactional::open(s, name, LONG_MS)?;
    producer.begin()?;
    producer.send(topic, 0, &["the last"])?;
    producer.commit()?;
    wait("the end", || bounds(s, topic).is_ok_and(|[a, b]| a == b))?;
    r.see(&format!("{name}, bounds"), json!(bounds(s, topic)?));
    Ok(())
}

/// A transaction that is open for longer than its producer said.
fn late(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("late", 1, &[])?;
    let producer = Transactional::open(s, "late", SHORT_MS)?;
    producer.begin()?;
    producer.send(&topic, 0, &["a"])?;
    // The end that readers of committed records see moves past the marker of the abort.
    wait("the abort", || {
        bounds(s, &topic).is_ok_and(|[stable, _]| stable.1 == 2)
    })?;
    r.attempt("late, writes", producer.send(&topic, 0, &["b"]));
    r.attempt("late, commits", producer.commit());
    r.attempt("late, aborts", producer.abort());
    r.attempt("late, begins", producer.begin());
    r.attempt("late, writes again", producer.send(&topic, 0, &["c"]));
    r.attempt("late, commits again", producer.commit());
    close(s, r, "late", &topic)?;
    let patient = Transactional::open(s, "patient", 1_000_000).map(|_| "taken");
    r.attempt("a timeout above the limit", patient);
    Ok(())
}

/// What is left to a producer when the broker refused a record.
fn failed(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("failed", 1, &[("max.message.bytes", "1000")])?;
    let producer = Transactional::open(s, "failed", LONG_MS)?;
    producer.begin()?;
    producer.send(&topic, 0, &["a"])?;
    let large = Out {
        value: Some(payload(1, 3_000)),
        partition: Some(0),
        ..Out::default()
    };
    r.attempt("a record too large", deliver(&producer.0, &topic, &[large]));
    r.attempt("committed after an error", producer.commit());
    r.attempt("aborted after an error", producer.abort());
    r.attempt("begun after an error", producer.begin());
    r.attempt("written after an error", producer.send(&topic, 0, &["b"]));
    r.attempt("committed after all the errors", producer.commit());
    close(s, r, "failed", &topic)
}
