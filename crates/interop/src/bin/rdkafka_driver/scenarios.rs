//! The scenarios, told in terms of the session.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Map, Value, json};

use crate::adapter::{Got, LIMIT, Out, Session, Topic, assign, poll, wait};
use crate::groups;
use crate::report::{Outcome, Report, told};

/// Runs one scenario.
pub fn run(name: &str, s: &Session, r: &mut Report) -> Outcome<()> {
    let scenario: fn(&Session, &mut Report) -> Outcome<()> = match name {
        "create" => create,
        "autocreate" => autocreate,
        "defaults" => defaults,
        "compress" => compress,
        "snappy" => snappy,
        "keys" => keys,
        "headers" => headers,
        "tombstones" => tombstones,
        "large" => large,
        "acks" => acks,
        "idempotence" => idempotence,
        "group" => groups::group,
        "commit" => commit,
        "seektime" => seektime,
        "longpoll" => longpoll,
        "admin" => admin,
        "node0" => node0,
        "retention" => retention,
        "badconfig" => badconfig,
        "errors" => errors,
        "flush" => flush,
        other => return Err(format!("no such scenario: {other}")),
    };
    scenario(s, r)
}

/// The same bytes at every run, half of them alike.
fn payload(seed: u32, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut bytes = vec![b'k'; length];
    for byte in &mut bytes[length / 2..] {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        *byte = (state >> 16) as u8;
    }
    bytes
}

fn text(bytes: Option<&[u8]>) -> String {
    match bytes {
        None => "null".to_owned(),
        Some(long) if long.len() > 64 => {
            let sum = long
                .iter()
                .fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(*b)));
            format!("{} bytes #{sum}", long.len())
        }
        Some(short) => String::from_utf8_lossy(short).into_owned(),
    }
}

fn show(mut records: Vec<Got>) -> Value {
    records.sort_by_key(|r| (r.partition, r.offset));
    let mut shown = Map::new();
    for r in records {
        let line = format!(
            "{} {}={}",
            r.offset,
            text(r.key.as_deref()),
            text(r.value.as_deref())
        );
        let rows = shown
            .entry(format!("p{}", r.partition))
            .or_insert_with(|| json!([]));
        rows.as_array_mut()
            .into_iter()
            .for_each(|rows| rows.push(json!(line)));
    }
    Value::Object(shown)
}

fn value(bytes: impl Into<Vec<u8>>) -> Out {
    Out {
        value: Some(bytes.into()),
        partition: Some(0),
        ..Out::default()
    }
}

fn values(count: usize) -> Vec<Out> {
    (0..count).map(|i| value(format!("v{i}"))).collect()
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn plain(name: &str) -> Topic<'_> {
    Topic {
        name,
        partitions: 1,
        replicas: 1,
        configs: &[],
        assignment: None,
        validate: false,
    }
}

fn create(s: &Session, r: &mut Report) -> Outcome<()> {
    let name = s.name("create");
    let made = Topic {
        partitions: 3,
        configs: &[("retention.ms", "123456")],
        ..plain(&name)
    };
    r.attempt("made", s.create(&made));
    wait("topic", || s.led(&name))?;
    r.see("shape", s.describe(&name)?);
    r.attempt("again", s.create(&made));
    let other = s.name("create-v");
    r.attempt(
        "only validated",
        s.create(&Topic {
            validate: true,
            ..plain(&other)
        }),
    );
    r.see("validated only is there", s.topics()?.contains(&other));
    let by_hand = s.name("create-m");
    r.attempt(
        "manual",
        s.create(&Topic {
            assignment: Some(&[&[0], &[0]]),
            ..plain(&by_hand)
        }),
    );
    r.attempt(
        "unknown broker",
        s.create(&Topic {
            assignment: Some(&[&[7]]),
            ..plain(&other)
        }),
    );
    r.attempt(
        "no partitions",
        s.create(&Topic {
            partitions: 0,
            ..plain(&other)
        }),
    );
    r.attempt(
        "two replicas",
        s.create(&Topic {
            replicas: 2,
            ..plain(&other)
        }),
    );
    for bad in [".", "..", "with space", "slash/", &"x".repeat(250)] {
        r.attempt(&format!("name {:.12}", bad), s.create(&plain(bad)));
    }
    r.attempt("deleted", s.delete(&name));
    wait("deletion", || {
        s.topics().is_ok_and(|all| !all.contains(&name))
    })?;
    r.attempt("deleted again", s.delete(&name));
    r.attempt("made anew", s.create(&plain(&name)));
    Ok(())
}

