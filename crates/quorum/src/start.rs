//! Finding one's place again: journal, snapshots and log of a directory put together.
//!
//! ```text
//!  journal:   base [ entry )[ entry )[ entry ) ... last           what was promised to others
//!  snapshot:  --------------)                                     the state up to there
//!  log:                [ batches ------------)                    committed, as far as it survived
//!                            ^ replayed here ^ raft goes on here
//! ```

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

use model::{DirectoryId, LeaderEpoch, Now, Offset, TimestampMs, Uuid};
use raft::RawNode;
use raft::eraftpb::HardState;
use records::ControlType;
use storage::disk::{Disk, OpenMode};

use crate::batch;
use crate::config::{Config, Voter};
use crate::entry_log::EntryLog;
use crate::error::Failure;
use crate::frame::{Base, Frame};
use crate::identity::{PeerId, Voters};
use crate::jitter::Jitter;
use crate::journal::{self, Contents, Journal};
use crate::metadata_log::MetadataLog;
use crate::output::{Event, Output};
use crate::quorum::{Applied, ELECTION_TICKS, HEARTBEAT_TICKS, Quorum, Role};
use crate::quorum_state;
use crate::ready::Persist;
use crate::snapshot::{SnapshotId, SnapshotReader, SnapshotWriter, control_values};
use crate::snapshot_files::SnapshotFiles;
use crate::transfer::Outgoing;

/// Formats an empty metadata directory as Apache Kafka's storage tool does: a snapshot at offset 0 with the encoded `records`
/// that the first leader is to write, and with the `voters` of a quorum that knows itself (`kraft.version` 1).
///
/// # Errors
/// When the disk fails.
pub fn format<'a>(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    voters: Option<&[Voter]>,
    records: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(), Failure> {
    make_dir(&**disk, dir)?;
    let mut snapshots = SnapshotFiles::open(Arc::clone(disk), dir)?;
    let id = SnapshotId {
        end_offset: Offset::ZERO,
        epoch: LeaderEpoch(0),
    };
    let mut writer = SnapshotWriter::create(&**disk, dir, id, TimestampMs(0), voters)?;
    for record in records {
        writer.add(record)?;
    }
    snapshots.publish(writer.finish()?)
}

/// Whether a metadata directory holds anything: a journal, a snapshot or a log.
///
/// # Errors
/// When the disk fails.
pub fn is_formatted(disk: &dyn Disk, dir: &Path) -> Result<bool, Failure> {
    if !disk.exists(dir).map_err(Failure::disk(dir))? {
        return Ok(false);
    }
    let entries = disk.read_dir(dir).map_err(Failure::disk(dir))?;
    Ok(entries.iter().any(|entry| {
        let is_file_of_log = entry.name.ends_with(".checkpoint") || entry.name.ends_with(".log");
        is_file_of_log || entry.name == journal::FILE_NAME
    }))
}

