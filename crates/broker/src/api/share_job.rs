//! Requests that ask several share coordinators: the answers are gathered, and then either make up the answer, or are
//! followed by a step in the account of the group.

use std::collections::BTreeSet;
use std::sync::Arc;

use group::{Answer, Request as GroupRequest, Response as GroupResponse, ShareStep, Waiter};
use model::{ErrorCode, Now, PartitionIndex, Ticket, TopicId};
use parking_lot::Mutex;
use share::{Key, Request, Response};

use super::{Cx, Outgoing, share_state};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::share_waiter::ShareWaiter;

/// A request, and what has been answered so far.
#[derive(Debug)]
pub(crate) struct ShareJob {
    ticket: Ticket,
    group: Arc<str>,
    parts: Vec<Part>,
    missing: usize,
    then: Then,
    /// Nobody is asked, and each part is told this.
    refusal: Option<ErrorCode>,
}

/// What was asked about one partition.
#[derive(Debug)]
pub(super) struct Part {
    pub topic: TopicId,
    pub partition: i32,
    /// What the share coordinator said.
    pub response: Option<Response>,
    /// The end of what the group may read of it, where this node knows.
    pub end: Option<i64>,
}

/// What comes when all parts are answered.
#[derive(Debug)]
pub(super) enum Then {
    /// The answer, of one of the APIs of share coordinators.
    Reply(Outgoing),
    /// States that are begun: the group is told, and part of its request answered.
    Begun(u32),
    /// States that are gone, likewise.
    Ended(u32),
    /// Nothing changed: part of a request to the group is answered.
    Shown(u32),
}

impl ShareJob {
    /// A request about partitions of a group.
    pub(super) fn new(
        ticket: Ticket,
        group: &str,
        places: impl Iterator<Item = (TopicId, i32)>,
        then: Then,
    ) -> Self {
        let parts = places.map(|(topic, partition)| Part {
            topic,
            partition,
            response: None,
            end: None,
        });
        let parts: Vec<Part> = parts.collect();
        Self {
            ticket,
            group: Arc::from(group),
            // One more than there are, so that it is over only once all were asked.
            missing: parts.len() + 1,
            parts,
            then,
            refusal: None,
        }
    }

    /// A request to the share coordinators of this node, which only brokers may ask.
    pub(super) fn of_broker(
        broker: &Broker,
        cx: &Cx<'_>,
        group: &str,
        places: impl Iterator<Item = (TopicId, i32)>,
    ) -> Self {
        let is_broker = broker.comes_from_brokers(cx.session);
        let refusal = (!is_broker).then_some(ErrorCode::CLUSTER_AUTHORIZATION_FAILED);
        Self {
            refusal,
            ..Self::new(cx.ticket, group, places, Then::Reply(cx.outgoing()))
        }
    }

    /// The parts with their answers.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whose states the parts are, for [`Self::ask`].
    pub(super) fn keys(&self) -> Vec<Key> {
        let keys = self.parts.iter().map(|part| Key {
            group: Arc::clone(&self.group),
            topic: part.topic,
            partition: part.partition,
        });
        keys.collect()
    }

