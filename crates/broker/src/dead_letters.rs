//! Dead letter queues of share groups (KIP-1191): what a group gives up is written to a topic of its choice.
//!
//! ```text
//!   given up, and that is committed --> waits --> appended --> committed --> archived
//!                                         ^          |
//!                                         +- backoff + five times at most; then archived all the same
//! ```
//!
//! Happens in the background, on no request's path: members have their answers when the share coordinator has it that the
//! records are on their way. What waits are ranges of offsets, so few bytes, and of no share partition more records than may be in
//! delivery; records are in memory for one append at a time. A write that is lost with the node is done again when the share
//! partition is loaded anew.
//!
//! Locks are taken in this order: a share partition's, that of what waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{ErrorCode, LeaderEpoch, Now, Offset, PartitionIndex, Ticket};
use parking_lot::Mutex;
use partition::{Append, Partition};
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::{Message, Reader, Records};
use share::{Cause, DeadLetter, Limits};

use crate::asks::{Ask, AskRequest, AskToken, Destination, Errand, Lane, Unanswered};
use crate::broker::Broker;
use crate::coordinators::LOWEST_CONNECTION;
use crate::dead_letter_records::{Origin, batch_of, data_of};
use crate::effective::texts;
use crate::effects::Effects;
use crate::share_partitions::ShareReplica;

/// The "connection" of tickets that name writes to dead letter queues.
pub(crate) const CONNECTION: u64 = LOWEST_CONNECTION;

/// How often a write is tried.
const MAX_ATTEMPTS: u32 = 5;
/// After this a write is tried again, and then after twice as long each time, a fifth more or less.
const BACKOFF: Duration = Duration::from_secs(1);
/// A write that is not committed after this has failed.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// A log that is not open is looked at again after this.
const OPENING: Duration = Duration::from_millis(50);
/// Writes that are begun or ended in one call.
const WRITES_AT_ONCE: usize = 16;
/// Writes on their way to other nodes at once.
const MAX_SENT: usize = 32;
/// The version of Produce with which they are sent: the last that names topics.
const PRODUCE: i16 = 12;
/// What could not be written is told to the operator this often at most.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// What is on its way to dead letter queues.
#[derive(Debug, Default)]
pub(crate) struct DeadLetters {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: BTreeMap<u64, Job>,
    /// When each is looked at next.
    due: BTreeSet<(Duration, u64)>,
    last: u64,
    /// Writes on their way to other nodes.
    sent: usize,
    /// When something was told last of what was given up in vain.
    reported: Option<Duration>,
}

/// Records of one share partition that go to a dead letter queue.
#[derive(Debug)]
struct Job {
    share: Arc<ShareReplica>,
    first: i64,
    last: i64,
    deliveries: i16,
    cause: Cause,
    /// The next one to be written.
    next: i64,
    /// How often it was tried to write that.
    attempts: u32,
    due: Duration,
    writing: Option<Writing>,
}

/// Records that are on their way.
#[derive(Debug)]
struct Writing {
    to: WrittenTo,
    /// The first record that is not among them.
    next: i64,
    /// When it has failed.
    until: Duration,
}

#[derive(Debug)]
enum WrittenTo {
    /// They were appended by this node and are not committed yet.
    Here(Arc<Partition>, LeaderEpoch, Offset),
    /// They were sent to the leader, who has answered or not.
    Elsewhere(Option<Result<(), String>>),
}

/// Where a group's dead letters go.
struct Target {
    leader: TargetLeader,
    max_bytes: usize,
    copies: bool,
}

/// Who leads the partition that they go to.
enum TargetLeader {
    Here(Arc<Partition>),
    Elsewhere(Destination, String, i32),
}

/// Why a step was not done.
enum Failure {
    /// The configuration does not allow it.
    Never(String),
    /// It may succeed later.
    Later(String),
    /// A log has to be opened first.
    NotOpen(Arc<Partition>),
    /// So many are on their way to other nodes that others have to arrive first.
    Busy,
}

