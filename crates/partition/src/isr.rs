//! Who is in sync, as the leader sees it: who falls behind, who has caught up, and what the controller is asked for.
//!
//! ```text
//!   a fetch, an append, a timer -> is_isr_due -> propose_isr -> AlterPartition -> on_isr_answer
//!                                                   |                                  |
//!                                    counts as the maximal ISR from here on     or the metadata
//! ```
//!
//! A follower may join when it has everything that is committed and everything from before this leader's epoch. It has to go
//! when it has lacked something for `replica.lag.time.max.ms`. Nobody looks at partitions in which nothing is written: a
//! follower that had everything has it still.

use std::time::Duration;

use model::{BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Now, Offset, PartitionEpoch, Ticket};
use smallvec::SmallVec;

use crate::partition::{Due, LogSlot, Partition, State};
use crate::replica_state::{FollowerProgress, LeaderState, Role};

/// How long nothing is committed without a follower that is about to catch up. It fetches again within a round trip.
const AWAIT: Duration = Duration::from_secs(1);
/// How long after a refusal the ISR is looked at again.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// Another ISR, which the controller was or will be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IsrChange {
    pub isr: SmallVec<[BrokerId; 3]>,
    /// The controller has refused it: what holds instead, the metadata will tell.
    is_refused: bool,
}

impl IsrChange {
    pub fn to(isr: impl IntoIterator<Item = BrokerId>) -> Self {
        Self {
            isr: isr.into_iter().collect(),
            is_refused: false,
        }
    }
}

/// What the controller is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsrProposal {
    /// The epoch in which this replica leads.
    pub leader_epoch: LeaderEpoch,
    /// The version of the registration that is to be changed.
    pub partition_epoch: PartitionEpoch,
    /// The members, with their incarnations where they are known.
    pub isr: Vec<(BrokerId, Option<BrokerEpoch>)>,
}

/// What comes of thinking about another ISR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IsrPlan {
    /// What to ask the controller for.
    pub proposal: Option<IsrProposal>,
    /// Followers that have everything, but that the controller would not take: to be thought about again when what is
    /// known of their brokers has changed.
    pub not_eligible: SmallVec<[BrokerId; 1]>,
}

/// What the controller has granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsrGranted {
    /// The epoch of the leader that has asked.
    pub leader_epoch: LeaderEpoch,
    /// The version of the registration.
    pub partition_epoch: PartitionEpoch,
    /// The ISR.
    pub isr: SmallVec<[BrokerId; 3]>,
}

/// A follower's fetch.
#[derive(Clone, Copy, Debug)]
pub struct ReplicaFetch {
    /// Who fetches.
    pub id: BrokerId,
    /// Its incarnation, if it tells.
    pub broker_epoch: Option<BrokerEpoch>,
    /// Where its log starts, if it tells.
    pub log_start: Option<Offset>,
    /// Whether the fetch has just come: it tells how far the follower is then, and does not when it is looked at again.
    pub is_new: bool,
}

impl LeaderState {
    /// Whether the follower has lacked something for longer than it may.
    fn lags(&self, id: BrokerId, end: Option<Offset>, now: Now, longest: Duration) -> bool {
        let (has_all, caught_up) = match self.followers.get(&id) {
            Some(progress) => (
                end.is_none_or(|end| progress.log_end >= end),
                progress.last_caught_up.max(self.since),
            ),
            None => (false, self.since),
        };
        !has_all && caught_up + longest <= now.mono
    }

    /// Followers outside the ISR that have everything they need to be in it, and are heard of.
    fn candidates(
        &self,
        now: Now,
        high_watermark: Offset,
        end: Option<Offset>,
        longest: Duration,
    ) -> impl Iterator<Item = BrokerId> + '_ {
        let needed = high_watermark.max(self.epoch_start);
        let outside = self.followers.iter();
        let outside = outside.filter(|(id, _)| !self.isr.contains(id));
        outside
            .filter(move |(_, progress)| progress.joins_at(needed, end, now, longest))
            .map(|(id, _)| *id)
    }

    /// When the next follower will have lagged for too long, if those that lag now do not catch up.
    fn next_check(&self, me: BrokerId, end: Option<Offset>, longest: Duration) -> Option<Duration> {
        let others = self.isr.iter().filter(|id| **id != me);
        let behind = others.filter_map(|id| match self.followers.get(id) {
            Some(progress) => end
                .is_some_and(|end| progress.log_end < end)
                .then(|| progress.last_caught_up.max(self.since) + longest),
            None => Some(self.since + longest),
        });
        let awaited = self.awaited.iter().map(|(_, until)| *until);
        behind.chain(awaited).min()
    }

    /// A follower that lags only by what others write may have its turn.
    fn maybe_await(&mut self, now: Now, id: BrokerId) {
        if !self.awaited.iter().any(|(awaited, _)| *awaited == id) {
            self.awaited.push((id, now.mono + AWAIT));
            self.plan_check(now.mono + AWAIT);
        }
    }

    fn on_fetch(&mut self, now: Now, fetch: &ReplicaFetch, (offset, end): (Offset, Offset)) {
        let since = self.since;
        let progress = self
            .followers
            .entry(fetch.id)
            .or_insert_with(|| FollowerProgress {
                log_end: Offset::ZERO,
                log_start: None,
                broker_epoch: None,
                last_caught_up: since,
                last_fetch: (since, Offset(i64::MAX)),
                told: Offset(i64::MAX),
                may_join: true,
            });
        progress.broker_epoch = fetch.broker_epoch;
        progress.log_start = fetch.log_start;
        progress.on_fetch(now, offset, end);
    }
}

