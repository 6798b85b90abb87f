//! Scenarios about topics, configurations, groups and errors.

use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::json;

use crate::adapter::{Out, Session, Topic, assign, poll, wait};
use crate::report::{Outcome, Report, told};
use crate::sample::{now_ms, payload, plain, show, value, values};

/// Topics created, validated, refused, deleted and created anew.
pub fn create(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// -1 partitions and replicas.
pub fn defaults(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Configurations, partitions, records and groups.
pub fn admin(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// A broker whose id is 0.
pub fn node0(s: &Session, r: &mut Report) -> Outcome<()> {
    r.see("cluster", s.cluster()?);
    let topic = s.topic("node0", 1, &[])?;
    r.see("shape", s.describe(&topic)?);
    r.see("offset", s.produce(&topic, &values(1), &[])?);
    r.see("read", show(s.read(&topic, 1, 1)?));
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

/// Wrong configurations refused at creation.
pub fn badconfig(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// The errors that a user meets.
pub fn errors(s: &Session, r: &mut Report) -> Outcome<()> {
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

/// Old records seen to be deleted.
pub fn retention(s: &Session, r: &mut Report) -> Outcome<()> {
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
