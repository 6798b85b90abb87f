//! The checkers catch mistakes that a log could make.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sim::{Cluster, Plan, run};
use storage::planted::{PlantedBug, plant};

/// Seeds after which a checker that has not caught the mistake is taken for blind.
const SEEDS: u64 = 100;

/// Lets the node run with `bug` until `checker` catches it.
#[track_caller]
fn is_caught(bug: PlantedBug, checker: &str) {
    let mut others = Vec::new();
    for seed in 0..SEEDS {
        let plan = Plan {
            cluster: Cluster::OneNode,
            seed,
            operations: 500,
            trace: false,
        };
        plant(Some(bug));
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&plan)));
        plant(None);
        let Ok(outcome) = outcome else {
            others.push("a panic");
            continue;
        };
        let found = outcome.violations.iter().map(|violation| violation.checker);
        let found: Vec<&str> = found.collect();
        if found.contains(&checker) {
            return;
        }
        others.extend(found);
    }
    panic!("{bug:?} was not caught by {checker} in {SEEDS} seeds; caught by {others:?}");
}

#[test]
fn an_acknowledgement_before_the_write_is_caught() {
    is_caught(PlantedBug::AcknowledgeBeforeWrite, "acked_records_survive");
}

#[test]
fn one_batch_too_many_truncated_is_caught() {
    is_caught(PlantedBug::TruncateOneBatchTooMany, "acked_records_survive");
}

#[test]
fn deduplication_state_lost_at_restart_is_caught() {
    is_caught(
        PlantedBug::ForgetProducersAtOpen,
        "an_idempotent_producer_is_never_refused",
    );
}

#[test]
fn an_index_off_by_one_is_caught() {
    is_caught(PlantedBug::IndexOffByOne, "reads_skip_no_offset");
}

#[test]
fn a_checkpoint_ahead_of_the_data_is_caught() {
    is_caught(PlantedBug::CheckpointAheadOfData, "acked_records_survive");
}
