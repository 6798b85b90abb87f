//! What the share coordinator keeps, refuses and forgets. Every record is written as bytes and read back.

use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset, TimestampMs, TopicId};
use statemachine::Append;

use crate::{Answer, Key, Record, Request, Response, Settings, Shard, StateBatch, Value};

const EPOCH: LeaderEpoch = LeaderEpoch(1);

struct Story {
    shard: Shard<u32>,
    log: Vec<Record>,
    now: Now,
    refuses: bool,
}

fn key(partition: i32) -> Key {
    Key {
        group: Arc::from("g"),
        topic: TopicId::reserved(7),
        partition,
    }
}

const fn batch(first: i64, last: i64, state: i8, deliveries: i16) -> StateBatch {
    StateBatch {
        first,
        last,
        state,
        deliveries,
    }
}

impl Story {
    fn new() -> Self {
        let mut story = Self {
            shard: Shard::new(Settings {
                updates_per_snapshot: 3,
                ..Settings::default()
            }),
            log: Vec::new(),
            now: Now {
                mono: Duration::from_secs(1),
                wall: TimestampMs(1_000_000),
            },
            refuses: false,
        };
        story.shard.start_loading(EPOCH);
        story
            .shard
            .activate(story.now, EPOCH, Offset::ZERO, Offset::ZERO);
        story
    }

    fn ask(&mut self, request: &Request<'_>) -> Response {
        let Self {
            shard,
            log,
            refuses,
            ..
        } = self;
        shard.on_request(self.now, 1, request, |append| {
            appended(log, *refuses, &append)
        });
        self.shard.on_high_watermark(Offset(self.log.len() as i64));
        let mut answers = self.shard.take_answers();
        assert_eq!(answers.len(), 1);
        answers.remove(0).response
    }

    fn initialize(&mut self, partition: i32, state_epoch: i32, start: Option<i64>) -> Response {
        let key = key(partition);
        self.ask(&Request::Initialize {
            key: &key,
            state_epoch,
            start,
            keeps: false,
        })
    }

    fn write(&mut self, epochs: (i32, i32), start: i64, batches: &[StateBatch]) -> Response {
        let key = key(0);
        self.ask(&Request::Write {
            key: &key,
            state_epoch: epochs.0,
            leader_epoch: epochs.1,
            start: Some(start),
            complete: Some(0),
            batches,
        })
    }

    fn read(&mut self, partition: i32, leader_epoch: i32) -> Response {
        let key = key(partition);
        self.ask(&Request::Read {
            key: &key,
            leader_epoch,
        })
    }

    /// Another node takes over with what the log holds from `from` on.
    fn move_on(&mut self, from: usize) {
        let mut shard = Shard::new(Settings::default());
        shard.start_loading(EPOCH);
        for (offset, record) in self.log.iter().enumerate().skip(from) {
            shard.load(EPOCH, Offset(offset as i64), record);
        }
        let end = Offset(self.log.len() as i64);
        shard.activate(self.now, EPOCH, end, end);
        self.shard = shard;
    }

    fn on_time(&mut self) {
        let Self { shard, log, .. } = self;
        shard.on_time(self.now, |append| appended(log, false, &append));
    }
}

fn appended(
    log: &mut Vec<Record>,
    refuses: bool,
    append: &Append<'_, Record>,
) -> Result<Offset, ErrorCode> {
    if refuses {
        return Err(ErrorCode::NOT_ENOUGH_REPLICAS);
    }
    let first = Offset(log.len() as i64);
    for record in append.records {
        let bytes = record.encode().expect("it fits");
        let read = Record::decode(&bytes.key, bytes.value.as_deref());
        assert_eq!(read.as_ref(), Ok(&Some(record.clone())));
        log.push(record.clone());
    }
    Ok(first)
}

const DONE: Response = Response::Done(Ok(()));

const fn refused(error: ErrorCode) -> Response {
    Response::Done(Err(error))
}

#[track_caller]
fn state(response: Response) -> Arc<crate::ShareState> {
    match response {
        Response::State(Ok(Some(state))) => state,
        other => panic!("there is no state in {other:?}"),
    }
}

