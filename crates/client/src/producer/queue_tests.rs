use std::sync::{Arc, Mutex};

use model::{ProducerEpoch, ProducerId, TimestampMs};
use records::RecordBatch;

use super::*;
use crate::TopicPartition;

/// A queue, its clock, and what was sent and reported.
struct Story {
    queue: Queue,
    config: ProducerConfig,
    codecs: Codecs,
    now: Instant,
    reports: Arc<Mutex<Vec<String>>>,
}

impl Story {
    fn new() -> Self {
        let mut story = Self {
            queue: Queue::default(),
            config: ProducerConfig {
                batch_bytes: 300,
                ..ProducerConfig::default()
            },
            codecs: Codecs::new(),
            now: Instant::now(),
            reports: Arc::default(),
        };
        story.queue.identify(identity(1));
        story
    }

    /// Takes in one record that fills a batch by itself.
    fn append(&mut self, name: &'static str) -> bool {
        let value = [b'v'; 150];
        let record = NewRecord::new(TimestampMs(5), Some(name.as_bytes()), Some(&value));
        let reports = Arc::clone(&self.reports);
        let report: DeliveryReport = Box::new(move |result| {
            let offset = result.map(|delivery| delivery.offset);
            let text = offset.map_or_else(|_| "failed".to_owned(), |offset| format!("{offset:?}"));
            reports
                .lock()
                .expect("no panic")
                .push(format!("{name} {text}"));
        });
        self.queue
            .append(self.now, &record, Some(report), &self.config)
    }

    /// Sends what is due: producer id, base sequence and key of each batch.
    fn ship(&mut self) -> Vec<(u64, String)> {
        let mut shipped = Vec::new();
        while self
            .queue
            .due(&self.config, true)
            .is_some_and(|due| due <= self.now)
        {
            let shipment = self
                .queue
                .ship(&mut self.codecs, &self.config)
                .expect("it is due");
            let batch = RecordBatch::parse(&shipment.bytes).expect("a batch");
            assert!(batch.is_valid_crc());
            let header = batch.header();
            let (id, sequence) = (header.producer_id(), header.base_sequence());
            let first = batch
                .plain_records()
                .expect("plain")
                .next()
                .expect("one")
                .expect("whole");
            let key = String::from_utf8_lossy(first.key.expect("a key")).into_owned();
            let id = id.map_or(-1, |id| id.0);
            shipped.push((
                shipment.number,
                format!("{key} {id}/{}", sequence.unwrap_or(-1)),
            ));
        }
        shipped
    }

    fn shipped(&mut self) -> Vec<String> {
        self.ship().into_iter().map(|(_, text)| text).collect()
    }

    fn verdict(&mut self, number: u64, verdict: Verdict) {
        if let Some(outcome) = self
            .queue
            .on_verdict(self.now, number, verdict, &self.config)
        {
            report(outcome);
        }
    }

    fn refuse(&mut self, number: u64, code: ErrorCode) {
        self.verdict(
            number,
            Verdict::Refused(ClientError::refused("t-0", code, None)),
        );
    }

    fn reports(&self) -> Vec<String> {
        std::mem::take(&mut self.reports.lock().expect("no panic"))
    }
}

fn identity(id: i64) -> Identity {
    Identity {
        id: ProducerId(id),
        epoch: ProducerEpoch(0),
    }
}

fn report(outcome: Outcome) {
    for (index, report) in outcome.reports {
        report(
            outcome
                .result
                .clone()
                .map(|base| crate::producer::Delivery {
                    partition: TopicPartition::new("t", 0),
                    offset: base.map(|base| base + i64::from(index)),
                }),
        );
    }
}

#[test]
fn a_batch_waits_for_its_linger_and_goes_when_full() {
    let mut story = Story::new();
    assert!(story.append("a"), "a batch was begun");
    let due = story
        .queue
        .due(&story.config, false)
        .expect("there is a batch");
    assert_eq!(due, story.now + story.config.linger);
    assert!(story.append("b"), "another was begun");
    assert_eq!(story.queue.due(&story.config, false), Some(story.now));
}

#[test]
fn sequence_numbers_follow_each_other_and_offsets_are_reported() {
    let mut story = Story::new();
    story.append("a");
    story.append("b");
    assert_eq!(story.shipped(), ["a 1/0", "b 1/1"]);
    story.verdict(0, Verdict::Written(Some(70)));
    story.verdict(1, Verdict::Written(Some(71)));
    assert_eq!(story.reports(), ["a Some(70)", "b Some(71)"]);
    assert!(story.queue.is_empty());
    assert_eq!(story.queue.buffered, 0);
}

#[test]
fn no_more_batches_are_in_flight_than_allowed() {
    let mut story = Story::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        story.append(name);
    }
    assert_eq!(story.shipped().len(), 5);
    assert_eq!(story.queue.due(&story.config, true), None);
    story.verdict(0, Verdict::Written(Some(0)));
    assert_eq!(story.shipped(), ["f 1/5"]);
}

