//! ShareFetch and ShareAcknowledge that make no sense: sessions of others, offsets that cannot be, and very many of them.

use std::time::Duration;

use model::{ErrorCode, TopicId};
use protocol::share_acknowledge_request::{
    AcknowledgePartition, AcknowledgeTopic, AcknowledgementBatch, ShareAcknowledgeRequest,
};
use protocol::share_acknowledge_response::ShareAcknowledgeResponse;
use protocol::share_fetch_request::{
    self as fetch, FetchPartition, FetchTopic, ForgottenTopic, ShareFetchRequest,
};
use protocol::share_fetch_response::ShareFetchResponse;
use records::{BatchBuilder, NewRecord};
use testkit::wait;

use crate::groups::connected;
use crate::node::{Node, batch, now, produce};
use crate::semantics::alter;
use crate::share_groups::{PROPERTIES, beat, coming, topic_id};
use crate::wire::{PATIENCE, Wire, encoded};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
const VERSION: i16 = 2;
/// The kind of a group among those that have configurations.
const GROUP: i8 = 32;
const ACCEPT: i8 = 1;
const RELEASE: i8 = 2;
const REJECT: i8 = 3;
const RENEW: i8 = 4;

/// Records that were acquired, as (first, last), and the error of the partition.
type Given = (Vec<(i64, i64)>, ErrorCode);

/// A member of a share group and its session.
struct Member {
    wire: Wire,
    group: &'static str,
    member: &'static str,
    topic: TopicId,
    epoch: i32,
}

impl Member {
    /// A member that has joined `group`, which begins at the start of the topic `t`.
    fn join(node: &Node, group: &'static str, member: &'static str) -> Self {
        let mut wire = connected(node);
        let earliest = Some("earliest");
        let error = alter(
            &mut wire,
            GROUP,
            group,
            0,
            "share.auto.offset.reset",
            earliest,
        );
        assert_eq!(error, NONE);
        let topic = topic_id(&mut wire, "t");
        assert_eq!(beat(&mut wire, &coming(group, member, &["t"])), NONE);
        Self {
            wire,
            group,
            member,
            topic,
            epoch: 0,
        }
    }

