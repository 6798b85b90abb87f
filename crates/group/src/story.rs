//! Tells stories of one shard: what clients ask, what is logged, what they are answered.
//!
//! Every record is written to the story's log as bytes and read back, every answer waits for the high
//! watermark. [`Story::check`] compares what has happened since the last check, one line each:
//! `+ record` for what was logged, `name: answer` for what was answered. Ids that the coordinator
//! gave are shown without their random part, `client-n` for the n-th.

mod asked;
mod streams;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use metadata::{Delta, Image, Provenance};
use model::{ErrorCode, LeaderEpoch, Now, Offset, ProducerId, Ticket, TimestampMs, Uuid};
use protocol::consumer_group_heartbeat_request::{ConsumerGroupHeartbeatRequest, TopicPartitions};
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use protocol::partition_record::PartitionRecord;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};
use protocol::topic_record::TopicRecord;

pub(crate) use streams::{Part, StreamsBeat, limits as streams_limits, lives, runs};

pub(crate) use asked::{Beat, Join, beats, join, joins, subscription, topic_id};

use crate::show::{check_fits, show, show_record, version_of};
use crate::{
    Answer, Caller, CommittedOffset, ConsumerHeartbeat, DeletedTopic, EncodedRecord, GroupLimits,
    Lookup, Record, Request, Response, Settings, Shard, ShareHeartbeat, ShareStep, StreamsLimits,
    Waiter,
};

const GROUP: &str = "g";
const START: Now = Now {
    mono: Duration::from_secs(1_000),
    wall: TimestampMs(1_000_000),
};

/// `client-n` as the coordinator writes it.
pub(crate) fn id(short: &str) -> String {
    match short.rsplit_once('-') {
        Some((prefix, n)) => {
            let n: u64 = n.parse().expect("a member is called client-n");
            format!("{prefix}-00000000-0000-4000-8000-{n:012x}")
        }
        None => short.to_owned(),
    }
}

