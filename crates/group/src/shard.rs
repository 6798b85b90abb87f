//! One partition of `__consumer_offsets`, as its owner sees it.
//!
//! ```text
//!  stop              start_loading           load..., activate
//!   |   not leading ---------------> loading ------------------> active
//!   +-------> ^                         |                           |
//!             +-------------------------+---------------------------+
//! ```
//!
//! The owner holds the shard under one lock with the right to append to the partition, and takes the
//! answers out after every call.

use std::time::Duration;

use metadata::Image;
use model::{ErrorCode, LeaderEpoch, Now, Offset};
use statemachine::{Append, Decision, MAX_PARKED, Refusal, Runtime};

use crate::consumer::{LookedUp, Lookup, Moment};
use crate::coordinator::GroupCoordinator;
use crate::logged::Logged;
use crate::offsets::DeletedTopic;
use crate::record::Record;
use crate::request::{Request, Response, append_error};
use crate::settings::Settings;
use crate::share::{ShareStep, ShareWork};
use crate::streams::InternalTopic;
use crate::turn::{Decided, Reply, Waiter};

/// An answer that may be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Who waits for it.
    pub waiter: Waiter,
    /// What it is.
    pub response: Response,
}

/// Appends records to the partition, in one batch if they are `atomic`; gives the offset of the
/// first, which the others follow without gaps.
pub trait AppendRecords: FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode> {}

impl<F: FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode>> AppendRecords for F {}

/// The coordinator of one partition of `__consumer_offsets`.
#[derive(Debug)]
pub struct Shard {
    /// `None` waits for what nobody asked: deadlines, deleted topics.
    runtime: Runtime<Logged, Option<Waiter>, Option<Response>>,
    coordinator: GroupCoordinator,
}

