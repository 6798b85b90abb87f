//! The partition: its lock, and what is decided under it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{
    BrokerId, ErrorCode, LeaderEpoch, Now, Offset, ProducerEpoch, ProducerId, Ticket, TimestampMs,
    TopicIdPartition,
};
use parking_lot::{Mutex, MutexGuard};
use records::validate::TargetCompression;
use records::{AppendRules, RecordBatch};
use storage::disk::FileSlice;
use storage::file_names::TopicPartition;
use storage::log::{Log, Rested};
use storage::log_config::LogConfig;

use crate::follower::Lowering;
use crate::log_store::LogStore;
use crate::opening::OpenWait;
use crate::replica_state::Role;
use crate::verification::VerificationGuard;
use crate::waits::Waits;
use crate::watch::Watch;

/// One replica of one partition. Cheap while nobody uses it: its log is opened at first use.
#[derive(Debug)]
pub struct Partition {
    id: TopicIdPartition,
    topic: Arc<str>,
    me: BrokerId,
    /// It was deleted. Read while the log directories are locked, where the state may not be.
    is_gone: AtomicBool,
    state: Mutex<State>,
}

/// What the partition's lock guards.
#[derive(Debug)]
pub(crate) struct State {
    pub role: Role,
    pub log: LogSlot,
    /// What is not durable of a log that was open before and is closed.
    pub rested: Option<Box<Rested>>,
    pub settings: Arc<TopicSettings>,
    pub replicas: usize,
    /// Everything below is committed: consumers see it, and it survives what `acks=all` promises.
    pub high_watermark: Offset,
    pub waits: Waits,
    /// Consumers, who hear of what is committed.
    pub watchers: Vec<Watcher>,
    /// Followers, who hear of what is appended.
    pub replica_watchers: Vec<Watcher>,
    /// The log is going to be cut: until then nothing of it is synced.
    pub lowered: Option<Lowering>,
    /// How often that was.
    pub lowerings: u64,
    /// Offsets have changed, and nobody was told of it.
    pub is_changed: bool,
    /// Somebody was told, and will note the offsets for the next checkpoint.
    pub is_listed: bool,
    /// When the owner looks at the log again ([`Partition::tend`]), if it will.
    pub tended_at: Option<Duration>,
    /// It was not told of that yet.
    pub tend_is_news: bool,
    /// When retention was last thought about.
    pub checked_at: Duration,
    /// When somebody last used the log.
    pub used_at: Duration,
    /// When the log, which is closed, will have to be compacted, if that is known.
    pub clean_at: Option<Duration>,
}

/// What a topic's configurations mean for its partitions; partitions without overrides share one.
#[derive(Clone, Debug)]
pub struct TopicSettings {
    /// What governs the log.
    pub log: Arc<LogConfig>,
    /// What governs appends.
    pub rules: AppendRules,
    /// `min.insync.replicas`.
    pub min_isr: usize,
    /// `log.retention.check.interval.ms`: how often an open log is looked at for retention.
    pub check_interval: Duration,
    /// `replica.lag.time.max.ms`: for how long a follower may lack something and stay in the ISR.
    pub lag_time_max: Duration,
}

impl TopicSettings {
    /// With `flush.messages=1` a record counts, here and for followers, once it is synced.
    #[must_use]
    pub fn counts_synced_only(&self) -> bool {
        self.log.flush_messages == Some(1)
    }

    /// Whether the batch in `bytes` has to be compressed anew.
    #[must_use]
    pub fn recompresses(&self, bytes: &[u8]) -> bool {
        self.rules.compression != TargetCompression::Producer
            && RecordBatch::parse(bytes).is_ok_and(|batch| self.rules.recompresses(&batch))
    }
}

/// The log, which is opened when somebody needs it.
#[derive(Debug)]
pub(crate) enum LogSlot {
    Closed,
    /// An operation opens it, for whom these wait.
    Opening(Vec<Arc<OpenWait>>),
    /// It could not be opened, and is not tried again before a time.
    Refused {
        error: ErrorCode,
        retry_at: Duration,
    },
    Open(Box<Log>),
    /// Its directory failed, or the topic was deleted.
    Gone(ErrorCode),
}

#[derive(Debug)]
pub(crate) struct Watcher {
    /// The follower whose session it is, if it is one's.
    pub follower: Option<BrokerId>,
    pub watch: Arc<Watch>,
    pub slot: u32,
    pub told: Told,
}

impl Watcher {
    /// Puts the partition on the session's list, unless it is there and the fetch was woken.
    pub fn tell(&mut self, wakes: &mut Vec<Ticket>) {
        if self.told != Told::Yes {
            self.told = Told::Yes;
            self.watch.notify(self.slot, wakes);
        }
    }
}