#[test]
fn after_an_error_that_may_pass_the_batches_go_again_in_order_one_by_one() {
    let mut story = Story::new();
    story.append("a");
    story.append("b");
    story.append("c");
    story.ship();
    story.refuse(0, ErrorCode::NOT_LEADER_OR_FOLLOWER);
    assert_eq!(
        story.queue.due(&story.config, true),
        None,
        "b and c are on their way still"
    );
    story.refuse(1, ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    story.refuse(2, ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert_eq!(story.shipped(), Vec::<String>::new(), "they rest a moment");
    story.now += RETRY_AFTER;
    assert_eq!(story.shipped(), ["a 1/0"]);
    story.verdict(0, Verdict::Written(Some(0)));
    assert_eq!(story.shipped(), ["b 1/1"]);
    story.verdict(1, Verdict::Written(Some(1)));
    assert_eq!(story.shipped(), ["c 1/2"]);
    story.verdict(2, Verdict::Written(Some(2)));
    assert_eq!(story.reports(), ["a Some(0)", "b Some(1)", "c Some(2)"]);
}

#[test]
fn a_batch_whose_answer_was_lost_keeps_its_number_and_counts_as_written_when_it_is_there() {
    let mut story = Story::new();
    story.append("a");
    story.ship();
    story.verdict(
        0,
        Verdict::Unknown(ClientError::refused(
            "x",
            ErrorCode::NETWORK_EXCEPTION,
            None,
        )),
    );
    story.now += RETRY_AFTER;
    assert_eq!(story.shipped(), ["a 1/0"]);
    story.refuse(0, ErrorCode::DUPLICATE_SEQUENCE_NUMBER);
    assert_eq!(story.reports(), ["a None"]);
}

#[test]
fn behind_a_batch_that_fails_for_good_the_others_go_on_under_another_producer_id() {
    let mut story = Story::new();
    story.append("a");
    story.append("b");
    story.append("c");
    story.ship();
    story.refuse(0, ErrorCode::MESSAGE_TOO_LARGE);
    assert_eq!(story.reports(), ["a failed"]);
    assert!(
        story.queue.lacks_identity() && !story.queue.awaits_identity(),
        "b and c are out still"
    );
    story.refuse(1, ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    story.refuse(2, ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert!(story.queue.awaits_identity());
    story.queue.identify(identity(2));
    story.now += RETRY_AFTER;
    assert_eq!(story.shipped(), ["b 2/0"]);
    story.verdict(1, Verdict::Written(Some(0)));
    assert_eq!(story.shipped(), ["c 2/1"]);
    story.append("d");
    story.verdict(2, Verdict::Written(Some(1)));
    assert_eq!(story.shipped(), ["d 2/2"]);
}

#[test]
fn an_uncertain_batch_gets_another_number_only_once_the_broker_denies_having_it() {
    let mut story = Story::new();
    story.append("a");
    story.append("b");
    story.ship();
    story.verdict(
        1,
        Verdict::Unknown(ClientError::refused(
            "x",
            ErrorCode::NETWORK_EXCEPTION,
            None,
        )),
    );
    story.refuse(0, ErrorCode::MESSAGE_TOO_LARGE);
    story.queue.identify(identity(2));
    story.now += RETRY_AFTER;
    assert_eq!(
        story.shipped(),
        ["b 1/1"],
        "by this number the broker would recognise it"
    );
    story.refuse(1, ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert!(story.queue.awaits_identity());
    story.queue.identify(identity(3));
    story.now += RETRY_AFTER;
    assert_eq!(story.shipped(), ["b 3/0"]);
}

#[test]
fn what_cannot_be_delivered_in_time_is_given_up_with_the_reason() {
    let mut story = Story::new();
    story.append("a");
    story.append("b");
    story.ship();
    story.append("c");
    story.refuse(0, ErrorCode::NOT_ENOUGH_REPLICAS);
    story.now += story.config.delivery_timeout;
    let tp = TopicPartition::new("t", 0);
    let outcomes = story.queue.expire(story.now, &tp, &story.config);
    let error = outcomes[0]
        .result
        .clone()
        .expect_err("it is late")
        .to_string();
    assert!(error.contains("t-0 took no record within 120 s"), "{error}");
    assert!(error.contains("NOT_ENOUGH_REPLICAS"), "{error}");
    outcomes.into_iter().for_each(report);
    assert_eq!(
        story.reports(),
        ["a failed", "c failed"],
        "b may be acknowledged still"
    );
}

#[test]
fn without_retries_the_first_error_is_final() {
    let mut story = Story::new();
    story.config.retries = false;
    story.append("a");
    story.ship();
    story.refuse(0, ErrorCode::NOT_LEADER_OR_FOLLOWER);
    assert_eq!(story.reports(), ["a failed"]);
}
