//! Which snapshots, and with them which part of the log, are old enough to go (KIP-630).
//!
//! The newest snapshot always stays. A snapshot goes when all together are too large, or when the one
//! after it is older than the retention time; the log then begins where the oldest remaining one ends.

use std::time::Duration;

use model::TimestampMs;

use crate::snapshot_files::SnapshotFile;

/// Limits, and what they are held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retention {
    pub(crate) bytes: Option<u64>,
    pub(crate) time: Option<Duration>,
    pub(crate) log_bytes: u64,
    pub(crate) now: TimestampMs,
}

/// How many of `snapshots`, oldest first, go.
pub(crate) fn superfluous(snapshots: &[SnapshotFile], retention: Retention) -> usize {
    let mut bytes = retention.log_bytes + snapshots.iter().map(|s| s.size).sum::<u64>();
    let mut gone = 0;
    for pair in snapshots.windows(2) {
        let is_too_large = retention.bytes.is_some_and(|limit| bytes > limit);
        if !is_too_large && !is_older(pair[1].timestamp, retention) {
            break;
        }
        bytes -= pair[0].size;
        gone += 1;
    }
    gone
}

fn is_older(timestamp: TimestampMs, retention: Retention) -> bool {
    let age_ms = retention.now.0.saturating_sub(timestamp.0);
    retention
        .time
        .is_some_and(|limit| u128::try_from(age_ms).is_ok_and(|age| age > limit.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::SnapshotId;
    use model::{LeaderEpoch, Offset};

    #[track_caller]
    fn check(sizes_and_times: &[(u64, i64)], bytes: u64, now: i64, expected: usize) {
        let snapshot = |(nth, (size, time)): (usize, &(u64, i64))| SnapshotFile {
            id: SnapshotId {
                end_offset: Offset(nth as i64),
                epoch: LeaderEpoch(1),
            },
            size: *size,
            timestamp: TimestampMs(*time),
        };
        let snapshots: Vec<_> = sizes_and_times.iter().enumerate().map(snapshot).collect();
        let retention = Retention {
            bytes: Some(bytes),
            time: Some(Duration::from_millis(100)),
            log_bytes: 10,
            now: TimestampMs(now),
        };
        assert_eq!(superfluous(&snapshots, retention), expected);
    }

    #[test]
    fn the_newest_snapshot_always_stays() {
        check(&[(1000, 0)], 100, 10_000, 0);
    }

    #[test]
    fn the_oldest_go_until_the_rest_fits() {
        check(&[(40, 0), (40, 0), (40, 0)], 130, 0, 0);
        check(&[(40, 0), (40, 0), (40, 0)], 129, 0, 1);
        check(&[(40, 0), (40, 0), (40, 0)], 89, 0, 2);
    }

    #[test]
    fn a_snapshot_goes_when_the_next_one_is_older_than_the_retention_time() {
        check(&[(1, 0), (1, 50), (1, 90)], 1000, 150, 0);
        check(&[(1, 0), (1, 50), (1, 90)], 1000, 151, 1);
        check(&[(1, 0), (1, 50), (1, 90)], 1000, 191, 2);
    }
}