/// Whether a slot is on its session's list already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    No,
    /// It is, and a fetch that waits was not woken.
    Quietly,
    Yes,
}

/// The logs of the node, at the moment of a call.
#[derive(Clone, Copy, Debug)]
pub struct Logs<'a> {
    /// Opens logs.
    pub store: &'a LogStore,
    /// The moment.
    pub now: Now,
}

/// Who reads, and so how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Consumers, up to the high watermark.
    ReadUncommitted,
    /// Consumers of transactions, up to the last stable offset.
    ReadCommitted,
}

/// What a producer sends to one partition.
#[derive(Clone, Copy, Debug)]
pub struct Append<'a> {
    /// The record batch as it came.
    pub records: &'a [u8],
    /// Who sends it, and with which version.
    pub origin: records::Origin,
    /// Whether every in-sync replica has to have it.
    pub acks_all: bool,
    /// Whether the producer wants an answer (acks other than 0).
    pub wants_answer: bool,
    /// Whether what takes long may be done here; otherwise it is refused with [`AppendRejection::takes_long`].
    pub may_take_long: bool,
    /// Whether a transactional batch may be the first of its transaction here; otherwise it is refused with
    /// `INVALID_TXN_STATE` then.
    pub may_begin_transaction: bool,
    /// What a coordinator on another node has verified: with a guard that holds it may be as well.
    pub verified: Option<&'a VerificationGuard>,
    /// Woken when the records are acknowledged, if they are not yet.
    pub ticket: Ticket,
}

/// An append that the log took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first record; of the earlier append if this was a repetition.
    pub base_offset: Offset,
    /// With `message.timestamp.type=LogAppendTime`, the time that the records got.
    pub log_append_time: Option<TimestampMs>,
    /// Where the log starts.
    pub log_start_offset: Offset,
    /// What the answer has to wait for: nothing below this end is acknowledged before it is
    /// committed in this epoch.
    pub wait: Option<(LeaderEpoch, Offset)>,
    /// A sync has to be started when the turn ends.
    pub wants_sync: bool,
    /// What the care of the log has to know.
    pub due: Due,
}

/// An append of the node's own that the log took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnAppend {
    /// Offset of the first record.
    pub base_offset: Offset,
    /// The offset after the last record.
    pub end: Offset,
    /// The epoch in which this replica leads.
    pub epoch: LeaderEpoch,
    /// A sync has to be started when the turn ends.
    pub wants_sync: bool,
    /// What the care of the log has to know.
    pub due: Due,
}

/// The end of a transaction in one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxnMarker {
    /// Whose transaction.
    pub producer_id: ProducerId,
    /// The epoch that holds from here on.
    pub producer_epoch: ProducerEpoch,
    /// Committed, or else aborted.
    pub is_committed: bool,
    /// The epoch of the coordinator that decided; an older one is refused.
    pub coordinator_epoch: i32,
    /// Whether the marker's epoch has to be greater than the producer's (transaction.version 2, KIP-890).
    pub strict_epoch: bool,
}

/// What a call leaves to the care of logs, so that nobody has to look at those that nothing happens to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The offsets have changed for the first time since the last checkpoint: [`Partition::note_offsets`] at the next.
    pub note: bool,
    /// [`Partition::tend`] has to be called at this time, which is earlier than what was known.
    pub tend_at: Option<Duration>,
    /// [`Partition::check_isr`] has to be called at this time, which is earlier than what was known.
    pub check_isr_at: Option<Duration>,
    /// The controller may have to be asked for another ISR ([`Partition::propose_isr`]).
    pub isr: bool,
}

/// A producer as its partition's leader remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerDescription {
    /// Its id.
    pub id: ProducerId,
    /// Its newest epoch.
    pub epoch: ProducerEpoch,
    /// The sequence number of the last record, if it wrote any in this epoch.
    pub last_sequence: Option<i32>,
    /// When it last wrote, -1 if unknown.
    pub last_timestamp: i64,
    /// The epoch of the coordinator that last ended a transaction, -1 if none.
    pub coordinator_epoch: i32,
    /// Where its open transaction starts.
    pub txn_first_offset: Option<Offset>,
}

/// Where and how a consumer reads.
#[derive(Clone, Copy, Debug)]
pub struct FetchFrom {
    /// The first offset wanted.
    pub offset: Offset,
    /// The leader epoch that the client knows.
    pub current_leader_epoch: Option<LeaderEpoch>,
    /// The epoch of the last record that the client has.
    pub last_fetched_epoch: Option<LeaderEpoch>,
    /// Most bytes to return.
    pub max_bytes: usize,
    /// Whether the first batch is returned even if it is larger.
    pub min_one_batch: bool,
    /// How far a consumer reads; a follower reads to the end.
    pub isolation: Isolation,
    /// Whether the answer may wait for the device; else it may be [`NoRead::Cold`].
    pub may_wait: bool,
    /// Whether a follower may answer, as far as it knows what is committed (KIP-392).
    pub may_follow: bool,
}

