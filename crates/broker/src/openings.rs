//! Logs that are being opened, each by jobs on IO threads, and the recovery of those that were not closed cleanly.
//!
//! One job looks at what there is of a log. If much of it has to be checked, more jobs check its segments side by side, and
//! the one that checks the last puts the log together:
//!
//! ```text
//!   request, background -> plan -+-> check segments ... -+-> installed in the partition, who waits is woken
//!                                +-- little to check ----+
//! ```
//!
//! A log that somebody waits for is opened at once. Those that nobody asks for (after a stop that was not clean; or to see what
//! retention does not keep) come one after another in the background, so many of each log directory at once as
//! `num.recovery.threads.per.data.dir` says, and are closed again.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Now, Ticket};
use parking_lot::Mutex;
use partition::{LogStore, Logs, OpenError, OpenFault, OpenWait, Partition, Readiness};
use storage::disk::{Disk, DiskDone, DiskOp};
use storage::errors::LogError;
use storage::log::{Log, RecoveredSegment, RecoveryJob, RecoveryPlan};
use storage::partition_metadata::read_topic_id;

/// Tokens of openings have this bit, so that the ends of other operations are told apart.
const OPENING_TOKEN: u64 = 1 << 61;
/// A log of which no more than this has to be checked is checked by one job.
const ALONE_BYTES: u64 = 32 << 20;

/// The openings in flight and those that wait for their turn.
#[derive(Debug)]
pub(crate) struct Openings {
    disk: Arc<dyn Disk>,
    store: Arc<LogStore>,
    /// Jobs of one log, and logs of one directory in the background, that run at once.
    threads: usize,
    next_token: AtomicU64,
    in_flight: Mutex<BTreeMap<u64, Arc<Opening>>>,
    background: Mutex<BTreeMap<usize, Lane>>,
}

/// The background's openings in one log directory.
#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Arc<Partition>>,
    running: usize,
}

#[derive(Debug)]
struct Opening {
    replica: Arc<Partition>,
    /// The lane in which it runs, if nobody asked for it.
    lane: Option<usize>,
    work: Mutex<Work>,
}

#[derive(Debug, Default)]
struct Work {
    plan: Option<RecoveryPlan>,
    todo: VecDeque<(usize, RecoveryJob)>,
    found: Vec<Option<RecoveredSegment>>,
    /// Segments that were not checked yet.
    left: usize,
    fault: Option<OpenFault>,
    /// More jobs are to be submitted.
    wants_help: bool,
    outcome: Option<Result<Box<Log>, OpenFault>>,
    /// The outcome was taken.
    has_ended: bool,
}

/// An opening that has ended.
#[derive(Debug)]
pub(crate) struct Opened {
    pub replica: Arc<Partition>,
    /// Nobody asked for it: it is to be tended and closed again.
    pub is_background: bool,
    /// The replica was given up meanwhile: what was made of the log is to be removed.
    pub is_orphan: bool,
}

impl Openings {
    /// None yet; `threads` is `num.recovery.threads.per.data.dir`.
    pub fn new(disk: Arc<dyn Disk>, store: Arc<LogStore>, threads: usize) -> Self {
        Self {
            disk,
            store,
            threads: threads.max(1),
            next_token: AtomicU64::new(OPENING_TOKEN),
            in_flight: Mutex::default(),
            background: Mutex::default(),
        }
    }

    /// Whether `token` is that of an opening.
    pub fn is_opening(token: u64) -> bool {
        token & OPENING_TOKEN != 0
    }

