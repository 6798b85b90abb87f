//! Work in the background: the care of logs (retention, syncs by time, rest, compaction) and checkpoints, the dead letter queues of share groups; and the deadlines of groups.
//!
//! One thread of the shell calls [`Broker::housekeeping`] when it is due, another [`Broker::group_timers`], so that no log
//! holds up a group; the simulator calls both. Only what is due is touched: see [`crate::care`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use model::Now;
use partition::{Due, Partition};
use storage::disk::DiskOp;
use storage::log_manager::Checkpoint;

use crate::broker::Broker;
use crate::effects::Effects;

/// Partitions that are tended in one call.
const TENDED_AT_ONCE: usize = 64;
/// Closed logs of an earlier life of the process are looked at for retention in steps of so many,
const LOOKS_AT_ONCE: usize = 32;
/// so far apart.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// A configured interval of 0 is no reason to do nothing else.
const SHORTEST_ROUND: Duration = Duration::from_millis(50);

/// When each kind of work is due next, on the clock of `Now::mono`.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// The high watermarks are written, because some have changed.
    checkpoint: Option<Duration>,
    /// With the next checkpoint from here on the other offsets are written as well.
    whole_checkpoint: Duration,
    /// Closed logs are looked at for the first time.
    first_look: FirstLook,
}

/// Closed logs about which retention knows nothing yet.
#[derive(Debug, Default)]
enum FirstLook {
    #[default]
    Pending,
    Planned(Duration),
    Running(Duration, VecDeque<Arc<Partition>>),
    Done,
}

impl Broker {
    /// Does what is due for logs; gives the time of the next call, if something is planned.
    pub fn housekeeping(&self, now: Now, fx: &mut Effects) -> Option<Duration> {
        let more = self.tend_logs(now, fx) | self.check_isrs(now, TENDED_AT_ONCE, fx);
        self.fetchers_on_time(now, fx);
        self.isrs_on_time(now);
        self.look_at_closed_logs(now);
        self.checkpoint_if_due(now, fx);
        let cleaning = self.clean_logs(now);
        let dead_letters = self.write_dead_letters(now, fx);
        self.end_turn(now, fx);
        if more {
            return Some(now.mono);
        }
        let rounds = self.rounds.lock();
        let look = match &rounds.first_look {
            FirstLook::Planned(at) | FirstLook::Running(at, _) => Some(*at),
            FirstLook::Pending | FirstLook::Done => None,
        };
        let due = [
            rounds.checkpoint,
            look,
            self.care.next(),
            cleaning,
            dead_letters,
            self.isr_changes.next_check(),
            self.isr_changes.next_request(),
            self.fetchers.next_deadline(),
        ];
        due.into_iter().flatten().min()
    }

    /// Handles the deadlines of groups that have passed; gives the time of the next call.
    pub fn group_timers(&self, now: Now, fx: &mut Effects) -> Option<Duration> {
        self.read_coordinators_again(now);
        let image = self.image();
        for shard in self.groups.all() {
            shard.on_time(self.logs(now), &image, fx);
        }
        for shard in self.transactions.all() {
            self.transactions_on_time(now, &shard, fx);
        }
        for shard in self.share_coordinators.all() {
            self.share_states_on_time(now, &shard, fx);
        }
        self.share_state_asks_on_time(now, fx);
        fx.wakes.extend(self.held_back.take_due(now));
        self.share_partitions_on_time(now, fx);
        self.end_turn(now, fx);
        let due = [
            self.groups.next_deadline(),
            self.transactions.next_deadline(),
            self.share_coordinators.next_deadline(),
            self.share_partitions.next_deadline(),
            self.share_state_asks.next_deadline(),
            self.held_back.next_deadline(),
            self.loading.next_deadline(),
        ];
        due.into_iter().flatten().min()
    }

