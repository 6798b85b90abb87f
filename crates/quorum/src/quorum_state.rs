//! Kafka's `quorum-state`: who leads and for whom this node voted.
//!
//! Raft's truth is in the journal. The file is written for Apache Kafka and its tools, and read only
//! where a directory has no journal because Apache Kafka wrote it.

use std::path::{Path, PathBuf};

use model::{BrokerId, DirectoryId, LeaderEpoch};
use serde::{Deserialize, Serialize};
use storage::disk::Disk;

use crate::config::Voter;
use crate::error::Failure;

const FILE_NAME: &str = "quorum-state";
const MAX_BYTES: u64 = 1 << 20;

/// What the file says, whatever its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuorumState {
    pub(crate) leader: Option<BrokerId>,
    pub(crate) epoch: LeaderEpoch,
    pub(crate) voted: Option<(BrokerId, DirectoryId)>,
}

/// Version 0, for static voters.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct V0 {
    cluster_id: &'static str,
    leader_id: i32,
    leader_epoch: i32,
    voted_id: i32,
    applied_offset: i64,
    current_voters: Vec<VoterId>,
    #[serde(rename = "data_version")]
    data_version: i16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VoterId {
    voter_id: i32,
}

/// Version 1, with `kraft.version` 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct V1 {
    leader_id: i32,
    leader_epoch: i32,
    voted_id: i32,
    voted_directory_id: String,
    #[serde(rename = "data_version")]
    data_version: i16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyVersion {
    leader_epoch: i32,
}

impl QuorumState {
    /// Replaces the file. Not durable by itself: nothing in Kalda depends on it.
    pub(crate) fn write(
        &self,
        disk: &dyn Disk,
        dir: &Path,
        kraft_version: i16,
        voters: &[Voter],
    ) -> Result<(), Failure> {
        let json = if kraft_version == 0 {
            self.version_0(voters)
        } else {
            self.version_1()
        };
        let path = dir.join(FILE_NAME);
        let tmp = PathBuf::from(format!("{}.tmp", path.display()));
        let replaced = disk
            .open(&tmp, storage::disk::OpenMode::Truncate)
            .and_then(|file| {
                file.write_at(&[std::io::IoSlice::new(json.as_bytes())], 0)?;
                disk.rename(&tmp, &path)
            });
        replaced.map_err(Failure::disk(path))
    }

    fn version_0(&self, voters: &[Voter]) -> String {
        let current_voters = voters
            .iter()
            .map(|voter| VoterId {
                voter_id: voter.id.0,
            })
            .collect();
        let state = V0 {
            cluster_id: "",
            leader_id: self.leader.map_or(-1, |leader| leader.0),
            leader_epoch: self.epoch.0,
            voted_id: self.voted.map_or(-1, |(id, _)| id.0),
            applied_offset: 0,
            current_voters,
            data_version: 0,
        };
        serde_json::to_string(&state).expect("numbers and strings always serialize")
    }

    fn version_1(&self) -> String {
        let directory = self
            .voted
            .map_or(DirectoryId::ZERO, |(_, directory)| directory);
        let state = V1 {
            leader_id: self.leader.map_or(-1, |leader| leader.0),
            leader_epoch: self.epoch.0,
            voted_id: self.voted.map_or(-1, |(id, _)| id.0),
            voted_directory_id: directory.to_string(),
            data_version: 1,
        };
        serde_json::to_string(&state).expect("numbers and strings always serialize")
    }
}

/// The epoch in the file that Apache Kafka has left; `None` without file or where it is unreadable.
pub(crate) fn read_epoch(disk: &dyn Disk, dir: &Path) -> Option<LeaderEpoch> {
    let bytes = disk.read_file(&dir.join(FILE_NAME), MAX_BYTES).ok()?;
    let state: AnyVersion = serde_json::from_slice(&bytes).ok()?;
    LeaderEpoch::known(state.leader_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::disk::MemDisk;

    fn written(kraft_version: i16) -> (MemDisk, String) {
        let disk = MemDisk::new(1);
        let state = QuorumState {
            leader: Some(BrokerId(1)),
            epoch: LeaderEpoch(5),
            voted: Some((BrokerId(1), DirectoryId::ZERO)),
        };
        let voters = [Voter::of_id(BrokerId(1)), Voter::of_id(BrokerId(2))];
        state
            .write(&disk, Path::new("/"), kraft_version, &voters)
            .unwrap();
        let bytes = disk
            .read_file(Path::new("/quorum-state"), MAX_BYTES)
            .unwrap();
        (disk, String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn static_voters_are_written_as_version_0() {
        let expected = r#"{"clusterId":"","leaderId":1,"leaderEpoch":5,"votedId":1,"appliedOffset":0,"currentVoters":[{"voterId":1},{"voterId":2}],"data_version":0}"#;
        assert_eq!(written(0).1, expected);
    }

    #[test]
    fn dynamic_voters_are_written_as_version_1() {
        let expected = r#"{"leaderId":1,"leaderEpoch":5,"votedId":1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}"#;
        assert_eq!(written(1).1, expected);
    }

    #[test]
    fn the_epoch_is_read_from_either_version() {
        for kraft_version in [0, 1] {
            let (disk, _) = written(kraft_version);
            assert_eq!(read_epoch(&disk, Path::new("/")), Some(LeaderEpoch(5)));
        }
    }
}