impl Shard {
    /// A shard that does not lead.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            runtime: Runtime::new(),
            coordinator: GroupCoordinator::new(settings),
        }
    }

    /// Changed configurations hold from the next call on.
    pub fn set_settings(&mut self, settings: Settings) {
        self.coordinator.set_settings(settings);
    }

    /// This node leads the partition: its records follow in [`Self::load`].
    pub fn start_loading(&mut self, now: Now, epoch: LeaderEpoch) {
        self.stop(now);
        self.runtime.start_loading(epoch, Logged::default());
    }

    /// A record of the log: while loading, and transaction markers and transactional commits that
    /// others append later. `false` if `epoch` is over.
    pub fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Record) -> bool {
        self.runtime.replay(epoch, offset, record)
    }

    /// All records up to `log_end` were loaded. `false` if `epoch` is over.
    pub fn activate(
        &mut self,
        now: Now,
        epoch: LeaderEpoch,
        log_end: Offset,
        high_watermark: Offset,
    ) -> bool {
        if !self.runtime.activate(epoch, log_end, high_watermark) {
            return false;
        }
        let logged = self.runtime.machine().expect("it was activated just now");
        self.coordinator.on_loaded(now, logged);
        true
    }

    /// The leadership is over: everybody who waits is told NOT_COORDINATOR.
    pub fn stop(&mut self, now: Now) {
        self.runtime.stop_with(|_, response| {
            if let Some(response) = response {
                response.fail(ErrorCode::NOT_COORDINATOR);
            }
        });
        self.coordinator.on_unloaded(now);
        self.park_completed();
        let settings = self.coordinator.settings.clone();
        self.coordinator = GroupCoordinator::new(settings);
    }

    /// The leader epoch in which the shard is loading or active.
    #[must_use]
    pub fn epoch(&self) -> Option<LeaderEpoch> {
        self.runtime.epoch()
    }

    /// The durable half, while the shard is active.
    #[must_use]
    pub fn logged(&self) -> Option<&Logged> {
        self.runtime.machine().ok()
    }

    /// The soft half.
    #[must_use]
    pub fn coordinator(&self) -> &GroupCoordinator {
        &self.coordinator
    }

    /// Handles a request. Its answer comes out of [`Self::take_answers`], after this call or later.
    pub fn on_request(
        &mut self,
        now: Now,
        waiter: Waiter,
        request: &Request<'_>,
        append: impl AppendRecords,
    ) {
        let failed = |error| Some(request.failed(error));
        self.decide(now, Some(waiter), append, failed, |coordinator, logged| {
            decide(coordinator, now, logged, waiter, request)
        });
    }

    /// Handles what has become due; call it at [`Self::next_deadline`].
    pub fn on_time(&mut self, now: Now, image: &Image, append: impl AppendRecords) {
        self.decide(
            now,
            None,
            append,
            |_| None,
            |coordinator, logged| quiet(coordinator.on_time(now, image, logged)),
        );
    }

    /// Forgets the offsets of topics that were deleted, some in this call and the rest in
    /// [`Self::on_time`].
    pub fn on_topics_deleted(
        &mut self,
        now: Now,
        deleted: &[DeletedTopic<'_>],
        append: impl AppendRecords,
    ) {
        self.decide(
            now,
            None,
            append,
            |_| None,
            |coordinator, logged| quiet(coordinator.on_topics_deleted(now, logged, deleted)),
        );
    }

    /// Takes over what expressions name.
    pub fn on_looked_up(
        &mut self,
        now: Now,
        image: &Image,
        looked_up: &LookedUp,
        append: impl AppendRecords,
    ) {
        self.coordinator.on_lookup_ended(looked_up);
        self.decide(
            now,
            None,
            append,
            |_| None,
            |coordinator, logged| quiet(coordinator.on_looked_up(now, image, logged, looked_up)),
        );
    }

    /// Expressions that are to be looked up aside; the results come back through [`Self::on_looked_up`].
    /// Ask after every call.
    pub fn take_lookups(&mut self) -> Vec<Lookup> {
        self.coordinator.take_lookups()
    }

    /// Takes in a step in the account of a share group's states that nobody waits for.
    pub fn on_share_step(
        &mut self,
        now: Now,
        group_id: &str,
        step: &ShareStep<'_>,
        append: impl AppendRecords,
    ) {
        self.decide(
            now,
            None,
            append,
            |_| None,
            |coordinator, logged| {
                let taken = coordinator.share_step(logged, group_id, step);
                taken.map(|_| None)
            },
        );
    }

    /// What has to be asked of share coordinators since the last call.
    #[must_use]
    pub fn take_share_work(&mut self) -> Vec<ShareWork> {
        self.coordinator.take_share_work()
    }

    /// Internal topics that streams groups lack, each with the time between two heartbeats of its group, since the last
    /// call.
    #[must_use]
    pub fn take_internal_topics(&mut self) -> Vec<(InternalTopic, Duration)> {
        self.coordinator.take_internal_topics()
    }

    /// Everything below `high_watermark` is committed: answers that rest on it may go.
    pub fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.runtime.on_high_watermark(high_watermark);
    }

    /// When to call [`Self::on_time`] next; `None` while the shard is not active, or has so many
    /// answers parked that nothing can be decided before [`Self::on_high_watermark`]. Ask again after
    /// every call.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let decides = self.runtime.machine().is_ok() && self.runtime.parked() < MAX_PARKED;
        self.coordinator.next_deadline().filter(|_| decides)
    }

    /// The answers that may be sent.
    #[must_use]
    pub fn take_answers(&mut self) -> Vec<Answer> {
        let released = self.runtime.take_released().into_iter();
        released
            .filter_map(|released| {
                let response = released
                    .outcome
                    .expect("refusals are answered where they arise")?;
                Some(Answer {
                    waiter: released.waiter?,
                    response,
                })
            })
            .collect()
    }

    fn decide(
        &mut self,
        now: Now,
        waiter: Option<Waiter>,
        mut append: impl AppendRecords,
        failed: impl FnOnce(ErrorCode) -> Option<Response>,
        decide: impl FnOnce(&mut GroupCoordinator, &Logged) -> Decision<Record, Option<Response>>,
    ) {
        let Self {
            runtime,
            coordinator,
        } = self;
        let mut refused = None;
        let outcome = runtime.try_decide(
            waiter,
            |logged| decide(coordinator, logged),
            |records| append(records).map_err(|error| refused = Some(error)).ok(),
        );
        if let Err((waiter, refusal)) = outcome {
            let error = match refusal {
                Refusal::NotLeader => ErrorCode::NOT_COORDINATOR,
                Refusal::Loading => ErrorCode::COORDINATOR_LOAD_IN_PROGRESS,
                Refusal::Overloaded => ErrorCode::COORDINATOR_NOT_AVAILABLE,
                Refusal::AppendFailed => {
                    let error = append_error(refused.unwrap_or(ErrorCode::UNKNOWN_SERVER_ERROR));
                    let logged = runtime.machine().expect("it has just decided");
                    coordinator.on_append_refused(now, logged, error);
                    error
                }
            };
            runtime.release(waiter, failed(error));
        }
        self.park_completed();
    }

    /// Answers to requests that waited rest on all that is in the log.
    fn park_completed(&mut self) {
        for (waiter, completed) in self.coordinator.take_completed() {
            self.runtime
                .park(Some(waiter), Some(Response::from(completed)));
        }
    }
}

fn quiet(decided: Decided<()>) -> Decision<Record, Option<Response>> {
    decided.map(|_| None)
}

fn answer<R>(
    decided: Decided<R>,
    response: impl FnOnce(R) -> Response,
) -> Decision<Record, Option<Response>> {
    decided.map(|reply| match reply {
        Reply::Now(answer) => Some(response(answer)),
        Reply::Parked => None,
    })
}

fn read(response: Response) -> Decision<Record, Option<Response>> {
    Decision::read(Some(response))
}

