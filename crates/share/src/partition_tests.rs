//! What members of a share group get, keep and lose.

use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, TimestampMs};

use crate::{
    AcknowledgeBatch, AcquireMode, Fetched, Limits, RecordState, SharePartition, ShareState,
    StateBatch, Wanted, Write,
};

const LIMITS: Limits = Limits {
    lock: Duration::from_secs(30),
    max_deliveries: 5,
    max_locks: 100,
    may_renew: true,
    keeps_dead_letters: false,
};

fn state(start: Option<i64>, batches: &[(i64, i64, i8, i16)]) -> ShareState {
    let batches = batches
        .iter()
        .map(|&(first, last, state, deliveries)| StateBatch {
            first,
            last,
            state,
            deliveries,
        });
    ShareState {
        snapshot_epoch: 0,
        state_epoch: 3,
        leader_epoch: 7,
        start,
        complete: None,
        created_at: TimestampMs(0),
        written_at: TimestampMs(0),
        batches: batches.collect(),
    }
}

/// A share partition and what happens to it.
struct Story {
    partition: SharePartition,
    limits: Limits,
    now: Duration,
}

impl Story {
    fn new() -> Self {
        Self::of(&state(Some(0), &[]))
    }

    fn of(state: &ShareState) -> Self {
        Self {
            partition: SharePartition::load(state, 0, 7).expect("the state is sound"),
            limits: LIMITS,
            now: Duration::from_secs(1),
        }
    }

    fn acquire_as(
        &mut self,
        member: &str,
        records: i64,
        mode: AcquireMode,
        batches: &[(i64, i64)],
    ) -> String {
        let mut fetched = batches.iter().map(|&(first, last)| Fetched {
            first,
            last,
            is_hidden: false,
        });
        let wanted = Wanted {
            max_records: records,
            batch_size: records,
            mode,
        };
        let member = Arc::from(member);
        let acquired =
            self.partition
                .acquire(self.now, &member, wanted, &mut fetched, &self.limits);
        let shown = acquired
            .iter()
            .map(|a| format!("{}-{}x{}", a.first, a.last, a.deliveries));
        shown.collect::<Vec<_>>().join(" ")
    }

    fn acquire(&mut self, member: &str, records: i64, batches: &[(i64, i64)]) -> String {
        self.acquire_as(member, records, AcquireMode::BatchOptimized, batches)
    }

    fn acknowledge(
        &mut self,
        member: &str,
        first: i64,
        last: i64,
        types: &[i8],
    ) -> Result<Option<Write>, ErrorCode> {
        let batch = AcknowledgeBatch {
            first,
            last,
            types: types.to_vec(),
        };
        self.partition
            .acknowledge(self.now, member, &[batch], &self.limits)
    }

    /// Acknowledges, and the write is committed at once.
    #[track_caller]
    fn done(&mut self, member: &str, first: i64, last: i64, kind: i8) {
        let write = self.acknowledge(member, first, last, &[kind]);
        let write = write.expect("it is the member's").expect("it is a change");
        self.partition.on_written(self.now, write.id, true);
    }

    #[track_caller]
    fn check(&mut self, start: i64, fetch_from: i64, next: i64) {
        let found = (
            self.partition.start(),
            self.partition.next_fetch_offset(),
            self.partition.next(),
        );
        assert_eq!(found, (start, fetch_from, next));
    }
}

#[test]
fn what_one_member_has_the_other_does_not_get() {
    let mut story = Story::new();
    assert_eq!(story.acquire("a", 10, &[(0, 9), (10, 19)]), "0-9x1");
    story.check(0, 10, 10);
    assert_eq!(story.acquire("b", 10, &[(10, 19)]), "10-19x1");
    story.check(0, 20, 20);
}

#[test]
fn the_start_moves_up_over_what_is_acknowledged_once_that_is_written() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let write = story.acknowledge("a", 0, 4, &[1]).unwrap().unwrap();
    assert_eq!((write.start, write.complete), (0, Some(5)));
    assert_eq!((write.state_epoch, write.leader_epoch), (3, 7));
    let batch = StateBatch {
        first: 0,
        last: 4,
        state: 2,
        deliveries: 1,
    };
    assert_eq!(write.batches, [batch]);
    story.check(0, 10, 10);
    story.partition.on_written(story.now, write.id, true);
    story.check(5, 10, 10);
}

#[test]
fn a_refused_write_leaves_the_records_with_the_member() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let write = story.acknowledge("a", 0, 9, &[1]).unwrap().unwrap();
    let twice = story.acknowledge("a", 0, 9, &[1]);
    assert_eq!(twice, Err(ErrorCode::INVALID_RECORD_STATE));
    story.partition.on_written(story.now, write.id, false);
    story.check(0, 10, 10);
    story.done("a", 0, 9, 1);
    story.check(10, 10, 10);
}

