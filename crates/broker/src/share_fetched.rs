//! Record batches that were read for a share group: where they lie, and whether the group sees them.

use std::collections::BTreeSet;

use model::{Offset, ProducerId};
use records::control::EndTransaction;
use records::{Batch, BatchIter};
use share::Fetched;
use storage::disk::FileSlice;

/// Batches next to each other in a segment.
#[derive(Debug)]
pub(crate) struct FetchedBatches {
    slice: FileSlice,
    batches: Vec<Fetched>,
    /// Where each batch ends in the slice.
    ends: Vec<u32>,
}

impl FetchedBatches {
    /// The batches, in order.
    pub fn all(&self) -> &[Fetched] {
        &self.batches
    }

    /// Bytes of batches that the group sees.
    pub fn visible_bytes(&self) -> usize {
        let mut begin = 0;
        let mut total = 0;
        for (batch, end) in self.batches.iter().zip(&self.ends) {
            if !batch.is_hidden {
                total += (end - begin) as usize;
            }
            begin = *end;
        }
        total
    }

    /// The bytes of the batches that hold the offsets from `first` to `last`.
    pub fn slice(&self, first: i64, last: i64) -> Option<FileSlice> {
        let from = self.batches.iter().position(|batch| batch.last >= first)?;
        let to = self.batches.iter().rposition(|batch| batch.first <= last)?;
        let begin = match from {
            0 => 0,
            _ => self.ends[from - 1],
        };
        Some(FileSlice {
            position: self.slice.position + u64::from(begin),
            len: self.ends[to] - begin,
            ..self.slice.clone()
        })
    }
}

/// The whole batches in `bytes`, which were read from offset `from` on. Markers are hidden, and records of the transactions
/// in `aborted`.
pub(crate) fn parse(
    slice: FileSlice,
    bytes: &[u8],
    aborted: &[(ProducerId, Offset)],
    from: i64,
) -> FetchedBatches {
    let mut aborted = aborted.to_vec();
    aborted.sort_by_key(|(_, first)| *first);
    let mut aborted = aborted.into_iter().peekable();
    let mut open: BTreeSet<ProducerId> = BTreeSet::new();
    let (mut batches, mut ends) = (Vec::new(), Vec::new());
    let (mut end, mut next) = (0, from);
    for batch in BatchIter::new(bytes).map_while(Result::ok) {
        let last = batch.last_offset().0;
        while let Some((producer, _)) = aborted.next_if(|(_, first)| first.0 <= last) {
            open.insert(producer);
        }
        let (first, is_hidden) = match &batch {
            Batch::V2(batch) => {
                let producer = batch.producer_id();
                let is_aborted = || producer.is_some_and(|producer| open.contains(&producer));
                let is_hidden = batch.is_control() || (batch.is_transactional() && is_aborted());
                if batch.is_control()
                    && let Ok(Some(end)) = EndTransaction::read(batch)
                    && !end.is_committed
                    && let Some(producer) = producer
                {
                    open.remove(&producer);
                }
                (batch.base_offset().0, is_hidden)
            }
            // A compressed message of magic 0 or 1 tells its last offset only.
            Batch::Legacy(_) => (next.min(last), false),
        };
        end += u32::try_from(batch.bytes().len()).expect("a batch's size is an i32");
        next = last + 1;
        batches.push(Fetched {
            first,
            last,
            is_hidden,
        });
        ends.push(end);
    }
    FetchedBatches {
        slice,
        batches,
        ends,
    }
}

#[cfg(test)]
#[path = "share_fetched_tests.rs"]
mod tests;
