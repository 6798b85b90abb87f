//! The compacted topic is really compacted while faults strike.

use sim::{Cluster, Plan, Totals, run};

#[test]
fn superseded_records_are_gone_at_the_end_and_nothing_else() {
    let mut totals = Totals::default();
    for seed in 5_000..5_030 {
        let outcome = run(&Plan {
            cluster: Cluster::OneNode,
            seed,
            operations: 500,
            trace: false,
        });
        assert_eq!(outcome.violations, [], "seed {seed}");
        totals.add(&outcome.totals);
    }
    assert!(totals.compacted_away > 1_000, "{totals}");
}
