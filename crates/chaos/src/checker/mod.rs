//! Judges a history: what may never be seen of a cluster that keeps its word.
//!
//! Every value is sent once and unlike every other, so that each record read has one origin. What a client does not know
//! the outcome of may be either, as a whole. The rules are those of Jepsen's checker of Kafka.

mod ledger;
mod reads;
mod writes;

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::history::{Event, Heard};
use ledger::Ledger;

/// How many of a kind are told in full.
const TOLD: usize = 5;

/// What a run promises beside its history.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// Every reader has read the last values of every producer.
    pub is_drained: bool,
    /// Clients that were killed before: their readers have read what they have read.
    pub retired: Vec<String>,
    /// When nodes were restarted one after the other, and nothing else was wrong.
    pub rolling: Vec<(Duration, Duration)>,
}

/// A rule, and where the history breaks it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// How often it was broken.
    pub count: usize,
    /// The first of them.
    pub told: Vec<String>,
}

impl Circumstances {
    /// Whether a reader has read everything that there was.
    fn has_read_all(&self, reader: &str) -> bool {
        let is_its = |name: &String| {
            let rest = reader.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        self.is_drained && !self.retired.iter().any(is_its)
    }
}

pub type Rule = fn(&Ledger<'_>, &Circumstances) -> Vec<String>;

/// Every rule on its own.
pub const RULES: [(&str, Rule); 12] = [
    ("one_value_per_offset", |ledger, _| {
        writes::values_that_share_an_offset(ledger)
    }),
    ("one_offset_per_value", |ledger, _| {
        writes::duplicates(ledger)
    }),
    ("sends_of_one_producer_stay_in_order", |ledger, _| {
        writes::out_of_order(ledger)
    }),
    ("acked_records_survive", reads::lost),
    ("acked_records_are_seen_in_the_end", reads::unseen),
    ("reads_never_go_back", |ledger, _| reads::going_back(ledger)),
    ("reads_skip_no_offset", |ledger, _| reads::skips(ledger)),
    ("read_committed_sees_no_aborted_record", |ledger, _| {
        reads::aborted(ledger)
    }),
    ("what_failed_is_never_read", |ledger, _| {
        reads::failed(ledger)
    }),
    ("transactions_are_seen_as_a_whole", reads::torn),
    ("only_sent_records_are_read", |ledger, _| {
        reads::unsent(ledger)
    }),
    (
        "a_rolling_restart_shows_only_errors_that_pass",
        lasting_errors,
    ),
];

/// Applies every rule.
pub fn judge(history: &[Heard], circumstances: &Circumstances) -> Vec<Verdict> {
    let ledger = Ledger::of(history);
    let verdict = |(rule, look): &(&'static str, Rule)| {
        let mut told = look(&ledger, circumstances);
        let count = told.len();
        told.truncate(TOLD);
        Verdict { rule, count, told }
    };
    RULES.iter().map(verdict).collect()
}

/// A transaction that a restart holds up for longer than its timeout is aborted by its coordinator, and its producer is told so.
fn is_of_a_timeout(who: &str, error: &str) -> bool {
    const TOLD: [&str; 6] = [
        "INVALID_TXN_STATE",
        "InvalidTxnState",
        "INVALID_PRODUCER_EPOCH",
        "InvalidProducerEpoch",
        "PRODUCER_FENCED",
        "ProducerFenced",
    ];
    who.ends_with(".t") && TOLD.iter().any(|told| error.contains(told))
}

fn lasting_errors(ledger: &Ledger<'_>, circumstances: &Circumstances) -> Vec<String> {
    let rolling = &circumstances.rolling;
    let is_within = |at: Duration| rolling.iter().any(|(from, to)| (*from..*to).contains(&at));
    let lasting = |heard: &&Heard| match &heard.event {
        Event::Error {
            who,
            error,
            is_retriable,
        } if !is_retriable && !is_of_a_timeout(who, error) && is_within(heard.at) => {
            Some(format!("{:.3} s: {who}: {error}", heard.at.as_secs_f64()))
        }
        _ => None,
    };
    ledger
        .history
        .iter()
        .filter_map(|heard| lasting(&heard))
        .collect()
}
