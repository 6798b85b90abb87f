//! What clients sent, what was acknowledged and what was read, and the checkers over it.
//!
//! A topic is *synced* (`flush.messages=1`: what is acknowledged survives a loss of power) or
//! *cached* (it survives the end of the process). A loss of power wipes what is expected of cached
//! topics; nothing wipes what is expected of synced ones.
//!
//! Checkers: acked_records_survive, one_value_per_offset, no_duplicate_sequence,
//! offsets_strictly_increase, reads_skip_no_offset, reads_stay_below_the_high_watermark,
//! high_watermark_never_regresses, only_sent_records_are_read, producer_ids_are_unique,
//! committed_offsets_survive, one_owner_per_partition_per_generation, acked_topic_changes_survive,
//! a_recreated_topic_starts_empty, an_idempotent_producer_is_never_refused (by `role`),
//! the_other_directories_stay_available, a_failed_directory_acknowledges_nothing, every_start_succeeds and
//! everybody_goes_on_after_faults (by `world`); and those of [`crate::keyed_history`], [`crate::mixed_history`],
//! [`crate::reader_history`], [`crate::txn_history`], [`crate::share_history`] and [`crate::streams_history`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::ErrorCode;

use crate::keyed_history::{Complaint, KeyedHistory};
use crate::mixed_history::MixedHistory;
use crate::reader_history::ReaderHistory;
use crate::share_history::ShareHistory;
use crate::streams_history::StreamsHistory;
use crate::txn_history::{STATE, TRANSACTED, TxnHistory};

/// The topics that live through the whole run: name, and whether it is synced.
pub(crate) const TOPICS: [(&str, bool); 2] = [("synced", true), ("cached", false)];
/// Partitions of each of them.
pub(crate) const PARTITIONS: i32 = 2;

/// The topics of which it is followed, at several nodes, who leads them and what their replicas have.
pub(crate) const REPLICATED: [&str; 5] = [
    TOPICS[0].0,
    TOPICS[1].0,
    TRANSACTED,
    STATE,
    "__consumer_offsets",
];
/// The index of the topic of the groups' offsets.
const OFFSETS: usize = 4;

/// A partition: index into [`REPLICATED`], of which [`TOPICS`] are the first, and its number.
pub(crate) type Part = (usize, i32);

/// All partitions of [`TOPICS`].
pub(crate) fn all_parts() -> impl Iterator<Item = Part> {
    (0..TOPICS.len()).flat_map(|topic| (0..PARTITIONS).map(move |index| (topic, index)))
}

/// All partitions of [`REPLICATED`].
pub(crate) fn replicated_parts() -> impl Iterator<Item = Part> {
    (0..REPLICATED.len()).flat_map(|topic| (0..PARTITIONS).map(move |index| (topic, index)))
}

/// A checker failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The checker, as a sentence.
    pub checker: &'static str,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.checker, self.what)
    }
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    part: Part,
    idempotent: bool,
}

#[derive(Debug, Default)]
struct PartHistory {
    /// What is known to be at an offset, from acknowledgements and reads.
    values: BTreeMap<i64, u64>,
    /// Where each value is known to be.
    offsets: BTreeMap<u64, i64>,
    acked: BTreeMap<u64, i64>,
    high_watermark: i64,
    /// The greatest high watermark seen since the node started.
    floor: i64,
    final_reads: BTreeMap<i64, u64>,
}

/// What was committed for one partition by the group; each attempt has a greater offset.
#[derive(Debug, Default)]
struct Commits {
    attempted: i64,
    acked: i64,
}

/// What is known of a topic that is created and deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existence {
    There,
    Gone,
    Unknown,
}

/// What is seen of a partition while one log directory fails.
#[derive(Clone, Copy, Debug, Default)]
struct Watched {
    /// It lies in that directory.
    is_lost: bool,
    /// A batch that was made since was acknowledged.
    is_acked: bool,
    /// A batch was answered with `KAFKA_STORAGE_ERROR`; after a start without the directory, that nobody leads.
    is_refused: bool,
}

