//! Which partition a record goes to, as Kafka's own clients place it.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Kafka's seed of murmur2.
const SEED: u32 = 0x9747_b28c;
const MULTIPLIER: u32 = 0x5bd1_e995;

/// The 32-bit murmur2 hash with Kafka's seed.
#[must_use]
pub fn murmur2(bytes: &[u8]) -> u32 {
    // Kafka's keys are far below 4 GiB; the hash takes the length modulo 2^32.
    let mut hash = SEED ^ (bytes.len() as u32);
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        k ^= k >> 24;
        hash = hash.wrapping_mul(MULTIPLIER) ^ k.wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        for (place, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * place);
        }
        hash = hash.wrapping_mul(MULTIPLIER);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 15)
}

/// The partition of a key among `count`, which is at least 1.
#[must_use]
pub fn partition_of_key(key: &[u8], count: i32) -> i32 {
    let positive = (murmur2(key) & 0x7fff_ffff) as i32;
    positive % count
}

/// Places records without a key: a topic's records stay with one partition until so many bytes went there,
/// so that batches fill (KIP-794).
#[derive(Debug, Default)]
pub(crate) struct Sticky {
    topics: BTreeMap<Arc<str>, Place>,
}

#[derive(Debug)]
struct Place {
    turn: usize,
    bytes: usize,
}

impl Sticky {
    /// One of `available`, for a record of `size` bytes; the next one once `switch_after` bytes went to it.
    /// `start` says where a topic that was not met before begins.
    pub(crate) fn choose(
        &mut self,
        topic: &Arc<str>,
        available: &[i32],
        (size, switch_after): (usize, usize),
        start: usize,
    ) -> Option<i32> {
        let place = self.topics.entry(Arc::clone(topic)).or_insert(Place {
            turn: start,
            bytes: 0,
        });
        if place.bytes >= switch_after {
            place.turn = place.turn.wrapping_add(1);
            place.bytes = 0;
        }
        place.bytes += size;
        available.get(place.turn % available.len().max(1)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur2_yields_what_kafkas_own_tests_expect() {
        let check =
            |text: &str, expected: i32| assert_eq!(murmur2(text.as_bytes()) as i32, expected);
        check("21", -973_932_308);
        check("foobar", -790_332_482);
        check("a-little-bit-long-string", -985_981_536);
        check("a-little-bit-longer-string", -1_486_304_829);
        check(
            "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
            -58_897_971,
        );
        check("abc", 479_470_107);
    }

    #[test]
    fn a_key_is_placed_by_the_positive_part_of_its_hash() {
        assert_eq!(partition_of_key(b"21", 7), (-973_932_308 & 0x7fff_ffff) % 7);
        assert!((0..3).contains(&partition_of_key(b"", 3)));
    }

    #[test]
    fn records_without_a_key_stay_until_a_batch_is_full_and_then_move_on() {
        let mut sticky = Sticky::default();
        let topic = Arc::from("t");
        let mut choose = |size| sticky.choose(&topic, &[0, 2, 5], (size, 100), 1);
        assert_eq!(
            [choose(60), choose(60), choose(1), choose(99)],
            [Some(2), Some(2), Some(5), Some(5)]
        );
        assert_eq!(choose(1), Some(0));
    }

    #[test]
    fn without_a_partition_that_has_a_leader_there_is_no_choice() {
        assert_eq!(
            Sticky::default().choose(&Arc::from("t"), &[], (1, 1), 3),
            None
        );
    }
}
