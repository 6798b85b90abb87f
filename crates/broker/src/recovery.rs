//! Recovery after a stop that was not clean: the logs are checked in the background while the node serves already.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::Now;
use partition::Partition;

use crate::broker::Broker;
use crate::effects::Effects;

/// A recovery that is under way.
#[derive(Debug)]
pub(crate) struct Run {
    began: Duration,
}

impl Broker {
    /// Has the logs checked that were not closed cleanly. Requests for them wait until they are, and those that somebody asks
    /// for are checked first.
    pub(crate) fn recover(&self, now: Now, fx: &mut Effects) {
        let mut by_dir: BTreeMap<usize, Vec<Arc<Partition>>> = BTreeMap::new();
        let image = self.image();
        let manager = self.store.manager();
        for (name, known) in manager.partitions() {
            if !known.needs_recovery || !manager.dirs()[known.dir].is_online() {
                continue;
            }
            let topic = image.topics().by_name(&name.topic);
            let replica = topic.and_then(|topic| self.partitions.get(topic.id, name.partition));
            by_dir.entry(known.dir).or_default().extend(replica);
        }
        drop(manager);
        if by_dir.is_empty() {
            return;
        }
        *self.recovery.lock() = Some(Run { began: now.mono });
        for (dir, replicas) in by_dir {
            self.openings.open_in_turn(now, dir, replicas.into_iter());
        }
        self.report_recovery(now, fx);
    }

    /// Tells the operator what was recovered, once everything is.
    pub(crate) fn report_recovery(&self, now: Now, fx: &mut Effects) {
        let mut recovery = self.recovery.lock();
        if recovery.is_none() || !self.openings.is_background_done() {
            return;
        }
        let Some(run) = recovery.take() else { return };
        drop(recovery);
        let totals = self.store.recovered();
        let took = now.mono.saturating_sub(run.began).as_secs_f64();
        fx.reports.push(format!(
            "recovered {} partitions in {took:.3} s: {} bytes were checked, {} torn writes cut off",
            totals.partitions, totals.checked_bytes, totals.torn
        ));
    }
}