fn autocreate(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.name("autocreate");
    let record = Out {
        key: Some(b"k".to_vec()),
        value: Some(b"v".to_vec()),
        ..Out::default()
    };
    r.see("offset", s.produce(&topic, &[record], &[])?);
    r.see("shape", s.describe(&topic)?);
    Ok(())
}

fn defaults(s: &Session, r: &mut Report) -> Outcome<()> {
    for (what, partitions, replicas) in
        [("both", -1, -1), ("partitions", -1, 1), ("replicas", 3, -1)]
    {
        let name = s.name(&format!("defaults-{what}"));
        r.attempt(
            &format!("made by default: {what}"),
            s.create(&Topic {
                partitions,
                replicas,
                ..plain(&name)
            }),
        );
        wait("leaders", || s.led(&name))?;
        r.see(what, s.describe(&name)?);
    }
    Ok(())
}

fn compress(s: &Session, r: &mut Report) -> Outcome<()> {
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let topic = s.topic(&format!("compress-{codec}"), 1, &[])?;
        let records: Vec<_> = (0..30).map(|i| value(payload(i, 3_000))).collect();
        let settings = [("compression.type", codec), ("linger.ms", "50")];
        r.see(
            &format!("{codec} offsets"),
            s.produce(&topic, &records, &settings)?,
        );
        r.see(codec, show(s.read(&topic, 1, 30)?));
    }
    for codec in ["uncompressed", "gzip", "snappy", "lz4", "zstd"] {
        let topic = s.topic(
            &format!("recompress-{codec}"),
            1,
            &[("compression.type", codec)],
        )?;
        let records: Vec<_> = (0..5).map(|i| value(payload(i, 2_000))).collect();
        s.produce(&topic, &records, &[("compression.type", "snappy")])?;
        r.see(&format!("stored as {codec}"), show(s.read(&topic, 1, 5)?));
    }
    Ok(())
}

fn snappy(s: &Session, r: &mut Report) -> Outcome<()> {
    for framing in ["raw", "xerial"] {
        r.see(framing, show(s.read(&format!("fixture-{framing}"), 1, 10)?));
    }
    let topic = s.topic("snappy", 1, &[])?;
    s.produce(&topic, &values(10), &[("compression.type", "snappy")])?;
    r.see("own", show(s.read(&topic, 1, 10)?));
    Ok(())
}

fn keys(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("keys", 5, &[])?;
    for i in 0..25 {
        let key = Some(format!("key-{i}").into_bytes());
        let record = Out {
            key,
            value: Some(format!("v{i}").into_bytes()),
            ..Out::default()
        };
        s.produce(&topic, &[record], &[("partitioner", "murmur2_random")])?;
    }
    let empty = Out {
        key: Some(Vec::new()),
        value: Some(Vec::new()),
        partition: Some(4),
        ..Out::default()
    };
    s.produce(&topic, &[empty], &[])?;
    s.produce(
        &topic,
        &[Out {
            partition: Some(3),
            ..value("no key")
        }],
        &[],
    )?;
    r.see("placed", show(s.read(&topic, 5, 27)?));
    Ok(())
}

fn headers(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("headers", 1, &[("retention.ms", "-1")])?;
    let headers = vec![
        ("a", Some(b"1".to_vec())),
        ("a", Some(b"2".to_vec())),
        ("empty", Some(Vec::new())),
        ("null", None),
        ("long", Some(payload(1, 5_000))),
    ];
    s.produce(
        &topic,
        &[Out {
            headers,
            timestamp: Some(1_234_567_890_123),
            ..value("v")
        }],
        &[],
    )?;
    let got = s.read(&topic, 1, 1)?.remove(0);
    let seen: Vec<_> = got
        .headers
        .iter()
        .map(|(k, v)| format!("{k}={}", text(v.as_deref())))
        .collect();
    r.see("headers", seen);
    r.see("timestamp", got.timestamp);
    Ok(())
}

