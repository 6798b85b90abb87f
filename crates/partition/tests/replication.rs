//! A leader and its followers: what is copied, cut, committed, and who is in sync.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{
    BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Now, Offset, PartitionEpoch, PartitionIndex,
    Ticket, TimestampMs, TopicIdPartition, Uuid,
};
use partition::{
    Append, AppendRejection, Appended, FetchFrom, FetchRead, Fetched, Isolation, IsrGranted,
    IsrPlan, LeaderState, LogStore, Logs, NoRead, NoReplication, Partition, ReplicaFetch,
    Replicated, TopicSettings, Watch,
};
use records::{AppendRules, BatchBuilder, BatchIter, Codecs, NewRecord, Origin};
use storage::disk::{Disk, MemDisk, run_op};
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::meta_properties::MetaProperties;
use storage::open_files::OpenFiles;

const TOPIC: Uuid = Uuid([3; 16]);
const LAG: Duration = Duration::from_secs(30);
const CLIENT: Ticket = Ticket {
    connection: 1,
    request: 1,
};

fn now(ms: u64) -> Now {
    Now {
        mono: Duration::from_millis(ms),
        wall: TimestampMs(1_000 + ms as i64),
    }
}

/// One broker's replica.
struct Replica {
    id: BrokerId,
    disk: MemDisk,
    store: LogStore,
    partition: Partition,
    /// When the ISR is to be looked at, as the last append has told.
    planned: Cell<Option<Duration>>,
    /// Its session at leaders.
    watch: Arc<Watch>,
}

fn store(disk: &MemDisk, me: BrokerId) -> LogStore {
    let dir = Path::new("/data");
    if !disk.exists(dir).unwrap() {
        disk.create_dir_all(dir).unwrap();
        let meta = MetaProperties {
            cluster_id: "cluster".to_owned(),
            node_id: me,
            directory_id: Some(Uuid([9; 16])),
        };
        meta.write(disk, dir).unwrap();
    }
    let files = Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16));
    let (manager, _) = LogManager::start(files, &[PathBuf::from(dir)], me, "cluster").unwrap();
    LogStore::new(manager)
}

fn settings(min_isr: usize, flush_messages: Option<u64>) -> Arc<TopicSettings> {
    Arc::new(TopicSettings {
        log: Arc::new(LogConfig {
            flush_messages,
            ..LogConfig::default()
        }),
        rules: AppendRules::new(Origin::Client { produce_version: 9 }),
        min_isr,
        check_interval: Duration::from_secs(300),
        lag_time_max: LAG,
    })
}

fn id() -> TopicIdPartition {
    TopicIdPartition {
        topic_id: TOPIC,
        partition: PartitionIndex(0),
    }
}

impl Replica {
    fn new(id: i32, settings: &Arc<TopicSettings>) -> Self {
        let (disk, me) = (MemDisk::new(id as u64), BrokerId(id));
        Self::on(disk, me, settings)
    }

    fn on(disk: MemDisk, me: BrokerId, settings: &Arc<TopicSettings>) -> Self {
        let store = store(&disk, me);
        let high_watermark =
            store.high_watermark(&storage::file_names::TopicPartition::new("t", 0));
        let partition = Partition::new(id(), "t".into(), me, Arc::clone(settings), high_watermark);
        Self {
            id: me,
            disk,
            store,
            partition,
            planned: Cell::default(),
            watch: Arc::default(),
        }
    }