#[test]
fn released_records_are_delivered_again_and_counted() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    story.done("a", 3, 5, 2);
    story.check(0, 3, 10);
    assert_eq!(story.acquire("b", 10, &[(0, 9)]), "3-5x2");
}

#[test]
fn a_record_released_at_the_limit_is_given_up() {
    let mut story = Story::new();
    for n in 1..=5 {
        assert_eq!(story.acquire("a", 1, &[(0, 0)]), format!("0-0x{n}"));
        story.done("a", 0, 0, 2);
    }
    story.check(1, 1, 1);
}

#[test]
fn a_rejected_record_is_given_up() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    story.done("a", 5, 5, 3);
    let given_up = Some((RecordState::Archived, 1));
    assert_eq!(story.partition.state_of(5), given_up);
    story.done("a", 0, 4, 1);
    story.check(6, 10, 10);
}

impl Story {
    fn with_dead_letters(mut self) -> Self {
        self.limits.keeps_dead_letters = true;
        self
    }

    /// What is to be written to the dead letter queue.
    fn letters(&mut self) -> String {
        let letters = self.partition.take_dead_letters();
        let shown = letters.iter().map(|letter| {
            let cause = letter.cause(self.limits.max_deliveries);
            format!(
                "{}-{}x{} {cause:?}",
                letter.first, letter.last, letter.deliveries
            )
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn a_rejected_record_is_not_done_with_before_it_is_in_the_dead_letter_queue() {
    let mut story = Story::new().with_dead_letters();
    story.acquire("a", 10, &[(0, 9)]);
    let write = story.acknowledge("a", 0, 2, &[3, 1, 3]).unwrap().unwrap();
    let states: Vec<_> = write.batches.iter().map(|batch| batch.state).collect();
    assert_eq!((states, write.complete), (vec![3, 2, 3], Some(1)));
    assert_eq!(story.letters(), "", "that they are given up is not written");
    story.partition.on_written(story.now, write.id, true);
    assert_eq!(story.letters(), "0-0x1 Rejected, 2-2x1 Rejected");
    assert_eq!(story.letters(), "", "each goes there once");
    story.check(0, 10, 10);
    let write = story.partition.on_dead_letters(0, 0).unwrap();
    assert_eq!((write.start, write.batches[0].state), (2, 4));
    story.check(2, 10, 10);
    assert_eq!(story.partition.on_dead_letters(0, 0), None);
}

#[test]
fn a_record_delivered_too_often_goes_to_the_dead_letter_queue() {
    let mut story = Story::new().with_dead_letters();
    for _ in 1..=5 {
        story.acquire("a", 1, &[(0, 0)]);
        story.done("a", 0, 0, 2);
    }
    assert_eq!(story.letters(), "0-0x5 DeliveredTooOften");
    story.check(0, 1, 1);
}

#[test]
fn gaps_and_refused_writes_bring_nothing_to_the_dead_letter_queue() {
    let mut story = Story::new().with_dead_letters();
    story.acquire("a", 10, &[(0, 9)]);
    story.done("a", 0, 0, 0);
    let write = story.acknowledge("a", 1, 1, &[3]).unwrap().unwrap();
    story.partition.on_written(story.now, write.id, false);
    assert_eq!(story.letters(), "");
    story.check(1, 10, 10);
    story.done("a", 1, 1, 3);
    assert_eq!(story.letters(), "1-1x1 Rejected");
}

#[test]
fn what_was_on_its_way_goes_to_the_dead_letter_queue_again_after_a_failure() {
    let batches = [(0, 4, 2, 1), (5, 6, 3, 1), (7, 7, 3, 5), (8, 9, 0, 1)];
    let mut story = Story::of(&state(Some(0), &batches));
    assert_eq!(story.letters(), "5-6x1 Rejected, 7-7x5 DeliveredTooOften");
    story.check(5, 8, 10);
    story.partition.on_dead_letters(5, 6);
    story.partition.on_dead_letters(7, 7);
    story.check(8, 8, 10);
}

#[test]
fn what_retention_takes_on_its_way_to_the_dead_letter_queue_is_done_with() {
    let mut story = Story::new().with_dead_letters();
    story.acquire("a", 10, &[(0, 9)]);
    story.done("a", 0, 9, 3);
    story.partition.on_log_start(5);
    let write = story.partition.on_dead_letters(0, 9).unwrap();
    assert_eq!((write.batches[0].first, write.start), (5, 10));
}

#[test]
fn one_batch_may_say_something_else_of_each_record() {
    let mut story = Story::new();
    story.acquire("a", 5, &[(0, 4)]);
    let write = story.acknowledge("a", 0, 4, &[1, 2, 3, 0, 1]).unwrap();
    story
        .partition
        .on_written(story.now, write.unwrap().id, true);
    story.check(1, 1, 5);
    assert_eq!(story.partition.run_count(), 3);
}

#[test]
fn a_member_that_is_late_loses_its_records() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let end = story.partition.next_deadline().expect("it has records");
    let limits = story.limits;
    assert_eq!(
        story
            .partition
            .on_time(end - Duration::from_millis(1), &limits),
        None
    );
    let write = story.partition.on_time(end, &limits).expect("it is late");
    story.partition.on_written(end, write.id, true);
    story.check(0, 0, 10);
    assert_eq!(story.partition.next_deadline(), None);
    let late = story.acknowledge("a", 0, 9, &[1]);
    assert_eq!(late, Err(ErrorCode::INVALID_RECORD_STATE));
}

#[test]
fn a_member_that_renews_keeps_its_records() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    story.now += Duration::from_secs(20);
    assert_eq!(story.acknowledge("a", 0, 4, &[4]), Ok(None));
    story.now += Duration::from_secs(20);
    let limits = story.limits;
    let write = story.partition.on_time(story.now, &limits).unwrap();
    assert_eq!((write.batches[0].first, write.batches[0].last), (5, 9));
    story.limits.may_renew = false;
    let refused = story.acknowledge("a", 0, 4, &[4]);
    assert_eq!(refused, Err(ErrorCode::INVALID_RECORD_STATE));
}

#[test]
fn a_refused_release_is_tried_again_later() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let limits = story.limits;
    let end = story.partition.next_deadline().unwrap();
    let write = story.partition.on_time(end, &limits).unwrap();
    story.partition.on_written(end, write.id, false);
    assert_eq!(story.partition.on_time(end, &limits), None);
    let again = story.partition.next_deadline().expect("it is tried again");
    assert!(again > end);
    assert!(story.partition.on_time(again, &limits).is_some());
}

#[test]
fn what_a_member_does_not_have_it_cannot_acknowledge() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let not_mine = story.acknowledge("b", 0, 9, &[1]);
    assert_eq!(not_mine, Err(ErrorCode::INVALID_RECORD_STATE));
    let never = story.acknowledge("a", 5, 10, &[1]);
    assert_eq!(never, Err(ErrorCode::INVALID_REQUEST));
    let unknown = story.acknowledge("a", 0, 9, &[5]);
    assert_eq!(unknown, Err(ErrorCode::INVALID_REQUEST));
    let all = story.acknowledge("a", 0, i64::MAX, &[1, 1]);
    assert_eq!(all, Err(ErrorCode::INVALID_REQUEST));
    let too_few = story.acknowledge("a", 0, 9, &[1, 1]);
    assert_eq!(too_few, Err(ErrorCode::INVALID_REQUEST));
    let part = |first, last| AcknowledgeBatch {
        first,
        last,
        types: vec![1],
    };
    let twice = [part(0, 5), part(5, 9)];
    let twice = story.partition.acknowledge(story.now, "a", &twice, &LIMITS);
    assert_eq!(twice, Err(ErrorCode::INVALID_REQUEST));
    // Nothing of what was refused has changed anything.
    story.done("a", 0, 9, 1);
}

