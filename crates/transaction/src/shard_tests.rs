//! Stories of transactional ids.

use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset, ProducerEpoch, ProducerId, TimestampMs};

use crate::{
    EndTxn, InitProducerId, MarkerOutcome, Partitions, Producer, Record, Request, Response,
    Settings, Shard, State,
};

struct Story {
    shard: Shard<u32>,
    log: Vec<Record>,
    ids: i64,
    at: u64,
    epoch: i32,
}

fn producer(id: i64, epoch: i16) -> Producer {
    Producer {
        id: ProducerId(id),
        epoch: ProducerEpoch(epoch),
    }
}

fn partitions(of: &[(&str, i32)]) -> Partitions {
    let mut all = Partitions::new();
    for (topic, index) in of {
        all.entry(Box::from(*topic)).or_default().insert(*index);
    }
    all
}

impl Story {
    fn new() -> Self {
        let mut story = Self {
            shard: Shard::new(Settings::default()),
            log: Vec::new(),
            ids: 100,
            at: 0,
            epoch: 1,
        };
        story.load();
        story
    }

    fn now(&self) -> Now {
        Now {
            mono: Duration::from_millis(self.at),
            wall: TimestampMs(1_000_000 + i64::try_from(self.at).unwrap()),
        }
    }

    /// Another coordinator takes over, from what the log holds.
    fn load(&mut self) {
        let (now, epoch) = (self.now(), LeaderEpoch(self.epoch));
        self.shard.start_loading(epoch);
        for (record, nth) in self.log.iter().zip(0..) {
            let bytes = record.encode(true).unwrap();
            let read = Record::decode(&bytes.key, bytes.value.as_deref()).unwrap();
            self.shard.load(epoch, Offset(nth), &read.unwrap());
        }
        let end = Offset(i64::try_from(self.log.len()).unwrap());
        self.shard.activate(now, epoch, end, end);
        self.epoch += 1;
    }

    fn ask(&mut self, request: Request<'_>) -> Response {
        let now = self.now();
        let Self {
            shard, log, ids, ..
        } = self;
        let mut new_ids = || {
            *ids += 1;
            Some(ProducerId(*ids))
        };
        shard.on_request(now, 7, &request, &mut new_ids, |append| {
            let first = Offset(i64::try_from(log.len()).unwrap());
            log.extend_from_slice(append.records);
            Ok(first)
        });
        self.commit();
        let mut answers = self.shard.take_answers();
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers.remove(0).response
    }

    fn commit(&mut self) {
        let end = Offset(i64::try_from(self.log.len()).unwrap());
        self.shard.on_high_watermark(end);
    }

    fn init(&mut self, expected: Option<Producer>) -> Result<Producer, ErrorCode> {
        let request = InitProducerId {
            id: "t",
            timeout_ms: 60_000,
            expected,
        };
        self.producer(Request::InitProducerId(request))
    }

    fn producer(&mut self, request: Request<'_>) -> Result<Producer, ErrorCode> {
        match self.ask(request) {
            Response::Producer(result) => result,
            other => panic!("{other:?}"),
        }
    }

    fn add(&mut self, producer: Producer, version: i16) -> Result<(), ErrorCode> {
        let added = self.ask(Request::AddPartitions {
            id: "t",
            producer,
            partitions: &partitions(&[("a", 0), ("b", 3)]),
            client_version: version,
        });
        match added {
            Response::Added(result) => result,
            other => panic!("{other:?}"),
        }
    }

    fn end(
        &mut self,
        producer: Producer,
        commits: bool,
        client_version: i16,
    ) -> Result<Producer, ErrorCode> {
        self.producer(Request::EndTxn(EndTxn {
            id: "t",
            producer,
            commits,
            client_version,
        }))
    }

