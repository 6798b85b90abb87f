//! What a partition does as follower: takes over what the leader has, and cuts off what the leader has not.
//!
//! ```text
//!   fetch_position -> Fetch -> records          -> replicate        -> fetch_position ...
//!                           -> diverging epoch  -> cut_to_common
//!                           -> out of range     -> cut_to, start_at
//! ```
//!
//! Every call names the leader epoch in which the leader was asked: an answer that was overtaken by an election changes
//! nothing. A cut below the recovery point comes in two steps: the recovery point is lowered, the owner writes its checkpoint
//! ([`NoReplication::MustCheckpoint`], [`Partition::on_lowering_durable`]), and the leader is asked again.

use model::{ErrorCode, LeaderEpoch, Offset, Ticket};
use storage::errors::LogError;
use storage::log::Log;
use storage::planted::{PlantedBug, is_planted};

use crate::partition::{Due, LogSlot, Logs, Partition, State};
use crate::replica_state::{FollowerState, Role};

/// From where a follower goes on: without records, from the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FetchPosition {
    /// The end of its log.
    pub offset: Offset,
    /// The epoch of the last record, if there are records.
    pub last_epoch: Option<LeaderEpoch>,
    /// The start of its log.
    pub log_start: Offset,
}

/// What a leader has answered about a partition.
#[derive(Clone, Copy, Debug)]
pub struct Fetched<'a> {
    /// The leader epoch in which it was asked.
    pub epoch: LeaderEpoch,
    /// The offset from which on it was asked.
    pub offset: Offset,
    /// Batches; the last may be cut off.
    pub records: &'a [u8],
    /// The leader's high watermark.
    pub high_watermark: Offset,
    /// The leader's log start offset.
    pub log_start: Offset,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicated {
    /// From where the follower goes on.
    pub position: FetchPosition,
    /// With `flush.messages=1`: the next fetch tells the leader that these records are safe here, so it waits for their sync
    /// ([`Partition::wait_for_sync`]).
    pub must_sync: bool,
    /// A sync has to be started.
    pub wants_sync: bool,
    /// What the care of the log has to know.
    pub due: Due,
}

/// Why an answer changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReplication {
    /// The replica does not follow in that epoch, or not from that offset, any more.
    Overtaken,
    /// The recovery point has been lowered: the leader is to be asked again when a checkpoint says so. The number is for
    /// [`Partition::on_lowering_durable`].
    MustCheckpoint(u64),
    /// It was not possible; the reason is among the notes where it is the disk's.
    Failed(ErrorCode),
}

impl From<ErrorCode> for NoReplication {
    fn from(error: ErrorCode) -> Self {
        Self::Failed(error)
    }
}

/// The recovery point was lowered because the log is going to be cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lowering {
    /// Counts them.
    number: u64,
    /// A checkpoint says so.
    is_durable: bool,
}

