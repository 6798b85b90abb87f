//! Stories of a machine that counts.

use std::time::Duration;

use model::{LeaderEpoch, Offset};

use crate::{Decision, Machine, Refusal, Released, Runtime};

const EPOCH: LeaderEpoch = LeaderEpoch(3);

/// Adds up what it replays.
#[derive(Debug, Default)]
struct Sum {
    total: i64,
    deadline: Option<Duration>,
}

impl Machine for Sum {
    type Record = i64;

    fn replay(&mut self, offset: Offset, record: &i64) {
        self.total += record;
        self.deadline = Some(Duration::from_millis(offset.0.unsigned_abs()));
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.deadline
    }
}

impl Sum {
    fn add(&self, numbers: &[i64]) -> Decision<i64, i64> {
        Decision::write(numbers.to_vec(), self.total + numbers.iter().sum::<i64>())
    }

    fn look(&self) -> Decision<i64, i64> {
        Decision::read(self.total)
    }
}

type Sums = Runtime<Sum, &'static str, i64>;

fn active() -> Sums {
    let mut sums = Sums::new();
    sums.start_loading(EPOCH, Sum::default());
    assert!(sums.activate(EPOCH, Offset(10), Offset(10)));
    sums
}

fn add(sums: &mut Sums, who: &'static str, numbers: &[i64], at: i64) {
    sums.decide(who, |sum| sum.add(numbers), |_| Some(Offset(at)));
}

fn look(sums: &mut Sums, who: &'static str) {
    sums.decide(who, Sum::look, |_| unreachable!("a read appends nothing"));
}

