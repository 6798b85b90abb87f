//! What was written to the compacted topic, what was read of it, and the checkers over that.
//!
//! One writer writes all keys, one record at a time, to a synced topic. A write of which no answer came may have happened, even
//! later than what was written after it. Even keys always have a value; odd ones are deleted now and then.
//!
//! Checkers: the_newest_value_of_a_key_survives, a_deleted_key_stays_deleted, a_compacted_offset_holds_what_it_held,
//! compacted_offsets_ascend (by `role`).

use std::collections::{BTreeMap, BTreeSet};

/// The compacted topic, of one partition.
pub(crate) const COMPACTED: &str = "compacted";
/// How many keys there are.
pub(crate) const KEYS: u64 = 12;

/// A key, and its value or its deletion; every value is written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    pub(crate) key: u64,
    /// The number of the write, and whether it is a value: a deletion has no bytes to tell its number.
    pub(crate) value: Option<u64>,
}

/// The history of the compacted topic.
#[derive(Debug, Default)]
pub(crate) struct KeyedHistory {
    /// Numbers given out.
    writes: u64,
    /// Values that were attempted, by their number.
    attempted: BTreeMap<u64, Keyed>,
    /// Acknowledged writes of each key by their offset.
    acked: BTreeMap<u64, BTreeMap<i64, Option<u64>>>,
    /// What is known to be at an offset, from acknowledgements and reads.
    at: BTreeMap<i64, Keyed>,
    /// Keys of which a deletion was attempted.
    deletable: BTreeSet<u64>,
    /// Records that were acknowledged, and are not there at the end.
    pub(crate) compacted_away: u64,
}

/// What one pass over the topic has found, and what it had to find.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pass {
    /// The newest acknowledged write of each key when it began.
    floor: BTreeMap<u64, (i64, Option<u64>)>,
    newest: BTreeMap<u64, (i64, Option<u64>)>,
    count: u64,
}

/// What a check has found amiss: the checker and what was seen.
pub(crate) type Complaint = (&'static str, String);

impl KeyedHistory {
    /// A write that is about to be sent.
    pub(crate) fn write(&mut self, key: u64, is_deletion: bool) -> Keyed {
        self.writes += 1;
        let value = Some(self.writes).filter(|_| !is_deletion);
        let keyed = Keyed { key, value };
        match value {
            Some(number) => drop(self.attempted.insert(number, keyed)),
            None => drop(self.deletable.insert(key)),
        }
        keyed
    }

    /// The write was acknowledged at `offset`.
    pub(crate) fn acked(&mut self, keyed: Keyed, offset: i64) -> Option<Complaint> {
        let known = self.acked.entry(keyed.key).or_default();
        known.insert(offset, keyed.value);
        self.saw(keyed, offset)
    }

    /// A record was read, or is known to be, at `offset`.
    fn saw(&mut self, keyed: Keyed, offset: i64) -> Option<Complaint> {
        let known = *self.at.entry(offset).or_insert(keyed);
        let what = || format!("offset {offset} held {known:?}, then {keyed:?}");
        (known != keyed).then(|| ("a_compacted_offset_holds_what_it_held", what()))
    }

    /// A pass from the start of the topic begins.
    pub(crate) fn begin_pass(&self) -> Pass {
        let newest = |(key, writes): (&u64, &BTreeMap<i64, Option<u64>>)| {
            let (offset, value) = writes.last_key_value()?;
            Some((*key, (*offset, *value)))
        };
        Pass {
            floor: self.acked.iter().filter_map(newest).collect(),
            ..Pass::default()
        }
    }

    /// The pass meets a record.
    pub(crate) fn read(&mut self, pass: &mut Pass, keyed: Keyed, offset: i64) -> Option<Complaint> {
        let is_sent = match keyed.value {
            Some(number) => self.attempted.get(&number) == Some(&keyed),
            None => self.deletable.contains(&keyed.key),
        };
        if !is_sent {
            let what = format!("compacted: offset {offset} holds {keyed:?}, which nobody sent");
            return Some(("only_sent_records_are_read", what));
        }
        pass.newest.insert(keyed.key, (offset, keyed.value));
        pass.count += 1;
        self.saw(keyed, offset)
    }

    /// The pass has come to the end of the topic. After a `final` one nothing was written since it began.
    pub(crate) fn end_pass(&mut self, pass: &Pass, is_final: bool) -> Option<Complaint> {
        if is_final {
            let acked: usize = self.acked.values().map(BTreeMap::len).sum();
            self.compacted_away = (acked as u64).saturating_sub(pass.count);
        }
        pass.floor.iter().find_map(|(key, (offset, value))| {
            // While a key may be deleted, its value and then the deletion may go before they are read.
            let may_vanish = self.deletable.contains(key) && !is_final;
            let found = pass.newest.get(key).copied();
            let what =
                || format!("key {key}: {value:?} at {offset} was acknowledged, {found:?} is there");
            match (found, value) {
                _ if may_vanish => None,
                (Some((there, _)), _) if there >= *offset => None,
                (None, None) => None,
                // A deletion without an answer may have come later.
                (None, Some(_)) if self.deletable.contains(key) => None,
                (_, None) => Some(("a_deleted_key_stays_deleted", what())),
                (_, Some(_)) => Some(("the_newest_value_of_a_key_survives", what())),
            }
        })
    }
}