    fn fetching(&self) -> ShareFetchRequest<'static> {
        ShareFetchRequest {
            group_id: Some(self.group.into()),
            member_id: Some(self.member.into()),
            share_session_epoch: self.epoch,
            max_wait_ms: 100,
            min_bytes: 1,
            max_bytes: 64 << 20,
            max_records: 500,
            batch_size: 500,
            topics: vec![wanted(self.topic, 0)],
            ..Default::default()
        }
    }

    /// The error of a fetch that is changed, and what is given of the partition.
    fn fetch_with(
        &mut self,
        change: impl FnOnce(&mut ShareFetchRequest<'static>),
    ) -> (ErrorCode, Given) {
        let mut request = self.fetching();
        change(&mut request);
        self.wire.ask(VERSION, &request, given)
    }

    /// Fetches until something is given.
    fn fetch(&mut self) -> Vec<(i64, i64)> {
        let given = || {
            let (error, (acquired, _)) = self.fetch_with(|_| ());
            assert_eq!(error, NONE);
            self.epoch += 1;
            (!acquired.is_empty()).then_some(acquired)
        };
        wait::until("records", PATIENCE, given, String::new).expect("there are some")
    }

    fn acknowledging(
        &self,
        batches: Vec<AcknowledgementBatch>,
    ) -> ShareAcknowledgeRequest<'static> {
        ShareAcknowledgeRequest {
            group_id: Some(self.group.into()),
            member_id: Some(self.member.into()),
            share_session_epoch: self.epoch,
            topics: vec![AcknowledgeTopic {
                topic_id: self.topic,
                partitions: vec![AcknowledgePartition {
                    acknowledgement_batches: batches,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    /// The error of the request and those of its partitions.
    fn acknowledge_with(
        &mut self,
        change: impl FnOnce(&mut ShareAcknowledgeRequest<'static>),
    ) -> (ErrorCode, Vec<ErrorCode>) {
        let mut request = self.acknowledging(Vec::new());
        change(&mut request);
        let answered = self.wire.ask(
            VERSION,
            &request,
            |answer: &ShareAcknowledgeResponse<'_>| {
                let partitions = answer.responses.iter().flat_map(|topic| &topic.partitions);
                let errors = partitions.map(|one| one.error_code).collect();
                (answer.error_code, errors)
            },
        );
        if answered.0.is_none() {
            self.epoch += 1;
        }
        answered
    }

    /// The error of the one partition.
    fn acknowledge(&mut self, batches: Vec<AcknowledgementBatch>) -> ErrorCode {
        let (error, errors) = self.acknowledge_with(|request| {
            request.topics[0].partitions[0].acknowledgement_batches = batches;
        });
        assert_eq!(error, NONE);
        errors[0]
    }
}

fn wanted(topic_id: TopicId, partition_index: i32) -> FetchTopic {
    FetchTopic {
        topic_id,
        partitions: vec![FetchPartition {
            partition_index,
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn given(answer: &ShareFetchResponse<'_>) -> (ErrorCode, Given) {
    let mut partitions = answer.responses.iter().flat_map(|topic| &topic.partitions);
    let given = partitions.next().map_or((Vec::new(), NONE), |partition| {
        let acquired = partition.acquired_records.iter();
        let acquired = acquired.map(|one| (one.first_offset, one.last_offset));
        (acquired.collect(), partition.error_code)
    });
    (answer.error_code, given)
}

fn said(first: i64, last: i64, types: &[i8]) -> AcknowledgementBatch {
    AcknowledgementBatch {
        first_offset: first,
        last_offset: last,
        acknowledge_types: types.to_vec(),
        ..Default::default()
    }
}

/// One batch with so many small records.
fn many(count: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    let at = now();
    for _ in 0..count {
        builder.append(&NewRecord::new(at, None, Some(b"")));
    }
    builder.finish()
}

fn fill(member: &mut Member, records: usize) {
    for _ in 0..records {
        let (error, _) = produce(&mut member.wire, "t", 0, -1, &batch(b"work"));
        assert_eq!(error, NONE);
    }
}

#[test]
fn sessions_that_are_not_there_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut member = Member::join(node, "sessions", "m");
        let not_found = ErrorCode::SHARE_SESSION_NOT_FOUND;
        let wrong = ErrorCode::INVALID_SHARE_SESSION_EPOCH;
        let invalid = ErrorCode::INVALID_REQUEST;
        for epoch in [1, i32::MAX, -1, -2, i32::MIN] {
            let error = member.fetch_with(|r| r.share_session_epoch = epoch).0;
            assert_eq!(error, not_found, "fetching with {epoch}");
            let error = member.acknowledge_with(|r| r.share_session_epoch = epoch).0;
            assert_eq!(error, not_found, "acknowledging with {epoch}");
        }
        assert_eq!(
            member.acknowledge_with(|_| ()).0,
            wrong,
            "an acknowledgement begins none"
        );
        for (what, group, name) in [
            ("no group", None, Some("m")),
            ("no member", Some("sessions"), None),
        ] {
            let change = |r: &mut ShareFetchRequest<'static>| {
                r.group_id = group.map(Into::into);
                r.member_id = name.map(Into::into);
            };
            assert_eq!(member.fetch_with(change).0, invalid, "{what}");
        }
        assert_eq!(member.fetch_with(|_| ()).0, NONE);
        member.epoch = 1;
        for epoch in [2, 0, i32::MAX, -2, i32::MIN] {
            let error = member.acknowledge_with(|r| r.share_session_epoch = epoch).0;
            assert_eq!(error, wrong, "acknowledging with {epoch}");
        }
        for epoch in [2, i32::MAX, -2, i32::MIN] {
            let error = member.fetch_with(|r| r.share_session_epoch = epoch).0;
            assert_eq!(error, wrong, "fetching with {epoch}");
        }
        let of_another = |r: &mut ShareFetchRequest<'static>| r.member_id = Some("other".into());
        assert_eq!(member.fetch_with(of_another).0, not_found);
        assert_eq!(member.fetch_with(|r| r.share_session_epoch = -1).0, NONE);
        assert_eq!(member.fetch_with(|_| ()).0, not_found, "it has ended");
    });
}

#[test]
fn a_session_begins_without_acknowledgements() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut member = Member::join(node, "begins", "m");
        let saying = |r: &mut ShareFetchRequest<'static>| {
            r.topics[0].partitions[0].acknowledgement_batches = vec![fetch::AcknowledgementBatch {
                first_offset: 0,
                last_offset: 0,
                acknowledge_types: vec![ACCEPT],
                ..Default::default()
            }];
        };
        assert_eq!(member.fetch_with(saying).0, ErrorCode::INVALID_REQUEST);
    });
}

#[test]
fn fetches_of_strange_sizes_are_answered() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut member = Member::join(node, "sizes", "m");
        fill(&mut member, 3);
        assert!(!member.fetch().is_empty());
        for number in [-1, 0, i32::MIN, i32::MAX] {
            let changes: [(&str, fn(&mut ShareFetchRequest<'static>, i32)); 5] = [
                ("max_bytes", |r, n| r.max_bytes = n),
                ("min_bytes", |r, n| r.min_bytes = n),
                ("max_records", |r, n| r.max_records = n),
                ("batch_size", |r, n| r.batch_size = n),
                ("partition", |r, n| {
                    r.topics[0].partitions[0].partition_index = n
                }),
            ];
            for (what, change) in changes {
                let (error, _) = member.fetch_with(|r| change(r, number));
                assert_eq!(error, NONE, "{what} {number}");
                member.epoch += 1;
            }
            let (error, _) = member.fetch_with(|r| {
                r.max_wait_ms = number.min(100);
            });
            assert_eq!(error, NONE, "to wait for {number}");
            member.epoch += 1;
        }
        let forgets = |r: &mut ShareFetchRequest<'static>| {
            r.forgotten_topics_data = vec![ForgottenTopic {
                topic_id: TopicId::ZERO,
                partitions: vec![i32::MIN, -1, i32::MAX],
                ..Default::default()
            }];
        };
        assert_eq!(member.fetch_with(forgets).0, NONE);
    });
}

