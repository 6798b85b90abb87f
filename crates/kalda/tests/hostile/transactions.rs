//! Transactions of strange producers, and very many of them.

use model::ErrorCode;
use protocol::add_partitions_to_txn_request::{AddPartitionsToTxnRequest, AddPartitionsToTxnTopic};
use protocol::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
use protocol::end_txn_request::EndTxnRequest;
use protocol::end_txn_response::EndTxnResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::txn_offset_commit_request::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_response::TxnOffsetCommitResponse;
use protocol::{ApiKey, Message};
use testkit::wait;

use crate::groups::{all_at_once, connected};
use crate::node::Node;
use crate::wire::{PATIENCE, Wire, encoded, read};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
const INIT: i16 = 5;
const ADD: i16 = 3;
const END: i16 = 4;
const PROPERTIES: [(&str, &str); 3] = [
    ("offsets.topic.num.partitions", "3"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("transaction.state.log.num.partitions", "3"),
];

/// A producer id and epoch.
type Producer = (i64, i16);

fn beginning(id: &str) -> InitProducerIdRequest<'_> {
    InitProducerIdRequest {
        transactional_id: Some(id.into()),
        transaction_timeout_ms: 60_000,
        producer_id: -1,
        producer_epoch: -1,
        ..Default::default()
    }
}

fn init(wire: &mut Wire, request: &InitProducerIdRequest<'_>) -> (ErrorCode, Producer) {
    wire.ask(INIT, request, |answer: &InitProducerIdResponse| {
        (
            answer.error_code,
            (answer.producer_id, answer.producer_epoch),
        )
    })
}

fn end(wire: &mut Wire, id: &str, (producer, epoch): Producer, committed: bool) -> ErrorCode {
    let request = EndTxnRequest {
        transactional_id: id.into(),
        producer_id: producer,
        producer_epoch: epoch,
        committed,
        ..Default::default()
    };
    wire.ask(END, &request, |answer: &EndTxnResponse| answer.error_code)
}

/// Gives the errors of the partitions, each once.
fn add(
    wire: &mut Wire,
    id: &str,
    producer: Producer,
    topic: &str,
    partitions: Vec<i32>,
) -> Vec<ErrorCode> {
    let request = AddPartitionsToTxnRequest {
        v3_and_below_transactional_id: id.into(),
        v3_and_below_producer_id: producer.0,
        v3_and_below_producer_epoch: producer.1,
        v3_and_below_topics: vec![AddPartitionsToTxnTopic {
            name: topic.into(),
            partitions,
            ..Default::default()
        }],
        ..Default::default()
    };
    wire.ask(ADD, &request, |answer: &AddPartitionsToTxnResponse<'_>| {
        let topics = answer.results_by_topic_v3_and_below.iter();
        let partitions = topics.flat_map(|topic| &topic.results_by_partition);
        let mut errors: Vec<ErrorCode> = partitions.map(|one| one.partition_error_code).collect();
        errors.dedup();
        errors
    })
}

fn commit_offset(wire: &mut Wire, id: &str, producer: Producer) -> ErrorCode {
    let request = TxnOffsetCommitRequest {
        transactional_id: id.into(),
        group_id: "g".into(),
        producer_id: producer.0,
        producer_epoch: producer.1,
        generation_id_or_member_epoch: -1,
        topics: vec![TxnOffsetCommitRequestTopic {
            name: "t".into(),
            partitions: vec![TxnOffsetCommitRequestPartition::default()],
            ..Default::default()
        }],
        ..Default::default()
    };
    wire.ask(4, &request, |answer: &TxnOffsetCommitResponse<'_>| {
        answer.topics[0].partitions[0].error_code
    })
}

/// A connection to a server whose coordinators of transactions are there, and the topic `t`.
fn ready(node: &Node) -> Wire {
    let mut wire = connected(node);
    let find = FindCoordinatorRequest {
        key: "id".into(),
        key_type: 1,
        ..Default::default()
    };
    wire.ask(3, &find, |answer: &FindCoordinatorResponse<'_>| {
        answer.error_code
    });
    let mut begins = || init(&mut wire, &beginning("id")).0.is_none().then_some(());
    wait::until("coordinators", PATIENCE, &mut begins, String::new).expect("they are there");
    wire
}

