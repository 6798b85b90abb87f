//! The hash by which a group sees that its topics have changed.
//!
//! XXH3 over what Kafka takes in, in its order: of each topic its id, name, partitions and the racks
//! of their replicas; then names and hashes of all topics. A directory that comes from Apache Kafka
//! keeps its group epochs so.

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
            bytes.text(name);
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