    /// Takes in what a call on `replica` left to the care of logs.
    pub(crate) fn on_due(&self, now: Now, replica: &Arc<Partition>, due: Due, fx: &mut Effects) {
        if due == Due::default() {
            return;
        }
        if due.note {
            let config = self.effective.now();
            let log = &config.broker.log;
            let interval = log
                .high_watermark_checkpoint_interval
                .min(whole_checkpoint_interval(log));
            let mut rounds = self.rounds.lock();
            let at = now.mono + interval.max(SHORTEST_ROUND);
            let at = rounds.checkpoint.map_or(at, |planned| planned.min(at));
            rounds.checkpoint = Some(at);
            fx.wake_by(Some(at));
        }
        fx.wake_by(self.isr_changes.on_due(replica, due));
        fx.wake_by(self.care.on_due(Arc::clone(replica), due));
    }

    /// Whether more is due.
    fn tend_logs(&self, now: Now, fx: &mut Effects) -> bool {
        for _ in 0..TENDED_AT_ONCE {
            let Some((planned, replica)) = self.care.pop_due(now.mono) else {
                return false;
            };
            let tended = replica.tend(planned, self.logs(now), &mut fx.wakes);
            if !tended.removals.is_empty() {
                self.submit(DiskOp::Delete(tended.removals));
            }
            self.on_due(now, &replica, replica.take_due(), fx);
            if tended.must_open {
                self.open_in_turn(now, &replica);
            }
            if tended.wants_sync {
                fx.unsynced.push(replica);
            }
        }
        true
    }

    /// Opens a log to tend it, when it is its turn, if it has ever been written to.
    fn open_in_turn(&self, now: Now, replica: &Arc<Partition>) {
        let dir = self
            .store
            .manager()
            .get(&replica.name())
            .map(|known| known.dir);
        if let Some(dir) = dir {
            let replica = std::iter::once(Arc::clone(replica));
            self.openings.open_in_turn(now, dir, replica);
        }
    }

    /// Logs that were closed when the node started are opened once, slowly, to learn when retention lets go of something.
    fn look_at_closed_logs(&self, now: Now) {
        let mut rounds = self.rounds.lock();
        match &mut rounds.first_look {
            FirstLook::Pending => {
                let delay = self.effective.now().broker.log.initial_task_delay;
                rounds.first_look = FirstLook::Planned(now.mono + delay);
            }
            FirstLook::Planned(at) if *at <= now.mono => {
                let all = self.partitions.all().into_iter();
                let unknown = all.filter(|replica| replica.is_unknown()).collect();
                rounds.first_look = FirstLook::Running(now.mono, unknown);
            }
            FirstLook::Running(at, waiting) if *at <= now.mono => {
                *at = now.mono + LOOK_INTERVAL;
                let count = waiting.len().min(LOOKS_AT_ONCE);
                let turn: Vec<_> = waiting.drain(..count).collect();
                if waiting.is_empty() {
                    rounds.first_look = FirstLook::Done;
                }
                drop(rounds);
                // Some may have been used since.
                turn.iter()
                    .filter(|replica| replica.is_unknown())
                    .for_each(|replica| self.open_in_turn(now, replica));
            }
            FirstLook::Planned(_) | FirstLook::Running(..) | FirstLook::Done => {}
        }
    }

    fn checkpoint_if_due(&self, now: Now, fx: &mut Effects) {
        let config = self.effective.now();
        let mut rounds = self.rounds.lock();
        if rounds.checkpoint.is_none_or(|at| at > now.mono) {
            return;
        }
        let what = if rounds.whole_checkpoint <= now.mono {
            rounds.whole_checkpoint = now.mono + whole_checkpoint_interval(&config.broker.log);
            rounds.checkpoint = None;
            Checkpoint::Whole
        } else {
            // Though nothing changes any more, what has changed is to be in all of the files.
            rounds.checkpoint = Some(rounds.whole_checkpoint);
            Checkpoint::HighWatermarks
        };
        drop(rounds);
        for replica in self.care.take_changed() {
            replica.note_offsets(&self.store);
            // It may have changed again before it was looked at.
            self.on_due(now, &replica, replica.take_due(), fx);
        }
        self.checkpoints.start(&self.store, what);
    }
}

/// Recovery points and log start offsets are written together, so the more frequent one decides.
fn whole_checkpoint_interval(log: &config::LogConfig) -> Duration {
    log.recovery_point_checkpoint_interval
        .min(log.log_start_checkpoint_interval)
}
