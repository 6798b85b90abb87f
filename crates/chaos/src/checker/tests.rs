//! Planted histories: each breaks one rule, and no run may be judged without it.

use super::*;
use crate::history::{Outcome, Seen};

fn send(value: &str, transaction: Option<u64>) -> Event {
    Event::Send {
        writer: "w".into(),
        partition: 0,
        value: value.into(),
        transaction,
    }
}

fn acked(value: &str, offset: i64) -> Event {
    Event::Acked {
        value: value.into(),
        offset: Some(offset),
    }
}

fn ended(number: u64, outcome: Outcome) -> Event {
    Event::Ended {
        transaction: ("w".into(), number),
        outcome,
    }
}

fn read_by(reader: &str, is_committed: bool, records: &[(i64, &str)]) -> Event {
    let seen = |(offset, value): &(i64, &str)| Seen {
        partition: 0,
        offset: *offset,
        value: (*value).into(),
    };
    Event::Read {
        reader: reader.into(),
        is_committed,
        records: records.iter().map(seen).collect(),
    }
}

fn committed(records: &[(i64, &str)]) -> Event {
    read_by("rc", true, records)
}

fn uncommitted(records: &[(i64, &str)]) -> Event {
    read_by("ru", false, records)
}

/// Three values that are acknowledged at 0, 1 and 2.
fn three() -> Vec<Event> {
    let values = [("a", 0), ("b", 1), ("c", 2)];
    (values
        .iter()
        .flat_map(|(value, offset)| [send(value, None), acked(value, *offset)]))
    .collect()
}

/// A transaction of two values at 0 and 1, and a value at 3 behind its marker.
fn two_in_one(outcome: Outcome) -> Vec<Event> {
    vec![
        send("a", Some(7)),
        send("b", Some(7)),
        acked("a", 0),
        acked("b", 1),
        ended(7, outcome),
        send("z", None),
        acked("z", 3),
    ]
}

/// Judges `begin` with what follows it; the broken rules are to be these.
fn check(begin: Vec<Event>, then: &[Event], broken: &[&str]) {
    let events = begin.into_iter().chain(then.iter().cloned());
    let at = Duration::from_secs(5);
    let history: Vec<_> = events.map(|event| Heard { at, event }).collect();
    let circumstances = Circumstances {
        is_drained: true,
        retired: vec!["killed".to_owned()],
        rolling: vec![(Duration::from_secs(4), Duration::from_secs(6))],
    };
    let verdicts = judge(&history, &circumstances);
    let found: Vec<_> = verdicts
        .iter()
        .filter(|verdict| verdict.count > 0)
        .collect();
    let names: Vec<_> = found.iter().map(|verdict| verdict.rule).collect();
    assert_eq!(names, broken, "{found:#?}");
}

#[test]
fn a_history_as_it_should_be_breaks_no_rule() {
    let all = [(0, "a"), (1, "b"), (2, "c")];
    check(three(), &[uncommitted(&all), committed(&all)], &[]);
    let all = [(0, "a"), (1, "b"), (3, "z")];
    check(
        two_in_one(Outcome::Committed),
        &[uncommitted(&all), committed(&all)],
        &[],
    );
    check(
        two_in_one(Outcome::Aborted),
        &[uncommitted(&all), committed(&[(3, "z")])],
        &[],
    );
    check(two_in_one(Outcome::Unknown), &[committed(&[(3, "z")])], &[]);
    check(two_in_one(Outcome::Unknown), &[committed(&all)], &[]);
}

#[test]
fn what_no_answer_came_for_may_be_there_or_not() {
    let open = vec![send("a", None), Event::Lost { value: "a".into() }];
    check(open.clone(), &[uncommitted(&[(0, "a")])], &[]);
    check(open, &[uncommitted(&[])], &[]);
}

