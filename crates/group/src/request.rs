//! Everything that may be asked of a shard, and the answers.

use metadata::Image;
use model::{ErrorCode, ProducerId};
use protocol::consumer_group_describe_response;
use protocol::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest;
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use protocol::delete_groups_response::DeletableGroupResult;
use protocol::describe_groups_response::DescribedGroup;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::join_group_request::JoinGroupRequest;
use protocol::join_group_response::JoinGroupResponse;
use protocol::leave_group_request::LeaveGroupRequest;
use protocol::leave_group_response::LeaveGroupResponse;
use protocol::list_groups_request::ListGroupsRequest;
use protocol::list_groups_response::ListedGroup;
use protocol::offset_commit_request::OffsetCommitRequest;
use protocol::offset_commit_response::{
    OffsetCommitResponse, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use protocol::offset_delete_request::OffsetDeleteRequest;
use protocol::offset_delete_response::OffsetDeleteResponse;
use protocol::offset_fetch_request::OffsetFetchRequestGroup;
use protocol::offset_fetch_response::OffsetFetchResponseGroup;
use protocol::share_group_describe_response;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;
use protocol::streams_group_describe_response;
use protocol::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest;
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;
use protocol::sync_group_request::SyncGroupRequest;
use protocol::sync_group_response::SyncGroupResponse;
use std::borrow::Cow;

use crate::classic::{join_error, sync_error};
use crate::consumer::{self, GroupLimits};
use crate::offsets::offset_fetch_error;
use crate::share::{self, ShareStep};
use crate::streams::{self, StreamsLimits, TopicCreation};
use crate::turn::{Caller, Completed};

/// A request to one shard. Of requests about several groups it is the part about one group, or about
/// the groups of this shard.
#[derive(Clone, Debug)]
pub enum Request<'r> {
    /// A client becomes a member. `random` goes into its id.
    JoinGroup {
        /// Who asks.
        caller: Caller<'r>,
        /// 122 random bits.
        random: u128,
        /// The cluster.
        image: &'r Image,
        /// What holds for the group if it is a consumer group.
        limits: GroupLimits,
        /// The request.
        request: &'r JoinGroupRequest<'r>,
    },
    /// A member asks for its assignment.
    SyncGroup {
        /// Version of the request.
        version: i16,
        /// The cluster.
        image: &'r Image,
        /// The request.
        request: &'r SyncGroupRequest<'r>,
    },
    /// A member is alive.
    Heartbeat(&'r HeartbeatRequest<'r>),
    /// Members leave.
    LeaveGroup {
        /// Version of the request.
        version: i16,
        /// The cluster.
        image: &'r Image,
        /// The request.
        request: &'r LeaveGroupRequest<'r>,
    },
    /// Offsets are committed: for topics and partitions that exist and may be read, each with the
    /// name and, where the cluster knows it, the id.
    OffsetCommit {
        /// Version of the request.
        version: i16,
        /// What is left of the request.
        request: &'r OffsetCommitRequest<'r>,
    },
    /// As [`Self::OffsetCommit`], within the transaction of a producer: they hold when it commits (KIP-98). The owner
    /// writes the records as a batch of that producer.
    TxnOffsetCommit {
        /// Version of the request.
        version: i16,
        /// Whose transaction.
        producer: ProducerId,
        /// What is left of the request.
        request: &'r OffsetCommitRequest<'r>,
    },
    /// Offsets of one group are asked for; topics have their names.
    OffsetFetch {
        /// Version of the request.
        version: i16,
        /// The group, out of [`crate::OffsetFetchParts`].
        group: &'r OffsetFetchRequestGroup<'r>,
        /// Whether offsets that a transaction may change are refused.
        require_stable: bool,
    },
    /// Offsets are forgotten, of topics and partitions that exist and may be read.
    OffsetDelete(&'r OffsetDeleteRequest<'r>),
    /// A member of a consumer group joins, is alive, or leaves.
    ConsumerGroupHeartbeat(ConsumerHeartbeat<'r>),
    /// A consumer group is shown.
    ConsumerGroupDescribe {
        /// Version of the request.
        version: i16,
        /// The cluster.
        image: &'r Image,
        /// The group.
        group_id: &'r str,
    },
    /// A member of a share group joins, is alive, or leaves.
    ShareGroupHeartbeat(ShareHeartbeat<'r>),
    /// A share group is shown.
    ShareGroupDescribe {
        /// The cluster.
        image: &'r Image,
        /// The group.
        group_id: &'r str,
    },
    /// A member of a streams group joins, is alive, or leaves.
    StreamsGroupHeartbeat(StreamsHeartbeat<'r>),
    /// A streams group is shown.
    StreamsGroupDescribe {
        /// The group.
        group_id: &'r str,
    },
    /// A step in the account of a share group's states.
    ShareStep {
        /// The group.
        group_id: &'r str,
        /// What has happened, or is about to.
        step: ShareStep<'r>,
    },
    /// A group is shown.
    DescribeGroup {
        /// Version of the request.
        version: i16,
        /// The group.
        group_id: &'r str,
    },
    /// All groups of the shard are listed.
    ListGroups(&'r ListGroupsRequest<'r>),
    /// Groups of the shard are removed.
    DeleteGroups(&'r [&'r str]),
}

/// A heartbeat of a member of a consumer group, and what it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct ConsumerHeartbeat<'r> {
    /// Who asks.
    pub caller: Caller<'r>,
    /// 128 random bits, for the id of a member that has none.
    pub random: u128,
    /// The cluster.
    pub image: &'r Image,
    /// What holds for the group.
    pub limits: GroupLimits,
    /// The request.
    pub request: &'r ConsumerGroupHeartbeatRequest<'r>,
}

/// A heartbeat of a member of a share group, and what it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct ShareHeartbeat<'r> {
    /// Who asks.
    pub caller: Caller<'r>,
    /// The cluster.
    pub image: &'r Image,
    /// What holds for the group.
    pub limits: GroupLimits,
    /// The request.
    pub request: &'r ShareGroupHeartbeatRequest<'r>,
}

