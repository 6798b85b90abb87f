//! Scenarios about records: producing, consuming, offsets.

use std::time::{Duration, Instant};

use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::json;

use crate::adapter::{LIMIT, Out, Session, assign, poll, wait};
use crate::report::{Outcome, Report, told};
use crate::sample::{now_ms, payload, show, text, value, values};

/// A topic created by its first use.
pub fn autocreate(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Every codec.
pub fn compress(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Both framings of snappy.
pub fn snappy(s: &Session, r: &mut Report) -> Outcome<()> {
    for framing in ["raw", "xerial"] {
        r.see(framing, show(s.read(&format!("fixture-{framing}"), 1, 10)?));
    }
    let topic = s.topic("snappy", 1, &[])?;
    s.produce(&topic, &values(10), &[("compression.type", "snappy")])?;
    r.see("own", show(s.read(&topic, 1, 10)?));
    Ok(())
}

/// Partitions chosen by key.
pub fn keys(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Record headers.
pub fn headers(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Null values.
pub fn tombstones(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Large records.
pub fn large(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Every level of acknowledgement.
pub fn acks(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Idempotent producing.
pub fn idempotence(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Offsets committed and resumed from.
pub fn commit(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Offsets by time.
pub fn seektime(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// A fetch that waits.
pub fn longpoll(s: &Session, r: &mut Report) -> Outcome<()> {
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
    r.see("soon", start.elapsed() < Duration::from_secs(9));
    let patient = s.consumer(&[("fetch.wait.max.ms", "800"), ("fetch.min.bytes", "100000")])?;
    assign(&patient, &[(&topic, 0, 0)])?;
    let start = Instant::now();
    r.see("held for more", show(poll(&patient, 1)?));
    let took = start.elapsed();
    r.see(
        "until the wait ends",
        took > Duration::from_millis(600) && took < Duration::from_secs(20),
    );
    Ok(())
}

/// Three records, each synced before it is acknowledged.
pub fn flush(s: &Session, r: &mut Report) -> Outcome<()> {
    let topic = s.topic("flush", 1, &[("flush.messages", "1")])?;
    for i in 0..3 {
        r.see(&format!("offset {i}"), s.produce(&topic, &values(1), &[])?);
    }
    r.see("read", show(s.read(&topic, 1, 3)?));
    Ok(())
}
