//! The cleaner: which logs are compacted when, and how fast.
//!
//! Every `log.cleaner.backoff.ms` (and after each run) the logs of compacted topics are looked at, and the filthiest is taken up, so
//! many at once as `log.cleaner.threads` says. A run (`storage::cleaner`) is a chain of operations, each of which ends as an event:
//!
//! ```text
//!   step -> step -> .. -> sync of the new segment -> installed -> step -> .. -> sync of the names -> checkpoint
//! ```
//!
//! A step works on few megabytes, so that other jobs of the IO threads get their turn, and begins no earlier than
//! `log.cleaner.io.max.bytes.per.second` allows.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::{Now, Offset, TopicIdPartition};
use parking_lot::Mutex;
use partition::{Partition, ToClean};
use storage::cleaner::{CleanedSegment, CleanerBuffers, Cleaning, HashKey, Step};
use storage::disk::{Disk, DiskDone, DiskOp};
use storage::errors::LogError;
use storage::log_manager::Checkpoint;

use crate::broker::Broker;
use crate::effects::Effects;

/// Tokens of the cleaner's operations have this bit, so that the ends of other operations are told apart.
const CLEANER_TOKEN: u64 = 1 << 59;
/// Bytes that a step reads and writes, about.
const STEP_BYTES: u64 = 4 << 20;
/// A step is no longer than what may be moved in this time.
const STEP_TIME: Duration = Duration::from_millis(100);
/// Nor shorter than this.
const LEAST_STEP: u64 = 16 << 10;
/// A log that could not be cleaned because the disk is full is tried again after so long.
const RETRY_FULL: Duration = Duration::from_secs(60);
/// A pause between two steps that `log.cleaner.io.max.bytes.per.second` asks for is no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Looking for work is never more frequent, whatever `log.cleaner.backoff.ms` says.
const LEAST_BACKOFF: Duration = Duration::from_millis(10);

/// The logs of compacted topics and the runs over them.
#[derive(Debug)]
pub(crate) struct Cleaner {
    disk: Arc<dyn Disk>,
    secret: HashKey,
    next_token: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    compacted: BTreeMap<TopicIdPartition, Arc<Partition>>,
    /// Not taken up before this time; `Duration::MAX` for not before the next start.
    refused: BTreeMap<TopicIdPartition, Duration>,
    /// Runs of which an operation is under way, by its token.
    under_way: BTreeMap<u64, Work>,
    /// Runs that go on at a time.
    paced: Vec<(Duration, Work)>,
    /// When there is a look for work again.
    look_at: Option<Duration>,
    /// What was read and written so far is paid for up to this time.
    paid_until: Duration,
}

#[derive(Debug)]
struct Work {
    replica: Arc<Partition>,
    run: Arc<Mutex<Run>>,
    stage: Stage,
}

#[derive(Debug)]
struct Run {
    cleaning: Cleaning,
    outcome: Option<Result<(Step, u64), LogError>>,
}

/// Which operation is under way.
#[derive(Debug)]
enum Stage {
    Step,
    /// The sync of a segment that is to be installed.
    Segment(Box<CleanedSegment>),
    /// The sync of the names of all new segments, with which the log is clean up to here.
    Names(Offset),
    /// The removal of what a run has left that is given up, and why it is.
    Removal(Option<LogError>),
}

impl Cleaner {
    /// Nothing to clean yet.
    pub fn new(disk: Arc<dyn Disk>, secret: HashKey) -> Self {
        Self {
            disk,
            secret,
            next_token: AtomicU64::new(CLEANER_TOKEN),
            state: Mutex::default(),
        }
    }

    /// Whether `token` is that of an operation of the cleaner.
    pub fn is_cleaning(token: u64) -> bool {
        token & CLEANER_TOKEN != 0
    }

    /// The configurations of a replica are new: it is looked after if its topic is compacted. Gives the time of the next look.
    pub fn on_config(&self, replica: &Arc<Partition>, first_look: Duration) -> Option<Duration> {
        let mut state = self.state.lock();
        let id = replica.id();
        state.refused.remove(&id);
        if !replica.is_compacted() {
            state.compacted.remove(&id);
            return None;
        }
        state.compacted.insert(id, Arc::clone(replica));
        Some(*state.look_at.get_or_insert(first_look))
    }

    /// The replica is gone.
    pub fn forget(&self, id: TopicIdPartition) {
        let mut state = self.state.lock();
        state.compacted.remove(&id);
        state.refused.remove(&id);
    }

