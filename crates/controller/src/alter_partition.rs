//! Leaders change the ISR of their partitions.

use metadata::{LeaderRecoveryState, Partition, Topic};
use model::{BrokerId, ErrorCode, PartitionIndex};
use protocol::alter_partition_request::{self as request, AlterPartitionRequest, BrokerState};
use protocol::alter_partition_response::{self as response, AlterPartitionResponse};
use protocol::partition_change_record::PartitionChangeRecord;
use statemachine::Decision;

use crate::controller::{Controller, Decided, Record};
use crate::partition_change::ids;

/// From this version on the ISR comes with broker epochs (KIP-903).
const WITH_EPOCHS_SINCE: i16 = 3;
/// An epoch that is not compared.
const ANY_EPOCH: i64 = -1;

impl Controller {
    /// AlterPartition, key 56, versions 2 and 3 (KIP-497).
    ///
    /// - The leader of a partition proposes another ISR, at the partition epoch that it knows.
    /// - `STALE_BROKER_EPOCH` for the whole request unless that incarnation of the broker is registered.
    /// - Per partition: `UNKNOWN_TOPIC_ID`, `UNKNOWN_TOPIC_OR_PARTITION`, `NOT_CONTROLLER` for epochs
    ///   of a later controller, `FENCED_LEADER_EPOCH`, `INVALID_UPDATE_VERSION` for an old partition
    ///   epoch, `INVALID_REQUEST` for an ISR that cannot be, `INELIGIBLE_REPLICA` for members that are
    ///   fenced, stopping, or (v3) of another epoch (KIP-903), `NEW_LEADER_ELECTED` when the change
    ///   completed a reassignment that moved the leadership.
    #[must_use]
    pub fn alter_partition(
        &self,
        version: i16,
        request: &AlterPartitionRequest,
    ) -> Decided<AlterPartitionResponse> {
        if let Err(refused) = self.check_broker_epoch(request.broker_id, request.broker_epoch) {
            let error_code = refused.code;
            return Decision::read(AlterPartitionResponse {
                error_code,
                ..Default::default()
            });
        }
        let mut records = Vec::new();
        let leader = BrokerId(request.broker_id);
        let topics = request.topics.iter().map(|topic| response::TopicData {
            topic_id: topic.topic_id,
            partitions: topic
                .partitions
                .iter()
                .map(|partition| {
                    let known = self.image.topics().get(topic.topic_id);
                    self.alter_one(leader, known, partition, version, &mut records)
                })
                .collect(),
            ..response::TopicData::default()
        });
        let topics = topics.collect();
        Decision::write(
            records,
            AlterPartitionResponse {
                topics,
                ..Default::default()
            },
        )
    }

    fn alter_one(
        &self,
        leader: BrokerId,
        topic: Option<&Topic>,
        proposal: &request::PartitionData,
        version: i16,
        records: &mut Vec<Record>,
    ) -> response::PartitionData {
        let outcome = self.try_alter(leader, topic, proposal, version);
        let mut answer = response::PartitionData {
            partition_index: proposal.partition_index,
            ..response::PartitionData::default()
        };
        match outcome {
            Err(code) => answer.error_code = code,
            Ok((partition, change)) => {
                let moved = change
                    .as_ref()
                    .is_some_and(|c| c.leader != -2 && c.leader != leader.0);
                records.extend(change.map(Record::from));
                if moved {
                    answer.error_code = ErrorCode::NEW_LEADER_ELECTED;
                } else {
                    describe(&partition, &mut answer);
                }
            }
        }
        answer
    }

    fn try_alter(
        &self,
        leader: BrokerId,
        topic: Option<&Topic>,
        proposal: &request::PartitionData,
        version: i16,
    ) -> Result<(Partition, Option<PartitionChangeRecord>), ErrorCode> {
        let topic = topic.ok_or(ErrorCode::UNKNOWN_TOPIC_ID)?;
        let index = PartitionIndex(proposal.partition_index);
        let partition = topic
            .partition(index)
            .ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        check_epochs(leader, partition, proposal)?;
        let isr = proposed_isr(proposal, version);
        let recovery = check_isr(partition, &isr, proposal.leader_recovery_state)?;
        if isr.iter().any(|member| !self.is_eligible(member)) {
            return Err(ErrorCode::INELIGIBLE_REPLICA);
        }
        let change = self
            .change(topic, index, partition)
            .election(self.election_of(&topic.name))
            .isr(
                isr.iter()
                    .map(|member| BrokerId(member.broker_id))
                    .collect(),
            )
            .recovery(recovery)
            .build();
        let next = change
            .as_ref()
            .map_or_else(|| partition.clone(), |change| partition.merge(change));
        Ok((next, change))
    }

    fn is_eligible(&self, member: &BrokerState) -> bool {
        let registered = self.image.broker(BrokerId(member.broker_id));
        registered.is_some_and(|broker| {
            let epoch = member.broker_epoch;
            broker.is_active() && (epoch == ANY_EPOCH || epoch == broker.epoch.0)
        })
    }
}

fn check_epochs(
    leader: BrokerId,
    partition: &Partition,
    proposal: &request::PartitionData,
) -> Result<(), ErrorCode> {
    let (leader_epoch, partition_epoch) = (partition.leader_epoch.0, partition.partition_epoch.0);
    if proposal.leader_epoch > leader_epoch || proposal.partition_epoch > partition_epoch {
        // The leader knows more than this controller: there is a later one.
        return Err(ErrorCode::NOT_CONTROLLER);
    }
    if proposal.leader_epoch < leader_epoch {
        return Err(ErrorCode::FENCED_LEADER_EPOCH);
    }
    if partition.leader != Some(leader) {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    if proposal.partition_epoch < partition_epoch {
        return Err(ErrorCode::INVALID_UPDATE_VERSION);
    }
    Ok(())
}

/// An ISR has no member twice, only replicas, and the leader; a leader that recovers stands alone.
fn check_isr(
    partition: &Partition,
    isr: &[BrokerState],
    recovery: i8,
) -> Result<LeaderRecoveryState, ErrorCode> {
    let mut members: Vec<_> = isr
        .iter()
        .map(|member| BrokerId(member.broker_id))
        .collect();
    members.sort_unstable();
    let has_duplicates = members.windows(2).any(|pair| pair[0] == pair[1]);
    let all_replicas = members
        .iter()
        .all(|member| partition.replicas.contains(member));
    let has_leader = partition
        .leader
        .is_some_and(|leader| members.contains(&leader));
    if has_duplicates || !all_replicas || !has_leader {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    let recovery = LeaderRecoveryState::from_value(recovery).ok_or(ErrorCode::INVALID_REQUEST)?;
    let recovering = recovery == LeaderRecoveryState::Recovering;
    if recovering && (members.len() > 1 || partition.recovery == LeaderRecoveryState::Recovered) {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    Ok(recovery)
}

fn proposed_isr(proposal: &request::PartitionData, version: i16) -> Vec<BrokerState> {
    if version >= WITH_EPOCHS_SINCE {
        return proposal.new_isr_with_epochs.clone();
    }
    let member = |id: &i32| BrokerState {
        broker_id: *id,
        ..BrokerState::default()
    };
    proposal.new_isr.iter().map(member).collect()
}

fn describe(partition: &Partition, answer: &mut response::PartitionData) {
    answer.leader_id = partition.leader.map_or(-1, |leader| leader.0);
    answer.leader_epoch = partition.leader_epoch.0;
    answer.isr = ids(&partition.isr);
    answer.leader_recovery_state = partition.recovery.value();
    answer.partition_epoch = partition.partition_epoch.0;
}