    fn logs(&self, ms: u64) -> Logs<'_> {
        Logs {
            store: &self.store,
            now: now(ms),
        }
    }

    fn lead(&self, ms: u64, epoch: i32, partition_epoch: i32, isr: &[i32]) -> Vec<Ticket> {
        let of = |ids: &[i32]| ids.iter().map(|id| BrokerId(*id)).collect::<Vec<_>>();
        let (epoch, version) = (LeaderEpoch(epoch), PartitionEpoch(partition_epoch));
        let leader = LeaderState::new(epoch, version, of(&[1, 2, 3]), of(isr));
        let mut wakes = Vec::new();
        self.partition.lead(now(ms), leader, &mut wakes);
        self.open(ms);
        wakes
    }

    /// Logs of leaders are opened before a fetch is looked at.
    fn open(&self, ms: u64) {
        self.partition.ends(self.logs(ms)).unwrap();
    }

    fn follow(&self, leader: i32, epoch: i32) -> Vec<Ticket> {
        let mut wakes = Vec::new();
        let leader = Some(BrokerId(leader));
        self.partition
            .follow(leader, LeaderEpoch(epoch), &mut wakes);
        wakes
    }

    fn append(&self, ms: u64, value: &str, acks_all: bool) -> Result<Appended, AppendRejection> {
        let mut batch = BatchBuilder::new();
        batch.append(&NewRecord::new(now(ms).wall, None, Some(value.as_bytes())));
        let batch = batch.finish();
        let append = Append {
            records: &batch,
            origin: Origin::Client { produce_version: 9 },
            acks_all,
            wants_answer: true,
            may_take_long: true,
            may_begin_transaction: true,
            verified: None,
            ticket: CLIENT,
        };
        let mut wakes = Vec::new();
        let appended =
            (self.partition).append(self.logs(ms), &mut Codecs::new(), &append, &mut wakes)?;
        self.planned
            .set(appended.due.check_isr_at.or(self.planned.get()));
        Ok(appended)
    }

    fn ask(
        &self,
        ms: u64,
        of: &Self,
        epoch: i32,
    ) -> (Result<FetchRead, NoRead>, Offset, Vec<Ticket>) {
        let position = of.partition.fetch_position(of.logs(ms), LeaderEpoch(epoch));
        let position = position.unwrap().position;
        let from = FetchFrom {
            offset: position.offset,
            current_leader_epoch: Some(LeaderEpoch(epoch)),
            last_fetched_epoch: position.last_epoch,
            max_bytes: 1 << 20,
            min_one_batch: true,
            isolation: Isolation::ReadUncommitted,
            may_wait: true,
            may_follow: false,
        };
        let replica = ReplicaFetch {
            id: of.id,
            broker_epoch: Some(BrokerEpoch(10)),
            log_start: Some(position.log_start),
            is_new: true,
        };
        let (logs, mut wakes) = (self.logs(ms), Vec::new());
        let session = Some((&of.watch, 0));
        let read = (self.partition).read_as_replica(logs, &from, &replica, session, &mut wakes);
        (read, position.offset, wakes)
    }

    /// One fetch of `self` from `leader`: copies or cuts.
    fn fetch(&self, ms: u64, leader: &Self, epoch: i32) -> Result<Vec<Ticket>, NoReplication> {
        let (read, offset, mut wakes) = leader.ask(ms, self, epoch);
        let read = read.expect("the leader answers");
        let (logs, epoch) = (self.logs(ms), LeaderEpoch(epoch));
        if let Some(diverging) = read.diverging {
            self.partition
                .cut_to_common(logs, epoch, diverging, &mut wakes)?;
            return Ok(wakes);
        }
        self.take(ms, epoch, offset, &read, &mut wakes)?;
        Ok(wakes)
    }

    fn take(
        &self,
        ms: u64,
        epoch: LeaderEpoch,
        offset: Offset,
        read: &FetchRead,
        wakes: &mut Vec<Ticket>,
    ) -> Result<Replicated, NoReplication> {
        let fetched = Fetched {
            epoch,
            offset,
            records: &bytes(read),
            high_watermark: read.high_watermark,
            log_start: read.log_start_offset,
        };
        self.partition.replicate(self.logs(ms), &fetched, wakes)
    }

    fn ends(&self) -> (i64, i64) {
        let (end, high_watermark) = self.partition.ends(self.logs(0)).unwrap();
        (end.0, high_watermark.0)
    }

    /// The records, with their offsets and leader epochs.
    fn records(&self) -> Vec<(i64, i32, String)> {
        let slice = self.partition.read_own(self.logs(0), Offset::ZERO, 1 << 20);
        let Some(slice) = slice.unwrap() else {
            return Vec::new();
        };
        let mut bytes = vec![0; slice.len as usize];
        slice.file.read_at(&mut bytes, slice.position).unwrap();
        let mut found = Vec::new();
        for batch in BatchIter::new(&bytes) {
            let records::Batch::V2(batch) = batch.unwrap() else {
                panic!("an old batch");
            };
            let epoch = batch.leader_epoch().unwrap().0;
            for record in batch.records(&mut Codecs::new(), 1 << 20).unwrap() {
                let record = record.unwrap();
                let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
                found.push((record.offset.0, epoch, value));
            }
        }
        found
    }

    fn propose(&self, ms: u64) -> IsrPlan {
        (self.partition).propose_isr(now(ms), |_, _| true, &mut Vec::new())
    }

    fn sync(&self, ms: u64) -> Vec<Ticket> {
        let mut wakes = Vec::new();
        while let Some(target) = self.partition.begin_sync() {
            run_op(&self.disk, target.op).unwrap();
            let synced = self
                .partition
                .on_synced(now(ms), target.ticket, true, &mut wakes);
            assert!(synced.unwrap().is_none());
        }
        wakes
    }

    /// The process ends and begins again; the page cache survives.
    fn restart(self, settings: &Arc<TopicSettings>) -> Self {
        let (disk, id) = (self.disk.clone(), self.id);
        drop(self);
        disk.restart();
        Self::on(disk, id, settings)
    }

    /// When the ISR is to be looked at.
    fn isr_check(&self) -> Option<Duration> {
        let news = self.partition.take_due().check_isr_at;
        news.or(self.planned.get())
    }
}