    /// Those that may be taken up.
    fn candidates(&self, now: Now) -> Vec<Arc<Partition>> {
        let mut state = self.state.lock();
        state.refused.retain(|_, until| *until > now.mono);
        let may = |id: &TopicIdPartition| !state.refused.contains_key(id);
        let candidates = state.compacted.iter().filter(|(id, _)| may(id));
        candidates.map(|(_, replica)| Arc::clone(replica)).collect()
    }

    /// Runs that have not ended.
    fn running(&self) -> usize {
        let state = self.state.lock();
        state.under_way.len() + state.paced.len()
    }

    fn submit(&self, work: Work, op: DiskOp) {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        self.state.lock().under_way.insert(token, work);
        self.disk.submit(op, token);
    }

    /// Lets a run go on, when its time has come; gives that time if it is later.
    fn go_on(&self, now: Now, work: Work, rate: f64) -> Option<Duration> {
        let mut state = self.state.lock();
        let at = state.paid_until;
        if at > now.mono {
            state.paced.push((at, work));
            return Some(at);
        }
        drop(state);
        self.step(work, rate);
        None
    }

    fn step(&self, work: Work, rate: f64) {
        let work = Work {
            stage: Stage::Step,
            ..work
        };
        let budget = (rate * STEP_TIME.as_secs_f64()).clamp(LEAST_STEP as f64, STEP_BYTES as f64);
        let run = Arc::clone(&work.run);
        let job = move || {
            let mut run = run.lock();
            run.outcome = Some(run.cleaning.step(budget as u64));
            Ok(())
        };
        self.submit(work, DiskOp::Job(Box::new(job)));
    }

    /// Takes account of what was read and written.
    fn pay(&self, now: Now, bytes: u64, rate: f64) {
        let mut state = self.state.lock();
        let time = Duration::try_from_secs_f64(bytes as f64 / rate).unwrap_or(LONGEST_PAUSE);
        state.paid_until = state.paid_until.max(now.mono) + time;
    }

    /// Takes the runs that go on now.
    fn take_paced(&self, now: Now) -> Vec<Work> {
        let mut state = self.state.lock();
        let (due, later): (Vec<_>, _) = std::mem::take(&mut state.paced)
            .into_iter()
            .partition(|(at, _)| *at <= now.mono);
        state.paced = later;
        due.into_iter().map(|(_, work)| work).collect()
    }

    fn next(&self) -> Option<Duration> {
        let state = self.state.lock();
        let paced = state.paced.iter().map(|(at, _)| *at);
        paced.chain(state.look_at).min()
    }
}

impl Broker {
    /// Takes up what is due of the cleaner's work; gives the time of the next call, if something is planned.
    pub(crate) fn clean_logs(&self, now: Now) -> Option<Duration> {
        let config = self.effective.now();
        let log = &config.broker.log;
        if !log.cleaner_enable {
            return None;
        }
        for work in self.cleaner.take_paced(now) {
            self.cleaner.step(work, log.cleaner_io_max_bytes_per_second);
        }
        let is_due = |at: Duration| at <= now.mono;
        if self.cleaner.state.lock().look_at.is_some_and(is_due) {
            while self.cleaner.running() < log.cleaner_threads as usize
                && self.clean_filthiest(now, log)
            {}
            let backoff = log.cleaner_backoff.max(LEAST_BACKOFF);
            let mut state = self.cleaner.state.lock();
            state.look_at = Some(now.mono + backoff).filter(|_| !state.compacted.is_empty());
        }
        self.cleaner.next()
    }

    /// Begins to clean the log with the highest dirty ratio of those that are due; `false` if none is.
    fn clean_filthiest(&self, now: Now, log: &config::LogConfig) -> bool {
        let mut filthiest: Option<(f64, Arc<Partition>)> = None;
        for replica in self.cleaner.candidates(now) {
            match replica.to_clean(self.logs(now)) {
                ToClean::Nothing => {}
                ToClean::MustOpen => self.openings.open(now, &replica),
                ToClean::Due(cleanable) => {
                    let ratio = cleanable.dirty_ratio();
                    if filthiest.as_ref().is_none_or(|(most, _)| ratio > *most) {
                        filthiest = Some((ratio, replica));
                    }
                }
            }
        }
        let Some((_, replica)) = filthiest else {
            return false;
        };
        let threads = log.cleaner_threads.max(1);
        let buffers = CleanerBuffers {
            map_bytes: log.cleaner_dedupe_buffer_bytes / u64::from(threads),
            io_bytes: (log.cleaner_io_buffer_bytes / threads) as usize,
            secret: self.cleaner.secret,
        };
        let Some(cleaning) = replica.begin_cleaning(self.logs(now), buffers) else {
            return false;
        };
        let run = Run {
            cleaning,
            outcome: None,
        };
        let work = Work {
            replica,
            run: Arc::new(Mutex::new(run)),
            stage: Stage::Step,
        };
        self.cleaner.step(work, log.cleaner_io_max_bytes_per_second);
        true
    }