/// The history of one run.
#[derive(Debug, Default)]
pub(crate) struct History {
    sent: Vec<Sent>,
    parts: BTreeMap<Part, PartHistory>,
    commits: BTreeMap<i32, Commits>,
    owners: BTreeMap<(i32, i32), String>,
    producer_ids: BTreeSet<i64>,
    topics: BTreeMap<String, Existence>,
    /// Partitions whose records the disk has changed: they may be refused or fail their checksums, and
    /// no more than that.
    harmed: BTreeSet<Part>,
    watched: BTreeMap<Part, Watched>,
    offsets_are_synced: bool,
    /// Of the compacted topic.
    pub(crate) keyed: KeyedHistory,
    pub(crate) readers: ReaderHistory,
    /// Of the group in which both protocols are spoken.
    pub(crate) mixed: MixedHistory,
    /// Of transactions.
    pub(crate) txns: TxnHistory,
    /// Of the share group.
    pub(crate) shares: ShareHistory,
    /// Of the streams group.
    pub(crate) streams: StreamsHistory,
    /// Whether the lasting topics are there.
    pub(crate) is_ready: bool,
    /// Losses of power so far.
    pub(crate) losses: u64,
    /// Stops of nodes so far.
    pub(crate) stops: u64,
    pub(crate) acked_records: u64,
    pub(crate) read_records: u64,
    pub(crate) violations: Vec<Violation>,
}

impl Watched {
    fn is_as_wanted(&self) -> bool {
        if self.is_lost {
            self.is_refused
        } else {
            self.is_acked
        }
    }
}

impl History {
    pub(crate) fn new(offsets_are_synced: bool) -> Self {
        Self {
            offsets_are_synced,
            ..Self::default()
        }
    }

    pub(crate) fn violate(&mut self, checker: &'static str, what: String) {
        self.violations.push(Violation { checker, what });
    }

    /// A checker's finding, if there is one.
    pub(crate) fn complain(&mut self, complaint: Option<Complaint>) {
        if let Some((checker, what)) = complaint {
            self.violate(checker, what);
        }
    }

    /// The disk has changed bytes of a partition's records.
    pub(crate) fn harm(&mut self, part: Part) {
        self.harmed.insert(part);
        self.parts.remove(&part);
    }

    pub(crate) fn is_harmed(&self, part: Part) -> bool {
        self.harmed.contains(&part)
    }

    /// From here on one log directory fails; `is_lost` if the partition is in it.
    pub(crate) fn watch(&mut self, part: Part, is_lost: bool) {
        let watched = Watched {
            is_lost,
            ..Watched::default()
        };
        if !self.is_harmed(part) {
            self.watched.insert(part, watched);
        }
    }

    /// Whether batches that are made now are those that the failing directory is judged by.
    pub(crate) fn is_watching(&self) -> bool {
        !self.watched.is_empty()
    }

    /// A batch was answered; `is_new` if it was made since one directory fails.
    pub(crate) fn answered(&mut self, part: Part, is_new: bool, error: ErrorCode) {
        let Some(watched) = self.watched.get_mut(&part) else {
            return;
        };
        watched.is_refused |= matches!(
            error,
            ErrorCode::KAFKA_STORAGE_ERROR | ErrorCode::NOT_LEADER_OR_FOLLOWER
        );
        watched.is_acked |= is_new && error.is_none();
        if watched.is_acked && watched.is_lost {
            let what = format!("{part:?}: its log directory fails, and a batch is acknowledged");
            self.violate("a_failed_directory_acknowledges_nothing", what);
        }
    }

    /// Whether every partition in the directory that fails was refused, and every other one took a new batch.
    pub(crate) fn is_as_watched(&self) -> bool {
        self.watched.values().all(Watched::is_as_wanted)
    }

    pub(crate) fn complain_of_watched(&mut self) {
        let late = self
            .watched
            .iter()
            .filter(|(_, watched)| !watched.is_as_wanted());
        let what = format!("while one directory fails: {:?}", late.collect::<Vec<_>>());
        self.violate("the_other_directories_stay_available", what);
    }

    /// Everything is healed.
    pub(crate) fn end_watch(&mut self) {
        self.watched.clear();
    }