fn tombstones(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("tombstones", 1, &[("cleanup.policy", "compact")])?;
    let keyed = |value: Option<&[u8]>| Out {
        key: Some(b"k".to_vec()),
        value: value.map(<[u8]>::to_vec),
        partition: Some(0),
        ..Out::default()
    };
    s.produce(&topic, &[keyed(Some(b"v"))], &[])?;
    s.produce(&topic, &[keyed(None)], &[])?;
    r.attempt("no key where compacted", s.produce(&topic, &values(1), &[]));
    r.see("read", show(s.read(&topic, 1, 2)?));
    Ok(())
}

fn large(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("large", 1, &[("max.message.bytes", "6000000")])?;
    let settings = [("message.max.bytes", "8000000")];
    for size in [5_000_000, 900_000, 1] {
        r.see(
            &format!("{size} bytes"),
            s.produce(&topic, &[value(payload(7, size))], &settings)?,
        );
    }
    r.attempt(
        "too large",
        s.produce(&topic, &[value(payload(3, 7_000_000))], &settings),
    );
    let small = [
        ("fetch.message.max.bytes", "1000"),
        ("fetch.max.bytes", "1000"),
        ("message.max.bytes", "1000"),
    ];
    let consumer = s.consumer(&small)?;
    assign(&consumer, &[(&topic, 0, 0)])?;
    r.see("read with small limits", show(poll(&consumer, 3)?));
    Ok(())
}

fn acks(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("acks", 1, &[])?;
    for (sent, level) in [(3, "0"), (6, "1"), (9, "all")] {
        r.attempt(
            &format!("acks {level}"),
            s.produce(&topic, &values(3), &[("acks", level)]),
        );
        // What is not acknowledged may arrive later.
        wait("records", || s.bounds(&topic).is_ok_and(|b| b.1 == sent))?;
    }
    r.see("read", show(s.read(&topic, 1, 9)?));
    Ok(())
}

fn idempotence(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("idempotence", 2, &[])?;
    let records: Vec<_> = (0..200)
        .map(|i| Out {
            partition: Some(i % 2),
            ..value(format!("value-{i}"))
        })
        .collect();
    let settings = [("enable.idempotence", "true"), ("batch.num.messages", "10")];
    r.see("offsets", s.produce(&topic, &records, &settings)?);
    r.see("read", show(s.read(&topic, 2, 200)?));
    Ok(())
}

fn commit(s: &Session, r: &mut Report) -> Outcome<()> {
    let (topic, group) = (s.topic("commit", 1, &[])?, s.name("commit"));
    s.produce(&topic, &values(20), &[])?;
    for (turn, end) in [7, 14].into_iter().enumerate() {
        let consumer = s.consumer(&[("group.id", &group)])?;
        consumer.subscribe(&[&topic]).map_err(told)?;
        let mut got = poll(&consumer, 6)?;
        got.truncate(6);
        r.see(&format!("turn {turn}"), show(got));
        let mut place = TopicPartitionList::new();
        place
            .add_partition_offset(&topic, 0, Offset::Offset(end))
            .map_err(told)?;
        let done = consumer
            .commit(&place, CommitMode::Sync)
            .map(|()| "done")
            .map_err(told);
        r.attempt(&format!("commit {end}"), done);
        let kept = consumer.committed_offsets(place, LIMIT).map_err(told)?;
        r.see(&format!("kept {end}"), kept.elements()[0].offset().to_raw());
    }
    Ok(())
}