fn bytes(read: &FetchRead) -> Vec<u8> {
    let Some(slice) = &read.slice else {
        return Vec::new();
    };
    let mut bytes = vec![0; slice.len as usize];
    slice.file.read_at(&mut bytes, slice.position).unwrap();
    bytes
}

fn trio(settings: &Arc<TopicSettings>) -> [Replica; 3] {
    let [a, b, c] = [1, 2, 3].map(|id| Replica::new(id, settings));
    a.lead(0, 0, 0, &[1, 2, 3]);
    b.follow(1, 0);
    c.follow(1, 0);
    [a, b, c]
}

/// What the controller grants of a proposal.
fn granted(plan: &IsrPlan) -> IsrGranted {
    let proposal = plan.proposal.as_ref().expect("something is proposed");
    IsrGranted {
        leader_epoch: proposal.leader_epoch,
        partition_epoch: PartitionEpoch(proposal.partition_epoch.0 + 1),
        isr: proposal.isr.iter().map(|(id, _)| *id).collect(),
    }
}

fn members(plan: &IsrPlan) -> Vec<i32> {
    let proposal = plan.proposal.iter();
    proposal
        .flat_map(|proposal| &proposal.isr)
        .map(|(id, _)| id.0)
        .collect()
}

#[test]
fn a_record_is_committed_when_every_member_of_the_isr_has_it() {
    let [a, b, c] = trio(&settings(2, None));
    let appended = a.append(1, "x", true).unwrap();
    assert_eq!(appended.wait, Some((LeaderEpoch(0), Offset(1))));
    for follower in [&b, &c] {
        assert_eq!(
            follower.fetch(2, &a, 0),
            Ok(vec![]),
            "it only gets the record"
        );
    }
    assert_eq!(a.ends(), (1, 0));
    assert_eq!(b.fetch(3, &a, 0), Ok(vec![]));
    assert_eq!(a.ends(), (1, 0), "one of them may lack it");
    assert_eq!(c.fetch(3, &a, 0), Ok(vec![CLIENT]));
    assert_eq!((a.ends(), c.ends()), ((1, 1), (1, 1)));
    assert_eq!(b.ends(), (1, 0));
    b.fetch(4, &a, 0).unwrap();
    assert_eq!(b.ends(), (1, 1));
    assert_eq!(b.records(), [(0, 0, "x".to_owned())]);
    assert_eq!(
        a.partition.is_acknowledged(LeaderEpoch(0), Offset(1)),
        Ok(true)
    );
}

