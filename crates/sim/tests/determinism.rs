//! One seed decides everything.

use sim::{Outcome, Plan, run};

fn outcome(seed: u64) -> Outcome {
    run(&Plan {
        seed,
        operations: 500,
        trace: true,
    })
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..3 {
        let (first, second) = (outcome(seed), outcome(seed));
        assert_eq!(first.lines, second.lines);
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_eq!(first.totals, second.totals);
        assert_eq!(first.violations, second.violations);
    }
}

#[test]
fn another_seed_gives_another_trace() {
    assert_ne!(outcome(1).fingerprint, outcome(2).fingerprint);
}
