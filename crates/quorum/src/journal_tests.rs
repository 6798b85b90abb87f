use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use model::{LeaderEpoch, Offset};
use raft::eraftpb::{Entry, HardState};
use storage::disk::{Disk, MemDisk, OpenMode};

use super::*;

const DIR: &str = "/meta";

fn base() -> Base {
    Base {
        index: 4,
        term: 2,
        end: Offset(9),
        epoch: LeaderEpoch(2),
        log_durable: Offset(8),
        voters: vec![1, 2, 3],
    }
}

fn entry(index: u64, term: u64, data: &str) -> Entry {
    Entry {
        index,
        term,
        data: Bytes::from(data.to_owned()),
        ..Default::default()
    }
}

fn new_journal(disk: &MemDisk) -> Journal {
    disk.create_dir_all(Path::new(DIR)).unwrap();
    let mut journal = Journal::create(Arc::new(disk.clone()), Path::new(DIR), &base()).unwrap();
    journal.sync().unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    journal
}

fn append(journal: &mut Journal, entries: &[Entry]) {
    let frames: Vec<_> = entries.iter().cloned().map(Frame::Entry).collect();
    journal.append(&frames).unwrap();
}

#[track_caller]
fn check(disk: &MemDisk, expected: &[Entry]) {
    let (_, contents) = reopen(disk).unwrap().unwrap();
    assert_eq!(contents.base, base());
    assert_eq!(contents.entries, expected);
}

fn reopen(disk: &MemDisk) -> Result<Option<(Journal, Contents)>, Failure> {
    Journal::open(Arc::new(disk.clone()), Path::new(DIR))
}

fn overwrite(disk: &MemDisk, at: u64, byte: u8) {
    let file = disk
        .open(&Path::new(DIR).join(FILE_NAME), OpenMode::Write)
        .unwrap();
    file.write_at(&[IoSlice::new(&[byte])], at).unwrap();
}

#[test]
fn what_was_written_is_read_again() {
    let disk = MemDisk::new(1);
    let mut journal = new_journal(&disk);
    let state = HardState {
        term: 3,
        vote: 1,
        commit: 5,
        ..Default::default()
    };
    journal.append(&[Frame::HardState(state.clone())]).unwrap();
    append(&mut journal, &[entry(5, 3, "a"), entry(6, 3, "b")]);
    check(&disk, &[entry(5, 3, "a"), entry(6, 3, "b")]);
    assert_eq!(reopen(&disk).unwrap().unwrap().1.hard_state, state);
}

#[test]
fn an_entry_replaces_all_from_its_index_on() {
    let disk = MemDisk::new(1);
    let mut journal = new_journal(&disk);
    append(
        &mut journal,
        &[entry(5, 3, "a"), entry(6, 3, "b"), entry(7, 3, "c")],
    );
    append(&mut journal, &[entry(6, 4, "B")]);
    check(&disk, &[entry(5, 3, "a"), entry(6, 4, "B")]);
}

#[test]
fn a_tail_torn_anywhere_is_cut_and_what_was_synced_stays() {
    for seed in 0..200 {
        let disk = MemDisk::new(seed);
        let mut journal = new_journal(&disk);
        append(&mut journal, &[entry(5, 3, "synced")]);
        journal.sync().unwrap();
        append(&mut journal, &[entry(6, 3, "not synced")]);
        append(&mut journal, &[entry(7, 3, "not synced either")]);
        disk.crash(seed);
        let (mut journal, contents) = reopen(&disk).unwrap().unwrap();
        assert_eq!(contents.entries[0], entry(5, 3, "synced"));
        let next = 5 + contents.entries.len() as u64;
        append(&mut journal, &[entry(next, 4, "new")]);
        assert_eq!(
            reopen(&disk).unwrap().unwrap().1.entries.last(),
            Some(&entry(next, 4, "new"))
        );
    }
}

#[test]
fn damage_below_what_was_synced_is_named_with_file_and_position() {
    let disk = MemDisk::new(1);
    let mut journal = new_journal(&disk);
    let damaged = journal.end();
    append(&mut journal, &[entry(5, 3, "a")]);
    journal.sync().unwrap();
    append(&mut journal, &[entry(6, 3, "b")]);
    overwrite(&disk, damaged + 40, 0xff);
    let error = reopen(&disk).unwrap_err().to_string();
    let expected = format!(
        "/meta/quorum-journal is corrupt at byte {damaged}: a frame that was synced is damaged. \
             Restore the directory from a backup; where other voters have the metadata, remove it, and it is fetched from \
             them"
    );
    assert_eq!(error, expected);
}

#[test]
fn damage_that_was_not_synced_is_a_torn_tail_even_with_whole_frames_behind() {
    let disk = MemDisk::new(1);
    let mut journal = new_journal(&disk);
    let damaged = journal.end();
    append(&mut journal, &[entry(5, 3, "a")]);
    append(&mut journal, &[entry(6, 3, "b")]);
    overwrite(&disk, damaged + 40, 0xff);
    check(&disk, &[]);
}

#[test]
fn a_crash_before_the_first_sync_leaves_no_journal() {
    let disk = MemDisk::new(1);
    disk.create_dir_all(Path::new(DIR)).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    Journal::create(Arc::new(disk.clone()), Path::new(DIR), &base()).unwrap();
    overwrite(&disk, 30, 0xff);
    assert!(reopen(&disk).unwrap().is_none());
}

#[test]
fn a_rewrite_is_whole_or_not_at_all() {
    for seed in 0..100 {
        let disk = MemDisk::new(seed);
        let mut journal = new_journal(&disk);
        append(&mut journal, &[entry(5, 3, "a"), entry(6, 3, "b")]);
        journal.sync().unwrap();
        let contents = Contents {
            base: Base { index: 5, ..base() },
            hard_state: HardState {
                term: 3,
                ..Default::default()
            },
            entries: vec![entry(6, 3, "b")],
        };
        journal.rewrite(&contents).unwrap();
        append(&mut journal, &[entry(7, 3, "c")]);
        disk.crash(seed);
        let found = reopen(&disk).unwrap().unwrap().1;
        assert_eq!(found.base, contents.base);
        assert_eq!(found.entries[0], entry(6, 3, "b"));
    }
}

#[test]
fn damage_in_a_rewritten_journal_is_corruption_although_nothing_follows() {
    let disk = MemDisk::new(1);
    let mut journal = new_journal(&disk);
    let contents = Contents {
        base: base(),
        entries: vec![entry(5, 3, "a")],
        ..Default::default()
    };
    journal.rewrite(&contents).unwrap();
    overwrite(&disk, 40, 0xff);
    assert!(matches!(
        reopen(&disk),
        Err(Failure::Corrupt { position: 0, .. })
    ));
}
