//! One fetcher: the partitions that this node copies from one leader over one connection, and where each of them is.
//!
//! ```text
//!              log open            answered, appended
//!   Unknown --------------> Ready <------------------+
//!     ^  ^                  | | |                    |
//!     |  +-- time is up --- | | +---- records --> Syncing (flush.messages=1)
//!     |      Paused <-------+ |
//!     |        error          +---- out of range --> Outside --> Ready
//!     +---- Checkpointing <---- a cut of what was synced
//! ```
//!
//! What is not `Ready` is not in the leader's fetch session. One request is under way at a time, and while records of some
//! partition are synced there is none: the next one tells the leader that they are safe, and it serves all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerId, LeaderEpoch, Now, Offset, TopicIdPartition};
use partition::{FetchPosition, Partition};

use crate::fetch_session::{INITIAL_EPOCH, NO_SESSION, next_epoch};

/// After the first failure it is tried again so soon; each further one doubles it, up to `replica.fetch.backoff.ms`.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// Doublings of a pause at most.
const MAX_DOUBLINGS: u32 = 16;

/// The partitions that one connection to a leader serves.
#[derive(Debug)]
pub(super) struct Fetcher {
    /// Names it in tokens and tickets.
    pub id: u32,
    /// Who leads the partitions.
    pub leader: BrokerId,
    /// Its number among the fetchers of that leader.
    pub lane: u16,
    followed: BTreeMap<TopicIdPartition, Followed>,
    /// Partitions by the numbers with which tickets name them.
    slots: BTreeMap<u32, TopicIdPartition>,
    next_slot: u32,
    session: (i32, i32),
    /// The next request has something to say about these.
    news: BTreeSet<TopicIdPartition>,
    /// In the leader's session, and followed no more.
    gone: BTreeSet<TopicIdPartition>,
    /// To be learnt from where they go on.
    unknown: BTreeSet<TopicIdPartition>,
    paused: BTreeSet<(Duration, TopicIdPartition)>,
    syncing: BTreeSet<TopicIdPartition>,
    outside: BTreeSet<TopicIdPartition>,
    /// What it waits for.
    pub stage: Stage,
    failures: u32,
    /// Nothing is asked before.
    retry_at: Option<Duration>,
}

/// What a fetcher waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// For something to ask for.
    Idle,
    /// For the answer to a fetch of this number.
    Fetching(u64),
    /// For the answer to a question about the ends (or else starts) of logs, of this number.
    Listing(u64, Edge),
    /// For its own disk.
    Applying,
}

/// Which offset of a leader's log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Start,
    End,
}

/// One partition that is copied.
#[derive(Debug)]
pub(super) struct Followed {
    pub partition: Arc<Partition>,
    /// With which tickets name it.
    pub slot: u32,
    /// In which the leader leads.
    pub epoch: LeaderEpoch,
    pub step: Step,
    failures: u32,
    /// The checkpoint was written, or could not be, since the partition last paused or took something over.
    has_checkpointed: bool,
    /// What the leader's session has of it, if it is there.
    sent: Option<(LeaderEpoch, FetchPosition)>,
    /// It has stopped since, so that the leader has to look at it again even where it goes on from the same place.
    has_stopped: bool,
}

/// Where a partition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// From where it goes on is not known; its log may be being opened.
    Unknown,
    Ready(FetchPosition),
    /// It has failed, or the leader does not know yet that it leads.
    Paused(Duration),
    /// Its records are being synced.
    Syncing(FetchPosition),
    /// The checkpoint is being written, without which nothing may be cut.
    Checkpointing,
    /// The leader has nothing where it goes on. Where the leader's log ends is known once that is not below.
    Outside(Option<Offset>),
}

/// What a fetch request says of partitions.
#[derive(Debug, Default)]
pub(super) struct ToAsk {
    /// Of the leader's session.
    pub session: (i32, i32),
    pub wanted: Vec<(TopicIdPartition, LeaderEpoch, FetchPosition)>,
    pub forgotten: Vec<TopicIdPartition>,
}

impl Fetcher {
    pub fn new(id: u32, leader: BrokerId, lane: u16) -> Self {
        Self {
            id,
            leader,
            lane,
            followed: BTreeMap::new(),
            slots: BTreeMap::new(),
            next_slot: 0,
            session: (NO_SESSION, INITIAL_EPOCH),
            news: BTreeSet::new(),
            gone: BTreeSet::new(),
            unknown: BTreeSet::new(),
            paused: BTreeSet::new(),
            syncing: BTreeSet::new(),
            outside: BTreeSet::new(),
            stage: Stage::Idle,
            failures: 0,
            retry_at: None,
        }
    }