impl Partition {
    /// From where this replica goes on to fetch from the leader of `epoch`. The log is opened if it is not.
    ///
    /// # Errors
    /// [`NoReplication`]; nothing has to be checkpointed.
    pub fn fetch_position(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
    ) -> Result<Replicated, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.follows_in(epoch)?;
        state.standing(self, logs)
    }

    /// Appends what the leader has sent, and takes over its high watermark and log start offset.
    ///
    /// # Errors
    /// [`NoReplication`]. Batches before one at fault may have been appended.
    pub fn replicate(
        &self,
        logs: Logs<'_>,
        fetched: &Fetched<'_>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.follows_in(fetched.epoch)?;
        if state.log(self, logs)?.log_end_offset() != fetched.offset {
            return Err(NoReplication::Overtaken);
        }
        if !fetched.records.is_empty() {
            if let Some(Lowering {
                number,
                is_durable: false,
            }) = state.lowered
            {
                return Err(NoReplication::MustCheckpoint(number));
            }
            state.append_fetched(self, logs, fetched)?;
            state.lowered = None;
        }
        state.take_over_offsets(fetched, wakes);
        state.standing(self, logs)
    }

    /// Cuts off what the leader of `epoch` does not have, given the largest epoch, and its end at the leader, that is not
    /// above this log's last (KIP-101, KIP-279, KIP-595). The leader is to be asked again, for there may be more to cut.
    ///
    /// # Errors
    /// [`NoReplication`]
    pub fn cut_to_common(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
        (leader_epoch, leader_end): (LeaderEpoch, Offset),
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.follows_in(epoch)?;
        let log = state.log(self, logs)?;
        let target = match log.end_offset_for_epoch(leader_epoch) {
            // What this log has of a smaller epoch the leader may have as well.
            Some((own_epoch, own_end)) if own_epoch != leader_epoch => own_end,
            Some((_, own_end)) => own_end.min(leader_end),
            None => leader_end,
        };
        state.cut(self, logs, target, wakes)
    }

    /// Cuts off what lies beyond the end of the leader's log.
    ///
    /// # Errors
    /// [`NoReplication`]
    pub fn cut_to(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
        leader_end: Offset,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.follows_in(epoch)?;
        state.cut(self, logs, leader_end, wakes)
    }

    /// Begins the log anew where the leader's log starts, if it ends before: what lies between is nowhere any more.
    ///
    /// # Errors
    /// [`NoReplication`]
    pub fn start_at(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
        leader_start: Offset,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.follows_in(epoch)?;
        let log = state.log(self, logs)?;
        if log.log_end_offset() < leader_start {
            let begun = log.truncate_fully_and_start_at(logs.now, leader_start);
            begun.map_err(|error| state.on_cut_fault(self, logs, &error, wakes))?;
            state.after_cut(wakes);
        }
        state.standing(self, logs)
    }

    /// A checkpoint says what the `number`th lowering of the recovery point has asked for.
    pub fn on_lowering_durable(&self, number: u64) {
        let mut state = self.lock();
        if let Some(lowering) = &mut state.lowered
            && lowering.number == number
        {
            lowering.is_durable = true;
        }
    }

    /// Lets `ticket` be woken once everything is synced that lies below `end`; `false` if it is already.
    ///
    /// # Errors
    /// This replica does not follow any more, or its log is closed or offline: nobody knows what is synced.
    pub fn wait_for_sync(&self, end: Offset, ticket: Ticket) -> Result<bool, NoReplication> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let (Role::Follower(follower), LogSlot::Open(log)) = (&mut state.role, &state.log) else {
            return Err(NoReplication::Overtaken);
        };
        let must_wait = log.recovery_point() < end;
        follower.waits_for_sync = must_wait.then_some((end, ticket));
        Ok(must_wait)
    }

    /// The leader that this replica copies from, and its epoch.
    #[must_use]
    pub fn follows(&self) -> Option<FollowerState> {
        match &self.lock().role {
            Role::Follower(follower) => Some(*follower),
            Role::None | Role::Leader(_) => None,
        }
    }
}

impl State {
    fn follows_in(&self, epoch: LeaderEpoch) -> Result<(), NoReplication> {
        match &self.role {
            Role::Follower(follower) if follower.epoch == epoch => Ok(()),
            _ => Err(NoReplication::Overtaken),
        }
    }

    /// Where the replica stands, and what it has to wait for before the leader may hear of it.
    ///
    /// What lies beyond a lowered recovery point is synced all the same: a follower has nothing unsynced when it asks.
    fn standing(&mut self, of: &Partition, logs: Logs<'_>) -> Result<Replicated, NoReplication> {
        let synced_only = self.settings.counts_synced_only() && self.lowered.is_none();
        let log = self.log(of, logs)?;
        let position = position(log);
        let must_sync = synced_only
            && log.recovery_point() < log.log_end_offset()
            && !is_planted(PlantedBug::FollowersCountUnsynced);
        Ok(Replicated {
            position,
            must_sync,
            wants_sync: self.wants_sync(logs.now),
            due: self.due_of_append(),
        })
    }

    fn append_fetched(
        &mut self,
        of: &Partition,
        logs: Logs<'_>,
        fetched: &Fetched<'_>,
    ) -> Result<(), NoReplication> {
        let log = self.log(of, logs)?;
        let start = log.log_start_offset();
        // The leader's log may start within a batch, and it sends whole batches.
        let base = (fetched.records.first_chunk()).map(|bytes| Offset(i64::from_be_bytes(*bytes)));
        if let Some(base) = base.filter(|base| *base < fetched.offset) {
            if start != fetched.offset {
                return Err(NoReplication::Failed(ErrorCode::CORRUPT_MESSAGE));
            }
            self.start_before(of, logs, base)?;
        }
        let log = self.log(of, logs)?;
        let appended = log.append_of_leader(logs.now, fetched.records, fetched.epoch);
        log.advance_log_start(start);
        match appended {
            Ok(_) => Ok(()),
            Err(error) => Err(logs.store.on_append_error(&of.name(), &error).into()),
        }
    }