impl DeadLetters {
    /// The records of a write are committed.
    pub fn wake(&self, now: Now, id: u64, fx: &mut Effects) {
        let mut queue = self.queue.lock();
        if let Some(before) = queue.jobs.get(&id).map(|job| job.due) {
            queue.due.remove(&(before, id));
            queue.due.insert((now.mono, id));
            queue.jobs.get_mut(&id).expect("it was found").due = now.mono;
            fx.wake_by(Some(now.mono));
        }
    }

    /// A write to another node begins; `false` if too many are on their way.
    fn begin_sending(&self) -> bool {
        let mut queue = self.queue.lock();
        let has_room = queue.sent < MAX_SENT;
        queue.sent += usize::from(has_room);
        has_room
    }

    /// Another node has taken records, or has not.
    pub fn on_sent(&self, now: Now, id: u64, result: Result<(), String>, fx: &mut Effects) {
        let mut queue = self.queue.lock();
        queue.sent -= 1;
        let job = queue.jobs.get_mut(&id);
        let writing = job.and_then(|job| job.writing.as_mut());
        if let Some(Writing {
            to: WrittenTo::Elsewhere(answer),
            ..
        }) = writing
        {
            *answer = Some(result);
            drop(queue);
            self.wake(now, id, fx);
        }
    }

    fn put(&self, id: Option<u64>, job: Job, fx: &mut Effects) {
        let mut queue = self.queue.lock();
        let id = id.unwrap_or_else(|| {
            queue.last += 1;
            queue.last
        });
        queue.due.insert((job.due, id));
        fx.wake_by(Some(job.due));
        queue.jobs.insert(id, job);
    }

    fn take_due(&self, now: Now) -> Option<(u64, Job)> {
        let mut queue = self.queue.lock();
        let (_, id) = *queue.due.first().filter(|(due, _)| *due <= now.mono)?;
        queue.due.pop_first();
        let job = queue.jobs.remove(&id).expect("what is due is there");
        Some((id, job))
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.queue.lock().due.first().map(|(due, _)| *due)
    }

    fn may_report(&self, now: Now) -> bool {
        let mut queue = self.queue.lock();
        let is_new = queue
            .reported
            .is_none_or(|before| before + REPORT_INTERVAL <= now.mono);
        if is_new {
            queue.reported = Some(now.mono);
        }
        is_new
    }
}

impl Broker {
    /// Records that a group gives up go to its dead letter queue from here on.
    pub(crate) fn keep_dead_letters(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        letters: Vec<DeadLetter>,
        limits: &Limits,
        fx: &mut Effects,
    ) {
        for letter in letters {
            let job = Job {
                share: Arc::clone(share),
                first: letter.first,
                last: letter.last,
                deliveries: letter.deliveries,
                cause: letter.cause(limits.max_deliveries),
                next: letter.first,
                attempts: 0,
                due: now.mono,
                writing: None,
            };
            self.dead_letters.put(None, job, fx);
        }
    }

    /// Goes on with what is due; gives the time of the next call.
    pub(crate) fn write_dead_letters(&self, now: Now, fx: &mut Effects) -> Option<Duration> {
        for _ in 0..WRITES_AT_ONCE {
            let Some((id, job)) = self.dead_letters.take_due(now) else {
                break;
            };
            // Another leader, or another load of the state, begins again with what is not archived.
            if !job.share.is_gone() {
                self.go_on_with_dead_letters(now, id, job, fx);
            }
        }
        self.dead_letters.next_deadline()
    }

