//! Work in the background: retention, checkpoints, syncs by time, deadlines of groups.
//!
//! One thread of the shell calls [`Broker::housekeeping`] when it is due; the simulator does the same.

use std::time::Duration;

use model::Now;
use storage::disk::DiskOp;

use crate::broker::Broker;
use crate::effects::Effects;

/// How often logs are looked at for syncs and removals that are due by time.
const LOG_ROUND: Duration = Duration::from_millis(500);

/// A configured interval of 0 is no reason to do nothing else.
const SHORTEST_ROUND: Duration = Duration::from_millis(50);

/// When each kind of work is due next, on the clock of `Now::mono`.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    has_begun: bool,
    retention: Duration,
    checkpoints: Duration,
    logs: Duration,
}

impl Rounds {
    /// `log.initial.task.delay.ms`: a start is not the time to delete old segments.
    fn wait_first(&mut self, now: Now, delay: Duration) {
        if !self.has_begun {
            self.has_begun = true;
            self.retention = now.mono + delay;
        }
    }
}

impl Broker {
    /// Does what is due; gives the time of the next call.
    pub fn housekeeping(&self, now: Now, fx: &mut Effects) -> Duration {
        let config = self.effective.now();
        let log = &config.broker.log;
        self.rounds.lock().wait_first(now, log.initial_task_delay);
        if self.is_due(now, log.retention_check_interval, |rounds| {
            &mut rounds.retention
        }) {
            self.delete_old_segments(now, fx);
        }
        // The files are written together, so the most frequent one decides.
        let checkpoints = log
            .high_watermark_checkpoint_interval
            .min(log.recovery_point_checkpoint_interval)
            .min(log.log_start_checkpoint_interval)
            .max(SHORTEST_ROUND);
        if self.is_due(now, checkpoints, |rounds| &mut rounds.checkpoints) {
            self.write_checkpoints();
        }
        if self.is_due(now, LOG_ROUND, |rounds| &mut rounds.logs) {
            self.tend_logs(now, fx);
        }
        self.read_groups_again(now);
        for shard in self.groups.all() {
            shard.on_time(self.logs(now), fx);
        }
        self.report_notes(fx);
        self.end_turn(fx);
        let rounds = self.rounds.lock();
        let due = [rounds.retention, rounds.checkpoints, rounds.logs];
        due.into_iter()
            .chain(self.groups.next_deadline())
            .chain(self.loading.next_deadline())
            .min()
            .expect("there are three rounds")
    }

    fn is_due(
        &self,
        now: Now,
        interval: Duration,
        round: impl FnOnce(&mut Rounds) -> &mut Duration,
    ) -> bool {
        let mut rounds = self.rounds.lock();
        let due = round(&mut rounds);
        if *due > now.mono {
            return false;
        }
        *due = now.mono + interval;
        true
    }

    fn delete_old_segments(&self, now: Now, fx: &mut Effects) {
        for replica in self.partitions.all() {
            replica.delete_old_segments(self.logs(now), &mut fx.wakes);
        }
    }

    fn tend_logs(&self, now: Now, fx: &mut Effects) {
        for replica in self.partitions.all() {
            let removals = replica.take_removals(now);
            if !removals.is_empty() {
                self.submit(DiskOp::Delete(removals));
            }
            if replica.needs_sync(now) {
                fx.unsynced.push(replica);
            }
        }
    }

    /// Hands the offsets of all open logs to the checkpoint files.
    pub(crate) fn write_checkpoints(&self) {
        for replica in self.partitions.all() {
            replica.note_offsets(&self.store);
        }
        let manager = self.store.manager();
        let ops: Vec<_> = (0..manager.dirs().len())
            .filter_map(|dir| manager.checkpoint_op(dir))
            .collect();
        drop(manager);
        for op in ops {
            self.submit(op);
        }
    }

    fn report_notes(&self, fx: &mut Effects) {
        for note in self.store.take_notes() {
            fx.reports.push(note.to_string());
        }
    }
}
