//! The checkers catch mistakes that a log, or a replica, could make.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sim::{Cluster, Plan, run};
use storage::planted::{PlantedBug, plant};

/// Seeds after which a checker that has not caught the mistake is taken for blind.
const SEEDS: u64 = 100;

/// The checkers that fail when the node runs with `bug`; `None` if it panics.
fn found_by(bug: PlantedBug, seed: u64) -> Option<Vec<&'static str>> {
    let is_of_replicas = matches!(bug, PlantedBug::CommitAlone | PlantedBug::MissDivergence);
    let plan = Plan {
        cluster: match is_of_replicas {
            true => Cluster::ThreeBrokers,
            false => Cluster::OneNode,
        },
        seed,
        operations: 500,
        trace: false,
    };
    plant(Some(bug));
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&plan)));
    plant(None);
    let violations = outcome.ok()?.violations.into_iter();
    Some(violations.map(|violation| violation.checker).collect())
}

/// Lets the node run with `bug` until one of `checkers` catches it.
#[track_caller]
fn is_caught(bug: PlantedBug, checkers: &[&str]) {
    let mut others = Vec::new();
    for seed in 0..SEEDS {
        let found = found_by(bug, seed).unwrap_or_else(|| vec!["a panic"]);
        if found.iter().any(|checker| checkers.contains(checker)) {
            return;
        }
        others.extend(found);
    }
    panic!("{bug:?} was caught by none of {checkers:?} in {SEEDS} seeds, but by {others:?}");
}

/// What was acknowledged is gone, and something else is where it was.
const LOST: [&str; 2] = ["acked_records_survive", "one_value_per_offset"];

#[test]
fn an_acknowledgement_before_the_write_is_caught() {
    is_caught(PlantedBug::AcknowledgeBeforeWrite, &LOST);
}

#[test]
fn one_batch_too_many_truncated_is_caught() {
    is_caught(PlantedBug::TruncateOneBatchTooMany, &LOST);
}

#[test]
fn deduplication_state_lost_at_restart_is_caught() {
    is_caught(
        PlantedBug::ForgetProducersAtOpen,
        &["no_duplicate_sequence"],
    );
}

#[test]
fn an_index_off_by_one_is_caught() {
    is_caught(PlantedBug::IndexOffByOne, &["reads_skip_no_offset"]);
}

#[test]
fn a_cleaner_that_drops_the_newest_record_is_caught() {
    let checkers = [
        "the_newest_value_of_a_key_survives",
        "a_deleted_key_stays_deleted",
    ];
    is_caught(PlantedBug::CompactAwayTheNewest, &checkers);
}

#[test]
fn an_aborted_transaction_that_is_forgotten_is_caught() {
    let bug = PlantedBug::ForgetAbortedTransactions;
    is_caught(bug, &["read_committed_sees_no_aborted_record"]);
}

#[test]
fn a_leader_that_commits_without_its_followers_is_caught() {
    is_caught(PlantedBug::CommitAlone, &LOST);
}

#[test]
fn a_leader_that_does_not_see_that_logs_have_parted_is_caught() {
    let checkers = [
        "one_value_per_offset",
        "replicas_agree_below_high_watermark",
    ];
    is_caught(PlantedBug::MissDivergence, &checkers);
}

/// Of so many seeds, a mistake of a checkpoint is to be caught by a quarter.
const SHARED_SEEDS: u64 = 20;

/// Recovery takes what lies below the checkpoint for synced, and refuses what a loss of power has torn.
#[test]
fn a_checkpoint_ahead_of_the_data_is_caught() {
    let checkers = [
        "acked_records_survive",
        "everybody_goes_on_after_faults",
        "the_other_directories_stay_available",
    ];
    let bug = PlantedBug::CheckpointAheadOfData;
    let caught = (0..SHARED_SEEDS).filter(|seed| {
        let found = found_by(bug, *seed).unwrap_or_default();
        found.iter().any(|checker| checkers.contains(checker))
    });
    let caught = caught.count() as u64;
    assert!(
        caught >= SHARED_SEEDS / 4,
        "{caught} of {SHARED_SEEDS} seeds"
    );
}
