//! The records of a streams group, types 17 and 19 to 23, in Kafka's format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::TimestampMs;
use protocol::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey;
use protocol::streams_group_current_member_assignment_value::{
    StreamsGroupCurrentMemberAssignmentValue, TaskIds as CurrentIds,
};
use protocol::streams_group_member_metadata_value::{
    Endpoint as LoggedEndpoint, KeyValue, StreamsGroupMemberMetadataValue,
};
use protocol::streams_group_metadata_key::StreamsGroupMetadataKey;
use protocol::streams_group_metadata_value::{LastAssignmentConfig, StreamsGroupMetadataValue};
use protocol::streams_group_target_assignment_member_value::{
    StreamsGroupTargetAssignmentMemberValue, TaskIds as TargetIds,
};
use protocol::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue;
use protocol::streams_group_topology_value::StreamsGroupTopologyValue;
use protocol::{EncodeError, Message, Reader};

use super::member::{
    Dated, Endpoint, HeldTasks, StreamsAssignment, StreamsMemberMetadata, StreamsMemberState,
};
use super::tasks::{TaskSet, Tasks};
use super::topology::Topology;
use crate::record::{EncodedRecord, MalformedRecord, framed, unframed};

const GROUP: i16 = 17;
const MEMBER: i16 = 19;
const TARGET_EPOCH: i16 = 20;
const TARGET: i16 = 21;
const CURRENT: i16 = 22;
const TOPOLOGY: i16 = 23;

/// What one record changes in a streams group. `None` is a tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamsChange {
    /// The group's epoch, and what it rests on.
    Group(Option<Arc<StreamsMetadata>>),
    /// What a member says of itself.
    Member(Arc<str>, Option<Arc<StreamsMemberMetadata>>),
    /// The group epoch that the target is for, and when it was computed.
    TargetEpoch(Option<(i32, TimestampMs)>),
    /// What a member is to have.
    Target(Arc<str>, Option<Tasks>),
    /// What a member has.
    Current(Arc<str>, Option<StreamsAssignment>),
    /// What all members run.
    Topology(Option<Arc<Topology>>),
}

/// A group's epoch, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamsMetadata {
    /// Goes up when tasks may have to be assigned anew.
    pub epoch: i32,
    /// Of the topics of the topology, as they were when the epoch began.
    pub metadata_hash: i64,
    /// The epoch of the topology, if its topics were there and fitted together; otherwise -1.
    pub validated_topology_epoch: i32,
    /// The configurations by which tasks were assigned.
    pub assignment_configs: BTreeMap<Box<str>, Box<str>>,
    /// Which topology a plugin of Apache Kafka has the description of; -1 for none. Kept as it was found.
    pub stored_description_epoch: i32,
    /// Which topology such a plugin has refused; -1 for none. Kept as it was found.
    pub failed_description_epoch: i32,
}

impl Default for StreamsMetadata {
    fn default() -> Self {
        Self {
            epoch: 1,
            metadata_hash: 0,
            validated_topology_epoch: -1,
            assignment_configs: BTreeMap::new(),
            stored_description_epoch: -1,
            failed_description_epoch: -1,
        }
    }
}

impl StreamsChange {
    /// Whether records of this type are about streams groups.
    pub(crate) fn is_type(record_type: i16) -> bool {
        matches!(record_type, GROUP | MEMBER..=TOPOLOGY)
    }

    /// Whether it takes something away.
    pub(crate) fn is_tombstone(&self) -> bool {
        match self {
            Self::Group(value) => value.is_none(),
            Self::Member(_, value) => value.is_none(),
            Self::TargetEpoch(value) => value.is_none(),
            Self::Target(_, value) => value.is_none(),
            Self::Current(_, value) => value.is_none(),
            Self::Topology(value) => value.is_none(),
        }
    }

