//! What a node is to the metadata quorum: a voter, or one that only follows.

use std::path::Path;
use std::time::Duration;

use model::{BrokerId, LeaderEpoch, Now, Offset};
use quorum::{
    Failure, FinishedSnapshot, NotProposed, Observer, Output, Proposed, Quorum, QuorumInfo,
    SnapshotWriter,
};

/// A voter or an observer.
pub(crate) enum Member {
    Voter(Box<Quorum>),
    Observer(Box<Observer>),
}

impl Member {
    pub fn as_voter(&mut self) -> Option<&mut Quorum> {
        match self {
            Self::Voter(quorum) => Some(quorum),
            Self::Observer(_) => None,
        }
    }

    pub fn as_observer(&mut self) -> Option<&mut Observer> {
        match self {
            Self::Voter(_) => None,
            Self::Observer(observer) => Some(observer),
        }
    }

    pub fn on_message(&mut self, now: Now, from: BrokerId, message: &[u8]) {
        if let Self::Voter(quorum) = self {
            quorum.on_message(now, from, message);
        }
    }

    pub fn on_time(&mut self, now: Now) {
        if let Self::Voter(quorum) = self {
            quorum.on_time(now);
        }
    }

    pub fn poll(&mut self) -> Output {
        match self {
            Self::Voter(quorum) => quorum.poll(),
            Self::Observer(observer) => observer.poll(),
        }
    }

    pub fn on_synced(&mut self, now: Now, upto: u64, result: std::io::Result<()>) {
        if let Self::Voter(quorum) = self {
            quorum.on_synced(now, upto, result);
        }
    }

    pub fn propose(&mut self, now: Now, batch: Vec<u8>) -> Result<Proposed, NotProposed> {
        match self {
            Self::Voter(quorum) => quorum.propose(now, batch),
            Self::Observer(_) => Err(NotProposed::NotLeader),
        }
    }

    pub fn resign(&mut self, now: Now) {
        if let Self::Voter(quorum) = self {
            quorum.resign(now);
        }
    }

    pub fn next_deadline(&self) -> Option<Duration> {
        match self {
            Self::Voter(quorum) => quorum.next_deadline(),
            Self::Observer(_) => None,
        }
    }

    /// The quorum as this node sees it. An observer knows no more than what it has fetched.
    pub fn info(&self) -> QuorumInfo {
        match self {
            Self::Voter(quorum) => quorum.info(),
            Self::Observer(observer) => QuorumInfo {
                leader: None,
                epoch: LeaderEpoch(0),
                high_watermark: observer.end(),
                voters: Vec::new(),
            },
        }
    }

    /// Where a voter listens, as the record of the voters says.
    pub fn endpoint_of(&self, id: BrokerId) -> Option<quorum::Endpoint> {
        match self {
            Self::Voter(quorum) => quorum.endpoint_of(id),
            Self::Observer(_) => None,
        }
    }

    pub fn dir(&self) -> &Path {
        match self {
            Self::Voter(quorum) => quorum.dir(),
            Self::Observer(observer) => observer.dir(),
        }
    }

    pub fn snapshot_due(&self, now: Now) -> bool {
        match self {
            Self::Voter(quorum) => quorum.snapshot_due(now),
            Self::Observer(observer) => observer.snapshot_due(now),
        }
    }

    pub fn snapshot_deadline(&self) -> Option<Duration> {
        match self {
            Self::Voter(quorum) => quorum.snapshot_deadline(),
            Self::Observer(observer) => observer.snapshot_deadline(),
        }
    }

    pub fn begin_snapshot(&self, end: Offset) -> Result<Option<SnapshotWriter>, Failure> {
        match self {
            Self::Voter(quorum) => quorum.begin_snapshot(end),
            Self::Observer(observer) => observer.begin_snapshot(end),
        }
    }

    pub fn finish_snapshot(&mut self, now: Now, finished: FinishedSnapshot) {
        match self {
            Self::Voter(quorum) => quorum.finish_snapshot(now, finished),
            Self::Observer(observer) => observer.finish_snapshot(now, finished),
        }
    }

    pub fn close(self) -> Result<(), Failure> {
        match self {
            Self::Voter(quorum) => quorum.close(),
            Self::Observer(observer) => observer.close(),
        }
    }
}
