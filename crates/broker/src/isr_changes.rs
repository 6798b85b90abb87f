//! ISRs that partitions led here want to be other ones (KIP-497): when they are looked at, and one request to the controller at
//! a time, in which all of them have room.
//!
//! ```text
//!   Due::check_isr_at -> checks --(time)--> Partition::check_isr --+
//!   Due::isr -------------------------------------------------------+-> due -> take -> AlterPartition
//!   a broker's registration changes -> not eligible so far ---------+    ^                |
//!                                                                        +-- no answer <--+--> on_answer
//! ```
//!
//! Partitions without news are in none of these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metadata::Image;
use model::{
    BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Now, PartitionEpoch, PartitionIndex, TopicId,
    TopicIdPartition,
};
use parking_lot::Mutex;
use partition::{Due, IsrGranted, IsrProposal, Partition};
use protocol::alter_partition_request::{
    AlterPartitionRequest, BrokerState, PartitionData, TopicData,
};
use protocol::alter_partition_response::{self as response, AlterPartitionResponse};

use crate::broker::Broker;
use crate::controller_inbox::ControllerInput;
use crate::effects::Effects;

/// Partitions in one request.
const MAX_PARTITIONS: usize = 2_000;
/// How long after a request without an answer the next is sent.
const RETRY: Duration = Duration::from_millis(100);

/// Partitions by their ids.
type Replicas = BTreeMap<TopicIdPartition, Arc<Partition>>;

/// The partitions whose ISR is to be looked at or changed.
#[derive(Debug, Default)]
pub(crate) struct IsrChanges {
    state: Mutex<State>,
    /// There is something to ask for: looked at at the end of each turn.
    is_due: AtomicBool,
    /// When ISRs are to be looked at.
    checks: Mutex<BTreeMap<(Duration, TopicIdPartition), Arc<Partition>>>,
}

#[derive(Debug, Default)]
struct State {
    due: Replicas,
    /// What the controller was asked for, and not before when it is asked again if it did not answer.
    in_flight: Option<BTreeMap<TopicIdPartition, (Arc<Partition>, IsrProposal)>>,
    retry_at: Option<Duration>,
    /// Partitions with followers that the controller would not take so far.
    not_eligible: BTreeMap<BrokerId, Replicas>,
}

impl IsrChanges {
    /// Takes in what a call on `replica` left to do; gives the time at which its ISR has to be looked at, if that is news.
    pub fn on_due(&self, replica: &Arc<Partition>, due: Due) -> Option<Duration> {
        if due.isr {
            let mut state = self.state.lock();
            state.due.insert(replica.id(), Arc::clone(replica));
            self.is_due.store(true, Ordering::Release);
        }
        let at = due.check_isr_at?;
        let key = (at, replica.id());
        self.checks.lock().insert(key, Arc::clone(replica));
        Some(at)
    }

    /// Takes one partition whose ISR is to be looked at, and the time that was planned.
    pub fn pop_check(&self, now: Duration) -> Option<(Duration, Arc<Partition>)> {
        let mut checks = self.checks.lock();
        let first = checks.first_entry()?;
        let at = first.key().0;
        (at <= now).then(|| (at, first.remove()))
    }

    /// When the next ISR is to be looked at.
    pub fn next_check(&self) -> Option<Duration> {
        let checks = self.checks.lock();
        checks.first_key_value().map(|((at, _), _)| *at)
    }

    /// When the controller is to be asked again, if it has not answered.
    pub fn next_request(&self) -> Option<Duration> {
        let state = self.state.lock();
        let waits = state.in_flight.is_some() || state.due.is_empty();
        state.retry_at.filter(|_| !waits)
    }

    /// What is known of `brokers` has changed: gives the partitions in which their replicas could not be in the ISR.
    fn take_not_eligible(&self, brokers: &BTreeSet<BrokerId>) -> Vec<Arc<Partition>> {
        let mut state = self.state.lock();
        let found = brokers
            .iter()
            .filter_map(|id| state.not_eligible.remove(id));
        let replicas: Replicas = found.flatten().collect();
        replicas.into_values().collect()
    }

