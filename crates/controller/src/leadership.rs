//! Who leads a partition, and what follows for all partitions when a broker comes or goes.

use metadata::{Partition, Topic};
use model::{BrokerId, DirectoryId, PartitionIndex, TopicIdPartition};

use crate::controller::{Controller, Record};
use crate::partition_change::{Acceptable, PartitionChange, Rules};

/// How much an election may change or risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Election {
    /// The first replica if it can; else keep the partition online.
    Preferred,
    /// Keep the leader if it can; else any replica that lacks nothing.
    Online,
    /// As `Online`, and if nobody is left any live replica, at the price of what it lacks.
    Unclean,
}

/// Who could lead.
pub(crate) struct Candidates<'a> {
    pub(crate) current: Option<BrokerId>,
    pub(crate) replicas: &'a [BrokerId],
    pub(crate) isr: &'a [BrokerId],
    /// Counts when the ISR is empty.
    pub(crate) elr: &'a [BrokerId],
    /// Counts when both are empty.
    pub(crate) last_known: Option<BrokerId>,
    /// Whether a broker is alive and has the replica's directory online.
    pub(crate) acceptable: &'a dyn Fn(BrokerId) -> bool,
}

/// Who leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elected {
    pub(crate) leader: Option<BrokerId>,
    /// Whether it may lack records that were acknowledged.
    pub(crate) unclean: bool,
}

impl Election {
    pub(crate) fn choose(self, among: &Candidates<'_>) -> Elected {
        let first = among
            .replicas
            .first()
            .copied()
            .filter(|_| self == Self::Preferred);
        let clean = [first, among.current]
            .into_iter()
            .flatten()
            .chain(among.replicas.iter().copied())
            .find(|id| among.lacks_nothing(*id));
        if clean.is_some() {
            return Elected {
                leader: clean,
                unclean: false,
            };
        }
        let last_known = among.last_known.filter(|id| (among.acceptable)(*id));
        let any = || match self {
            Self::Unclean => among
                .replicas
                .iter()
                .copied()
                .find(|id| (among.acceptable)(*id)),
            Self::Preferred | Self::Online => None,
        };
        let unclean = last_known.or_else(any);
        Elected {
            leader: unclean,
            unclean: unclean.is_some(),
        }
    }
}

impl Candidates<'_> {
    fn lacks_nothing(&self, id: BrokerId) -> bool {
        let eligible = self.isr.contains(&id) || (self.isr.is_empty() && self.elr.contains(&id));
        eligible && (self.acceptable)(id)
    }
}

/// What happens to a broker while its partitions are looked at; the image does not show it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It leaves every ISR and leads nothing.
    Removed(BrokerId),
    /// It may lead from now on.
    Added(BrokerId),
    /// It has lost what was not synced: it leaves every ISR and is eligible nowhere.
    UncleanShutdown(BrokerId),
}

impl Fate {
    fn removes(self, broker: BrokerId) -> bool {
        matches!(self, Self::Removed(gone) | Self::UncleanShutdown(gone) if gone == broker)
    }
}

