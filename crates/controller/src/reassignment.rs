//! Moving replicas to other brokers (KIP-455).
//!
//! ```text
//! replicas 1 2 3, wanted 1 4        replicas 1 4 2 3   adding 4   removing 2 3
//! all of 1 4 in sync                replicas 1 4       adding -   removing -
//! ```

use metadata::{Partition, Replicas, Topic};
use model::{BrokerId, ErrorCode, PartitionIndex};
use protocol::alter_partition_reassignments_request::{
    AlterPartitionReassignmentsRequest, ReassignablePartition,
};
use protocol::alter_partition_reassignments_response::{
    AlterPartitionReassignmentsResponse, ReassignablePartitionResponse, ReassignableTopicResponse,
};
use protocol::list_partition_reassignments_request::ListPartitionReassignmentsRequest;
use protocol::list_partition_reassignments_response::{
    ListPartitionReassignmentsResponse, OngoingPartitionReassignment, OngoingTopicReassignment,
};
use protocol::partition_change_record::PartitionChangeRecord;
use statemachine::Decision;

use crate::answer::{Refused, tell};
use crate::controller::{Controller, Decided, Records};
use crate::leadership::Election;
use crate::partition_change::ids;

impl Controller {
    /// AlterPartitionReassignments, key 45, versions 0 and 1 (KIP-455).
    ///
    /// - Begins a reassignment, replaces one, or (null replicas) cancels one.
    /// - v1 may forbid that the number of replicas changes (KIP-860).
    /// - Per partition: `UNKNOWN_TOPIC_OR_PARTITION`, `INVALID_REPLICA_ASSIGNMENT`,
    ///   `INVALID_REPLICATION_FACTOR`, `NO_REASSIGNMENT_IN_PROGRESS`; for all `POLICY_VIOLATION` when
    ///   there are too many.
    #[must_use]
    pub fn alter_partition_reassignments(
        &self,
        request: &AlterPartitionReassignmentsRequest<'_>,
    ) -> Decided<AlterPartitionReassignmentsResponse<'static>> {
        let mut records = Records::default();
        let mut response = AlterPartitionReassignmentsResponse {
            allow_replication_factor_change: request.allow_replication_factor_change,
            ..AlterPartitionReassignmentsResponse::default()
        };
        for topic in &request.topics {
            let mut partitions = Vec::new();
            for partition in &topic.partitions {
                let allow = request.allow_replication_factor_change;
                let outcome = self.reassign(&topic.name, partition, allow);
                let (error_code, error_message) = tell(&outcome);
                partitions.push(ReassignablePartitionResponse {
                    partition_index: partition.partition_index,
                    error_code,
                    error_message,
                    ..ReassignablePartitionResponse::default()
                });
                let change = outcome.ok().flatten();
                if let Some(Err(refused)) = change.map(|change| records.push(change)) {
                    return Decision::read(AlterPartitionReassignmentsResponse {
                        error_code: refused.code,
                        error_message: refused.message.map(Into::into),
                        ..response
                    });
                }
            }
            let name = topic.name.to_string().into();
            let topic = ReassignableTopicResponse {
                name,
                partitions,
                ..Default::default()
            };
            response.responses.push(topic);
        }
        Decision::atomically(records.into_vec(), response)
    }

    fn reassign(
        &self,
        name: &str,
        target: &ReassignablePartition,
        allow_factor_change: bool,
    ) -> Result<Option<PartitionChangeRecord>, Refused> {
        let unknown = |message| Refused::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, message);
        let topic = self.image.topics().by_name(name);
        let topic =
            topic.ok_or_else(|| unknown(format!("Unable to find a topic named {name}.")))?;
        let index = PartitionIndex(target.partition_index);
        let partition = topic
            .partition(index)
            .ok_or_else(|| unknown(format!("Unable to find partition {name}:{index}.")))?;
        let Some(replicas) = &target.replicas else {
            return self.cancel(topic, index, partition);
        };
        let wanted: Replicas = replicas.iter().map(|id| BrokerId(*id)).collect();
        self.check_assignment(&wanted, None)?;
        if !allow_factor_change {
            check_factor(partition, &wanted)?;
        }
        let change = self.change(topic, index, partition);
        let (replicas, removing, adding) = stages(&partition.replicas, &wanted);
        Ok(change
            .replicas(replicas)
            .reassignment(removing, adding)
            .build())
    }

    /// Goes back to the replicas from before, if that is possible without losing records.
    fn cancel(
        &self,
        topic: &Topic,
        index: PartitionIndex,
        partition: &Partition,
    ) -> Result<Option<PartitionChangeRecord>, Refused> {
        if !partition.is_reassigning() {
            return Err(Refused::silent(ErrorCode::NO_REASSIGNMENT_IN_PROGRESS));
        }
        let adding = partition.adding();
        let kept = |list: &[BrokerId]| -> Replicas {
            list.iter()
                .copied()
                .filter(|id| !adding.contains(id))
                .collect()
        };
        let (replicas, mut isr) = (kept(&partition.replicas), kept(&partition.isr));
        let unclean_allowed = self.unclean_election_enabled(&topic.name);
        if isr.is_empty() {
            let invalid = |message| Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message);
            let Some(first) = replicas.first() else {
                let message = "Invalid replica assignment: addingReplicas contains all replicas.";
                return Err(invalid(message.to_owned()));
            };
            if !unclean_allowed {
                let name = &topic.name;
                return Err(invalid(format!(
                    "Unable to revert partition assignment for {name}:{index} because it would require \
                     an unclean leader election."
                )));
            }
            isr.push(*first);
        }
        let election = if unclean_allowed {
            Election::Unclean
        } else {
            Election::Online
        };
        let change = self.change(topic, index, partition).election(election);
        let change = change.isr(isr).replicas(replicas);
        Ok(change
            .reassignment(Replicas::new(), Replicas::new())
            .build())
    }

    /// ListPartitionReassignments, key 46, version 0 (KIP-455).
    ///
    /// - The reassignments under way: of all topics (null) or of some partitions. What is not being
    ///   reassigned, or does not exist, is left out.
    #[must_use]
    pub fn list_partition_reassignments(
        &self,
        request: &ListPartitionReassignmentsRequest<'_>,
    ) -> Decided<ListPartitionReassignmentsResponse<'static>> {
        let topics = self.image.topics();
        let ongoing: Vec<_> = match &request.topics {
            None => {
                let all = topics.iter_by_name();
                all.filter_map(|topic| ongoing(topic, topic.partitions.iter()))
                    .collect()
            }
            Some(wanted) => wanted
                .iter()
                .filter_map(|wanted| {
                    let topic = topics.by_name(&wanted.name)?;
                    let indexes = wanted
                        .partition_indexes
                        .iter()
                        .map(|index| PartitionIndex(*index));
                    let found = indexes.filter_map(|index| Some((index, topic.partition(index)?)));
                    ongoing(topic, found)
                })
                .collect(),
        };
        let response = ListPartitionReassignmentsResponse {
            topics: ongoing,
            ..Default::default()
        };
        Decision::read(response)
    }
}