impl Quorum {
    /// Opens the voter's files in `dir` (`__cluster_metadata-0`), or begins them there.
    ///
    /// The first [`Quorum::poll`] has the newest snapshot and every batch after it that is known to be
    /// committed. A quorum of one leads when this returns. `seed` decides election timeouts: give every
    /// start another one.
    ///
    /// # Errors
    /// [`Failure`]: the files are damaged or not this voter's.
    pub fn open(
        mut config: Config,
        disk: Arc<dyn Disk>,
        dir: &Path,
        seed: u64,
        now: Now,
    ) -> Result<Self, Failure> {
        make_dir(&*disk, dir)?;
        write_topic_id(&*disk, dir)?;
        let mut snapshots = SnapshotFiles::open(Arc::clone(&disk), dir)?;
        prefer_recorded_voters(&mut config, &*disk, dir, &snapshots)?;
        let mut found = Journal::open(Arc::clone(&disk), dir)?;
        if let Some((journal, _)) = &mut found {
            // What a process that was killed had not synced is in the page cache alone. It counts only when it is durable: the
            // log must never be ahead of the journal, nor this voter vouch for what it may lose.
            journal.sync()?;
        }
        let durable = found
            .as_ref()
            .map_or(Offset::ZERO, |(_, contents)| contents.base.log_durable);
        let mut log = MetadataLog::open(Arc::clone(&disk), dir, &config, durable, now)?;
        let (journal, contents) = match found {
            Some(found) if !is_overtaken(&found.1, &log, &snapshots) => found,
            _ => {
                prefer_voters_in_log(&mut config, &mut log, &snapshots)?;
                begin(&config, &disk, dir, &snapshots, &mut log)?
            }
        };
        let voters = recorded_voters(&mut config, &contents.base)?;
        let me = PeerId::new(config.node_id, config.directory_id);
        voters.get(me).ok_or(Failure::NotAVoter(config.node_id))?;
        let mut entries = entry_log(&journal, contents, &voters)?;
        let applied = reconcile(&journal, &mut entries, &mut snapshots, &mut log, now)?;
        let node = raft_node(&config, me, entries, applied.index);
        let newest = snapshots.newest().map(|newest| newest.id);
        let mut quorum = Self {
            config,
            disk,
            dir: dir.to_owned(),
            me,
            voters,
            node,
            journal,
            log,
            snapshots,
            incoming: None,
            outgoing: Outgoing::default(),
            jitter: Jitter::new(seed),
            heard: BTreeMap::new(),
            now,
            next_tick: now.mono,
            role: Role::Follower,
            known: None,
            persist: Persist::default(),
            applied,
            out: Output::default(),
            has_failed: false,
        };
        quorum.replay(newest)?;
        quorum.begin()?;
        Ok(quorum)
    }

    /// Tells the owner of the state at the start.
    fn replay(&mut self, newest: Option<SnapshotId>) -> Result<(), Failure> {
        let mut from = self.log.start();
        if let Some(id) = newest {
            // One from before the base, or of the empty log, has no place in raft's order.
            let (index, term, end) = self.node.store().last_within(id.end_offset);
            if index > 0 && end == id.end_offset {
                self.note_newest_snapshot(index, term);
            }
            self.out.events.push(Event::SnapshotInstalled(id));
            from = id.end_offset;
        }
        let mut batches = Vec::new();
        self.log.replay(from, |batch| batches.push(batch))?;
        batches.into_iter().for_each(|batch| self.deliver(batch));
        Ok(())
    }

    /// A quorum of one has nobody to wait for: its election and first record are one sync.
    fn begin(&mut self) -> Result<(), Failure> {
        if self.voters.len() == 1 {
            self.node
                .campaign()
                .expect("a voter may stand for election");
        }
        self.settle();
        self.drive()?;
        self.journal.sync()?;
        self.all_synced();
        self.drive()?;
        // What the second round has written goes with the first poll.
        self.has_failed = self.out.failure.is_some();
        Ok(())
    }

    /// Ends it: syncs, so that the next start has nothing to repair.
    ///
    /// # Errors
    /// When the disk fails; the next start repairs.
    pub fn close(mut self) -> Result<(), Failure> {
        if self.has_failed {
            return Ok(());
        }
        self.journal.sync()?;
        self.journal.append(&[Frame::Mark])?;
        self.journal.sync()?;
        self.log.close()
    }
}

pub(crate) fn make_dir(disk: &dyn Disk, dir: &Path) -> Result<(), Failure> {
    disk.create_dir_all(dir).map_err(Failure::disk(dir))?;
    // It may have been there before: a start that was cut short may have made it and not come to this line.
    dir.parent().map_or(Ok(()), |parent| {
        disk.sync_dir(parent).map_err(Failure::disk(parent))
    })
}

/// Kafka's `partition.metadata`, which says the id of the topic.
pub(crate) fn write_topic_id(disk: &dyn Disk, dir: &Path) -> Result<(), Failure> {
    let path = dir.join("partition.metadata");
    if disk.exists(&path).map_err(Failure::disk(&path))? {
        return Ok(());
    }
    let content = format!("version: 0\ntopic_id: {}", Uuid::METADATA_TOPIC);
    let file = disk
        .open(&path, OpenMode::Create)
        .map_err(Failure::disk(&path))?;
    file.write_at(&[IoSlice::new(content.as_bytes())], 0)
        .map_err(Failure::disk(&path))
}