    /// The partition is copied from this leader, who leads in `epoch`.
    pub fn follow(&mut self, partition: &Arc<Partition>, epoch: LeaderEpoch) {
        let id = partition.id();
        if let Some(followed) = self.followed.get_mut(&id) {
            if followed.epoch == epoch && Arc::ptr_eq(&followed.partition, partition) {
                return;
            }
            followed.epoch = epoch;
            followed.partition = Arc::clone(partition);
            followed.failures = 0;
            return self.go(id, Step::Unknown);
        }
        let slot = self.next_slot;
        self.next_slot = self.next_slot.wrapping_add(1);
        self.slots.insert(slot, id);
        let followed = Followed {
            partition: Arc::clone(partition),
            slot,
            epoch,
            step: Step::Unknown,
            failures: 0,
            has_checkpointed: false,
            sent: None,
            has_stopped: false,
        };
        self.followed.insert(id, followed);
        self.unknown.insert(id);
        // A leader that could not be reached may be another one by now.
        self.retry_at = None;
    }

    /// The partition is not copied from this leader any more.
    pub fn leave(&mut self, id: TopicIdPartition) {
        self.go(id, Step::Unknown);
        self.unknown.remove(&id);
        self.news.remove(&id);
        if let Some(followed) = self.followed.remove(&id) {
            self.slots.remove(&followed.slot);
            if followed.sent.is_some() {
                self.gone.insert(id);
            }
        }
    }

    pub fn get(&self, id: TopicIdPartition) -> Option<&Followed> {
        self.followed.get(&id)
    }

    /// The partition of a ticket.
    pub fn of_slot(&self, slot: u32) -> Option<TopicIdPartition> {
        self.slots.get(&slot).copied()
    }

    /// Moves a partition on.
    pub fn go(&mut self, id: TopicIdPartition, step: Step) {
        let Some(followed) = self.followed.get_mut(&id) else {
            return;
        };
        match std::mem::replace(&mut followed.step, step) {
            Step::Unknown => drop(self.unknown.remove(&id)),
            Step::Paused(until) => drop(self.paused.remove(&(until, id))),
            Step::Syncing(_) => drop(self.syncing.remove(&id)),
            Step::Outside(_) => drop(self.outside.remove(&id)),
            Step::Ready(_) | Step::Checkpointing => {}
        }
        match step {
            Step::Unknown => drop(self.unknown.insert(id)),
            Step::Paused(until) => drop(self.paused.insert((until, id))),
            Step::Syncing(_) => drop(self.syncing.insert(id)),
            Step::Outside(_) => drop(self.outside.insert(id)),
            Step::Ready(_) | Step::Checkpointing => {}
        }
        let is_told = match step {
            Step::Ready(position) => {
                followed.sent == Some((followed.epoch, position)) && !followed.has_stopped
            }
            _ => {
                followed.has_stopped = true;
                followed.sent.is_none()
            }
        };
        if is_told {
            self.news.remove(&id);
        } else {
            self.news.insert(id);
        }
    }

    /// The partition has taken something over.
    pub fn succeeded(&mut self, id: TopicIdPartition) {
        if let Some(followed) = self.followed.get_mut(&id) {
            followed.failures = 0;
            followed.has_checkpointed = false;
        }
    }

    /// The partition waits for its checkpoint, unless that did not help just before.
    pub fn begin_checkpoint(&mut self, id: TopicIdPartition) -> bool {
        let Some(followed) = self.followed.get_mut(&id) else {
            return false;
        };
        let is_first = !std::mem::replace(&mut followed.has_checkpointed, true);
        if is_first {
            self.go(id, Step::Checkpointing);
        }
        is_first
    }

    /// The partition has failed: it pauses, longer each time. Gives until when.
    pub fn pause(&mut self, now: Now, id: TopicIdPartition, longest: Duration) -> Duration {
        let failures = match self.followed.get_mut(&id) {
            Some(followed) => {
                followed.has_checkpointed = false;
                followed.failures += 1;
                followed.failures - 1
            }
            None => 0,
        };
        let until = now.mono + pause_after(failures, longest);
        self.go(id, Step::Paused(until));
        until
    }

    /// Nothing came of a request: the next is sent later, in a new session.
    pub fn failed(&mut self, now: Now, longest: Duration) -> Duration {
        self.forget_session();
        let at = now.mono + pause_after(self.failures, longest);
        self.failures += 1;
        self.stage = Stage::Idle;
        self.retry_at = Some(at);
        at
    }

