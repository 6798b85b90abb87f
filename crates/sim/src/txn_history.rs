//! What transactional producers did, what readers of committed records saw, and the checkers over that.
//!
//! ```text
//!   commit not sent, or refused for good -> never visible
//!   commit acknowledged, or seen once    -> visible
//!   anything else                        -> either, as a whole
//! ```
//!
//! The transactions of one transactional id follow one another, so that of the offsets that they commit the last one holds.
//!
//! Checkers: read_committed_sees_no_aborted_record, committed_transactions_are_visible, transactions_are_atomic,
//! a_committed_record_is_read_once_and_in_order, transactional_offsets_follow_the_outcome; by `role`:
//! the_last_stable_offset_does_not_regress; and by the aims of its readers that no transaction hangs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::keyed_history::Complaint;
use crate::role::Call;

/// The topic of the transactions.
pub(crate) const TRANSACTED: &str = "transacted";
/// Where the outcome of transactions is kept; created before it is used, so that it is synced.
pub(crate) const STATE: &str = "__transaction_state";
/// How many transactional ids there are.
pub(crate) const IDS: usize = 3;

/// Requests that may arrive once more.
const KEPT_CALLS: usize = 60;

/// One transaction.
#[derive(Clone, Debug, Default)]
struct Txn {
    id: usize,
    values: Vec<u64>,
    /// It commits its own number as an offset.
    has_offset: bool,
    commit_sent: bool,
    /// An answer to the commit was lost, or the commit may arrive twice: what it is told later says little.
    is_doubtful: bool,
    is_refused: bool,
    is_acked: bool,
    is_seen: bool,
}

impl Txn {
    fn may_be_visible(&self) -> bool {
        self.commit_sent && !self.is_refused
    }
}

/// A request that is sent again, later, by somebody else.
#[derive(Clone, Debug)]
pub(crate) struct Repeatable {
    pub(crate) bytes: Vec<u8>,
    pub(crate) answer_header_version: Option<i16>,
    /// The transaction that it commits.
    commits: Option<usize>,
}

/// The history of all transactions.
#[derive(Debug, Default)]
pub(crate) struct TxnHistory {
    txns: Vec<Txn>,
    /// The transaction and the partition of each value.
    values: Vec<(usize, i32)>,
    /// Where a value is, from acknowledgements and reads.
    places: BTreeMap<u64, i64>,
    at: BTreeMap<(i32, i64), u64>,
    calls: VecDeque<Repeatable>,
}

impl TxnHistory {
    /// A transaction begins; gives its number.
    pub(crate) fn begin(&mut self, id: usize) -> usize {
        self.txns.push(Txn {
            id,
            ..Txn::default()
        });
        self.txns.len() - 1
    }

    /// A value to write in a transaction.
    pub(crate) fn value(&mut self, txn: usize, partition: i32) -> u64 {
        self.values.push((txn, partition));
        let value = self.values.len() as u64 - 1;
        self.txns[txn].values.push(value);
        value
    }

    /// `values` were acknowledged from `base` on.
    pub(crate) fn wrote(&mut self, values: &[u64], base: i64) -> Option<Complaint> {
        let places = values.iter().zip(base..);
        let mut complaints = places.map(|(value, offset)| self.place(*value, offset));
        complaints.find_map(|complaint| complaint)
    }

    fn place(&mut self, value: u64, offset: i64) -> Option<Complaint> {
        let partition = self.values[value as usize].1;
        let known = *self.places.entry(value).or_insert(offset);
        let other = *self.at.entry((partition, offset)).or_insert(value);
        let what = || {
            format!("value {value} at {partition}:{offset}, and at {known}; {other} is there too")
        };
        let is_wrong = known != offset || other != value;
        is_wrong.then(|| ("a_committed_record_is_read_once_and_in_order", what()))
    }

    /// The transaction commits its number as an offset.
    pub(crate) fn commits_offset(&mut self, txn: usize) {
        self.txns[txn].has_offset = true;
    }

    /// A commit is about to be sent.
    pub(crate) fn send_commit(&mut self, txn: usize) {
        self.txns[txn].commit_sent = true;
    }

    /// Nobody knows what became of a commit.
    pub(crate) fn lose_commit(&mut self, txn: usize) {
        self.txns[txn].is_doubtful = true;
    }

    /// The commit was acknowledged.
    pub(crate) fn committed(&mut self, txn: usize) {
        self.txns[txn].is_acked = true;
    }

    /// The commit was refused for good.
    pub(crate) fn refuse_commit(&mut self, txn: usize) {
        let txn = &mut self.txns[txn];
        txn.is_refused |= !txn.is_doubtful;
    }

    /// How many commits were acknowledged.
    pub(crate) fn acked(&self) -> u64 {
        self.txns.iter().filter(|txn| txn.is_acked).count() as u64
    }

