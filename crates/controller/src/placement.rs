//! Where the replicas of new partitions go.
//!
//! Replicas are dealt out in stripes. Each partition starts at the next rack and takes one replica of
//! each rack in turn; within a rack brokers take turns, unfenced ones first. The first replica, which
//! leads, is always on an unfenced broker. When as many partitions were placed as there are unfenced
//! brokers, all lists are shuffled, so that the same neighbours do not meet again.
//!
//! ```text
//! racks    a: 1 2    b: 3 4    c: 5
//! p0       1 3 5
//! p1       4 5 2
//! p2       5 1 3
//! ```

use std::collections::BTreeMap;

use metadata::Replicas;
use model::{BrokerId, ErrorCode};

use crate::answer::Refused;
use crate::controller::{Controller, Random};

/// A broker that may get replicas.
#[derive(Clone, Debug)]
pub(crate) struct UsableBroker {
    pub(crate) id: BrokerId,
    pub(crate) rack: Option<String>,
    pub(crate) fenced: bool,
}

/// Brokers that take turns.
#[derive(Debug, Default)]
struct Turns {
    brokers: Vec<BrokerId>,
    taken: usize,
    offset: usize,
    round: usize,
}

impl Turns {
    fn next(&mut self, round: usize) -> Option<BrokerId> {
        if self.brokers.is_empty() {
            return None;
        }
        if self.round != round {
            self.round = round;
            self.taken = 0;
            self.offset = (self.offset + 1) % self.brokers.len();
        }
        if self.taken >= self.brokers.len() {
            return None;
        }
        let broker = self.brokers[(self.taken + self.offset) % self.brokers.len()];
        self.taken += 1;
        Some(broker)
    }

    fn start(&mut self, random: Random<'_>) {
        self.brokers.sort_unstable();
        if !self.brokers.is_empty() {
            self.offset = draw(random, self.brokers.len());
        }
    }
}

#[derive(Debug, Default)]
struct Rack {
    fenced: Turns,
    unfenced: Turns,
}

/// Deals out replicas.
#[derive(Debug)]
pub(crate) struct Placer {
    racks: Vec<Rack>,
    brokers: usize,
    unfenced: usize,
    /// The rack at which the next partition starts.
    offset: usize,
    /// How many partitions were placed since the last shuffle.
    round: usize,
}

impl Placer {
    pub(crate) fn new(brokers: &[UsableBroker], random: Random<'_>) -> Self {
        let mut by_name: BTreeMap<Option<&str>, Rack> = BTreeMap::new();
        for broker in brokers {
            let rack = by_name.entry(broker.rack.as_deref()).or_default();
            let turns = if broker.fenced {
                &mut rack.fenced
            } else {
                &mut rack.unfenced
            };
            turns.brokers.push(broker.id);
        }
        let mut racks: Vec<_> = by_name.into_values().collect();
        for rack in &mut racks {
            rack.fenced.start(random);
            rack.unfenced.start(random);
        }
        let unfenced = brokers.iter().filter(|broker| !broker.fenced).count();
        let offset = if racks.is_empty() {
            0
        } else {
            draw(random, racks.len())
        };
        Self {
            racks,
            brokers: brokers.len(),
            unfenced,
            offset,
            round: 0,
        }
    }

    /// Refuses what [`Placer::place`] could not do.
    pub(crate) fn check(&self, replication_factor: i16) -> Result<(), Refused> {
        let refused = |message| Err(Refused::new(ErrorCode::INVALID_REPLICATION_FACTOR, message));
        if replication_factor <= 0 {
            return refused(format!(
                "Invalid replication factor {replication_factor}: the replication factor must be positive."
            ));
        }
        if self.unfenced == 0 {
            return refused(
                "All brokers are currently fenced, or have all their log directories cordoned."
                    .to_owned(),
            );
        }
        if usize::from(replication_factor.unsigned_abs()) > self.brokers {
            return refused(format!(
                "The target replication factor of {replication_factor} cannot be reached because only \
                 {} broker(s) are registered or some brokers have all their log directories cordoned.",
                self.brokers
            ));
        }
        Ok(())
    }

    /// The replicas of the next partition, the leader first. [`Placer::check`] must have succeeded.
    pub(crate) fn place(&mut self, replication_factor: i16, random: Random<'_>) -> Replicas {
        if self.round == self.unfenced && self.unfenced > 1 {
            self.shuffle(random);
            self.round = 0;
        }
        if self.offset == self.racks.len() {
            self.offset = 0;
        }
        let (leader, leader_rack) = self.place_leader();
        let mut replicas = Replicas::new();
        replicas.push(leader);
        self.place_followers(
            &mut replicas,
            leader_rack,
            usize::from(replication_factor.unsigned_abs()),
        );
        self.round += 1;
        self.offset += 1;
        replicas
    }

