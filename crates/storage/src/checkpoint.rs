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

/// Reads a checkpoint file.
///
/// # Errors
/// The first line that does not fit, or the last where lines are missing.
pub fn parse_checkpoint(text: &str) -> Result<Vec<(TopicPartition, Offset)>, CheckpointFault> {
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
        entries.push(parse_line(line).ok_or_else(fault(at + 3))?);
    }
    if entries.len() == count {
        Ok(entries)
    } else {
        Err(CheckpointFault {
            line: entries.len().min(count) + 3,
        })
    }
}

fn parse_line(line: &str) -> Option<(TopicPartition, Offset)> {
    let mut words = line.trim_end().split(' ').filter(|word| !word.is_empty());
    let (topic, partition, offset) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !is_topic_name(topic) {
        return None;
    }
    let partition = PartitionIndex::known(partition.parse().ok()?)?;
    let offset = Offset::known(offset.parse().ok()?)?;
    Some((
        TopicPartition {
            topic: topic.into(),
            partition,
        },
        offset,
    ))
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
        assert_eq!(parse_checkpoint(&text).unwrap(), entries);
        assert_eq!(parse_checkpoint("0\n0\n").unwrap(), []);
    }

    #[test]
    fn damaged_checkpoints_name_the_line() {
        for (text, line) in [
            ("", 1),
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
