//! Voters on disks in memory, in a network that drops, delays, duplicates and partitions, all from one seed.
//!
//! Checked all the time, by panicking: committed batches are the same everywhere and are never lost
//! (`committed_batches_agree`, `acked_proposals_survive`), and an epoch has one leader
//! (`one_leader_per_epoch`).

// Every test binary uses its own part of this.
#![allow(dead_code, reason = "each suite uses its own part")]

pub mod node;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::{BrokerId, LeaderEpoch, Now, Offset, TimestampMs};
use quorum::{CommittedBatch, Event, SnapshotId};

use node::Node;

/// Virtual time of one step.
pub const STEP: Duration = Duration::from_millis(5);

/// A seeded stream (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn per_mille(&mut self, chance: u64) -> bool {
        self.below(1000) < chance
    }
}

/// What goes wrong, in chances of a thousand per message or step.
#[derive(Clone, Copy, Default)]
pub struct Faults {
    pub drop: u64,
    pub duplicate: u64,
    pub delay_ms: u64,
    pub partition: u64,
    pub crash: u64,
    pub sync_ms: u64,
}

impl Faults {
    pub const ALL: Self = Self {
        drop: 50,
        duplicate: 50,
        delay_ms: 60,
        partition: 5,
        crash: 4,
        sync_ms: 30,
    };
}

/// A packet on its way.
struct Packet {
    from: usize,
    to: usize,
    bytes: Vec<u8>,
}

pub struct Cluster {
    pub now: Now,
    pub chance: Chance,
    pub faults: Faults,
    pub nodes: Vec<Node>,
    packets: BTreeMap<(Duration, u64), Packet>,
    sent: u64,
    /// Pairs (from, to) that do not hear each other.
    cut: BTreeSet<(usize, usize)>,
    /// Every batch that any voter has seen committed, by base offset.
    truth: BTreeMap<Offset, CommittedBatch>,
    leaders: BTreeMap<LeaderEpoch, usize>,
    pub snapshots_installed: usize,
    /// A digest of all that happened.
    pub trace: u64,
    proposed: u64,
}

impl Cluster {
    pub fn new(voters: usize, seed: u64, snapshot_after_bytes: u64) -> Self {
        let mut cluster = Self {
            now: Now {
                mono: Duration::ZERO,
                wall: TimestampMs(1_000_000),
            },
            chance: Chance(seed),
            faults: Faults::default(),
            nodes: Vec::new(),
            packets: BTreeMap::new(),
            sent: 0,
            cut: BTreeSet::new(),
            truth: BTreeMap::new(),
            leaders: BTreeMap::new(),
            snapshots_installed: 0,
            trace: 0,
            proposed: 0,
        };
        for id in 0..voters {
            cluster
                .nodes
                .push(Node::new(id, voters, seed, snapshot_after_bytes));
            cluster.start(id);
        }
        cluster
    }

    pub fn start(&mut self, id: usize) {
        let seed = self.chance.next();
        self.nodes[id].start(seed, self.now);
        self.turn(id);
    }

    /// Loss of power: what was not synced may be gone.
    pub fn crash(&mut self, id: usize) {
        let seed = self.chance.next();
        self.nodes[id].crash(seed);
        self.note(&[9, id as u64]);
    }

    pub fn isolate(&mut self, id: usize) {
        for other in 0..self.nodes.len() {
            self.cut.insert((id, other));
            self.cut.insert((other, id));
        }
    }

    pub fn heal(&mut self) {
        self.cut.clear();
    }

    /// The voter that leads, if there is one that may propose.
    pub fn leader(&self) -> Option<usize> {
        let newest = self
            .nodes
            .iter()
            .enumerate()
            .filter_map(|(id, n)| n.leading.map(|e| (e, id)));
        newest.max().map(|(_, id)| id)
    }

    /// Proposes something new to `id`.
    pub fn propose(&mut self, id: usize) -> bool {
        self.proposed += 1;
        let value = format!("value {} of {id}", self.proposed);
        let now = self.now;
        let Some(quorum) = &mut self.nodes[id].quorum else {
            return false;
        };
        quorum
            .propose(now, node::batch(&[value.as_bytes()], now))
            .is_ok()
    }

    /// Lets time go on by one step, with faults.
    pub fn step(&mut self) {
        self.now = self.now.plus(STEP);
        self.misfortune();
        while let Some(entry) = self.packets.first_entry() {
            if entry.key().0 > self.now.mono {
                break;
            }
            let packet = entry.remove();
            self.deliver(packet);
        }
        for id in 0..self.nodes.len() {
            let now = self.now;
            self.nodes[id].finish_sync(now);
            if let Some(quorum) = &mut self.nodes[id].quorum {
                quorum.on_time(now);
            }
            self.turn(id);
            self.nodes[id].maybe_snapshot(now);
        }
    }

    pub fn steps(&mut self, count: usize) {
        (0..count).for_each(|_| self.step());
    }

    /// Steps until `done` holds.
    #[track_caller]
    pub fn until(&mut self, limit: usize, done: impl Fn(&Self) -> bool) {
        for _ in 0..limit {
            if done(self) {
                return;
            }
            self.step();
        }
        let ends: Vec<_> = self.nodes.iter().map(Node::end).collect();
        panic!(
            "not reached within {limit} steps: leader {:?}, ends {ends:?}",
            self.leader()
        );
    }

