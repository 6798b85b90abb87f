//! From one image to the next.

use std::collections::{BTreeMap, BTreeSet};

use model::{BrokerId, PartitionIndex, TopicId, TopicIdPartition};
use protocol::metadata_records::MetadataRecord;

use crate::{ConfigResource, Image, Provenance, ReplayError, Topic};

/// What differs between two images, so that whoever follows the cluster need not compare them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Topics that are new.
    pub topics_created: BTreeSet<TopicId>,
    /// Topics that are gone, and their names.
    pub topics_deleted: BTreeMap<TopicId, Box<str>>,
    /// Partitions that are new or changed; not those of deleted topics.
    pub partitions: BTreeSet<TopicIdPartition>,
    /// Resources whose configurations changed, those of deleted topics included.
    pub configs: BTreeSet<ConfigResource>,
    /// Brokers that registered, changed or left.
    pub brokers: BTreeSet<BrokerId>,
    /// Controllers that registered, changed or left.
    pub controllers: BTreeSet<BrokerId>,
    /// Features whose level was set.
    pub features: BTreeSet<Box<str>>,
    /// Whether any client quota changed.
    pub client_quotas: bool,
    /// Whether any ACL changed.
    pub acls: bool,
    /// Whether any SCRAM credential changed.
    pub scram: bool,
    /// Whether any delegation token changed.
    pub delegation_tokens: bool,
    /// Whether producer ids were given out.
    pub producer_ids: bool,
}

impl Changes {
    /// What differs, found by comparison: used where an image comes whole, from a snapshot.
    #[must_use]
    pub fn between(before: &Image, after: &Image) -> Self {
        let mut changes = Self {
            brokers: changed_keys(&before.brokers, &after.brokers),
            controllers: changed_keys(&before.controllers, &after.controllers),
            client_quotas: before.client_quotas != after.client_quotas,
            acls: before.acls != after.acls,
            scram: before.scram != after.scram,
            delegation_tokens: before.delegation_tokens != after.delegation_tokens,
            producer_ids: before.next_producer_id != after.next_producer_id,
            ..Self::default()
        };
        changes.compare_features(before, after);
        changes.compare_configs(before, after);
        if !before.topics.is_same(&after.topics) {
            for (old, new) in before.topics.differences(&after.topics) {
                changes.compare_topic(old, new);
            }
        }
        changes
    }

    fn compare_features(&mut self, before: &Image, after: &Image) {
        let both = before.features.iter().chain(after.features.iter());
        let changed =
            both.filter(|(name, _)| before.features.level(name) != after.features.level(name));
        self.features
            .extend(changed.map(|(name, _)| Box::from(name)));
    }

    fn compare_configs(&mut self, before: &Image, after: &Image) {
        let both = before.configs.iter().chain(after.configs.iter());
        for (resource, _) in both {
            let of = |image: &Image| image.configs.of(resource.kind, &resource.name).cloned();
            if of(before) != of(after) {
                self.configs.insert(resource);
            }
        }
    }

    fn compare_topic(&mut self, before: Option<&Topic>, after: Option<&Topic>) {
        match (before, after) {
            (Some(before), None) => {
                self.topics_deleted.insert(before.id, (*before.name).into());
            }
            (before, Some(after)) => {
                if before.is_none() {
                    self.topics_created.insert(after.id);
                }
                for (partition, state) in after.partitions.iter() {
                    if before.and_then(|before| before.partition(partition)) != Some(state) {
                        self.partition(after.id, partition);
                    }
                }
            }
            (None, None) => {}
        }
    }

    pub(crate) fn partition(&mut self, topic_id: TopicId, partition: PartitionIndex) {
        self.partitions.insert(TopicIdPartition {
            topic_id,
            partition,
        });
    }

    pub(crate) fn topic_deleted(&mut self, topic: &Topic) {
        let from = |partition| TopicIdPartition {
            topic_id: topic.id,
            partition: PartitionIndex(partition),
        };
        let gone: Vec<_> = self
            .partitions
            .range(from(0)..=from(i32::MAX))
            .copied()
            .collect();
        for partition in gone {
            self.partitions.remove(&partition);
        }
        if !self.topics_created.remove(&topic.id) {
            self.topics_deleted.insert(topic.id, (*topic.name).into());
        }
    }
}

fn changed_keys<K: Ord + Copy, V: PartialEq>(
    before: &imbl::OrdMap<K, V>,
    after: &imbl::OrdMap<K, V>,
) -> BTreeSet<K> {
    let both = before.keys().chain(after.keys());
    both.filter(|key| before.get(*key) != after.get(*key))
        .copied()
        .collect()
}

/// An image in the making, and what has changed in it.
///
/// Records inside a metadata transaction (KIP-868) take effect together: while one is open, the image
/// must not be shown to anybody, and if it is aborted all of it is undone.
#[derive(Clone, Debug)]
pub struct Delta {
    image: Image,
    changes: Changes,
    /// As it was when the open transaction began.
    undo: Option<Box<(Image, Changes)>>,
}

impl Delta {
    /// Starts from `base`.
    #[must_use]
    pub fn new(base: &Image) -> Self {
        Self {
            image: base.clone(),
            changes: Changes::default(),
            undo: None,
        }
    }

    /// Whether a metadata transaction is open.
    #[must_use]
    pub const fn in_transaction(&self) -> bool {
        self.undo.is_some()
    }

    /// The image so far.
    #[must_use]
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// Applies one record.
    ///
    /// # Errors
    /// When it does not fit what came before. The delta is then of no use.
    pub fn replay(&mut self, record: &MetadataRecord<'_>) -> Result<(), ReplayError> {
        match record {
            MetadataRecord::BeginTransaction(_) => {
                if self.undo.is_some() {
                    return Err(ReplayError::NestedTransaction);
                }
                self.undo = Some(Box::new((self.image.clone(), self.changes.clone())));
            }
            MetadataRecord::EndTransaction(_) => {
                self.undo.take().ok_or(ReplayError::NoTransaction)?;
            }
            MetadataRecord::AbortTransaction(_) => {
                let undo = self.undo.take().ok_or(ReplayError::NoTransaction)?;
                (self.image, self.changes) = *undo;
            }
            _ => self.image.replay(record, &mut self.changes)?,
        }
        Ok(())
    }

    /// The next image, of the moment `provenance`, and what changed on the way to it.
    ///
    /// # Panics
    /// While a metadata transaction is open.
    #[must_use]
    pub fn apply(self, provenance: Provenance) -> (Image, Changes) {
        assert!(self.undo.is_none(), "a metadata transaction is open");
        (self.image.with_provenance(provenance), self.changes)
    }
}