    /// Takes in the end of one of the cleaner's operations.
    pub(crate) fn on_cleaning_done(&self, now: Now, done: DiskDone, fx: &mut Effects) {
        let Some(work) = self.cleaner.state.lock().under_way.remove(&done.token) else {
            return;
        };
        let replica = Arc::clone(&work.replica);
        match done.result {
            Err(source) => {
                let path = self.path_of(&replica);
                self.after_failure(now, work, LogError::Disk { path, source });
            }
            Ok(()) => self.after_stage(now, work, fx),
        }
        self.on_due(now, &replica, replica.take_due(), fx);
    }

    /// An operation failed; that of the removal is not worth another.
    fn after_failure(&self, now: Now, work: Work, error: LogError) {
        match work.stage {
            Stage::Removal(why) => self.end_given_up(now, &work.replica, &work.run, why),
            Stage::Step | Stage::Segment(_) | Stage::Names(_) => {
                self.give_up_cleaning(work, Some(error));
            }
        }
    }

    fn after_stage(&self, now: Now, mut work: Work, fx: &mut Effects) {
        let rate = self
            .effective
            .now()
            .broker
            .log
            .cleaner_io_max_bytes_per_second;
        match std::mem::replace(&mut work.stage, Stage::Step) {
            Stage::Step => self.after_step(now, work, rate, fx),
            Stage::Segment(segment) => {
                match work.replica.install_cleaned(self.logs(now), *segment) {
                    Ok(true) => fx.wake_by(self.cleaner.go_on(now, work, rate)),
                    // A failure of the disk is among the notes.
                    Ok(false) | Err(_) => self.give_up_cleaning(work, None),
                }
            }
            Stage::Names(upto) => {
                let run = work.run.lock();
                (work.replica).end_cleaning(self.logs(now), &run.cleaning, Some(upto));
                self.checkpoints.start(&self.store, Checkpoint::Whole);
                // Another may be waiting.
                let mut state = self.cleaner.state.lock();
                state.look_at = state.look_at.map(|at| at.min(now.mono));
                fx.wake_by(state.look_at);
            }
            Stage::Removal(why) => self.end_given_up(now, &work.replica, &work.run, why),
        }
    }

    fn after_step(&self, now: Now, mut work: Work, rate: f64, fx: &mut Effects) {
        let outcome = work.run.lock().outcome.take();
        let (step, moved) = match outcome {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => return self.give_up_cleaning(work, Some(error)),
            None => return self.give_up_cleaning(work, None),
        };
        self.cleaner.pay(now, moved, rate);
        match step {
            Step::More => fx.wake_by(self.cleaner.go_on(now, work, rate)),
            Step::Cleaned(segment) => {
                let op = sync(segment.files(), Vec::new());
                work.stage = Stage::Segment(segment);
                self.cleaner.submit(work, op);
            }
            Step::Done(upto) => {
                let op = sync(Vec::new(), vec![self.path_of(&work.replica)]);
                work.stage = Stage::Names(upto);
                self.cleaner.submit(work, op);
            }
        }
    }

    /// Ends a run before its end; what it has installed stays, and what it was writing is removed before another may begin.
    fn give_up_cleaning(&self, mut work: Work, why: Option<LogError>) {
        let leftovers = work.run.lock().cleaning.leftovers();
        work.stage = Stage::Removal(why);
        self.cleaner.submit(work, DiskOp::Delete(leftovers));
    }

    fn end_given_up(&self, now: Now, replica: &Partition, run: &Mutex<Run>, why: Option<LogError>) {
        replica.end_cleaning(self.logs(now), &run.lock().cleaning, None);
        let Some(error) = why else { return };
        let until = match &error {
            LogError::Disk { .. } if !error.is_disk_failure() => now.mono + RETRY_FULL,
            _ => Duration::MAX,
        };
        self.cleaner
            .state
            .lock()
            .refused
            .insert(replica.id(), until);
        replica.on_cleaning_fault(self.logs(now), &error);
    }

    /// The directory of a replica.
    fn path_of(&self, replica: &Partition) -> PathBuf {
        let name = replica.name();
        let path = self.store.manager().path_of(&name);
        path.unwrap_or_else(|| name.to_string().into())
    }
}

fn sync(files: Vec<Arc<dyn storage::disk::DiskFile>>, dirs: Vec<PathBuf>) -> DiskOp {
    DiskOp::Sync {
        files,
        writes: Vec::new(),
        refused: None,
        dirs,
    }
}