    /// Ends all faults and demands progress on every voter.
    #[track_caller]
    pub fn recover(&mut self) {
        self.faults = Faults {
            delay_ms: 5,
            sync_ms: 1,
            ..Faults::default()
        };
        self.heal();
        for id in 0..self.nodes.len() {
            if self.nodes[id].quorum.is_none() {
                self.start(id);
            }
        }
        self.until(4000, |cluster| cluster.leader().is_some());
        let before = self.truth_end();
        let mut tries = 0;
        while self.truth_end() <= before {
            if let Some(leader) = self.leader() {
                self.propose(leader);
            }
            self.steps(20);
            tries += 1;
            assert!(tries < 200, "nothing is committed although all is well");
        }
        let end = self.truth_end();
        self.until(4000, |cluster| {
            cluster.nodes.iter().all(|node| node.end() >= end)
        });
        self.states_agree();
    }

    fn truth_end(&self) -> Offset {
        self.truth
            .values()
            .next_back()
            .map_or(Offset::ZERO, |batch| batch.end_offset)
    }

    /// Every voter holds the same state as all committed batches say.
    pub fn states_agree(&self) {
        for node in &self.nodes {
            assert_eq!(
                node.state,
                self.state_at(node.end()),
                "voter {} at {}",
                node.id,
                node.end()
            );
        }
    }

    fn state_at(&self, end: Offset) -> Vec<Vec<u8>> {
        let below = self.truth.values().filter(|batch| batch.end_offset <= end);
        below.flat_map(|batch| node::values(&batch.bytes)).collect()
    }

    fn misfortune(&mut self) {
        let count = self.nodes.len() as u64;
        if self.chance.per_mille(self.faults.partition) {
            if self.cut.is_empty() {
                let (from, to) = (
                    self.chance.below(count) as usize,
                    self.chance.below(count) as usize,
                );
                if self.chance.per_mille(500) {
                    self.isolate(from);
                } else {
                    self.cut.insert((from, to));
                }
            } else {
                self.heal();
            }
        }
        if self.chance.per_mille(self.faults.crash) {
            let id = self.chance.below(count) as usize;
            if self.nodes[id].quorum.is_some() {
                self.crash(id)
            } else {
                self.start(id)
            }
        }
    }

    fn deliver(&mut self, packet: Packet) {
        let Packet { from, to, bytes } = packet;
        let now = self.now;
        if self.cut.contains(&(from, to)) {
            return;
        }
        if let Some(quorum) = &mut self.nodes[to].quorum {
            quorum.on_message(now, BrokerId(from as i32), &bytes);
            self.turn(to);
        }
    }

    /// What an owner does at the end of a turn.
    pub fn turn(&mut self, id: usize) {
        let sync_ms = self.faults.sync_ms;
        let Some(quorum) = &mut self.nodes[id].quorum else {
            return;
        };
        let output = quorum.poll();
        if let Some(failure) = output.failure {
            panic!("voter {id}: {failure}");
        }
        if let Some(sync) = output.sync {
            let due = self.now.mono + Duration::from_millis(self.chance.below(sync_ms + 1));
            assert!(
                self.nodes[id].syncing.is_none(),
                "one sync is under way at a time"
            );
            self.nodes[id].syncing = Some((due, sync));
        }
        for event in output.events {
            self.on_event(id, event);
        }
        for (to, bytes) in output.send {
            self.send(id, to.0 as usize, bytes);
        }
    }

    fn send(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        self.note(&[1, from as u64, to as u64, bytes.len() as u64]);
        let copies = match () {
            () if self.chance.per_mille(self.faults.drop) => 0,
            () if self.chance.per_mille(self.faults.duplicate) => 2,
            () => 1,
        };
        for _ in 0..copies {
            let delay = Duration::from_millis(self.chance.below(self.faults.delay_ms + 1));
            self.sent += 1;
            let packet = Packet {
                from,
                to,
                bytes: bytes.clone(),
            };
            self.packets
                .insert((self.now.mono + delay, self.sent), packet);
        }
    }

    fn on_event(&mut self, id: usize, event: Event) {
        match event {
            Event::Committed(batch) => self.committed_batches_agree(id, batch),
            Event::SnapshotInstalled(snapshot) => self.install(id, snapshot),
            Event::Leading { epoch, end } => {
                self.note(&[3, id as u64, epoch.0 as u64]);
                assert_eq!(end, self.nodes[id].end());
                let leader = *self.leaders.entry(epoch).or_insert(id);
                assert_eq!(leader, id, "one_leader_per_epoch: {epoch} has two");
                self.nodes[id].leading = Some(epoch);
            }
            Event::Resigned { epoch } => {
                assert_eq!(self.nodes[id].leading.take(), Some(epoch));
            }
            Event::LeaderChanged { epoch, .. } => self.note(&[4, id as u64, epoch.0 as u64]),
        }
    }

    fn committed_batches_agree(&mut self, id: usize, batch: CommittedBatch) {
        self.note(&[
            2,
            id as u64,
            batch.base_offset.0 as u64,
            batch.epoch.0 as u64,
        ]);
        let node = &mut self.nodes[id];
        assert_eq!(batch.base_offset, node.end(), "voter {id} skips or repeats");
        node.take(&batch);
        let known = self
            .truth
            .entry(batch.base_offset)
            .or_insert_with(|| batch.clone());
        assert_eq!(*known, batch, "voter {id} has another batch");
    }

    fn install(&mut self, id: usize, snapshot: SnapshotId) {
        self.note(&[5, id as u64, snapshot.end_offset.0 as u64]);
        self.nodes[id].install(snapshot);
        self.snapshots_installed += 1;
        let expected = self.state_at(snapshot.end_offset);
        assert_eq!(self.nodes[id].state, expected, "voter {id} at {snapshot}");
    }

    fn note(&mut self, what: &[u64]) {
        for number in what {
            self.trace = Chance(self.trace ^ number).next();
        }
    }
}
