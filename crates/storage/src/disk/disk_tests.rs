use std::sync::mpsc;

use super::*;

fn path(name: &str) -> PathBuf {
    Path::new("/data").join(name)
}

fn mem() -> MemDisk {
    let disk = MemDisk::new(1);
    disk.create_dir_all(Path::new("/data")).unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    disk
}

fn write(disk: &dyn Disk, name: &Path, bytes: &[u8], pos: u64) -> Arc<dyn DiskFile> {
    let file = disk.open(name, OpenMode::Create).unwrap();
    file.write_at(&[IoSlice::new(bytes)], pos).unwrap();
    file
}

/// What every disk must do, asked of both.
fn check_contract(disk: &dyn Disk, dir: &Path) {
    let a = dir.join("a");
    let file = disk.open(&a, OpenMode::CreateNew).unwrap();
    file.write_at(&[IoSlice::new(b"hello "), IoSlice::new(b"world")], 0)
        .unwrap();
    assert_eq!(file.len().unwrap(), 11);
    let slice = FileSlice {
        file: Arc::clone(&file),
        position: 6,
        len: 100,
    };
    assert_eq!(
        slice.read().unwrap(),
        b"world",
        "a slice ends where its file ends"
    );
    assert!(slice.is_resident());
    let mut buf = [0; 5];
    assert_eq!(file.read_if_cached(&mut buf, 0).unwrap(), Some(5));
    assert_eq!(file.read_at(&mut buf, 1 << 40).unwrap(), 0);
    file.preallocate(4096).unwrap();
    assert_eq!(file.len().unwrap(), 4096);
    file.truncate(5).unwrap();
    file.preallocate(2).unwrap();
    assert_eq!(file.len().unwrap(), 5, "preallocation never shortens");
    file.sync().unwrap();

    let exists = disk.open(&a, OpenMode::CreateNew).unwrap_err();
    assert_eq!(exists.kind(), io::ErrorKind::AlreadyExists);
    let missing = disk.open(&dir.join("b"), OpenMode::Write).unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    let large = disk.read_file(&a, 4).unwrap_err();
    assert_eq!(large.kind(), io::ErrorKind::FileTooLarge);

    disk.write_file_atomically(&dir.join("c"), b"1").unwrap();
    disk.write_file_atomically(&dir.join("c"), b"22").unwrap();
    assert_eq!(disk.read_file(&dir.join("c"), 100).unwrap(), b"22");
    disk.create_dir_all(&dir.join("d/e")).unwrap();
    disk.rename(&dir.join("d"), &dir.join("f")).unwrap();
    disk.rename(&a, &dir.join("f/a")).unwrap();
    let names = |path: &Path| {
        disk.read_dir(path)
            .unwrap()
            .into_iter()
            .map(|e| (e.name, e.is_dir))
    };
    assert!(names(dir).eq([("c".to_owned(), false), ("f".to_owned(), true)]));
    assert_eq!(disk.read_file(&dir.join("f/a"), 100).unwrap(), b"hello");

    let lock = disk.lock(&dir.join(".lock")).unwrap();
    let busy = disk.lock(&dir.join(".lock")).unwrap_err();
    assert_eq!(busy.kind(), io::ErrorKind::WouldBlock);
    drop(lock);
    drop(disk.lock(&dir.join(".lock")).unwrap());

    disk.remove_file(&dir.join("c")).unwrap();
    disk.remove_dir_all(&dir.join("f")).unwrap();
    assert!(!disk.exists(&dir.join("f")).unwrap());
    assert_eq!(file.len().unwrap(), 5, "an open file outlives its name");
    let usage = disk.usage(dir).unwrap();
    assert!(usage.usable <= usage.total && usage.total > 0);
}

#[test]
fn the_disk_in_memory_keeps_the_contract() {
    check_contract(&mem(), Path::new("/data"));
}

#[test]
fn the_real_disk_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    check_contract(&RealDisk::at_once(), dir.path());
}

