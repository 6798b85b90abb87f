//! Rules of where records are.

use std::collections::{BTreeSet, HashMap};

use super::ledger::{Fate, Ledger};

/// Offsets at which two values were seen.
pub fn values_that_share_an_offset(ledger: &Ledger<'_>) -> Vec<String> {
    let shared = ledger.places.iter().filter(|(_, values)| values.len() > 1);
    shared
        .map(|((partition, offset), values)| {
            format!("partition {partition} offset {offset}: {values:?}")
        })
        .collect()
}

/// Values that were seen at two offsets.
pub fn duplicates(ledger: &Ledger<'_>) -> Vec<String> {
    let mut places: HashMap<&str, BTreeSet<(i32, i64)>> = HashMap::new();
    for (place, values) in &ledger.places {
        for value in values {
            places.entry(value).or_default().insert(*place);
        }
    }
    let mut told: Vec<_> = (places.iter().filter(|(_, places)| places.len() > 1))
        .map(|(value, places)| format!("{value} at (partition, offset) {places:?}"))
        .collect();
    told.sort();
    told
}

/// Acknowledged values of a producer that lie before those that it had sent before them.
pub fn out_of_order(ledger: &Ledger<'_>) -> Vec<String> {
    let mut last: HashMap<(&str, i32), (i64, &str)> = HashMap::new();
    let mut told = Vec::new();
    for value in &ledger.order {
        let sent = ledger.sent[value];
        let Fate::Acked(Some(offset)) = sent.fate else {
            continue;
        };
        let before = last.insert((sent.writer, sent.partition), (offset, value));
        if let Some((at, earlier)) = before
            && at > offset
        {
            let partition = sent.partition;
            told.push(format!(
                "partition {partition}: {value} at {offset}, sent after {earlier} at {at}"
            ));
        }
    }
    told
}