#[test]
fn what_is_written_is_read_also_elsewhere() {
    let mut story = Story::new();
    assert_eq!(story.initialize(0, 1, Some(10)), DONE);
    assert_eq!(
        story.write((1, 5), 10, &[batch(10, 14, 2, 1), batch(15, 19, 0, 1)]),
        DONE
    );
    assert_eq!(story.write((1, 5), 15, &[batch(15, 19, 2, 2)]), DONE);
    let before = state(story.read(0, 5));
    assert_eq!(
        (before.start, before.state_epoch, before.leader_epoch),
        (Some(15), 1, 5)
    );
    assert_eq!(before.batches, [batch(15, 19, 2, 2)]);
    story.move_on(0);
    assert_eq!(state(story.read(0, 5)), before);
}

#[test]
fn a_write_that_was_overtaken_does_not_take_the_start_back() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    story.write((1, 5), 5, &[batch(6, 6, 2, 1)]);
    story.write((1, 5), 3, &[batch(3, 4, 0, 1), batch(8, 8, 2, 1)]);
    let held = state(story.read(0, 5));
    assert_eq!(held.start, Some(5));
    assert_eq!(held.batches, [batch(6, 6, 2, 1), batch(8, 8, 2, 1)]);
    story.move_on(0);
    assert_eq!(state(story.read(0, 5)), held);
}

#[test]
fn older_epochs_are_fenced() {
    let mut story = Story::new();
    assert_eq!(story.initialize(0, 2, None), DONE);
    state(story.read(0, 5));
    assert_eq!(
        story.write((2, 4), 0, &[]),
        refused(ErrorCode::FENCED_LEADER_EPOCH)
    );
    assert_eq!(
        story.read(0, 4),
        Response::State(Err(ErrorCode::FENCED_LEADER_EPOCH))
    );
    assert_eq!(
        story.write((1, 5), 0, &[]),
        refused(ErrorCode::FENCED_STATE_EPOCH)
    );
    assert_eq!(
        story.initialize(0, 1, None),
        refused(ErrorCode::FENCED_STATE_EPOCH)
    );
    assert_eq!(story.write((2, 5), 0, &[]), DONE);
}

#[test]
fn a_leader_that_reads_fences_the_one_before_it_for_good() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    assert_eq!(story.write((1, 5), 0, &[]), DONE);
    state(story.read(0, 6));
    story.move_on(0);
    assert_eq!(
        story.write((1, 5), 0, &[]),
        refused(ErrorCode::FENCED_LEADER_EPOCH)
    );
}

#[test]
fn what_was_never_begun_is_neither_written_nor_there() {
    let mut story = Story::new();
    assert_eq!(
        story.write((0, 0), 0, &[]),
        refused(ErrorCode::INVALID_REQUEST)
    );
    assert_eq!(story.read(0, 0), Response::State(Ok(None)));
    assert!(story.log.is_empty());
}

#[test]
fn batches_that_make_no_sense_are_refused() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    for wrong in [
        batch(5, 4, 2, 1),
        batch(-1, 4, 2, 1),
        batch(0, i64::MAX, 2, 1),
        batch(0, 4, 9, 1),
    ] {
        assert_eq!(
            story.write((1, 5), 0, &[wrong]),
            refused(ErrorCode::INVALID_REQUEST)
        );
    }
}

#[test]
fn a_group_that_begins_anew_forgets_what_was() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    story.write((1, 5), 0, &[batch(0, 9, 2, 1)]);
    assert_eq!(story.initialize(0, 2, Some(100)), DONE);
    let begun = state(story.read(0, 5));
    assert_eq!((begun.start, begun.batches.len()), (Some(100), 0));
}

#[test]
fn a_group_that_may_have_begun_keeps_what_it_has() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    story.write((1, 5), 7, &[]);
    let key = key(0);
    let again = Request::Initialize {
        key: &key,
        state_epoch: 2,
        start: None,
        keeps: true,
    };
    assert_eq!(story.ask(&again), DONE);
    let kept = state(story.read(0, 5));
    assert_eq!((kept.start, kept.state_epoch), (Some(7), 1));
}

#[test]
fn a_state_that_is_deleted_is_gone() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    let key = key(0);
    assert_eq!(story.ask(&Request::Delete { key: &key }), DONE);
    assert_eq!(story.ask(&Request::Delete { key: &key }), DONE);
    assert_eq!(story.log.len(), 2);
    story.move_on(0);
    assert_eq!(story.read(0, 0), Response::State(Ok(None)));
}

#[test]
fn after_some_updates_a_snapshot_is_written() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    for n in 0..7 {
        story.write((1, 5), n, &[batch(n, n, 2, 1)]);
    }
    let snapshots = story
        .log
        .iter()
        .map(|r| matches!(r.value, Value::Snapshot(_)));
    let snapshots: Vec<bool> = snapshots.collect();
    assert_eq!(
        snapshots,
        [true, false, false, false, true, false, false, false]
    );
    let before = state(story.read(0, 5));
    assert_eq!(before.snapshot_epoch, 1);
    // The newest snapshot and what follows is all that is needed.
    story.move_on(4);
    assert_eq!(state(story.read(0, 5)), before);
}