    /// Writes the markers that are due; gives them as text.
    fn write_markers(&mut self, outcome: MarkerOutcome) -> Vec<String> {
        let now = self.now();
        let mut written = Vec::new();
        for due in self.shard.take_due(now) {
            for partition in &due.partitions {
                let (topic, index) = partition;
                let end = if due.commits { "commit" } else { "abort" };
                written.push(format!(
                    "{end} {}/{} in {topic}-{index}",
                    due.producer_id.0, due.producer_epoch.0
                ));
                let whose = (due.epoch, &*due.id);
                self.shard.on_marker(now, whose, partition, outcome);
            }
        }
        let Self { shard, log, .. } = self;
        shard.complete(now, |append| {
            let first = Offset(i64::try_from(log.len()).unwrap());
            log.extend_from_slice(append.records);
            Ok(first)
        });
        self.commit();
        written
    }

    fn on_time(&mut self) {
        let now = self.now();
        let Self { shard, log, .. } = self;
        shard.on_time(now, |append| {
            let first = Offset(i64::try_from(log.len()).unwrap());
            log.extend_from_slice(append.records);
            Ok(first)
        });
        self.commit();
    }

    fn state(&self) -> Option<State> {
        let logged = self.shard.logged().unwrap();
        logged.get("t").map(|known| known.state)
    }
}

#[test]
fn a_transaction_commits_when_all_markers_are_written() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    assert_eq!(first, producer(101, 0));
    story.add(first, 0).unwrap();
    assert_eq!(story.end(first, true, 0), Ok(first));
    assert_eq!(
        story.end(first, true, 0),
        Err(ErrorCode::CONCURRENT_TRANSACTIONS)
    );
    assert_eq!(
        story.end(first, false, 0),
        Err(ErrorCode::INVALID_TXN_STATE)
    );
    assert_eq!(
        story.write_markers(MarkerOutcome::Done),
        ["commit 101/0 in a-0", "commit 101/0 in b-3"]
    );
    assert_eq!(story.state(), Some(State::CompleteCommit));
    assert_eq!(story.end(first, true, 0), Ok(first), "asked again");
}

#[test]
fn a_marker_that_cannot_be_written_is_tried_again_also_by_the_next_coordinator() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 0).unwrap();
    story.end(first, false, 0).unwrap();
    assert_eq!(story.write_markers(MarkerOutcome::Retry).len(), 2);
    assert_eq!(
        story.write_markers(MarkerOutcome::Done).len(),
        0,
        "not at once"
    );
    story.load();
    assert_eq!(story.write_markers(MarkerOutcome::Retry).len(), 2);
    story.at += 100;
    assert_eq!(
        story.write_markers(MarkerOutcome::Done),
        ["abort 101/0 in a-0", "abort 101/0 in b-3"]
    );
    assert_eq!(story.state(), Some(State::CompleteAbort));
}

#[test]
fn a_new_incarnation_aborts_what_the_old_one_left_and_fences_it() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 0).unwrap();
    assert_eq!(story.init(None), Err(ErrorCode::CONCURRENT_TRANSACTIONS));
    assert_eq!(story.end(first, true, 0), Err(ErrorCode::PRODUCER_FENCED));
    assert_eq!(
        story.write_markers(MarkerOutcome::Done),
        ["abort 101/1 in a-0", "abort 101/1 in b-3"]
    );
    let second = story.init(None).unwrap();
    assert_eq!(second, producer(101, 2));
    assert_eq!(story.add(first, 0), Err(ErrorCode::PRODUCER_FENCED));
}

#[test]
fn with_version_2_each_end_raises_the_epoch_and_repeats_are_told_by_it() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 2).unwrap();
    let second = producer(101, 1);
    assert_eq!(story.end(first, true, 2), Ok(second));
    assert_eq!(
        story.end(first, true, 2),
        Err(ErrorCode::CONCURRENT_TRANSACTIONS)
    );
    assert_eq!(
        story.write_markers(MarkerOutcome::Done),
        ["commit 101/1 in a-0", "commit 101/1 in b-3"]
    );
    assert_eq!(story.end(first, true, 2), Ok(second), "asked again");
    assert_eq!(
        story.end(first, false, 2),
        Err(ErrorCode::INVALID_TXN_STATE)
    );
    assert_eq!(
        story.end(second, true, 2),
        Err(ErrorCode::INVALID_TXN_STATE)
    );
    assert_eq!(
        story.end(second, false, 2),
        Ok(producer(101, 2)),
        "nothing was added"
    );
    assert_eq!(story.write_markers(MarkerOutcome::Done), [""; 0]);
    assert_eq!(story.state(), Some(State::CompleteAbort));
}