#[test]
fn acknowledgements_that_cannot_be_are_refused_and_change_nothing() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut member = Member::join(node, "refused", "m");
        fill(&mut member, 10);
        let mut count = 0;
        while count < 10 {
            count += member
                .fetch()
                .iter()
                .map(|(first, last)| last - first + 1)
                .sum::<i64>();
        }
        let invalid = ErrorCode::INVALID_REQUEST;
        let state = ErrorCode::INVALID_RECORD_STATE;
        let cases: [(&str, ErrorCode, Vec<AcknowledgementBatch>); 14] = [
            ("backwards", invalid, vec![said(5, 4, &[ACCEPT])]),
            ("below zero", invalid, vec![said(-1, 0, &[ACCEPT])]),
            (
                "far below zero",
                invalid,
                vec![said(i64::MIN, i64::MAX, &[ACCEPT])],
            ),
            ("of no type", invalid, vec![said(0, 1, &[])]),
            ("of too few types", invalid, vec![said(0, 4, &[ACCEPT; 2])]),
            (
                "of too many types",
                invalid,
                vec![said(0, 1, &[ACCEPT; 100_000])],
            ),
            ("of a type below zero", invalid, vec![said(0, 0, &[-1])]),
            ("of an unknown type", invalid, vec![said(0, 0, &[5])]),
            (
                "of one that is unknown",
                invalid,
                vec![said(0, 1, &[ACCEPT, i8::MAX])],
            ),
            ("to renew, unannounced", invalid, vec![said(0, 0, &[RENEW])]),
            (
                "twice",
                invalid,
                vec![said(0, 3, &[ACCEPT]), said(3, 4, &[ACCEPT])],
            ),
            (
                "in no order",
                invalid,
                vec![said(5, 5, &[ACCEPT]), said(0, 0, &[ACCEPT])],
            ),
            ("beyond what was given", state, vec![said(9, 10, &[ACCEPT])]),
            (
                "of the end of time",
                state,
                vec![said(i64::MAX, i64::MAX, &[ACCEPT])],
            ),
        ];
        for (what, expected, batches) in cases {
            assert_eq!(member.acknowledge(batches), expected, "{what}");
        }
        assert_eq!(
            member.acknowledge(vec![said(0, 9, &[ACCEPT])]),
            NONE,
            "it still has them"
        );
    });
}

#[test]
fn a_session_of_a_million_partitions_that_are_not_there_is_answered() {
    // 72 bytes for a byte of the request at most, the session, and the answer.
    Node::start(&PROPERTIES).withstands(700, |node| {
        let mut member = Member::join(node, "nowhere", "m");
        let partitions = (0..1_000_000).map(|partition_index| FetchPartition {
            partition_index,
            ..Default::default()
        });
        let topic = FetchTopic {
            topic_id: member.topic,
            partitions: partitions.collect(),
            ..Default::default()
        };
        let (error, _) = member.fetch_with(|r| r.topics = vec![topic]);
        assert_eq!(error, NONE);
        assert_eq!(member.fetch_with(|r| r.share_session_epoch = -1).0, NONE);
    });
}

