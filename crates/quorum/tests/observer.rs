//! A node that follows a quorum of one by fetching.

mod cluster;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cluster::node::{Node, batch, dir, values};
use model::{BrokerId, LeaderEpoch, Now, Offset, TimestampMs};
use quorum::{Config, Event, Failure, Fetched, Observer, SnapshotReader, Wanted};
use storage::disk::{Disk, MemDisk};

const NOW: Now = Now {
    mono: Duration::from_secs(5),
    wall: TimestampMs(1_000),
};

/// A voter, a follower, and what the follower's owner has seen.
struct Story {
    voter: Node,
    disk: MemDisk,
    observer: Observer,
    state: Vec<Vec<u8>>,
    failure: Option<Failure>,
}

fn open(disk: &MemDisk) -> Observer {
    let mut config = Config::new(BrokerId(9), Vec::new());
    config.segment_bytes = 4_096;
    Observer::open(config, Arc::new(disk.clone()), &dir(), NOW).unwrap()
}

impl Story {
    fn new() -> Self {
        let mut voter = Node::new(0, 1, 1, 2_000);
        voter.start(1, NOW);
        let disk = MemDisk::new(7);
        disk.create_dir_all(Path::new("/data")).unwrap();
        let observer = open(&disk);
        let mut story = Self {
            voter,
            disk,
            observer,
            state: Vec::new(),
            failure: None,
        };
        story.run();
        story
    }

    /// Lets the voter work, and take a snapshot where one is due.
    fn run(&mut self) {
        loop {
            let quorum = self.voter.quorum.as_mut().unwrap();
            let output = quorum.poll();
            for event in &output.events {
                match event {
                    Event::Committed(batch) => self.voter.take(batch),
                    Event::SnapshotInstalled(id) => self.voter.install(*id),
                    _ => {}
                }
            }
            let Some(sync) = output.sync else { break };
            sync.files.iter().for_each(|file| file.sync().unwrap());
            self.voter
                .quorum
                .as_mut()
                .unwrap()
                .on_synced(NOW, sync.upto, Ok(()));
        }
        self.voter.maybe_snapshot(NOW);
    }

    fn write(&mut self, value: &str) {
        let quorum = self.voter.quorum.as_mut().unwrap();
        quorum
            .propose(NOW, batch(&[value.as_bytes()], NOW))
            .unwrap();
        self.run();
    }

    /// Asks the voter once; `max_bytes` limits batches.
    fn ask(&mut self, max_bytes: u32) {
        let quorum = self.voter.quorum.as_mut().unwrap();
        match self.observer.wanted() {
            Wanted::Batches { from, last_epoch } => {
                match quorum.fetch(from, last_epoch, max_bytes).unwrap() {
                    Fetched::Batches(bytes) => drop(self.observer.on_batches(NOW, &bytes)),
                    Fetched::Snapshot(id) => self.observer.on_snapshot_offer(id),
                    Fetched::Diverging(epoch, end) => self.observer.on_diverging(epoch, end),
                }
            }
            Wanted::Chunk { id, position } => match quorum.fetch_snapshot(id, position).unwrap() {
                Some(chunk) => {
                    let at = (id, position);
                    self.observer.on_chunk(NOW, at, chunk.size, &chunk.content);
                }
                None => self.observer.on_snapshot_gone(),
            },
        }
        self.take();
    }

