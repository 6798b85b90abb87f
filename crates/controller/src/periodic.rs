//! What the controller does by itself: fencing, preferred elections, unclean elections.

use std::time::Duration;

use metadata::Partition;
use model::{Now, PartitionIndex};
use statemachine::Decision;

use crate::controller::{Controller, Decided, Record, Settings};
use crate::leadership::Election;

/// How many leaders one round of elections moves; more follow in the next turn.
const MAX_ELECTIONS: usize = 1_000;

/// When the periodic checks are due. Soft state.
#[derive(Debug)]
pub(crate) struct Periodic {
    balance: Option<Duration>,
    unclean: Duration,
}

impl Periodic {
    pub(crate) fn new(settings: &Settings, since: Duration) -> Self {
        Self {
            balance: settings
                .leader_imbalance_check
                .map(|interval| since + interval),
            unclean: since + settings.unclean_election_check,
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Duration> {
        self.balance.into_iter().chain([self.unclean]).min()
    }
}

impl Controller {
    /// Decides what is due by itself. To be called at
    /// [`next_deadline`](statemachine::Machine::next_deadline), one decision at a time, until that lies
    /// in the future: brokers are fenced one by one, so that each sees the effect of the one before.
    #[must_use]
    pub fn on_time(&self, now: Now) -> Decided<()> {
        if let Some(broker) = self.stale_broker(now.mono) {
            return Decision::write(self.fence(broker), ());
        }
        let records = self.balance_if_due(now.mono).unwrap_or_default();
        if !records.is_empty() {
            return Decision::write(records, ());
        }
        Decision::write(self.elect_unclean_if_due(now.mono).unwrap_or_default(), ())
    }

    /// Gives leadership back to preferred replicas (`auto.leader.rebalance.enable`).
    fn balance_if_due(&self, now: Duration) -> Option<Vec<Record>> {
        let interval = self.settings.leader_imbalance_check?;
        if self.periodic.lock().balance? > now {
            return None;
        }
        let records = self.elect_all(Election::Preferred, |_, partition| {
            partition.leader.is_some() && !partition.has_preferred_leader()
        });
        let more = records.len() >= MAX_ELECTIONS;
        self.periodic.lock().balance = Some(if more { now } else { now + interval });
        Some(records)
    }

    /// Gives leaderless partitions a leader at the risk of losing records, where the topic allows it.
    fn elect_unclean_if_due(&self, now: Duration) -> Option<Vec<Record>> {
        if self.periodic.lock().unclean > now {
            return None;
        }
        let records = self.elect_all(Election::Unclean, |topic, partition| {
            partition.leader.is_none() && self.unclean_election_enabled(topic)
        });
        let more = records.len() >= MAX_ELECTIONS;
        let next = if more {
            now
        } else {
            now + self.settings.unclean_election_check
        };
        self.periodic.lock().unclean = next;
        Some(records)
    }

    fn elect_all(&self, election: Election, due: impl Fn(&str, &Partition) -> bool) -> Vec<Record> {
        let topics = self.image.topics().iter();
        let partitions =
            topics.flat_map(|topic| topic.partitions.iter().map(move |(i, p)| (topic, i, p)));
        partitions
            .filter(|(topic, _, partition)| due(&topic.name, partition))
            .filter_map(|(topic, index, partition): (_, PartitionIndex, _)| {
                self.change(topic, index, partition)
                    .election(election)
                    .build()
            })
            .take(MAX_ELECTIONS)
            .map(Into::into)
            .collect()
    }
}