#[test]
fn a_leader_takes_no_fetch_of_strangers_of_other_epochs_and_of_earlier_lives() {
    let [a, b, _] = trio(&settings(2, None));
    a.append(1, "x", true).unwrap();
    let stranger = Replica::new(4, &settings(2, None));
    stranger.follow(1, 0);
    let error = a.ask(2, &stranger, 0).0.unwrap_err();
    assert!(matches!(
        error,
        NoRead::Refused(ErrorCode::NOT_LEADER_OR_FOLLOWER)
    ));
    b.fetch(2, &a, 0).unwrap();
    for (epoch, error) in [
        (1, ErrorCode::UNKNOWN_LEADER_EPOCH),
        (-1, ErrorCode::FENCED_LEADER_EPOCH),
    ] {
        b.follow(1, epoch);
        let refused = a.ask(3, &b, epoch).0.unwrap_err();
        assert!(
            matches!(refused, NoRead::Refused(code) if code == error),
            "{refused:?}"
        );
    }
    let from = FetchFrom {
        offset: Offset(1),
        current_leader_epoch: Some(LeaderEpoch(0)),
        last_fetched_epoch: None,
        max_bytes: 1,
        min_one_batch: true,
        isolation: Isolation::ReadUncommitted,
        may_wait: true,
        may_follow: false,
    };
    let replica = ReplicaFetch {
        id: b.id,
        broker_epoch: Some(BrokerEpoch(9)),
        log_start: None,
        is_new: true,
    };
    let refused = (a.partition).read_as_replica(a.logs(4), &from, &replica, None, &mut Vec::new());
    let refused = refused.unwrap_err();
    assert!(matches!(
        refused,
        NoRead::Refused(ErrorCode::NOT_LEADER_OR_FOLLOWER)
    ));
}

/// KIP-101, the first scenario: B has the record, and does not know that it is committed.
#[test]
fn a_follower_that_restarts_keeps_what_it_does_not_know_to_be_committed() {
    let settings = settings(2, None);
    let [a, b, c] = trio(&settings);
    a.append(1, "x", true).unwrap();
    for ms in [2, 3] {
        c.fetch(ms, &a, 0).unwrap();
        if ms == 2 {
            b.fetch(ms, &a, 0).unwrap();
        }
    }
    // B's second fetch has arrived, and its answer was lost: the record is committed.
    assert_eq!(a.ask(4, &b, 0).2, [CLIENT]);
    assert_eq!((a.ends(), b.ends()), ((1, 1), (1, 0)));
    let b = b.restart(&settings);
    b.follow(1, 0);
    assert_eq!(
        b.ends().0,
        1,
        "nothing is cut before the leader has said what to cut"
    );
    // A is gone, B leads.
    b.lead(10, 1, 1, &[2, 3]);
    c.follow(2, 1);
    c.fetch(11, &b, 1).unwrap();
    c.fetch(12, &b, 1).unwrap();
    assert_eq!((b.ends(), c.ends()), ((1, 1), (1, 1)));
    assert_eq!(c.records(), [(0, 0, "x".to_owned())]);
}

/// KIP-101, the second scenario: two histories at one offset.
#[test]
fn what_a_leader_wrote_and_nobody_else_has_is_cut_when_it_follows() {
    let settings = settings(1, None);
    let [a, b, _] = trio(&settings);
    a.append(1, "common", false).unwrap();
    b.fetch(2, &a, 0).unwrap();
    a.append(3, "only A", false).unwrap();
    a.append(3, "only A too", false).unwrap();
    b.lead(4, 1, 1, &[2]);
    b.append(5, "B instead", false).unwrap();
    a.follow(2, 1);
    a.fetch(6, &b, 1).unwrap();
    assert_eq!(a.ends(), (1, 0));
    a.fetch(7, &b, 1).unwrap();
    let expected = [(0, 0, "common".to_owned()), (1, 1, "B instead".to_owned())];
    assert_eq!(a.records(), expected);
    assert_eq!(b.records(), expected);
}