    fn take(&mut self) {
        let output = self.observer.poll();
        self.failure = self.failure.take().or(output.failure);
        for event in output.events {
            match event {
                Event::Committed(batch) => self.state.extend(values(&batch.bytes)),
                Event::SnapshotInstalled(id) => {
                    let mut reader = SnapshotReader::open(&self.disk, &dir(), id).unwrap();
                    self.state.clear();
                    while let Some(bytes) = reader.next_batch().unwrap() {
                        self.state.extend(values(&bytes));
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn follow(&mut self) {
        while self.observer.end() < self.voter.end() {
            let before = (self.observer.wanted(), self.observer.end());
            self.ask(100);
            assert_ne!(
                before,
                (self.observer.wanted(), self.observer.end()),
                "it goes on"
            );
        }
        assert_eq!(self.state, self.voter.state);
    }

    /// The observer's process ends and starts.
    fn restart(&mut self) {
        self.disk.restart();
        self.observer = open(&self.disk);
        self.state.clear();
        self.take();
    }
}

#[test]
fn it_learns_what_is_committed_and_knows_it_after_a_restart() {
    let mut story = Story::new();
    for value in ["a", "b", "c"] {
        story.write(value);
    }
    story.follow();
    story.restart();
    assert_eq!(story.state, story.voter.state);
    story.write("d");
    story.follow();
    assert_eq!(story.state.last().map(Vec::as_slice), Some(&b"d"[..]));
}

#[test]
fn what_a_loss_of_power_takes_is_fetched_again() {
    let mut story = Story::new();
    for number in 0..20 {
        story.write(&format!("value {number}"));
    }
    story.follow();
    story.disk.crash(3);
    story.restart();
    story.follow();
}

#[test]
fn one_that_is_far_behind_gets_a_snapshot_first() {
    let mut story = Story::new();
    for number in 0..300 {
        story.write(&format!("value {number:0100}"));
    }
    story.ask(100);
    assert!(matches!(
        story.observer.wanted(),
        Wanted::Chunk { position: 0, .. }
    ));
    story.follow();
    assert_eq!(story.state.len(), 300);
    story.restart();
    assert_eq!(story.state, story.voter.state);
    story.write("after");
    story.follow();
}

#[test]
fn a_snapshot_that_is_gone_or_not_what_was_asked_for_is_asked_for_anew() {
    let mut story = Story::new();
    for number in 0..300 {
        story.write(&format!("value {number:0100}"));
    }
    story.ask(100);
    let Wanted::Chunk { id, position } = story.observer.wanted() else {
        panic!("{:?}", story.observer);
    };
    assert!(
        !story
            .observer
            .on_chunk(NOW, (id, position + 1), 50, b"elsewhere")
    );
    assert!(matches!(story.observer.wanted(), Wanted::Batches { .. }));
    story.ask(100);
    // All of it is there, and it is no snapshot.
    assert!(story.observer.on_chunk(NOW, (id, 0), 7, b"garbage"));
    story.take();
    assert!(story.failure.is_none());
    story.follow();
}

#[test]
fn batches_that_do_not_follow_or_are_damaged_are_not_taken() {
    let mut story = Story::new();
    story.write("a");
    story.write("b");
    let quorum = story.voter.quorum.as_mut().unwrap();
    let Fetched::Batches(good) = quorum.fetch(Offset(0), None, 10_000).unwrap() else {
        panic!("there are batches");
    };
    let mut bad = good.to_vec();
    let last = bad.len() - 1;
    bad[last] ^= 1;
    let second = story
        .observer
        .on_batches(NOW, &good.slice(good.len() / 2..));
    assert!(!second, "from the middle of nowhere");
    assert!(!story.observer.on_batches(NOW, &Bytes::from(bad)));
    assert!(!story.observer.on_batches(NOW, &Bytes::new()));
    story.take();
    assert!(
        story.state.len() < 2,
        "what came whole before the damage may stay"
    );
    story.follow();
}

#[test]
fn a_quorum_with_another_history_stops_it() {
    let mut story = Story::new();
    for value in ["a", "b", "c"] {
        story.write(value);
    }
    story.follow();
    let quorum = story.voter.quorum.as_mut().unwrap();
    let newer = quorum.fetch(Offset(2), Some(LeaderEpoch(7)), 100).unwrap();
    assert!(
        matches!(newer, Fetched::Diverging(LeaderEpoch(1), _)),
        "{newer:?}"
    );
    // The voter has lost everything, and begins anew.
    story.voter = Node::new(0, 1, 99, 2_000);
    story.voter.start(1, NOW);
    story.run();
    story.ask(100);
    assert!(matches!(story.failure, Some(Failure::Diverged { .. })));
}