    /// A value that is sent for the first time.
    pub(crate) fn send(&mut self, part: Part, idempotent: bool) -> u64 {
        self.sent.push(Sent { part, idempotent });
        self.sent.len() as u64 - 1
    }

    /// The node said that `values` are from `base` on.
    pub(crate) fn acked(&mut self, part: Part, values: &[u64], base: i64) {
        self.acked_records += values.len() as u64;
        if self.is_harmed(part) {
            return;
        }
        for (value, offset) in values.iter().zip(base..) {
            self.at(part, offset, *value);
            let known = self.parts.entry(part).or_default();
            known.acked.insert(*value, offset);
        }
    }

    /// The node said that it already has `values`, without saying where.
    pub(crate) fn acked_somewhere(&mut self, values: &[u64]) {
        self.acked_records += values.len() as u64;
    }

    fn at(&mut self, part: Part, offset: i64, value: u64) {
        let known = self.parts.entry(part).or_default();
        let other = *known.values.entry(offset).or_insert(value);
        let place = *known.offsets.entry(value).or_insert(offset);
        if other != value {
            let what = format!("{part:?} offset {offset} held value {other}, then {value}");
            self.violate("one_value_per_offset", what);
        }
        if place != offset && self.sent.get(value as usize).is_some_and(|s| s.idempotent) {
            let what = format!("{part:?} value {value} is at offset {place} and at {offset}");
            self.violate("no_duplicate_sequence", what);
        }
    }

    /// The greatest high watermark that anybody has seen.
    pub(crate) fn high_watermark(&self, part: Part) -> i64 {
        self.parts.get(&part).map_or(0, |part| part.high_watermark)
    }

    /// The same, since the node started.
    pub(crate) fn floor(&self, part: Part) -> i64 {
        self.parts.get(&part).map_or(0, |part| part.floor)
    }

    /// The node stops. After a start the high watermark of a synced topic comes back once the recovered
    /// log is synced, so a client may see it lower for a moment.
    pub(crate) fn on_stop(&mut self) {
        self.stops += 1;
        self.parts.values_mut().for_each(|part| part.floor = 0);
    }

    /// An answer to a fetch that was sent when `floor` was the greatest high watermark seen.
    pub(crate) fn saw_high_watermark(&mut self, part: Part, floor: i64, seen: i64) {
        if self.is_harmed(part) {
            return;
        }
        if seen < floor {
            let what = format!("{part:?} high watermark {seen} after {floor}");
            self.violate("high_watermark_never_regresses", what);
        }
        let known = self.parts.entry(part).or_default();
        known.high_watermark = known.high_watermark.max(seen);
        known.floor = known.floor.max(seen);
    }

    /// A record was read; `is_final` in the drain at the end.
    pub(crate) fn read(&mut self, part: Part, offset: i64, value: Option<u64>, is_final: bool) {
        self.read_records += 1;
        let sent = value.filter(|value| {
            let sent = self.sent.get(*value as usize);
            sent.is_some_and(|sent| sent.part == part)
        });
        let Some(value) = sent else {
            let what = format!("{part:?} offset {offset} holds {value:?}, which nobody sent there");
            return self.violate("only_sent_records_are_read", what);
        };
        if self.is_harmed(part) {
            return;
        }
        self.at(part, offset, value);
        if is_final {
            let known = self.parts.entry(part).or_default();
            known.final_reads.insert(offset, value);
        }
    }

    /// All data of the drain is here: whatever was acknowledged has to be in it.
    pub(crate) fn check_survival(&mut self) {
        let mut found = Vec::new();
        for (part, known) in &self.parts {
            for (value, offset) in &known.acked {
                let there = known.final_reads.get(offset);
                if there != Some(value) {
                    let what = format!(
                        "{part:?} offset {offset}: value {value} was acknowledged, {there:?} is there"
                    );
                    found.push(what);
                }
            }
        }
        for what in found {
            self.violate("acked_records_survive", what);
        }
    }