    fn go_on_with_dead_letters(&self, now: Now, id: u64, mut job: Job, fx: &mut Effects) {
        let step = match job.writing.take() {
            Some(writing) => end_write(now, &mut job, writing),
            None => self.begin_write(now, id, &mut job, fx),
        };
        match step {
            Ok(()) if job.writing.is_none() && job.next > job.last => {
                self.on_dead_letters(now, &job.share, (job.first, job.last), fx);
            }
            Ok(()) => {
                let awaited = job.writing.as_ref().and_then(Writing::awaited);
                self.dead_letters.put(Some(id), job, fx);
                // It may have been committed before it was put there.
                if awaited.is_some_and(|(replica, epoch, end)| {
                    replica.is_acknowledged(epoch, end) != Ok(false)
                }) {
                    self.dead_letters.wake(now, id, fx);
                }
            }
            Err(Failure::NotOpen(replica)) => {
                self.openings.open(now, &replica);
                job.due = now.mono + OPENING;
                self.dead_letters.put(Some(id), job, fx);
            }
            Err(Failure::Busy) => {
                job.due = now.mono + OPENING;
                self.dead_letters.put(Some(id), job, fx);
            }
            Err(Failure::Later(_)) if job.attempts + 1 < MAX_ATTEMPTS => {
                job.due = now.mono + self.backoff(job.attempts);
                job.attempts += 1;
                self.dead_letters.put(Some(id), job, fx);
            }
            Err(Failure::Never(reason) | Failure::Later(reason)) => {
                self.give_up_dead_letters(now, &job, &reason, fx);
            }
        }
    }

    fn backoff(&self, attempts: u32) -> Duration {
        let percent = 80 + u32::try_from(self.random.bits64() % 41).unwrap_or(0);
        BACKOFF * 2_u32.pow(attempts) * percent / 100
    }

    fn give_up_dead_letters(&self, now: Now, job: &Job, reason: &str, fx: &mut Effects) {
        if self.dead_letters.may_report(now) {
            let (key, name) = (job.share.key(), job.share.replica().name());
            fx.reports.push(format!(
                "records {} to {} of {name}, which the share group {} gives up, are not in a dead letter queue: {reason}",
                job.next, job.last, key.group
            ));
        }
        self.on_dead_letters(now, &job.share, (job.first, job.last), fx);
    }

    /// Appends as many records as make one batch.
    fn begin_write(
        &self,
        now: Now,
        id: u64,
        job: &mut Job,
        fx: &mut Effects,
    ) -> Result<(), Failure> {
        let key = job.share.key();
        let target = self.dead_letter_target(&key.group, key.partition, fx)?;
        let source = job.share.replica();
        let here = match &target.leader {
            TargetLeader::Here(replica) => Some(replica),
            TargetLeader::Elsewhere(..) => None,
        };
        let needed = [here, target.copies.then_some(source)];
        if let Some(closed) = first_closed(now, needed.into_iter().flatten()) {
            return Err(Failure::NotOpen(closed));
        }
        let data = if target.copies {
            self.with_codecs(|codecs| data_of(source, self.logs(now), codecs, (job.next, job.last)))
        } else {
            None
        };
        let origin = Origin {
            topic: source.topic_name(),
            partition: key.partition,
            group: &key.group,
            deliveries: job.deliveries,
            message: job.cause.message(),
        };
        let range = (job.next, job.last);
        let (records, next) = batch_of(now.wall, &origin, range, data.as_ref(), target.max_bytes);
        let ticket = Ticket {
            connection: CONNECTION,
            request: id,
        };
        let to = match target.leader {
            TargetLeader::Here(replica) => {
                let appended = self.append_dead_letters(now, &replica, &records, ticket, fx)?;
                appended.map(|(epoch, end)| WrittenTo::Here(replica, epoch, end))
            }
            TargetLeader::Elsewhere(to, topic, index) => {
                self.send_dead_letters(now, id, to, (&topic, index), &records, fx)?;
                Some(WrittenTo::Elsewhere(None))
            }
        };
        let until = now.mono + WRITE_TIMEOUT;
        job.writing = to.map(|to| Writing { to, next, until });
        job.due = match job.writing {
            Some(_) => until,
            None => {
                job.on_written(next);
                now.mono
            }
        };
        Ok(())
    }