/// KIP-279: after three elections the follower's last epoch is unknown to the leader.
#[test]
fn a_cut_goes_back_through_the_epochs_until_one_is_common() {
    let settings = settings(1, None);
    let [a, b, c] = trio(&settings);
    a.append(1, "0", false).unwrap();
    b.fetch(2, &a, 0).unwrap();
    c.fetch(2, &a, 0).unwrap();
    // Each leads in turn, and nobody hears it.
    a.append(3, "A in 0", false).unwrap();
    b.lead(4, 1, 1, &[2]);
    b.append(5, "B in 1", false).unwrap();
    b.append(5, "B in 1 again", false).unwrap();
    a.lead(6, 2, 2, &[1]);
    a.append(7, "A in 2", false).unwrap();
    c.lead(8, 3, 3, &[3]);
    c.append(9, "C in 3", false).unwrap();
    for follower in [&a, &b] {
        follower.follow(3, 3);
        for ms in 10..14 {
            follower.fetch(ms, &c, 3).unwrap();
        }
        assert_eq!(follower.records(), c.records());
    }
    assert_eq!(c.records().len(), 2);
}

#[test]
fn a_leader_that_wrote_nothing_forgets_its_epoch_when_it_follows() {
    let [a, b, _] = trio(&settings(1, None));
    a.append(1, "x", false).unwrap();
    b.fetch(2, &a, 0).unwrap();
    b.lead(3, 1, 1, &[2]);
    a.lead(4, 2, 2, &[1]);
    a.append(5, "y", false).unwrap();
    b.follow(1, 2);
    // B's last epoch, 1, is none that A knows, though all of B's records are.
    b.fetch(6, &a, 2).unwrap();
    b.fetch(7, &a, 2).unwrap();
    assert_eq!(b.records(), a.records());
}

#[test]
fn an_answer_that_an_election_has_overtaken_changes_nothing() {
    let [a, b, _] = trio(&settings(1, None));
    a.append(1, "x", false).unwrap();
    let (read, offset, _) = a.ask(2, &b, 0);
    let read = read.unwrap();
    b.follow(3, 1);
    let late = b.take(3, LeaderEpoch(0), offset, &read, &mut Vec::new());
    assert_eq!(late, Err(NoReplication::Overtaken));
    b.follow(1, 2);
    let wrong_place = b.take(3, LeaderEpoch(2), Offset(5), &read, &mut Vec::new());
    assert_eq!(wrong_place, Err(NoReplication::Overtaken));
    assert_eq!(b.ends(), (0, 0));
}

#[test]
fn records_of_a_later_epoch_than_the_leaders_are_refused() {
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 5, 1, &[1]);
    a.append(2, "x", false).unwrap();
    b.follow(1, 5);
    let (read, offset, _) = a.ask(3, &b, 5);
    let read = read.unwrap();
    b.follow(1, 4);
    let refused = b.take(3, LeaderEpoch(4), offset, &read, &mut Vec::new());
    assert_eq!(
        refused,
        Err(NoReplication::Failed(ErrorCode::CORRUPT_MESSAGE))
    );
    assert_eq!(b.ends(), (0, 0));
}

#[test]
fn a_cut_below_what_was_synced_waits_for_the_checkpoint() {
    let settings = settings(1, Some(1));
    let [a, b, _] = trio(&settings);
    for value in ["1", "2", "3"] {
        a.append(1, value, false).unwrap();
    }
    a.sync(1);
    b.lead(2, 1, 1, &[2]);
    b.append(3, "B", false).unwrap();
    b.sync(3);
    a.follow(2, 1);
    let Err(NoReplication::MustCheckpoint(number)) = a.fetch(4, &b, 1) else {
        panic!("it was cut");
    };
    assert_eq!(a.ends().0, 3);
    a.store.manager().write_checkpoints(0).unwrap();
    a.partition.on_lowering_durable(number);
    a.fetch(5, &b, 1).unwrap();
    a.fetch(6, &b, 1).unwrap();
    assert_eq!(a.records(), b.records());
}

