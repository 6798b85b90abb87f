//! Elections that an administrator asks for.

use metadata::{Partition, Topic};
use model::{ErrorCode, PartitionIndex};
use protocol::elect_leaders_request::ElectLeadersRequest;
use protocol::elect_leaders_response::{
    ElectLeadersResponse, PartitionResult, ReplicaElectionResult,
};
use statemachine::Decision;

use crate::answer::{Refused, tell};
use crate::controller::{Controller, Decided, Records};
use crate::leadership::Election;

impl Controller {
    /// ElectLeaders, key 43, versions 0 to 2 (KIP-183, KIP-460).
    ///
    /// - Type 0 makes the first replica the leader, type 1 (v1) gives a leaderless partition a leader
    ///   even at the price of records. Null stands for all partitions; those that need no election are
    ///   then left out of the answer.
    /// - Per partition: `UNKNOWN_TOPIC_OR_PARTITION`, `ELECTION_NOT_NEEDED`,
    ///   `PREFERRED_LEADER_NOT_AVAILABLE`, `ELIGIBLE_LEADERS_NOT_AVAILABLE`; `INVALID_REQUEST` for
    ///   another type; `POLICY_VIOLATION` for too many at once.
    #[must_use]
    pub fn elect_leaders(
        &self,
        request: &ElectLeadersRequest<'_>,
    ) -> Decided<ElectLeadersResponse<'static>> {
        let mut records = Records::default();
        match self.try_elect(request, &mut records) {
            Ok(replica_election_results) => {
                let response = ElectLeadersResponse {
                    replica_election_results,
                    ..Default::default()
                };
                Decision::write(records.into_vec(), response)
            }
            Err(refused) => Decision::read(refuse_all(request, &refused)),
        }
    }

    fn try_elect(
        &self,
        request: &ElectLeadersRequest<'_>,
        records: &mut Records,
    ) -> Result<Vec<ReplicaElectionResult<'static>>, Refused> {
        let election = match request.election_type {
            0 => Election::Preferred,
            1 => Election::Unclean,
            other => {
                return Err(Refused::invalid_request(format!(
                    "Unknown election type {other}"
                )));
            }
        };
        match &request.topic_partitions {
            Some(topics) => topics
                .iter()
                .map(|topic| {
                    let indexes = topic.partitions.iter().map(|index| PartitionIndex(*index));
                    self.elect_in(election, &topic.topic, indexes, records)
                })
                .collect(),
            None => self
                .image
                .topics()
                .iter_by_name()
                .map(|topic| {
                    let indexes = topic.partitions.iter().map(|(index, _)| index);
                    let mut results = self.elect_in(election, &topic.name, indexes, records)?;
                    let needed =
                        |r: &PartitionResult<'_>| r.error_code != ErrorCode::ELECTION_NOT_NEEDED;
                    results.partition_result.retain(needed);
                    Ok(results)
                })
                .collect(),
        }
    }

    /// Fails only when there are too many records.
    fn elect_in(
        &self,
        election: Election,
        topic: &str,
        indexes: impl Iterator<Item = PartitionIndex>,
        records: &mut Records,
    ) -> Result<ReplicaElectionResult<'static>, Refused> {
        let mut partition_result = Vec::new();
        for index in indexes {
            let outcome = self.elect_one(election, topic, index);
            let (error_code, error_message) = tell(&outcome);
            partition_result.push(PartitionResult {
                partition_id: index.0,
                error_code,
                error_message,
                ..PartitionResult::default()
            });
            if let Ok(record) = outcome {
                records.push(record)?;
            }
        }
        let topic = topic.to_owned().into();
        Ok(ReplicaElectionResult {
            topic,
            partition_result,
            ..Default::default()
        })
    }

    fn elect_one(
        &self,
        election: Election,
        name: &str,
        index: PartitionIndex,
    ) -> Result<protocol::partition_change_record::PartitionChangeRecord, Refused> {
        let unknown = |message| Refused::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, message);
        let topic: &Topic = self
            .image
            .topics()
            .by_name(name)
            .ok_or_else(|| unknown(format!("No such topic as {name}")))?;
        let partition: &Partition = topic
            .partition(index)
            .ok_or_else(|| unknown(format!("No such partition as {name}-{index}")))?;
        let needed = match election {
            Election::Preferred => !partition.has_preferred_leader(),
            Election::Online | Election::Unclean => partition.leader.is_none(),
        };
        if !needed {
            let message = "Leader election not needed for topic partition.";
            return Err(Refused::new(ErrorCode::ELECTION_NOT_NEEDED, message));
        }
        let change = self
            .change(topic, index, partition)
            .election(election)
            .build();
        change.ok_or_else(|| nobody_available(election))
    }
}

fn nobody_available(election: Election) -> Refused {
    match election {
        Election::Preferred => {
            let message = "The preferred leader was not available.";
            Refused::new(ErrorCode::PREFERRED_LEADER_NOT_AVAILABLE, message)
        }
        Election::Online | Election::Unclean => {
            let message = "Eligible topic partition leaders are not available.";
            Refused::new(ErrorCode::ELIGIBLE_LEADERS_NOT_AVAILABLE, message)
        }
    }
}

fn refuse_all(
    request: &ElectLeadersRequest<'_>,
    refused: &Refused,
) -> ElectLeadersResponse<'static> {
    let results = request
        .topic_partitions
        .iter()
        .flatten()
        .map(|topic| ReplicaElectionResult {
            topic: topic.topic.to_string().into(),
            partition_result: topic
                .partitions
                .iter()
                .map(|partition_id| PartitionResult {
                    partition_id: *partition_id,
                    error_code: refused.code,
                    error_message: refused.message.clone().map(Into::into),
                    ..PartitionResult::default()
                })
                .collect(),
            ..ReplicaElectionResult::default()
        });
    ElectLeadersResponse {
        error_code: refused.code,
        replica_election_results: results.collect(),
        ..ElectLeadersResponse::default()
    }
}
