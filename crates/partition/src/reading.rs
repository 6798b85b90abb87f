//! What is read from a partition: records, offsets, epochs, producers.

use std::sync::Arc;

use model::{BrokerId, ErrorCode, LeaderEpoch, Offset, Ticket};
use records::Codecs;
use storage::disk::FileSlice;
use storage::errors::ReadError;
use storage::log::{Log, ReadRequest};
use storage::planted::{PlantedBug, is_planted};

use crate::isr::ReplicaFetch;
use crate::partition::{
    FetchFrom, FetchRead, Isolation, ListedOffset, Logs, NoRead, OffsetQuery, Partition,
    ProducerDescription, State,
};
use crate::replica_state::Role;
use crate::watch::Watch;

/// Segments whose timestamps are looked up under one hold of the partition's lock.
const LEARNT_AT_ONCE: usize = 8;

impl Partition {
    /// Reads for a consumer. With `watch`, the session is told of the next change.
    ///
    /// # Errors
    /// [`NoRead`]: Kafka's errors of a fetch request, or what has to be read from the device first.
    pub fn read(
        &self,
        logs: Logs<'_>,
        from: &FetchFrom,
        watch: Option<(&Arc<Watch>, u32)>,
    ) -> Result<FetchRead, NoRead> {
        self.read_for(logs, from, None, watch, &mut Vec::new())
    }

