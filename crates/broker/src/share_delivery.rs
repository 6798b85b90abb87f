//! What a member of a share group is given of a partition.

use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset};
use partition::{FetchFrom, NoRead, OffsetQuery, Partition, Watch};
use share::{Acquired, SharePartition, Wanted};
use storage::disk::FileSlice;

use crate::broker::Broker;
use crate::share_fetched::{Stopped, Walk};
use crate::share_terms::Terms;

/// Reads in one look that found nothing for the group to see.
const MAX_READS: usize = 16;

/// What a member fetches of one partition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FetchWanted {
    /// Most bytes of records.
    pub max_bytes: usize,
    /// Whether one batch is returned even if it is larger.
    pub min_one_batch: bool,
    /// How many records.
    pub wanted: Wanted,
    /// Whether the answer may wait for the device.
    pub may_wait: bool,
    /// Only how many bytes there are is asked, up to so many.
    pub only_looks: Option<usize>,
}

/// What a look at a share partition found.
#[derive(Debug)]
pub(crate) enum Look {
    /// Nothing yet; look again at a change, or at a time.
    Nothing(Option<Duration>),
    /// The log is not open.
    NotOpen,
    /// These bytes have to be brought into memory first.
    Cold(FileSlice),
    /// Kafka's error.
    Refused(ErrorCode),
    /// So many bytes.
    Bytes(usize),
    /// Records that the member has from here on, and the batches that hold them.
    Records(FileSlice, Vec<Acquired>),
}

impl FetchWanted {
    fn at_offset(&self, offset: i64, leader_epoch: i32, terms: &Terms) -> FetchFrom {
        FetchFrom {
            offset: Offset(offset),
            current_leader_epoch: Some(LeaderEpoch(leader_epoch)),
            last_fetched_epoch: None,
            max_bytes: self.max_bytes,
            min_one_batch: self.min_one_batch,
            isolation: terms.isolation,
            may_wait: self.may_wait,
            may_follow: false,
        }
    }
}

impl Broker {
    /// Reads from where the group goes on, and gives the member what it may have of it.
    pub(crate) fn deliver(
        &self,
        now: Now,
        (replica, partition): (&Partition, &mut SharePartition),
        member: &Arc<str>,
        watch: (&Arc<Watch>, u32),
        (wanted, terms): (&FetchWanted, &Terms),
    ) -> Look {
        for _ in 0..MAX_READS {
            if !partition.can_acquire(&terms.limits) {
                return Look::Nothing(None);
            }
            let offset = partition.next_fetch_offset();
            let from = wanted.at_offset(offset, partition.leader_epoch(), terms);
            let read = match replica.read(self.logs(now), &from, Some(watch)) {
                Ok(read) => read,
                Err(NoRead::NotOpen) => return Look::NotOpen,
                Err(NoRead::Cold(slice)) => return Look::Cold(slice),
                Err(NoRead::Refused(ErrorCode::OFFSET_OUT_OF_RANGE)) => {
                    match self.skip_to_log_start(now, replica, partition, terms) {
                        Ok(true) => continue,
                        Ok(false) => return Look::Refused(ErrorCode::OFFSET_OUT_OF_RANGE),
                        Err(error) => return Look::Refused(error),
                    }
                }
                Err(NoRead::Refused(error)) => return Look::Refused(error),
            };
            partition.on_log_start(read.log_start_offset.0);
            let Some(slice) = read.slice else {
                return Look::Nothing(None);
            };
            let offsets = offset..read.high_watermark.0;
            let mut batches = Walk::new(slice, read.aborted, offsets, wanted.may_wait);
            if let Some(enough) = wanted.only_looks {
                let bytes = batches.visible_bytes(enough);
                return cut_short(&mut batches).unwrap_or(Look::Bytes(bytes));
            }
            let acquired =
                partition.acquire(now.mono, member, wanted.wanted, &mut batches, &terms.limits);
            if let Some(slice) = acquired
                .first()
                .zip(acquired.last())
                .and_then(|(first, last)| batches.slice(first.first, last.last))
            {
                return Look::Records(slice, acquired);
            }
            if let Some(look) = cut_short(&mut batches) {
                return look;
            }
            if batches.is_empty() || partition.next_fetch_offset() <= offset {
                return Look::Nothing(None);
            }
        }
        Look::Nothing(Some(now.mono))
    }

    /// Retention has overtaken the group; whether that is why nothing could be read.
    fn skip_to_log_start(
        &self,
        now: Now,
        replica: &Partition,
        partition: &mut SharePartition,
        terms: &Terms,
    ) -> Result<bool, ErrorCode> {
        let earliest = self.with_codecs(|codecs| {
            let query = OffsetQuery::Earliest;
            replica.list_offset(self.logs(now), codecs, query, None, terms.isolation)
        })?;
        let before = partition.next_fetch_offset();
        partition.on_log_start(earliest.offset.map_or(0, |offset| offset.0));
        Ok(partition.next_fetch_offset() > before)
    }
}

/// Why what was read did not suffice, if it was not for its end.
fn cut_short(batches: &mut Walk) -> Option<Look> {
    batches.stopped().map(|stopped| match stopped {
        Stopped::Cold(slice) => Look::Cold(slice),
        Stopped::Failed => Look::Refused(ErrorCode::KAFKA_STORAGE_ERROR),
    })
}