#[test]
fn a_follower_far_behind_begins_anew_where_the_leader_starts() {
    let [a, b, _] = trio(&settings(1, None));
    for value in ["1", "2", "3"] {
        a.append(1, value, false).unwrap();
    }
    a.lead(1, 0, 1, &[1]);
    assert_eq!(a.ends(), (3, 3));
    a.partition
        .delete_records(a.logs(2), Some(Offset(2)), &mut Vec::new())
        .unwrap();
    let refused = a.ask(3, &b, 0).0.unwrap_err();
    assert!(matches!(
        refused,
        NoRead::Refused(ErrorCode::OFFSET_OUT_OF_RANGE)
    ));
    let position = b
        .partition
        .start_at(b.logs(3), LeaderEpoch(0), Offset(2), &mut Vec::new());
    assert_eq!(position.unwrap().position.offset, Offset(2));
    b.fetch(4, &a, 0).unwrap();
    assert_eq!(b.records(), [(2, 0, "3".to_owned())]);
    assert_eq!(b.ends(), (3, 3));
}

#[test]
fn a_leaders_log_may_start_within_a_batch() {
    let [a, b, _] = trio(&settings(1, None));
    let mut batch = BatchBuilder::new();
    for value in ["1", "2", "3"] {
        batch.append(&NewRecord::new(now(1).wall, None, Some(value.as_bytes())));
    }
    let epoch = LeaderEpoch(0);
    (a.partition)
        .append_own(a.logs(1), epoch, &batch.finish(), &mut Vec::new())
        .unwrap();
    a.lead(1, 0, 1, &[1]);
    a.partition
        .delete_records(a.logs(2), Some(Offset(1)), &mut Vec::new())
        .unwrap();
    b.partition
        .start_at(b.logs(3), epoch, Offset(1), &mut Vec::new())
        .unwrap();
    let Err(NoReplication::MustCheckpoint(number)) = b.fetch(4, &a, 0) else {
        panic!("offset 0 counts as synced");
    };
    b.store.manager().write_checkpoints(0).unwrap();
    b.partition.on_lowering_durable(number);
    b.fetch(4, &a, 0).unwrap();
    assert_eq!(b.ends(), (3, 3));
    let position = b
        .partition
        .fetch_position(b.logs(5), epoch)
        .unwrap()
        .position;
    assert_eq!(position.log_start, Offset(1));
}

#[test]
fn with_flush_messages_1_nothing_counts_before_it_is_synced() {
    let settings = settings(2, Some(1));
    let [a, b, c] = trio(&settings);
    a.append(1, "x", true).unwrap();
    a.sync(1);
    assert_eq!(a.ends(), (1, 0));
    let mut wakes = Vec::new();
    for follower in [&b, &c] {
        let (read, offset, _) = a.ask(2, follower, 0);
        let took = follower.take(2, LeaderEpoch(0), offset, &read.unwrap(), &mut wakes);
        let took = took.unwrap();
        assert!(took.must_sync && took.wants_sync);
        let end = took.position.offset;
        assert_eq!(follower.partition.wait_for_sync(end, CLIENT), Ok(true));
        assert_eq!(follower.sync(3), [CLIENT]);
        assert_eq!(follower.partition.wait_for_sync(end, CLIENT), Ok(false));
    }
    b.fetch(4, &a, 0).unwrap();
    assert_eq!(c.fetch(4, &a, 0), Ok(vec![CLIENT]));
    assert_eq!(a.ends(), (1, 1));
}

#[test]
fn a_follower_that_lags_has_to_leave_and_counts_until_that_is_granted() {
    let [a, b, _] = trio(&settings(2, None));
    let start = LAG.as_millis() as u64;
    a.append(1, "x", true).unwrap();
    b.fetch(2, &a, 0).unwrap();
    b.fetch(3, &a, 0).unwrap();
    let due = a.isr_check().expect("it is planned");
    assert_eq!(due, LAG, "from the beginning of the leadership on");
    a.partition.check_isr(due, now(start), &mut Vec::new());
    assert!(a.partition.take_due().isr);
    let plan = a.propose(start);
    assert_eq!(members(&plan), [1, 2]);
    assert_eq!(a.ends(), (1, 0), "until then C counts");
    let proposal = plan.proposal.clone().unwrap();
    let mut wakes = Vec::new();
    let again = (a.partition).on_isr_answer(now(start), &proposal, Ok(granted(&plan)), &mut wakes);
    assert_eq!((again, wakes), (false, vec![CLIENT]));
    assert_eq!(a.ends(), (1, 1));
}