fn check(sums: &mut Sums, expected: &[(&'static str, Result<i64, Refusal>)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|&(waiter, outcome)| Released { waiter, outcome })
        .collect();
    assert_eq!(sums.take_released(), expected);
}

#[test]
fn an_answer_waits_until_the_last_of_its_records_is_committed() {
    let mut sums = active();
    add(&mut sums, "a", &[1, 2], 10);
    sums.on_high_watermark(Offset(11));
    check(&mut sums, &[]);
    sums.on_high_watermark(Offset(12));
    check(&mut sums, &[("a", Ok(3))]);
}

#[test]
fn decisions_see_what_was_appended_before_it_is_committed() {
    let mut sums = active();
    add(&mut sums, "a", &[1], 10);
    add(&mut sums, "b", &[10], 11);
    sums.on_high_watermark(Offset(12));
    check(&mut sums, &[("a", Ok(1)), ("b", Ok(11))]);
}

#[test]
fn a_read_waits_for_what_it_has_seen_and_no_longer() {
    let mut sums = active();
    look(&mut sums, "before");
    check(&mut sums, &[("before", Ok(0))]);
    add(&mut sums, "a", &[1], 10);
    look(&mut sums, "after");
    add(&mut sums, "b", &[1], 11);
    check(&mut sums, &[]);
    sums.on_high_watermark(Offset(11));
    check(&mut sums, &[("a", Ok(1)), ("after", Ok(1))]);
}

#[test]
fn a_failed_append_changes_nothing_and_answers_at_once() {
    let mut sums = active();
    sums.decide("a", |sum| sum.add(&[5]), |_| None);
    check(&mut sums, &[("a", Err(Refusal::AppendFailed))]);
    look(&mut sums, "b");
    check(&mut sums, &[("b", Ok(0))]);
}

#[test]
fn losing_leadership_refuses_all_who_wait_and_drops_the_machine() {
    let mut sums = active();
    add(&mut sums, "a", &[1], 10);
    look(&mut sums, "b");
    sums.stop();
    check(
        &mut sums,
        &[
            ("a", Err(Refusal::NotLeader)),
            ("b", Err(Refusal::NotLeader)),
        ],
    );
    look(&mut sums, "c");
    check(&mut sums, &[("c", Err(Refusal::NotLeader))]);
    assert_eq!(sums.next_deadline(), None);
}

#[test]
fn answers_can_say_themselves_that_leadership_was_lost() {
    let mut sums = active();
    add(&mut sums, "a", &[1], 10);
    sums.stop_with(|_, answer| *answer = -1);
    sums.park("b", 7);
    check(&mut sums, &[("a", Ok(-1)), ("b", Ok(7))]);
}

#[test]
fn an_answer_parked_beside_a_decision_waits_for_the_same_records() {
    let mut sums = active();
    add(&mut sums, "a", &[1], 10);
    sums.park("b", 7);
    check(&mut sums, &[]);
    sums.on_high_watermark(Offset(11));
    check(&mut sums, &[("a", Ok(1)), ("b", Ok(7))]);
}

#[test]
fn who_has_waited_too_long_is_let_go_and_the_records_stay() {
    let mut sums = active();
    add(&mut sums, "a", &[1], 10);
    add(&mut sums, "b", &[2], 11);
    assert_eq!(sums.first_parked(), Some(&"a"));
    assert_eq!(sums.give_up_if(|who| *who == "b"), None, "a is before b");
    assert_eq!(sums.give_up_if(|who| *who == "a"), Some(("a", 1)));
    assert_eq!(sums.first_parked(), Some(&"b"));
    sums.on_high_watermark(Offset(12));
    check(&mut sums, &[("b", Ok(3))]);
}

#[test]
fn a_refusal_can_be_left_to_the_caller() {
    let mut sums = active();
    let refused = sums.try_decide("a", |sum| sum.add(&[5]), |_| None);
    assert_eq!(refused, Err(("a", Refusal::AppendFailed)));
    check(&mut sums, &[]);
}

#[test]
fn nothing_is_decided_while_the_log_is_loaded() {
    let mut sums = Sums::new();
    sums.start_loading(EPOCH, Sum::default());
    look(&mut sums, "a");
    check(&mut sums, &[("a", Err(Refusal::Loading))]);
}

#[test]
fn a_loaded_machine_answers_reads_once_the_loaded_records_are_committed() {
    let mut sums = Sums::new();
    sums.start_loading(EPOCH, Sum::default());
    assert!(sums.replay(EPOCH, Offset(4), &7));
    assert!(sums.activate(EPOCH, Offset(5), Offset(4)));
    look(&mut sums, "a");
    check(&mut sums, &[]);
    sums.on_high_watermark(Offset(5));
    check(&mut sums, &[("a", Ok(7))]);
}

#[test]
fn what_was_loaded_for_an_earlier_epoch_is_not_used() {
    let mut sums = Sums::new();
    sums.start_loading(EPOCH, Sum::default());
    sums.start_loading(LeaderEpoch(4), Sum::default());
    assert!(!sums.replay(EPOCH, Offset(0), &7));
    assert!(!sums.activate(EPOCH, Offset(1), Offset(1)));
    assert_eq!(sums.epoch(), Some(LeaderEpoch(4)));
    assert_eq!(sums.machine().unwrap_err(), Refusal::Loading);
}

#[test]
fn records_of_others_are_replayed_between_decisions() {
    let mut sums = active();
    assert!(sums.replay(EPOCH, Offset(12), &100));
    look(&mut sums, "a");
    check(&mut sums, &[]);
    sums.on_high_watermark(Offset(13));
    check(&mut sums, &[("a", Ok(100))]);
}

#[test]
fn the_owner_is_told_whether_records_belong_together() {
    let mut sums = active();
    let append = |append: crate::Append<'_, i64>| {
        assert_eq!(
            (append.records, append.atomic, append.epoch),
            (&[1, 2][..], true, EPOCH)
        );
        Some(Offset(10))
    };
    sums.decide("a", |_| Decision::atomically(vec![1, 2], 0), append);
    assert_eq!(sums.parked(), 1);
}

#[test]
fn the_next_deadline_is_the_machines() {
    let mut sums = active();
    assert_eq!(sums.next_deadline(), None);
    add(&mut sums, "a", &[1], 10);
    assert_eq!(sums.next_deadline(), Some(Duration::from_millis(10)));
}

#[test]
fn a_decision_too_many_is_refused_before_it_is_made() {
    let mut sums = active();
    add(&mut sums, "first", &[1], 10);
    for _ in 1..crate::runtime::MAX_PARKED {
        look(&mut sums, "more");
    }
    check(&mut sums, &[]);
    add(&mut sums, "late", &[1], 11);
    check(&mut sums, &[("late", Err(Refusal::Overloaded))]);
}

#[test]
#[should_panic(expected = "below the applied end")]
fn an_offset_is_never_replayed_twice() {
    let mut sums = active();
    sums.replay(EPOCH, Offset(9), &1);
}
