//! Many seeds of everything that may go wrong between three voters.

mod cluster;

use cluster::{Cluster, Faults};

/// Seeds from `first` on; `KALDA_SEEDS` says how many.
fn seeds(first: u64) -> std::ops::Range<u64> {
    let wanted = std::env::var("KALDA_SEEDS")
        .ok()
        .and_then(|count| count.parse().ok());
    first..first + wanted.unwrap_or(60)
}

/// A run with all faults. The leader, if there is one, proposes now and then.
fn run(seed: u64, steps: usize, snapshot_after_bytes: u64) -> Cluster {
    let mut cluster = Cluster::new(3, seed, snapshot_after_bytes);
    cluster.faults = Faults::ALL;
    for _ in 0..steps {
        if let Some(leader) = cluster.leader()
            && cluster.chance.per_mille(300)
        {
            cluster.propose(leader);
        }
        cluster.step();
    }
    cluster
}

#[test]
fn committed_batches_are_the_same_everywhere_and_never_lost() {
    for seed in seeds(0) {
        run(seed, 2000, u64::MAX).recover();
    }
}

#[test]
fn snapshots_taken_and_sent_under_faults_lose_nothing() {
    let mut installed = 0;
    for seed in seeds(100_000) {
        let mut cluster = run(seed, 2000, 1500);
        cluster.recover();
        installed += cluster.snapshots_installed;
    }
    assert!(installed > 100, "the run did not come to what it is for");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in [1, 77] {
        let traces = [(); 2].map(|()| {
            let mut cluster = run(seed, 2000, 1500);
            cluster.recover();
            cluster.trace
        });
        assert_eq!(traces[0], traces[1]);
    }
}

#[test]
fn another_seed_gives_another_trace() {
    assert_ne!(run(1, 300, 1500).trace, run(2, 300, 1500).trace);
}