#[test]
fn a_used_up_epoch_gives_a_new_producer_id() {
    let mut story = Story::new();
    let mut current = story.init(None).unwrap();
    while current.epoch.0 < i16::MAX - 1 {
        current = story.end(current, false, 2).unwrap();
        story.write_markers(MarkerOutcome::Done);
    }
    story.add(current, 2).unwrap();
    assert_eq!(story.end(current, true, 2), Ok(producer(102, 0)));
    assert_eq!(
        story.write_markers(MarkerOutcome::Done),
        ["commit 101/32767 in a-0", "commit 101/32767 in b-3"]
    );
    assert_eq!(
        story.end(current, true, 2),
        Ok(producer(102, 0)),
        "asked again"
    );
    assert_eq!(story.add(producer(102, 0), 2), Ok(()));
}

#[test]
fn a_producer_that_goes_on_after_an_error_keeps_its_id() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    let second = story.init(Some(first)).unwrap();
    assert_eq!(second, producer(101, 1));
    assert_eq!(story.init(Some(first)), Ok(second), "asked again");
    assert_eq!(story.init(None), Ok(producer(101, 2)));
    assert_eq!(story.init(Some(second)), Err(ErrorCode::PRODUCER_FENCED));
}

#[test]
fn a_producer_goes_on_after_its_open_transaction_was_aborted() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 0).unwrap();
    let concurrent = Err(ErrorCode::CONCURRENT_TRANSACTIONS);
    assert_eq!(story.init(Some(first)), concurrent, "it is aborted first");
    story.write_markers(MarkerOutcome::Done);
    let next = producer(first.id.0, first.epoch.0 + 1);
    assert_eq!(story.init(Some(first)), Ok(next));
    story.add(next, 0).unwrap();
    story.at += 61_000;
    story.on_time();
    story.write_markers(MarkerOutcome::Done);
    assert_eq!(story.add(next, 0), Err(ErrorCode::PRODUCER_FENCED));
    let last = producer(first.id.0, next.epoch.0 + 1);
    assert_eq!(story.init(Some(next)), Ok(last), "it timed out");
    let other = story.init(None).unwrap();
    assert_eq!(other.epoch.0, last.epoch.0 + 1);
    assert_eq!(story.init(Some(last)), Err(ErrorCode::PRODUCER_FENCED));
}

#[test]
fn a_transaction_that_is_open_too_long_is_aborted() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 0).unwrap();
    story.at = 60_000;
    story.on_time();
    assert_eq!(story.state(), Some(State::Ongoing));
    story.at = 70_001;
    story.on_time();
    assert_eq!(story.state(), Some(State::PrepareAbort));
    assert_eq!(story.write_markers(MarkerOutcome::Done).len(), 2);
    assert_eq!(story.end(first, true, 0), Err(ErrorCode::PRODUCER_FENCED));
}

#[test]
fn an_idle_transactional_id_is_forgotten() {
    let mut story = Story::new();
    story.init(None).unwrap();
    story.at = 604_800_000;
    story.on_time();
    assert_eq!(story.state(), None);
    assert_eq!(story.log.last().unwrap().value, None);
}

#[test]
fn what_takes_part_is_verified() {
    let mut story = Story::new();
    let first = story.init(None).unwrap();
    story.add(first, 0).unwrap();
    let asked = partitions(&[("a", 0), ("a", 1)]);
    let verify = Request::VerifyPartitions {
        id: "t",
        producer: first,
        partitions: &asked,
    };
    assert_eq!(
        story.ask(verify),
        Response::Verified(Ok(partitions(&[("a", 1)])))
    );
}