    /// Opens those of `replicas` that are not open. `true` if there are any: then `ticket` is woken when all are open, or
    /// are known not to be.
    pub fn must_wait<'p>(
        &self,
        now: Now,
        replicas: impl Iterator<Item = &'p Arc<Partition>>,
        ticket: Ticket,
    ) -> bool {
        let mut wait = None;
        for replica in replicas.filter(|replica| !replica.is_ready(now)) {
            let wait = wait.get_or_insert_with(|| OpenWait::new(ticket));
            if replica.when_open(now, wait) == Readiness::MustOpen {
                self.start(now, replica, None);
            }
        }
        wait.is_some_and(|wait| !wait.finish_one())
    }

    /// Opens a log that nobody waits for, at once.
    pub fn open(&self, now: Now, replica: &Arc<Partition>) {
        if replica.begin_open(now) {
            self.start(now, replica, None);
        }
    }

    /// Opens logs that nobody asks for, when it is their turn; `lane` is the number of their log directory.
    pub fn open_in_turn(
        &self,
        now: Now,
        lane: usize,
        replicas: impl Iterator<Item = Arc<Partition>>,
    ) {
        let mut lanes = self.background.lock();
        lanes.entry(lane).or_default().waiting.extend(replicas);
        drop(lanes);
        self.run_lane(now, lane);
    }

    /// Whether nothing waits for its turn any more.
    pub fn is_background_done(&self) -> bool {
        let lanes = self.background.lock();
        lanes
            .values()
            .all(|lane| lane.waiting.is_empty() && lane.running == 0)
    }

    /// Takes in the end of a job.
    pub fn on_done(&self, now: Now, done: DiskDone, wakes: &mut Vec<Ticket>) -> Option<Opened> {
        let opening = self.in_flight.lock().remove(&done.token)?;
        if let Err(error) = done.result {
            opening.give_up(&self.store, error);
        }
        let mut work = opening.work.lock();
        if std::mem::take(&mut work.wants_help) {
            let jobs = self.threads.min(work.todo.len());
            drop(work);
            for _ in 0..jobs {
                let opening = Arc::clone(&opening);
                self.submit(&Arc::clone(&opening), move |store| opening.check(store));
            }
            return None;
        }
        let outcome = work.outcome.take()?;
        work.has_ended = true;
        drop(work);
        let replica = Arc::clone(&opening.replica);
        let installed = self.install(now, &replica, outcome, wakes);
        if let Some(lane) = opening.lane {
            if let Some(lane) = self.background.lock().get_mut(&lane) {
                lane.running -= 1;
            }
            self.run_lane(now, lane);
        }
        Some(Opened {
            replica,
            is_background: opening.lane.is_some(),
            is_orphan: !installed,
        })
    }

    fn install(
        &self,
        now: Now,
        replica: &Partition,
        outcome: Result<Box<Log>, OpenFault>,
        wakes: &mut Vec<Ticket>,
    ) -> bool {
        let result = match outcome {
            Ok(log) => Ok(log),
            // Where nobody wants the log any more its absence is no fault.
            Err(_) if replica.is_gone() => return true,
            Err(fault) => Err(OpenError {
                is_damage: matches!(&fault, OpenFault::Log(error) if !error.is_disk()),
                error: self.store.on_open_fault(&replica.name(), &fault),
            }),
        };
        replica.on_opened(now, result, wakes)
    }

    fn run_lane(&self, now: Now, number: usize) {
        let mut lanes = self.background.lock();
        let Some(lane) = lanes.get_mut(&number) else {
            return;
        };
        let mut turn = Vec::new();
        while lane.running < self.threads
            && let Some(replica) = lane.waiting.pop_front()
        {
            if replica.begin_open(now) {
                lane.running += 1;
                turn.push(replica);
            }
        }
        drop(lanes);
        for replica in turn {
            self.start(now, &replica, Some(number));
        }
    }

    fn start(&self, now: Now, replica: &Arc<Partition>, lane: Option<usize>) {
        let opening = Arc::new(Opening {
            replica: Arc::clone(replica),
            lane,
            work: Mutex::default(),
        });
        let job = Arc::clone(&opening);
        self.submit(&opening, move |store| job.plan(store, now));
    }

    fn submit(&self, opening: &Arc<Opening>, job: impl FnOnce(&LogStore) + Send + 'static) {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        self.in_flight.lock().insert(token, Arc::clone(opening));
        let store = Arc::clone(&self.store);
        let job = move || {
            job(&store);
            Ok(())
        };
        self.disk.submit(DiskOp::Job(Box::new(job)), token);
    }
}

impl Opening {
    /// Looks at the log, and opens it if little has to be checked.
    fn plan(&self, store: &LogStore, now: Now) {
        let mut work = self.work.lock();
        match store.plan(&self.replica, now) {
            Err(fault) => work.outcome = Some(Err(fault)),
            Ok(mut plan) => {
                let jobs = plan.take_jobs();
                let bytes: u64 = jobs.iter().map(RecoveryJob::bytes).sum();
                work.left = jobs.len();
                work.found = jobs.iter().map(|_| None).collect();
                work.todo = jobs.into_iter().enumerate().collect();
                work.plan = Some(plan);
                work.wants_help = work.todo.len() > 1 && bytes > ALONE_BYTES;
                let waits = work.wants_help;
                drop(work);
                if !waits {
                    self.check(store);
                }
            }
        }
    }

    /// Checks segments until none is left; who checks the last puts the log together.
    fn check(&self, store: &LogStore) {
        loop {
            let mut work = self.work.lock();
            let Some((number, job)) = work.todo.pop_front() else {
                if work.left == 0 {
                    self.finish(store, &mut work);
                }
                return;
            };
            drop(work);
            let checked = job.run();
            let mut work = self.work.lock();
            work.left -= 1;
            match checked {
                Ok(segment) => work.found[number] = Some(segment),
                Err(error) => {
                    work.fault.get_or_insert(error.into());
                }
            }
        }
    }

    /// The disk has refused a job, so that its part is not done.
    fn give_up(&self, store: &LogStore, source: io::Error) {
        let name = self.replica.name();
        let path = store.manager().path_of(&name);
        // A log that is to be made has no directory yet.
        let path = path.unwrap_or_else(|| name.to_string().into());
        let mut work = self.work.lock();
        if work.has_ended {
            return;
        }
        work.todo.clear();
        work.plan = None;
        work.wants_help = false;
        work.outcome = Some(Err(LogError::Disk { path, source }.into()));
    }

    fn finish(&self, store: &LogStore, work: &mut Work) {
        let Some(plan) = work.plan.take() else {
            return;
        };
        let found = std::mem::take(&mut work.found).into_iter().flatten();
        work.outcome = Some(match work.fault.take() {
            Some(fault) => Err(fault),
            None => store
                .finish(&self.replica.name(), plan, found.collect())
                .map(Box::new),
        });
    }
}

/// Removes what was made of the log of a partition that was deleted while it was being opened, if that is what lies under its
/// name: it may be another topic's of the same name by now.
pub(crate) fn remove_orphan(logs: Logs<'_>, replica: &Partition, mark: u128) -> Option<DiskOp> {
    if !replica.is_gone() {
        return None;
    }
    let mut manager = logs.store.manager();
    let path = manager.path_of(&replica.name())?;
    let found = read_topic_id(&**manager.files().disk(), &path)
        .ok()
        .flatten();
    let topic_id = replica.id().topic_id;
    if found != Some(topic_id) {
        return None;
    }
    let renamed = manager.delete_partition(&replica.name(), topic_id, mark);
    renamed.ok().map(|path| DiskOp::Delete(vec![path]))
}
