//! What a partition does as leader: appends, commits, syncs.

use std::sync::Arc;

use model::{BrokerId, ErrorCode, LeaderEpoch, Now, Offset, ProducerEpoch, ProducerId, Ticket};
use records::control::EndTransaction;
use records::{AppendRules, BatchHeader, Codecs, Rejection};
use storage::log::{LeaderAppend, Log, SyncOutcome, SyncTarget, SyncTicket};
use storage::producer_state::Origin;

use crate::partition::{Append, Appended, LogSlot, Logs, OwnAppend, Partition, State, TxnMarker};
use crate::rejection::{self, AppendRejection};
use crate::replica_state::{FollowerState, LeaderState, Role};

/// An append that was refused, and at which point.
enum Refused {
    /// The request itself is wrong.
    Before(AppendRejection),
    /// The partition's log does not take it.
    ByLog(AppendRejection),
}

impl Refused {
    fn of_batch(rejection: &Rejection, partition: &Partition) -> Self {
        let refused = AppendRejection::of_batch(rejection, &partition.name());
        if rejection::precedes_log(rejection) {
            Self::Before(refused)
        } else {
            Self::ByLog(refused)
        }
    }
}

impl From<ErrorCode> for Refused {
    fn from(error: ErrorCode) -> Self {
        Self::ByLog(error.into())
    }
}

impl Partition {
    /// Appends a producer's batch as the leader.
    ///
    /// The batch is checked before the lock is taken; under it the offsets are given and the bytes
    /// go to the page cache.
    ///
    /// # Errors
    /// Kafka's errors of a produce request; nothing was written then.
    pub fn append(
        &self,
        logs: Logs<'_>,
        codecs: &mut Codecs,
        append: &Append<'_>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Appended, AppendRejection> {
        let refused = match self.try_append(logs, codecs, append, wakes) {
            Err(Refused::ByLog(refused)) => refused,
            Err(Refused::Before(refused)) => return Err(refused),
            Ok(appended) => return Ok(appended),
        };
        let tells = AppendRejection::tells_log_start(refused.error);
        let start = tells.then(|| self.log_start_offset(logs)).flatten();
        Err(AppendRejection {
            log_start_offset: start,
            ..refused
        })
    }

    /// Where the log starts; `None` without a log that can be used.
    fn log_start_offset(&self, logs: Logs<'_>) -> Option<Offset> {
        let mut guard = self.lock();
        let log = guard.log(self, logs).ok()?;
        Some(log.log_start_offset())
    }

    fn try_append(
        &self,
        logs: Logs<'_>,
        codecs: &mut Codecs,
        append: &Append<'_>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Appended, Refused> {
        let settings = Arc::clone(&self.lock().settings);
        let rules = AppendRules {
            origin: append.origin,
            ..settings.rules
        };
        if !append.may_take_long && settings.recompresses(append.records) {
            return Err(Refused::Before(AppendRejection {
                takes_long: true,
                ..ErrorCode::NONE.into()
            }));
        }
        let accepted = records::validate(append.records, &rules, logs.now.wall, codecs)
            .map_err(|rejection| Refused::of_batch(&rejection, self))?;
        let mut guard = self.lock();
        let state = &mut *guard;
        let leader = state.leader()?;
        let epoch = leader.epoch;
        let is_verified = append
            .verified
            .is_some_and(|guard| leader.verifications.holds(guard));
        if append.acks_all && !state.has_min_isr() {
            return Err(ErrorCode::NOT_ENOUGH_REPLICAS.into());
        }
        let log = state.log(self, logs)?;
        let may_begin = append.may_begin_transaction || is_verified;
        if !may_begin && !has_open(log, append.records) {
            return Err(ErrorCode::INVALID_TXN_STATE.into());
        }
        let batch = LeaderAppend::accepted(append.records, &accepted, epoch, Origin::Client);
        let info = log
            .append_as_leader(logs.now, &batch)
            .map_err(|error| logs.store.on_append_error(&self.name(), &error))?;
        let log_start_offset = log.log_start_offset();
        if state.replicas > 1 && !info.is_repeat {
            state.on_append_with_followers(logs.now, info.base_offset, wakes);
        }
        state.advance(self.me(), wakes);
        let end = info.last_offset.next();
        let waits_for_commit = append.acks_all || settings.counts_synced_only();
        let must_wait = append.wants_answer && waits_for_commit && end > state.high_watermark;
        if must_wait {
            state.waits.push(end, append.ticket);
        }
        Ok(Appended {
            base_offset: info.base_offset,
            log_append_time: accepted.log_append_time,
            log_start_offset,
            wait: must_wait.then_some((epoch, end)),
            wants_sync: state.wants_sync(logs.now),
            due: state.due_of_append(),
        })
    }

