//! Checkpoint files of a log directory: an offset for each partition.
//!
//! Kafka's form: a line `0` (version), a line with the number of entries, then `topic partition
//! offset` each. With 100,000 partitions these files are what a start reads, so reading makes no
//! allocation but the names.

use model::{Offset, PartitionIndex};

use crate::file_names::{TopicPartition, is_topic_name};

/// Which number a checkpoint file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckpointKind {
    /// Below this offset everything is synced.
    RecoveryPoint,
    /// The first offset that may be read.
    LogStart,
    /// The high watermark.
    HighWatermark,
    /// Up to here compaction has gone.
    Cleaner,
}

impl CheckpointKind {
    pub(crate) const ALL: [Self; 4] = [
        Self::RecoveryPoint,
        Self::LogStart,
        Self::HighWatermark,
        Self::Cleaner,
    ];

    /// Name of the file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::RecoveryPoint => "recovery-point-offset-checkpoint",
            Self::LogStart => "log-start-offset-checkpoint",
            Self::HighWatermark => "replication-offset-checkpoint",
            Self::Cleaner => "cleaner-offset-checkpoint",
        }
    }
}

/// No checkpoint file is longer: several million partitions.
pub(crate) const MAX_FILE_LEN: u64 = 1024 * 1024 * 1024;

/// A line that is not what a checkpoint file has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is damaged")]
pub struct CheckpointFault {
    /// Counted from 1.
    pub line: usize,
}

/// A line of a checkpoint file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckpointLine<'a> {
    /// The topic's name.
    pub topic: &'a str,
    /// The partition.
    pub partition: PartitionIndex,
    /// Its offset.
    pub offset: Offset,
}

/// Reads a checkpoint file; lines in their order. An empty file, which Apache Kafka makes at its first start, has no entries.
///
/// # Errors
/// The first line that does not fit, or the last where lines are missing.
pub fn parse_checkpoint(text: &str) -> Result<Vec<CheckpointLine<'_>>, CheckpointFault> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = text.split_terminator('\n');
    let fault = |line| move || CheckpointFault { line };
    if lines.next().map(str::trim_end) != Some("0") {
        return Err(CheckpointFault { line: 1 });
    }
    let count = lines
        .next()
        .and_then(|l| l.trim_end().parse::<usize>().ok());
    let count = count.ok_or_else(fault(2))?;
    // A count is believed only as far as there are bytes for it: no line is shorter than 6.
    let mut entries = Vec::with_capacity(count.min(text.len() / 6));
    for (at, line) in lines.enumerate() {
        entries.push(CheckpointLine::parse(line).ok_or_else(fault(at + 3))?);
    }
    if entries.len() == count {
        Ok(entries)
    } else {
        Err(CheckpointFault {
            line: entries.len().min(count) + 3,
        })
    }
}

impl<'a> CheckpointLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (topic, rest) = line.trim_end().split_once(' ')?;
        let (partition, offset) = rest.trim_start().split_once(' ')?;
        if !is_topic_name(topic) {
            return None;
        }
        let partition = PartitionIndex::known(partition.parse().ok()?)?;
        let offset = Offset::known(offset.trim_start().parse().ok()?)?;
        Some(Self {
            topic,
            partition,
            offset,
        })
    }
}

/// The content of a checkpoint file.
#[must_use]
pub fn format_checkpoint<'a>(
    entries: impl ExactSizeIterator<Item = (&'a TopicPartition, Offset)>,
) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(16 + entries.len() * 32);
    let _ = writeln!(text, "0\n{}", entries.len());
    for (tp, offset) in entries {
        let _ = writeln!(text, "{} {} {offset}", tp.topic, tp.partition);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back() {
        let entries = [
            (TopicPartition::new("a-b", 0), Offset(7)),
            (TopicPartition::new("c", 12), Offset(0)),
        ];
        let text = format_checkpoint(entries.iter().map(|(tp, o)| (tp, *o)));
        assert_eq!(text, "0\n2\na-b 0 7\nc 12 0\n");
        let read = parse_checkpoint(&text).unwrap();
        let owned = read
            .iter()
            .map(|l| (TopicPartition::new(l.topic, l.partition.0), l.offset));
        assert!(owned.eq(entries));
        assert_eq!(parse_checkpoint("0\n0\n").unwrap(), []);
        assert_eq!(parse_checkpoint("").unwrap(), []);
    }

    #[test]
    fn damaged_checkpoints_name_the_line() {
        for (text, line) in [
            ("1\n0\n", 1),
            ("0\n", 2),
            ("0\nx\n", 2),
            ("0\n99999999999\n", 3),
            ("0\n1\na 0\n", 3),
            ("0\n1\na 0 1 2\n", 3),
            ("0\n1\n../a 0 1\n", 3),
            ("0\n2\na 0 1\n", 4),
            ("0\n1\na 0 1\nb 0 1\n", 4),
            ("0\n1\na -1 1\n", 3),
            ("0\n1\na 0 -1\n", 3),
        ] {
            assert_eq!(
                parse_checkpoint(text),
                Err(CheckpointFault { line }),
                "{text:?}"
            );
        }
    }
}
