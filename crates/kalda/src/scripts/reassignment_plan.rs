//! What kafka-reassign-partitions works out: replicas spread over brokers anew, and whose copying is throttled meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use client::TopicPartition;
use client::admin::Reassignment;
use model::ErrorCode;

use super::faults::{Fault, Thrown};
use super::reassignment_files::Assignment;

/// A broker that may get replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usable {
    /// Its id.
    pub id: i32,
    /// Where it is, if that counts.
    pub rack: Option<String>,
}

/// Spreads the replicas of as many partitions of each topic over brokers: partitions begin at one rack after the other and take
/// one replica of each in turn, in a rack brokers take turns. `start` is where it begins, so that not all topics begin alike.
///
/// # Errors
/// As a controller refuses it.
pub fn spread(current: &Assignment, brokers: &[Usable], start: usize) -> Result<Assignment, Fault> {
    let mut racks: BTreeMap<Option<&str>, Vec<i32>> = BTreeMap::new();
    for broker in brokers {
        let rack = racks.entry(broker.rack.as_deref()).or_default();
        rack.push(broker.id);
        rack.sort_unstable();
    }
    let racks: Vec<Vec<i32>> = racks.into_values().collect();
    let mut topics: BTreeMap<&str, Vec<&Vec<i32>>> = BTreeMap::new();
    for (tp, replicas) in current {
        topics.entry(&tp.topic).or_default().push(replicas);
    }
    let mut spread = Assignment::new();
    for (topic, partitions) in topics {
        let count = partitions[0].len();
        expect_enough(count, brokers.len())?;
        for (index, at) in (0..).zip(start..start + partitions.len()) {
            let tp = TopicPartition::new(topic, index);
            spread.insert(tp, replicas(&racks, at, count));
        }
    }
    Ok(spread)
}

fn expect_enough(count: usize, brokers: usize) -> Result<(), Fault> {
    let message = match brokers {
        0 => "All brokers are currently fenced, or have all their log directories cordoned."
            .to_owned(),
        brokers if count > brokers => format!(
            "The target replication factor of {count} cannot be reached because only {brokers} broker(s) are registered."
        ),
        _ => return Ok(()),
    };
    let code = ErrorCode::INVALID_REPLICATION_FACTOR;
    Err(Thrown::of_code(code, Some(&message)).into())
}

/// The replicas of one partition, of which there are brokers enough.
fn replicas(racks: &[Vec<i32>], at: usize, count: usize) -> Vec<i32> {
    let mut taken = vec![0; racks.len()];
    let mut replicas = Vec::with_capacity(count);
    for turn in at.. {
        if replicas.len() == count {
            break;
        }
        let rack = turn % racks.len();
        let brokers = &racks[rack];
        if taken[rack] < brokers.len() {
            // The next round over the racks begins with the next brokers.
            let first = at / racks.len();
            replicas.push(brokers[(first + taken[rack]) % brokers.len()]);
            taken[rack] += 1;
        }
    }
    replicas
}

/// The brokers that a partition is copied from, and those that it is copied to.
type Ends = (BTreeSet<i32>, BTreeSet<i32>);

/// Where replicas are copied from and to, by topic and partition.
#[derive(Debug, Default)]
pub struct Moves(BTreeMap<String, BTreeMap<i32, Ends>>);

impl Moves {
    /// What is going on, and what is asked for on top of it.
    pub fn new(
        going: &BTreeMap<TopicPartition, Reassignment>,
        wanted: &Assignment,
        current: &Assignment,
    ) -> Self {
        let mut moves = Self::default();
        for (tp, one) in going {
            let adding: BTreeSet<i32> = one.adding.iter().copied().collect();
            let all = one.replicas.iter().copied();
            let sources = all.filter(|id| !adding.contains(id)).collect();
            moves.insert(tp, sources, adding);
        }
        for (tp, replicas) in wanted {
            let known = moves.0.get(&*tp.topic).and_then(|t| t.get(&tp.partition));
            let sources: BTreeSet<i32> = match known {
                Some((sources, _)) => sources.clone(),
                None => current.get(tp).into_iter().flatten().copied().collect(),
            };
            let all = replicas.iter().copied();
            let destinations = all.filter(|id| !sources.contains(id)).collect();
            moves.insert(tp, sources, destinations);
        }
        moves
    }