    /// Reads for a follower, up to the log's end: what it fetches from tells how far it is. With `watch`, the session is told
    /// of the next append.
    ///
    /// # Errors
    /// As [`Partition::read`].
    pub fn read_as_replica(
        &self,
        logs: Logs<'_>,
        from: &FetchFrom,
        replica: &ReplicaFetch,
        watch: Option<(&Arc<Watch>, u32)>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<FetchRead, NoRead> {
        self.read_for(logs, from, Some(replica), watch, wakes)
    }

    fn read_for(
        &self,
        logs: Logs<'_>,
        from: &FetchFrom,
        replica: Option<&ReplicaFetch>,
        watch: Option<(&Arc<Watch>, u32)>,
        wakes: &mut Vec<Ticket>,
    ) -> Result<FetchRead, NoRead> {
        let mut guard = self.lock();
        let state = &mut *guard;
        if let Some((watch, slot)) = watch {
            state.watch(watch, slot, replica.map(|replica| replica.id));
        }
        state.check_epoch(from.current_leader_epoch)?;
        state.check_reader(replica, from.may_follow)?;
        if !state.is_ready(logs.now) {
            return Err(NoRead::NotOpen);
        }
        let log = state.log(self, logs)?;
        let common = in_common(log, from)?;
        let end = log.log_end_offset();
        if let Some(replica) = replica.filter(|_| common.is_none()) {
            let at = (from.offset, end);
            state.on_replica_fetch(self.me(), logs.now, replica, at, wakes);
        }
        let high_watermark = state.high_watermark;
        let log = state.log(self, logs)?;
        let last_stable_offset = log.last_stable_offset(high_watermark);
        let mut found = FetchRead {
            slice: None,
            high_watermark,
            last_stable_offset,
            log_start_offset: log.log_start_offset(),
            aborted: Vec::new(),
            diverging: common,
        };
        if found.diverging.is_some() || (from.max_bytes == 0 && !from.min_one_batch) {
            return Ok(found);
        }
        let upper = match from.isolation {
            _ if replica.is_some() => end,
            Isolation::ReadUncommitted => high_watermark,
            Isolation::ReadCommitted => last_stable_offset,
        };
        let request = ReadRequest {
            from: from.offset,
            upper,
            max_bytes: u32::try_from(from.max_bytes).unwrap_or(u32::MAX),
            min_one: from.min_one_batch,
            with_aborted: from.isolation == Isolation::ReadCommitted,
            may_wait: from.may_wait,
        };
        let read = log.read(&request).map_err(|error| match error {
            ReadError::Cold(slice) => NoRead::Cold(slice),
            other => NoRead::Refused(logs.store.on_read_error(&self.name(), &other)),
        })?;
        found.slice = read.slice.filter(|slice| slice.len > 0);
        let aborted = read
            .aborted
            .iter()
            .map(|txn| (txn.producer_id, txn.first_offset));
        found.aborted = aborted.collect();
        Ok(found)
    }

    /// The in-sync follower that has the most, among those that `is_near` names and that have the record at `offset` or will have
    /// it next; `None` where this replica does not lead (KIP-392).
    pub fn nearest_follower(
        &self,
        offset: Offset,
        is_near: impl Fn(BrokerId) -> bool,
    ) -> Option<BrokerId> {
        let state = self.lock();
        let leader = state.leader().ok()?;
        let followers = leader.isr.iter().filter(|id| **id != self.me());
        let followers = followers.filter_map(|id| leader.followers.get_key_value(id));
        let near = followers.filter(|(id, progress)| {
            let has_begun = progress.log_start.is_none_or(|start| start <= offset);
            has_begun && offset <= progress.log_end && is_near(**id)
        });
        let most =
            near.max_by_key(|(id, progress)| (progress.log_end, progress.last_caught_up, **id));
        most.map(|(id, _)| *id)
    }

    /// Answers ListOffsets.
    ///
    /// # Errors
    /// Kafka's errors of that request.
    pub fn list_offset(
        &self,
        logs: Logs<'_>,
        codecs: &mut Codecs,
        query: OffsetQuery,
        current_leader_epoch: Option<LeaderEpoch>,
        isolation: Isolation,
    ) -> Result<ListedOffset, ErrorCode> {
        if matches!(query, OffsetQuery::MaxTimestamp | OffsetQuery::Timestamp(_)) {
            self.learn_timestamps(logs)?;
        }
        let mut guard = self.lock();
        let state = &mut *guard;
        state.check_epoch(current_leader_epoch)?;
        let epoch = state.leader()?.epoch;
        state.log(self, logs)?;
        let high_watermark = state.high_watermark;
        let log = state.log(self, logs)?;
        let end = match isolation {
            Isolation::ReadUncommitted => high_watermark,
            Isolation::ReadCommitted => log.last_stable_offset(high_watermark),
        };
        let at = |offset: Offset, epoch| ListedOffset {
            offset: Some(offset),
            timestamp: None,
            leader_epoch: epoch,
        };
        let found = match query {
            OffsetQuery::Latest => return Ok(at(end, Some(epoch))),
            OffsetQuery::LogEnd => return Ok(at(log.log_end_offset(), Some(epoch))),
            OffsetQuery::Earliest => {
                let start = log.log_start_offset();
                return Ok(at(start, log.epoch_at(start).or(log.latest_epoch())));
            }
            OffsetQuery::MaxTimestamp => log.max_timestamp(codecs),
            OffsetQuery::Timestamp(time) => log.offset_for_timestamp(time, codecs),
        };
        let found = found
            .map_err(|error| logs.store.on_log_error(&self.name(), &error))?
            .filter(|found| found.offset < end);
        Ok(
            found.map_or_else(ListedOffset::default, |found| ListedOffset {
                offset: Some(found.offset),
                timestamp: Some(found.timestamp),
                leader_epoch: found.epoch,
            }),
        )
    }

    /// Learns the greatest timestamps of segments that nobody has asked for since the log was opened: a few at a time, so
    /// that who appends or reads meanwhile does not wait for all of them.
    fn learn_timestamps(&self, logs: Logs<'_>) -> Result<(), ErrorCode> {
        let mut next = Some(0);
        while let Some(from) = next {
            let mut state = self.lock();
            state.leader()?;
            let learnt = state
                .log(self, logs)?
                .learn_timestamps(from, LEARNT_AT_ONCE);
            next = learnt.map_err(|error| logs.store.on_log_error(&self.name(), &error))?;
        }
        Ok(())
    }

    /// The largest epoch not above `epoch`, and where it ends.
    ///
    /// # Errors
    /// Kafka's errors of OffsetForLeaderEpoch.
    pub fn end_of_epoch(
        &self,
        logs: Logs<'_>,
        epoch: LeaderEpoch,
        current_leader_epoch: Option<LeaderEpoch>,
    ) -> Result<Option<(LeaderEpoch, Offset)>, ErrorCode> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.check_epoch(current_leader_epoch)?;
        state.leader()?;
        Ok(state.log(self, logs)?.end_offset_for_epoch(epoch))
    }