    fn place_leader(&mut self) -> (BrokerId, usize) {
        let mut rack = self.offset;
        loop {
            if let Some(broker) = self.racks[rack].unfenced.next(self.round) {
                return (broker, rack);
            }
            rack = (rack + 1) % self.racks.len();
        }
    }

    /// The leader's rack has had its turn in the first stripe.
    fn place_followers(&mut self, replicas: &mut Replicas, leader_rack: usize, count: usize) {
        let mut skip = Some(leader_rack);
        let mut rack = self.offset;
        while replicas.len() < count {
            if skip == Some(rack) {
                skip = None;
            } else {
                let Rack { fenced, unfenced } = &mut self.racks[rack];
                let next = unfenced
                    .next(self.round)
                    .or_else(|| fenced.next(self.round));
                replicas.extend(next);
            }
            rack = (rack + 1) % self.racks.len();
        }
    }

    fn shuffle(&mut self, random: Random<'_>) {
        shuffle(&mut self.racks, random);
        for rack in &mut self.racks {
            shuffle(&mut rack.fenced.brokers, random);
            shuffle(&mut rack.unfenced.brokers, random);
        }
    }
}

impl Controller {
    /// The brokers that take replicas: not those that shut down, nor those all of whose directories
    /// are cordoned (KIP-1066).
    pub(crate) fn usable_brokers(&self) -> Vec<UsableBroker> {
        let brokers = self.image.brokers();
        let usable = brokers.filter(|broker| {
            // A fenced broker has left its controlled shutdown.
            let shutting_down = broker.in_controlled_shutdown && !broker.fenced;
            !shutting_down && broker.has_uncordoned_dirs()
        });
        usable
            .map(|broker| UsableBroker {
                id: broker.id,
                rack: broker.rack.as_deref().map(str::to_owned),
                fenced: broker.fenced,
            })
            .collect()
    }
}

/// A number below `bound`, which is not 0.
fn draw(random: Random<'_>, bound: usize) -> usize {
    usize::try_from(random() % bound as u64).expect("it is below a usize")
}

fn shuffle<T>(items: &mut [T], random: Random<'_>) {
    for last in (1..items.len()).rev() {
        items.swap(last, draw(random, last + 1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn broker(id: i32, rack: Option<&str>, fenced: bool) -> UsableBroker {
        UsableBroker {
            id: BrokerId(id),
            rack: rack.map(str::to_owned),
            fenced,
        }
    }

    /// A stream of random numbers.
    fn random() -> impl FnMut() -> u64 {
        let mut state = 1u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        }
    }

    fn place(brokers: &[UsableBroker], partitions: usize, factor: i16) -> Vec<Replicas> {
        let mut random = random();
        let mut placer = Placer::new(brokers, &mut random);
        placer.check(factor).unwrap();
        (0..partitions)
            .map(|_| placer.place(factor, &mut random))
            .collect()
    }

    #[test]
    fn no_broker_gets_two_replicas_of_a_partition() {
        let brokers: Vec<_> = (0..7).map(|id| broker(id, None, id % 3 == 0)).collect();
        for replicas in place(&brokers, 100, 7) {
            assert_eq!(replicas.iter().collect::<BTreeSet<_>>().len(), 7);
        }
    }

    #[test]
    fn leaders_are_never_fenced_and_spread_evenly() {
        let brokers: Vec<_> = (0..6).map(|id| broker(id, None, id >= 4)).collect();
        let mut leaders = BTreeMap::<_, usize>::new();
        for replicas in place(&brokers, 400, 3) {
            *leaders.entry(replicas[0].0).or_default() += 1;
        }
        assert_eq!(leaders, [(0, 100), (1, 100), (2, 100), (3, 100)].into());
    }

    #[test]
    fn replicas_of_a_partition_lie_in_different_racks() {
        let racks = ["a", "b", "c"];
        let brokers: Vec<_> = (0..9)
            .map(|id| broker(id, Some(racks[id as usize % 3]), false))
            .collect();
        for replicas in place(&brokers, 100, 3) {
            assert_eq!(
                replicas
                    .iter()
                    .map(|id| id.0 % 3)
                    .collect::<BTreeSet<_>>()
                    .len(),
                3
            );
        }
    }

    #[test]
    fn what_cannot_be_placed_is_refused_in_kafkas_words() {
        let check = |brokers: &[UsableBroker], factor| {
            let refused = Placer::new(brokers, &mut random())
                .check(factor)
                .unwrap_err();
            assert_eq!(refused.code, ErrorCode::INVALID_REPLICATION_FACTOR);
            refused.message.unwrap()
        };
        assert_eq!(
            check(&[broker(1, None, true)], 1),
            "All brokers are currently fenced, or have all their log directories cordoned."
        );
        assert_eq!(
            check(&[broker(1, None, false)], 2),
            "The target replication factor of 2 cannot be reached because only 1 broker(s) are registered \
             or some brokers have all their log directories cordoned."
        );
        assert_eq!(
            check(&[broker(1, None, false)], 0),
            "Invalid replication factor 0: the replication factor must be positive."
        );
    }
}