    fn insert(&mut self, tp: &TopicPartition, from: BTreeSet<i32>, to: BTreeSet<i32>) {
        let topic = self.0.entry(tp.topic.to_string()).or_default();
        topic.insert(tp.partition, (from, to));
    }

    /// For each topic the replicas that are throttled as leaders and as followers, as configurations name them.
    pub fn throttled(&self) -> Vec<(&str, String, String)> {
        let topics = self.0.iter().map(|(topic, partitions)| {
            let (mut leaders, mut followers) = (BTreeSet::new(), BTreeSet::new());
            for (partition, (from, to)) in partitions {
                leaders.extend(from.iter().map(|id| format!("{partition}:{id}")));
                followers.extend(to.difference(from).map(|id| format!("{partition}:{id}")));
            }
            let text =
                |replicas: BTreeSet<String>| replicas.into_iter().collect::<Vec<_>>().join(",");
            (topic.as_str(), text(leaders), text(followers))
        });
        topics.collect()
    }

    /// All brokers that copy.
    pub fn brokers(&self) -> BTreeSet<i32> {
        let partitions = self.0.values().flat_map(BTreeMap::values);
        partitions
            .flat_map(|(from, to)| from.union(to).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assignment(partitions: i32, replicas: &[i32]) -> Assignment {
        let partitions = (0..partitions).map(|index| TopicPartition::new("t", index));
        partitions.map(|tp| (tp, replicas.to_vec())).collect()
    }

    fn brokers(racks: &[(i32, Option<&str>)]) -> Vec<Usable> {
        let brokers = racks.iter().map(|(id, rack)| Usable {
            id: *id,
            rack: rack.map(str::to_owned),
        });
        brokers.collect()
    }

    #[test]
    fn replicas_take_turns_and_racks_too() {
        let plain = brokers(&[(1, None), (2, None), (3, None)]);
        let placed = spread(&assignment(3, &[1, 2]), &plain, 0).expect("brokers enough");
        let replicas: Vec<_> = placed.into_values().collect();
        assert_eq!(replicas, [vec![1, 2], vec![2, 3], vec![3, 1]]);
        let racked = brokers(&[(1, Some("a")), (2, Some("a")), (3, Some("b"))]);
        for start in 0..7 {
            let placed = spread(&assignment(4, &[1, 2]), &racked, start).expect("brokers enough");
            for replicas in placed.into_values() {
                assert!(replicas.contains(&3) && replicas.len() == 2, "{replicas:?}");
            }
            let placed = spread(&assignment(4, &[1, 2, 3]), &racked, start).expect("enough");
            for mut replicas in placed.into_values() {
                replicas.sort_unstable();
                assert_eq!(replicas, [1, 2, 3]);
            }
        }
    }

    #[test]
    fn brokers_must_be_enough() {
        let one = brokers(&[(1, None)]);
        let message = |brokers: &[Usable]| {
            let refused = spread(&assignment(1, &[1, 2]), brokers, 0);
            refused.expect_err("too few").message()
        };
        assert!(message(&one).contains("replication factor of 2"));
        assert!(message(&[]).contains("currently fenced"));
    }

    #[test]
    fn what_is_copied_is_throttled_where_it_comes_from_and_where_it_goes() {
        let wanted = assignment(2, &[2, 3]);
        let moves = Moves::new(&BTreeMap::new(), &wanted, &assignment(2, &[1, 2]));
        let throttled = ("t", "0:1,0:2,1:1,1:2".to_owned(), "0:3,1:3".to_owned());
        assert_eq!(moves.throttled(), [throttled]);
        assert_eq!(moves.brokers(), BTreeSet::from([1, 2, 3]));
    }
}