    /// Sends records to the leader of a dead letter queue's partition.
    fn send_dead_letters(
        &self,
        now: Now,
        id: u64,
        to: Destination,
        (topic, index): (&str, i32),
        records: &[u8],
        fx: &mut Effects,
    ) -> Result<(), Failure> {
        let partition = PartitionProduceData {
            index,
            records: Some(Records::Bytes(records.into())),
            ..Default::default()
        };
        let request = ProduceRequest {
            acks: -1,
            timeout_ms: i32::try_from(WRITE_TIMEOUT.as_millis()).unwrap_or(i32::MAX),
            topic_data: vec![TopicProduceData {
                name: topic.into(),
                partition_data: vec![partition],
                ..Default::default()
            }],
            ..Default::default()
        };
        let framed = AskRequest::new(&request, PRODUCE, &format!("broker-{}", self.me));
        let request = framed.map_err(|error| Failure::Never(error.to_string()))?;
        if !self.dead_letters.begin_sending() {
            return Err(Failure::Busy);
        }
        fx.asks.push(Ask {
            token: AskToken::Coordination(Errand::DeadLetters, to.node, id),
            to,
            lane: Lane::Coordination(Errand::DeadLetters),
            deadline: now.mono + WRITE_TIMEOUT,
            request,
        });
        Ok(())
    }

    /// A leader has answered.
    pub(crate) fn on_dead_letters_answer(
        &self,
        now: Now,
        id: u64,
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        let result = match answer {
            Err(error) => Err(error.to_string()),
            Ok(body) => read_produced(&body),
        };
        self.dead_letters.on_sent(now, id, result, fx);
    }

    /// Appends to the leader of a dead letter queue's partition; what to wait for, unless it is committed at once.
    fn append_dead_letters(
        &self,
        now: Now,
        replica: &Arc<Partition>,
        records: &[u8],
        ticket: Ticket,
        fx: &mut Effects,
    ) -> Result<Option<(LeaderEpoch, Offset)>, Failure> {
        let append = Append {
            records,
            origin: records::Origin::Client {
                produce_version: i16::MAX,
            },
            acks_all: true,
            wants_answer: true,
            may_take_long: true,
            may_begin_transaction: false,
            verified: None,
            ticket,
        };
        let appended = self.append(replica, now, &append, fx);
        appended.map(|appended| appended.wait).map_err(|rejection| {
            let reason = (rejection.message).unwrap_or_else(|| rejection.error.to_string());
            Failure::Later(format!("{} refuses them: {reason}", replica.name()))
        })
    }

    /// Where the dead letters of a group go, in the order in which Apache Kafka asks.
    fn dead_letter_target(
        &self,
        group: &str,
        partition: i32,
        fx: &mut Effects,
    ) -> Result<Target, Failure> {
        let never = |reason: String| Err(Failure::Never(reason));
        let config = self.group_config(group);
        let Some(name) = config.dead_letter_topic else {
            return never("errors.deadletterqueue.topic.name of the group is empty".to_owned());
        };
        let (current, image) = (self.effective.now(), self.image());
        let share = &current.broker.share;
        let topic = image.topics().by_name(&name);
        let overrides = texts(&image, metadata::ConfigResourceType::TOPIC, &name);
        let settings = current.broker.topic(&overrides);
        if name.starts_with("__") {
            return never(format!("the topic {name} begins with __"));
        }
        if topic.is_some() && !settings.keeps_dead_letters {
            return never(format!(
                "errors.deadletterqueue.group.enable of the topic {name} is false"
            ));
        }
        if topic.is_none() && !share.creates_dead_letter_topics {
            return never(format!(
                "there is no topic {name}; create it, with errors.deadletterqueue.group.enable=true, or set errors.deadletterqueue.auto.create.topics.enable"
            ));
        }
        if !name.starts_with(&share.dead_letter_topic_prefix) {
            return never(format!(
                "the topic {name} does not begin with errors.deadletterqueue.topic.name.prefix, {}",
                share.dead_letter_topic_prefix
            ));
        }
        let Some(topic) = topic else {
            self.inbox.create_dead_letter_topic(&name, fx);
            return Err(Failure::Later(format!("there is no topic {name} yet")));
        };
        let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        let index = partition % count.max(1);
        let out_of_reach = |error: ErrorCode| {
            Failure::Later(format!("{name}-{index} is not to be reached: {error}"))
        };
        let registered = topic.partition(PartitionIndex(index));
        let leader = registered.and_then(|partition| partition.leader);
        let leader = leader.ok_or_else(|| out_of_reach(ErrorCode::LEADER_NOT_AVAILABLE))?;
        let leader = match leader == self.me {
            true => {
                let replica = self.find_partition(topic.id, index).map_err(out_of_reach)?;
                TargetLeader::Here(replica)
            }
            false => {
                let to = self.peer(leader);
                let to = to.ok_or_else(|| out_of_reach(ErrorCode::BROKER_NOT_AVAILABLE))?;
                TargetLeader::Elsewhere(to, topic.name.to_string(), index)
            }
        };
        Ok(Target {
            leader,
            max_bytes: settings.max_message_bytes as usize,
            copies: config.copies_dead_letters,
        })
    }
}