/// A snapshot that carries voters is newer than the configuration: with it `kraft.version` is 1.
fn prefer_recorded_voters(
    config: &mut Config,
    disk: &dyn Disk,
    dir: &Path,
    snapshots: &SnapshotFiles,
) -> Result<(), Failure> {
    let Some(newest) = snapshots.newest() else {
        return Ok(());
    };
    if let Some(voters) = SnapshotReader::open(disk, dir, newest.id)?.header()?.voters {
        (config.voters, config.kraft_version) = (voters, 1);
    }
    Ok(())
}

/// Control records of a log that another implementation has written say more than the snapshot before them.
fn prefer_voters_in_log(
    config: &mut Config,
    log: &mut MetadataLog,
    snapshots: &SnapshotFiles,
) -> Result<(), Failure> {
    let from = snapshots.newest().map(|newest| newest.id.end_offset);
    let from = from.unwrap_or(Offset::ZERO).max(log.start());
    let mut newest = None;
    log.replay(from, |batch| {
        let mut voters = control_values(&batch)
            .into_iter()
            .filter(|(kind, _)| *kind == ControlType::KRaftVoters)
            .filter_map(|(_, value)| batch::read_voters(&value));
        newest = voters.next_back().or(newest.take());
    })?;
    if let Some(voters) = newest {
        (config.voters, config.kraft_version) = (voters, 1);
    }
    Ok(())
}

/// Whether Apache Kafka has run here since: log or snapshots go on in epochs above every one that the journal
/// has seen. (In an epoch of ours it would mean that the journal has lost its end.)
fn is_overtaken(contents: &Contents, log: &MetadataLog, snapshots: &SnapshotFiles) -> bool {
    let in_snapshot = snapshots.newest().map(|newest| newest.id.epoch);
    let theirs = log.last_epoch().max(in_snapshot);
    theirs.is_some_and(|epoch| u64::from(epoch.0.unsigned_abs()) > contents.hard_state.term)
}

/// A directory without journal is new, or Apache Kafka's, or a crash came before the first sync.
fn begin(
    config: &Config,
    disk: &Arc<dyn Disk>,
    dir: &Path,
    snapshots: &SnapshotFiles,
    log: &mut MetadataLog,
) -> Result<(Journal, Contents), Failure> {
    let snapshot = snapshots.newest().map(|newest| newest.id);
    let in_snapshot = snapshot.map_or(Offset::ZERO, |id| id.end_offset);
    let end = log.end().max(in_snapshot);
    if end > Offset::ZERO && config.voters.len() > 1 {
        return Err(Failure::ForeignLog(dir.to_owned()));
    }
    let in_snapshot = snapshot
        .filter(|_| log.end() <= in_snapshot)
        .map(|id| id.epoch);
    let epoch = in_snapshot.or(log.last_epoch()).unwrap_or(LeaderEpoch(0));
    let index = end.0.unsigned_abs();
    let term = u64::from(epoch.0.unsigned_abs());
    let voters = batch::voters_record(&config.voters);
    let base = Base {
        index,
        term,
        end,
        epoch,
        log_durable: Offset::ZERO,
        voters,
    };
    let seen = quorum_state::read_epoch(&**disk, dir)
        .unwrap_or(LeaderEpoch(0))
        .max(epoch);
    let state = HardState {
        term: u64::from(seen.0.unsigned_abs()),
        commit: index,
        ..Default::default()
    };
    if end > Offset::ZERO {
        log.sync()?;
    }
    let mut journal = Journal::create(Arc::clone(disk), dir, &base)?;
    journal.append(&[Frame::HardState(state.clone())])?;
    Ok((
        journal,
        Contents {
            base,
            hard_state: state,
            entries: Vec::new(),
        },
    ))
}

