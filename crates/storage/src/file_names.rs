//! Names of the files in a partition directory and of the partition directories themselves.

use std::fmt;
use std::path::{Path, PathBuf};

use model::{Offset, PartitionIndex};

/// Digits of an offset in a file name.
const DIGITS: usize = 20;
/// Longest name of a topic.
const MAX_TOPIC_LEN: usize = 249;

/// Kinds of files that are named by an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileKind {
    Log,
    OffsetIndex,
    TimeIndex,
    TxnIndex,
    /// Producer state.
    Snapshot,
}

/// What is about to happen to a file, or half happened before a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileFate {
    /// In use.
    Live,
    /// `.deleted`: will be removed.
    Deleted,
    /// `.cleaned`: compaction had not finished it.
    Cleaned,
    /// `.swap`: complete, and to take the place of others.
    Swap,
}

impl FileKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Log,
        Self::OffsetIndex,
        Self::TimeIndex,
        Self::TxnIndex,
        Self::Snapshot,
    ];
    /// What belongs to a segment and goes with it.
    pub(crate) const INDEXES: [Self; 3] = [Self::OffsetIndex, Self::TimeIndex, Self::TxnIndex];

    const fn suffix(self) -> &'static str {
        match self {
            Self::Log => ".log",
            Self::OffsetIndex => ".index",
            Self::TimeIndex => ".timeindex",
            Self::TxnIndex => ".txnindex",
            Self::Snapshot => ".snapshot",
        }
    }
}

/// The path of a file of `dir` that is named by an offset.
pub(crate) fn offset_file(dir: &Path, offset: Offset, kind: FileKind) -> PathBuf {
    dir.join(format!("{:0DIGITS$}{}", offset.0, kind.suffix()))
}

/// `path` with `suffix` after its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Suffix of files that wait for their removal.
pub(crate) const DELETED_SUFFIX: &str = ".deleted";
/// Suffix of files that compaction is writing.
pub(crate) const CLEANED_SUFFIX: &str = ".cleaned";
/// Suffix of files that are complete and are about to take the place of others.
pub(crate) const SWAP_SUFFIX: &str = ".swap";

/// A file name that an offset begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OffsetFile {
    pub(crate) offset: Offset,
    pub(crate) kind: FileKind,
    pub(crate) fate: FileFate,
}

impl OffsetFile {
    /// Reads a file's name; `None` for a name that is not of this kind.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let digits = name
            .get(..DIGITS)
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        let offset = Offset(digits.parse().ok()?);
        let rest = &name[DIGITS..];
        let kinds = FileKind::ALL.into_iter();
        let (kind, fate) = kinds
            .filter_map(|k| Some((k, rest.strip_prefix(k.suffix())?)))
            .next()?;
        let fate = match fate {
            "" => FileFate::Live,
            DELETED_SUFFIX => FileFate::Deleted,
            CLEANED_SUFFIX => FileFate::Cleaned,
            SWAP_SUFFIX => FileFate::Swap,
            _ => return None,
        };
        Some(Self { offset, kind, fate })
    }
}

/// A partition by the name of its topic, as directories and checkpoint files name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: Box<str>,
    /// The partition within it.
    pub partition: PartitionIndex,
}

impl TopicPartition {
    /// A partition of the topic `topic`.
    #[must_use]
    pub fn new(topic: &str, partition: i32) -> Self {
        Self {
            topic: topic.into(),
            partition: PartitionIndex(partition),
        }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// What a directory below a log directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionDir {
    /// A partition in use: `topic-0`.
    Live(TopicPartition),
    /// Waits for its removal: `topic-0.<32 digits>-delete`.
    Deleting,
    /// Will take the place of a live one in another log directory: `topic-0.<32 digits>-future`.
    Future(TopicPartition),
    /// Was found not to belong to this broker: `topic-0.<32 digits>-stray`.
    Stray,
}

impl PartitionDir {
    /// Reads the name of a directory; `None` where it names no partition.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((partition, rest)) = name.rsplit_once('.')
            && let Some((id, fate)) = rest.split_once('-')
            && id.len() == 32
            && id.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return match fate {
                "delete" => Some(Self::Deleting),
                "stray" => Some(Self::Stray),
                "future" => parse_partition(partition).map(Self::Future),
                _ => None,
            };
        }
        // A long name is cut by Kafka where it marks the directory; the end of the name still tells.
        if name.ends_with("-delete") {
            return Some(Self::Deleting);
        }
        parse_partition(name).map(Self::Live)
    }

    /// The name under which the directory of `partition` waits for its removal; `id` tells incarnations apart.
    #[must_use]
    pub fn delete_name(partition: &TopicPartition, id: u128) -> String {
        marked_name(partition, id, "delete")
    }

    /// The name of a directory set aside because it does not belong to this broker.
    #[must_use]
    pub fn stray_name(partition: &TopicPartition, id: u128) -> String {
        marked_name(partition, id, "stray")
    }

    /// The name of a directory that will take the place of a live one.
    #[must_use]
    pub fn future_name(partition: &TopicPartition, id: u128) -> String {
        marked_name(partition, id, "future")
    }
}