#[test]
fn submitted_operations_of_the_real_disk_end_with_their_token() {
    let dir = tempfile::tempdir().unwrap();
    let (send, done) = mpsc::channel();
    let disk = RealDisk::new(2, move |end| send.send(end).unwrap());
    let file = write(&disk, &dir.path().join("a"), b"abc", 0);
    disk.submit(
        DiskOp::Sync {
            files: vec![file.clone()],
            writes: vec![],
            refused: None,
            dirs: vec![dir.path().into()],
        },
        1,
    );
    disk.submit(
        DiskOp::ReadCold(FileSlice {
            file,
            position: 1,
            len: 2,
        }),
        2,
    );
    disk.submit(
        DiskOp::Delete(vec![dir.path().join("a"), dir.path().join("none")]),
        3,
    );
    disk.submit(
        DiskOp::Job(Box::new(|| Err(io::ErrorKind::Other.into()))),
        4,
    );
    drop(disk);
    let mut ends: Vec<_> = done
        .iter()
        .map(|end| (end.token, end.result.ok()))
        .collect();
    ends.sort_by_key(|(token, _)| *token);
    let read = Some(DiskOutput::Read(b"bc".to_vec()));
    let ok = Some(DiskOutput::Done);
    assert_eq!(ends, [(1, ok.clone()), (2, read), (3, ok), (4, None)]);
    assert!(!dir.path().join("a").exists());
}

#[test]
fn a_crash_keeps_what_was_synced_and_a_prefix_of_the_rest() {
    let mut outcomes = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let disk = mem();
        let file = write(&disk, &path("a"), b"synced.", 0);
        file.sync().unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        file.write_at(&[IoSlice::new(b"one.")], 7).unwrap();
        file.write_at(&[IoSlice::new(b"two.")], 11).unwrap();
        disk.crash(seed);
        assert!(file.len().is_err(), "the handle died with its process");
        let left = disk.read_file(&path("a"), 100).unwrap();
        assert!(left.starts_with(b"synced.") && b"synced.one.two.".starts_with(&left));
        outcomes.insert(left.len());
    }
    assert_eq!(
        outcomes.into_iter().collect::<Vec<_>>(),
        (7..=15).collect::<Vec<_>>()
    );
}