#[test]
fn an_acknowledgement_of_what_is_below_the_start_is_no_news() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    story.done("a", 0, 9, 1);
    assert_eq!(story.acknowledge("a", 0, 9, &[1]), Ok(None));
}

#[test]
fn delivery_does_not_run_ahead_of_the_start_without_bound() {
    let mut story = Story::new();
    assert_eq!(
        story.acquire("a", 500, &[(0, 59), (60, 119), (120, 179)]),
        "0-119x1"
    );
    let limits = story.limits;
    assert!(!story.partition.can_acquire(&limits));
    assert_eq!(story.acquire("b", 10, &[(120, 179)]), "");
    story.done("a", 0, 59, 1);
    assert!(story.partition.can_acquire(&limits));
}

#[test]
fn record_limit_is_exact_and_batch_optimized_takes_whole_batches() {
    let mut story = Story::new();
    let exact = AcquireMode::RecordLimit;
    assert_eq!(story.acquire_as("a", 3, exact, &[(0, 9)]), "0-2x1");
    assert_eq!(story.acquire_as("a", 3, exact, &[(0, 9)]), "3-5x1");
    assert_eq!(story.acquire("b", 3, &[(0, 9), (10, 19)]), "6-9x1");
}

#[test]
fn entries_are_cut_at_record_batches_when_they_are_large_enough() {
    let mut story = Story::new();
    let wanted = Wanted {
        max_records: 100,
        batch_size: 15,
        mode: AcquireMode::BatchOptimized,
    };
    let fetched: Vec<_> = (0..4)
        .map(|n| Fetched {
            first: n * 10,
            last: n * 10 + 9,
            is_hidden: false,
        })
        .collect();
    let acquired = story.partition.acquire(
        story.now,
        &Arc::from("a"),
        wanted,
        &mut fetched.iter().copied(),
        &LIMITS,
    );
    let ranges: Vec<_> = acquired.iter().map(|a| (a.first, a.last)).collect();
    assert_eq!(ranges, [(0, 19), (20, 39)]);
}