/// The longest name a file system takes; Kafka cuts the topic so that the mark fits.
const MAX_NAME_LEN: usize = 255;

fn marked_name(partition: &TopicPartition, id: u128, mark: &str) -> String {
    let suffix = format!("-{}.{id:032x}-{mark}", partition.partition);
    let room = MAX_NAME_LEN - suffix.len();
    let topic = &partition.topic[..partition.topic.len().min(room)];
    format!("{topic}{suffix}")
}

fn parse_partition(name: &str) -> Option<TopicPartition> {
    let (topic, partition) = name.rsplit_once('-')?;
    let digits = partition.bytes().all(|b| b.is_ascii_digit()) && !partition.is_empty();
    if !digits || !is_topic_name(topic) {
        return None;
    }
    Some(TopicPartition::new(topic, partition.parse().ok()?))
}

/// Whether `name` can be a topic: what else could leave the log directory is never made a path.
#[must_use]
pub fn is_topic_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    !matches!(name, "" | "." | "..") && name.len() <= MAX_TOPIC_LEN && name.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_offset_files_are_kafkas() {
        let path = offset_file(Path::new("/d/t-0"), Offset(368_769), FileKind::TimeIndex);
        assert_eq!(path, Path::new("/d/t-0/00000000000000368769.timeindex"));
        for kind in FileKind::ALL {
            let path = offset_file(Path::new("/d"), Offset(7), kind);
            let name = path.file_name().unwrap().to_str().unwrap();
            let parsed = OffsetFile {
                offset: Offset(7),
                kind,
                fate: FileFate::Live,
            };
            assert_eq!(OffsetFile::parse(name), Some(parsed));
            let swap = OffsetFile {
                fate: FileFate::Swap,
                ..parsed
            };
            assert_eq!(OffsetFile::parse(&format!("{name}.swap")), Some(swap));
        }
    }

    #[test]
    fn other_file_names_are_none() {
        for name in [
            "",
            "leader-epoch-checkpoint",
            "0.log",
            "0000000000000000000a.log",
            "00000000000000000000.lag",
            "00000000000000000000.log.tmp",
            "99999999999999999999.log",
            "é0000000000000000000.log",
        ] {
            assert_eq!(OffsetFile::parse(name), None, "{name}");
        }
    }

    #[test]
    fn directories_are_told_by_their_names() {
        let live = |topic, n| Some(PartitionDir::Live(TopicPartition::new(topic, n)));
        assert_eq!(PartitionDir::parse("a-b-12"), live("a-b", 12));
        assert_eq!(
            PartitionDir::parse("__cluster_metadata-0"),
            live("__cluster_metadata", 0)
        );
        let tp = TopicPartition::new("a.b", 3);
        let deleting = PartitionDir::delete_name(&tp, 0xabc);
        assert_eq!(deleting, "a.b-3.00000000000000000000000000000abc-delete");
        assert_eq!(PartitionDir::parse(&deleting), Some(PartitionDir::Deleting));
        assert_eq!(
            PartitionDir::parse(&PartitionDir::stray_name(&tp, 1)),
            Some(PartitionDir::Stray)
        );
        let future = PartitionDir::future_name(&tp, 1);
        assert_eq!(PartitionDir::parse(&future), Some(PartitionDir::Future(tp)));
        let long = TopicPartition::new(&"x".repeat(249), 0);
        let name = PartitionDir::delete_name(&long, 1);
        assert_eq!(name.len(), 255);
        assert_eq!(PartitionDir::parse(&name), Some(PartitionDir::Deleting));
    }

    #[test]
    fn other_directories_are_none() {
        for name in [
            "lost+found",
            "a",
            "-0",
            "..-0",
            "a-",
            "a-x",
            "a-99999999999",
            "a b-0",
        ] {
            assert_eq!(PartitionDir::parse(name), None, "{name}");
        }
    }
}