    /// A request was sent that may arrive once more.
    pub(crate) fn sent(&mut self, call: &Call, commits: Option<usize>) {
        if self.calls.len() >= KEPT_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(Repeatable {
            bytes: call.bytes.clone(),
            answer_header_version: call.answer_header_version,
            commits,
        });
    }

    /// A request arrives once more: one of those that were sent, chosen by `number`.
    pub(crate) fn repeat(&mut self, number: u64) -> Option<Repeatable> {
        let count = self.calls.len().max(1) as u64;
        let call = self.calls.get((number % count) as usize)?.clone();
        if let Some(txn) = call.commits {
            self.txns[txn].is_doubtful = true;
        }
        Some(call)
    }

    /// A reader of committed records sees a value.
    pub(crate) fn read(
        &mut self,
        partition: i32,
        offset: i64,
        value: Option<u64>,
    ) -> Option<Complaint> {
        let known = value.filter(|value| {
            let known = self.values.get(*value as usize);
            known.is_some_and(|known| known.1 == partition)
        });
        let Some(value) = known else {
            let what =
                format!("{TRANSACTED}-{partition} {offset}: {value:?}, which nobody sent there");
            return Some(("only_sent_records_are_read", what));
        };
        let number = self.values[value as usize].0;
        let txn = &mut self.txns[number];
        if !txn.may_be_visible() {
            let what = format!("{TRANSACTED}-{partition} {offset}: value {value} of {txn:?}");
            return Some(("read_committed_sees_no_aborted_record", what));
        }
        txn.is_seen = true;
        self.place(value, offset)
    }

    /// The greatest offset of `id` that was committed for certain; -1 if none.
    pub(crate) fn offset_floor(&self, id: usize) -> i64 {
        let certain = |txn: &&Txn| txn.id == id && txn.has_offset && (txn.is_acked || txn.is_seen);
        let mut all = self.txns.iter().enumerate().rev();
        let found = all.find(|(_, txn)| certain(txn));
        found.map_or(-1, |(number, _)| number as i64)
    }

    /// A stable committed offset, asked for when `floor` was committed for certain.
    pub(crate) fn fetched_offset(
        &mut self,
        id: usize,
        floor: i64,
        offset: i64,
    ) -> Option<Complaint> {
        let checker = "transactional_offsets_follow_the_outcome";
        if offset < floor {
            let what = format!("id {id}: {offset} is fetched, {floor} was committed");
            return Some((checker, what));
        }
        let number = usize::try_from(offset).ok()?;
        let txn = self.txns.get_mut(number);
        match txn.filter(|txn| txn.id == id && txn.has_offset && txn.may_be_visible()) {
            Some(txn) => {
                txn.is_seen = true;
                None
            }
            None => Some((
                checker,
                format!("id {id}: {offset} is fetched, which nobody committed"),
            )),
        }
    }

    /// Nothing is written any more, and `seen` are all values that readers of committed records see, in each partition by
    /// their offsets.
    pub(crate) fn check_end(&self, seen: &BTreeMap<i32, Vec<(i64, u64)>>) -> Option<Complaint> {
        let all = seen.values().flatten().map(|(_, value)| *value);
        let visible: BTreeSet<u64> = all.clone().collect();
        if visible.len() != all.count() {
            let what = format!("a value is read twice: {seen:?}");
            return Some(("a_committed_record_is_read_once_and_in_order", what));
        }
        // Values grow, and each transaction writes its own in their order.
        for in_partition in seen.values() {
            let mut last: BTreeMap<usize, u64> = BTreeMap::new();
            for (offset, value) in in_partition {
                let before = last.insert(self.values[*value as usize].0, *value);
                if before.is_some_and(|before| before > *value) {
                    let what = format!("value {value} at {offset} comes after {before:?}");
                    return Some(("a_committed_record_is_read_once_and_in_order", what));
                }
            }
        }
        let mut txns = self.txns.iter();
        txns.find_map(|txn| {
            let there = txn.values.iter().filter(|value| visible.contains(value));
            let (there, all) = (there.count(), txn.values.len());
            let what = || format!("{there} of {all} values are read of {txn:?}");
            if there != 0 && there != all {
                Some(("transactions_are_atomic", what()))
            } else if there == 0 && all > 0 && (txn.is_acked || txn.is_seen) {
                Some(("committed_transactions_are_visible", what()))
            } else {
                None
            }
        })
    }

    /// As [`Self::check_end`], of the last offset that holds for `id`.
    pub(crate) fn check_last_offset(&self, id: usize, offset: i64) -> Option<Complaint> {
        let floor = self.offset_floor(id);
        let what = || format!("id {id}: {offset} holds at the end, {floor} was committed last");
        (offset != floor).then(|| ("transactional_offsets_follow_the_outcome", what()))
    }
}