#[test]
fn an_offset_with_two_values_is_found() {
    let read = [
        uncommitted(&[(0, "a"), (1, "b"), (2, "c")]),
        committed(&[(0, "a"), (1, "b"), (2, "c")]),
    ];
    let other = [
        send("d", None),
        acked("d", 1),
        read[0].clone(),
        read[1].clone(),
    ];
    let mut events = three();
    events.extend(other);
    let at = Duration::ZERO;
    let history: Vec<_> = events
        .into_iter()
        .map(|event| Heard { at, event })
        .collect();
    let verdicts = judge(&history, &Circumstances::default());
    assert!(
        verdicts
            .iter()
            .any(|verdict| verdict.rule == "one_value_per_offset" && verdict.count == 1)
    );
}

#[test]
fn a_value_at_two_offsets_is_found() {
    let read = uncommitted(&[(0, "a"), (1, "b"), (2, "c"), (3, "b")]);
    check(three(), &[read], &["one_offset_per_value"]);
}

#[test]
fn a_send_that_overtook_an_earlier_one_is_found() {
    let sends = vec![
        send("a", None),
        send("b", None),
        acked("b", 0),
        acked("a", 1),
    ];
    let read = uncommitted(&[(0, "b"), (1, "a")]);
    check(sends, &[read], &["sends_of_one_producer_stay_in_order"]);
}

#[test]
fn a_lost_record_is_found_by_whoever_read_past_it() {
    let events = vec![
        send("a", None),
        acked("a", 0),
        send("b", None),
        acked("b", 1),
    ];
    let read = uncommitted(&[(1, "b")]);
    check(events, &[read], &["acked_records_survive"]);
}

#[test]
fn a_lost_end_is_found_when_everything_was_read() {
    let read = uncommitted(&[(0, "a"), (1, "b")]);
    check(three(), &[read], &["acked_records_are_seen_in_the_end"]);
}

#[test]
fn a_reader_that_was_killed_need_not_have_read_the_end() {
    let read = read_by("killed.ru", false, &[(0, "a"), (1, "b")]);
    check(three(), &[read], &[]);
}

#[test]
fn a_read_that_goes_back_is_found() {
    let reads = [
        uncommitted(&[(0, "a"), (1, "b")]),
        uncommitted(&[(1, "b"), (2, "c")]),
    ];
    check(three(), &reads, &["reads_never_go_back"]);
}

#[test]
fn a_read_that_skips_is_found_even_if_it_comes_back() {
    let read = uncommitted(&[(0, "a"), (2, "c"), (1, "b")]);
    check(
        three(),
        &[read],
        &["reads_never_go_back", "reads_skip_no_offset"],
    );
}

#[test]
fn an_aborted_record_that_is_read_as_committed_is_found() {
    let read = committed(&[(0, "a"), (1, "b"), (3, "z")]);
    let rule = "read_committed_sees_no_aborted_record";
    check(two_in_one(Outcome::Aborted), &[read], &[rule]);
}

#[test]
fn a_value_that_was_not_sent_after_all_is_found() {
    let failed = vec![send("a", None), Event::Failed { value: "a".into() }];
    check(
        failed,
        &[uncommitted(&[(0, "a")])],
        &["what_failed_is_never_read"],
    );
}

#[test]
fn a_transaction_that_is_seen_in_part_is_found() {
    let read = committed(&[(1, "b"), (3, "z")]);
    let rule = "transactions_are_seen_as_a_whole";
    check(two_in_one(Outcome::Unknown), &[read], &[rule]);
}

#[test]
fn a_value_from_nowhere_is_found() {
    let read = uncommitted(&[(0, "a"), (1, "b"), (2, "c"), (3, "ghost")]);
    check(three(), &[read], &["only_sent_records_are_read"]);
}

#[test]
fn an_error_that_does_not_pass_is_found_while_nodes_are_restarted_in_turn() {
    let error = |is_retriable| Event::Error {
        who: "w".into(),
        error: "UNKNOWN_PRODUCER_ID".into(),
        is_retriable,
    };
    let rule = "a_rolling_restart_shows_only_errors_that_pass";
    check(Vec::new(), &[error(false)], &[rule]);
    check(Vec::new(), &[error(true)], &[]);
}
