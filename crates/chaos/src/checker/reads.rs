//! Rules of what readers see.

use std::collections::BTreeMap;

use super::Circumstances;
use super::ledger::{Fate, Ledger, Reader, Sent};
use crate::history::{Outcome, Seen};

/// Acknowledged values past which a reader has read.
pub fn lost(ledger: &Ledger<'_>, _: &Circumstances) -> Vec<String> {
    missing(ledger, |_, reader, sent| reader.has_passed(sent))
}

/// Acknowledged values that a reader had not seen when everything was read.
pub fn unseen(ledger: &Ledger<'_>, circumstances: &Circumstances) -> Vec<String> {
    missing(ledger, |name, reader, sent| {
        circumstances.has_read_all(name) && !reader.has_passed(sent)
    })
}

fn missing(
    ledger: &Ledger<'_>,
    is_told: impl Fn(&str, &Reader<'_>, &Sent<'_>) -> bool,
) -> Vec<String> {
    let mut told = Vec::new();
    for (name, reader) in &ledger.readers {
        for (value, sent) in ledger.missing(reader) {
            if is_told(name, reader, &sent) {
                let (partition, fate) = (sent.partition, sent.fate);
                told.push(format!(
                    "{name} never read {value}, partition {partition}, {fate:?}"
                ));
            }
        }
    }
    told
}

/// What `look` says of each two records that a reader got one after the other from a partition.
fn between(
    ledger: &Ledger<'_>,
    mut look: impl FnMut(&Reader<'_>, &Seen, &Seen) -> Option<String>,
) -> Vec<String> {
    let mut told = Vec::new();
    for (name, reader) in &ledger.readers {
        for records in reader.records.values() {
            for pair in records.windows(2) {
                let found = look(reader, pair[0], pair[1]);
                told.extend(found.map(|found| format!("{name}: {found}")));
            }
        }
    }
    told
}

/// Reads that go back, or stand still.
pub fn going_back(ledger: &Ledger<'_>) -> Vec<String> {
    between(ledger, |_, before, after| {
        (after.offset <= before.offset).then(|| {
            format!(
                "partition {}: {} after {}",
                after.partition, after.offset, before.offset
            )
        })
    })
}

/// Offsets that are known to hold a record and that a reader has jumped over.
pub fn skips(ledger: &Ledger<'_>) -> Vec<String> {
    between(ledger, |reader, before, after| {
        let partition = before.partition;
        let from = (partition, before.offset + 1);
        let to = (partition, after.offset);
        if from >= to {
            return None;
        }
        let is_due = |value: &&&str| match ledger.sent.get(**value) {
            Some(sent) => !reader.is_committed || ledger.is_surely_committed(sent),
            None => false,
        };
        let mut skipped = ledger.places.range(from..to);
        let (place, value) =
            skipped.find_map(|(place, values)| Some((place, values.iter().find(is_due)?)))?;
        Some(format!(
            "partition {partition}: {value} at {} is between {} and {}",
            place.1, before.offset, after.offset
        ))
    })
}

/// What `is_wrong` says of each value that a reader has read.
fn read<'a>(
    ledger: &Ledger<'a>,
    is_wrong: impl Fn(&Reader<'a>, &Seen, Option<&Sent<'a>>) -> bool,
) -> Vec<String> {
    let mut told = Vec::new();
    for (name, reader) in &ledger.readers {
        for record in reader.records.values().flatten() {
            let sent = ledger.sent.get(record.value.as_str());
            if is_wrong(reader, record, sent) {
                let Seen {
                    partition,
                    offset,
                    value,
                } = record;
                told.push(format!(
                    "{name} read {value}, partition {partition} offset {offset}"
                ));
            }
        }
    }
    told
}

/// Values of aborted transactions that a reader of committed records got.
pub fn aborted(ledger: &Ledger<'_>) -> Vec<String> {
    read(ledger, |reader, _, sent| {
        let outcome = sent.and_then(|sent| ledger.outcome(sent));
        reader.is_committed && outcome == Some(Outcome::Aborted)
    })
}

/// Values that surely were not sent and were read.
pub fn failed(ledger: &Ledger<'_>) -> Vec<String> {
    read(ledger, |_, _, sent| {
        sent.is_some_and(|sent| sent.fate == Fate::Failed)
    })
}

/// Values that nobody sent, or not to this partition.
pub fn unsent(ledger: &Ledger<'_>) -> Vec<String> {
    read(ledger, |_, record, sent| {
        sent.is_none_or(|sent| sent.partition != record.partition)
    })
}

/// Transactions of unknown outcome of which a reader of committed records saw a part. What is missing of those that were
/// surely committed is told by the rules of acknowledged records.
pub fn torn(ledger: &Ledger<'_>, circumstances: &Circumstances) -> Vec<String> {
    let mut transactions: BTreeMap<(&str, u64), Vec<&str>> = BTreeMap::new();
    for value in &ledger.order {
        let sent = ledger.sent[value];
        if let Some(number) = sent.transaction
            && ledger.outcome(&sent) == Some(Outcome::Unknown)
        {
            transactions
                .entry((sent.writer, number))
                .or_default()
                .push(value);
        }
    }
    let mut told = Vec::new();
    for (name, reader) in ledger
        .readers
        .iter()
        .filter(|(_, reader)| reader.is_committed)
    {
        for ((writer, number), values) in &transactions {
            let is_there = |value: &&&str| reader.values.contains(**value);
            let is_due = |value: &&&str| {
                let sent = ledger.sent[**value];
                let is_acked = matches!(sent.fate, Fate::Acked(_));
                is_acked && (circumstances.has_read_all(name) || reader.has_passed(&sent))
            };
            let there = values.iter().find(is_there);
            let missing = values
                .iter()
                .find(|value| is_due(value) && !is_there(value));
            if let (Some(there), Some(missing)) = (there, missing) {
                told.push(format!(
                    "{name} saw {there} and not {missing} of {writer}'s {number}"
                ));
            }
        }
    }
    told
}