fn seektime(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("seektime", 1, &[])?;
    let base = now_ms() - 1_000_000;
    let records: Vec<_> = (0..50)
        .map(|i| Out {
            timestamp: Some(base + i * 1_000),
            ..value(format!("v{i}"))
        })
        .collect();
    s.produce(&topic, &records, &[])?;
    for at in [-5_000, 0, 1, 20_000, 20_500, 49_000, 49_001] {
        r.attempt(&format!("at {at}"), s.offset_at(&topic, base + at));
    }
    r.see("ends", json!(s.bounds(&topic)?));
    let consumer = s.consumer(&[])?;
    assign(
        &consumer,
        &[(&topic, 0, s.offset_at(&topic, base + 30_000)?)],
    )?;
    r.see("from 30 s", show(poll(&consumer, 20)?));
    Ok(())
}

fn longpoll(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("longpoll", 1, &[])?;
    let consumer = s.consumer(&[
        ("fetch.wait.max.ms", "10000"),
        ("socket.timeout.ms", "60000"),
    ])?;
    assign(&consumer, &[(&topic, 0, 0)])?;
    r.see(
        "empty at first",
        consumer.poll(Duration::from_millis(700)).is_none(),
    );
    let start = Instant::now();
    s.produce(&topic, &values(1), &[])?;
    r.see("woken", show(poll(&consumer, 1)?));
    r.see("soon", start.elapsed() < Duration::from_secs(5));
    let patient = s.consumer(&[("fetch.wait.max.ms", "800"), ("fetch.min.bytes", "100000")])?;
    assign(&patient, &[(&topic, 0, 0)])?;
    let start = Instant::now();
    r.see("held for more", show(poll(&patient, 1)?));
    let took = start.elapsed();
    r.see(
        "until the wait ends",
        took > Duration::from_millis(600) && took < Duration::from_secs(5),
    );
    Ok(())
}

fn admin(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("admin", 2, &[("retention.ms", "7200000")])?;
    for (name, value) in s.configs(&topic)? {
        r.see(&format!("config {name}"), value);
    }
    r.attempt("alter", s.alter(&topic, "max.message.bytes", "2000000"));
    // What is altered is seen a little later.
    wait("config", || {
        s.configs(&topic)
            .is_ok_and(|all| all.iter().any(|(_, v)| v.contains("2000000")))
    })?;
    for (name, value) in s.configs(&topic)? {
        if name.starts_with("max.m") || name.starts_with("ret") {
            r.see(&format!("altered {name}"), value);
        }
    }
    for (turn, count) in [4, 4, 3].into_iter().enumerate() {
        r.attempt(
            &format!("to {count} partitions, turn {turn}"),
            s.partitions(&topic, count),
        );
        let four = || {
            s.describe(&topic)
                .is_ok_and(|p| p.as_array().is_some_and(|p| p.len() == 4))
        };
        wait("partitions", four)?;
    }
    s.produce(&topic, &values(4), &[])?;
    for before in [2, 1, -1, 99] {
        r.attempt(
            &format!("delete before {before}"),
            s.delete_records(&topic, before),
        );
    }
    r.see("bounds", json!(s.bounds(&topic)?));
    let group = s.name("admin");
    let mut place = TopicPartitionList::new();
    place
        .add_partition_offset(&topic, 0, Offset::Offset(4))
        .map_err(told)?;
    s.consumer(&[("group.id", &group)])?
        .commit(&place, CommitMode::Sync)
        .map_err(told)?;
    r.attempt("group", s.groups(Some(&group)).map(|g| json!(g)));
    let listed = s.groups(None).map(|all| {
        json!(
            all.iter()
                .filter(|g| g.starts_with(&group))
                .collect::<Vec<_>>()
        )
    });
    r.attempt("groups", listed);
    r.attempt("delete the group", s.delete_group(&group));
    r.attempt("delete it again", s.delete_group(&group));
    r.attempt(
        "absent topic",
        s.configs(&s.name("absent")).map(|c| c.len()),
    );
    Ok(())
}

fn node0(s: &Session, r: &mut Report) -> Outcome<()> {
    r.see("cluster", s.cluster()?);
    let topic = s.topic("node0", 1, &[])?;
    r.see("shape", s.describe(&topic)?);
    r.see("offset", s.produce(&topic, &values(1), &[])?);
    r.see("read", show(s.read(&topic, 1, 1)?));
    Ok(())
}

