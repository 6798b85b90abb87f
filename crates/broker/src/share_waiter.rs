//! Who waits for a share coordinator, and what comes of the answer.

use std::sync::Arc;
use std::time::Duration;

use group::{ShareStep, ShareWork};
use model::{ErrorCode, Now, TopicId};
use parking_lot::Mutex;
use share::{Key, Request, Response};

use crate::api::ShareJob;
use crate::broker::Broker;
use crate::effects::Effects;
use crate::share_partitions::ShareReplica;

/// What a share coordinator could not do yet is asked for again after this.
const RETRY: Duration = Duration::from_millis(100);

/// Who waits for an answer.
#[derive(Clone, Debug)]
pub(crate) enum ShareWaiter {
    /// A share partition that is being loaded.
    Load(Arc<ShareReplica>),
    /// A share partition that writes.
    Write(Arc<ShareReplica>, u64),
    /// A group that begins with a partition.
    Initialize(Beginning),
    /// One part of a request of a client or another node.
    Job(Arc<Mutex<ShareJob>>, usize),
    /// Nobody.
    Nobody,
}

/// A state that is being begun.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    group: Arc<str>,
    state_epoch: i32,
    topic: TopicId,
    partition: i32,
    /// What an earlier group of the name left was deleted.
    is_cleared: bool,
    /// It may have been done before: a state that is there stays.
    keeps: bool,
}

impl Beginning {
    fn key(&self) -> Key {
        Key {
            group: Arc::clone(&self.group),
            topic: self.topic,
            partition: self.partition,
        }
    }
}

/// What a member is told of an acknowledgement whose write was refused with `error`.
pub(crate) fn told(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::NOT_COORDINATOR
        | ErrorCode::COORDINATOR_NOT_AVAILABLE
        | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        ErrorCode::FENCED_LEADER_EPOCH | ErrorCode::FENCED_STATE_EPOCH => {
            ErrorCode::NOT_LEADER_OR_FOLLOWER
        }
        ErrorCode::NONE
        | ErrorCode::NOT_LEADER_OR_FOLLOWER
        | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => error,
        _ => ErrorCode::UNKNOWN_SERVER_ERROR,
    }
}

impl Broker {
    /// Does what a group asks of share coordinators.
    pub(crate) fn do_share_work(&self, now: Now, work: ShareWork, fx: &mut Effects) {
        match work {
            ShareWork::Initialize {
                group,
                state_epoch,
                topic,
                partitions,
                again,
            } => {
                for partition in partitions {
                    let beginning = Beginning {
                        group: Arc::clone(&group),
                        state_epoch,
                        topic,
                        partition,
                        is_cleared: false,
                        keeps: again,
                    };
                    self.begin_share_state(now, beginning, fx);
                }
            }
            ShareWork::Delete {
                group,
                topic,
                partitions,
            } => {
                for partition in partitions {
                    let key = Key {
                        group: Arc::clone(&group),
                        topic,
                        partition,
                    };
                    self.share_partitions.forget(&key, fx);
                    let request = Request::Delete { key: &key };
                    self.ask_share_state(now, ShareWaiter::Nobody, &key, &request, fx);
                }
            }
        }
    }

    fn begin_share_state(&self, now: Now, beginning: Beginning, fx: &mut Effects) {
        let key = beginning.key();
        let request = Request::Initialize {
            key: &key,
            state_epoch: beginning.state_epoch,
            start: None,
            keeps: beginning.keeps,
        };
        let waiter = ShareWaiter::Initialize(beginning);
        self.ask_share_state(now, waiter, &key, &request, fx);
    }

