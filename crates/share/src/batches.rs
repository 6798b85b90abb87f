//! Putting batches of states together.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::state::StateBatch;

/// What holds after `new` is written over `old`, from `start` on: in order, without overlaps, neighbours that are alike
/// in one.
///
/// Where batches overlap the later delivery counts, and of the same delivery the later state. However they overlap, each is
/// looked at a few times only: what is written may come from anybody who may ask for it.
#[must_use]
pub fn combine(old: &[StateBatch], new: &[StateBatch], start: Option<i64>) -> Vec<StateBatch> {
    let all = old.iter().chain(new).map(|batch| StateBatch {
        first: start.map_or(batch.first, |start| batch.first.max(start)),
        ..*batch
    });
    let mut all: Vec<StateBatch> = all.filter(|batch| batch.first <= batch.last).collect();
    all.sort_unstable_by_key(|batch| batch.first);
    let mut joined = Vec::with_capacity(all.len());
    let mut coming = all.into_iter().peekable();
    // Batches that have begun, the one that counts on top.
    let mut begun: BinaryHeap<Ranked> = BinaryHeap::new();
    let mut at = i64::MIN;
    loop {
        while begun.peek().is_some_and(|top| top.0.last < at) {
            begun.pop();
        }
        if begun.is_empty() {
            let Some(next) = coming.peek() else {
                return joined;
            };
            at = at.max(next.first);
        }
        while let Some(batch) = coming.next_if(|batch| batch.first <= at) {
            begun.push(Ranked(batch));
        }
        let Some(Ranked(top)) = begun.peek() else {
            continue;
        };
        // A batch that begins within may count more.
        let last = coming
            .peek()
            .map_or(top.last, |next| top.last.min(next.first - 1));
        put(
            &mut joined,
            StateBatch {
                first: at,
                last,
                ..*top
            },
        );
        let Some(next) = last.checked_add(1) else {
            return joined;
        };
        at = next;
    }
}

/// A batch as it counts among those that overlap it.
#[derive(PartialEq, Eq)]
struct Ranked(StateBatch);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |ranked: &Self| {
            let batch = ranked.0;
            (batch.deliveries, batch.state, batch.last, batch.first)
        };
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn put(joined: &mut Vec<StateBatch>, piece: StateBatch) {
    match joined.last_mut() {
        Some(before) if before.last + 1 == piece.first && is_alike(before, &piece) => {
            before.last = piece.last;
        }
        _ => joined.push(piece),
    }
}

fn is_alike(a: &StateBatch, b: &StateBatch) -> bool {
    a.state == b.state && a.deliveries == b.deliveries
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn batch(first: i64, last: i64, state: i8, deliveries: i16) -> StateBatch {
        StateBatch {
            first,
            last,
            state,
            deliveries,
        }
    }

    #[track_caller]
    fn check(old: &[StateBatch], new: &[StateBatch], start: i64, expected: &[StateBatch]) {
        assert_eq!(combine(old, new, Some(start)), expected);
    }

    #[test]
    fn neighbours_that_are_alike_become_one() {
        check(
            &[batch(10, 19, 2, 1)],
            &[batch(20, 29, 2, 1), batch(30, 39, 4, 1)],
            0,
            &[batch(10, 29, 2, 1), batch(30, 39, 4, 1)],
        );
    }

    #[test]
    fn what_lies_below_the_start_is_dropped() {
        check(
            &[batch(0, 9, 2, 1), batch(10, 19, 0, 2)],
            &[],
            15,
            &[batch(15, 19, 0, 2)],
        );
        check(&[batch(0, 9, 2, 1)], &[], 10, &[]);
    }

    #[test]
    fn a_later_delivery_covers_an_earlier_one_where_they_overlap() {
        check(
            &[batch(0, 99, 0, 1)],
            &[batch(50, 59, 2, 2)],
            0,
            &[batch(0, 49, 0, 1), batch(50, 59, 2, 2), batch(60, 99, 0, 1)],
        );
    }

    #[test]
    fn an_earlier_state_does_not_cover_a_later_one() {
        check(
            &[batch(0, 9, 2, 3)],
            &[batch(5, 14, 0, 3)],
            0,
            &[batch(0, 9, 2, 3), batch(10, 14, 0, 3)],
        );
    }

    /// Offset by offset the greatest (deliveries, state) counts, whatever the order and the cuts.
    #[test]
    fn batches_say_of_each_offset_what_counts_there() {
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let mut some = |n: u64| -> Vec<StateBatch> {
                (0..n)
                    .map(|_| {
                        let first = random(30) as i64;
                        let last = first + random(8) as i64;
                        batch(first, last, [0, 2, 4][random(3) as usize], random(3) as i16)
                    })
                    .collect()
            };
            let (old, new) = (some(4), some(4));
            let old = combine(&old, &[], Some(3));
            let joined = combine(&old, &new, Some(5));
            for offset in 0..45 {
                let holds = |b: &&StateBatch| b.first <= offset && offset <= b.last;
                let all = old.iter().chain(&new).filter(holds);
                let greatest = all.map(|b| (b.deliveries, b.state)).max();
                let greatest = greatest.filter(|_| offset >= 5);
                let found: Vec<_> = joined.iter().filter(holds).collect();
                assert!(found.len() <= 1, "{offset} is in {found:?}");
                let found = found.first().map(|b| (b.deliveries, b.state));
                assert_eq!(found, greatest, "offset {offset} of {old:?} and {new:?}");
            }
        }
    }

    /// A hundred thousand batches, each of which covers all that came before: quadratic work would take minutes.
    #[test]
    fn batches_that_all_overlap_are_put_together_at_once() {
        let count = 100_000;
        let nested: Vec<StateBatch> = (0..count)
            .map(|n| batch(count - n, count + n, 0, (n % 30_000) as i16))
            .collect();
        let narrow: Vec<StateBatch> = (0..count).map(|n| batch(2 * n, 2 * n, 2, 1)).collect();
        let joined = combine(&narrow, &nested, None);
        assert!(joined.is_sorted_by(|a, b| a.last < b.first));
        let covers = |offset| joined.iter().any(|b| b.first <= offset && offset <= b.last);
        assert!(covers(0) && covers(2 * count - 2) && !covers(2 * count));
    }

    #[test]
    fn batches_may_reach_the_last_offset() {
        check(
            &[batch(0, i64::MAX, 0, 1)],
            &[batch(i64::MAX, i64::MAX, 2, 1)],
            0,
            &[
                batch(0, i64::MAX - 1, 0, 1),
                batch(i64::MAX, i64::MAX, 2, 1),
            ],
        );
    }
}
