//! Random administration against the simplest thing that could be right: a map of names.

use std::collections::BTreeMap;

use metadata::{Changes, Delta, Image, Loader, Provenance};
use model::{ErrorCode, LeaderEpoch, Offset, TimestampMs, Uuid};
use proptest::prelude::*;
use protocol::create_partitions_request::{CreatePartitionsRequest, CreatePartitionsTopic};
use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use protocol::delete_topics_request::DeleteTopicsRequest;

use crate::fixture::Cluster;

#[derive(Clone, Debug)]
enum Step {
    Create {
        name: &'static str,
        partitions: i32,
        factor: i16,
        validate_only: bool,
    },
    Delete {
        name: &'static str,
    },
    Grow {
        name: &'static str,
        count: i32,
    },
    Lose {
        broker: i32,
    },
    Return {
        broker: i32,
    },
}

fn names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "a.b", "a_b", "c", "", "bad name"])
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (names(), -2..5i32, -2..5i16, any::<bool>()).prop_map(
            |(name, partitions, factor, validate_only)| Step::Create { name, partitions, factor, validate_only }
        ),
        2 => names().prop_map(|name| Step::Delete { name }),
        2 => (names(), 0..8i32).prop_map(|(name, count)| Step::Grow { name, count }),
        1 => (0..3i32).prop_map(|broker| Step::Lose { broker }),
        1 => (0..3i32).prop_map(|broker| Step::Return { broker }),
    ]
}

/// What the cluster should look like.
#[derive(Debug, Default)]
struct Model {
    /// Partitions and replication factor.
    topics: BTreeMap<&'static str, (i32, i16)>,
    unfenced: [bool; 3],
}

impl Model {
    fn create(
        &mut self,
        name: &'static str,
        partitions: i32,
        factor: i16,
        keep: bool,
    ) -> ErrorCode {
        let collides =
            |other: &str| other != name && other.replace('.', "_") == name.replace('.', "_");
        let partitions = if partitions == -1 { 1 } else { partitions };
        let factor = if factor == -1 { 1 } else { factor };
        if self.topics.contains_key(name) {
            return ErrorCode::TOPIC_ALREADY_EXISTS;
        }
        if name.is_empty() || name.contains(' ') || self.topics.keys().copied().any(collides) {
            return ErrorCode::INVALID_TOPIC_EXCEPTION;
        }
        if factor < 1 {
            return ErrorCode::INVALID_REPLICATION_FACTOR;
        }
        if partitions < 1 {
            return ErrorCode::INVALID_PARTITIONS;
        }
        if factor > 3 || self.unfenced == [false; 3] {
            return ErrorCode::INVALID_REPLICATION_FACTOR;
        }
        if keep {
            self.topics.insert(name, (partitions, factor));
        }
        ErrorCode::NONE
    }

    fn grow(&mut self, name: &str, count: i32) -> ErrorCode {
        let can_place = self.unfenced != [false; 3];
        match self.topics.get_mut(name) {
            None => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            Some((partitions, _)) if count <= *partitions => ErrorCode::INVALID_PARTITIONS,
            Some(_) if !can_place => ErrorCode::INVALID_REPLICATION_FACTOR,
            Some((partitions, _)) => {
                *partitions = count;
                ErrorCode::NONE
            }
        }
    }
}