    /// So many replicas have lost their power at once that these partitions may have lost what was not synced.
    pub(crate) fn on_replicas_lost(&mut self, lost: &BTreeSet<Part>) {
        self.losses += u64::from(!lost.is_empty());
        self.parts
            .retain(|part, _| TOPICS[part.0].1 || !lost.contains(part));
        if lost.iter().any(|(topic, _)| *topic == OFFSETS) {
            self.may_lose_offsets();
        }
    }

    /// Power was lost: cached topics, and the group's offsets if they are cached, may lose what was not synced.
    pub(crate) fn on_power_loss(&mut self) {
        self.losses += 1;
        self.parts.retain(|(topic, _), _| TOPICS[*topic].1);
        self.may_lose_offsets();
    }

    /// What groups have written and not synced may be gone.
    fn may_lose_offsets(&mut self) {
        if !self.offsets_are_synced {
            self.commits
                .values_mut()
                .for_each(|commits| commits.acked = -1);
            self.owners.clear();
            self.readers.on_loss();
            self.mixed.on_loss();
            self.shares.on_power_loss();
            self.streams.on_power_loss();
        }
    }

    pub(crate) fn got_producer_id(&mut self, id: i64) {
        if !self.producer_ids.insert(id) {
            self.violate(
                "producer_ids_are_unique",
                format!("{id} was given out twice"),
            );
        }
    }

    /// The next offset that the group tries to commit for its partition `index`.
    pub(crate) fn next_commit(&mut self, index: i32) -> i64 {
        let commits = self.commits.entry(index).or_insert(Commits {
            attempted: 0,
            acked: -1,
        });
        commits.attempted += 1;
        commits.attempted
    }

    pub(crate) fn committed(&mut self, index: i32, offset: i64) {
        let commits = self.commits.entry(index).or_default();
        commits.acked = commits.acked.max(offset);
    }

    /// The greatest offset of `index` whose commit was acknowledged; -1 if none.
    pub(crate) fn committed_offset(&self, index: i32) -> i64 {
        self.commits.get(&index).map_or(-1, |commits| commits.acked)
    }

    /// An answer to a fetch that was sent when `floor` was the greatest offset acknowledged.
    pub(crate) fn fetched_commit(&mut self, index: i32, floor: i64, offset: i64) {
        let attempted = self
            .commits
            .get(&index)
            .map_or(-1, |commits| commits.attempted);
        if offset < floor || offset > attempted {
            let what = format!(
                "partition {index}: {offset} is fetched, {floor} was acknowledged, {attempted} attempted"
            );
            self.violate("committed_offsets_survive", what);
        }
    }

    /// Whether offsets that a transaction committed may be gone.
    pub(crate) fn txn_offsets_may_be_lost(&self) -> bool {
        !self.offsets_are_synced && self.losses > 0
    }

    /// The greatest offset that was committed for certain in a transaction of `id`; -1 if none.
    pub(crate) fn txn_offset_floor(&self, id: usize) -> i64 {
        self.txns.offset_floor(id)
    }

    /// `member` was told that it owns partition `index` in `generation`.
    pub(crate) fn owns(&mut self, generation: i32, index: i32, member: &str) {
        let owner = self.owners.entry((generation, index));
        let owner = owner.or_insert_with(|| member.to_owned()).clone();
        if owner != member {
            let what = format!("generation {generation}, partition {index}: {owner} and {member}");
            self.violate("one_owner_per_partition_per_generation", what);
        }
    }

    pub(crate) fn set_topic(&mut self, name: &str, existence: Existence) {
        self.topics.insert(name.to_owned(), existence);
    }

    pub(crate) fn topic(&self, name: &str) -> Existence {
        self.topics.get(name).copied().unwrap_or(Existence::Gone)
    }

    /// A node listed its topics.
    pub(crate) fn saw_topics(&mut self, listed: &BTreeSet<String>) {
        let wrong = |(name, existence): (&String, &Existence)| match existence {
            Existence::There if !listed.contains(name) => {
                Some(format!("{name} was created and is not there"))
            }
            Existence::Gone if listed.contains(name) => {
                Some(format!("{name} was deleted and is there"))
            }
            _ => None,
        };
        let found: Vec<String> = self.topics.iter().filter_map(wrong).collect();
        for what in found {
            self.violate("acked_topic_changes_survive", what);
        }
    }
}