    /// What to ask the controller for, if it is time to, and no answer is waited for.
    ///
    /// The image is taken under the lock: whoever is not eligible by it is noted before a newer one is thought about.
    fn take(
        &self,
        now: Now,
        (me, epoch): (BrokerId, BrokerEpoch),
        image: impl FnOnce() -> Arc<Image>,
        fx: &mut Effects,
    ) -> Option<AlterPartitionRequest> {
        let mut state = self.state.lock();
        self.is_due.store(false, Ordering::Release);
        let must_wait = state.retry_at.is_some_and(|at| at > now.mono);
        if state.in_flight.is_some() || must_wait {
            return None;
        }
        state.retry_at = None;
        let image = image();
        let mut asked = BTreeMap::new();
        while asked.len() < MAX_PARTITIONS
            && let Some((id, replica)) = state.due.pop_first()
        {
            let is_eligible = |id, epoch| is_eligible(&image, id, epoch);
            let plan = replica.propose_isr(now, is_eligible, &mut fx.wakes);
            for broker in plan.not_eligible {
                let replicas = state.not_eligible.entry(broker).or_default();
                replicas.insert(id, Arc::clone(&replica));
            }
            fx.dues.push((Arc::clone(&replica), replica.take_due()));
            if let Some(proposal) = plan.proposal {
                asked.insert(id, (replica, proposal));
            }
        }
        if asked.is_empty() {
            return None;
        }
        let request = request((me, epoch), &asked);
        state.in_flight = Some(asked);
        Some(request)
    }

    /// The controller has answered.
    pub fn on_answer(&self, now: Now, answer: &AlterPartitionResponse, fx: &mut Effects) {
        if !answer.error_code.is_none() {
            return self.on_unanswered(now);
        }
        let Some(mut asked) = self.state.lock().in_flight.take() else {
            return;
        };
        for topic in &answer.topics {
            for partition in &topic.partitions {
                let id = TopicIdPartition {
                    topic_id: topic.topic_id,
                    partition: PartitionIndex(partition.partition_index),
                };
                if let Some((replica, proposal)) = asked.remove(&id) {
                    let granted = granted(partition);
                    let again = replica.on_isr_answer(now, &proposal, granted, &mut fx.wakes);
                    if again {
                        self.ask_again(now, &replica);
                    }
                    fx.dues.push((Arc::clone(&replica), replica.take_due()));
                }
            }
        }
        for (replica, _) in asked.values() {
            self.ask_again(now, replica);
        }
        // What has come up meanwhile had to wait.
        self.is_due.store(true, Ordering::Release);
    }

    /// Nobody has answered: everything is asked for again, a little later.
    pub fn on_unanswered(&self, now: Now) {
        let asked = self.state.lock().in_flight.take().into_iter().flatten();
        for (_, (replica, _)) in asked {
            self.ask_again(now, &replica);
        }
    }

    /// The background asks when the time has come.
    fn ask_again(&self, now: Now, replica: &Arc<Partition>) {
        let mut state = self.state.lock();
        state.due.insert(replica.id(), Arc::clone(replica));
        state.retry_at = Some(now.mono + RETRY);
    }
}

/// Whether the controller would take a broker of this incarnation into an ISR (KIP-841, KIP-903).
fn is_eligible(image: &Image, id: BrokerId, epoch: Option<BrokerEpoch>) -> bool {
    image
        .broker(id)
        .is_some_and(|broker| broker.is_active() && epoch.is_none_or(|epoch| epoch == broker.epoch))
}

