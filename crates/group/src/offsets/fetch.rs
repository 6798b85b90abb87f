//! OffsetFetch (key 9).

use std::borrow::Cow;

use model::{ErrorCode, Offset, TopicId};
use protocol::offset_fetch_request::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use protocol::offset_fetch_response::{
    OffsetFetchResponse, OffsetFetchResponseGroup, OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions, OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};

use crate::logged::{Logged, LoggedGroup};
use crate::record::CommittedOffset;

/// The first version that asks for several groups at once.
const SEVERAL_GROUPS: i16 = 8;
/// The first version with an error of the group; before it every partition carries it.
const GROUP_ERROR: i16 = 2;
/// "No offset is committed".
const NO_OFFSET: i64 = -1;

/// A request in parts of one group each, as every version becomes before it reaches a shard.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchParts<'r> {
    /// What is asked of each group; `topics: None` means everything that it has.
    pub groups: Vec<OffsetFetchRequestGroup<'r>>,
    /// Whether offsets that an open transaction may change are refused (KIP-447).
    pub require_stable: bool,
}

impl<'r> OffsetFetchParts<'r> {
    /// Splits a request of any version.
    #[must_use]
    pub fn of(version: i16, request: OffsetFetchRequest<'r>) -> Self {
        let require_stable = request.require_stable;
        if version >= SEVERAL_GROUPS {
            return Self {
                groups: request.groups,
                require_stable,
            };
        }
        let topics = request.topics.map(|topics| {
            let converted = topics.into_iter().map(|topic| OffsetFetchRequestTopics {
                name: topic.name,
                partition_indexes: topic.partition_indexes,
                ..OffsetFetchRequestTopics::default()
            });
            converted.collect()
        });
        let group = OffsetFetchRequestGroup {
            group_id: request.group_id,
            topics,
            ..OffsetFetchRequestGroup::default()
        };
        Self {
            groups: vec![group],
            require_stable,
        }
    }
}

/// Puts the answers of the groups together as `version` has them.
#[must_use]
pub fn offset_fetch_response(
    version: i16,
    mut groups: Vec<OffsetFetchResponseGroup<'static>>,
) -> OffsetFetchResponse<'static> {
    if version >= SEVERAL_GROUPS {
        return OffsetFetchResponse {
            groups,
            ..OffsetFetchResponse::default()
        };
    }
    let Some(group) = groups.pop() else {
        return OffsetFetchResponse::default();
    };
    let topics = group
        .topics
        .into_iter()
        .map(|topic| OffsetFetchResponseTopic {
            name: topic.name,
            partitions: topic.partitions.into_iter().map(flat).collect(),
            ..OffsetFetchResponseTopic::default()
        });
    OffsetFetchResponse {
        topics: topics.collect(),
        error_code: group.error_code,
        ..OffsetFetchResponse::default()
    }
}

fn flat(
    partition: OffsetFetchResponsePartitions<'static>,
) -> OffsetFetchResponsePartition<'static> {
    OffsetFetchResponsePartition {
        partition_index: partition.partition_index,
        committed_offset: partition.committed_offset,
        committed_leader_epoch: partition.committed_leader_epoch,
        metadata: partition.metadata,
        error_code: partition.error_code,
        ..OffsetFetchResponsePartition::default()
    }
}

/// An error that concerns a whole group, as `version` has it.
#[must_use]
pub fn offset_fetch_error(
    version: i16,
    request: &OffsetFetchRequestGroup<'_>,
    error: ErrorCode,
) -> OffsetFetchResponseGroup<'static> {
    let group_id = Cow::Owned(request.group_id.clone().into_owned());
    if version >= GROUP_ERROR {
        return OffsetFetchResponseGroup {
            group_id,
            error_code: error,
            ..OffsetFetchResponseGroup::default()
        };
    }
    let topics = request.topics.iter().flatten();
    let topics = topics.map(|topic| asked(topic, |partition| absent(partition, error)));
    OffsetFetchResponseGroup {
        group_id,
        topics: topics.collect(),
        ..OffsetFetchResponseGroup::default()
    }
}