    /// Takes in the answer of a share coordinator.
    pub(crate) fn answer_share(
        &self,
        now: Now,
        waiter: ShareWaiter,
        response: Response,
        fx: &mut Effects,
    ) {
        match (waiter, response) {
            (ShareWaiter::Load(replica), Response::State(state)) => {
                if matches!(state, Ok(None)) {
                    self.begin_lost_share_state(now, replica.key(), fx);
                }
                replica.on_loaded(now, state, fx);
            }
            (ShareWaiter::Write(replica, id), Response::Done(result)) => {
                self.on_share_written(now, &replica, id, result, fx);
            }
            (ShareWaiter::Initialize(beginning), Response::Done(result)) => {
                self.on_share_state_begun(now, beginning, result, fx);
            }
            (ShareWaiter::Job(job, part), response) => {
                ShareJob::add(&job, part, response, self, now, fx)
            }
            (ShareWaiter::Nobody, _) => {}
            (waiter, response) => {
                unreachable!("{response:?} answers nothing that {waiter:?} asked")
            }
        }
    }

    /// A group has begun with a partition, and its state is not there: it was written and lost with the power.
    fn begin_lost_share_state(&self, now: Now, key: &Key, fx: &mut Effects) {
        let epoch = self.group_shard(&key.group).and_then(|shard| {
            shard.look(|logged| {
                let group = logged.share_group(&key.group)?;
                let known = group.states().initialized.get(&key.topic)?;
                let is_begun = known.partitions.contains(&key.partition);
                is_begun.then(|| group.epoch())
            })
        });
        if let Some(state_epoch) = epoch.flatten() {
            let beginning = Beginning {
                group: Arc::clone(&key.group),
                state_epoch,
                topic: key.topic,
                partition: key.partition,
                is_cleared: false,
                keeps: true,
            };
            self.begin_share_state(now, beginning, fx);
        }
    }

    fn on_share_state_begun(
        &self,
        now: Now,
        mut beginning: Beginning,
        result: Result<(), ErrorCode>,
        fx: &mut Effects,
    ) {
        match result {
            Ok(()) => {
                if !beginning.keeps {
                    self.share_partitions.forget(&beginning.key(), fx);
                }
                let step = ShareStep::Begun(beginning.topic, &[beginning.partition]);
                if let Some(shard) = self.group_shard(&beginning.group) {
                    shard.share_step(self.logs(now), &beginning.group, &step, fx);
                }
            }
            // An earlier group of this name left a state behind.
            Err(ErrorCode::FENCED_STATE_EPOCH) if !beginning.is_cleared => {
                let key = beginning.key();
                let request = Request::Delete { key: &key };
                self.ask_share_state(now, ShareWaiter::Nobody, &key, &request, fx);
                (beginning.is_cleared, beginning.keeps) = (true, true);
                self.begin_share_state(now, beginning, fx);
            }
            Err(
                ErrorCode::COORDINATOR_NOT_AVAILABLE
                | ErrorCode::NOT_COORDINATOR
                | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS,
            ) => {
                let at = now.mono + RETRY;
                // Whether it was done before the coordinator was lost is not known.
                beginning.keeps = true;
                self.share_partitions.begin_later(at, beginning);
                fx.wake_groups_by(Some(at));
            }
            // The group asks again with a later heartbeat.
            Err(_) => {}
        }
    }

    /// Begins what could not be begun, where the group still wants it.
    pub(crate) fn begin_share_states_again(&self, now: Now, fx: &mut Effects) {
        for beginning in self.share_partitions.take_beginnings(now) {
            let is_wanted = self
                .group_shard(&beginning.group)
                .and_then(|shard| {
                    shard.look(|logged| {
                        let group = logged.share_group(&beginning.group)?;
                        let topic = group.states().initializing.get(&beginning.topic)?;
                        Some(topic.partitions.contains(&beginning.partition))
                    })
                })
                .flatten();
            if is_wanted == Some(true) {
                self.begin_share_state(now, beginning, fx);
            }
        }
    }

    pub(crate) fn group_shard(&self, group: &str) -> Option<Arc<crate::groups::GroupShard>> {
        let index = self.group_partition(group).ok()?;
        self.groups.shard(index)
    }
}