#[test]
fn what_no_snapshot_needs_is_pruned_when_it_is_committed() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    for n in 0..5 {
        story.write((1, 5), n, &[]);
    }
    story.now.mono = story
        .shard
        .next_deadline()
        .expect("there is something to prune");
    story.on_time();
    assert_eq!(
        story.shard.take_prune(Offset(5)),
        None,
        "a snapshot may be lost still"
    );
    assert_eq!(story.shard.take_prune(Offset(6)), Some(Offset(4)));
    assert_eq!(story.shard.take_prune(Offset(6)), None);
}

#[test]
fn a_state_that_rests_does_not_keep_the_others_from_being_pruned() {
    let mut story = Story::new();
    story.initialize(1, 1, Some(0));
    story.initialize(0, 1, Some(0));
    for n in 0..20 {
        story.write((1, 5), n, &[]);
    }
    let rests = state(story.read(1, -1));
    story.now.mono += Duration::from_secs(300);
    story.now.wall = TimestampMs(story.now.wall.0 + 300_000);
    story.on_time();
    let end = Offset(story.log.len() as i64);
    story.shard.on_high_watermark(end);
    let pruned = story.shard.take_prune(end).expect("nothing holds it back");
    assert!(pruned >= Offset(20), "{pruned}");
    story.move_on(pruned.0 as usize);
    assert_eq!(state(story.read(1, -1)).start, rests.start);
    assert_eq!(state(story.read(0, 5)).start, Some(19));
}

#[test]
fn what_the_log_refuses_has_not_happened() {
    let mut story = Story::new();
    story.initialize(0, 1, Some(0));
    story.refuses = true;
    let refusal = story.write((1, 5), 3, &[]);
    assert_eq!(refusal, refused(ErrorCode::COORDINATOR_NOT_AVAILABLE));
    assert_eq!(state(story.read(0, -1)).start, Some(0));
}

#[test]
fn who_waits_when_the_leadership_ends_is_sent_away() {
    let mut story = Story::new();
    let key = key(0);
    let request = Request::Initialize {
        key: &key,
        state_epoch: 1,
        start: None,
        keeps: false,
    };
    let Story {
        shard, log, now, ..
    } = &mut story;
    shard.on_request(*now, 1, &request, |append| appended(log, false, &append));
    assert!(shard.take_answers().is_empty(), "it is not committed");
    shard.stop();
    let answers = shard.take_answers();
    assert_eq!(answers[0].response, refused(ErrorCode::NOT_COORDINATOR));
}

#[test]
fn an_answer_does_not_wait_for_ever_for_what_is_not_committed() {
    let mut story = Story::new();
    story.initialize(0, 0, Some(0));
    let write = |story: &mut Story, waiter| {
        let key = key(0);
        let request = Request::Write {
            key: &key,
            state_epoch: 0,
            leader_epoch: 0,
            start: Some(5),
            complete: None,
            batches: &[batch(5, 5, 2, 1)],
        };
        let (log, now) = (&mut story.log, story.now);
        let append = |append: Append<'_, Record>| appended(log, false, &append);
        story.shard.on_request(now, waiter, &request, append);
        assert_eq!(story.shard.take_answers(), []);
        assert_eq!(
            story.shard.next_deadline(),
            Some(Duration::from_secs(6)),
            "the first write is given up 5 s after it was made"
        );
    };
    write(&mut story, 1);
    story.now.mono += Duration::from_secs(1);
    write(&mut story, 2);
    story.now.mono += Duration::from_secs(4);
    let log = &mut story.log;
    let append = |append: Append<'_, Record>| appended(log, false, &append);
    story.shard.on_time(story.now, append);
    let response = Response::Done(Err(ErrorCode::COORDINATOR_NOT_AVAILABLE));
    assert_eq!(
        story.shard.take_answers(),
        [Answer {
            waiter: 1,
            response
        }],
        "the other one waits on"
    );
    story
        .shard
        .on_high_watermark(Offset(story.log.len() as i64));
    let response = Response::Done(Ok(()));
    assert_eq!(
        story.shard.take_answers(),
        [Answer {
            waiter: 2,
            response
        }],
        "both were committed, and only one is told"
    );
}
