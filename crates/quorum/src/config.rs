//! What a voter is told at its start.

use std::time::Duration;

use model::{BrokerId, DirectoryId};

/// A voter that is not told otherwise supports both versions of the quorum's protocol (KIP-853).
const KRAFT_VERSIONS: (i16, i16) = (0, 1);

/// Settings of one voter. [`Config::new`] has Kafka's defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// This node.
    pub node_id: BrokerId,
    /// The metadata directory of this node. It does not count with static voters, which have none.
    pub directory_id: DirectoryId,
    /// Every voter, this node among them (`controller.quorum.voters`, or the bootstrap snapshot's).
    /// A quorum that has a snapshot or a journal goes by what is written there.
    pub voters: Vec<Voter>,
    /// `kraft.version`: 0 for static voters, 1 where snapshots carry the voters.
    pub kraft_version: i16,
    /// How long a follower waits for its leader before it stands for election, at least; at most
    /// twice as long (`controller.quorum.election.timeout.ms`).
    pub election_timeout: Duration,
    /// Bytes of batches in one message between voters, at most 2 MiB; a larger batch travels alone.
    pub max_bytes_per_message: u64,
    /// Messages that may be on their way to one follower.
    pub max_inflight_messages: usize,
    /// Bytes of proposals that wait to be committed; more are refused.
    pub max_uncommitted_bytes: u64,
    /// `metadata.log.max.record.bytes.between.snapshots`.
    pub snapshot_after_bytes: u64,
    /// `metadata.log.max.snapshot.interval.ms`; `None` for no limit (0).
    pub snapshot_after: Option<Duration>,
    /// `metadata.max.retention.bytes`; `None` for no limit (-1).
    pub retention_bytes: Option<u64>,
    /// `metadata.max.retention.ms`; `None` for no limit (-1).
    pub retention: Option<Duration>,
    /// `metadata.log.segment.bytes`, which Kafka keeps at 8 MiB or more: the largest batch must fit, on
    /// every voter.
    pub segment_bytes: u32,
}

impl Config {
    /// Kafka's defaults for the voter `node_id` among static `voters`.
    #[must_use]
    pub fn new(node_id: BrokerId, voters: Vec<Voter>) -> Self {
        Self {
            node_id,
            directory_id: DirectoryId::ZERO,
            voters,
            kraft_version: 0,
            election_timeout: Duration::from_secs(1),
            max_bytes_per_message: 1 << 20,
            max_inflight_messages: 64,
            max_uncommitted_bytes: 64 << 20,
            snapshot_after_bytes: 20 << 20,
            snapshot_after: Some(Duration::from_secs(3600)),
            retention_bytes: Some(100 << 20),
            retention: Some(Duration::from_secs(7 * 24 * 3600)),
            segment_bytes: 1 << 30,
        }
    }
}

/// A member of the quorum that votes. A replaced directory is another voter (KIP-853).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Voter {
    /// Its node id; 0 is an ordinary id.
    pub id: BrokerId,
    /// Its metadata directory; all zeroes for a static voter.
    pub directory_id: DirectoryId,
    /// Where it listens for other controllers.
    pub endpoints: Vec<Endpoint>,
    /// The lowest and highest `kraft.version` that it supports.
    pub kraft_versions: (i16, i16),
}

impl Voter {
    /// A static voter, of which only the id counts.
    #[must_use]
    pub const fn of_id(id: BrokerId) -> Self {
        Self {
            id,
            directory_id: DirectoryId::ZERO,
            endpoints: Vec::new(),
            kraft_versions: KRAFT_VERSIONS,
        }
    }
}

/// A listener of a voter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The listener's name.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}
