use model::{BrokerId, TimestampMs};
use std::time::Duration;
use storage::disk::MemDisk;

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
