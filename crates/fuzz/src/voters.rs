//! Messages between the voters of the metadata quorum.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerId, Now, Offset, TimestampMs};
use quorum::{Config, Event, Quorum, Voter};
use records::{BatchBuilder, NewRecord};
use storage::disk::{Disk, MemDisk};

use crate::fingerprint::Fingerprint;

const VOTERS: usize = 3;
/// Where each voter keeps its files, on a disk of its own.
const DIR: &str = "/data/__cluster_metadata-0";
/// Time between two turns.
const STEP: Duration = Duration::from_millis(50);
/// Turns of the conversation that gives the corpus: an election, records, a voter that is away while the others take
/// snapshots, and its return.
const TURNS: usize = 400;
const AWAY: std::ops::Range<usize> = 60..260;

/// The input is a message. What is taken for one has no other form: written anew it is the same bytes.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let written = quorum::recode_message(data);
    fingerprint.note(u64::from(written.is_some()));
    if let Some(written) = written {
        assert_eq!(written, data, "a message has one form");
        // Its kind, and the type of a raft message.
        data.get(1)
            .into_iter()
            .for_each(|kind| fingerprint.note(u64::from(*kind)));
        data.get(18)
            .into_iter()
            .for_each(|of| fingerprint.note(u64::from(*of)));
        fingerprint.count(data.len());
    }
    fingerprint
}

/// What three voters have told each other.
pub(crate) fn corpus(seed: u64) -> Vec<Vec<u8>> {
    let mut conversation = Conversation::begin(seed);
    for turn in 0..TURNS {
        conversation.turn(turn);
    }
    conversation.said.into_iter().collect()
}

struct Conversation {
    now: Now,
    seed: u64,
    disks: Vec<MemDisk>,
    voters: Vec<Option<Quorum>>,
    leader: Option<usize>,
    /// The offset after what each has committed.
    ends: Vec<Offset>,
    on_the_way: VecDeque<(usize, usize, Vec<u8>)>,
    said: BTreeSet<Vec<u8>>,
}

impl Conversation {
    fn begin(seed: u64) -> Self {
        let disks = (0..VOTERS as u64).map(|id| MemDisk::new(seed ^ id));
        let mut conversation = Self {
            now: Now {
                mono: Duration::ZERO,
                wall: TimestampMs(1_700_000_000_000),
            },
            seed,
            disks: disks.collect(),
            voters: (0..VOTERS).map(|_| None).collect(),
            leader: None,
            ends: vec![Offset::ZERO; VOTERS],
            on_the_way: VecDeque::new(),
            said: BTreeSet::new(),
        };
        (0..VOTERS).for_each(|id| conversation.start(id));
        conversation
    }

    fn start(&mut self, id: usize) {
        let of = |id: usize| BrokerId(i32::try_from(id).expect("there are few voters"));
        let mut config = Config::new(of(id), (0..VOTERS).map(|id| Voter::of_id(of(id))).collect());
        config.snapshot_after_bytes = 1000;
        config.segment_bytes = 4096;
        config.retention_bytes = Some(8192);
        let disk: Arc<dyn Disk> = Arc::new(self.disks[id].clone());
        disk.create_dir_all(Path::new("/data"))
            .expect("a disk in memory");
        self.seed += 1;
        let opened = Quorum::open(config, disk, Path::new(DIR), self.seed, self.now);
        self.ends[id] = Offset::ZERO;
        self.voters[id] = Some(opened.expect("its own directory"));
    }

    fn turn(&mut self, turn: usize) {
        self.now = self.now.plus(STEP);
        if turn == AWAY.start {
            let away = (0..VOTERS).find(|id| self.leader != Some(*id));
            away.into_iter().for_each(|id| self.voters[id] = None);
        }
        if turn == AWAY.end {
            let away: Vec<_> = (0..VOTERS)
                .filter(|id| self.voters[*id].is_none())
                .collect();
            away.into_iter().for_each(|id| self.start(id));
        }
        self.propose(turn);
        for id in 0..VOTERS {
            if let Some(voter) = &mut self.voters[id] {
                voter.on_time(self.now);
            }
            self.take(id);
            self.maybe_snapshot(id);
        }
        while let Some((from, to, bytes)) = self.on_the_way.pop_front() {
            let from = BrokerId(i32::try_from(from).expect("there are few voters"));
            if let Some(voter) = &mut self.voters[to] {
                voter.on_message(self.now, from, &bytes);
                self.take(to);
            }
            self.said.insert(bytes);
        }
    }

    fn propose(&mut self, turn: usize) {
        let leader = self.leader.and_then(|id| self.voters[id].as_mut());
        if let Some(leader) = leader {
            let mut batch = BatchBuilder::new();
            let value = turn.to_le_bytes();
            batch.append(&NewRecord::new(self.now.wall, None, Some(&value)));
            // Whoever leads no more says so, and another will.
            let _ = leader.propose(self.now, batch.finish());
        }
    }

    /// Does what a voter wants done: syncs at once, messages with the next round.
    fn take(&mut self, id: usize) {
        let Some(voter) = &mut self.voters[id] else {
            return;
        };
        loop {
            let output = voter.poll();
            if output.is_empty() {
                return;
            }
            if let Some(sync) = output.sync {
                voter.on_synced(self.now, sync.upto, Ok(()));
            }
            for (to, bytes) in output.send {
                let to = usize::try_from(to.0).expect("a voter of this quorum");
                self.on_the_way.push_back((id, to, bytes));
            }
            for event in output.events {
                match event {
                    Event::Committed(batch) => self.ends[id] = batch.end_offset,
                    Event::SnapshotInstalled(snapshot) => self.ends[id] = snapshot.end_offset,
                    Event::Leading { .. } => self.leader = Some(id),
                    Event::Resigned { .. } if self.leader == Some(id) => self.leader = None,
                    Event::Resigned { .. } | Event::LeaderChanged { .. } => {}
                }
            }
        }
    }

    fn maybe_snapshot(&mut self, id: usize) {
        let Some(voter) = &mut self.voters[id] else {
            return;
        };
        if !voter.snapshot_due(self.now) {
            return;
        }
        let writer = voter.begin_snapshot(self.ends[id]);
        if let Some(mut writer) = writer.expect("a disk in memory") {
            writer.add(b"state").expect("a disk in memory");
            let finished = writer.finish().expect("a disk in memory");
            voter.finish_snapshot(self.now, finished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_has_messages_of_every_kind_and_each_has_one_form() {
        let said = corpus(1);
        said.iter().for_each(|message| {
            run(message);
            assert_eq!(quorum::recode_message(message).as_ref(), Some(message));
        });
        // Raft, a request for a chunk of a snapshot, the chunk.
        for kind in 1..=3 {
            assert!(said.iter().any(|message| message[1] == kind), "kind {kind}");
        }
    }
}
