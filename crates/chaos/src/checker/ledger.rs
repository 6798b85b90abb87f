//! A history put in order: values by name, offsets by partition, reads by reader.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::history::{Event, Heard, Outcome, Seen};

/// What is known of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No answer, or one that leaves it open.
    Open,
    /// Acknowledged, at an offset if the broker told it.
    Acked(Option<i64>),
    /// Surely not sent.
    Failed,
}

/// A value that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub writer: &'a str,
    pub partition: i32,
    pub transaction: Option<u64>,
    pub fate: Fate,
}

/// What one reader has read.
#[derive(Debug, Default)]
pub struct Reader<'a> {
    pub is_committed: bool,
    /// Of each partition, in the order of arrival.
    pub records: BTreeMap<i32, Vec<&'a Seen>>,
    pub values: HashSet<&'a str>,
}

/// The whole history in order.
#[derive(Debug, Default)]
pub struct Ledger<'a> {
    pub history: &'a [Heard],
    pub sent: HashMap<&'a str, Sent<'a>>,
    /// Values in the order in which they were sent.
    pub order: Vec<&'a str>,
    pub outcomes: HashMap<(&'a str, u64), Outcome>,
    pub readers: BTreeMap<&'a str, Reader<'a>>,
    /// What was ever seen at an offset, by an answer or a read.
    pub places: BTreeMap<(i32, i64), BTreeSet<&'a str>>,
}

impl<'a> Ledger<'a> {
    pub fn of(history: &'a [Heard]) -> Self {
        let mut ledger = Self {
            history,
            ..Self::default()
        };
        for heard in history {
            ledger.take(&heard.event);
        }
        for (value, sent) in &ledger.sent {
            if let Fate::Acked(Some(offset)) = sent.fate {
                let place = ledger.places.entry((sent.partition, offset));
                place.or_default().insert(value);
            }
        }
        ledger
    }

    fn take(&mut self, event: &'a Event) {
        match event {
            Event::Send {
                writer,
                partition,
                value,
                transaction,
            } => {
                let sent = Sent {
                    writer,
                    partition: *partition,
                    transaction: *transaction,
                    fate: Fate::Open,
                };
                self.sent.insert(value, sent);
                self.order.push(value);
            }
            Event::Acked { value, offset } => self.decide(value, Fate::Acked(*offset)),
            Event::Failed { value } => self.decide(value, Fate::Failed),
            Event::Ended {
                transaction: (writer, number),
                outcome,
            } => {
                self.outcomes.insert((writer, *number), *outcome);
            }
            Event::Read {
                reader,
                is_committed,
                records,
            } => {
                self.read(reader, *is_committed, records);
            }
            Event::Lost { .. } | Event::Error { .. } | Event::Finished => {}
        }
    }

    fn decide(&mut self, value: &'a str, fate: Fate) {
        if let Some(sent) = self.sent.get_mut(value) {
            sent.fate = fate;
        }
    }

    fn read(&mut self, name: &'a str, is_committed: bool, records: &'a [Seen]) {
        let reader = self.readers.entry(name).or_default();
        reader.is_committed = is_committed;
        for record in records {
            reader
                .records
                .entry(record.partition)
                .or_default()
                .push(record);
            reader.values.insert(&record.value);
            let place = self.places.entry((record.partition, record.offset));
            place.or_default().insert(&record.value);
        }
    }

    /// How the transaction of a value ended; `None` where it is in none.
    pub fn outcome(&self, sent: &Sent<'a>) -> Option<Outcome> {
        let transaction = (sent.writer, sent.transaction?);
        Some(*self.outcomes.get(&transaction).unwrap_or(&Outcome::Unknown))
    }

    /// Whether every reader of committed records must see what was acknowledged of this send.
    pub fn is_surely_committed(&self, sent: &Sent<'a>) -> bool {
        self.outcome(sent)
            .is_none_or(|outcome| outcome == Outcome::Committed)
    }

    /// Acknowledged values that a reader has to see, and has not; in the order of their sending.
    pub fn missing(&self, reader: &Reader<'a>) -> Vec<(&'a str, Sent<'a>)> {
        let is_due = |sent: &Sent<'a>| {
            matches!(sent.fate, Fate::Acked(_))
                && (!reader.is_committed || self.is_surely_committed(sent))
        };
        let all = self.order.iter().map(|value| (*value, self.sent[value]));
        all.filter(|(value, sent)| is_due(sent) && !reader.values.contains(value))
            .collect()
    }
}

impl Reader<'_> {
    /// The last offset that was read of a partition.
    pub fn last(&self, partition: i32) -> Option<i64> {
        let records = self.records.get(&partition)?;
        records.iter().map(|record| record.offset).max()
    }

    /// Whether the reader has gone past what was acknowledged at an offset.
    pub fn has_passed(&self, sent: &Sent<'_>) -> bool {
        match sent.fate {
            Fate::Acked(Some(offset)) => {
                self.last(sent.partition).is_some_and(|last| last > offset)
            }
            _ => false,
        }
    }
}