#[test]
fn hidden_records_and_holes_in_the_log_are_passed_over() {
    let mut story = Story::new();
    let batch = |first, last, is_hidden| Fetched {
        first,
        last,
        is_hidden,
    };
    let fetched = [batch(2, 4, false), batch(5, 5, true), batch(8, 9, false)];
    let wanted = Wanted {
        max_records: 100,
        batch_size: 100,
        mode: AcquireMode::BatchOptimized,
    };
    let acquired = story.partition.acquire(
        story.now,
        &Arc::from("a"),
        wanted,
        &mut fetched.iter().copied(),
        &LIMITS,
    );
    let ranges: Vec<_> = acquired.iter().map(|a| (a.first, a.last)).collect();
    assert_eq!(ranges, [(2, 4), (8, 9)]);
    story.check(2, 10, 10);
    story.done("a", 2, 4, 1);
    story.check(8, 10, 10);
}

#[test]
fn records_that_fail_again_and_again_are_delivered_in_ever_smaller_numbers() {
    let mut story = Story::of(&state(Some(0), &[(0, 15, 0, 3)]));
    assert_eq!(story.acquire("a", 100, &[(0, 15)]), "0-7x4");
    assert_eq!(story.acquire("b", 100, &[(0, 15)]), "8-11x4");
    story.done("a", 0, 7, 2);
    assert_eq!(story.acquire("a", 100, &[(0, 15)]), "0-0x5");
    assert_eq!(story.acquire("b", 100, &[(0, 15)]), "1-1x5");
}

#[test]
fn a_state_that_was_written_goes_on_where_it_was() {
    let batches = [(10, 14, 2, 1), (15, 19, 0, 2), (25, 29, 4, 5)];
    let mut story = Story::of(&state(Some(10), &batches));
    story.check(15, 15, 30);
    // Between 20 and 24 somebody had records when the leader failed.
    assert_eq!(
        story.acquire("a", 100, &[(15, 29), (30, 39)]),
        "15-19x3 20-24x1 30-39x1"
    );
}

#[test]
fn a_state_without_a_start_begins_where_the_group_wants_to() {
    let begun = SharePartition::load(&state(None, &[]), 42, 7).unwrap();
    assert_eq!((begun.start(), begun.next()), (42, 42));
    let unknown = SharePartition::load(&state(Some(0), &[(0, 1, 9, 1)]), 0, 7);
    assert_eq!(unknown.err(), Some(ErrorCode::UNKNOWN_SERVER_ERROR));
}

#[test]
fn what_retention_takes_is_done_with() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    let write = story.acknowledge("a", 0, 9, &[2]).unwrap().unwrap();
    story.partition.on_log_start(25);
    story.check(25, 25, 25);
    story.partition.on_written(story.now, write.id, true);
    story.check(25, 25, 25);
}

#[test]
fn the_records_of_a_member_that_leaves_are_available() {
    let mut story = Story::new();
    story.acquire("a", 10, &[(0, 9)]);
    story.acquire("b", 10, &[(10, 19)]);
    let limits = story.limits;
    let write = story.partition.release("a", &limits).unwrap();
    story.partition.on_written(story.now, write.id, true);
    story.check(0, 0, 20);
    assert_eq!(story.partition.release("a", &limits), None);
}

#[test]
fn a_member_cannot_cut_a_partition_into_very_many_runs() {
    let mut story = Story::new();
    let count = 1_000_000;
    assert_eq!(
        story.acquire("a", count, &[(0, count - 1)]),
        format!("0-{}x1", count - 1)
    );
    let turns: Vec<i8> = (0..count).map(|n| 1 + (n % 2) as i8).collect();
    let refused = story.acknowledge("a", 0, count - 1, &turns);
    assert_eq!(refused, Err(ErrorCode::INVALID_REQUEST));
    assert_eq!(story.partition.run_count(), 1, "nothing has changed");
    for begin in (0..100_000).step_by(1_000) {
        let some = &turns[..1_000];
        let last = begin + 999;
        if let Ok(Some(write)) = story.acknowledge("a", begin, last, some) {
            story.partition.on_written(story.now, write.id, true);
        }
    }
    let runs = story.partition.run_count();
    assert!((40_000..=50_001).contains(&runs), "{runs}");
    let first = story.partition.start();
    let held =
        (first..count).find(|at| story.partition.state_of(*at) == Some((RecordState::Acquired, 1)));
    story.done("a", held.expect("most of them"), count - 1, 1);
}
