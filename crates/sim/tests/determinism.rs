//! One seed decides everything.

use sim::{Cluster, Outcome, Plan, run};

fn outcome(cluster: Cluster, seed: u64) -> Outcome {
    run(&Plan {
        cluster,
        seed,
        operations: 500,
        trace: true,
    })
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for cluster in [Cluster::OneNode, Cluster::ThreeVoters] {
        for seed in 0..3 {
            let (first, second) = (outcome(cluster, seed), outcome(cluster, seed));
            assert_eq!(first.lines, second.lines);
            assert_eq!(first.fingerprint, second.fingerprint);
            assert_eq!(first.totals, second.totals);
            assert_eq!(first.violations, second.violations);
        }
    }
}

#[test]
fn another_seed_gives_another_trace() {
    let of = |seed| outcome(Cluster::OneNode, seed).fingerprint;
    assert_ne!(of(1), of(2));
}
