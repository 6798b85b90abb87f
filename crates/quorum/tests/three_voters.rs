//! Stories of three voters.

mod cluster;

use cluster::node::dir;
use cluster::{Cluster, Faults};
use model::{BrokerId, Offset};
use quorum::NotProposed;
use storage::disk::Disk;

/// Three voters with a leader and a calm network.
fn elected(seed: u64, snapshot_after_bytes: u64) -> (Cluster, usize) {
    let mut cluster = Cluster::new(3, seed, snapshot_after_bytes);
    cluster.faults = Faults {
        delay_ms: 5,
        sync_ms: 1,
        ..Faults::default()
    };
    cluster.until(1000, |cluster| cluster.leader().is_some());
    let leader = cluster.leader().unwrap();
    (cluster, leader)
}

/// Proposes `count` values and waits until all who hear have them.
fn commit(cluster: &mut Cluster, leader: usize, count: usize) {
    for _ in 0..count {
        assert!(cluster.propose(leader));
        cluster.turn(leader);
        cluster.steps(10);
    }
}

fn followers(leader: usize) -> [usize; 2] {
    [(leader + 1) % 3, (leader + 2) % 3]
}

#[test]
fn one_of_three_is_elected_and_all_follow_it() {
    let (mut cluster, leader) = elected(1, u64::MAX);
    commit(&mut cluster, leader, 3);
    for node in &cluster.nodes {
        let info = node.quorum.as_ref().unwrap().info();
        assert_eq!(info.leader, Some(BrokerId(leader as i32)));
        assert_eq!(info.high_watermark, Offset(4));
    }
    cluster.states_agree();
}

#[test]
fn a_leader_knows_how_far_each_voter_is() {
    let (mut cluster, leader) = elected(2, u64::MAX);
    commit(&mut cluster, leader, 3);
    let info = cluster.nodes[leader].quorum.as_ref().unwrap().info();
    assert!(
        info.voters
            .iter()
            .all(|voter| voter.log_end_offset == Some(Offset(4))),
        "{info:?}"
    );
}

#[test]
fn a_follower_takes_no_proposals() {
    let (mut cluster, leader) = elected(3, u64::MAX);
    let [follower, _] = followers(leader);
    let now = cluster.now;
    let quorum = cluster.nodes[follower].quorum.as_mut().unwrap();
    let batch = cluster::node::batch(&[b"a"], now);
    assert_eq!(quorum.propose(now, batch), Err(NotProposed::NotLeader));
}

#[test]
fn a_leader_without_a_majority_resigns_and_the_others_go_on() {
    let (mut cluster, leader) = elected(4, u64::MAX);
    cluster.isolate(leader);
    assert!(cluster.propose(leader), "it does not know yet");
    cluster.until(2000, |cluster| {
        cluster.nodes[leader].leading.is_none() && cluster.leader().is_some_and(|it| it != leader)
    });
    let next = cluster.leader().unwrap();
    commit(&mut cluster, next, 2);
    cluster.recover();
}

#[test]
fn a_voter_that_was_cut_off_does_not_disturb_the_leader_when_it_returns() {
    let (mut cluster, leader) = elected(5, u64::MAX);
    let [away, _] = followers(leader);
    cluster.isolate(away);
    cluster.steps(2000);
    cluster.heal();
    let epoch = cluster.nodes[leader].leading;
    cluster.steps(500);
    assert_eq!(
        (cluster.leader(), cluster.nodes[leader].leading),
        (Some(leader), epoch)
    );
    commit(&mut cluster, leader, 1);
    cluster.states_agree();
}

#[test]
fn leadership_is_handed_over_within_a_few_messages() {
    let (mut cluster, leader) = elected(6, u64::MAX);
    let now = cluster.now;
    cluster.nodes[leader].quorum.as_mut().unwrap().resign(now);
    cluster.turn(leader);
    // Far less than an election timeout, which is 200 steps at least.
    cluster.until(40, |cluster| {
        cluster.leader().is_some_and(|it| it != leader)
    });
    assert!(!cluster.propose(leader));
    cluster.recover();
}

#[test]
fn a_voter_that_was_away_for_long_gets_a_snapshot() {
    let (mut cluster, leader) = elected(7, 1000);
    let [away, _] = followers(leader);
    cluster.crash(away);
    cluster.steps(500);
    commit(&mut cluster, leader, 40);
    cluster.start(away);
    cluster.until(1000, |cluster| {
        cluster.nodes[away].end() >= cluster.nodes[leader].end()
    });
    assert_eq!(cluster.snapshots_installed, 1);
    cluster.states_agree();
    let listing = cluster.nodes[away].disk.read_dir(&dir()).unwrap();
    assert!(
        !listing.iter().any(|entry| entry.name.ends_with(".part")),
        "{listing:?}"
    );
}

#[test]
fn a_snapshot_of_several_chunks_arrives_whole_although_messages_are_lost() {
    let (mut cluster, leader) = elected(8, 500_000);
    let [away, _] = followers(leader);
    cluster.crash(away);
    // Until the leader takes it for gone and keeps nothing for it.
    cluster.steps(500);
    for number in 0..20u8 {
        let now = cluster.now;
        let value = vec![number; 100_000];
        let quorum = cluster.nodes[leader].quorum.as_mut().unwrap();
        quorum
            .propose(now, cluster::node::batch(&[&value], now))
            .unwrap();
        cluster.turn(leader);
        cluster.steps(10);
    }
    cluster.faults = Faults {
        drop: 200,
        duplicate: 200,
        delay_ms: 50,
        ..Faults::default()
    };
    cluster.start(away);
    cluster.until(4000, |cluster| cluster.snapshots_installed == 1);
    assert!(cluster.nodes[away].state.len() >= 10);
    cluster.recover();
}

#[test]
fn a_transfer_survives_a_leader_that_dies_in_the_middle() {
    for seed in 0..20 {
        let (mut cluster, leader) = elected(seed, 1000);
        let [away, _] = followers(leader);
        cluster.crash(away);
        commit(&mut cluster, leader, 40);
        cluster.start(away);
        cluster.steps(2 + seed as usize);
        cluster.crash(leader);
        cluster.recover();
    }
}

#[test]
fn bytes_from_strangers_are_ignored() {
    let (mut cluster, leader) = elected(9, u64::MAX);
    let now = cluster.now;
    let quorum = cluster.nodes[leader].quorum.as_mut().unwrap();
    for length in 0..200 {
        quorum.on_message(now, BrokerId(1), &vec![1; length]);
    }
    // A whole message, but from a node that it does not name.
    cluster.propose(leader);
    let quorum = cluster.nodes[leader].quorum.as_mut().unwrap();
    let output = quorum.poll();
    let (_, bytes) = output.send.first().expect("a proposal is sent").clone();
    quorum.on_message(now, BrokerId(77), &bytes);
    assert!(quorum.poll().send.is_empty());
}