fn request(
    (me, epoch): (BrokerId, BrokerEpoch),
    asked: &BTreeMap<TopicIdPartition, (Arc<Partition>, IsrProposal)>,
) -> AlterPartitionRequest {
    let mut topics: BTreeMap<TopicId, Vec<PartitionData>> = BTreeMap::new();
    for (id, (_, proposal)) in asked {
        let member = |(id, known): &(BrokerId, Option<BrokerEpoch>)| BrokerState {
            broker_id: id.0,
            broker_epoch: match *id == me {
                true => epoch.0,
                false => known.map_or(-1, |epoch| epoch.0),
            },
            ..BrokerState::default()
        };
        topics.entry(id.topic_id).or_default().push(PartitionData {
            partition_index: id.partition.0,
            leader_epoch: proposal.leader_epoch.0,
            new_isr_with_epochs: proposal.isr.iter().map(member).collect(),
            partition_epoch: proposal.partition_epoch.0,
            ..PartitionData::default()
        });
    }
    let topics = topics.into_iter().map(|(topic_id, partitions)| TopicData {
        topic_id,
        partitions,
        ..TopicData::default()
    });
    AlterPartitionRequest {
        broker_id: me.0,
        broker_epoch: epoch.0,
        topics: topics.collect(),
        ..AlterPartitionRequest::default()
    }
}

fn granted(answer: &response::PartitionData) -> Result<IsrGranted, ErrorCode> {
    if !answer.error_code.is_none() {
        return Err(answer.error_code);
    }
    Ok(IsrGranted {
        leader_epoch: LeaderEpoch(answer.leader_epoch),
        partition_epoch: PartitionEpoch(answer.partition_epoch),
        isr: answer.isr.iter().map(|id| BrokerId(*id)).collect(),
    })
}

impl Broker {
    /// Asks the controller for what there is to ask for.
    pub(crate) fn ask_for_isrs(&self, now: Now, fx: &mut Effects) {
        if !self.isr_changes.is_due.load(Ordering::Acquire) {
            return;
        }
        let Some(epoch) = self.own_epoch() else {
            return;
        };
        let image = || Arc::clone(&self.image());
        let request = self.isr_changes.take(now, (self.me, epoch), image, fx);
        if let Some(request) = request
            && !self
                .inbox
                .push(ControllerInput::AlterPartition(request), fx)
        {
            self.on_isrs_unanswered(now, fx);
        }
    }

    /// The controller has answered.
    pub(crate) fn on_isr_answer(
        &self,
        now: Now,
        answer: &AlterPartitionResponse,
        fx: &mut Effects,
    ) {
        self.isr_changes.on_answer(now, answer, fx);
        fx.wake_by(self.isr_changes.next_request());
    }

    /// The controller has not answered, and will not.
    pub(crate) fn on_isrs_unanswered(&self, now: Now, fx: &mut Effects) {
        self.isr_changes.on_unanswered(now);
        fx.wake_by(self.isr_changes.next_request());
    }

    /// Asks again, if the controller has not answered and the time has come.
    pub(crate) fn isrs_on_time(&self, now: Now) {
        if self
            .isr_changes
            .next_request()
            .is_some_and(|at| at <= now.mono)
        {
            self.isr_changes.is_due.store(true, Ordering::Release);
        }
    }

    /// Brokers have registered, or were fenced or not any more.
    pub(crate) fn think_about_isrs(
        &self,
        now: Now,
        brokers: &BTreeSet<BrokerId>,
        fx: &mut Effects,
    ) {
        for replica in self.isr_changes.take_not_eligible(brokers) {
            self.on_due(now, &replica, replica.think_about_isr(), fx);
        }
    }

    /// Looks at the ISRs whose time has come, so many at once; whether there are more.
    pub(crate) fn check_isrs(&self, now: Now, at_once: usize, fx: &mut Effects) -> bool {
        for _ in 0..at_once {
            let Some((planned, replica)) = self.isr_changes.pop_check(now.mono) else {
                return false;
            };
            replica.check_isr(planned, now, &mut fx.wakes);
            self.on_due(now, &replica, replica.take_due(), fx);
        }
        true
    }
}
