//! Which records are of aborted transactions, and which markers are still needed.
//!
//! A marker is needed while a batch of its transaction was seen in the same pass over the log. Records of aborted transactions go
//! in the pass that meets them; their marker goes in a later one, and its entry in the index of aborted transactions with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::{Offset, ProducerId};

use crate::batch_header::BatchHeader;
use crate::txn_index::AbortedTxn;

/// How a control batch ends a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Commit,
    Abort,
    /// The batch was emptied before: nothing of its transaction is left.
    Emptied,
    /// A control record that ends none.
    None,
}

/// What a control batch is to the transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Control {
    /// Nothing of the transaction is left, so that the marker may go in its time.
    pub(super) is_needless: bool,
    /// The marker stays, and readers need to know of the transaction.
    pub(super) aborted: Option<AbortedTxn>,
}

/// The transactions that a walk over a log meets.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    /// Not met yet, by their first offset.
    ahead: VecDeque<AbortedTxn>,
    /// Begun and not ended, and whether a batch of it was met.
    aborting: BTreeMap<ProducerId, (AbortedTxn, bool)>,
    /// Producers of which a batch was met that will be committed.
    committing: BTreeSet<ProducerId>,
}

impl Transactions {
    /// A walk over a log of which `aborted` are all the aborted transactions.
    pub(super) fn new(aborted: &[AbortedTxn]) -> Self {
        let mut ahead = aborted.to_vec();
        ahead.sort_by_key(|txn| (txn.first_offset, txn.last_offset));
        Self {
            ahead: ahead.into(),
            ..Self::default()
        }
    }

    /// A data batch; `true` if it is of an aborted transaction.
    pub(super) fn on_batch(&mut self, header: &BatchHeader) -> bool {
        self.begin_up_to(header.last_offset);
        let Some(producer) = header.producer.filter(|_| header.transactional) else {
            return false;
        };
        if let Some((_, was_met)) = self.aborting.get_mut(&producer.id) {
            *was_met = true;
            return true;
        }
        self.committing.insert(producer.id);
        false
    }

    /// A control batch.
    pub(super) fn on_control(&mut self, header: &BatchHeader, ending: Ending) -> Control {
        self.begin_up_to(header.last_offset);
        let of = |is_needless, aborted| Control {
            is_needless,
            aborted,
        };
        let Some(producer) = header.producer else {
            return of(false, None);
        };
        match ending {
            Ending::Emptied => of(true, None),
            Ending::None => of(false, None),
            Ending::Commit => of(!self.committing.remove(&producer.id), None),
            Ending::Abort => match self.aborting.remove(&producer.id) {
                Some((txn, true)) => of(false, Some(txn)),
                Some((_, false)) | None => of(true, None),
            },
        }
    }

    fn begin_up_to(&mut self, offset: Offset) {
        while let Some(txn) = self.ahead.pop_front_if(|txn| txn.first_offset <= offset) {
            self.aborting.entry(txn.producer_id).or_insert((txn, false));
        }
    }
}