#[test]
fn a_crash_undoes_overwriting_and_truncation_that_were_not_synced() {
    let (mut old, mut new) = (0, 0);
    for seed in 0..100 {
        let disk = mem();
        let file = write(&disk, &path("a"), b"0123456789", 0);
        file.sync().unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        file.truncate(4).unwrap();
        file.write_at(&[IoSlice::new(b"x")], 0).unwrap();
        disk.crash(seed);
        match disk.read_file(&path("a"), 100).unwrap().as_slice() {
            b"0123456789" => old += 1,
            b"0123" => {}
            b"x123" => new += 1,
            other => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(old > 0 && new > 0);
}

#[test]
fn a_name_survives_only_when_its_directory_was_synced() {
    let mut lost = 0;
    for seed in 0..50 {
        let disk = mem();
        write(&disk, &path("a"), b"1", 0).sync().unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        write(&disk, &path("b"), b"2", 0).sync().unwrap();
        disk.crash(seed);
        assert!(disk.exists(&path("a")).unwrap());
        lost += u32::from(!disk.exists(&path("b")).unwrap());
    }
    assert!((1..50).contains(&lost), "lost {lost} of 50");
}

#[test]
fn an_atomically_replaced_file_is_old_or_new_after_a_crash() {
    for seed in 0..50 {
        let disk = mem();
        disk.write_file_atomically(&path("a"), b"old").unwrap();
        let tmp = write(&disk, &path("a.tmp"), b"new", 0);
        tmp.sync().unwrap();
        disk.rename(&path("a.tmp"), &path("a")).unwrap();
        disk.crash(seed);
        let left = disk.read_file(&path("a"), 100).unwrap();
        assert!(left == b"old" || left == b"new");
    }
}

#[test]
fn a_full_disk_refuses_and_heals() {
    let disk = mem();
    disk.set_faults(MemFaults {
        capacity: Some(10),
        ..MemFaults::default()
    });
    let file = write(&disk, &path("a"), b"12345678", 0);
    let full = file.write_at(&[IoSlice::new(b"abcd")], 8).unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    assert_eq!(
        disk.read_file(&path("a"), 100).unwrap(),
        b"12345678ab",
        "what fitted was written"
    );
    file.truncate(8).unwrap();
    disk.set_faults(MemFaults::default());
    file.write_at(&[IoSlice::new(b"abcd")], 8).unwrap();
    assert_eq!(disk.counts().full, 1);
}

#[test]
fn what_a_failed_sync_covered_is_lost_even_if_a_later_one_succeeds() {
    for seed in 0..20 {
        let disk = mem();
        let file = write(&disk, &path("a"), b"kept", 0);
        file.sync().unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        file.write_at(&[IoSlice::new(b"lost")], 4).unwrap();
        disk.set_faults(MemFaults {
            failing_syncs: 1,
            ..MemFaults::default()
        });
        file.sync().unwrap_err();
        file.sync().unwrap();
        disk.crash(seed);
        assert_eq!(disk.read_file(&path("a"), 100).unwrap(), b"kept");
        assert_eq!(disk.counts().failed_syncs, 1);
    }
}

#[test]
fn submitted_operations_in_memory_wait_for_their_driver() {
    let disk = mem();
    let file = write(&disk, &path("a"), b"abc", 0);
    disk.submit(
        DiskOp::Sync {
            files: vec![file],
            writes: vec![],
            refused: None,
            dirs: vec!["/data".into()],
        },
        7,
    );
    let (token, op) = disk.take_submitted().pop().unwrap();
    assert!(disk.complete(token, op).result.is_ok());
    disk.crash(3);
    assert_eq!(disk.read_file(&path("a"), 100).unwrap(), b"abc");
}

#[test]
fn an_offline_path_fails_and_others_do_not() {
    let disk = mem();
    disk.create_dir_all(&path("x")).unwrap();
    let file = write(&disk, &path("x/a"), b"abc", 0);
    disk.set_offline(&path("x"), true);
    file.len().unwrap_err();
    disk.open(&path("x/a"), OpenMode::Read).unwrap_err();
    write(&disk, &path("b"), b"abc", 0);
    disk.set_offline(&path("x"), false);
    assert_eq!(file.len().unwrap(), 3);
    assert_eq!(disk.counts().offline, 2);
}

#[test]
fn a_bit_flip_changes_one_bit_of_a_chosen_file() {
    let disk = mem();
    write(&disk, &path("a.log"), &[0; 10], 0);
    write(&disk, &path("b.index"), &[0; 10], 0);
    let (flipped, at) = disk
        .flip_bit(5, Path::new("/data"), |n| n.ends_with(".log"))
        .unwrap();
    assert_eq!(flipped, path("a.log"));
    let left = disk.read_file(&path("a.log"), 100).unwrap();
    assert_eq!(left.iter().map(|b| b.count_ones()).sum::<u32>(), 1);
    assert_ne!(left[at as usize], 0);
}

#[test]
fn a_submitted_sync_covers_what_was_there_when_it_was_submitted_and_nothing_since() {
    let mut lost = 0;
    for seed in 0..20 {
        let disk = mem();
        let file = write(&disk, &path("a"), b"before", 0);
        let sync = DiskOp::Sync {
            files: vec![Arc::clone(&file)],
            writes: vec![(path("small"), b"x".to_vec())],
            refused: None,
            dirs: vec!["/data".into()],
        };
        disk.submit(sync, 7);
        file.write_at(&[IoSlice::new(b" after")], 6).unwrap();
        let (token, op) = disk.take_submitted().pop().unwrap();
        assert!(disk.complete(token, op).result.is_ok());
        disk.crash(seed);
        let left = disk.read_file(&path("a"), 100).unwrap();
        assert!(left.starts_with(b"before"), "seed {seed}");
        assert_eq!(disk.read_file(&path("small"), 100).unwrap(), b"x");
        lost += usize::from(left.len() < 12);
    }
    assert!(
        lost > 0,
        "what came after the submission is lost now and then"
    );
}

#[test]
fn a_machine_that_stops_in_the_middle_of_a_change_fails_every_call_until_it_starts_again() {
    let disk = mem();
    let file = write(&disk, &path("a"), b"first", 0);
    disk.stop_in(1);
    file.write_at(&[IoSlice::new(b" second")], 5).unwrap();
    assert!(!disk.has_stopped());
    file.write_at(&[IoSlice::new(b" third")], 12).unwrap_err();
    assert!(disk.has_stopped());
    file.len().unwrap_err();
    disk.open(&path("a"), OpenMode::Read).unwrap_err();
    disk.restart();
    let left = disk.read_file(&path("a"), 100).unwrap();
    assert!(left.starts_with(b"first second") && left.len() <= 18);
    write(&disk, &path("b"), b"goes on", 0);
}

#[test]
fn bytes_that_are_cold_are_not_read_by_those_who_will_not_wait() {
    let disk = mem();
    let file = write(&disk, &path("a"), b"abc", 0);
    disk.set_faults(MemFaults {
        cold_per_mille: 1000,
        ..MemFaults::default()
    });
    let mut buf = [0; 3];
    assert!(!file.is_resident(0, 3));
    assert_eq!(file.read_if_cached(&mut buf, 0).unwrap(), None);
    assert_eq!(file.read_at(&mut buf, 0).unwrap(), 3);
    assert_eq!(disk.counts().cold, 2);
}