    /// Whether everything below `end` is acknowledged, for a producer that waits since `epoch`.
    ///
    /// # Errors
    /// The records may be lost: another leader took over, or the disk failed.
    pub fn is_acknowledged(&self, epoch: LeaderEpoch, end: Offset) -> Result<bool, ErrorCode> {
        let state = self.lock();
        if let LogSlot::Gone(error) = state.log {
            return Err(error);
        }
        if state.leader()?.epoch != epoch {
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        Ok(state.high_watermark >= end)
    }

    /// Begins a sync of what was appended; `None` when one is under way or nothing is to be synced.
    #[must_use]
    pub fn begin_sync(&self) -> Option<SyncTarget> {
        match &mut self.lock().log {
            LogSlot::Open(log) => log.begin_sync().ok().flatten(),
            _ => None,
        }
    }

    /// Takes in the end of a sync. Gives the next one, if more was appended meanwhile that waits
    /// for a sync.
    ///
    /// # Errors
    /// `KAFKA_STORAGE_ERROR`: the sync failed, so the whole log directory has to go offline.
    pub fn on_synced(
        &self,
        now: Now,
        ticket: SyncTicket,
        is_ok: bool,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Option<SyncTarget>, ErrorCode> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let LogSlot::Open(log) = &mut state.log else {
            return Ok(None);
        };
        if log.finish_sync(ticket, is_ok) == SyncOutcome::Failed {
            state.go_offline(ErrorCode::KAFKA_STORAGE_ERROR, wakes);
            return Err(ErrorCode::KAFKA_STORAGE_ERROR);
        }
        state.is_changed = true;
        state.advance(self.me(), wakes);
        state.tell_of_sync(wakes);
        if !state.wants_sync(now) {
            return Ok(None);
        }
        let LogSlot::Open(log) = &mut state.log else {
            return Ok(None);
        };
        Ok(log.begin_sync().ok().flatten())
    }

    /// Moves the log start offset up to `before`, or to the high watermark; gives where it is then.
    ///
    /// # Errors
    /// `OFFSET_OUT_OF_RANGE` above the high watermark, `POLICY_VIOLATION` where nothing is deleted.
    pub fn delete_records(
        &self,
        logs: Logs<'_>,
        before: Option<Offset>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Offset, ErrorCode> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.leader()?;
        if !state.settings.log.delete {
            return Err(ErrorCode::POLICY_VIOLATION);
        }
        state.log(self, logs)?;
        let high_watermark = state.high_watermark;
        let before = before.unwrap_or(high_watermark);
        if before > high_watermark {
            return Err(ErrorCode::OFFSET_OUT_OF_RANGE);
        }
        let log = state.log(self, logs)?;
        log.advance_log_start(before);
        let start = log.log_start_offset();
        state.is_changed = true;
        state.notify(wakes);
        Ok(start)
    }

    /// Makes this replica the leader, or brings what it knows as leader up to date.
    pub fn lead(&self, now: Now, registered: LeaderState, wakes: &mut Vec<Ticket>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.replicas = registered.replicas.len();
        match &mut state.role {
            Role::Leader(leader) if leader.epoch == registered.epoch => {
                leader.on_registered(registered);
            }
            _ => state.begin_to_lead(now, registered, wakes),
        }
        state.note_epoch_start();
        state.advance(self.me(), wakes);
        state.notify(wakes);
    }

    /// Appends a batch of this node's own, as a coordinator does, if it leads in `epoch`.
    ///
    /// # Errors
    /// Kafka's errors of a produce request; nothing was written then.
    pub fn append_own(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
        batch: &[u8],
        wakes: &mut Vec<Ticket>,
    ) -> Result<OwnAppend, ErrorCode> {
        self.append_trusted(logs, Some(epoch), (batch, Origin::Coordinator, None), wakes)
    }

    /// Ends the producer's transaction in this partition, whichever epoch it is led in.
    ///
    /// A marker that comes again is written again: it changes nothing then.
    ///
    /// # Errors
    /// `INVALID_PRODUCER_EPOCH` and `TRANSACTION_COORDINATOR_FENCED` for a marker that is not to come again; else
    /// Kafka's errors of a produce request. Nothing was written then.
    pub fn append_marker(
        &self,
        logs: Logs<'_>,
        marker: &TxnMarker,
        wakes: &mut Vec<Ticket>,
    ) -> Result<OwnAppend, ErrorCode> {
        let end = EndTransaction {
            is_committed: marker.is_committed,
            coordinator_epoch: marker.coordinator_epoch,
        };
        let batch = end.batch(marker.producer_id, marker.producer_epoch, logs.now.wall);
        let origin = Origin::TxnMarker {
            strict_epoch: marker.strict_epoch,
        };
        let what = (&*batch, origin, Some(marker.producer_id));
        self.append_trusted(logs, None, what, wakes)
    }

    fn append_trusted(
        &self,
        logs: Logs<'_>,
        epoch: Option<LeaderEpoch>,
        (batch, origin, ended): (&[u8], Origin, Option<ProducerId>),
        wakes: &mut Vec<Ticket>,
    ) -> Result<OwnAppend, ErrorCode> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let current = state.leader()?.epoch;
        if epoch.is_some_and(|epoch| epoch != current) {
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        if !state.has_min_isr() {
            return Err(ErrorCode::NOT_ENOUGH_REPLICAS);
        }
        if batch.len() > state.settings.rules.max_message_bytes && origin == Origin::Coordinator {
            return Err(ErrorCode::MESSAGE_TOO_LARGE);
        }
        let log = state.log(self, logs)?;
        let batch = LeaderAppend::trusted(batch, current, origin);
        let info = log
            .append_as_leader(logs.now, &batch)
            .map_err(|error| logs.store.on_append_error(&self.name(), &error))?;
        if let Some(producer) = ended {
            state.leader_mut()?.verifications.end(producer);
        }
        if state.replicas > 1 && !info.is_repeat {
            state.on_append_with_followers(logs.now, info.base_offset, wakes);
        }
        state.advance(self.me(), wakes);
        Ok(OwnAppend {
            base_offset: info.base_offset,
            end: info.last_offset.next(),
            epoch: current,
            wants_sync: state.wants_sync(logs.now),
            due: state.due_of_append(),
        })
    }

    /// As [`Partition::is_acknowledged`]; if it is not yet, `ticket` is woken when that may have changed.
    ///
    /// # Errors
    /// The records may be lost: another leader took over, or the disk failed.
    pub fn acknowledged_or_wait(
        &self,
        epoch: LeaderEpoch,
        end: Offset,
        ticket: Ticket,
    ) -> Result<bool, ErrorCode> {
        let mut state = self.lock();
        if let LogSlot::Gone(error) = state.log {
            return Err(error);
        }
        if state.leader()?.epoch != epoch {
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        let is_acknowledged = state.high_watermark >= end;
        if !is_acknowledged {
            state.waits.push(end, ticket);
        }
        Ok(is_acknowledged)
    }

    /// Whether a producer's transaction is open here in this epoch.
    #[must_use]
    pub fn has_open_transaction(
        &self,
        logs: Logs<'_>,
        producer: ProducerId,
        epoch: ProducerEpoch,
    ) -> bool {
        let mut state = self.lock();
        state
            .log(self, logs)
            .is_ok_and(|log| is_open(log, producer, epoch))
    }

    /// The high watermark; if it is below `end`, `ticket` is woken when it reaches that.
    pub fn commit_or_wait(&self, end: Offset, ticket: Ticket) -> Offset {
        let mut state = self.lock();
        if state.high_watermark < end {
            state.waits.push(end, ticket);
        }
        state.high_watermark
    }

    /// Everything below is committed.
    #[must_use]
    pub fn high_watermark(&self) -> Offset {
        self.lock().high_watermark
    }

    /// Makes this replica a follower, of nobody if there is no leader.
    pub fn follow(&self, leader: Option<BrokerId>, epoch: LeaderEpoch, wakes: &mut Vec<Ticket>) {
        let mut state = self.lock();
        if let Role::Follower(follower) = &state.role
            && (follower.leader, follower.epoch) == (leader, epoch)
        {
            return;
        }
        state.release_fetcher(wakes);
        state.role = Role::Follower(FollowerState {
            leader,
            epoch,
            waits_for_sync: None,
        });
        state.waits.wake_all(wakes);
        state.notify_all(wakes);
    }
}

fn is_open(log: &Log, producer: ProducerId, epoch: ProducerEpoch) -> bool {
    let entry = log.producers().get(producer);
    entry.is_some_and(|entry| entry.epoch == epoch && entry.txn_first_offset.is_some())
}

/// Whether a batch that is transactional belongs to a transaction that is open in the log.
fn has_open(log: &Log, batch: &[u8]) -> bool {
    let header = BatchHeader::parse(batch).ok();
    let header = header.filter(BatchHeader::is_transactional);
    let producer = header.and_then(|batch| batch.producer_id().zip(batch.producer_epoch()));
    producer.is_none_or(|(id, epoch)| is_open(log, id, epoch))
}

impl State {
    /// The leader's state, if this replica leads. One whose log is gone, with its directory, says that rather.
    pub(crate) fn leader(&self) -> Result<&LeaderState, ErrorCode> {
        match (&self.role, &self.log) {
            (Role::Leader(leader), _) => Ok(leader),
            (_, LogSlot::Gone(error)) => Err(*error),
            _ => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
        }
    }

    pub(crate) fn leader_mut(&mut self) -> Result<&mut LeaderState, ErrorCode> {
        match (&mut self.role, &self.log) {
            (Role::Leader(leader), _) => Ok(leader),
            (_, LogSlot::Gone(error)) => Err(*error),
            _ => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
        }
    }

    /// Compares the epoch that a client knows with that of this replica (KIP-320).
    pub(crate) fn check_epoch(&self, known: Option<LeaderEpoch>) -> Result<(), ErrorCode> {
        let (Some(known), Some(current)) = (known, self.role.epoch()) else {
            return Ok(());
        };
        match known.cmp(&current) {
            std::cmp::Ordering::Less => Err(ErrorCode::FENCED_LEADER_EPOCH),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(ErrorCode::UNKNOWN_LEADER_EPOCH),
        }
    }

    pub(crate) fn has_min_isr(&self) -> bool {
        let needed = self.settings.min_isr.min(self.replicas);
        self.leader().is_ok_and(|leader| leader.isr.len() >= needed)
    }

    /// Whether a sync is due and none is under way.
    pub(crate) fn wants_sync(&self, now: Now) -> bool {
        let LogSlot::Open(log) = &self.log else {
            return false;
        };
        // What is about to be cut is not to count as synced again.
        self.lowered.is_none()
            && !log.is_syncing()
            && (log.needs_sync(now) || log.wants_background_sync())
    }

    /// The log, opened at once if need be; the high watermark is up to date then.
    ///
    /// Requests of clients have waited for it to be open before they come here (`when_open`); what remains are logs that
    /// were closed at that very moment, new ones, and the coordinators' own.
    pub(crate) fn log(&mut self, of: &Partition, logs: Logs<'_>) -> Result<&mut Log, ErrorCode> {
        self.used_at = logs.now.mono;
        if matches!(self.log, LogSlot::Closed) {
            let (config, rested) = (&self.settings.log, self.rested.as_deref().cloned());
            let id = of.id().topic_id;
            let log = (logs.store).open(&of.name(), id, config, rested, logs.now)?;
            self.log = LogSlot::Open(Box::new(log));
            self.on_open(of.me());
        }
        match &mut self.log {
            LogSlot::Open(log) => Ok(log),
            LogSlot::Gone(error) | LogSlot::Refused { error, .. } => Err(*error),
            // To be asked again: the metadata says who leads, and by then the log is open.
            LogSlot::Opening(_) => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
            LogSlot::Closed => unreachable!("opened just above"),
        }
    }

    /// The log was just opened.
    pub(crate) fn on_open(&mut self, me: BrokerId) {
        let LogSlot::Open(log) = &mut self.log else {
            return;
        };
        log.set_config(Arc::clone(&self.settings.log));
        let (start, end) = (log.log_start_offset(), log.log_end_offset());
        self.rested = None;
        self.is_changed |= self.high_watermark < start || self.high_watermark > end;
        self.high_watermark = self.high_watermark.max(start).min(end);
        // The checkpoint may have it at the end already: then it does not move any more.
        log.on_high_watermark(self.high_watermark);
        self.note_epoch_start();
        self.raise_high_watermark(me);
        self.plan_to_tend(self.used_at + crate::upkeep::IDLE.min(self.settings.check_interval));
    }

    /// Lets an open log know of a new epoch of leadership, which starts at its end.
    pub(crate) fn note_epoch_start(&mut self) {
        let (Role::Leader(leader), LogSlot::Open(log)) = (&mut self.role, &mut self.log) else {
            return;
        };
        if log.latest_epoch() != Some(leader.epoch) {
            log.assign_epoch(leader.epoch);
        }
        leader.epoch_start = log
            .start_of_epoch(leader.epoch)
            .unwrap_or_else(|| log.log_end_offset());
    }

    fn begin_to_lead(&mut self, now: Now, leader: LeaderState, wakes: &mut Vec<Ticket>) {
        self.release_fetcher(wakes);
        let mut leader = Box::new(leader);
        leader.since = now.mono;
        if leader.isr.len() > 1 {
            leader.plan_check(now.mono + self.settings.lag_time_max);
        }
        self.role = Role::Leader(leader);
        self.lowered = None;
        self.waits.wake_all(wakes);
        self.notify_replicas(wakes);
    }

    /// Moves the high watermark to where it may be; `true` if it moved.
    fn raise_high_watermark(&mut self, me: BrokerId) -> bool {
        let (Role::Leader(leader), LogSlot::Open(log)) = (&self.role, &mut self.log) else {
            return false;
        };
        let own = if self.settings.counts_synced_only() {
            log.recovery_point()
        } else {
            log.log_end_offset()
        };
        let committed = leader.committed(me, own, self.settings.min_isr);
        let Some(committed) = committed.filter(|committed| *committed > self.high_watermark) else {
            return false;
        };
        self.high_watermark = committed;
        self.is_changed = true;
        log.on_high_watermark(committed);
        true
    }

    /// Moves the high watermark to where it may be, and tells those who wait for it.
    pub(crate) fn advance(&mut self, me: BrokerId, wakes: &mut Vec<Ticket>) {
        if self.raise_high_watermark(me) {
            self.waits.wake_up_to(self.high_watermark, wakes);
            self.notify(wakes);
        }
    }

    /// Gives the log up; everybody who waits hears of it.
    pub(crate) fn go_offline(&mut self, error: ErrorCode, wakes: &mut Vec<Ticket>) {
        let before = std::mem::replace(&mut self.log, LogSlot::Gone(error));
        crate::opening::wake(before, wakes);
        self.waits.wake_all(wakes);
        self.release_fetcher(wakes);
        self.notify_all(wakes);
    }
}
