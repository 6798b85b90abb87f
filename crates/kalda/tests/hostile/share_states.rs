//! What share coordinators are asked by nodes that are none: epochs, offsets and batches that cannot be, and very many of them.

use model::{ErrorCode, TopicId};
use protocol::delete_share_group_state_request::{self as deleting, DeleteShareGroupStateRequest};
use protocol::delete_share_group_state_response::DeleteShareGroupStateResponse;
use protocol::initialize_share_group_state_request::{
    self as initializing, InitializeShareGroupStateRequest,
};
use protocol::initialize_share_group_state_response::InitializeShareGroupStateResponse;
use protocol::read_share_group_state_request::{self as reading, ReadShareGroupStateRequest};
use protocol::read_share_group_state_response::ReadShareGroupStateResponse;
use protocol::read_share_group_state_summary_request::{
    self as summing, ReadShareGroupStateSummaryRequest,
};
use protocol::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse;
use protocol::write_share_group_state_request::{
    self as writing, StateBatch, WriteShareGroupStateRequest,
};
use protocol::write_share_group_state_response::WriteShareGroupStateResponse;
use testkit::wait;

use crate::groups::connected;
use crate::node::Node;
use crate::share_groups::{PROPERTIES, topic_id};
use crate::wire::{PATIENCE, Wire};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
const INVALID: ErrorCode = ErrorCode::INVALID_REQUEST;
const UNKNOWN: ErrorCode = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;

/// Who asks about a partition of the topic `t`.
struct Asker {
    wire: Wire,
    topic: TopicId,
}

impl Asker {
    /// Once the coordinators are there.
    fn of(node: &Node) -> Self {
        let mut wire = connected(node);
        let topic = topic_id(&mut wire, "t");
        let mut asker = Self { wire, topic };
        let mut begins = || asker.initialize("first", 0, 0, 0).is_none().then_some(());
        wait::until("coordinators", PATIENCE, &mut begins, String::new).expect("they are there");
        asker
    }