/// The replicas while both old and new ones exist, those to remove, those to add.
fn stages(current: &[BrokerId], wanted: &Replicas) -> (Replicas, Replicas, Replicas) {
    let without = |list: &[BrokerId], other: &[BrokerId]| -> Replicas {
        let mut rest: Replicas = list
            .iter()
            .copied()
            .filter(|id| !other.contains(id))
            .collect();
        rest.sort_unstable();
        rest
    };
    let (removing, adding) = (without(current, wanted), without(wanted, current));
    let mut replicas = wanted.clone();
    replicas.extend_from_slice(&removing);
    (replicas, removing, adding)
}

fn check_factor(partition: &Partition, wanted: &[BrokerId]) -> Result<(), Refused> {
    let removing = partition.removing();
    let current = partition
        .replicas
        .iter()
        .filter(|id| !removing.contains(id))
        .count();
    if current == wanted.len() {
        return Ok(());
    }
    let message = format!(
        "The replication factor is changed from {current} to {}",
        wanted.len()
    );
    Err(Refused::new(ErrorCode::INVALID_REPLICATION_FACTOR, message))
}

fn ongoing<'a>(
    topic: &Topic,
    partitions: impl Iterator<Item = (PartitionIndex, &'a Partition)>,
) -> Option<OngoingTopicReassignment<'static>> {
    let reassigning = partitions.filter(|(_, partition)| partition.is_reassigning());
    let partitions: Vec<_> = reassigning
        .map(|(index, partition)| OngoingPartitionReassignment {
            partition_index: index.0,
            replicas: ids(&partition.replicas),
            adding_replicas: ids(partition.adding()),
            removing_replicas: ids(partition.removing()),
            ..OngoingPartitionReassignment::default()
        })
        .collect();
    let name = topic.name.to_string().into();
    (!partitions.is_empty()).then(|| OngoingTopicReassignment {
        name,
        partitions,
        ..Default::default()
    })
}