/// A heartbeat of a member of a streams group, and what it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct StreamsHeartbeat<'r> {
    /// Who asks.
    pub caller: Caller<'r>,
    /// The cluster.
    pub image: &'r Image,
    /// What holds for the group.
    pub limits: &'r StreamsLimits,
    /// Whether the topics that the group lacks can be created.
    pub creation: TopicCreation<'r>,
    /// The request.
    pub request: &'r StreamsGroupHeartbeatRequest<'r>,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// To [`Request::JoinGroup`].
    JoinGroup(JoinGroupResponse<'static>),
    /// To [`Request::SyncGroup`].
    SyncGroup(SyncGroupResponse<'static>),
    /// To [`Request::Heartbeat`].
    Heartbeat(HeartbeatResponse),
    /// To [`Request::LeaveGroup`].
    LeaveGroup(LeaveGroupResponse<'static>),
    /// To [`Request::OffsetCommit`].
    OffsetCommit(OffsetCommitResponse<'static>),
    /// To [`Request::OffsetFetch`].
    OffsetFetch(OffsetFetchResponseGroup<'static>),
    /// To [`Request::OffsetDelete`].
    OffsetDelete(OffsetDeleteResponse<'static>),
    /// To [`Request::ConsumerGroupHeartbeat`].
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeatResponse<'static>),
    /// To [`Request::ConsumerGroupDescribe`].
    ConsumerGroupDescribe(consumer_group_describe_response::DescribedGroup<'static>),
    /// To [`Request::ShareGroupHeartbeat`].
    ShareGroupHeartbeat(ShareGroupHeartbeatResponse<'static>),
    /// To [`Request::ShareGroupDescribe`].
    ShareGroupDescribe(share_group_describe_response::DescribedGroup<'static>),
    /// To [`Request::StreamsGroupHeartbeat`].
    StreamsGroupHeartbeat(StreamsGroupHeartbeatResponse<'static>),
    /// To [`Request::StreamsGroupDescribe`].
    StreamsGroupDescribe(streams_group_describe_response::DescribedGroup<'static>),
    /// To [`Request::ShareStep`].
    ShareStep(ErrorCode),
    /// To [`Request::DescribeGroup`].
    DescribeGroup(DescribedGroup<'static>),
    /// To [`Request::ListGroups`], or why this shard cannot say.
    ListGroups(Result<Vec<ListedGroup<'static>>, ErrorCode>),
    /// To [`Request::DeleteGroups`].
    DeleteGroups(Vec<DeletableGroupResult<'static>>),
}

impl From<Completed> for Response {
    fn from(completed: Completed) -> Self {
        match completed {
            Completed::Join(response) => Self::JoinGroup(response),
            Completed::Sync(response) => Self::SyncGroup(response),
        }
    }
}

impl Request<'_> {
    /// The answer that this request gets with an error of the whole shard.
    #[must_use]
    pub fn failed(&self, error: ErrorCode) -> Response {
        match self {
            Self::JoinGroup {
                caller, request, ..
            } => Response::JoinGroup(join_error(caller.version, error, &request.member_id)),
            Self::SyncGroup { .. } => Response::SyncGroup(sync_error(error)),
            // The member may well be in the group that is being loaded: it is not to give up.
            Self::Heartbeat(_) if error == ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => {
                Response::Heartbeat(heartbeat_error(ErrorCode::NONE))
            }
            Self::Heartbeat(_) => Response::Heartbeat(heartbeat_error(error)),
            Self::LeaveGroup { .. } => Response::LeaveGroup(leave_error(error)),
            Self::OffsetCommit { request, .. } | Self::TxnOffsetCommit { request, .. } => {
                Response::OffsetCommit(offset_commit_error(request, error))
            }
            Self::OffsetFetch { version, group, .. } => {
                Response::OffsetFetch(offset_fetch_error(*version, group, error))
            }
            Self::OffsetDelete(_) => Response::OffsetDelete(offset_delete_error(error)),
            Self::ConsumerGroupHeartbeat(_) => {
                Response::ConsumerGroupHeartbeat(consumer::heartbeat_error(error, None))
            }
            Self::ConsumerGroupDescribe { group_id, .. } => {
                Response::ConsumerGroupDescribe(consumer::describe_error(group_id, error, None))
            }
            Self::ShareGroupHeartbeat(_) => {
                Response::ShareGroupHeartbeat(share::heartbeat_error(error, None))
            }
            Self::ShareGroupDescribe { group_id, .. } => {
                Response::ShareGroupDescribe(share::describe_error(group_id, error, None))
            }
            Self::StreamsGroupHeartbeat(_) => {
                Response::StreamsGroupHeartbeat(streams::heartbeat_error(error, None))
            }
            Self::StreamsGroupDescribe { group_id } => {
                Response::StreamsGroupDescribe(streams::describe_error(group_id, error, None))
            }
            Self::ShareStep { .. } => Response::ShareStep(error),
            Self::DescribeGroup { group_id, .. } => {
                Response::DescribeGroup(describe_error(group_id, error))
            }
            Self::ListGroups(_) => Response::ListGroups(Err(error)),
            Self::DeleteGroups(ids) => {
                Response::DeleteGroups(ids.iter().map(|id| delete_error(id, error)).collect())
            }
        }
    }
}

impl Response {
    /// Turns an answer that cannot be relied on any more into one that says why.
    pub(crate) fn fail(&mut self, error: ErrorCode) {
        match self {
            Self::JoinGroup(response) => {
                *response = JoinGroupResponse {
                    error_code: error,
                    member_id: response.member_id.clone(),
                    // Present in versions that cannot go without it.
                    protocol_name: response.protocol_name.take().map(|_| Cow::Borrowed("")),
                    ..JoinGroupResponse::default()
                };
            }
            Self::SyncGroup(response) => *response = sync_error(error),
            Self::Heartbeat(response) => *response = heartbeat_error(error),
            Self::LeaveGroup(response) => *response = leave_error(error),
            Self::OffsetCommit(response) => {
                let partitions = response
                    .topics
                    .iter_mut()
                    .flat_map(|topic| &mut topic.partitions);
                partitions.for_each(|partition| partition.error_code = error);
            }
            Self::OffsetFetch(response) => {
                // Clients before version 2 see the error of the partitions, the others the group's.
                response.error_code = error;
                let partitions = response
                    .topics
                    .iter_mut()
                    .flat_map(|topic| &mut topic.partitions);
                partitions.for_each(|partition| {
                    partition.committed_offset = -1;
                    partition.error_code = error;
                });
            }
            Self::OffsetDelete(response) => *response = offset_delete_error(error),
            Self::ConsumerGroupHeartbeat(response) => {
                *response = consumer::heartbeat_error(error, None);
            }
            Self::ConsumerGroupDescribe(response) => {
                *response = consumer::describe_error(&response.group_id, error, None);
            }
            Self::ShareGroupHeartbeat(response) => {
                *response = share::heartbeat_error(error, None);
            }
            Self::ShareGroupDescribe(response) => {
                *response = share::describe_error(&response.group_id, error, None);
            }
            Self::StreamsGroupHeartbeat(response) => {
                *response = streams::heartbeat_error(error, None);
            }
            Self::StreamsGroupDescribe(response) => {
                *response = streams::describe_error(&response.group_id, error, None);
            }
            Self::ShareStep(response) => *response = error,
            Self::DescribeGroup(response) => *response = describe_error(&response.group_id, error),
            Self::ListGroups(response) => *response = Err(error),
            Self::DeleteGroups(results) => {
                results
                    .iter_mut()
                    .for_each(|result| result.error_code = error);
            }
        }
    }
}

fn heartbeat_error(error: ErrorCode) -> HeartbeatResponse {
    HeartbeatResponse {
        error_code: error,
        ..HeartbeatResponse::default()
    }
}

fn leave_error(error: ErrorCode) -> LeaveGroupResponse<'static> {
    LeaveGroupResponse {
        error_code: error,
        ..LeaveGroupResponse::default()
    }
}

/// One error for every partition of a commit.
pub(crate) fn offset_commit_error(
    request: &OffsetCommitRequest<'_>,
    error: ErrorCode,
) -> OffsetCommitResponse<'static> {
    let topics = request
        .topics
        .iter()
        .map(|topic| OffsetCommitResponseTopic {
            name: Cow::Owned(topic.name.to_string()),
            topic_id: topic.topic_id,
            partitions: topic
                .partitions
                .iter()
                .map(|partition| OffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: error,
                    ..OffsetCommitResponsePartition::default()
                })
                .collect(),
            ..OffsetCommitResponseTopic::default()
        });
    OffsetCommitResponse {
        topics: topics.collect(),
        ..OffsetCommitResponse::default()
    }
}

fn offset_delete_error(error: ErrorCode) -> OffsetDeleteResponse<'static> {
    OffsetDeleteResponse {
        error_code: error,
        ..OffsetDeleteResponse::default()
    }
}

fn describe_error(group_id: &str, error: ErrorCode) -> DescribedGroup<'static> {
    DescribedGroup {
        group_id: Cow::Owned(group_id.to_owned()),
        error_code: error,
        ..DescribedGroup::default()
    }
}

fn delete_error(group_id: &str, error: ErrorCode) -> DeletableGroupResult<'static> {
    DeletableGroupResult {
        group_id: Cow::Owned(group_id.to_owned()),
        error_code: error,
        ..DeletableGroupResult::default()
    }
}

/// The error that a client is told when a record could not be appended with `error`: what a producer
/// would be told means something else to a member of a group.
#[must_use]
pub fn append_error(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        | ErrorCode::NOT_ENOUGH_REPLICAS
        | ErrorCode::REQUEST_TIMED_OUT => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        ErrorCode::NOT_LEADER_OR_FOLLOWER | ErrorCode::KAFKA_STORAGE_ERROR => {
            ErrorCode::NOT_COORDINATOR
        }
        ErrorCode::MESSAGE_TOO_LARGE
        | ErrorCode::RECORD_LIST_TOO_LARGE
        | ErrorCode::INVALID_FETCH_SIZE => ErrorCode::UNKNOWN_SERVER_ERROR,
        other => other,
    }
}