impl State {
    /// A follower fetches from `offset` on, which its log and this one have in common.
    pub(crate) fn on_replica_fetch(
        &mut self,
        me: BrokerId,
        now: Now,
        fetch: &ReplicaFetch,
        (offset, end): (Offset, Offset),
        wakes: &mut Vec<Ticket>,
    ) {
        let high_watermark = self.high_watermark;
        let Role::Leader(leader) = &mut self.role else {
            return;
        };
        if fetch.is_new {
            leader.on_fetch(now, fetch, (offset, end));
            if !leader.isr.contains(&fetch.id) && offset >= leader.epoch_start {
                let told = leader.followers[&fetch.id].told;
                leader.is_isr_due |= offset >= high_watermark;
                // Until it is proposed, others' records are not to leave it behind again.
                if offset >= high_watermark.min(told) && leader.followers[&fetch.id].may_join {
                    leader.maybe_await(now, fetch.id);
                }
            }
        }
        self.advance(me, wakes);
        let high_watermark = self.high_watermark;
        if let Role::Leader(leader) = &mut self.role
            && let Some(progress) = leader.followers.get_mut(&fetch.id)
        {
            progress.told = high_watermark;
        }
    }

    /// The leader has appended what begins at `base`: who had everything up to there lacks it from this moment on.
    pub(crate) fn on_append_with_followers(
        &mut self,
        now: Now,
        base: Offset,
        wakes: &mut Vec<Ticket>,
    ) {
        let longest = self.settings.lag_time_max;
        if let Role::Leader(leader) = &mut self.role {
            for progress in leader.followers.values_mut() {
                if progress.log_end >= base {
                    progress.last_caught_up = progress.last_caught_up.max(now.mono);
                }
            }
            if leader.check_at.is_none() {
                leader.plan_check(now.mono + longest);
            }
        }
        self.notify_replicas(wakes);
    }

    pub(crate) fn log_end(&self) -> Option<Offset> {
        match &self.log {
            LogSlot::Open(log) => Some(log.log_end_offset()),
            _ => self.rested.as_ref().map(|rested| rested.log_end),
        }
    }

    fn plan_next_check(&mut self, me: BrokerId, now: Now) {
        let (end, longest) = (self.log_end(), self.settings.lag_time_max);
        if let Role::Leader(leader) = &mut self.role
            && let Some(at) = leader.next_check(me, end, longest)
        {
            leader.plan_check(at.max(now.mono));
        }
    }
}

impl Partition {
    /// Looks at the ISR, if that was planned for `planned` ([`Due::check_isr_at`]) and not for another time since:
    /// [`Partition::take_due`] tells whether another one has to be asked for, and when to look again.
    pub fn check_isr(&self, planned: Duration, now: Now, wakes: &mut Vec<Ticket>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let (end, longest) = (state.log_end(), state.settings.lag_time_max);
        let high_watermark = state.high_watermark;
        let Role::Leader(leader) = &mut state.role else {
            return;
        };
        if leader.check_at != Some(planned) {
            return;
        }
        leader.check_at = None;
        leader.awaited.retain(|(_, until)| *until > now.mono);
        let others = leader.isr.iter().filter(|id| **id != self.me());
        let mut lagging = others.filter(|id| leader.lags(**id, end, now, longest));
        let is_due = lagging.next().is_some()
            || leader
                .candidates(now, high_watermark, end, longest)
                .next()
                .is_some();
        leader.is_isr_due |= is_due;
        if !is_due {
            state.plan_next_check(self.me(), now);
        }
        state.advance(self.me(), wakes);
    }

    /// What is known of a broker has changed: followers that could not join may be able to.
    pub fn think_about_isr(&self) -> Due {
        let mut state = self.lock();
        if let Role::Leader(leader) = &mut state.role {
            leader.is_isr_due = true;
        }
        state.take_due()
    }