impl Logged {
    /// OffsetFetch (key 9, versions 1-10), one group of it: how far the group has consumed.
    ///
    /// - A group, topic or partition without offset answers -1 and no error.
    /// - `topics: None` answers everything that the group has committed.
    /// - With `require_stable` an offset that an open transaction may change answers
    ///   UNSTABLE_OFFSET_COMMIT (KIP-447).
    /// - Version 10 names topics by their ids; the caller has added the names. An offset of another
    ///   incarnation of the topic is none.
    /// - A member of a consumer group (version 9, KIP-848) fetches in its epoch, or is told
    ///   UNKNOWN_MEMBER_ID or STALE_MEMBER_EPOCH.
    ///
    /// The answer holds when everything that the partition holds is committed.
    #[must_use]
    pub fn offset_fetch(
        &self,
        request: &OffsetFetchRequestGroup<'_>,
        require_stable: bool,
    ) -> OffsetFetchResponseGroup<'static> {
        if let Err(error) = self.validate_fetch(request) {
            return OffsetFetchResponseGroup {
                group_id: Cow::Owned(request.group_id.clone().into_owned()),
                error_code: error,
                ..OffsetFetchResponseGroup::default()
            };
        }
        let topics = match &request.topics {
            Some(topics) => topics
                .iter()
                .map(|topic| {
                    asked(topic, |partition| {
                        self.fetched(&request.group_id, topic, partition, require_stable)
                    })
                })
                .collect(),
            None => self.all_offsets(&request.group_id, require_stable),
        };
        OffsetFetchResponseGroup {
            group_id: Cow::Owned(request.group_id.clone().into_owned()),
            topics,
            ..OffsetFetchResponseGroup::default()
        }
    }

    /// Members of consumer and streams groups have epochs, which versions before 9 cannot carry.
    fn validate_fetch(&self, request: &OffsetFetchRequestGroup<'_>) -> Result<(), ErrorCode> {
        match self.group(&request.group_id) {
            Some(LoggedGroup::Consumer(group)) => {
                group.validate_fetch(request.member_id.as_deref(), request.member_epoch)
            }
            Some(LoggedGroup::Streams(group)) => {
                group.validate_fetch(request.member_id.as_deref(), request.member_epoch)
            }
            _ => Ok(()),
        }
    }

    fn fetched(
        &self,
        group: &str,
        topic: &OffsetFetchRequestTopics<'_>,
        partition: i32,
        require_stable: bool,
    ) -> OffsetFetchResponsePartitions<'static> {
        if require_stable && self.offsets().is_unstable(group, &topic.name, partition) {
            return absent(partition, ErrorCode::UNSTABLE_OFFSET_COMMIT);
        }
        match self.offsets().get(group, &topic.name, partition) {
            Some(committed) if committed.is_of_topic(topic.topic_id) => {
                present(partition, committed)
            }
            _ => absent(partition, ErrorCode::NONE),
        }
    }

    fn all_offsets(
        &self,
        group: &str,
        require_stable: bool,
    ) -> Vec<OffsetFetchResponseTopics<'static>> {
        let Some(topics) = self.offsets().of_group(group) else {
            return Vec::new();
        };
        let answer = |topic: &str, partition: i32, (_, committed): &(Offset, CommittedOffset)| {
            if require_stable && self.offsets().is_unstable(group, topic, partition) {
                absent(partition, ErrorCode::UNSTABLE_OFFSET_COMMIT)
            } else {
                present(partition, committed)
            }
        };
        topics
            .iter()
            .map(|(topic, partitions)| OffsetFetchResponseTopics {
                name: Cow::Owned(topic.to_string()),
                topic_id: TopicId::ZERO,
                partitions: partitions
                    .iter()
                    .map(|(p, at)| answer(topic, *p, at))
                    .collect(),
                ..OffsetFetchResponseTopics::default()
            })
            .collect()
    }
}

fn asked(
    topic: &OffsetFetchRequestTopics<'_>,
    answer: impl Fn(i32) -> OffsetFetchResponsePartitions<'static>,
) -> OffsetFetchResponseTopics<'static> {
    OffsetFetchResponseTopics {
        name: Cow::Owned(topic.name.clone().into_owned()),
        topic_id: topic.topic_id,
        partitions: topic
            .partition_indexes
            .iter()
            .map(|partition| answer(*partition))
            .collect(),
        ..OffsetFetchResponseTopics::default()
    }
}

fn present(partition: i32, committed: &CommittedOffset) -> OffsetFetchResponsePartitions<'static> {
    OffsetFetchResponsePartitions {
        partition_index: partition,
        committed_offset: committed.offset,
        committed_leader_epoch: committed.leader_epoch.unwrap_or(-1),
        metadata: Some(Cow::Owned(committed.metadata.to_string())),
        ..OffsetFetchResponsePartitions::default()
    }
}

fn absent(partition: i32, error: ErrorCode) -> OffsetFetchResponsePartitions<'static> {
    OffsetFetchResponsePartitions {
        partition_index: partition,
        committed_offset: NO_OFFSET,
        committed_leader_epoch: -1,
        metadata: Some(Cow::Borrowed("")),
        error_code: error,
        ..OffsetFetchResponsePartitions::default()
    }
}
