//! Putting batches of states together.

use std::collections::BTreeMap;

use crate::state::StateBatch;

/// What holds after `new` is written over `old`, from `start` on: in order, without overlaps, neighbours that are alike
/// in one.
///
/// Where batches overlap the later delivery counts, and of the same delivery the later state.
#[must_use]
pub fn combine(old: &[StateBatch], new: &[StateBatch], start: Option<i64>) -> Vec<StateBatch> {
    let mut pieces: BTreeMap<i64, StateBatch> = BTreeMap::new();
    for batch in old.iter().chain(new) {
        let from = start.map_or(batch.first, |start| batch.first.max(start));
        if from <= batch.last {
            let first = from;
            add(&mut pieces, StateBatch { first, ..*batch });
        }
    }
    let mut joined: Vec<StateBatch> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_values() {
        match joined.last_mut() {
            Some(last) if last.last.saturating_add(1) == piece.first && is_alike(last, &piece) => {
                last.last = piece.last;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

fn add(pieces: &mut BTreeMap<i64, StateBatch>, batch: StateBatch) {
    split_at(pieces, batch.first);
    split_at(pieces, batch.last.saturating_add(1));
    let mut at = batch.first;
    let covered: Vec<StateBatch> = (pieces.range(batch.first..=batch.last))
        .map(|(_, piece)| *piece)
        .collect();
    for piece in covered {
        if at < piece.first {
            let last = piece.first - 1;
            let between = StateBatch {
                first: at,
                last,
                ..batch
            };
            pieces.insert(at, between);
        }
        if (batch.deliveries, batch.state) > (piece.deliveries, piece.state) {
            let (first, last) = (piece.first, piece.last);
            pieces.insert(
                first,
                StateBatch {
                    first,
                    last,
                    ..batch
                },
            );
        }
        at = piece.last.saturating_add(1);
    }
    if at <= batch.last {
        pieces.insert(at, StateBatch { first: at, ..batch });
    }
}

/// Cuts the piece that `offset` lies within, so that one begins there.
fn split_at(pieces: &mut BTreeMap<i64, StateBatch>, offset: i64) {
    let before = pieces.range_mut(..offset).next_back();
    let Some((_, piece)) = before.filter(|(_, piece)| piece.last >= offset) else {
        return;
    };
    let rest = StateBatch {
        first: offset,
        ..*piece
    };
    piece.last = offset - 1;
    pieces.insert(offset, rest);
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
}
