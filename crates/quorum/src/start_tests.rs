use model::{BrokerId, TimestampMs};
use raft::eraftpb::Entry;
use std::time::Duration;
use storage::disk::{MemDisk, MemFaults};

use super::*;

const NOW: Now = Now {
    mono: Duration::ZERO,
    wall: TimestampMs(0),
};

#[test]
fn a_commit_index_beyond_the_entries_that_a_crash_has_left_is_no_obstacle() {
    let disk: Arc<dyn Disk> = Arc::new(MemDisk::new(1));
    let dir = Path::new("/meta");
    disk.create_dir_all(dir).unwrap();
    let voters: Vec<_> = (1..4).map(|id| Voter::of_id(BrokerId(id))).collect();
    let base = Base {
        voters: batch::voters_record(&voters),
        ..Base::default()
    };
    let mut journal = Journal::create(Arc::clone(&disk), dir, &base).unwrap();
    let state = HardState {
        term: 3,
        commit: 5,
        ..Default::default()
    };
    journal.append(&[Frame::HardState(state)]).unwrap();
    let config = Config::new(BrokerId(1), voters);
    let quorum = Quorum::open(config, disk, dir, 1, NOW).unwrap();
    assert_eq!(quorum.info().epoch, LeaderEpoch(3));
    assert_eq!(quorum.info().high_watermark, Offset::ZERO);
}

#[test]
fn a_directory_that_an_interrupted_start_has_made_is_not_lost_with_power() {
    let memory = MemDisk::new(1);
    let disk: Arc<dyn Disk> = Arc::new(memory.clone());
    let dir = Path::new("/meta/log");
    disk.create_dir_all(Path::new("/meta")).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    // Here the earlier start ended: the name of the directory is in memory alone.
    disk.create_dir_all(dir).unwrap();
    let config = || Config::new(BrokerId(1), vec![Voter::of_id(BrokerId(1))]);
    drop(Quorum::open(config(), Arc::clone(&disk), dir, 1, NOW).unwrap());
    memory.crash(7);
    assert!(
        disk.exists(dir).unwrap(),
        "what was promised in it is there"
    );
    let quorum = Quorum::open(config(), disk, dir, 1, NOW).unwrap();
    assert_eq!(
        quorum.info().epoch,
        LeaderEpoch(2),
        "it goes on from its first term"
    );
}

#[test]
fn a_journal_that_cannot_be_made_durable_gives_the_log_nothing() {
    let memory = MemDisk::new(1);
    let disk: Arc<dyn Disk> = Arc::new(memory.clone());
    let dir = Path::new("/meta");
    disk.create_dir_all(dir).unwrap();
    let voters: Vec<_> = (1..4).map(|id| Voter::of_id(BrokerId(id))).collect();
    let base = Base {
        voters: batch::voters_record(&voters),
        ..Base::default()
    };
    let mut journal = Journal::create(Arc::clone(&disk), dir, &base).unwrap();
    let entry = Entry {
        index: 1,
        term: 1,
        data: batch::leader_change(&voters[0], &voters, TimestampMs(0)).into(),
        ..Default::default()
    };
    let state = HardState {
        term: 1,
        commit: 1,
        ..Default::default()
    };
    // A process that was killed has left a committed entry that only its page cache has.
    journal
        .append(&[Frame::Entry(entry), Frame::HardState(state)])
        .unwrap();
    memory.set_faults(MemFaults {
        sync_failures_per_mille: 1000,
        ..MemFaults::default()
    });
    let config = Config::new(BrokerId(1), voters);
    let opened = Quorum::open(config, Arc::clone(&disk), dir, 1, NOW);
    assert!(matches!(opened.err(), Some(Failure::Disk { .. })));
    let logs = memory
        .list(dir)
        .into_iter()
        .filter(|entry| entry.name.ends_with(".log"));
    assert_eq!(logs.count(), 0, "the log is never ahead of the journal");
}
