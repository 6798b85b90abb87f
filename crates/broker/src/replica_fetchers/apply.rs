//! Taking over what leaders have answered, on an IO thread: appends, cuts and the opening of logs may wait for the device.

use std::sync::Arc;

use bytes::Bytes;
use model::{LeaderEpoch, Now, Offset, Ticket, TopicIdPartition};
use parking_lot::Mutex;
use partition::{Fetched, LogStore, Logs, NoReplication, Partition, Replicated};
use storage::disk::DiskOp;

/// What a leader has answered about one partition.
#[derive(Debug)]
pub(super) struct Item {
    pub id: TopicIdPartition,
    pub partition: Arc<Partition>,
    /// In which the leader was asked.
    pub epoch: LeaderEpoch,
    pub work: Work,
}

/// What has to be done.
#[derive(Debug)]
pub(super) enum Work {
    /// Records, asked for from `offset` on.
    Take {
        offset: Offset,
        records: Bytes,
        high_watermark: Offset,
        log_start: Offset,
    },
    /// The logs part.
    CutToCommon(LeaderEpoch, Offset),
    /// The leader's log ends here, before this one.
    CutTo(Offset),
    /// The leader's log starts here, perhaps beyond the end of this one.
    StartAt(Offset),
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Done {
    pub id: TopicIdPartition,
    pub epoch: LeaderEpoch,
    pub result: Result<Replicated, NoReplication>,
}

/// What a job has done, for whoever takes in its end.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub done: Vec<Done>,
    pub wakes: Vec<Ticket>,
}

/// Makes a job of `items`.
pub(super) fn job(
    store: &Arc<LogStore>,
    now: Now,
    items: Vec<Item>,
) -> (DiskOp, Arc<Mutex<Outcome>>) {
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let (store, result) = (Arc::clone(store), Arc::clone(&outcome));
    let job = move || {
        let logs = Logs { store: &store, now };
        let mut outcome = result.lock();
        let Outcome { done, wakes } = &mut *outcome;
        for item in items {
            let result = item.apply(logs, wakes);
            done.push(Done {
                id: item.id,
                epoch: item.epoch,
                result,
            });
        }
        Ok(())
    };
    (DiskOp::Urgent(Box::new(job)), outcome)
}

impl Item {
    fn apply(&self, logs: Logs<'_>, wakes: &mut Vec<Ticket>) -> Result<Replicated, NoReplication> {
        let (partition, epoch) = (&self.partition, self.epoch);
        match &self.work {
            Work::Take {
                offset,
                records,
                high_watermark,
                log_start,
            } => {
                let fetched = Fetched {
                    epoch,
                    offset: *offset,
                    records,
                    high_watermark: *high_watermark,
                    log_start: *log_start,
                };
                partition.replicate(logs, &fetched, wakes)
            }
            Work::CutToCommon(common, end) => {
                partition.cut_to_common(logs, epoch, (*common, *end), wakes)
            }
            Work::CutTo(end) => partition.cut_to(logs, epoch, *end, wakes),
            Work::StartAt(start) => partition.start_at(logs, epoch, *start, wakes),
        }
    }
}