fn take(cluster: &mut Cluster, model: &mut Model, step: Step) -> (ErrorCode, ErrorCode) {
    match step {
        Step::Create {
            name,
            partitions: num_partitions,
            factor,
            validate_only,
        } => {
            let topic = CreatableTopic {
                name: name.into(),
                num_partitions,
                replication_factor: factor,
                ..CreatableTopic::default()
            };
            let request = CreateTopicsRequest {
                topics: vec![topic],
                validate_only,
                ..Default::default()
            };
            let response = cluster.ask(|c, random| c.create_topics(random, &request, &|_| true));
            let expected = model.create(name, num_partitions, factor, !validate_only);
            (response.topics[0].error_code, expected)
        }
        Step::Delete { name } => {
            let request = DeleteTopicsRequest {
                topic_names: vec![name.into()],
                ..Default::default()
            };
            let decided = cluster.controller.delete_topics(5, &request);
            let code = cluster.commit(decided).responses[0].error_code;
            let expected = match model.topics.remove(name) {
                Some(_) => ErrorCode::NONE,
                None => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            };
            (code, expected)
        }
        Step::Grow { name, count } => {
            let topic = CreatePartitionsTopic {
                name: name.into(),
                count,
                assignments: None,
                ..Default::default()
            };
            let request = CreatePartitionsRequest {
                topics: vec![topic],
                ..Default::default()
            };
            let response = cluster.ask(|c, random| c.create_partitions(random, &request));
            (response.results[0].error_code, model.grow(name, count))
        }
        Step::Lose { broker } => {
            cluster.lose(broker);
            model.unfenced[broker as usize] = false;
            (ErrorCode::NONE, ErrorCode::NONE)
        }
        Step::Return { broker } => {
            model.unfenced[broker as usize] = true;
            (
                cluster.heartbeat(broker, |_| ()).error_code,
                ErrorCode::NONE,
            )
        }
    }
}

/// What holds for every partition at every moment.
fn check_invariants(cluster: &Cluster) {
    let image = cluster.controller.image();
    for topic in image.topics().iter() {
        for (index, partition) in topic.partitions.iter() {
            let what = format!("{}-{index} {partition:?}", topic.name);
            let distinct: std::collections::BTreeSet<_> = partition.replicas.iter().collect();
            assert_eq!(distinct.len(), partition.replicas.len(), "{what}");
            assert_eq!(
                partition.directories.len(),
                partition.replicas.len(),
                "{what}"
            );
            let active = |id| {
                image
                    .broker(id)
                    .is_some_and(metadata::BrokerRegistration::is_active)
            };
            assert!(
                partition
                    .isr
                    .iter()
                    .all(|id| partition.replicas.contains(id)),
                "{what}"
            );
            assert!(
                partition.isr.iter().all(|id| active(*id)),
                "no fenced broker in an ISR: {what}"
            );
            assert!(
                partition.elr().iter().all(|id| !partition.isr.contains(id)),
                "{what}"
            );
            match partition.leader {
                Some(leader) => {
                    assert!(partition.isr.contains(&leader) && active(leader), "{what}")
                }
                None => assert!(partition.isr.is_empty(), "{what}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn topics_follow_the_model(steps in prop::collection::vec(steps(), 1..40)) {
        let mut cluster = Cluster::of(3);
        let mut model = Model { unfenced: [true; 3], ..Model::default() };
        let base = cluster.controller.image().clone();
        let mut delta = Delta::new(&base);
        for step in steps {
            let what = format!("{step:?}");
            let before = delta.image().clone();
            let (code, expected) = take(&mut cluster, &mut model, step);
            prop_assert_eq!(code, expected, "{}", what);
            for record in &cluster.last {
                delta.replay(record).unwrap();
            }
            check_invariants(&cluster);
            let compared = Changes::between(&before, delta.image());
            prop_assert!(compared.topics_created.len() + compared.topics_deleted.len() <= 1);
            // `lose` decides more than once, so that only the controller has seen all of it.
            delta = Delta::new(cluster.controller.image());
        }
        let topics = cluster.controller.image().topics();
        let shape: BTreeMap<_, _> = topics
            .iter()
            .map(|topic| {
                let factor = topic.partitions.iter().next().unwrap().1.replicas.len();
                (&*topic.name, (topic.partitions.len() as i32, factor as i16))
            })
            .collect();
        prop_assert_eq!(shape, model.topics);
        check_snapshot(cluster.controller.image());
    }
}

/// A new controller that loads a snapshot sees the same cluster.
fn check_snapshot(image: &Image) {
    let mut records = Vec::new();
    image.write(|record| records.push(record));
    let last = Provenance {
        offset: Offset(1),
        epoch: LeaderEpoch(1),
        timestamp: TimestampMs(1),
    };
    let mut loader = Loader::default();
    let published = loader.on_snapshot(&records, last).unwrap();
    assert_eq!(published.image, image.clone().with_provenance(last));
    assert!(published.image.topics().get(Uuid::ZERO).is_none());
}
