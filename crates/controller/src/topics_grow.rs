//! Topics get more partitions.

use std::collections::BTreeSet;

use metadata::{Partition, Replicas, Topic};
use model::{BrokerId, ErrorCode, PartitionIndex};
use protocol::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use protocol::create_partitions_response::{CreatePartitionsResponse, CreatePartitionsTopicResult};
use statemachine::Decision;

use crate::answer::{Refused, tell};
use crate::controller::{Controller, Decided, Random, Records};
use crate::topics_create::MAX_PARTITIONS;

impl Controller {
    /// CreatePartitions, key 37, versions 0 to 3 (KIP-195).
    ///
    /// - Adds partitions, with placed or given replicas; each topic succeeds or fails for itself.
    /// - Per topic `UNKNOWN_TOPIC_OR_PARTITION`, `INVALID_PARTITIONS` if it would not grow,
    ///   `INVALID_REPLICA_ASSIGNMENT`, `INVALID_REPLICATION_FACTOR`, `INVALID_REQUEST` for one that is
    ///   named twice; `POLICY_VIOLATION` for all when there are too many.
    #[must_use]
    pub fn create_partitions(
        &self,
        random: Random<'_>,
        request: &CreatePartitionsRequest<'_>,
    ) -> Decided<CreatePartitionsResponse<'static>> {
        let mut seen = BTreeSet::new();
        let names = request.topics.iter().map(|topic| &*topic.name);
        let duplicates: BTreeSet<&str> = names.filter(|name| !seen.insert(*name)).collect();
        let twice: Result<(), _> = Err(Refused::invalid_request("Duplicate topic name."));
        let mut results: Vec<_> = duplicates.iter().map(|name| answer(name, &twice)).collect();
        let mut records = Records::default();
        let once = || {
            request
                .topics
                .iter()
                .filter(|topic| !duplicates.contains(&*topic.name))
        };
        if self.additional(once()) > MAX_PARTITIONS {
            let message = "Excessively large number of additional partitions per request.";
            return refuse_all(request, Refused::new(ErrorCode::POLICY_VIOLATION, message));
        }
        for topic in once() {
            let outcome = self.grow(random, topic, &mut records);
            if outcome == Err(Refused::too_many_records()) {
                return refuse_all(request, Refused::too_many_records());
            }
            results.push(answer(&topic.name, &outcome));
        }
        let records = if request.validate_only {
            Vec::new()
        } else {
            records.into_vec()
        };
        Decision::atomically(
            records,
            CreatePartitionsResponse {
                results,
                ..Default::default()
            },
        )
    }

    /// How many partitions would be added in all.
    fn additional<'t, 'n: 't>(
        &self,
        topics: impl Iterator<Item = &'t CreatePartitionsTopic<'n>>,
    ) -> i64 {
        let additional = topics.filter_map(|wanted| {
            let current = self.image.topics().by_name(&wanted.name)?.partitions.len();
            Some(i64::from(wanted.count) - i64::try_from(current).unwrap_or(i64::MAX))
        });
        additional.filter(|more| *more > 0).sum()
    }

    fn grow(
        &self,
        random: Random<'_>,
        wanted: &CreatePartitionsTopic<'_>,
        records: &mut Records,
    ) -> Result<(), Refused> {
        let topic = self.image.topics().by_name(&wanted.name);
        let topic = topic.ok_or(Refused::silent(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION))?;
        let additional = check_count(topic, wanted)?;
        let first = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        let replicas = topic
            .partitions
            .iter()
            .next()
            .map_or(0, |(_, first)| first.replicas.len());
        let partitions = match &wanted.assignments {
            Some(assignments) => self.assigned_to(assignments, first, replicas)?,
            None => self.place(
                random,
                additional,
                i16::try_from(replicas).unwrap_or(i16::MAX),
            )?,
        };
        let metadata_version = self.image.metadata_version();
        for (partition, index) in partitions.iter().zip(first..) {
            let record = partition.to_record(topic.id, PartitionIndex(index), metadata_version);
            records.push(record)?;
        }
        Ok(())
    }

    fn assigned_to(
        &self,
        assignments: &[CreatePartitionsAssignment],
        first: i32,
        factor: usize,
    ) -> Result<Vec<Partition>, Refused> {
        let one = |(assignment, index): (&CreatePartitionsAssignment, i32)| {
            let replicas: Replicas = assignment
                .broker_ids
                .iter()
                .map(|id| BrokerId(*id))
                .collect();
            self.check_assignment(&replicas, Some(factor))?;
            self.assigned_partition(PartitionIndex(index), replicas)
        };
        assignments.iter().zip(first..).map(one).collect()
    }
}

/// How many partitions are to be added.
fn check_count(topic: &Topic, wanted: &CreatePartitionsTopic<'_>) -> Result<i32, Refused> {
    let current = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    let (name, count) = (&topic.name, wanted.count);
    let invalid = |message| Err(Refused::new(ErrorCode::INVALID_PARTITIONS, message));
    if count == current {
        return invalid(format!("Topic already has {current} partition(s)."));
    }
    if count < current {
        return invalid(format!(
            "The topic {name} currently has {current} partition(s); {count} would not be an increase."
        ));
    }
    let additional = count - current;
    let assigned = wanted.assignments.as_ref().map(Vec::len);
    match assigned.filter(|assigned| i32::try_from(*assigned) != Ok(additional)) {
        None => Ok(additional),
        Some(assigned) => {
            let message = format!(
                "Attempted to add {additional} additional partition(s), but only {assigned} \
                 assignment(s) were specified."
            );
            Err(Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message))
        }
    }
}

fn answer<T>(name: &str, outcome: &Result<T, Refused>) -> CreatePartitionsTopicResult<'static> {
    let (error_code, error_message) = tell(outcome);
    let name = name.to_owned().into();
    CreatePartitionsTopicResult {
        name,
        error_code,
        error_message,
        ..Default::default()
    }
}

fn refuse_all(
    request: &CreatePartitionsRequest<'_>,
    refused: Refused,
) -> Decided<CreatePartitionsResponse<'static>> {
    let outcome: Result<(), _> = Err(refused);
    let results = request
        .topics
        .iter()
        .map(|topic| answer(&topic.name, &outcome))
        .collect();
    Decision::read(CreatePartitionsResponse {
        results,
        ..Default::default()
    })
}
