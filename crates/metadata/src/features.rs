//! Feature levels: which formats and protocols the whole cluster has agreed to use (KIP-584).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ReplayError;
use crate::cluster::VersionRange;

/// The feature that gates metadata records and inter-broker requests.
pub const METADATA_VERSION: &str = "metadata.version";
/// The feature that gates how voters of the metadata quorum are kept (KIP-853).
pub const KRAFT_VERSION: &str = "kraft.version";
/// The feature that gates transactions (KIP-890).
pub const TRANSACTION_VERSION: &str = "transaction.version";
/// The feature that gates consumer groups (KIP-848).
pub const GROUP_VERSION: &str = "group.version";
/// The feature that gates eligible leader replicas (KIP-966).
pub const ELR_VERSION: &str = "eligible.leader.replicas.version";
/// The feature that gates share groups (KIP-932).
pub const SHARE_VERSION: &str = "share.version";
/// The feature that gates streams groups (KIP-1071).
pub const STREAMS_VERSION: &str = "streams.version";

/// 3.3-IV3, the lowest `metadata.version` that Kafka 4 reads.
pub const METADATA_VERSION_MIN: i16 = 7;
/// 4.4-IV2, the `metadata.version` of Kafka 4.4.
pub const METADATA_VERSION_LATEST: i16 = 33;

/// What Kafka 4.4 supports, by feature, in the order of their names.
pub const SUPPORTED: [(&str, VersionRange); 7] = [
    (ELR_VERSION, VersionRange { min: 0, max: 1 }),
    (GROUP_VERSION, VersionRange { min: 0, max: 1 }),
    (KRAFT_VERSION, VersionRange { min: 0, max: 1 }),
    (
        METADATA_VERSION,
        VersionRange {
            min: METADATA_VERSION_MIN,
            max: METADATA_VERSION_LATEST,
        },
    ),
    (SHARE_VERSION, VersionRange { min: 0, max: 2 }),
    (STREAMS_VERSION, VersionRange { min: 0, max: 1 }),
    (TRANSACTION_VERSION, VersionRange { min: 0, max: 2 }),
];

/// The levels with which a new cluster of Kafka 4.4 is formatted.
pub const BOOTSTRAP: [(&str, i16); 6] = [
    (METADATA_VERSION, METADATA_VERSION_LATEST),
    (ELR_VERSION, 1),
    (GROUP_VERSION, 1),
    (SHARE_VERSION, 2),
    (STREAMS_VERSION, 1),
    (TRANSACTION_VERSION, 2),
];

/// The `metadata.version` at which a new cluster begins to have a feature at a level.
const BEGINS_WITH: [(&str, i16, i16); 6] = [
    (ELR_VERSION, 1, 26),
    (GROUP_VERSION, 1, 22),
    (SHARE_VERSION, 1, 28),
    (SHARE_VERSION, 2, 31),
    (STREAMS_VERSION, 1, 29),
    (TRANSACTION_VERSION, 2, 24),
];

/// The names of the metadata versions 7 to 33.
const METADATA_VERSION_NAMES: [&str; 27] = [
    "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2",
    "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0",
    "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
    "4.4-IV0", "4.4-IV1", "4.4-IV2",
];

/// The `metadata.version`s in which the metadata records changed: a downgrade across one loses data.
const RECORDS_CHANGED_AT: [i16; 9] = [7, 8, 11, 13, 14, 15, 17, 23, 30];

/// What Kafka calls a `metadata.version`, for example `4.4-IV2`; `None` if it is not known here.
#[must_use]
pub fn metadata_version_name(level: i16) -> Option<&'static str> {
    let nth = usize::try_from(level - METADATA_VERSION_MIN).ok()?;
    METADATA_VERSION_NAMES.get(nth).copied()
}

