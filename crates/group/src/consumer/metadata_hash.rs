//! The hash by which a group sees that its topics have changed.
//!
//! XXH3 over what Kafka takes in, in its order: of each topic its id, name, partitions and the racks
//! of their replicas; then the hashes of all topics in the order of their names. A directory that
//! comes from Apache Kafka keeps its group epochs so, and one that goes there.

use std::collections::BTreeSet;
use std::sync::Arc;

use metadata::{Image, Topic};
use twox_hash::XxHash3_64;

const MAGIC: u8 = 0;

/// The hash of the topics that exist; 0 where none does.
pub(crate) fn of_topics(image: &Image, names: &BTreeSet<Arc<str>>) -> i64 {
    let mut bytes = Bytes::default();
    for name in names {
        if let Some(topic) = image.topics().by_name(name) {
            bytes.0.extend(of_topic(image, topic).to_le_bytes());
        }
    }
    if bytes.0.is_empty() {
        return 0;
    }
    bytes.hash().cast_signed()
}

fn of_topic(image: &Image, topic: &Topic) -> u64 {
    let mut bytes = Bytes(vec![MAGIC]);
    let (high, low) = topic.id.0.split_at(8);
    // Kafka puts the two halves of an id in as numbers, which are written with the low byte first.
    bytes.0.extend(high.iter().rev());
    bytes.0.extend(low.iter().rev());
    bytes.text(&topic.name);
    bytes.number(topic.partitions.len());
    for (index, partition) in topic.partitions.iter() {
        bytes.0.extend(index.0.to_le_bytes());
        let racks = partition.replicas.iter();
        let racks = racks.filter_map(|id| image.broker(*id)?.rack.as_deref());
        let mut racks: Vec<&str> = racks.collect();
        racks.sort_unstable();
        for rack in racks {
            bytes.number(rack.encode_utf16().count());
            bytes.text(rack);
        }
    }
    bytes.hash()
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, number: usize) {
        let number = i32::try_from(number).expect("counts fit into Kafka's numbers");
        self.0.extend(number.to_le_bytes());
    }

    /// The UTF-16 units, then how many there are.
    fn text(&mut self, text: &str) {
        self.0
            .extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        self.number(text.encode_utf16().count());
    }

    fn hash(&self) -> u64 {
        XxHash3_64::oneshot(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use metadata::{Delta, Provenance};
    use model::{LeaderEpoch, Offset, TimestampMs, Uuid};
    use protocol::partition_record::PartitionRecord;
    use protocol::register_broker_record::RegisterBrokerRecord;
    use protocol::topic_record::TopicRecord;

    use super::*;

    /// Three brokers, the second without a rack; a topic on all of them and one on the second.
    fn image() -> Image {
        let mut delta = Delta::new(&Image::empty());
        for (broker_id, rack) in (0..).zip([Some("rack-b"), None, Some("rack-a")]) {
            let record = RegisterBrokerRecord {
                broker_id,
                rack: rack.map(Cow::Borrowed),
                ..RegisterBrokerRecord::default()
            };
            delta.replay(&record.into()).expect("a new broker");
        }
        let id = |text: &str| text.parse().expect("the id of a topic");
        let ascending: Uuid = id("AQIDBAUGBwgJCgsMDQ4PEA");
        let descending: Uuid = id("EA8ODQwLCgkIBwYFBAMCAQ");
        for (name, topic_id, partitions, replicas) in [
            ("one", ascending, 2, vec![0, 1, 2]),
            ("two", descending, 1, vec![1]),
        ] {
            let record = TopicRecord {
                topic_id,
                name: Cow::Borrowed(name),
                ..TopicRecord::default()
            };
            delta.replay(&record.into()).expect("a new topic");
            for partition_id in 0..partitions {
                let record = PartitionRecord {
                    topic_id,
                    partition_id,
                    replicas: replicas.clone(),
                    isr: vec![replicas[0]],
                    leader: replicas[0],
                    ..PartitionRecord::default()
                };
                delta.replay(&record.into()).expect("a new partition");
            }
        }
        let at = Provenance {
            offset: Offset(1),
            epoch: LeaderEpoch(1),
            timestamp: TimestampMs(0),
        };
        delta.apply(at).0
    }

    /// What `Utils.computeGroupHash` of Apache Kafka 4.4.0 gives for the same metadata.
    #[test]
    fn hashes_are_those_of_apache_kafka() {
        let of = |names: &[&str]| {
            let names = names.iter().map(|name| Arc::from(*name)).collect();
            of_topics(&image(), &names)
        };
        assert_eq!(of(&["one"]), 7_212_438_753_970_687_962);
        assert_eq!(of(&["one", "two"]), 6_850_452_378_512_119_385);
        assert_eq!(of(&["one", "absent", "two"]), of(&["one", "two"]));
        assert_eq!(of(&["absent"]), 0);
    }
}