    /// The bytes to append.
    pub(crate) fn encode(&self, group: &str) -> Result<EncodedRecord, EncodeError> {
        // The keys of all records about a group have the same field, those about a member the same two.
        let of_group = |record_type| {
            let key = StreamsGroupMetadataKey {
                group_id: Cow::Borrowed(group),
            };
            framed(record_type, &key, 0)
        };
        let of_member = |record_type, member: &str| {
            let key = StreamsGroupCurrentMemberAssignmentKey {
                group_id: Cow::Borrowed(group),
                member_id: Cow::Borrowed(member),
            };
            framed(record_type, &key, 0)
        };
        let (key, value) = match self {
            Self::Group(value) => (of_group(GROUP)?, value.as_deref().map(encode_group)),
            Self::Member(id, value) => {
                let value = value.as_deref().map(encode_member);
                (of_member(MEMBER, id)?, value)
            }
            Self::TargetEpoch(value) => (of_group(TARGET_EPOCH)?, value.map(encode_target_epoch)),
            Self::Target(id, value) => (of_member(TARGET, id)?, value.as_ref().map(encode_target)),
            Self::Current(id, value) => {
                (of_member(CURRENT, id)?, value.as_ref().map(encode_current))
            }
            Self::Topology(value) => {
                let value = value.as_deref();
                let value = value.map(|topology| framed(0, &topology.to_record(), 0));
                (of_group(TOPOLOGY)?, value)
            }
        };
        let value = value.transpose()?;
        Ok(EncodedRecord { key, value })
    }

    /// Reads a record: the group that it is about, and what it changes.
    pub(crate) fn decode(
        record_type: i16,
        key: &mut Reader<'_>,
        value: Option<&[u8]>,
    ) -> Result<(Box<str>, Self), MalformedRecord> {
        if matches!(record_type, MEMBER | TARGET | CURRENT) {
            let key = StreamsGroupCurrentMemberAssignmentKey::decode(key, 0)?;
            let id = Arc::from(&*key.member_id);
            let change = match record_type {
                MEMBER => Self::Member(id, value.map(decode_member).transpose()?.map(Arc::new)),
                TARGET => Self::Target(id, value.map(decode_target).transpose()?),
                _ => Self::Current(id, value.map(decode_current).transpose()?),
            };
            return Ok((Box::from(&*key.group_id), change));
        }
        let key = StreamsGroupMetadataKey::decode(key, 0)?;
        let change = match record_type {
            GROUP => Self::Group(value.map(decode_group).transpose()?.map(Arc::new)),
            TARGET_EPOCH => Self::TargetEpoch(value.map(decode_target_epoch).transpose()?),
            _ => Self::Topology(value.map(decode_topology).transpose()?.map(Arc::new)),
        };
        Ok((Box::from(&*key.group_id), change))
    }
}

type Encoded = Result<Vec<u8>, EncodeError>;