    /// Thinks about another ISR; from here on it counts in the maximal ISR. What was asked for and not answered is asked
    /// for again, unchanged. `is_eligible` tells whether the controller would take a broker of this incarnation.
    pub fn propose_isr(
        &self,
        now: Now,
        is_eligible: impl Fn(BrokerId, Option<BrokerEpoch>) -> bool,
        wakes: &mut Vec<Ticket>,
    ) -> IsrPlan {
        let mut guard = self.lock();
        let state = &mut *guard;
        let (end, longest) = (state.log_end(), state.settings.lag_time_max);
        let high_watermark = state.high_watermark;
        let me = self.me();
        let mut plan = IsrPlan::default();
        let Role::Leader(leader) = &mut state.role else {
            return plan;
        };
        if leader.change.is_none() {
            let stays = |id: &&BrokerId| **id == me || !leader.lags(**id, end, now, longest);
            let mut isr: SmallVec<[BrokerId; 3]> =
                leader.isr.iter().filter(stays).copied().collect();
            let needed = high_watermark.max(leader.epoch_start);
            for (id, progress) in &mut leader.followers {
                if leader.isr.contains(id) {
                    continue;
                }
                progress.may_join = is_eligible(*id, progress.broker_epoch);
                if !progress.may_join {
                    plan.not_eligible.push(*id);
                } else if progress.joins_at(needed, end, now, longest) {
                    isr.push(*id);
                }
            }
            let followers = &leader.followers;
            (leader.awaited).retain(|(id, _)| followers.get(id).is_some_and(|f| f.may_join));
            if isr == leader.isr {
                state.plan_next_check(me, now);
                state.advance(me, wakes);
                return plan;
            }
            leader.change = Some(IsrChange::to(isr));
        }
        let LeaderState {
            change, awaited, ..
        } = &mut **leader;
        let joins = |id: &BrokerId| change.as_ref().is_some_and(|c| c.isr.contains(id));
        awaited.retain(|(id, _)| !joins(id));
        plan.proposal = leader.proposal(me);
        state.advance(me, wakes);
        plan
    }

    /// The controller's answer to a proposal: an ISR, or why not. `true` if it has to be asked again.
    pub fn on_isr_answer(
        &self,
        now: Now,
        proposal: &IsrProposal,
        answer: Result<IsrGranted, ErrorCode>,
        wakes: &mut Vec<Ticket>,
    ) -> bool {
        let mut guard = self.lock();
        let state = &mut *guard;
        let Role::Leader(leader) = &mut state.role else {
            return false;
        };
        let is_answered = leader.epoch == proposal.leader_epoch
            && leader.partition_epoch == proposal.partition_epoch;
        if !is_answered {
            return false;
        }
        let asks_again = match answer {
            Ok(granted) => {
                leader.on_granted(now, granted);
                state.plan_next_check(self.me(), now);
                false
            }
            Err(error) => leader.on_refused(now, error),
        };
        state.advance(self.me(), wakes);
        asks_again
    }

    /// The ISR as this leader knows it, and what it may become.
    #[must_use]
    pub fn isr(&self) -> Option<(Vec<BrokerId>, Vec<BrokerId>)> {
        let state = self.lock();
        let leader = state.leader().ok()?;
        let change = leader.change.iter().flat_map(|change| &change.isr);
        Some((leader.isr.to_vec(), change.copied().collect()))
    }
}

impl LeaderState {
    fn proposal(&self, me: BrokerId) -> Option<IsrProposal> {
        let change = self.change.as_ref().filter(|change| !change.is_refused)?;
        let epoch = |id: BrokerId| {
            let progress = self.followers.get(&id).filter(|_| id != me);
            progress.and_then(|progress| progress.broker_epoch)
        };
        Some(IsrProposal {
            leader_epoch: self.epoch,
            partition_epoch: self.partition_epoch,
            isr: change.isr.iter().map(|id| (*id, epoch(*id))).collect(),
        })
    }

    fn on_granted(&mut self, now: Now, granted: IsrGranted) {
        if granted.leader_epoch != self.epoch || granted.partition_epoch < self.partition_epoch {
            return;
        }
        self.change = None;
        for (id, progress) in &mut self.followers {
            // Who has just joined is not sent away for how long it took.
            if granted.isr.contains(id) && !self.isr.contains(id) {
                progress.last_caught_up = progress.last_caught_up.max(now.mono);
            }
        }
        self.partition_epoch = granted.partition_epoch;
        self.isr = granted.isr;
        self.is_isr_due |= self.isr.len() < self.replicas.len();
    }

    fn on_refused(&mut self, now: Now, error: ErrorCode) -> bool {
        match error {
            ErrorCode::INELIGIBLE_REPLICA | ErrorCode::OPERATION_NOT_ATTEMPTED => {
                self.change = None;
                self.plan_check(now.mono + AFTER_REFUSAL);
                false
            }
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            | ErrorCode::UNKNOWN_TOPIC_ID
            | ErrorCode::FENCED_LEADER_EPOCH
            | ErrorCode::INVALID_UPDATE_VERSION
            | ErrorCode::NEW_LEADER_ELECTED
            | ErrorCode::INVALID_REQUEST => {
                if let Some(change) = &mut self.change {
                    change.is_refused = true;
                }
                false
            }
            _ => true,
        }
    }
}

impl State {
    /// Adds what the ISR has for the owner.
    pub(crate) fn add_isr_due(&mut self, due: &mut Due) {
        if let Role::Leader(leader) = &mut self.role {
            due.isr = std::mem::take(&mut leader.is_isr_due);
            if std::mem::take(&mut leader.check_is_news) {
                due.check_isr_at = leader.check_at;
            }
        }
    }
}
