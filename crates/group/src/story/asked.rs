//! What the members of a story ask, with everything filled in that a test does not name.

use model::Uuid;

use super::{GROUP, id};

/// A join; the fields that a test does not name are those of an ordinary consumer.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) group: &'static str,
    pub(crate) client: &'static str,
    pub(crate) member: String,
    pub(crate) instance: Option<&'static str>,
    pub(crate) version: i16,
    pub(crate) session_ms: i32,
    pub(crate) rebalance_ms: i32,
    pub(crate) protocol_type: &'static str,
    pub(crate) protocols: Vec<(&'static str, Vec<u8>)>,
}

/// An ordinary consumer that joins: under the id `member`, or without one if that is empty.
pub(crate) fn join(client: &'static str, member: &str) -> Join {
    Join {
        group: GROUP,
        client,
        member: id(member),
        instance: None,
        version: 9,
        session_ms: 10_000,
        rebalance_ms: 60_000,
        protocol_type: "consumer",
        protocols: vec![("range", subscription(&["t"]))],
    }
}

/// A member of a consumer group; the fields that a test does not name have not changed.
#[derive(Clone, Debug)]
pub(crate) struct Beat<'r> {
    pub(crate) id: &'r str,
    pub(crate) epoch: i32,
    pub(crate) instance: Option<&'r str>,
    pub(crate) topics: Option<&'r [&'r str]>,
    pub(crate) regex: Option<&'r str>,
    pub(crate) assignor: Option<&'r str>,
    /// What it has, as `topic-partition`.
    pub(crate) owned: Option<&'r [&'r str]>,
    pub(crate) rebalance_ms: i32,
    pub(crate) version: i16,
}

/// A member that joins with a subscription to topics.
pub(crate) fn joins<'r>(id: &'r str, topics: &'r [&'r str]) -> Beat<'r> {
    Beat {
        topics: Some(topics),
        owned: Some(&[]),
        rebalance_ms: 60_000,
        ..beats(id, 0)
    }
}

/// A member that is alive.
pub(crate) fn beats(id: &str, epoch: i32) -> Beat<'_> {
    Beat {
        id,
        epoch,
        instance: None,
        topics: None,
        regex: None,
        assignor: None,
        owned: None,
        rebalance_ms: -1,
        version: 1,
    }
}

/// The id of a topic that is called by one letter.
pub(crate) fn topic_id(name: &str) -> Uuid {
    Uuid::reserved(name.as_bytes()[0])
}

/// A consumer's subscription to topics, as clients write it.
pub(crate) fn subscription(topics: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0, 1];
    bytes.extend(u32::try_from(topics.len()).expect("few").to_be_bytes());
    for topic in topics {
        bytes.extend(u16::try_from(topic.len()).expect("short").to_be_bytes());
        bytes.extend(topic.as_bytes());
    }
    bytes.extend([255, 255, 255, 255, 0, 0, 0, 0]);
    bytes
}