    /// Asks about each part what `request` says, if its partition exists and none before is about the same. The job may be over
    /// then.
    pub(super) fn ask<'r>(
        self,
        (broker, now): (&Broker, Now),
        fx: &mut Effects,
        keys: &'r [Key],
        request: impl Fn(usize, &'r Key) -> Request<'r>,
    ) -> Arc<Mutex<Self>> {
        let refusal = self.refusal;
        // What another node asks of this one is not handed on to a third.
        let is_from_elsewhere = matches!(self.then, Then::Reply(_));
        let job = Arc::new(Mutex::new(self));
        let image = broker.image.load_full();
        let mut seen = BTreeSet::new();
        for (at, key) in keys.iter().enumerate() {
            let request = request(at, key);
            if let Some(error) = refusal {
                Self::add(&job, at, request.failed(error), broker, now, fx);
                continue;
            }
            if !seen.insert((key.topic, key.partition)) {
                let refused = request.failed(ErrorCode::INVALID_REQUEST);
                Self::add(&job, at, refused, broker, now, fx);
                continue;
            }
            let index = PartitionIndex(key.partition);
            if image.topics().partition(key.topic, index).is_none() {
                let refused = request.failed(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
                Self::add(&job, at, refused, broker, now, fx);
                continue;
            }
            let waiter = ShareWaiter::Job(Arc::clone(&job), at);
            if is_from_elsewhere {
                broker.ask_share_state_here(now, waiter, key, &request, fx);
            } else {
                broker.ask_share_state(now, waiter, key, &request, fx);
            }
        }
        Self::count(&job, broker, now, fx);
        job
    }

    /// Takes in an answer.
    pub(crate) fn add(
        job: &Arc<Mutex<Self>>,
        at: usize,
        response: Response,
        broker: &Broker,
        now: Now,
        fx: &mut Effects,
    ) {
        let mut locked = job.lock();
        let group = Arc::clone(&locked.group);
        let changes = matches!(
            locked.then,
            Then::Begun(_) | Then::Ended(_) | Then::Reply(_)
        );
        let part = &mut locked.parts[at];
        let key = Key {
            group,
            topic: part.topic,
            partition: part.partition,
        };
        if let Ok(replica) = broker.find_partition(key.topic, key.partition) {
            part.end = Some(replica.high_watermark().0);
        }
        let is_changed = changes && response == Response::Done(Ok(()));
        part.response = Some(response);
        let may_write = matches!(&locked.then, Then::Reply(outgoing) if outgoing.is_share_write());
        drop(locked);
        if is_changed && !may_write {
            broker.share_partitions.forget(&key, fx);
        }
        Self::count(job, broker, now, fx);
    }

    fn count(job: &Arc<Mutex<Self>>, broker: &Broker, now: Now, fx: &mut Effects) {
        let mut locked = job.lock();
        locked.missing -= 1;
        if locked.missing == 0 {
            locked.finish(broker, now, fx);
        }
    }

    fn finish(&self, broker: &Broker, now: Now, fx: &mut Effects) {
        match &self.then {
            Then::Reply(outgoing) => match share_state::reply(*outgoing, &self.parts) {
                Handled::Reply(reply) => fx.replies.push((self.ticket, reply)),
                _ => fx.abandoned.push(self.ticket),
            },
            Then::Begun(part) => {
                for done in self.done() {
                    let step = ShareStep::Begun(done.topic, std::slice::from_ref(&done.partition));
                    self.tell_group(broker, now, &step, fx);
                }
                self.answer_group(broker, now, *part, fx);
            }
            Then::Ended(part) => {
                let mut topics: Vec<TopicId> = self.done().map(|done| done.topic).collect();
                let left = self.parts.iter().filter(|part| !is_done(part));
                let left: Vec<TopicId> = left.map(|part| part.topic).collect();
                topics.dedup();
                topics.retain(|topic| !left.contains(topic));
                self.tell_group(broker, now, &ShareStep::Ended(&topics), fx);
                self.answer_group(broker, now, *part, fx);
            }
            Then::Shown(part) => self.answer_group(broker, now, *part, fx),
        }
    }

    fn done(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| is_done(part))
    }

    fn tell_group(&self, broker: &Broker, now: Now, step: &ShareStep<'_>, fx: &mut Effects) {
        if let Some(shard) = broker.group_shard(&self.group) {
            shard.share_step(broker.logs(now), &self.group, step, fx);
        }
    }

    /// The group answers once everything before is committed.
    fn answer_group(&self, broker: &Broker, now: Now, part: u32, fx: &mut Effects) {
        let waiter = Waiter {
            ticket: self.ticket,
            part,
        };
        let request = GroupRequest::ShareStep {
            group_id: &self.group,
            step: ShareStep::Pass,
        };
        match broker.group_shard(&self.group) {
            Some(shard) => shard.request(broker.logs(now), waiter, &request, fx),
            None => fx.group_answers.push(Answer {
                waiter,
                response: GroupResponse::ShareStep(ErrorCode::NOT_COORDINATOR),
            }),
        }
    }
}

fn is_done(part: &Part) -> bool {
    part.response == Some(Response::Done(Ok(())))
}

impl Part {
    /// The error that is told of the part.
    pub fn error(&self) -> ErrorCode {
        match &self.response {
            Some(Response::Done(Err(error)) | Response::State(Err(error))) => *error,
            Some(_) => ErrorCode::NONE,
            None => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        }
    }
}

/// The answer to the request at hand, if it is there already.
pub(super) fn answered(cx: &mut Cx<'_>) -> Handled {
    super::txn_requests::answered(cx)
}
