//! What the nodes knew of the cluster's metadata, and the checkers over it:
//! metadata_images_agree_at_offset, a_nodes_metadata_never_goes_back, one_leader_per_epoch.
//!
//! A committed record survives if every image at and above its offset agrees with the one that had it
//! first, and nobody's image goes back: that is what is checked here. That acknowledged topics are in
//! the images at the end is checked as acked_topic_changes_survive.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use metadata::{Image, Provenance};
use model::{BrokerEpoch, BrokerId, LeaderEpoch, Offset, PartitionIndex, TimestampMs};

use crate::history::{History, Part, REPLICATED, Violation, replicated_parts};

/// The metadata as it was seen.
#[derive(Default)]
pub(crate) struct MetadataHistory {
    /// The content at each offset at which a node was seen.
    images: BTreeMap<Offset, Image>,
    /// What each node that runs knows.
    known: BTreeMap<usize, Arc<Image>>,
    leaders: BTreeMap<LeaderEpoch, usize>,
    /// Who leads a partition in an epoch.
    part_leaders: BTreeMap<(Part, LeaderEpoch), BrokerId>,
    /// Brokers that have ended without having closed their logs.
    unclean: BTreeMap<BrokerId, UncleanStop>,
    /// What partitions have become since it was last asked.
    pub(crate) news: Vec<String>,
    pub(crate) violations: Vec<Violation>,
}

/// How a broker has ended.
#[derive(Clone, Copy, Debug, Default)]
struct UncleanStop {
    /// In which it was registered then.
    epoch: Option<BrokerEpoch>,
    /// Power was lost, or a sync had failed before.
    loses: bool,
}

impl std::fmt::Debug for MetadataHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ends = self.known.iter().map(|(host, image)| (host, offset(image)));
        f.debug_map().entries(ends).finish()
    }
}

fn partition(image: &Image, (topic, index): Part) -> Option<&metadata::Partition> {
    let topic = image.topics().by_name(REPLICATED[topic])?;
    topic.partition(PartitionIndex(index))
}

fn offset(image: &Image) -> Option<Offset> {
    image.provenance().map(|last| last.offset)
}

impl MetadataHistory {
    fn violate(&mut self, checker: &'static str, what: String) {
        self.violations.push(Violation { checker, what });
    }

    /// The node on `host` knows `image`.
    pub(crate) fn saw_image(&mut self, host: usize, image: &Arc<Image>) {
        let before = self.known.insert(host, Arc::clone(image));
        let (before, Some(seen)) = (before.as_deref().and_then(offset), offset(image)) else {
            return;
        };
        if Some(seen) == before {
            return;
        }
        if Some(seen) < before {
            let what = format!("host {host} knew {before:?}, then {seen}");
            self.violate("a_nodes_metadata_never_goes_back", what);
        }
        // A snapshot remembers neither the epoch nor the time of its last record.
        let content = Image::clone(image).with_provenance(Provenance {
            offset: seen,
            epoch: LeaderEpoch(0),
            timestamp: TimestampMs(0),
        });
        if self
            .images
            .keys()
            .next_back()
            .is_none_or(|newest| *newest < seen)
        {
            self.note_news(image);
        }
        self.images.entry(seen).or_insert_with(|| content.clone());
        self.saw_partitions(host, image);
        let known = &self.images[&seen];
        if *known != content {
            let what = format!("host {host} at {seen}: {content:?}, and before {known:?}");
            self.violate("metadata_images_agree_at_offset", what);
        }
    }

    fn note_news(&mut self, image: &Image) {
        let standing = |image: &Image, part: Part| {
            let partition = partition(image, part)?;
            let (leader, epoch, isr) = (partition.leader, partition.leader_epoch, &partition.isr);
            let elr = partition.elr();
            Some(format!(
                "led by {leader:?} in {epoch:?}, in sync {isr:?}, eligible {elr:?}"
            ))
        };
        for part in replicated_parts() {
            let before = self.newest().and_then(|newest| standing(newest, part));
            let after = standing(image, part);
            if let Some(after) = &after
                && before.as_ref() != Some(after)
            {
                self.news.push(format!("{part:?} is {after}"));
            }
        }
    }

    fn saw_partitions(&mut self, host: usize, image: &Image) {
        for part in replicated_parts() {
            let Some(partition) = partition(image, part) else {
                continue;
            };
            let Some(leader) = partition.leader else {
                continue;
            };
            let key = (part, partition.leader_epoch);
            let known = *self.part_leaders.entry(key).or_insert(leader);
            if known != leader {
                let epoch = partition.leader_epoch;
                let what = format!("host {host}, {part:?}: {known} and {leader} in {epoch}");
                self.violate("one_leader_per_epoch", what);
            }
        }
    }

    /// The newest metadata that any node has known.
    fn newest(&self) -> Option<&Image> {
        self.images.values().next_back()
    }

    /// A broker ends without having closed its logs, and with `loses` without what was not synced. Gives the partitions of which
    /// the controller finds no replica in sync that it may trust, and of which some have lost something: it cannot tell the
    /// end of a process from a loss of power. A broker is trusted again once it has registered anew and caught up.
    pub(crate) fn on_unclean_stop(&mut self, id: BrokerId, loses: bool) -> BTreeSet<Part> {
        let newest = self.images.values().next_back();
        let epoch = |id| Some(newest?.broker(id)?.epoch);
        self.unclean.retain(|id, stop| epoch(*id) == stop.epoch);
        let stop = self.unclean.entry(id).or_default();
        stop.epoch = newest.and_then(|image| Some(image.broker(id)?.epoch));
        stop.loses |= loses;
        self.lost_parts()
    }

    /// Partitions of which all replicas in sync have ended uncleanly since they registered, and some that may lead have lost
    /// something.
    pub(crate) fn lost_parts(&self) -> BTreeSet<Part> {
        let is_lost = |part: &Part| {
            let found = self.newest().and_then(|image| partition(image, *part));
            found.is_some_and(|partition| {
                let is_unclean = |id: &BrokerId| self.unclean.contains_key(id);
                let loses = |id: &BrokerId| self.unclean.get(id).is_some_and(|stop| stop.loses);
                partition.isr.iter().all(is_unclean)
                    && (partition.isr.iter().any(loses) || partition.elr().iter().any(loses))
            })
        };
        replicated_parts().filter(is_lost).collect()
    }

    /// The node on `host` leads the quorum in `epoch`.
    pub(crate) fn saw_leader(&mut self, host: usize, epoch: LeaderEpoch) {
        let leader = *self.leaders.entry(epoch).or_insert(host);
        if leader != host {
            let what = format!("{leader} and {host} in epoch {epoch}");
            self.violate("one_leader_per_epoch", what);
        }
    }

    /// The node on `host` stops; what is committed it will learn again.
    pub(crate) fn on_stop(&mut self, host: usize) {
        self.known.remove(&host);
    }

    /// Whether every node of `hosts` knows all that any has known.
    pub(crate) fn has_come_together(&self, hosts: usize) -> bool {
        let newest = self.images.keys().next_back().copied();
        self.known.len() == hosts && self.known.values().all(|image| offset(image) == newest)
    }

    /// Whether every node knows of the topics whose creation was acknowledged, and of none whose
    /// deletion was.
    pub(crate) fn check_topics(&self, history: &mut History) {
        for image in self.known.values() {
            let names = image.topics().iter().map(|topic| topic.name.to_string());
            history.saw_topics(&names.collect::<BTreeSet<_>>());
        }
    }
}