impl Job {
    fn on_written(&mut self, next: i64) {
        self.next = next;
        self.attempts = 0;
    }
}

impl Writing {
    /// What of this node is waited for.
    fn awaited(&self) -> Option<(Arc<Partition>, LeaderEpoch, Offset)> {
        match &self.to {
            WrittenTo::Here(replica, epoch, end) => Some((Arc::clone(replica), *epoch, *end)),
            WrittenTo::Elsewhere(_) => None,
        }
    }

    /// Whether the records are committed.
    fn is_over(&self) -> Result<bool, String> {
        match &self.to {
            WrittenTo::Here(replica, epoch, end) => {
                let is_acknowledged = replica.is_acknowledged(*epoch, *end);
                is_acknowledged
                    .map_err(|error| format!("the write to {} failed: {error}", replica.name()))
            }
            WrittenTo::Elsewhere(None) => Ok(false),
            WrittenTo::Elsewhere(Some(Ok(()))) => Ok(true),
            WrittenTo::Elsewhere(Some(Err(error))) => Err(error.clone()),
        }
    }
}

/// What a leader has answered to [`Broker::send_dead_letters`].
fn read_produced(body: &[u8]) -> Result<(), String> {
    let response = ProduceResponse::decode(&mut Reader::new(body), PRODUCE);
    let response = response.map_err(|error| error.to_string())?;
    let topics = response.responses.iter();
    let partition = topics.flat_map(|topic| &topic.partition_responses).next();
    match partition {
        Some(partition) if partition.error_code.is_none() => Ok(()),
        Some(partition) => Err(match &partition.error_message {
            Some(message) => format!("its leader refuses them: {message}"),
            None => format!("its leader refuses them: {}", partition.error_code),
        }),
        None => Err("its leader does not say what became of them".to_owned()),
    }
}

/// The first of some partitions whose log has to be opened.
fn first_closed<'p>(
    now: Now,
    mut replicas: impl Iterator<Item = &'p Arc<Partition>>,
) -> Option<Arc<Partition>> {
    replicas.find(|replica| !replica.is_ready(now)).cloned()
}

/// What was appended is committed, or not yet, or never.
fn end_write(now: Now, job: &mut Job, writing: Writing) -> Result<(), Failure> {
    match writing.is_over() {
        Ok(true) => {
            job.on_written(writing.next);
            job.due = now.mono;
            Ok(())
        }
        Ok(false) if writing.until <= now.mono => {
            let error = ErrorCode::REQUEST_TIMED_OUT;
            Err(Failure::Later(format!("the write failed: {error}")))
        }
        Ok(false) => {
            job.due = writing.until;
            job.writing = Some(writing);
            Ok(())
        }
        Err(error) => Err(Failure::Later(error)),
    }
}