    fn initialize(&mut self, group: &str, partition: i32, epoch: i32, start: i64) -> ErrorCode {
        let request = InitializeShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![initializing::InitializeStateData {
                topic_id: self.topic,
                partitions: vec![initializing::PartitionData {
                    partition,
                    state_epoch: epoch,
                    start_offset: start,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let first = |answer: &InitializeShareGroupStateResponse<'_>| {
            answer.results[0].partitions[0].error_code
        };
        self.wire.ask(0, &request, first)
    }

    /// The errors of the partitions, each once in a row.
    fn write_all(
        &mut self,
        group: &str,
        partitions: Vec<writing::PartitionData>,
    ) -> Vec<ErrorCode> {
        let request = WriteShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![writing::WriteStateData {
                topic_id: self.topic,
                partitions,
                ..Default::default()
            }],
            ..Default::default()
        };
        self.wire
            .ask(1, &request, |answer: &WriteShareGroupStateResponse<'_>| {
                let partitions = answer.results[0].partitions.iter();
                let mut errors: Vec<ErrorCode> = partitions.map(|one| one.error_code).collect();
                errors.dedup();
                errors
            })
    }

    fn write(
        &mut self,
        group: &str,
        change: impl FnOnce(&mut writing::PartitionData),
    ) -> ErrorCode {
        let mut partition = partition();
        change(&mut partition);
        self.write_all(group, vec![partition])[0]
    }

    /// The error, the start and the batches as (first, last, state, deliveries).
    fn read(
        &mut self,
        group: &str,
        partition: i32,
        leader_epoch: i32,
    ) -> (ErrorCode, i64, Vec<Batch>) {
        let request = ReadShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![reading::ReadStateData {
                topic_id: self.topic,
                partitions: vec![reading::PartitionData {
                    partition,
                    leader_epoch,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.wire
            .ask(0, &request, |answer: &ReadShareGroupStateResponse<'_>| {
                let partition = &answer.results[0].partitions[0];
                let batches = partition.state_batches.iter().map(|batch| {
                    let range = (batch.first_offset, batch.last_offset);
                    (range.0, range.1, batch.delivery_state, batch.delivery_count)
                });
                (
                    partition.error_code,
                    partition.start_offset,
                    batches.collect(),
                )
            })
    }

    fn sum(&mut self, group: &str, partitions: Vec<i32>) -> Vec<ErrorCode> {
        let partitions = partitions
            .into_iter()
            .map(|partition| summing::PartitionData {
                partition,
                ..Default::default()
            });
        let request = ReadShareGroupStateSummaryRequest {
            group_id: group.into(),
            topics: vec![summing::ReadStateSummaryData {
                topic_id: self.topic,
                partitions: partitions.collect(),
                ..Default::default()
            }],
            ..Default::default()
        };
        self.wire.ask(
            0,
            &request,
            |answer: &ReadShareGroupStateSummaryResponse<'_>| {
                let partitions = answer.results[0].partitions.iter();
                partitions.map(|one| one.error_code).collect()
            },
        )
    }

    fn delete(&mut self, group: &str, partition: i32) -> ErrorCode {
        let request = DeleteShareGroupStateRequest {
            group_id: group.into(),
            topics: vec![deleting::DeleteStateData {
                topic_id: self.topic,
                partitions: vec![deleting::PartitionData {
                    partition,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.wire
            .ask(0, &request, |answer: &DeleteShareGroupStateResponse<'_>| {
                answer.results[0].partitions[0].error_code
            })
    }
}

type Batch = (i64, i64, i8, i16);

/// A write of nothing, by a leader that read the state.
fn partition() -> writing::PartitionData {
    writing::PartitionData {
        partition: 0,
        state_epoch: 0,
        leader_epoch: 0,
        start_offset: 0,
        delivery_complete_count: 0,
        ..Default::default()
    }
}

fn batch((first, last, state, deliveries): Batch) -> StateBatch {
    StateBatch {
        first_offset: first,
        last_offset: last,
        delivery_state: state,
        delivery_count: deliveries,
        ..Default::default()
    }
}

#[test]
fn states_that_cannot_be_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut asker = Asker::of(node);
        for partition in [-1, 1, i32::MIN, i32::MAX] {
            assert_eq!(
                asker.initialize("g", partition, 0, 0),
                UNKNOWN,
                "{partition}"
            );
            assert_eq!(asker.read("g", partition, 0).0, UNKNOWN, "{partition}");
            assert_eq!(asker.sum("g", vec![partition]), [UNKNOWN], "{partition}");
            assert_eq!(asker.delete("g", partition), UNKNOWN, "{partition}");
            let error = asker.write("g", |p| p.partition = partition);
            assert_eq!(error, UNKNOWN, "{partition}");
        }
        assert_eq!(
            asker.write("never", |_| ()),
            INVALID,
            "what was never begun"
        );
        assert_eq!(asker.read("never", 0, 0).0, INVALID);
        assert_eq!(asker.sum("never", vec![0]), [NONE]);
        assert_eq!(asker.delete("never", 0), NONE);
        assert_eq!(asker.initialize("g", 0, 5, 10), NONE);
        assert_eq!(
            asker.initialize("g", 0, 4, 10),
            ErrorCode::FENCED_STATE_EPOCH
        );
        assert_eq!(asker.read("g", 0, 3).0, NONE);
        assert_eq!(asker.read("g", 0, 2).0, ErrorCode::FENCED_LEADER_EPOCH);
        let mut check = |what: &str, expected, change: fn(&mut writing::PartitionData)| {
            let error = asker.write("g", |p| {
                (p.state_epoch, p.leader_epoch) = (5, 3);
                change(p);
            });
            assert_eq!(error, expected, "{what}");
        };
        check("an older leader", ErrorCode::FENCED_LEADER_EPOCH, |p| {
            p.leader_epoch = 2
        });
        check("an older state", ErrorCode::FENCED_STATE_EPOCH, |p| {
            p.state_epoch = 4
        });
        check("backwards", INVALID, |p| {
            p.state_batches = vec![batch((9, 8, 2, 1))]
        });
        check("below zero", INVALID, |p| {
            p.state_batches = vec![batch((-1, 8, 2, 1))]
        });
        check("the end of time", INVALID, |p| {
            p.state_batches = vec![batch((0, i64::MAX, 2, 1))];
        });
        check("no such state", INVALID, |p| {
            p.state_batches = vec![batch((10, 11, 9, 1))]
        });
        check("a state below zero", INVALID, |p| {
            p.state_batches = vec![batch((10, 11, -1, 1))];
        });
        check("one that is sound", NONE, |p| {
            p.state_batches = vec![batch((10, 11, 2, 1))]
        });
        assert_eq!(asker.read("g", 0, 3), (NONE, 10, vec![(10, 11, 2, 1)]));
    });
}

#[test]
fn batches_that_all_overlap_do_not_hold_anybody_up() {
    Node::start(&PROPERTIES).withstands(512, |node| {
        let mut asker = Asker::of(node);
        assert_eq!(asker.initialize("overlap", 0, 0, 0), NONE);
        let count = 1_000_000;
        // Each covers all that come before it, and counts more.
        let nested = (0..count).map(|n| batch((count - n, count + n, 0, (n % 30_000) as i16)));
        let nested: Vec<StateBatch> = nested.collect();
        asker.write("overlap", |p| p.state_batches = nested);
        let (error, _, batches) = asker.read("overlap", 0, 0);
        assert_eq!(
            (error, batches.len()),
            (NONE, 0),
            "no record has room for them"
        );
    });
}

#[test]
fn one_partition_that_is_named_a_hundred_thousand_times_is_written_once() {
    Node::start(&PROPERTIES).withstands(256, |node| {
        let mut asker = Asker::of(node);
        assert_eq!(asker.initialize("often", 0, 0, 0), NONE);
        let mut errors = asker.write_all("often", vec![partition(); 100_000]);
        assert_eq!(errors.remove(0), NONE);
        let errors = asker.sum("often", vec![0; 100_000]);
        assert_eq!((errors[0], errors.len()), (NONE, 100_000));
    });
}

#[test]
fn a_group_at_the_end_of_all_offsets_harms_nobody() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut asker = Asker::of(node);
        for start in [i64::MAX, i64::MAX - 1, -1, -2, i64::MIN] {
            assert_eq!(asker.initialize("end", 0, 0, start), NONE, "{start}");
            let last = (i64::MAX - 1, i64::MAX - 1, 0, i16::MAX);
            asker.write("end", |p| {
                p.start_offset = start;
                p.state_batches = vec![batch(last)];
            });
            assert_eq!(asker.read("end", 0, 0).0, NONE, "{start}");
        }
    });
}