fn retention(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("retention", 1, &[("retention.ms", "60000")])?;
    let old = Some(now_ms() - 3_600_000);
    let records: Vec<_> = values(5)
        .into_iter()
        .map(|v| Out {
            timestamp: old,
            ..v
        })
        .collect();
    s.produce(&topic, &records, &[])?;
    wait("old records deleted", || {
        s.bounds(&topic).is_ok_and(|b| b.0 == 5)
    })?;
    s.produce(&topic, &values(1), &[])?;
    r.see("bounds", json!(s.bounds(&topic)?));
    let consumer = s.consumer(&[])?;
    assign(&consumer, &[(&topic, 0, 5)])?;
    r.see("read", show(poll(&consumer, 1)?));
    Ok(())
}

const WRONG: [(&str, &str); 21] = [
    ("retention.ms", "abc"),
    ("retention.ms", "-2"),
    ("retention.ms", ""),
    ("cleanup.policy", "foo"),
    ("cleanup.policy", "delete,foo"),
    ("compression.type", "xyz"),
    ("compression.gzip.level", "0"),
    ("compression.gzip.level", "10"),
    ("min.insync.replicas", "0"),
    ("segment.bytes", "1"),
    ("segment.bytes", "2147483648"),
    ("segment.ms", "0"),
    ("max.message.bytes", "-1"),
    ("flush.messages", "0"),
    ("message.timestamp.type", "x"),
    ("min.cleanable.dirty.ratio", "2"),
    ("unclean.leader.election.enable", "maybe"),
    ("preallocate", "7"),
    ("max.compaction.lag.ms", "0"),
    ("remote.storage.enable", "true"),
    ("no.such.key", "1"),
];

fn badconfig(s: &Session, r: &mut Report) -> Outcome<()> {
    let name = s.name("bad");
    for (key, value) in WRONG {
        let topic = Topic {
            configs: &[(key, value)],
            validate: true,
            ..plain(&name)
        };
        r.attempt(&format!("{key}={value}"), s.create(&topic));
    }
    Ok(())
}

fn errors(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("errors", 1, &[("max.message.bytes", "1000")])?;
    r.attempt(
        "message too large",
        s.produce(&topic, &[value(payload(1, 3_000))], &[]),
    );
    r.see("the next one is taken", s.produce(&topic, &values(1), &[])?);
    r.attempt(
        "invalid topic",
        s.produce("in valid", &values(1), &[("message.timeout.ms", "2000")]),
    );
    r.attempt("unknown topic", s.describe(&s.name("absent")));
    let strict = s.consumer(&[("auto.offset.reset", "error")])?;
    assign(&strict, &[(&topic, 0, 77)])?;
    r.attempt("offset out of range", poll(&strict, 1).map(|g| g.len()));
    let lenient = s.consumer(&[])?;
    assign(&lenient, &[(&topic, 0, 77)])?;
    r.see("reset to the earliest", show(poll(&lenient, 1)?));
    let timed = s.topic(
        "errors-time",
        1,
        &[("message.timestamp.before.max.ms", "1000")],
    )?;
    let old = Out {
        timestamp: Some(1_000_000_000_000),
        ..value("v")
    };
    r.attempt("time too old", s.produce(&timed, &[old], &[]));
    let stamped = s.topic(
        "errors-append",
        1,
        &[("message.timestamp.type", "LogAppendTime")],
    )?;
    s.produce(
        &stamped,
        &[Out {
            timestamp: Some(5),
            ..value("v")
        }],
        &[],
    )?;
    let got = s.read(&stamped, 1, 1)?.remove(0);
    r.see(
        "append time is stored",
        got.timestamp.is_some_and(|t| t > 1_700_000_000_000),
    );
    Ok(())
}

fn flush(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("flush", 1, &[("flush.messages", "1")])?;
    for i in 0..3 {
        r.see(&format!("offset {i}"), s.produce(&topic, &values(1), &[])?);
    }
    r.see("read", show(s.read(&topic, 1, 3)?));
    Ok(())
}