pub(crate) struct Story {
    pub(crate) shard: Shard,
    pub(crate) now: Now,
    settings: Settings,
    pub(crate) image: Image,
    pub(crate) limits: GroupLimits,
    pub(crate) streams_limits: StreamsLimits,
    /// Internal topics that cannot be created, and why.
    pub(crate) refused_topics: BTreeMap<String, String>,
    log: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    epoch: i32,
    requests: u64,
    /// Who has not been answered, and the version of the request.
    names: BTreeMap<u64, (String, i16)>,
    random: u128,
    lines: Vec<String>,
    answers: Vec<(String, Response)>,
    /// The log refuses everything with this error.
    pub(crate) refusal: Option<ErrorCode>,
    /// Nothing is committed for now.
    pub(crate) replicas_lag: bool,
    /// Expressions that wait to be looked up.
    lookups: Vec<Lookup>,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let mut story = Self {
            shard: Shard::new(settings.clone()),
            now: START,
            settings,
            image: Image::empty(),
            limits: GroupLimits {
                session_timeout: Duration::from_secs(45),
                heartbeat_interval: Duration::from_secs(5),
                assignment_interval: Duration::ZERO,
            },
            streams_limits: streams_limits(),
            refused_topics: BTreeMap::new(),
            log: Vec::new(),
            epoch: 0,
            requests: 0,
            names: BTreeMap::new(),
            random: 0,
            lines: Vec::new(),
            answers: Vec::new(),
            refusal: None,
            replicas_lag: false,
            lookups: Vec::new(),
        };
        story.restart();
        story
    }

    /// Compares what has happened since the last check.
    #[track_caller]
    pub(crate) fn check(&mut self, expected: &[&str]) {
        let lines = std::mem::take(&mut self.lines);
        assert_eq!(
            lines, expected,
            "\nsaw      {lines:#?}\nexpected {expected:#?}"
        );
    }

    /// Compares the last of what has happened since the last check.
    #[track_caller]
    pub(crate) fn check_last(&mut self, expected: &[&str]) {
        let first = self.lines.len().saturating_sub(expected.len());
        self.lines.drain(..first);
        self.check(expected);
    }

    /// The answers since the last time, with the names of those who asked.
    pub(crate) fn take_answers(&mut self) -> Vec<(String, Response)> {
        self.lines.clear();
        std::mem::take(&mut self.answers)
    }

    /// Drops what has happened since the last check.
    pub(crate) fn skip(&mut self) {
        self.lines.clear();
    }

    /// The shard is gone and another one loads what was logged.
    pub(crate) fn restart(&mut self) {
        self.shard = Shard::new(self.settings.clone());
        self.epoch += 1;
        let epoch = LeaderEpoch(self.epoch);
        self.shard.start_loading(self.now, epoch);
        for (at, (key, value)) in (0..).zip(&self.log) {
            let record = Record::decode(key, value.as_deref(), None).expect("it was written so");
            assert!(
                self.shard
                    .load(epoch, Offset(at), &record.expect("of a known kind"))
            );
        }
        let end = Offset(self.log.len() as i64);
        assert!(self.shard.activate(self.now, epoch, end, end));
    }

    /// Lets a record of another writer appear in the log.
    pub(crate) fn replicate(&mut self, record: &Record) {
        let offset = Offset(self.log.len() as i64);
        self.log.push((vec![0x7f, 0xff], None));
        assert!(self.shard.load(LeaderEpoch(self.epoch), offset, record));
    }

    /// A commit within a transaction, which reaches the log past the handlers.
    pub(crate) fn replicate_commit(&mut self, producer: i64, topic: &str, offset: i64) {
        let value = CommittedOffset {
            offset,
            leader_epoch: None,
            metadata: Box::default(),
            committed_at: self.now.wall,
            expires_at: None,
            topic_id: Uuid::ZERO,
        };
        self.replicate(&Record::Offset {
            group: GROUP.into(),
            topic: topic.into(),
            partition: 0,
            value: Some(value),
            transaction: Some(ProducerId(producer)),
        });
    }

    pub(crate) fn set_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.shard.set_settings(self.settings.clone());
    }

    /// The wall clock is set back.
    pub(crate) fn set_clock_back(&mut self, ms: i64) {
        self.now.wall.0 -= ms;
    }

    /// Time passes; deadlines are seen to when they come.
    pub(crate) fn wait(&mut self, ms: u64) {
        let end = self.now.plus(Duration::from_millis(ms));
        while let Some(at) = self.shard.next_deadline().filter(|at| *at <= end.mono) {
            self.now = self.now.plus(at.saturating_sub(self.now.mono));
            let image = self.image.clone();
            self.call(|shard, now, append| shard.on_time(now, &image, append));
        }
        self.now = end;
    }

    pub(crate) fn join(&mut self, name: &str, join: Join) {
        let protocols = join
            .protocols
            .iter()
            .map(|(name, metadata)| JoinGroupRequestProtocol {
                name: Cow::Borrowed(name),
                metadata: Cow::Borrowed(metadata),
                ..JoinGroupRequestProtocol::default()
            });
        let request = JoinGroupRequest {
            group_id: Cow::Borrowed(join.group),
            session_timeout_ms: join.session_ms,
            rebalance_timeout_ms: join.rebalance_ms,
            member_id: Cow::Borrowed(&join.member),
            group_instance_id: join.instance.map(Cow::Borrowed),
            protocol_type: Cow::Borrowed(join.protocol_type),
            protocols: protocols.collect(),
            ..JoinGroupRequest::default()
        };
        self.random += u128::from(join.member.is_empty());
        let caller = Caller {
            version: join.version,
            client_id: join.client,
            client_host: "/127.0.0.1",
        };
        let image = self.image.clone();
        let request = Request::JoinGroup {
            caller,
            random: self.random,
            image: &image,
            limits: self.limits,
            request: &request,
        };
        self.request(name, &request);
    }

    /// The cluster has these topics with so many partitions, in an image of its own.
    pub(crate) fn topics(&mut self, topics: &[(&'static str, i32)]) {
        let before = self.image.provenance().map_or(0, |at| at.offset.0);
        let mut delta = Delta::new(&Image::empty());
        for (name, count) in topics {
            let record = TopicRecord {
                topic_id: topic_id(name),
                name: Cow::Borrowed(name),
                ..TopicRecord::default()
            };
            delta.replay(&record.into()).expect("a new topic");
            for partition_id in 0..*count {
                let record = PartitionRecord {
                    topic_id: topic_id(name),
                    partition_id,
                    replicas: vec![1],
                    isr: vec![1],
                    leader: 1,
                    directories: vec![Uuid::reserved(70)],
                    ..PartitionRecord::default()
                };
                delta.replay(&record.into()).expect("a new partition");
            }
        }
        let at = Provenance {
            offset: Offset(before + 1),
            epoch: LeaderEpoch(1),
            timestamp: TimestampMs(0),
        };
        self.image = delta.apply(at).0;
    }

    /// A heartbeat of a member of the consumer group.
    pub(crate) fn beat(&mut self, beat: &Beat<'_>) {
        let owned = beat.owned.map(|owned| {
            let places = owned.iter().map(|place| {
                let (topic, partition) = place.split_once('-').expect("topic-partition");
                TopicPartitions {
                    topic_id: topic_id(topic),
                    partitions: vec![partition.parse().expect("a number")],
                    ..TopicPartitions::default()
                }
            });
            places.collect()
        });
        let topics = beat.topics;
        let request = ConsumerGroupHeartbeatRequest {
            group_id: Cow::Borrowed(GROUP),
            member_id: Cow::Borrowed(beat.id),
            member_epoch: beat.epoch,
            instance_id: beat.instance.map(Cow::Borrowed),
            rebalance_timeout_ms: beat.rebalance_ms,
            subscribed_topic_names: topics
                .map(|topics| topics.iter().map(|topic| Cow::Borrowed(*topic)).collect()),
            subscribed_topic_regex: beat.regex.map(Cow::Borrowed),
            server_assignor: beat.assignor.map(Cow::Borrowed),
            topic_partitions: owned,
            ..ConsumerGroupHeartbeatRequest::default()
        };
        let image = self.image.clone();
        let request = Request::ConsumerGroupHeartbeat(ConsumerHeartbeat {
            caller: Caller {
                version: beat.version,
                client_id: "c",
                client_host: "/127.0.0.1",
            },
            random: 7,
            image: &image,
            limits: self.limits,
            request: &request,
        });
        self.request(beat.id, &request);
    }

    /// Shows the consumer group.
    pub(crate) fn describe_consumers(&mut self) {
        let image = self.image.clone();
        let request = Request::ConsumerGroupDescribe {
            version: 1,
            image: &image,
            group_id: GROUP,
        };
        self.request("admin", &request);
    }

    /// A heartbeat of a member of the share group.
    pub(crate) fn share_beat(&mut self, id: &'static str, epoch: i32, topics: Option<&[&str]>) {
        let request = ShareGroupHeartbeatRequest {
            group_id: Cow::Borrowed(GROUP),
            member_id: Cow::Borrowed(id),
            member_epoch: epoch,
            subscribed_topic_names: topics
                .map(|topics| topics.iter().map(|topic| Cow::Borrowed(*topic)).collect()),
            ..ShareGroupHeartbeatRequest::default()
        };
        let image = self.image.clone();
        let request = Request::ShareGroupHeartbeat(ShareHeartbeat {
            caller: Caller {
                version: 1,
                client_id: "c",
                client_host: "/127.0.0.1",
            },
            image: &image,
            limits: self.limits,
            request: &request,
        });
        self.request(if id.is_empty() { "nobody" } else { id }, &request);
    }

    /// Shows the share group.
    pub(crate) fn describe_sharers(&mut self) {
        let image = self.image.clone();
        let request = Request::ShareGroupDescribe {
            image: &image,
            group_id: GROUP,
        };
        self.request("admin", &request);
    }

    /// A step in the account of the share group's states.
    pub(crate) fn share_step(&mut self, step: ShareStep<'_>) {
        let group_id = GROUP;
        self.request("admin", &Request::ShareStep { group_id, step });
    }

    /// What share coordinators are to be asked.
    pub(crate) fn take_share_work(&mut self) -> Vec<crate::ShareWork> {
        self.shard.take_share_work()
    }

    pub(crate) fn sync(
        &mut self,
        name: &str,
        generation: i32,
        member: &str,
        given: &[(&str, &str)],
    ) {
        let request = SyncGroupRequest {
            group_id: Cow::Borrowed(GROUP),
            generation_id: generation,
            member_id: Cow::Owned(id(member)),
            assignments: given
                .iter()
                .map(|(to, what)| assignment(to, what))
                .collect(),
            ..SyncGroupRequest::default()
        };
        let image = self.image.clone();
        self.request(
            name,
            &Request::SyncGroup {
                version: 3,
                image: &image,
                request: &request,
            },
        );
    }

    pub(crate) fn heartbeat(&mut self, name: &str, generation: i32, member: &str) {
        self.heartbeat_of(name, generation, &id(member));
    }

    /// A heartbeat under a whole member id.
    pub(crate) fn heartbeat_of(&mut self, name: &str, generation: i32, member: &str) {
        let request = HeartbeatRequest {
            group_id: Cow::Borrowed(GROUP),
            generation_id: generation,
            member_id: Cow::Borrowed(member),
            ..HeartbeatRequest::default()
        };
        self.request(name, &Request::Heartbeat(&request));
    }

    pub(crate) fn leave(&mut self, name: &str, members: &[(&str, Option<&str>)]) {
        let members = members.iter().map(|(member, instance)| MemberIdentity {
            member_id: Cow::Owned(id(member)),
            group_instance_id: instance.map(Cow::Borrowed),
            ..MemberIdentity::default()
        });
        let request = LeaveGroupRequest {
            group_id: Cow::Borrowed(GROUP),
            members: members.collect(),
            ..LeaveGroupRequest::default()
        };
        let image = self.image.clone();
        self.request(
            name,
            &Request::LeaveGroup {
                version: 5,
                image: &image,
                request: &request,
            },
        );
    }

    /// A leave under a whole member id.
    pub(crate) fn leave_of(&mut self, name: &str, member: String) {
        let request = LeaveGroupRequest {
            group_id: Cow::Borrowed(GROUP),
            members: vec![MemberIdentity {
                member_id: member.into(),
                ..MemberIdentity::default()
            }],
            ..LeaveGroupRequest::default()
        };
        let image = self.image.clone();
        self.request(
            name,
            &Request::LeaveGroup {
                version: 5,
                image: &image,
                request: &request,
            },
        );
    }

    /// Commits offsets of partition 0 of topics.
    pub(crate) fn commit(&mut self, name: &str, generation: i32, member: &str, at: &[(&str, i64)]) {
        let request = commit_request(generation, member, at);
        self.request(
            name,
            &Request::OffsetCommit {
                version: 9,
                request: &request,
            },
        );
    }

    /// Commits offset 9 of partition 0 of `t` within a transaction of producer 1.
    pub(crate) fn commit_in_transaction(&mut self, version: i16, epoch: i32, member: &str) {
        let request = commit_request(epoch, member, &[("t", 9)]);
        let request = Request::TxnOffsetCommit {
            version,
            producer: ProducerId(1),
            request: &request,
        };
        self.request(member, &request);
    }

    /// Fetches partition 0 of topics, or everything.
    pub(crate) fn fetch(&mut self, name: &str, topics: Option<&[&str]>) {
        let topics = topics.map(|topics| {
            let asked = topics.iter().map(|topic| OffsetFetchRequestTopics {
                name: Cow::Borrowed(topic),
                partition_indexes: vec![0],
                ..OffsetFetchRequestTopics::default()
            });
            asked.collect()
        });
        let group = OffsetFetchRequestGroup {
            group_id: Cow::Borrowed(GROUP),
            topics,
            ..OffsetFetchRequestGroup::default()
        };
        let request = Request::OffsetFetch {
            version: 8,
            group: &group,
            require_stable: true,
        };
        self.request(name, &request);
    }

    /// Fetches partition 0 of `t` as a member of the consumer group.
    pub(crate) fn fetch_of(&mut self, name: &str, member: Option<&str>, epoch: i32) {
        let group = OffsetFetchRequestGroup {
            group_id: Cow::Borrowed(GROUP),
            member_id: member.map(Cow::Borrowed),
            member_epoch: epoch,
            topics: Some(vec![OffsetFetchRequestTopics {
                name: Cow::Borrowed("t"),
                partition_indexes: vec![0],
                ..OffsetFetchRequestTopics::default()
            }]),
            ..OffsetFetchRequestGroup::default()
        };
        let request = Request::OffsetFetch {
            version: 9,
            group: &group,
            require_stable: true,
        };
        self.request(name, &request);
    }

    pub(crate) fn request(&mut self, name: &str, request: &Request<'_>) {
        let n = self.requests;
        self.requests += 1;
        self.names.insert(n, (name.to_owned(), version_of(request)));
        let waiter = Waiter {
            ticket: Ticket {
                connection: 1,
                request: n,
            },
            part: 0,
        };
        self.call(|shard, now, append| shard.on_request(now, waiter, request, append));
    }

    pub(crate) fn delete_topics(&mut self, deleted: &[DeletedTopic<'_>]) {
        self.call(|shard, now, append| shard.on_topics_deleted(now, deleted, append));
    }

    /// What waits is looked up, and the results come.
    pub(crate) fn look_up(&mut self) {
        let image = self.image.clone();
        for lookup in std::mem::take(&mut self.lookups) {
            let looked_up = lookup.run(&image, self.now.wall);
            self.call(|shard, now, append| shard.on_looked_up(now, &image, &looked_up, append));
        }
    }

    /// What waits cannot be looked up.
    pub(crate) fn fail_lookups(&mut self) {
        let image = self.image.clone();
        for lookup in std::mem::take(&mut self.lookups) {
            let failed = lookup.failed();
            self.call(|shard, now, append| shard.on_looked_up(now, &image, &failed, append));
        }
    }

    /// Everything that is in the log is committed.
    pub(crate) fn catch_up(&mut self) {
        self.replicas_lag = false;
        self.shard.on_high_watermark(Offset(self.log.len() as i64));
        self.note_answers();
    }

    pub(crate) fn stop(&mut self) {
        self.shard.stop(self.now);
        self.note_answers();
    }

    fn call(&mut self, call: impl FnOnce(&mut Shard, Now, &mut Append<'_>)) {
        let Self {
            shard,
            log,
            lines,
            refusal,
            now,
            ..
        } = self;
        let mut append = |append: statemachine::Append<'_, Record>| {
            if let Some(error) = *refusal {
                return Err(error);
            }
            let first = Offset(log.len() as i64);
            for record in append.records {
                let EncodedRecord { key, value } =
                    record.encode().expect("short texts").expect("own records");
                let transaction = match record {
                    Record::Offset { transaction, .. } => *transaction,
                    _ => None,
                };
                let read = Record::decode(&key, value.as_deref(), transaction);
                assert_eq!(read.as_ref(), Ok(&Some(record.clone())));
                lines.push(format!("+ {}", show_record(record)));
                log.push((key, value));
            }
            Ok(first)
        };
        call(shard, *now, &mut append);
        self.lookups.extend(self.shard.take_lookups());
        if self.replicas_lag {
            self.note_answers();
        } else {
            self.catch_up();
        }
    }

    fn note_answers(&mut self) {
        for Answer { waiter, response } in self.shard.take_answers() {
            let name = self.names.remove(&waiter.ticket.request);
            let (name, version) = name.expect("every request is answered once");
            check_fits(&response, version);
            self.lines.push(format!("{name}: {}", show(&response)));
            self.answers.push((name, response));
        }
    }

    /// How many requests have not been answered.
    pub(crate) fn unanswered(&self) -> usize {
        self.names.len()
    }
}

type Append<'a> = dyn FnMut(statemachine::Append<'_, Record>) -> Result<Offset, ErrorCode> + 'a;

fn assignment(to: &str, what: &str) -> SyncGroupRequestAssignment<'static> {
    SyncGroupRequestAssignment {
        member_id: Cow::Owned(id(to)),
        assignment: Cow::Owned(what.as_bytes().to_vec()),
        ..SyncGroupRequestAssignment::default()
    }
}

pub(crate) fn commit_request<'r>(
    generation: i32,
    member: &str,
    at: &[(&'r str, i64)],
) -> OffsetCommitRequest<'r> {
    let topics = at.iter().map(|(topic, offset)| OffsetCommitRequestTopic {
        name: Cow::Borrowed(topic),
        partitions: vec![OffsetCommitRequestPartition {
            committed_offset: *offset,
            ..OffsetCommitRequestPartition::default()
        }],
        ..OffsetCommitRequestTopic::default()
    });
    OffsetCommitRequest {
        group_id: Cow::Borrowed(GROUP),
        generation_id_or_member_epoch: generation,
        member_id: Cow::Owned(id(member)),
        topics: topics.collect(),
        ..OffsetCommitRequest::default()
    }
}