/// Why a fetch finds nothing.
#[derive(Debug)]
pub enum NoRead {
    /// Kafka's error.
    Refused(ErrorCode),
    /// These bytes have to be brought into memory ([`storage::disk::DiskOp::ReadCold`]) before the answer is known: ask
    /// again then.
    Cold(FileSlice),
    /// The log is not open ([`Partition::begin_open`]): who watches hears of it when it is.
    NotOpen,
}

impl From<ErrorCode> for NoRead {
    fn from(error: ErrorCode) -> Self {
        Self::Refused(error)
    }
}

/// What a fetch finds.
#[derive(Debug)]
pub struct FetchRead {
    /// The batches; `None` if there are none to return.
    pub slice: Option<FileSlice>,
    /// Everything below is committed.
    pub high_watermark: Offset,
    /// Everything below is decided: committed or aborted.
    pub last_stable_offset: Offset,
    /// Where the log starts.
    pub log_start_offset: Offset,
    /// Aborted transactions in the range, for readers of committed records.
    pub aborted: Vec<(ProducerId, Offset)>,
    /// The client's log parts from this one: the largest common epoch and its end.
    pub diverging: Option<(LeaderEpoch, Offset)>,
}

/// What ListOffsets asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetQuery {
    /// The end of what the client may read.
    Latest,
    /// The end of the log, for a follower.
    LogEnd,
    /// The log start.
    Earliest,
    /// The record with the largest timestamp.
    MaxTimestamp,
    /// The first record at or after a time.
    Timestamp(TimestampMs),
}

/// What ListOffsets answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListedOffset {
    /// The offset, if there is one.
    pub offset: Option<Offset>,
    /// The timestamp of its record, if the question was about time.
    pub timestamp: Option<TimestampMs>,
    /// The leader epoch in which the record was written.
    pub leader_epoch: Option<LeaderEpoch>,
}

impl Partition {
    /// A replica that neither leads nor follows yet.
    #[must_use]
    pub fn new(
        id: TopicIdPartition,
        topic: Arc<str>,
        me: BrokerId,
        settings: Arc<TopicSettings>,
        high_watermark: Offset,
    ) -> Self {
        let state = State {
            role: Role::None,
            log: LogSlot::Closed,
            rested: None,
            settings,
            replicas: 1,
            high_watermark,
            waits: Waits::default(),
            watchers: Vec::new(),
            replica_watchers: Vec::new(),
            lowered: None,
            lowerings: 0,
            is_changed: false,
            is_listed: false,
            tended_at: None,
            tend_is_news: false,
            checked_at: Duration::ZERO,
            used_at: Duration::ZERO,
            clean_at: None,
        };
        Self {
            id,
            topic,
            me,
            is_gone: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Which partition this is.
    #[must_use]
    pub fn id(&self) -> TopicIdPartition {
        self.id
    }

    /// The topic's name.
    #[must_use]
    pub fn topic(&self) -> &Arc<str> {
        &self.topic
    }

    /// The leader and its epoch, as far as this node knows.
    #[must_use]
    pub fn current_leader(&self) -> Option<(BrokerId, LeaderEpoch)> {
        match &self.lock().role {
            Role::None => None,
            Role::Leader(leader) => Some((self.me, leader.epoch)),
            Role::Follower(follower) => follower.leader.map(|leader| (leader, follower.epoch)),
        }
    }

    /// Whether the partition was deleted, so that whoever holds it looks for another.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

    pub(crate) fn set_gone(&self) {
        self.is_gone.store(true, Ordering::Release);
    }

    /// Replaces the topic's settings.
    pub fn set_settings(&self, settings: Arc<TopicSettings>) {
        let mut state = self.lock();
        if let LogSlot::Open(log) = &mut state.log {
            log.set_config(Arc::clone(&settings.log));
        }
        state.settings = settings;
    }

    /// What calls since the last have left to the care of the log.
    #[must_use]
    pub fn take_due(&self) -> Due {
        self.lock().take_due()
    }

    /// The name of its topic.
    #[must_use]
    pub fn topic_name(&self) -> &str {
        &self.topic
    }

    /// The name of its directory.
    #[must_use]
    pub fn name(&self) -> TopicPartition {
        TopicPartition::new(&self.topic, self.id.partition.0)
    }

    pub(crate) fn me(&self) -> BrokerId {
        self.me
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}