#[test]
fn groups_that_are_only_named_leave_nothing_behind() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let topic = topic_id(&mut wire, "t");
        let mut ask = |group: &str, epoch: i32, change: &dyn Fn(&mut ShareFetchRequest<'_>)| {
            let mut request = ShareFetchRequest {
                group_id: Some(group.into()),
                member_id: Some("m".into()),
                share_session_epoch: epoch,
                max_bytes: 1,
                ..Default::default()
            };
            change(&mut request);
            let error = wire.ask(VERSION, &request, |answer: &ShareFetchResponse<'_>| {
                answer.error_code
            });
            assert_eq!(error, NONE, "{group} {epoch}");
        };
        // A name of 1,000 bytes for each: what is kept of them shows.
        for number in 0..50_000 {
            let group = format!("{number:01000}");
            ask(&group, 0, &|r| r.topics = vec![wanted(topic, 0)]);
            match number % 2 {
                // Begun anew without the partition,
                0 => ask(&group, 0, &|_| ()),
                // or the partition is forgotten.
                _ => ask(&group, 1, &|r| {
                    r.forgotten_topics_data = vec![ForgottenTopic {
                        topic_id: topic,
                        partitions: vec![0],
                        ..Default::default()
                    }];
                }),
            }
            ask(&group, -1, &|_| ());
        }
    });
}

#[test]
fn sessions_are_bounded() {
    let limit = ("group.share.max.share.sessions", "100");
    let properties = [PROPERTIES[0], PROPERTIES[2], limit];
    Node::start(&properties).withstands(BOUND, |node| {
        let mut member = Member::join(node, "many", "m");
        let mut limited = 0;
        for number in 0..1_000 {
            let name = format!("m{number}");
            let (error, _) = member.fetch_with(|r| r.member_id = Some(name.into()));
            limited += usize::from(error == ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        assert_eq!(limited, 900);
        let mut other = Member::join(node, "many", "other");
        let limit = ErrorCode::SHARE_SESSION_LIMIT_REACHED;
        assert_eq!(other.fetch_with(|_| ()).0, limit);
        drop(member);
        // The sessions of a connection end with it.
        let begins = || other.fetch_with(|_| ()).0.is_none().then_some(());
        wait::until("room for a session", PATIENCE, begins, String::new).expect("there is");
    });
}

#[test]
fn records_that_are_told_apart_one_by_one_are_bounded() {
    Node::start(&PROPERTIES).withstands(400, |node| {
        let mut member = Member::join(node, "apart", "m");
        let size = Some("67108864");
        assert_eq!(
            alter(&mut member.wire, 2, "t", 0, "max.message.bytes", size),
            NONE
        );
        let count = 2_000_000;
        let filled = || {
            let (error, _) = produce(&mut member.wire, "t", 0, -1, &many(count));
            error.is_none().then_some(())
        };
        wait::until("a large batch", PATIENCE, filled, String::new).expect("it may be so large");
        let given = member.fetch();
        assert_eq!(given, [(0, count as i64 - 1)]);
        let turns: Vec<i8> = (0..count)
            .map(|n| [ACCEPT, RELEASE, REJECT][n % 3])
            .collect();
        let last = count as i64 - 1;
        let refused = member.acknowledge(vec![said(0, last, &turns)]);
        assert_eq!(refused, ErrorCode::INVALID_REQUEST);
        let each = (0..last).map(|offset| said(offset, offset, &[ACCEPT]));
        let refused = member.acknowledge(each.collect());
        assert_eq!(refused, ErrorCode::INVALID_REQUEST);
        assert_eq!(member.acknowledge(vec![said(0, 999, &turns[..1000])]), NONE);
        assert_eq!(member.acknowledge(vec![said(1000, last, &[ACCEPT])]), NONE);
    });
}

#[test]
fn a_member_that_never_reads_its_answers_keeps_the_records_from_nobody_for_good() {
    Node::start(&PROPERTIES).withstands(128, |node| {
        let mut other = Member::join(node, "deaf", "other");
        fill(&mut other, 3);
        let deaf = Member::join(node, "deaf", "deaf");
        let mut wire = node.connect();
        for epoch in 0..2_000 {
            let request = ShareFetchRequest {
                share_session_epoch: epoch,
                ..deaf.fetching()
            };
            let bytes = encoded(VERSION, &request);
            if wire.send_while_taken(&bytes, Duration::from_secs(1)) < bytes.len() {
                break;
            }
        }
        drop(wire);
        assert!(!other.fetch().is_empty(), "they come to who reads");
    });
}