#[test]
fn a_follower_that_has_everything_may_be_silent() {
    let [a, b, c] = trio(&settings(2, None));
    a.append(1, "x", true).unwrap();
    for ms in [2, 3] {
        b.fetch(ms, &a, 0).unwrap();
        c.fetch(ms, &a, 0).unwrap();
    }
    let due = a.isr_check().unwrap();
    a.partition.check_isr(due, now(60_000), &mut Vec::new());
    assert_eq!(members(&a.propose(60_000)), [0; 0]);
    assert_eq!(
        a.partition.take_due().check_isr_at,
        None,
        "nobody looks again"
    );
    // From the next append on it is expected to fetch.
    a.append(100_000, "y", true).unwrap();
    let due = a.isr_check().unwrap();
    assert_eq!(due, now(130_000).mono);
    b.fetch(100_001, &a, 0).unwrap();
    b.fetch(100_002, &a, 0).unwrap();
    a.partition.check_isr(due, now(130_000), &mut Vec::new());
    assert_eq!(members(&a.propose(130_000)), [1, 2]);
}

#[test]
fn a_follower_that_has_caught_up_joins_and_counts_as_soon_as_that_is_asked() {
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 0, 1, &[1]);
    a.append(2, "x", true).unwrap();
    assert_eq!(a.ends(), (1, 1));
    b.fetch(3, &a, 0).unwrap();
    assert_eq!(
        members(&a.propose(3)),
        [0; 0],
        "it lacks a committed record"
    );
    b.fetch(4, &a, 0).unwrap();
    assert!(a.partition.take_due().isr);
    let plan = a.propose(4);
    assert_eq!(members(&plan), [1, 2]);
    a.append(5, "y", true).unwrap();
    assert_eq!(a.ends(), (2, 1), "B counts already");
    assert_eq!(a.propose(6), plan, "what is not answered is asked again");
    let proposal = plan.proposal.clone().unwrap();
    let refused = Err(ErrorCode::INELIGIBLE_REPLICA);
    let again = (a.partition).on_isr_answer(now(7), &proposal, refused, &mut Vec::new());
    assert!(!again);
    assert_eq!(a.ends(), (2, 2), "it does not join");
}

#[test]
fn a_follower_that_has_everything_joins_although_it_is_silent() {
    let [a, b, c] = trio(&settings(1, None));
    a.append(1, "x", true).unwrap();
    for ms in [2, 3] {
        b.fetch(ms, &a, 0).unwrap();
        c.fetch(ms, &a, 0).unwrap();
    }
    // The controller has fenced both for a while, and their sessions have nothing to ask for.
    a.lead(10_000, 0, 1, &[1]);
    a.partition.unwatch(&c.watch, 0);
    assert_eq!(members(&a.propose(60_000)), [1, 2], "C has left");
    a.lead(60_001, 0, 2, &[1]);
    a.append(60_002, "y", true).unwrap();
    assert_eq!(members(&a.propose(120_000)), [0; 0], "B lacks a record");
}

#[test]
fn a_follower_that_the_controller_would_not_take_is_not_proposed() {
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 0, 1, &[1]);
    b.fetch(2, &a, 0).unwrap();
    let refuse = |id, epoch| {
        assert_eq!((id, epoch), (b.id, Some(BrokerEpoch(10))));
        false
    };
    let plan = a.partition.propose_isr(now(3), refuse, &mut Vec::new());
    assert_eq!((plan.proposal, &plan.not_eligible[..]), (None, &[b.id][..]));
}