fn encode_group(value: &StreamsMetadata) -> Encoded {
    let configs = value.assignment_configs.iter();
    let configs = configs.map(|(key, value)| LastAssignmentConfig {
        key: Cow::Borrowed(key),
        value: Cow::Borrowed(value),
        ..LastAssignmentConfig::default()
    });
    let message = StreamsGroupMetadataValue {
        epoch: value.epoch,
        metadata_hash: value.metadata_hash,
        validated_topology_epoch: value.validated_topology_epoch,
        last_assignment_configs: Some(configs.collect()),
        stored_description_topology_epoch: value.stored_description_epoch,
        failed_description_topology_epoch: value.failed_description_epoch,
        ..StreamsGroupMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_group(bytes: &[u8]) -> Result<StreamsMetadata, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupMetadataValue::decode(&mut Reader::new(body), version)?;
    let configs = value.last_assignment_configs.iter().flatten();
    Ok(StreamsMetadata {
        epoch: value.epoch,
        metadata_hash: value.metadata_hash,
        validated_topology_epoch: value.validated_topology_epoch,
        assignment_configs: configs
            .map(|config| (Box::from(&*config.key), Box::from(&*config.value)))
            .collect(),
        stored_description_epoch: value.stored_description_topology_epoch,
        failed_description_epoch: value.failed_description_topology_epoch,
    })
}

fn encode_member(value: &StreamsMemberMetadata) -> Encoded {
    let tags = value.client_tags.iter().map(|(key, value)| KeyValue {
        key: Cow::Borrowed(key),
        value: Cow::Borrowed(value),
        ..KeyValue::default()
    });
    let endpoint = value.endpoint.as_ref().map(|endpoint| LoggedEndpoint {
        host: Cow::Borrowed(&endpoint.host),
        port: endpoint.port,
        ..LoggedEndpoint::default()
    });
    let message = StreamsGroupMemberMetadataValue {
        instance_id: value.instance_id.as_deref().map(Cow::Borrowed),
        rack_id: value.rack_id.as_deref().map(Cow::Borrowed),
        client_id: Cow::Borrowed(&value.client_id),
        client_host: Cow::Borrowed(&value.client_host),
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        topology_epoch: value.topology_epoch,
        process_id: Cow::Borrowed(&value.process_id),
        user_endpoint: endpoint,
        client_tags: tags.collect(),
        ..StreamsGroupMemberMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_member(bytes: &[u8]) -> Result<StreamsMemberMetadata, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupMemberMetadataValue::decode(&mut Reader::new(body), version)?;
    let tags = value.client_tags.iter();
    Ok(StreamsMemberMetadata {
        instance_id: value.instance_id.as_deref().map(Arc::from),
        rack_id: value.rack_id.as_deref().map(Box::from),
        client_id: Box::from(&*value.client_id),
        client_host: Box::from(&*value.client_host),
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        topology_epoch: value.topology_epoch,
        process_id: Arc::from(&*value.process_id),
        endpoint: value.user_endpoint.as_ref().map(|endpoint| Endpoint {
            host: Box::from(&*endpoint.host),
            port: endpoint.port,
        }),
        client_tags: tags
            .map(|tag| (Box::from(&*tag.key), Box::from(&*tag.value)))
            .collect(),
    })
}

fn encode_target_epoch((assignment_epoch, at): (i32, TimestampMs)) -> Encoded {
    let message = StreamsGroupTargetAssignmentMetadataValue {
        assignment_epoch,
        assignment_timestamp: at.0,
        ..StreamsGroupTargetAssignmentMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target_epoch(bytes: &[u8]) -> Result<(i32, TimestampMs), MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupTargetAssignmentMetadataValue::decode(&mut Reader::new(body), version)?;
    let at = TimestampMs(value.assignment_timestamp);
    Ok((value.assignment_epoch, at))
}

fn encode_target(target: &Tasks) -> Encoded {
    let ids = |tasks: &'_ TaskSet| -> Vec<TargetIds<'static>> {
        let tasks = tasks.iter();
        let tasks = tasks.map(|(id, partitions)| TargetIds {
            subtopology_id: Cow::Owned(id.to_string()),
            partitions: partitions.iter().copied().collect(),
            ..TargetIds::default()
        });
        tasks.collect()
    };
    let message = StreamsGroupTargetAssignmentMemberValue {
        active_tasks: ids(&target.active),
        standby_tasks: ids(&target.standby),
        warmup_tasks: ids(&target.warmup),
        ..StreamsGroupTargetAssignmentMemberValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target(bytes: &[u8]) -> Result<Tasks, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupTargetAssignmentMemberValue::decode(&mut Reader::new(body), version)?;
    let set = |tasks: &[TargetIds<'_>]| -> TaskSet {
        let tasks = tasks.iter().filter(|ids| !ids.partitions.is_empty());
        tasks
            .map(|ids| {
                let partitions = ids.partitions.iter().copied().collect();
                (Arc::from(&*ids.subtopology_id), partitions)
            })
            .collect()
    };
    Ok(Tasks {
        active: set(&value.active_tasks),
        standby: set(&value.standby_tasks),
        warmup: set(&value.warmup_tasks),
    })
}

fn encode_current(current: &StreamsAssignment) -> Encoded {
    let message = StreamsGroupCurrentMemberAssignmentValue {
        member_epoch: current.epoch,
        previous_member_epoch: current.previous_epoch,
        state: state_number(current.state),
        active_tasks: dated_ids(&current.assigned.active),
        standby_tasks: ids(&current.assigned.standby),
        warmup_tasks: ids(&current.assigned.warmup),
        active_tasks_pending_revocation: dated_ids(&current.revoking.active),
        standby_tasks_pending_revocation: ids(&current.revoking.standby),
        warmup_tasks_pending_revocation: ids(&current.revoking.warmup),
        ..StreamsGroupCurrentMemberAssignmentValue::default()
    };
    framed(0, &message, 0)
}

fn decode_current(bytes: &[u8]) -> Result<StreamsAssignment, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupCurrentMemberAssignmentValue::decode(&mut Reader::new(body), version)?;
    let epoch = value.member_epoch;
    Ok(StreamsAssignment {
        epoch,
        previous_epoch: value.previous_member_epoch,
        state: match value.state {
            1 => StreamsMemberState::Stable,
            2 => StreamsMemberState::Unrevoked,
            3 => StreamsMemberState::Unreleased,
            _ => StreamsMemberState::Unknown,
        },
        assigned: HeldTasks {
            active: dated(&value.active_tasks, epoch),
            standby: set(&value.standby_tasks),
            warmup: set(&value.warmup_tasks),
        },
        revoking: HeldTasks {
            active: dated(&value.active_tasks_pending_revocation, epoch),
            standby: set(&value.standby_tasks_pending_revocation),
            warmup: set(&value.warmup_tasks_pending_revocation),
        },
    })
}

fn state_number(state: StreamsMemberState) -> i8 {
    match state {
        StreamsMemberState::Stable => 1,
        StreamsMemberState::Unrevoked => 2,
        StreamsMemberState::Unreleased => 3,
        StreamsMemberState::Unknown => 127,
    }
}

fn dated_ids(tasks: &Dated) -> Vec<CurrentIds<'_>> {
    let tasks = tasks.iter().map(|(id, partitions)| CurrentIds {
        subtopology_id: Cow::Borrowed(id),
        partitions: partitions.keys().copied().collect(),
        assignment_epochs: Some(partitions.values().copied().collect()),
        ..CurrentIds::default()
    });
    tasks.collect()
}

fn ids(tasks: &TaskSet) -> Vec<CurrentIds<'_>> {
    let tasks = tasks.iter().map(|(id, partitions)| CurrentIds {
        subtopology_id: Cow::Borrowed(id),
        partitions: partitions.iter().copied().collect(),
        ..CurrentIds::default()
    });
    tasks.collect()
}

/// Tasks whose epochs are not known count as given in the member's epoch.
fn dated(tasks: &[CurrentIds<'_>], epoch: i32) -> Dated {
    let tasks = tasks.iter().filter(|ids| !ids.partitions.is_empty());
    let tasks = tasks.map(|ids| {
        let epochs = ids.assignment_epochs.as_deref();
        let epochs = epochs.filter(|epochs| epochs.len() == ids.partitions.len());
        let given_in = |at: usize| epochs.map_or(epoch, |epochs| epochs[at]);
        let partitions = ids.partitions.iter().enumerate();
        let partitions = partitions.map(|(at, partition)| (*partition, given_in(at)));
        (Arc::from(&*ids.subtopology_id), partitions.collect())
    });
    tasks.collect()
}

fn set(tasks: &[CurrentIds<'_>]) -> TaskSet {
    let tasks = tasks.iter().filter(|ids| !ids.partitions.is_empty());
    tasks
        .map(|ids| {
            let partitions = ids.partitions.iter().copied().collect();
            (Arc::from(&*ids.subtopology_id), partitions)
        })
        .collect()
}

fn decode_topology(bytes: &[u8]) -> Result<Topology, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = StreamsGroupTopologyValue::decode(&mut Reader::new(body), version)?;
    Ok(Topology::of_record(&value))
}