/// The level of `metadata.version` that is called so: by its whole name, or by a release for the last one of it (`4.1`).
#[must_use]
pub fn metadata_version_of(name: &str) -> Option<i16> {
    let nth = METADATA_VERSION_NAMES.iter().rposition(|known| {
        let release = known.strip_prefix(name);
        release.is_some_and(|rest| rest.is_empty() || rest.starts_with("-IV"))
    })?;
    i16::try_from(nth)
        .ok()
        .map(|nth| METADATA_VERSION_MIN + nth)
}

/// The names of all metadata versions that this release knows, the oldest first.
#[must_use]
pub fn metadata_version_names() -> &'static [&'static str] {
    &METADATA_VERSION_NAMES
}

/// The levels of the other features with which Apache Kafka formats a new cluster at a `metadata.version`.
#[must_use]
pub fn bootstrap_at(metadata_version: i16) -> BTreeMap<&'static str, i16> {
    let begun = BEGINS_WITH
        .iter()
        .filter(|(_, _, at)| *at <= metadata_version);
    // A later level of the same feature takes the place of the one before.
    begun.map(|(name, level, _)| (*name, *level)).collect()
}

/// Whether the format of metadata records differs between two metadata versions.
#[must_use]
pub fn metadata_changed(from: i16, to: i16) -> bool {
    let (low, high) = (from.min(to), from.max(to));
    RECORDS_CHANGED_AT
        .iter()
        .any(|at| (low + 1..=high).contains(at))
}

/// The range of levels of a feature that this release supports.
#[must_use]
pub fn supported(name: &str) -> Option<VersionRange> {
    SUPPORTED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, range)| *range)
}

/// The finalized levels. A feature at level 0 is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    levels: Arc<BTreeMap<Box<str>, i16>>,
}

impl Features {
    /// The finalized level of a feature; 0 if it is not finalized.
    #[must_use]
    pub fn level(&self, name: &str) -> i16 {
        self.levels.get(name).copied().unwrap_or(0)
    }

    /// The level of `metadata.version`; `None` before the bootstrap records.
    #[must_use]
    pub fn metadata_version(&self) -> Option<i16> {
        self.levels.get(METADATA_VERSION).copied()
    }

    /// Whether eligible leader replicas are kept (KIP-966).
    #[must_use]
    pub fn is_elr_enabled(&self) -> bool {
        self.level(ELR_VERSION) >= 1
    }

    /// All finalized levels by name, `metadata.version` included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i16)> {
        self.levels.iter().map(|(name, level)| (&**name, *level))
    }

    pub(crate) fn set(&mut self, name: &str, level: i16) -> Result<(), ReplayError> {
        let known = METADATA_VERSION_MIN..=METADATA_VERSION_LATEST;
        if name == METADATA_VERSION && !known.contains(&level) {
            return Err(ReplayError::UnsupportedMetadataVersion(level));
        }
        // It belongs to the quorum's own records; an old release wrote it here by mistake (KAFKA-18979).
        if name == KRAFT_VERSION {
            return Ok(());
        }
        let levels = Arc::make_mut(&mut self.levels);
        if level == 0 {
            levels.remove(name);
        } else {
            levels.insert(name.into(), level);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_stands_for_its_last_metadata_version() {
        let known = [
            ("3.3-IV3", 7),
            ("3.9", 21),
            ("4.0", 25),
            ("4.0-IV1", 23),
            ("4.4", 33),
        ];
        for (name, level) in known {
            assert_eq!(metadata_version_of(name), Some(level), "{name}");
        }
        for name in ["", "4", "4.9", "4.0-", "4.0-IV", "3.3-IV2", "IV1"] {
            assert_eq!(metadata_version_of(name), None, "{name}");
        }
    }

    #[test]
    fn features_begin_at_their_metadata_version() {
        let newest = bootstrap_at(METADATA_VERSION_LATEST);
        assert_eq!(newest, BOOTSTRAP.into_iter().skip(1).collect());
        assert!(bootstrap_at(21).is_empty());
        assert_eq!(
            bootstrap_at(24),
            BTreeMap::from([(GROUP_VERSION, 1), (TRANSACTION_VERSION, 2)])
        );
        assert_eq!(bootstrap_at(30)[SHARE_VERSION], 1);
    }
}