#[test]
fn a_follower_that_was_fenced_joins_again_though_nothing_was_written_for_long() {
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 0, 1, &[1, 2]);
    a.append(2, "x", true).unwrap();
    b.fetch(3, &a, 0).unwrap();
    b.fetch(4, &a, 0).unwrap();
    a.lead(100_000, 0, 2, &[1]);
    assert!(a.partition.take_due().isr);
    let plan = (a.partition).propose_isr(now(100_000), |_, _| false, &mut Vec::new());
    assert_eq!((plan.proposal, &plan.not_eligible[..]), (None, &[b.id][..]));
    assert!(a.partition.think_about_isr().isr);
    assert_eq!(members(&a.propose(110_000)), [1, 2]);

    a.lead(120_000, 0, 3, &[1]);
    a.append(120_001, "y", true).unwrap();
    let later = 120_001 + u64::try_from(LAG.as_millis()).unwrap();
    assert_eq!(members(&a.propose(later)), [0; 0], "it lacks a record");
}

#[test]
fn a_follower_in_sight_of_the_end_is_waited_for_while_others_write() {
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 0, 1, &[1]);
    a.append(2, "1", true).unwrap();
    b.fetch(3, &a, 0).unwrap();
    // It had all that was committed when it was last answered; meanwhile there is more.
    a.append(4, "2", true).unwrap();
    assert_eq!(a.ends(), (2, 2));
    b.fetch(5, &a, 0).unwrap();
    a.append(6, "3", true).unwrap();
    assert_eq!(a.ends(), (3, 2));
    b.fetch(7, &a, 0).unwrap();
    assert_eq!(members(&a.propose(8)), [1, 2]);

    // Nobody waits for long.
    let [a, b, _] = trio(&settings(1, None));
    a.lead(1, 0, 1, &[1]);
    a.append(2, "1", true).unwrap();
    b.fetch(3, &a, 0).unwrap();
    a.append(4, "2", true).unwrap();
    b.fetch(5, &a, 0).unwrap();
    a.append(6, "3", true).unwrap();
    let due = a.isr_check().unwrap();
    assert!(due < now(2_000).mono, "{due:?}");
    let mut wakes = Vec::new();
    a.partition.check_isr(due, now(1_005), &mut wakes);
    assert_eq!((a.ends(), wakes), ((3, 3), vec![CLIENT]));
}

#[test]
fn what_is_known_of_followers_holds_while_the_epoch_does() {
    let [a, b, c] = trio(&settings(2, None));
    a.append(1, "x", true).unwrap();
    for ms in [2, 3] {
        b.fetch(ms, &a, 0).unwrap();
    }
    c.fetch(2, &a, 0).unwrap();
    let wakes = a.lead(4, 0, 1, &[1, 2]);
    assert_eq!((a.ends(), wakes), ((1, 1), vec![CLIENT]));
    a.append(5, "y", true).unwrap();
    a.lead(6, 1, 2, &[1, 2, 3]);
    assert_eq!(a.ends(), (2, 1), "in a new epoch nothing is known");
    assert_eq!(
        a.partition.is_acknowledged(LeaderEpoch(0), Offset(2)),
        Err(ErrorCode::NOT_LEADER_OR_FOLLOWER)
    );
}

#[test]
fn an_opening_that_comes_after_the_deletion_leaves_the_log_of_the_next_topic_of_the_name() {
    let settings = settings(1, None);
    let a = Replica::new(1, &settings);
    let plan = |replica: &Partition| a.store.plan(replica, now(0));
    let partition = |topic_id| {
        let id = TopicIdPartition {
            topic_id: Uuid([topic_id; 16]),
            ..id()
        };
        Partition::new(
            id,
            "t".into(),
            BrokerId(1),
            Arc::clone(&settings),
            Offset::ZERO,
        )
    };
    let [first, second] = [7, 8].map(partition);
    first.close(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, &mut Vec::new());
    plan(&second).unwrap();
    plan(&first).unwrap_err();
    let found = a.disk.read_dir(Path::new("/data")).unwrap();
    let strays = found.iter().filter(|entry| entry.name.contains("stray"));
    assert_eq!(strays.count(), 0, "{found:?}");
}
