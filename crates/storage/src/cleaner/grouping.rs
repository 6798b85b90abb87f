//! Which segments are cleaned into one: small neighbours, so that segments do not become ever smaller.

use std::collections::VecDeque;

use super::run::Source;

/// No more segments become one: putting the new one in their place renames the files of all, under the log's lock.
const MAX_SEGMENTS: usize = 64;

/// Divides `sources`, in order, into runs of which each fits a segment of `segment_bytes`.
pub(super) fn group(sources: Vec<Source>, segment_bytes: u32) -> VecDeque<Vec<Source>> {
    let mut groups: VecDeque<Vec<Source>> = VecDeque::new();
    let mut bytes = 0;
    for source in sources {
        let size = u64::from(source.size);
        match groups.back_mut() {
            Some(group)
                if group.len() < MAX_SEGMENTS
                    && bytes + size <= u64::from(segment_bytes)
                    && spans_31_bits(&group[0], &source) =>
            {
                bytes += size;
                group.push(source);
            }
            _ => {
                bytes = size;
                groups.push_back(vec![source]);
            }
        }
    }
    groups
}

/// Whether the offsets of `last` can be counted from the base of `first`.
fn spans_31_bits(first: &Source, last: &Source) -> bool {
    last.end.since(first.base) <= i64::from(i32::MAX)
}

#[cfg(test)]
mod tests {
    use model::Offset;

    use super::*;

    /// Segments by base, size and end become groups of these bases.
    #[track_caller]
    fn check(sources: &[(i64, u32, i64)], groups: &[&[i64]]) {
        let source = |(base, size, end): &(i64, u32, i64)| Source {
            base: Offset(*base),
            size: *size,
            end: Offset(*end),
        };
        let found = group(sources.iter().map(source).collect(), 100);
        let bases = |group: &Vec<Source>| group.iter().map(|s| s.base.0).collect::<Vec<_>>();
        assert_eq!(found.iter().map(bases).collect::<Vec<_>>(), groups);
    }

    #[test]
    fn neighbours_that_fit_a_segment_become_one() {
        check(&[], &[]);
        check(
            &[(0, 40, 4), (4, 60, 9), (9, 1, 10), (10, 99, 12)],
            &[&[0, 4], &[9, 10]],
        );
        check(&[(0, 300, 4), (4, 0, 9), (9, 100, 10)], &[&[0], &[4, 9]]);
    }

    #[test]
    fn offsets_too_far_apart_do_not_share_a_segment() {
        let far = i64::from(i32::MAX);
        check(&[(1, 1, 2), (2, 1, far + 1)], &[&[1, 2]]);
        check(&[(1, 1, 2), (2, 1, far + 2)], &[&[1], &[2]]);
    }

    #[test]
    fn a_group_has_a_bounded_number_of_segments() {
        let sources: Vec<_> = (0..130).map(|n| (n, 0, n + 1)).collect();
        let source = |(base, size, end): &(i64, u32, i64)| Source {
            base: Offset(*base),
            size: *size,
            end: Offset(*end),
        };
        let found = group(sources.iter().map(source).collect(), 100);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [64, 64, 2]);
    }
}