    /// A request was answered.
    pub fn answered(&mut self) {
        self.failures = 0;
        self.stage = Stage::Idle;
    }

    /// The leader knows the session no more, or never has.
    pub fn forget_session(&mut self) {
        self.session = (NO_SESSION, INITIAL_EPOCH);
        self.gone.clear();
        self.news.clear();
        for (id, followed) in &mut self.followed {
            followed.sent = None;
            if matches!(followed.step, Step::Ready(_)) {
                self.news.insert(*id);
            }
        }
    }

    /// The leader has answered in this session.
    pub fn on_session(&mut self, id: i32) {
        let (known, epoch) = self.session;
        if id == NO_SESSION {
            self.forget_session();
        } else if known == NO_SESSION {
            self.session = (id, 1);
        } else {
            self.session = (known, next_epoch(epoch));
        }
    }

    /// What the answer to the last request is about: the epoch and the offset of which the leader was asked.
    pub fn asked(&self, id: TopicIdPartition) -> Option<(LeaderEpoch, Offset)> {
        let sent = self.followed.get(&id)?.sent;
        sent.map(|(epoch, position)| (epoch, position.offset))
    }

    /// Moves on those whose pause is over.
    pub fn on_time(&mut self, now: Now) {
        while let Some((until, id)) = self.paused.first().copied()
            && until <= now.mono
        {
            self.go(id, Step::Unknown);
        }
        if self.retry_at.is_some_and(|at| at <= now.mono) {
            self.retry_at = None;
        }
    }

    /// When something is to be done at the latest.
    pub fn next_deadline(&self) -> Option<Duration> {
        let paused = self.paused.first().map(|(until, _)| *until);
        [paused, self.retry_at].into_iter().flatten().min()
    }

    /// Partitions of which it is to be learnt from where they go on.
    pub fn unknown(&self) -> Vec<TopicIdPartition> {
        self.unknown.iter().copied().collect()
    }

    /// The log of the partition is being opened: who waits for it is told.
    pub fn wait_for_log(&mut self, id: TopicIdPartition) {
        self.unknown.remove(&id);
    }

    /// Whether a request may be sent.
    pub fn may_ask(&self) -> bool {
        self.stage == Stage::Idle && self.retry_at.is_none() && self.syncing.is_empty()
    }

    /// Partitions of which an edge of the leader's log has to be asked for, and which; ends come first.
    pub fn outside(&self) -> Option<(Edge, Vec<TopicIdPartition>)> {
        let of = |edge: Edge| -> Vec<TopicIdPartition> {
            let asks = |id: &&TopicIdPartition| match self.followed.get(id).map(|f| f.step) {
                Some(Step::Outside(end)) => (end.is_none()) == (edge == Edge::End),
                _ => false,
            };
            self.outside.iter().filter(asks).copied().collect()
        };
        [Edge::End, Edge::Start]
            .into_iter()
            .map(|edge| (edge, of(edge)))
            .find(|(_, ids)| !ids.is_empty())
    }

    /// What the next fetch says; `None` if there is nothing to fetch.
    pub fn next_fetch(&mut self) -> Option<ToAsk> {
        let mut asks = ToAsk {
            session: self.session,
            ..ToAsk::default()
        };
        for id in std::mem::take(&mut self.news) {
            let Some(followed) = self.followed.get_mut(&id) else {
                continue;
            };
            match followed.step {
                Step::Ready(position) => {
                    followed.sent = Some((followed.epoch, position));
                    followed.has_stopped = false;
                    asks.wanted.push((id, followed.epoch, position));
                }
                _ => {
                    followed.sent = None;
                    asks.forgotten.push(id);
                }
            }
        }
        // One that is followed again is forgotten all the same, unless it is asked for.
        let mut gone = std::mem::take(&mut self.gone);
        if !gone.is_empty() {
            for (id, ..) in &asks.wanted {
                gone.remove(id);
            }
        }
        asks.forgotten.extend(gone);
        let has_session = self.session.0 != NO_SESSION;
        if !has_session {
            asks.forgotten.clear();
            return (!asks.wanted.is_empty()).then_some(asks);
        }
        let is_empty = self
            .followed
            .values()
            .all(|followed| followed.sent.is_none());
        (!is_empty || !asks.forgotten.is_empty()).then_some(asks)
    }
}

fn pause_after(failures: u32, longest: Duration) -> Duration {
    (FIRST_PAUSE * (1 << failures.min(MAX_DOUBLINGS))).min(longest)
}