/// The voters that the journal knows. Those with directories make `kraft.version` 1; static ones have none.
fn recorded_voters(config: &mut Config, base: &Base) -> Result<Voters, Failure> {
    let recorded = batch::read_voters(&base.voters).unwrap_or_default();
    if recorded.iter().any(|voter| !voter.directory_id.is_zero()) {
        config.kraft_version = 1;
    }
    let (recorded, configured) = (Voters::new(&recorded)?, Voters::new(&config.voters)?);
    if config.kraft_version == 0 {
        config.directory_id = DirectoryId::ZERO;
        if recorded.ids() != configured.ids() {
            let (configured, recorded) = (configured.ids(), recorded.ids());
            return Err(Failure::VotersDiffer {
                configured,
                recorded,
            });
        }
    }
    Ok(recorded)
}

fn entry_log(journal: &Journal, contents: Contents, voters: &Voters) -> Result<EntryLog, Failure> {
    EntryLog::new(contents, voters.conf_state()).map_err(|_index| Failure::Corrupt {
        path: journal.path(),
        position: journal.end(),
        problem: "an entry is not a record batch, although its frame is whole",
    })
}

/// Brings snapshots and log to what the journal knows, and finds out where raft goes on.
fn reconcile(
    journal: &Journal,
    entries: &mut EntryLog,
    snapshots: &mut SnapshotFiles,
    log: &mut MetadataLog,
    now: Now,
) -> Result<Applied, Failure> {
    let last_end = entries.end_of(entries.last());
    // A crash came between the arrival of a snapshot and the journal's taking note of it.
    snapshots.retain(|id| id.end_offset <= last_end)?;
    if log.end() > last_end {
        let (journal, log_end) = (journal.path(), log.end());
        return Err(Failure::JournalBehindLog {
            journal,
            journal_end: last_end,
            log_end,
        });
    }
    let newest = snapshots.newest().cloned();
    if let Some(newest) = newest
        .as_ref()
        .filter(|newest| newest.id.end_offset > log.end())
    {
        log.reset(now, newest.id.end_offset)?;
    }
    let (index, _, end) = entries.last_within(log.end());
    if end != log.end() {
        let problem = "the metadata log beside the journal ends where no entry does";
        return Err(Failure::Corrupt {
            path: journal.path(),
            position: 0,
            problem,
        });
    }
    let state = entries.hard_state().clone();
    // A crash may take entries that were not synced and leave the commit index written before them.
    let commit = state.commit.min(entries.last()).max(index);
    entries.set_hard_state(HardState { commit, ..state });
    let timestamp = newest.map(|newest| newest.timestamp).unwrap_or_default();
    Ok(Applied {
        index,
        end,
        timestamp,
        bytes: 0,
        snapshot_at: now.mono,
    })
}

fn raft_node(config: &Config, me: PeerId, entries: EntryLog, applied: u64) -> RawNode<EntryLog> {
    let raft_config = raft::Config {
        id: me.0,
        election_tick: ELECTION_TICKS,
        heartbeat_tick: HEARTBEAT_TICKS,
        min_election_tick: ELECTION_TICKS,
        // Timeouts are overwritten (see `jitter`), with values from this range.
        max_election_tick: 2 * ELECTION_TICKS + 1,
        applied,
        max_size_per_msg: config.max_bytes_per_message.min(2 << 20),
        max_inflight_msgs: config.max_inflight_messages,
        check_quorum: true,
        pre_vote: true,
        max_uncommitted_size: config.max_uncommitted_bytes,
        ..raft::Config::default()
    };
    let silent = slog::Logger::root(slog::Discard, slog::o!());
    RawNode::new(&raft_config, entries, &silent)
        .expect("the configuration is valid by construction")
}

/// The voters as a caller may want to see them before it opens the quorum.
///
/// # Errors
/// When the newest snapshot is damaged or the disk fails.
pub fn voters_in_snapshots(disk: Arc<dyn Disk>, dir: &Path) -> Result<Option<Vec<Voter>>, Failure> {
    let snapshots = SnapshotFiles::open(Arc::clone(&disk), dir)?;
    match snapshots.newest() {
        Some(newest) => Ok(SnapshotReader::open(&*disk, dir, newest.id)?
            .header()?
            .voters),
        None => Ok(None),
    }
}

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
