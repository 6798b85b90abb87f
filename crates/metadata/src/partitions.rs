//! The partitions of one topic: a persistent list of small chunks.
//!
//! ```text
//! chunks   [ Arc [0 .. 31] ][ Arc [32 .. 63] ][ Arc [64 .. 70] ]
//! ```
//!
//! Changing a partition copies one chunk, whatever the size of the topic; a topic of one partition
//! has one chunk with room for one.

use std::sync::Arc;

use imbl::Vector;
use model::PartitionIndex;

use crate::Partition;

/// How many partitions share a chunk.
const CHUNK: usize = 32;

/// How far beyond the last one a partition may be created: Kafka writes large topics in the order of
/// a hash map, so that a few come early.
const MAX_GAP: usize = 65_536;

/// The partitions of one topic by their index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partitions {
    /// All but the last are full; a partition that was not created yet is `None`.
    chunks: Vector<Arc<Vec<Option<Partition>>>>,
    /// How many were created.
    count: usize,
}

impl Partitions {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, index: PartitionIndex) -> Option<&Partition> {
        let (chunk, slot) = place(index)?;
        self.chunks.get(chunk)?.get(slot)?.as_ref()
    }

    /// All of them, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (PartitionIndex, &Partition)> {
        let slots = self.chunks.iter().flat_map(|chunk| chunk.iter());
        slots
            .zip(0..)
            .filter_map(|(slot, index)| Some((PartitionIndex(index), slot.as_ref()?)))
    }

    /// `None` if `index` is negative or too far beyond the others.
    pub(crate) fn insert(&mut self, index: PartitionIndex, partition: Partition) -> Option<()> {
        let (chunk, slot) = place(index)?;
        if chunk * CHUNK + slot > self.slots() + MAX_GAP {
            return None;
        }
        while self.chunks.len() <= chunk {
            if let Some(last) = self.chunks.back_mut() {
                grow(Arc::make_mut(last), CHUNK);
            }
            self.chunks.push_back(Arc::default());
        }
        let slots = Arc::make_mut(&mut self.chunks[chunk]);
        grow(slots, slot + 1);
        if slots[slot].replace(partition).is_none() {
            self.count += 1;
        }
        Some(())
    }

    pub(crate) fn get_mut(&mut self, index: PartitionIndex) -> Option<&mut Partition> {
        let (chunk, slot) = place(index)?;
        Arc::make_mut(self.chunks.get_mut(chunk)?)
            .get_mut(slot)?
            .as_mut()
    }

    fn slots(&self) -> usize {
        let last = self.chunks.back().map_or(0, |chunk| chunk.len());
        self.chunks.len().saturating_sub(1) * CHUNK + last
    }
}

fn place(index: PartitionIndex) -> Option<(usize, usize)> {
    let index = usize::try_from(index.0).ok()?;
    Some((index / CHUNK, index % CHUNK))
}

/// Room grows by doubling from one, so that small topics stay small.
fn grow(slots: &mut Vec<Option<Partition>>, len: usize) {
    if slots.len() < len {
        let room = len.next_power_of_two();
        slots.reserve_exact(room - slots.len());
        slots.resize(len, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(epoch: i32) -> Partition {
        let mut partition = Partition::default();
        partition.leader_epoch.0 = epoch;
        partition
    }

    #[test]
    fn partitions_are_found_by_index_and_listed_in_order() {
        let mut partitions = Partitions::default();
        for index in 0..100 {
            partitions
                .insert(PartitionIndex(index), numbered(index))
                .unwrap();
        }
        assert_eq!(partitions.len(), 100);
        assert_eq!(partitions.get(PartitionIndex(63)), Some(&numbered(63)));
        assert_eq!(partitions.get(PartitionIndex(100)), None);
        assert_eq!(partitions.get(PartitionIndex(-1)), None);
        let listed: Vec<_> = partitions.iter().map(|(index, _)| index.0).collect();
        assert_eq!(listed, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn partitions_may_be_created_slightly_out_of_order() {
        let mut partitions = Partitions::default();
        for index in [70, 1, 0] {
            partitions
                .insert(PartitionIndex(index), numbered(index))
                .unwrap();
        }
        let listed: Vec<_> = partitions.iter().map(|(index, _)| index.0).collect();
        assert_eq!(listed, [0, 1, 70]);
        assert_eq!(partitions.len(), 3);
    }

    #[test]
    fn an_absurd_index_is_refused_and_reserves_nothing() {
        let mut partitions = Partitions::default();
        assert_eq!(
            partitions.insert(PartitionIndex(i32::MAX), numbered(0)),
            None
        );
        assert_eq!(partitions.insert(PartitionIndex(-1), numbered(0)), None);
        assert_eq!(partitions, Partitions::default());
    }

    #[test]
    fn a_changed_copy_leaves_the_original_alone() {
        let mut partitions = Partitions::default();
        partitions.insert(PartitionIndex(0), numbered(0)).unwrap();
        let mut copy = partitions.clone();
        copy.get_mut(PartitionIndex(0)).unwrap().leader_epoch.0 = 9;
        assert_eq!(partitions.get(PartitionIndex(0)), Some(&numbered(0)));
        assert_eq!(copy.get(PartitionIndex(0)), Some(&numbered(9)));
    }

    #[test]
    fn a_partition_takes_at_most_112_bytes() {
        assert!(
            size_of::<Option<Partition>>() <= 112,
            "{}",
            size_of::<Option<Partition>>()
        );
    }
}