impl Controller {
    /// A change of `partition`, with the rules that apply to its topic.
    pub(crate) fn change<'a>(
        &'a self,
        topic: &'a Topic,
        index: PartitionIndex,
        partition: &'a Partition,
    ) -> PartitionChange<'a> {
        let active = |broker| self.is_active(broker);
        let acceptable: Acceptable<'a> =
            Box::new(move |broker| active(broker) && self.directory_is_online(broker, partition));
        PartitionChange::new(topic.id, index, partition, self.rules(topic, acceptable))
    }

    fn rules<'a>(&'a self, topic: &'a Topic, acceptable: Acceptable<'a>) -> Rules<'a> {
        Rules {
            acceptable,
            default_dir: Box::new(|broker| self.default_dir(broker)),
            min_isr: self.effective_min_isr(topic),
            elr_enabled: self.image.features().is_elr_enabled(),
            metadata_version: self.image.metadata_version(),
        }
    }

    pub(crate) fn default_dir(&self, broker: BrokerId) -> DirectoryId {
        let registered = self.image.broker(broker);
        registered.map_or(
            DirectoryId::UNASSIGNED,
            metadata::BrokerRegistration::default_dir,
        )
    }

    /// The records that follow for the partitions that `concerned` picks.
    pub(crate) fn follow(&self, fate: Fate, concerned: impl Fn(&Partition) -> bool) -> Vec<Record> {
        let mut records = Vec::new();
        for topic in self.image.topics().iter() {
            let mut election = None;
            let partitions = topic
                .partitions
                .iter()
                .filter(|(_, partition)| concerned(partition));
            for (index, partition) in partitions {
                let election = *election.get_or_insert_with(|| self.election_of(&topic.name));
                records.extend(self.follow_one(fate, election, topic, index, partition));
            }
        }
        records
    }

    /// The records that follow for these partitions, which exist.
    pub(crate) fn follow_all(&self, fate: Fate, partitions: &[TopicIdPartition]) -> Vec<Record> {
        let mut records = Vec::new();
        for id in partitions {
            let Some(topic) = self.image.topics().get(id.topic_id) else {
                continue;
            };
            let Some(partition) = topic.partition(id.partition) else {
                continue;
            };
            let election = self.election_of(&topic.name);
            records.extend(self.follow_one(fate, election, topic, id.partition, partition));
        }
        records
    }

    /// What an election may risk that no administrator asked for.
    pub(crate) fn election_of(&self, topic: &str) -> Election {
        if self.unclean_election_enabled(topic) {
            Election::Unclean
        } else {
            Election::Online
        }
    }

    fn follow_one(
        &self,
        fate: Fate,
        election: Election,
        topic: &Topic,
        index: PartitionIndex,
        partition: &Partition,
    ) -> Option<Record> {
        let acceptable: Acceptable<'_> = Box::new(move |broker| {
            let alive = fate == Fate::Added(broker) || self.is_active(broker);
            alive && !fate.removes(broker) && self.directory_is_online(broker, partition)
        });
        let isr = partition
            .isr
            .iter()
            .copied()
            .filter(|id| !fate.removes(*id))
            .collect();
        let unclean = match fate {
            // What is acknowledged was synced first: it has lost nothing of that, and stays eligible.
            Fate::UncleanShutdown(_) if self.counts_synced_only(&topic.name) => None,
            Fate::UncleanShutdown(broker) => Some(broker),
            Fate::Removed(_) | Fate::Added(_) => None,
        };
        let change =
            PartitionChange::new(topic.id, index, partition, self.rules(topic, acceptable));
        change
            .election(election)
            .isr(isr)
            .unclean_shutdown(unclean)
            .build()
            .map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The live brokers are those with even ids.
    #[track_caller]
    fn check(
        election: Election,
        isr: &[i32],
        elr: &[i32],
        last: Option<i32>,
        expected: (i32, bool),
    ) {
        let brokers = |list: &[i32]| -> Vec<_> { list.iter().map(|id| BrokerId(*id)).collect() };
        let (isr, elr) = (brokers(isr), brokers(elr));
        let elected = election.choose(&Candidates {
            current: Some(BrokerId(4)),
            replicas: &brokers(&[2, 3, 4, 6]),
            isr: &isr,
            elr: &elr,
            last_known: last.map(BrokerId),
            acceptable: &|id| id.0 % 2 == 0,
        });
        let leader = BrokerId::known(expected.0);
        assert_eq!(
            elected,
            Elected {
                leader,
                unclean: expected.1
            }
        );
    }

    #[test]
    fn a_leader_that_can_stay_stays_unless_the_preferred_one_is_asked_for() {
        check(Election::Online, &[2, 4], &[], None, (4, false));
        check(Election::Unclean, &[2, 4], &[], None, (4, false));
        check(Election::Preferred, &[2, 4], &[], None, (2, false));
        check(Election::Preferred, &[3, 4], &[], None, (4, false));
    }

    #[test]
    fn the_first_live_replica_in_sync_follows() {
        check(Election::Online, &[6, 2], &[], None, (2, false));
        check(Election::Online, &[3, 6], &[], None, (6, false));
        check(Election::Online, &[3], &[2], None, (-1, false));
    }

    #[test]
    fn eligible_leader_replicas_count_when_the_isr_is_empty() {
        check(Election::Online, &[], &[3, 6], None, (6, false));
    }

    #[test]
    fn a_last_known_leader_that_lives_comes_before_any_other() {
        check(Election::Online, &[], &[], Some(6), (6, true));
        check(Election::Online, &[], &[], Some(3), (-1, false));
        check(Election::Unclean, &[], &[], Some(3), (2, true));
    }

    #[test]
    fn only_an_unclean_election_takes_a_replica_out_of_sync() {
        check(Election::Unclean, &[3], &[], None, (2, true));
        check(Election::Preferred, &[3], &[], None, (-1, false));
    }
}