    /// The log, which is empty, is to hold a batch that begins before it: so it begins there.
    fn start_before(
        &mut self,
        of: &Partition,
        logs: Logs<'_>,
        base: Offset,
    ) -> Result<(), NoReplication> {
        self.lower(of, logs, base)?;
        let log = self.log(of, logs)?;
        let begun = log.truncate_fully_and_start_at(logs.now, base);
        begun.map_err(|error| logs.store.on_log_error(&of.name(), &error).into())
    }

    /// Takes over how much is committed, and where the log starts.
    fn take_over_offsets(&mut self, fetched: &Fetched<'_>, wakes: &mut Vec<Ticket>) {
        let LogSlot::Open(log) = &mut self.log else {
            return;
        };
        let committed = fetched.high_watermark.min(log.log_end_offset());
        let has_moved = committed > self.high_watermark;
        if has_moved {
            self.high_watermark = committed;
            log.on_high_watermark(committed);
        }
        let start = fetched.log_start.min(self.high_watermark);
        if log.advance_log_start(start) || has_moved {
            self.is_changed = true;
            self.notify(wakes);
        }
    }

    /// Sees that nothing beyond `offset` counts as synced, here and in the checkpoint.
    fn lower(
        &mut self,
        of: &Partition,
        logs: Logs<'_>,
        offset: Offset,
    ) -> Result<(), NoReplication> {
        let log = self.log(of, logs)?;
        if log.recovery_point() > offset {
            log.lower_recovery_point(offset);
            self.lowerings += 1;
            self.lowered = Some(Lowering {
                number: self.lowerings,
                is_durable: false,
            });
            let high_watermark = self.high_watermark;
            let log = self.log(of, logs)?;
            logs.store.manager().note(&of.name(), log, high_watermark);
        }
        match self.lowered {
            Some(lowering) if !lowering.is_durable => {
                Err(NoReplication::MustCheckpoint(lowering.number))
            }
            _ => Ok(()),
        }
    }

    fn cut(
        &mut self,
        of: &Partition,
        logs: Logs<'_>,
        target: Offset,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        if target < self.log(of, logs)?.log_end_offset() {
            self.lower(of, logs, target)?;
        }
        let cut = self.log(of, logs)?.truncate_to(logs.now, target);
        cut.map_err(|error| self.on_cut_fault(of, logs, &error, wakes))?;
        self.after_cut(wakes);
        let log = self.log(of, logs)?;
        if log.log_end_offset() < target {
            // A batch reaches across the target, and is gone as a whole.
            let end = log.log_end_offset();
            log.lower_recovery_point(end);
        }
        self.lowered = None;
        self.standing(of, logs)
    }

    /// The log has another end: what was committed beyond it is lost, if it ever was.
    fn after_cut(&mut self, wakes: &mut Vec<Ticket>) {
        let LogSlot::Open(log) = &mut self.log else {
            return;
        };
        let (start, end) = (log.log_start_offset(), log.log_end_offset());
        self.high_watermark = self.high_watermark.clamp(start, end);
        log.on_high_watermark(self.high_watermark);
        self.is_changed = true;
        self.notify(wakes);
    }

    /// A log that could not be cut is in nobody knows which state.
    fn on_cut_fault(
        &mut self,
        of: &Partition,
        logs: Logs<'_>,
        error: &LogError,
        wakes: &mut Vec<Ticket>,
    ) -> NoReplication {
        let code = logs.store.on_log_error(&of.name(), error);
        self.go_offline(code, wakes);
        NoReplication::Failed(code)
    }

    /// Whoever fetches for this replica waits for nothing here any more.
    pub(crate) fn release_fetcher(&mut self, wakes: &mut Vec<Ticket>) {
        if let Role::Follower(follower) = &mut self.role {
            wakes.extend(follower.waits_for_sync.take().map(|(_, ticket)| ticket));
        }
    }

    /// A sync has ended.
    pub(crate) fn tell_of_sync(&mut self, wakes: &mut Vec<Ticket>) {
        if let (Role::Follower(follower), LogSlot::Open(log)) = (&mut self.role, &self.log)
            && let Some((end, ticket)) = follower.waits_for_sync
            && log.recovery_point() >= end
        {
            follower.waits_for_sync = None;
            wakes.push(ticket);
        }
    }
}

fn position(log: &Log) -> FetchPosition {
    FetchPosition {
        offset: log.log_end_offset(),
        last_epoch: log.latest_epoch(),
        log_start: log.log_start_offset(),
    }
}