#[test]
fn producers_that_cannot_be_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = ready(node);
        let mut check =
            |what: &str,
             expected: ErrorCode,
             change: &dyn Fn(&mut InitProducerIdRequest<'static>)| {
                let mut request = beginning("strange");
                change(&mut request);
                assert_eq!(init(&mut wire, &request).0, expected, "{what}");
            };
        check("an empty id", ErrorCode::INVALID_REQUEST, &|r| {
            r.transactional_id = Some("".into())
        });
        for timeout in [i32::MIN, -1, 0, 900_001, i32::MAX] {
            check(
                &timeout.to_string(),
                ErrorCode::INVALID_TRANSACTION_TIMEOUT,
                &|r| {
                    r.transaction_timeout_ms = timeout;
                },
            );
        }
        check("the longest timeout", NONE, &|r| {
            r.transaction_timeout_ms = 900_000
        });
        check("an id without an epoch", ErrorCode::INVALID_REQUEST, &|r| {
            r.producer_id = 5
        });
        check("an epoch without an id", ErrorCode::INVALID_REQUEST, &|r| {
            r.producer_epoch = 5
        });
        check(
            "an id that was never given out",
            ErrorCode::PRODUCER_FENCED,
            &|r| {
                (r.producer_id, r.producer_epoch) = (1 << 60, 0);
            },
        );
        check("an id below zero", ErrorCode::PRODUCER_FENCED, &|r| {
            (r.producer_id, r.producer_epoch) = (i64::MIN, i16::MIN);
        });
    });
}

#[test]
fn transactions_end_once_and_only_for_who_began_them() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = ready(node);
        let (error, mine) = init(&mut wire, &beginning("tx"));
        assert_eq!(error, NONE);
        assert_eq!(
            end(&mut wire, "tx", mine, true),
            ErrorCode::INVALID_TXN_STATE,
            "none has begun"
        );
        assert_eq!(
            end(&mut wire, "nobody", mine, true),
            ErrorCode::INVALID_PRODUCER_ID_MAPPING
        );
        assert_eq!(end(&mut wire, "", mine, true), ErrorCode::INVALID_REQUEST);
        assert_eq!(
            add(&mut wire, "tx", mine, "none", vec![0]),
            [ErrorCode::UNKNOWN_TOPIC_OR_PARTITION]
        );
        assert_eq!(
            add(&mut wire, "tx", mine, "t", vec![0; 100_000]),
            [NONE],
            "one, as often as it is named"
        );
        for stranger in [(mine.0 + 1, mine.1), (-1, -1), (i64::MAX, 0)] {
            let mapping = [ErrorCode::INVALID_PRODUCER_ID_MAPPING];
            assert_eq!(add(&mut wire, "tx", stranger, "t", vec![0]), mapping);
            assert_eq!(end(&mut wire, "tx", stranger, true), mapping[0]);
            assert_ne!(commit_offset(&mut wire, "tx", stranger), NONE);
        }
        for epoch in [mine.1 - 1, mine.1 + 1, i16::MAX, i16::MIN] {
            let fenced = ErrorCode::PRODUCER_FENCED;
            assert_eq!(
                end(&mut wire, "tx", (mine.0, epoch), true),
                fenced,
                "{epoch}"
            );
            assert_eq!(
                add(&mut wire, "tx", (mine.0, epoch), "t", vec![0]),
                [fenced],
                "{epoch}"
            );
        }
        assert_eq!(end(&mut wire, "tx", mine, true), NONE);
        assert_eq!(
            end(&mut wire, "tx", mine, false),
            ErrorCode::INVALID_TXN_STATE,
            "it is committed"
        );
    });
}

#[test]
fn a_hundred_thousand_transactional_ids_cost_what_they_hold() {
    // Each has its producer and timeout: at most 2 KiB.
    Node::start(&PROPERTIES).withstands(200, |node| {
        let mut wire = ready(node);
        let mut left: Vec<String> = (0..100_000).map(|number| format!("id-{number}")).collect();
        // Producer ids come in blocks: who finds none is told to come again.
        let all_begin = || {
            let requests = left.iter().map(|id| encoded(INIT, &beginning(id)));
            let requests: Vec<Vec<u8>> = requests.collect();
            let mut errors = Vec::with_capacity(requests.len());
            let counts = all_at_once(&mut wire, &requests, |frame| {
                errors.push(init_error(frame));
                ErrorCode::NONE
            });
            assert_eq!(counts[0].1, left.len());
            let mut errors = errors.into_iter();
            left.retain(|_| errors.next() == Some(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS));
            left.is_empty().then_some(())
        };
        wait::until("all ids", PATIENCE, all_begin, String::new).expect("each begins");
    });
}

fn init_error(frame: &[u8]) -> ErrorCode {
    let error = read(ApiKey::InitProducerId, INIT, frame, |reader| {
        let answer = InitProducerIdResponse::decode(reader, INIT);
        answer.expect("an answer").error_code
    });
    let expected = [NONE, ErrorCode::COORDINATOR_LOAD_IN_PROGRESS];
    assert!(expected.contains(&error), "{error}");
    error
}
