//! The batches that travel as raft entries, and those that the quorum writes itself.

use model::{LeaderEpoch, Offset, TimestampMs};
use protocol::Message as _;
use protocol::leader_change_message::{self, LeaderChangeMessage};
use protocol::voters_record::{self, VotersRecord};
use records::{BatchHeader, ControlType, RecordBatch, control, layout};

use crate::config::{Endpoint, Voter};

/// The largest batch that the quorum takes, in bytes: Kafka's limit for its metadata log.
pub(crate) const MAX_BATCH_BYTES: usize = 8 << 20;

/// What the quorum must know of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How many offsets it takes.
    pub(crate) offsets: i64,
    /// The latest timestamp of its records.
    pub(crate) max_timestamp: TimestampMs,
}

/// The shape of `bytes`, or `None` if they are not exactly one whole batch of magic 2. Its base offset is not covered by
/// the checksum and may be any: nothing is computed with it.
pub(crate) fn shape(bytes: &[u8]) -> Option<Shape> {
    let batch = RecordBatch::parse(bytes).ok()?;
    let offsets = i64::from(batch.last_offset_delta()) + 1;
    let is_whole = batch.bytes().len() == bytes.len() && bytes.len() <= MAX_BATCH_BYTES;
    if !is_whole || offsets < 1 || !batch.is_valid_crc() {
        return None;
    }
    let max_timestamp = batch.max_timestamp().unwrap_or(TimestampMs(0));
    Some(Shape {
        offsets,
        max_timestamp,
    })
}

/// How many offsets a batch takes that was checked when it came in.
pub(crate) fn offsets(bytes: &[u8]) -> i64 {
    let header = BatchHeader::parse(bytes).expect("a batch is checked before it becomes an entry");
    i64::from(header.last_offset_delta()) + 1
}

/// The batch with its place in the log written into it; the checksum does not cover these bytes.
pub(crate) fn placed(bytes: &[u8], base: Offset, epoch: LeaderEpoch) -> Vec<u8> {
    let mut placed = bytes.to_vec();
    placed[layout::BASE_OFFSET..layout::BATCH_LENGTH].copy_from_slice(&base.0.to_be_bytes());
    placed[layout::LEADER_EPOCH..layout::MAGIC].copy_from_slice(&epoch.0.to_be_bytes());
    placed
}

/// The batch with which a leader begins its epoch (KIP-595). It is of version 0 with `kraft.version` 1 too: Apache Kafka
/// reads no other.
pub(crate) fn leader_change(leader: &Voter, voters: &[Voter], now: TimestampMs) -> Vec<u8> {
    let voter = |voter: &Voter| leader_change_message::Voter {
        voter_id: voter.id.0,
        ..Default::default()
    };
    let message = LeaderChangeMessage {
        version: 0,
        leader_id: leader.id.0,
        voters: voters.iter().map(voter).collect(),
        // Raft does not tell who granted the vote; the leader always did.
        granting_voters: vec![voter(leader)],
        ..Default::default()
    };
    let value = message
        .to_bytes(0)
        .expect("a handful of voters fits any encoding");
    let values = [(ControlType::LeaderChange, value.as_slice())];
    control::control_batch(Offset::ZERO, LeaderEpoch(0), now, &values)
}

/// The value of a KRaftVoters control record (KIP-853).
pub(crate) fn voters_record(voters: &[Voter]) -> Vec<u8> {
    let endpoint = |endpoint: &Endpoint| voters_record::Endpoint {
        name: endpoint.name.clone().into(),
        host: endpoint.host.clone().into(),
        port: endpoint.port,
        ..Default::default()
    };
    let voter = |voter: &Voter| voters_record::Voter {
        voter_id: voter.id.0,
        voter_directory_id: voter.directory_id,
        endpoints: voter.endpoints.iter().map(endpoint).collect(),
        kraft_version_feature: voters_record::KRaftVersionFeature {
            min_supported_version: voter.kraft_versions.0,
            max_supported_version: voter.kraft_versions.1,
            ..Default::default()
        },
        ..Default::default()
    };
    let record = VotersRecord {
        voters: voters.iter().map(voter).collect(),
        ..Default::default()
    };
    record
        .to_bytes(0)
        .expect("a handful of voters fits any encoding")
}

/// Reads what [`voters_record`] and Kafka write.
pub(crate) fn read_voters(value: &[u8]) -> Option<Vec<Voter>> {
    let record = VotersRecord::from_bytes(value, 0).ok()?;
    let endpoint = |endpoint: voters_record::Endpoint<'_>| Endpoint {
        name: endpoint.name.into_owned(),
        host: endpoint.host.into_owned(),
        port: endpoint.port,
    };
    let voter = |voter: voters_record::Voter<'_>| Voter {
        id: model::BrokerId(voter.voter_id),
        directory_id: voter.voter_directory_id,
        endpoints: voter.endpoints.into_iter().map(endpoint).collect(),
        kraft_versions: (
            voter.kraft_version_feature.min_supported_version,
            voter.kraft_version_feature.max_supported_version,
        ),
    };
    Some(record.voters.into_iter().map(voter).collect())
}