    /// The producers of which the log remembers something, in the order of their ids.
    ///
    /// # Errors
    /// This replica does not lead, or its log cannot be opened.
    pub fn producers(&self, logs: Logs<'_>) -> Result<Vec<ProducerDescription>, ErrorCode> {
        let mut guard = self.lock();
        guard.leader()?;
        let log = guard.log(self, logs)?;
        let describe =
            |(id, entry): (_, &storage::producer_state::ProducerEntry)| ProducerDescription {
                id,
                epoch: entry.epoch,
                last_sequence: entry.last_batch().map(|batch| batch.last_sequence),
                last_timestamp: entry.last_timestamp,
                coordinator_epoch: entry.coordinator_epoch,
                txn_first_offset: entry.txn_first_offset,
            };
        Ok(log.producers().producers().map(describe).collect())
    }

    /// The log end offset and the high watermark.
    ///
    /// # Errors
    /// The log cannot be opened.
    pub fn ends(&self, logs: Logs<'_>) -> Result<(Offset, Offset), ErrorCode> {
        let mut state = self.lock();
        let end = state.log(self, logs)?.log_end_offset();
        Ok((end, state.high_watermark))
    }

    /// Reads up to `max_bytes` from `from` on, to the log's end, for this node itself.
    ///
    /// # Errors
    /// The log cannot be read there.
    pub fn read_own(
        &self,
        logs: Logs<'_>,
        from: Offset,
        max_bytes: u32,
    ) -> Result<Option<FileSlice>, ErrorCode> {
        let mut guard = self.lock();
        let log = guard.log(self, logs)?;
        let request = ReadRequest {
            from: from.max(log.log_start_offset()),
            upper: log.log_end_offset(),
            max_bytes,
            min_one: true,
            with_aborted: false,
            may_wait: true,
        };
        Ok(log
            .read(&request)
            .map_err(|error| logs.store.on_read_error(&self.name(), &error))?
            .slice
            .filter(|slice| slice.len > 0))
    }

    /// Stops telling a session of changes.
    pub fn unwatch(&self, watch: &Arc<Watch>, slot: u32) {
        let mut guard = self.lock();
        let state = &mut *guard;
        for watchers in [&mut state.watchers, &mut state.replica_watchers] {
            watchers.retain(|w| w.slot != slot || !Arc::ptr_eq(&w.watch, watch));
            if watchers.is_empty() {
                *watchers = Vec::new();
            }
        }
    }
}

impl State {
    /// Whether this replica leads, or may answer as a follower, and who reads is a replica if it says so.
    fn check_reader(
        &self,
        replica: Option<&ReplicaFetch>,
        may_follow: bool,
    ) -> Result<(), ErrorCode> {
        let leader = match (self.leader(), &self.role) {
            (Err(_), Role::Follower(_)) if may_follow && replica.is_none() => return Ok(()),
            (leader, _) => leader?,
        };
        let Some(replica) = replica else {
            return Ok(());
        };
        if !leader.replicas.contains(&replica.id) {
            // One of us has not heard of a reassignment.
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        let known = leader.followers.get(&replica.id);
        let known = known.and_then(|progress| progress.broker_epoch);
        match replica.broker_epoch < known {
            // A fetch of an earlier life of that broker, overtaken by one of the next.
            true if replica.broker_epoch.is_some() => Err(ErrorCode::NOT_LEADER_OR_FOLLOWER),
            _ => Ok(()),
        }
    }
}

/// Where the reader's log parts from this one, if its last epoch does not end where it thinks (KIP-595).
fn in_common(log: &Log, from: &FetchFrom) -> Result<Option<(LeaderEpoch, Offset)>, ErrorCode> {
    let (start, end) = (log.log_start_offset(), log.log_end_offset());
    let Some(last) = from.last_fetched_epoch else {
        let is_outside = from.offset < start || from.offset > end;
        return match is_outside {
            true => Err(ErrorCode::OFFSET_OUT_OF_RANGE),
            false => Ok(None),
        };
    };
    let known = log.end_offset_for_epoch(last);
    let (epoch, epoch_end) = known.ok_or(ErrorCode::OFFSET_OUT_OF_RANGE)?;
    if from.offset < start {
        return Err(ErrorCode::OFFSET_OUT_OF_RANGE);
    }
    let parts = epoch < last || epoch_end < from.offset;
    let parts = parts && !is_planted(PlantedBug::MissDivergence);
    Ok(parts.then_some((epoch, epoch_end)))
}