fn decide(
    coordinator: &mut GroupCoordinator,
    now: Now,
    logged: &Logged,
    waiter: Waiter,
    request: &Request<'_>,
) -> Decision<Record, Option<Response>> {
    match request {
        Request::JoinGroup {
            caller,
            random,
            image,
            limits,
            request,
        } => {
            let (image, limits) = (*image, *limits);
            let at = Moment { now, image, limits };
            let joined = coordinator.join_group(&at, logged, waiter, (*caller, *random), request);
            answer(joined, Response::JoinGroup)
        }
        Request::SyncGroup {
            version,
            image,
            request,
        } => {
            let (at, waits) = ((now, *image), (waiter, *version));
            let synced = coordinator.sync_group(at, logged, waits, request);
            answer(synced, Response::SyncGroup)
        }
        Request::Heartbeat(request) => {
            let heard = coordinator.heartbeat(now, logged, request);
            answer(heard, Response::Heartbeat)
        }
        Request::LeaveGroup {
            version,
            image,
            request,
        } => answer(
            coordinator.leave_group((now, image), logged, *version, request),
            Response::LeaveGroup,
        ),
        Request::ConsumerGroupHeartbeat(heartbeat) => {
            let heard = coordinator.consumer_group_heartbeat(now, logged, heartbeat);
            answer(heard, Response::ConsumerGroupHeartbeat)
        }
        Request::ConsumerGroupDescribe {
            image, group_id, ..
        } => {
            let described = coordinator.consumer_group_describe(logged, image, group_id);
            read(Response::ConsumerGroupDescribe(described))
        }
        Request::DescribeGroup { version, group_id } => {
            let described = coordinator.describe_group(now, logged, *version, group_id);
            read(Response::DescribeGroup(described))
        }
        Request::ListGroups(request) => {
            let listed = coordinator.list_groups(now, logged, request);
            read(Response::ListGroups(Ok(listed)))
        }
        Request::DeleteGroups(ids) => answer(
            coordinator.delete_groups(now, logged, ids.iter().copied()),
            Response::DeleteGroups,
        ),
        Request::ShareGroupHeartbeat(_)
        | Request::ShareGroupDescribe { .. }
        | Request::ShareStep { .. } => decide_share(coordinator, now, logged, request),
        _ => decide_offsets(coordinator, now, logged, request),
    }
}

fn decide_share(
    coordinator: &mut GroupCoordinator,
    now: Now,
    logged: &Logged,
    request: &Request<'_>,
) -> Decision<Record, Option<Response>> {
    match request {
        Request::ShareGroupHeartbeat(heartbeat) => {
            let heard = coordinator.share_group_heartbeat(now, logged, heartbeat);
            answer(heard, Response::ShareGroupHeartbeat)
        }
        Request::ShareGroupDescribe { image, group_id } => {
            let described = coordinator.share_group_describe(logged, image, group_id);
            read(Response::ShareGroupDescribe(described))
        }
        Request::ShareStep { group_id, step } => answer(
            coordinator.share_step(logged, group_id, step),
            Response::ShareStep,
        ),
        _ => unreachable!("only requests of share groups are decided here"),
    }
}

fn decide_streams(
    coordinator: &mut GroupCoordinator,
    now: Now,
    logged: &Logged,
    request: &Request<'_>,
) -> Decision<Record, Option<Response>> {
    match request {
        Request::StreamsGroupHeartbeat(heartbeat) => {
            let heard = coordinator.streams_group_heartbeat(now, logged, heartbeat);
            answer(heard, Response::StreamsGroupHeartbeat)
        }
        Request::StreamsGroupDescribe { group_id } => {
            let described = coordinator.streams_group_describe(logged, group_id);
            read(Response::StreamsGroupDescribe(described))
        }
        _ => unreachable!("everything else is decided above"),
    }
}

fn decide_offsets(
    coordinator: &mut GroupCoordinator,
    now: Now,
    logged: &Logged,
    request: &Request<'_>,
) -> Decision<Record, Option<Response>> {
    match request {
        Request::OffsetCommit { version, request } => answer(
            coordinator.offset_commit(now, logged, *version, request),
            Response::OffsetCommit,
        ),
        Request::TxnOffsetCommit {
            version,
            producer,
            request,
        } => answer(
            coordinator.txn_offset_commit(now, logged, *version, *producer, request),
            Response::OffsetCommit,
        ),
        Request::OffsetFetch {
            group,
            require_stable,
            ..
        } => {
            let fetched = logged.offset_fetch(group, *require_stable);
            read(Response::OffsetFetch(fetched))
        }
        Request::OffsetDelete(request) => {
            let deleted = coordinator.offset_delete(now, logged, request);
            answer(deleted, Response::OffsetDelete)
        }
        _ => decide_streams(coordinator, now, logged, request),
    }
}
